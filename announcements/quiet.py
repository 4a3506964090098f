"""Quiet hours of a channel: when nobody wants to be woken by news that can wait until morning."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

from announcements.enums import NoticeKind
from announcements.models import Channel, Delivery


def find_quiet_end(channel: Channel, *, now: dt.datetime) -> dt.datetime | None:
    """The end (aware, UTC) of the quiet hours of `channel` that hold at `now` (aware); None when it is not quiet.

    The hours are wall-clock times of TIME_ZONE and may cross midnight; on the nights on which the clock is changed they are as
    much longer or shorter as the night itself.
    """
    if channel.quiet_from is None or channel.quiet_until is None:
        return None
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    for day in (today - dt.timedelta(days=1), today):
        last_day = day if channel.quiet_until > channel.quiet_from else day + dt.timedelta(days=1)
        # In UTC: two local times compare by what the clock shows, which goes back once a year.
        begins = dt.datetime.combine(day, channel.quiet_from, zone).astimezone(dt.UTC)
        ends = dt.datetime.combine(last_day, channel.quiet_until, zone).astimezone(dt.UTC)
        if begins <= now < ends:
            return ends
    return None


def find_wait(delivery: Delivery, *, now: dt.datetime) -> dt.datetime | None:
    """Until when `delivery` waits for the end of the quiet hours; None when it may leave now.

    News of which somebody would learn too late – its first visit begins, or it is over, before the quiet hours end – is not
    held back: whoever sets out in vain is disturbed more. An urgent notice always tells of a visit that has begun; the channel
    says whether it may disturb. Where it may not, it waits unless it would be over.
    """
    ends = find_quiet_end(delivery.channel, now=now)
    if ends is None or delivery.expires_at <= ends:
        return None
    if delivery.notice.kind == NoticeKind.URGENT:
        return None if delivery.channel.urgent_ignores_quiet else ends
    too_late = delivery.begins_at is not None and delivery.begins_at <= ends
    return None if too_late else ends

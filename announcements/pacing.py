"""How fast one channel may be written to, kept by the channel's own row, so it holds for any number of workers.

Platforms count a minute or a quarter of an hour, each in its own way, and none says when its count begins. So messages are
spread evenly: twenty a minute is one every three seconds. Nobody sleeps: a delivery whose turn has not come gets the time of
its turn and counts no failure.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q

from announcements.enums import DeliveryStatus
from announcements.models import Channel, Delivery

# Between its turn and its request a worker reads, writes and packs; a request that leaves later than this asks again.
LONGEST_GRACE = dt.timedelta(seconds=0.5)
# How far ahead waiting deliveries are spread over the coming turns.
TURNS_AHEAD = 20


def spacing(channel: Channel) -> dt.timedelta:
    """The least time between two messages to `channel`: its own limits, or else those of its kind (CHANNEL_PACES)."""
    seconds, per_minute = settings.CHANNEL_PACES.get(channel.kind, (0, 0))
    if channel.min_seconds_between is not None:
        seconds = float(channel.min_seconds_between)
    if channel.per_minute is not None:
        per_minute = channel.per_minute
    return dt.timedelta(seconds=max(seconds, 60 / per_minute if per_minute else 0))


def _grace(channel: Channel) -> dt.timedelta:
    return min(LONGEST_GRACE, spacing(channel) / 4)


def take_turn(channel: Channel, *, now: dt.datetime) -> dt.datetime | None:
    """Take the turn at `now` (aware) if it is free. Returns until when the channel is taken; None if it is not free yet."""
    until = now + spacing(channel) + _grace(channel)
    free = Channel.objects.filter(Q(next_free_at__isnull=True) | Q(next_free_at__lte=now), pk=channel.pk)
    return until if free.update(next_free_at=until) else None


def keep_turn(channel: Channel, *, taken_at: dt.datetime, until: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Make sure, right before the request leaves, that the turn taken at `taken_at` is still ours.

    Returns until when the channel is taken; None when another delivery has had a turn since.
    """
    if now <= taken_at + _grace(channel):
        return until
    later = now + spacing(channel) + _grace(channel)
    return later if Channel.objects.filter(pk=channel.pk, next_free_at=until).update(next_free_at=later) else None


def end_turn(channel: Channel, *, until: dt.datetime, now: dt.datetime) -> None:
    """The request has been answered: the next one may leave when the time has passed from now on.

    A request is on its way for longer than the next, or shorter; counting from the answer keeps them apart at the platform too.
    """
    Channel.objects.filter(pk=channel.pk, next_free_at=until).update(next_free_at=now + spacing(channel))


def find_turn(delivery: Delivery, *, now: dt.datetime) -> dt.datetime:
    """When to ask for a turn again: the next ones go to those that came before `delivery`."""
    free_at = Channel.objects.values_list("next_free_at", flat=True).get(pk=delivery.channel_id) or now
    turn = spacing(delivery.channel) + _grace(delivery.channel)
    ahead = Delivery.objects.filter(
        channel=delivery.channel_id,
        status=DeliveryStatus.PENDING,
        pk__lt=delivery.pk,
        next_attempt_at__lte=free_at + TURNS_AHEAD * turn,
    ).count()
    return max(free_at, now) + min(ahead, TURNS_AHEAD) * turn

"""Notices as the product itself issues them: with numbers, facts and items that agree."""

from __future__ import annotations

import datetime as dt
from typing import Any

from announcements.models import Notice
from schedules.actions import cancel_stop, publish_stops
from schedules.enums import Cause, StopStatus
from schedules.models import Stop
from tests.factories.schedules import StopFactory
from tests.factories.users import make_supervisor
from tests.support.staff import NOW


def announce(*stops: Stop, now: dt.datetime = NOW) -> Notice:
    """The announcement of drafts of one unit."""
    (notice,) = publish_stops(stops, by=make_supervisor(), now=now)
    return notice


def announce_stop(now: dt.datetime = NOW, **fields: Any) -> tuple[Stop, Notice]:
    """A published stop, and the notice that announced it."""
    stop = StopFactory(**fields)
    return stop, announce(stop, now=now)


def change(stop: Stop, *, now: dt.datetime = NOW + dt.timedelta(hours=1), **fields: Any) -> Notice:
    """The notice that tells of `fields` of a published stop."""
    Stop.objects.filter(pk=stop.pk).update(**fields, has_unpublished_changes=True, status=StopStatus.PUBLISHED)
    (notice,) = publish_stops([stop], by=make_supervisor(), now=now, cause=Cause.ORGANISATION)
    return notice


def cancel(stop: Stop, *, now: dt.datetime = NOW + dt.timedelta(hours=1)) -> Notice:
    """The notice that tells of the cancellation of a published stop."""
    return cancel_stop(stop, cause=Cause.WEATHER, by=make_supervisor(), now=now)

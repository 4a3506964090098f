"""Reads of the calendar feeds."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db.models import Exists, OuterRef, Q

from schedules.models import StopRevision
from schedules.models.stops import local_zone

# Long enough for "did it come?", short enough for an old phone.
DAYS_BEHIND = 60


@dataclasses.dataclass(frozen=True, slots=True)
class MovedAway:
    """A stop that readers of a feed were promised and that is now elsewhere: `told` is the last fact they were told."""

    told: StopRevision
    current: StopRevision


def first_day_of_feed(*, now: dt.datetime) -> dt.date:
    """The first local day that calendar feeds cover at `now` (aware)."""
    return now.astimezone(local_zone()).date() - dt.timedelta(days=DAYS_BEHIND)


def next_midnight(*, now: dt.datetime) -> dt.datetime:
    """The beginning of the next local day (aware): what a feed covers changes then, although nothing is published."""
    zone = local_zone()
    tomorrow = now.astimezone(zone).date() + dt.timedelta(days=1)
    # By way of UTC, because on the night of the change to summer time there is no midnight.
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def list_feed_revisions(condition: Q | None = None, *, first_day: dt.date) -> list[StopRevision]:
    """The public facts from the local day `first_day` on (under `condition`), cancelled ones included, in order of time."""
    revisions = StopRevision.objects.public().filter(date__gte=first_day)
    if condition is not None:
        revisions = revisions.filter(condition)
    return list(
        revisions.select_related("stop", "vehicle", "place__district", "district__governorate")
        .prefetch_related("payment_means", "offered__service__category", "offered__service__documents")
        .order_by("date", "starts_at", "vehicle__code", "stop__uid")
    )


def list_moved_away(condition: Q, *, first_day: dt.date) -> list[MovedAway]:
    """Stops that met `condition` when they were last announced so, on `first_day` or later, and do not meet it now.

    Whoever follows a place must learn that the vehicle goes elsewhere, not merely see the appointment disappear.
    """
    told: dict[int, StopRevision] = {}
    former = (
        StopRevision.objects.filter(condition, is_current=False, date__gte=first_day)
        # Asked of each former fact: a list of all that meet the condition would grow with the past.
        .exclude(Exists(StopRevision.objects.public().filter(condition, stop=OuterRef("stop"))))
        .select_related("stop", "vehicle", "place__district", "district__governorate")
        .order_by("stop", "-number")
    )
    for revision in former:
        told.setdefault(revision.stop_id, revision)
    current = {
        revision.stop_id: revision
        for revision in StopRevision.objects.public().filter(stop__in=told).select_related("place__district")
    }
    moved = [MovedAway(told=revision, current=current[stop]) for stop, revision in told.items() if stop in current]
    return sorted(moved, key=lambda each: (each.told.date, each.told.starts_at, str(each.told.stop.uid)))

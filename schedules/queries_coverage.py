"""Which places were visited when, and which are waiting: by distance to a fixed centre, last visit and next visit (R10, R11).

Only what was announced counts as visited: a place may have been visited before this system knew of it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Collection

from django.db.models import DateField, OuterRef, QuerySet, Subquery

from schedules.clock import local_date
from schedules.enums import PlaceKind, StopStatus
from schedules.models import Place, Stop, StopRevision

# Since the last visit: half a year is long, two months is a while.
LONG_DAYS, WHILE_DAYS = 180, 60


class Reach(enum.StrEnum):
    """How well a place is reached, from the worst on; what is coming soon is a fact of its own."""

    NEVER = "never"
    LONG_AGO = "long_ago"
    A_WHILE_AGO = "a_while_ago"
    RECENTLY = "recently"


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """One place. Days are local; `days_since` and `days_until` count from today, None where there is no such visit.

    `planned` is the first day of a draft there, for whoever may see drafts.
    """

    place: Place
    last: dt.date | None
    next: dt.date | None
    planned: dt.date | None
    days_since: int | None
    days_until: int | None

    @property
    def reach(self) -> Reach:
        if self.days_since is None:
            return Reach.NEVER
        if self.days_since > LONG_DAYS:
            return Reach.LONG_AGO
        return Reach.A_WHILE_AGO if self.days_since > WHILE_DAYS else Reach.RECENTLY

    @property
    def kilometres(self) -> float | None:
        """To the nearest fixed centre, as the crow flies; None where a point is not known."""
        return None if self.place.centre_km is None else float(self.place.centre_km)


def list_coverage(
    units: Collection[int],
    *,
    now: dt.datetime,
    planning_units: Collection[int] = (),
    kind: str = "",
    only_waiting: bool = False,
) -> list[Coverage]:
    """The places of `units` (primary keys), those never visited first, then the longest ago; farther ones before nearer ones.

    `planning_units` are those whose drafts may be told, `kind` one of PlaceKind, `only_waiting` leaves out places with a
    coming visit. Of two alike, the one with no coming visit comes first. One query, whatever the past holds.
    """
    places = Place.objects.filter(district__in=units).select_related("district__governorate", "centre")
    if kind in PlaceKind.values:
        places = places.filter(kind=kind)
    today = local_date(now)
    found = [_coverage(place, today=today) for place in _with_days(places, planning_units, now=now)]
    return sorted((each for each in found if not (only_waiting and each.next)), key=_need)


def _with_days(places: QuerySet[Place], planning_units: Collection[int], *, now: dt.datetime) -> QuerySet[Place]:
    told = StopRevision.objects.public().holding().filter(place=OuterRef("pk"))
    drafts = Stop.objects.filter(
        place=OuterRef("pk"), status=StopStatus.DRAFT, date__gte=local_date(now), district__in=planning_units
    )
    # One seek in an index for each place: however long the past, its last visit is the end of a list.
    return places.annotate(
        last_day=Subquery(told.begun(now=now).order_by("-date").values("date")[:1], output_field=DateField()),
        next_day=Subquery(
            told.scheduled().not_over(now=now).order_by("date").values("date")[:1], output_field=DateField()
        ),
        draft_day=Subquery(drafts.order_by("date").values("date")[:1], output_field=DateField()),
    )


def _coverage(place: Place, *, today: dt.date) -> Coverage:
    last, coming, planned = place.last_day, place.next_day, place.draft_day  # type: ignore[attr-defined]
    return Coverage(
        place=place,
        last=last,
        next=coming,
        planned=planned,
        days_since=(today - last).days if last else None,
        days_until=(coming - today).days if coming else None,
    )


def _need(each: Coverage) -> tuple[bool, int, bool, float, int, str, str]:
    """What sorts the neediest first."""
    return (
        each.days_since is not None,
        -(each.days_since or 0),
        each.next is not None,
        # A distance that is not known is not a short one, nor a long one: it comes after those that are known.
        -(each.kilometres if each.kilometres is not None else -1),
        -(each.place.population or 0),
        each.place.name_ar,
        each.place.code,
    )

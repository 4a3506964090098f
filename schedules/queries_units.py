"""How the units stand: a week of each in numbers, and what awaits, failed, is owed and comes for those who are to act."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from announcements.enums import AcknowledgementKind
from announcements.models import Delivery, Notice, NoticeItem
from announcements.queries_by_hand import is_owed
from schedules.enums import RevisionState, StopStatus
from schedules.models import Stop, StopRevision
from schedules.models.stops import local_zone
from sohag_mobile.weeks import Week
from vehicles.models import District

_DETAILS = ("vehicle", "place__district", "district__governorate")
_OFF = frozenset({RevisionState.CANCELLED, RevisionState.POSTPONED})


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """The working copies of a unit's week that stand: each is counted in one of the first five numbers."""

    drafted: int = 0
    awaiting: int = 0
    returned: int = 0
    changed: int = 0  # public, with a change that nobody has submitted yet
    published: int = 0
    # Of those that are not public as they stand: how many would be announced too late if that were done now.
    overdue: int = 0

    @property
    def planned(self) -> int:
        return self.drafted + self.awaiting + self.returned + self.changed + self.published


@dataclasses.dataclass(frozen=True, slots=True)
class UnitWeek:
    """A unit's week. `plan` is None for those who may not see working copies; the others are public facts and their fate."""

    unit: District
    plan: Plan | None
    told: int  # visits the public reads of as taking place
    called_off: int
    late: int  # notices issued too late for citizens to plan by
    troubled: int  # deliveries that failed or are unconfirmed, and nobody has decided
    owed: int  # corrections not yet posted or aired by hand, though what they correct was


def list_standings_of_units(
    units: Sequence[District], week: Week, *, now: dt.datetime, planned_for: Collection[int]
) -> list[UnitWeek]:
    """The week of each unit as it stands at `now` (aware). Five queries, however many units.

    `planned_for` are the units (primary keys) whose working copies may be seen.
    """
    plans = _plans(week, now=now, units=planned_for) if planned_for else {}
    told, called_off = _public_facts(week)
    late = _count_late(week)
    troubled = _count_troubled(week)
    owed = Counter(notice.district_id for notice in list_owed_notices().filter(_about(week)).distinct())
    return [
        UnitWeek(
            unit=unit,
            plan=plans.get(unit.pk, Plan()) if unit.pk in planned_for else None,
            told=told[unit.pk],
            called_off=called_off[unit.pk],
            late=late[unit.pk],
            troubled=troubled[unit.pk],
            owed=owed[unit.pk],
        )
        for unit in units
    ]


def _plans(week: Week, *, now: dt.datetime, units: Collection[int]) -> Mapping[int, Plan]:
    unpublished = Q(status=StopStatus.DRAFT) | Q(has_unpublished_changes=True)
    rests = unpublished & Q(submitted_at__isnull=True, returned_at__isnull=True)
    latest = (now + dt.timedelta(hours=settings.LATE_HOURS)).astimezone(local_zone())
    too_late = Q(date__lt=latest.date()) | Q(date=latest.date(), starts_at__lt=latest.time())
    rows = (
        Stop.objects.filter(district__in=units, date__gte=week.first, date__lte=week.last)
        .exclude(status=StopStatus.CANCELLED)
        .exclude(status=StopStatus.POSTPONED, has_unpublished_changes=False)
        .order_by()
        .values("district")
        .annotate(
            drafted=Count("pk", filter=rests & Q(status=StopStatus.DRAFT)),
            changed=Count("pk", filter=rests & ~Q(status=StopStatus.DRAFT)),
            awaiting=Count("pk", filter=Q(submitted_at__isnull=False)),
            returned=Count("pk", filter=Q(returned_at__isnull=False)),
            published=Count("pk", filter=~unpublished),
            overdue=Count("pk", filter=unpublished & too_late),
        )
    )
    return {row.pop("district"): Plan(**row) for row in rows}


def _public_facts(week: Week) -> tuple[Counter[int], Counter[int]]:
    told: Counter[int] = Counter()
    called_off: Counter[int] = Counter()
    rows = StopRevision.objects.public().filter(date__gte=week.first, date__lte=week.last).order_by()
    for unit, state, number in rows.values_list("district", "state").annotate(Count("pk")):
        (called_off if state in _OFF else told)[unit] += number
    return told, called_off


def _about(week: Week, prefix: str = "") -> Q:
    """Notices that told of a visit of the week."""
    of_week = {f"{prefix}items__revision__date__gte": week.first, f"{prefix}items__revision__date__lte": week.last}
    return Q(**of_week)


def _count_late(week: Week) -> Counter[int]:
    rows = Notice.objects.filter(_about(week), issued_at__gt=F("late_from")).order_by()
    return Counter(dict(rows.values_list("district").annotate(Count("pk", distinct=True))))


def _count_troubled(week: Week) -> Counter[int]:
    """Also of notices about no single visit, such as the hours of a period, that were issued in the week."""
    first = dt.datetime.combine(week.first, dt.time(), local_zone())
    whole = Q(
        notice__items__isnull=True,
        notice__issued_at__gte=first,
        notice__issued_at__lt=first + dt.timedelta(weeks=1),
    )
    rows = Delivery.objects.undecided().filter(_about(week, "notice__") | whole).order_by()
    return Counter(dict(rows.values_list("notice__district").annotate(Count("pk", distinct=True))))


# -- what those who act are told --------------------------------------------------------------------------------------------


def list_owed_notices(*, not_before: dt.date | None = None) -> QuerySet[Notice]:
    """Corrections that still have to be posted or aired by hand, oldest first, each with `owes_posting` and `owes_airing`.

    With `not_before`, a local day, only those about a visit on it or later: nobody is told any more what is over.
    """
    posting, airing = is_owed(AcknowledgementKind.POSTED), is_owed(AcknowledgementKind.AIRED)
    owed = Notice.objects.filter(posting | airing)
    if not_before is not None:
        items = NoticeItem.objects.filter(notice=OuterRef("pk"))
        owed = owed.filter(Exists(items.filter(revision__date__gte=not_before)) | ~Exists(items))
    return (
        owed.annotate(owes_posting=posting, owes_airing=airing).select_related("district").order_by("issued_at", "pk")
    )


def list_coming(units: Collection[int], *, first: dt.date, last: dt.date) -> QuerySet[Stop]:
    """The working copies of the days from `first` to `last` with what the public was told of them last; not the called-off."""
    return (
        Stop.objects.filter(district__in=units, date__gte=first, date__lte=last)
        .exclude(status=StopStatus.CANCELLED)
        .with_told_state()
        .select_related("vehicle", "place__district", "district")
        .order_by("date", "starts_at", "vehicle__code")
    )


def list_awaiting(units: Collection[int]) -> QuerySet[Stop]:
    """What was laid before the heads of `units`, with everything that is said of it."""
    return (
        Stop.objects.submitted()
        .filter(district__in=units)
        .with_details()
        .select_related("submitted_by", *_DETAILS)
        .order_by("date", "starts_at", "pk")
    )


def list_returned(units: Collection[int]) -> QuerySet[Stop]:
    """What was sent back to those who draft for `units`, and was not edited or submitted since."""
    return (
        Stop.objects.filter(district__in=units, returned_at__isnull=False)
        .select_related("returned_by", *_DETAILS)
        .order_by("date", "starts_at", "pk")
    )


def list_troubles(units: Collection[int]) -> QuerySet[Delivery]:
    """Deliveries of the units' notices that a person has to decide about, oldest first."""
    return (
        Delivery.objects.undecided()
        .filter(notice__district__in=units)
        .select_related("notice__district", "channel")
        .order_by("created_at", "pk")
    )

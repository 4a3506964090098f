"""What a changed calendar leaves to be done: hours to announce, visits on days that are off now, days that are free again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from announcements.arabic.facts import HoursFacts
from announcements.models import Notice
from announcements.queries_posters import read_facts
from schedules.clock import local_date
from schedules.enums import Cause, RevisionState
from schedules.models import Holiday, HoursAnnouncement, HoursPeriod, PatternSkip, Stop, StopRevision
from vehicles.models import District

if TYPE_CHECKING:
    from sohag_mobile.weeks import Week

# A period is put before the units this long before its first day.
ANNOUNCED_AHEAD = dt.timedelta(days=30)


_CAUSE = "تطبيق مواعيد العمل خلال"


@dataclasses.dataclass(frozen=True, slots=True)
class OffHours:
    """A visit whose hours are not those of the period that its day lies in; `is_public` when citizens read them."""

    stop: Stop
    period: HoursPeriod
    starts_at: dt.time
    ends_at: dt.time
    is_public: bool


@dataclasses.dataclass(frozen=True, slots=True)
class FreedDay:
    """A visit on a day that is an ordinary one again, after it was treated as another.

    `revision` told the public of it: cancelled or moved to another day for a holiday that is none any more, or given the hours
    of a period (`left_period`) that its day no longer lies in. Of a draft there is none: its reason for working on a day off is
    no longer needed.
    """

    stop: Stop
    date: dt.date
    revision: StopRevision | None
    left_period: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class HoursDue:
    """A unit that has not told the hours of a period as they are now. `told` is the notice that told them otherwise, if any."""

    period: HoursPeriod
    district: District
    told: Notice | None
    visits: int


def hours_facts(period: HoursPeriod) -> HoursFacts:
    """The period as its announcement tells it."""
    return HoursFacts(
        name=period.name_ar,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        last_intake=period.last_intake,
        is_provisional=period.is_provisional,
        greeting=period.greeting_ar,
    )


def hours_cause(period: HoursPeriod) -> str:
    """Why the hours of an announced visit change, as it follows «بسبب»."""
    return f"{_CAUSE} {period.name_ar}"


def list_off_hours(
    districts: Iterable[District], periods: Sequence[HoursPeriod], *, now: dt.datetime
) -> list[OffHours]:
    """Visits of `districts` that begin after `now` (aware) and whose hours are not those of their period. Two queries.

    `periods` in the order in which they hold: of two on one day the first. What has a reason for other hours is left out.
    """
    if not periods:
        return []
    days = Q()
    for period in periods:
        days |= Q(date__gte=period.starts_on, date__lte=period.ends_on)
    found = []
    for stop, times, is_public in _list_coming(districts, days, now=now):
        period = next(period for period in periods if period.covers(times.date))
        if not stop.other_hours_reason and not period.holds(times.starts_at, times.ends_at):
            found.append(OffHours(stop, period, times.starts_at, times.ends_at, is_public))
    return found


def list_hours_due(districts: Sequence[District], *, now: dt.datetime) -> list[HoursDue]:
    """Which of `districts` has not told the hours of which coming period as they are now. Four queries."""
    today = local_date(now)
    periods = list(HoursPeriod.objects.touching(today, dt.date.max))
    off_hours = list_off_hours(districts, periods, now=now)
    rows = HoursAnnouncement.objects.filter(period__in=periods, district__in=districts)
    told = {(row.period_id, row.district_id): row.notice for row in rows.select_related("notice__district")}
    due = []
    for period in sorted(periods, key=lambda each: each.starts_on):
        for district in districts:
            notice = told.get((period.pk, district.pk))
            visits = sum(
                1 for each in off_hours if each.is_public and each.period == period and each.stop.district == district
            )
            is_soon = period.starts_on - ANNOUNCED_AHEAD <= today
            if visits or (not is_told(period, notice) and (is_soon or notice is not None)):
                due.append(HoursDue(period, district, notice, visits))
    return due


def find_told_hours(period: HoursPeriod, district: District) -> Notice | None:
    """The notice in which `district` last told the hours of `period`."""
    told = HoursAnnouncement.objects.select_related("notice__district").filter(period=period, district=district).last()
    return told.notice if told else None


def is_told(period: HoursPeriod, told: Notice | None) -> bool:
    """Whether the notice `told` says what the period is now."""
    facts = read_facts(told) if told else None
    return facts is not None and facts.hours == hours_facts(period)


def list_bulletin_revisions(week: Week, *, issuer: District, now: dt.datetime) -> QuerySet[StopRevision]:
    """What the governorate has not told yet of the visits in `week` that are not over, in the order of a bulletin."""
    revisions = StopRevision.objects.public().scheduled().not_over(now=now)
    told = Notice.objects.filter(district=issuer).values("items__revision__stop")
    return (
        revisions.filter(date__gte=week.first, date__lte=week.last, district__governorate=issuer.governorate_id)
        .exclude(stop__in=told.filter(items__isnull=False))
        .order_by("date", "starts_at", "district__kind", "district__name_ar", "pk")
    )


def _list_coming(
    districts: Iterable[District], days: Q, *, now: dt.datetime
) -> list[tuple[Stop, Stop | StopRevision, bool]]:
    """Visits that have not begun: (working copy, the times that count, whether they are public), by day and hour. Two queries."""
    units = list(districts)
    public = StopRevision.objects.public().scheduled().not_over(now=now).filter(days, district__in=units)
    related = ("vehicle", "place__district", "district__governorate")
    rows: list[tuple[Stop, Stop | StopRevision, bool]] = [
        (revision.stop, revision, True)
        for revision in public.select_related("stop", *(f"stop__{name}" for name in related))
    ]
    drafts = Stop.objects.drafts().filter(days, district__in=units, date__gte=local_date(now)).select_related(*related)
    rows += [(stop, stop, False) for stop in drafts]
    rows = [row for row in rows if row[1].starts > now]
    return sorted(rows, key=lambda row: (row[1].date, row[1].starts_at, row[0].pk))


def list_freed(districts: Sequence[District], *, now: dt.datetime) -> list[FreedDay]:
    """Coming visits of `districts` (loaded with their governorate) that were treated as on another day than it is. Six queries.

    Called off or moved for a holiday that is none any more, given hours of a period that has moved away, and drafts that need
    no reason any more.
    """
    today = local_date(now)
    holidays = set(Holiday.objects.filter(date__gte=today).values_list("date", flat=True))
    periods = list(HoursPeriod.objects.touching(today, dt.date.max))
    return [*_list_freed(districts, holidays, today=today), *_list_left_behind(districts, periods, now=now)]


def _list_freed(districts: Sequence[District], holidays: Set[dt.date], *, today: dt.date) -> list[FreedDay]:
    """Three queries: called off or moved for a holiday, the days moved from, and drafts that need no reason any more."""
    related = ("stop__vehicle", "stop__place__district", "district__governorate")
    for_holiday = list(
        StopRevision.objects.public().filter(district__in=districts, cause=Cause.HOLIDAY).select_related(*related)
    )
    found = [
        FreedDay(revision.stop, revision.date, revision)
        for revision in for_holiday
        if revision.state == RevisionState.CANCELLED
    ]
    moved = {revision.stop_id: revision for revision in for_holiday if revision.state != RevisionState.CANCELLED}
    for former in StopRevision.objects.filter(stop__in=list(moved), is_current=False):
        now_told = moved[former.stop_id]
        if former.number == now_told.number - 1 and former.date != now_told.date:
            found.append(FreedDay(now_told.stop, former.date, now_told))
    drafts = Stop.objects.drafts().filter(district__in=districts, date__gte=today).exclude(off_day_reason="")
    found += [
        FreedDay(stop, stop.date, None)
        for stop in drafts.select_related("vehicle", "place__district", "district__governorate")
    ]

    def works_again(freed: FreedDay) -> bool:
        governorate = (freed.revision or freed.stop).district.governorate
        return freed.date >= today and freed.date not in holidays and not governorate.is_weekend(freed.date)

    return sorted(filter(works_again, found), key=lambda freed: (freed.date, freed.stop.pk))


def _list_left_behind(
    districts: Sequence[District], periods: Sequence[HoursPeriod], *, now: dt.datetime
) -> list[FreedDay]:
    """Visits that were given the hours of a period which has moved away from their day since. One query."""
    revisions = StopRevision.objects.public().scheduled().not_over(now=now)
    fitted = revisions.filter(district__in=districts, cause_ar__startswith=_CAUSE)
    related = ("stop__vehicle", "stop__place__district", "district__governorate")
    return [
        FreedDay(revision.stop, revision.date, revision, left_period=True)
        for revision in fitted.select_related(*related).order_by("date", "starts_at", "pk")
        if revision.starts > now and not any(period.covers(revision.date) for period in periods)
    ]


def list_skipped(districts: Sequence[District], *, now: dt.datetime) -> QuerySet[PatternSkip]:
    """Coming days of recurring visits for which no draft could be made. One query."""
    skips = PatternSkip.objects.filter(
        date__gte=local_date(now), pattern__district__in=districts, pattern__is_active=True
    )
    return skips.select_related("pattern__vehicle", "pattern__place__district", "pattern__district").order_by(
        "date", "pattern"
    )

"""What became of the visits of a period: held or not, hours worked, what was counted, what came late (R4, domain.md §7)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from django.conf import settings

from schedules.enums import TOOK_PLACE, VisitOutcome
from schedules.models import StopRevision, VisitReport
from schedules.models.reports import FIGURES
from schedules.queries_held import hours_of, list_told
from vehicles.models import District, Vehicle

Group = TypeVar("Group", District, Vehicle)


@dataclasses.dataclass(frozen=True, slots=True)
class Visit:
    """An announced visit whose beginning has come, as the public was told of it last, and what staff recorded of it.

    `worked` is None while it is not over. `is_late`: it was announced later than LATE_HOURS before its first announced beginning.
    """

    fact: StopRevision
    outcome: VisitOutcome
    worked: dt.timedelta | None
    is_late: bool
    report: VisitReport | None

    @property
    def is_unrecorded(self) -> bool:
        """It took place, and nobody has written down what was counted."""
        return self.report is None and self.outcome in TOOK_PLACE


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """The sum of a count over the visits at which it was recorded; None and 0 where it was at none."""

    total: int | None
    visits: int

    @property
    def average(self) -> float | None:
        """For each visit at which it was recorded: what is missing is not zero (domain.md (d) 20)."""
        return None if self.total is None else self.total / self.visits


@dataclasses.dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of some visits. `figures` are in the order of FIGURES; `unrecorded` are visits without any report."""

    outcomes: Counter[VisitOutcome]
    worked: dt.timedelta
    late: int
    unrecorded: int
    figures: tuple[Figure, ...]

    @property
    def visits(self) -> int:
        return self.outcomes.total()


@dataclasses.dataclass(frozen=True, slots=True)
class Summary(Generic[Group]):
    """The numbers of one unit, or of one vehicle."""

    group: Group
    tally: Tally


def list_visits(
    districts: Iterable[District],
    *,
    first: dt.date,
    last: dt.date,
    now: dt.datetime,
    vehicle: Vehicle | None = None,
) -> list[Visit]:
    """The visits that `districts` announced for the local days `first` to `last` and that have begun at `now` (aware).

    Newest day first; those called off are among them, with the day they were announced for. Three queries.
    """
    facts = StopRevision.objects.public().begun(now=now).filter(district__in=districts, date__range=(first, last))
    if vehicle is not None:
        facts = facts.filter(vehicle=vehicle)
    # By a subquery, so that a year of many vehicles is not a list of a hundred thousand keys.
    stops = facts.order_by().values("stop")
    told = list_told(stops)
    reports = {report.stop_id: report for report in VisitReport.objects.current().filter(stop__in=stops)}
    rows = facts.select_related("vehicle", "place__district", "district").order_by(
        "-date", "starts_at", "vehicle__code"
    )
    return [_visit(fact, told[fact.stop_id], reports.get(fact.stop_id), now=now) for fact in rows]


def _visit(fact: StopRevision, told: Sequence[StopRevision], report: VisitReport | None, *, now: dt.datetime) -> Visit:
    worked = hours_of(told)
    notice = dt.timedelta(hours=settings.LATE_HOURS)
    return Visit(
        fact=fact,
        outcome=_outcome(fact, worked, now=now),
        worked=None if _stands(fact, now=now) else worked,
        is_late=told[0].published_at > told[0].starts - notice,
        report=report,
    )


def _stands(fact: StopRevision, *, now: dt.datetime) -> bool:
    return not fact.is_cancelled and not fact.is_postponed and now < fact.ends


def _outcome(fact: StopRevision, worked: dt.timedelta, *, now: dt.datetime) -> VisitOutcome:
    if fact.is_cancelled:
        return VisitOutcome.CANCELLED
    if fact.is_postponed:
        return VisitOutcome.POSTPONED
    if now < fact.ends:
        return VisitOutcome.STANDING
    return VisitOutcome.PARTLY_HELD if worked < fact.ends - fact.starts else VisitOutcome.HELD


def tally(visits: Sequence[Visit]) -> Tally:
    """The numbers of `visits` together. Asks the database nothing."""
    reports = [visit.report for visit in visits if visit.report is not None]
    return Tally(
        outcomes=Counter(visit.outcome for visit in visits),
        worked=sum((visit.worked for visit in visits if visit.worked is not None), dt.timedelta()),
        late=sum(visit.is_late for visit in visits),
        unrecorded=sum(visit.is_unrecorded for visit in visits),
        figures=tuple(_figure([getattr(report, figure) for report in reports]) for figure in FIGURES),
    )


def _figure(values: Iterable[int | None]) -> Figure:
    recorded = [value for value in values if value is not None]
    return Figure(total=sum(recorded) if recorded else None, visits=len(recorded))


def by_unit(visits: Iterable[Visit]) -> list[Summary[District]]:
    """The numbers of each unit that announced one of `visits`, by its name."""
    return _grouped(visits, lambda visit: visit.fact.district, lambda unit: unit.name_ar)


def by_vehicle(visits: Iterable[Visit]) -> list[Summary[Vehicle]]:
    """The numbers of each vehicle of `visits`, by its code."""
    return _grouped(visits, lambda visit: visit.fact.vehicle, lambda vehicle: vehicle.code)


def _grouped(
    visits: Iterable[Visit], key: Callable[[Visit], Group], order: Callable[[Group], Any]
) -> list[Summary[Group]]:
    groups: defaultdict[Group, list[Visit]] = defaultdict(list)
    for visit in visits:
        groups[key(visit)].append(visit)
    return [Summary(group, tally(groups[group])) for group in sorted(groups, key=order)]

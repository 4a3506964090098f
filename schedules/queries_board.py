"""The week board: the vehicles that some units plan with, day by day, and the working copies that lie on those days.

Both reads cost the same number of queries however many vehicles and stops there are.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Count, Max, Q, Sum

from schedules.enums import StopStatus
from schedules.models import Holiday, HoursPeriod, Stop
from schedules.models.stops import StopQuerySet, local_zone
from sohag_mobile.models import ContentVersion
from sohag_mobile.weeks import Week
from vehicles.models import Assignment, District, Governorate, Vehicle

MOST_WEEKS = 4


@dataclasses.dataclass(frozen=True, slots=True)
class BoardWindow:
    """One to four weeks beginning with `first`."""

    first: Week
    weeks: int = 1

    @property
    def starts_on(self) -> dt.date:
        return self.first.first

    @property
    def ends_on(self) -> dt.date:
        """The last day, which is included."""
        return self.first.plus(self.weeks - 1).last

    @property
    def days(self) -> list[dt.date]:
        return [self.starts_on + dt.timedelta(days=number) for number in range(7 * self.weeks)]


@dataclasses.dataclass(frozen=True, slots=True)
class BoardDay:
    """A column: a local day, and what a planner has to know of it. `is_off` is a weekly day off."""

    date: dt.date
    is_off: bool
    holiday: Holiday | None
    period: HoursPeriod | None


@dataclasses.dataclass(frozen=True, slots=True)
class BoardCell:
    """A vehicle on a day. `district` is the unit it works for then, None where that is none of the units asked for."""

    day: BoardDay
    district: District | None
    stops: tuple[Stop, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class BoardRow:
    """A vehicle with the units it works for in these weeks, of those that were asked for."""

    vehicle: Vehicle
    districts: tuple[District, ...]
    cells: tuple[BoardCell, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Board:
    days: tuple[BoardDay, ...]
    rows: tuple[BoardRow, ...]

    @property
    def stops(self) -> list[Stop]:
        return [stop for row in self.rows for cell in row.cells for stop in cell.stops]


def stops_of_board(window: BoardWindow, units: Collection[int]) -> StopQuerySet:
    """The working copies of `units` (primary keys) that lie in `window`, those included that a unit has announced."""
    districts = District.objects.filter(pk__in=units)
    return Stop.objects.of_districts(districts).filter(date__gte=window.starts_on, date__lte=window.ends_on)


def with_card_details(stops: StopQuerySet) -> StopQuerySet:
    """With everything a card says of a stop."""
    return stops.with_told_state().select_related("vehicle", "place__district", "district", "updated_by", "returned_by")


def build_board(window: BoardWindow, units: Collection[int], *, governorate: Governorate | None) -> Board:
    """Every vehicle that works for one of `units` on some day of `window`, or stands there for it. Four queries."""
    days = build_days(window, governorate=governorate)
    works: defaultdict[int, list[Assignment]] = defaultdict(list)
    vehicles: dict[int, Vehicle] = {}
    assignments = Assignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=window.starts_on), starts_on__lte=window.ends_on, district__in=units
    )
    for assignment in assignments.filter(vehicle__is_active=True).select_related("vehicle", "district"):
        vehicles[assignment.vehicle_id] = assignment.vehicle
        works[assignment.vehicle_id].append(assignment)
    lying: defaultdict[tuple[int, dt.date], list[Stop]] = defaultdict(list)
    for stop in with_card_details(stops_of_board(window, units)).order_by("date", "starts_at", "pk"):
        vehicles.setdefault(stop.vehicle_id, stop.vehicle)
        lying[stop.vehicle_id, stop.date].append(stop)
    rows = [_build_row(vehicle, works[pk], days, lying) for pk, vehicle in vehicles.items()]
    return Board(days=days, rows=tuple(sorted(rows, key=_order)))


def build_days(window: BoardWindow, *, governorate: Governorate | None) -> tuple[BoardDay, ...]:
    """The columns. Two queries."""
    first, last = window.starts_on, window.ends_on
    holidays = {holiday.date: holiday for holiday in Holiday.objects.filter(date__gte=first, date__lte=last)}
    periods = list(HoursPeriod.objects.touching(first, last))
    return tuple(
        BoardDay(
            date=day,
            is_off=governorate is not None and governorate.is_weekend(day),
            holiday=holidays.get(day),
            period=next((period for period in periods if period.covers(day)), None),
        )
        for day in window.days
    )


def find_board_version(window: BoardWindow, units: Collection[int], *, now: dt.datetime) -> str:
    """A word that is another one as soon as `build_board` would show something else at `now` (aware). Two queries.

    Publishing and calling off leave `updated_at` of a working copy alone: they are seen by the states that are counted, and by
    the version of what is public, which master data raises as well.
    """
    local = now.astimezone(local_zone())
    counted = stops_of_board(window, units).aggregate(
        stops=Count("pk"),
        keys=Sum("pk"),
        saved=Max("updated_at"),
        drafts=Count("pk", filter=Q(status=StopStatus.DRAFT)),
        postponed=Count("pk", filter=Q(status=StopStatus.POSTPONED)),
        cancelled=Count("pk", filter=Q(status=StopStatus.CANCELLED)),
        changed=Count("pk", filter=Q(has_unpublished_changes=True)),
        submitted=Count("submitted_at"),
        submitted_last=Max("submitted_at"),
        returned=Count("returned_at"),
        returned_last=Max("returned_at"),
        over=Count("pk", filter=Q(date__lt=local.date()) | Q(date=local.date(), ends_at__lte=local.time())),
    )
    public = list(ContentVersion.objects.values_list("number", flat=True))
    told = repr([*sorted(counted.items()), public, sorted(units), window.first.name, window.weeks, local.date()])
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def _build_row(
    vehicle: Vehicle,
    works: Iterable[Assignment],
    days: Iterable[BoardDay],
    lying: dict[tuple[int, dt.date], list[Stop]],
) -> BoardRow:
    works = sorted(works, key=lambda each: each.starts_on)
    cells = []
    for day in days:
        district = next(
            (
                each.district
                for each in works
                if each.starts_on <= day.date and (each.ends_on is None or day.date <= each.ends_on)
            ),
            None,
        )
        cells.append(BoardCell(day, district, tuple(lying.get((vehicle.pk, day.date), ()))))
    return BoardRow(vehicle, tuple(dict.fromkeys(each.district for each in works)), tuple(cells))


def _order(row: BoardRow) -> tuple[bool, str, str, str]:
    """By unit; a vehicle that works for none of them any more comes last."""
    if not row.districts:
        return True, "", "", row.vehicle.code
    return False, row.districts[0].kind, row.districts[0].name_ar, row.vehicle.code

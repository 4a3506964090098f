"""The list of conflicts: each kind, who has decided what, in a fixed number of queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User

from schedules.actions import draft_stop, edit_stop, publish_stops
from schedules.actions_incidents import postpone_stop, report_breakdown
from schedules.enums import Cause, ConflictKind, Severity
from schedules.models import Stop
from schedules.queries_conflicts import Conflict, list_conflicts
from schedules.validators import StopData, check_stop
from tests.factories.schedules import (
    CAIRO,
    STOP_DATE,
    HolidayFactory,
    HoursPeriodFactory,
    PlaceFactory,
    StopFactory,
    StopRevisionFactory,
)
from tests.factories.services import OfferFactory
from tests.factories.users import make_head, make_supervisor
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, GovernorateFactory, VehicleFactory
from tests.support.staff import NOW
from vehicles.enums import OutOfServiceCause
from vehicles.models import Assignment, District, OutOfService, Vehicle

pytestmark = pytest.mark.django_db
QUERIES = 23
FRIDAY = STOP_DATE + dt.timedelta(days=5)


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def head(district: District) -> User:
    return make_head(district)


def found(*units: District, now: dt.datetime = NOW, last: dt.date = dt.date.max) -> list[Conflict]:
    rows = District.objects.select_related("governorate").filter(pk__in=[unit.pk for unit in units])
    return list_conflicts(list(rows), dt.date.min, last, now=now)


def told(*units: District, now: dt.datetime = NOW) -> list[tuple[str, int, tuple[Stop, ...]]]:
    """Kind, severity and stops of each."""
    return [(each.kind, each.severity, each.stops) for each in found(*units, now=now)]


def test_nothing_is_the_matter_with_ordinary_stops(district: District) -> None:
    StopFactory(place__district=district)
    StopRevisionFactory(stop__place__district=district)
    assert found(district) == []


def test_a_vehicle_out_of_service_is_refused_for_new_stops_and_listed_for_old_ones(
    district: District, head: User
) -> None:
    stop = StopFactory(place__district=district)
    public = StopRevisionFactory(
        stop__place__district=district, vehicle=stop.vehicle, date=STOP_DATE + dt.timedelta(days=1)
    )
    later = StopFactory(place__district=district, vehicle=stop.vehicle, date=STOP_DATE + dt.timedelta(days=2))
    OutOfService.objects.create(
        vehicle=stop.vehicle,
        starts_on=STOP_DATE,
        ends_on=STOP_DATE + dt.timedelta(days=1),
        cause=OutOfServiceCause.REQUISITION,
    )

    assert told(district) == [
        (ConflictKind.OUT_OF_SERVICE, Severity.REFUSED, (stop,)),
        (ConflictKind.OUT_OF_SERVICE, Severity.REFUSED, (public.stop,)),
    ]
    assert [each.is_public for each in found(district)] == [False, True]
    refused = check_stop(StopData.of(stop), by=head, now=NOW, stop=stop)
    assert [(problem.field, problem.code) for problem in refused] == [("vehicle", "vehicle_out_of_service")]
    assert check_stop(StopData.of(later), by=head, now=NOW, stop=later) == []


def test_a_vehicle_out_of_service_until_further_notice_says_so(district: District, in_english: None) -> None:
    stop = StopFactory(place__district=district)
    OutOfService.objects.create(vehicle=stop.vehicle, starts_on=STOP_DATE, cause=OutOfServiceCause.REPAIR)
    (conflict,) = found(district)
    assert conflict.sentence == (
        f"{stop.vehicle} is out of service since Sunday 29 November 2026 until further notice (Repair)."
    )


def test_a_vehicle_taken_out_of_use_is_listed(district: District) -> None:
    stop = StopFactory(place__district=district)
    Vehicle.objects.update(is_active=False)
    assert told(district) == [(ConflictKind.OUT_OF_SERVICE, Severity.REFUSED, (stop,))]


def test_an_assignment_that_ended_leaves_its_stops_behind(district: District) -> None:
    stop = StopFactory(place__district=district)
    Assignment.objects.update(ends_on=STOP_DATE - dt.timedelta(days=1))
    assert told(district) == [(ConflictKind.UNASSIGNED, Severity.REFUSED, (stop,))]


def test_edge_11_a_vehicle_lent_after_the_plan_is_listed_for_the_unit_that_planned_it(district: District) -> None:
    stop = StopFactory(place__district=district)
    Assignment.objects.update(ends_on=STOP_DATE - dt.timedelta(days=1))
    borrower = DistrictFactory()
    AssignmentFactory(vehicle=stop.vehicle, district=borrower, starts_on=STOP_DATE)

    assert told(district) == [
        (ConflictKind.OTHER_UNIT, Severity.WARNING, (stop,)),
        (ConflictKind.OUTSIDE_UNIT, Severity.WARNING, (stop,)),
    ]
    assert told(borrower) == []


def test_edge_10_a_place_outside_the_unit_is_a_warning_until_a_supervisor_has_accepted_it(district: District) -> None:
    vehicle = VehicleFactory(assigned_to=district)
    stop = StopFactory(place=PlaceFactory(), district=district, vehicle=vehicle)
    assert told(district) == [(ConflictKind.OUTSIDE_UNIT, Severity.WARNING, (stop,))]
    Stop.objects.update(outside_district_accepted_by=make_supervisor())
    (decided,) = found(district)
    assert (decided.severity, decided.to_do) == (Severity.NOTICE, "")
    assert stop.place.label in decided.sentence


def test_edge_09_short_ways_are_one_warning_of_two_stops(district: District) -> None:
    first = StopFactory(place__district=district, ends_at=dt.time(11), last_intake=None)
    second = StopFactory(
        place__district=district,
        vehicle=first.vehicle,
        starts_at=dt.time(11, 10),
        ends_at=dt.time(14),
        last_intake=None,
    )
    assert told(district) == [(ConflictKind.NO_TRAVEL_TIME, Severity.WARNING, (first, second))]
    Stop.objects.filter(pk=second.pk).update(short_travel_accepted_by=make_supervisor())
    assert told(district) == [(ConflictKind.NO_TRAVEL_TIME, Severity.NOTICE, (second, first))]
    Stop.objects.filter(pk=second.pk).update(starts_at=dt.time(11))
    assert [severity for _kind, severity, _stops in told(district)] == [Severity.REFUSED]


def test_edge_09_two_vehicles_that_do_the_same_are_seen_across_units(district: District) -> None:
    first = StopFactory(place__district=district)
    other = DistrictFactory()
    second = StopFactory(
        place=first.place,
        district=other,
        vehicle=VehicleFactory(assigned_to=other),
        services=first.services.all(),
    )
    Stop.objects.filter(pk=second.pk).update(outside_district_accepted_by=make_supervisor())
    assert told(district) == [(ConflictKind.DUPLICATE, Severity.WARNING, (first,))]
    assert (ConflictKind.DUPLICATE, Severity.WARNING, (second,)) in told(other)
    # What another unit has not announced is not told to this one.
    assert second.vehicle.name not in found(district)[0].sentence
    assert {first, second} in [set(each.stops) for each in found(district, other)]
    second.services.add(OfferFactory(vehicle=second.vehicle).service)
    assert told(district) == []


def test_a_time_that_the_public_is_still_told_of_is_booked_twice(district: District, head: User) -> None:
    moved = StopFactory(place__district=district)
    publish_stops([moved], by=head, now=NOW)
    moved.refresh_from_db()
    data = StopData.of(moved)
    edit_stop(moved, dataclasses.replace(data, date=STOP_DATE + dt.timedelta(days=1)), by=head, now=NOW)
    taker = draft_stop(dataclasses.replace(data, place=PlaceFactory(district=district)), by=head, now=NOW)

    conflicts = found(district)

    assert {(each.kind, each.severity, frozenset(each.stops)) for each in conflicts} == {
        (ConflictKind.DOUBLE_BOOKED, Severity.REFUSED, frozenset({taker, moved}))
    }


def test_days_off_need_a_reason_and_then_are_told_with_it(district: District) -> None:
    HolidayFactory(date=STOP_DATE, name_ar="عيد")
    on_holiday = StopFactory(place__district=district)
    on_friday = StopFactory(
        place__district=district, date=FRIDAY, off_day_reason="انتخابات", landmark_confirmed_for=FRIDAY
    )
    unconfirmed = StopFactory(place__district=district, date=FRIDAY)

    assert told(district) == [
        (ConflictKind.HOLIDAY, Severity.WARNING, (on_holiday,)),
        (ConflictKind.LANDMARK, Severity.WARNING, (unconfirmed,)),
        (ConflictKind.WEEKEND, Severity.WARNING, (unconfirmed,)),
        (ConflictKind.WEEKEND, Severity.NOTICE, (on_friday,)),
    ]
    assert "انتخابات" in found(district)[-1].sentence


def test_edge_06_a_stop_over_the_friday_prayer_is_to_be_mended(district: District) -> None:
    stop = StopFactory(place__district=district, date=FRIDAY, off_day_reason="انتخابات", landmark_confirmed_for=FRIDAY)
    governorate = GovernorateFactory()
    governorate.friday_prayer_starts_at, governorate.friday_prayer_ends_at = dt.time(11, 30), dt.time(13)
    governorate.save()
    assert told(district)[0] == (ConflictKind.FRIDAY_PRAYER, Severity.REFUSED, (stop,))


def test_edge_15_a_draft_that_begins_soon_is_late_and_so_is_what_was_announced_late(
    district: District, head: User
) -> None:
    soon = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)
    draft = StopFactory(place__district=district)
    announced = StopFactory(place__district=district)
    assert told(district, now=NOW) == []
    publish_stops([announced], by=head, now=soon)

    assert told(district, now=soon) == [
        (ConflictKind.LATE, Severity.WARNING, (draft,)),
        (ConflictKind.LATE, Severity.NOTICE, (announced,)),
    ]
    begun = dt.datetime.combine(STOP_DATE, dt.time(10), tzinfo=CAIRO)
    assert told(district, now=begun)[0] == (ConflictKind.LATE, Severity.WARNING, (draft,))
    assert told(district, now=dt.datetime.combine(STOP_DATE, dt.time(14), tzinfo=CAIRO)) == []


def test_a_public_fact_is_judged_although_its_working_copy_has_moved_away(district: District, head: User) -> None:
    stop = StopFactory(place__district=district)
    publish_stops([stop], by=head, now=NOW)
    stop.refresh_from_db()
    tuesday = STOP_DATE + dt.timedelta(days=2)
    HolidayFactory(date=STOP_DATE)
    edit_stop(stop, dataclasses.replace(StopData.of(stop), date=tuesday), by=head, now=NOW)

    (conflict,) = found(district)

    assert (conflict.kind, conflict.is_public, conflict.date) == (ConflictKind.HOLIDAY, True, STOP_DATE)


def test_what_is_put_off_stopped_or_called_off_holds_nothing(district: District, head: User) -> None:
    HoursPeriodFactory(ends_at=dt.time(12), last_intake=None, starts_on=STOP_DATE, ends_on=STOP_DATE)
    postponed = StopRevisionFactory(stop__place__district=district).stop
    postpone_stop(postponed, cause=Cause.WEATHER, by=head, now=NOW)
    stopped = StopRevisionFactory(stop__place__district=district).stop
    at_ten = dt.datetime.combine(STOP_DATE, dt.time(10), tzinfo=CAIRO)
    report_breakdown(stopped, stopped_at=dt.time(9, 30), cause=Cause.NETWORK, by=head, now=at_ten)
    assert [each.kind for each in found(district, now=at_ten) if each.stops] == []


def test_only_the_days_asked_for_and_what_asks_most_first(district: District) -> None:
    late = StopFactory(place__district=district, date=STOP_DATE + dt.timedelta(days=8))
    early = StopFactory(place__district=district, date=STOP_DATE + dt.timedelta(days=1))
    HolidayFactory(date=early.date)
    OutOfService.objects.create(vehicle=late.vehicle, starts_on=late.date, cause=OutOfServiceCause.REPAIR)
    assert [each.stops for each in found(district)] == [(late,), (early,)]
    assert [each.stops for each in found(district, last=STOP_DATE + dt.timedelta(days=6))] == [(early,)]
    assert found(DistrictFactory()) == []


def crowd(district: District, count: int) -> None:
    """So many stops with something of every kind the matter, and as many without."""
    HoursPeriodFactory(ends_at=dt.time(13), last_intake=None)
    HolidayFactory(date=STOP_DATE)
    place = PlaceFactory(district=district)
    for each in range(count):
        first = StopFactory(place=place, ends_at=dt.time(11), last_intake=None)
        StopFactory(
            place__district=district,
            vehicle=first.vehicle,
            starts_at=dt.time(11, 5),
            last_intake=None,
        )
        StopRevisionFactory(place=PlaceFactory(), district=district)
        lent = StopRevisionFactory(stop__place__district=district, date=STOP_DATE + dt.timedelta(days=each + 1))
        AssignmentFactory(vehicle=VehicleFactory(), district=district)
        OutOfService.objects.create(vehicle=lent.vehicle, starts_on=STOP_DATE, cause=OutOfServiceCause.REPAIR)


@pytest.mark.parametrize("count", [1, 3])
def test_conflicts_cost_the_same_queries(district: District, count: int, django_assert_num_queries: Any) -> None:
    crowd(district, count)
    units = list(District.objects.select_related("governorate"))
    with django_assert_num_queries(QUERIES):
        conflicts = list_conflicts(units, STOP_DATE, dt.date.max, now=NOW)
        assert [str(stop) + str(stop.vehicle) + stop.district.label for each in conflicts for stop in each.stops]
        assert [each.sentence + each.to_do for each in conflicts]
    assert len(conflicts) > 4 * count

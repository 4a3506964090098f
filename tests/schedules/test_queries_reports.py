"""The visits of a period: what became of each, hours, lateness, totals and averages of what was recorded."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import User

from schedules.actions import cancel_stop
from schedules.actions_incidents import postpone_stop, report_breakdown, resume_stop
from schedules.enums import Cause, VisitOutcome
from schedules.models import Stop
from schedules.queries_reports import Figure, Visit, by_unit, by_vehicle, list_visits, tally
from tests.factories.schedules import CAIRO, STOP_DATE, StopFactory, StopRevisionFactory, VisitReportFactory
from tests.factories.users import make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.support.notices import announce_stop, change
from vehicles.models import District

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NOON = dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=CAIRO)
EVENING = dt.datetime.combine(STOP_DATE, dt.time(20), tzinfo=CAIRO)


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def by() -> User:
    return make_supervisor()


def announced(district: District, **fields: Any) -> Stop:
    return announce_stop(place__district=district, **fields)[0]


def visits_of(*districts: District, at: dt.datetime = EVENING, **filters: Any) -> list[Visit]:
    return list_visits(districts, **{"first": STOP_DATE, "last": STOP_DATE, "now": at} | filters)


def test_what_became_of_each_visit_and_how_long_it_worked(district: District, by: User) -> None:
    held, broken, resumed, put_off, cancelled = (announced(district) for _ in range(5))
    for stop in (broken, resumed):
        report_breakdown(stop, stopped_at=dt.time(11), cause=Cause.POWER, by=by, now=NOON)
    resume_stop(resumed, resumed_at=dt.time(11, 30), by=by, now=NOON)
    postpone_stop(put_off, cause=Cause.WEATHER, by=by, now=NOON)
    cancel_stop(cancelled, cause=Cause.WEATHER, by=by, now=NOON)
    StopFactory(place__district=district)  # a draft was announced to nobody

    found = {visit.fact.stop: (visit.outcome, visit.worked) for visit in visits_of(district)}

    hours = dt.timedelta(hours=1)
    assert found == {
        held: (VisitOutcome.HELD, 5 * hours),
        broken: (VisitOutcome.PARTLY_HELD, 2 * hours),
        resumed: (VisitOutcome.PARTLY_HELD, 4.5 * hours),
        put_off: (VisitOutcome.POSTPONED, dt.timedelta()),
        cancelled: (VisitOutcome.CANCELLED, dt.timedelta()),
    }


def test_a_visit_is_listed_from_its_beginning_and_has_no_hours_before_its_end(district: District) -> None:
    announced(district)
    assert visits_of(district, at=NOON.replace(hour=8, minute=59)) == []
    (standing,) = visits_of(district, at=NOON.replace(hour=9))
    assert (standing.outcome, standing.worked, standing.is_unrecorded) == (VisitOutcome.STANDING, None, False)
    (over,) = visits_of(district, at=NOON.replace(hour=14))
    assert (over.outcome, over.is_unrecorded) == (VisitOutcome.HELD, True)


def test_a_moved_visit_counts_on_its_new_day_alone(district: District) -> None:
    stop = announced(district)
    change(stop, date=STOP_DATE + DAY)
    assert visits_of(district, at=EVENING + DAY) == []
    (visit,) = visits_of(district, at=EVENING + DAY, first=STOP_DATE + DAY, last=STOP_DATE + DAY)
    assert visit.fact.stop == stop


def test_a_period_a_unit_and_a_vehicle_leave_out_all_others(district: District) -> None:
    vehicle, other = VehicleFactory(), DistrictFactory()
    wanted = announced(district, vehicle=vehicle)
    announced(district, vehicle=vehicle, place=wanted.place, date=STOP_DATE - 3 * DAY)
    announced(district)
    announced(other)
    assert [visit.fact.stop for visit in visits_of(district, vehicle=vehicle)] == [wanted]
    assert len(visits_of(district, other)) == 3


@pytest.mark.parametrize(("hours", "is_late"), [(24, False), (23.9, True)])
def test_late_is_what_was_told_first_too_shortly_before(district: District, hours: float, is_late: bool) -> None:
    """A change shortly before does not make an announcement late that had come in time."""
    beginning = NOON.replace(hour=9)
    stop = announced(district, now=beginning - dt.timedelta(hours=hours))
    change(stop, now=beginning - dt.timedelta(hours=1), ends_at=dt.time(15))
    (visit,) = visits_of(district)
    assert visit.is_late is is_late
    assert tally([visit]).late == is_late


def test_totals_and_averages_are_of_what_was_recorded(district: District, by: User) -> None:
    counts = [{"citizens_served": 10, "receipts": 0}, {"citizens_served": 0}, {"citizens_served": None, "note": "نسي"}]
    for fields in counts:
        VisitReportFactory(stop=announced(district), **fields)
    corrected = VisitReportFactory(stop=announced(district), citizens_served=99, is_current=False)
    VisitReportFactory(stop=corrected.stop, citizens_served=20)
    announced(district)
    cancel_stop(announced(district), cause=Cause.FUEL, by=by, now=NOON)

    numbers = tally(visits_of(district))

    assert numbers.figures == (Figure(30, 3), Figure(None, 0), Figure(None, 0), Figure(0, 1))
    assert [figure.average for figure in numbers.figures] == [10, None, None, 0]
    assert numbers.outcomes == Counter({VisitOutcome.HELD: 5, VisitOutcome.CANCELLED: 1})
    assert (numbers.visits, numbers.unrecorded, numbers.worked) == (6, 1, dt.timedelta(hours=25))


def test_each_unit_and_each_vehicle_has_its_own_numbers(district: District) -> None:
    other = DistrictFactory()
    vehicle = VehicleFactory()
    first = VisitReportFactory(stop=announced(district, vehicle=vehicle), citizens_served=5).stop
    announced(
        district, vehicle=vehicle, place=first.place, starts_at=dt.time(15), ends_at=dt.time(17), last_intake=None
    )
    VisitReportFactory(stop=announced(other), citizens_served=7)

    visits = visits_of(district, other)

    units = {each.group: (each.tally.visits, each.tally.figures[0]) for each in by_unit(visits)}
    assert units == {district: (2, Figure(5, 1)), other: (1, Figure(7, 1))}
    vehicles = {each.group: each.tally.worked for each in by_vehicle(visits)}
    assert vehicles[vehicle] == dt.timedelta(hours=7)


@pytest.mark.parametrize("count", [1, 3])
def test_a_period_asks_the_same_number_of_questions(
    district: District, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        VisitReportFactory(stop=StopRevisionFactory(stop__place__district=district).stop)
    with django_assert_num_queries(3):
        visits = visits_of(district)
        assert len(by_unit(visits)) == 1
        assert len(by_vehicle(visits)) == count
        assert {visit.fact.place.label for visit in visits} != set()

"""Each rule that refuses a stop, alone, with the field it belongs beside."""

import dataclasses
import datetime as dt

import pytest

from schedules.enums import StopStatus
from schedules.validators import StopData, check_stop
from tests.factories.schedules import CAIRO, STOP_DATE, HolidayFactory, PlaceFactory, StopFactory
from tests.factories.services import OfferFactory, ServiceFactory
from tests.factories.users import make_editor, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def editor(district):
    return make_editor(district)


@pytest.fixture
def data(district):
    """A stop that breaks no rule."""
    vehicle = VehicleFactory(assigned_to=district)
    return StopData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        date=STOP_DATE,
        starts_at=dt.time(9),
        ends_at=dt.time(14),
        last_intake=dt.time(13, 30),
        landmark_ar="أمام مركز شباب القرية",
        services=(OfferFactory(vehicle=vehicle).service,),
    )


def refusals(data, *, by, stop=None):
    return [(problem.field, problem.code) for problem in check_stop(data, by=by, now=NOW, stop=stop)]


def test_check_stop_accepts_a_plain_stop(data, editor):
    assert refusals(data, by=editor) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"ends_at": dt.time(9)}, ("ends_at", "ends_before_it_starts")),
        ({"ends_at": dt.time(8)}, ("ends_at", "ends_before_it_starts")),
        ({"last_intake": dt.time(9)}, ("last_intake", "last_intake_outside_hours")),
        ({"last_intake": dt.time(14, 1)}, ("last_intake", "last_intake_outside_hours")),
        ({"date": dt.date(2026, 11, 19)}, ("date", "date_in_the_past")),
        ({"date": dt.date(2026, 11, 27)}, ("off_day_reason", "weekend_without_reason")),
        ({"date": dt.date(2026, 11, 28)}, ("off_day_reason", "weekend_without_reason")),
        ({"services": ()}, ("services", "no_service")),
    ],
)
def test_check_stop_refuses_beside_the_field(data, editor, changes, refusal):
    assert refusals(dataclasses.replace(data, **changes), by=editor) == [refusal]


@pytest.mark.parametrize("last_intake", [None, dt.time(14), dt.time(9, 1)])
def test_last_intake_within_hours_is_accepted(data, editor, last_intake):
    assert refusals(dataclasses.replace(data, last_intake=last_intake), by=editor) == []


def test_today_is_accepted_until_the_stop_would_be_over(data, editor):
    today = dataclasses.replace(data, date=NOW.date(), starts_at=dt.time(8), ends_at=dt.time(10, 1), last_intake=None)
    over = dataclasses.replace(today, ends_at=dt.time(10))
    assert (refusals(today, by=editor), refusals(over, by=editor)) == ([], [("ends_at", "already_over")])


def test_a_reason_opens_a_day_off(data, editor):
    friday = dataclasses.replace(data, date=dt.date(2026, 11, 27), off_day_reason="سوق القرية يوم الجمعة")
    assert refusals(friday, by=editor) == []


def test_a_holiday_is_named_and_a_reason_opens_it(data, editor):
    HolidayFactory(date=STOP_DATE, name_ar="عيد محلي")
    (problem,) = check_stop(data, by=editor, now=NOW)
    assert (problem.field, problem.code) == ("off_day_reason", "holiday_without_reason")
    assert "عيد محلي" in str(problem.message)
    assert refusals(dataclasses.replace(data, off_day_reason="احتياج المواطنين"), by=editor) == []


def test_a_booked_vehicle_is_refused_naming_the_other_stop(data, editor):
    other = StopFactory(
        vehicle=data.vehicle, place__district=data.place.district, starts_at=dt.time(13), ends_at=dt.time(15)
    )
    (problem,) = check_stop(data, by=editor, now=NOW)
    assert (problem.field, problem.code) == ("vehicle", "vehicle_already_booked")
    assert other.place.label in str(problem.message)


@pytest.mark.parametrize(("starts", "ends"), [(dt.time(14), dt.time(16)), (dt.time(7), dt.time(9))])
def test_stops_may_touch(data, editor, starts, ends):
    StopFactory(
        vehicle=data.vehicle, place__district=data.place.district, starts_at=starts, ends_at=ends, last_intake=None
    )
    assert refusals(data, by=editor) == []


def test_a_cancelled_stop_books_nothing(data, editor):
    StopFactory(vehicle=data.vehicle, place__district=data.place.district, status=StopStatus.CANCELLED)
    assert refusals(data, by=editor) == []


def test_a_stop_does_not_collide_with_itself(data, editor):
    stop = StopFactory(vehicle=data.vehicle, place=data.place, services=data.services)
    assert refusals(data, by=editor, stop=stop) == []


def test_an_unused_or_unassigned_vehicle_is_refused(data, editor):
    unassigned = dataclasses.replace(data, vehicle=VehicleFactory())
    data.vehicle.is_active = False
    assert ("vehicle", "vehicle_not_in_use") in refusals(data, by=editor)
    assert ("vehicle", "vehicle_not_assigned") in refusals(unassigned, by=editor)


def test_a_vehicle_of_another_unit_is_refused(data, editor):
    other = VehicleFactory(assigned_to=DistrictFactory())
    assert ("vehicle", "not_your_unit") in refusals(dataclasses.replace(data, vehicle=other), by=editor)


def test_a_place_outside_the_unit_needs_a_supervisor(data, editor):
    outside = dataclasses.replace(data, place=PlaceFactory())
    accepted = dataclasses.replace(outside, accept_outside_district=True)
    supervisor = make_supervisor()
    assert refusals(outside, by=editor) == [("place", "place_outside_unit")]
    assert refusals(accepted, by=editor) == [("place", "place_outside_unit")]
    assert refusals(outside, by=supervisor) == [("place", "place_outside_unit")]
    assert refusals(accepted, by=supervisor) == []


def test_the_refusal_of_a_place_says_where_the_vehicle_works(data, district, editor):
    outside = dataclasses.replace(data, place=PlaceFactory())
    (problem,) = check_stop(outside, by=editor, now=NOW)
    assert str(problem.message) == (
        f"{outside.place.label} خارج نطاق {district.label}، وهو نطاق عمل السيارة في ذلك اليوم. "
        "يمكن للمشرف العام الموافقة على ذلك."
    )


def test_what_a_supervisor_accepted_an_editor_may_keep_but_not_move(data, editor):
    outside = PlaceFactory()
    stop = StopFactory(vehicle=data.vehicle, place=outside, services=data.services, outside_district_accepted_by=editor)
    kept = dataclasses.replace(data, place=outside, accept_outside_district=True)
    moved = dataclasses.replace(kept, place=PlaceFactory())
    assert refusals(kept, by=editor, stop=stop) == []
    assert refusals(moved, by=editor, stop=stop) == [("place", "place_outside_unit")]


def test_services_must_be_offered_and_valid_that_day(data, editor):
    ended = OfferFactory(vehicle=data.vehicle, service__valid_to=STOP_DATE - dt.timedelta(days=1)).service
    stale_offer = OfferFactory(vehicle=data.vehicle, valid_to=STOP_DATE - dt.timedelta(days=1)).service
    found = refusals(
        dataclasses.replace(data, services=(*data.services, ended, stale_offer, ServiceFactory())), by=editor
    )
    assert found == [
        ("services", "service_not_valid"),
        ("services", "service_not_offered"),
        ("services", "service_not_offered"),
    ]


def test_every_problem_is_told_at_once(data, editor):
    found = refusals(dataclasses.replace(data, ends_at=dt.time(8), date=dt.date(2026, 11, 20), services=()), by=editor)
    assert {field for field, _code in found} == {"ends_at", "date", "off_day_reason", "services"}

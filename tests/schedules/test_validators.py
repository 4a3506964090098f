"""Each rule that refuses a stop, alone, with the field it belongs beside."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from schedules.actions import draft_stop, edit_stop
from schedules.enums import StopStatus, Weekday
from schedules.neighbours import way_minutes
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


@pytest.mark.parametrize("day", [dt.date(2026, 11, 27), dt.date(2026, 11, 28)])
def test_a_reason_and_a_confirmed_landmark_open_a_day_off(data, editor, day):
    day_off = dataclasses.replace(data, date=day)
    reason, landmark = ("off_day_reason", "weekend_without_reason"), ("landmark_confirmed", "landmark_not_confirmed")
    assert refusals(day_off, by=editor) == [reason, landmark]
    with_reason = dataclasses.replace(day_off, off_day_reason="سوق القرية يوم الجمعة")
    assert refusals(with_reason, by=editor) == [landmark]
    assert refusals(dataclasses.replace(with_reason, landmark_confirmed_for=STOP_DATE), by=editor) == [landmark]
    assert refusals(dataclasses.replace(with_reason, landmark_confirmed_for=day), by=editor) == []


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


@pytest.mark.parametrize(
    ("starts", "ends", "field"), [(dt.time(14), dt.time(16), "ends_at"), (dt.time(7), dt.time(9), "starts_at")]
)
def test_stops_may_touch_at_one_place_alone(data, editor, starts, ends, field):
    other = StopFactory(vehicle=data.vehicle, place=data.place, starts_at=starts, ends_at=ends, last_intake=None)
    assert refusals(data, by=editor) == []
    other.place = PlaceFactory(district=data.place.district)
    other.save()
    accepted = dataclasses.replace(data, accept_short_travel=True)
    assert refusals(data, by=editor) == refusals(accepted, by=editor) == [(field, "no_travel_gap")]


@pytest.mark.parametrize(
    ("minutes", "found"), [(29, [("accept_short_travel", "short_travel_gap")]), (30, []), (45, [])]
)
def test_a_way_of_unknown_length_takes_the_least_minutes(data, editor, settings, minutes, found):
    settings.TRAVEL_MINIMUM_MINUTES = 30
    starts = (dt.datetime.combine(STOP_DATE, data.ends_at) + dt.timedelta(minutes=minutes)).time()
    place = PlaceFactory(district=data.place.district)
    StopFactory(vehicle=data.vehicle, place=place, starts_at=starts, ends_at=dt.time(18), last_intake=None)
    assert refusals(data, by=editor) == found
    assert refusals(dataclasses.replace(data, accept_short_travel=True), by=editor) == []


def test_a_way_takes_its_length_at_the_speed_of_the_settings(settings):
    settings.TRAVEL_SPEED_KMH, settings.TRAVEL_DETOUR_FACTOR = 30, 1.5
    # A tenth of a degree of latitude: 11.12 km, on the road 16.68.
    start = PlaceFactory(latitude=Decimal("26.50000"), longitude=Decimal("31.70000"))
    end = PlaceFactory(latitude=Decimal("26.60000"), longitude=Decimal("31.70000"))
    assert (way_minutes(start, end), way_minutes(end, start)) == (34, 34)


def test_who_has_a_short_way_after_it_is_excused_by_whoever_planned_the_other(data, editor):
    """Both stops are checked again when they are published, and one tick speaks for the pair."""
    first = draft_stop(data, by=editor, now=NOW)
    place = PlaceFactory(district=data.place.district)
    later = dataclasses.replace(
        data, place=place, starts_at=dt.time(14, 5), ends_at=dt.time(16), last_intake=None, accept_short_travel=True
    )
    second = draft_stop(later, by=editor, now=NOW)
    assert (first.short_travel_accepted_by, second.short_travel_accepted_by) == (None, editor)
    assert refusals(StopData.of(first), by=editor, stop=first) == []
    moved = dataclasses.replace(StopData.of(first), ends_at=dt.time(14, 3))
    assert refusals(moved, by=editor, stop=first) == [("accept_short_travel", "short_travel_gap")]


def test_a_second_vehicle_with_the_same_services_is_accepted_with_a_tick(data, editor):
    first = draft_stop(data, by=editor, now=NOW)
    vehicle = VehicleFactory(assigned_to=data.place.district)
    OfferFactory(vehicle=vehicle, service=data.services[0])
    same = dataclasses.replace(data, vehicle=vehicle)
    assert refusals(same, by=editor) == [("accept_duplicate", "duplicate_of_another_vehicle")]
    accepted = dataclasses.replace(same, accept_duplicate=True)
    assert refusals(accepted, by=editor) == []
    second = draft_stop(accepted, by=editor, now=NOW)
    assert second.duplicate_accepted_by == editor
    # Both may be published then; a tick that nothing asks for is not kept.
    assert refusals(StopData.of(first), by=editor, stop=first) == []
    elsewhere = dataclasses.replace(StopData.of(second), landmark_ar="بجوار الوحدة الصحية")
    assert edit_stop(second, elsewhere, by=editor, now=NOW).duplicate_accepted_by is None


@pytest.mark.parametrize(
    "changes",
    [
        {"landmark_ar": "بجوار الوحدة الصحية"},
        {"starts_at": dt.time(14), "ends_at": dt.time(16), "last_intake": None},
        {"date": STOP_DATE + dt.timedelta(days=1)},
    ],
)
def test_a_second_vehicle_elsewhere_or_at_other_hours_is_no_duplicate(data, editor, changes):
    draft_stop(data, by=editor, now=NOW)
    vehicle = VehicleFactory(assigned_to=data.place.district)
    OfferFactory(vehicle=vehicle, service=data.services[0])
    assert refusals(dataclasses.replace(data, vehicle=vehicle, **changes), by=editor) == []


def test_a_market_day_asks_for_a_confirmed_landmark(data, editor):
    data.place.market_weekday = Weekday.SUNDAY
    assert refusals(data, by=editor) == [("landmark_confirmed", "landmark_not_confirmed")]
    assert refusals(dataclasses.replace(data, landmark_confirmed_for=STOP_DATE), by=editor) == []
    data.place.market_weekday = Weekday.MONDAY
    assert refusals(data, by=editor) == []
    assert "الاثنين" in str(data.place)


@pytest.mark.parametrize(
    ("starts", "ends", "field", "proposal"),
    [
        ("09:00", "14:00", "ends_at", "زيارتين: من 9:00 ص حتى 11:30 ص، ومن 1:00 م حتى 2:00 م"),
        ("09:00", "11:31", "ends_at", "تنتهي"),
        ("12:59", "15:00", "starts_at", "تبدأ"),
        ("12:00", "12:30", "starts_at", "قبل"),
        ("09:00", "11:30", "", ""),
        ("13:00", "15:00", "", ""),
    ],
)
def test_a_friday_leaves_the_prayer_free(data, editor, starts, ends, field, proposal):
    governorate = data.place.district.governorate
    governorate.friday_prayer_starts_at, governorate.friday_prayer_ends_at = dt.time(11, 30), dt.time(13)
    governorate.save()
    friday = dt.date(2026, 12, 4)
    times = {"starts_at": dt.time.fromisoformat(starts), "ends_at": dt.time.fromisoformat(ends), "last_intake": None}
    on_friday = dataclasses.replace(
        data, date=friday, landmark_confirmed_for=friday, off_day_reason="احتياج المواطنين", **times
    )
    found = check_stop(on_friday, by=editor, now=NOW)
    assert [(one.field, one.code) for one in found] == ([(field, "over_the_friday_prayer")] if field else [])
    assert all(proposal in str(one.message) for one in found)
    on_saturday = dataclasses.replace(on_friday, date=dt.date(2026, 12, 5), landmark_confirmed_for=dt.date(2026, 12, 5))
    assert refusals(on_saturday, by=editor) == []


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
    assert {field for field, _code in found} == {
        "ends_at", "date", "off_day_reason", "landmark_confirmed", "services",
    }  # fmt: skip

"""Each rule twice: the sentence staff read, and the constraint that holds whichever code writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from schedules.enums import PlaceKind, RevisionState, StopStatus
from schedules.models import Holiday, Place, RevisionService, Stop, StopRevision
from tests.factories.schedules import (
    CAIRO,
    STOP_DATE,
    HolidayFactory,
    PlaceFactory,
    StopFactory,
    StopRevisionFactory,
)
from tests.factories.users import UserFactory
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

NINE, TEN, NOON, TWO, THREE = (dt.time(hour) for hour in (9, 10, 12, 14, 15))


def assert_refused(row: models.Model, *, sentence: str, constraint: str) -> None:
    """`row` is refused by validation with `sentence`, and by the database naming `constraint`."""
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert sentence in refused.value.messages
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def build_stop(**fields: Any) -> Stop:
    """A stop that is not in the database, of rows that are."""
    place = fields.pop("place", None) or PlaceFactory()
    user = UserFactory()
    fields = {"vehicle": VehicleFactory.create() if "vehicle" not in fields else fields["vehicle"]} | fields
    return StopFactory.build(place=place, district=place.district, created_by=user, updated_by=user, **fields)


def build_revision(stop: Stop, **fields: Any) -> StopRevision:
    defaults = {
        "number": 7,
        "state": RevisionState.SCHEDULED,
        "vehicle": stop.vehicle,
        "place": stop.place,
        "district": stop.district,
        "date": stop.date,
        "starts_at": stop.starts_at,
        "ends_at": stop.ends_at,
        "last_intake": stop.last_intake,
        "landmark_ar": stop.landmark_ar,
        "published_at": dt.datetime(2026, 11, 22, 12, tzinfo=CAIRO),
        "published_by": stop.created_by,
    }
    return StopRevision(stop=stop, **defaults | fields)


# -- times ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("starts_at", "ends_at"), [(TWO, NINE), (NINE, NINE)])
def test_stop_ends_after_it_starts(starts_at: dt.time, ends_at: dt.time) -> None:
    assert_refused(
        build_stop(starts_at=starts_at, ends_at=ends_at, last_intake=None),
        sentence="The end must come after the beginning.",
        constraint="stop_ends_after_it_starts",
    )


@pytest.mark.parametrize("last_intake", [dt.time(8, 59), NINE, dt.time(14, 1)])
def test_last_intake_lies_within_the_stop(last_intake: dt.time) -> None:
    assert_refused(
        build_stop(starts_at=NINE, ends_at=TWO, last_intake=last_intake),
        sentence="The last intake must lie between the beginning and the end.",
        constraint="stop_takes_requests_while_it_stands",
    )


@pytest.mark.parametrize("last_intake", [None, dt.time(9, 1), TWO])
def test_last_intake_may_be_missing_or_the_end(last_intake: dt.time | None) -> None:
    stop = build_stop(starts_at=NINE, ends_at=TWO, last_intake=last_intake)

    stop.full_clean()
    stop.save()

    assert stop.last_intake_moment == dt.datetime.combine(STOP_DATE, last_intake or TWO, tzinfo=CAIRO)


def test_revision_times_follow_the_same_rules() -> None:
    stop = StopFactory()

    assert_refused(
        build_revision(stop, starts_at=TWO, ends_at=NINE, last_intake=None),
        sentence="The end must come after the beginning.",
        constraint="revision_ends_after_it_starts",
    )
    assert_refused(
        build_revision(stop, last_intake=NINE),
        sentence="The last intake must lie between the beginning and the end.",
        constraint="revision_takes_requests_while_it_stands",
    )


def test_nine_oclock_is_nine_oclock_on_both_sides_of_the_summer_time_change() -> None:
    thursday = StopFactory.build(date=dt.date(2026, 4, 23), starts_at=NINE)
    sunday = StopFactory.build(date=dt.date(2026, 4, 26), starts_at=NINE)

    assert thursday.starts.isoformat() == "2026-04-23T09:00:00+02:00"
    assert sunday.starts.isoformat() == "2026-04-26T09:00:00+03:00"


# -- one vehicle in one place at a time -------------------------------------------------------------------------------------

OVERLAPS = [
    (NINE, TWO),  # the same hours
    (TEN, NOON),  # inside
    (dt.time(8), THREE),  # around
    (dt.time(8), dt.time(9, 1)),  # a minute at the beginning
    (dt.time(13, 59), THREE),  # a minute at the end
]
TOUCHES = [(dt.time(7), NINE), (TWO, THREE)]


@pytest.mark.parametrize(("starts_at", "ends_at"), OVERLAPS)
def test_overlapping_stops_of_a_vehicle_are_refused(starts_at: dt.time, ends_at: dt.time) -> None:
    vehicle = StopFactory(starts_at=NINE, ends_at=TWO).vehicle

    assert_refused(
        build_stop(vehicle=vehicle, starts_at=starts_at, ends_at=ends_at, last_intake=None),
        sentence="The vehicle already has a stop at this time.",
        constraint="a_vehicle_is_in_one_place_at_a_time",
    )


@pytest.mark.parametrize(("starts_at", "ends_at"), TOUCHES)
def test_stop_may_begin_when_another_ends(starts_at: dt.time, ends_at: dt.time) -> None:
    vehicle = StopFactory(starts_at=NINE, ends_at=TWO).vehicle
    stop = build_stop(vehicle=vehicle, starts_at=starts_at, ends_at=ends_at, last_intake=None)

    stop.full_clean()
    stop.save()

    assert vehicle.stops.count() == 2


@pytest.mark.parametrize("other", ["vehicle", "date"])
def test_stops_of_another_vehicle_or_day_do_not_overlap(other: str) -> None:
    first = StopFactory()
    vehicle = VehicleFactory() if other == "vehicle" else first.vehicle
    date = STOP_DATE + dt.timedelta(days=1) if other == "date" else STOP_DATE
    stop = build_stop(vehicle=vehicle, date=date)

    stop.full_clean()
    stop.save()

    assert Stop.objects.count() == 2


@pytest.mark.parametrize("status", [StopStatus.CANCELLED, StopStatus.POSTPONED])
def test_stop_that_is_off_frees_its_hours(status: StopStatus) -> None:
    vehicle = StopFactory(status=status).vehicle
    stop = build_stop(vehicle=vehicle)

    stop.full_clean()
    stop.save()

    assert vehicle.stops.count() == 2


@pytest.mark.parametrize("status", [StopStatus.CANCELLED, StopStatus.POSTPONED])
def test_stop_may_be_called_off_while_another_takes_its_hours_but_not_revived(status: StopStatus) -> None:
    first = StopFactory()
    Stop.objects.filter(pk=first.pk).update(status=status)
    StopFactory(vehicle=first.vehicle, place=first.place)
    first.status = StopStatus.PUBLISHED

    assert_refused(
        first,
        sentence="The vehicle already has a stop at this time.",
        constraint="a_vehicle_is_in_one_place_at_a_time",
    )


def test_stop_does_not_overlap_itself_when_it_is_edited() -> None:
    stop = StopFactory()
    stop.starts_at = TEN

    stop.full_clean()
    stop.save()

    stop.refresh_from_db()
    assert stop.starts_at == TEN


@pytest.mark.parametrize(("starts_at", "ends_at"), OVERLAPS)
def test_stop_cannot_be_moved_onto_another(starts_at: dt.time, ends_at: dt.time) -> None:
    first = StopFactory(starts_at=NINE, ends_at=TWO)
    second = StopFactory(vehicle=first.vehicle, place=first.place, date=STOP_DATE + dt.timedelta(days=1))

    with pytest.raises(IntegrityError, match="a_vehicle_is_in_one_place_at_a_time"), transaction.atomic():
        Stop.objects.filter(pk=second.pk).update(date=STOP_DATE, starts_at=starts_at, ends_at=ends_at, last_intake=None)


def test_only_a_public_stop_has_unpublished_changes() -> None:
    stop = StopFactory()

    with pytest.raises(IntegrityError, match="only_a_public_stop_has_unpublished_changes"), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).update(has_unpublished_changes=True)

    for status in (StopStatus.PUBLISHED, StopStatus.POSTPONED):
        assert Stop.objects.filter(pk=stop.pk).update(status=status, has_unpublished_changes=True) == 1
    with pytest.raises(IntegrityError, match="only_a_public_stop_has_unpublished_changes"), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).update(status=StopStatus.CANCELLED)


# -- public facts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("starts_at", "ends_at"), OVERLAPS)
def test_overlapping_public_facts_of_a_vehicle_are_refused(starts_at: dt.time, ends_at: dt.time) -> None:
    vehicle = StopRevisionFactory(starts_at=NINE, ends_at=TWO).vehicle
    other = StopFactory(vehicle=vehicle, date=STOP_DATE + dt.timedelta(days=1))

    assert_refused(
        build_revision(other, date=STOP_DATE, starts_at=starts_at, ends_at=ends_at, last_intake=None),
        sentence="The vehicle is already announced elsewhere at this time.",
        constraint="a_vehicle_is_announced_in_one_place_at_a_time",
    )


@pytest.mark.parametrize(("starts_at", "ends_at"), TOUCHES)
def test_public_fact_may_begin_when_another_ends(starts_at: dt.time, ends_at: dt.time) -> None:
    vehicle = StopRevisionFactory(starts_at=NINE, ends_at=TWO).vehicle
    other = StopFactory(vehicle=vehicle, starts_at=starts_at, ends_at=ends_at, last_intake=None)
    revision = build_revision(other)

    revision.full_clean()
    revision.save()

    assert StopRevision.objects.public().filter(vehicle=vehicle).count() == 2


@pytest.mark.parametrize("fields", [{"state": RevisionState.CANCELLED}, {"is_current": False}])
def test_cancelled_and_former_facts_do_not_hold_the_vehicle(fields: dict[str, Any]) -> None:
    vehicle = StopRevisionFactory().vehicle
    other = StopFactory(vehicle=vehicle, date=STOP_DATE + dt.timedelta(days=1))
    revision = build_revision(other, date=STOP_DATE, **fields)

    revision.full_clean()
    revision.save()

    assert StopRevision.objects.filter(vehicle=vehicle, date=STOP_DATE).count() == 2


def test_former_fact_cannot_become_current_over_another() -> None:
    first = StopRevisionFactory()
    StopRevisionFactory(stop=first.stop, date=STOP_DATE + dt.timedelta(days=7))
    StopRevisionFactory(
        vehicle=first.vehicle,
        place=first.place,
        stop=StopFactory(
            vehicle=first.vehicle,
            place=first.place,
            date=STOP_DATE + dt.timedelta(days=14),
            status=StopStatus.PUBLISHED,
        ),
        date=STOP_DATE,
    )
    StopRevision.objects.filter(stop=first.stop).update(is_current=False)

    with pytest.raises(IntegrityError, match="a_vehicle_is_announced_in_one_place_at_a_time"), transaction.atomic():
        StopRevision.objects.filter(pk=first.pk).update(is_current=True)


def test_stop_has_one_current_fact() -> None:
    first = StopRevisionFactory()
    second = build_revision(first.stop, date=STOP_DATE + dt.timedelta(days=1))

    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_revision_number_is_used_once_per_stop() -> None:
    first = StopRevisionFactory()
    second = build_revision(first.stop, number=first.number, is_current=False)

    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_revision_lists_a_service_once() -> None:
    offered = StopRevisionFactory().offered.get()
    again = RevisionService(revision=offered.revision, service=offered.service, outcome=offered.outcome)

    with pytest.raises(ValidationError):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_public_facts_cannot_be_deleted_with_what_they_tell_of() -> None:
    revision = StopRevisionFactory()

    for row in (revision.stop, revision.vehicle, revision.place, revision.district, revision.offered.get().service):
        with pytest.raises(models.ProtectedError):
            row.delete()


def test_public_shows_current_facts_with_cancelled_ones_and_no_drafts() -> None:
    StopFactory(landmark_ar="مسودة لا يراها أحد")
    first = StopRevisionFactory()
    second = StopRevisionFactory(stop=first.stop, starts_at=TEN)
    cancelled = StopRevisionFactory(state=RevisionState.CANCELLED)

    assert set(StopRevision.objects.public()) == {second, cancelled}
    assert set(StopRevision.objects.public().scheduled()) == {second}


@pytest.mark.parametrize(
    ("clock", "is_over"), [(dt.time(8), False), (dt.time(13, 59), False), (TWO, True), (dt.time(23), True)]
)
def test_fact_is_over_from_the_moment_it_ends(clock: dt.time, is_over: bool) -> None:
    revision = StopRevisionFactory(starts_at=NINE, ends_at=TWO)
    now = dt.datetime.combine(STOP_DATE, clock, tzinfo=CAIRO).astimezone(dt.UTC)

    assert list(StopRevision.objects.not_over(now=now)) == ([] if is_over else [revision])


@pytest.mark.parametrize("count", [1, 3])
def test_details_of_facts_take_the_same_queries_however_many_there_are(count: int) -> None:
    for _number in range(count):
        StopRevisionFactory()

    with CaptureQueriesContext(connection) as queries:
        for revision in StopRevision.objects.with_details():
            assert revision.place.label_ar
            assert revision.district.governorate.issuer_name_ar
            assert [row.service.name_ar for row in revision.offered.all()]
            assert [means.name_ar for means in revision.payment_means.all()]

    assert len(queries) == 4


# -- places and holidays ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("latitude", "longitude"), [("26.5", None), (None, "31.7")])
def test_place_has_both_coordinates_or_none(latitude: str | None, longitude: str | None) -> None:
    assert_refused(
        PlaceFactory.build(district=DistrictFactory(), latitude=latitude, longitude=longitude),
        sentence="Give both coordinates or none.",
        constraint="place_has_both_coordinates_or_none",
    )


@pytest.mark.parametrize("weekday", [0, 8])
def test_market_is_held_on_a_day_of_the_week(weekday: int) -> None:
    place = PlaceFactory()
    with pytest.raises(IntegrityError, match="a_market_is_held_on_a_day_of_the_week"), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(market_weekday=weekday)


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 31), (-91, 31), (26, 181), (26, -181)])
def test_coordinates_lie_on_the_globe(latitude: int, longitude: int) -> None:
    with pytest.raises(ValidationError) as refused:
        PlaceFactory.build(district=DistrictFactory(), latitude=latitude, longitude=longitude).full_clean()

    assert len(refused.value.message_dict) == 1


def test_place_is_known_by_its_code_and_not_by_its_name() -> None:
    first = PlaceFactory(name_ar="الكوامل")
    twin = PlaceFactory.build(name_ar="الكوامل", district=first.district)
    same_code = PlaceFactory.build(code=first.code, district=first.district)

    twin.full_clean()
    with pytest.raises(ValidationError):
        same_code.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        same_code.save()


def test_place_is_always_labelled_with_its_unit() -> None:
    markaz, hayy = DistrictFactory(name_ar="سوهاج"), DistrictFactory(hayy=True, name_ar="غرب")

    village = PlaceFactory.build(name_ar="بلصفورة", name_en="", district=markaz)
    quarter = PlaceFactory.build(name_ar="ناصر", name_en="", district=hayy)
    hamlet = PlaceFactory.build(name_ar="النجار", name_en="", district=markaz, kind=PlaceKind.HAMLET)
    named_by_its_noun = PlaceFactory.build(name_ar="نجع تمام", name_en="", district=markaz, kind=PlaceKind.HAMLET)
    assert [place.label_ar for place in (village, quarter, hamlet, named_by_its_noun)] == [
        "قرية بلصفورة – مركز سوهاج",
        "منطقة ناصر – حي غرب",
        "نجع النجار – مركز سوهاج",
        "نجع تمام – مركز سوهاج",
    ]
    # Without a Latin name, English pages show the Arabic label rather than nothing.
    assert village.label == village.label_ar
    assert Place(name_ar="بلصفورة", name_en="Balasfurah", kind=PlaceKind.VILLAGE, district=markaz).label.startswith(
        "Balasfurah – "
    )


def test_day_is_one_holiday() -> None:
    first = HolidayFactory()
    second = HolidayFactory.build(date=first.date)

    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    assert Holiday.objects.count() == 1


# -- postponed, stopped -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [RevisionState.CANCELLED, RevisionState.POSTPONED])
def test_a_fact_that_is_off_frees_the_announced_hours(state: RevisionState) -> None:
    vehicle = StopRevisionFactory(state=state).vehicle

    StopRevisionFactory(vehicle=vehicle)

    assert StopRevision.objects.public().filter(vehicle=vehicle).count() == 2


def test_a_visit_that_stopped_keeps_its_vehicle() -> None:
    vehicle = StopRevisionFactory(state=RevisionState.STOPPED, stopped_at=NOON).vehicle
    other = StopFactory(vehicle=vehicle, date=STOP_DATE + dt.timedelta(days=1))

    assert_refused(
        build_revision(other, date=STOP_DATE, starts_at=dt.time(13), ends_at=THREE, last_intake=None),
        sentence="The vehicle is already announced elsewhere at this time.",
        constraint="a_vehicle_is_announced_in_one_place_at_a_time",
    )


def test_a_visit_that_stopped_says_when() -> None:
    assert_refused(
        build_revision(StopFactory(), state=RevisionState.STOPPED),
        sentence="Say when the vehicle stopped working.",
        constraint="a_visit_that_stopped_says_when",
    )


@pytest.mark.parametrize(
    ("state", "stopped_at"),
    [
        (RevisionState.STOPPED, NINE),
        (RevisionState.STOPPED, TWO),
        (RevisionState.STOPPED, THREE),
        (RevisionState.CANCELLED, NOON),
        (RevisionState.POSTPONED, NOON),
    ],
)
def test_a_visit_stops_while_it_stands(state: RevisionState, stopped_at: dt.time) -> None:
    assert_refused(
        build_revision(StopFactory(), state=state, stopped_at=stopped_at),
        sentence="The vehicle can only stop working between the beginning and the end.",
        constraint="a_visit_stops_while_it_stands",
    )


@pytest.mark.parametrize(("stopped_at", "resumes_at"), [(NOON, NOON), (NOON, TEN), (NOON, TWO), (None, NOON)])
def test_work_resumes_between_the_stop_and_the_end(stopped_at: dt.time | None, resumes_at: dt.time) -> None:
    assert_refused(
        build_revision(StopFactory(), stopped_at=stopped_at, resumes_at=resumes_at),
        sentence="Work can only resume after it stopped and before the end.",
        constraint="work_resumes_between_the_stop_and_the_end",
    )

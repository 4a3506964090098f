"""Which places wait, how far they are, and the visit drafted for one of them with a press."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from openpyxl import load_workbook

from schedules.actions_coverage import draft_proposed
from schedules.actions_places import measure_places, save_place
from schedules.enums import RevisionState, StopStatus
from schedules.models import Place, Stop
from schedules.proposals import propose_stop
from schedules.queries_coverage import Reach, list_coverage
from services.models import Offer
from tests.factories.schedules import (
    CAIRO,
    STOP_DATE,
    HolidayFactory,
    HoursPeriodFactory,
    PlaceFactory,
    StopFactory,
    StopRevisionFactory,
)
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory, MembershipFactory, VehicleFactory
from vehicles.enums import Role
from vehicles.models import District

pytestmark = pytest.mark.django_db

PAGE = "/admin/schedules/stop/coverage/"
TODAY = STOP_DATE - dt.timedelta(days=2)  # a Friday
NOW = dt.datetime.combine(TODAY, dt.time(10), tzinfo=CAIRO)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit() -> District:
    return DistrictFactory(fixed_centre_latitude="26.00000", fixed_centre_longitude="32.00000")


def visited(place: Place, day: dt.date, **fields: Any) -> Stop:
    return StopRevisionFactory(place=place, date=day, **fields).stop


# -- distances ---------------------------------------------------------------------------------------------------------------


def test_distance_is_measured_when_a_place_is_saved(unit: District) -> None:
    place = save_place(PlaceFactory.build(district=unit, latitude="26.10000", longitude="32.00000"))
    # A tenth of a degree of latitude is a nautical mile times six: 11.1 km.
    assert (float(place.centre_km), place.centre) == (11.1, unit)
    assert measure_places() == 0


def test_distance_follows_a_centre_that_is_moved_opened_or_closed(unit: District) -> None:
    place = PlaceFactory(district=unit, latitude="26.10000", longitude="32.00000")
    unknown = PlaceFactory(district=unit)
    assert measure_places() == 2
    nearer = DistrictFactory(fixed_centre_latitude="26.20000", fixed_centre_longitude="32.00000")
    District.objects.filter(pk=unit.pk).update(fixed_centre_latitude="25.90000")
    assert measure_places() == 2
    place.refresh_from_db()
    unknown.refresh_from_db()
    assert (float(place.centre_km), place.centre, unknown.centre_km) == (11.1, nearer, None)
    District.objects.update(fixed_centre_latitude=None, fixed_centre_longitude=None)
    measure_places()
    place.refresh_from_db()
    assert (place.centre, place.centre_km) == (None, None)


def test_population_needs_a_source() -> None:
    place = PlaceFactory.build(district=DistrictFactory(), population=45_000)
    with pytest.raises(ValidationError, match="السكان"):
        place.full_clean()
    with pytest.raises(IntegrityError, match="a_population_has_a_source"), transaction.atomic():
        place.save()


# -- the list ----------------------------------------------------------------------------------------------------------------


def test_never_visited_come_first_then_the_longest_ago_and_the_farther_before_the_nearer(unit: District) -> None:
    def place(name: str, north: str) -> Place:
        return PlaceFactory(district=unit, name_ar=name, latitude=north, longitude="32.00000")

    near, far = place("قريب", "26.05000"), place("بعيد", "26.50000")
    coming, recent, long_ago = place("منتظر", "26.90000"), place("حديث", "26.10000"), place("قديم", "26.10000")
    visited(coming, TODAY + 3 * DAY)
    visited(recent, TODAY - DAY)
    visited(long_ago, TODAY - 200 * DAY)
    visited(long_ago, TODAY - 300 * DAY)
    visited(near, TODAY - DAY, state=RevisionState.CANCELLED, cause_ar="سوء الأحوال الجوية")
    measure_places()

    found = list_coverage([unit.pk], now=NOW)

    assert [each.place for each in found] == [far, near, coming, long_ago, recent]
    assert [each.reach for each in found] == [Reach.NEVER] * 3 + [Reach.LONG_AGO, Reach.RECENTLY]
    assert (found[2].days_until, found[3].days_since, found[4].days_since) == (3, 200, 1)
    assert coming not in [each.place for each in list_coverage([unit.pk], now=NOW, only_waiting=True)]


def test_a_visit_that_stands_now_is_the_last_one_and_still_coming(unit: District) -> None:
    place = PlaceFactory(district=unit)
    visited(place, TODAY, starts_at=dt.time(9))
    (each,) = list_coverage([unit.pk], now=NOW)
    assert (each.days_since, each.days_until) == (0, 0)


def test_drafts_are_told_to_those_who_see_plans_alone(client: Client, unit: District) -> None:
    StopFactory(place=PlaceFactory(district=unit), date=STOP_DATE + DAY)
    client.force_login(MembershipFactory(role=Role.COMMITTEE, district=None).user)
    page = client.get(PAGE).content.decode()
    assert "مسودة ليوم" not in page
    assert "/draft/" not in page
    assert client.post(f"{PAGE}{Place.objects.get().pk}/draft/").status_code == 403
    client.force_login(make_editor(unit))
    assert "مسودة ليوم الاثنين 30 نوفمبر 2026" in client.get(PAGE).content.decode()


def test_the_page_shows_the_persons_own_units(client: Client, unit: District) -> None:
    own, other = PlaceFactory(district=unit), PlaceFactory()
    client.force_login(make_editor(unit))
    page = client.get(PAGE).content.decode()
    assert own.short_label in page
    assert other.short_label not in page
    assert client.post(f"{PAGE}{other.pk}/draft/").status_code == 404
    refused = client.get(PAGE, {"unit": other.district.pk, "kind": "castle"})
    assert refused.status_code == 200
    assert set(refused.context["form"].errors) == {"unit", "kind"}


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_file_ask_the_same_number_of_questions(
    client: Client, unit: District, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        place = PlaceFactory(district=unit, latitude="26.10000", longitude="32.00000")
        visited(place, TODAY - number * DAY)
        visited(place, TODAY + (number + 2) * DAY)
        StopFactory(place=place, date=TODAY + 20 * DAY)
    client.force_login(make_editor(unit))
    client.get(PAGE)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(PAGE)
    with django_assert_num_queries(FILE_QUERIES):
        b"".join(client.get(f"{PAGE[:-1]}.csv").streaming_content)


PAGE_QUERIES = 9
FILE_QUERIES = 8


def test_the_file_leaves_empty_what_is_not_known(client: Client, unit: District) -> None:
    place = PlaceFactory(district=unit, population=1200, population_source="تعداد 2017")
    client.force_login(make_editor(unit))
    content = b"".join(client.get(f"{PAGE[:-1]}.csv").streaming_content).decode("utf-8-sig")
    _headings, row = csv.reader(io.StringIO(content))
    assert row == [place.code, place.short_label, unit.label, "1200", "تعداد 2017", "", "", "", "", "", "", ""]
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{PAGE[:-1]}.xlsx").streaming_content)))
    assert book.active["D2"].value == 1200


# -- a draft with one press --------------------------------------------------------------------------------------------------


def test_a_visit_is_drafted_as_it_was_there_the_last_time_on_the_first_free_working_day(unit: District) -> None:
    place, editor = PlaceFactory(district=unit), make_editor(unit)
    former = visited(place, TODAY - 30 * DAY, landmark_ar="أمام الجمعية الزراعية", starts_at=dt.time(10))
    # From Sunday on it is early enough to be announced; then the vehicle is taken for a day, and the next one is a holiday.
    StopFactory(vehicle=former.vehicle, place__district=unit, date=STOP_DATE)
    HolidayFactory(date=STOP_DATE + DAY)

    stop, _proposal = draft_proposed(place, by=editor, now=NOW)

    assert stop is not None
    assert (stop.date, stop.vehicle, stop.status) == (STOP_DATE + 2 * DAY, former.vehicle, StopStatus.DRAFT)
    assert (stop.landmark_ar, stop.starts_at) == (former.landmark_ar, former.starts_at)
    assert set(stop.services.all()) == {offer.service for offer in Offer.objects.filter(vehicle=former.vehicle)}


def test_a_proposal_takes_the_hours_of_a_period_and_the_least_busy_vehicle(unit: District) -> None:
    place, editor = PlaceFactory(district=unit), make_editor(unit)
    former = visited(place, TODAY - 30 * DAY)
    StopFactory(vehicle=former.vehicle, place__district=unit, date=STOP_DATE + 5 * DAY)
    free = StopFactory(vehicle=VehicleFactory(assigned_to=unit), place__district=unit, date=TODAY - DAY).vehicle
    HoursPeriodFactory(starts_on=STOP_DATE, starts_at=dt.time(10), ends_at=dt.time(13), last_intake=dt.time(12))

    stop, _proposal = draft_proposed(place, by=editor, now=NOW)

    assert stop is not None
    assert (stop.vehicle, stop.starts_at, stop.ends_at, stop.last_intake) == (
        free, dt.time(10), dt.time(13), dt.time(12),
    )  # fmt: skip


def test_where_no_vehicle_ever_stood_the_form_opens_with_what_is_known(client: Client, unit: District) -> None:
    place = PlaceFactory(district=unit)
    habit = StopFactory(place__district=unit, date=TODAY - 9 * DAY, starts_at=dt.time(10, 30))
    client.force_login(make_editor(unit))
    answer = client.post(f"{PAGE}{place.pk}/draft/")
    assert Stop.objects.count() == 1
    form = client.get(answer["Location"]).context["adminform"].form
    assert form["place"].value() == str(place.pk)
    assert form["vehicle"].value() == str(habit.vehicle.pk)
    assert (form["date"].value(), form["starts_at"].value()) == (STOP_DATE.isoformat(), "10:30")
    assert not form["landmark_ar"].value()


def test_no_free_vehicle_is_said(client: Client, unit: District) -> None:
    place = PlaceFactory(district=unit)
    client.force_login(make_head(unit))
    answer = client.post(f"{PAGE}{place.pk}/draft/", follow=True)
    assert "لا توجد سيارة" in answer.content.decode()


def test_one_press_drafts_and_leads_back_to_the_list_as_it_was(client: Client, unit: District) -> None:
    place = PlaceFactory(district=unit)
    visited(place, TODAY - 30 * DAY)
    client.force_login(make_editor(unit))
    answer = client.post(f"{PAGE}{place.pk}/draft/", {"asked": "waiting=on"})
    assert answer["Location"] == f"{PAGE}?waiting=on#place-{place.pk}"
    assert Stop.objects.filter(place=place, status=StopStatus.DRAFT).count() == 1


def test_a_proposal_asks_few_questions_however_full_the_plan(
    unit: District, django_assert_max_num_queries: Any
) -> None:
    place, editor = PlaceFactory(district=unit), make_editor(unit)
    former = visited(place, TODAY - 30 * DAY)
    for distance in range(2, 12):
        StopFactory(vehicle=former.vehicle, place__district=unit, date=TODAY + distance * DAY)
    with django_assert_max_num_queries(40):
        proposal = propose_stop(place, by=editor, now=NOW)
    assert proposal.date == TODAY + 12 * DAY  # a Wednesday, the first day without a stop

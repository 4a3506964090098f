"""Drafting and editing stops: refusals beside their fields, nothing lost, and everybody in their own unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse

from schedules.enums import PlanActKind, StopStatus
from schedules.models import Place, PlanAct, Stop
from services.models import Service
from tests.factories.schedules import STOP_DATE, HolidayFactory, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.services import OfferFactory, PaymentMeansFactory, ServiceFactory
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.support.staff import NOW, form_errors, stop_form_data
from vehicles.models import District, Vehicle

pytestmark = pytest.mark.django_db
ADD = "/admin/schedules/stop/add/"
LIST = "/admin/schedules/stop/"
LIST_QUERIES = 11


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Unit:
    """A unit with a vehicle that offers one service, and a village."""

    def __init__(self) -> None:
        self.district: District = DistrictFactory()
        self.vehicle: Vehicle = VehicleFactory(assigned_to=self.district)
        self.place: Place = PlaceFactory(district=self.district)
        self.service: Service = OfferFactory(vehicle=self.vehicle).service

    def data(self, **changes: Any) -> dict[str, Any]:
        return stop_form_data(self.vehicle, self.place, [self.service], **changes)


@pytest.fixture
def unit() -> Unit:
    return Unit()


@pytest.fixture
def editor(client: Client, unit: Unit) -> User:
    user = make_editor(unit.district)
    client.force_login(user)
    return user


def change_url(stop: Stop) -> str:
    return reverse("admin:schedules_stop_change", args=[stop.pk])


# -- drafting ---------------------------------------------------------------------------------------------------------


def test_draft_is_saved_with_all_that_was_typed(client: Client, unit: Unit, editor: User) -> None:
    cash = PaymentMeansFactory()

    response = client.post(ADD, unit.data(payment_means=[cash.pk], landmark_en="Youth centre"))

    assert response.status_code == 302
    stop = Stop.objects.get()
    assert (stop.vehicle, stop.place, stop.district) == (unit.vehicle, unit.place, unit.district)
    assert (stop.date, stop.starts_at, stop.ends_at, stop.last_intake) == (
        STOP_DATE,
        dt.time(9),
        dt.time(14),
        dt.time(13, 30),
    )
    assert (stop.landmark_ar, stop.landmark_en) == ("أمام مركز شباب القرية", "Youth centre")
    assert list(stop.services.all()) == [unit.service]
    assert list(stop.payment_means.all()) == [cash]
    assert (stop.status, stop.created_by, stop.updated_by) == (StopStatus.DRAFT, editor, editor)


def test_a_change_is_not_called_an_addition(client: Client, unit: Unit, editor: User) -> None:
    """As Django's own Arabic does."""
    client.post(ADD, unit.data())
    stop = Stop.objects.get()

    response = client.post(
        f"/admin/schedules/stop/{stop.pk}/change/",
        unit.data(landmark_ar="بجوار الوحدة الصحية") | {"seen": stop.updated_at.isoformat()},
        follow=True,
    )

    said = " ".join(str(message) for message in response.context["messages"])
    assert "تم حفظ التعديل: زيارة «" in said


@pytest.mark.parametrize(
    ("date", "starts_at", "ends_at"),
    [("٢٠٢٦-١١-٢٩", "٠٩:٠٠", "١٤:٠٠"), ("29/11/2026", "9", "14.00"), ("٢٩/١١/٢٠٢٦", "9:00 ص", "2:00 م")],
)
def test_draft_accepts_either_digits_and_usual_spellings(
    client: Client, unit: Unit, editor: User, date: str, starts_at: str, ends_at: str
) -> None:
    client.post(ADD, unit.data(date=date, starts_at=starts_at, ends_at=ends_at))

    stop = Stop.objects.get()
    assert (stop.date, stop.starts_at, stop.ends_at) == (STOP_DATE, dt.time(9), dt.time(14))


def test_draft_with_all_services_takes_those_the_vehicle_offers_that_day(
    client: Client, unit: Unit, editor: User
) -> None:
    second = OfferFactory(vehicle=unit.vehicle).service
    OfferFactory(vehicle=unit.vehicle, valid_to=STOP_DATE - dt.timedelta(days=1))
    OfferFactory()

    client.post(ADD, unit.data(services=[], all_services="on"))

    assert set(Stop.objects.get().services.all()) == {unit.service, second}


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_refusal_of_a_booked_vehicle_names_the_other_stop(client: Client, unit: Unit, editor: User) -> None:
    other = StopFactory(
        vehicle=unit.vehicle, place=unit.place, starts_at=dt.time(8), ends_at=dt.time(10), last_intake=None
    )

    response = client.post(ADD, unit.data())

    assert form_errors(response) == {"vehicle": ["vehicle_already_booked"]}
    (message,) = response.context["adminform"].form.errors["vehicle"]
    assert other.place.label in message
    assert Stop.objects.get() == other


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ends_at": "09:00"}, {"ends_at": ["ends_before_it_starts"]}),
        ({"last_intake": "14:30"}, {"last_intake": ["last_intake_outside_hours"]}),
        ({"date": "2026-11-19"}, {"date": ["date_in_the_past"]}),
        (
            {"date": "2026-11-22", "starts_at": "08:00", "ends_at": "11:00", "last_intake": ""},
            {"ends_at": ["already_over"]},
        ),
        (
            {"date": "2026-11-27"},
            {"off_day_reason": ["weekend_without_reason"], "landmark_confirmed": ["landmark_not_confirmed"]},
        ),
        (
            {"date": "2026-11-27", "landmark_confirmed": "on"},
            {"off_day_reason": ["weekend_without_reason"]},
        ),
        ({"date": "2026-11-30"}, {"off_day_reason": ["holiday_without_reason"]}),
        ({"services": []}, {"services": ["no_service"]}),
        ({"date": "2026-02-30"}, {"date": ["invalid"]}),
        ({"starts_at": "25:00"}, {"starts_at": ["invalid"]}),
        ({"landmark_ar": ""}, {"landmark_ar": ["required"]}),
        ({"landmark_ar": "أمام\x00المدرسة"}, {"landmark_ar": ["null_characters_not_allowed"]}),
        ({"vehicle": "", "place": "999999"}, {"vehicle": ["required"], "place": ["invalid_choice"]}),
    ],
)
def test_refusal_stands_beside_its_field(
    client: Client, unit: Unit, editor: User, changes: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    HolidayFactory(date=dt.date(2026, 11, 30))

    response = client.post(ADD, unit.data(**changes))

    assert response.status_code == 200
    assert form_errors(response) == expected
    assert not Stop.objects.exists()


def test_refusals_of_several_fields_come_together(client: Client, unit: Unit, editor: User) -> None:
    response = client.post(ADD, unit.data(date="2026-11-27", ends_at="08:00", services=[]))

    assert form_errors(response) == {
        "ends_at": ["ends_before_it_starts"],
        "off_day_reason": ["weekend_without_reason"],
        "landmark_confirmed": ["landmark_not_confirmed"],
        "services": ["no_service"],
    }


def test_refusal_of_a_service_the_vehicle_does_not_offer(client: Client, unit: Unit, editor: User) -> None:
    foreign = OfferFactory().service

    response = client.post(ADD, unit.data(services=[unit.service.pk, foreign.pk]))

    assert form_errors(response) == {"services": ["service_not_offered"]}


def test_refusal_of_a_service_that_is_not_valid_on_that_day(client: Client, unit: Unit, editor: User) -> None:
    ended = ServiceFactory(valid_to=STOP_DATE - dt.timedelta(days=1))
    OfferFactory(vehicle=unit.vehicle, service=ended)

    response = client.post(ADD, unit.data(services=[ended.pk]))

    assert form_errors(response) == {"services": ["service_not_valid"]}


def test_refusal_keeps_all_that_was_typed(client: Client, unit: Unit, editor: User) -> None:
    response = client.post(
        ADD, unit.data(ends_at="08:00", landmark_ar="خلف المسجد", off_day_reason="سوق", date="29/11/2026")
    )

    form = response.context["adminform"].form
    typed = {name: form[name].value() for name in ("landmark_ar", "off_day_reason", "date", "starts_at", "ends_at")}
    assert typed == {
        "landmark_ar": "خلف المسجد",
        "off_day_reason": "سوق",
        "date": "29/11/2026",
        "starts_at": "09:00",
        "ends_at": "08:00",
    }
    html = response.content.decode()
    assert f'<option value="{unit.place.pk}" selected>{unit.place.label}</option>' in html
    assert f'value="{unit.service.pk}" id="id_services_0_0" checked' in html


def test_lost_race_is_told_beside_the_vehicle_and_keeps_what_was_typed(
    client: Client, unit: Unit, editor: User
) -> None:
    def be_faster(sender: type[Stop], instance: Stop, **kwargs: Any) -> None:
        pre_save.disconnect(be_faster, sender=Stop)
        StopFactory(vehicle=unit.vehicle, place=unit.place, services=[unit.service])

    pre_save.connect(be_faster, sender=Stop)

    response = client.post(ADD, unit.data(landmark_ar="خلف المسجد"))

    assert response.status_code == 200
    assert form_errors(response) == {"vehicle": ["vehicle_already_booked"]}
    assert response.context["adminform"].form["landmark_ar"].value() == "خلف المسجد"


# -- what is accepted with a tick ---------------------------------------------------------------------------------------


def test_ticks_are_kept_until_the_stop_is_changed(client: Client, unit: Unit, editor: User) -> None:
    StopFactory(vehicle=VehicleFactory(assigned_to=unit.district), place=unit.place, services=[unit.service])
    StopFactory(vehicle=unit.vehicle, starts_at=dt.time(14, 10), ends_at=dt.time(16), last_intake=None)
    unit.place.market_weekday = STOP_DATE.isoweekday()
    unit.place.save()
    ticks = ("landmark_confirmed", "accept_duplicate", "accept_short_travel")

    refused = client.post(ADD, unit.data())
    assert set(form_errors(refused)) == set(ticks)
    assert f"{unit.place.label} (السوق الأسبوعي: الأحد)" in refused.content.decode()

    assert client.post(ADD, unit.data(**dict.fromkeys(ticks, "on"))).status_code == 302
    stop = Stop.objects.get(created_by=editor)
    stored = (stop.landmark_confirmed_for, stop.duplicate_accepted_by, stop.short_travel_accepted_by)
    assert stored == (STOP_DATE, editor, editor)

    assert client.post(change_url(stop), unit.data(off_day_reason="طلب الأهالي")).status_code == 302
    moved = client.post(change_url(stop), unit.data(ends_at="14:05", last_intake=""))
    assert set(form_errors(moved)) == set(ticks)


# -- a place outside the unit --------------------------------------------------------------------------------------------


def test_place_outside_the_unit_is_refused_to_an_editor_who_cannot_accept_it(
    client: Client, unit: Unit, editor: User
) -> None:
    outside = PlaceFactory()

    response = client.post(ADD, unit.data(place=outside.pk, accept_outside_district="on"))

    assert form_errors(response) == {"place": ["place_outside_unit"]}
    assert "accept_outside_district" not in response.context["adminform"].form.fields


def test_place_outside_the_unit_is_accepted_by_a_supervisor(client: Client, unit: Unit) -> None:
    supervisor = make_supervisor()
    client.force_login(supervisor)
    outside = PlaceFactory()

    refused = client.post(ADD, unit.data(place=outside.pk))
    accepted = client.post(ADD, unit.data(place=outside.pk, accept_outside_district="on"))

    assert form_errors(refused) == {"place": ["place_outside_unit"]}
    assert accepted.status_code == 302
    stop = Stop.objects.get()
    assert (stop.place, stop.district, stop.outside_district_accepted_by) == (outside, unit.district, supervisor)


def test_accepted_place_stays_accepted_when_an_editor_edits(client: Client, unit: Unit, editor: User) -> None:
    supervisor = make_supervisor()
    outside = PlaceFactory()
    stop = StopFactory(
        vehicle=unit.vehicle,
        place=outside,
        district=unit.district,
        services=[unit.service],
        outside_district_accepted_by=supervisor,
    )

    response = client.post(change_url(stop), unit.data(place=outside.pk, ends_at="13:45"))

    assert response.status_code == 302
    stop.refresh_from_db()
    assert (stop.ends_at, stop.outside_district_accepted_by) == (dt.time(13, 45), supervisor)


# -- editing ----------------------------------------------------------------------------------------------------------


def test_editing_a_published_stop_changes_the_working_copy_alone(client: Client, unit: Unit, editor: User) -> None:
    revision = StopRevisionFactory(vehicle=unit.vehicle, place=unit.place, services=[unit.service])

    response = client.post(change_url(revision.stop), unit.data(starts_at="10:00"), follow=True)

    revision.stop.refresh_from_db()
    revision.refresh_from_db()
    assert (revision.stop.starts_at, revision.stop.has_unpublished_changes) == (dt.time(10), True)
    assert (revision.starts_at, revision.is_current) == (dt.time(9), True)
    assert response.status_code == 200


@pytest.mark.parametrize("is_theirs", [True, False])
def test_whoever_comes_from_an_act_of_theirs_goes_back_to_it(
    client: Client, unit: Unit, editor: User, is_theirs: bool
) -> None:
    revision = StopRevisionFactory(vehicle=unit.vehicle, place=unit.place, services=[unit.service])
    act = PlanAct.objects.create(
        kind=PlanActKind.COPY, made_by=editor if is_theirs else make_head(unit.district), made_at=NOW
    )

    response = client.post(f"{change_url(revision.stop)}?act={act.pk}", unit.data(starts_at="10:00"))

    assert response.headers["Location"] == (f"/admin/schedules/stop/act/{act.pk}/" if is_theirs else LIST)


@pytest.mark.parametrize("key", ["x", "٣", "9" * 40, ""])
def test_an_act_that_cannot_be_one_leads_to_the_list(client: Client, unit: Unit, editor: User, key: str) -> None:
    revision = StopRevisionFactory(vehicle=unit.vehicle, place=unit.place, services=[unit.service])
    response = client.post(f"{change_url(revision.stop)}?act={key}", unit.data())
    assert response.headers["Location"] == LIST


def test_changed_stop_shows_the_public_facts_beside_the_new_ones(client: Client, unit: Unit, editor: User) -> None:
    revision = StopRevisionFactory(vehicle=unit.vehicle, place=unit.place, services=[unit.service])
    client.post(change_url(revision.stop), unit.data(landmark_ar="خلف المسجد"))

    response = client.get(change_url(revision.stop))

    different = [(fact.public, fact.working) for fact in response.context["facts"] if fact.differs]
    assert (revision.landmark_ar, "خلف المسجد") in different


def test_cancelled_stop_can_be_read_but_not_changed(client: Client, unit: Unit, editor: User) -> None:
    stop = StopFactory(vehicle=unit.vehicle, place=unit.place, services=[unit.service], status=StopStatus.CANCELLED)

    assert client.get(change_url(stop)).status_code == 200
    assert client.post(change_url(stop), unit.data()).status_code == 403


# -- who sees and changes what --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "head"])
def test_members_read_and_change_stops_of_their_own_unit_alone(client: Client, unit: Unit, role: str) -> None:
    client.force_login(make_editor(unit.district) if role == "editor" else make_head(unit.district))
    own = StopFactory(vehicle=unit.vehicle, place=unit.place, services=[unit.service])
    other = StopFactory()
    data = stop_form_data(other.vehicle, other.place, list(other.services.all()), landmark_ar="تغيير")

    listed = [row.pk for row in client.get(LIST).context["cl"].result_list]

    assert listed == [own.pk]
    assert client.get(change_url(own)).status_code == 200
    assert client.get(change_url(other)).status_code == 302  # as if it did not exist
    client.post(change_url(other), data)
    other.refresh_from_db()
    assert other.landmark_ar != "تغيير"


def test_member_cannot_draft_for_the_vehicle_of_another_unit(client: Client, unit: Unit, editor: User) -> None:
    other = Unit()

    response = client.post(ADD, other.data())

    assert form_errors(response) == {"vehicle": ["invalid_choice"]}


def test_supervisor_reads_and_changes_stops_of_every_unit(client: Client, unit: Unit) -> None:
    client.force_login(make_supervisor())
    stops = [StopFactory(), StopFactory()]

    listed = {row.pk for row in client.get(LIST).context["cl"].result_list}

    assert listed == {stop.pk for stop in stops}
    assert {client.get(change_url(stop)).status_code for stop in stops} == {200}


def test_staff_without_a_membership_see_nothing(client: Client, unit: Unit) -> None:
    client.force_login(UserFactory())

    assert client.get("/admin/").status_code == 200
    statuses = {client.get(url).status_code for url in (LIST, ADD, f"{LIST}week/", f"{LIST}publish/?ids=1")}
    assert statuses == {403}


def test_people_who_are_not_staff_are_sent_to_the_login(client: Client, unit: Unit) -> None:
    client.force_login(make_head(unit.district, is_staff=False))

    response = client.get(LIST)

    assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={LIST}")


def test_nobody_deletes_a_stop(client: Client, unit: Unit) -> None:
    client.force_login(make_supervisor())
    stop = StopFactory()

    response = client.post(reverse("admin:schedules_stop_delete", args=[stop.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert Stop.objects.filter(pk=stop.pk).exists()


# -- the list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_number_of_questions(
    client: Client, unit: Unit, editor: User, django_assert_num_queries: Any, count: int
) -> None:
    for hour in range(count):
        StopFactory(
            vehicle=unit.vehicle,
            place=PlaceFactory(district=unit.district),
            services=[unit.service],
            starts_at=dt.time(8 + 2 * hour),
            ends_at=dt.time(9 + 2 * hour),
            last_intake=None,
        )

    with django_assert_num_queries(LIST_QUERIES):
        client.get(LIST)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=draft", ["draft"]),
        ("state=waiting", ["draft", "changed"]),
        ("state=changed", ["changed"]),
        ("state=published", ["changed", "public"]),
        ("state=cancelled", ["cancelled"]),
        ("week=2026-W49", ["draft", "changed", "public", "cancelled"]),
        ("week=2026-W48", []),
    ],
)
def test_list_filters_by_week_and_state(
    client: Client, unit: Unit, editor: User, query: str, expected: list[str]
) -> None:
    made = {"vehicle": unit.vehicle, "place": unit.place, "services": [unit.service], "last_intake": None}
    stops = {
        "draft": StopFactory(starts_at=dt.time(8), ends_at=dt.time(9), **made),
        "changed": StopFactory(
            starts_at=dt.time(10), ends_at=dt.time(11), status="published", has_unpublished_changes=True, **made
        ),
        "public": StopFactory(starts_at=dt.time(12), ends_at=dt.time(13), status="published", **made),
        "cancelled": StopFactory(starts_at=dt.time(14), ends_at=dt.time(15), status="cancelled", **made),
    }

    listed = [row.pk for row in client.get(f"{LIST}?{query}").context["cl"].result_list]

    assert listed == [stops[name].pk for name in expected]


def test_list_is_searched_however_the_place_is_spelt(client: Client, unit: Unit, editor: User) -> None:
    made = {"vehicle": unit.vehicle, "services": [unit.service], "last_intake": None}
    found = StopFactory(
        place=PlaceFactory(district=unit.district, name_ar="أولاد إسماعيل"),
        starts_at=dt.time(8),
        ends_at=dt.time(9),
        **made,
    )
    StopFactory(
        place=PlaceFactory(district=unit.district, name_ar="الكوامل بحرى"),
        starts_at=dt.time(10),
        ends_at=dt.time(11),
        **made,
    )

    listed = [row.pk for row in client.get(LIST, {"q": "قريه اولاد اسماعيل"}).context["cl"].result_list]

    assert listed == [found.pk]


def test_place_is_offered_however_it_is_spelt(client: Client, unit: Unit, editor: User) -> None:
    place = PlaceFactory(district=unit.district, name_ar="جزيرة شندويل")
    query = {"term": "جزيره شندويل", "app_label": "schedules", "model_name": "stop", "field_name": "place"}

    response = client.get("/admin/autocomplete/", query)

    assert response.json()["results"] == [{"id": str(place.pk), "text": place.label}]


@pytest.mark.parametrize(
    "query", ["q=%00", "week=2026-W99", "state=nothing", "district__id__exact=x", "date__year=99999", "p=-1", "o=9.9.9"]
)
def test_list_survives_a_strange_address(client: Client, unit: Unit, editor: User, query: str) -> None:
    assert client.get(f"{LIST}?{query}").status_code in (200, 302)


# -- addresses and forms that were tampered with ----------------------------------------------------------------------


@pytest.mark.parametrize("key", ["zz", "9" * 30, "9" * 5000, "-1", "1,2", "\x00"])
def test_place_that_cannot_be_one_is_refused_not_an_error(client: Client, unit: Unit, editor: User, key: str) -> None:
    for name in ("place", "vehicle", "services", "payment_means"):
        assert client.get(ADD, {name: key}).status_code == 200
    response = client.post(ADD, unit.data(place=key))
    assert response.status_code == 200
    assert "place" in form_errors(response)


# -- two windows ------------------------------------------------------------------------------------------------------


def test_save_of_a_form_opened_before_another_save_is_refused_and_shows_both(
    client: Client, unit: Unit, editor: User
) -> None:
    client.post(ADD, unit.data())
    stop = Stop.objects.get()
    seen = client.get(change_url(stop)).context["adminform"].form["seen"].value()
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        client.post(change_url(stop), unit.data(starts_at="10:00", landmark_ar="نافذة أولى", seen=seen))
    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        refused = client.post(change_url(stop), unit.data(landmark_ar="نافذة ثانية", seen=seen))

    assert form_errors(refused) == {"__all__": ["stale"]}
    html = refused.content.decode()
    assert "<td>نافذة أولى</td><td><strong>نافذة ثانية</strong></td>" in html
    form = refused.context["adminform"].form
    assert form["landmark_ar"].value() == "نافذة ثانية"
    stop.refresh_from_db()
    assert (stop.landmark_ar, stop.starts_at) == ("نافذة أولى", dt.time(10))
    assert f'value="{stop.updated_at.isoformat()}"' in html

    with time_machine.travel(NOW + dt.timedelta(minutes=3), tick=False):
        again = unit.data(landmark_ar="نافذة ثانية", seen=form["seen"].value())
        assert client.post(change_url(stop), again).status_code == 302
    stop.refresh_from_db()
    assert stop.landmark_ar == "نافذة ثانية"


def test_stale_save_with_other_mistakes_is_told_of_both(client: Client, unit: Unit, editor: User) -> None:
    client.post(ADD, unit.data())
    stop = Stop.objects.get()
    refused = client.post(change_url(stop), unit.data(starts_at="25:00", seen="2026-01-01T00:00:00+00:00"))
    assert form_errors(refused) == {"starts_at": ["invalid"], "__all__": ["stale"]}

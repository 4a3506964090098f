"""Who changed what, when and why; and giving master data back a state it had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from schedules.actions import discard_draft, draft_stop, edit_stop
from schedules.models import Place, PlaceTerm, Stop
from schedules.validators import StopData
from services.models import Fee, Service
from sohag_mobile.history import history_of
from sohag_mobile.models import ContentVersion
from sohag_mobile.trails import Version, list_versions
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import PlaceFactory, StopFactory
from tests.factories.services import FeeFactory, ServiceFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.support.staff import NOW, stop_form_data
from vehicles.models import Membership, Vehicle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def keeper(client: Client) -> User:
    user = make_supervisor(username="keeper", first_name="منى", last_name="صابر")
    client.force_login(user)
    return user


def page(row: Any, action: str, *more: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{action}", args=[row.pk, *more])


def inline(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{field}": value for field, value in row.items()}
    return data


def vehicle_data(vehicle: Vehicle, **changes: Any) -> dict[str, Any]:
    data = {"code": vehicle.code, "name_ar": vehicle.name_ar, "name_en": vehicle.name_en, "is_active": "on"} | changes
    return data | inline("assignments") | inline("offers")


def place_data(place: Place, **changes: Any) -> dict[str, Any]:
    data = {"code": place.code, "kind": place.kind, "name_ar": place.name_ar, "district": place.district_id}
    return data | changes


def told(versions: list[Version]) -> list[tuple[str, str, str, dict[str, tuple[str, str]]]]:
    return [
        (each.kind, each.who, each.why, {change.label: (change.old, change.new) for change in each.changes})
        for each in versions
    ]


# -- keeping ------------------------------------------------------------------------------------------------------------


def test_a_change_tells_who_when_what_and_why(client: Client, keeper: User) -> None:
    vehicle = VehicleFactory(code="V-1", name_ar="السيارة الأولى", name_en="")

    client.post(page(vehicle, "change"), vehicle_data(vehicle, name_ar="السيارة رقم 1", change_reason="كتاب 12"))

    newest = list_versions(Vehicle.objects.get())[0]
    assert told([newest]) == [("~", "منى صابر", "كتاب 12", {"الاسم": ("السيارة الأولى", "السيارة رقم 1")})]
    assert newest.moment == NOW


def test_the_first_change_also_keeps_what_was_there_before(keeper: User, client: Client) -> None:
    vehicle = VehicleFactory(name_ar="القديم")
    history_of(Vehicle).all().delete()

    client.post(page(vehicle, "change"), vehicle_data(vehicle, name_ar="الجديد"))

    newest, first = list_versions(Vehicle.objects.get())
    assert first.is_first is True
    assert [(change.old, change.new) for change in newest.changes] == [("القديم", "الجديد")]


def test_a_command_is_named_where_no_person_acted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["manage.py", "load_reference"])
    call_command("load_reference", verbosity=0)
    service = Service.objects.first()
    assert service is not None

    assert [version.who for version in list_versions(service)] == ["manage.py load_reference"]


def test_what_nobody_knows_is_the_systems() -> None:
    vehicle = VehicleFactory()

    assert told(list_versions(vehicle))[0][1] == "النظام"


def test_lines_of_a_page_are_told_with_it(client: Client, keeper: User) -> None:
    fee = FeeFactory(label_ar="رسم", maximum="100.00")
    service = fee.service
    row = {"id": fee.pk, "service": service.pk, "label_ar": fee.label_ar, "maximum": "120"}
    data = {
        "category": service.category_id, "slug": service.slug, "name_ar": service.name_ar, "outcome": service.outcome,
        "name_en": service.name_en, "announce_ar": service.announce_ar,
    }  # fmt: skip
    data |= inline("documents") | inline("fees", row, initial=1)

    refused = client.post(page(service, "change"), data)
    assert refused.status_code == 200
    assert Fee.objects.get().maximum == 100

    client.post(page(service, "change"), data | {"change_reason": "قرار 5"})
    newest = next(each for each in list_versions(service, [(Fee, "service_id")]) if each.subject)
    assert (newest.subject, newest.why) == ("رسم: رسم", "قرار 5")
    assert ("100", "120") in [(change.old, change.new) for change in newest.changes]


def test_a_vehicle_is_not_retired_without_a_reason(client: Client, keeper: User) -> None:
    vehicle = VehicleFactory()
    data = vehicle_data(vehicle)
    del data["is_active"]

    response = client.post(page(vehicle, "change"), data)
    assert list(response.context["adminform"].form.errors) == ["change_reason"]

    client.post(page(vehicle, "change"), data | {"change_reason": "عطل دائم"})
    assert Vehicle.objects.get().is_active is False


def test_of_an_account_roles_and_access_are_kept_and_no_password(client: Client, keeper: User) -> None:
    district = DistrictFactory(name_ar="نقادة")
    person = make_editor(district, username="clerk")
    membership = person.memberships.get()
    row = {"id": membership.pk, "user": person.pk, "district": district.pk, "role": "head"}
    data = {"username": "clerk", "is_active": "on", "is_staff": "on"} | inline("memberships", row, initial=1)

    client.post(page(person, "change"), data)

    versions = [each for each in list_versions(person, [(Membership, "user_id")]) if each.subject]
    assert told(versions[:1])[0][3]["الدور"] == ("محرر الوحدة: يعد المسودات", "رئيس الوحدة: ينشر ويلغي")
    assert versions[0].who == "منى صابر"
    fields = {field.name for field in history_of(User).model._meta.get_fields()}
    assert "password" not in fields
    assert client.get(page(person, "history")).status_code == 200


def test_signing_in_leaves_no_state(client: Client) -> None:
    person = make_supervisor(username="clerk")
    before = history_of(User).count()

    client.force_login(person)

    assert history_of(User).count() == before


def test_nothing_of_a_token_is_kept(client: Client, keeper: User) -> None:
    channel = ChannelFactory()
    data = {
        "name": channel.name, "kind": channel.kind, "address": channel.address, "is_active": "on",
        "urgent_ignores_quiet": "on", "token": "very-secret-token", "change_reason": "جديد",
    }  # fmt: skip

    client.post(page(channel, "change"), data)

    assert "very-secret-token" not in str(list(history_of(type(channel)).values_list()))
    assert "very-secret-token" not in client.get(page(channel, "history")).content.decode()


# -- working copies -------------------------------------------------------------------------------------------------------


def test_the_trail_of_a_draft_tells_every_edit_and_its_end() -> None:
    district = DistrictFactory()
    editor = make_editor(district, username="clerk")
    stop = StopFactory(place=PlaceFactory(district=district))
    data = StopData.of(stop)
    made = draft_stop(_on(data, dt.date(2026, 12, 1)), by=editor, now=NOW)

    edit_stop(made, _on(data, dt.date(2026, 12, 2), landmark_ar="خلف المدرسة"), by=editor, now=NOW)

    newest, first = list_versions(made)
    assert (first.kind, first.who) == ("+", "clerk")
    assert {change.label: change.new for change in newest.changes} == {
        "التاريخ": "الأربعاء 2 ديسمبر 2026",
        "العلامة المميزة": "خلف المدرسة",
    }
    pk = made.pk
    discard_draft(made, by=editor)
    last = history_of(Stop).filter(id=pk).first()
    assert (last.history_type, last.history_user) == ("-", editor)


def _on(data: StopData, day: dt.date, **changes: Any) -> StopData:
    import dataclasses

    return dataclasses.replace(data, date=day, **changes)


def test_saving_a_draft_keeps_one_state(client: Client) -> None:
    district = DistrictFactory()
    stop = StopFactory(place=PlaceFactory(district=district))
    client.force_login(make_editor(district))
    before = history_of(Stop).count()

    client.post(
        page(stop, "change"),
        stop_form_data(stop.vehicle, stop.place, list(stop.services.all()), landmark_ar="جديد"),
    )

    assert history_of(Stop).count() == before + 1


def test_the_page_of_a_stop_shows_who_changed_it(client: Client) -> None:
    district = DistrictFactory()
    head = make_head(district, first_name="سعاد")
    stop = StopFactory(place=PlaceFactory(district=district))
    client.force_login(head)

    client.post(
        page(stop, "change"),
        stop_form_data(stop.vehicle, stop.place, list(stop.services.all()), landmark_ar="أمام المدرسة"),
    )

    html = client.get(page(stop, "change")).content.decode()
    assert "سعاد" in html
    assert "أمام المدرسة" in html
    assert client.get(page(stop, "history")).status_code == 200


# -- reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_a_history_asks_the_same_number_of_questions(
    client: Client, keeper: User, django_assert_num_queries: Any, count: int
) -> None:
    place = PlaceFactory()
    for number in range(count):
        client.post(page(place, "change"), place_data(place, name_ar=f"اسم {number}", district=DistrictFactory().pk))
    client.get(page(place, "history"))

    with django_assert_num_queries(8):
        client.get(page(place, "history"))


def test_members_read_a_history_and_restore_nothing(client: Client, keeper: User) -> None:
    place = PlaceFactory(name_ar="القديمة")
    client.post(page(place, "change"), place_data(place, name_ar="الجديدة"))
    first = history_of(Place).earliest()
    client.force_login(make_head(place.district))

    html = client.get(page(place, "history")).content.decode()
    restore = page(place, "restore", "place", first.history_id)

    assert "القديمة" in html
    assert restore not in html
    assert "استعادة هذه الحالة" not in html
    assert client.get(restore).status_code == 403
    assert client.post(restore).status_code == 403
    assert Place.objects.get().name_ar == "الجديدة"


# -- restoring ------------------------------------------------------------------------------------------------------------


def test_a_place_is_restored_with_its_terms_and_public_pages(client: Client, keeper: User) -> None:
    place = PlaceFactory(name_ar="القديمة", name_en="")
    client.post(page(place, "change"), place_data(place, name_ar="الجديدة", name_en=""))
    first = history_of(Place).earliest()
    restore = page(place, "restore", "place", first.history_id)
    version = ContentVersion.objects.get().number

    # The state that the row is in is not offered.
    html = client.get(page(place, "history")).content.decode()
    assert [
        number for number in (first.history_id, first.history_id + 1) if page(place, "restore", "place", number) in html
    ] == [first.history_id]
    preview = client.get(restore)
    assert [(change.old, change.new) for change in preview.context["changes"]] == [("الجديدة", "القديمة")]
    assert Place.objects.get().name_ar == "الجديدة"
    client.post(restore, {"change_reason": "خطأ في الكتابة"})

    place = Place.objects.get()
    assert place.name_ar == "القديمة"
    assert "القديمه" in place.search_text
    assert any("قديمه".encode() in bytes(term) for term in PlaceTerm.objects.values_list("term", flat=True))
    assert ContentVersion.objects.get().number > version
    newest = list_versions(place)[0]
    assert (newest.who, newest.why) == ("منى صابر", "أُعيد إلى حالته في 2026-11-22 10:00: خطأ في الكتابة")


def test_a_state_that_no_longer_fits_is_refused_with_sentences(client: Client, keeper: User) -> None:
    service = ServiceFactory(slug="old")
    Service.objects.get(pk=service.pk).save()
    service.slug = "new"
    service.save()
    ServiceFactory(slug="old")
    first = history_of(Service).filter(id=service.pk).earliest()

    response = client.post(page(service, "restore", "service", first.history_id))

    assert response.status_code == 400
    assert len(response.context["problems"]) == 1
    assert Service.objects.get(pk=service.pk).slug == "new"


def test_a_line_that_was_taken_away_comes_back(client: Client, keeper: User) -> None:
    fee = FeeFactory(label_ar="رسم المعاينة")
    service, pk = fee.service, fee.pk
    fee.delete()
    gone = history_of(Fee).filter(id=pk).latest()

    client.post(page(service, "restore", "fee", gone.history_id))

    assert Fee.objects.get(pk=pk).label_ar == "رسم المعاينة"


@pytest.mark.parametrize(("kind", "number"), [("place", 10**12), ("vehicle", 1), ("nothing", 1), ("place", 0)])
def test_a_false_address_is_none(client: Client, keeper: User, kind: str, number: int) -> None:
    place = PlaceFactory()

    assert client.get(page(place, "restore", kind, number)).status_code == 404


def test_a_state_of_another_row_is_not_found(client: Client, keeper: User) -> None:
    place, other = PlaceFactory(), PlaceFactory()
    state = history_of(Place).filter(id=other.pk).latest()

    assert client.get(page(place, "restore", "place", state.history_id)).status_code == 404

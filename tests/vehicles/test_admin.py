"""Master data and accounts: supervisors change, members read, nobody deletes, and public pages learn of it at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from schedules.models import Holiday, Place
from services.enums import Outcome
from services.models import Category, Offer, Service
from sohag_mobile.models import ContentVersion
from tests.factories.schedules import HolidayFactory, PlaceFactory
from tests.factories.services import CategoryFactory, FeeFactory, OfferFactory, PaymentMeansFactory, ServiceFactory
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import (
    AssignmentFactory,
    DistrictFactory,
    GovernorateFactory,
    MarkazFactory,
    VehicleFactory,
)
from vehicles.enums import Role
from vehicles.models import Assignment, Membership, Vehicle

pytestmark = pytest.mark.django_db


def content_version() -> int:
    return ContentVersion.objects.get().number


def inline(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The fields of an inline: `initial` rows that exist (with their `id`), the others new."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{field}": value for field, value in row.items()}
    return data


def make_one_of_each() -> list[Any]:
    vehicle = VehicleFactory()
    return [
        GovernorateFactory(),
        DistrictFactory(),
        MarkazFactory(),
        vehicle,
        CategoryFactory(),
        PaymentMeansFactory(),
        ServiceFactory(),
        PlaceFactory(),
        HolidayFactory(),
    ]


def page(row: Any, action: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{action}", args=[row.pk])


@pytest.mark.parametrize("role", ["editor", "head"])
def test_members_read_master_data_and_change_none(client: Client, role: str) -> None:
    district = DistrictFactory()
    client.force_login(make_editor(district) if role == "editor" else make_head(district))
    rows = make_one_of_each()

    assert [client.get(page(row, "change")).status_code for row in rows] == [200] * len(rows)
    assert [client.post(page(row, "change"), {"name_ar": "غيره"}).status_code for row in rows] == [403] * len(rows)


def test_supervisor_opens_every_page_and_deletes_nothing(client: Client) -> None:
    client.force_login(make_supervisor())
    rows = make_one_of_each()

    assert [client.get(page(row, "change")).status_code for row in rows] == [200] * len(rows)
    assert [client.post(page(row, "delete"), {"post": "yes"}).status_code for row in rows] == [403] * len(rows)


@pytest.mark.parametrize(
    "path",
    [
        "vehicles/governorate",
        "vehicles/district",
        "vehicles/vehicle",
        "services/category",
        "services/paymentmeans",
        "services/service",
        "schedules/place",
        "schedules/holiday",
        "announcements/channel",
        "auth/user",
    ],
)
def test_supervisor_opens_and_searches_every_list(client: Client, path: str) -> None:
    client.force_login(make_supervisor())
    make_one_of_each()

    assert client.get(f"/admin/{path}/").status_code == 200
    assert client.get(f"/admin/{path}/", {"q": "سوهاج"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_vehicles_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    client.force_login(make_supervisor())
    for _number in range(count):
        VehicleFactory(assigned_to=DistrictFactory())

    with django_assert_num_queries(9):
        client.get("/admin/vehicles/vehicle/")


def test_saving_master_data_makes_stored_pages_out_of_date(client: Client) -> None:
    client.force_login(make_supervisor())
    before = content_version()

    client.post(
        "/admin/services/category/add/", {"slug": "permits", "name_ar": "التراخيص", "name_en": "", "position": 1}
    )

    assert Category.objects.get().name_ar == "التراخيص"
    assert content_version() == before + 1


def test_refused_master_data_leaves_stored_pages_alone(client: Client) -> None:
    client.force_login(make_supervisor())
    before = content_version()

    client.post("/admin/services/category/add/", {"slug": "اسم", "name_ar": ""})

    assert (Category.objects.count(), content_version()) == (0, before)


def test_saved_place_is_found_by_its_new_name(client: Client) -> None:
    client.force_login(make_supervisor())
    place = PlaceFactory(name_ar="القديمة")
    data = {"code": place.code, "kind": place.kind, "name_ar": "أولاد نصير", "district": place.district_id}

    client.post(page(place, "change"), data)

    place = Place.objects.get()
    assert (place.name_ar, "اولاد نصير" in place.search_text) == ("أولاد نصير", True)


def test_holiday_is_kept_once_a_day(client: Client) -> None:
    client.force_login(make_supervisor())
    data = {"date": "2026-12-01", "name_ar": "عطلة", "status": "confirmed"}

    client.post("/admin/schedules/holiday/add/", data)
    again = client.post("/admin/schedules/holiday/add/", data)

    assert Holiday.objects.count() == 1
    assert list(again.context["adminform"].form.errors) == ["date"]


# -- vehicles ---------------------------------------------------------------------------------------------------------


def vehicle_data(vehicle: Vehicle, assignments: dict[str, Any], offers: dict[str, Any]) -> dict[str, Any]:
    return {"code": vehicle.code, "name_ar": vehicle.name_ar, "name_en": "", "is_active": "on"} | assignments | offers


def test_vehicle_gets_its_assignment_and_offers_on_one_page(client: Client) -> None:
    client.force_login(make_supervisor())
    vehicle, district, service = VehicleFactory(), DistrictFactory(), ServiceFactory()

    client.post(
        page(vehicle, "change"),
        vehicle_data(
            vehicle,
            inline("assignments", {"district": district.pk, "starts_on": "2026-01-01", "ends_on": ""}),
            inline("offers", {"service": service.pk, "outcome": Outcome.FINISHED}),
        ),
    )

    assert Assignment.objects.get().district == district
    assert Offer.objects.get().service == service


def test_two_new_assignments_that_overlap_are_refused_with_a_sentence(client: Client) -> None:
    client.force_login(make_supervisor())
    vehicle, district = VehicleFactory(), DistrictFactory()
    rows = [
        {"district": district.pk, "starts_on": "2026-01-01", "ends_on": ""},
        {"district": district.pk, "starts_on": "2026-06-01", "ends_on": "2026-06-30"},
    ]

    response = client.post(
        page(vehicle, "change"), vehicle_data(vehicle, inline("assignments", *rows), inline("offers"))
    )

    (formset, _offers) = [part.formset for part in response.context["inline_admin_formsets"]]
    assert [error.code for error in formset.non_form_errors().as_data()] == ["overlap"]
    assert not Assignment.objects.exists()


def test_assignment_is_ended_not_removed(client: Client) -> None:
    client.force_login(make_supervisor())
    assignment = AssignmentFactory()
    row = {
        "id": assignment.pk,
        "vehicle": assignment.vehicle_id,
        "district": assignment.district_id,
        "starts_on": "2026-01-01",
        "ends_on": "2026-11-30",
        "DELETE": "on",
    }

    client.post(
        page(assignment.vehicle, "change"),
        vehicle_data(assignment.vehicle, inline("assignments", row, initial=1), inline("offers")),
    )

    assert Assignment.objects.get().ends_on.isoformat() == "2026-11-30"


def test_service_offered_twice_is_refused(client: Client) -> None:
    client.force_login(make_supervisor())
    vehicle, service = VehicleFactory(), ServiceFactory()
    rows = [{"service": service.pk, "outcome": Outcome.FINISHED}, {"service": service.pk, "outcome": Outcome.RECEIVED}]

    response = client.post(
        page(vehicle, "change"), vehicle_data(vehicle, inline("assignments"), inline("offers", *rows))
    )

    assert response.status_code == 200
    assert not Offer.objects.exists()


def test_documents_and_fees_of_a_service_can_be_taken_away(client: Client) -> None:
    client.force_login(make_supervisor())
    fee = FeeFactory()
    service: Service = fee.service
    OfferFactory(service=service)
    row = {"id": fee.pk, "service": service.pk, "label_ar": fee.label_ar, "DELETE": "on"}

    response = client.post(
        page(service, "change"),
        {
            "category": service.category_id,
            "slug": service.slug,
            "name_ar": service.name_ar,
            "outcome": service.outcome,
            "change_reason": "لم يعد يُحصَّل",
        }
        | inline("documents")
        | inline("fees", row, initial=1),
    )

    assert response.status_code == 302
    assert not service.fees.exists()


# -- accounts ---------------------------------------------------------------------------------------------------------


def test_accounts_are_for_supervisors_alone(client: Client) -> None:
    head = make_head(DistrictFactory())
    client.force_login(head)

    assert client.get("/admin/auth/user/").status_code == 403
    assert client.get(page(head, "change")).status_code == 403


def user_data(user: User, *rows: dict[str, Any]) -> dict[str, Any]:
    return {"username": user.username, "is_active": "on", "is_staff": "on"} | inline("memberships", *rows)


def test_supervisor_gives_a_person_a_role(client: Client) -> None:
    client.force_login(make_supervisor())
    person, district = UserFactory(), DistrictFactory()

    client.post(page(person, "change"), user_data(person, {"district": district.pk, "role": Role.HEAD}))

    assert Membership.objects.get(user=person).role == Role.HEAD


@pytest.mark.parametrize("roles", [[Role.SUPERVISOR, Role.SUPERVISOR], [Role.HEAD]])
def test_role_that_makes_no_sense_is_refused_with_a_sentence(client: Client, roles: list[Role]) -> None:
    client.force_login(make_supervisor())
    person = UserFactory()

    response = client.post(
        page(person, "change"), user_data(person, *({"district": "", "role": role} for role in roles))
    )

    assert response.status_code == 200
    assert not person.memberships.exists()


def test_supervisor_cannot_touch_a_superuser_or_become_one(client: Client) -> None:
    supervisor = make_supervisor()
    client.force_login(supervisor)
    root = UserFactory(is_superuser=True)

    assert client.post(page(root, "change"), user_data(root)).status_code == 403
    assert client.post(f"/admin/auth/user/{root.pk}/password/", {"password1": "x", "password2": "x"}).status_code == 403
    client.post(page(supervisor, "change"), user_data(supervisor) | {"is_superuser": "on"})
    supervisor.refresh_from_db()
    assert supervisor.is_superuser is False

"""Units and vehicles in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories.users import make_head
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture(autouse=True)
def _fixed_clock() -> Any:
    # Half past midnight in Cairo, the evening before in UTC: the local day is what counts.
    with time_machine.travel(dt.datetime(2026, 11, 22, 22, 30, tzinfo=dt.UTC), tick=False):
        yield


def _get(client: Client, path: str) -> Any:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, (path, response.content)
    return response.json()


def test_district_says_who_announces_and_where_to_go_instead(client: Client) -> None:
    DistrictFactory(
        slug="naqada",
        name_ar="نقادة",
        name_en="Naqada",
        contact_phone="0960000000",
        fixed_centre_latitude="25.90000",
        fixed_centre_longitude="32.72000",
    )

    assert _get(client, "/districts/naqada/") == {
        "slug": "naqada",
        "kind": "markaz",
        "name_ar": "نقادة",
        "name_en": "Naqada",
        "label_ar": "مركز نقادة",
        "official_code": "",
        "governorate": {"name_ar": "قنا", "name_en": "Qena"},
        "issuer_name_ar": "الوحدة المحلية لمركز ومدينة نقادة",
        "issuer_short_ar": "الوحدة المحلية",
        "contact_phone": "0960000000",
        "fixed_centre": {
            "name_ar": "المركز التكنولوجي لخدمة المواطنين",
            "name_en": "Citizen-service technology centre",
            "latitude": 25.9,
            "longitude": 32.72,
        },
        "url": "http://testserver/districts/naqada/",
        "calendar_url": "http://testserver/districts/naqada/calendar.ics",
        "notices_url": "http://testserver/districts/naqada/notices.atom",
    }


def test_districts_do_not_name_their_staff(client: Client) -> None:
    head = make_head(DistrictFactory())

    body = client.get(f"{API}/districts/").content.decode()

    assert head.username not in body


def test_vehicle_says_for_which_unit_it_works_today_alone(client: Client) -> None:
    past, today, later = DistrictFactory(), DistrictFactory(), DistrictFactory()
    vehicle = VehicleFactory(code="V-2", name_ar="السيارة الثانية", name_en="Second vehicle")
    AssignmentFactory(vehicle=vehicle, district=past, ends_on=dt.date(2026, 11, 22))
    AssignmentFactory(vehicle=vehicle, district=today, starts_on=dt.date(2026, 11, 23), ends_on=dt.date(2026, 11, 23))
    AssignmentFactory(vehicle=vehicle, district=later, starts_on=dt.date(2026, 11, 24))

    answer = _get(client, "/vehicles/V-2/")

    assert answer.pop("district")["slug"] == today.slug
    assert answer == {
        "code": "V-2",
        "name_ar": "السيارة الثانية",
        "name_en": "Second vehicle",
        "is_active": True,
        "url": "http://testserver/vehicles/V-2/",
        "calendar_url": "http://testserver/vehicles/V-2/calendar.ics",
        "notices_url": "http://testserver/vehicles/V-2/notices.atom",
    }


def test_vehicle_without_a_unit_says_so(client: Client) -> None:
    vehicle = VehicleFactory()

    assert _get(client, f"/vehicles/{vehicle.code}/")["district"] is None


def test_vehicles_are_filtered(client: Client) -> None:
    district = DistrictFactory()
    VehicleFactory(code="A", assigned_to=district)
    VehicleFactory(code="B", assigned_to=DistrictFactory())
    VehicleFactory(code="C", is_active=False)

    def codes(query: str) -> list[str]:
        return [vehicle["code"] for vehicle in _get(client, f"/vehicles/?{query}")["results"]]

    assert codes("") == ["A", "B", "C"]
    assert codes(f"district={district.slug}") == ["A"]
    assert codes("is_active=false") == ["C"]


@pytest.mark.parametrize("query", ["district=none", "district=%00", "vehicle=A", "is_active=maybe"])
def test_bad_value_is_refused_beside_its_name(client: Client, query: str) -> None:
    response = client.get(f"{API}/vehicles/?{query}")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == [query.partition("=")[0]]


def test_parameter_of_a_list_without_filters_is_refused(client: Client) -> None:
    response = client.get(f"{API}/districts/?kind=markaz")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["kind"]


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/districts/", 2), ("/vehicles/", 3)])
def test_lists_make_the_same_queries_for_any_number(
    client: Client, django_assert_num_queries: Any, path: str, queries: int, many: int
) -> None:
    for _ in range(many):
        VehicleFactory(assigned_to=DistrictFactory())

    with django_assert_num_queries(queries):
        assert _get(client, path)["count"] == many

"""The catalogue in the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from services.enums import Outcome
from tests.factories.services import CategoryFactory, DocumentFactory, FeeFactory, OfferFactory, ServiceFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"


def _get(client: Client, path: str) -> Any:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, (path, response.content)
    return response.json()


def _slugs(client: Client, query: str) -> set[str]:
    return {service["slug"] for service in _get(client, f"/services/?{query}")["results"]}


def test_service_says_what_is_known_and_leaves_the_rest_empty(client: Client) -> None:
    service = ServiceFactory(
        slug="site-validity",
        name_ar="بيان صلاحية موقع",
        name_en="Site validity",
        category=CategoryFactory(slug="permits", name_ar="تراخيص", name_en="Permits"),
        outcome=Outcome.FINISHED,
        source_date=dt.date(2026, 1, 20),
    )
    DocumentFactory(service=service)
    FeeFactory(service=service, minimum="150.50", maximum=None, as_of=dt.date(2026, 1, 20), source="منشور")

    assert _get(client, "/services/site-validity/") == {
        "slug": "site-validity",
        "category": {"slug": "permits", "name_ar": "تراخيص", "name_en": "Permits"},
        "name_ar": "بيان صلاحية موقع",
        "name_en": "Site validity",
        "outcome": "finished",
        "summary_ar": "",
        "summary_en": "",
        "processing_time_ar": "",
        "processing_time_en": "",
        "elsewhere_ar": "",
        "elsewhere_en": "",
        "documents": [{"text_ar": "صورة بطاقة الرقم القومي", "text_en": "Copy of the national identity card"}],
        "fees": [
            {
                "label_ar": "رسم الفحص",
                "label_en": "Examination fee",
                "minimum": "150.50",
                "maximum": None,
                "as_of": "2026-01-20",
                "valid_to": None,
                "source": "منشور",
            }
        ],
        "valid_from": None,
        "valid_to": None,
        "source": "",
        "source_date": "2026-01-20",
        "url": "http://testserver/services/site-validity/",
    }


def test_services_are_filtered(client: Client) -> None:
    ended = ServiceFactory(slug="ended", valid_to=dt.date(2026, 6, 30))
    offered = OfferFactory(service=ServiceFactory(slug="offered"))

    assert _slugs(client, "") == {"ended", "offered"}
    assert _slugs(client, f"category={ended.category.slug}") == {"ended"}
    assert _slugs(client, f"vehicle={offered.vehicle.code}") == {"offered"}
    assert _slugs(client, "valid_on=2026-06-30") == {"ended", "offered"}
    assert _slugs(client, "valid_on=2026-07-01") == {"offered"}


@pytest.mark.parametrize("query", ["category=none", "vehicle=%00", "valid_on=soon", "valid_on=2026-02-30", "q=x"])
def test_bad_value_is_refused_beside_its_name(client: Client, query: str) -> None:
    response = client.get(f"{API}/services/?{query}")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("many", [1, 3])
def test_services_make_the_same_queries_for_any_number(
    client: Client, django_assert_num_queries: Any, many: int
) -> None:
    for _ in range(many):
        service = ServiceFactory()
        DocumentFactory(service=service)
        FeeFactory(service=service)

    # Count, services with their category, documents, fees.
    with django_assert_num_queries(4):
        assert _get(client, "/services/")["count"] == many

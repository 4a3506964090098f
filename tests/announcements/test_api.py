"""Notices in the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from announcements.enums import NoticeKind, TextForm
from announcements.models import NoticeItem
from schedules.enums import RevisionState
from tests.factories.announcements import DeliveryFactory, NoticeFactory, NoticeItemFactory
from tests.factories.schedules import PUBLISHED_AT, StopFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"


def _get(client: Client, path: str) -> Any:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, (path, response.content)
    return response.json()


def _numbers(answer: Any) -> list[int]:
    return [notice["number"] for notice in answer["results"]]


def _cancel(item: NoticeItem) -> NoticeItem:
    revision = StopRevisionFactory(stop=item.revision.stop, state=RevisionState.CANCELLED)
    notice = NoticeFactory(district=item.notice.district, kind=NoticeKind.CANCELLATION, title_ar="تنويه رقم 2/2026")
    replacement: NoticeItem = NoticeItemFactory(revision=revision, notice=notice, replaces=item)
    return replacement


def test_notice_says_everything_the_public_was_told(client: Client) -> None:
    revision = StopRevisionFactory(district=DistrictFactory(slug="naqada", name_ar="نقادة", name_en="Naqada"))
    texts = {form: f"نص {form}" for form in TextForm}
    item = NoticeItemFactory(revision=revision, notice=NoticeFactory(district=revision.district, texts=texts))

    assert _get(client, "/notices/naqada/2026/1/") == {
        "district": {
            "slug": "naqada",
            "kind": "markaz",
            "name_ar": "نقادة",
            "name_en": "Naqada",
            "label_ar": "مركز نقادة",
        },
        "year": 2026,
        "number": 1,
        "reference": "1/2026",
        "kind": "announcement",
        "title_ar": item.notice.title_ar,
        "issued_at": PUBLISHED_AT.isoformat(),
        "url": "http://testserver/notices/naqada/2026/1/",
        "texts": {
            "social": "نص social",
            "plain": "نص plain",
            "whatsapp": "نص whatsapp",
            "sms": "نص sms",
            "radio": "نص radio",
            "loudspeaker": "نص loudspeaker",
        },
        "items": [
            {
                "stop": str(revision.stop.uid),
                "revision": 0,
                "is_current": True,
                "replaces": None,
                "replaced_by": None,
            }
        ],
    }


def test_notices_cite_what_they_replace_and_what_replaced_them(client: Client) -> None:
    first = NoticeItemFactory()
    second = _cancel(first)
    slug = first.notice.district.slug

    older = _get(client, f"/notices/{slug}/2026/1/")["items"][0]
    newer = _get(client, f"/notices/{slug}/2026/2/")["items"][0]

    assert (older["is_current"], older["revision"], older["replaces"]) == (False, 0, None)
    assert older["replaced_by"]["reference"] == second.notice.reference
    assert older["replaced_by"]["url"] == f"http://testserver/notices/{slug}/2026/2/"
    assert (newer["is_current"], newer["revision"], newer["replaced_by"]) == (True, 1, None)
    assert newer["replaces"]["district"] == slug
    assert newer["replaces"]["number"] == 1


def test_deliveries_people_drafts_and_row_numbers_are_not_public(client: Client) -> None:
    item = NoticeItemFactory()
    delivery = DeliveryFactory(notice=item.notice, text="نص محفوظ في الصادر", error_detail="سر")
    StopFactory(place=item.revision.place, landmark_ar="بجوار المسودة")

    body = client.get(f"{API}/notices/").content.decode()

    secrets = [
        delivery.text,
        "سر",
        delivery.channel.address,
        item.notice.issued_by.username,
        "المسودة",
        '"id"',
        "facts",
    ]
    assert [secret for secret in secrets if secret in body] == []


def test_notices_are_filtered_and_newest_first(client: Client) -> None:
    first = NoticeItemFactory()
    second = _cancel(first)
    NoticeItemFactory(notice=NoticeFactory(number=7, year=2025))
    slug, vehicle, stop = first.notice.district.slug, first.revision.vehicle.code, first.revision.stop.uid
    expected = {
        f"district={slug}": [2, 1],
        "year=2025": [7],
        "kind=cancellation": [2],
        f"vehicle={vehicle}": [2, 1],
        f"vehicle={VehicleFactory().code}": [],
        f"stop={stop}": [2, 1],
    }

    assert {query: _numbers(_get(client, f"/notices/?{query}")) for query in expected} == expected
    assert second.notice.number in _numbers(_get(client, "/notices/"))


@pytest.mark.parametrize(
    "query",
    ["district=none", "year=x", "year=0", "year=1e999", "kind=rumour", "vehicle=%00", "stop=1", "place=x", "page=-1"],
)
def test_bad_value_is_refused_beside_its_name(client: Client, query: str) -> None:
    response = client.get(f"{API}/notices/?{query}")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("many", [1, 3])
def test_notices_make_the_same_queries_for_any_number(
    client: Client, django_assert_num_queries: Any, many: int
) -> None:
    for _ in range(many):
        _cancel(NoticeItemFactory())

    # Count, notices, texts, items.
    with django_assert_num_queries(4):
        assert _get(client, "/notices/")["count"] == 2 * many

"""Places and stops in the API, and what every address of it has in common."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from schedules.enums import Cause, PlaceKind, RevisionState
from schedules.models import Place, Stop, StopRevision
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.services import ServiceFactory
from tests.factories.vehicles import DistrictFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"


def _get(client: Client, path: str) -> Any:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, (path, response.content)
    return response.json()


def _refused(client: Client, path: str) -> dict[str, list[str]]:
    response = client.get(f"{API}{path}")
    assert response.status_code == 400, (path, response.content)
    error = response.json()
    assert set(error) == {"code", "message", "fields"}
    assert error["code"] == "invalid"
    assert error["message"]
    fields: dict[str, list[str]] = error["fields"]
    return fields


def _uids(answer: Any) -> list[str]:
    return [stop["uid"] for stop in answer["results"]]


# --- stops --------------------------------------------------------------------------------------------------------------


def test_stop_says_what_the_public_was_told(client: Client) -> None:
    place = PlaceFactory(code="EG260301", name_ar="أدفا", name_en="Idfa", latitude="26.57176", longitude="31.63831")
    service = ServiceFactory(slug="site-validity", name_ar="بيان صلاحية موقع", name_en="Site validity")
    revision: StopRevision = StopRevisionFactory(place=place, services=[service])

    stop = _get(client, f"/stops/{revision.stop.uid}/")

    assert stop == {
        "uid": str(revision.stop.uid),
        "revision": 0,
        "status": "scheduled",
        "published_at": "2026-11-22T12:00:00+02:00",
        "date": "2026-11-29",
        "starts_at": "09:00:00",
        "ends_at": "14:00:00",
        "last_intake": "13:30:00",
        "starts": "2026-11-29T09:00:00+02:00",
        "ends": "2026-11-29T14:00:00+02:00",
        "last_intake_moment": "2026-11-29T13:30:00+02:00",
        "intake_only": False,
        "stopped_at": None,
        "resumes_at": None,
        "requests_stay_valid": False,
        "landmark_ar": "أمام مركز شباب القرية",
        "landmark_en": "In front of the youth centre",
        "vehicle": {
            "code": revision.vehicle.code,
            "name_ar": revision.vehicle.name_ar,
            "name_en": revision.vehicle.name_en,
        },
        "place": {
            "code": "EG260301",
            "kind": "village",
            "name_ar": "أدفا",
            "name_en": "Idfa",
            "label_ar": place.label_ar,
            "latitude": 26.57176,
            "longitude": 31.63831,
            "coordinates_are_rounded": False,
        },
        "time_zone": "Africa/Cairo",
        "district": {
            "slug": place.district.slug,
            "kind": "markaz",
            "name_ar": place.district.name_ar,
            "name_en": place.district.name_en,
            "label_ar": place.district.label_ar,
        },
        "services": [
            {
                "slug": "site-validity",
                "name_ar": "بيان صلاحية موقع",
                "name_en": "Site validity",
                "outcome": service.outcome,
            }
        ],
        "payment_means": [{"code": "cash", "name_ar": "نقدًا", "name_en": "Cash"}],
        "cause": {"code": "", "text_ar": ""},
        "continues": None,
        "previous": None,
        "url": "http://testserver/places/EG260301/",
    }


def test_stop_in_summer_has_the_summer_offset(client: Client) -> None:
    revision = StopRevisionFactory(date=dt.date(2027, 5, 2))

    assert _get(client, f"/stops/{revision.stop.uid}/")["starts"] == "2027-05-02T09:00:00+03:00"


def test_changed_stop_says_what_was_told_before(client: Client) -> None:
    first = StopRevisionFactory()
    elsewhere = PlaceFactory(district=first.district)
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(10))
    StopRevisionFactory(
        stop=first.stop,
        place=elsewhere,
        state=RevisionState.CANCELLED,
        cause=Cause.WEATHER,
        cause_ar="سوء الأحوال الجوية",
    )

    stop = _get(client, f"/stops/{first.stop.uid}/")

    assert (stop["revision"], stop["status"]) == (2, "cancelled")
    assert stop["cause"] == {"code": "weather", "text_ar": "سوء الأحوال الجوية"}
    assert stop["place"]["code"] == elsewhere.code
    before = stop["previous"]
    assert (before["revision"], before["starts_at"], before["status"]) == (1, "10:00:00", "scheduled")
    assert before["place"]["code"] == first.place.code


def test_drafts_unpublished_edits_and_old_facts_are_nowhere(client: Client) -> None:
    first = StopRevisionFactory(landmark_ar="بجوار الأول", date=STOP_DATE)
    StopRevisionFactory(stop=first.stop, landmark_ar="بجوار الثاني")
    current = StopRevisionFactory(stop=first.stop, landmark_ar="بجوار الثالث", date=STOP_DATE + dt.timedelta(days=1))
    Stop.objects.filter(pk=first.stop_id).update(landmark_ar="بجوار غير المنشور", has_unpublished_changes=True)
    draft = StopFactory(place=first.place, landmark_ar="بجوار المسودة", off_day_reason="سبب داخلي")

    body = client.get(f"{API}/stops/").content.decode()

    assert _uids(_get(client, "/stops/")) == [str(current.stop.uid)]
    assert [word for word in ("الأول", "غير المنشور", "المسودة", "سبب داخلي", "user") if word in body] == []
    assert client.get(f"{API}/stops/{draft.uid}/").status_code == 404
    # A filter looks at what is true now, not at what was.
    assert _uids(_get(client, f"/stops/?date_to={STOP_DATE}")) == []


def test_stops_are_filtered(client: Client) -> None:
    one = StopRevisionFactory(date=dt.date(2026, 11, 29))
    two = StopRevisionFactory(date=dt.date(2026, 11, 30))
    off = StopRevisionFactory(date=dt.date(2026, 12, 1), state=RevisionState.CANCELLED)
    first, second, third = (str(each.stop.uid) for each in (one, two, off))
    expected = {
        "": [first, second, third],
        "date_from=2026-11-30": [second, third],
        "date_to=2026-11-30": [first, second],
        "date_from=2026-11-30&date_to=2026-11-30": [second],
        f"district={two.district.slug}": [second],
        f"vehicle={two.vehicle.code}": [second],
        f"place={two.place.code}": [second],
        f"service={two.offered.get().service.slug}": [second],
        "status=cancelled": [third],
        "status=scheduled": [first, second],
        f"status=scheduled&place={off.place.code}": [],
        "ordering=-date": [third, second, first],
    }

    assert {query: _uids(_get(client, f"/stops/?{query}")) for query in expected} == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("date_from=2026-13-01", "date_from"),
        ("date_from=29/11/2026", "date_from"),
        ("date_from=2026-W49-1", "date_from"),
        ("date_from=%00", "date_from"),
        ("date_to=tomorrow", "date_to"),
        ("date_from=2026-12-02&date_to=2026-12-01", "date_to"),
        ("district=nowhere", "district"),
        ("vehicle=NONE", "vehicle"),
        ("vehicle=%00", "vehicle"),
        ("place=NOWHERE", "place"),
        ("place=%00%01", "place"),
        ("service=none", "service"),
        ("status=draft", "status"),
        ("ordering=created_by", "ordering"),
        ("page=0", "page"),
        ("page=last", "page"),
        ("page=%D9%A1", "page"),
        ("page=99999999999999999999", "page"),
        ("page_size=0", "page_size"),
        ("page_size=501", "page_size"),
        ("page_size=-1", "page_size"),
        ("distrct=x", "distrct"),
        ("cursor=%00", "cursor"),
    ],
)
def test_bad_value_is_refused_beside_its_name(client: Client, query: str, field: str) -> None:
    fields = _refused(client, f"/stops/?{query}")

    assert list(fields) == [field]
    assert all(fields[field])


def test_stops_come_in_pages(client: Client) -> None:
    for day in range(3):
        StopRevisionFactory(date=STOP_DATE + dt.timedelta(days=day))

    first = _get(client, "/stops/?page_size=2&status=scheduled")
    second = _get(client, "/stops/?page_size=2&status=scheduled&page=2")

    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    assert first["next"] == "http://testserver/api/v1/stops/?page=2&page_size=2&status=scheduled"
    assert (len(second["results"]), second["next"]) == (1, None)
    assert second["previous"] == "http://testserver/api/v1/stops/?page=1&page_size=2&status=scheduled"
    assert set(_uids(first)).isdisjoint(_uids(second))
    assert client.get(f"{API}/stops/?page=9").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_stops_make_the_same_queries_for_any_number(client: Client, django_assert_num_queries: Any, many: int) -> None:
    for _ in range(many):
        first = StopRevisionFactory()
        StopRevisionFactory(stop=first.stop, starts_at=dt.time(10))

    # Count, stops, payment means, services, former revisions.
    with django_assert_num_queries(5):
        assert _get(client, "/stops/")["count"] == many


# --- places -------------------------------------------------------------------------------------------------------------


def test_place_is_found_by_code(client: Client) -> None:
    place: Place = PlaceFactory(
        code="EG260202", kind=PlaceKind.QUARTER, name_ar="ناصر", spellings="الناصر، ناصرة", district_is_provisional=True
    )

    answer = _get(client, "/places/EG260202/")

    assert answer["label_ar"] == place.label_ar
    assert answer["spellings"] == ["الناصر", "ناصرة"]
    assert answer["district"]["slug"] == place.district.slug
    assert answer["district_is_provisional"] is True
    assert (answer["latitude"], answer["longitude"]) == (None, None)
    assert answer["calendar_url"] == "http://testserver/places/EG260202/calendar.ics"
    assert answer["notices_url"] == "http://testserver/places/EG260202/notices.atom"
    assert "id" not in answer
    assert "search_text" not in answer


def test_places_are_searched_however_they_are_spelt(client: Client) -> None:
    west, east = DistrictFactory(), DistrictFactory()
    PlaceFactory(name_ar="أولاد نصير", code="A", district=west)
    PlaceFactory(name_ar="شندويل", code="B", district=west)
    PlaceFactory(name_ar="أولاد نصير", code="C", district=east)

    def codes(query: str) -> list[str]:
        return [place["code"] for place in _get(client, f"/places/?{query}")["results"]]

    assert codes("q=قرية اولاد نصير") == ["A", "C"]
    assert codes(f"q=اولاد نصير&district={east.slug}") == ["C"]
    assert codes("q=لا شيء كهذا") == []
    assert codes("kind=hamlet") == []


def test_search_puts_the_best_answer_first(client: Client) -> None:
    PlaceFactory(name_ar="بلصفورة البحرية", code="A")
    PlaceFactory(name_ar="بلصفورة", code="Z")

    assert [place["code"] for place in _get(client, "/places/?q=بلصفوره")["results"]] == ["Z", "A"]


@pytest.mark.parametrize("query", ["q=%00", "q=" + "ب" * 121, "district=none", "kind=planet", "code=EG260202"])
def test_bad_place_query_is_refused(client: Client, query: str) -> None:
    assert list(_refused(client, f"/places/?{query}")) == [query.partition("=")[0]]


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 2), ("?q=بلصفورة", 3)])
def test_places_make_the_same_queries_for_any_number(
    client: Client, django_assert_num_queries: Any, query: str, queries: int, many: int
) -> None:
    PlaceFactory.create_batch(many)

    with django_assert_num_queries(queries):
        assert _get(client, f"/places/{query}")["count"] == many


# --- every address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/stops/{uuid.UUID(int=1)}/",
        "/stops/not-a-uuid/",
        "/places/NOWHERE/",
        "/places/%00/",
        "/places/قرية/",
        "/places/a%0Ab/",
        "/vehicles/NONE/",
        "/districts/none/",
        "/services/none/",
        "/notices/none/2026/1/",
        "/notices/none/99999999999999999999/99999999999999999999/",
        "/nothing/",
        "/nothing",
        "/nothing%00/else",
    ],
)
def test_unknown_address_is_the_apis_own_404(client: Client, path: str) -> None:
    response = client.get(f"{API}{path}")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert response.json()["code"] == "not_found"
    assert set(response.json()) == {"code", "message", "fields"}


def test_address_without_its_final_slash_is_redirected(client: Client) -> None:
    response = client.get(f"{API}/places?q=x")

    assert (response.status_code, response["Location"]) == (301, f"{API}/places/?q=x")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    response = getattr(client, method)(f"{API}/stops/", data={}, content_type="application/json")

    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"


def test_other_formats_than_json_are_not_acceptable(client: Client) -> None:
    response = client.get(f"{API}/stops/", headers={"Accept": "application/xml"})

    assert response.status_code == 406
    assert response.json()["code"] == "not_acceptable"


def test_answer_is_cacheable_open_to_all_and_without_cookies(client: Client) -> None:
    StopRevisionFactory()

    response = client.get(f"{API}/stops/", headers={"Origin": "https://elsewhere.example"})
    again = client.get(f"{API}/stops/", headers={"If-None-Match": response["ETag"]})
    StopRevisionFactory()
    changed = client.get(f"{API}/stops/", headers={"If-None-Match": response["ETag"]})

    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", response["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    assert changed.status_code == 200


def test_error_is_not_cached_and_is_open_to_scripts_as_well(client: Client) -> None:
    response = client.get(f"{API}/stops/?status=draft")

    assert response["Access-Control-Allow-Origin"] == "*"
    assert "max-age" not in response.get("Cache-Control", "")


def test_preflight_allows_conditional_reading_alone(client: Client) -> None:
    response = client.options(f"{API}/stops/", headers={"Access-Control-Request-Method": "GET"})

    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]


def test_head_has_the_tag_and_no_body(client: Client) -> None:
    get, head = client.get(f"{API}/stops/"), client.head(f"{API}/stops/")

    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == get["ETag"]


def test_root_leads_to_every_section(client: Client) -> None:
    answer = _get(client, "/")

    assert set(answer) == {"districts", "vehicles", "places", "services", "stops", "notices", "schema", "docs"}
    assert answer["stops"] == "http://testserver/api/v1/stops/"
    for address in answer.values():
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address


def test_schema_describes_every_section_and_the_one_shape_of_errors(client: Client) -> None:
    schema = client.get(f"{API}/schema/?format=json").json()

    sections = ("districts", "vehicles", "places", "services", "stops", "notices")
    assert {f"{API}/{section}/" for section in sections} <= set(schema["paths"])
    stops = schema["paths"][f"{API}/stops/"]["get"]
    assert {parameter["name"] for parameter in stops["parameters"]} == {
        "date_from", "date_to", "district", "vehicle", "place", "service", "status", "ordering", "page", "page_size",
    }  # fmt: skip
    assert stops["responses"]["400"]["content"]["application/json"]["schema"]["$ref"].endswith("/Error")
    assert set(schema["components"]["schemas"]["Error"]["required"]) == {"code", "message", "fields"}


def test_documentation_page_keeps_the_strict_policy(client: Client) -> None:
    response = client.get(f"{API}/docs/")
    page = response.content.decode()

    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert page.count("<script") == page.count("<script src=") == 3
    assert "<style" not in page
    assert '<a href="/api/v1/schema/">' in page

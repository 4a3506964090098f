"""What the search box is answered while somebody types."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.services import ServiceFactory
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


def ask(client: Client, query: str, *, at: dt.datetime = MORNING, language: str = "") -> dict[str, Any]:
    with time_machine.travel(at, tick=False):
        response = client.get(f"{language}/suggestions/", {"q": query}, follow=True)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    answer: dict[str, Any] = json.loads(response.content)
    return answer


def test_twins_are_told_apart_by_their_markaz(client: Client) -> None:
    PlaceFactory(code="N", name_ar="الكوامل بحري", name_en="", district=DistrictFactory(name_ar="سوهاج"))
    PlaceFactory(code="S", name_ar="الكوامل قبلي", name_en="", district=DistrictFactory(name_ar="المنشأة"))

    assert ask(client, "كوامل") == {
        "message": "نتيجتان",
        "results": [
            {"label": "قرية الكوامل بحري – مركز سوهاج", "note": "", "url": "/places/N/"},
            {"label": "قرية الكوامل قبلي – مركز المنشأة", "note": "", "url": "/places/S/"},
        ],
    }


@pytest.mark.parametrize(
    ("hours", "note"),
    [(-24, "الزيارة القادمة: الأحد 29 نوفمبر"), (2, "السيارة موجودة الآن"), (8, "")],
)
def test_a_place_says_when_the_vehicle_comes(client: Client, hours: int, note: str) -> None:
    StopRevisionFactory(place=PlaceFactory(name_ar="بلصفورة"))

    [result] = ask(client, "بلصفورة", at=MORNING + dt.timedelta(hours=hours))["results"]

    assert result["note"] == note


def test_what_bears_the_word_comes_before_a_place_that_is_like_it(client: Client) -> None:
    PlaceFactory(code="P", name_ar="صالح", name_en="")
    ServiceFactory(slug="settle", name_ar="طلب التصالح")

    suggested = [one["url"] for one in ask(client, "تصالح")["results"]]
    with time_machine.travel(MORNING, tick=False):
        page = client.get("/", {"q": "تصالح"}).content.decode()

    assert suggested == ["/services/settle/", "/places/P/"]
    assert 0 < page.index('href="/services/settle/"') < page.index('href="/places/P/"')


def test_services_units_and_vehicles_are_suggested_by_what_they_are(client: Client) -> None:
    ServiceFactory(slug="pay", name_ar="سداد إيجار أخميم")
    DistrictFactory(slug="akhmim", name_ar="أخميم")
    VehicleFactory(code="V-9", name_ar="سيارة أخميم")

    assert [(one["note"], one["url"]) for one in ask(client, "اخميم")["results"]] == [
        ("الخدمة", "/services/pay/"),
        ("الوحدة", "/districts/akhmim/"),
        ("السيارة", "/vehicles/V-9/"),
    ]


@pytest.mark.parametrize(
    ("places", "counted"), [(0, "لا توجد نتائج"), (1, "نتيجة واحدة"), (3, "3 نتائج"), (9, "8 نتائج")]
)
def test_results_are_few_and_counted_as_arabic_does(client: Client, places: int, counted: str) -> None:
    PlaceFactory.create_batch(places, district=DistrictFactory())

    answer = ask(client, "بلصفورة")

    assert (answer["message"], len(answer["results"])) == (counted, min(places, 8))


def test_many_places_leave_room_for_a_service_of_that_name(client: Client) -> None:
    PlaceFactory.create_batch(9, district=DistrictFactory())
    ServiceFactory(slug="pay", name_ar="سداد بلصفورة")

    urls = [one["url"] for one in ask(client, "بلصفورة")["results"]]

    assert (len(urls), urls[-1]) == (8, "/services/pay/")


def test_a_unit_that_was_named_in_full_comes_before_places_with_a_part_of_it(client: Client) -> None:
    PlaceFactory.create_batch(9, name_ar="الصوامعة شرق", name_en="", district=DistrictFactory())
    DistrictFactory(slug="sharq", kind="hayy", name_ar="شرق")

    assert ask(client, "حي شرق")["results"][0] == {"label": "حي شرق", "note": "الوحدة", "url": "/districts/sharq/"}


def test_suggestions_in_english_lead_to_english_pages(client: Client) -> None:
    StopRevisionFactory(place=PlaceFactory(code="P1", name_en="Balasfurah", district=DistrictFactory(name_en="Naqada")))

    assert ask(client, "balasfoura", language="/en") == {
        "message": "1 result",
        "results": [
            {
                "label": "Balasfurah – Naqada",
                "note": "Next visit: Sunday 29 November",
                "url": "/en/places/P1/",
            }
        ],
    }


@pytest.mark.parametrize("query", ["", " ", "؟", "<script>alert(1)</script>"])
def test_suggestions_for_nothing_are_none(client: Client, query: str) -> None:
    PlaceFactory()

    assert ask(client, query) == {"message": "لا توجد نتائج", "results": []}


def test_suggestions_are_stored_and_answered_like_a_page(client: Client, django_assert_num_queries: Any) -> None:
    PlaceFactory()
    with time_machine.travel(MORNING, tick=False):
        first = client.get("/suggestions/", {"q": "بلصفورة"})
        with django_assert_num_queries(1):
            again = client.get("/suggestions/", {"q": " بلصفورة "}, headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    assert first["Cache-Control"].startswith("public, max-age=10")
    assert first.cookies == {}


def test_suggestions_are_only_read(client: Client) -> None:
    assert client.post("/suggestions/", {"q": "بلصفورة"}).status_code == 405

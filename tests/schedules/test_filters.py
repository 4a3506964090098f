"""The calendar narrowed down to a unit, a vehicle, a service: what is shown, what the address says, what is refused."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from schedules.models import StopRevision
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.services import OfferFactory, ServiceFactory
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)
WEEK, MONTH = "/calendar/2026-W49/", "/calendar/2026-12/"
EVERYTHING = ["P1", "P2", "P3"]


@pytest.fixture
def stops() -> list[StopRevision]:
    """Three visits of 1 to 3 December: «naqada» V1, «naqada» V2, «qus» V3; the last two with the service «shop»."""
    naqada, qus = DistrictFactory(slug="naqada", name_ar="نقادة"), DistrictFactory(slug="qus", name_ar="قوص")
    shop, rent = ServiceFactory(slug="shop", name_ar="ترخيص محل"), ServiceFactory(slug="rent", name_ar="سداد إيجار")
    return [
        StopRevisionFactory(
            place=PlaceFactory(code=f"P{number}", district=unit),
            vehicle=VehicleFactory(code=f"V{number}", name_ar=f"السيارة {number}"),
            services=[rent, shop] if number > 1 else [rent],
            date=dt.date(2026, 12, number),
        )
        for number, unit in ((1, naqada), (2, naqada), (3, qus))
    ]


def get(client: Client, path: str) -> Any:
    with time_machine.travel(MORNING, tick=False):
        return client.get(path)


def fetch(client: Client, path: str) -> str:
    response = get(client, path)
    assert response.status_code == 200, path
    html: str = response.content.decode()
    return html


def places(html: str) -> list[str]:
    return re.findall(r'href="(?:/en)?/places/(P\d)/"', html)


QUERIES = {
    "": EVERYTHING,
    "?district=naqada": ["P1", "P2"],
    "?vehicle=V2": ["P2"],
    "?service=shop": ["P2", "P3"],
    "?service=shop&district=naqada": ["P2"],
    "?district=qus&vehicle=V1": [],
    "?other=1": EVERYTHING,
}
UNKNOWN = ["?district=nope", "?vehicle=nope", "?service=nope", "?district=qus&service=%3Cb%3E"]


@pytest.mark.parametrize("page", [WEEK, MONTH, "/calendar/"])
def test_calendar_shows_what_its_address_asks_for(client: Client, stops: list[StopRevision], page: str) -> None:
    assert {query: places(fetch(client, page + query)) for query in QUERIES} == QUERIES


@pytest.mark.parametrize("page", [WEEK, MONTH, "/calendar/"])
def test_value_that_does_not_exist_is_a_clear_404(client: Client, stops: list[StopRevision], page: str) -> None:
    responses = [get(client, page + query) for query in UNKNOWN]

    assert [response.status_code for response in responses] == [404] * len(UNKNOWN)
    assert ["هذه الصفحة غير موجودة" in response.content.decode() for response in responses] == [True] * len(UNKNOWN)


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("/calendar/?district=gharb&vehicle=&service=", "/calendar/?district=gharb"),
        ("/en/calendar/2026-11/?district=&vehicle=&service=", "/en/calendar/2026-11/"),
        ("/calendar/?vehicle=+&utm=x", "/calendar/?utm=x"),
        ("/notices/?district=&year=2026", "/notices/?year=2026"),
        ("/?q=", "/"),
    ],
)
def test_what_a_form_leaves_empty_does_not_stay_in_the_address(client: Client, address: str, short: str) -> None:
    response = client.get(address)

    assert (response.status_code, response.headers["Location"]) == (301, short)


def test_empty_result_says_so_and_leads_back(client: Client, stops: list[StopRevision]) -> None:
    week, month = fetch(client, f"{WEEK}?district=qus&vehicle=V1"), fetch(client, f"{MONTH}?district=qus&vehicle=V1")

    assert "لم تُعلن زيارات لهذا الاختيار في هذا الأسبوع." in week
    assert "لم تُعلن زيارات لهذا الاختيار في هذا الشهر." in month
    # Without the one, without the other, without both.
    assert [f'href="{WEEK}{query}" rel="nofollow"' in week for query in ("?vehicle=V1", "?district=qus", "")] == [
        True
    ] * 3


def test_filter_in_force_is_seen_and_stays_on_the_way(client: Client, stops: list[StopRevision]) -> None:
    html = fetch(client, f"{WEEK}?service=shop&district=naqada")
    query = "?district=naqada&amp;service=shop"

    assert '<option value="naqada" selected>مركز نقادة</option>' in html
    assert [
        f'href="{address}{query}"' in html
        for address in ("/calendar/2026-W48/", "/calendar/2026-W50/", "/calendar/2026-12/", f"/en{WEEK}")
    ] == [True] * 4


def test_canonical_address_has_one_spelling_and_is_not_for_robots(client: Client, stops: list[StopRevision]) -> None:
    html = fetch(client, f"{WEEK}?x=1&service=shop&district=naqada")

    assert re.findall(r'<link rel="canonical" href="[^"/]*//[^"/]+([^"]*)"', html) == [
        f"{WEEK}?district=naqada&amp;service=shop"
    ]
    assert '<meta name="robots" content="noindex">' in html
    assert "noindex" not in fetch(client, WEEK)


@pytest.mark.parametrize(
    ("query", "prefix"),
    [("?district=naqada", "/districts/naqada"), ("?vehicle=V2", "/vehicles/V2"), ("?service=shop", "")],
)
def test_week_is_followed_by_what_it_shows(client: Client, stops: list[StopRevision], query: str, prefix: str) -> None:
    html = fetch(client, WEEK + query)

    assert (f'href="{prefix}/calendar.ics"' in html, f'href="{prefix}/notices.atom"' in html) == (True, True)


def test_visit_of_another_vehicle_is_not_taken_for_a_moved_one(client: Client, stops: list[StopRevision]) -> None:
    StopRevisionFactory(stop=stops[0].stop, vehicle=stops[0].vehicle, services=[], date=stops[0].date)
    StopRevisionFactory(stop=stops[1].stop, vehicle=VehicleFactory(code="V9"), date=stops[1].date)

    # The one no longer gives the service, the other stays where it was.
    assert places(fetch(client, f"{WEEK}?service=rent")) == ["P2", "P3"]
    assert places(fetch(client, f"{WEEK}?vehicle=V2")) == []
    assert "نُقلت" not in fetch(client, f"{WEEK}?vehicle=V9")


def test_visit_moved_to_another_unit_stays_in_view(client: Client, stops: list[StopRevision]) -> None:
    StopRevisionFactory(stop=stops[0].stop, place=stops[2].place, district=stops[2].district, date=stops[0].date)

    html = fetch(client, f"{WEEK}?district=naqada")

    assert places(html) == ["P1", "P2"]
    assert "نُقلت إلى مكان آخر" in html


def test_what_is_out_of_use_is_found_but_not_offered(client: Client, stops: list[StopRevision]) -> None:
    VehicleFactory(code="OLD", is_active=False)
    ServiceFactory(slug="ended", valid_to=STOP_DATE - dt.timedelta(days=1))

    assert [f'value="{value}"' in fetch(client, WEEK) for value in ("OLD", "ended")] == [False, False]
    assert 'value="OLD" selected' in fetch(client, f"{WEEK}?vehicle=OLD")
    assert 'value="ended" selected' in fetch(client, f"{WEEK}?service=ended")


def test_filtered_page_is_stored_apart_and_answered_again(
    client: Client, stops: list[StopRevision], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whole, filtered = get(client, WEEK), get(client, f"{WEEK}?district=qus")

    with django_assert_num_queries(1):
        again = get(client, f"{WEEK}?x=2&district=qus")
    assert (again["ETag"], again["ETag"] == whole["ETag"]) == (filtered["ETag"], False)


@pytest.mark.parametrize("page", [WEEK, MONTH])
@pytest.mark.parametrize("more", [0, 2])
def test_filtered_page_costs_the_same_queries_with_1_and_3_stops(
    client: Client, stops: list[StopRevision], django_assert_num_queries: DjangoAssertNumQueries, page: str, more: int
) -> None:
    vehicle = stops[0].vehicle
    for number in range(more):
        hours = {"starts_at": dt.time(15 + number), "ends_at": dt.time(16 + number), "last_intake": None}
        StopRevisionFactory(place=stops[0].place, vehicle=vehicle, date=stops[0].date, **hours)
        OfferFactory(vehicle=vehicle)

    with django_assert_num_queries(10):
        html = fetch(client, f"{page}?district=naqada&vehicle=V1")
    assert places(html) == ["P1"] * (1 + more)


@override_settings(ARABIC_DIGITS="arabic")
def test_month_is_a_grid_of_weeks_from_saturday(client: Client, stops: list[StopRevision]) -> None:
    html = fetch(client, MONTH)

    # 1 December 2026 is a Tuesday.
    assert re.findall(r'<div class="month column-\d">', html) == ['<div class="month column-4">']
    headings = re.findall(r"<section[^>]*>\s*<h2>(.*?)</h2>", html)
    assert (len(headings), headings[0], headings[30]) == (
        31, "الثلاثاء <bdi>١</bdi> ديسمبر", "الخميس <bdi>٣١</bdi> ديسمبر"
    )  # fmt: skip

"""The widget: the file it reads, and the script at work on a page of another site with a strict policy of its own."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from schedules.enums import RevisionState
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)  # Sunday 29 November 2026
PLACE, UNIT = "/places/P1/visits.json", "/districts/naqada/visits.json"


@pytest.fixture
def place() -> Any:
    GovernorateFactory()
    district = DistrictFactory(slug="naqada", name_ar="نقادة", name_en="Naqada")
    return PlaceFactory(code="P1", name_ar="بلصفورة", name_en="Balasfurah", district=district)


def visits(client: Client, path: str = PLACE, at: dt.datetime = MORNING) -> dict[str, Any]:
    with time_machine.travel(at, tick=False):
        response = client.get(path)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def test_file_says_what_the_page_says(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)

    assert visits(client) == {
        "title": "قرية بلصفورة – مركز نقادة",
        "url": "http://testserver/places/P1/",
        "more": "كل المواعيد والخدمات والمستندات",
        "empty": "لم يُعلن موعد قادم بعد.",
        "until": int(MORNING.replace(hour=9).timestamp()),
        "visits": [
            {
                "place": "قرية بلصفورة – مركز نقادة",
                "url": "http://testserver/places/P1/",
                "day": "الأحد 29 نوفمبر",
                "hours": "من 9:00\xa0صباحًا حتى 2:00\xa0ظهرًا",
                "landmark": "أمام مركز شباب القرية",
                "state": "",
                "holds": True,
                "ends": int(MORNING.replace(hour=14).timestamp()),
            }
        ],
    }
    assert visits(client, UNIT)["visits"] == visits(client)["visits"]
    assert visits(client, f"/en{UNIT}")["visits"][0]["hours"] == "from 9:00\xa0am to 2:00\xa0pm"


@pytest.mark.parametrize(
    ("facts", "at", "state", "holds"),
    [
        ({"state": RevisionState.CANCELLED}, MORNING, "Cancelled", False),
        ({"state": RevisionState.POSTPONED}, MORNING, "Postponed, no date yet", False),
        (
            {"state": RevisionState.STOPPED, "stopped_at": dt.time(11)},
            MORNING.replace(hour=12),
            "Stopped working at 11:00\xa0am",
            False,
        ),
        ({}, MORNING.replace(hour=10), "Open until 2:00\xa0pm", True),
        ({}, MORNING.replace(hour=13, minute=40), "No new requests are taken", True),
        ({"starts_at": dt.time(10)}, MORNING, "Time changed", True),
        ({"landmark_ar": "أمام المدرسة"}, MORNING, "Place changed", True),
    ],
    ids=["cancelled", "postponed", "stopped", "open", "late", "time", "place"],
)
@pytest.mark.parametrize("path", [PLACE, UNIT], ids=["place", "unit"])
def test_file_tells_every_state(
    client: Client, place: Any, path: str, facts: dict[str, Any], at: dt.datetime, state: str, holds: bool
) -> None:
    first = StopRevisionFactory(place=place)
    if facts:
        StopRevisionFactory(stop=first.stop, **facts)

    (visit,) = visits(client, f"/en{path}", at)["visits"]

    assert (visit["state"], visit["holds"]) == (state, holds)


def test_file_says_where_a_visit_went(client: Client, place: Any) -> None:
    first = StopRevisionFactory(place=place)
    elsewhere = PlaceFactory(code="P2", name_en="Idfa", district=place.district)
    StopRevisionFactory(stop=first.stop, place=elsewhere)

    (visit,) = visits(client, f"/en{PLACE}")["visits"]

    assert visit["state"] == "It now stands: Idfa – Naqada, Sunday 29 November, from 9:00\xa0am to 2:00\xa0pm"
    assert visit["holds"] is False


def test_file_is_open_to_all_cached_and_bounded(
    client: Client, place: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for week in range(11):
        StopRevisionFactory(place=place, services=[], payment_means=[], date=STOP_DATE + dt.timedelta(weeks=week))

    assert len(visits(client)["visits"]) == 10
    with time_machine.travel(MORNING, tick=False), django_assert_num_queries(1):
        response = client.get(PLACE)
    with time_machine.travel(MORNING, tick=False):
        assert client.get(PLACE, headers={"If-None-Match": response["ETag"]}).status_code == 304

    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert not response.cookies
    assert client.get("/places/P9/visits.json").status_code == 404
    assert client.get("/districts/none/visits.json").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_file_costs_the_same_however_many_visits(
    client: Client, place: Any, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(number):
        StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=day))

    with time_machine.travel(MORNING, tick=False):
        with django_assert_num_queries(5):
            client.get(PLACE)
        with django_assert_num_queries(7):
            client.get(UNIT)


def test_script_is_small_and_its_address_is_for_every_site(client: Client) -> None:
    response = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert len(response.content) <= 2048


def test_example_page_gives_the_lines_to_copy(client: Client, place: Any) -> None:
    page = client.get("/en/widget/").content.decode()

    assert (
        "&lt;script defer src=&quot;http://testserver/widget.js&quot; data-district=&quot;naqada&quot;&gt;&lt;/script&gt;"
        in page
    )
    assert '<script defer src="/widget.js" data-district="naqada"></script>' in page


def test_example_page_of_an_empty_installation_has_nothing_to_copy(client: Client) -> None:
    assert "data-copy" not in client.get("/widget/").content.decode()


# --- in a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture
def other_site() -> Iterator[Any]:
    """A page of another origin: `other_site(base, body)` is its address. Its policy allows our script and file, and no style."""
    servers = []

    def start(base: str, body: str) -> str:
        policy = f"default-src 'none'; script-src {base}; connect-src {base}; style-src 'self'"

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(f'<!doctype html><html lang="ar" dir="rtl"><body>{body}</body></html>'.encode())

            def log_message(self, *args: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.once
def test_widget_stands_on_a_page_of_another_site(live_server: LiveServer, browser: Any, other_site: Any) -> None:
    GovernorateFactory()
    district = DistrictFactory(slug="naqada", name_ar="نقادة", name_en="Naqada")
    here = PlaceFactory(code="P1", name_ar="بلصفورة", name_en="Balasfurah", district=district)
    tomorrow = dt.datetime.now(CAIRO).date() + dt.timedelta(days=1)
    for day in range(4):
        StopRevisionFactory(place=here, date=tomorrow + dt.timedelta(days=day))
    StopRevisionFactory(place=PlaceFactory(code="P2", district=district), state=RevisionState.CANCELLED, date=tomorrow)
    base = live_server.url
    address = other_site(
        base,
        f'<script defer src="{base}/widget.js" data-place="P1"></script>'
        f'<div lang="en"><script defer src="{base}/widget.js" data-district="naqada" data-count="10"></script></div>'
        f'<script defer src="{base}/widget.js" data-place="P9"></script>',
    )
    context = browser.new_context(viewport={"width": 360, "height": 740}, timezone_id="Africa/Cairo")
    page = context.new_page()
    broken: list[str] = []
    page.on("console", lambda line: broken.append(line.text) if "Security Policy" in line.text else None)
    page.on("pageerror", lambda error: broken.append(str(error)))

    page.goto(address, wait_until="networkidle")
    arabic, english, unknown = page.locator("div:not(:has(script))").all()

    assert broken == []
    assert (arabic.get_attribute("dir"), english.get_attribute("dir")) == ("rtl", "ltr")
    assert arabic.locator("b").first.inner_text() == "قرية بلصفورة – مركز نقادة"
    assert arabic.locator("li").count() == 3
    assert arabic.evaluate("(box) => getComputedStyle(box).borderTopWidth") == "1px"
    assert arabic.locator("a").last.get_attribute("href") == "http://testserver/places/P1/"
    assert english.locator("li").count() == 5
    assert english.locator("s").count() == 1
    assert english.get_by_text("Cancelled").is_visible()
    # What cannot be read leads to the page.
    assert unknown.locator("a").get_attribute("href") == f"{base}/places/P9/"
    # The look of the site around it.
    page.evaluate("document.documentElement.style.setProperty('--visits-background', 'rgb(1, 2, 3)')")
    assert arabic.evaluate("(box) => getComputedStyle(box).backgroundColor") == "rgb(1, 2, 3)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert context.cookies() == []

    # Without a connection what was read stays.
    context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(200)
    assert arabic.locator("li").count() == 3
    context.close()

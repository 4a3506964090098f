"""The map of a day's stops, as it is without a script."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from schedules.enums import RevisionState
from sohag_mobile.settings.env import origins_of_tiles
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


def fetch(client: Client, path: str) -> str:
    with time_machine.travel(MORNING, tick=False):
        response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def place(code: str, **fields: Any) -> Any:
    return PlaceFactory(code=code, name_ar=f"قرية{code}", district=DistrictFactory(name_ar="نقادة"), **fields)


@pytest.fixture
def _library(settings: Any, tmp_path: Path) -> None:
    """As after `make assets`, whether or not it was done here."""
    (tmp_path / "vendor/leaflet").mkdir(parents=True)
    (tmp_path / "vendor/leaflet/leaflet.js").touch()
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, tmp_path]
    finders.get_finder.cache_clear()


@pytest.mark.usefixtures("_library")
def test_every_stop_of_the_day_says_where_it_is_in_shape_and_word(client: Client) -> None:
    StopRevisionFactory(
        place=place("A", latitude="26.55000", longitude="31.70000"), starts_at=dt.time(7), last_intake=None
    )
    StopRevisionFactory(
        place=place("B", latitude="26.60000", longitude="31.70000", coordinates_are_rounded=True),
        starts_at=dt.time(10), state=RevisionState.CANCELLED,
    )  # fmt: skip
    first = StopRevisionFactory(place=place("E", latitude="26.70000", longitude="31.70000"), starts_at=dt.time(9))
    StopRevisionFactory(stop=first.stop, place=first.place, starts_at=dt.time(12))
    StopRevisionFactory(place=place("C"), starts_at=dt.time(11))
    StopRevisionFactory(place=place("D"), date=STOP_DATE + dt.timedelta(days=1))

    html = fetch(client, "/map/2026-11-29/")

    points = re.findall(r'data-point="([^"]+)" data-look="(\w+)" data-word="([^"]+)" data-name="([^"]+)"', html)
    assert points == [
        ("26.55000,31.70000", "open", "موجودة الآن", "قرية قريةA – مركز نقادة"),
        ("26.60000,31.70000", "cancelled", "أُلغيت", "قرية قريةB – مركز نقادة"),
        ("26.70000,31.70000", "changed", "تغيّر الموعد", "قرية قريةE – مركز نقادة"),
    ]
    # What is said of a point stands in the card of its place.
    cards = re.findall(r"(?s)<article.*?</article>", html)
    assert [re.findall(r'<h3><a href="/places/(\w)/">', card) for card in cards] == [["A"], ["B"], ["C"], ["E"]]
    assert ["ليس على الخريطة: نقطته غير معروفة." in card for card in cards] == [False, False, True, False]
    assert ["النقطة على الخريطة تقريبية" in card for card in cards] == [False, True, False, False]
    assert '<section class="map"' in html
    assert "Natural Earth, 10m admin-1 (public domain)" in html
    assert "GSHHG, WDBII rivers (LGPL)" in html


def test_days_with_a_visit_are_links_that_can_be_shared(client: Client) -> None:
    for days in (0, 2, 14, 15):
        StopRevisionFactory(date=STOP_DATE + dt.timedelta(days=days))

    html = fetch(client, "/map/2026-12-01/")

    chooser = html.partition('<nav class="days"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"( aria-current="page")?', chooser) == [
        ("/map/2026-11-29/", ""),
        ("/map/2026-12-01/", ' aria-current="page"'),
        ("/map/2026-12-13/", ""),
    ]


@pytest.mark.parametrize(
    ("days", "shown"), [([0, 3], "الأحد 29 نوفمبر"), ([3, 4], "الأربعاء 2 ديسمبر"), ([], "الأحد 29 نوفمبر")]
)
def test_the_map_opens_on_the_next_day_with_a_visit(client: Client, days: list[int], shown: str) -> None:
    for number in days:
        StopRevisionFactory(date=STOP_DATE + dt.timedelta(days=number))

    heading = re.search(r"<h1>(.*?)</h1>", fetch(client, "/map/"))

    assert heading is not None
    assert heading[1].replace("<bdi>", "").replace("</bdi>", "") == f"خريطة الزيارات، {shown}"


def test_without_the_library_the_list_stands_alone(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    StopRevisionFactory(place=place("A", latitude="26.55000", longitude="31.70000"))

    html = fetch(client, "/map/2026-11-29/")

    assert ('<h3><a href="/places/A/">' in html, "leaflet" in html, "map.js" in html) == (True, False, False)


@pytest.mark.usefixtures("_library")
def test_tiles_are_a_setting_and_none_by_default(client: Client, settings: Any) -> None:
    StopRevisionFactory(place=place("A", latitude="26.55000", longitude="31.70000"))
    assert "data-tiles" not in fetch(client, "/map/")
    settings.MAP_TILE_URL = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    settings.MAP_TILE_ATTRIBUTION = "© tiles.example"

    html = fetch(client, "/map/2026-11-29/")

    assert 'data-tiles="https://{s}.tiles.example/{z}/{x}/{y}.png"' in html
    assert "<bdi>© tiles.example</bdi>" in html


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        ("", []),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", ["https://*.tiles.example"]),
        ("https://maps.example:8443/t/{z}/{x}/{y}.png", ["https://maps.example:8443"]),
    ],
)
def test_the_policy_allows_the_origin_of_the_tiles_alone(url: str, origins: list[str]) -> None:
    assert origins_of_tiles(url) == origins


@pytest.mark.parametrize(
    "url", ["http://tiles.example/{z}.png", "https:///x", "tiles.example", "https://a b/", "https://x;script-src/"]
)
def test_an_address_that_would_break_the_policy_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MAP_TILE_URL must look like"):
        origins_of_tiles(url)


def test_the_backdrop_is_small_and_names_where_it_comes_from() -> None:
    path = Path(str(finders.find("geo/backdrop.geojson")))

    shapes = json.loads(path.read_text(encoding="utf-8"))["features"]

    assert path.stat().st_size < 100_000
    assert [shape["properties"]["kind"] for shape in shapes] == ["outline", "water"]
    assert all(shape["properties"]["source"] and shape["properties"]["licence"] for shape in shapes)

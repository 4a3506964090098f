"""The site on a reader's device: what is said to browsers, and what really happens in one when the connection breaks."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.signals import request_started
from django.test import Client, override_settings
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from schedules.enums import RevisionState
from sohag_mobile.models import bump_content_version
from sohag_mobile.offline import ICONS
from tests.factories.schedules import CAIRO, PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import GovernorateFactory

in_a_browser = pytest.mark.once
PAGES, ASSETS, OFFLINE = "timetable-pages-1", "timetable-assets-1", "timetable-offline-1"
# Everything that is kept on the device, by the name of the store.
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname);
  return found;
}"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "start", "direction", "name"),
    [
        ("/manifest.webmanifest", "/", "rtl", "المراكز التكنولوجية المتنقلة"),
        ("/en/manifest.webmanifest", "/en/", "ltr", "Mobile technology centres"),
    ],
)
def test_manifest_names_the_site_in_both_languages(
    client: Client, path: str, start: str, direction: str, name: str
) -> None:
    response = client.get(path)

    manifest = response.json()
    assert response["Content-Type"] == "application/manifest+json; charset=utf-8"
    assert (manifest["name"], manifest["start_url"], manifest["id"], manifest["dir"]) == (name, start, start, direction)
    page = client.get(start).content.decode()
    assert f'<link rel="manifest" href="{path}">' in page
    assert f'<meta name="theme-color" content="{manifest["theme_color"]}"' in page
    # The colours of the pages themselves.
    styles = Path(str(finders.find("css/site.css"))).read_text(encoding="utf-8")
    assert f"--head: {manifest['theme_color']};" in styles
    assert f"--sand: {manifest['background_color']};" in styles


@pytest.mark.django_db
def test_icons_are_what_the_manifest_says_of_them(client: Client) -> None:
    icons = client.get("/manifest.webmanifest").json()["icons"]

    assert [(icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    ]  # fmt: skip
    for path, sizes, purpose in ICONS:
        with Image.open(BytesIO(Path(str(finders.find(path))).read_bytes())) as picture:
            assert f"{picture.width}x{picture.height}" == sizes
            edge = picture.convert("RGBA").getpixel((0, picture.height // 2))
            corner = picture.convert("RGBA").getpixel((0, 0))
            assert edge == (0x0A, 0x54, 0x68, 0xFF)
            # A mask cuts its own corners, so the ground must reach into them.
            assert (corner == edge) == (purpose == "maskable")


@pytest.mark.django_db
def test_worker_is_a_script_that_browsers_do_not_keep(client: Client) -> None:
    response = client.get("/sw.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"].startswith("public, max-age=10,")
    assert "worker-src 'self'" in response["Content-Security-Policy"]
    assert "manifest-src 'self'" in response["Content-Security-Policy"]
    assert b'data-worker="/sw.js"' in client.get("/").content


@pytest.mark.django_db
def test_pages_ask_for_no_worker_when_nothing_is_to_be_kept(client: Client) -> None:
    with override_settings(OFFLINE_PAGES=0):
        assert b"data-worker" not in client.get("/").content
        assert b"unregister" in client.get("/sw.js").content


# --- in a browser ------------------------------------------------------------------------------------------------------


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    opened = browser.new_context(locale="ar-EG", timezone_id="Africa/Cairo", viewport={"width": 360, "height": 740})
    yield opened
    opened.close()


@pytest.fixture
def counted() -> Iterator[Counter[str]]:
    """How often each address was really asked for."""
    paths: Counter[str] = Counter()

    def count(environ: dict[str, Any], **kwargs: Any) -> None:
        paths[environ["PATH_INFO"]] += 1

    request_started.connect(count)
    yield paths
    request_started.disconnect(count)


def until(question: Callable[[], bool], page: Any) -> None:
    for _ in range(200):
        if question():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it did not happen within ten seconds; on the device: {page.evaluate(KEPT)}")


def come_again(page: Any, address: str) -> None:
    """Open a page for the second time, and wait until the device has it."""
    page.goto(address)
    page.goto(address)
    path = page.evaluate("location.pathname")
    until(
        lambda: path in page.evaluate(KEPT).get(PAGES, []) and len(page.evaluate(KEPT).get(OFFLINE, [])) == 2,
        page,
    )


@in_a_browser
def test_last_pages_are_read_without_a_connection_and_say_of_when_they_are(
    live_server: LiveServer, context: Any, counted: Counter[str]
) -> None:
    GovernorateFactory()
    tomorrow = dt.datetime.now(CAIRO).date() + dt.timedelta(days=1)
    revision = StopRevisionFactory(place=PlaceFactory(code="P1"), date=tomorrow)
    PlaceFactory(code="P2", district=revision.district)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Security Policy" in line.text else None)

    # A first visit is four files to read. Who comes again gets the worker, with the pages for those without a connection.
    page.goto(f"{live_server.url}/places/P1/", wait_until="networkidle")
    first = {path: number for path, number in counted.items() if "/fonts/" not in path}
    assert first == Counter(["/places/P1/", "/static/css/site.css", "/static/js/site.js", "/static/img/icon.svg"])
    come_again(page, f"{live_server.url}/places/P1/")
    new = {path: number for path, number in counted.items() if path not in first and "/fonts/" not in path}
    assert new == Counter(["/sw.js", "/offline/", "/en/offline/"])
    assert page.locator("[data-kept]").count() == 0

    # Without a connection: the page as it was, under the time it is of; what was never seen, a way back.
    context.set_offline(True)
    page.reload()
    told = page.locator("[data-kept] b").inner_text()
    assert re.fullmatch(
        r"يوم \w+ \d{1,2} \w+ الساعة \d{1,2}:\d\d (صباحًا|ظهرًا|عصرًا|مساءً|منتصف الليل|بعد منتصف الليل)", told
    )
    assert page.locator("[data-stale], [data-lapsed]").count() == 0
    assert page.locator(".answer .when").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.answer')).borderTopWidth") == "2px"
    page.goto(f"{live_server.url}/places/P2/")
    assert page.title() == "لا يوجد اتصال"
    assert page.locator(".keepsakes a").all_inner_texts() == [revision.place.label]
    # The same in the other language, of which nothing has been seen yet.
    page.goto(f"{live_server.url}/en/places/P2/")
    assert page.title() == "There is no connection"
    assert page.locator(".keepsakes a").all_inner_texts() == [f"{revision.place.label} العربية"]

    # The connection is back, and the schedule is another: the new page at once, and no copy.
    StopRevisionFactory(stop=revision.stop, state=RevisionState.CANCELLED)
    bump_content_version()
    context.set_offline(False)
    page.goto(f"{live_server.url}/places/P1/")
    assert page.locator("[data-kept]").count() == 0
    assert page.locator(".note .cancelled").count() == 1

    assert context.cookies() == []

    # A line so slow that it might as well be broken: the copy after three seconds.
    slow = threading.Event()
    request_started.connect(wait := lambda **_: slow.wait(10))
    page.reload()
    slow.set()
    request_started.disconnect(wait)
    assert page.locator("[data-kept]").count() == 1
    assert page.locator(".note .cancelled").count() == 1

    # Search, feeds, the API and staff pages are never kept.
    for path in ("/?q=x", "/services/", "/admin/login/", "/api/v1/stops/"):
        page.goto(f"{live_server.url}{path}")
    kept = page.evaluate(KEPT)
    assert set(kept[PAGES]) == {"/places/P1/"}
    assert [path for path in kept[ASSETS] if not re.search("/(site|find)[.]|/fonts/|/img/icon", path)] == []
    assert problems == []


@in_a_browser
def test_copy_of_another_day_shows_nothing_as_valid_that_is_over(live_server: LiveServer, context: Any) -> None:
    GovernorateFactory()
    yesterday = dt.datetime.now(CAIRO).date() - dt.timedelta(days=1)
    morning = dt.datetime.combine(yesterday, dt.time(8, 5), tzinfo=CAIRO)
    page = context.new_page()
    with time_machine.travel(morning, tick=False):
        revision = StopRevisionFactory(place=PlaceFactory(code="P1"), date=yesterday)
        StopRevisionFactory(place=revision.place, date=yesterday + dt.timedelta(days=7))
        come_again(page, f"{live_server.url}/en/places/P1/")
        assert page.locator(".answer .soon").is_visible()
    context.set_offline(True)

    page.reload()

    assert "mean the day it is of" in page.locator("[data-stale]").inner_text()
    assert page.locator(".answer .state:visible").all_inner_texts() == ["The visit is over"]
    assert page.locator("li[data-times]").count() == 1
    assert page.locator("li[data-lapsed]").count() == 0
    assert page.locator(".listen:visible").count() == 0


@in_a_browser
def test_device_keeps_only_so_many_pages_and_gives_all_of_them_up(
    live_server: LiveServer, context: Any, settings: Any
) -> None:
    settings.OFFLINE_PAGES = 2
    GovernorateFactory()
    district = PlaceFactory(code="P1").district
    for code in ("P2", "P3"):
        PlaceFactory(code=code, district=district)
    page = context.new_page()
    for code in ("P1", "P2", "P3"):
        come_again(page, f"{live_server.url}/places/{code}/")
    until(lambda: page.evaluate(KEPT)[PAGES] == ["/places/P2/", "/places/P3/"], page)

    settings.OFFLINE_PAGES = 0
    cache.clear()
    page.goto(f"{live_server.url}/places/P1/")
    # Browsers look after a worker with every page; a few seconds later, if need be.
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found && found.update())")

    until(lambda: page.evaluate(KEPT) == {}, page)
    until(lambda: page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0, page)

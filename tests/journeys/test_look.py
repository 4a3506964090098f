"""What a telephone makes of the pages: what a first visit costs, whether a thumb finds its way, and large type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.journeys.people import Browser, Page
from tests.journeys.test_access import public_pages
from tests.support.system import System
from tests.support.wire import weighed

pytestmark = [
    pytest.mark.journey,
    pytest.mark.once,
]
KILOBYTES = 1024
# How far things moved when the font came, as Chromium sums it up.
JUMPED = """() => new Promise(done => new PerformanceObserver(
    list => done(list.getEntries().reduce((sum, each) => sum + each.value, 0))
).observe({type: 'layout-shift', buffered: true}) || setTimeout(done, 300, 0))"""
WIDTH = "document.documentElement.scrollWidth"
# What there is to press and lower than a thumb needs, each with its height; links in the text of a notice are exempt.
# Of a box to tick its label counts.
TOO_LOW = """() => [...document.querySelectorAll('a, button, input, label:has(input), select, summary')]
    .filter(each => each.checkVisibility() && !each.closest('.letter') && !each.parentElement.closest('label'))
    .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && box.height < 44)
    .map(([name, box]) => `${name} ${box.height}`)"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ar-EG", timezone_id="Africa/Cairo", viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


# As long as the page's own scripts wait with what is not urgent.
UNTIL_IDLE = "new Promise(done => requestIdleCallback(() => setTimeout(done, 1000)))"


def a_place_to_come(system: System) -> str:
    """The address of a place whose page has all that a page can have: a visit ahead, with its services."""
    stops: list[dict[str, Any]] = json.loads(system.get("/api/v1/stops/"))["results"]
    coming = [stop for stop in stops if stop["status"] == "scheduled"]
    return f"/places/{coming[-1]['place']['code']}/"


def test_a_first_visit_is_light(system: System, page: Page) -> None:
    """Nothing is kept from before, and all that the browser asks for counts, not only what the page does.

    The web font is counted apart: text stands before it comes.
    """
    with weighed(urlsplit(system.url).port or 80) as wire:
        page.goto(f"{wire.url}{a_place_to_come(system)}", wait_until="networkidle")
        page.evaluate(UNTIL_IDLE)
        jumped = page.evaluate(JUMPED)
    fonts = {address for address in wire.requests if address.endswith(".woff2")}
    plain = {address: weight for address, weight in wire.weights.items() if address not in fonts}

    assert wire.requests.total() - len(fonts) <= 4, wire.requests
    assert sum(plain.values()) <= 30 * KILOBYTES, plain
    assert fonts != set()
    assert wire.weights.total() <= 60 * KILOBYTES, wire.weights
    # A tenth is what «good» ends at (web.dev/articles/cls).
    assert jumped < 0.1


def test_nothing_but_the_style_sheet_holds_a_page_up(system: System, page: Page) -> None:
    page.goto(f"{system.url}{a_place_to_come(system)}")

    waited_for = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus === 'blocking').map(e => e.name)"
    )
    faces = page.evaluate("[...document.fonts].filter(face => face.family === 'Tajawal').map(face => face.display)")

    assert [address.split("/")[-1].split(".")[0] for address in waited_for] == ["site"]
    assert set(faces) == {"swap"}


@pytest.mark.parametrize("language", ["", "/en"], ids=["arabic", "english"])
def test_every_page_fits_small_screens_thumbs_and_large_type(system: System, page: Page, language: str) -> None:
    """No page is wider than a feature phone's 240 px, nor than 320 px with letters of twice the size; what can be pressed
    is 44 px high.
    """
    problems: dict[str, list[str]] = {}
    for name, path in public_pages(system).items():
        page.set_viewport_size({"width": 240, "height": 320})
        page.goto(f"{system.url}{language}{path}")
        found = [f"{width} px wide on 240" for width in [page.evaluate(WIDTH)] if width > 240]
        page.set_viewport_size({"width": 360, "height": 740})
        found += page.evaluate(TOO_LOW)
        page.set_viewport_size({"width": 320, "height": 740})
        # By script: the page's own policy forbids a style attribute.
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"{width} px wide on 320 with large type" for width in [page.evaluate(WIDTH)] if width > 320]
        if found:
            problems[name] = found

    assert problems == {}

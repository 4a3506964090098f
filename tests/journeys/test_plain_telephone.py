"""A telephone with keys: 240 points wide, no pictures, no JavaScript, no pointer. The whole way is gone by keyboard alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.journeys.people import Browser, Page
from tests.support.system import System

pytestmark = [
    pytest.mark.journey,
    pytest.mark.once,
]
MOST_KEYS = 150


@pytest.fixture
def telephone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ar-EG", java_script_enabled=False, viewport={"width": 240, "height": 320})
    page = context.new_page()
    page.route(
        "**/*", lambda route: route.abort() if route.request.resource_type in ("image", "font") else route.continue_()
    )
    yield page
    context.close()


def go(page: Page, address: str) -> str:
    """Press Tab until the first link whose address matches has the focus, see that this can be seen, and follow it."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count() and re.fullmatch(address, focus.get_attribute("href") or ""):
            assert focus.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return page.url
    raise AssertionError(f"no way to {address} from {page.url}")


def press_until(page: Page, selector: str) -> None:
    """Press Tab until what the selector means has the focus."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} cannot be reached on {page.url}")


def test_a_citizen_finds_everything_by_keys_alone(system: System, telephone: Page) -> None:
    name = json.loads(system.get("/api/v1/stops/?ordering=-date"))["results"][0]["place"]["name_ar"]
    page = telephone
    page.goto(f"{system.url}/")

    press_until(page, "#q")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.locator("h1", has_text="بحث").wait_for()

    go(page, r"/places/[^/]+/")
    assert page.locator(".answer h2").is_visible()
    # What to bring can be ticked off; what a service needs is folded up and opens by a key.
    press_until(page, ".checklist input")
    page.keyboard.press("Space")
    assert page.locator(".checklist input:checked").count() == 1
    press_until(page, "summary")
    page.keyboard.press("Enter")
    assert page.locator("details[open] p").first.is_visible()

    place = page.url
    go(page, r"/services/[^/]+/")
    assert page.locator("h2", has_text="ما تُحضره معك").is_visible()
    page.goto(place)
    go(page, r"/notices/[^/]+/\d+/\d+/")
    assert page.locator(".card.letter").is_visible()
    go(page, "/calendar/")

    # The week of one unit alone, chosen in the form.
    press_until(page, ".filter summary")
    page.keyboard.press("Enter")
    press_until(page, "select[name=district]")
    page.keyboard.press("ArrowDown")
    press_until(page, ".filter button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.search(r"/calendar/\?district=[\w-]+$", page.url)
    assert page.locator(".chosen a").count() == 1
    go(page, "/calendar/")
    assert page.locator(".chosen").count() == 0

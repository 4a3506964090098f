"""Finding one's village on a telephone: while typing, by where one stands, and on the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.people import Browser, Page
from tests.journeys.test_access import violations
from tests.support.system import System

pytestmark = [
    pytest.mark.journey,
    pytest.mark.once,
]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Any]:
    """A telephone of one's own: `phone(java_script_enabled=False)`. An error in a script fails the test."""
    contexts, errors = [], []

    def take(**options: Any) -> Page:
        contexts.append(
            browser.new_context(
                locale="ar-EG", viewport={"width": 360, "height": 740}, reduced_motion="reduce", **options
            )
        )
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        return page

    yield take
    for context in contexts:
        context.close()
    assert errors == []


def path_of(page: Page, system: System) -> str:
    return str(page.url).removeprefix(system.url)


def combobox(page: Page) -> tuple[str, str, list[str]]:
    """Whether the list is open, which entry is active, and all of its entries, as a screen reader is told."""
    box = page.locator("#q")
    active = box.get_attribute("aria-activedescendant")
    return (
        box.get_attribute("aria-expanded"),
        page.locator(f"#{active} b").inner_text() if active else "",
        page.locator("#q-suggestions:not([hidden]) [role=option] b").all_inner_texts(),
    )


def test_a_village_is_found_with_the_keyboard_alone(system: System, phone: Any) -> None:
    page = phone()
    page.goto(f"{system.url}/")
    box = page.get_by_role("combobox", name="اسم القرية أو المنطقة أو الخدمة")
    while not box.evaluate("box => box === document.activeElement"):
        page.keyboard.press("Tab")
    before = page.locator("h2").first.bounding_box()

    page.keyboard.type("ونينة", delay=20)
    page.locator("[role=option]").first.wait_for()

    twins = ["قرية ونينة الشرقية – مركز سوهاج", "قرية ونينة الغربية – مركز سوهاج"]
    assert combobox(page) == ("true", "", twins)
    assert page.locator("form [role=status]").inner_text() == "نتيجتان"
    assert page.locator("h2").first.bounding_box() == before
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    assert combobox(page) == ("true", twins[0], twins)
    page.keyboard.press("End")
    assert combobox(page) == ("true", twins[1], twins)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert combobox(page) == ("true", "", twins)
    page.keyboard.press("ArrowUp")
    assert combobox(page) == ("true", twins[1], twins)
    page.keyboard.press("Escape")
    assert (combobox(page), box.input_value()) == (("false", "", []), "ونينة")
    # What was answered once is known, line or no line.
    page.context.set_offline(True)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert combobox(page) == ("true", twins[0], twins)
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/**")
    assert page.locator("h1").inner_text().replace("\n", " ") == twins[0]


def test_the_form_searches_where_suggestions_fail_or_are_not_wanted(system: System, phone: Any) -> None:
    page = phone()
    page.route("**/suggestions/**", lambda route: route.fulfill(status=200, body="no JSON"))
    page.goto(f"{system.url}/")
    page.locator("#q").press_sequentially("ونينة")
    page.wait_for_timeout(400)
    assert combobox(page) == ("false", "", [])

    page.keyboard.press("Enter")

    page.wait_for_url("**/?q=*")
    assert page.locator("article h3").all_inner_texts() == [
        "قرية ونينة الشرقية – مركز سوهاج",
        "قرية ونينة الغربية – مركز سوهاج",
    ]


def test_the_nearest_places_are_found_from_where_one_stands(system: System, phone: Any) -> None:
    page = phone(permissions=["geolocation"], geolocation={"latitude": 26.556123, "longitude": 31.694987})
    asked = []
    page.on("request", lambda request: asked.append((request.url.removeprefix(system.url), request.headers)))
    page.goto(f"{system.url}/")
    page.get_by_role("button", name="الأقرب إليّ").click()
    page.wait_for_url("**/near/*,*/")
    assert path_of(page, system) == "/near/26.56,31.69/"
    assert page.locator("article h3").first.inner_text() == "قرية قلفاو – مركز سوهاج"
    page.locator("article h3 a").first.click()
    page.wait_for_url("**/places/**")
    # The point is in one address, is never more exact than that, and is told to no other page.
    assert [path for path, _ in asked if "26.5" in path] == ["/near/26.56,31.69/"]
    assert [path for path, headers in asked if "26.5" in headers.get("referer", "")] == []
    log = (system.var / "serve.log").read_text(errors="replace")
    assert "26.5" not in log

    page = phone(permissions=[])
    page.goto(f"{system.url}/en/")
    page.get_by_role("button", name="Nearest to me").click()
    page.wait_for_url("**/en/near/denied/")
    assert "Your browser did not tell where you are" in page.locator(".note").inner_text()
    assert page.get_by_role("link", name="Awlad Nusayr").count() == 1


def test_the_stops_of_a_day_are_on_the_map_and_in_the_list(system: System, phone: Any) -> None:
    page = phone()
    page.goto(f"{system.url}/map/")
    page.locator(".map path.water").wait_for(state="attached")
    listed = page.locator(".on-map[data-point] h3").all_inner_texts()
    markers = page.locator(".map .pin")
    assert listed != []
    assert sorted(
        name for label in markers.evaluate_all("pins => pins.map(pin => pin.getAttribute('aria-label'))")
        for name in [one.rpartition(" – ")[0] for one in label.split("; ")]
    ) == sorted(listed)  # fmt: skip
    markers.first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.leaflet-popup') !== null")
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert markers.first.evaluate("pin => pin === document.activeElement")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/**")

    plain = phone(java_script_enabled=False)
    plain.goto(f"{system.url}/map/")
    assert plain.locator(".map").is_visible() is False
    assert plain.locator(".on-map[data-point] h3").all_inner_texts() == listed
    plain.locator(".days a").last.click()
    assert plain.locator(".days a").last.get_attribute("aria-current") == "page"

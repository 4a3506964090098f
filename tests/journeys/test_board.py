"""Two people plan the same week on the board: with the mouse, with the keys, against each other, and never over each other."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sohag_mobile.weeks import Week
from tests.journeys.people import Browser, Page, Staff, week_of_drafts
from tests.journeys.test_access import in_every_look, violations
from tests.support.system import System

pytestmark = [pytest.mark.journey, pytest.mark.once]

WATCH = """
window.refusedByPolicy = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.refusedByPolicy.push(event.violatedDirective + ' ' + event.blockedURI);
});
"""


class Planner:
    """Somebody at the board of next week."""

    def __init__(self, staff: Staff, week: Week) -> None:
        self.page: Page = staff.page
        self.staff = staff
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.add_init_script(WATCH)
        self.week = week
        self.open("board")

    def open(self, view: str) -> None:
        self.staff.open(f"/admin/schedules/stop/board/?week={self.week.name}&view={view}")
        self.page.wait_for_selector(f"#week-board[data-ready={view}]")

    def stops(self) -> dict[int, dict[str, Any]]:
        """What the server says of the week now, by key."""
        address = self.page.get_attribute("#week-board", "data-url")
        answer = self.page.evaluate("url => fetch(url, {cache: 'no-store'}).then(answer => answer.text())", address)
        return {event["id"]: event for event in json.loads(answer)["events"]}

    def card(self, pk: int | str) -> Any:
        return self.page.locator(f".ec-event:has(a[data-id='{pk}'])")

    def link(self, pk: int | str) -> Any:
        return self.page.locator(f"a.card-link[data-id='{pk}']")

    def column(self, day: str) -> float:
        """The middle of the column of a day."""
        box = self.page.locator(f".day-head[data-day='{day}']").bounding_box()
        return float(box["x"] + box["width"] / 2)

    def column_of(self, pk: int) -> float:
        box = self.card(pk).bounding_box()
        return float(box["x"] + box["width"] / 2)

    def drag(self, x: float, y: float, to: float) -> None:
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move((x + to) / 2, y + 2, steps=6)
        self.page.mouse.move(to, y + 2, steps=6)
        self.page.mouse.up()

    def drag_to_day(self, pk: int, day: str) -> None:
        self.card(pk).scroll_into_view_if_needed()
        box = self.card(pk).bounding_box()
        self.drag(box["x"] + box["width"] / 2, box["y"] + 12, self.column(day))

    def wait_for(self, pk: int, **facts: str) -> dict[str, Any]:
        """Until the server has these facts of a stop."""
        end = time.monotonic() + 10
        while True:
            stop = self.stops().get(pk)
            if stop and {name: stop[name] for name in facts} == facts:
                return stop
            assert time.monotonic() < end, (stop, facts)
            self.page.wait_for_timeout(100)

    def told(self) -> str:
        return str(self.page.locator("#board-log").inner_text())

    def axe(self) -> list[str]:
        """What axe-core has against the page. Its own style elements, which the policy refuses, are not the page's."""
        before = self.problems()
        found = violations(self.page)
        self.page.evaluate("window.refusedByPolicy = []")
        self.errors.clear()
        return before + found

    def problems(self) -> list[str]:
        """What the page's policy refused, and what its script stumbled over; refusals by the server are no such thing."""
        found: list[str] = self.page.evaluate("window.refusedByPolicy")
        return found + [error for error in self.errors if "the server responded with a status of 4" not in error]


@pytest.fixture
def week() -> Week:
    return week_of_drafts(timezone.localdate())


@pytest.fixture
def busy(system: System, log_in: Any, week: Week) -> tuple[Planner, Planner, list[dict[str, Any]]]:
    """The supervisor and the editor of a unit at one board, and the drafts there of one vehicle, one a day, in order."""
    supervisor = Planner(log_in("supervisor"), week)
    drafts = [stop for stop in supervisor.stops().values() if stop["look"] == "draft"]
    vehicle, number = Counter(stop["vehicle"] for stop in drafts).most_common(1)[0]
    assert number >= 3
    own = sorted((stop for stop in drafts if stop["vehicle"] == vehicle), key=lambda stop: str(stop["day"]))
    editor = Planner(log_in("editor-sohag-markaz"), week)
    assert own[0]["id"] in editor.stops()
    return supervisor, editor, own


def test_a_week_is_planned_by_two(
    busy: tuple[Planner, Planner, list[dict[str, Any]]], week: Week, pictures: Path | None
) -> None:
    supervisor, editor, drafts = busy
    page, first, second, last = supervisor.page, drafts[0], drafts[1], drafts[-1]

    # A day becomes free: a draft is discarded by a key, and can be taken back.
    supervisor.link(last["id"]).focus()
    page.keyboard.press("Delete")
    supervisor.card(last["id"]).wait_for(state="detached")

    # Dragged to that day, from right to left; the other one sees it within ten seconds, and by whom.
    before = time.monotonic()
    supervisor.drag_to_day(first["id"], last["day"])
    supervisor.wait_for(first["id"], day=last["day"], **{"from": first["from"], "to": first["to"]})
    editor.page.wait_for_selector(f".ec-event.fresh a[data-id='{first['id']}']", timeout=10_000)
    assert time.monotonic() - before < 10
    assert abs(editor.column_of(first["id"]) - editor.column(last["day"])) < 30
    assert "supervisor" in editor.link(first["id"]).inner_text()
    assert "supervisor" in editor.told()
    editor.card(last["id"]).wait_for(state="detached")
    if pictures:
        editor.page.screenshot(path=pictures / "board-others.png")

    # Taken back by the button, then by the keys: both lie where they lay, one under a new key.
    page.locator("#board-undo button").click()
    supervisor.wait_for(first["id"], day=first["day"])
    page.keyboard.press("Control+z")
    page.wait_for_function("() => document.getElementById('board-undo').hidden")
    restored = [
        stop for stop in supervisor.stops().values() if (stop["vehicle"], stop["day"]) == (last["vehicle"], last["day"])
    ]
    assert [(stop["from"], stop["to"], stop["place"]) for stop in restored] == [
        (last["from"], last["to"], last["place"])
    ]

    # A day off needs a reason: it jumps back, says so, and leads into the form with the day typed in.
    friday = week.last.isoformat()
    supervisor.drag_to_day(second["id"], friday)
    page.wait_for_selector(".board-toast a")
    assert "راحة أسبوعية" in supervisor.told()
    assert abs(supervisor.column_of(second["id"]) - supervisor.column(second["day"])) < 30
    assert supervisor.stops()[second["id"]]["day"] == second["day"]
    assert f"date={friday}" in page.locator("#board-log li a").first.get_attribute("href")
    if pictures:
        page.screenshot(path=pictures / "board-refused.png")
    page.locator(".board-toast button").click()

    # In one day: its end is stretched with the mouse, and with the keys it begins a quarter of an hour later.
    page.locator(f".day-head[data-day='{second['day']}']").click()
    page.wait_for_selector(".ec-day-view")
    page.wait_for_timeout(300)  # the library scrolls to the hours
    supervisor.card(second["id"]).scroll_into_view_if_needed()
    box = supervisor.card(second["id"]).bounding_box()
    quarter = box["width"] / (minutes(second["to"]) - minutes(second["from"])) * 15
    supervisor.drag(box["x"] + 3, box["y"] + box["height"] / 2, box["x"] + 3 - 2 * quarter)
    longer = clock(minutes(second["to"]) + 30)
    supervisor.wait_for(second["id"], **{"from": second["from"], "to": longer})
    supervisor.link(second["id"]).focus()
    for key in ("m", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    later = {"from": clock(minutes(second["from"]) + 15), "to": clock(minutes(longer) + 15)}
    supervisor.wait_for(second["id"], **later)
    if pictures:
        page.screenshot(path=pictures / "board-day.png")
    page.keyboard.press("Escape")
    page.wait_for_selector(".ec-month-view")

    # By keys across days: left is the next day, which is taken; Escape leaves all as it was.
    supervisor.link(second["id"]).focus()
    for key in ("m", "ArrowLeft"):
        page.keyboard.press(key)
    assert str(week.first.year) in page.locator("#board-status").inner_text()
    page.keyboard.press("Escape")
    supervisor.wait_for(second["id"], day=second["day"], **later)

    # Both change the same stop: who comes second is shown both versions, and decides.
    editor.page.wait_for_function(
        "([key, hour]) => document.querySelector(`a.card-link[data-id='${key}']`)?.innerText.includes(hour)",
        arg=[str(second["id"]), later["from"]],
        timeout=15_000,
    )
    editor.link(second["id"]).focus()
    for key in ("m", "Shift+ArrowLeft"):
        editor.page.keyboard.press(key)
    supervisor.link(second["id"]).focus()
    for key in ("m", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    shorter = clock(minutes(later["to"]) - 15)
    supervisor.wait_for(second["id"], to=shorter)
    editor.page.keyboard.press("Enter")
    editor.page.wait_for_selector("#board-stale[open]")
    compared = editor.page.locator("#board-stale tbody tr").first.inner_text()
    assert shorter in compared
    assert clock(minutes(later["to"]) + 15) in compared
    assert editor.axe() == []
    if pictures:
        editor.page.screenshot(path=pictures / "board-stale.png")
    editor.page.locator("#board-stale button[value=again]").click()
    editor.wait_for(second["id"], to=clock(minutes(later["to"]) + 15))

    assert supervisor.problems() == []
    assert editor.problems() == []


def test_the_table_does_the_same_without_a_script(system: System, browser: Browser, week: Week) -> None:
    """The twin on a telephone without JavaScript: moved by a form, taken back by a button, refused beside the field."""
    context = browser.new_context(java_script_enabled=False, locale="ar-EG", viewport={"width": 390, "height": 800})
    try:
        staff = Staff(system, context.new_page(), "editor-sohag-markaz")
        page = staff.page
        staff.open(f"/admin/schedules/stop/board/?week={week.name}")
        card = page.locator(".card.draft").first
        name = card.get_attribute("id")
        hours = card.locator("b").inner_text()
        card.locator("summary").click()
        card.locator("a[href*='/move/']").click()
        page.fill("#id_ends_at", "12:45")
        page.locator("#content .panel button.btn").click()
        page.wait_for_selector(".messagelist .success")
        assert "12:45" in page.locator(f"#{name} b").inner_text()
        page.locator("#board-undo button").click()
        page.wait_for_selector(".messagelist .success")
        assert page.locator(f"#{name} b").inner_text() == hours

        page.locator(f"#{name} summary").click()
        page.locator(f"#{name} a[href*='/move/']").click()
        page.fill("#id_date", week.last.isoformat())
        page.locator("#content .panel button.btn").click()
        assert "راحة أسبوعية" in page.locator(".errorlist").first.inner_text()
        page.locator(".note a").click()
        assert page.input_value("#id_date") == week.last.isoformat()
    finally:
        context.close()


@pytest.mark.parametrize("view", ["board", "table"])
def test_the_board_shuts_nobody_out(log_in: Any, week: Week, view: str, pictures: Path | None) -> None:
    planner = Planner(log_in("supervisor"), week)
    planner.open(view)
    page = planner.page
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    found = {}
    for look in in_every_look(page):
        if problems := planner.axe():
            found[look] = problems
        if pictures:
            page.screenshot(path=pictures / f"board-{view}-{look}.png")

    assert found == {}
    if view == "board":
        page.locator(".card-more").first.click()
        page.wait_for_selector("#board-menu[open]")
        assert planner.axe() == []
        page.keyboard.press("Escape")
        page.locator(".day-head").nth(2).click()
        page.wait_for_selector(".ec-day-view")
        page.wait_for_timeout(200)
        assert planner.axe() == []
    assert planner.problems() == []


def minutes(time: str) -> int:
    return 60 * int(time[:2]) + int(time[3:])


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"

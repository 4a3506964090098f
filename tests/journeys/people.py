"""What a member of staff does in the browser, in their own words."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from typing import Any

from sohag_mobile.weeks import Week
from tests.support.system import PASSWORD, ROOT, System

Browser = Any
Page = Any


def next_working_day(after: dt.date) -> dt.date:
    """The first day after `after` that is neither Friday, Saturday nor a holiday of the reference data."""
    reference = (ROOT / "schedules/reference/holidays.json").read_text(encoding="utf-8")
    holidays = {row["date"] for row in json.loads(reference)["records"]}
    day = after + dt.timedelta(days=1)
    while day.isoweekday() in (5, 6) or day.isoformat() in holidays:
        day += dt.timedelta(days=1)
    return day


def week_of_drafts(today: dt.date) -> Week:
    """The week that the example schedule made on the local day `today` leaves partly in drafts: that of the next Sunday."""
    return Week.of(today + dt.timedelta(days=7 - today.isoweekday() % 7))


# Presses and keys as the page itself sees them, those of a script left out.
_COUNT = """
for (const kind of ['click', 'keydown']) addEventListener(kind, (event) => {
  if (event.isTrusted && (kind === 'keydown' || event.detail > 0)) window.noteOfHand(kind);
}, true);
"""


class Hand:
    """The hand of a person whose actions are counted: a press, a field that is filled, a choice, a key are one each.

    The page and the line count as well, so that nothing can be done past the hand: `check` compares.
    """

    def __init__(self, staff: Staff) -> None:
        self.page: Page = staff.page
        self.done: list[str] = []
        self.began = time.monotonic()
        self._clicks = self._keys = 0
        self._noted: list[str] = []
        self._typed_addresses: list[str] = []
        self.page.context.expose_function("noteOfHand", lambda kind: self._noted.append(kind))
        self.page.context.add_init_script(_COUNT)
        staff.open("/admin/")  # counted from here on, with the page watched
        self.page.on("request", self._note_address)

    def press(self, what: Any) -> None:
        """Press a link, a button, a box or a label."""
        name = what.evaluate("each => (each.innerText || each.value || each.getAttribute('name') || '').trim()")
        self._does(f"press {' '.join(name.split())[:60]!r}")
        self._clicks += 1
        what.click()
        self.page.wait_for_load_state()

    def fill(self, what: Any, text: str) -> None:
        """Write into a field."""
        self._does(f"fill {text!r}")
        what.fill(text)

    def choose(self, what: Any, value: str) -> None:
        """Choose from a list."""
        self._does(f"choose {value!r}")
        what.select_option(value)

    def key(self, name: str) -> None:
        """Press a key."""
        self._does(f"key {name}")
        self._keys += 1
        self.page.keyboard.press(name)

    def check(self, *, limit: int, task: str) -> None:
        """Print what the task took, and compare it with its limit and with what the page has seen."""
        seconds = time.monotonic() - self.began
        told = [f"\n{task}: {len(self.done)} actions (at most {limit}), {seconds:.1f} s"]
        told += [f"  {number}. {what}" for number, what in enumerate(self.done, 1)]
        sys.stdout.write("\n".join(told) + "\n")
        assert self._typed_addresses == []
        # A press that leaves the page may be noted too late; more than what the hand did must not be.
        assert self._noted.count("click") <= self._clicks
        assert self._noted.count("keydown") <= self._keys
        assert len(self.done) <= limit

    def _does(self, what: str) -> None:
        self.done.append(what)

    def _note_address(self, request: Any) -> None:
        """A page that no link and no form leads to: somebody has typed its address."""
        if request.is_navigation_request() and "referer" not in request.headers:
            self._typed_addresses.append(request.url)


class Staff:
    """Somebody at a desk, logged in."""

    def __init__(self, system: System, page: Page, name: str) -> None:
        self.system = system
        self.page = page
        page.set_default_timeout(15_000)
        page.goto(f"{system.url}/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.locator("#login-form [type=submit]").click()
        page.wait_for_selector("#user-tools")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.system.url}{path}")

    def fill_stop(self, *, vehicle: str, day: dt.date, starts: str, ends: str, last_intake: str, landmark: str) -> None:
        """Everything of a stop's form but the place and the services."""
        option = self.page.locator("#id_vehicle option", has_text=f"({vehicle})").get_attribute("value")
        self.page.select_option("#id_vehicle", option)
        self.page.fill("#id_landmark_ar", landmark)
        self.page.fill("#id_date", day.isoformat())
        self.set_hours(starts=starts, ends=ends, last_intake=last_intake)

    def set_hours(self, *, starts: str, ends: str, last_intake: str) -> None:
        self.page.fill("#id_starts_at", starts)
        self.page.fill("#id_ends_at", ends)
        self.page.fill("#id_last_intake", last_intake)

    def choose_place(self, typed: str, label: str) -> None:
        """Type into the place's search box and take the entry that reads `label`."""
        self.page.locator(".field-place .select2-selection").click()
        self.page.fill(".select2-search__field", typed)
        self.page.locator(".select2-results__option", has_text=label).first.click()

    def save(self) -> None:
        self.page.locator("[name=_save]").click()
        self.page.locator(".messagelist .success, .errornote").first.wait_for()

    def refusals(self) -> dict[str, str]:
        """The sentences of refusal by the name of the field they stand beside."""
        found = {}
        for row in self.page.locator(".form-row.errors, .form-row:has(.errorlist)").all():
            name = next(one for one in row.get_attribute("class").split() if one.startswith("field-"))
            found[name.removeprefix("field-")] = row.locator(".errorlist").inner_text()
        return found

    def show_texts(self, cause: str) -> None:
        """On a preview page that asks for a cause: choose it and read the texts."""
        self.page.select_option("[name=cause]", cause)
        self.page.locator("form[method=get] .btn").click()
        self.page.locator(".text-card").first.wait_for()

    def texts(self) -> list[str]:
        """Every text on the page, as it would be copied; waits for the page that a press has asked for."""
        self.page.locator(".text-card textarea").first.wait_for()
        return [area.input_value() for area in self.page.locator(".text-card textarea").all()]

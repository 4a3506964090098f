"""What a member of staff does in the browser, in their own words."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

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

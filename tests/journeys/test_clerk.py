"""A clerk's task list, each task with as few actions as the issue of the staff workplace allows, counted and timed.

The third task, to call off tomorrow for dust, is told in `test_weather`.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.utils import timezone

from tests.journeys.people import Hand, week_of_drafts
from tests.support.system import System, wait_until

pytestmark = [pytest.mark.journey, pytest.mark.once]

SECONDS = 15
LANDMARK = "أمام مدخل مركز الشباب من جهة الطريق الزراعي"
REASON = "قيدت المنصة الحساب. سجّل الدخول إليها وأنهِ التقييد"


def test_a_week_of_five_vehicles_is_copied_changed_and_published_and_a_failed_post_is_understood(
    system: System, log_in: Any, pictures: Any
) -> None:
    week = week_of_drafts(timezone.localdate()).plus(1)
    supervisor = log_in("supervisor")
    page = supervisor.page

    # The week that nobody has planned yet is proposed, from the last one planned, for every unit.
    hand = Hand(supervisor)
    hand.press(page.get_by_role("link", name="نسخ أسبوع"))
    assert page.locator("#id_targets input:checked").input_value() == week.name
    hand.press(page.locator("form.final button"))
    page.wait_for_url(re.compile(r"/act/\d+/$"))
    copied = page.locator("table.lines tbody tr")
    vehicles = {re.search(r"\((SOH-\w+)\)", text)[1] for text in copied.locator("td:last-child").all_inner_texts()}
    # Where another story has planned already, its hours are told to be taken; every vehicle has its week all the same.
    assert len(vehicles) == 5

    # Two changes: a visit ends earlier, another one stands elsewhere. Each leads back to what was copied.
    shown = page.locator("table.lines a")
    hand.press(shown.nth(0))
    hand.fill(page.locator("#id_ends_at"), "13:15")
    hand.fill(page.locator("#id_last_intake"), "12:45")
    hand.press(page.locator("[name=_save]"))
    page.locator(".messagelist .success").wait_for()
    hand.press(shown.nth(1))
    hand.fill(page.locator("#id_landmark_ar"), LANDMARK)
    hand.press(page.locator("[name=_save]"))
    page.locator(".messagelist .success").wait_for()
    assert "13:15" in page.locator("table.lines").inner_text()
    assert LANDMARK in page.locator("table.lines").inner_text()

    # All units are published in one act, each under its own number. Facebook refuses the first post.
    system.make_standin_fail(service="facebook", mode="refuse", times=1)
    hand.press(page.locator("a.btn[href*='/publish/']"))
    if pictures:
        page.screenshot(path=pictures / "clerk-publish.png", full_page=True)
    hand.press(page.locator("[name=publish]"))
    page.locator(".messagelist .success").wait_for()
    hand.check(limit=25, task="plan and publish a week of five vehicles")
    stops = json.loads(system.get(f"/api/v1/stops/?date_from={week.first}&date_to={week.last}&page_size=100"))
    assert {stop["vehicle"]["code"] for stop in stops["results"]} == vehicles

    # The first page counts the post, and leads to the sentence that says why and what to do.
    wait_until(lambda: _row_of_failure(supervisor), seconds=SECONDS, what="the failure of the post")
    hand = Hand(log_in("supervisor"))
    hand.press(hand.page.locator(".tiles a[href*='state=look']"))
    row = hand.page.locator("#result_list tbody tr", has_text="فيسبوك").first
    assert REASON in row.inner_text()
    if pictures:
        hand.page.screenshot(path=pictures / "clerk-reason.png", full_page=True)
    hand.check(limit=3, task="find why the Facebook post failed")


def _row_of_failure(staff: Any) -> bool:
    """Whether the ledger knows of it by now; asked past the hand."""
    answer = staff.page.request.get(f"{staff.system.url}/admin/announcements/delivery/?state=look")
    return REASON in answer.text()

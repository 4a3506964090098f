"""A storm is announced for tomorrow: the day is called off in a handful of presses, and the list of conflicts is never old."""

import time

import pytest
from django.utils import timezone

from tests.journeys.people import Hand

pytestmark = [pytest.mark.journey, pytest.mark.once]


def test_tomorrow_is_called_off_in_six_presses_and_the_list_keeps_itself_up_to_date(system, log_in, pictures):
    complaints = []
    watcher = log_in("supervisor")
    watcher.page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    watcher.open("/admin/schedules/stop/conflicts/?week=coming")
    shown = watcher.page.locator("[data-live]")
    opened = time.monotonic()

    # From the first page: the next day with visits, every unit and the weather are chosen already.
    head = log_in("head-sharq")
    hand = Hand(head)
    hand.press(head.page.get_by_role("link", name="تأجيل يوم كامل أو إلغاؤه"))
    day = head.page.locator("#id_date").input_value()
    assert day > timezone.localdate().isoformat()
    hand.press(head.page.locator("[name=act][value=cancel]"))
    hand.press(head.page.get_by_role("button", name="عرض النصوص"))
    assert all("سوء الأحوال الجوية" in text for text in head.texts()[:1])
    if pictures:
        head.page.screenshot(path=pictures / "weather.png", full_page=True)
    hand.press(head.page.locator("[name=decide]"))
    head.page.locator(".messagelist .success").wait_for()
    hand.check(limit=6, task="cancel tomorrow for dust")

    # The head learns that the vehicle goes to the workshop; whoever has the list open sees it without doing anything.
    head.open("/admin/vehicles/outofservice/add/")
    vehicle = head.page.locator("#id_vehicle option:not([value=''])").first
    code = vehicle.inner_text().rsplit("(", 1)[1].rstrip(")")
    head.page.select_option("#id_vehicle", vehicle.get_attribute("value"))
    head.page.fill("#id_starts_on", day)
    head.page.select_option("#id_cause", "repair")
    head.page.locator("[name=_save]").click()
    head.page.locator(".messagelist .success").wait_for()
    written = time.monotonic()
    shown.locator("tr", has_text="سيارة خارج الخدمة").filter(has_text=code).first.wait_for(timeout=10_000)
    assert time.monotonic() - written < 10
    assert written > opened
    if pictures:
        watcher.page.screenshot(path=pictures / "conflicts.png", full_page=True)

    # One press from there to everything that is planned for it; what cannot be is said before anything is done.
    head.open("/admin/schedules/stop/conflicts/?week=coming")
    head.page.get_by_role("link", name="كل ما هو مقرر للسيارة…").first.click()
    head.page.locator("button[value=days]").click()
    head.page.fill("#id_days", "28")  # the workshop has not said when it is ready
    head.page.get_by_role("button", name="عرض ما يتغير").click()
    refused = head.page.locator(".problem").first
    refused.wait_for()
    assert "خارج الخدمة" in refused.inner_text()
    assert complaints == []

"""An editor copies a week and takes the copy back, and lets a visit recur."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from sohag_mobile.weeks import Week
from tests.journeys.people import week_of_drafts

pytestmark = [pytest.mark.journey, pytest.mark.once]


def test_a_week_is_copied_and_taken_back(log_in):
    editor = log_in("editor-sohag-markaz")
    page = editor.page
    this_week = Week.of(timezone.localdate())
    page.get_by_role("link", name="نسخ أسبوع").first.click()
    # The page proposes the first week that is not planned yet; another one is chosen.
    proposed = Week.parse(page.locator("#id_targets input:checked").input_value())
    assert proposed > week_of_drafts(timezone.localdate())
    page.locator("#id_targets input:checked").uncheck()
    page.check(f"#id_targets input[value='{this_week.plus(5).name}']")
    page.get_by_role("button", name="عرض ما سيُنسخ").click()
    assert page.locator("#id_source").input_value() == proposed.plus(-1).name
    planned = (
        page.locator("form.final").locator("xpath=preceding-sibling::div").locator("tbody tr:not(.remark)").count()
    )
    assert planned
    page.locator("form.final button").click()
    page.wait_for_url(re.compile(r"/act/\d+/$"))
    assert page.locator("table.lines tbody tr").count() == planned
    page.get_by_role("button", name="التراجع عن ذلك كله").click()
    page.wait_for_selector("ul.messagelist .success")
    assert page.locator("table.lines").count() == 0


def test_a_visit_recurs(log_in):
    editor = log_in("editor-sohag-markaz")
    page = editor.page
    page.get_by_role("link", name="الزيارات الدورية").first.click()
    page.locator(".object-tools .addlink").click()
    vehicle = page.locator("#id_vehicle option", has_text="(SOH-1)").get_attribute("value")
    page.select_option("#id_vehicle", vehicle)
    page.locator(".select2-selection").click()
    page.fill(".select2-search__field", "بلصفوره")
    page.locator(".select2-results__option", has_text="بلصفورة").first.click()
    page.fill("#id_landmark_ar", "أمام مركز شباب القرية")
    page.select_option("#id_how_often", "WEEKLY-2")
    page.get_by_label("الأحد").check()
    # Both days can be picked from a calendar as well as written.
    assert page.locator(".datetimeshortcuts a", has_text="اليوم").count() == 2
    page.fill("#id_starts_on", (timezone.localdate() + dt.timedelta(days=1)).isoformat())
    page.fill("#id_starts_at", "6 م")
    page.fill("#id_ends_at", "7:30 م")
    page.locator("#id_services input").first.check()
    page.locator("button[name=_preview]").click()
    page.wait_for_selector("#preview")
    assert page.locator("#preview .lead").inner_text().startswith("يوم الأحد كل أسبوعين، اعتبارًا من يوم الأحد الموافق")
    days = page.locator("#preview tbody tr").count()
    assert days
    page.locator("button[name=_save]").click()
    page.wait_for_selector("ul.messagelist .success")
    assert page.locator("table.lines tbody tr").count() == days
    # The plan of the other stories stays as it was.
    page.get_by_role("link", name="عرضها أو التراجع").click()
    page.get_by_role("button", name="التراجع عن ذلك كله").click()
    page.wait_for_selector("ul.messagelist .success")

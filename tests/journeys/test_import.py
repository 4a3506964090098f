"""A list of places, changed in a spreadsheet and brought back: file, preview, apply, with the worker that really runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.journeys.test_staff_access import look
from tests.support.system import System

pytestmark = [pytest.mark.journey, pytest.mark.once]

NEW = "/admin/exchange/importjob/new/places/"


def test_a_changed_list_comes_back(system: System, log_in: Any) -> None:
    staff = log_in("supervisor")
    page = staff.page
    staff.open("/admin/schedules/place/?q=بلصفورة")
    with page.expect_download() as download:
        page.click("a[href*='/export/places.csv']")
    text = download.value.path().read_text(encoding="utf-8-sig")
    headings, place, *_others = csv.reader(io.StringIO(text, newline=""))
    column = headings.index("المصدر")
    changed = [cell if number != column else "خطاب الوحدة المحلية" for number, cell in enumerate(place)]
    refused = [cell if number != headings.index("النوع") else "قصر" for number, cell in enumerate(place)]
    refused[headings.index("الكود الرسمي")] = "EG-NEW"
    file = io.StringIO()
    csv.writer(file).writerows([headings, changed, refused])

    staff.open(NEW)
    assert look(page) == []
    data = file.getvalue().encode("utf-8-sig")
    page.set_input_files("[name=file]", {"name": "أماكن.csv", "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="فحص الملف").click()
    page.locator("table.lines").wait_for()
    assert look(page) == []
    assert "خطاب الوحدة المحلية" in page.locator("tr", has_text="معدَّل").inner_text()
    assert "«قصر» غير معروف هنا" in page.locator("tr", has_text="مرفوض").inner_text()

    page.get_by_role("button", name="تنفيذ").click()
    page.get_by_text("نُفِّذ سطر واحد.").wait_for()
    staff.open("/admin/schedules/place/?q=بلصفورة")
    page.locator("#result_list tbody a").first.click()
    assert page.input_value("#id_source") == "خطاب الوحدة المحلية"

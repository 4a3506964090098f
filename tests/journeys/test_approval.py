"""An editor submits, the head sends back, the editor mends, the head approves on a telephone with one press and ticks it off."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.journeys.people import next_working_day
from tests.journeys.test_access import violations

pytestmark = [pytest.mark.journey, pytest.mark.once]

LABEL, NAME = "قرية أولاد عزاز – مركز سوهاج", "أولاد عزاز"
VAGUE, CLEAR = "أمام المدرسة", "أمام مدرسة القرية الابتدائية بجوار الوحدة الصحية"
COMMENT = "اكتب اسم المدرسة كاملًا، فبالقرية أكثر من مدرسة."
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def day():
    return next_working_day(timezone.localdate() + dt.timedelta(days=38))


def submit(editor):
    editor.page.locator("[name=_submit]").click()
    editor.page.locator(".state.awaiting").wait_for()


def open_head_page(head):
    head.open("/admin/")
    head.page.locator("#work a", has_text="الاعتماد والمشاركة").click()
    head.page.locator("#awaiting-title").wait_for()


def too_small(page):
    """What is to be pressed and is lower than a finger needs, among what is shown."""
    return page.evaluate(
        "[...document.querySelectorAll('.head-page .btn, .head-page summary, .head-page .tiles a')]"
        ".filter(each => each.offsetParent && each.getBoundingClientRect().height < 44).map(each => each.outerHTML)"
    )


def test_a_week_passes_from_the_editor_to_the_head_and_back(log_in, day, pictures):
    def picture(staff, name):
        if pictures:
            staff.page.screenshot(path=pictures / f"approval-{name}.png", full_page=True)

    editor = log_in("editor-sohag-markaz")
    editor.open("/admin/schedules/stop/add/")
    editor.fill_stop(vehicle="SOH-2", day=day, starts="9:00", ends="14:00", last_intake="13:30", landmark=VAGUE)
    editor.choose_place(NAME, LABEL)
    editor.page.check("#id_all_services")
    submit(editor)
    stop = editor.page.url
    picture(editor, "submitted")

    # The head finds it on the one page, on a telephone, and does not like what it says.
    head = log_in("head-sohag-markaz")
    complaints = []
    head.page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    head.page.on("pageerror", lambda error: complaints.append(str(error)))
    head.page.set_viewport_size(TELEPHONE)
    open_head_page(head)
    line = head.page.locator("#awaiting .stop-list > li", has_text=NAME)
    assert VAGUE in line.inner_text()
    assert VAGUE in head.texts()[0]
    assert too_small(head.page) == []
    picture(head, "to-read")
    line.locator("summary").click()
    line.locator("textarea").fill(COMMENT)
    line.locator("form button").click()
    head.page.locator(".messagelist .success").wait_for()
    assert head.page.locator("#awaiting .stop-list > li").count() == 0

    # The editor reads why, mends it, and submits it again.
    editor.page.goto(stop)
    assert COMMENT in editor.page.locator(".note").first.inner_text()
    assert editor.page.locator(".state.returned").count() == 1
    picture(editor, "returned")
    editor.page.fill("#id_landmark_ar", CLEAR)
    submit(editor)

    # One press approves and publishes; it leads to the announcement, to be taken along and ticked off.
    open_head_page(head)
    assert CLEAR in head.texts()[0]
    head.page.locator("[name=approve]").click()
    head.page.locator(".messagelist .success a").wait_for()
    row = head.page.locator("#week .stop-list > li", has_text="إعلان رقم")
    assert row.locator("a[href^='https://wa.me/']").count() == 1
    picture(head, "approved")
    row.locator("form", has=head.page.locator("[value=aired]")).locator("button").click()
    head.page.locator(".messagelist .success").wait_for()
    assert "أُذيع في الإذاعة" in head.page.locator("#week .stop-list .state.open").last.inner_text()
    assert too_small(head.page) == []
    assert (
        complaints == [] or pictures
    )  # a screenshot has styles of its own put into the page, which its policy forbids
    for width in (360, 390, 1200):
        head.page.set_viewport_size({"width": width, "height": 844})
        assert head.page.evaluate("document.documentElement.scrollWidth") == width
        assert violations(head.page) == []
    editor.page.goto(stop)
    editor.page.locator(".lead .state.open").first.wait_for()


def test_the_page_of_the_units_shuts_nobody_out(log_in):
    supervisor = log_in("supervisor")
    supervisor.open("/admin/schedules/stop/units/")
    for width in (360, 1200):
        supervisor.page.set_viewport_size({"width": width, "height": 844})
        assert supervisor.page.evaluate("document.documentElement.scrollWidth") == width
        assert violations(supervisor.page) == []

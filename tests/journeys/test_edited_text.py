"""A text is edited before it goes out: what is wrong is said while typing, stops the head, and is a supervisor's to bear."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.journeys.people import next_working_day
from tests.support.system import wait_until

pytestmark = [pytest.mark.journey, pytest.mark.once]

TYPED, LABEL, NAME = "بلصفوره", "قرية بلصفورة – مركز سوهاج", "بلصفورة"
LANDMARK = "أمام مدرسة القرية الابتدائية"
REASON = "اليوم متفق عليه مع المحطة وسيصدر تصويب"
WEEKDAYS = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]


def findings(staff):
    return staff.page.locator("[data-editing=social] .findings li")


def write_otherwise(staff, old, new):
    box = staff.page.locator("[data-editing=social] textarea")
    box.fill(box.input_value().replace(old, new))


@pytest.fixture
def day():
    return next_working_day(timezone.localdate() + dt.timedelta(days=31))


def test_a_wrong_weekday_is_found_refused_and_overridden(system, log_in, day, pictures):
    def picture(staff, name):
        if pictures:
            for width in (1200, 360):
                staff.page.set_viewport_size({"width": width, "height": 900})
                staff.page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
            staff.page.set_viewport_size({"width": 1200, "height": 900})

    right, wrong = WEEKDAYS[day.isoweekday() - 1], WEEKDAYS[day.isoweekday() % 7]
    head = log_in("head-sohag-markaz")
    head.open("/admin/schedules/stop/add/")
    head.fill_stop(vehicle="SOH-1", day=day, starts="9:00", ends="14:00", last_intake="13:30", landmark=LANDMARK)
    head.choose_place(TYPED, LABEL)
    head.page.check("#id_all_services")
    head.page.locator("[name=_publish]").click()
    head.page.locator("[data-editing=social]").wait_for()
    preview = head.page.url.removeprefix(system.url)
    assert findings(head).count() == 0

    # While typing: the finding comes and goes without the page being loaded again.
    write_otherwise(head, f"يوم {right}", f"يوم {wrong}")
    findings(head).first.wait_for()
    assert f"«{wrong}»" in findings(head).first.inner_text()
    write_otherwise(head, f"يوم {wrong}", f"يوم {right}")
    findings(head).first.wait_for(state="detached")
    write_otherwise(head, f"يوم {right}", f"يوم {wrong}")
    findings(head).first.wait_for()
    picture(head, "typing")

    # The head cannot publish it; the text stays as it was typed, and the page says who can.
    head.page.locator("[name=publish]").click()
    head.page.locator(".messagelist .error").wait_for()
    assert f"يوم {wrong}" in head.texts()[0]
    assert head.page.locator("#override").count() == 0
    assert "المشرف العام" in head.page.inner_text("#issue")
    picture(head, "refused")

    # The supervisor writes the same, reads what is found in it, and gives a reason.
    supervisor = log_in("supervisor")
    supervisor.open(preview)
    write_otherwise(supervisor, f"يوم {right}", f"يوم {wrong}")
    findings(supervisor).first.wait_for()
    supervisor.page.locator("[name=publish]").click()
    supervisor.page.fill("#override", REASON)
    # The return key checks; it neither publishes nor loses anything.
    supervisor.page.press("#override", "Enter")
    supervisor.page.locator(".state.changed", has_text="معدَّل").wait_for()
    assert supervisor.page.input_value("#override") == REASON
    picture(supervisor, "override")
    edited = supervisor.texts()[0]
    supervisor.page.locator("[name=publish]").click()
    supervisor.page.locator(".messagelist .success").wait_for()

    shown = supervisor.page.inner_text("#content")
    assert REASON in shown
    assert f"«{wrong}»" in shown
    assert supervisor.texts()[0] == edited
    picture(supervisor, "recorded")

    def posts():
        return [
            post
            for post in system.standin_state()["posts"]
            if post["service"] == "facebook" and NAME in post["text"] and LANDMARK in post["text"]
        ]

    wait_until(posts, seconds=5, what="the post as it was edited")
    assert [post["text"] for post in posts()] == [edited]

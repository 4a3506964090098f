"""One fact entered once reaches everyone, and when it changes, everyone is corrected."""

import dataclasses
import datetime as dt
import email
import email.policy
import io
import json
import re
import urllib.request

import docx
import feedparser
import icalendar
import pytest
from django.utils import timezone

from announcements.enums import TextForm
from tests.journeys.people import next_working_day
from tests.support.system import wait_until

pytestmark = pytest.mark.journey

PLACE, NAME, LABEL = "EG260327", "عرابة أبو دهب", "قرية عرابة أبو دهب – مركز سوهاج"
LANDMARK = "أمام دار مناسبات القرية"
SECONDS = 5


@dataclasses.dataclass
class Seen:
    """What every channel shows of the stop at one moment."""

    page: str
    event: icalendar.Event
    titles: list[str]
    jsonld: dict
    api: dict


def look(system, day):
    """Read the stop on `day` wherever a citizen or a machine can."""
    page = system.get(f"/places/{PLACE}/")
    calendar = icalendar.Calendar.from_ical(system.get(f"/places/{PLACE}/calendar.ics"))
    (event,) = [one for one in calendar.walk("VEVENT") if one.decoded("dtstart").date() == day]
    feed = feedparser.parse(system.get(f"/places/{PLACE}/notices.atom"))
    blocks = [
        json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    ]
    events = [one for block in blocks for one in (block if isinstance(block, list) else block.get("@graph", [block]))]
    (jsonld,) = [one for one in events if one["startDate"].startswith(day.isoformat())]
    stops = json.loads(system.get(f"/api/v1/stops/?place={PLACE}&date_from={day}&date_to={day}"))
    (api,) = stops["results"]
    return Seen(page, event, [entry.title for entry in feed.entries], jsonld, api)


def posts_about(system, service):
    return [post for post in system.standin_state()["posts"] if post["service"] == service and NAME in post["text"]]


def mails_about(system):
    """The e-mails about the place as the station reads them, oldest first."""
    found = []
    for mail in system.standin_state()["mails"]:
        with urllib.request.urlopen(f"{system.standin_url}/mail/{mail['number']}", timeout=10) as answer:
            message = email.message_from_bytes(answer.read(), policy=email.policy.default)
        if NAME in message["Subject"]:
            found.append(message)
    return found


def body_of(message):
    return message.get_body(("plain",)).get_content()


@pytest.fixture
def day():
    return next_working_day(timezone.localdate() + dt.timedelta(days=24))


def test_the_story_of_a_stop(system, log_in, citizen, day, pictures):
    picture = (
        (lambda page, name: page.screenshot(path=pictures / f"{name}.png", full_page=True))
        if pictures
        else (lambda *_: None)
    )

    # 1. The editor drafts, and is refused with sentences beside the fields.
    editor = log_in("editor-sohag-markaz")
    editor.open("/admin/schedules/stop/add/")
    friday = day + dt.timedelta(days=(5 - day.isoweekday()) % 7)
    editor.fill_stop(vehicle="SOH-1", day=friday, starts="9:00", ends="8:00", last_intake="", landmark=LANDMARK)
    editor.choose_place("عرابه ابو دهب", LABEL)
    editor.save()
    assert set(editor.refusals()) == {"ends_at", "off_day_reason", "services", "landmark_confirmed"}
    assert editor.page.input_value("#id_landmark_ar") == LANDMARK
    editor.fill_stop(vehicle="SOH-1", day=day, starts="٩:٠٠", ends="14:00", last_intake="13:30", landmark=LANDMARK)
    editor.page.check("#id_all_services")
    editor.page.locator(".field-payment_means input").first.check()
    editor.save()
    editor.page.locator(".messagelist .success").wait_for()

    editor.open("/admin/schedules/stop/add/")
    editor.fill_stop(
        vehicle="SOH-1", day=day, starts="13:00", ends="15:00", last_intake="", landmark="بجوار الوحدة الصحية"
    )
    editor.choose_place("بلصفوره", "قرية بلصفورة – مركز سوهاج")
    editor.page.check("#id_all_services")
    editor.save()
    refusals = editor.refusals()
    assert set(refusals) == {"vehicle"}
    assert LABEL in refusals["vehicle"]
    picture(editor.page, "refusal")

    # Nothing is public yet, and the editor cannot make it so.
    assert LANDMARK not in system.get(f"/places/{PLACE}/")

    # 2. The head of the unit reads every text and publishes.
    head = log_in("head-sohag-markaz")
    head.open("/admin/schedules/stop/?state=draft")
    head.page.locator("#result_list tr", has_text=LABEL).locator("a").first.click()
    stop_address = head.page.url.removeprefix(system.url)
    head.page.locator("a.btn", has_not=head.page.locator(".danger")).first.click()
    previewed = head.texts()
    assert len(previewed) == len(TextForm)
    assert all(NAME in text for text in previewed)
    picture(head.page, "preview")
    published_at = dt.datetime.now(dt.UTC)
    head.page.locator("[name=publish]").click()
    head.page.locator(".messagelist .success").wait_for()
    assert head.texts() == previewed

    # 3. Within five seconds the worker has delivered to every channel.
    wait_until(
        lambda: posts_about(system, "facebook") and posts_about(system, "telegram") and mails_about(system),
        seconds=SECONDS,
        what="the delivery to every channel",
    )
    (post,), (message,), (mail,) = posts_about(system, "facebook"), posts_about(system, "telegram"), mails_about(system)
    number = re.search(r"إعلان رقم (\d+/\d{4})", post["text"])[1]
    assert message["text"] == post["text"] == previewed[0]
    script = body_of(mail)
    assert NAME in script
    assert not re.search(r"[0-9٠-٩()]", script)
    (attachment,) = mail.iter_attachments()
    assert NAME in "\n".join(
        paragraph.text for paragraph in docx.Document(io.BytesIO(attachment.get_content())).paragraphs
    )
    files = [path for path in (system.var / "radio").rglob("*.txt") if NAME in path.read_text(encoding="utf-8-sig")]
    assert len(files) == 1
    assert (dt.datetime.now(dt.UTC) - published_at).total_seconds() < 2 * SECONDS

    # 4. Citizens find the village however it is spelt, and every machine reads the same.
    page = citizen
    for typed in ("عرابة أبو دهب", "عرابه ابو دهب", "قرية عَرابة أبُو دهب", "عـرابة ابو دهب"):
        page.goto(f"{system.url}/")
        page.fill("[name=q]", typed)
        page.locator("form button").first.click()
        if PLACE not in page.url:
            page.locator("main a", has_text=NAME).first.click()
        assert page.url.endswith(f"/places/{PLACE}/")
        assert LANDMARK in page.inner_text("main")
    picture(page, "place-360")
    told = look(system, day)
    assert (told.event["SEQUENCE"], told.event["STATUS"]) == (0, "CONFIRMED")
    assert told.jsonld["eventStatus"].endswith("EventScheduled")
    assert told.titles[0].startswith(f"إعلان رقم {number}")
    assert told.api["status"] == "scheduled"

    # 5a. The hours change: a new notice cites the old one, and everybody is corrected.
    head.open(stop_address)
    head.set_hours(starts="11:00", ends="15:00", last_intake="14:30")
    head.page.locator("[name=_publish]").click()
    head.show_texts("network")
    head.page.locator("[name=publish]").click()
    wait_until(lambda: posts_about(system, "facebook")[0]["edits"] == 1, seconds=SECONDS, what="the edit on Facebook")
    wait_until(lambda: posts_about(system, "telegram")[0]["edits"] == 1, seconds=SECONDS, what="the edit on Telegram")
    wait_until(lambda: len(mails_about(system)) == 2, seconds=SECONDS, what="the correction for the radio")
    (post,) = posts_about(system, "facebook")
    assert f"الإعلان رقم {number}" in post["text"]
    assert "11:00" in post["text"]
    assert "عطل في شبكة الاتصال" in post["text"]
    assert posts_about(system, "telegram")[0]["text"] == post["text"]
    first, second = mails_about(system)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert "الحادية عشرة" in body_of(second)
    changed = look(system, day)
    assert (changed.event["UID"], changed.event["SEQUENCE"]) == (told.event["UID"], 1)
    assert changed.event.decoded("dtstart").time() == dt.time(11)
    assert changed.jsonld["eventStatus"].endswith("EventRescheduled")
    assert "T09:00" in changed.jsonld["previousStartDate"]
    assert changed.titles[0].startswith("تنويه رقم")
    assert changed.titles[1].startswith(f"إعلان رقم {number}")
    assert "T11:00" in changed.api["starts"]

    # 5b. Then it is cancelled: nothing public vanishes, and everybody says so.
    head.open(re.sub(r"(\d+)/change/.*", r"\1/cancel/", stop_address))
    head.show_texts("weather")
    head.page.locator("[name=cancel]").click()
    wait_until(lambda: posts_about(system, "facebook")[0]["edits"] == 2, seconds=SECONDS, what="the edit on Facebook")
    wait_until(lambda: posts_about(system, "telegram")[0]["edits"] == 2, seconds=SECONDS, what="the edit on Telegram")
    wait_until(lambda: len(mails_about(system)) == 3, seconds=SECONDS, what="the cancellation for the radio")
    (post,) = posts_about(system, "facebook")
    assert "إلغاء" in post["text"]
    assert "بشأن التنويه رقم" in post["text"]
    assert "أُلغي" in body_of(mails_about(system)[2])
    cancelled = look(system, day)
    assert (cancelled.event["UID"], cancelled.event["SEQUENCE"], cancelled.event["STATUS"]) == (
        told.event["UID"],
        2,
        "CANCELLED",
    )
    assert cancelled.jsonld["eventStatus"].endswith("EventCancelled")
    assert cancelled.api["status"] == "cancelled"
    assert [title.split()[0] for title in cancelled.titles[:3]] == ["تنويه", "تنويه", "إعلان"]
    page.goto(f"{system.url}/places/{PLACE}/")
    page.reload()  # a browser may show its own copy for half a minute
    assert "سوء الأحوال الجوية" in page.inner_text("main")
    picture(page, "cancelled-360")
    old = system.get(f"/notices/sohag-markaz/{number.split('/')[1]}/{number.split('/')[0]}/")
    assert "حل محله" in old or "حلّ محله" in old

    # The ledger accounts for every delivery.
    # Of this stop: other journeys may have used the same running product.
    head.open(f"/admin/announcements/delivery/?q={NAME}")
    states = head.page.locator("#result_list .state").all_inner_texts()
    assert len(states) == 3 * 4  # three notices in four channels
    assert set(states) == {"أُرسل"}
    picture(head.page, "ledger")

    # 6. The week's texts are copied or downloaded, and what was done by hand is recorded.
    head.open("/admin/announcements/notice/")
    head.page.locator("#result_list a", has_text="تنويه").first.click()
    with head.page.expect_download() as download:
        head.page.locator("a[download][href*=docx]").last.click()
    paragraphs = [one.text for one in docx.Document(download.value.path()).paragraphs]
    assert any(NAME in text for text in paragraphs)
    head.page.locator("[name=kind][value=aired]").check()
    head.page.fill("[name=note]", "نشرة الظهيرة")
    head.page.locator("form[action*=acknowledge] .btn").click()
    head.page.locator(".acknowledgements").wait_for()
    assert "نشرة الظهيرة" in head.page.inner_text(".acknowledgements")
    assert "head-sohag-markaz" in head.page.inner_text(".acknowledgements")

"""static/js/site.js in a real browser: listening with voices that the device is said to have, copying and sending on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django.live_server_helper import LiveServer

from tests.factories.schedules import CAIRO, PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory

pytestmark = pytest.mark.once

# The voices and the speaker belong to the device: what stands in for them here speaks nothing and reports what it was told.
DEVICE = """
window.said = [];
window.tongues = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const engine = {
  voices: VOICES,
  getVoices() { return this.voices; },
  addEventListener(name, tell) { this.tell = tell; },
  speak(each) { said.push(each.text); tongues.push(each.lang); this.now = each; },
  cancel() { const each = this.now; this.now = null; if (each) setTimeout(() => each.onerror({ error: "canceled" })); },
  finish() { const each = this.now; this.now = null; each.onend({}); },
};
Object.defineProperty(window, "speechSynthesis", { value: engine });
Object.defineProperty(navigator, "share", { value: async (what) => { window.shared = what; } });
"""
ENGLISH = [{"lang": "en-GB", "localService": True}]
ARABIC = [{"lang": "ar-SA", "localService": True}, {"lang": "ar-EG", "localService": True}]


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    opened = browser.new_context(locale="ar-EG", timezone_id="Africa/Cairo", service_workers="block")
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


def open_with(context: Any, address: str, voices: list[dict[str, Any]]) -> Any:
    page = context.new_page()
    page.add_init_script(DEVICE.replace("VOICES", json.dumps(voices)))
    page.goto(address)
    return page


def test_answer_is_read_sentence_by_sentence_paused_stopped_and_repeated(live_server: LiveServer, context: Any) -> None:
    GovernorateFactory(general_documents_ar="أصل البطاقة")
    tomorrow = dt.datetime.now(CAIRO).date() + dt.timedelta(days=1)
    StopRevisionFactory(place=PlaceFactory(code="P1", name_ar="بلصفورة"), date=tomorrow)
    page = open_with(context, f"{live_server.url}/places/P1/", ARABIC)
    play, stop = page.locator(".listen button").all()

    assert (play.inner_text(), stop.is_visible()) == ("استمع", False)
    play.click()
    assert (play.inner_text(), stop.is_visible()) == ("إيقاف مؤقت", True)
    assert page.evaluate("[speechSynthesis.now.voice.lang, speechSynthesis.now.lang]") == ["ar-EG", "ar-EG"]
    page.evaluate("speechSynthesis.finish()")
    assert page.evaluate("said.length") == 2

    # A pause goes on with the sentence it broke off.
    play.click()
    assert play.inner_text() == "متابعة الاستماع"
    play.click()
    said = page.evaluate("said")
    assert said[1] == said[2]

    # To the end: every word of the answer, and from the beginning once more.
    while page.evaluate("Boolean(speechSynthesis.now)"):
        page.evaluate("speechSynthesis.finish()")
    said = page.evaluate("said")
    text = page.locator(".listen").get_attribute("data-text")
    assert " ".join([said[0], *said[2:]]).split() == text.split()
    assert (play.inner_text(), stop.is_visible()) == ("استمع مرة أخرى", False)
    play.click()
    assert page.evaluate("said.at(-1)") == said[0]

    stop.click()
    assert (play.inner_text(), stop.is_visible()) == ("استمع", False)
    assert page.evaluate("speechSynthesis.now") is None
    assert page.evaluate("document.activeElement.textContent.trim()") == "استمع"

    # Whoever leaves the page is not followed by its voice.
    play.click()
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert page.evaluate("speechSynthesis.now") is None

    # Sent on: the link with words that say it was copied, and the sheet of the device.
    page.get_by_role("button", name="نسخ الرابط").click()
    page.get_by_role("status").get_by_text("نُسخ الرابط.", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "http://testserver/places/P1/"
    page.get_by_role("button", name="إرسال بطريقة أخرى").click()
    assert page.evaluate("shared.url") == "http://testserver/places/P1/"
    assert page.evaluate("shared.text").startswith("تتواجد سيارة المركز التكنولوجي المتنقل بقرية بلصفورة")

    # Voices of others send the text away, and voices of another language cannot read it.
    for voices in ([], [{"lang": "en-US", "localService": True}], [{"lang": "ar-EG", "localService": False}]):
        page = open_with(context, f"{live_server.url}/places/P1/", voices)
        assert page.locator(".listen").is_hidden()
    # Some devices tell of their voices late.
    page.evaluate(f"speechSynthesis.voices = {json.dumps(ARABIC)}; speechSynthesis.tell()")
    assert page.locator(".listen").is_visible()
    assert open_with(context, f"{live_server.url}/en/places/P1/", ARABIC).locator(".listen").is_hidden()


def told(page: Any) -> list[list[str]]:
    """All that the page says from its beginning, each piece with the language of the voice."""
    page.locator(".listen button").first.click()
    while page.evaluate("Boolean(speechSynthesis.now)"):
        page.evaluate("speechSynthesis.finish()")
    pieces: list[list[str]] = page.evaluate("said.map((words, number) => [tongues[number], words])")
    return pieces


@time_machine.travel(dt.datetime(2027, 3, 1, 8, tzinfo=CAIRO), tick=True)
def test_long_sentences_break_at_commas_and_foreign_names_are_said_in_their_own_voice(
    live_server: LiveServer, context: Any
) -> None:
    GovernorateFactory(general_documents_ar="", general_documents_en="")
    unit = DistrictFactory(name_ar="نقادة", name_en="Naqada")
    landmark = "بجوار مدرسة السلام الابتدائية المشتركة القديمة ومبنى الوحدة الصحية ومركز الشباب"
    StopRevisionFactory(
        place=PlaceFactory(code="P1", name_ar="بلصفورة", name_en="", district=unit),
        date=dt.date(2027, 3, 7),
        landmark_ar=landmark,
        landmark_en="St. George",
        last_intake=None,
    )
    centre = "سيارة المركز التكنولوجي المتنقل"

    said = told(open_with(context, f"{live_server.url}/places/P1/", ARABIC))

    assert said[:-1] == [
        ["ar-EG", f"تتواجد {centre} بقرية بلصفورة، التابعة لمركز نقادة، {landmark}،"],
        [
            "ar-EG",
            "يوم الأحد الموافق السابع من مارس، من الساعة التاسعة صباحًا وحتى الساعة الثانية ظهرًا.",
        ],
    ]
    page = open_with(context, f"{live_server.url}/en/places/P1/", ENGLISH)
    assert page.locator(".listen").is_hidden()
    page = open_with(context, f"{live_server.url}/en/places/P1/", ENGLISH + ARABIC)
    assert told(page) == [
        ["en-GB", "The mobile technology centre comes to"],
        ["ar-EG", "قرية بلصفورة – مركز نقادة"],
        ["en-GB", "St. George. Sunday 7 March 2027, from 9:00 am to 2:00 pm."],
    ]

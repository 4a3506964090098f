"""What the public pages hand out beside their text: words to be read aloud, lines to send on, links to calendars."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import time_machine
from django.test import Client

from announcements.enums import NoticeKind, TextForm
from schedules.enums import RevisionState
from sohag_mobile.models import bump_content_version
from tests.factories.announcements import NoticeFactory, NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE, HolidayFactory, PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory, VehicleFactory

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)  # Sunday 29 November 2026
WHERE = "قرية بلصفورة، التابعة لمركز نقادة، أمام مركز شباب القرية"
ON_SUNDAY = "يوم الأحد الموافق التاسع والعشرين من نوفمبر"
NINE_TO_TWO = "من الساعة التاسعة صباحًا وحتى الساعة الثانية ظهرًا"
LATE = "تتأخر التقاويم في التحديث، وبعضها لا يُحدَّث إلا مرة في اليوم. التغييرات العاجلة تجدونها على الصفحة وفي الإذاعة."
NOON = MORNING.replace(hour=12)


@pytest.fixture
def place() -> Any:
    GovernorateFactory(general_documents_ar="أصل البطاقة", general_documents_en="your identity card")
    return PlaceFactory(
        code="P1",
        name_ar="بلصفورة",
        name_en="Balasfurah",
        district=DistrictFactory(slug="naqada", name_ar="نقادة", name_en="Naqada"),
    )


def fetch(client: Client, path: str, at: dt.datetime = MORNING) -> str:
    with time_machine.travel(at, tick=False):
        response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def attribute(page: str, name: str) -> str | None:
    found = re.search(rf'{name}="([^"]*)"', page)
    return html.unescape(found[1]) if found else None


def spoken(client: Client, path: str, at: dt.datetime = MORNING) -> list[str]:
    return (attribute(fetch(client, path, at), "data-text") or "").splitlines()


def links(page: str, host: str) -> list[str]:
    return [
        html.unescape(url) for url in re.findall(r'href="([^"]+)"', page) if urlsplit(html.unescape(url)).netloc == host
    ]


def test_place_page_says_aloud_what_it_shows(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)
    StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=1))

    page = fetch(client, "/places/P1/")

    assert attribute(page, "data-language") == "ar"
    assert spoken(client, "/places/P1/") == [
        f"تتواجد سيارة المركز التكنولوجي المتنقل ب{WHERE}، اليوم، {ON_SUNDAY}، {NINE_TO_TWO}.",
        "وآخر موعد لاستقبال الطلبات الساعة الواحدة والنصف ظهرًا.",
        "ونكرر: قرية بلصفورة، يوم الأحد.",
        "وعلى الراغبين في الحصول على الخدمة إحضار أصل البطاقة.",
        f"والزيارة التالية غدًا، يوم الاثنين الموافق الثلاثين من نوفمبر، {NINE_TO_TWO}.",
    ]


@pytest.mark.parametrize(
    ("facts", "at", "expected"),
    [
        ({}, MORNING, ["The mobile technology centre comes to"]),
        ({}, NOON, ["The mobile technology centre is now in"]),
        (
            {},
            NOON.replace(hour=13, minute=40),
            ["The mobile technology centre in Balasfurah – Naqada takes no more requests"],
        ),
        ({"state": RevisionState.CANCELLED}, MORNING, ["Cancelled: the visit", "No coming visit"]),
        ({"state": RevisionState.POSTPONED}, MORNING, ["Postponed: the visit", "No coming visit"]),
        (
            {"state": RevisionState.STOPPED, "stopped_at": dt.time(11)},
            NOON,
            ["The mobile technology centre in Balasfurah – Naqada stopped working", "No coming visit"],
        ),
        ({"place": "P2"}, MORNING, ["The mobile technology centre does not come to Balasfurah", "No coming visit"]),
        ({"starts_at": dt.time(10)}, MORNING, ["The mobile technology centre comes to"]),
    ],
    ids=["coming", "open", "late", "cancelled", "postponed", "stopped", "moved", "changed"],
)
def test_place_page_says_every_state_in_english(
    client: Client, place: Any, facts: dict[str, Any], at: dt.datetime, expected: list[str]
) -> None:
    first = StopRevisionFactory(place=place)
    if "place" in facts:
        facts = {"place": PlaceFactory(code=facts["place"], district=place.district)}
    if facts:
        StopRevisionFactory(stop=first.stop, **facts)

    page = fetch(client, "/en/places/P1/", at)
    lines = spoken(client, "/en/places/P1/", at)

    assert attribute(page, "data-language") == "en"
    told = [line for line in lines if not line.startswith("Bring: ")]
    assert [line[: len(start)] for line, start in zip(told, expected, strict=False)] == expected
    assert re.findall(r"[؀-ۿ]+", " ".join(lines)) == []


def test_change_is_said_in_english_with_what_was_before(client: Client, place: Any) -> None:
    first = StopRevisionFactory(place=place)
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(10), last_intake=None)

    told, _ = spoken(client, "/en/places/P1/")
    assert told == (
        "The mobile technology centre comes to Balasfurah – Naqada, In front of the youth centre. Today, Sunday 29 November"
        " 2026, from 10:00 am to 2:00 pm. This is a change. It was planned from 9:00 am to 2:00 pm."
    )
    told, _ = spoken(client, "/en/places/P1/", NOON)
    assert told == (
        "The mobile technology centre is now in Balasfurah – Naqada, In front of the youth centre, until 2:00 pm."
        " This is a change. It was planned from 9:00 am to 2:00 pm."
    )


def test_move_is_said_in_english_with_the_former_day_and_place(client: Client, place: Any) -> None:
    elsewhere = PlaceFactory(name_en="Nasir", district=place.district)
    first = StopRevisionFactory(place=elsewhere)
    StopRevisionFactory(stop=first.stop, place=place, date=STOP_DATE + dt.timedelta(days=1), last_intake=None)

    told, _ = spoken(client, "/en/places/P1/")

    assert told.split(". ", 2)[2] == (
        "This is a change. It was planned for Sunday 29 November 2026, from 9:00 am to 2:00 pm."
        " The place announced before was Nasir – Naqada."
    )


def test_first_page_says_today_and_tomorrow(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)
    HolidayFactory(name_ar="عيد العمال")

    assert [line.split("،")[0] for line in spoken(client, "/")] == [
        "مواعيد تواجد سيارات المراكز التكنولوجية المتنقلة.",
        "اليوم",
        "قرية بلصفورة",
        "غدًا",
    ]
    assert [line.split(",")[0] for line in spoken(client, "/en/")] == [
        "Where the mobile technology centres stand.",
        "Today",
        "Balasfurah – Naqada",
        "Tomorrow",
    ]


@pytest.mark.parametrize(
    ("states", "hour", "arabic", "english"),
    [
        ((), 8, "لم تُعلن زيارات.", "no visit has been announced."),
        (("held",), 13, "", ""),
        (("cancelled",), 13, "", ""),
        (("held", "cancelled"), 14, "انتهت زيارات اليوم.", "the visits of today are over."),
        (("cancelled",), 14, "أُلغيت زيارات اليوم.", "the visits of today were cancelled."),
        (
            ("cancelled", "postponed"),
            14,
            "أُلغيت زيارات اليوم أو تأجلت.",
            "the visits of today were cancelled or postponed.",
        ),
    ],
)
def test_a_day_tells_over_cancelled_and_none_apart(
    client: Client, place: Any, states: tuple[str, ...], hour: int, arabic: str, english: str
) -> None:
    for state in states:
        first = StopRevisionFactory(place=place)
        if state != "held":
            StopRevisionFactory(stop=first.stop, state=RevisionState(state))
    StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=1))
    at = MORNING.replace(hour=hour, minute=0)

    for path in ("/", "/calendar/"):
        assert spoken(client, path, at)[1] == f"اليوم، {ON_SUNDAY}{f': {arabic}' if arabic else '.'}"
        told = spoken(client, f"/en{path}", at)[1]
        assert told == f"Today, Sunday 29 November 2026{f': {english}' if english else '.'}"


def test_weekly_day_off_is_said_as_the_page_shows_it(client: Client, place: Any) -> None:
    friday = MORNING - dt.timedelta(days=2)

    assert spoken(client, "/", friday)[1:] == [
        "اليوم، يوم الجمعة الموافق السابع والعشرين من نوفمبر: راحة أسبوعية، لا تعمل السيارات.",
        "غدًا، يوم السبت الموافق الثامن والعشرين من نوفمبر: راحة أسبوعية، لا تعمل السيارات.",
    ]
    assert spoken(client, "/en/", friday)[1] == ("Today, Friday 27 November 2026: weekly day off, no vehicle stands.")


def test_week_page_says_what_is_still_to_come_of_it(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)
    tuesday = STOP_DATE + dt.timedelta(days=2)
    StopRevisionFactory(place=place, date=tuesday)
    at = dt.datetime.combine(tuesday, dt.time(8), tzinfo=CAIRO)

    lines = spoken(client, "/calendar/2026-W49/", at)

    assert lines[0].startswith("مواعيد تواجد سيارات المراكز التكنولوجية المتنقلة، من يوم السبت الموافق الثامن والعشرين")
    assert [line for line in lines if "قرية" in line] == [
        f"قرية بلصفورة، التابعة لمركز نقادة، أمام مركز شباب القرية، {NINE_TO_TWO}."
    ]
    assert attribute(fetch(client, "/calendar/2026-W49/", at + dt.timedelta(days=7)), "data-text") is None


def test_narrowed_week_says_what_it_is_of(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)
    StopRevisionFactory(district=DistrictFactory(slug="naqada2", name_ar="قوص"), date=STOP_DATE + dt.timedelta(days=1))

    lines = spoken(client, "/calendar/?district=naqada2")

    assert lines[0].endswith("وحتى يوم الجمعة الموافق الرابع من ديسمبر: مركز قوص.")
    assert lines[1] == f"اليوم، {ON_SUNDAY}: لم تُعلن زيارات."
    assert spoken(client, "/en/calendar/?district=naqada")[0] == (
        "Where the mobile technology centres stand, from Saturday 28 November 2026 to Friday 4 December 2026: Naqada."
    )


def test_long_list_is_told_as_far_as_anybody_listens(client: Client, place: Any) -> None:
    first = StopRevisionFactory(place=place)
    for number in range(1, 32):
        StopRevisionFactory(place=place, services=[], payment_means=[], starts_at=dt.time(9, number))

    arabic, english = spoken(client, "/"), spoken(client, "/en/")

    assert len([line for line in arabic if first.place.name_ar in line]) == 30
    assert arabic[-1] == "وبقية المواعيد مكتوبة في الصفحة."
    assert len([line for line in english if first.place.name_en in line]) == 30
    assert english[-1] == "The other visits are written on the page."


def test_notice_page_says_the_radio_script_and_first_that_it_no_longer_holds(client: Client, place: Any) -> None:
    first = StopRevisionFactory(place=place)
    texts = {TextForm.SOCIAL: "للعين", TextForm.RADIO: "للأذن"}
    NoticeItemFactory(notice=NoticeFactory(district=place.district, texts=texts), revision=first)
    page = "/notices/naqada/2026/1/"
    assert spoken(client, page) == ["للأذن"]
    assert spoken(client, f"/en{page}") == ["للأذن"]

    newer = NoticeFactory(district=place.district, kind=NoticeKind.CANCELLATION)
    NoticeItemFactory(notice=newer, revision=StopRevisionFactory(stop=first.stop, state=RevisionState.CANCELLED))

    bump_content_version()
    assert spoken(client, page) == [
        "هذا الإعلان لم يعد ساريًا.",
        "ويُرجع بدلًا منه إلى التنويه رقم اثنين لسنة ألفين وست وعشرين.",
    ]


def test_notice_without_a_script_is_not_read(client: Client, place: Any) -> None:
    NoticeItemFactory(notice=NoticeFactory(district=place.district, texts={TextForm.SOCIAL: "للعين"}))

    assert "data-text" not in fetch(client, "/notices/naqada/2026/1/")


def test_place_page_says_that_one_of_two_vehicles_stays_away(client: Client, place: Any) -> None:
    first = StopRevisionFactory(place=place)
    StopRevisionFactory(place=place)
    StopRevisionFactory(stop=first.stop, place=place, state=RevisionState.CANCELLED)

    lines = spoken(client, "/places/P1/")
    english = spoken(client, "/en/places/P1/")
    sent = attribute(fetch(client, "/places/P1/"), "data-share") or ""

    assert lines[0] == f"أُلغي تواجد إحدى سيارتي المركزين التكنولوجيين المتنقلين ب{WHERE}."
    assert lines[2] == f"تتواجد سيارة المركز التكنولوجي المتنقل ب{WHERE}، اليوم، {ON_SUNDAY}، {NINE_TO_TWO}."
    assert english[0].startswith(
        "Cancelled: the visit of one of the mobile technology centres to Balasfurah – Naqada. "
    )
    assert sent.startswith("أُلغي تواجد إحدى سيارتي المركزين التكنولوجيين المتنقلين بقرية بلصفورة – مركز نقادة، ")


def test_next_visit_is_not_that_of_a_vehicle_which_stands_there_as_well(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)
    StopRevisionFactory(place=place)

    assert [line for line in spoken(client, "/places/P1/") if line.startswith("والزيارة التالية")] == []


# --- sent on -----------------------------------------------------------------------------------------------------------


def test_place_page_is_sent_on_with_place_day_hours_and_its_address(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)

    page = fetch(client, "/places/P1/")

    text = attribute(page, "data-share")
    assert text == (
        "تتواجد سيارة المركز التكنولوجي المتنقل بقرية بلصفورة – مركز نقادة، أمام مركز شباب القرية، يوم الأحد الموافق 29 نوفمبر"
        " 2026، من الساعة 9:00 صباحًا حتى الساعة 2:00 ظهرًا. وآخر موعد لاستقبال الطلبات الساعة 1:30 ظهرًا."
    )
    (whatsapp,), (telegram,) = links(page, "wa.me"), links(page, "t.me")
    assert parse_qs(urlsplit(whatsapp).query) == {"text": [f"{text}\nhttp://testserver/places/P1/"]}
    assert "+" not in whatsapp
    assert parse_qs(urlsplit(telegram).query) == {"text": [text], "url": ["http://testserver/places/P1/"]}
    assert attribute(page, "data-copy") == "http://testserver/places/P1/"


def test_what_is_sent_on_in_english_names_dates_and_not_today(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)

    assert attribute(fetch(client, "/en/places/P1/", NOON), "data-share") == (
        "The mobile technology centre comes to Balasfurah – Naqada, In front of the youth centre."
        " Sunday 29 November 2026, from 9:00 am to 2:00 pm. The last request is taken at 1:30 pm."
    )


def test_what_is_sent_on_in_english_tells_what_is_no_longer_so(client: Client, place: Any) -> None:
    first = StopRevisionFactory(place=place)
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(10), last_intake=None)

    assert (attribute(fetch(client, "/en/places/P1/"), "data-share") or "").endswith(
        " Sunday 29 November 2026, from 10:00 am to 2:00 pm. This is a change. It was planned from 9:00 am to 2:00 pm."
    )


@pytest.mark.parametrize(
    ("path", "address", "text"),
    [
        (
            "/calendar/",
            "/calendar/2026-W49/",
            "مواعيد تواجد سيارات المراكز التكنولوجية المتنقلة من 28 نوفمبر 2026 حتى 4 ديسمبر 2026",
        ),
        (
            "/calendar/2026-W49/?district=naqada",
            "/calendar/2026-W49/?district=naqada",
            "مواعيد تواجد سيارات المراكز التكنولوجية المتنقلة من 28 نوفمبر 2026 حتى 4 ديسمبر 2026: مركز نقادة",
        ),
        (
            "/en/calendar/?district=naqada&vehicle=V1",
            "/en/calendar/2026-W49/?district=naqada&vehicle=V1",
            "Visits of the mobile technology centres from 28 November 2026 to 4 December 2026: Naqada, First vehicle",
        ),
        ("/districts/naqada/", "/districts/naqada/", "مواعيد تواجد سيارة المركز التكنولوجي المتنقل: مركز نقادة"),
        ("/en/districts/naqada/", "/en/districts/naqada/", "Visits of the mobile technology centre: Naqada"),
        ("/vehicles/V1/", "/vehicles/V1/", "مواعيد تواجد سيارة المركز التكنولوجي المتنقل الأولى"),
        ("/en/vehicles/V1/", "/en/vehicles/V1/", "Visits of First vehicle"),
    ],
)
def test_lists_are_sent_on_by_what_they_are(client: Client, place: Any, path: str, address: str, text: str) -> None:
    VehicleFactory(code="V1", name_ar="سيارة المركز التكنولوجي المتنقل الأولى", name_en="First vehicle")

    page = fetch(client, path)

    assert attribute(page, "data-share") == text
    assert [parse_qs(urlsplit(link).query)["text"] for link in links(page, "wa.me")] == [
        [f"{text}\nhttp://testserver{address}"]
    ]
    assert attribute(page, "data-copy") == f"http://testserver{address}"


def test_lists_are_sent_on_with_their_next_visits(client: Client, place: Any) -> None:
    for days in range(7):
        first = StopRevisionFactory(place=place, district=place.district, date=STOP_DATE + dt.timedelta(days=days))
        if days == 0:
            StopRevisionFactory(stop=first.stop, state=RevisionState.CANCELLED)
    first_line = (
        "قرية بلصفورة – مركز نقادة، يوم الاثنين الموافق 30 نوفمبر 2026، من الساعة 9:00 صباحًا حتى الساعة 2:00 ظهرًا."
    )

    title, *visits, rest = (attribute(fetch(client, "/districts/naqada/"), "data-share") or "").splitlines()
    assert title == "مواعيد تواجد سيارة المركز التكنولوجي المتنقل: مركز نقادة"
    assert (visits[0], len(visits), rest) == (first_line, 5, "وبقية المواعيد في الصفحة.")
    # A week ends on Friday: five are all of it.
    _, *visits = (attribute(fetch(client, "/calendar/2026-W49/"), "data-share") or "").splitlines()
    assert (visits[0], len(visits)) == (first_line, 5)
    _, visit, *visits = (attribute(fetch(client, "/en/districts/naqada/"), "data-share") or "").splitlines()
    assert visit == ("Balasfurah – Naqada. Monday 30 November 2026, from 9:00 am to 2:00 pm.")
    assert visits[4:] == ["The other visits are on the page."]


# --- calendars ---------------------------------------------------------------------------------------------------------


def test_visit_goes_to_google_by_the_clock_on_the_wall(client: Client, place: Any) -> None:
    StopRevisionFactory(place=place)

    (link,) = links(fetch(client, "/places/P1/"), "calendar.google.com")

    assert parse_qs(urlsplit(link).query) == {
        "action": ["TEMPLATE"],
        "text": ["سيارة المركز التكنولوجي: قرية بلصفورة – مركز نقادة"],
        "dates": ["20261129T090000/20261129T140000"],
        "ctz": ["Africa/Cairo"],
        "location": ["أمام مركز شباب القرية, قرية بلصفورة – مركز نقادة"],
        "details": [f"http://testserver/places/P1/\n{LATE}"],
    }


def test_place_without_a_visit_has_nothing_for_google(client: Client, place: Any) -> None:
    assert links(fetch(client, "/places/P1/"), "calendar.google.com") == []


@pytest.mark.parametrize("path", ["/places/P1/", "/districts/naqada/", "/calendar/2026-W49/", "/en/places/P1/"])
def test_lists_can_be_subscribed_to(client: Client, place: Any, path: str) -> None:
    page = fetch(client, path)

    (feed,) = re.findall(r'href="(webcal:[^"]+)"', page)
    expected = {"/calendar/2026-W49/": "/"}.get(path, path)
    assert unquote(feed) == f"webcal://testserver{expected}calendar.ics"
    assert client.get(urlsplit(feed).path)["Content-Type"] == "text/calendar; charset=utf-8"

"""What holds for every type of public page: its markup, its languages, its digits."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client, override_settings

from announcements.enums import TextForm
from schedules.enums import RevisionState
from tests.factories.announcements import NoticeFactory, NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE, HolidayFactory, PlaceFactory, StopRevisionFactory
from tests.factories.services import CategoryFactory, DocumentFactory, FeeFactory, OfferFactory, ServiceFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory, VehicleFactory
from tests.support.markup import Document

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOON = dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=CAIRO)
PAGES = {
    "home": "/", "found": "/?q=بلصفورة 15", "not found": "/?q=xyz", "place": "/places/P1/", "place without": "/places/P2/",
    "place away": "/places/P3/", "not served": "/places/P4/", "districts": "/districts/", "district": "/districts/naqada/",
    "vehicle": "/vehicles/V1/", "this week": "/calendar/", "week": "/calendar/2026-W48/", "month": "/calendar/2026-11/",
    "filtered": "/calendar/2026-W49/?district=naqada&vehicle=V1&service=form-7", "empty week": "/calendar/2027-W09/",
    "empty filter": "/calendar/2026-12/?vehicle=V9", "services": "/services/", "service": "/services/form-7/",
    "ended": "/services/ended/", "notices": "/notices/", "archive": "/notices/?district=naqada&year=2026",
    "map": "/map/", "map of a day": f"/map/{STOP_DATE + dt.timedelta(weeks=1)}/", "near": "/near/", "denied": "/near/denied/",
    "notice": "/notices/naqada/2026/1/", "correction": "/notices/naqada/2026/2/", "error": "/nothing/",
    "open data": "/open-data/",
}  # fmt: skip
LATIN = re.compile("[A-Za-z]")


@pytest.fixture
def world() -> None:
    """Something on every page, in Arabic alone and with numbers in every name."""
    GovernorateFactory(name_en="", general_documents_ar="صورتان 4×6", contact_phone="093 2300000")
    only_arabic = {"name_en": "", "fixed_centre_name_en": "", "contact_phone": "093 2300000"}
    unit = DistrictFactory(slug="naqada", name_ar="نقادة 2", **only_arabic)
    other = DistrictFactory(slug="qus", name_ar="قوص", **only_arabic)
    vehicle = VehicleFactory(code="V1", name_ar="السيارة رقم 1", name_en="")
    VehicleFactory(code="V9", name_ar="السيارة رقم 9", name_en="")
    category = CategoryFactory(name_ar="القانون 154", name_en="")
    service = ServiceFactory(
        slug="form-7", name_ar="نموذج 7", name_en="", category=category, summary_ar="وفق القانون رقم 154",
        processing_time_ar="خلال 90 يومًا", elsewhere_ar="الدور 2", source="youm7.com/story/2026 (15)", source_date=STOP_DATE,
    )  # fmt: skip
    ServiceFactory(slug="ended", name_en="", category=category, valid_to=dt.date(2026, 6, 30))
    DocumentFactory(service=service, text_ar="3 نسخ من الرسومات", text_en="")
    FeeFactory(
        service=service, label_ar="تخفيض 50٪", label_en="", maximum="1000.50", as_of=STOP_DATE, source="القرار 5"
    )
    OfferFactory(vehicle=vehicle, service=service)
    HolidayFactory(name_ar="عطلة 6 أكتوبر", name_en="", date=STOP_DATE + dt.timedelta(days=1))
    here, away = (
        PlaceFactory(code=code, name_ar=f"بلصفورة 15 {code[1]}", name_en="", district=unit) for code in ("P1", "P3")
    )
    PlaceFactory(code="P2", name_ar="الكوم 4", name_en="", district=unit)
    PlaceFactory(code="P4", name_ar="حجازة 8", name_en="", district=other)
    told = {"landmark_ar": "أمام مبنى 15", "landmark_en": "", "services": [service], "vehicle": vehicle, "place": here}
    why = {"cause": "weather", "cause_ar": "قرار 12"}
    texts = dict.fromkeys(TextForm, "إعلان رقم ١/٢٠٢٦ – بلصفورة")
    first = NoticeFactory(district=unit, title_ar="إعلان رقم 1/2026 – بلصفورة", texts=texts, issued_at=NOON)
    second = NoticeFactory(district=unit, title_ar="تنويه رقم 2/2026", kind="change", texts=texts, issued_at=NOON)
    stops = [StopRevisionFactory(**told, date=STOP_DATE + dt.timedelta(weeks=week)) for week in (-1, 0, 1, 2, 3, 4, 5)]
    for stop in stops:
        NoticeItemFactory(notice=first, revision=stop)
    later = {"vehicle": vehicle, "landmark_ar": "خلف مبنى 16", "landmark_en": "", **why}
    changed = [
        StopRevisionFactory(stop=stops[1].stop, date=stops[1].date, starts_at=dt.time(10), **later),
        StopRevisionFactory(stop=stops[3].stop, date=stops[3].date, place=away, **later),
        StopRevisionFactory(stop=stops[4].stop, date=stops[4].date, state=RevisionState.CANCELLED, **later),
        StopRevisionFactory(stop=stops[5].stop, date=stops[5].date, state=RevisionState.POSTPONED, **later),
    ]
    for revision in changed:
        NoticeItemFactory(notice=second, revision=revision)


def read(client: Client, language: str) -> dict[str, Document]:
    """Every page as it is read, by the name of its type."""
    pages = {}
    with time_machine.travel(NOON, tick=False):
        for name, path in PAGES.items():
            response = client.get(language + path)
            assert response.status_code == (404 if name == "error" else 200), name
            pages[name] = Document(response.content.decode())
    return pages


@pytest.mark.parametrize("language", ["", "/en"])
def test_markup_is_sound_and_marks_arabic_on_english_pages(client: Client, world: None, language: str) -> None:
    pages = read(client, language)
    unmarked = {
        name: found
        for name, page in pages.items()
        if (
            found := [
                text
                for text, around in page.texts
                if re.search("[\u0600-\u06ff]", text)
                and around[-1].tag != "title"
                and [element.attributes["lang"] for element in around if element.attributes.get("lang")][-1] != "ar"
            ]
        )
    }

    assert {name: page.problems for name, page in pages.items() if page.problems} == {}
    assert unmarked == {}


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_page_says_of_itself_what_it_is(client: Client, world: None, language: str) -> None:
    summaries = {name: page.summary for name, page in read(client, language).items()}
    kinds = [
        "home", "place", "districts", "district", "vehicle", "week", "month", "map", "near",
        "services", "service", "notices", "notice", "open data",
    ]  # fmt: skip

    # What is not to be found by search engines need not be described to those it is sent to.
    assert [
        name
        for name, said in summaries.items()
        if said.get("robots") != "noindex"
        and (said.get("og:title"), said.get("og:description")) != (said["title"], said["description"])
    ] == []
    assert len({summaries[kind]["description"] for kind in kinds}) == len(kinds)


def test_title_of_a_week_is_plain_and_names_its_filters(client: Client, world: None) -> None:
    with time_machine.travel(NOON, tick=False):
        said = Document(client.get(PAGES["filtered"]).content.decode()).summary

    assert said["title"] == "المواعيد من 28 نوفمبر إلى 4 ديسمبر – مركز نقادة 2 – السيارة رقم 1 – نموذج 7"
    assert said["og:url"].endswith(PAGES["filtered"])


@override_settings(ARABIC_DIGITS="arabic")
@pytest.mark.parametrize(("language", "foreign"), [("", "[0-9]"), ("/en", "[٠-٩]")])
def test_no_page_mixes_its_digits(client: Client, world: None, language: str, foreign: str) -> None:
    mixed = {
        name: found
        for name, page in read(client, language).items()
        if (
            found := [
                word
                for text, around in page.texts
                # Told in Arabic on an English page; an address on either.
                if not any(element.attributes.get("lang") == ("ar" if language else "en") for element in around[1:])
                for word in text.split()
                if re.search(foreign, word) and not LATIN.search(word)
            ]
        )
    }

    assert mixed == {}

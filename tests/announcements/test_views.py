"""The public pages of notices: as issued, and what became of them."""

import datetime as dt
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from announcements.enums import NoticeKind, TextForm
from announcements.models import Notice
from schedules.enums import RevisionState
from schedules.models import StopRevision
from tests.factories.announcements import NoticeFactory, NoticeItemFactory
from tests.factories.schedules import PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory
from vehicles.models import District

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    district: District = DistrictFactory(slug="naqada", name_ar="نقادة")
    return district


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    html = re.sub(r"</?(?:a|b|bdi|s|span)\b[^>]*>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def announce(notice: Notice, *revisions: StopRevision) -> Notice:
    for revision in revisions:
        NoticeItemFactory(notice=notice, revision=revision)
    return notice


def test_notice_page_shows_the_text_as_issued(client: Client, district: District) -> None:
    texts = {TextForm.SOCIAL: "سطر أول\n\nسطر ثان", TextForm.SMS: "قصير", TextForm.RADIO: "السادة المستمعين"}
    notice = NoticeFactory(district=district, texts=texts)
    announce(notice, StopRevisionFactory(place=PlaceFactory(district=district)))

    text = read(client, "/notices/naqada/2026/1/")

    assert (
        "الإعلان رقم 1/2026 مركز نقادة · صدر يوم الأحد 22 نوفمبر 2026، 12:00 ظهرًا استمع إنهاء القراءة سطر أول سطر ثان"
        in text
    )
    assert "كما يُذاع في الراديو السادة المستمعين" in text
    assert "قصير" not in text
    assert "لم يعد ساريًا" not in text


def test_notice_wholly_replaced_says_by_which(client: Client, district: District) -> None:
    first = StopRevisionFactory(place=PlaceFactory(district=district))
    announce(NoticeFactory(district=district), first)
    change = NoticeFactory(district=district, kind=NoticeKind.CHANGE)
    announce(change, StopRevisionFactory(stop=first.stop, starts_at=dt.time(11)))

    text = read(client, "/notices/naqada/2026/1/")

    assert "هذا الإعلان لم يعد ساريًا. حل محله التنويه رقم 2/2026" in text


def test_notice_replaced_in_part_says_so_at_the_stop_alone(client: Client, district: District) -> None:
    kept = StopRevisionFactory(place=PlaceFactory(district=district, name_ar="الباقية"))
    gone = StopRevisionFactory(place=PlaceFactory(district=district, name_ar="الملغاة"), date=dt.date(2026, 11, 30))
    announce(NoticeFactory(district=district), kept, gone)
    cancelled = StopRevisionFactory(stop=gone.stop, state=RevisionState.CANCELLED)
    announce(NoticeFactory(district=district, kind=NoticeKind.CANCELLATION), cancelled)

    text = read(client, "/notices/naqada/2026/1/")

    assert "جزء من هذا الإعلان لم يعد ساريًا. حل محله التنويه رقم 2/2026" in text
    assert "قرية الباقية – مركز نقادة الأحد 29 نوفمبر 2026، من 9:00 صباحًا حتى 2:00 ظهرًا قرية الملغاة" in text
    assert text.count("حل محله التنويه رقم 2/2026") == 2


def test_notice_replaced_by_several_says_once_that_it_no_longer_holds(client: Client, district: District) -> None:
    stops = [StopRevisionFactory(place=PlaceFactory(district=district), date=dt.date(2026, 12, day)) for day in (1, 2)]
    announce(NoticeFactory(district=district), *stops, StopRevisionFactory(place=PlaceFactory(district=district)))
    for told in stops:
        change = StopRevisionFactory(stop=told.stop, date=told.date, starts_at=dt.time(11))
        announce(NoticeFactory(district=district, kind=NoticeKind.CHANGE), change)

    text = read(client, "/notices/naqada/2026/1/")

    assert "جزء من هذا الإعلان لم يعد ساريًا. حل محله التنويه رقم 2/2026 حل محله التنويه رقم 3/2026" in text
    assert text.count("لم يعد ساريًا") == 1


def test_notice_changed_twice_leads_to_the_one_that_holds(client: Client, district: District) -> None:
    first = StopRevisionFactory(place=PlaceFactory(district=district))
    announce(NoticeFactory(district=district), first)
    for hour in (10, 11):
        notice = NoticeFactory(district=district, kind=NoticeKind.CHANGE)
        announce(notice, StopRevisionFactory(stop=first.stop, starts_at=dt.time(hour)))

    text = read(client, "/notices/naqada/2026/1/")

    assert "حل محله التنويه رقم 3/2026" in text
    assert "التنويه رقم 2/2026" not in text


def test_notice_tells_what_it_takes_the_place_of(client: Client, district: District) -> None:
    first = StopRevisionFactory(place=PlaceFactory(district=district))
    told = NoticeItemFactory(notice=NoticeFactory(district=district), revision=first)
    NoticeItemFactory(
        notice=NoticeFactory(district=district, kind=NoticeKind.CHANGE),
        revision=StopRevisionFactory(stop=first.stop, starts_at=dt.time(11)),
        replaces=told,
    )

    assert "في الزيارات المذكورة أدناه، يحل هذا التنويه محل الإعلان رقم 1/2026" in read(
        client, "/notices/naqada/2026/2/"
    )


def test_notice_text_is_escaped_and_its_addresses_are_links(client: Client, district: District) -> None:
    NoticeFactory(district=district, texts={TextForm.SOCIAL: "<b>x</b> http://testserver/notices/naqada/2026/1/"})

    html = client.get("/notices/naqada/2026/1/").content.decode()

    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert '<a href="http://testserver/notices/naqada/2026/1/"' in html


@pytest.mark.parametrize("stops", [1, 3])
def test_notice_page_costs_the_same_queries_with_1_and_3_stops(
    client: Client, district: District, django_assert_num_queries: DjangoAssertNumQueries, stops: int
) -> None:
    place = PlaceFactory(district=district)
    announce(NoticeFactory(district=district), *(StopRevisionFactory(place=place) for _ in range(stops)))

    with django_assert_num_queries(5):
        read(client, "/notices/naqada/2026/1/")


@pytest.mark.parametrize("notices", [1, 3])
def test_archive_costs_the_same_queries_with_1_and_3_notices(
    client: Client, district: District, django_assert_num_queries: DjangoAssertNumQueries, notices: int
) -> None:
    for _ in range(notices):
        first = StopRevisionFactory(place=PlaceFactory(district=district))
        announce(NoticeFactory(district=district), first)
        change = StopRevisionFactory(stop=first.stop, starts_at=dt.time(11))
        announce(NoticeFactory(district=district, kind=NoticeKind.CHANGE), change)

    with django_assert_num_queries(7):
        read(client, "/notices/")


def test_archive_is_paged_newest_first(client: Client, district: District) -> None:
    NoticeFactory.create_batch(31, district=district)

    first, second = read(client, "/notices/"), read(client, "/notices/?page=2")

    assert re.findall(r"إعلان رقم (\d+)/2026", first)[:2] == ["31", "30"]
    assert re.findall(r"إعلان رقم (\d+)/2026", second) == ["1"]
    assert ("الأقدم" in first, "الأحدث" in first, "الأقدم" in second, "الأحدث" in second) == (True, False, False, True)


def test_archive_says_what_holds_instead(client: Client, district: District) -> None:
    kept, gone = (StopRevisionFactory(place=PlaceFactory(district=district)) for _ in range(2))
    announce(NoticeFactory(district=district), kept, gone)
    announce(NoticeFactory(district=district), StopRevisionFactory(place=PlaceFactory(district=district)))
    for hour in (10, 11):
        change = StopRevisionFactory(stop=gone.stop, starts_at=dt.time(hour))
        announce(NoticeFactory(district=district, kind=NoticeKind.CHANGE), change)

    rows = (
        client.get("/notices/")
        .content.decode()
        .partition('<ul class="card rows notices">')[2]
        .partition("</ul>")[0]
        .split("<li>")[1:]
    )

    told = [re.findall(r'<p class="muted">(.*?):? <a href="/notices/naqada/(.*?)/">', row) for row in rows]
    assert told == [[], [("حل محله", "2026/4")], [], [("حل محل جزء منه", "2026/4")]]


@pytest.fixture
def archive(district: District) -> None:
    """Two notices of «naqada» of 2026 and one of 2025, one of «qus» of 2026."""
    NoticeFactory.create_batch(2, district=district)
    NoticeFactory(district=district, year=2025)
    NoticeFactory(district=DistrictFactory(slug="qus", name_ar="قوص"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["qus/2026/1", "naqada/2025/1", "naqada/2026/2", "naqada/2026/1"]),
        ("?district=naqada", ["naqada/2025/1", "naqada/2026/2", "naqada/2026/1"]),
        ("?year=2026", ["qus/2026/1", "naqada/2026/2", "naqada/2026/1"]),
        ("?year=2025&district=naqada", ["naqada/2025/1"]),
        ("?year=2025&district=qus", []),
    ],
)
def test_archive_is_filtered_by_unit_and_year(client: Client, archive: None, query: str, expected: list[str]) -> None:
    html = client.get(f"/notices/{query}").content.decode()

    assert re.findall(r'href="/notices/(\w+/\d{4}/\d)/"', html) == expected
    assert ("لم تصدر إعلانات لهذا الاختيار" in html) == (expected == [])


@pytest.mark.parametrize(
    "query", ["?district=nope", "?year=1999", "?year=x", "?year=2026&page=2", "?district=qus&page=0"]
)
def test_archive_knows_no_other_units_years_and_pages(client: Client, archive: None, query: str) -> None:
    assert client.get(f"/notices/{query}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/notices/", "/notices/"),
        ("/notices/?page=2", "/notices/pages/2/"),
        ("/notices/pages/2/", "/notices/pages/2/"),
        ("/en/notices/?page=2&x=1", "/en/notices/pages/2/"),
        ("/notices/?page=2&year=2026&district=naqada", "/notices/?district=naqada&amp;year=2026&amp;page=2"),
    ],
)
def test_archive_names_one_address_of_each_page(client: Client, district: District, asked: str, canonical: str) -> None:
    NoticeFactory.create_batch(31, district=district)

    html = client.get(asked).content.decode()

    assert re.findall(r'<link rel="canonical" href="[^"/]*//[^"/]+([^"]*)"', html) == [canonical]


def test_pages_of_a_filtered_archive_stay_filtered(client: Client, archive: None, district: District) -> None:
    NoticeFactory.create_batch(30, district=district)

    first, second = (
        client.get(f"/notices/?year=2026&district=naqada{page}").content.decode() for page in ("", "&page=2")
    )

    assert 'href="/notices/?district=naqada&amp;year=2026&amp;page=2" rel="next"' in first
    assert 'href="/notices/?district=naqada&amp;year=2026" rel="prev"' in second
    assert 'href="/notices/?district=naqada" rel="nofollow"' in second

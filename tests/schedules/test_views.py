"""The public pages, as citizens read them."""

import datetime as dt
import gzip
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from announcements.facts import as_json
from schedules.enums import RevisionState
from schedules.models import Holiday
from tests.announcements.arabic.cases import NOTICES
from tests.factories.announcements import NoticeFactory, NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE, HolidayFactory, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.services import DocumentFactory, FeeFactory, OfferFactory, PaymentMeansFactory, ServiceFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory, VehicleFactory
from tests.support.markup import Document

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)  # Sunday 29 November 2026, 8:00


def read(client: Client, path: str, *, at: dt.datetime = MORNING, status: int = 200) -> str:
    """The visible text of a page, spaces made single."""
    html = re.sub(r"(?s)<script.*?</script>|<title>.*?</title>", "", fetch(client, path, at=at, status=status))
    html = re.sub(r"</?(?:a|b|bdi|s|span)\b[^>]*>", "", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def fetch(client: Client, path: str, *, at: dt.datetime = MORNING, status: int = 200) -> str:
    with time_machine.travel(at, tick=False):
        response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def make_place(code: str = "P1", **fields: Any) -> Any:
    return PlaceFactory(
        code=code, name_ar="بلصفورة", name_en="Balasfurah", district=DistrictFactory(name_ar="نقادة"), **fields
    )


def test_place_page_gives_the_answer(client: Client) -> None:
    place = make_place()
    revision = StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=7), last_intake=dt.time(13, 30))
    NoticeItemFactory(revision=revision)

    text = read(client, "/places/P1/")

    assert "قرية بلصفورة – مركز نقادة" in text
    assert "الزيارة القادمة بعد 7 أيام الأحد 6 ديسمبر من 9:00 صباحًا حتى 2:00 ظهرًا" in text
    assert "المكان أمام مركز شباب القرية آخر استقبال 1:30 ظهرًا الدفع نقدًا" in text
    assert "الإعلان رقم 1/2026" in text


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "الزيارة القادمة اليوم"),
        (1, "الزيارة القادمة غدًا"),
        (2, "الزيارة القادمة بعد يومين"),
        (3, "الزيارة القادمة بعد 3 أيام"),
        (11, "الزيارة القادمة بعد 11 يومًا"),
        (100, "الزيارة القادمة بعد 100 يوم"),
    ],
)
def test_place_page_counts_days_as_arabic_does(client: Client, days: int, expected: str) -> None:
    StopRevisionFactory(place=make_place(), date=STOP_DATE + dt.timedelta(days=days))

    assert f"{expected} " in read(client, "/places/P1/")


def test_place_page_shows_what_was_changed_beside_what_holds(client: Client) -> None:
    first = StopRevisionFactory(place=make_place())
    StopRevisionFactory(
        stop=first.stop, starts_at=dt.time(11), ends_at=dt.time(15), last_intake=None, landmark_ar="أمام المدرسة",
        cause="organisation", cause_ar="إعادة تنظيم المواعيد",
    )  # fmt: skip

    html = fetch(client, "/places/P1/")
    text = read(client, "/places/P1/")

    assert "<s>من <bdi>9:00</bdi>\N{NO-BREAK SPACE}صباحًا حتى <bdi>2:00</bdi>\N{NO-BREAK SPACE}ظهرًا</s>" in html
    assert "<s>أمام مركز شباب القرية</s>" in html
    # Struck through for the eye; for the ear it is said.
    assert "قبل التغيير: من 9:00 صباحًا حتى 2:00 ظهرًا من 11:00 صباحًا" in text
    assert "قبل التغيير: أمام مركز شباب القرية أمام المدرسة" in text
    assert "تغيّر الموعد والمكان" in text
    assert "من 11:00 صباحًا حتى 3:00 عصرًا" in text
    assert "سبب التغيير: إعادة تنظيم المواعيد." in text


def test_place_page_keeps_a_cancelled_visit_in_view(client: Client) -> None:
    place = make_place()
    cancelled = StopRevisionFactory(
        place=place, state=RevisionState.CANCELLED, cause="weather", cause_ar="سوء الأحوال الجوية"
    )
    NoticeItemFactory(revision=cancelled, notice__kind="cancellation")
    StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=3))

    text = read(client, "/places/P1/")

    assert "أُلغيت زيارة اليوم الأحد 29 نوفمبر، من 9:00 صباحًا حتى 2:00 ظهرًا بسبب سوء الأحوال الجوية." in text
    assert "التنويه رقم 1/2026" in text
    assert text.index("أُلغيت زيارة اليوم") < text.index("الزيارة القادمة بعد 3 أيام")


def test_place_page_says_where_a_visit_went(client: Client) -> None:
    place = make_place()
    other = make_place("P2")
    first = StopRevisionFactory(place=place)
    StopRevisionFactory(stop=first.stop, place=other)

    text = read(client, "/places/P1/")

    assert "نُقلت هذه الزيارة إلى مكان آخر" in text
    assert "لم يُعلن موعد قادم بعد" in text
    assert "تغيّر المكان" in read(client, "/places/P2/")


def test_place_page_groups_services_by_outcome_with_papers_and_fees(client: Client) -> None:
    place = make_place()
    vehicle = VehicleFactory()
    paid = ServiceFactory(name_ar="سداد إيجار", outcome="finished")
    shop = ServiceFactory(
        name_ar="ترخيص محل", outcome="received", processing_time_ar="خلال شهر", elsewhere_ar="اذهب إلى المركز"
    )
    DocumentFactory(service=shop, text_ar="عقد الإيجار")
    FeeFactory(service=shop, label_ar="رسم المعاينة", maximum="1000", as_of=dt.date(2026, 1, 18))
    for service in (paid, shop):
        OfferFactory(vehicle=vehicle, service=service)
    StopRevisionFactory(place=place, vehicle=vehicle, services=[paid, shop])

    text = read(client, "/places/P1/")

    assert "تنتهي في السيارة في اليوم نفسه سداد إيجار" in text
    assert "السيارة تستلم طلبك، والنتيجة لاحقًا ترخيص محل عقد الإيجار" in text
    assert "رسم المعاينة: حتى 1,000 جنيه (استرشادية، يناير 2026)" in text
    assert "الرسوم: غير معلنة" in text
    assert "المدة: خلال شهر" in text
    assert "اذهب إلى المركز" in text


def test_place_page_without_visits_offers_what_is_near(client: Client) -> None:
    place = make_place()
    neighbour = PlaceFactory(district=place.district)
    StopRevisionFactory(place=neighbour, district=place.district)

    text = read(client, "/places/P1/")

    assert "لم يُعلن موعد قادم بعد" in text
    assert f"قريبًا في مركز نقادة {neighbour.label_ar}" in text
    assert "المركز التكنولوجي لخدمة المواطنين" in text


def test_place_page_tells_nothing_of_drafts(client: Client) -> None:
    StopFactory(place=make_place(), landmark_ar="أمام السر")

    text = read(client, "/places/P1/")

    assert "أمام السر" not in text
    assert "لم يُعلن موعد قادم بعد" in text


def test_place_page_in_english(client: Client) -> None:
    StopRevisionFactory(place=make_place())

    html = fetch(client, "/en/places/P1/")
    text = read(client, "/en/places/P1/")

    assert '<html lang="en" dir="ltr">' in html
    assert "The next visit is today Sunday 29 November from 9:00 am to 2:00 pm" in text
    assert "In front of the youth centre" in text
    assert 'href="/places/P1/"' in html
    # Whatever is not translated would show as Arabic letters outside the link to the Arabic page.
    assert re.findall(r"[؀-ۿ]+", text.replace("العربية", "")) == []


def test_place_page_weighs_no_more_than_30_kb_with_everything_it_loads(client: Client) -> None:
    place = make_place(latitude="26.56000", longitude="31.69000")
    vehicle = VehicleFactory()
    services = [
        ServiceFactory(name_ar=f"تجديد ترخيص محل عام رقم {n}", processing_time_ar="خلال شهر") for n in range(12)
    ]
    for service in services:
        OfferFactory(vehicle=vehicle, service=service)
        FeeFactory(service=service, minimum="1000", as_of=dt.date(2026, 1, 1))
        for _ in range(4):
            DocumentFactory(service=service, text_ar="صورة شهادة الضرائب العقارية بالقيمة الإيجارية")
    for week in range(6):
        revision = StopRevisionFactory(
            place=place, vehicle=vehicle, services=services, date=STOP_DATE + dt.timedelta(weeks=week)
        )
        NoticeItemFactory(revision=revision, notice__facts=as_json(NOTICES["announcement_village"]))

    html = fetch(client, "/places/P1/")
    # Every browser asks for these; for the manifest and its icons only one that installs the site.
    loaded = re.findall(r'(?:rel="(?:stylesheet|icon)" href|src)="/static/([^"]+)"', html)
    weights = {path: len(gzip.compress(Path(str(finders.find(path))).read_bytes())) for path in loaded}

    assert "og:image" in html
    assert set(weights) == {"css/site.css", "js/site.js", "img/icon.svg"}
    assert len(gzip.compress(html.encode())) + sum(weights.values()) <= 30 * 1024
    assert weights["js/site.js"] <= 4 * 1024
    assert re.findall(r"<script(?! defer| type=.application/ld)[^>]*>", html) == []


def test_pages_have_no_inline_style_or_script(client: Client) -> None:
    StopRevisionFactory(place=make_place())

    for path in ("/", "/places/P1/", "/calendar/", "/services/", "/near/", "/map/"):
        html = fetch(client, path)
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! type=\"application/ld\+json\"| defer src=)", html) == []


def test_home_shows_today_and_tomorrow_with_live_states(client: Client) -> None:
    GovernorateFactory()
    StopRevisionFactory(place=make_place("P1"), starts_at=dt.time(7), last_intake=None)
    StopRevisionFactory(place=make_place("P2"), date=STOP_DATE + dt.timedelta(days=1))
    StopRevisionFactory(place=make_place("P3"), date=STOP_DATE + dt.timedelta(days=2), landmark_ar="أمام البعيد")

    text = read(client, "/")

    assert "اليوم، الأحد 29 نوفمبر مفتوحة حتى 2:00 ظهرًا" in text
    assert "غدًا، الاثنين 30 نوفمبر من 9:00 صباحًا حتى 2:00 ظهرًا" in text
    assert "أمام البعيد" not in text


def test_home_on_empty_days_shows_the_next_day_that_has_visits(client: Client) -> None:
    HolidayFactory(name_ar="عيد الشهداء")
    StopRevisionFactory(place=make_place(), date=STOP_DATE + dt.timedelta(days=4))

    text = read(client, "/")

    assert Holiday.objects.count() == 1
    assert "عيد الشهداء عطلة رسمية: لا تعمل السيارات." in text
    assert "الخميس 3 ديسمبر من 9:00 صباحًا" in text


def test_home_names_the_notices_of_the_week_and_what_holds_instead(client: Client) -> None:
    first = StopRevisionFactory(place=make_place(), date=STOP_DATE + dt.timedelta(days=3))
    week = dt.datetime.combine(STOP_DATE - dt.timedelta(days=6), dt.time(), tzinfo=CAIRO)
    old, new = ({"district": first.district, "issued_at": week + dt.timedelta(seconds=late)} for late in (-1, 0))
    NoticeItemFactory(revision=first, notice=NoticeFactory(**old))
    NoticeItemFactory(revision=first, notice=NoticeFactory(**new))
    change = StopRevisionFactory(stop=first.stop, starts_at=dt.time(11), date=first.date)
    NoticeItemFactory(revision=change, notice=NoticeFactory(**new, kind="change"))

    text = read(client, "/")

    assert re.findall(r"إعلان رقم \d/2026", text.partition("إعلانات الأسبوع")[2]) == [
        "إعلان رقم 3/2026",
        "إعلان رقم 2/2026",
    ]
    assert "إعلان رقم 2/2026 مركز نقادة · الاثنين 23 نوفمبر، 12:00 منتصف الليل حل محله التنويه رقم 3/2026" in text
    # At midnight the oldest day of the week goes.
    assert "إعلانات الأسبوع" not in read(client, "/", at=MORNING + dt.timedelta(days=1))


def test_search_shows_the_next_visit_with_the_place(client: Client) -> None:
    StopRevisionFactory(place=make_place(), date=STOP_DATE + dt.timedelta(days=1))

    text = read(client, "/?q=بلصفوره")

    assert "قرية بلصفورة – مركز نقادة الزيارة القادمة: غدًا، الاثنين 30 نوفمبر، من 9:00 صباحًا" in text


def test_search_that_finds_nothing_leads_on(client: Client) -> None:
    html = fetch(client, "/?q=<script>alert(1)</script>")

    assert "لم نجد شيئًا بهذا الاسم" in html
    assert "<script>alert" not in html
    assert 'href="/districts/"' in html


def test_search_finds_services_and_units(client: Client) -> None:
    ServiceFactory(name_ar="ترخيص محل عام", slug="shop")
    DistrictFactory(name_ar="أخميم", slug="akhmim")

    assert 'href="/services/shop/"' in fetch(client, "/?q=ترخيص")
    assert 'href="/districts/akhmim/"' in fetch(client, "/?q=اخميم")


def test_week_page_runs_from_saturday_and_adds_the_days_iso_counts_to_it(client: Client) -> None:
    for code, day in (("P1", 22), ("P2", 26), ("P3", 29), ("P4", 30)):
        StopRevisionFactory(place=PlaceFactory(code=code, name_ar=f"قرية{code}"), date=dt.date(2026, 11, day))

    text = read(client, "/calendar/2026-W48/")

    assert "من 21 نوفمبر إلى 27 نوفمبر" in text
    assert re.findall(r"قريةP\d", text) == ["قريةP1", "قريةP2", "قريةP3"]
    assert text.index("ثم يبدأ الأسبوع التالي") < text.index("قريةP3")


def test_heading_of_another_week_begins_like_a_sentence(client: Client) -> None:
    assert "<h1>From <bdi>21</bdi> November to <bdi>27</bdi> November</h1>" in fetch(client, "/en/calendar/2026-W48/")


def test_ways_to_pay_are_a_choice(client: Client) -> None:
    means = [PaymentMeansFactory(), PaymentMeansFactory(code="card", name_ar="ببطاقة الدفع", position=1)]
    StopRevisionFactory(place=make_place()).payment_means.set(means)

    assert "الدفع نقدًا أو ببطاقة الدفع" in read(client, "/places/P1/")


def test_calendar_is_the_week_people_are_in(client: Client) -> None:
    # Sunday 29 November belongs to ISO week 48, but begins people's week 49.
    html = fetch(client, "/calendar/")

    assert "هذا الأسبوع: من <bdi>28</bdi> نوفمبر إلى <bdi>4</bdi> ديسمبر" in html
    assert ('href="/calendar/2026-W48/"' in html, 'href="/calendar/2026-W50/"' in html) == (True, True)


@pytest.mark.parametrize("path", ["/calendar/", "/calendar/2026-11/"])
def test_visits_that_are_over_say_so_among_those_that_come(client: Client, path: str) -> None:
    StopRevisionFactory(place=make_place())
    StopRevisionFactory(date=STOP_DATE + dt.timedelta(days=1))
    monday = dt.datetime.combine(STOP_DATE + dt.timedelta(days=1), dt.time(8), tzinfo=CAIRO)

    page = fetch(client, path, at=monday)

    over = '<p class="state done"><svg aria-hidden="true"><use href="#done"/></svg><span>انتهت الزيارة</span></p>'
    assert (page.count(over), page.count('<p class="state ')) == (1, 1)


@pytest.mark.parametrize("query", ["", "?district=D2"])
@pytest.mark.parametrize("days", [-2, 2, -1])
def test_calendar_leads_to_today_also_when_no_visit_is_then(client: Client, query: str, days: int) -> None:
    """On a Friday off, on a Tuesday and on a Saturday without visits, with a filter and without."""
    GovernorateFactory(weekend_days="5")
    unit = DistrictFactory(slug="D2")
    StopRevisionFactory(place=PlaceFactory(district=unit))
    StopRevisionFactory(place=PlaceFactory(district=unit), date=STOP_DATE - dt.timedelta(weeks=1))
    at = MORNING + dt.timedelta(days=days)

    page = Document(fetch(client, f"/calendar/{query}", at=at))

    assert ("today" in page.links, page.problems) == (True, [])


def test_month_page_lists_the_days_with_visits(client: Client) -> None:
    StopRevisionFactory(place=make_place())

    text = read(client, "/calendar/2026-11/")

    assert "الأحد 29 نوفمبر (اليوم) قرية بلصفورة – مركز نقادة من 9:00 صباحًا" in text


def test_moved_visit_stays_on_its_old_day(client: Client) -> None:
    first = StopRevisionFactory(place=make_place())
    StopRevisionFactory(stop=first.stop, date=STOP_DATE + dt.timedelta(days=1))

    text = read(client, "/")

    assert "نُقلت إلى يوم آخر" in text
    assert "المكان والموعد الآن: قرية بلصفورة – مركز نقادة، الاثنين 30 نوفمبر" in text


def test_district_and_vehicle_pages_show_their_own_stops_alone(client: Client) -> None:
    revision = StopRevisionFactory(place=make_place())
    StopRevisionFactory(landmark_ar="أمام غيرها")

    for path in (f"/districts/{revision.district.slug}/", f"/vehicles/{revision.vehicle.code}/"):
        text = read(client, path)
        assert "قرية بلصفورة – مركز نقادة" in text
        assert "أمام غيرها" not in text


def test_district_and_vehicle_pages_lead_to_each_other(client: Client) -> None:
    revision = StopRevisionFactory(place=make_place(), vehicle=VehicleFactory(code="V1", name_ar="السيارة الأولى"))
    ended = OfferFactory(vehicle=revision.vehicle, valid_to=STOP_DATE - dt.timedelta(days=1)).service
    unit = revision.district

    district, vehicle = fetch(client, f"/districts/{unit.slug}/"), fetch(client, "/vehicles/V1/")

    assert 'السيارات: <a href="/vehicles/V1/">السيارة الأولى</a>' in district
    assert f'تعمل لدى: <a href="/districts/{unit.slug}/">مركز نقادة</a>' in vehicle
    assert (f'href="/calendar/?district={unit.slug}"' in district, 'href="/calendar/?vehicle=V1"' in vehicle) == (
        True,
        True,
    )
    offered = revision.offered.get().service
    assert [f'href="/services/{slug}/"' in vehicle for slug in (offered.slug, ended.slug)] == [True, False]


def test_district_without_a_vehicle_says_so(client: Client) -> None:
    DistrictFactory(slug="qus")

    assert "لا تعمل أي سيارة هنا حاليًا." in read(client, "/districts/qus/")


def test_districts_page_lists_every_place(client: Client) -> None:
    make_place()

    assert 'href="/places/P1/"' in fetch(client, "/districts/")


LISTS = {
    "/": 10,
    "/calendar/2026-W49/": 10,
    "/calendar/2026-11/": 10,
    "/districts/naqada/": 10,
    "/vehicles/VAN/": 11,
    "/places/P1/": 8,
    "/services/shop/": 8,
    "/?q=بلصفورة": 6,
    "/suggestions/?q=بلصفورة": 5,
    "/map/": 8,
    "/map/2026-11-29/": 8,
    "/near/": 4,
    "/near/26.55,31.70/": 5,
}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("stops", [1, 3])
def test_pages_cost_the_same_queries_with_1_and_3_stops(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str, stops: int
) -> None:
    district = DistrictFactory(slug="naqada")
    vehicle = VehicleFactory(code="VAN")
    service = ServiceFactory(slug="shop")
    OfferFactory(vehicle=vehicle, service=service)
    place = PlaceFactory(code="P1", name_ar="بلصفورة", district=district, latitude="26.55000", longitude="31.70000")
    for number in range(stops):
        PlaceFactory(name_ar=f"بلصفورة {number}", district=district, latitude="26.56000", longitude="31.70000")
        revision = StopRevisionFactory(
            place=place, vehicle=vehicle, services=[service],
            starts_at=dt.time(9 + number), ends_at=dt.time(10 + number), last_intake=None,
        )  # fmt: skip
        notice = {"facts": as_json(NOTICES["announcement_village"]), "issued_at": MORNING - dt.timedelta(days=1)}
        NoticeItemFactory(revision=revision, **{f"notice__{name}": value for name, value in notice.items()})

    with django_assert_num_queries(LISTS[path]):
        fetch(client, path)


@pytest.mark.parametrize("stops", [1, 3])
@pytest.mark.parametrize("situation", ["coming", "changed", "moved away", "cancelled", "past", "none"])
def test_place_page_never_costs_more_than_eight_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, situation: str, stops: int
) -> None:
    district = DistrictFactory(slug="naqada")
    place = PlaceFactory(code="P1", district=district)
    for number in range(stops):
        hours = {"starts_at": dt.time(9 + number), "ends_at": dt.time(10 + number), "last_intake": None}
        # Another place of the unit has visits as well, for those whose own has none.
        StopRevisionFactory(place=PlaceFactory(district=district), **hours)
        if situation == "none":
            continue
        date = STOP_DATE - dt.timedelta(days=9) if situation == "past" else STOP_DATE
        first = StopRevisionFactory(place=place, date=date, services=[ServiceFactory()], **hours)
        NoticeItemFactory(revision=first, notice__facts=as_json(NOTICES["announcement_village"]))
        if situation == "changed":
            NoticeItemFactory(revision=StopRevisionFactory(stop=first.stop, landmark_ar="أمام المدرسة"))
        elif situation == "moved away":
            NoticeItemFactory(revision=StopRevisionFactory(stop=first.stop, place=PlaceFactory()))
        elif situation == "cancelled":
            NoticeItemFactory(revision=StopRevisionFactory(stop=first.stop, state=RevisionState.CANCELLED))

    with django_assert_max_num_queries(8):
        fetch(client, "/places/P1/")


BAD = [
    "/places/NOPE/", "/places/a%20b/", "/places/%00/", "/places/%FF/", f"/places/{'9' * 300}/", "/districts/nope/",
    "/vehicles/NOPE/", "/services/nope/", "/calendar/2026-W99/", "/calendar/2026-W00/", "/calendar/2025-W53/",
    "/calendar/0001-W01/", "/calendar/9999-W52/", "/calendar/2026-13/", "/calendar/0000-01/", "/calendar/x/",
    "/calendar/2026-W48%0A/", "/notices/nope/2026/1/", "/notices/nope/2026/99999999999999999999/", "/notices/?page=0",
    "/notices/?page=x", "/notices/?page=99999", "/nothing", "/%0Ax", "/en/nothing/",
    "/map/x/", "/map/2026-13-01/", "/map/2026-02-30/", "/map/2019-12-31/", "/map/2027-01-31/", "/map/2026-11-29%0A/",
    "/near/x/", "/near/91.00,31.70/", "/near/26.55,181.00/", "/near/26.5512,31.7034/", "/near/26.55/",
    "/near/26.55,31.70%0A/", "/near/nan,inf/", "/near/٢٦.٥٥,31.70/",
]  # fmt: skip


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", BAD)
def test_bad_addresses_are_a_clear_404(client: Client, path: str, debug: bool) -> None:
    with override_settings(DEBUG=debug):
        html = fetch(client, path, status=404)

    assert ("هذه الصفحة غير موجودة" in html) is not path.startswith("/en/")
    assert 'role="search"' in html


@pytest.mark.parametrize(
    "path",
    [
        "/?q=%00",
        "/?q=%FF",
        "/suggestions/?q=%00",
        "/suggestions/?q=" + "x" * 300,
        "/?q=" + "x" * 5000,
        "/places/P1/?" + "x=1&" * 1000,
    ],
)
def test_bad_queries_are_a_clear_400(client: Client, path: str) -> None:
    make_place()

    assert "هذا العنوان غير مفهوم" in fetch(client, path, status=400)


@pytest.mark.parametrize(
    ("path", "target"),
    [("/calendar", "/calendar/"), ("/en/services", "/en/services/"), ("/api/v1/stops?page=2", "/api/v1/stops/?page=2")],
)
def test_missing_slash_is_supplied(client: Client, path: str, target: str) -> None:
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, target)


def test_missing_slash_never_leads_to_another_site(client: Client) -> None:
    assert client.get("/", PATH_INFO="//evil.example/places").status_code == 404


def test_server_error_page_needs_no_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    from django.test import RequestFactory

    from sohag_mobile.error_pages import server_error

    with django_assert_num_queries(0):
        arabic, english = (server_error(RequestFactory().get(path)) for path in ("/places/P1/", "/en/places/P1/"))

    assert (arabic.status_code, english.status_code) == (500, 500)
    assert "حدث عطل عندنا" in arabic.content.decode()
    assert ('<html lang="en" dir="ltr">' in english.content.decode(), "حدث" in english.content.decode()) == (
        True,
        False,
    )
    assert 'href="/en/calendar/"' in english.content.decode()


@override_settings(ARABIC_DIGITS="arabic")
def test_digits_follow_the_setting_in_arabic_alone(client: Client) -> None:
    StopRevisionFactory(place=make_place())

    assert "من ٩:٠٠ صباحًا حتى ٢:٠٠ ظهرًا" in read(client, "/places/P1/")
    assert "from 9:00 am to 2:00 pm" in read(client, "/en/places/P1/")

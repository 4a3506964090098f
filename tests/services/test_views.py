"""The public pages of the catalogue."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.services import CategoryFactory, DocumentFactory, FeeFactory, OfferFactory, ServiceFactory
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db

LATIN = '<bdi lang="en" dir="ltr">'
MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


def read(client: Client, path: str) -> str:
    with time_machine.travel(MORNING, tick=False):
        response = client.get(path)
    assert response.status_code == 200
    html = re.sub(r"</?(?:a|b|bdi|s|span)\b[^>]*>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_services_page_groups_by_category_and_says_the_outcome(client: Client) -> None:
    category = CategoryFactory(name_ar="المحال")
    ServiceFactory(category=category, name_ar="ترخيص محل", outcome="received")
    ServiceFactory(category=category, name_ar="استعلام عن ملف", outcome="information")

    text = read(client, "/services/")

    assert "المحال استعلام عن ملف استعلام فقط ترخيص محل السيارة تستلم طلبك، والنتيجة لاحقًا" in text


def test_services_page_leaves_out_what_the_law_no_longer_gives(client: Client) -> None:
    ServiceFactory(name_ar="خدمة انتهت", valid_to=STOP_DATE - dt.timedelta(days=1))
    ServiceFactory(name_ar="خدمة اليوم الأخير", valid_to=STOP_DATE)
    ServiceFactory(name_ar="خدمة لم تبدأ", valid_from=STOP_DATE + dt.timedelta(days=1))

    text = read(client, "/services/")

    assert ("خدمة انتهت" in text, "خدمة اليوم الأخير" in text, "خدمة لم تبدأ" in text) == (False, True, False)


@pytest.mark.parametrize("services", [1, 3])
def test_services_page_costs_the_same_queries_with_1_and_3_services(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, services: int
) -> None:
    ServiceFactory.create_batch(services)

    with django_assert_num_queries(3):
        read(client, "/services/")


@override_settings(ARABIC_DIGITS="arabic")
@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("youm7.com/2026/1 (72)", f"{LATIN}youm7.com/2026/1 (72)</bdi>"),
        ("sis.eg/67 (محافظة 2); a.eg", f"{LATIN}sis.eg/67</bdi> (محافظة ٢); {LATIN}a.eg</bdi>"),
        ("القرار 5 <b>", f"القرار ٥ &lt;{LATIN}b&gt;</bdi>"),
    ],
)
def test_address_of_a_source_keeps_its_digits_and_its_order(client: Client, source: str, shown: str) -> None:
    ServiceFactory(slug="shop", source=source, source_date=None)

    assert f"مصدر هذه البيانات: {shown}</p>" in client.get("/services/shop/").content.decode()


def test_service_page_tells_papers_fee_time_and_where_next(client: Client) -> None:
    service = ServiceFactory(slug="shop", name_ar="ترخيص محل", processing_time_ar="خلال شهر", source="جريدة")
    DocumentFactory(service=service, text_ar="عقد الإيجار")
    FeeFactory(service=service, label_ar="رسم المعاينة", minimum="50", maximum="2500.50", source="قرار")
    vehicle = VehicleFactory()
    OfferFactory(vehicle=vehicle, service=service)
    revision = StopRevisionFactory(vehicle=vehicle, services=[service])
    StopRevisionFactory(vehicle=vehicle, services=[], date=STOP_DATE + dt.timedelta(days=1), landmark_ar="بلا خدمة")

    text = read(client, "/services/shop/")

    assert "عقد الإيجار رسم المعاينة: من 50 إلى 2,500.50 جنيه (استرشادية، قرار) المدة: خلال شهر" in text
    assert (
        f"أين ومتى؟ {revision.district.label_ar} {revision.place.label_ar} الأحد 29 نوفمبر، من 9:00 صباحًا حتى 2:00 ظهرًا"
        in text
    )
    assert text.count("نوفمبر، من") == 1
    assert "مصدر هذه البيانات: جريدة" in text


def test_service_page_tells_the_next_visits_of_each_unit(client: Client) -> None:
    service = ServiceFactory(slug="shop")
    units = [DistrictFactory(name_ar="نقادة"), DistrictFactory(name_ar="أبنوب"), DistrictFactory(name_ar="قوص")]
    # The first has many visits before the second has one; the third has none with this service.
    for unit, days in zip(units, (range(5), [20], [1]), strict=True):
        place, vehicle = PlaceFactory(district=unit), VehicleFactory()
        OfferFactory(vehicle=vehicle, service=service)
        given = [] if unit == units[2] else [service]
        for day in days:
            StopRevisionFactory(
                place=place, vehicle=vehicle, services=given, date=STOP_DATE + dt.timedelta(days=day)
            )  # fmt: skip

    with time_machine.travel(MORNING, tick=False):
        html = client.get("/services/shop/").content.decode()

    sections = re.findall(r'(?s)<section class="unit"><h3><a[^>]*>(.*?)</a></h3>(.*?)</section>', html)
    assert [(name, rows.count("<li")) for name, rows in sections] == [("مركز أبنوب", 1), ("مركز نقادة", 4)]
    assert 'href="/calendar/?service=shop"' in html


@pytest.mark.parametrize(
    ("minimum", "maximum", "arabic", "english"),
    [
        ("125", "125", "125 جنيهًا", "125 pounds"),
        ("1", "1", "جنيه واحد", "1 pound"),
        ("2", "2", "جنيهان", "2 pounds"),
        ("10", "10", "10 جنيهات", "10 pounds"),
        ("100", "100", "100 جنيه", "100 pounds"),
        ("12.50", "12.50", "12.50 جنيه", "12.50 pounds"),
        ("50", None, "من 50 جنيهًا", "from 50 pounds"),
        (None, "5", "حتى 5 جنيهات", "up to 5 pounds"),
        (None, "2", "حتى جنيهين", "up to 2 pounds"),
        ("50", "2515", "من 50 إلى 2,515 جنيهًا", "from 50 to 2,515 pounds"),
    ],
)
def test_fee_is_counted_in_pounds(
    client: Client, minimum: str | None, maximum: str | None, arabic: str, english: str
) -> None:
    service = ServiceFactory(slug="shop")
    FeeFactory(service=service, label_ar="الرسم", label_en="Fee", minimum=minimum, maximum=maximum, source="")

    assert f"الرسم: {arabic} (استرشادية)" in read(client, "/services/shop/")
    assert f"Fee: {english} (indicative)" in read(client, "/en/services/shop/")


def test_service_that_has_ended_says_so(client: Client) -> None:
    ServiceFactory(slug="old", valid_to=dt.date(2026, 6, 30))

    text = read(client, "/services/old/")

    assert "هذه الخدمة غير متاحة حاليًا. كان آخر يوم لها الثلاثاء 30 يونيو." in text
    assert "لم يُعلن موعد قادم لهذه الخدمة بعد." in text


def test_unknown_amounts_stay_unknown(client: Client) -> None:
    FeeFactory(service=ServiceFactory(slug="shop"), label_ar="رسم الفحص", minimum=None, maximum=None)
    ServiceFactory(slug="free")

    assert "رسم الفحص: غير معلنة" in read(client, "/services/shop/")
    assert "الرسوم: غير معلنة" in read(client, "/services/free/")
    assert "المستندات غير معلنة" in read(client, "/services/free/")

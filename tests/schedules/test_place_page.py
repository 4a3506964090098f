"""What a place page says beyond the next visit: a rule, when none is known, when none is to be expected, what to bring."""

import datetime as dt
import re

import pytest
from django.test import Client

from schedules.enums import RevisionState
from schedules.models import Place
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.services import DocumentFactory, FeeFactory, OfferFactory, ServiceFactory
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, VehicleFactory
from tests.schedules.test_views import fetch, read
from vehicles.models import Assignment, Governorate

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    place: Place = PlaceFactory(
        code="P1", name_ar="بلصفورة", district=DistrictFactory(name_ar="نقادة", name_en="Naqada")
    )
    return place


def visit(place: Place, *weeks: int) -> None:
    for week in weeks:
        StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(weeks=week))


def test_rule_of_the_announced_visits_is_told_with_its_end(client: Client, place: Place) -> None:
    visit(place, -1, 0, 1)

    assert (
        "بحسب المواعيد المعلنة حتى الآن، تأتي السيارة يوم الأحد من كل أسبوع، وآخر موعد معلن هو الأحد 6 ديسمبر."
        in read(client, "/places/P1/")
    )
    assert (
        "By the dates announced so far, the vehicle comes every Sunday. The last one announced is Sunday 6 December."
        in read(client, "/en/places/P1/")
    )


def test_no_rule_is_told_across_a_cancelled_visit(client: Client, place: Place) -> None:
    visit(place, 0, 2)
    StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(weeks=1), state=RevisionState.CANCELLED)

    assert "بحسب المواعيد المعلنة" not in read(client, "/places/P1/")


def test_place_without_a_date_yet_names_the_last_visit(client: Client, place: Place) -> None:
    visit(place, -9)
    StopRevisionFactory(place=place, date=STOP_DATE - dt.timedelta(days=9), state=RevisionState.CANCELLED)

    text = read(client, "/places/P1/")

    assert "لم يُعلن موعد قادم بعد سيظهر الموعد هنا فور تحديده. كانت آخر زيارة الأحد 27 سبتمبر." in text
    assert "لا تأتي السيارة" not in text


def test_place_where_nothing_is_known_promises_nothing(client: Client, place: Place) -> None:
    AssignmentFactory(district=place.district, starts_on=STOP_DATE + dt.timedelta(days=9))

    text = read(client, "/places/P1/")

    assert "لم يُعلن موعد قادم بعد سيظهر الموعد هنا فور تحديده. وحتى ذلك الحين، توجه إلى المركز الثابت:" in text


def test_place_of_a_unit_without_a_vehicle_says_that_it_does_not_come(client: Client, place: Place) -> None:
    visit(place, -9)
    Assignment.objects.update(ends_on=STOP_DATE - dt.timedelta(days=1))

    text = read(client, "/places/P1/")

    assert "لا تأتي السيارة إلى هنا حاليًا لا تعمل أي سيارة حاليًا في مركز نقادة. كانت آخر زيارة الأحد 27 سبتمبر." in text
    assert "سيظهر الموعد" not in text


def test_place_with_a_visit_is_served_whoever_comes(client: Client, place: Place) -> None:
    """A vehicle of another unit may be sent, which a supervisor accepts."""
    visit(place, 1)
    Assignment.objects.all().delete()

    assert "الزيارة القادمة بعد 7 أيام" in read(client, "/places/P1/")


def test_papers_can_be_ticked_off_and_fees_name_date_and_source(client: Client, place: Place) -> None:
    Governorate.objects.update(general_documents_ar="أصل بطاقة الرقم القومي")
    vehicle, service = VehicleFactory(), ServiceFactory(name_ar="ترخيص محل")
    OfferFactory(vehicle=vehicle, service=service)
    for text in ("عقد الإيجار", "خريطة مساحية"):
        DocumentFactory(service=service, text_ar=text)
    FeeFactory(service=service, label_ar="رسم المعاينة", maximum="1000", as_of=dt.date(2026, 1, 1), source="القرار 5")
    StopRevisionFactory(place=place, vehicle=vehicle, services=[service])

    html = fetch(client, "/places/P1/")

    ticked = re.findall(r'<label><input type="checkbox"> <(?:b|span)>(.*?)</(?:b|span)></label>', html)
    assert ticked == ["أصل بطاقة الرقم القومي", "عقد الإيجار", "خريطة مساحية"]
    assert "رسم المعاينة: حتى 1,000 جنيه (استرشادية، يناير 2026، القرار 5)" in read(client, "/places/P1/")


def test_papers_for_every_service_are_ticked_off_one_by_one_and_once(client: Client, place: Place) -> None:
    Governorate.objects.update(
        general_documents_ar="أصل البطاقة وصورة منها، والمستندات الخاصة بكل خدمة",
        general_papers_ar="أصل البطاقة\n\nصورة البطاقة\n",
    )
    vehicle = VehicleFactory()
    licence, payment = ServiceFactory(name_ar="ترخيص محل"), ServiceFactory(name_ar="سداد إيجار")
    for service, text in ((licence, "صورة البطاقة"), (licence, "عقد الإيجار"), (payment, "صورة البطاقة")):
        DocumentFactory(service=service, text_ar=text)
    StopRevisionFactory(place=place, vehicle=vehicle, services=[licence, payment])

    html = fetch(client, "/places/P1/")

    ticked = re.findall(r'<label><input type="checkbox"> <(?:b|span)>(.*?)</(?:b|span)></label>', html)
    assert ticked == ["أصل البطاقة", "صورة البطاقة", "عقد الإيجار"]
    assert html.count("<p>المستندات: المطلوبة لكل خدمة، ولا شيء غيرها.</p>") == 1


def test_fee_that_has_ended_by_the_day_of_the_visit_is_not_asked_for(client: Client, place: Place) -> None:
    service = ServiceFactory(slug="shop", name_ar="ترخيص محل")
    for label, last in (("رسم قديم", STOP_DATE - dt.timedelta(days=1)), ("رسم اليوم", STOP_DATE), ("رسم قائم", None)):
        FeeFactory(service=service, label_ar=label, valid_to=last)
    StopRevisionFactory(place=place, services=[service])

    shown = [re.findall("رسم (?:قديم|اليوم|قائم)", fetch(client, path)) for path in ("/places/P1/", "/services/shop/")]

    assert shown == [["رسم اليوم", "رسم قائم"]] * 2

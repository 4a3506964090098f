from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from schedules.actions_reference import load_reference
from schedules.enums import HolidayStatus, PlaceKind
from schedules.models import Holiday, HoursPeriod, Place
from schedules.queries_places import search_places
from services.models import Category, Document, Fee, Offer, PaymentMeans, Service
from sohag_mobile.models import ContentVersion
from tests.factories.schedules import HolidayFactory
from vehicles.enums import DistrictKind, GrammaticalGender
from vehicles.models import Assignment, District, Governorate, Markaz, Vehicle
from vehicles.queries import find_assignment

pytestmark = pytest.mark.django_db


def list_everything() -> dict[str, list[dict[str, object]]]:
    models = (
        Governorate, District, Markaz, Vehicle, Assignment, PaymentMeans, Category, Service, Document, Fee, Offer, Place, Holiday,
        HoursPeriod,
    )  # fmt: skip
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_load_reference_creates_the_units_vehicles_and_places() -> None:
    load_reference()

    assert Governorate.objects.get().station_name_ar == "إذاعة جنوب الصعيد"
    assert {
        (unit.slug, unit.kind, unit.issuer_name_ar, unit.issuer_gender, unit.contact_phone)
        for unit in District.objects.all()
    } == {
        ("sohag-markaz", DistrictKind.MARKAZ, "الوحدة المحلية لمركز ومدينة سوهاج", GrammaticalGender.FEMININE, ""),
        ("gharb", DistrictKind.HAYY, "حي غرب بمدينة سوهاج", GrammaticalGender.MASCULINE, ""),
        ("sharq", DistrictKind.HAYY, "حي شرق بمدينة سوهاج", GrammaticalGender.MASCULINE, ""),
    }
    day = dt.date(2026, 11, 22)
    units = {vehicle.code: find_assignment(vehicle, on=day) for vehicle in Vehicle.objects.all()}
    assert {code: assignment and assignment.district.slug for code, assignment in units.items()} == {
        "SOH-1": "sohag-markaz",
        "SOH-2": "sohag-markaz",
        "SOH-3": "sohag-markaz",
        "SOH-4": "gharb",
        "SOH-5": "sharq",
    }
    assert Place.objects.filter(kind=PlaceKind.VILLAGE, district__slug="sohag-markaz").count() == 32
    quarters = Place.objects.filter(kind=PlaceKind.QUARTER, district__kind=DistrictKind.HAYY)
    assert quarters.filter(district_is_provisional=True).count() == 7
    assert Place.objects.count() == 39
    assert {place.label_ar for place in Place.objects.filter(code__in=["EG260319", "EG260202"])} == {
        "قرية بلصفورة – مركز سوهاج",
        "منطقة ناصر – حي شرق سوهاج",
    }


def test_load_reference_keeps_unknown_points_unknown_and_marks_rounded_ones() -> None:
    load_reference()

    unknown = Place.objects.get(code="EG260316")
    rounded = Place.objects.get(code="EG260303")
    exact = Place.objects.get(code="EG260319")
    assert (unknown.latitude, unknown.longitude, unknown.coordinates_are_rounded) == (None, None, False)
    assert (str(rounded.latitude), rounded.coordinates_are_rounded) == ("26.58333", True)
    assert (str(exact.latitude), str(exact.longitude), exact.coordinates_are_rounded) == ("26.52373", "31.74031", False)
    assert Place.objects.filter(latitude__isnull=True).count() == 13
    assert "GeoNames" in exact.source
    assert "GeoNames" not in unknown.source


def test_load_reference_knows_where_every_markaz_lies() -> None:
    load_reference()

    by_latitude = [markaz.name_ar for markaz in Markaz.objects.order_by("-latitude")]
    assert (by_latitude[0], by_latitude[-1], len(by_latitude)) == ("طما", "البلينا", 12)
    assert Markaz.objects.get(code="EG2611").names_ar == ("جهينة", "جهينة الغربية")


def test_load_reference_makes_places_findable_by_both_spellings() -> None:
    load_reference()

    assert [place.code for place in search_places("العرابة الشرقية")] == ["EG260306"]
    assert [place.code for place in search_places("العرابه الشرقيه")] == ["EG260306"]
    assert [place.code for place in search_places("قرية ادفا")] == ["EG260301"]
    assert [place.code for place in search_places("As Sala")] == ["EG260305"]


def test_load_reference_creates_a_catalogue_with_sources_and_no_guesses() -> None:
    load_reference()

    services = Service.objects.all()
    assert services.count() >= 25
    assert Category.objects.filter(services__isnull=False).distinct().count() >= 8
    assert not services.filter(source="").exists()
    assert not services.filter(announce_ar="").exists()
    assert not services.filter(name_en="").exists()
    assert not Fee.objects.filter(source="").exists()
    assert Service.objects.get(slug="building-permit").fees.count() == 0
    licence = Service.objects.get(slug="shop-licence")
    assert [(fee.label_ar, fee.minimum, fee.maximum, fee.as_of, fee.valid_to) for fee in licence.fees.all()] == [
        ("رسم المعاينة", None, 1000, dt.date(2026, 1, 18), None),
        ("رسم الترخيص", 1000, 100_000, dt.date(2026, 1, 18), None),
        ("تخفيض 50٪ من رسم الترخيص حتى يونيو 2026", None, None, dt.date(2026, 1, 20), dt.date(2026, 6, 30)),
    ]
    assert [document.position for document in licence.documents.all()] == [1, 2, 3, 4, 5, 6, 7]


def test_load_reference_names_licences_as_people_do_and_lists_the_papers_for_every_service() -> None:
    load_reference()

    licences = Service.objects.filter(name_ar__contains="ترخيص")
    assert [each.slug for each in licences if "رخصة" not in each.other_words] == []
    own = Document.objects.filter(service__slug="shop-licence").values_list("text_ar", flat=True)
    # Named once, because the words are the same.
    assert Governorate.objects.get().general_papers[1] in own


def test_load_reference_ends_the_service_that_moved_to_the_national_platform() -> None:
    load_reference()

    service = Service.objects.get(slug="state-land-regularisation")
    assert service.is_valid_on(dt.date(2026, 1, 20))
    assert not service.is_valid_on(dt.date(2026, 1, 21))
    assert "المنصة الوطنية" in service.elsewhere_ar
    assert not service.offers.exists()


def test_load_reference_offers_every_service_on_every_vehicle_with_its_usual_outcome() -> None:
    load_reference()

    day = dt.date(2026, 11, 22)
    assert {vehicle.offers.valid_on(day).count() for vehicle in Vehicle.objects.all()} == {34}
    assert all(offer.outcome == offer.service.outcome for offer in Offer.objects.select_related("service"))
    assert [means.name_ar for means in PaymentMeans.objects.all()] == ["نقدًا", "ببطاقة الدفع", "عبر خدمة فوري"]


def test_load_reference_creates_holidays_of_two_years_with_their_status_and_source() -> None:
    load_reference()

    assert Holiday.objects.filter(date__year=2026).count() == 17
    assert Holiday.objects.filter(date__year=2027).count() == 17
    assert not Holiday.objects.filter(source="").exists()
    assert Holiday.objects.get(date="2026-10-06").name_ar == "عيد القوات المسلحة"
    assert Holiday.objects.get(date="2027-05-03").status == HolidayStatus.CONFIRMED
    lunar = Holiday.objects.filter(date__year=2027, source__contains="moon")
    assert lunar.count() == 9
    assert set(lunar.values_list("status", flat=True)) == {HolidayStatus.PROVISIONAL}


def test_load_reference_creates_a_provisional_ramadan_that_ends_before_its_feast() -> None:
    load_reference()

    period = HoursPeriod.objects.get()
    assert (period.starts_on, period.ends_on) == (dt.date(2027, 2, 8), dt.date(2027, 3, 8))
    assert (period.starts_at, period.ends_at, period.last_intake) == (dt.time(9), dt.time(14), dt.time(13, 30))
    assert period.is_provisional
    assert Holiday.objects.filter(date__gt=period.ends_on).order_by("date")[0].name_ar == "عيد الفطر المبارك"


def test_second_load_changes_nothing() -> None:
    load_reference()
    before = list_everything()

    counts = load_reference()

    assert list_everything() == before
    assert [count.created for count in counts] == [0] * len(counts)
    assert sum(count.kept for count in counts) == 1 + 3 + 12 + 5 + 3 + 11 + 36 + 170 + 39 + 34 + 1


def test_second_load_leaves_what_staff_edited() -> None:
    load_reference()
    Vehicle.objects.filter(code="SOH-1").update(name_ar="سيارة الفردوس")
    District.objects.filter(slug="gharb").update(contact_phone="0932000000", name_ar="غرب")
    Place.objects.filter(code="EG260319").update(name_ar="بلصفورا")
    Service.objects.get(slug="shop-licence").documents.all().delete()

    load_reference()

    assert Vehicle.objects.get(code="SOH-1").name_ar == "سيارة الفردوس"
    assert District.objects.get(slug="gharb").contact_phone == "0932000000"
    assert Place.objects.get(code="EG260319").name_ar == "بلصفورا"
    assert not Service.objects.get(slug="shop-licence").documents.exists()


def test_second_load_does_not_bring_back_what_staff_renamed_moved_or_removed() -> None:
    load_reference()
    Vehicle.objects.filter(code="SOH-1").update(code="1234-QNA")
    Holiday.objects.filter(date="2027-01-25").update(date="2027-01-28")
    Place.objects.filter(code="EG260316").delete()
    Offer.objects.filter(vehicle__code="SOH-4", service__slug="lift-licence").delete()
    Service.objects.filter(slug="coded-meter").update(slug="electricity-coded-meter")
    Assignment.objects.filter(vehicle__code="SOH-5").delete()
    before = list_everything()

    load_reference()

    assert list_everything() == before


def test_load_keeps_a_row_that_staff_made_first() -> None:
    HolidayFactory(date=dt.date(2027, 5, 3), name_ar="عطلة قررتها المحافظة")

    load_reference()

    assert Holiday.objects.get(date="2027-05-03").name_ar == "عطلة قررتها المحافظة"


def test_load_makes_public_pages_out_of_date_only_when_it_creates_something() -> None:
    load_reference()
    after_first = ContentVersion.objects.get().number

    load_reference()

    assert after_first > 0
    assert ContentVersion.objects.get().number == after_first


def test_command_prints_a_count_for_every_kind() -> None:
    out = io.StringIO()

    call_command("load_reference", stdout=out)

    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert "39" in lines[8]


@pytest.mark.parametrize("app", ["vehicles", "services", "schedules"])
def test_every_reference_file_says_what_it_is_and_where_it_comes_from(app: str) -> None:
    paths = sorted((Path(apps.get_app_config(app).path) / "reference").glob("*.json"))

    assert paths
    for path in paths:
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["about"], path
        assert content["source"], path
        assert content["records"], path


def test_every_reference_row_is_valid() -> None:
    load_reference()

    for model in (
        Governorate,
        District,
        Vehicle,
        Assignment,
        PaymentMeans,
        Category,
        Service,
        Document,
        Fee,
        Place,
        Holiday,
    ):
        for row in model.objects.all():
            row.full_clean()

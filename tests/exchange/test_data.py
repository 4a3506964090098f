"""Tables of places, vehicles and services: what is new, what changes, what stays, and that an export comes back unchanged."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation
from openpyxl import load_workbook

from exchange.enums import JobState
from exchange.row_files import list_json, list_sheet, refused_sheet
from exchange.tables import MODELS, kinds_to_import, table_of
from schedules.models import Place
from schedules.queries_places import find_places
from services.models import Service
from sohag_mobile.errors import NotAllowed
from sohag_mobile.models import ContentVersion
from sohag_mobile.tables import Sheet, write_csv, write_xlsx
from tests.exchange.helpers import NOW, apply, csv_of, reasons, saved, send, states, xlsx_of
from tests.factories.schedules import PlaceFactory, StopFactory
from tests.factories.services import CategoryFactory, DocumentFactory, ServiceFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import District, Vehicle

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PLACES = ("الكود الرسمي", "النوع", "الاسم", "الوحدة", "خط العرض", "خط الطول")


@pytest.fixture
def keeper() -> User:
    return make_supervisor()


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory(name_ar="سوهاج", slug="sohag")
    return unit


def as_bytes(sheet: Sheet, ending: str) -> bytes:
    if ending == "csv":
        return b"".join(write_csv(sheet))
    with write_xlsx(sheet) as file:
        return file.read()


def version() -> int:
    return ContentVersion.objects.get(pk=1).number


def test_places_are_added_changed_and_left_alone(keeper: User, district: District) -> None:
    kept = PlaceFactory(code="P1", name_ar="بلصفورة", district=district, latitude="26.50000", longitude="31.60000")
    PlaceFactory(code="P2", name_ar="الكوم", district=district, name_en="Al Kom")
    data = csv_of(
        PLACES,
        ["P1", "قرية", "بلصفورة", "مركز سوهاج", "٢٦٫٥", "31,6"],
        ["P2", "village", "الكوم الأحمر", "sohag", "26.1", "31.2"],
        ["P3", "نجع", "نجع ـ الشيخ", "سوهاج", "", ""],
        ["P4", "قصر", "س", "أسيوط", "95", "31"],
        ["P1", "قرية", "بلصفورة", "مركز سوهاج", "", ""],
        ["كود", "قرية", "نقادة", "مركز سوهاج", "26", ""],
    )
    job = send("places", data, by=keeper)

    assert states(job) == ["unchanged", "changed", "new", "refused", "refused", "refused"]
    found = reasons(job)
    assert [column for column, _reason in found[5]] == ["kind", "district", "latitude"]
    assert found[6] == [("", "هذا مكرر، فقد سبق في السطر 2: يُكتب كل عنصر مرة واحدة.")]
    assert [column for column, _reason in found[7]] == ["code"]
    before = version()
    apply(job, "good")
    assert (job.state, version()) == (JobState.DONE, before + 1)
    changed = Place.objects.get(code="P2")
    assert (changed.name_ar, changed.name_en, changed.latitude) == ("الكوم الأحمر", "Al Kom", Decimal("26.10000"))
    assert find_places("الكوم الاحمر", limit=5)[0] == changed.pk
    assert Place.objects.get(code="P3").kind == "hamlet"
    assert Place.objects.count() == 3
    kept.refresh_from_db()
    assert kept.name_ar == "بلصفورة"


def test_all_or_nothing_cannot_be_chosen_beside_refused_rows(keeper: User, district: District) -> None:
    job = send("places", csv_of(PLACES, ["P1", "قرية", "أ", "سوهاج"], ["P2", "قصر", "ب", "سوهاج"]), by=keeper)

    with pytest.raises(Exception, match="الكل أو لا شيء"), translation.override("ar"):
        apply(job, "all")
    assert Place.objects.count() == 0


def test_place_that_somebody_changed_meanwhile_is_refused(keeper: User, district: District) -> None:
    place = PlaceFactory(code="P1", name_ar="بلصفورة", district=district)
    job = send("places", csv_of(PLACES[:4], ["P1", "قرية", "بلصفورة البلد", "سوهاج"]), by=keeper)
    Place.objects.filter(pk=place.pk).update(name_ar="بلصفورة قبلي")

    apply(job, "good")
    assert (states(job), Place.objects.get().name_ar) == (["refused"], "بلصفورة قبلي")


def test_vehicles_are_added_with_their_unit(keeper: User, district: District) -> None:
    VehicleFactory(code="V-1", name_ar="الأولى", assigned_to=district)
    headings = ("الكود", "الاسم", "مستعملة", "الوحدة", "تعمل بها من")
    other = DistrictFactory(name_ar="أخميم")
    job = send(
        "vehicles",
        csv_of(
            headings,
            ["V-1", "الأولى", "نعم", "مركز سوهاج", "1/1/2026"],
            ["V-2", "الثانية", "لا", "مركز أخميم", "1/12/2026"],
            ["V-3", "الثالثة", "ربما", "", ""],
            ["V-1 ", "الأولى", "نعم", other.slug, ""],
        ),
        by=keeper,
    )

    assert states(job) == ["unchanged", "new", "refused", "refused"]
    apply(job, "good")
    vehicle = Vehicle.objects.get(code="V-2")
    assert (vehicle.is_active, vehicle.assignments.get().district, vehicle.assignments.get().starts_on) == (
        False,
        other,
        dt.date(2026, 12, 1),
    )


def test_unit_of_a_vehicle_at_work_is_not_moved_by_a_file(keeper: User, district: District) -> None:
    VehicleFactory(code="V-1", name_ar="الأولى", assigned_to=district)
    other = DistrictFactory(name_ar="أخميم")
    job = send("vehicles", csv_of(("code", "name_ar", "unit"), ["V-1", "الأولى", other.slug]), by=keeper)

    assert [column for column, _reason in reasons(job)[2]] == ["unit"]


def test_services_with_their_papers(keeper: User) -> None:
    service = ServiceFactory(slug="form-7", name_ar="نموذج 7", outcome="received")
    DocumentFactory(service=service, text_ar="صورة البطاقة", text_en="Copy of the card", position=0)
    DocumentFactory(service=service, text_ar="عقد", position=1)
    CategoryFactory(slug="shops", name_ar="المحال")
    headings = ("كلمة العنوان", "المجال", "الاسم", "ما يحصل عليه المواطن عادة", "المستندات", "سارية حتى")
    job = send(
        "services",
        csv_of(
            headings,
            ["form-7", service.category.name_ar, "نموذج 7", "استلام الطلب", "سند الملكية؛ صورة البطاقة", "31/12/2026"],
            ["shop", "المحال", "رخصة محل", "finished", "", ""],
        ),
        by=keeper,
    )

    assert (states(job), reasons(job)) == (["changed", "new"], {})
    apply(job, "all")
    assert list(service.documents.values_list("text_ar", "text_en")) == [
        ("سند الملكية", ""),
        ("صورة البطاقة", "Copy of the card"),
    ]
    assert Service.objects.get(slug="shop").outcome == "finished"


def fill() -> None:
    unit = DistrictFactory(name_ar="سوهاج")
    PlaceFactory(
        code="P1", district=unit, latitude="-5.50000", longitude="31.60000", spellings="-أ، =ب", market_weekday=7,
        population=12500, population_source="تعداد 2017",
    )  # fmt: skip
    PlaceFactory(code="P2", district=DistrictFactory(hayy=True), source="'=x")
    service = ServiceFactory(summary_ar="=1+1\nسطر آخر", valid_from=dt.date(2026, 1, 1), announce_ar="@x")
    DocumentFactory(service=service)
    DocumentFactory(service=service, text_ar="أصل؛ وصورة")
    ServiceFactory(name_ar="+20")
    VehicleFactory(assigned_to=unit)
    VehicleFactory(is_active=False, name_en="")


@pytest.mark.parametrize("kind", ["places", "services", "vehicles"])
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_export_comes_back_unchanged(keeper: User, kind: str, language: str, ending: str) -> None:
    fill()
    with translation.override(language):
        sheet = list_sheet(table_of(kind, by=keeper, now=NOW), MODELS[kind]._default_manager.order_by("pk"))
        data = as_bytes(sheet, ending)

    job = send(kind, data, by=keeper, name=f"file.{ending}")
    assert [row.changes() for row in job.rows.all()] == [[], []]
    assert (states(job), reasons(job)) == (["unchanged"] * 2, {})


def test_no_cell_of_an_export_starts_a_formula(keeper: User) -> None:
    fill()
    sheet = list_sheet(table_of("places", by=keeper, now=NOW), Place.objects.order_by("pk"))
    text = b"".join(write_csv(sheet)).decode("utf-8-sig")

    assert [
        cell for line in text.splitlines() for cell in line.split(",") if cell.strip('"')[:1] in tuple("=+-@")
    ] == []


def test_json_of_a_list_names_columns_technically(keeper: User) -> None:
    fill()
    rows = json.loads("".join(list_json(table_of("places", by=keeper, now=NOW), Place.objects.order_by("pk"))))
    assert [(row["code"], row["latitude"]) for row in rows] == [("P1", "-5.50000"), ("P2", "")]


@pytest.mark.parametrize("kind", ["stops", "places", "services", "vehicles"])
@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_an_export_do_not_grow(
    keeper: User, kind: str, count: int, django_assert_max_num_queries: Any
) -> None:
    makers: dict[str, Any] = {
        "stops": StopFactory,
        "places": PlaceFactory,
        "services": ServiceFactory,
        "vehicles": VehicleFactory,
    }
    for _number in range(count):
        makers[kind]()
    table = table_of(kind, by=keeper, now=NOW)
    expected = {"stops": 3, "places": 1, "services": 2, "vehicles": 2}[kind]
    with django_assert_max_num_queries(expected) as queries:
        assert len(list(list_sheet(table, MODELS[kind]._default_manager.order_by("pk")).rows)) == count
    assert len(queries) == expected


def test_refused_rows_are_mended_and_sent_again(keeper: User, district: District) -> None:
    job = send("places", xlsx_of(PLACES, ["P1", "قصر", "بلصفورة", "سوهاج"], ["P2", "قرية", "أ", "سوهاج"]), by=keeper)
    with translation.override("ar"):
        data = as_bytes(refused_sheet(job, table_of("places", by=keeper, now=NOW)), "xlsx")
    book = load_workbook(io.BytesIO(data))
    sheet: Any = book.active
    assert [cell.value for cell in sheet[1]][:3] == ["سبب الرفض", "الكود الرسمي", "النوع"]
    assert sheet["A2"].value.startswith("النوع: «قصر» غير معروف هنا.")
    sheet["C2"] = "قرية"
    assert states(send("places", saved(book), by=keeper)) == ["new"]


def test_who_may_import_what() -> None:
    unit = DistrictFactory()
    assert [kind.value for kind in kinds_to_import(make_editor(unit))] == ["stops"]
    assert [kind.value for kind in kinds_to_import(make_supervisor())] == ["stops", "places", "services", "vehicles"]
    with pytest.raises(NotAllowed):
        send("places", csv_of(PLACES, ["P1"]), by=make_head(unit))

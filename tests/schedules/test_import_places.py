from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from schedules.enums import PlaceKind
from schedules.models import Place
from schedules.queries_places import search_places
from sohag_mobile.models import ContentVersion
from tests.factories.schedules import PlaceFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory
from vehicles.enums import DistrictKind, GrammaticalGender
from vehicles.models import District

pytestmark = pytest.mark.django_db

HEADER = "pcode,type,name_ar,name_en,markaz_pcode,markaz_ar,markaz_en,latitude,longitude,coord_precision,note"
ROWS = [
    "EG0101,village,الكوامل بحري,Al Kawamil Bahri,EG01,مركز سوهاج,Sohag,26.46852,31.68299,point,",
    "EG0102,village,الحمادية,Al Hammadiyah,EG01,مركز سوهاج,Sohag,26.58333,31.65,arc-minute (about 1-2 km),",
    'EG0103,village,العرابه الشرقيه,,EG01,مركز سوهاج,Sohag,,,,"unknown, could be two places"',
    "EG0201,village,الكوامل قبلي,,EG02,مركز المنشأة,El Monshaah,,,,",
    "EG0202,city,المنشأة,El Monshaah,EG02,مركز المنشأة,El Monshaah,,,,",
    "EG0301,village,الصوامعة غرب,,EG03,مركز طهطا,Tahta,,,,",
    "EG0401,village,قلعة,,EG04,قسم طهطا,Tahta (qism),,,,",
    "EG0501,shiakha,الأول,,EG05,قسم الكوثر,El Kawthar,,,,",
    "EG0601,new_city,سوهاج الجديدة,New Sohag,EG06,مدينة سوهاج الجديدة,New Sohag,,,,",
    "EG0701,hamlet,النجار,,EG07,ساقلته,,,,,",
    "EG0801,village,الصوامعة شرق,,EG08,مركز أخميم,Sohag,,,,",
    "EG0802,village,الأحايوة شرق,,EG08,مركز أخميم,Sohag,,,,",
]


KNOWN_TYPES = "village, shiakha, quarter, district, hamlet, city, new_city, other"


@pytest.fixture(autouse=True)
def _installation() -> None:
    GovernorateFactory()


def write(
    tmp_path: Path, rows: list[str], *, header: str = HEADER, encoding: str = "utf-8", newline: str = "\n"
) -> Path:
    path = tmp_path / "places.csv"
    path.write_bytes((newline.join([header, *rows]) + newline).encode(encoding))
    return path


def run(path: Path) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("import_places", path, source="test list", stdout=out)
    return out.getvalue()


def refusal(path: Path) -> list[str]:
    """The lines of the refusal; nothing was written."""
    before = (Place.objects.count(), District.objects.count(), ContentVersion.objects.get().number)
    with translation.override("en"), pytest.raises(CommandError) as refused:
        call_command("import_places", path, stdout=io.StringIO())
    assert (Place.objects.count(), District.objects.count(), ContentVersion.objects.get().number) == before
    return str(refused.value).split("\n")


def test_import_creates_places_and_their_units(tmp_path: Path) -> None:
    lines = run(write(tmp_path, ROWS)).splitlines()

    assert lines[-1] == "Places: 12 new, 0 completed, 0 unchanged."
    assert len(lines) == 1 + 7
    place = Place.objects.get(code="EG0101")
    assert (place.latitude, place.longitude) == (Decimal("26.46852"), Decimal("31.68299"))
    assert (place.coordinates_are_rounded, place.source, place.name_en) == (False, "test list", "Al Kawamil Bahri")
    assert Place.objects.get(code="EG0102").coordinates_are_rounded
    assert Place.objects.get(code="EG0103").latitude is None
    assert {p.code: p.label_ar for p in Place.objects.filter(code__in=["EG0202", "EG0501", "EG0601", "EG0701"])} == {
        "EG0202": "مدينة المنشأة – مركز المنشأة",
        "EG0501": "منطقة الأول – حي الكوثر",
        "EG0601": "مدينة سوهاج الجديدة – مدينة سوهاج الجديدة",
        "EG0701": "نجع النجار – مركز ساقلته",
    }
    assert [p.code for p in search_places("الصوامعة")] == ["EG0801", "EG0301"]
    for place in Place.objects.all():
        place.full_clean()


def test_import_names_new_units_as_issuers(tmp_path: Path) -> None:
    run(write(tmp_path, ROWS))

    units = {unit.official_code: unit for unit in District.objects.all()}
    markaz = units["EG01"]
    assert (markaz.kind, markaz.name_ar, markaz.slug) == (DistrictKind.MARKAZ, "سوهاج", "sohag")
    assert markaz.issuer_name_ar == "الوحدة المحلية لمركز ومدينة سوهاج"
    assert (markaz.issuer_short_ar, markaz.issuer_gender) == ("الوحدة المحلية", GrammaticalGender.FEMININE)
    assert (units["EG05"].kind, units["EG05"].issuer_name_ar) == (DistrictKind.HAYY, "حي الكوثر")
    assert (units["EG06"].kind, units["EG06"].label_ar) == (DistrictKind.CITY, "مدينة سوهاج الجديدة")
    # Two units of one Latin name, and one without: the addresses differ all the same.
    assert (units["EG08"].slug, units["EG07"].slug) == ("sohag-eg08", "eg07")
    for unit in units.values():
        unit.full_clean()


def test_import_puts_a_police_division_into_the_markaz_of_its_name(tmp_path: Path) -> None:
    # The division stands before its markaz in the file, and does not take the markaz's code.
    run(write(tmp_path, [ROWS[6], ROWS[5]]))

    assert District.objects.get().official_code == "EG03"
    division, markaz = Place.objects.get(code="EG0401"), Place.objects.get(code="EG0301")
    assert division.district == markaz.district
    assert (division.district_is_provisional, markaz.district_is_provisional) == (True, False)


def test_import_uses_known_units(tmp_path: Path) -> None:
    by_code = DistrictFactory(official_code="EG01", name_ar="اسم آخر")
    by_name = DistrictFactory(name_ar="المنشاه")

    run(write(tmp_path, ROWS[:4]))

    assert District.objects.count() == 2
    assert Place.objects.get(code="EG0101").district == by_code
    assert Place.objects.get(code="EG0201").district == by_name


def test_import_fills_only_what_is_empty_in_a_known_place(tmp_path: Path) -> None:
    unit = DistrictFactory()
    edited = PlaceFactory(
        code="EG0101", name_ar="الكوامل", name_en="Kawamil", spellings="كومل", latitude=26, longitude=31, district=unit
    )
    empty = PlaceFactory(code="EG0102", name_ar="الحمّادية", name_en="", kind=PlaceKind.HAMLET, district=unit)

    output = run(write(tmp_path, ROWS[:2]))

    assert output == "Places: 0 new, 1 completed, 1 unchanged.\n"
    before = Place.objects.filter(pk=edited.pk).values().get()
    assert (before["name_ar"], before["name_en"], before["spellings"], before["latitude"]) == (
        "الكوامل",
        "Kawamil",
        "كومل",
        26,
    )
    empty.refresh_from_db()
    assert (empty.name_ar, empty.name_en, empty.spellings) == ("الحمّادية", "Al Hammadiyah", "الحمادية")
    assert (empty.latitude, empty.coordinates_are_rounded) == (Decimal("26.58333"), True)
    assert (empty.kind, empty.district) == (PlaceKind.HAMLET, unit)
    assert search_places("hammadiyah") == [empty]
    assert District.objects.count() == 1


def test_second_import_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, ROWS)
    run(path)
    before = (list(Place.objects.values()), list(District.objects.values()), ContentVersion.objects.get().number)

    assert run(path) == "Places: 0 new, 0 completed, 12 unchanged.\n"
    assert (
        list(Place.objects.values()),
        list(District.objects.values()),
        ContentVersion.objects.get().number,
    ) == before


@pytest.mark.parametrize(
    ("encoding", "newline", "delimiter"), [("utf-8-sig", "\r\n", ","), ("utf-8", "\r\n", ";"), ("utf-8-sig", "\r", ",")]
)
def test_import_reads_what_spreadsheets_write(tmp_path: Path, encoding: str, newline: str, delimiter: str) -> None:
    header = HEADER.replace(",", delimiter)
    rows = [ROWS[0].replace(",", delimiter), "", delimiter * 10, ROWS[1].replace(",", delimiter)]

    output = run(write(tmp_path, rows, header=header, encoding=encoding, newline=newline))

    assert output.splitlines()[-1] == "Places: 2 new, 0 completed, 0 unchanged."


def test_import_lists_every_bad_row_and_imports_none(tmp_path: Path) -> None:
    bad = [
        ROWS[0],
        "EG0101,village,تكرار,,EG01,مركز سوهاج,Sohag,,,,",
        ",village,بلا كود,,EG01,مركز سوهاج,Sohag,,,,",
        "EG0103,planet,المريخ,,EG01,مركز سوهاج,Sohag,,,,",
        "EG0104,village,,,EG01,مركز سوهاج,Sohag,north,31.6,,",
        '"EG0105",village,"سطران\nفي خانة",,EG01,مركز سوهاج,Sohag,26.5,,,',
        "EG 106,village,كود خطأ,,EG01,مركز سوهاج,Sohag,91,nan,,",
        "EG0107,village,…,,EG01,مركز سوهاج,Sohag,,,,,,",
        f"EG0108,village,{'ط' * 121},,EG01,مركز سوهاج,Sohag,,,,",
    ]

    assert refusal(write(tmp_path, bad)) == [
        "Nothing was imported: the file has 12 mistakes.",
        "Line 3, column “pcode”: the code EG0101 is already on line 2.",
        "Line 4, column “pcode”: is empty.",
        f"Line 5, column “type”: “planet” is not known. Known: {KNOWN_TYPES}.",
        "Line 6, column “name_ar”: is empty.",
        "Line 6, column “latitude”: “north” is not a number.",
        "Line 7, column “longitude”: is empty, but the other coordinate is given.",
        "Line 9, column “pcode”: Use Latin letters, digits and hyphens only.",
        "Line 9, column “latitude”: “91” does not lie between -90 and 90.",
        "Line 9, column “longitude”: “nan” does not lie between -180 and 180.",
        "Line 10, column “…”: the line has 13 cells, the header 11.",
        "Line 10, column “name_ar”: “…” is not a name.",
        "Line 11, column “name_ar”: is longer than 120 characters.",
    ]


@pytest.mark.parametrize("encoding", ["cp1256", "utf-16"])
def test_import_refuses_another_encoding(tmp_path: Path, encoding: str) -> None:
    assert refusal(write(tmp_path, ROWS[:1], encoding=encoding)) == [
        "The file is not UTF-8 text. Save it as “CSV UTF-8” and try again."
    ]


def test_import_refuses_missing_columns(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, ["EG0101,تونس"], header="pcode,name_ar")) == [
        "The first line must name the columns. Missing: type, markaz_pcode, markaz_ar."
    ]


def test_import_refuses_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")

    assert refusal(path)[0].startswith("The first line must name the columns.")
    assert refusal(write(tmp_path, [])) == ["The file lists no places."]


def test_import_refuses_broken_quotation_marks(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, [ROWS[0], 'EG0102,village,"تونس,,EG01,مركز سوهاج,Sohag,,,,'])) == [
        "Line 3 cannot be read: check its quotation marks."
    ]


def test_import_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"

    assert refusal(path) == [f"{path} cannot be read."]


def test_import_needs_a_governorate(tmp_path: Path) -> None:
    GovernorateFactory().delete()

    assert refusal(write(tmp_path, ROWS)) == ["There is no governorate yet. Load the reference data first."]

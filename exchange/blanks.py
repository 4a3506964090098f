"""Empty tables to fill in: Arabic headings, examples that would be accepted and are never imported, lists to choose from, and a
sheet that explains every column.

An example row says so in its first column: whoever forgets to delete it imports nothing by mistake.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from exchange.enums import Kind
from exchange.resources import EXAMPLE, EXAMPLE_HEADING, EXAMPLE_WORD, Column, TableResource
from exchange.resources_stops import ALL_SERVICES
from schedules.enums import PlaceKind
from schedules.models import Place
from schedules.validators import StopData, check_stop
from services.enums import Outcome
from services.models import Category, Offer, Service
from sohag_mobile.tables import Sheet, write_csv
from vehicles.enums import Right
from vehicles.models import Assignment, District, Vehicle
from vehicles.queries import list_districts_of

_FILLED_ROWS = 2000  # how far down the lists to choose from reach
_HEADER = PatternFill("solid", fgColor="0A5468")
_EXAMPLE_FILL = PatternFill("solid", fgColor="F1E9D6")
_DAYS_LOOKED_AT = 60


def blank_csv(table: TableResource) -> Iterator[bytes]:
    """The template as a CSV file."""
    with translation.override(settings.LANGUAGE_CODE):
        headings, rows = _headings(table), _example_rows(table)
        return write_csv(Sheet(str(table.kind.label), headings, rows))


def blank_xlsx(table: TableResource) -> bytes:
    """The template as a workbook: the table, «شرح», and the lists that cells choose from."""
    with translation.override(settings.LANGUAGE_CODE):
        book = Workbook()
        sheet: Any = book.active
        sheet.title = str(table.kind.label)
        _fill(sheet, _headings(table), _example_rows(table))
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.fill = _EXAMPLE_FILL
        explained = book.create_sheet("شرح")
        _fill(
            explained,
            [_("Column"), _("Required"), _("What is written"), _("Allowed values"), _("Technical name")],
            _explain(table),
        )
        _offer_choices(book, sheet, table)
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()


def _columns(table: TableResource) -> list[Column]:
    return [column for column in table.columns if not column.told_only]


def _headings(table: TableResource) -> list[str]:
    return [str(EXAMPLE_HEADING), *(str(column.heading) for column in _columns(table))]


def _example_rows(table: TableResource) -> list[list[str]]:
    examples = _EXAMPLES[table.kind](table)
    return [[EXAMPLE_WORD, *(each.get(column.name, "") for column in _columns(table))] for each in examples]


def _explain(table: TableResource) -> list[list[str]]:
    rows = [
        [
            str(EXAMPLE_HEADING),
            _("No"),
            _(
                "Rows with the word «مثال» here are left out. Delete them, or leave them; leave this column empty in your"
                " own rows."
            ),
            EXAMPLE_WORD,
            EXAMPLE,
        ]
    ]
    for column in _columns(table):
        allowed = "، ".join(column.choices) if not isinstance(column.choices, str) else _ALLOWED.get(column.choices, "")
        rows.append(
            [
                str(column.heading),
                _("Yes") if column.required else _("No"),
                str(column.meaning),
                str(allowed),
                column.name,
            ]
        )
    return rows


_ALLOWED = {"yes_no": "نعم، لا"}


def _fill(sheet: Any, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet.sheet_view.rightToLeft = True
    sheet.freeze_panes = "A2"
    for number, cells in enumerate([headings, *rows], start=1):
        for position, text in enumerate(cells, start=1):
            cell = sheet.cell(number, position)
            cell.value = text
            cell.data_type = "s"
            # As text, so that a spreadsheet does not turn 29/11 into the month of another country.
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right")
            if number == 1:
                cell.font = Font(bold=True, color="FFFFFF")
                cell.fill = _HEADER
    for position in range(1, len(headings) + 1):
        longest = max((len(str(cells[position - 1])) for cells in [headings, *rows]), default=10)
        sheet.column_dimensions[get_column_letter(position)].width = min(max(longest + 3, 12), 45)


def _offer_choices(book: Workbook, sheet: Any, table: TableResource) -> None:
    """Lists to choose from: names in a sheet of their own, because a list in the cell itself may have 255 characters."""
    lists = book.create_sheet("قوائم")
    lists.sheet_state = "hidden"
    places: dict[tuple[str, ...] | str, str] = {}
    for position, column in enumerate(_columns(table), start=2):
        if not column.choices:
            continue
        key = column.choices if isinstance(column.choices, str) else tuple(column.choices)
        if key not in places:
            words = _WORDS[key]() if isinstance(key, str) else list(key)
            letter = get_column_letter(len(places) + 1)
            for number, word in enumerate(words, start=1):
                cell = lists[f"{letter}{number}"]
                cell.value, cell.data_type = word, "s"
            places[key] = f"'قوائم'!${letter}$1:${letter}${max(len(words), 1)}"
        # A warning and no refusal: the file may name things in more ways than the list does.
        rule = DataValidation(type="list", formula1=places[key], allow_blank=True, errorStyle="warning")
        letter = get_column_letter(position)
        rule.add(f"{letter}2:{letter}{_FILLED_ROWS}")
        sheet.add_data_validation(rule)


_WORDS: dict[str, Any] = {
    "yes_no": lambda: ["نعم", "لا"],
    "units": lambda: [unit.label_ar for unit in District.objects.all()],
    "vehicles": lambda: list(Vehicle.objects.active().values_list("code", flat=True)),
    "places": lambda: [place.label_ar for place in Place.objects.select_related("district")],
    "categories": lambda: list(Category.objects.values_list("name_ar", flat=True)),
    "services": lambda: [ALL_SERVICES, *Service.objects.values_list("name_ar", flat=True)],
}


# -- examples ---------------------------------------------------------------------------------------------------------------


def _place_examples(table: TableResource) -> list[Mapping[str, str]]:
    unit = District.objects.first()
    label = unit.label_ar if unit else "مركز سوهاج"
    return [
        {
            "code": "EG-EXAMPLE-1",
            "kind": str(PlaceKind.VILLAGE.label),
            "name_ar": "بلصفورة",
            "name_en": "Balasfurah",
            "district": label,
            "latitude": "26.55912",
            "longitude": "31.69478",
            "district_is_provisional": "لا",
            "coordinates_are_rounded": "نعم",
            "source": "خطاب الوحدة المحلية",
        },
        {"code": "EG-EXAMPLE-2", "kind": str(PlaceKind.HAMLET.label), "name_ar": "نجع الشيخ", "district": label},
    ]


def _vehicle_examples(table: TableResource) -> list[Mapping[str, str]]:
    unit = District.objects.first()
    today = timezone.localdate(table.now).strftime("%d/%m/%Y")
    return [
        {
            "code": "EXAMPLE-1",
            "name_ar": "سيارة المركز التكنولوجي الأولى",
            "name_en": "Vehicle one",
            "is_active": "نعم",
            **({"unit": unit.label_ar, "unit_from": today} if unit else {}),
        },
        {"code": "EXAMPLE-2", "name_ar": "سيارة المركز التكنولوجي الثانية", "is_active": "لا"},
    ]


def _service_examples(table: TableResource) -> list[Mapping[str, str]]:
    category = Category.objects.first()
    return [
        {
            "slug": "example-service",
            "category": category.name_ar if category else "",
            "name_ar": "شهادة صلاحية موقع للبناء",
            "name_en": "Site validity certificate",
            "outcome": str(Outcome.RECEIVED.label),
            "papers": "أصل بطاقة الرقم القومي وصورة منها؛ سند الملكية",
            "valid_from": "01/01/2026",
        }
    ]


def _stop_examples(table: TableResource) -> list[Mapping[str, str]]:
    """A stop that the person could plan: the first vehicle of their units, on the first day that is free."""
    units = list_districts_of(table.by, Right.EDIT)
    today = timezone.localdate(table.now)
    assigned = Assignment.objects.filter(district__in=units, vehicle__is_active=True, starts_on__lte=today)
    found: dict[str, str] = {"vehicle": "VAN-1", "place": "قرية بلصفورة – مركز سوهاج"}
    day = today + dt.timedelta(days=1)
    for assignment in assigned.select_related("vehicle", "district").order_by("vehicle__code", "-starts_on"):
        place = Place.objects.filter(district=assignment.district).select_related("district__governorate").first()
        if place is None or assignment.vehicle.offers.count() == 0:
            continue
        free = _first_free_day(table, assignment.vehicle, place)
        if free is not None:
            found, day = {"vehicle": assignment.vehicle.code, "place": place.label_ar}, free
            break
    return [
        {
            **found,
            "date": day.strftime("%d/%m/%Y"),
            "starts_at": "9:00 ص",
            "ends_at": "14:00",
            "last_intake": "13:30",
            "landmark_ar": "أمام مركز شباب القرية",
            "services": ALL_SERVICES,
            "intake_only": "لا",
        }
    ]


def _first_free_day(table: TableResource, vehicle: Vehicle, place: Place) -> dt.date | None:
    today = timezone.localdate(table.now)
    for ahead in range(1, _DAYS_LOOKED_AT):
        day = today + dt.timedelta(days=ahead)
        offers = Offer.objects.valid_on(day).filter(vehicle=vehicle).select_related("service")
        data = StopData(
            vehicle=vehicle,
            place=place,
            date=day,
            starts_at=dt.time(9),
            ends_at=dt.time(14),
            last_intake=dt.time(13, 30),
            landmark_ar="أمام مركز شباب القرية",
            services=tuple(offer.service for offer in offers),
        )
        if not check_stop(data, by=table.by, now=table.now):
            return day
    return None


_EXAMPLES: dict[str, Any] = {
    Kind.STOPS: _stop_examples,
    Kind.PLACES: _place_examples,
    Kind.SERVICES: _service_examples,
    Kind.VEHICLES: _vehicle_examples,
}

"""Reading a list of places from a CSV file, with every mistake in it named by line, column and reason."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from schedules.enums import PlaceKind
from schedules.search import fold
from sohag_mobile.errors import DomainError
from vehicles.models import code_validator

REQUIRED_COLUMNS = ("pcode", "type", "name_ar", "markaz_pcode", "markaz_ar")
_KINDS = {
    "village": PlaceKind.VILLAGE,
    "shiakha": PlaceKind.QUARTER,
    "quarter": PlaceKind.QUARTER,
    "district": PlaceKind.QUARTER,
    "hamlet": PlaceKind.HAMLET,
    "city": PlaceKind.CITY,
    "new_city": PlaceKind.CITY,
    "other": PlaceKind.OTHER,
}
_LONGEST = {
    "pcode": 20,
    "name_ar": 120,
    "name_en": 120,
    "markaz_pcode": 20,
    "markaz_ar": 110,
    "markaz_en": 120,
    "population_source": 300,
}
_MOST_PEOPLE = 100_000_000
_LIMITS = {"latitude": 90, "longitude": 180}
_FIVE_PLACES = Decimal("0.00001")


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place as the file tells of it. `unit_*` is the markaz, qism or new city, with its class noun."""

    line: int
    code: str
    kind: PlaceKind
    name_ar: str
    name_en: str
    unit_code: str
    unit_name_ar: str
    unit_name_en: str
    latitude: Decimal | None
    longitude: Decimal | None
    coordinates_are_rounded: bool
    population: int | None
    population_source: str


@dataclasses.dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one cell. `line` counts from 1, the header included."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return _("Line %(line)d, column “%(column)s”: %(reason)s") % {
            "line": self.line,
            "column": self.column,
            "reason": self.reason,
        }


class PlaceFileRefused(DomainError):
    """The file cannot be imported; `problems` says where and why, and is empty when the file as a whole is unreadable."""

    code = "place_file_refused"

    def __init__(self, message: str, problems: list[RowProblem] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


def read_places(data: bytes) -> list[PlaceRow]:
    """The places in a CSV file: UTF-8 with or without BOM, any line ends, commas or semicolons.

    Raises PlaceFileRefused, listing every mistake, if there is any: a file is taken whole or not at all.
    """
    rows: list[PlaceRow] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for line, cells in _read_cells(_decode(data)):
        mistakes = [RowProblem(line, column, reason) for column, reason in _find_mistakes(cells)]
        code = cells.get("pcode", "")
        if code and code in seen:
            reason = _("the code %(code)s is already on line %(line)d.") % {"code": code, "line": seen[code]}
            mistakes.append(RowProblem(line, "pcode", reason))
        seen.setdefault(code, line)
        if mistakes:
            problems += mistakes
        else:
            rows.append(_build_row(line, cells))
    if problems:
        message = ngettext(
            "Nothing was imported: the file has %(count)d mistake.",
            "Nothing was imported: the file has %(count)d mistakes.",
            len(problems),
        )
        raise PlaceFileRefused(message % {"count": len(problems)}, problems)
    if not rows:
        raise PlaceFileRefused(_("The file lists no places."))
    return rows


def _decode(data: bytes) -> str:
    not_utf8 = gettext_lazy("The file is not UTF-8 text. Save it as “CSV UTF-8” and try again.")
    if b"\0" in data:
        raise PlaceFileRefused(str(not_utf8))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlaceFileRefused(str(not_utf8)) from None


def _read_cells(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row's line number and its cells by column name, trimmed; blank lines are skipped."""
    header_line = text.split("\n", 1)[0]
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        missing = [column for column in REQUIRED_COLUMNS if column not in header]
        if missing:
            names = ", ".join(missing)
            raise PlaceFileRefused(
                _("The first line must name the columns. Missing: %(columns)s.") % {"columns": names}
            )
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
                yield line, named | ({"": _surplus(header, cells)} if len(cells) > len(header) else {})
            line = reader.line_num + 1
    except csv.Error as error:
        reason = _("Line %(line)d cannot be read: check its quotation marks.") % {"line": reader.line_num}
        raise PlaceFileRefused(reason) from error


def _surplus(header: list[str], cells: list[str]) -> str:
    return _("the line has %(cells)d cells, the header %(columns)d.") % {"cells": len(cells), "columns": len(header)}


def _find_mistakes(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The column and the reason of every mistake in one row."""
    if "" in cells:
        yield "…", cells[""]
    for column in REQUIRED_COLUMNS:
        if not cells.get(column):
            yield column, _("is empty.")
    for column, longest in _LONGEST.items():
        if len(cells.get(column, "")) > longest:
            yield column, _("is longer than %(longest)d characters.") % {"longest": longest}
    for column in ("pcode", "markaz_pcode"):
        if cells.get(column):
            try:
                code_validator(cells[column])
            except ValidationError as error:
                yield column, error.messages[0]
    for column in ("name_ar", "markaz_ar"):
        if cells.get(column) and not fold(cells[column]):
            yield column, _("“%(value)s” is not a name.") % {"value": cells[column]}
    if cells.get("type") and cells["type"] not in _KINDS:
        known = ", ".join(_KINDS)
        yield "type", _("“%(value)s” is not known. Known: %(known)s.") % {"value": cells["type"], "known": known}
    yield from _find_coordinate_mistakes(cells)
    yield from _find_population_mistakes(cells)


def _find_population_mistakes(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    value = cells.get("population", "")
    if not value:
        return
    if not (value.isascii() and value.isdecimal() and 0 < int(value) < _MOST_PEOPLE):
        yield "population", _("“%(value)s” is not a number of people.") % {"value": value}
    elif not cells.get("population_source"):
        yield "population_source", _("is empty, but a population is given: say where it comes from.")


def _find_coordinate_mistakes(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    for column, limit in _LIMITS.items():
        value = cells.get(column, "")
        if not value:
            continue
        try:
            number = Decimal(value)
        except InvalidOperation:
            yield column, _("“%(value)s” is not a number.") % {"value": value}
            continue
        if not number.is_finite() or abs(number) > limit:
            yield (
                column,
                _("“%(value)s” does not lie between -%(limit)d and %(limit)d.") % {"value": value, "limit": limit},
            )
    given = [column for column in _LIMITS if cells.get(column)]
    if len(given) == 1:
        (missing,) = set(_LIMITS) - set(given)
        yield missing, _("is empty, but the other coordinate is given.")


def _build_row(line: int, cells: dict[str, str]) -> PlaceRow:
    latitude, longitude = (
        Decimal(cells[column]).quantize(_FIVE_PLACES) if cells.get(column) else None for column in _LIMITS
    )
    return PlaceRow(
        line=line,
        code=cells["pcode"],
        kind=_KINDS[cells["type"]],
        name_ar=cells["name_ar"],
        name_en=cells.get("name_en", ""),
        unit_code=cells["markaz_pcode"],
        unit_name_ar=cells["markaz_ar"],
        unit_name_en=cells.get("markaz_en", ""),
        latitude=latitude,
        longitude=longitude,
        coordinates_are_rounded=cells.get("coord_precision", "").startswith("arc-minute"),
        population=int(cells["population"]) if cells.get("population") else None,
        population_source=cells.get("population_source", "") if cells.get("population") else "",
    )

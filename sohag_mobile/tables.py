"""Lists as files for a spreadsheet, harmless there: no cell is ever taken for a formula. Written line by line, however long."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

CSV_MIME_TYPE = "text/csv; charset=utf-8"
XLSX_MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet takes for a formula when a cell begins with it (OWASP, «CSV Injection»); also behind apostrophes, so that
# ours can be told from those that were there.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
# What XML cannot hold at all.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOMENT, _DAY, _TIME = "yyyy-mm-dd hh:mm", "yyyy-mm-dd", "hh:mm"

Cell = str | int | float | dt.datetime | dt.date | dt.time | None


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A table under its title. Moments in it are local and without a zone; None is an empty cell."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def send_table(sheet: Sheet, *more: Sheet, name: str, kind: str) -> HttpResponseBase:
    """The table as a download `name.kind`. An "xlsx" holds `more` sheets as well; a "csv" is the first alone."""
    if kind == "xlsx":
        file = write_xlsx(sheet, *more)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_MIME_TYPE)
    response = StreamingHttpResponse(write_csv(sheet), content_type=CSV_MIME_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def write_csv(sheet: Sheet) -> Iterator[bytes]:
    """The lines of a CSV file: UTF-8 with its mark, so that spreadsheets read the Arabic.

    Rows are asked for in the language that is active now, although the answer is read after the view has returned.
    """
    language = translation.get_language()
    return _csv_lines(sheet, language)


def _csv_lines(sheet: Sheet, language: str | None) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _csv_line(sheet.headings)
    rows = iter(sheet.rows)
    while True:
        # Each line is asked for when another language may be active in this thread.
        with translation.override(language):
            cells = next(rows, None)
        if cells is None:
            return
        yield _csv_line(cells)


def _csv_line(cells: Sequence[Cell]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_harmless(cell) for cell in cells])
    return buffer.getvalue().encode()


def _harmless(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, dt.time):
        return cell.isoformat("minutes")
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) else text


def without_guard(text: str) -> str:
    """A cell of a CSV file as it was before `write_csv` put an apostrophe before what a spreadsheet would calculate."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def write_xlsx(*sheets: Sheet) -> IO[bytes]:
    """A workbook whose sheets run from right to left, as a temporary file that stands at its beginning."""
    book = Workbook(write_only=True)
    for table in sheets:
        sheet = book.create_sheet(table.title[:31])
        sheet.sheet_view.rightToLeft = True
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, heading) for heading in table.headings])
        for cells in table.rows:
            sheet.append([_cell(sheet, cell) for cell in cells])
    file = tempfile.TemporaryFile()  # noqa: SIM115  # reason: whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", value)[:32_000])
        cell.data_type = "s"  # and not a formula, whatever it begins with
        return cell
    cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # reason: dates and times are cells as well
    if isinstance(value, dt.datetime):
        cell.number_format = _MOMENT
    elif isinstance(value, dt.date):
        cell.number_format = _DAY
    elif isinstance(value, dt.time):
        cell.number_format = _TIME
    return cell

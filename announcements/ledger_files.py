"""The ledger as a file: what the list shows, for a spreadsheet. Written line by line, however long it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from announcements.models import Delivery
from announcements.reasons import explain_delivery

CSV_MIME_TYPE = "text/csv; charset=utf-8"
XLSX_MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet takes for a formula when a cell begins with it (OWASP, «CSV Injection»).
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
# What XML cannot hold at all.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOMENT = "yyyy-mm-dd hh:mm"

Cell = str | int | dt.datetime | None


def headings() -> list[str]:
    """The names of the columns, in the language that is active."""
    return [
        *(_("Notice"), _("Unit"), _("Kind"), _("Title"), _("Channel"), _("Kind of channel"), _("State"), _("Late")),
        *(_("Attempts"), _("Issued at"), _("Sent at"), _("First visit begins at"), _("Reason")),
        *(_("Answer of the platform"), _("Live post"), _("Settled by"), _("Settled at"), _("Note")),
    ]


def list_cells(deliveries: Iterable[Delivery], *, now: dt.datetime) -> Iterator[list[Cell]]:
    """One line for each delivery (with notice, unit, channel and who settled it); moments are local and without a zone."""
    for one in deliveries:
        settled_by = one.settled_by
        yield [
            one.notice.reference,
            one.notice.district.label,
            one.notice.get_kind_display(),
            one.notice.title_ar,
            one.channel.name,
            one.channel.get_kind_display(),
            one.get_status_display(),
            _("Yes") if one.is_late_at(now) else "",
            one.attempt,
            _local(one.notice.issued_at),
            _local(one.sent_at),
            _local(one.begins_at),
            explain_delivery(one),
            one.error_detail,
            one.external_url,
            (settled_by.get_full_name() or settled_by.get_username()) if settled_by else "",
            _local(one.settled_at),
            one.settled_note,
        ]


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else None


def write_csv(deliveries: Iterable[Delivery], *, now: dt.datetime) -> Iterator[bytes]:
    """The lines of a CSV file: UTF-8 with its mark, so that spreadsheets read the Arabic; no cell is a formula."""
    language = translation.get_language()

    def line(cells: Iterable[Cell]) -> bytes:
        buffer = io.StringIO()
        csv.writer(buffer).writerow([_harmless(cell) for cell in cells])
        return buffer.getvalue().encode()

    yield b"\xef\xbb\xbf"
    lines: Iterator[list[Cell]] = itertools.chain([[*headings()]], list_cells(deliveries, now=now))
    while True:
        # Each line is asked for after the view has returned, when another language may be active in this thread.
        with translation.override(language):
            cells = next(lines, None)
        if cells is None:
            return
        yield line(cells)


def _harmless(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "minutes")
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) else text


def write_xlsx(deliveries: Iterable[Delivery], *, now: dt.datetime) -> IO[bytes]:
    """A spreadsheet from right to left, as a temporary file that stands at its beginning; text is never a formula there."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Ledger of deliveries")[:31])
    sheet.sheet_view.rightToLeft = True
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, heading) for heading in headings()])
    for cells in list_cells(deliveries, now=now):
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
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, dt.datetime):
        cell.number_format = _MOMENT
    return cell

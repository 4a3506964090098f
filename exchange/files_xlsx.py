"""XLSX workbooks as text. What could do harm is looked for before the workbook is opened: bombs, macros, entities, formulas."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from typing import Any, Final
from xml.parsers import expat

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from exchange.files import (
    MOST_COLUMNS,
    FileRefused,
    RawRow,
    RawTable,
    build_table,
    name_cell,
    refuse_long_cell,
    refuse_too_many,
)

# A workbook of twenty thousand rows unpacks to some forty megabytes, at a ratio below twenty.
MOST_UNPACKED: Final = 150 * 1024 * 1024
MOST_RATIO: Final = 150
_SMALL: Final = 1024 * 1024
MOST_PARTS: Final = 1000
# Sheets of ours that explain; see blanks.py.
EXPLAINING_SHEETS: Final = frozenset({"شرح", "قوائم", "Explanation", "Lists"})
# Lines without any text that may lie between rows; a workbook that goes on for longer is not looked through.
_MOST_LINES: Final = 200_000
_MACROS: Final = re.compile(rb"macroEnabled|vbaProject", re.I)
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=[\"']([A-Z0-9:]+)[\"']")
_SHOWN_AT_MOST: Final = 5


def read_xlsx(data: bytes, *, most: int) -> RawTable:
    """The cells of the first sheet that is shown. Raises FileRefused when the workbook is damaged, harmful, or too long."""
    try:
        _check_parts(data)
        return _read_workbook(data, most=most)
    except FileRefused:
        raise
    except RecursionError:
        raise _damaged() from None
    # Whatever openpyxl stumbles over in a workbook that is none: the list of what it raises has no end.
    except (
        *(zipfile.BadZipFile, zlib.error, expat.ExpatError, InvalidFileException, SyntaxError, EOFError, OSError),
        *(KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, NotImplementedError),
    ) as error:
        raise _damaged() from error


def _damaged() -> FileRefused:
    return FileRefused(
        _("The workbook is damaged or not complete. Open it in the spreadsheet, save it anew and send it again."),
        code="damaged",
    )


def _bomb() -> FileRefused:
    return FileRefused(
        _("The workbook would unpack to far more than a table of this size holds. It was not opened."), code="bomb"
    )


def _check_parts(data: bytes) -> None:
    """Refuse an archive by its table of contents, then each of its parts, before anything is made of them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if any(part.flag_bits & 1 for part in parts):
            raise FileRefused(
                _("The workbook is protected by a password. Remove the password, save it and send it again."),
                code="encrypted",
            )
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _bomb()
        if any(part.file_size > _SMALL and part.file_size > MOST_RATIO * part.compress_size for part in parts):
            raise _bomb()
        if "mimetype" in names or "xl/workbook.bin" in names:
            raise FileRefused(
                _("This is a workbook of another kind. Save it as “Excel workbook (.xlsx)” and send it again."),
                code="other_workbook",
            )
        if "[Content_Types].xml" not in names:
            raise FileRefused(_("This is an archive and no workbook."), code="not_a_workbook")
        if any("vbaproject" in name.lower() for name in names) or _MACROS.search(archive.read("[Content_Types].xml")):
            raise FileRefused(
                _("The workbook holds macros. Save it as “Excel workbook (.xlsx)”, without macros, and send it again."),
                code="macros",
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                _check_xml(archive.read(part))


def _check_xml(data: bytes) -> None:
    """No part of a workbook declares a document type; only who plans an attack with entities does."""
    parser = expat.ParserCreate()

    def refuse(*_ignored: Any) -> None:
        raise FileRefused(
            _("The workbook holds declarations that no spreadsheet writes. It was not opened."), code="entities"
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.Parse(data, True)


def _read_workbook(data: bytes, *, most: int) -> RawTable:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        sheets = [
            sheet
            for sheet in book.worksheets
            if sheet.sheet_state == "visible" and sheet.title not in EXPLAINING_SHEETS
        ]
        if not sheets:
            raise FileRefused(_("The workbook has no sheet that is shown."), code="no_sheet")
        sheet: Any = sheets[0]
        _refuse_merged(data, sheet)
        # What the sheet says of its own size is not believed.
        sheet.reset_dimensions()
        return _read_sheet(sheet, most=most)
    finally:
        book.close()


def _refuse_merged(data: bytes, sheet: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        merged = [found.decode() for found in _MERGED.findall(archive.read(sheet._worksheet_path))]
    if merged:
        raise FileRefused(
            _("Merged cells: %(cells)s. Unmerge them, so that every row has all of its cells, and send the file again.")
            % {"cells": "، ".join(merged[:_SHOWN_AT_MOST])},
            code="merged",
        )


def _read_sheet(sheet: Any, *, most: int) -> RawTable:
    headings: list[str] | None = None
    rows: list[RawRow] = []
    formulas: list[str] = []
    for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        if line > _MOST_LINES:
            raise FileRefused(
                _("The sheet is far longer than its rows: delete the empty lines below them."), code="too_long"
            )
        texts = [_read_cell(cell, formulas, column, line) for column, cell in enumerate(cells, start=1)]
        # Rows are as wide as we asked, not as they are.
        while texts and not texts[-1].strip():
            texts.pop()
        if not texts:
            continue
        if len(texts) > MOST_COLUMNS:
            raise FileRefused(
                _("The file has more than %(count)d columns.") % {"count": MOST_COLUMNS}, code="too_many_columns"
            )
        if headings is None:
            headings = texts
        else:
            rows.append(RawRow(line, texts))
            refuse_too_many(len(rows), most=most)
    if formulas:
        raise FileRefused(
            ngettext(
                "Cell %(cells)s holds a formula. Copy it and paste it as a value, and send the file again.",
                "%(count)d cells hold formulas, among them %(cells)s. Copy them and paste them as values, and send the file"
                " again.",
                len(formulas),
            )
            % {"count": len(formulas), "cells": "، ".join(formulas[:_SHOWN_AT_MOST])},
            code="formulas",
        )
    return build_table(headings or [], rows, most=most)


def _read_cell(cell: Any, formulas: list[str], column: int, line: int) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        formulas.append(name_cell(column, line))
        return "="
    text = _as_text(value)
    refuse_long_cell(text, column, line)
    return text


def _as_text(value: Any) -> str:
    """Dates, hours and numbers as one would type them."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    if isinstance(value, dt.timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)

"""CSV files as text: encodings that spreadsheets write, three separators, and our own guard against formulas taken off again."""

from __future__ import annotations

import codecs
import csv
import io

from django.utils.translation import gettext as _

from exchange.files import MOST_COLUMNS, FileRefused, RawRow, RawTable, build_table, refuse_long_cell, refuse_too_many
from sohag_mobile.tables import without_guard

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t"
_ARABIC_LETTERS = range(0x0621, 0x0653)


def read_csv(data: bytes, *, most: int) -> RawTable:
    """The cells of a CSV file. Raises FileRefused when it cannot be read as one, or has more than `most` rows."""
    text = decode(data)
    if "\0" in text:
        raise FileRefused(
            _("The file holds characters that no text has (NUL): it is damaged, or it is not a CSV file."), code="nul"
        )
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    headings: list[str] | None = None
    rows: list[RawRow] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                for column, cell in enumerate(cells, start=1):
                    refuse_long_cell(cell, column, line)
                if headings is None:
                    headings = _read_header(cells)
                else:
                    rows.append(RawRow(line, [without_guard(cell) for cell in cells]))
                    refuse_too_many(len(rows), most=most)
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(
            _("Line %(line)d cannot be read: a quotation mark is not closed, or stands in the wrong place.")
            % {"line": line},
            code="broken_line",
        ) from error
    return build_table(headings or [], rows, most=most)


def _read_header(cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise FileRefused(
            _("The file has more than %(count)d columns.") % {"count": MOST_COLUMNS}, code="too_many_columns"
        )
    return [without_guard(cell) for cell in cells]


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, in UTF-16 with its mark, or in Windows-1256. Raises FileRefused for any other."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise _unreadable() from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Excel in Arabic writes «CSV» in this encoding. Nearly every byte is a character of it, so the words must look Arabic.
    try:
        text = data.decode("cp1256")
    except UnicodeDecodeError:
        raise _unreadable() from None
    foreign = [character for character in text if not character.isascii()]
    if "\0" in text or sum(ord(character) in _ARABIC_LETTERS for character in foreign) < 0.8 * len(foreign):
        raise _unreadable()
    return text


def _unreadable() -> FileRefused:
    return FileRefused(
        _(
            "The letters of the file cannot be read. In the spreadsheet choose “Save as”, then “CSV UTF-8”, and send it again."
        ),
        code="unreadable_letters",
    )

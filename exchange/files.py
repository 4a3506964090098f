"""Reading a file that somebody sent: what it is, that it is harmless, and its cells as text. No database.

Whatever is wrong with the file as a whole is one sentence (FileRefused), and nothing of it is used.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sohag_mobile.errors import DomainError

# What one cell may hold; the longest field of any table is far shorter.
LONGEST_CELL = 5000
MOST_COLUMNS = 100
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# Other files that people send by mistake, by their first bytes.
_KNOWN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"\x1f\x8b": "GZIP",
    b"{\\rtf": "RTF",
}
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml)", re.I)


class FileRefused(DomainError):
    """The file cannot be imported at all; the message says why and what to do."""

    code = "file_refused"


@dataclasses.dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one line, as text; `line` is the number that the spreadsheet or editor shows."""

    line: int
    cells: Sequence[str]


@dataclasses.dataclass(frozen=True, slots=True)
class RawTable:
    """The headings of a file and its rows, in their order. Rows without any text are left out."""

    headings: Sequence[str]
    rows: Sequence[RawRow]


def name_cell(column: int, line: int) -> str:
    """«D7» for the fourth column of the seventh line; `column` counts from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"


def recognise(data: bytes) -> str:
    """ "csv" or "xlsx", by the content and not by the name. Raises FileRefused for anything else that is recognised."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FileRefused(_("The file is empty."), code="empty")
    if data.startswith(_ZIP):
        return "xlsx"
    if data.startswith(_EMPTY_ZIP):
        raise FileRefused(_("The file is an empty archive and no workbook."), code="not_a_workbook")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise FileRefused(
                _("The workbook is protected by a password. Remove the password, save it and send it again."),
                code="encrypted",
            )
        raise FileRefused(
            _("This is a workbook of the old kind (.xls). Save it as “Excel workbook (.xlsx)” and send it again."),
            code="old_workbook",
        )
    for beginning, name in _KNOWN.items():
        if data.startswith(beginning):
            raise FileRefused(
                _("This is a %(kind)s file. Only tables are read: CSV or XLSX.") % {"kind": name}, code="other_file"
            )
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise FileRefused(
            _("This is a web page or another XML file. Only tables are read: CSV or XLSX."), code="other_file"
        )
    return "csv"


def refuse_long_cell(text: str, column: int, line: int) -> None:
    """Raise FileRefused for a cell that no field could hold."""
    if len(text) > LONGEST_CELL:
        raise FileRefused(
            _("Cell %(cell)s holds more than %(longest)d characters.")
            % {"cell": name_cell(column, line), "longest": LONGEST_CELL},
            code="long_cell",
        )


def build_table(headings: Sequence[str], rows: Sequence[RawRow], *, most: int) -> RawTable:
    """The table, if it has a header and rows, and no more than `most`. Raises FileRefused."""
    if not any(heading.strip() for heading in headings):
        raise FileRefused(_("The first line is empty: it must name the columns."), code="no_header")
    if not rows:
        raise FileRefused(_("The file has a header and no rows."), code="no_rows")
    refuse_too_many(len(rows), most=most)
    return RawTable(headings, rows)


def refuse_too_many(count: int, *, most: int) -> None:
    """Raise FileRefused beyond `most` rows."""
    if count > most:
        raise FileRefused(
            ngettext(
                "The file has more than %(count)d row, which is the most that is read at once. Send it in parts.",
                "The file has more than %(count)d rows, which is the most that is read at once. Send it in parts.",
                most,
            )
            % {"count": most},
            code="too_many_rows",
        )

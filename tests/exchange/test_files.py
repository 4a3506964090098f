"""Reading files: what spreadsheets write is understood, and what is broken or harmful gets one clear sentence."""

from __future__ import annotations

import contextlib
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from exchange.files import FileRefused, RawTable, name_cell, recognise
from exchange.files_csv import decode, read_csv
from exchange.files_xlsx import read_xlsx
from sohag_mobile.tables import Sheet, without_guard, write_csv
from tests.exchange.helpers import csv_of, saved, xlsx_of

pytestmark = pytest.mark.once

MOST = 20


def read(data: bytes) -> RawTable:
    return (read_xlsx if recognise(data) == "xlsx" else read_csv)(data, most=MOST)


def rezipped(data: bytes, **changed: bytes | None) -> bytes:
    """A workbook with other parts: `None` takes one away. «__» stands for «/» and «_dot_» for «.»."""
    parts = {name.replace("__", "/").replace("_dot_", "."): body for name, body in changed.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, body in parts.items():
            if body is not None:
                target.writestr(name, body)
    return file.getvalue()


GOOD = xlsx_of(("أ", "ب"), ("1", "2"))


def with_sheet(change: Any) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["أ", "ب"])
    sheet.append(["1", "2"])
    change(book, sheet)
    return saved(book)


def entities() -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    return rezipped(GOOD, xl__worksheets__sheet1_dot_xml=declared + sheet)


def encrypted_part() -> bytes:
    data = bytearray(GOOD)
    # The flag of encryption, in every header of the archive.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    return bytes(data)


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blanks alone": (b"\xef\xbb\xbf \r\n ", "empty"),
    "header alone": ("أ,ب\n".encode(), "no_rows"),
    "header alone in a workbook": (xlsx_of(("أ", "ب")), "no_rows"),
    "empty workbook": (saved(Workbook()), "no_header"),
    "other encoding": ("naïve;café\n1;2\n".encode("latin-1"), "unreadable_letters"),
    "half a character": ("أ,ب\n1,".encode() + b"\xd9", "unreadable_letters"),
    "broken UTF-16": ("أ,ب\n1,2".encode("utf-16") + b"\x00", "unreadable_letters"),
    "NUL": ("أ,ب\n1,\0\n".encode(), "nul"),
    "open quotation": ('أ,ب\n1,"2\n'.encode(), "broken_line"),
    "too many columns": (csv_of(["أ"] * 101, ["1"]), "too_many_columns"),
    "too many columns in a workbook": (xlsx_of(["أ"], ["1"] * 101), "too_many_columns"),
    "too many rows": (csv_of(("أ",), *(["1"] for _ in range(MOST + 1))), "too_many_rows"),
    "too many rows in a workbook": (xlsx_of(("أ",), *(["1"] for _ in range(MOST + 1))), "too_many_rows"),
    "long cell": (csv_of(("أ",), ["x" * 5001]), "long_cell"),
    "long cell in a workbook": (xlsx_of(("أ",), ["x" * 5001]), "long_cell"),
    "PDF": (b"%PDF-1.7 ...", "other_file"),
    "picture": (b"\x89PNG\r\n", "other_file"),
    "web page": (b"<html><table></table></html>", "other_file"),
    "old workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "old_workbook"),
    "password": (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "encrypted archive": (encrypted_part(), "encrypted"),
    "other archive": (rezipped(GOOD, **{"[Content_Types]_dot_xml": None}), "not_a_workbook"),
    "empty archive": (b"PK\x05\x06" + b"\0" * 18, "not_a_workbook"),
    "OpenDocument": (rezipped(GOOD, mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "other_workbook"),
    "macros": (rezipped(GOOD, xl__vbaProject_dot_bin=b"x"), "macros"),
    "bomb": (rezipped(GOOD, xl__media__x_dot_xml=b" " * 40_000_000), "bomb"),
    "many parts": (rezipped(GOOD, **{f"x{number}": b"" for number in range(1001)}), "bomb"),
    "entities": (entities(), "entities"),
    "cut off": (GOOD[: len(GOOD) // 2], "damaged"),
    "cut off at the end": (GOOD[:-30], "damaged"),
    "no XML": (rezipped(GOOD, xl__workbook_dot_xml=b"hello"), "damaged"),
    "no sheet": (rezipped(GOOD, xl__worksheets__sheet1_dot_xml=None), "no_sheet"),
    "formula": (with_sheet(lambda _book, sheet: sheet.__setitem__("B2", "=1+1")), "formulas"),
    "merged": (with_sheet(lambda _book, sheet: sheet.merge_cells("A2:B3")), "merged"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_file_gets_a_sentence(name: str) -> None:
    data, code = BAD[name]
    with pytest.raises(FileRefused) as refusal:
        read(data)
    assert refusal.value.code == code
    assert refusal.value.message


def test_formula_is_told_by_its_cell() -> None:
    with pytest.raises(FileRefused, match="B2"):
        read(BAD["formula"][0])


def test_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    data = bytearray(rezipped(GOOD, xl__media__x_dot_xml=b" " * 3_000_000))
    size = (3_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefused) as refusal:
        read(bytes(data))
    assert refusal.value.code == "damaged"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_csv_of_every_spreadsheet(separator: str, encoding: str) -> None:
    data = csv_of(("الاسم", "الكود"), ("قرية بلصفورة، سوهاج", "٥"), separator=separator, encoding="utf-8")
    text = data.decode().replace("٥", "5")
    table = read(text.encode(encoding))

    assert (list(table.headings), [list(row.cells) for row in table.rows]) == (
        ["الاسم", "الكود"],
        [["قرية بلصفورة، سوهاج", "5"]],
    )


def test_lines_are_those_of_the_editor() -> None:
    table = read('أ,ب\r\n\r\n"1\r\n2",3\r\n4,5\r\n'.encode())

    assert [(row.line, list(row.cells)) for row in table.rows] == [(3, ["1\r\n2", "3"]), (5, ["4", "5"])]


def test_workbook_skips_empty_lines_hidden_sheets_and_explanations() -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet["A5"] = 3.0
        sheet["B5"] = 0.375
        book.create_sheet("شرح", 0)["A1"] = "x"
        book.create_sheet("مخفية", 0).sheet_state = "hidden"

    table = read(with_sheet(change))
    assert [(row.line, list(row.cells)) for row in table.rows] == [(2, ["1", "2"]), (5, ["3", "0.375"])]


def test_text_that_looks_like_a_formula_is_text_in_a_workbook() -> None:
    def change(_book: Any, sheet: Any) -> None:
        sheet["A2"].value, sheet["A2"].data_type = "=1+1", "s"

    assert read(with_sheet(change)).rows[0].cells[0] == "=1+1"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=30))
def test_guard_against_formulas_comes_off_again(text: str) -> None:
    data = b"".join(write_csv(Sheet("x", ["أ", "ب"], [[text, "y"]])))
    (row,) = read_csv(data, most=5).rows

    assert row.cells[0] == text
    raw = data.decode("utf-8-sig").split("\r\n")[1]
    assert raw.lstrip('" ')[:1] not in tuple("=+-@") or not text.strip()
    assert without_guard("'=1") == "=1"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(FileRefused):
        read(data)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_no_damage_breaks_the_reader(at: int, byte: int) -> None:
    data = bytearray(GOOD)
    data[at] = byte
    with contextlib.suppress(FileRefused):
        read(bytes(data))


def test_names_of_cells() -> None:
    assert [name_cell(*each) for each in ((4, 7), (26, 1), (27, 1), (703, 2))] == ["D7", "Z1", "AA1", "AAA2"]
    assert decode("أ".encode()) == "أ"

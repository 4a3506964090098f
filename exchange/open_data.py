"""The open data of the installation: what everybody may read, as flat tables. Only what was published; never a draft.

Each file is described by its columns, so that the page, `datapackage.json` (Frictionless Data Package) and the files agree.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone

from exchange.open_data_tables import TABLES, Row, Table
from sohag_mobile.tables import Sheet, write_csv

ARCHIVE = "open-data.zip"
DESCRIPTION = "datapackage.json"
# Any day, so that the archive of the same content is the same file.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def as_csv(table: Table, *, today: dt.date) -> bytes:
    """UTF-8 with its mark; no cell starts a formula."""
    return b"".join(write_csv(Sheet(table.name, [field.name for field in table.fields], _as_cells(table, today))))


def as_json(table: Table, *, today: dt.date) -> bytes:
    """An array of objects."""
    names = [field.name for field in table.fields]
    rows = [dict(zip(names, row, strict=True)) for row in _rows(table, today)]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def describe() -> bytes:
    """`datapackage.json`: every file with its columns, their types, and the licence where one is named."""
    package: dict[str, Any] = {
        "name": "mobile-technology-centres",
        "title": "المراكز التكنولوجية المتنقلة: البيانات المفتوحة",
        "profile": "tabular-data-package",
        "homepage": f"{settings.PUBLIC_BASE_URL}/open-data/",
    }
    if settings.OPEN_DATA_LICENCE:
        package["licenses"] = [{"name": settings.OPEN_DATA_LICENCE, "path": settings.OPEN_DATA_LICENCE_URL}]
    package["resources"] = [
        {
            "name": table.name,
            "title": str(table.title),
            "path": f"{table.name}.csv",
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "mediatype": "text/csv",
            "schema": {
                "fields": [
                    {"name": field.name, "type": field.type, "description": str(field.meaning)}
                    for field in table.fields
                ],
                "primaryKey": list(table.key),
            },
        }
        for table in TABLES
    ]
    return json.dumps(package, ensure_ascii=False, indent=1).encode()


def pack(*, today: dt.date) -> bytes:
    """Everything in one archive: each table as CSV and JSON, and the description."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        contents = [(DESCRIPTION, describe())]
        for table in TABLES:
            contents += [
                (f"{table.name}.csv", as_csv(table, today=today)),
                (f"{table.name}.json", as_json(table, today=today)),
            ]
        for name, data in contents:
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _as_cells(table: Table, today: dt.date) -> Iterator[Row]:
    for row in _rows(table, today):
        yield [("true" if value else "false") if isinstance(value, bool) else value for value in row]


def _rows(table: Table, today: dt.date) -> Iterator[list[Any]]:
    return ([_plain(value) for value in row] for row in table.rows(today))


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    return str(value)

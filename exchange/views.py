"""The public page of the open data, and its files. Stored and answered like every public page (`sohag_mobile.pages`)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import HttpRequest

from exchange.open_data import ARCHIVE, DESCRIPTION, as_csv, as_json, describe, pack
from exchange.open_data_tables import TABLES
from schedules.clock import local_date, next_midnight
from sohag_mobile.pages import Page, PublicNotFound, public_page, render_page
from sohag_mobile.tables import CSV_MIME_TYPE

JSON_TYPE = "application/json; charset=utf-8"
ZIP_TYPE = "application/zip"
# Open data: a page of any other site may read it with a script.
_OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*"}


@public_page()
def open_data(request: HttpRequest, *, now: dt.datetime) -> Page:
    """What there is, what each column says, and under which licence."""
    context = {
        "tables": TABLES,
        "archive": ARCHIVE,
        "description": DESCRIPTION,
        "licence": settings.OPEN_DATA_LICENCE,
        "licence_url": settings.OPEN_DATA_LICENCE_URL,
    }
    return render_page(request, "exchange/open_data.html", context, valid_until=None, mentions=())


@public_page()
def open_data_file(request: HttpRequest, *, now: dt.datetime, name: str) -> Page:
    """`/open-data/<name>`: one table as CSV or JSON, the description, or everything as an archive."""
    today = local_date(now)
    midnight = next_midnight(now=now)
    if name == ARCHIVE:
        named = {"Content-Disposition": f'attachment; filename="{ARCHIVE}"'}
        return Page(pack(today=today), content_type=ZIP_TYPE, valid_until=midnight, headers=_OPEN_TO_ALL | named)
    if name == DESCRIPTION:
        return Page(describe(), content_type=JSON_TYPE, headers=_OPEN_TO_ALL)
    stem, _dot, ending = name.rpartition(".")
    table = next((table for table in TABLES if table.name == stem), None)
    if table is None:
        raise PublicNotFound
    if ending == "csv":
        named = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Page(
            as_csv(table, today=today), content_type=CSV_MIME_TYPE, valid_until=midnight, headers=_OPEN_TO_ALL | named
        )
    return Page(as_json(table, today=today), content_type=JSON_TYPE, valid_until=midnight, headers=_OPEN_TO_ALL)

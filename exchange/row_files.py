"""Tables out: what a list shows, and the refused rows of an import with their reasons, to be mended and sent again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from exchange.enums import RowState
from exchange.models import ImportJob, ImportRow, Problem
from exchange.resources import REASON_HEADING, TableResource
from sohag_mobile.tables import Sheet

_ROWS_AT_ONCE = 500


def list_sheet(table: TableResource, rows: QuerySet[Any]) -> Sheet:
    """The rows of a list with every column, so that the file can be changed and imported again."""
    return Sheet(str(table.kind.label), [str(column.heading) for column in table.columns], _cells(table, rows))


def list_json(table: TableResource, rows: QuerySet[Any]) -> Iterator[str]:
    """The same as a JSON array of objects, by technical column names; piece by piece."""
    language = translation.get_language()
    names = [column.name for column in table.columns]
    yield "["
    for number, row in enumerate(_in_language(_cells(table, rows), language)):
        yield (",\n" if number else "\n") + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
    yield "\n]\n"


def _in_language(rows: Iterator[list[str]], language: str | None) -> Iterator[list[str]]:
    """Rows are asked for after the view has returned, when another language may be active."""
    while True:
        with translation.override(language):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _cells(table: TableResource, rows: QuerySet[Any]) -> Iterator[list[str]]:
    for row in table.rows_to_tell(rows).iterator(chunk_size=_ROWS_AT_ONCE):
        yield table.export_resource(table.draft_of(row))


def refused_sheet(job: ImportJob, table: TableResource) -> Sheet:
    """The refused rows as they were sent, with the reason of each: the file can be mended and sent again as it is."""
    columns = [column for name in job.columns for column in table.columns if column.name == name]
    headings = [str(REASON_HEADING), *(str(column.heading) for column in columns)]
    rows: Iterable[ImportRow] = job.rows.filter(state=RowState.REFUSED).order_by("line").iterator(_ROWS_AT_ONCE)
    return Sheet(
        _("Refused rows"),
        headings,
        ([tell_problems(row.problems, table), *(row.cells.get(column.name, "") for column in columns)] for row in rows),
    )


def tell_problems(problems: Iterable[Problem], table: TableResource) -> str:
    """Every reason in one cell, each behind the heading of its column."""
    return " ".join(
        f"{table.fields[problem.column].heading}: {problem.reason}"
        if problem.column in table.fields
        else problem.reason
        for problem in problems
    )

"""Files as people send them, and an import from the file to its preview."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from openpyxl import Workbook

from exchange.actions import decide, submit_file
from exchange.actions_run import run_import
from exchange.models import ImportJob
from tests.factories.schedules import CAIRO

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=CAIRO)


def csv_of(headings: Sequence[str], *rows: Sequence[Any], separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows([headings, *rows])
    return file.getvalue().encode(encoding)


def xlsx_of(headings: Sequence[str], *rows: Sequence[Any]) -> bytes:
    book = Workbook()
    sheet: Any = book.active
    for row in (headings, *rows):
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def send(kind: str, data: bytes, *, by: User, name: str = "file.csv") -> ImportJob:
    """Send a file and have it checked."""
    job = submit_file(kind=kind, name=name, data=data, by=by, now=NOW)
    return work(job)


def work(job: ImportJob, *, now: dt.datetime = NOW) -> ImportJob:
    run_import(job.pk, now=now)
    job.refresh_from_db()
    return job


def apply(job: ImportJob, choice: str) -> ImportJob:
    decide(job, choice=choice, by=job.created_by, now=NOW)
    return work(job)


def states(job: ImportJob) -> list[str]:
    return [row.state for row in job.rows.order_by("line")]


def reasons(job: ImportJob) -> dict[int, list[tuple[str, str]]]:
    """Line → column and reason of every refusal."""
    return {
        row.line: [(problem.column, problem.reason) for problem in row.problems]
        for row in job.rows.order_by("line")
        if row.problems_json
    }

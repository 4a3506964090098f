"""The work on an import: reading its file, checking each row by doing and undoing, and applying what a person has decided.

A worker may be lost at any moment and another takes over. Checking writes nothing but what it has found, group by group. Of «only
the good rows» each group is applied in one transaction together with the note that it was; «all or nothing» is one transaction
altogether. Every transaction first makes sure that no other worker has taken the job over (`ImportJob.run`).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from exchange import progress
from exchange.actions import refuse_unless_importer, stop_now
from exchange.enums import Choice, JobState, RowState
from exchange.files import FileRefused, RawTable, recognise
from exchange.files_csv import read_csv
from exchange.files_xlsx import read_xlsx
from exchange.models import ImportJob, ImportRow, Problem
from exchange.resources import EXAMPLE, IGNORED, Planned, is_example
from exchange.tables import table_of
from sohag_mobile.errors import DomainError, NotAllowed

logger = logging.getLogger(__name__)

# Under this name, which no column has, a row keeps why its line is too long.
SURPLUS = ""
_NO_COLUMNS = frozenset({"", EXAMPLE, IGNORED})
# Rows that are looked up, written and told of together where no rule binds them to each other.
CHUNK = 50
# A job that breaks off as often as that is not taken up once more.
_MOST_RUNS = 20
_TELL_EVERY = 0.5
_ASK_EVERY = 0.3
_GIVE_WAY_EVERY = 0.5
_GIVE_WAY_SECONDS = 0.25


class _Overtaken(Exception):
    """Another worker, or a person who stopped it, holds the job now."""


class _Stopped(Exception):
    """The person asked to stop."""


def run_import(pk: int, *, now: dt.datetime) -> None:
    """Take an import as far as it goes without a decision; nothing is done when another worker is at it."""
    if progress.is_alive(pk):
        return
    job = ImportJob.objects.at_work().filter(pk=pk).select_related("created_by").first()
    if job is None or not ImportJob.objects.filter(pk=pk, run=job.run, state=job.state).update(run=F("run") + 1):
        return
    job.run += 1
    # What is kept of a row are sentences for the people of the governorate, whatever language a worker runs in.
    with translation.override(settings.LANGUAGE_CODE):
        try:
            _Run(job, now=now).go()
        except _Overtaken:
            return
        except _Stopped:
            stop_now(job, now=now)
        except (FileRefused, NotAllowed) as error:
            _finish(job, JobState.REFUSED, now=now, refusal=str(error.message))
        except Exception as error:
            if isinstance(error, DatabaseError) and job.run < _MOST_RUNS:
                # A lock that was not to be had, a server that went away: the next sweep takes the job up again.
                logger.warning("import %s was interrupted", pk, exc_info=True)
            else:
                logger.exception("import %s broke off", pk)
                _finish(job, JobState.FAILED, now=now)
        finally:
            progress.rest(pk)


def _finish(job: ImportJob, state: JobState, *, now: dt.datetime, refusal: str = "") -> None:
    """Close the job, unless another worker holds it by now."""
    ImportJob.objects.filter(pk=job.pk, run=job.run).update(state=state, finished_at=now, refusal=refusal)


class _Run:
    """One worker's turn at one job."""

    def __init__(self, job: ImportJob, *, now: dt.datetime) -> None:
        self.job = job
        self.now = now
        # Steps, not rows: a check goes over every row twice.
        self.done = 0
        self.steps = 0
        # By what rows are the same, by line; and which line has it.
        self._keys: dict[int, str] = {}
        self._claimed: dict[str, int] = {}
        self._told = self._asked = self._gave_way = 0.0

    def go(self) -> None:
        self._beat(force=True)
        refuse_unless_importer(self.job.kind, by=self.job.created_by)
        self.resource = table_of(self.job.kind, by=self.job.created_by, now=self.now)
        if self.job.state == JobState.WAITING:
            self._read()
        if self.job.state == JobState.READING:
            self._check()
        elif self.job.state == JobState.APPLYING:
            self._apply_all() if self.job.choice == Choice.ALL else self._apply_good()

    # -- what keeps it in touch --------------------------------------------------------------------------------------

    def _beat(self, *, force: bool = False) -> None:
        """Tell how far it is, and stop when asked to; called for every row."""
        moment = time.monotonic()
        if force or moment - self._told > _TELL_EVERY:
            self._told = moment
            progress.tell(self.job.pk, self.job.run, self.done, self.steps)
        if force or moment - self._asked > _ASK_EVERY:
            self._asked = moment
            if progress.is_asked_to_stop(self.job.pk):
                raise _Stopped

    def _hold(self) -> None:
        """Inside a transaction: go on only while the job is ours."""
        if not list(ImportJob.objects.select_for_update().filter(pk=self.job.pk, run=self.job.run)):
            raise _Overtaken

    def _give_way(self) -> None:
        """Between two transactions: where the database has one writer at a time (SQLite), let the others have their turn.

        They ask again every tenth of a second and would never meet the moment between our transactions.
        """
        if not connection.features.has_select_for_update and time.monotonic() - self._gave_way > _GIVE_WAY_EVERY:
            time.sleep(_GIVE_WAY_SECONDS)
            self._gave_way = time.monotonic()

    # -- reading -----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        """Put every line of the file into a row of its own, refused when its cells cannot be told apart."""
        data = bytes(self.job.file.data)
        read = read_xlsx if recognise(data) == "xlsx" else read_csv
        table = read(data, most=settings.IMPORT_MAX_ROWS)
        self._beat(force=True)
        names = self.resource.match(table)
        rows, examples = _split(self.job, table, names)
        if not rows:
            raise FileRefused(_("The file holds only the example rows of the template."), code="only_examples")
        with transaction.atomic():
            self._hold()
            ImportRow.objects.filter(job=self.job).delete()
            ImportRow.objects.bulk_create(rows, batch_size=500)
            self.job.columns = [name for name in names if name not in _NO_COLUMNS]
            self.job.total, self.job.examples, self.job.state = len(rows), examples, JobState.READING
            self.job.save(update_fields=["columns", "total", "examples", "state"])

    # -- checking ----------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Find out of every row what it would do. A worker that takes over begins again: nothing was written but findings."""
        rows = list(ImportRow.objects.filter(job=self.job))
        self.steps = 2 * len(rows)
        for chunk in _chunks(rows):
            self.resource.prepare([row.cells for row in chunk])
            for row in chunk:
                self._beat()
                self._note(row, self.resource.plan(row.cells))
                self.done += 1
        for group in _groups(rows):
            self._try([row for row in group if row.state in (RowState.NEW, RowState.CHANGED)])
            self._give_way()
            self.done += len(group)
        with transaction.atomic():
            self._hold()
            # Anew under the same keys, which takes a tenth of the time of changing each.
            ImportRow.objects.filter(job=self.job).delete()
            ImportRow.objects.bulk_create(rows, batch_size=500)
            ImportJob.objects.filter(pk=self.job.pk).update(state=JobState.PREVIEWED)

    def _note(self, row: ImportRow, planned: Planned) -> None:
        row.state, row.label = planned.state, planned.label
        row.before, row.after = planned.before, planned.after
        row.group = planned.group or f"{row.line // CHUNK:08}"
        self._keys[row.line] = planned.key
        surplus = [Problem("", row.cells[SURPLUS])] if SURPLUS in row.cells else []
        if planned.problems or surplus:
            row.refuse([*planned.problems, *surplus])
        elif row.state == RowState.UNCHANGED:
            self._claim(row)

    def _claim(self, row: ImportRow) -> bool:
        """Whether no row before says something about the same; else this one is refused, unsaved."""
        key = self._keys[row.line]
        other = self._claimed.setdefault(key, row.line) if key else row.line
        if other != row.line:
            said = _("The same is on line %(line)d already: a file says it once.") % {"line": other}
            row.refuse([Problem("", said)])
        return other == row.line

    def _try(self, rows: Sequence[ImportRow]) -> None:
        """Do what a group of rows would do, and undo it: so a preview cannot differ from what is done (docs/decisions/0003)."""
        if not rows:
            return
        with transaction.atomic():
            self.resource.prepare([row.cells for row in rows])
            for row in rows:
                self._beat()
                # A row that is refused for itself leaves its place to a later one.
                if self._claim(row) and not self._write(row):
                    self._claimed.pop(self._keys[row.line], None)
            transaction.set_rollback(True)

    # -- applying ----------------------------------------------------------------------------------------------------

    def _apply_good(self) -> None:
        """Each group by itself, with the note that it is done; a worker that takes over goes on behind the last note."""
        rows = list(self.job.rows.to_apply())
        self.done = self.job.rows.filter(applied_at__isnull=False).count()
        self.steps = self.done + len(rows)
        for group in _groups(rows):
            for chunk in _chunks(group):
                with transaction.atomic():
                    self._hold()
                    self._apply(chunk)
                    self._save(chunk)
                self._give_way()
        _finish(self.job, JobState.DONE, now=self.now)

    def _apply_all(self) -> None:
        """Every row in one transaction. When one is refused at the last moment, all is undone and every such row says why."""
        rows = list(self.job.rows.to_apply())
        self.steps = len(rows)
        with transaction.atomic():
            self._hold()
            for group in _groups(rows):
                for chunk in _chunks(group):
                    self._apply(chunk, closes=False)
            refused = [row for row in rows if row.state == RowState.REFUSED]
            if refused:
                transaction.set_rollback(True)
            else:
                self._save(rows)
                # Last, because it makes everybody wait who publishes.
                self.resource.close_group()
                _finish(self.job, JobState.DONE, now=self.now)
        if refused:
            with transaction.atomic():
                self._hold()
                self._save(refused)
                _finish(self.job, JobState.UNDONE, now=self.now)

    def _apply(self, rows: Sequence[ImportRow], *, closes: bool = True) -> None:
        self.resource.prepare([row.cells for row in rows])
        for row in rows:
            self._beat()
            if self._write(row):
                row.applied_at = self.now
            self.done += 1
        if closes and any(row.applied_at for row in rows):
            self.resource.close_group()

    def _save(self, rows: Sequence[ImportRow]) -> None:
        """Note what became of rows."""
        refused = [row for row in rows if row.state == RowState.REFUSED]
        ImportRow.objects.bulk_update(refused, ["state", "problems_json"], batch_size=200)
        for chunk in _chunks([row for row in rows if row.applied_at]):
            ImportRow.objects.filter(pk__in=[row.pk for row in chunk]).update(applied_at=self.now)

    def _write(self, row: ImportRow) -> bool:
        """Write one row if it would still do what the preview showed; else refuse it, unsaved. Whether it was written."""
        planned = self.resource.plan(row.cells)
        if planned.problems:
            row.refuse(planned.problems)
        elif planned.state != row.state or planned.before != row.before or planned.after != row.after:
            row.refuse([Problem("", _changed_meanwhile(planned, row))])
        else:
            try:
                with transaction.atomic():
                    self.resource.write(planned)
                return True
            except (DomainError, ValidationError) as error:
                row.refuse(self.resource.problems_of(error))
            except IntegrityError:
                row.refuse([Problem("", _("Something else that was saved meanwhile stands against this row."))])
        return False


def _changed_meanwhile(planned: Planned, row: ImportRow) -> str:
    if row.state == RowState.NEW and planned.target is not None:
        return _("Somebody has added this since the preview. Send the file again to compare.")
    if planned.target is None:
        return _("What this row changes no longer exists. Send the file again.")
    return _("Somebody has changed this since the preview. Send the file again to compare.")


def _split(job: ImportJob, table: RawTable, names: Sequence[str]) -> tuple[list[ImportRow], int]:
    """The rows of a file, without those that are marked as examples, and how many those are."""
    rows: list[ImportRow] = []
    examples = 0
    for raw in table.rows:
        cells = dict(zip(names, raw.cells, strict=False))
        if is_example(cells):
            examples += 1
            continue
        # A short line lacks cells, not columns.
        cells = {name: cells.get(name, "") for name in names if name not in _NO_COLUMNS}
        row = ImportRow(job=job, line=raw.line, state=RowState.UNCHANGED, cells=cells)
        if any(cell.strip() for cell in raw.cells[len(names) :]):
            cells[SURPLUS] = _("The line has %(cells)d cells, the header %(columns)d.") % {
                "cells": len(raw.cells),
                "columns": len(names),
            }
        rows.append(row)
    return rows, examples


def _chunks(rows: Sequence[ImportRow]) -> Iterable[Sequence[ImportRow]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


def _groups(rows: Iterable[ImportRow]) -> Iterable[list[ImportRow]]:
    """Rows that may touch each other, together and in the order of the file."""
    ordered = sorted(rows, key=lambda row: (row.group, row.line))
    return (list(group) for _group, group in groupby(ordered, key=lambda row: row.group))

"""What people do with an import: send a file, decide, stop it. The work itself is in `actions_run.py`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from exchange import progress
from exchange.enums import CANCELLABLE, Choice, JobState, RowState
from exchange.models import ImportFile, ImportJob
from exchange.tables import kinds_to_import
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.wake import ask_worker

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TASK = "exchange.tasks.run_imports"


def submit_file(*, kind: str, name: str, data: bytes, by: User, now: dt.datetime) -> ImportJob:
    """Take a file in, to be read and checked by a worker. Raises NotAllowed, or DomainError for a file that is too large."""
    refuse_unless_importer(kind, by=by)
    if len(data) > settings.IMPORT_MAX_BYTES:
        raise DomainError(too_large(), field="file", code="too_large")
    with transaction.atomic():
        job = ImportJob.objects.create(kind=kind, file_name=name[-120:], created_by=by, created_at=now)
        ImportFile.objects.create(job=job, data=data)
        transaction.on_commit(_wake)
    return job


def too_large() -> str:
    """The sentence for a file beyond IMPORT_MAX_BYTES."""
    return _("The file is larger than %(megabytes)d MB. Send it in parts.") % {
        "megabytes": settings.IMPORT_MAX_BYTES // (1024 * 1024)
    }


def refuse_unless_importer(kind: str, *, by: User) -> None:
    """Raise NotAllowed for people who may not import tables of this kind."""
    if kind not in kinds_to_import(by):
        raise NotAllowed(_("You may not import this table."))


def decide(job: ImportJob, *, choice: str, by: User, now: dt.datetime) -> ImportJob:
    """Have the previewed rows applied. Raises NotAllowed, DomainError when there is nothing to apply or it is decided already."""
    refuse_unless_importer(job.kind, by=by)
    if job.created_by_id != by.pk:
        raise NotAllowed(_("Only the person who sent the file applies it: it is done in their name."))
    if choice not in Choice.values:
        raise DomainError(_("Choose what happens to the good rows."), field="choice", code="choice_missing")
    counts = job.count_rows()
    if not counts[RowState.NEW] + counts[RowState.CHANGED]:
        raise DomainError(_("No row of this file would change anything."), code="nothing_to_apply")
    if choice == Choice.ALL and counts[RowState.REFUSED]:
        raise DomainError(
            _("Rows are refused, so “all or nothing” means nothing. Mend them, or apply only the good rows."),
            field="choice",
            code="rows_refused",
        )
    with transaction.atomic():
        moved = ImportJob.objects.filter(pk=job.pk, state=JobState.PREVIEWED).update(
            state=JobState.APPLYING, choice=choice, decided_at=now
        )
        if not moved:
            raise DomainError(_("This import has been decided already."), code="decided")
        transaction.on_commit(_wake)
    job.refresh_from_db()
    return job


def cancel_import(job: ImportJob, *, by: User, now: dt.datetime) -> None:
    """Stop an import; what has been applied of «only the good rows» stays. Raises NotAllowed, DomainError when it is over.

    A worker that is at it stops at its next row; where none is, the import is stopped at once.
    """
    refuse_unless_importer(job.kind, by=by)
    if job.state not in CANCELLABLE:
        raise DomainError(_("This import is over and cannot be stopped."), code="over")
    progress.ask_to_stop(job.pk)
    if not progress.is_alive(job.pk):
        stop_now(job, now=now)


def stop_now(job: ImportJob, *, now: dt.datetime) -> None:
    """Mark an import as stopped, whoever held it; a worker that still holds it finds itself overtaken."""
    ImportJob.objects.filter(pk=job.pk, state__in=CANCELLABLE, run=job.run).update(
        state=JobState.CANCELLED, finished_at=now, run=job.run + 1
    )


def forget_files(*, now: dt.datetime) -> int:
    """Delete the files that came more than IMPORT_FILE_DAYS ago; what became of their rows is kept. Returns how many."""
    limit = now - dt.timedelta(days=settings.IMPORT_FILE_DAYS)
    return ImportFile.objects.filter(job__created_at__lt=limit).delete()[0]


def _wake() -> None:
    ask_worker(TASK, expires=60)

"""An import from the moment its file arrives: the file, what each of its rows would do, and what became of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from exchange.enums import AT_WORK, Choice, JobState, Kind, RowState


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused. `column` is the technical name of the column, "" when the row as a whole is meant."""

    column: str
    reason: str


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def at_work(self) -> ImportJobQuerySet:
        """What a worker has to take up or is busy with."""
        return self.filter(state__in=AT_WORK)


class ImportJob(models.Model):
    """One import. Its state changes in `actions.py` and `actions_run.py` alone."""

    kind = models.CharField(_("table"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    choice = models.CharField(_("choice"), max_length=4, choices=Choice.choices, blank=True)
    file_name = models.CharField(_("file"), max_length=120)
    columns = models.JSONField(_("columns"), default=list, help_text=_("Technical names, in the order of the file."))
    total = models.PositiveIntegerField(_("rows"), default=0)
    examples = models.PositiveIntegerField(_("example rows left out"), default=0)
    refusal = models.TextField(_("why the file was refused"), blank=True)
    # Raised by every worker that takes the job up: whoever bears an older number has lost it.
    run = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("imported by")
    )
    created_at = models.DateTimeField(_("received at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["state"], condition=Q(state__in=["waiting", "reading", "applying"]), name="import_at_work"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applying", "done", "undone"]) | (~Q(choice="") & Q(decided_at__isnull=False)),
                name="an_import_is_applied_by_choice",
            ),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(state="refused"), name="only_a_refused_file_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"

    def count_rows(self) -> dict[str, int]:
        """How many rows there are in each state; one query."""
        found = dict(self.rows.order_by().values_list("state").annotate(Count("pk")))
        return {state: found.get(state, 0) for state in RowState.values}


class ImportFile(models.Model):
    """The bytes of a file, apart from the job, so that lists never load them. Deleted after IMPORT_FILE_DAYS."""

    job = models.OneToOneField(ImportJob, on_delete=models.CASCADE, related_name="file")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.job)


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def refused_first(self) -> ImportRowQuerySet:
        """In the order of RowState, and by line within."""
        rank = Case(
            *(When(state=state, then=Value(position)) for position, state in enumerate(RowState.values)),
            output_field=IntegerField(),
        )
        return self.order_by(rank, "line")

    def to_apply(self) -> ImportRowQuerySet:
        """The good rows that have not been applied yet."""
        return self.filter(state__in=[RowState.NEW, RowState.CHANGED], applied_at__isnull=True)


class ImportRow(models.Model):
    """One row of a file: its cells as they were read, and what it would do, told column by column."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    # Rows that may touch each other are tried and applied together: stops of one day, for example.
    group = models.CharField(max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RowState.choices)
    label = models.CharField(_("what it is about"), max_length=300, blank=True)
    cells = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    problems_json = models.JSONField(default=list)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["line"]
        indexes = [models.Index(fields=["job", "state", "line"], name="import_row_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["job", "line"], name="an_import_has_a_line_once"),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(state__in=["new", "changed"]),
                name="only_good_rows_are_applied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.label}"

    @property
    def problems(self) -> list[Problem]:
        return [Problem(**each) for each in self.problems_json]

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Mark the row as refused, unsaved."""
        self.state = RowState.REFUSED
        self.problems_json = [dataclasses.asdict(problem) for problem in problems]

    def changes(self) -> list[tuple[str, Any, Any]]:
        """The columns that differ: technical name, what stands there, and what the file says."""
        return [
            (name, self.before.get(name, ""), value)
            for name, value in self.after.items()
            if self.before.get(name, "") != value
        ]

"""What happened at a visit, as staff counted it afterwards. Kept in versions: a correction hides nothing written before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schedules.models.stops import Stop

# Three different numbers, and a sum of money that is reported and not held (domain.md §7).
FIGURE_LABELS = {
    "citizens_served": _("citizens served"),
    "requests_received": _("requests received"),
    "transactions_finished": _("transactions finished"),
    "receipts": _("receipts in whole pounds"),
}
FIGURES = tuple(FIGURE_LABELS)


class VisitReportQuerySet(models.QuerySet["VisitReport"]):
    def current(self) -> VisitReportQuerySet:
        """The report of every visit as it stands."""
        return self.filter(is_current=True)


class VisitReport(models.Model):
    """One version of what staff recorded of a visit. A figure that is None was not recorded, which is not zero.

    Nothing is ever changed but `is_current`, when a correction takes over. Requests of earlier visits may be finished at a later
    one, so more transactions may be finished than requests came in.
    """

    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="reports", verbose_name=_("stop"))
    number = models.PositiveIntegerField(_("version"))
    is_current = models.BooleanField(_("current"), default=True)
    citizens_served = models.IntegerField(FIGURE_LABELS["citizens_served"], null=True, blank=True)
    requests_received = models.IntegerField(FIGURE_LABELS["requests_received"], null=True, blank=True)
    transactions_finished = models.IntegerField(FIGURE_LABELS["transactions_finished"], null=True, blank=True)
    receipts = models.IntegerField(FIGURE_LABELS["receipts"], null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    objects = VisitReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a visit")
        verbose_name_plural = _("reports of visits")
        ordering = ["stop", "number"]
        constraints = [
            models.UniqueConstraint(fields=["stop", "number"], name="a_report_number_is_used_once_per_visit"),
            models.UniqueConstraint(
                fields=["stop"], condition=Q(is_current=True), name="a_visit_has_one_current_report"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{figure}__isnull": True}) | Q(**{f"{figure}__gte": 0}),
                    name=f"{figure}_of_a_visit_is_not_negative",
                    violation_error_message=_("A count cannot be negative."),
                )
                for figure in FIGURES
            ),
            models.CheckConstraint(
                condition=~Q(note="") | ~Q(**{f"{figure}__isnull": True for figure in FIGURES}),
                name="a_report_says_something",
                violation_error_message=_("Write at least one figure, or a note that says why there is none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stop_id} · #{self.number}"

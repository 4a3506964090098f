"""Acts of planning that changed one or many working copies at once, kept so that they can be taken back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schedules.enums import PlanActKind
from schedules.models.stops import Stop


class PlanAct(models.Model):
    """One act of a person on the plan: a stop moved on the board, a week copied, many stops changed together."""

    kind = models.CharField(_("kind"), max_length=16, choices=PlanActKind.choices)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    class Meta:
        verbose_name = _("act of planning")
        verbose_name_plural = _("acts of planning")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["made_by", "-made_at"], name="plan_act_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="an_act_taken_back_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class PlanActStop(models.Model):
    """What an act did to one working copy.

    `before` is the working copy as it was (see `schedules.actions_undo`), null when the act made the stop; `left_at` is the
    `updated_at` with which the act left it, null when the act discarded it.
    """

    act = models.ForeignKey(PlanAct, on_delete=models.CASCADE, related_name="stops", verbose_name=_("act"))
    stop = models.ForeignKey(
        Stop, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stop")
    )
    before = models.JSONField(_("as it was"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    class Meta:
        verbose_name = _("stop of an act")
        verbose_name_plural = _("stops of an act")
        constraints = [
            models.UniqueConstraint(fields=["act", "stop"], name="an_act_names_a_stop_once"),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(left_at__isnull=False),
                name="an_act_made_changed_or_discarded_its_stop",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.stop_id or '—'}"

"""The wordings that staff write themselves, in place of the built-in ones."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from announcements.enums import TextForm, WordingSlot
from vehicles.models import District


class WordingQuerySet(models.QuerySet["Wording"]):
    def for_district(self, district: District) -> WordingQuerySet:
        """Those in use for the notices of `district`: its own, and those of all units."""
        return self.filter(Q(district=district) | Q(district__isnull=True), is_active=True)


class Wording(models.Model):
    """How a unit (or every unit) words one form of one kind of notice: `arabic.wording` says what may stand in it."""

    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wordings",
        verbose_name=_("unit"),
        help_text=_("Empty: for every unit that has no wording of its own."),
    )
    slot = models.CharField(_("what is announced"), max_length=10, choices=WordingSlot.choices)
    form = models.CharField(_("kind of text"), max_length=14, choices=TextForm.choices)
    body = models.TextField(_("text of the wording"), max_length=4000)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("While it is not, notices have the built-in wording.")
    )
    updated_at = models.DateTimeField(_("last changed at"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("last changed by")
    )

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["district__name_ar", "slot", "form"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "slot", "form"],
                condition=Q(district__isnull=False),
                name="a_unit_words_a_form_once",
                violation_error_message=_("There is a wording for this already. Change that one."),
            ),
            models.UniqueConstraint(
                fields=["slot", "form"],
                condition=Q(district__isnull=True),
                name="all_units_word_a_form_once",
                violation_error_message=_("There is a wording for this already. Change that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_slot_display()} · {self.get_form_display()}"

"""Days on which the units do not work."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from schedules.enums import HolidayStatus
from vehicles.models import localized


class Holiday(models.Model):
    """A public holiday on one local date. Sources disagree and decrees move days, so each carries its status and source."""

    date = models.DateField(_("date"), unique=True)
    name_ar = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=HolidayStatus.choices)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("official holiday")
        verbose_name_plural = _("official holidays")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.name} ({self.date:%Y-%m-%d})"

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)

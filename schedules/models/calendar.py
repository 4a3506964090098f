"""Days on which the units do not work, and periods in which they work at other hours."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from announcements.models import Notice
from schedules.enums import HolidayStatus
from sohag_mobile.constraints import NoOverlap
from vehicles.models import District, localized


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


class HoursPeriodQuerySet(models.QuerySet["HoursPeriod"]):
    def touching(self, first: dt.date, last: dt.date) -> HoursPeriodQuerySet:
        """Periods of which some day lies between the local days `first` and `last`; confirmed ones first."""
        # «confirmed» comes before «provisional» in the alphabet as well.
        return self.filter(starts_on__lte=last, ends_on__gte=first).order_by("status", "starts_on", "pk")


class HoursPeriod(models.Model):
    """Working hours for a span of days, such as Ramadan: every visit takes its hours from here by its date (domain.md T5).

    Both days are included. Its first day may wait for the moon, so each carries its status and source, as a holiday does.
    """

    name_ar = models.CharField(
        _("name"), max_length=120, help_text=_("As it follows «خلال», for example «شهر رمضان المبارك».")
    )
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), help_text=_("Included."))
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    last_intake = models.TimeField(
        _("last intake"),
        null=True,
        blank=True,
        help_text=_("After this time no request is taken. Empty: until the end."),
    )
    greeting_ar = models.CharField(
        _("greeting"),
        max_length=200,
        blank=True,
        help_text=_("Closes the announcement of these hours, for example «وكل عام وأنتم بخير». May stay empty."),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=HolidayStatus.choices,
        help_text=_("While it is provisional, the announcement names the first day without its date."),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = HoursPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period with hours of its own")
        verbose_name_plural = _("periods with hours of their own")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="a_period_ends_after_it_starts",
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="the_hours_of_a_period_end_after_they_start",
                violation_error_message=_("The end must come after the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(last_intake__isnull=True)
                | (Q(last_intake__gt=F("starts_at")) & Q(last_intake__lte=F("ends_at"))),
                name="the_last_intake_of_a_period_lies_within_its_hours",
                violation_error_message=_("The last intake must lie between the beginning and the end."),
            ),
            NoOverlap(
                name="confirmed_periods_do_not_overlap",
                owner="status",
                span=("starts_on", "ends_on"),
                where=[("status", "=", HolidayStatus.CONFIRMED.value)],
                violation_error_message=_("Another confirmed period has hours of its own on some of these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d})"

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)

    @property
    def is_provisional(self) -> bool:
        return self.status == HolidayStatus.PROVISIONAL

    def covers(self, day: dt.date) -> bool:
        """Whether the local day `day` lies in the period."""
        return self.starts_on <= day <= self.ends_on

    def holds(self, starts_at: dt.time, ends_at: dt.time) -> bool:
        """Whether a visit at these wall-clock times keeps to the hours of the period."""
        return self.starts_at <= starts_at and ends_at <= self.ends_at


class HoursAnnouncement(models.Model):
    """A notice in which a unit told the hours of a period; the newest one holds."""

    period = models.ForeignKey(HoursPeriod, on_delete=models.PROTECT, related_name="announcements")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["district", "period"], name="hours_by_unit_and_period")]

    def __str__(self) -> str:
        return f"{self.period} · {self.notice.reference}"

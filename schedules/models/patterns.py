"""Rules by which visits recur. A pattern is a plan of the staff: the public reads what was published from it, never the rule."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from schedules.enums import PatternDateKind
from schedules.models.places import Place
from schedules.models.stops import time_constraints
from schedules.recurrence import InvalidRecurrence, Recurrence, write_calendar_rule
from services.models import PaymentMeans, Service
from vehicles.models import District, Vehicle


def validate_recurrence(text: str) -> None:
    """Raise ValidationError unless `text` is a rule that a pattern can have, written as the product writes it."""
    try:
        written = str(Recurrence.parse(text))
    except InvalidRecurrence:
        written = ""
    if written != text:
        raise ValidationError(_("This is no rule by weeks or by weekdays of the month."), code="invalid_recurrence")


class StopPatternQuerySet(models.QuerySet["StopPattern"]):
    def with_details(self) -> StopPatternQuerySet:
        return self.select_related(
            "vehicle", "place__district", "district__governorate", "updated_by"
        ).prefetch_related("services", "payment_means", "dates")

    def in_force(self, *, today: dt.date) -> StopPatternQuerySet:
        """Those that make drafts for the local day `today` or later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), is_active=True)


class StopPattern(models.Model):
    """Where and when one vehicle comes again and again. Drafts are made of it up to a horizon.

    `starts_on` is a day of the rule itself (DTSTART), `ends_on` the last day on which it holds (UNTIL); both are local dates.
    Whoever saved it last answers for the drafts: their rights are asked when they are made.
    """

    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="patterns", verbose_name=_("vehicle"))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="patterns", verbose_name=_("place"))
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        related_name="patterns",
        verbose_name=_("unit"),
        editable=False,
        help_text=_("The unit the vehicle works for on the first day of the pattern."),
    )
    landmark_ar = models.CharField(_("landmark"), max_length=200)
    landmark_en = models.CharField(_("landmark in English"), max_length=200, blank=True)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    last_intake = models.TimeField(_("last intake"), null=True, blank=True)
    services = models.ManyToManyField(Service, related_name="+", verbose_name=_("services"))
    payment_means = models.ManyToManyField(PaymentMeans, related_name="+", blank=True, verbose_name=_("payment means"))
    rrule = models.CharField(_("rule (RFC 5545)"), max_length=120, validators=[validate_recurrence])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    is_active = models.BooleanField(_("makes drafts"), default=True)
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="followed_by",
        verbose_name=_("takes the place of"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("updated by")
    )

    objects = StopPatternQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring visit")
        verbose_name_plural = _("recurring visits")
        ordering = ["place__name_ar", "starts_on", "pk"]
        indexes = [models.Index(fields=["is_active", "ends_on"], name="patterns_in_force")]
        constraints = [
            *time_constraints("a_visit_of_a_pattern"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="the_last_day_of_a_pattern_is_not_before_its_first",
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(rrule__startswith="FREQ=WEEKLY;") | Q(rrule__startswith="FREQ=MONTHLY;"),
                name="a_pattern_recurs_by_weeks_or_by_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place.label} · {self.vehicle.code} · {self.rrule}"

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence.parse(self.rrule)

    def _dates(self, kind: PatternDateKind) -> tuple[dt.date, ...]:
        return tuple(sorted(row.date for row in self.dates.all() if row.kind == kind))

    @property
    def left_out(self) -> tuple[dt.date, ...]:
        """The days that a person took out of the rule."""
        return self._dates(PatternDateKind.LEFT_OUT)

    @property
    def added(self) -> tuple[dt.date, ...]:
        """The days that a person added to the rule."""
        return self._dates(PatternDateKind.ADDED)

    def days(self, *, first: dt.date, last: dt.date) -> list[dt.date]:
        """The local days from `first` to `last` (both included) on which the vehicle is to come, in order."""
        end = min(last, self.ends_on) if self.ends_on else last
        found = set(self.recurrence.days(since=self.starts_on, first=first, last=end)) - set(self.left_out)
        return sorted(found | {day for day in self.added if first <= day <= last})

    @property
    def calendar_rule(self) -> str:
        """The whole rule in the lines of RFC 5545."""
        return write_calendar_rule(
            self.recurrence,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            left_out=self.left_out,
            added=self.added,
        )


class PatternDate(models.Model):
    """A day that a person left out of a pattern or added to it, and why."""

    pattern = models.ForeignKey(
        StopPattern, on_delete=models.CASCADE, related_name="dates", verbose_name=_("recurring visit")
    )
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=12, choices=PatternDateKind.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        verbose_name = _("day of a recurring visit")
        verbose_name_plural = _("days of recurring visits")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "date"], name="a_day_is_left_out_of_a_pattern_or_added_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} · {self.get_kind_display()}"


class PatternSkip(models.Model):
    """A day of a pattern for which no draft could be made when it was last tried, and the sentence that refused it."""

    pattern = models.ForeignKey(
        StopPattern, on_delete=models.CASCADE, related_name="skips", verbose_name=_("recurring visit")
    )
    date = models.DateField(_("date"))
    code = models.CharField(_("code"), max_length=60)
    reason = models.TextField(_("reason"))
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("day without a draft")
        verbose_name_plural = _("days without a draft")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["pattern", "date"], name="a_day_of_a_pattern_is_skipped_once")]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} · {self.code}"

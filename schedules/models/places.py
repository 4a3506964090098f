"""Where a vehicle can stand. A place is known by its official code, never by its name: names repeat."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schedules.enums import PLACE_NOUN_AR, PlaceKind, Weekday
from vehicles.models import District, code_validator, localized


class PlaceQuerySet(models.QuerySet["Place"]):
    def with_details(self) -> PlaceQuerySet:
        return self.select_related("district__governorate")


class Place(models.Model):
    """A village, a quarter, a hamlet or another place, in a unit."""

    code = models.CharField(_("official code"), max_length=20, unique=True, validators=[code_validator])
    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind.choices)
    name_ar = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("Latin name"), max_length=120, blank=True)
    spellings = models.CharField(
        _("other spellings"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas. Citizens can search for them."),
    )
    search_text = models.TextField(_("folded names"), editable=False, default="")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="places", verbose_name=_("unit"))
    district_is_provisional = models.BooleanField(
        _("unit is provisional"),
        default=False,
        help_text=_("The unit is our assumption until the governorate confirms it."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    coordinates_are_rounded = models.BooleanField(_("point is rounded (1–2 km)"), default=False)
    source = models.CharField(_("source"), max_length=300, blank=True)
    market_weekday = models.PositiveSmallIntegerField(
        _("day of the weekly market"),
        choices=Weekday.choices,
        null=True,
        blank=True,
        help_text=_(
            "On that day a market brings people, or blocks the square: the landmark has to be confirmed. Empty: none is known."
        ),
    )

    population = models.PositiveIntegerField(
        _("population"), null=True, blank=True, help_text=_("Empty while no figure with a source is known.")
    )
    population_source = models.CharField(_("source of the population"), max_length=300, blank=True)
    # Measured once, by `actions_places.measure_places`, and again when a centre is moved.
    centre = models.ForeignKey(
        District,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("unit of the nearest fixed centre"),
    )
    centre_km = models.DecimalField(
        _("kilometres to the nearest fixed centre"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        editable=False,
    )
    measured_from = models.CharField(max_length=16, blank=True, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name_ar", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="place_has_both_coordinates_or_none",
                violation_error_message=_("Give both coordinates or none."),
            ),
            models.CheckConstraint(
                condition=Q(population__isnull=True) | ~Q(population_source=""),
                name="a_population_has_a_source",
                violation_error_message=_("Say where the population figure comes from, and of which year it is."),
            ),
            models.CheckConstraint(
                condition=Q(centre__isnull=True, centre_km__isnull=True)
                | Q(centre__isnull=False, centre_km__isnull=False),
                name="a_distance_is_one_to_a_centre",
            ),
            models.CheckConstraint(
                condition=Q(market_weekday__isnull=True) | Q(market_weekday__gte=1, market_weekday__lte=7),
                name="a_market_is_held_on_a_day_of_the_week",
            ),
        ]

    def __str__(self) -> str:
        """As planners choose it: with the day of its market, where one is known."""
        if self.market_weekday is None:
            return self.label
        day = self.get_market_weekday_display()
        return _("%(place)s (weekly market: %(day)s)") % {"place": self.label, "day": day}

    def has_market_on(self, day: dt.date) -> bool:
        """Whether the weekly market is held here on the local day `day`."""
        return day.isoweekday() == self.market_weekday

    @property
    def noun_ar(self) -> str:
        """The class noun that stands before the name, so that the name itself is never inflected."""
        return PLACE_NOUN_AR[PlaceKind(self.kind)]

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)

    @property
    def short_label(self) -> str:
        """«قرية بلصفورة»; in English the bare name."""
        return localized(self._named_ar, self.name_en)

    @property
    def _named_ar(self) -> str:
        """«قرية بلصفورة»; «مدينة سوهاج الجديدة» where the registered name already begins with its class noun."""
        return self.name_ar if self.name_ar.startswith(f"{self.noun_ar} ") else f"{self.noun_ar} {self.name_ar}"

    @property
    def label_ar(self) -> str:
        """«قرية بلصفورة – مركز سوهاج»: names repeat across units, so the unit always follows."""
        return f"{self._named_ar} – {self.district.label_ar}"

    @property
    def label(self) -> str:
        return localized(self.label_ar, f"{self.name_en} – {self.district.label}" if self.name_en else "")

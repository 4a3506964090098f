"""The catalogue: what a citizen can ask for, with which papers and fees, and what each vehicle offers of it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from services.enums import Outcome
from sohag_mobile.history import keep_history
from vehicles.models import Vehicle, localized


class Category(models.Model):
    """A group of services, as the governorate names it."""

    slug = models.SlugField(_("address word"), max_length=60, unique=True)
    name_ar = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name_ar"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)


class PaymentMeans(models.Model):
    """A way to pay that a stop can state; the product itself holds no money (architecture.md 9)."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_ar = models.CharField(_("name"), max_length=60, help_text=_("As in «وسائل السداد: نقدًا، ببطاقة الدفع»."))
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("payment means")
        verbose_name_plural = _("payment means")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)


class ServiceQuerySet(models.QuerySet["Service"]):
    def valid_on(self, day: dt.date) -> ServiceQuerySet:
        """Services the law still gives on the local day `day`."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def with_details(self, *, on: dt.date | None = None) -> ServiceQuerySet:
        """With papers and fees; of the fees those that hold on the local day `on`, when one is given."""
        fees = Fee.objects.all() if on is None else Fee.objects.valid_on(on)
        return self.select_related("category").prefetch_related("documents", Prefetch("fees", queryset=fees))


class Service(models.Model):
    """One service of the catalogue. What is not known stays empty: it is never filled with a guess."""

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="services", verbose_name=_("category")
    )
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    name_ar = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    announce_ar = models.CharField(
        _("name in announcements"),
        max_length=160,
        blank=True,
        help_text=_("The wording read on the radio, if it differs from the name."),
    )
    other_words = models.CharField(
        _("other words"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas. Citizens can search for them."),
    )
    outcome = models.CharField(
        _("usual outcome"), max_length=12, choices=Outcome.choices, help_text=_("What a new offer starts with.")
    )
    summary_ar = models.TextField(_("description"), blank=True)
    summary_en = models.TextField(_("English description"), blank=True)
    processing_time_ar = models.CharField(_("completion time"), max_length=200, blank=True)
    processing_time_en = models.CharField(_("completion time in English"), max_length=200, blank=True)
    elsewhere_ar = models.CharField(
        _("not here, go there"),
        max_length=300,
        blank=True,
        help_text=_("Where a citizen must go when not the vehicle."),
    )
    elsewhere_en = models.CharField(_("not here, go there (English)"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day; empty while it lasts.")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["category__position", "name_ar"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="service_ends_after_it_starts",
                violation_error_message=_("The last day must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)

    @property
    def spoken_name_ar(self) -> str:
        """The name as announcements use it."""
        return self.announce_ar or self.name_ar

    @property
    def summary(self) -> str:
        return localized(self.summary_ar, self.summary_en)

    @property
    def processing_time(self) -> str:
        return localized(self.processing_time_ar, self.processing_time_en)

    @property
    def elsewhere(self) -> str:
        return localized(self.elsewhere_ar, self.elsewhere_en)

    def is_valid_on(self, day: dt.date) -> bool:
        """Whether the law still gives this service on the local day `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Document(models.Model):
    """A paper the citizen brings for a service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="documents", verbose_name=_("service"))
    text_ar = models.CharField(_("document"), max_length=300)
    text_en = models.CharField(_("document in English"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("required document")
        verbose_name_plural = _("required documents")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return localized(self.text_ar, self.text_en)


class FeeQuerySet(models.QuerySet["Fee"]):
    def valid_on(self, day: dt.date) -> FeeQuerySet:
        """Fees that are still asked for, and reductions that still hold, on the local day `day`."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Fee(models.Model):
    """An indicative amount in Egyptian pounds, as of a date, with its source. No amounts at all means: not known."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="fees", verbose_name=_("service"))
    label_ar = models.CharField(_("what the fee is for"), max_length=160)
    label_en = models.CharField(_("what the fee is for (English)"), max_length=160, blank=True)
    minimum = models.DecimalField(_("from (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(_("up to (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    valid_to = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day; empty while it lasts.")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = FeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(minimum__isnull=True) | Q(minimum__gte=0))
                & (Q(maximum__isnull=True) | Q(maximum__gte=0))
                & (Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(maximum__gte=F("minimum"))),
                name="fee_is_a_sensible_range",
                violation_error_message=_("The amounts must be positive, the larger one last."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return localized(self.label_ar, self.label_en)


class OfferQuerySet(models.QuerySet["Offer"]):
    def valid_on(self, day: dt.date) -> OfferQuerySet:
        """Offers that stand on the local day `day`, of services that are still valid then."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            Q(service__valid_from__isnull=True) | Q(service__valid_from__lte=day),
            Q(service__valid_to__isnull=True) | Q(service__valid_to__gte=day),
        )


class Offer(models.Model):
    """A vehicle offers a service, with what the citizen gets there and then."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="offers", verbose_name=_("vehicle"))
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="offers", verbose_name=_("service"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["vehicle", "service"]
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "service"],
                name="a_vehicle_offers_a_service_once",
                violation_error_message=_("This vehicle already offers this service."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle.code}: {self.service.name}"


for _model in (Category, PaymentMeans, Service, Document, Fee, Offer):
    keep_history(_model, app="services")

"""The governorate, its units, their vehicles, and who works for which unit."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sohag_mobile.constraints import NoOverlap
from sohag_mobile.history import keep_history
from vehicles.enums import DISTRICT_NOUN_AR, UNIT_ROLES, DistrictKind, GrammaticalGender, OutOfServiceCause, Role

code_validator = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*\Z", _("Use Latin letters, digits and hyphens only."))


def localized(arabic: str, english: str) -> str:
    """The English text where English is being read and it exists, else the Arabic one."""
    return english if english and (get_language() or "").startswith("en") else arabic


class Issuer(models.Model):
    """An institution that can be the subject of an announcement: its name, and the gender its verb agrees with."""

    name_ar = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    issuer_name_ar = models.CharField(
        _("name as issuer"),
        max_length=200,
        help_text=_("As it opens an announcement, for example «الوحدة المحلية لمركز ومدينة …»."),
    )
    issuer_short_ar = models.CharField(
        _("short name as issuer"), max_length=80, help_text=_("For the second mention, for example «الوحدة المحلية».")
    )
    issuer_gender = models.CharField(_("gender of the issuer's name"), max_length=1, choices=GrammaticalGender.choices)
    contact_phone = models.CharField(
        _("telephone for enquiries"), max_length=20, blank=True, help_text=_("Shown to the public. Empty if unknown.")
    )

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)


class Governorate(Issuer):
    """The governorate this installation serves; its weekend and its radio station are data."""

    station_name_ar = models.CharField(_("radio station"), max_length=120, blank=True)
    general_documents_ar = models.CharField(
        _("papers for every service"),
        max_length=200,
        blank=True,
        help_text=_("Told in every announcement, for example «أصل بطاقة الرقم القومي وصورة منها»."),
    )
    general_documents_en = models.CharField(_("papers for every service (English)"), max_length=200, blank=True)
    general_papers_ar = models.TextField(
        _("the same as a list"),
        blank=True,
        help_text=_("One paper in a line, as citizens tick them off on the pages. Empty: the sentence above."),
    )
    general_papers_en = models.TextField(_("the same as a list (English)"), blank=True)
    weekend_days = models.CharField(
        _("weekly days off"),
        max_length=13,
        default="5,6",
        validators=[RegexValidator(r"^[1-7](,[1-7])*\Z", _("Day numbers from 1 (Monday) to 7 (Sunday), with commas."))],
        help_text=_("1 is Monday, 5 is Friday, 6 is Saturday, 7 is Sunday."),
    )
    friday_prayer_starts_at = models.TimeField(
        _("Friday prayer from"),
        null=True,
        blank=True,
        help_text=_("No stop of a Friday lies over these hours. Both empty: there is no such rule."),
    )
    friday_prayer_ends_at = models.TimeField(_("Friday prayer until"), null=True, blank=True)
    friday_prayer_source = models.CharField(
        _("source of the hours of the prayer"),
        max_length=300,
        blank=True,
        help_text=_("Where they come from, and whether they are provisional."),
    )

    class Meta:
        verbose_name = _("governorate")
        verbose_name_plural = _("governorates")
        constraints = [
            models.CheckConstraint(
                condition=Q(friday_prayer_starts_at__isnull=True, friday_prayer_ends_at__isnull=True)
                | Q(
                    friday_prayer_starts_at__isnull=False,
                    friday_prayer_ends_at__isnull=False,
                    friday_prayer_ends_at__gt=F("friday_prayer_starts_at"),
                ),
                name="the_friday_prayer_ends_after_it_starts",
                violation_error_message=_(
                    "Give both hours of the Friday prayer, the end after the beginning, or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def general_documents(self) -> str:
        return localized(self.general_documents_ar, self.general_documents_en)

    @property
    def general_papers(self) -> list[str]:
        """The papers for every service, each by itself; the one sentence of the announcements where no list was made."""
        lines = localized(self.general_papers_ar, self.general_papers_en) or self.general_documents
        return [line for line in (line.strip() for line in lines.splitlines()) if line]

    def is_weekend(self, day: dt.date) -> bool:
        return str(day.isoweekday()) in self.weekend_days.split(",")


class Markaz(models.Model):
    """A markaz of the governorate, also one without a vehicle: where it lies, by which texts are checked."""

    governorate = models.ForeignKey(
        Governorate, on_delete=models.PROTECT, related_name="marakez", verbose_name=_("governorate")
    )
    code = models.CharField(_("official code"), max_length=20, unique=True, validators=[code_validator])
    name_ar = models.CharField(_("name"), max_length=120, help_text=_("Without «مركز» before it."))
    spellings = models.CharField(
        _("other spellings"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas. Texts may have any of them."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Of the middle of the markaz."),
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("markaz of the governorate")
        verbose_name_plural = _("marakez of the governorate")
        ordering = ["name_ar"]

    def __str__(self) -> str:
        return f"{DISTRICT_NOUN_AR[DistrictKind.MARKAZ]} {self.name_ar}"

    @property
    def names_ar(self) -> tuple[str, ...]:
        """Every spelling of the name, the usual one first."""
        others = (name.strip() for name in self.spellings.replace("،", ",").split(","))
        return (self.name_ar, *filter(None, others))


class UnitManager(models.Manager["District"]):
    """The units alone. What is chosen from, listed or counted is a unit; only notices know the governorate as an issuer."""

    def get_queryset(self) -> models.QuerySet[District]:
        return super().get_queryset().exclude(kind=DistrictKind.GOVERNORATE)


class District(Issuer):
    """A unit that owns vehicles and issues announcements: a markaz or a hayy.

    One more row for each governorate issues the notices in the governorate's own name (docs/decisions/0014): the default manager
    leaves it out, `issuers` holds it as well.
    """

    governorate = models.ForeignKey(
        Governorate, on_delete=models.PROTECT, related_name="districts", verbose_name=_("governorate")
    )
    slug = models.SlugField(_("address word"), max_length=60, unique=True, help_text=_("Part of the public address."))
    kind = models.CharField(_("kind"), max_length=12, choices=DistrictKind.choices)
    official_code = models.CharField(
        _("official code"),
        max_length=20,
        blank=True,
        help_text=_("Code of the markaz or qism in official place lists."),
    )
    fixed_centre_name_ar = models.CharField(_("fixed technology centre"), max_length=200, blank=True)
    fixed_centre_name_en = models.CharField(_("fixed technology centre in English"), max_length=200, blank=True)
    fixed_centre_latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    fixed_centre_longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)

    objects = UnitManager()
    issuers = models.Manager()  # noqa: DJ012  # reason: a manager, which the rule takes for a field

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["kind", "name_ar"]
        constraints = [
            models.UniqueConstraint(
                fields=["governorate"],
                condition=Q(kind=DistrictKind.GOVERNORATE),
                name="a_governorate_issues_notices_under_one_address",
            ),
            models.UniqueConstraint(
                fields=["official_code"], condition=~Q(official_code=""), name="one_district_per_official_code"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """The default manager does not see the governorate's own address word, so nobody else would refuse it."""
        if self.slug and District.issuers.exclude(pk=self.pk).filter(slug=self.slug).exists():
            raise ValidationError({"slug": _("This address word is taken.")})

    @property
    def is_governorate(self) -> bool:
        """Whether this row is the governorate itself as an issuer, and no unit."""
        return self.kind == DistrictKind.GOVERNORATE

    @property
    def noun_ar(self) -> str:
        """«مركز» or «حي», always printed before the name."""
        return DISTRICT_NOUN_AR[DistrictKind(self.kind)]

    @property
    def label_ar(self) -> str:
        return f"{self.noun_ar} {self.name_ar}"

    @property
    def label(self) -> str:
        return localized(self.label_ar, self.name_en)

    @property
    def fixed_centre_name(self) -> str:
        return localized(self.fixed_centre_name_ar, self.fixed_centre_name_en)


class VehicleQuerySet(models.QuerySet["Vehicle"]):
    def active(self) -> VehicleQuerySet:
        return self.filter(is_active=True)

    def of_district(self, district: District, *, on: dt.date) -> VehicleQuerySet:
        """Vehicles assigned to `district` on the local day `on`."""
        return self.filter(
            Q(assignments__ends_on__isnull=True) | Q(assignments__ends_on__gte=on),
            assignments__district=district,
            assignments__starts_on__lte=on,
        )


class Vehicle(models.Model):
    """A mobile technology-centre vehicle."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[code_validator])
    name_ar = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True, help_text=_("An unused vehicle cannot be planned."))

    objects = VehicleQuerySet.as_manager()

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name_ar} ({self.code})"

    @property
    def name(self) -> str:
        return localized(self.name_ar, self.name_en)


class Assignment(models.Model):
    """A vehicle works for a unit over some days; a null end means until further notice."""

    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("vehicle")
    )
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("unit"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day; empty while it lasts."))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["vehicle", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_it_starts",
                violation_error_message=_("The last day must not come before the first."),
            ),
            NoOverlap(
                name="a_vehicle_is_assigned_to_one_unit_at_a_time",
                owner="vehicle",
                span=("starts_on", "ends_on"),
                violation_error_message=_("This vehicle is already assigned to a unit during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle.code} – {self.district.label_ar}"


class OutOfServiceQuerySet(models.QuerySet["OutOfService"]):
    def touching(self, first: dt.date, last: dt.date) -> OutOfServiceQuerySet:
        """Periods of which some day lies between the local days `first` and `last`."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)


class OutOfService(models.Model):
    """Days on which a vehicle cannot work; a null end means until further notice. Not shown to the public."""

    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, related_name="out_of_service", verbose_name=_("vehicle")
    )
    starts_on = models.DateField(_("from"), help_text=_("The first day on which it cannot work."))
    ends_on = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The last day on which it cannot work; empty while it is not known."),
    )
    cause = models.CharField(_("cause"), max_length=12, choices=OutOfServiceCause.choices)
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("For the office. Not shown to the public.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = OutOfServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("period out of service")
        verbose_name_plural = _("periods out of service")
        ordering = ["-starts_on", "vehicle"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_period_out_of_service_ends_after_it_starts",
                violation_error_message=_("The last day must not come before the first."),
            ),
            NoOverlap(
                name="periods_out_of_service_of_a_vehicle_do_not_overlap",
                owner="vehicle",
                span=("starts_on", "ends_on"),
                violation_error_message=_("Another period of this vehicle has some of these days. Change that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle.code} · {self.get_cause_display()}"

    def covers(self, day: dt.date) -> bool:
        """Whether the vehicle cannot work on the local day `day`."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid_on(self, day: dt.date) -> MembershipQuerySet:
        """Those that give rights on the local day `day`."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        )


class Membership(models.Model):
    """A member of staff works for a unit, or (no unit) for the whole governorate, in a role, over some days.

    Empty days: since ever, until further notice.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("unit"),
        help_text=_("Empty for roles that are held for the whole governorate."),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    starts_on = models.DateField(_("from"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day; empty while it lasts."))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                "user",
                "role",
                # An empty unit and an empty day are values here: SQL would take every NULL for another one.
                Coalesce("district", 0),
                Coalesce("starts_on", models.Value(dt.date.min, models.DateField())),
                name="a_role_is_given_once_per_unit",
                violation_error_message=_("This person has this role already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(UNIT_ROLES), district__isnull=False)
                | (~Q(role__in=sorted(UNIT_ROLES)) & Q(district__isnull=True)),
                name="a_role_is_held_for_a_unit_or_for_the_governorate",
                violation_error_message=_(
                    "An editor, a head and a vehicle officer have a unit; the other roles have none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_membership_ends_after_it_starts",
                violation_error_message=_("The last day must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def is_valid_on(self, day: dt.date) -> bool:
        """Whether it gives rights on the local day `day`."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


for _model in (Governorate, Markaz, District, Vehicle, Assignment, OutOfService, Membership):
    keep_history(_model, app="vehicles")
# Of an account what gives or takes access and how the person is reached; never the password.
keep_history(User, app="vehicles", excluded=["password", "last_login", "date_joined", "first_name", "last_name"])

"""Closed lists of the vehicles app."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GrammaticalGender(TextChoices):
    """Gender of an institution's name: it decides «تعلن» or «يعلن»."""

    FEMININE = "f", _("Feminine (تعلن)")
    MASCULINE = "m", _("Masculine (يعلن)")


class DistrictKind(TextChoices):
    """A markaz has villages; a hayy has quarters of a city; a new city is run by an authority of its own."""

    MARKAZ = "markaz", _("Markaz")
    HAYY = "hayy", _("City district (hayy)")
    CITY = "city", _("New city")
    # Issues the governorate's own notices; has no places, vehicles or staff of its own (see District.objects).
    GOVERNORATE = "governorate", _("Governorate")


DISTRICT_NOUN_AR = {
    DistrictKind.MARKAZ: "مركز",
    DistrictKind.HAYY: "حي",
    DistrictKind.CITY: "مدينة",
    DistrictKind.GOVERNORATE: "محافظة",
}
# What staff choose from: the governorate's own row is kept by the product (see vehicles/actions.py).
UNIT_KINDS = [choice for choice in DistrictKind.choices if choice[0] != DistrictKind.GOVERNORATE]


class Role(TextChoices):
    """What a member of staff does for a unit, or for the whole governorate."""

    EDITOR = "editor", _("Unit editor: drafts stops")
    HEAD = "head", _("Head of unit: publishes and cancels")
    SUPERVISOR = "supervisor", _("General supervisor: every unit")


PUBLISHING_ROLES = frozenset({Role.HEAD, Role.SUPERVISOR})

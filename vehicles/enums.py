"""Closed lists of the vehicles app."""

from __future__ import annotations

from enum import StrEnum

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
    """What a member of staff does for a unit, or for the whole governorate (domain.md §3)."""

    EDITOR = "editor", _("Unit editor: drafts stops")
    HEAD = "head", _("Head of unit: publishes and cancels")
    OFFICER = "officer", _("Vehicle officer: records what happened at a visit")
    SUPERVISOR = "supervisor", _("General supervisor: every unit")
    COMMITTEE = "committee", _("Technical committee: reads and exports")
    SUPPORT = "support", _("Technical support: looks after deliveries")
    ADMINISTRATOR = "administrator", _("Administrator: accounts, channels and master data")


class Right(StrEnum):
    """One kind of thing a role lets a person do. Those of a unit hold for its rows, the others for the whole installation."""

    READ = "read"  # what was made public, and what became of it: notices, ledger, reports; and to export it
    SEE_PLANS = "see_plans"  # working copies: drafts and changes not yet announced
    REPORT = "report"  # what happened at a visit
    EDIT = "edit"
    PUBLISH = "publish"
    CARRY = "carry"  # deliveries: send again, settle, acknowledge
    SUPERVISE = "supervise"  # act for the governorate: lend a vehicle, override a finding, issue its bulletin
    KEEP_DATA = "keep_data"
    KEEP_CHANNELS = "keep_channels"
    KEEP_ACCOUNTS = "keep_accounts"
    LIFT_LOCKS = "lift_locks"  # let somebody in again who was locked out after wrong passwords


RIGHT_NAMES = {
    Right.READ: _("Read and export notices, the ledger of deliveries and reports of visits"),
    Right.SEE_PLANS: _("See drafts and changes that were not announced"),
    Right.REPORT: _("Record what happened at a visit"),
    Right.EDIT: _("Draft, change and discard stops"),
    Right.PUBLISH: _("Publish, postpone and cancel stops, and word the texts"),
    Right.CARRY: _("Send deliveries again, settle and acknowledge them"),
    Right.SUPERVISE: _("Act for the governorate: its bulletin, lent vehicles, findings set aside"),
    Right.KEEP_DATA: _("Keep the master data"),
    Right.KEEP_CHANNELS: _("Keep the channels and their tokens"),
    Right.KEEP_ACCOUNTS: _("Keep accounts and give roles"),
    Right.LIFT_LOCKS: _("Let people in again who were locked out after wrong passwords"),
}

_EDITOR = frozenset({Right.READ, Right.SEE_PLANS, Right.REPORT, Right.EDIT})
_HEAD = _EDITOR | {Right.PUBLISH, Right.CARRY}

# Who may do what, in one place: everything else asks this table through `vehicles.queries` and the scope of a request.
ROLE_RIGHTS: dict[str, frozenset[Right]] = {
    Role.EDITOR: _EDITOR,
    Role.HEAD: _HEAD,
    Role.OFFICER: frozenset({Right.READ, Right.SEE_PLANS, Right.REPORT}),
    Role.SUPERVISOR: frozenset(Right),
    Role.COMMITTEE: frozenset({Right.READ}),
    Role.SUPPORT: frozenset({Right.READ, Right.CARRY, Right.LIFT_LOCKS}),
    Role.ADMINISTRATOR: frozenset(
        {Right.READ, Right.CARRY, Right.KEEP_DATA, Right.KEEP_CHANNELS, Right.KEEP_ACCOUNTS, Right.LIFT_LOCKS}
    ),
}


class OutOfServiceCause(TextChoices):
    """Why a vehicle cannot work for some days (domain.md (d) 18 and 25)."""

    REPAIR = "repair", _("Repair")
    MAINTENANCE = "maintenance", _("Periodic maintenance")
    ACCIDENT = "accident", _("Accident")
    LICENCE = "licence", _("Licence or inspection")
    EQUIPMENT = "equipment", _("Equipment being replaced")
    REQUISITION = "requisition", _("Needed for an official event or election")
    OTHER = "other", _("Other")


# Roles of a unit; the others are held for the whole governorate.
UNIT_ROLES = frozenset({Role.EDITOR, Role.HEAD, Role.OFFICER})


def roles_with(right: Right) -> list[str]:
    """The roles that have a right."""
    return [role for role, rights in ROLE_RIGHTS.items() if right in rights]

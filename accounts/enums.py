"""Closed lists of the accounts app."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from vehicles.enums import Right


class FactorPolicy(StrEnum):
    """Who must prove a second factor (the setting SECOND_FACTOR)."""

    REQUIRED = "required"  # whoever publishes or keeps accounts or channels; others as they like
    OPTIONAL = "optional"  # whoever has set it up
    OFF = "off"  # nobody


# Rights that reach the public or other people's accounts: whoever holds one of them signs in with two factors.
PUBLISHING_RIGHTS = frozenset({Right.PUBLISH, Right.SUPERVISE, Right.KEEP_ACCOUNTS, Right.KEEP_CHANNELS})


class Step(StrEnum):
    """What somebody who knows the password still owes."""

    CODE = "code"
    SET_UP = "set_up"


class InvitationState(TextChoices):
    """Where an invitation stands; derived from its moments, never stored."""

    OPEN = "open", _("Waiting for the person")
    UNSENT = "unsent", _("The e-mail has not left")
    EXPIRED = "expired", _("Expired")
    ACCEPTED = "accepted", _("Accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AccountEventKind(TextChoices):
    """What happens to an account besides its data, which the history of the admin tells."""

    FACTOR_SET = "factor_set", _("Second factor set up")
    FACTOR_OFF = "factor_off", _("Second factor turned off")
    FACTOR_RESET = "factor_reset", _("Second factor reset")
    CODES_RENEWED = "codes_renewed", _("Recovery codes renewed")
    CODE_USED = "code_used", _("Signed in with a recovery code")
    PASSWORD_CHANGED = "password_changed", _("Password changed")  # reason: the name of an event
    PASSWORD_RESET = "password_reset", _("Password set by a link")  # reason: as above
    SESSIONS_ENDED = "sessions_ended", _("Signed out everywhere")
    LOCK_LIFTED = "lock_lifted", _("Lock-out lifted")

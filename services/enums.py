"""Closed lists of the services app."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Outcome(TextChoices):
    """What the citizen leaves the vehicle with (domain.md §4). Every notice tells the three apart."""

    FINISHED = "finished", _("Finished on the vehicle")
    RECEIVED = "received", _("Request received")
    INFORMATION = "information", _("Information only")

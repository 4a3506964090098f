"""What is known of the token that opens a channel. The token itself stands here encrypted, or in the server's environment."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from announcements.channels.tokens import WARNING_AHEAD
from announcements.enums import ExpiryStage

DAY_AHEAD = dt.timedelta(days=1)


class Credential(models.Model):
    """One for a channel, made when a token is typed in or first heard of. Nothing here is ever shown but `hint`.

    `generation` is the fencing token: it counts the tokens that this channel has had, so whoever worked with an earlier one
    changes nothing of the present. `fresh_until` and `renewing_until` are for tokens that are renewed with another (X).
    """

    channel = models.OneToOneField(
        "announcements.Channel", on_delete=models.CASCADE, related_name="credential", verbose_name=_("channel")
    )
    sealed = models.TextField(_("encrypted"), blank=True, editable=False)
    hint = models.CharField(_("last characters"), max_length=4, blank=True, editable=False)
    generation = models.PositiveIntegerField(default=0, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    expiry_is_typed = models.BooleanField(default=False, editable=False)
    fresh_until = models.DateTimeField(null=True, editable=False)
    renewing_until = models.DateTimeField(null=True, editable=False)
    refused_at = models.DateTimeField(_("refused since"), null=True, editable=False)
    checked_at = models.DateTimeField(_("last asked"), null=True, editable=False)
    warned_stage = models.CharField(max_length=10, choices=ExpiryStage.choices, blank=True, editable=False)
    warning_until = models.DateTimeField(null=True, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"), null=True)

    class Meta:
        verbose_name = _("token of a channel")
        verbose_name_plural = _("tokens of channels")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed="") | Q(set_by__isnull=False, set_at__isnull=False),
                name="kept_token_says_who_set_it_and_when",
            ),
        ]

    def __str__(self) -> str:
        return str(self.channel_id)

    def stage(self, now: dt.datetime) -> ExpiryStage | None:
        """How near its end is at `now` (aware); None while nobody needs to act."""
        if self.refused_at is not None:
            return ExpiryStage.EXPIRED
        if self.expires_at is None or self.expires_at - now > WARNING_AHEAD:
            return None
        if self.expires_at <= now:
            return ExpiryStage.EXPIRED
        return ExpiryStage.DAY if self.expires_at - now <= DAY_AHEAD else ExpiryStage.WEEK

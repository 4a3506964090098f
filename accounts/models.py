"""Where people are signed in, who was invited, and what was done about their accounts."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.enums import AccountEventKind, InvitationState
from vehicles.enums import UNIT_ROLES, Role
from vehicles.models import District


class StaffSession(models.Model):
    """One browser in which a person is signed in. The session itself stands in Django's table; here is what it is called.

    Of its key a digest alone is kept, so that whoever reads this table cannot become the person.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_sessions")
    key_hash = models.CharField(max_length=64, unique=True)
    user_agent = models.CharField(max_length=400, blank=True)
    address = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seen_at__gte=F("started_at")), name="a_session_is_seen_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.started_at:%Y-%m-%d %H:%M}"


class Invitation(models.Model):
    """An account made for somebody who has yet to choose its password, by a link that was sent to them.

    `serial` counts the links: sending again makes the former one worthless. What was offered stays readable when the role
    changes later. `user` is empty once the invitation was withdrawn, because the account that nobody used is removed.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="invitations",
        verbose_name=_("user"),
    )
    name = models.CharField(_("name of the person"), max_length=150)
    email = models.EmailField(
        _("e-mail address"), max_length=150, help_text=_("The link is sent there; it is the user name as well.")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("unit"),
        help_text=_("Empty for roles that are held for the whole governorate."),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day; empty while it lasts."))
    serial = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited on"))
    sent_at = models.DateTimeField(_("sent on"), null=True)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted on"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_per_address",
                violation_error_message=_("This address has been invited already. Send that invitation again."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="an_invitation_is_accepted_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="a_withdrawn_invitation_has_who_withdrew_it",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="an_invitation_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(UNIT_ROLES), district__isnull=False)
                | (~Q(role__in=sorted(UNIT_ROLES)) & Q(district__isnull=True)),
                name="an_invitation_is_to_a_unit_or_to_the_governorate",
                violation_error_message=_(
                    "An editor, a head and a vehicle officer have a unit; the other roles have none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="what_an_invitation_offers_ends_after_it_starts",
                violation_error_message=_("The last day must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.email}"

    def state(self, now: dt.datetime) -> InvitationState:
        """Where it stands at `now`."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.withdrawn_at is not None:
            return InvitationState.WITHDRAWN
        if self.expires_at <= now:
            return InvitationState.EXPIRED
        return InvitationState.UNSENT if self.sent_at is None else InvitationState.OPEN


class AccountEvent(models.Model):
    """Something that was done about an account: what, by whom, when, and why. Written once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_events")
    kind = models.CharField(max_length=20, choices=AccountEventKind.choices)
    # Empty: done on the server itself, or by somebody who was not signed in.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=AccountEventKind.FACTOR_RESET) | ~Q(reason=""),
                name="a_second_factor_is_reset_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.user}"

"""Invitations: an account without a password, a role, and a link by e-mail with which its owner begins."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.actions_sessions import check_keeper
from accounts.enums import InvitationState
from accounts.mailing import Letter, send_letter
from accounts.models import Invitation
from accounts.queries import may_give_role, sign_invitation
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from vehicles.enums import Right, Role
from vehicles.models import District, Membership
from vehicles.queries import holds

VALID_FOR = dt.timedelta(hours=72)
# What may still become an account.
_PENDING = (InvitationState.OPEN, InvitationState.UNSENT, InvitationState.EXPIRED)


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """Who is invited, and to what. No unit: the whole governorate; no days: at once, until further notice."""

    name: str
    email: str
    role: str
    district: District | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


def check_offer(offer: Offer, *, by: User, now: dt.datetime) -> list[DomainError]:
    """Everything that is against it, each with the field it belongs beside."""
    problems = []
    if (
        User.objects.filter(username__iexact=offer.email).exists()
        or User.objects.filter(email__iexact=offer.email).exists()
    ):
        problems.append(
            DomainError(gettext_lazy("There is an account with this address already."), field="email", code="taken")
        )
    if not may_give_role(by, offer.role, on=localdate(now)):
        problems.append(
            NotAllowed(gettext_lazy("The role of administrator is given by an administrator alone."), field="role")
        )
    return problems


def invite_person(offer: Offer, *, by: User, now: dt.datetime) -> Invitation:
    """Make the account and its membership, and send the link. Raises NotAllowed or RuleBroken."""
    if not holds(by, Right.KEEP_ACCOUNTS):
        raise NotAllowed(gettext_lazy("Accounts are made by those who keep them."))
    with transaction.atomic():
        if problems := check_offer(offer, by=by, now=now):
            raise RuleBroken(problems)
        first, _blank, last = offer.name.partition(" ")
        user = User(username=offer.email.lower(), email=offer.email, first_name=first, last_name=last, is_staff=True)
        user.set_unusable_password()
        what = {
            "role": offer.role,
            "district": offer.district,
            "starts_on": offer.starts_on,
            "ends_on": offer.ends_on,
        }
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise RuleBroken([DomainError(error.messages[0], field="email", code="bad_name")]) from error
        user.save()
        Membership.objects.create(user=user, **what)
        invitation = Invitation.objects.create(
            user=user,
            name=offer.name,
            email=offer.email,
            invited_by=by,
            invited_at=now,
            expires_at=now + VALID_FOR,
            **what,
        )
        _send_on_commit(invitation, now=now)
    return invitation


def send_again(invitation: Invitation, *, by: User, now: dt.datetime) -> Invitation:
    """A new link, valid from now on; the former one opens nothing any more. Raises NotAllowed or DomainError."""
    with transaction.atomic():
        fresh = _lock_pending(invitation, by=by, now=now)
        fresh.serial += 1
        fresh.sent_at = None
        fresh.expires_at = now + VALID_FOR
        fresh.save(update_fields=["serial", "sent_at", "expires_at"])
        _send_on_commit(fresh, now=now)
    return fresh


def withdraw_invitation(invitation: Invitation, *, by: User, now: dt.datetime) -> Invitation:
    """The link opens nothing any more, and the account that nobody has used is removed. Raises as `send_again`."""
    with transaction.atomic():
        fresh = _lock_pending(invitation, by=by, now=now)
        user = fresh.user
        fresh.withdrawn_at, fresh.withdrawn_by, fresh.user = now, by, None
        fresh.save(update_fields=["withdrawn_at", "withdrawn_by", "user"])
        if user is not None and not user.has_usable_password() and user.last_login is None:
            user.delete()
    return fresh


def accept_invitation(invitation: Invitation, *, password: str, now: dt.datetime) -> User:
    """The invited person chooses a password, which the form has checked. Raises a DomainError when the link is over."""
    with transaction.atomic():
        fresh = Invitation.objects.select_for_update(of=("self",)).select_related("user").get(pk=invitation.pk)
        user = fresh.user
        is_usable = fresh.serial == invitation.serial and fresh.state(now) in (
            InvitationState.OPEN,
            InvitationState.UNSENT,
        )
        if user is None or not user.is_active or not is_usable:
            raise DomainError(gettext_lazy("This link is no longer valid."), code="over")
        user.set_password(password)
        user.save()
        fresh.accepted_at = now
        fresh.save(update_fields=["accepted_at"])
    return user


def _lock_pending(invitation: Invitation, *, by: User, now: dt.datetime) -> Invitation:
    fresh = Invitation.objects.select_for_update(of=("self",)).select_related("user").get(pk=invitation.pk)
    if fresh.user is not None:
        check_keeper(fresh.user, by=by)
    elif not holds(by, Right.KEEP_ACCOUNTS):
        raise NotAllowed(gettext_lazy("This account is kept by others."))
    if fresh.state(now) not in _PENDING:
        raise DomainError(gettext_lazy("This invitation is over."), code="over")
    if not may_give_role(by, fresh.role, on=localdate(now)):
        raise NotAllowed(gettext_lazy("The role of administrator is given by an administrator alone."))
    return fresh


def _send_on_commit(invitation: Invitation, *, now: dt.datetime) -> None:
    """After the transaction: a mail server that hangs must hold no lock, and a link must not lead to a row that is not there."""

    def send() -> None:
        if send_letter(invitation.email, _write(invitation)):
            Invitation.objects.filter(pk=invitation.pk, serial=invitation.serial).update(sent_at=now)

    transaction.on_commit(send)


def _write(invitation: Invitation) -> Letter:
    with override("ar"):
        told = {
            "name": invitation.name,
            # The role alone: what it does is told after the colon.
            "role": str(Role(invitation.role).label).partition(":")[0],
            "unit": invitation.district.label if invitation.district else "",
            "until": date_format(localtime(invitation.expires_at), "l j F Y، H:i"),
        }
        where = (
            _(
                "You are invited to the staff workplace of the mobile technology centres. Your role: %(role)s (%(unit)s)."
            )
            if told["unit"]
            else _("You are invited to the staff workplace of the mobile technology centres. Your role: %(role)s.")
        )
        lines = [
            _("Dear %(name)s,") % told,
            where % told,
            _("Your user name is this e-mail address. Choose your password by the link below.") % told,
            _("The link is valid until %(until)s and works once.") % told,
        ]
        path = reverse("admin:invitation", args=[sign_invitation(invitation)])
        return Letter(_("Invitation to the staff workplace"), lines, (_("Choose your password"), path))

"""Reads about second factors, sessions, lock-outs and invitations."""

from __future__ import annotations

import dataclasses
import datetime as dt
from hashlib import sha256
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import signing
from django.db.models import Max, Sum
from django.utils.crypto import constant_time_compare
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.enums import PUBLISHING_RIGHTS, FactorPolicy, Step
from accounts.models import Invitation, StaffSession
from vehicles.enums import Right, Role
from vehicles.models import Membership
from vehicles.queries import Rights, holds, rights_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_INVITATION_SALT = "accounts.invitation"


# -- the second factor --------------------------------------------------------------------------------------------------


def factor_policy() -> FactorPolicy:
    """What this installation asks for."""
    return FactorPolicy(settings.SECOND_FACTOR)


def reaches_the_public(rights: Rights) -> bool:
    """Whether these rights, in whatever unit, ask for a second factor."""
    return bool(PUBLISHING_RIGHTS & rights.everywhere) or any(
        PUBLISHING_RIGHTS & held for held in rights.by_unit.values()
    )


def must_have_factor(user: User) -> bool:
    """Whether `user` may not work without a second factor."""
    return factor_policy() == FactorPolicy.REQUIRED and reaches_the_public(rights_of(user))


def find_device(user: User) -> TOTPDevice | None:
    """The telephone that shows the codes of `user`, if it was set up to the end."""
    device: TOTPDevice | None = TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).first()
    return device


def count_recovery_codes(user: User) -> int:
    """How many recovery codes `user` has left."""
    return int(StaticToken.objects.filter(device__user_id=user.pk).count())


def find_step(user: User) -> Step | None:
    """What `user`, whose password was right, owes before the first page opens."""
    if factor_policy() == FactorPolicy.OFF:
        return None
    if find_device(user) is not None:
        return Step.CODE
    return Step.SET_UP if must_have_factor(user) else None


# -- sessions -----------------------------------------------------------------------------------------------------------


def hash_session_key(key: str) -> str:
    """How a session is called in `StaffSession`. The key is 32 random signs: nobody guesses it from its digest."""
    return sha256(key.encode()).hexdigest()


def iterate_sessions_of(user: User, *, now: dt.datetime) -> Iterator[Session]:
    """Every session of `user` that would still let somebody in, also one that was begun before rows were kept.

    Reads all live sessions, which are those of staff alone: a few hundred.
    """
    token = user.get_session_auth_hash()
    for session in Session.objects.filter(expire_date__gt=now):
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk) and constant_time_compare(data.get(HASH_SESSION_KEY, ""), token):
            yield session


def list_sessions(user: User, *, now: dt.datetime) -> list[StaffSession]:
    """Where `user` is signed in at `now`, the latest first."""
    live = [hash_session_key(session.session_key) for session in iterate_sessions_of(user, now=now)]
    return list(StaffSession.objects.filter(user=user, key_hash__in=live))


# -- lock-outs ----------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Lock:
    """Nobody signs in under `username` from `address` until then."""

    username: str
    address: str
    failures: int
    until: dt.datetime


def list_locks(*, now: dt.datetime, username: str | None = None, address: str | None = None) -> list[Lock]:
    """The lock-outs that hold at `now`, for one name or address where it is given; the one that ends last first."""
    attempts = AccessAttempt.objects.filter(attempt_time__gte=now - settings.AXES_COOLOFF_TIME)
    if username is not None:
        attempts = attempts.filter(username=username)
    if address is not None:
        attempts = attempts.filter(ip_address=address)
    counted = (
        attempts.values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-last", "username", "ip_address")
    )
    return [
        Lock(
            username=row["username"] or "",
            address=row["ip_address"] or "",
            failures=row["failures"],
            until=row["last"] + settings.AXES_COOLOFF_TIME,
        )
        for row in counted
    ]


def may_lift_locks(user: User) -> bool:
    """Whoever keeps accounts, and the technical support."""
    return holds(user, Right.LIFT_LOCKS)


# -- invitations and roles ----------------------------------------------------------------------------------------------


def sign_invitation(invitation: Invitation) -> str:
    """What stands in the link: signed, so that the table alone opens no door, and bound to this sending of it."""
    return signing.dumps([invitation.pk, invitation.serial], salt=_INVITATION_SALT)


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link, in whatever state; nothing for a link that was forged or replaced by a later one."""
    try:
        pk, serial = signing.loads(token, salt=_INVITATION_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Invitation.objects.select_related("user", "district").filter(pk=pk, serial=serial).first()


def may_give_role(user: User, role: str, *, on: dt.date) -> bool:
    """Whether `user` may give `role` to somebody: that of administrator is given by administrators and superusers alone."""
    if user.is_superuser or role != Role.ADMINISTRATOR:
        return holds(user, Right.KEEP_ACCOUNTS)
    return Membership.objects.filter(user=user, role=Role.ADMINISTRATOR).valid_on(on).exists()

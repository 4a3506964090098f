"""The second factor: set up, proved, renewed, taken away. And lock-outs lifted.

The codes are django-otp's (RFC 6238); its devices slow down whoever guesses. Recovery codes are kept as keyed digests, so that
a copy of the database opens no account.
"""

from __future__ import annotations

import datetime as dt
import hmac
import math
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions_sessions import check_keeper, end_sessions, note_event
from accounts.enums import AccountEventKind
from accounts.mailing import Letter, send_letter
from accounts.queries import find_device, may_lift_locks, must_have_factor
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.forms import western_digits

if TYPE_CHECKING:
    from django_otp.models import Device

RECOVERY_CODES = 10
# Without letters and digits that are taken for one another when they are copied by hand.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 10
_DEVICE_NAME = "telephone"
_CODES_NAME = "recovery codes"


class WrongCode(DomainError):
    """The code is not the one of this moment, and none of the recovery codes."""

    code = "wrong_code"


class TooFast(DomainError):
    """After wrong codes the next one is looked at only when a while has passed."""

    code = "too_fast"


def clean_code(typed: str) -> str:
    """A code as it is compared: Western digits, small letters, no blanks and hyphens."""
    return "".join(sign for sign in str(western_digits(typed)).lower() if sign.isascii() and sign.isalnum())


def begin_set_up(user: User) -> TOTPDevice:
    """The telephone that `user` is about to set up; the same secret until it is confirmed, so that a page may be reloaded."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device = TOTPDevice.objects.filter(user_id=user.pk, confirmed=False).first()
        if device is None:
            device = TOTPDevice.objects.create(user_id=user.pk, name=_DEVICE_NAME, confirmed=False)
    return device


def confirm_set_up(user: User, code: str, *, now: dt.datetime, keep: str | None = None) -> tuple[TOTPDevice, list[str]]:
    """The telephone shows the right code: from now on it is asked for, a former one no longer.

    Every other session of `user` ends, but not the one with the key `keep`. Returns the device and new recovery codes, which
    nobody can show again. Raises WrongCode or TooFast.
    """
    device = begin_set_up(user)
    if not _matches(device, clean_code(code)):
        raise WrongCode(
            gettext_lazy("This is not the code that the application shows now. Check the clock of the telephone."),
            field="code",
        )
    with transaction.atomic():
        TOTPDevice.objects.filter(user_id=user.pk).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _write_codes(user)
        end_sessions(user, now=now, keep=keep)
        note_event(user, AccountEventKind.FACTOR_SET, by=user, now=now)
    return device, codes


def prove_factor(user: User, typed: str, *, now: dt.datetime) -> Device:
    """Look at a code of the telephone, or at a recovery code, which is used up. Returns the device that knew it.

    Raises WrongCode or TooFast.
    """
    code = clean_code(typed)
    if len(code) == _LENGTH:
        return _use_recovery_code(user, code, now=now)
    device = find_device(user)
    if device is None or not _matches(device, code):
        raise WrongCode(
            gettext_lazy("The code is wrong or has expired. Write the one that is shown now."), field="code"
        )
    return device


def _use_recovery_code(user: User, code: str, *, now: dt.datetime) -> Device:
    with transaction.atomic():
        device = StaticDevice.objects.select_for_update().filter(user_id=user.pk, confirmed=True).first()
        wait = _wait(device) if device is not None else 0
        is_right = False
        if device is not None and not wait:
            digests = [_digest(user, code, key) for key in _keys()]
            known = device.token_set.filter(token__in=digests).values_list("token", flat=True).first()
            is_right = device.verify_token(known or digests[0])
            if is_right:
                note_event(user, AccountEventKind.CODE_USED, by=user, now=now)
    # Raised outside: what slows down the next attempt must stay written.
    if wait:
        raise _too_fast(wait)
    if device is None or not is_right:
        raise WrongCode(gettext_lazy("There is no such recovery code, or it has been used."), field="code")
    return device


def _matches(device: TOTPDevice, code: str) -> bool:
    """Raises TooFast."""
    with transaction.atomic():
        locked = TOTPDevice.objects.select_for_update().get(pk=device.pk)
        wait = _wait(locked)
        is_right = not wait and len(code) == locked.digits and bool(locked.verify_token(code))
        if not wait and len(code) != locked.digits:
            locked.throttle_increment()
    if wait:
        raise _too_fast(wait)
    device.refresh_from_db()
    return is_right


def _wait(device: TOTPDevice | StaticDevice) -> int:
    """How many seconds it looks at no code."""
    is_allowed, why = device.verify_is_allowed()
    if is_allowed:
        return 0
    since = why["locked_until"] - dt.datetime.now(dt.UTC) if "locked_until" in why else dt.timedelta(seconds=1)
    return max(1, math.ceil(since.total_seconds()))


def _too_fast(seconds: int) -> TooFast:
    return TooFast(
        _("After wrong codes the next one is looked at after a while. Seconds to wait: %(number)s")
        % {"number": seconds},
        field="code",
    )


def renew_codes(user: User, *, now: dt.datetime) -> list[str]:
    """New recovery codes in place of all former ones; they are shown once."""
    with transaction.atomic():
        codes = _write_codes(user)
        note_event(user, AccountEventKind.CODES_RENEWED, by=user, now=now)
    return codes


def turn_off(user: User, *, now: dt.datetime) -> None:
    """`user` goes back to the password alone. Raises NotAllowed where the role asks for more."""
    if must_have_factor(user):
        raise NotAllowed(gettext_lazy("Your role asks for the second factor; it cannot be turned off."))
    with transaction.atomic():
        _forget(user)
        note_event(user, AccountEventKind.FACTOR_OFF, by=user, now=now)


def reset_factor(user: User, *, by: User | None, reason: str, now: dt.datetime) -> None:
    """The telephone of `user` is lost: forget it, sign out everywhere, and tell them by e-mail.

    `by` keeps accounts, and is another person; None is the server's own command. Raises NotAllowed, or a DomainError without a
    reason.
    """
    if by is not None:
        check_keeper(user, by=by)
        if by.pk == user.pk:
            raise NotAllowed(gettext_lazy("Nobody resets their own second factor. Ask another keeper of accounts."))
    if not reason.strip():
        raise DomainError(
            gettext_lazy("Say why, and how you made sure who is asking."), field="reason", code="no_reason"
        )
    with transaction.atomic():
        _forget(user)
        end_sessions(user, now=now)
        note_event(user, AccountEventKind.FACTOR_RESET, by=by, reason=reason.strip()[:300], now=now)
        if user.email:
            transaction.on_commit(lambda: _tell_of_reset(user))


def _tell_of_reset(user: User) -> None:
    with override("ar"):
        lines = [
            _("The second factor of your account %(name)s was reset. You were signed out everywhere.")
            % {"name": user.get_username()},
            _(
                "At the next sign-in your password is enough; then set up your telephone again if your role asks for it."
            ),
            _("If you did not ask for this, tell the general supervisor at once."),
        ]
        send_letter(user.email, Letter(_("Your second factor was reset"), lines))


def lift_lock(user: User, *, by: User, now: dt.datetime) -> int:
    """Let `user` try again at once, wherever they were locked out. Returns from how many addresses. Raises NotAllowed."""
    if not may_lift_locks(by):
        raise NotAllowed(gettext_lazy("Lock-outs are lifted by the technical support and by those who keep accounts."))
    with transaction.atomic():
        attempts = AccessAttempt.objects.filter(username=user.get_username())
        number: int = attempts.values("ip_address").distinct().count()
        attempts.delete()
        for device in (*TOTPDevice.objects.filter(user_id=user.pk), *StaticDevice.objects.filter(user_id=user.pk)):
            device.throttle_reset()
        note_event(user, AccountEventKind.LOCK_LIFTED, by=by, now=now)
    return number


def _write_codes(user: User) -> list[str]:
    """Replaces the recovery codes; the new ones as they are shown: «abcde-fghjk»."""
    codes = ["".join(secrets.choice(_SIGNS) for _sign in range(_LENGTH)) for _code in range(RECOVERY_CODES)]
    device, _is_new = StaticDevice.objects.get_or_create(
        user_id=user.pk, name=_CODES_NAME, defaults={"confirmed": True}
    )
    device.token_set.all().delete()
    digests = [_digest(user, code, _keys()[0]) for code in codes]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=digest) for digest in digests])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _keys() -> list[str]:
    """The secret key and the former ones that still hold: codes outlive a change of key as sessions do."""
    return [str(settings.SECRET_KEY), *(str(key) for key in settings.SECRET_KEY_FALLBACKS)]


def _digest(user: User, code: str, key: str) -> str:
    """Sixteen signs, as many as the column holds: 64 bits that only this installation can compute."""
    return hmac.new(key.encode(), f"recovery code {user.pk} {code}".encode(), sha256).hexdigest()[:16]


def _forget(user: User) -> None:
    TOTPDevice.objects.filter(user_id=user.pk).delete()
    StaticDevice.objects.filter(user_id=user.pk).delete()

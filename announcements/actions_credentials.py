"""What is done with the tokens of channels: kept, forgotten, tried, looked after, and encrypted anew."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from announcements.channels.base import ChannelError, PermanentChannelError, TemporaryChannelError
from announcements.channels.tokens import REFUSED_CODES, Owner, look_up_expiry, look_up_owner
from announcements.credential_models import Credential
from announcements.credentials import CLIENT_ID, REFRESH_TOKEN, TOKEN, has_token, target_of
from announcements.enums import ChannelKind
from announcements.models import Channel
from announcements.sealing import reseal, seal, unseal
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.enums import Right
from vehicles.queries import holds

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

# Of a shorter secret four characters would be too much to show.
SHORTEST_WITH_HINT: Final = 16
_HINT_LENGTH: Final = 4


class TokenRefused(DomainError):
    """The platform was asked about a token, and did not accept it or could not be asked."""

    code = "token_refused"


def keep_token(
    channel: Channel, values: Mapping[str, str], *, expires_at: dt.datetime | None, by: User, now: dt.datetime
) -> Credential:
    """Keep another token for `channel`, encrypted; the earlier one is gone for good.

    `values` names the token and, for X's OAuth 2.0, what renews it (`credentials`); an empty dictionary keeps the token and only
    notes when it ends. `expires_at` (aware) is what the person knows; None lets the platform tell. Raises NotAllowed unless `by`
    is a supervisor, SealBroken without a key, DomainError where a refresh token comes without its client.
    """
    _require_keeper(by)
    if REFRESH_TOKEN in values and not values.get(CLIENT_ID):
        raise DomainError(_("A refresh token works together with the client id alone."), field=CLIENT_ID)
    changes: dict[str, object] = {
        "expires_at": expires_at,
        "expiry_is_typed": expires_at is not None,
        "warned_stage": "",
        "warning_until": None,
    }
    if values:
        changes |= {
            "sealed": seal(values),
            "hint": _hint(values),
            "generation": F("generation") + 1,
            "fresh_until": None,
            "renewing_until": None,
            "refused_at": None,
            "checked_at": None,
            "set_by": by,
            "set_at": now,
        }
    return _write(channel, changes)


def forget_token(channel: Channel, *, by: User) -> Credential:
    """Take the channel's token out of the database. Raises NotAllowed unless `by` is a supervisor."""
    _require_keeper(by)
    return _write(
        channel,
        {
            "sealed": "",
            "hint": "",
            "generation": F("generation") + 1,
            "expires_at": None,
            "expiry_is_typed": False,
            "fresh_until": None,
            "renewing_until": None,
            "refused_at": None,
            "checked_at": None,
            "warned_stage": "",
            "warning_until": None,
            "set_by": None,
            "set_at": None,
        },
    )


def try_token(channel: Channel, *, by: User, now: dt.datetime) -> Owner | None:
    """Ask the platform whose token this is and when it ends; None for a kind that cannot be asked. Posts nothing.

    Raises NotAllowed unless `by` is a supervisor, and TokenRefused with the reason in words.
    """
    _require_keeper(by)
    if not has_token(channel):
        raise TokenRefused(_("There is no token for this channel yet."))
    try:
        owner = look_up_owner(channel.kind, target_of(channel))
        look_after_token(channel, now=now)
    except PermanentChannelError as error:
        if error.code in REFUSED_CODES:
            _note(channel, refused_at=now, checked_at=now)
        refusal = TokenRefused(_sentence(error.code) % {"reason": error.detail})
    except ChannelError as error:
        refusal = TokenRefused(_("The platform could not be asked: %(reason)s") % {"reason": error.detail})
    else:
        if owner is not None and owner.is_ours:
            _note(channel, refused_at=None, checked_at=now)
        return owner
    raise refusal


def look_after_token(channel: Channel, *, now: dt.datetime) -> None:
    """Ask the platform when the channel's token ends and write it down; renews a token of X that is renewed with another.

    Raises TemporaryChannelError when the platform could not be asked. A token that is refused is noted as such.
    """
    if channel.kind not in (ChannelKind.FACEBOOK, ChannelKind.INSTAGRAM, ChannelKind.X) or not has_token(channel):
        return
    try:
        expires_at = look_up_expiry(channel.kind, target_of(channel))
    except PermanentChannelError as error:
        if error.code in REFUSED_CODES:
            _note(channel, refused_at=now, checked_at=now)
        return
    except ChannelError as error:
        raise TemporaryChannelError(error.code, error.detail) from error
    if channel.kind == ChannelKind.X:
        return
    known = Credential.objects.filter(channel=channel).first()
    if expires_at is None and known is not None and known.expiry_is_typed:
        _note(channel, refused_at=None, checked_at=now)
        return
    _note(channel, expires_at=expires_at, expiry_is_typed=False, refused_at=None, checked_at=now)


def look_after_tokens(*, now: dt.datetime) -> None:
    """Do so for every channel in use. One that cannot be asked now is asked tomorrow; none stops the others."""
    for channel in Channel.objects.filter(is_active=True).select_related("credential"):
        try:
            look_after_token(channel, now=now)
        except ChannelError as error:
            logger.warning("channel %s: its token could not be asked about (%s)", channel.pk, error.code)


def reencrypt_tokens() -> int:
    """Encrypt every token anew with the first key; the number of them. Raises SealBroken, and then has changed nothing."""
    with transaction.atomic():
        rows = list(Credential.objects.exclude(sealed="").select_for_update().order_by("pk"))
        for row in rows:
            # Not a new generation: it is the same token.
            Credential.objects.filter(pk=row.pk).update(sealed=reseal(row.sealed))
    return len(rows)


def kept_values(credential: Credential | None) -> dict[str, str]:
    """What is kept, to be completed by what a person types. Raises SealBroken."""
    return unseal(credential.sealed) if credential is not None and credential.sealed else {}


def _write(channel: Channel, changes: Mapping[str, object]) -> Credential:
    with transaction.atomic():
        credential, _made = Credential.objects.select_for_update().get_or_create(channel=channel)
        Credential.objects.filter(pk=credential.pk).update(**changes)
    credential.refresh_from_db()
    # Whoever goes on with this channel must not meet what was read before.
    channel.credential = credential
    return credential


def _note(channel: Channel, **values: object) -> None:
    """Write down what the platform said. What a token that ends later was warned of no longer counts."""
    with transaction.atomic():
        credential, _made = Credential.objects.select_for_update().get_or_create(channel=channel)
        Credential.objects.filter(pk=credential.pk).update(**values)
        credential.refresh_from_db()
        now = values["checked_at"]
        if isinstance(now, dt.datetime) and credential.stage(now) is None:
            Credential.objects.filter(pk=credential.pk).update(warned_stage="")


def _hint(values: Mapping[str, str]) -> str:
    token = values.get(TOKEN) or values.get(REFRESH_TOKEN, "")
    return token[-_HINT_LENGTH:] if len(token) >= SHORTEST_WITH_HINT else ""


def _require_keeper(by: User) -> None:
    if not holds(by, Right.KEEP_CHANNELS):
        raise NotAllowed(_("Only whoever keeps the channels sets their tokens."))


def _sentence(code: str) -> str:
    if code in REFUSED_CODES:
        return str(
            _("The platform does not accept this token: it has ended, was withdrawn, or was copied incompletely.")
        )
    return str(_("The platform refused: %(reason)s"))

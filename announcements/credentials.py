"""The token that opens a channel: from the database, else from the server's environment; and how X's is kept fresh."""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from announcements.channels import x_oauth
from announcements.channels.base import (
    ChannelError,
    PermanentChannelError,
    Target,
    TemporaryChannelError,
    UncertainOutcome,
)
from announcements.channels.http import longest_attempt_seconds
from announcements.channels.tokens import REFUSED_CODES
from announcements.credential_models import Credential
from announcements.models import Channel
from announcements.sealing import SealBroken, seal, unseal

logger = logging.getLogger(__name__)

# What is kept of a channel, by name: all of them but the first for X's OAuth 2.0 alone.
TOKEN: Final = "token"  # noqa: S105
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105
CLIENT_ID: Final = "client_id"
CLIENT_SECRET: Final = "client_secret"  # noqa: S105

# An access token of X is renewed this long before its end, so that it outlasts the attempt.
_FRESH_ENOUGH: Final = dt.timedelta(minutes=5)
_ASK_AGAIN_SECONDS: Final = 2.0
_DATABASE_PAUSE_SECONDS: Final = 0.2


def find_credential(channel: Channel) -> Credential | None:
    """What is known of the channel's token; None when nothing is. No query where the channel was read together with it."""
    found: Credential | None = getattr(channel, "credential", None)
    return found


def has_token(channel: Channel) -> bool:
    """Whether the server holds a token for this channel, here or in its environment."""
    credential = find_credential(channel)
    return bool(credential and credential.sealed) or bool(settings.CHANNEL_TOKENS.get(channel.token_name))


def target_of(channel: Channel) -> Target:
    """Where a message to this channel goes, with the token that opens it ("" when there is none).

    A token of X that is about to end is renewed on the way, which asks X; at most one worker does. Raises ChannelErrors.
    """
    credential = find_credential(channel)
    if credential is None or not credential.sealed:
        return Target(address=channel.address, token=settings.CHANNEL_TOKENS.get(channel.token_name, ""))
    values = _opened(credential)
    token = _fresh_token(credential.pk) if REFRESH_TOKEN in values else values.get(TOKEN, "")
    return Target(address=channel.address, token=token)


def note_refusal(channel: Channel, code: str, *, now: dt.datetime) -> bool:
    """Remember that the platform refused the token at `now` (aware). Returns whether another attempt may do better.

    It may where the token is renewed with another: X may have ended it before its time.
    """
    if code not in REFUSED_CODES:
        return False
    credential, _made = Credential.objects.get_or_create(channel=channel)
    if credential.sealed and credential.fresh_until is not None and REFRESH_TOKEN in _opened(credential):
        ended = Credential.objects.filter(pk=credential.pk, generation=credential.generation)
        return bool(ended.update(fresh_until=None))
    Credential.objects.filter(pk=credential.pk, refused_at__isnull=True).update(refused_at=now)
    return False


def note_success(channel: Channel) -> None:
    """The token works. Costs a query only when it had been refused before."""
    credential = find_credential(channel)
    if credential is not None and credential.refused_at is not None:
        Credential.objects.filter(pk=credential.pk).update(refused_at=None, warned_stage="")


def _opened(credential: Credential) -> dict[str, str]:
    try:
        return unseal(credential.sealed)
    except SealBroken as error:
        unreadable = PermanentChannelError("token_unreadable", str(error.message))
    raise unreadable


def _fresh_token(pk: int) -> str:
    """X's access token, renewed when it is about to end.

    Renewing is claimed by a lease in the row, as deliveries are: one worker asks X, outside any transaction; what X hands out is
    written down before it is used, because X has ended the refresh token that was given for it.
    """
    row = Credential.objects.get(pk=pk)
    values, now = _opened(row), timezone.now()
    if row.fresh_until is not None and row.fresh_until - now > _FRESH_ENOUGH:
        return values.get(TOKEN, "")
    if not _claim_renewal(row, now=now):
        if row.fresh_until is not None and row.fresh_until > now:
            return values.get(TOKEN, "")
        raise TemporaryChannelError(
            "token_renewal", "X: another worker is renewing the token.", retry_after=_ASK_AGAIN_SECONDS
        )
    try:
        renewed = x_oauth.renew(
            refresh_token=values[REFRESH_TOKEN],
            client_id=values.get(CLIENT_ID, ""),
            client_secret=values.get(CLIENT_SECRET, ""),
        )
    except ChannelError as error:
        _end_renewal(row, error, now=now)
        if isinstance(error, PermanentChannelError):
            raise
        # Nothing was posted, whatever became of the renewal.
        wait = error.retry_after if isinstance(error, TemporaryChannelError) else None
        raise TemporaryChannelError(error.code, error.detail, retry_after=wait) from error
    return _keep_renewed(row, values, renewed, now=now)


def _claim_renewal(row: Credential, *, now: dt.datetime) -> bool:
    free = Q(renewing_until__isnull=True) | Q(renewing_until__lte=now)
    until = now + dt.timedelta(seconds=longest_attempt_seconds())
    return bool(
        Credential.objects.filter(free, pk=row.pk, generation=row.generation).update(renewing_until=until),
    )


def _end_renewal(row: Credential, error: ChannelError, *, now: dt.datetime) -> None:
    values: dict[str, object] = {"renewing_until": None}
    if error.code in REFUSED_CODES:
        values["refused_at"] = now
    if isinstance(error, UncertainOutcome):
        logger.warning("channel %s: it is not known whether X renewed the token (%s)", row.channel_id, error.code)
    Credential.objects.filter(pk=row.pk, generation=row.generation).update(**values)


def _keep_renewed(row: Credential, values: dict[str, str], renewed: x_oauth.Renewed, *, now: dt.datetime) -> str:
    """Write down what X handed out, however often the database goes away meanwhile: it cannot be asked for again."""
    until = time.monotonic() + longest_attempt_seconds()
    while True:
        try:
            return _write_renewed(row, values, renewed, now=now)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() >= until:
                raise
            logger.warning("channel %s: the database is away (%s)", row.channel_id, type(error).__name__)
            connection.close()
            time.sleep(_DATABASE_PAUSE_SECONDS)


def _write_renewed(row: Credential, values: dict[str, str], renewed: x_oauth.Renewed, *, now: dt.datetime) -> str:
    """Write it down once; a token that a person has typed in meanwhile wins. Returns the token to use."""
    fresh = values | {TOKEN: renewed.token, REFRESH_TOKEN: renewed.refresh_token}
    with transaction.atomic():
        present = Credential.objects.select_for_update().get(pk=row.pk)
        if present.generation != row.generation:
            return _opened(present).get(TOKEN, "") if present.sealed else ""
        Credential.objects.filter(pk=row.pk).update(
            sealed=seal(fresh),
            generation=F("generation") + 1,
            fresh_until=now + dt.timedelta(seconds=renewed.seconds),
            renewing_until=None,
            refused_at=None,
            warned_stage="",
        )
    logger.info("channel %s: the token of X was renewed", row.channel_id)
    return renewed.token

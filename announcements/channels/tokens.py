"""Whose token a channel has and when it stops working, as far as its vendor tells, so that somebody can be warned in time.

Follows Meta's pages «Graph API Reference: Debug Token», «Page», «IG User» and «Debugging and Error Handling», Telegram's «getMe»
and X's «Get my User». Telegram's tokens do not expire; X says how long a token lasts only when it hands one out; the other kinds
have secrets of our own or none.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from . import apprise, graph, http, telegram, x
from .addresses import is_address
from .base import PermanentChannelError, Target

WARNING_AHEAD: Final = dt.timedelta(days=7)

# Both use tokens of Facebook Login; one endpoint knows them all.
_META_KINDS: Final = ("facebook", "instagram")


# What the platforms answer to a token that opens nothing: until a person acts, nothing goes out.
REFUSED_CODES: Final = frozenset({"token_expired", "token_invalid"})


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """Whose a token is, as its platform says: the name people know; `is_ours` says whether it is the channel's address."""

    name: str
    is_ours: bool


def look_up_owner(kind: str, target: Target) -> Owner | None:
    """Ask the platform whose token this is; None for the kinds that cannot be asked (webhook, e-mail, folder).

    Of Apprise the answer is the name of the service that its URL names: nothing is sent to try it. Raises ChannelErrors.
    """
    if kind in _META_KINDS:
        return _meta_owner(kind, target)
    if kind == "telegram":
        bot = telegram.get_bot(target)
        return Owner(f"@{bot}", is_ours=True)
    if kind == "x":
        name = x.get_account(target)
        return Owner(f"@{name}", is_ours=f"@{name}".casefold() == target.address.casefold())
    if kind == "apprise":
        return Owner(apprise.service_name(target), is_ours=True)
    return None


def look_up_expiry(kind: str, target: Target) -> dt.datetime | None:
    """When the token of this channel expires (UTC); None when it never does, or when the vendor does not tell.

    Raises PermanentChannelError «token_expired» when it does not work any more, and other ChannelErrors when the vendor could not
    be asked, which says nothing about the token.
    """
    if kind not in _META_KINDS:
        return None
    data, call = _debug(target)
    # Zero is «never». The second is when the person who gave the permission has to confirm it again.
    moments = [data.get("expires_at"), data.get("data_access_expires_at")]
    ends = [moment for moment in moments if isinstance(moment, int) and moment > 0]
    try:
        return dt.datetime.fromtimestamp(min(ends), dt.UTC) if ends else None
    except (OverflowError, ValueError):
        unreadable = http.malformed(call)
    raise unreadable


def _debug(target: Target) -> tuple[Mapping[str, Any], http.Call]:
    """What Meta says of the token itself, with the call that asked."""
    base: str = settings.FACEBOOK_GRAPH_URL
    token = http.usable_token(target.token)
    call = http.Call(
        "GET", f"{base.rstrip('/')}/debug_token", "Facebook: token", params={"input_token": token}, bearer=token
    )
    answer = http.perform(call)
    graph.raise_for(answer, call)
    data = answer.body.get("data")
    if not isinstance(data, dict):
        raise http.malformed(call)
    if data.get("is_valid") is not True:
        raise PermanentChannelError("token_expired", f"{call.shown}: the token is not valid any more.")
    return data, call


def _meta_owner(kind: str, target: Target) -> Owner:
    """The page or account under the channel's address, as this token sees it; a page token names its own page besides."""
    if not is_address(kind, target.address):
        raise PermanentChannelError("bad_address", "Facebook: the address is not that of a page or account.")
    data, _ = _debug(target)
    base: str = settings.FACEBOOK_GRAPH_URL if kind == "facebook" else settings.INSTAGRAM_GRAPH_URL
    field = "name" if kind == "facebook" else "username"
    call = http.Call(
        "GET",
        f"{base.rstrip('/')}/{target.address}",
        "Facebook: owner of the token",
        params={"fields": f"id,{field}"},
        bearer=http.usable_token(target.token),
    )
    answer = http.perform(call)
    graph.raise_for(answer, call)
    name = answer.body.get(field)
    if not isinstance(name, str) or not name:
        raise http.malformed(call)
    own_page = str(data.get("profile_id") or target.address)
    return Owner(name, is_ours=kind != "facebook" or own_page == target.address)


def expires_soon(expires_at: dt.datetime | None, now: dt.datetime, *, ahead: dt.timedelta = WARNING_AHEAD) -> bool:
    """Whether somebody has to be warned at `now` (aware): the end lies no further off than `ahead`, or behind."""
    return expires_at is not None and expires_at - now <= ahead

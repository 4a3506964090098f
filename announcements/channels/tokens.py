"""When a channel's token stops working, as far as its vendor tells, so that somebody can be warned in time.

Follows Meta's pages «Graph API Reference: Debug Token» and «Debugging and Error Handling». Telegram's tokens do not expire; X
says how long a token lasts only when it hands one out; the other kinds have secrets of our own or none.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings

from . import graph, http
from .base import PermanentChannelError, Target

WARNING_AHEAD: Final = dt.timedelta(days=7)

# Both use tokens of Facebook Login; one endpoint knows them all.
_META_KINDS: Final = ("facebook", "instagram")


def look_up_expiry(kind: str, target: Target) -> dt.datetime | None:
    """When the token of this channel expires (UTC); None when it never does, or when the vendor does not tell.

    Raises PermanentChannelError «token_expired» when it does not work any more, and other ChannelErrors when the vendor could not
    be asked, which says nothing about the token.
    """
    if kind not in _META_KINDS:
        return None
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
    # Zero is «never». The second is when the person who gave the permission has to confirm it again.
    moments = [data.get("expires_at"), data.get("data_access_expires_at")]
    ends = [moment for moment in moments if isinstance(moment, int) and moment > 0]
    try:
        return dt.datetime.fromtimestamp(min(ends), dt.UTC) if ends else None
    except (OverflowError, ValueError):
        unreadable = http.malformed(call)
    raise unreadable


def expires_soon(expires_at: dt.datetime | None, now: dt.datetime, *, ahead: dt.timedelta = WARNING_AHEAD) -> bool:
    """Whether somebody has to be warned at `now` (aware): the end lies no further off than `ahead`, or behind."""
    return expires_at is not None and expires_at - now <= ahead

"""Renewing an OAuth 2.0 token of X with its refresh token.

Follows X's page «OAuth 2.0 Authorization Code Flow with PKCE» (step «Refresh tokens»): an access token lasts two hours; each
renewal hands out another refresh token and ends the one that was used.
"""

from __future__ import annotations

import base64
import dataclasses
from typing import Final

from django.conf import settings

from . import http
from .base import PermanentChannelError, TemporaryChannelError, UncertainOutcome

_LONGEST_SECONDS: Final = 10 * 365 * 24 * 60 * 60


@dataclasses.dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal handed out; `seconds` is how long the access token lasts."""

    token: str = dataclasses.field(repr=False)
    refresh_token: str = dataclasses.field(repr=False)
    seconds: int


def renew(*, refresh_token: str, client_id: str, client_secret: str = "") -> Renewed:
    """Exchange a refresh token. A confidential client has a secret, a public one none.

    Raises PermanentChannelError «token_expired» when X does not take the refresh token any more, TemporaryChannelError when X
    could not be asked, and UncertainOutcome when the exchange may have taken place and its fruit is lost.
    """
    base: str = settings.X_API_URL
    form = {"grant_type": "refresh_token", "refresh_token": http.usable_token(refresh_token), "client_id": client_id}
    headers = {}
    if client_secret:
        pair = f"{client_id}:{http.usable_token(client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    # «Creates»: what is exchanged once cannot be exchanged again, so an answer that does not come is a doubt.
    call = http.Call(
        "POST",
        f"{base.rstrip('/')}/2/oauth2/token",
        "X: renewal of the token",
        creates=True,
        form=form,
        headers=headers,
    )
    answer = http.perform(call)
    if answer.status == 429:
        raise TemporaryChannelError(
            "rate_limited", f"{call.shown}: asked to wait.", retry_after=http.retry_after(answer)
        )
    if not answer.is_success:
        raise PermanentChannelError("token_expired", f"{call.shown}: HTTP {answer.status}.")
    token, following, seconds = (answer.body.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(token, str) or not isinstance(following, str) or not token or not following:
        # Without the permission «offline.access» X hands out no refresh token.
        raise UncertainOutcome("malformed", f"{call.shown}: the answer holds no tokens.")
    lasts = seconds if isinstance(seconds, int) and 0 < seconds < _LONGEST_SECONDS else 0
    return Renewed(token=token, refresh_token=following, seconds=lasts)

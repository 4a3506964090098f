"""An X account through the X API v2.

A token is either an OAuth 2.0 user token, or, since those end after two hours, the four parts of OAuth 1.0a, which do not end:
«API key:API secret:access token:access token secret».

Follows X's pages «Manage Posts» (create, delete), «User Posts timeline» and «Get my User» (look-up), «Rate limits», «Response
codes and errors» and «Counting Characters». The address is `X_API_URL`.

A post cannot be edited: a correction is posted, then the post that it corrects is deleted, in this order, so that there is no
moment at which a reader finds nothing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from . import http
from .addresses import is_address
from .base import (
    Adapter,
    Message,
    PermanentChannelError,
    PostGone,
    Receipt,
    Target,
    TemporaryChannelError,
    UncertainOutcome,
)
from .matching import Likeness, likeness
from .weighted import MAX_WEIGHT, weighted_length

POSTS_PER_PAGE: Final = 100
MAX_PAGES: Final = 3
# How far back the twin of a text that was refused as a duplicate is looked for.
DUPLICATE_LOOK_BACK: Final = dt.timedelta(days=7)

_POST: Final = re.compile(r"[0-9]{1,30}")
# A part of the 400 or 403 sentence, lower case -> our word. The first that fits counts; the pages list statuses, not sentences.
_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    ("duplicate content", "duplicate"),
    ("too long", "too_long"),
    ("suspended", "blocked"),
    ("locked", "blocked"),
    ("not permitted", "permission"),
    ("not authorized", "permission"),
    ("oauth1 app permissions", "permission"),
)
# Status -> our word, from «Response codes and errors».
_STATUSES: Final[dict[int, str]] = {401: "token_expired", 402: "payment", 403: "permission"}


class XAdapter:
    """Posts to, deletes from and looks up one account. `Target.address` is «@name», `Target.token` its user token."""

    can_edit = False
    can_delete = True
    can_find = True
    is_repeatable = False

    def post(self, target: Target, message: Message) -> Receipt:
        """Publish a post. A text refused as a duplicate is looked up: its twin is this message, sent by an earlier attempt.

        Raises PermanentChannelError «too_long» beyond 280 weighted characters, else as its siblings.
        """
        text = _checked(message.text)
        budget = http.Budget()
        call = _call(target, "POST", "/2/tweets", "X: publish", creates=True, json={"text": text})
        answer = http.perform(call, budget)
        try:
            _raise_for(answer, call)
        except PermanentChannelError as error:
            if error.code != "duplicate":
                raise
            twin = _find(target, message, since=timezone.now() - DUPLICATE_LOOK_BACK, budget=budget)
            if twin is None:
                raise
            return twin
        post_id = _data(answer).get("id")
        if not isinstance(post_id, str) or not _POST.fullmatch(post_id):
            raise http.malformed(call)
        return Receipt(external_id=post_id, url=_public_url(target, post_id))

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Not possible here. Raises PostGone: the correction is a post of its own, after which the old one is deleted."""
        raise PostGone("cannot_edit", "X: a post cannot be edited.")

    def delete(self, target: Target, external_id: str) -> None:
        """Delete a post; one that is gone already is a success. Raises TemporaryChannelError or PermanentChannelError."""
        if not _POST.fullmatch(external_id):
            raise PermanentChannelError("post_gone", "X: delete: this is not the id of a post.")
        call = _call(target, "DELETE", f"/2/tweets/{external_id}", "X: delete")
        answer = http.perform(call)
        if answer.status == 404:
            return
        _raise_for(answer, call)
        if _data(answer).get("deleted") is not True:
            raise http.malformed(call)

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Look the message up among the account's posts made after `since` (aware).

        Raises UncertainOutcome when a post carries the number with another text, and also when the look-up is refused (reading
        costs extra on X): not being allowed to look says nothing about what is there.
        """
        try:
            return _find(target, message, since=since, budget=http.Budget())
        except PermanentChannelError as error:
            refusal = UncertainOutcome(error.code, error.detail)
        raise refusal


def get_account(target: Target) -> str:
    """The name, without @, of the account whose token this is («Get my User»). Raises a ChannelError."""
    call = _call(target, "GET", "/2/users/me", "X: owner of the token")
    answer = http.perform(call)
    _raise_for(answer, call)
    name = _data(answer).get("username")
    if not isinstance(name, str) or not name:
        raise http.malformed(call)
    return name


def _find(target: Target, message: Message, *, since: dt.datetime, budget: http.Budget) -> Receipt | None:
    similar = False
    for post in _posts(target, since=since, budget=budget):
        match likeness(_text(post), message):
            case Likeness.SAME:
                return Receipt(external_id=str(post["id"]), url=_public_url(target, str(post["id"])))
            case Likeness.SIMILAR:
                similar = True
    if similar:
        raise UncertainOutcome("similar_post", "X: look-up: a post carries this number with another text.")
    return None


def _posts(target: Target, *, since: dt.datetime, budget: http.Budget) -> Iterator[Mapping[str, Any]]:
    """The account's posts made after `since`, newest first. Raises TemporaryChannelError when they cannot all be read."""
    me = _call(target, "GET", "/2/users/me", "X: look-up of the account")
    answer = http.perform(me, budget)
    _raise_for(answer, me)
    user_id = str(_data(answer).get("id", ""))
    if not _POST.fullmatch(user_id):
        raise http.malformed(me)
    params = {
        "max_results": str(POSTS_PER_PAGE),
        "start_time": since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tweet.fields": "created_at,entities",
    }
    for _ in range(MAX_PAGES):
        call = _call(target, "GET", f"/2/users/{user_id}/tweets", "X: look-up", params=params)
        answer = http.perform(call, budget)
        _raise_for(answer, call)
        meta = answer.body.get("meta")
        if not isinstance(meta, dict):
            raise http.malformed(call)
        posts = answer.body.get("data", [])
        for post in posts if isinstance(posts, list) else []:
            if isinstance(post, dict) and _POST.fullmatch(str(post.get("id", ""))):
                yield post
        following = meta.get("next_token")
        if not isinstance(following, str):
            return
        params = params | {"pagination_token": following}
    # Not having read everything is not the same as not having found it.
    raise TemporaryChannelError("too_many_posts", "X: look-up: more posts than one look-up reads.")


def _text(post: Mapping[str, Any]) -> str:
    """A post's text as it was written: X shortens addresses and escapes «&», «<», «>» on the way out."""
    text = str(post.get("text", ""))
    entities = post.get("entities")
    urls = entities.get("urls") if isinstance(entities, dict) else None
    for one in urls if isinstance(urls, list) else []:
        if isinstance(one, dict) and isinstance(one.get("url"), str) and isinstance(one.get("expanded_url"), str):
            text = text.replace(one["url"], one["expanded_url"])
    return html.unescape(text)


def _call(
    target: Target,
    method: str,
    path: str,
    shown: str,
    *,
    creates: bool = False,
    params: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
) -> http.Call:
    if not is_address("x", target.address):
        raise PermanentChannelError("bad_address", "X: the account is not «@name».")
    base: str = settings.X_API_URL
    token = http.usable_token(target.token)
    call = http.Call(
        method, f"{base.rstrip('/')}{path}", shown, creates=creates, params=params or {}, json=json, bearer=token
    )
    match token.split(":"):
        case [key, secret, user_token, user_secret]:
            return dataclasses.replace(call, bearer="", oauth1=(key, secret, user_token, user_secret))
    return call


def _raise_for(answer: http.Answer, call: http.Call) -> None:
    """Raise what an error answer means; return when it is a success."""
    if answer.is_success:
        # A success may carry notes on parts that were left out («Partial errors»); without data it is none.
        if "data" not in answer.body and "meta" not in answer.body:
            raise http.malformed(call)
        return
    sentence = " ".join(str(answer.body.get(name, "")) for name in ("title", "detail")).casefold()
    detail = f"{call.shown}: HTTP {answer.status} {http.redact(sentence)[:200]}".strip()
    if answer.status == 429:
        raise TemporaryChannelError("rate_limited", detail, retry_after=_wait(answer))
    word = next((code for part, code in _SENTENCES if part in sentence), "") if answer.status in (400, 403) else ""
    raise PermanentChannelError(word or _STATUSES.get(answer.status, "refused"), detail)


def _wait(answer: http.Answer) -> float | None:
    """The wait in seconds, until the limit that is used up is reset; X has one for fifteen minutes and one for a day."""
    resets = []
    for name in ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"):
        reset = answer.headers.get(f"{name}-reset", "")
        if answer.headers.get(f"{name}-remaining", "0") == "0" and re.fullmatch(r"[0-9]{1,12}", reset):
            resets.append(int(reset))
    if not resets:
        return http.retry_after(answer)
    return max(0.0, max(resets) - timezone.now().timestamp())


def _data(answer: http.Answer) -> Mapping[str, Any]:
    data = answer.body.get("data")
    return data if isinstance(data, dict) else {}


def _checked(text: str) -> str:
    """Return `text`; raises PermanentChannelError when the platform could not take it."""
    if not text.strip():
        raise PermanentChannelError("empty", "X: there is no text.")
    length = weighted_length(text)
    if length > MAX_WEIGHT:
        raise PermanentChannelError("too_long", f"X: {length} weighted characters; {MAX_WEIGHT} are the most.")
    return text


def _public_url(target: Target, post_id: str) -> str:
    """Where people see the post. `X_PUBLIC_URL` points it at the stand-in in development."""
    base: str = getattr(settings, "X_PUBLIC_URL", "") or "https://x.com"
    return f"{base.rstrip('/')}/{target.address.removeprefix('@')}/status/{post_id}"


ADAPTER: Final[Adapter] = XAdapter()

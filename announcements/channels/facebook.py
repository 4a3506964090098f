"""A Facebook page through the Graph API.

Follows Meta's pages «Pages API: Posts» (publish, update), «Graph API Reference: Page Feed» (look-up), «Graph API: Paginated
Results», «Graph API: Handle Errors» and «Graph API: Rate Limits». The address (with its version) is `FACEBOOK_GRAPH_URL`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from . import http
from .base import (
    Adapter,
    ChannelError,
    Irrevocable,
    Message,
    PermanentChannelError,
    PostGone,
    Receipt,
    Target,
    TemporaryChannelError,
    UncertainOutcome,
)
from .matching import Likeness, likeness

# The longest text of a post that the platform takes, in characters.
MAX_CHARACTERS: Final = 63_206
# A look-up reads this many posts a page and this many pages: far more than an office posts between two attempts.
POSTS_PER_PAGE: Final = 25
MAX_PAGES: Final = 4
# How far back the twin of a text that was refused as a duplicate is looked for.
DUPLICATE_LOOK_BACK: Final = dt.timedelta(days=7)

_PAGE: Final = re.compile(r"[A-Za-z0-9.-]{1,100}")
_POST: Final = re.compile(r"[0-9A-Za-z.-]{1,100}(_[0-9]{1,40})?")


@dataclasses.dataclass(frozen=True, slots=True)
class _Verdict:
    """What one vendor error means: our error class and our word for it."""

    error: type[ChannelError]
    code: str


_TOKEN = _Verdict(PermanentChannelError, "token_expired")
_LIMIT = _Verdict(TemporaryChannelError, "rate_limited")
_BUSY = _Verdict(TemporaryChannelError, "platform_busy")
_PERMISSION = _Verdict(PermanentChannelError, "permission")
_DUPLICATE = _Verdict(PermanentChannelError, "duplicate")
_GONE = _Verdict(PostGone, "post_gone")
_PAGE_GONE = _Verdict(PermanentChannelError, "page_gone")
_REFUSED = _Verdict(PermanentChannelError, "refused")

# (code, subcode) first, then code alone. From «Handle Errors» unless a line says otherwise.
_VERDICTS: Final[dict[tuple[int, int | None], _Verdict]] = {
    (1, None): _BUSY,  # API Unknown: possibly a temporary issue
    (2, None): _BUSY,  # API Service: temporary issue
    (4, None): _LIMIT,  # API Too Many Calls (application)
    (17, None): _LIMIT,  # API User Too Many Calls
    (32, None): _LIMIT,  # page-level throttling («Rate Limits»)
    (341, None): _LIMIT,  # Application limit reached
    (613, None): _LIMIT,  # custom-level throttling («Rate Limits»)
    (80001, None): _LIMIT,  # business use case limit of the Pages API («Rate Limits»)
    (3, None): _PERMISSION,  # API Method: capability or permissions issue
    (10, None): _PERMISSION,  # API Permission Denied
    (102, None): _TOKEN,  # API Session
    (104, None): _TOKEN,  # an access token is required («Page Feed»)
    (190, None): _TOKEN,  # Access token has expired; 460: password changed, 463: expired, 467: invalid
    (190, 2069032): _Verdict(
        PermanentChannelError, "token_kind"
    ),  # a *page* token is needed («Pages API: Error Codes»)
    (100, 33): _GONE,  # the object does not exist or cannot be seen
    (100, None): _REFUSED,  # Invalid parameter
    (368, None): _Verdict(PermanentChannelError, "blocked"),  # blocked for policy violations: trying again prolongs it
    (506, None): _DUPLICATE,  # Duplicate Post
}
_PERMISSION_CODES: Final = range(200, 300)  # API Permission (multiple values)


class FacebookAdapter(Irrevocable):
    """Posts to, edits on and looks up a page's own feed. `Target.address` is the page id, `Target.token` a page token."""

    can_edit = True
    can_find = True
    is_repeatable = False

    def post(self, target: Target, message: Message) -> Receipt:
        """Publish a post. A text refused as a duplicate is looked up: its twin is this message, sent by an earlier attempt.

        Raises TemporaryChannelError, PermanentChannelError or UncertainOutcome.
        """
        budget = http.Budget()
        call = http.Call(
            "POST",
            f"{_base()}/{_page(target)}/feed",
            "Facebook: publish",
            creates=True,
            form={"message": _checked(message.text), "access_token": http.usable_token(target.token)},
        )
        answer = http.perform(call, budget)
        try:
            _raise_for(answer, call)
        except PermanentChannelError as error:
            if error.code != _DUPLICATE.code:
                raise
            twin = self._find(target, message, since=timezone.now() - DUPLICATE_LOOK_BACK, budget=budget)
            if twin is None:
                raise
            return twin
        post_id = answer.body.get("id")
        if not isinstance(post_id, str) or not _POST.fullmatch(post_id):
            raise http.malformed(call)
        return Receipt(external_id=post_id, url=_public_url(post_id))

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Replace the text of a post. Harmless to repeat.

        Raises PostGone when the post no longer exists, else TemporaryChannelError or PermanentChannelError.
        """
        if not _POST.fullmatch(external_id):
            raise PostGone("post_gone", "Facebook: edit: this is not the id of a post.")
        call = http.Call(
            "POST",
            f"{_base()}/{external_id}",
            "Facebook: edit",
            form={"message": _checked(message.text), "access_token": http.usable_token(target.token)},
        )
        answer = http.perform(call)
        _raise_for(answer, call, about_post=True)
        if answer.body.get("success") is not True and answer.body.get("id") is None:
            raise http.malformed(call)
        return Receipt(external_id=external_id, url=_public_url(external_id))

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Look the message up among the page's posts made after `since` (aware).

        None means that the whole stretch was read and the message is not there. Raises UncertainOutcome when a post carries
        the marker but not the text (somebody has edited it, or two issuers share the page): only a person can tell.
        """
        return self._find(target, message, since=since, budget=http.Budget())

    def _find(self, target: Target, message: Message, *, since: dt.datetime, budget: http.Budget) -> Receipt | None:
        similar = False
        for post in _posts(target, since=since, budget=budget):
            match likeness(str(post.get("message", "")), message):
                case Likeness.SAME:
                    post_id = str(post["id"])
                    return Receipt(external_id=post_id, url=_permalink(post) or _public_url(post_id))
                case Likeness.SIMILAR:
                    similar = True
        if similar:
            raise UncertainOutcome("similar_post", "Facebook: look-up: a post carries this number with another text.")
        return None


def _posts(target: Target, *, since: dt.datetime, budget: http.Budget) -> Iterator[Mapping[str, Any]]:
    """The page's posts made after `since`, newest first. Raises TemporaryChannelError when they cannot all be read."""
    params = {
        "fields": "id,message,created_time,permalink_url",
        "since": str(int(since.timestamp())),
        "limit": str(POSTS_PER_PAGE),
    }
    for _ in range(MAX_PAGES):
        call = http.Call(
            "GET",
            f"{_base()}/{_page(target)}/feed",
            "Facebook: look-up",
            params=params,
            bearer=http.usable_token(target.token),
        )
        answer = http.perform(call, budget)
        _raise_for(answer, call)
        posts = answer.body.get("data")
        if not isinstance(posts, list):
            raise http.malformed(call)
        for post in posts:
            if isinstance(post, dict) and _POST.fullmatch(str(post.get("id", ""))) and _made_after(post, since):
                yield post
        following = _next_page(answer.body)
        if not posts or following is None:
            return
        params = params | following
    # Not having read everything is not the same as not having found it.
    raise TemporaryChannelError("too_many_posts", "Facebook: look-up: more posts than one look-up reads.")


def _next_page(body: Mapping[str, Any]) -> dict[str, str] | None:
    """The cursor of the next page, taken out of the `next` address («Paginated Results»).

    The address itself is not followed: it holds the access token, and it is not for an answer to say where a token is sent.
    """
    paging = body.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(following, str):
        return None
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(following).query))
    return {name: query[name] for name in ("after", "until", "__paging_token") if name in query} or None


def _made_after(post: Mapping[str, Any], since: dt.datetime) -> bool:
    """Whether a post is no older than `since` to the second; a post without a readable time is kept."""
    try:
        made_at = dt.datetime.fromisoformat(str(post.get("created_time", "")))
    except ValueError:
        return True
    return made_at.tzinfo is None or made_at.timestamp() >= int(since.timestamp())


def _raise_for(answer: http.Answer, call: http.Call, *, about_post: bool = False) -> None:
    """Raise what an error answer means; return when it is a success. `about_post`: the call names a post, not the page."""
    error = answer.body.get("error")
    if answer.is_success and not isinstance(error, dict):
        return
    fields = error if isinstance(error, dict) else {}
    code, subcode = _number(fields.get("code")), _number(fields.get("error_subcode"))
    verdict = _VERDICTS.get((code, subcode)) or _VERDICTS.get((code, None))
    if verdict is _GONE and not about_post:
        verdict = _PAGE_GONE
    if verdict is None:
        verdict = _PERMISSION if code in _PERMISSION_CODES else _LIMIT if answer.status == 429 else _REFUSED
    # The vendor's own sentence may quote the token («Malformed access token …»): only its numbers are kept.
    detail = f"{call.shown}: HTTP {answer.status}, code {code}" + (f"/{subcode}" if subcode else "")
    if issubclass(verdict.error, TemporaryChannelError):
        raise verdict.error(verdict.code, detail, retry_after=_wait(answer))
    raise verdict.error(verdict.code, detail)


def _wait(answer: http.Answer) -> float | None:
    """The wait the platform asked for, in seconds: Retry-After, else the usage header's minutes («Rate Limits»)."""
    seconds = http.retry_after(answer)
    if seconds is not None:
        return seconds
    try:
        usage = json.loads(answer.headers.get("x-business-use-case-usage", "{}"))
        minutes = max(int(row["estimated_time_to_regain_access"]) for rows in usage.values() for row in rows)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return minutes * 60.0 if minutes > 0 else None


def _number(value: object) -> int:
    """A vendor's code as a number, 0 when there is none."""
    return value if isinstance(value, int) else 0


def _checked(text: str) -> str:
    """Return `text`; raises PermanentChannelError when the platform could not take it."""
    if not text.strip():
        raise PermanentChannelError("empty", "Facebook: there is no text.")
    if len(text) > MAX_CHARACTERS:
        raise PermanentChannelError("too_long", f"Facebook: {len(text)} characters; {MAX_CHARACTERS} are the most.")
    return text


def _page(target: Target) -> str:
    """The page's id; raises PermanentChannelError when it could not be one."""
    if not _PAGE.fullmatch(target.address):
        raise PermanentChannelError("bad_address", "Facebook: the page id is not one.")
    return target.address


def _base() -> str:
    base: str = settings.FACEBOOK_GRAPH_URL
    return base.rstrip("/")


def _public_url(post_id: str) -> str:
    """Where people see the post. `FACEBOOK_PUBLIC_URL` points it at the stand-in in development."""
    base: str = getattr(settings, "FACEBOOK_PUBLIC_URL", "") or "https://www.facebook.com"
    return f"{base.rstrip('/')}/{post_id}"


def _permalink(post: Mapping[str, Any]) -> str:
    """The post's own address as the platform tells it, if it is an address."""
    url = post.get("permalink_url")
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""


ADAPTER: Final[Adapter] = FacebookAdapter()

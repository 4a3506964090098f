"""What every part of the Graph API has in common: errors, waits and pages of results. Facebook and Instagram speak it.

Follows Meta's pages «Graph API: Handle Errors», «Graph API: Rate Limits» and «Graph API: Paginated Results».
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any, Final

from . import http
from .base import ChannelError, PermanentChannelError, PostGone, TemporaryChannelError

OBJECT_ID: Final = re.compile(r"[0-9A-Za-z.-]{1,100}(_[0-9]{1,40})?")
# A look-up reads this many posts a page and this many pages: far more than an office posts between two attempts.
ITEMS_PER_PAGE: Final = 25
MAX_PAGES: Final = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What one vendor error means: our error class and our word for it."""

    error: type[ChannelError]
    code: str


TOKEN = Verdict(PermanentChannelError, "token_expired")
_TOKEN_KIND = Verdict(PermanentChannelError, "token_kind")
LIMIT = Verdict(TemporaryChannelError, "rate_limited")
BUSY = Verdict(TemporaryChannelError, "platform_busy")
PERMISSION = Verdict(PermanentChannelError, "permission")
DUPLICATE = Verdict(PermanentChannelError, "duplicate")
GONE = Verdict(PostGone, "post_gone")
_PAGE_GONE = Verdict(PermanentChannelError, "page_gone")
BLOCKED = Verdict(PermanentChannelError, "blocked")
REFUSED = Verdict(PermanentChannelError, "refused")

# (code, subcode) first, then code alone. From «Handle Errors» unless a line says otherwise.
VERDICTS: Final[dict[tuple[int, int | None], Verdict]] = {
    (1, None): BUSY,  # API Unknown: possibly a temporary issue
    (2, None): BUSY,  # API Service: temporary issue
    (4, None): LIMIT,  # API Too Many Calls (application)
    (17, None): LIMIT,  # API User Too Many Calls
    (32, None): LIMIT,  # page-level throttling («Rate Limits»)
    (341, None): LIMIT,  # Application limit reached
    (613, None): LIMIT,  # custom-level throttling («Rate Limits»)
    (80001, None): LIMIT,  # business use case limit of the Pages API («Rate Limits»)
    (3, None): PERMISSION,  # API Method: capability or permissions issue
    (10, None): PERMISSION,  # API Permission Denied
    (102, None): TOKEN,  # API Session
    (104, None): TOKEN,  # an access token is required («Page Feed»)
    (190, None): TOKEN,  # Access token has expired; 460: password changed, 463: expired, 467: invalid
    (190, 2069032): _TOKEN_KIND,  # a *page* token is needed («Pages API: Error Codes»)
    (100, 33): GONE,  # the object does not exist or cannot be seen
    (100, None): REFUSED,  # Invalid parameter
    (324, None): Verdict(PermanentChannelError, "bad_photo"),  # Missing or invalid image file
    (368, None): BLOCKED,  # blocked for policy violations: trying again prolongs it
    (506, None): DUPLICATE,  # Duplicate Post
}
_PERMISSION_CODES: Final = range(200, 300)  # API Permission (multiple values)


def list_items(
    call: http.Call, budget: http.Budget, *, since: dt.datetime, time_field: str
) -> Iterator[Mapping[str, Any]]:
    """What the edge that `call` names holds since `since` (aware), newest first.

    Raises TemporaryChannelError when it cannot all be read.
    """
    params = {**call.params, "limit": str(ITEMS_PER_PAGE)}
    for _ in range(MAX_PAGES):
        page = dataclasses.replace(call, params=params)
        answer = http.perform(page, budget)
        raise_for(answer, page)
        items = answer.body.get("data")
        if not isinstance(items, list):
            raise http.malformed(page)
        recent = [item for item in items if isinstance(item, dict) and _made_after(item.get(time_field), since)]
        for item in recent:
            if OBJECT_ID.fullmatch(str(item.get("id", ""))):
                yield item
        following = _next_page(answer.body)
        # A page of nothing but old items is the end; a single old one may have been pinned to the top.
        if not recent or following is None:
            return
        params = params | following
    # Not having read everything is not the same as not having found it.
    raise TemporaryChannelError("too_many_posts", f"{call.shown}: more posts than one look-up reads.")


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


def _made_after(moment: object, since: dt.datetime) -> bool:
    """Whether a post is no older than `since` to the second; a post without a readable time is kept."""
    try:
        made_at = dt.datetime.fromisoformat(str(moment))
    except ValueError:
        return True
    return made_at.tzinfo is None or made_at.timestamp() >= int(since.timestamp())


def raise_for(
    answer: http.Answer,
    call: http.Call,
    *,
    about_post: bool = False,
    verdicts: Mapping[tuple[int, int | None], Verdict] = VERDICTS,
) -> None:
    """Raise what an error answer means; return when it is a success. `about_post`: the call names a post, not the page."""
    error = answer.body.get("error")
    if answer.is_success and not isinstance(error, dict):
        return
    fields = error if isinstance(error, dict) else {}
    code, subcode = _number(fields.get("code")), _number(fields.get("error_subcode"))
    verdict = verdicts.get((code, subcode)) or verdicts.get((code, None))
    if verdict is GONE and not about_post:
        verdict = _PAGE_GONE
    if verdict is None:
        verdict = PERMISSION if code in _PERMISSION_CODES else LIMIT if answer.status == 429 else REFUSED
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


def web_address(url: object) -> str:
    """A post's own address as the platform tells it, if it is an address."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""

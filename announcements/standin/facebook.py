"""The part of the Graph API that a page's announcements use: publish, read, edit, delete; whose a token is and until when.

A token «100200300|anything» is that of page 100200300; any other belongs to every page. Pages followed: «Pages API: Posts»,
«Page Feed», «Paginated Results», «Handle Errors», «Rate Limits» (see docs/standin.md).
"""

from __future__ import annotations

import json
import re
import time
import urllib.parse
from typing import Any

from .answers import Reply, Request, whole_number
from .state import Fault, Mode, Post, State

SERVICE = "facebook"

_ID = r"[0-9A-Za-z.-]+(?:_[0-9]+)?"
_PATH = re.compile(rf"/(?:v[0-9]+\.[0-9]+/)?(?:(?P<debug>debug_token)|(?P<id>{_ID})(?P<edge>/feed|/photos)?)/?")
_PAGE_SIZE = 25
_LONGEST = 63_206


def match_path(path: str) -> re.Match[str] | None:
    """The parts of a path of the Graph API; None for any other path."""
    return _PATH.fullmatch(path)


def answer(state: State, match: re.Match[str], request: Request, public_url: str) -> Reply:
    """Carry out a call whose path is `match`. `public_url` is where the stand-in shows posts."""
    token = request.bearer or str(request.fields.get("access_token", ""))
    if not token:
        return error_reply(400, 104, "An access token is required to request this resource.")
    if match["debug"]:
        return _debug_token(state, token)
    if match["edge"]:
        place = match["id"]
        return _publish(state, match, request) if request.method == "POST" else _feed(state, place, request, public_url)
    post = state.find_post(SERVICE, match["id"])
    if post is None and request.method == "GET" and "name" in str(request.fields.get("fields", "")).split(","):
        return Reply(200, {"id": match["id"], "name": f"Page {match['id']}"})
    if post is None:
        message = (
            f"Unsupported {request.method.lower()} request. Object with ID '{match['id']}' does not exist, cannot be loaded "
            "due to missing permissions, or does not support this operation."
        )
        return error_reply(400, 100, message, subcode=33, kind="GraphMethodException")
    if request.method == "DELETE":
        state.delete_post(post)
        return Reply(200, {"success": True})
    if request.method == "POST":
        text = str(request.fields.get("message", ""))
        if not text:
            return error_reply(400, 100, "(#100) The parameter message is required.")
        state.change_post(post, text)
        return Reply(200, {"success": True})
    return Reply(200, _shown(post, request, public_url))


def failure(fault: Fault) -> Reply:
    """The answer of a service that has been told to fail."""
    if fault.mode is Mode.RATE_LIMIT:
        minutes = -(-fault.retry_after // 60)
        usage = {"100": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": minutes}]}
        headers = {"Retry-After": str(fault.retry_after), "X-Business-Use-Case-Usage": json.dumps(usage)}
        return error_reply(429, 32, "(#32) Page request limit reached", headers=headers)
    if fault.mode is Mode.EXPIRED_TOKEN:
        return error_reply(400, 190, "Error validating access token: Session has expired.", subcode=463)
    if fault.mode is Mode.REFUSE:
        return error_reply(403, 368, "The action attempted has been deemed abusive or is otherwise disallowed")
    if fault.mode is Mode.DUPLICATE:
        return error_reply(400, 506, "(#506) Duplicate status message")
    if fault.mode is Mode.BAD_PHOTO:
        return error_reply(400, 324, "(#324) Missing or invalid image file")
    if fault.mode is Mode.TOO_LONG:
        return error_reply(400, 100, "(#100) The message is too long")
    return error_reply(500, 2, "An unexpected error has occurred. Please retry your request later.", is_transient=True)


def _debug_token(state: State, token: str) -> Reply:
    """What is known of a token: any is valid, until the time that the controls set."""
    left = state.token_expires_in
    ends_at = 0 if left is None else int(time.time()) + left
    data = {
        "app_id": "100",
        "type": "PAGE",
        "application": "Stand-in",
        "is_valid": left is None or left > 0,
        "expires_at": ends_at,
        "data_access_expires_at": 0,
        "scopes": ["pages_manage_posts", "pages_read_engagement"],
    }
    page, separator, _ = token.partition("|")
    return Reply(200, {"data": data | ({"profile_id": page} if separator else {})})


def _publish(state: State, match: re.Match[str], request: Request) -> Reply:
    place, text = match["id"], str(request.fields.get("caption" if match["edge"] == "/photos" else "message", ""))
    photo = request.files.get("source") if match["edge"] == "/photos" else None
    if match["edge"] == "/photos" and photo is None:
        return error_reply(400, 324, "(#324) Missing or invalid image file")
    if not text.strip() and photo is None:
        return error_reply(400, 100, "(#100) Missing message or attachment")
    if len(text) > _LONGEST:
        return error_reply(400, 100, "(#100) The message is too long")
    with state.lock:
        if state.refuse_duplicates and any(one.text == text for one in state.live_posts(SERVICE, place)[:_PAGE_SIZE]):
            return error_reply(400, 506, "(#506) Duplicate status message")
        post = state.add_post(SERVICE, place, text, lambda number: f"{place}_{number}", photo=photo)
    # The photo has an id of its own, which is not that of the post.
    return Reply(200, {"id": f"9{post.id.partition('_')[2]}", "post_id": post.id} if photo else {"id": post.id})


def _feed(state: State, place: str, request: Request, public_url: str) -> Reply:
    """The page's posts, newest first, `limit` at a time, the rest behind `paging.next` (cursor based)."""
    limit = min(max(whole_number(request.fields.get("limit")) or _PAGE_SIZE, 1), 100)
    since = whole_number(request.fields.get("since")) or 0
    posts = [one for one in state.live_posts(SERVICE, place) if one.made_at.timestamp() >= since]
    start = whole_number(request.fields.get("after")) or 0
    shown = posts[start : start + limit]
    body: dict[str, Any] = {"data": [_shown(one, request, public_url) for one in shown]}
    if shown:
        body["paging"] = {"cursors": {"before": str(start), "after": str(start + len(shown))}}
    if start + limit < len(posts):
        # Like the vendor's, this address holds the token of whoever asked.
        query = {"access_token": "hidden", "limit": limit, "after": start + limit, "since": since}
        body["paging"]["next"] = f"https://graph.facebook.com{request.path}?{urllib.parse.urlencode(query)}"
    return Reply(200, body)


def _shown(post: Post, request: Request, public_url: str) -> dict[str, Any]:
    """A post with the fields that were asked for; the id always comes along."""
    fields = {
        "id": post.id,
        "message": post.text,
        "created_time": post.made_at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "permalink_url": f"{public_url}/{post.id}",
    }
    wanted = str(request.fields.get("fields", "")) or "created_time,message,id"
    return {name: value for name, value in fields.items() if name == "id" or name in wanted.split(",")}


def error_reply(
    status: int,
    code: int,
    message: str,
    *,
    subcode: int | None = None,
    kind: str = "OAuthException",
    is_transient: bool = False,
    headers: dict[str, str] | None = None,
) -> Reply:
    """An error as every part of the Graph API words it («Handle Errors»)."""
    error: dict[str, Any] = {"message": message, "type": kind, "code": code, "fbtrace_id": "StandInTrace"}
    if subcode is not None:
        error["error_subcode"] = subcode
    if is_transient:
        error["is_transient"] = True
    return Reply(status, {"error": error}, headers or {})

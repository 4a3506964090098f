"""The part of the X API v2 that an account's announcements use: publish, delete, read one's own posts, renew a token.

Pages followed: «Manage Posts», «User Posts timeline», «Get my User», «Rate limits», «OAuth 2.0 Authorization Code Flow with PKCE»
(see docs/standin.md). A token says whose it is: «office:secret» posts as @office, and so does the API key «office» of OAuth 1.0a,
whose signature is not checked. A refresh token «office:anything» is taken once; the access token it gives ends as X's does.
"""

from __future__ import annotations

import html
import re
import time
import zlib
from typing import Any

from .answers import Reply, Request, whole_number
from .state import Fault, Mode, Post, State

SERVICE = "x"

_PATH = re.compile(
    r"/2/(?:(?P<renewal>oauth2/token)|tweets(?:/(?P<post>[0-9]+))?|users/(?P<user>me|[0-9]+)(?P<timeline>/tweets)?)"
)
_OAUTH1 = re.compile(r'^OAuth .*oauth_consumer_key="(?P<key>\w+)".*oauth_signature="[^"]+"')
_URL = re.compile(r"https?://[!-~]+")
_LONGEST = 280
_PAGE_SIZE = 10


def match_path(path: str) -> re.Match[str] | None:
    """The parts of a path of the X API; None for any other path."""
    return _PATH.fullmatch(path)


def answer(state: State, match: re.Match[str], request: Request, public_url: str) -> Reply:
    """Carry out a call whose path is `match`."""
    if match["renewal"]:
        return _renew(state, request)
    signed = _OAUTH1.search(request.headers.get("authorization", ""))
    if not request.bearer:
        return _problem(401, "Unauthorized", "Unauthorized")
    if not signed and state.access_tokens.get(request.bearer, time.time() + 1) <= time.time():
        return _problem(401, "Unauthorized", "Unauthorized")
    name, _, rest = request.bearer.partition(":")
    place = f"@{signed['key'] if signed else name if rest else 'account'}"
    if match["user"]:
        return _read(state, match, request, place)
    if match["post"]:
        post = state.find_post(SERVICE, match["post"], place)
        if request.method == "DELETE" and post is not None:
            state.delete_post(post)
            return Reply(200, {"data": {"deleted": True}})
        return _problem(404, "Not Found Error", f"Could not find tweet with id: [{match['post']}].")
    return _publish(state, place, request)


def _renew(state: State, request: Request) -> Reply:
    """Another access token and another refresh token for one that was not used before; the earlier access tokens end."""
    given = str(request.fields.get("refresh_token", ""))
    name, _, rest = given.partition(":")
    is_client = bool(request.fields.get("client_id")) or request.headers.get("authorization", "").startswith("Basic ")
    with state.lock:
        is_good = (
            request.fields.get("grant_type") == "refresh_token" and rest and given not in state.used_refresh_tokens
        )
        if request.method != "POST" or not is_good or not is_client:
            told = "Value passed for the token was invalid."
            return Reply(400, {"error": "invalid_request", "error_description": told})
        state.used_refresh_tokens.add(given)
        for earlier in state.access_tokens:
            if earlier.startswith(f"{name}:"):
                state.access_tokens[earlier] = 0
        number = state.next_number()
        token, seconds = f"{name}:access-{number}", state.access_token_seconds
        state.access_tokens[token] = time.time() + seconds
    body = {"token_type": "bearer", "expires_in": seconds, "access_token": token, "scope": "tweet.write offline.access"}
    return Reply(200, body | {"refresh_token": f"{name}:refresh-{number}"})


def failure(fault: Fault) -> Reply:
    """The answer of a service that has been told to fail."""
    match fault.mode:
        case Mode.RATE_LIMIT:
            headers = {
                "x-rate-limit-limit": "100",
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": str(int(time.time()) + fault.retry_after),
            }
            return Reply(429, {"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}, headers)
        case Mode.EXPIRED_TOKEN:
            return _problem(401, "Unauthorized", "Unauthorized")
        case Mode.REFUSE:
            return _problem(403, "Forbidden", "You are not permitted to perform this action.")
        case Mode.DUPLICATE:
            return _problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        case Mode.TOO_LONG:
            return _problem(400, "Invalid Request", "Your Tweet text is too long.")
    return _problem(503, "Service Unavailable", "Service Unavailable")


def _publish(state: State, place: str, request: Request) -> Reply:
    text = str(request.fields.get("text", ""))
    if not text.strip():
        return _problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
    if _length(text) > _LONGEST:
        return _problem(400, "Invalid Request", "Your Tweet text is too long.")
    with state.lock:
        if state.refuse_duplicates and any(one.text == text for one in state.live_posts(SERVICE, place)):
            return _problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        post = state.add_post(SERVICE, place, text, lambda number: str(1_900_000_000_000_000_000 + number))
    return Reply(201, {"data": {"id": post.id, "text": _shown(post)["text"]}})


def _read(state: State, match: re.Match[str], request: Request, place: str) -> Reply:
    user_id = str(zlib.crc32(place.encode()))
    if not match["timeline"]:
        return Reply(200, {"data": {"id": user_id, "name": place, "username": place.removeprefix("@")}})
    if match["user"] != user_id:
        return _problem(404, "Not Found Error", "Could not find user.")
    since = str(request.fields.get("start_time", ""))
    posts = [one for one in state.live_posts(SERVICE, place) if _time(one) >= since]
    start = whole_number(request.fields.get("pagination_token")) or 0
    size = min(max(whole_number(request.fields.get("max_results")) or _PAGE_SIZE, 5), 100)
    shown = posts[start : start + size]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if start + size < len(posts):
        meta["next_token"] = str(start + size)
    return Reply(200, ({"data": [_shown(one) for one in shown]} if shown else {}) | {"meta": meta})


def _shown(post: Post) -> dict[str, Any]:
    """A post as the API gives it: addresses shortened, the three special characters escaped."""
    urls: list[dict[str, str]] = []

    def shorten(match: re.Match[str]) -> str:
        urls.append({"url": f"https://t.co/{post.id}{len(urls)}", "expanded_url": match[0]})
        return urls[-1]["url"]

    fields: dict[str, Any] = {
        "id": post.id,
        "text": html.escape(_URL.sub(shorten, post.text), quote=False),
        "created_at": _time(post),
    }
    return fields | ({"entities": {"urls": urls}} if urls else {})


def _time(post: Post) -> str:
    return post.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _length(text: str) -> int:
    """Weighted characters: 23 for an address, 1 up to U+10FF and for most dashes and quotes, else 2."""
    rest, addresses = _URL.subn("", text)
    return 23 * addresses + sum(1 if ord(char) < 0x1100 or "\u2000" <= char <= "\u2037" else 2 for char in rest)


def _problem(status: int, title: str, detail: str) -> Reply:
    """A problem document (RFC 7807), as the API's errors are."""
    return Reply(status, {"title": title, "detail": detail, "type": "about:blank", "status": status})

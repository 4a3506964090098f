"""The part of the Instagram Graph API that an account's announcements use: container, publish, read. Under `/instagram`.

Pages followed: «Content Publishing», «IG User Media», «IG Container», «Error Codes» (see docs/standin.md).
"""

from __future__ import annotations

import re
import urllib.parse
from typing import Any

from . import facebook
from .answers import Reply, Request, whole_number
from .state import Container, Fault, Mode, Post, State

SERVICE = "instagram"

_PATH = re.compile(r"/instagram/(?:v[0-9]+\.[0-9]+/)?(?P<id>[0-9]+)(?P<edge>/media|/media_publish)?/?")
_LONGEST = 2200
_PAGE_SIZE = 25


def match_path(path: str) -> re.Match[str] | None:
    """The parts of a path of this API; None for any other path."""
    return _PATH.fullmatch(path)


def answer(state: State, match: re.Match[str], request: Request, public_url: str) -> Reply:
    """Carry out a call whose path is `match`."""
    if not (request.bearer or request.fields.get("access_token")):
        return facebook.error_reply(400, 104, "An access token is required to request this resource.")
    place = match["id"]
    if match["edge"] == "/media" and request.method == "POST":
        return _prepare(state, place, request)
    if match["edge"] == "/media":
        return _list(state, place, request, public_url)
    if match["edge"]:
        return _publish(state, place, request)
    container = state.containers.get(place)
    if container is not None:
        container.polls += 1
        is_ready = container.polls >= state.polls_until_ready
        return Reply(200, {"id": place, "status_code": "FINISHED" if is_ready else "IN_PROGRESS"})
    post = state.find_post(SERVICE, place)
    if post is None and "username" in str(request.fields.get("fields", "")).split(","):
        return Reply(200, {"id": place, "username": f"account_{place}"})
    if post is None:
        return facebook.error_reply(400, 100, "Unsupported get request.", subcode=33, kind="GraphMethodException")
    return Reply(200, _shown(post, public_url))


def failure(fault: Fault) -> Reply:
    """The answer of a service that has been told to fail."""
    match fault.mode:
        case Mode.REFUSE:
            return facebook.error_reply(400, 25, "The account is restricted.", subcode=2207050)
        case Mode.DUPLICATE | Mode.REFUSED_YET_LIVE:
            # Instagram takes the same text twice; what it says of posts that look alike is this.
            return facebook.error_reply(400, 4, "We restrict certain activity.", subcode=2207051)
        case Mode.TOO_LONG:
            return facebook.error_reply(400, 36004, "The caption is too long.", subcode=2207010)
    return facebook.failure(fault)


def _prepare(state: State, place: str, request: Request) -> Reply:
    url, caption = str(request.fields.get("image_url", "")), str(request.fields.get("caption", ""))
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        return facebook.error_reply(400, 9004, "The media could not be fetched from this URI.", subcode=2207052)
    if not urllib.parse.urlsplit(url).path.lower().endswith((".jpg", ".jpeg")):
        # The picture itself is not fetched here: what its address is called has to do.
        return facebook.error_reply(400, 36001, "The image format is not supported.", subcode=2207005)
    if len(caption) > _LONGEST:
        return facebook.error_reply(400, 36004, "The caption is too long.", subcode=2207010)
    with state.lock:
        container_id = str(17_000_000_000_000_000 + state.next_number())
        state.containers[container_id] = Container(place, caption, url)
    return Reply(200, {"id": container_id})


def _publish(state: State, place: str, request: Request) -> Reply:
    with state.lock:
        container_id = str(request.fields.get("creation_id", ""))
        container = state.containers.get(container_id)
        if container is None or container.place != place:
            return facebook.error_reply(400, 24, "The requested resource does not exist.", subcode=2207006)
        if container.polls < state.polls_until_ready:
            return facebook.error_reply(400, 9007, "Media ID is not available.", subcode=2207027)
        del state.containers[container_id]
        post = state.add_post(
            SERVICE,
            place,
            container.caption,
            lambda number: str(18_000_000_000_000_000 + number),
            photo_url=container.image_url,
        )
    return Reply(200, {"id": post.id})


def _list(state: State, place: str, request: Request, public_url: str) -> Reply:
    """The account's posts, newest first, `limit` at a time."""
    size = min(max(whole_number(request.fields.get("limit")) or _PAGE_SIZE, 1), 100)
    start = whole_number(request.fields.get("after")) or 0
    posts = state.live_posts(SERVICE, place)
    shown = posts[start : start + size]
    body: dict[str, Any] = {"data": [_shown(one, public_url) for one in shown]}
    if shown:
        body["paging"] = {"cursors": {"before": str(start), "after": str(start + len(shown))}}
    if start + size < len(posts):
        query = {"access_token": "hidden", "limit": size, "after": start + size}
        body["paging"]["next"] = f"https://graph.facebook.com{request.path}?{urllib.parse.urlencode(query)}"
    return Reply(200, body)


def _shown(post: Post, public_url: str) -> dict[str, Any]:
    return {
        "id": post.id,
        "caption": post.text,
        "timestamp": post.made_at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "permalink": f"{public_url}/p/{post.id}",
    }

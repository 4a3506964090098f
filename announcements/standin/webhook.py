"""A receiver of webhooks as `docs/webhook.md` asks for one: it checks the signature and keeps one thing for one uid."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from typing import Any

from .answers import Reply, Request
from .state import Fault, Mode, State

SERVICE = "webhook"
# What the stand-in's signatures are made with. No secret: nothing real listens here.
SECRET = "stand-in-webhook-secret"  # noqa: S105  # reason: made up, and for development alone

_PATH = re.compile(r"/webhook/(?P<place>[A-Za-z0-9-]+)")
_OLDEST_SECONDS = 300


def match_path(path: str) -> re.Match[str] | None:
    """The parts of the path of a receiver; None for any other path."""
    return _PATH.fullmatch(path)


def answer(state: State, match: re.Match[str], request: Request, public_url: str) -> Reply:
    """Carry out what was sent, unless it is not from whom it says, is old, or has been here before."""
    if request.method != "POST":
        return Reply(405, {"error": "POST only"})
    if not _is_signed(request):
        return Reply(401, {"error": "bad signature"})
    uid, kind = str(request.fields.get("uid", "")), str(request.fields.get("kind", ""))
    if not uid or uid != request.headers.get("idempotency-key") or kind not in ("post", "edit", "delete"):
        return Reply(422, {"error": "uid, kind"})
    with state.lock:
        known = state.handled.get(uid)
        reply = known if known is not None else _carry_out(state, match["place"], kind, request.fields, public_url)
        if reply is None:
            return Reply(404, {"error": "no such post"})
        state.handled[uid] = reply
    return Reply(200, reply)


def failure(fault: Fault) -> Reply:
    """The answer of a receiver that has been told to fail."""
    status = {
        Mode.RATE_LIMIT: 429,
        Mode.EXPIRED_TOKEN: 401,
        Mode.REFUSE: 403,
        Mode.DUPLICATE: 409,
        Mode.TOO_LONG: 413,
    }.get(fault.mode, 503)
    headers = {"Retry-After": str(fault.retry_after)} if status in (429, 503) else {}
    return Reply(status, {"error": fault.mode.value}, headers)


def _is_signed(request: Request) -> bool:
    """Whether the body is from someone who knows the secret, and from the last five minutes."""
    timestamp = request.headers.get("x-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > _OLDEST_SECONDS:
        return False
    wanted = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + request.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={wanted}", request.headers.get("x-signature-256", ""))


def _carry_out(
    state: State, place: str, kind: str, fields: dict[str, Any] | Any, public_url: str
) -> dict[str, str] | None:
    """Do it and return the answer; None when the post it is about is not here."""
    uid = str(fields["uid"])
    if kind == "post":
        post = state.add_post(SERVICE, place, str(fields.get("text", "")), lambda _: uid)
        return {"uid": uid, "url": f"{public_url}/site/{place}/{post.id}"}
    found = state.find_post(SERVICE, str(fields.get("post", "")), place)
    if found is None:
        return None
    if kind == "edit":
        state.change_post(found, str(fields.get("text", "")))
        return {"uid": uid, "url": f"{public_url}/site/{place}/{found.id}"}
    state.delete_post(found)
    return {"uid": uid}

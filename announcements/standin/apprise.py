"""A service that Apprise reaches by its `json://` address: it takes whatever is posted to `/notify/{name}`."""

from __future__ import annotations

import re

from .answers import Reply, Request
from .state import Fault, Mode, State

SERVICE = "apprise"

_PATH = re.compile(r"/notify/(?P<place>[A-Za-z0-9-]+)/?")


def match_path(path: str) -> re.Match[str] | None:
    """The parts of the path of such a service; None for any other path."""
    return _PATH.fullmatch(path)


def answer(state: State, match: re.Match[str], request: Request, public_url: str) -> Reply:
    """Keep a message."""
    if request.method != "POST":
        return Reply(405, {"error": "POST only"})
    parts = (str(request.fields.get(name, "")) for name in ("title", "message"))
    state.add_post(SERVICE, match["place"], "\n".join(part for part in parts if part), str)
    return Reply(200, {"ok": True})


def failure(fault: Fault) -> Reply:
    """The answer of a service that has been told to fail."""
    statuses = {
        Mode.RATE_LIMIT: 429,
        Mode.EXPIRED_TOKEN: 401,
        Mode.REFUSE: 403,
        Mode.DUPLICATE: 409,
        Mode.TOO_LONG: 413,
    }
    return Reply(statuses.get(fault.mode, 500), {"error": fault.mode.value})

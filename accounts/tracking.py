"""Which browsers are at work: a row is made at sign-in and told of once a minute, without a query more for any page between."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis import RedisError

from accounts.actions_sessions import see_session
from accounts.queries import hash_session_key
from sohag_mobile import clock

logger = logging.getLogger(__name__)
_EVERY_SECONDS = 60


def connect() -> None:
    """Have every sign-in written down."""
    user_logged_in.connect(_on_sign_in, dispatch_uid="accounts.tracking")


def _on_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    if request.session.session_key is None:
        request.session.save()
    key = request.session.session_key
    assert key is not None  # noqa: S101  # reason: it was saved just now
    _is_due(key)
    _see(request, user, key)


class SessionMiddleware:
    """Keeps «last seen» current for members of staff; whoever reads the public pages is never looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.resolver_match is None or request.resolver_match.namespaces[:1] != ["admin"]:
            return
        key = request.session.session_key
        if key is not None and request.user.is_authenticated and _is_due(key):
            _see(request, request.user, key)


def _see(request: HttpRequest, user: User, key: str) -> None:
    user_agent = request.META.get("HTTP_USER_AGENT", "")
    see_session(user, key=key, user_agent=user_agent, address=address_of(request), now=clock.now())


def address_of(request: HttpRequest) -> str | None:
    """The network address of the browser, as far as the proxies in front are trusted (`sohag_mobile.wsgi`)."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def _is_due(key: str) -> bool:
    """Whether nobody has asked this of the session within the minute. Without a cache it is the row that knows."""
    try:
        return bool(cache.add(f"staff-session-seen:{hash_session_key(key)}", 1, _EVERY_SECONDS))
    except RedisError as error:
        logger.warning("the cache does not answer (%s)", type(error).__name__)
        return True

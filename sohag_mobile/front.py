"""The shortest way from a request to a page that this process has answered before: in front of Django.

What is kept is the finished answer, with the security headers that the middleware gave it, so a hit and a miss cannot be told
apart. A kept page is good only for the content version it was made for, and that is asked of the database on every request:
nothing has to be told to other processes, and a publish is seen by all of them from the moment of its commit. What a bare
Django view costs beyond that (request, middleware, signals, response) is not paid.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection

from sohag_mobile import clock
from sohag_mobile.pages import (
    VERSION_QUERY,
    StoredPage,
    Variant,
    choose_variant,
    current_version,
    headers_of_the_moment,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
# What the middleware looks at before it lets a request pass: scheme, host, address.
Key = tuple[str, str, str, str, str, str]

WISH = "sohag_mobile.front"
MOST_BYTES = 32 * 1024 * 1024
BYTES_OF_AN_ENTRY = 2000
OF_THE_MOMENT = frozenset({"cache-control", "last-modified"})

_prepared = threading.local()


class KeptPage:
    """A page at hand, with the finished headers of each variant that has been answered."""

    def __init__(self, page: StoredPage) -> None:
        self.page = page
        self.headers: dict[Variant, Headers] = {}

    @property
    def size(self) -> int:
        return BYTES_OF_AN_ENTRY + sum(map(len, self.page.bodies.values()))


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """Asks Django, along with a request, to hand the page back that it will be answered with."""

    front: Front
    key: Key

    @staticmethod
    def of(environ: Mapping[str, Any]) -> Wish | None:
        wish: Wish | None = environ.get(WISH)
        return wish

    def keep(self, page: StoredPage, variant: Variant, headers: Headers) -> None:
        self.front.keep(self.key, page, variant, headers)


class Front:
    """A WSGI application around Django's."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._kept: dict[Key, KeptPage] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD"):
            get = environ.get
            key = (
                environ["wsgi.url_scheme"],
                get("HTTP_X_FORWARDED_PROTO", ""),
                get("HTTP_HOST", ""),
                get("SCRIPT_NAME", ""),
                environ["PATH_INFO"],
                get("QUERY_STRING", ""),
            )
            kept = self._kept.get(key)
            answer = _answer_again(kept, environ) if kept is not None else None
            if answer is not None:
                status, headers, body = answer
                start_response(status, headers)
                return [] if method == "HEAD" else [body]
            environ[WISH] = Wish(self, key)
        return self._application(environ, start_response)

    def keep(self, key: Key, page: StoredPage, variant: Variant, headers: Headers) -> None:
        """Remember an answer that was just given; `headers` are all of its headers."""
        ready = [(name, value) for name, value in headers if name.lower() not in OF_THE_MOMENT]
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.page != page:
                self._bytes -= kept.size if kept else 0
                kept = KeptPage(page)
                if self._bytes + kept.size > MOST_BYTES:
                    # Pages of older versions are never asked for again; the ones in use come back from the store.
                    self._kept.clear()
                    self._bytes = 0
                self._kept[key] = kept
                self._bytes += kept.size
            kept.headers[variant] = ready


def _answer_again(kept: KeptPage, environ: WSGIEnvironment) -> tuple[str, Headers, bytes] | None:
    """The answer that still holds, or None where Django must be asked (also when the database cannot be)."""
    page = kept.page
    # The clock first: an answer may call itself older than it is, never newer.
    now = clock.now()
    variant = encoding, is_known = choose_variant(environ, page, now=now)
    headers = kept.headers.get(variant)
    if headers is None or not page.is_valid(now=now):
        return None
    try:
        if page.version != ask_version_again():
            return None
    except DatabaseError:
        return None
    status, body = ("304 Not Modified", b"") if is_known else ("200 OK", page.bodies[encoding])
    return status, headers + headers_of_the_moment(page, now=now), body


def ask_version_again() -> int:
    """`current_version()` over the connection that this thread keeps open, at the price of the bare round trip.

    The statement is planned once per connection. Raises DatabaseError when a second try over a new connection fails, too.
    """
    driver = connection.connection
    if driver is not None:
        try:
            if getattr(_prepared, "driver", None) is not driver:
                _prepare(driver)
            _prepared.cursor.execute(_prepared.statement)
            # To the last row: a statement that is not read to its end keeps SQLite at the state it began with.
            return int(rows[0][0]) if (rows := _prepared.cursor.fetchall()) else 0
        except connection.Database.Error:  # type: ignore[attr-defined]  # reason: the driver's own errors
            _prepared.driver = None
    return current_version()


def _prepare(driver: Any) -> None:
    _prepared.driver = None
    _prepared.cursor = driver.cursor()
    _prepared.statement = VERSION_QUERY
    if connection.vendor == "postgresql":
        _prepared.cursor.execute(f"PREPARE content_version AS {VERSION_QUERY}")
        _prepared.statement = "EXECUTE content_version"
    _prepared.driver = driver

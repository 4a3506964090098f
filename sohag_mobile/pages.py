"""Public pages and feeds: rendered once for a version of the content, stored, and answered with the speed of a file.

A page is a function of what is published, of the clock and of its known parameters, and of nothing else: no session, no
cookie, no header. It is written like this, and the same holds for feeds:

    @public_page(vary_on=("q",))
    def home(request: HttpRequest, *, now: dt.datetime, q: str) -> Page:
        ...
        return render_page(request, "schedules/home.html", context, valid_until=next_change)

    @public_page()
    def calendar(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
        if unknown:
            raise PublicNotFound
        return Page(body, content_type="text/calendar; charset=utf-8", valid_until=next_midnight,
                    headers={"Content-Disposition": 'inline; filename="calendar.ics"'})

- `now` is aware and is the only clock a page may look at. `valid_until` is the first moment at which the page would read
  differently although nothing was published; None means that the clock does not matter.
- `vary_on` names the query parameters the page knows. They arrive as keyword arguments: text, stripped, "" when absent.
  Every other parameter is ignored, so it can neither change a page nor fill the store.
- Captured parts of the address arrive as keyword arguments, as in any view.
- `PublicNotFound`, `PublicBadRequest` and `PublicUnavailable` give the site's own error page, whatever DEBUG says. They are never
  stored.

A stored page is found by path, known parameters and content version. Whoever changes public content raises the version in
the same transaction (`sohag_mobile.models.bump_content_version`), so every older page is out of reach at once, in every
process. The version is read before the page is made: a page can be newer than its version says, never older.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import gzip
import hashlib
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import brotli
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from redis import RedisError

from sohag_mobile import clock, error_pages
from sohag_mobile.models import ContentVersion
from sohag_mobile.render import render_html
from vehicles.models import Governorate

logger = logging.getLogger(__name__)

# A stale copy in somebody's browser must not outlive an urgent cancellation by more than half a minute.
FRESH_SECONDS = 10
STALE_WHILE_REVALIDATE_SECONDS = 20
# Stored pages are dropped after a day even if the clock does not matter to them.
STORE_SECONDS = 24 * 60 * 60

LONGEST_QUERY = 1000
LONGEST_PARAMETER = 200
WORTH_COMPRESSING = 600
# Packed as tightly as they can be by those who made the formats.
COMPRESSED_TYPES = frozenset({"image/png"})
# The language is part of the path, and no cookie is ever looked at.
VARY = "Accept-Encoding"
VERSION_QUERY = f"SELECT number FROM {ContentVersion._meta.db_table} WHERE id = 1"  # noqa: S608


class PublicNotFound(Exception):  # reason: named like Django's Http404, which it stands in for
    """There is no such page. Shown as the site's own 404 page also when DEBUG is on."""


class PublicBadRequest(Exception):  # reason: see PublicNotFound
    """The address cannot be understood: the site's own 400 page."""


class PublicUnavailable(Exception):  # reason: see PublicNotFound
    """The page cannot be made now: the site's own 503 page, which tells programs to come back after `retry_after` seconds."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(f"not before {retry_after} seconds")
        self.retry_after = retry_after


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What a page function returns. `headers` are further headers of the answer; see the module for `valid_until`."""

    body: str | bytes
    content_type: str = "text/html; charset=utf-8"
    valid_until: dt.datetime | None = None
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class StoredPage:
    """A rendered page as it is kept: the same body in each encoding, and what is said about it."""

    version: int
    tag: str
    bodies: dict[str, bytes]
    content_type: str
    valid_until: dt.datetime | None
    headers: dict[str, str]

    def is_valid(self, *, now: dt.datetime) -> bool:
        return self.valid_until is None or now < self.valid_until

    def tag_in(self, encoding: str) -> str:
        """The strong entity tag of the body in an encoding."""
        return f'"{self.tag}-{encoding}"' if encoding else f'"{self.tag}"'


PageFunction = Callable[..., Page]
View = Callable[..., HttpResponse]
# The encoding of the body, and whether the reader has it already.
Variant = tuple[str, bool]


def public_page(*, vary_on: tuple[str, ...] = ()) -> Callable[[PageFunction], View]:
    """Make a view of a page function: see the module. The page function itself stays reachable as `view.__wrapped__`."""

    def decorate(build: PageFunction) -> View:
        @functools.wraps(build)
        def view(request: HttpRequest, **captured: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return error_pages.method_not_allowed(request, allowed="GET, HEAD")
            try:
                parameters = _read_parameters(request, vary_on)
                query = urlencode(sorted((name, value) for name, value in parameters.items() if value))
                page = _find_or_build(build, request, captured=captured, parameters=parameters, query=query)
            except PublicNotFound:
                return error_pages.not_found(request)
            except PublicBadRequest:
                return error_pages.bad_request(request)
            except PublicUnavailable as refusal:
                return error_pages.unavailable(request, retry_after=refusal.retry_after)
            response = answer(request, page, now=clock.now())
            if request.META.get("QUERY_STRING", "") == query:
                # The middleware keeps it at hand, under this one spelling of the address.
                response.stored_page = page  # type: ignore[attr-defined]
            return response

        # Nothing is ever posted here, so a POST is told 405 by the view instead of 403 by the form protection.
        view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    return decorate


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    valid_until: dt.datetime | None,
    governorate: Governorate | None = None,
) -> Page:
    """An HTML page from a template: see `render_html`. Only the path of the request is looked at."""
    return Page(render_html(request.path, template, context, governorate=governorate), valid_until=valid_until)


def current_version() -> int:
    """The version of the public content: one tiny query, without the ORM because every single request makes it."""
    # This query finds out by itself whether the connection still lives: asking the server first would double the cost.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _ask_version()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _ask_version()


def _ask_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute(VERSION_QUERY)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def choose_variant(request: HttpRequest, page: StoredPage) -> Variant:
    """Which answer to give: the encoding of the body that the reader accepts, and whether the reader has the page already."""
    encoding = _choose_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding not in page.bodies:
        encoding = ""
    return encoding, _matches(request.META.get("HTTP_IF_NONE_MATCH", ""), page.tag_in(encoding))


def body_of(request: HttpRequest, page: StoredPage, variant: Variant) -> bytes:
    """The body of a variant: none for 304 and for HEAD."""
    encoding, is_known = variant
    return b"" if is_known or request.method == "HEAD" else page.bodies[encoding]


def answer(request: HttpRequest, page: StoredPage, *, now: dt.datetime) -> HttpResponse:
    """The response for a stored page: 304 if the reader has it, no body for HEAD, compressed where that is accepted."""
    variant = encoding, is_known = choose_variant(request, page)
    response = HttpResponse(
        body_of(request, page, variant), content_type=page.content_type, status=304 if is_known else 200
    )
    if is_known:
        del response["Content-Type"]
    else:
        response["Content-Length"] = str(len(page.bodies[encoding]))
        if encoding:
            response["Content-Encoding"] = encoding
        for name, value in page.headers.items():
            response[name] = value
    response["ETag"] = page.tag_in(encoding)
    response["Cache-Control"] = cache_control(page, now=now)
    response["Vary"] = VARY
    response.public_variant = variant  # type: ignore[attr-defined]  # reason: tells the middleware that this is a page
    return response


def cache_control(page: StoredPage, *, now: dt.datetime) -> str:
    """How long a copy may be shown: never past the next change by the clock."""
    fresh, stale = FRESH_SECONDS, STALE_WHILE_REVALIDATE_SECONDS
    if page.valid_until is not None:
        left = max(0, int((page.valid_until - now).total_seconds()))
        fresh = min(fresh, left)
        stale = min(stale, left - fresh)
    return f"public, max-age={fresh}, stale-while-revalidate={stale}" if stale else f"public, max-age={fresh}"


def _find_or_build(
    build: PageFunction, request: HttpRequest, *, captured: dict[str, Any], parameters: dict[str, str], query: str
) -> StoredPage:
    version = current_version()
    now = clock.now()
    key = _key(request.path, query, version)
    found = _fetch(key)
    if found is not None and found.is_valid(now=now):
        return found
    page = _prepare(build(request, now=now, **captured, **parameters), version=version)
    seconds = STORE_SECONDS
    if page.valid_until is not None:
        seconds = min(seconds, int((page.valid_until - now).total_seconds()))
    if seconds > 0:
        _store(key, page, seconds)
    return page


def _fetch(key: str) -> StoredPage | None:
    """The stored page, or None; a store that is down only costs time."""
    try:
        found: StoredPage | None = cache.get(key)
    except RedisError as error:
        logger.warning("The page store cannot be read: %s", error)
        return None
    return found


def _store(key: str, page: StoredPage, seconds: int) -> None:
    try:
        cache.set(key, page, seconds)
    except RedisError as error:
        logger.warning("The page store cannot be written: %s", error)


def _prepare(page: Page, *, version: int) -> StoredPage:
    """Encode and compress once, however often the page is then asked for."""
    body = page.body.encode() if isinstance(page.body, str) else page.body
    bodies = {"": body}
    if len(body) >= WORTH_COMPRESSING and page.content_type not in COMPRESSED_TYPES:
        bodies["gzip"] = gzip.compress(body, 6, mtime=0)
        bodies["br"] = brotli.compress(body, quality=5)
    return StoredPage(
        version=version,
        tag=hashlib.sha256(body).hexdigest()[:24],
        bodies=bodies,
        content_type=page.content_type,
        valid_until=None if page.valid_until is None else page.valid_until.astimezone(dt.UTC),
        headers=dict(page.headers),
    )


def _key(path: str, query: str, version: int) -> str:
    """Addresses are of any length and alphabet, cache keys are not."""
    digest = hashlib.sha256(f"{path}?{query}#{get_language()}".encode()).hexdigest()[:40]
    return f"page:{version}:{digest}"


def _read_parameters(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    """The known query parameters. Raises PublicBadRequest for what no reader of the site would send."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
        raise PublicBadRequest
    if not names:
        return {}
    values = {name: request.GET.get(name, "").strip() for name in names}
    for value in values.values():
        # NUL cannot be asked of PostgreSQL, U+FFFD stands for bytes that are no text.
        if len(value) > LONGEST_PARAMETER or "\x00" in value or "�" in value:
            raise PublicBadRequest
    return values


def _matches(condition: str, tag: str) -> bool:
    """Whether an If-None-Match header names `tag` (weak comparison, as the standard asks: proxies weaken tags)."""
    if not condition:
        return False
    if condition.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == tag for part in condition.split(","))


@functools.lru_cache(maxsize=256)
def _choose_encoding(accepted: str) -> str:
    """The best encoding the reader accepts: "br", "gzip" or "" (as it is)."""
    welcome = set()
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        if quality.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            welcome.add(name.strip())
    return next((name for name in ("br", "gzip") if name in welcome), "")

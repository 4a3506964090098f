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
  Every other parameter is ignored, so it can neither change a page nor fill the store. An address with an empty one, as forms
  send it, leads to the short address without it.
- Captured parts of the address arrive as keyword arguments, as in any view.
- `mentions` names what the page tells of (`mentions.py`), so that a publish about other things leaves the exported file alone.
  None means anything: the page is then looked at after every publish.
- `PublicNotFound`, `PublicBadRequest` and `PublicUnavailable` give the site's own error page, whatever DEBUG says. They are never
  stored.

A stored page is found by path, known parameters and content version. Whoever changes public content raises the version in
the same transaction (`sohag_mobile.models.bump_content_version`), so every older page is out of reach at once, in every
process. The version is read before the page is made: a page can be newer than its version says, never older.

`front.py` answers what its process has answered before; the headers it repeats are made here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import gzip
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import brotli
from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import escape_leading_slashes, http_date
from django.utils.translation import get_language
from redis import RedisError

from sohag_mobile import clock, error_pages
from sohag_mobile.models import ContentVersion
from sohag_mobile.render import ENGLISH_PREFIX, render_html
from vehicles.models import Governorate

logger = logging.getLogger(__name__)

# A stale copy in somebody's browser must not outlive an urgent cancellation by more than half a minute.
FRESH_SECONDS = 10
STALE_WHILE_REVALIDATE_SECONDS = 20
# While the site cannot be reached a copy is better than nothing, as long as the clock has not made it wrong.
STALE_IF_ERROR_SECONDS = 60 * 60
# Stored pages are dropped after a day even if the clock does not matter to them.
STORE_SECONDS = 24 * 60 * 60
# Raised when a stored page gets another form, so that a new release does not read what an old one stored.
STORE_FORMAT = 2

LONGEST_QUERY = 1000
LONGEST_PARAMETER = 200
WORTH_COMPRESSING = 600
# Packed as tightly as they can be by those who made the formats.
COMPRESSED_TYPES = frozenset({"image/png", "application/zip"})
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
    mentions: frozenset[str] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class StoredPage:
    """A rendered page as it is kept: the same body in each encoding, and what is said about it.

    `modified` is the second (since 1970) in which its body became what it is.
    """

    version: int
    tag: str
    modified: int
    bodies: dict[str, bytes]
    content_type: str
    valid_until: dt.datetime | None
    headers: dict[str, str]
    mentions: frozenset[str] | None

    def is_valid(self, *, now: dt.datetime) -> bool:
        return self.valid_until is None or now < self.valid_until

    def tag_in(self, encoding: str) -> str:
        """The strong entity tag of the body in an encoding."""
        return f'"{self.tag}-{encoding}"' if encoding else f'"{self.tag}"'

    def last_modified(self, *, now: dt.datetime) -> str:
        """The Last-Modified header, empty within the second it names: a newer page could otherwise bear the same date."""
        return http_date(self.modified) if now.timestamp() >= self.modified + 1 else ""


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
                if short := _without_empty(request, parameters):
                    return HttpResponsePermanentRedirect(short)
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

        view.find_page = functools.partial(  # type: ignore[attr-defined]  # reason: for `stored_page`
            _find_or_build, build, parameters=dict.fromkeys(vary_on, ""), query=""
        )
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
    mentions: Iterable[str] | None = None,
) -> Page:
    """An HTML page from a template: see `render_html`. Only the path of the request is looked at."""
    return Page(
        render_html(request.path, template, context, governorate=governorate),
        valid_until=valid_until,
        mentions=None if mentions is None else frozenset(mentions),
    )


def stored_page(path: str) -> StoredPage | None:
    """The page at a public address (without parameters), from the store or made now; None where there is none.

    Raises PublicUnavailable when it cannot be made now.
    """
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    with translation.override("en" if path.startswith(f"{ENGLISH_PREFIX}/") else settings.LANGUAGE_CODE):
        try:
            found = resolve(path)
            find: Callable[..., StoredPage] | None = getattr(found.func, "find_page", None)
            return find(request, captured=found.kwargs) if find else None
        except (Resolver404, PublicNotFound):
            return None


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


def choose_variant(environ: Mapping[str, Any], page: StoredPage, *, now: dt.datetime) -> Variant:
    """Which answer to give: the encoding of the body that the reader accepts, and whether the reader has the page already."""
    encoding = _choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding not in page.bodies:
        encoding = ""
    condition = environ.get("HTTP_IF_NONE_MATCH")
    if condition is not None:
        return encoding, _matches(condition, page.tag_in(encoding))
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    # Exactly the date we gave, as nginx compares: a page that was changed back is then not taken for the one in between.
    return encoding, since is not None and since == page.last_modified(now=now)


def answer(request: HttpRequest, page: StoredPage, *, now: dt.datetime) -> HttpResponse:
    """The response for a stored page: 304 if the reader has it, no body for HEAD, compressed where that is accepted."""
    variant = encoding, is_known = choose_variant(request.META, page, now=now)
    body = b"" if is_known or request.method == "HEAD" else page.bodies[encoding]
    response = HttpResponse(body, content_type=page.content_type, status=304 if is_known else 200)
    if is_known:
        del response["Content-Type"]
    else:
        response["Content-Length"] = str(len(page.bodies[encoding]))
        if encoding:
            response["Content-Encoding"] = encoding
        for name, value in page.headers.items():
            response[name] = value
    response["ETag"] = page.tag_in(encoding)
    response["Vary"] = VARY
    for name, value in headers_of_the_moment(page, now=now):
        response[name] = value
    response.public_variant = variant  # type: ignore[attr-defined]  # reason: tells the middleware that this is a page
    return response


def headers_of_the_moment(page: StoredPage, *, now: dt.datetime) -> list[tuple[str, str]]:
    """The headers that are not the same in every answer with this page."""
    headers = [("Cache-Control", cache_control(page, now=now))]
    if modified := page.last_modified(now=now):
        headers.append(("Last-Modified", modified))
    return headers


def cache_control(page: StoredPage, *, now: dt.datetime) -> str:
    """How long a copy may be shown: never past the next change by the clock, not even while we cannot be reached."""
    fresh, stale, error = FRESH_SECONDS, STALE_WHILE_REVALIDATE_SECONDS, STALE_IF_ERROR_SECONDS
    if page.valid_until is not None:
        left = max(0, int((page.valid_until - now).total_seconds()))
        fresh = min(fresh, left)
        stale, error = min(stale, left - fresh), min(error, left - fresh)
    if not stale:
        return f"public, max-age={fresh}"
    return f"public, max-age={fresh}, stale-while-revalidate={stale}, stale-if-error={error}"


def _find_or_build(
    build: PageFunction, request: HttpRequest, *, captured: dict[str, Any], parameters: dict[str, str], query: str
) -> StoredPage:
    # In this order: what is made after the version was read is at least as new as the version.
    version = current_version()
    now = clock.now()
    address = _digest(request.path, query)
    key = f"page:{STORE_FORMAT}:{version}:{address}"
    found: StoredPage | None = _fetch(key)
    if found is not None and found.is_valid(now=now):
        return found
    page = _prepare(build(request, now=now, **captured, **parameters), version=version, address=address)
    seconds = STORE_SECONDS
    if page.valid_until is not None:
        seconds = min(seconds, int((page.valid_until - now).total_seconds()))
    if seconds > 0:
        _store(key, page, seconds)
    return page


def _fetch(key: str) -> Any:
    """What is stored under `key`, or None; a store that is down only costs time."""
    try:
        return cache.get(key)
    except RedisError as error:
        logger.warning("The page store cannot be read: %s", error)
        return None


def _store(key: str, value: Any, seconds: int) -> None:
    try:
        cache.set(key, value, seconds)
    except RedisError as error:
        logger.warning("The page store cannot be written: %s", error)


def _prepare(page: Page, *, version: int, address: str) -> StoredPage:
    """Encode and compress once, however often the page is then asked for."""
    body = page.body.encode() if isinstance(page.body, str) else page.body
    bodies = {"": body}
    if len(body) >= WORTH_COMPRESSING and page.content_type not in COMPRESSED_TYPES:
        bodies["gzip"] = gzip.compress(body, 6, mtime=0)
        bodies["br"] = brotli.compress(body, quality=5)
    tag = hashlib.sha256(body).hexdigest()[:24]
    return StoredPage(
        version=version,
        tag=tag,
        modified=_date(tag, address),
        bodies=bodies,
        content_type=page.content_type,
        valid_until=None if page.valid_until is None else page.valid_until.astimezone(dt.UTC),
        headers=dict(page.headers),
        mentions=page.mentions,
    )


def _date(tag: str, address: str) -> int:
    """Since when the page at an address has this body: publishing elsewhere renders it anew and changes nothing in it.

    Call when the body is made: its date then lies no earlier than the content it was made from.
    """
    key = f"page-date:{STORE_FORMAT}:{address}"
    known: tuple[str, int] | None = _fetch(key)
    if known is not None and known[0] == tag:
        return known[1]
    made = int(clock.now().timestamp())
    _store(key, (tag, made), STORE_SECONDS)
    return made


def _digest(path: str, query: str) -> str:
    """Addresses are of any length and alphabet, cache keys are not."""
    return hashlib.sha256(f"{path}?{query}#{get_language()}".encode()).hexdigest()[:40]


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


def _without_empty(request: HttpRequest, parameters: Mapping[str, str]) -> str:
    """The same address without the known parameters that are empty, as forms send them; "" when there are none."""
    given = [(name, value) for name, values in request.GET.lists() for value in values]
    kept = [(name, value) for name, value in given if name not in parameters or value.strip()]
    if kept == given:
        return ""
    query = urlencode(kept)
    return escape_leading_slashes(request.path) + (f"?{query}" if query else "")


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

"""The shortest way from a request to a page that this process has answered before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.http.response import ResponseHeaders

from sohag_mobile import clock
from sohag_mobile.pages import VARY, StoredPage, Variant, body_of, cache_control, choose_variant, current_version

# Scheme, host, path and query: what the other middleware looks at before it lets a request pass.
Key = tuple[str | None, str, str, str]
Headers = dict[str, tuple[str, str]]

MOST_BYTES = 32 * 1024 * 1024
BYTES_OF_AN_ENTRY = 2000


class ReadyHeaders(ResponseHeaders):
    """Headers of an answer that was given before, so they need not be checked and encoded again."""

    def __init__(self, ready: Headers) -> None:
        self._store = dict(ready)


class KeptPage:
    """A page at hand, with the finished headers of each variant that has been answered."""

    def __init__(self, page: StoredPage) -> None:
        self.page = page
        self.headers: dict[Variant, Headers] = {}

    @property
    def size(self) -> int:
        return BYTES_OF_AN_ENTRY + sum(map(len, self.page.bodies.values()))


class PublicPagesMiddleware:
    """Answers a page again without sessions, languages, addresses or templates. Stands first in MIDDLEWARE.

    What is kept is the finished answer, with the security headers that the other middleware gave it, so a hit and a miss
    cannot be told apart. A kept page is good only for the content version it was made for, which is asked of the database on
    every request: nothing has to be told to other processes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._kept: dict[Key, KeptPage] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        meta = request.META
        key: Key = (request.scheme, meta.get("HTTP_HOST", ""), request.path_info, meta.get("QUERY_STRING", ""))
        return self._answer_again(key, request) or self._answer_anew(key, request)

    def _answer_again(self, key: Key, request: HttpRequest) -> HttpResponse | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        variant = choose_variant(request, kept.page)
        headers = kept.headers.get(variant)
        if headers is None:
            return None
        now = clock.now()
        if not kept.page.is_valid(now=now) or kept.page.version != current_version():
            return None
        response = HttpResponse(body_of(request, kept.page, variant), status=304 if variant[1] else 200)
        response.headers = ReadyHeaders(headers)
        response["Cache-Control"] = cache_control(kept.page, now=now)
        return response

    def _answer_anew(self, key: Key, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        variant: Variant | None = getattr(response, "public_variant", None)
        if variant is not None:
            # Other middleware cannot know that the answer depends on neither cookies nor the reader's languages.
            response["Vary"] = VARY
            page: StoredPage | None = getattr(response, "stored_page", None)
            if page is not None:
                self._keep(key, page, variant, response.items())
        return response

    def _keep(self, key: Key, page: StoredPage, variant: Variant, headers: Iterable[tuple[str, str]]) -> None:
        ready = {name.lower(): (name, value) for name, value in headers}
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

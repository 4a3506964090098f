"""What a reader sees when there is no page: plain words and a way on. Django's handlers and public pages both end here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from sohag_mobile.render import ENGLISH_PREFIX, render_html

API_PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or the data cannot be understood."""
    return _error(
        request,
        status=400,
        code="bad_request",
        title=_("This address cannot be understood"),
        advice=_("Part of the address is wrong or too long. Search for your village, or begin at the first page."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not for this reader."""
    return _error(
        request,
        status=403,
        code="forbidden",
        title=_("This page is not open to you"),
        advice=_("If you are a member of staff, log in with your own account."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page."""
    return _error(
        request,
        status=404,
        code="not_found",
        title=_("There is no such page"),
        advice=_("Perhaps the address was copied incompletely. Search for your village, or begin at the first page."),
    )


def method_not_allowed(request: HttpRequest, *, allowed: str) -> HttpResponse:
    """405: public pages are only read."""
    response = _error(
        request,
        status=405,
        code="method_not_allowed",
        title=_("This page can only be read"),
        advice=_("Nothing can be sent to this address."),
    )
    response["Allow"] = allowed
    return response


def unavailable(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """503: not now, but in `retry_after` seconds."""
    response = _error(
        request,
        status=503,
        code="unavailable",
        title=_("This cannot be shown right now"),
        advice=_("Try again in a moment. The dates themselves are on the page of your village."),
    )
    response["Retry-After"] = str(retry_after)
    # Said on purpose and to many in a burst: the framework would log each as an error of ours.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own fault. Needs no database and no other part that may be the one that failed.

    The links lead to pages that are kept as files or stored: they may be there while the one asked for cannot be made.
    """
    is_english = request.path.startswith(f"{ENGLISH_PREFIX}/")
    context = {
        "path": request.path,
        "language": "en" if is_english else "ar",
        "direction": "ltr" if is_english else "rtl",
    }
    with translation.override(context["language"]):
        return HttpResponse(render_to_string("errors/500.html", context), status=500)


def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The last address pattern: the site's own 404 also when DEBUG is on, and the missing slash at the end supplied."""
    if not request.path.endswith("/") and settings.APPEND_SLASH and request.method in ("GET", "HEAD"):
        try:
            match = resolve(f"{request.path_info}/")
        except Resolver404:
            match = None
        if match is not None and match.func is not unknown_address:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return not_found(request)


def _error(request: HttpRequest, *, status: int, code: str, title: str, advice: str) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        response: HttpResponse = JsonResponse({"code": code, "message": title, "fields": {}}, status=status)
    else:
        context: dict[str, Any] = {"title": title, "advice": advice, "status": status, "is_error": True}
        response = HttpResponse(render_html(request.path, "errors/error.html", context), status=status)
    response["Cache-Control"] = "no-cache"
    return response

"""Too many failures: counted by django-axes, also those of the second step, and told in a sentence with its end."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.queries import list_locks
from accounts.tracking import address_of
from sohag_mobile import clock


def is_locked_out(request: HttpRequest, username: str) -> bool:
    """Whether nobody may try as `username` from here. If so, axes' middleware answers with `answer` in place of the view."""
    credentials = {"username": username}
    if not settings.AXES_ENABLED or AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    return True


def count_failure(request: HttpRequest, username: str) -> None:
    """A wrong code, or a wrong password asked for again, counts like a wrong password at the door."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def answer(
    request: HttpRequest, original_response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """The page of a person who is locked out, with the moment until which; the same for names that do not exist."""
    now = clock.now()
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    locks = list_locks(now=now, username=username, address=address_of(request))
    until = locks[0].until if locks else now + settings.AXES_COOLOFF_TIME
    context = {**admin.site.each_context(request), "has_permission": False, "until": until}
    response = TemplateResponse(request, "admin/locked_out.html", context, status=429)
    response["Retry-After"] = str(max(1, int((until - now).total_seconds())))
    response["Cache-Control"] = "no-store"
    return response.render()

"""Between the password and the second factor: who has shown the password is remembered in the session, and is not signed in.

So nothing that looks at `request.user` opens by the password alone, and failures go on being counted until the last step.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import django_otp
from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.enums import Step
from accounts.queries import find_step

if TYPE_CHECKING:
    from django_otp.models import Device

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105  # reason: the name of a class
_KEY = "accounts_pending"
_LIFETIME = dt.timedelta(minutes=15)
_PAGES = {Step.CODE: "admin:login_code", Step.SET_UP: "admin:second_factor_set_up"}


@dataclasses.dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who knows the password, and where they were going."""

    user: User
    backend: str
    next_url: str


def safe_next(request: HttpRequest) -> str:
    """Where the address or the form wants to go afterwards, if that is one of our own pages; else the first page."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("admin:index")


def page_of(step: Step, *, next_url: str) -> str:
    """The address at which `step` is done."""
    return f"{reverse(_PAGES[step])}?{urlencode({'next': next_url})}"


def begin(request: HttpRequest, user: User, *, backend: str, next_url: str, now: dt.datetime) -> str:
    """`user` has shown the password: sign them in, or remember them until the next step. Returns where to go."""
    step = find_step(user)
    if step is None:
        auth.login(request, user, backend=backend)
        return next_url
    # Whoever was signed in before in this browser is no longer.
    request.session.flush()
    request.session[_KEY] = {
        "user": user.pk,
        "backend": backend,
        "next": next_url,
        # A password that is changed meanwhile ends this.
        "hash": user.get_session_auth_hash(),
        "until": (now + _LIFETIME).timestamp(),
    }
    return page_of(step, next_url=next_url)


def find_pending(request: HttpRequest, *, now: dt.datetime) -> Pending | None:
    """Who has shown the password in this browser not long ago, if the account is still as it was."""
    held = request.session.get(_KEY)
    if not held or held["until"] < now.timestamp():
        return None
    user = User.objects.filter(pk=held["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(held["hash"], user.get_session_auth_hash()):
        return None
    return Pending(user, held["backend"], held["next"])


def complete(request: HttpRequest, pending: Pending, device: Device) -> None:
    """The second factor is proved as well: sign the person in, until the browser's session ends."""
    request.session.pop(_KEY, None)
    auth.login(request, pending.user, backend=pending.backend)
    prove(request, device)


def prove(request: HttpRequest, device: Device) -> None:
    """Bind the session to the device that was proved."""
    django_otp.login(request, device)
    # What was found out about the request before it was signed in holds no longer.
    for name in ("staff_scope", "owed_step"):
        if hasattr(request, name):
            delattr(request, name)

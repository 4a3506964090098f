"""«حسابي»: what a person sees and does about their own account."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.actions_factor import prove_factor, renew_codes, turn_off
from accounts.actions_sessions import end_session, end_sessions, note_event
from accounts.devices import describe_device
from accounts.enums import AccountEventKind, FactorPolicy
from accounts.forms import ProofForm
from accounts.lockout import count_failure, is_locked_out
from accounts.models import StaffSession
from accounts.queries import (
    count_recovery_codes,
    factor_policy,
    find_device,
    hash_session_key,
    list_sessions,
    may_lift_locks,
    must_have_factor,
)
from accounts.staff_sign_in import MAY_REPLACE, render, show_codes
from sohag_mobile import clock
from sohag_mobile.admin import staff_of
from sohag_mobile.errors import DomainError
from vehicles.models import Membership


@dataclasses.dataclass(frozen=True, slots=True)
class SessionLine:
    """One browser in a list."""

    pk: int
    device: str
    address: str
    started_at: dt.datetime
    seen_at: dt.datetime
    is_this: bool


def session_lines(sessions: list[StaffSession], *, key: str | None = None) -> list[SessionLine]:
    """Sessions in words; the one with the session key `key` is marked, and comes first."""
    mine = hash_session_key(key) if key else ""
    lines = [
        SessionLine(
            pk=row.pk,
            device=describe_device(row.user_agent),
            address=row.address or "",
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_this=row.key_hash == mine,
        )
        for row in sessions
    ]
    return sorted(lines, key=lambda line: not line.is_this)


def account_view(request: HttpRequest) -> HttpResponse:
    """Roles, second factor, sessions, password."""
    user, now = staff_of(request), clock.now()
    today = localdate(now)
    roles = Membership.objects.filter(user_id=user.pk).select_related("district").order_by("pk")
    context = {
        "title": _("My account"),
        "roles": [(role, role.is_valid_on(today)) for role in roles],
        "is_asked": factor_policy() != FactorPolicy.OFF,
        "device": find_device(user),
        "is_required": must_have_factor(user),
        "codes_left": count_recovery_codes(user),
        "session_count": len(list_sessions(user, now=now)),
        "may_lift_locks": may_lift_locks(user),
    }
    return render(request, "account.html", context)


@sensitive_post_parameters("password", "code")
@sensitive_variables()
def factor_view(request: HttpRequest) -> HttpResponse:
    """New recovery codes, another telephone, or none any more: each after password and code."""
    user, now = staff_of(request), clock.now()
    if find_device(user) is None:
        return HttpResponseRedirect(reverse("admin:account"))
    form = ProofForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if is_locked_out(request, user.get_username()):
            return HttpResponse(status=429)  # replaced by the page of lock-outs
        if form.is_valid() and _is_proved(request, form, now=now):
            return _do(request, now=now)
        status = 422
    context = {
        "title": _("Second factor"),
        "form": form,
        "is_required": must_have_factor(user),
        "codes_left": count_recovery_codes(user),
    }
    return render(request, "factor.html", context, status=status)


def _is_proved(request: HttpRequest, form: ProofForm, *, now: dt.datetime) -> bool:
    user = staff_of(request)
    if not user.check_password(form.cleaned_data["password"]):
        count_failure(request, user.get_username())
        form.add_error("password", _("The password is wrong."))
        return False
    try:
        prove_factor(user, form.cleaned_data["code"], now=now)
    except DomainError as refusal:
        if refusal.code == "wrong_code":
            count_failure(request, user.get_username())
        form.add_error("code", str(refusal.message))
        return False
    return True


def _do(request: HttpRequest, *, now: dt.datetime) -> HttpResponse:
    user = staff_of(request)
    if "replace" in request.POST:
        request.session[MAY_REPLACE] = True
        return HttpResponseRedirect(f"{reverse('admin:second_factor_set_up')}?next={reverse('admin:account')}")
    if "off" in request.POST:
        try:
            turn_off(user, now=now)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("The second factor is turned off. Your password alone opens your account now."))
        return HttpResponseRedirect(reverse("admin:account"))
    return show_codes(request, renew_codes(user, now=now), goes_to=reverse("admin:account"))


def sessions_view(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in; to sign out one, all others, or everywhere."""
    user, now = staff_of(request), clock.now()
    key = request.session.session_key
    if request.method == "POST":
        return _sign_out(request, now=now)
    lines = session_lines(list_sessions(user, now=now), key=key)
    return render(request, "sessions.html", {"title": _("Where you are signed in"), "lines": lines})


def _sign_out(request: HttpRequest, *, now: dt.datetime) -> HttpResponse:
    user: Any = staff_of(request)
    here = reverse("admin:account_sessions")
    if "everywhere" in request.POST:
        note_event(user, AccountEventKind.SESSIONS_ENDED, by=user, now=now)
        end_sessions(user, now=now)
        request.session.flush()
        messages.success(request, _("You are signed out everywhere."))
        return HttpResponseRedirect(reverse("admin:login"))
    if "others" in request.POST:
        end_sessions(user, now=now, keep=request.session.session_key)
        note_event(user, AccountEventKind.SESSIONS_ENDED, by=user, now=now)
        messages.success(request, _("You are signed out everywhere but here."))
        return HttpResponseRedirect(here)
    chosen = request.POST.get("session", "")
    row = StaffSession.objects.filter(user_id=user.pk, pk=int(chosen)).first() if _is_number(chosen) else None
    if row is None:
        messages.info(request, _("That session has ended already."))
        return HttpResponseRedirect(here)
    is_this = row.key_hash == hash_session_key(request.session.session_key or "")
    end_session(row, by=user, now=now)
    if is_this:
        request.session.flush()
        return HttpResponseRedirect(reverse("admin:login"))
    messages.success(request, _("That browser is signed out."))
    return HttpResponseRedirect(here)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19

"""The door: password, code, setting up the telephone, and the link of an invitation."""

from __future__ import annotations

from base64 import b32encode
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions_factor import begin_set_up, confirm_set_up, prove_factor
from accounts.actions_invitations import accept_invitation
from accounts.enums import FactorPolicy, InvitationState, Step
from accounts.forms import CodeForm, RecoveryCodeForm
from accounts.lockout import count_failure, is_locked_out
from accounts.pending import PASSWORD_BACKEND, Pending, begin, complete, find_pending, page_of, prove, safe_next
from accounts.queries import count_recovery_codes, factor_policy, find_device, find_invitation, must_have_factor
from accounts.site import owed_step
from sohag_mobile import clock
from sohag_mobile.errors import DomainError

# Set when password and code were shown again, so that another telephone may take the place of the one in use.
MAY_REPLACE = "accounts_may_replace"
_FEW_CODES = 3


def render(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> TemplateResponse:
    """A page of the admin under `templates/admin/accounts/`."""
    request.current_app = admin.site.name
    everywhere = admin.site.each_context(request)
    response = TemplateResponse(request, f"admin/accounts/{template}", everywhere | context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


class SignInView(LoginView):
    """The password; what follows is up to the second factor."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/accounts/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        go = begin(self.request, user, backend=user.backend, next_url=safe_next(self.request), now=clock.now())
        return HttpResponseRedirect(go)


def sign_in(request: HttpRequest, site: AdminSite, extra_context: Any) -> HttpResponseBase:
    """The page at `/admin/login/`."""
    context = {
        **site.each_context(request),
        "title": _("Log in"),
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
        "next": safe_next(request),
        **(extra_context or {}),
    }
    request.current_app = site.name
    return SignInView.as_view(extra_context=context)(request)


def lead_on(request: HttpRequest, step: Step | None) -> str:
    """Where somebody who is signed in goes from the log-in page."""
    return reverse("admin:index") if step is None else page_of(step, next_url=safe_next(request))


def _person(request: HttpRequest) -> tuple[User | None, Pending | None]:
    """Whoever stands at the door: signed in before and owing a step, or known by the password alone."""
    if request.user.is_authenticated and request.user.is_active and request.user.is_staff:
        return User.objects.get(pk=request.user.pk), None
    pending = find_pending(request, now=clock.now())
    return (pending.user, pending) if pending else (None, None)


def _back_to_the_door(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("Write your user name and password first."))
    return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({'next': safe_next(request)})}")


@sensitive_post_parameters("code")
@never_cache
@csrf_protect
def code_view(request: HttpRequest) -> HttpResponse:
    """The code of the telephone, or a recovery code."""
    user, pending = _person(request)
    if user is None:
        return _back_to_the_door(request)
    goes_to = pending.next_url if pending else safe_next(request)
    if pending is None and owed_step(request) != Step.CODE:
        return HttpResponseRedirect(goes_to)
    by_recovery = "recovery" in request.GET or "recovery" in request.POST
    form_class = RecoveryCodeForm if by_recovery else CodeForm
    form = form_class(request.POST or None)
    status = 200
    if request.method == "POST":
        if is_locked_out(request, user.get_username()):
            return HttpResponse(status=429)  # replaced by the page of lock-outs
        if form.is_valid():
            try:
                device = prove_factor(user, form.cleaned_data["code"], now=clock.now())
            except DomainError as refusal:
                if refusal.code == "wrong_code":
                    count_failure(request, user.get_username())
                form.add_error("code", str(refusal.message))
            else:
                if pending is not None:
                    complete(request, pending, device)
                else:
                    prove(request, device)
                if isinstance(device, StaticDevice):
                    _tell_of_codes(request, user)
                return HttpResponseRedirect(goes_to)
        status = 422
    context = {"title": _("Second step"), "form": form, "by_recovery": by_recovery, "next": goes_to, "person": user}
    return render(request, "code.html", context, status=status)


def _tell_of_codes(request: HttpRequest, user: User) -> None:
    left = count_recovery_codes(user)
    if not left:
        messages.warning(request, _("That was your last recovery code. Make new ones under “My account”."))
        return
    sentence = ngettext("You have %(count)s recovery code left.", "You have %(count)s recovery codes left.", left)
    (messages.warning if left <= _FEW_CODES else messages.info)(request, sentence % {"count": left})


@sensitive_post_parameters("code")
@sensitive_variables()
@never_cache
@csrf_protect
def set_up_view(request: HttpRequest) -> HttpResponse:
    """Setting up the telephone: the picture to scan, the code that proves it, and the recovery codes, shown once."""
    user, pending = _person(request)
    if user is None:
        return _back_to_the_door(request)
    goes_to = pending.next_url if pending else safe_next(request)
    may_replace = pending is None and bool(request.session.get(MAY_REPLACE)) and owed_step(request) is None
    # A telephone that was set up gives way only to whoever has it in hand.
    if factor_policy() == FactorPolicy.OFF or (find_device(user) is not None and not may_replace):
        return HttpResponseRedirect(reverse("admin:login_code") if pending else reverse("admin:account"))
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if is_locked_out(request, user.get_username()):
            return HttpResponse(status=429)  # replaced by the page of lock-outs
        if form.is_valid():
            key = None if pending else request.session.session_key
            try:
                device, codes = confirm_set_up(user, form.cleaned_data["code"], now=clock.now(), keep=key)
            except DomainError as refusal:
                if refusal.code == "wrong_code":
                    count_failure(request, user.get_username())
                form.add_error("code", str(refusal.message))
            else:
                if pending is not None:
                    complete(request, pending, device)
                else:
                    request.session.pop(MAY_REPLACE, None)
                    prove(request, device)
                return show_codes(request, codes, goes_to=goes_to)
        status = 422
    device = begin_set_up(user)
    context = {
        "title": _("Set up the second factor"),
        "form": form,
        "next": goes_to,
        "person": user,
        "is_required": must_have_factor(user),
        "picture": draw(key_address(user, device)),
        "address": key_address(user, device),
        "secret": in_groups(secret_of(device)),
    }
    return render(request, "set_up.html", context, status=status)


def show_codes(request: HttpRequest, codes: list[str], *, goes_to: str) -> HttpResponse:
    """The recovery codes, in the answer to the form itself: they are nowhere else."""
    heading = _("Recovery codes of %(name)s") % {"name": request.user.get_username()}
    text = "\n".join([heading, urlsplit(settings.PUBLIC_BASE_URL).netloc, "", *codes, ""])
    context = {
        "title": _("Your recovery codes"),
        "codes": codes,
        "text": "\n".join(codes),
        "file": f"data:text/plain;charset=utf-8,{quote(text)}",
        "next": goes_to,
    }
    return render(request, "codes.html", context)


def secret_of(device: TOTPDevice) -> str:
    """The secret as applications take it when it is typed: base32."""
    return b32encode(device.bin_key).decode().rstrip("=")


def in_groups(secret: str) -> str:
    """In groups of four, to be copied by eye."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def key_address(user: User, device: TOTPDevice) -> str:
    """The address that applications read from the picture (github.com/google/google-authenticator/wiki/Key-Uri-Format).

    The installation is called by its host: short, and the same in every application.
    """
    issuer = urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost"
    told = {"secret": secret_of(device), "issuer": issuer, "digits": device.digits, "period": device.step}
    return f"otpauth://totp/{quote(issuer)}:{quote(user.get_username())}?{urlencode(told, quote_via=quote)}"


def draw(address: str) -> SafeString:
    """The picture as SVG in the page, black on white in either scheme; no style in it, which the policy would refuse."""
    picture = segno.make(address, error="m", micro=False)
    svg: str = picture.svg_inline(border=3, light="#fff", dark="#000", omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(svg)  # noqa: S308  # reason: squares drawn by segno


@sensitive_post_parameters("new_password1", "new_password2")
@sensitive_variables("form")
@never_cache
@csrf_protect
def invitation_view(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: choose a password, then go on as after the log-in page. Looking at it uses nothing up."""
    now = clock.now()
    invitation = find_invitation(token)
    state = invitation.state(now) if invitation else None
    if invitation is None or invitation.user is None or state not in (InvitationState.OPEN, InvitationState.UNSENT):
        context = {"title": _("This link is no longer valid"), "is_accepted": state == InvitationState.ACCEPTED}
        return render(request, "invitation_over.html", context, status=410)
    form: Any = SetPasswordForm(invitation.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invitation(invitation, password=form.cleaned_data["new_password1"], now=now)
        except DomainError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            go = begin(request, user, backend=PASSWORD_BACKEND, next_url=reverse("admin:index"), now=now)
            return HttpResponseRedirect(go)
    context = {"title": _("Welcome"), "form": form, "invitation": invitation}
    return render(request, "invitation.html", context, status=422 if form.is_bound else 200)

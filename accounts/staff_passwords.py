"""A new password: by the old one, or by a link to one's own mailbox."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError

from accounts.actions_passwords import finish_change, finish_reset
from accounts.forms import ResetRequestForm
from accounts.staff_sign_in import render
from accounts.tasks import send_reset_links
from accounts.tracking import address_of
from sohag_mobile import clock

logger = logging.getLogger(__name__)
_HOUR = 60 * 60
# An office behind one address asks more often than one person; a mailbox is not to be filled.
MOST_FROM_AN_ADDRESS = 20
MOST_TO_A_MAILBOX = 3


class _ChangeView(PasswordChangeView):
    form_class = PasswordChangeForm
    template_name = "admin/accounts/password.html"
    success_url = reverse_lazy("admin:account")

    def form_valid(self, form: Any) -> HttpResponse:
        old_key = self.request.session.session_key
        response = super().form_valid(form)
        finish_change(form.user, old_key=old_key or "", new_key=self.request.session.session_key or "", now=clock.now())
        messages.success(self.request, _("Your password was changed."))
        return response


def change_view(request: HttpRequest, site: AdminSite) -> HttpResponseBase:
    """The page at `/admin/password_change/`."""
    context = {**site.each_context(request), "title": _("Change password")}
    return _ChangeView.as_view(extra_context=context)(request)


@never_cache
@csrf_protect
def reset_view(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same, and as quick, whether there is such an account or not: the worker looks it up."""
    form = ResetRequestForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if _is_often(f"reset-from:{address_of(request)}", MOST_FROM_AN_ADDRESS):
            form.add_error(None, _("Too many links were asked for from here. Try again in an hour."))
            status = 429
        elif form.is_valid():
            email = form.cleaned_data["email"]
            if not _is_often(f"reset-to:{email.lower()}", MOST_TO_A_MAILBOX):
                _ask_worker(email)
            return HttpResponseRedirect(reverse("admin:password_reset_done"))
    return render(request, "reset.html", {"title": _("Forgotten password"), "form": form}, status=status)


def _is_often(name: str, most: int) -> bool:
    """Counts; whether it has happened more than `most` times within the hour. Nobody is refused for want of a counter."""
    try:
        cache.add(name, 0, _HOUR)
        return int(cache.incr(name)) > most
    except (ValueError, RedisError):  # it ended between the two lines; or there is no cache
        return False


def _ask_worker(email: str) -> None:
    try:
        send_reset_links.apply_async((email,), expires=_HOUR)
    except (BrokerError, OSError) as error:
        logger.warning("a link for a new password could not be asked for (%s)", type(error).__name__)


@never_cache
def reset_sent_view(request: HttpRequest) -> HttpResponse:
    """What to do now, for everybody."""
    return render(request, "reset_sent.html", {"title": _("Look at your mail")})


class _ConfirmView(PasswordResetConfirmView):
    template_name = "admin/accounts/reset_confirm.html"
    success_url = reverse_lazy("admin:password_reset_complete")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        finish_reset(form.user, now=clock.now())
        return response


@never_cache
def reset_confirm_view(request: HttpRequest, uidb64: str, token: str) -> HttpResponseBase:
    """The link: choose the new password."""
    context = {**admin.site.each_context(request), "title": _("A new password")}
    view = _ConfirmView.as_view(extra_context=context)
    return view(request, uidb64=uidb64, token=token)


@never_cache
def reset_complete_view(request: HttpRequest) -> HttpResponse:
    """Done; sign in with it."""
    return render(request, "reset_done.html", {"title": _("Your new password is set")})

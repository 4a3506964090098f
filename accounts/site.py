"""The admin site: the one gate before every staff page, export and form (docs/decisions/0041)."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts.enums import FactorPolicy, Step
from accounts.queries import factor_policy, find_device


def owed_step(request: HttpRequest) -> Step | None:
    """What the person who is signed in here owes before a page opens: nothing for most, found out once per request.

    Sessions begun before a role was given, before a telephone was set up, or before the setting asked for it, owe a step.
    """
    user: Any = request.user
    if factor_policy() == FactorPolicy.OFF or getattr(user, "otp_device", None) is not None:
        return None
    if not hasattr(request, "owed_step"):
        request.owed_step = _find_owed(request, user)  # type: ignore[attr-defined]
    step: Step | None = request.owed_step  # type: ignore[attr-defined]
    return step


def _find_owed(request: HttpRequest, user: Any) -> Step | None:
    from sohag_mobile.admin import scope_of  # noqa: PLC0415  # reason: that module names the site, and so needs this one first

    if find_device(user) is not None:
        return Step.CODE
    scope = scope_of(request)
    reaches = scope.publishes or scope.is_supervisor or scope.keeps_accounts or scope.keeps_channels
    return Step.SET_UP if reaches and factor_policy() == FactorPolicy.REQUIRED else None


class StaffSite(AdminSite):
    """Django's site, with a second step at its door and pages about one's own account."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Every page of the site asks this, those of other apps included, before anything of it is done."""
        return super().has_permission(request) and owed_step(request) is None

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The password. Whoever is signed in already is led on: to the page, or to the step that is owed."""
        from accounts import staff_sign_in  # noqa: PLC0415  # reason: forms and models; the site is made before the apps are ready

        if request.method == "GET" and super().has_permission(request):
            return HttpResponseRedirect(staff_sign_in.lead_on(request, owed_step(request)))
        return staff_sign_in.sign_in(request, self, extra_context)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        from accounts import staff_passwords  # noqa: PLC0415  # reason: as above

        return staff_passwords.change_view(request, self)

    def get_urls(self) -> list[Any]:
        from accounts import staff_account, staff_locks, staff_passwords, staff_sign_in  # noqa: PLC0415  # reason: as above

        def inside(view: Any) -> Any:
            return self.admin_view(view)

        at_the_door = [
            path("login/code/", staff_sign_in.code_view, name="login_code"),
            path("second-factor/", staff_sign_in.set_up_view, name="second_factor_set_up"),
            # Also for whoever owes a step: nobody is kept in.
            path("logout/", self.logout, name="logout"),
            path("password-reset/sent/", staff_passwords.reset_sent_view, name="password_reset_done"),
            path("password-reset/done/", staff_passwords.reset_complete_view, name="password_reset_complete"),
            path("password-reset/<uidb64>/<token>/", staff_passwords.reset_confirm_view, name="password_reset_confirm"),
            path("password-reset/", staff_passwords.reset_view, name="password_reset"),
            path("invitation/<str:token>/", staff_sign_in.invitation_view, name="invitation"),
        ]
        of_my_own = [
            path("account/", inside(staff_account.account_view), name="account"),
            path("account/factor/", inside(staff_account.factor_view), name="account_factor"),
            path("account/sessions/", inside(staff_account.sessions_view), name="account_sessions"),
            path("locks/", inside(staff_locks.locks_view), name="locks"),
        ]
        return [*at_the_door, *of_my_own, *super().get_urls()]

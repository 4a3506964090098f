"""Staff pages of accounts and invitations, for those who keep them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions_factor import lift_lock, reset_factor
from accounts.actions_invitations import invite_person, send_again, withdraw_invitation
from accounts.actions_sessions import sign_out_person
from accounts.enums import FactorPolicy, InvitationState
from accounts.forms import InvitationForm, ReasonForm
from accounts.forms_memberships import GivenMembershipFormSet
from accounts.models import Invitation
from accounts.queries import count_recovery_codes, factor_policy, find_device, list_locks, list_sessions
from accounts.staff_account import session_lines
from sohag_mobile import clock
from sohag_mobile.admin import FIELD_OVERRIDES, RemovableInline, StaffAdmin, scope_of, staff_of
from sohag_mobile.admin_history import HistoryMixin
from sohag_mobile.errors import DomainError
from vehicles.models import Membership

_LOOKS = {
    InvitationState.OPEN: "soon",
    InvitationState.UNSENT: "changed",
    InvitationState.EXPIRED: "cancelled",
    InvitationState.ACCEPTED: "open",
    InvitationState.WITHDRAWN: "done",
}
_EVENTS_SHOWN = 20
# What the framework says on these pages and has no Arabic for.
_FRAMEWORK_WORDS = (
    gettext_noop("Reset password"),
    gettext_noop("Raw passwords are not stored, so there is no way to see the user’s password."),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to "
        "authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    gettext_noop("This action will <strong>enable</strong> password-based authentication for this user."),
)


class MembershipInline(RemovableInline):
    """The roles of a person; one's own are read and given by others."""

    model = Membership
    formset = GivenMembershipFormSet
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return scope_of(request).keeps_accounts

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_give_roles(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_give_roles(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may_give_roles(request, obj)

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.by = staff_of(request)
        return formset


def _may_give_roles(request: HttpRequest, person: User | None) -> bool:
    """Nobody but a superuser changes what they may do themselves."""
    is_own = person is not None and person.pk == request.user.pk
    return scope_of(request).keeps_accounts and (not is_own or bool(getattr(request.user, "is_superuser", False)))


# Rights come from memberships; groups would be a second, unseen place to look.
admin.site.unregister(Group)
admin.site.unregister(User)
for model in (TOTPDevice, StaticDevice):
    # Their pages show secrets; what is done about second factors is done through actions.
    admin.site.unregister(model)


@admin.register(User)
class StaffUserAdmin(HistoryMixin, UserAdmin):
    """Accounts: whoever keeps them makes them, switch them off and give them roles. Only a superuser touches superusers."""

    list_display = ["username", "full_name", "roles", "factor_sign", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    list_select_related = False
    filter_horizontal = ()
    inlines = [MembershipInline]
    history_lines = [(Membership, "user_id")]
    formfield_overrides = FIELD_OVERRIDES
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("Personal info"), {"fields": ["first_name", "last_name", "email"]}),
        (gettext_lazy("Access"), {"fields": ["is_active", "is_staff", "last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows: QuerySet[User] = super().get_queryset(request)
        confirmed = TOTPDevice.objects.filter(user_id=OuterRef("pk"), confirmed=True)
        return rows.annotate(has_factor=Exists(confirmed)).prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("district"))
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list under its own name, as those of `StaffAdmin`."""
        named = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, named | (extra_context or {}))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).keeps_accounts

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return scope_of(request).keeps_accounts

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return scope_of(request).keeps_accounts

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return scope_of(request).keeps_accounts

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("Roles"))
    def roles(self, user: User) -> str:
        return "، ".join(
            f"{membership.get_role_display()} ({membership.district.label})"
            if membership.district
            else str(membership.get_role_display())
            for membership in user.memberships.all()
        )

    @admin.display(description=gettext_lazy("Second factor"))
    def factor_sign(self, user: Any) -> SafeString:
        look, word = ("open", _("Turned on")) if user.has_factor else ("draft", _("Not set up"))
        return format_html('<span class="state {}">{}</span>', look, word)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        if person is not None and self.has_change_permission(request, person):
            now = clock.now()
            extra_context = {
                "safety": {
                    "is_asked": factor_policy() != FactorPolicy.OFF,
                    "is_own": person.pk == request.user.pk,
                    "device": find_device(person),
                    "codes_left": count_recovery_codes(person),
                    "locks": list_locks(now=now, username=person.get_username()),
                    "sessions": session_lines(list_sessions(person, now=now)),
                    "events": person.account_events.select_related("by")[:_EVENTS_SHOWN],
                    "reason": ReasonForm(),
                },
                **(extra_context or {}),
            }
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("<int:pk>/reset-factor/", page(self.reset_factor_view), name="auth_user_reset_factor"),
            path("<int:pk>/sign-out/", page(self.sign_out_view), name="auth_user_sign_out"),
            path("<int:pk>/lift-lock/", page(self.lift_lock_view), name="auth_user_lift_lock"),
            *super().get_urls(),
        ]

    def reset_factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget the telephone of somebody who has lost it."""
        person = _find_person(request, pk)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say why, and how you made sure who is asking."))
            return _back_to(person)
        try:
            reset_factor(person, by=staff_of(request), reason=form.cleaned_data["reason"], now=clock.now())
        except DomainError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        messages.success(
            request, _("The second factor is reset. The person was signed out everywhere, and told by e-mail.")
        )
        return _back_to(person)

    def sign_out_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End every session of a person."""
        person = _find_person(request, pk)
        try:
            sign_out_person(person, by=staff_of(request), now=clock.now())
        except DomainError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        messages.success(request, _("The person is signed out everywhere."))
        return _back_to(person)

    def lift_lock_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a person try again at once."""
        person = _find_person(request, pk)
        try:
            lift_lock(person, by=staff_of(request), now=clock.now())
        except DomainError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        messages.success(request, _("%(name)s may try again at once.") % {"name": person.get_username()})
        return _back_to(person)


def _find_person(request: HttpRequest, pk: int) -> User:
    if not scope_of(request).keeps_accounts:
        raise PermissionDenied
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404(_("There is no such account."))
    return person


def _back_to(person: User) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))


@admin.register(Invitation)
class InvitationAdmin(StaffAdmin):
    """Who was invited, and what became of it. Sent again or withdrawn, never changed: the account's page changes roles."""

    list_display = ["name", "email", "role", "district", "state_sign", "expires_at", "invited_by"]
    list_display_links = ["name"]
    list_select_related = ["district", "invited_by"]
    list_filter = ["role"]
    search_fields = ["name", "email"]
    fields = [
        "name", "email", "role", "district", "starts_on", "ends_on", "state_sign", "invited_by", "invited_at", "sent_at",
        "expires_at", "accepted_at", "withdrawn_at", "withdrawn_by",
    ]  # fmt: skip
    readonly_fields = ["state_sign"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).keeps_accounts

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).keeps_accounts

    def has_add_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).keeps_accounts

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return InvitationForm.Meta.fields if obj is None else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.readonly_fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = InvitationForm
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = staff_of(request)
        return form

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One way to save: the page of the invitation follows."""
        one_way = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, one_way | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        made = invite_person(form.offer(), by=staff_of(request), now=clock.now())
        obj.__dict__.update(made.__dict__)

    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue: Any = None) -> HttpResponse:
        messages.success(
            request, _("%(name)s was invited. The link goes to %(email)s.") % {"name": obj.name, "email": obj.email}
        )
        return HttpResponseRedirect(reverse("admin:accounts_invitation_change", args=[obj.pk]))

    @admin.display(description=gettext_lazy("State"))
    def state_sign(self, invitation: Invitation) -> SafeString:
        state = invitation.state(clock.now())
        return format_html('<span class="state {}">{}</span>', _LOOKS[state], state.label)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        invitation = self.get_object(request, object_id)
        if invitation is not None:
            state = invitation.state(clock.now())
            is_pending = state not in (InvitationState.ACCEPTED, InvitationState.WITHDRAWN)
            extra_context = {"is_pending": is_pending, "title": invitation.name, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("<int:pk>/send/", page(self.send_view), name="accounts_invitation_send"),
            path("<int:pk>/withdraw/", page(self.withdraw_view), name="accounts_invitation_withdraw"),
            *super().get_urls(),
        ]

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new link in place of the former one."""
        return self._act(
            request, pk, send_again, _("A new link goes to the person; the former one is no longer valid.")
        )

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The person is not to begin after all."""
        return self._act(request, pk, withdraw_invitation, _("The invitation is withdrawn, and its account removed."))

    def _act(self, request: HttpRequest, pk: int, act: Any, done: str) -> HttpResponse:
        if not scope_of(request).keeps_accounts:
            raise PermissionDenied
        invitation = Invitation.objects.filter(pk=pk).first()
        if invitation is None:
            raise Http404(_("There is no such invitation."))
        try:
            act(invitation, by=staff_of(request), now=clock.now())
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, done)
        return HttpResponseRedirect(reverse("admin:accounts_invitation_change", args=[pk]))

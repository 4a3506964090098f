"""The part of a channel's page that is about its token: written, tried, forgotten, never shown."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from announcements.actions_credentials import TokenRefused, forget_token, keep_token, try_token
from announcements.credentials import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, TOKEN, find_credential, has_token
from announcements.enums import WITHOUT_TOKEN, ExpiryStage
from announcements.forms_credentials import ChannelForm
from announcements.models import Channel
from announcements.queries_credentials import describe_stage
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError

_SECRETS = (TOKEN, REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET)
_LOOKS = {ExpiryStage.WEEK: "changed", ExpiryStage.DAY: "changed", ExpiryStage.EXPIRED: "cancelled"}


class ChannelCredentialMixin:
    """For the admin of channels."""

    form: Any = ChannelForm
    change_form_template: Any = "admin/announcements/channel/change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever only reads gets no fields to write into."""
        fieldsets = list(super().get_fieldsets(request, obj))  # type: ignore[misc]
        fieldsets = [(name, {**rest, "fields": _plain(rest["fields"])}) for name, rest in fieldsets]
        if scope_of(request).keeps_channels:
            access = (gettext_lazy("Access"), {"fields": ["token_state", TOKEN, "token_expires_on", "token_name"]})
            renewal = (
                gettext_lazy("X with OAuth 2.0 alone"),
                {"fields": [REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET], "classes": ["collapse"]},
            )
            return [*fieldsets, access, renewal]
        return [*fieldsets, (gettext_lazy("Access"), {"fields": ["token_state", "token_name"]})]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        channel = self.get_object(request, object_id)  # type: ignore[attr-defined]
        context = {"needs_token": channel is not None and channel.kind not in WITHOUT_TOKEN, **(extra_context or {})}
        page: HttpResponse = super().change_view(request, object_id, form_url, context)  # type: ignore[misc]
        return page

    @method_decorator(sensitive_post_parameters(*_SECRETS))
    @method_decorator(sensitive_variables())
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]

    @sensitive_variables()
    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        values, end_is_new = form.typed_values(), "token_expires_on" in form.changed_data
        if values or end_is_new:
            # The end of the former token says nothing about that of a new one.
            ends_at = form.typed_expiry() if end_is_new else None
            keep_token(obj, values, expires_at=ends_at, by=staff_of(request), now=clock.now())

    @admin.display(description=gettext_lazy("token"))
    def token_sign(self, channel: Channel) -> SafeString | str:
        """For the list: a word in its shape and colour."""
        credential = find_credential(channel)
        if channel.kind in WITHOUT_TOKEN:
            return "—"
        if not has_token(channel):
            return format_html('<span class="state cancelled">{}</span>', _("No token"))
        stage = credential.stage(clock.now()) if credential else None
        if credential is None or stage is None:
            return format_html('<span class="state open">{}</span>', _("Token in place"))
        sentence = describe_stage(credential, stage)
        return format_html(
            '<span class="state {}">{}</span><br><small>{}</small>', _LOOKS[stage], stage.label, sentence
        )

    @admin.display(description=gettext_lazy("token in use"))
    def token_state(self, channel: Channel) -> SafeString | str:
        """For the page: where it is kept, who set it, when it ends. Of the token itself its last four characters."""
        if channel.pk is None or channel.kind in WITHOUT_TOKEN:
            return "—"
        credential = find_credential(channel)
        parts: list[str | SafeString] = []
        if credential is not None and credential.sealed and credential.set_at is not None:
            day = date_format(timezone.localtime(credential.set_at), "j F Y، H:i")
            who = credential.set_by.get_full_name() or credential.set_by.get_username() if credential.set_by else ""
            parts.append(_("Kept encrypted; set by %(who)s on %(day)s.") % {"who": who, "day": day})
            if credential.hint:
                parts.append(format_html('{} <bdi dir="ltr">…{}</bdi>', _("It ends in:"), credential.hint))
        elif settings.CHANNEL_TOKENS.get(channel.token_name):
            parts.append(_("From the settings of the server."))
        else:
            parts.append(_("There is none; nothing goes out through this channel."))
        if credential is not None and (stage := credential.stage(clock.now())) is not None:
            sign = format_html('<span class="state {}">{}</span>', _LOOKS[stage], stage.label)
            parts += [sign, describe_stage(credential, stage)]
        elif credential is not None and credential.expires_at is not None:
            parts.append(
                _("Valid until %(day)s.") % {"day": date_format(timezone.localtime(credential.expires_at), "l j F Y")}
            )
        return format_html("{}" + "<br>{}" * (len(parts) - 1), *parts)

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))  # type: ignore[attr-defined]

        return [
            path("<int:pk>/token/try/", page(self.try_view), name="announcements_channel_try_token"),
            path("<int:pk>/token/forget/", page(self.forget_view), name="announcements_channel_forget_token"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def try_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the platform whose token it is, and say so."""
        channel = _find(request, pk)
        try:
            owner = try_token(channel, by=staff_of(request), now=clock.now())
        except TokenRefused as refusal:
            messages.error(request, str(refusal.message))
        except DomainError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        else:
            if owner is None:
                messages.info(request, _("Channels of this kind cannot be asked. The next notice will show it."))
            elif owner.is_ours:
                messages.success(request, _("The token works. It belongs to: %(name)s") % {"name": owner.name})
            else:
                told = {"name": owner.name, "address": channel.address}
                messages.error(
                    request, _("The token works, but belongs to another: %(name)s, not to %(address)s.") % told
                )
        return _back(pk)

    def forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the token out of the database."""
        channel = _find(request, pk)
        try:
            forget_token(channel, by=staff_of(request))
        except DomainError as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        self.log_change(request, channel, [{"deleted": {"name": str(_("token")), "object": channel.name}}])  # type: ignore[attr-defined]
        messages.success(request, _("The token was taken out of the database. Withdraw it at the platform as well."))
        return _back(pk)


def _plain(fields: Any) -> list[Any]:
    """The fields of a channel without those of its token, which stand apart."""
    ours = {*_SECRETS, "token_expires_on", "token_name", "token_state"}
    return [name for name in fields if name not in ours]


def _find(request: HttpRequest, pk: int) -> Channel:
    if not scope_of(request).keeps_channels:
        raise PermissionDenied
    channel = Channel.objects.select_related("credential").filter(pk=pk).first()
    if channel is None:
        raise Http404(_("There is no such channel."))
    return channel


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:announcements_channel_change", args=[pk]))

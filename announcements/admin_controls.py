"""Staff pages that hold deliveries back and let them go again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from announcements.controls import pause_deliveries, resume_deliveries
from announcements.models import Delivery, Pause
from sohag_mobile import clock
from sohag_mobile.admin import Scope, StaffAdmin, scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed


class PauseForm(forms.ModelForm):
    """What shall be paused, and why."""

    class Meta:
        model = Pause
        fields = ["channel", "reason"]

    def clean(self) -> dict[str, Any]:
        """The friendly half of the constraint that nothing is paused twice."""
        data: dict[str, Any] = super().clean() or {}
        if "channel" in data and Pause.objects.open().filter(channel=data["channel"]).exists():
            self.add_error("channel", _("This is paused already."))
        return data


def is_seen_by(scope: Scope) -> Q:
    """Pauses of everything, of channels that all units share, and of those of the person's units."""
    return Q(channel__district__isnull=True) | Q(channel__district__in=scope.reads)


@admin.register(Pause)
class PauseAdmin(StaffAdmin):
    """What is paused, what was, and by whom. A pause is begun and ended, never changed."""

    form = PauseForm
    list_display = ["what", "state", "reason", "paused_at", "paused_by", "resumed_at", "resumed_by"]
    list_display_links = ["what"]
    list_select_related = ["channel", "paused_by", "resumed_by"]
    change_form_template = "admin/announcements/pause/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pause]:
        return super().get_queryset(request).filter(is_seen_by(scope_of(request)))

    def has_view_permission(self, request: HttpRequest, obj: Pause | None = None) -> bool:
        return super().has_view_permission(request, obj) and (
            obj is None or Pause.objects.filter(is_seen_by(scope_of(request)), pk=obj.pk).exists()
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).carries_everywhere

    def get_fields(self, request: HttpRequest, obj: Pause | None = None) -> list[Any]:
        given = ["channel", "reason"]
        return [*given, "paused_at", "paused_by", "resumed_at", "resumed_by"] if obj else given

    def save_model(self, request: HttpRequest, obj: Pause, form: Any, change: bool) -> None:
        """Through the action, which fills in who and when. Raises PermissionDenied."""
        try:
            pause = pause_deliveries(channel=obj.channel, reason=obj.reason, by=staff_of(request), now=clock.now())
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        for field in Pause._meta.concrete_fields:
            setattr(obj, field.attname, getattr(pause, field.attname))
        obj._state.adding = False

    @admin.display(description=gettext_lazy("channel"), ordering="channel")
    def what(self, pause: Pause) -> str:
        return str(pause)

    @admin.display(description=gettext_lazy("state"))
    def state(self, pause: Pause) -> SafeString:
        look, word = ("done", _("Resumed")) if pause.resumed_at else ("changed", _("Paused"))
        return format_html('<span class="state {}">{}</span>', look, word)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        pause = self.get_object(request, object_id)
        if pause is not None:
            may_resume = pause.resumed_at is None and self.has_add_permission(request)
            extra_context = {"pause": pause, "may_resume": may_resume, "title": str(pause), "subtitle": None}
        return super().change_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        resume = self.admin_site.admin_view(resume_view)
        return [path("<int:pk>/resume/", resume, name="announcements_pause_resume"), *super().get_urls()]


@require_POST
def resume_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let what waited leave."""
    pause = Pause.objects.select_related("channel").filter(is_seen_by(scope_of(request)), pk=pk).first()
    if pause is None:
        raise Http404(_("There is no such pause."))
    try:
        resume_deliveries(pause, by=staff_of(request), now=clock.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Resumed. What waited leaves in its order."))
    return HttpResponseRedirect(reverse("admin:announcements_pause_changelist"))


def tell_of_waiting(request: HttpRequest, channel: Any) -> None:
    """Say what becomes of the deliveries that wait in a channel that has just been taken out of use."""
    waiting = Delivery.objects.held().filter(channel=channel).count()
    if waiting:
        text = ngettext(
            "%(count)d delivery waits in this channel. It does not leave unless the channel is used again in time; it"
            " expires when its news is over.",
            "%(count)d deliveries wait in this channel. They do not leave unless the channel is used again in time; each"
            " expires when its news is over.",
            waiting,
        )
        messages.warning(request, text % {"count": waiting})

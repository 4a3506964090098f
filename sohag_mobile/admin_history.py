"""The page of a row's history, the preview of giving it back a state, and the reason asked for beside a change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.forms import LineField
from sohag_mobile.history import LONGEST_REASON, history_of, is_kept
from sohag_mobile.trails import compare_with_version, list_versions, restore_version

_ON_A_PAGE = 50


class ReasonForm(forms.ModelForm):
    """A form of master data that asks why. `reason_needed_for` are the fields that are not changed without saying so."""

    change_reason = LineField(
        label=gettext_lazy("reason for the change"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Kept in the history with your name. Not shown to the public."),
    )
    reason_needed_for: Sequence[str] = ()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        needed = set(self.reason_needed_for) & set(self.changed_data)
        if self.instance.pk and needed and "change_reason" in self.fields and not data.get("change_reason"):
            self.add_error(
                "change_reason", ValidationError(_("Say why: this change is asked about later."), code="required")
            )
        return data


def reason_in(data: Any) -> str:
    """The reason that a form was sent with; lines of a page share it."""
    return " ".join(str(data.get("change_reason", "")).split())[:LONGEST_REASON]


class HistoryMixin:
    """For a `ModelAdmin` of rows whose history is kept."""

    # The lines of its page whose history belongs here, too: (model, name of the field that leads to the row).
    history_lines: Sequence[tuple[type[models.Model], str]] = ()

    def may_restore(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the person may give the row back a state."""
        return False

    def store_restored(self, request: HttpRequest, row: models.Model) -> None:
        """Save a row that was given back a state, as its page does."""
        row.save()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        admin: Any = self
        if not is_kept(admin.model):
            page: HttpResponse = super().history_view(request, object_id, extra_context)  # type: ignore[misc]
            return page
        obj = admin.get_object(request, unquote(object_id))
        if obj is None:
            gone: HttpResponse = admin._get_obj_does_not_exist_redirect(request, admin.opts, object_id)
            return gone
        if not admin.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        versions = Paginator(list_versions(obj, self.history_lines), _ON_A_PAGE)
        context = self._frame(request, obj) | {
            "title": _("History: %(row)s") % {"row": obj},
            "page": versions.get_page(request.GET.get("page")),
            "may_restore": self.may_restore(request, obj),
        }
        return TemplateResponse(request, "admin/history.html", context)

    def _frame(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        admin: Any = self
        return {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "module_name": capfirst(str(admin.opts.verbose_name_plural)),
            "object": obj,
            "is_popup": False,
            "history_url": reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_history", args=[obj.pk]),
            "preserved_filters": admin.get_preserved_filters(request),
        }


class RestoreMixin(HistoryMixin):
    """The same, for rows that may be given back a state they had."""

    def may_restore(self, request: HttpRequest, obj: Any) -> bool:
        return bool(self.has_change_permission(request, obj))  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        admin: Any = self
        restore = path(
            "<path:object_id>/history/<slug:kind>/<int:history_id>/",
            admin.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.restore_view)),
            name=f"{admin.opts.app_label}_{admin.opts.model_name}_restore",
        )
        return [restore, *super().get_urls()]  # type: ignore[misc]

    def restore_view(self, request: HttpRequest, object_id: str, kind: str, history_id: int) -> HttpResponse:
        """Show what giving the row (or a line of it) back a state would change, and on POST do it."""
        admin: Any = self
        obj = admin.get_object(request, unquote(object_id))
        if not admin.has_change_permission(request, obj):
            raise PermissionDenied
        state = self._find_state(obj, kind, history_id) if obj is not None else None
        if state is None:
            raise Http404(_("There is no such state."))
        current = state.instance_type._base_manager.filter(
            pk=getattr(state, state.instance_type._meta.pk.attname)
        ).first()
        context = self._frame(request, obj) | {"title": _("Restore a state"), "state": state, "problems": []}
        if request.method == "POST":
            why = _("Restored from %(moment)s") % {"moment": f"{state.history_date:%Y-%m-%d %H:%M}"}
            if typed := reason_in(request.POST):
                why = f"{why}: {typed}"
            try:
                with transaction.atomic():
                    restore_version(
                        state,
                        by=request.user,  # type: ignore[arg-type]
                        reason=why,
                        store=lambda row: self._store(request, obj, row),
                    )
            except RuleBroken as refusal:
                context["problems"] = [str(problem.message) for problem in refusal.problems]
            except DomainError as refusal:
                context["problems"] = [str(refusal.message)]
            else:
                admin.log_change(request, obj, why)
                messages.success(request, _("Restored. The state before it is kept as well."))
                return HttpResponseRedirect(context["history_url"])
        context["changes"] = compare_with_version(current, state)
        context["is_gone"] = current is None
        return TemplateResponse(request, "admin/restore.html", context, status=400 if context["problems"] else 200)

    def _store(self, request: HttpRequest, obj: Any, row: models.Model) -> None:
        if type(row) is type(obj):
            self.store_restored(request, row)
        else:
            row.save()
        self.after_restoring(request, obj)

    def after_restoring(self, request: HttpRequest, obj: Any) -> None:
        """What else saving the page does."""

    def _find_state(self, obj: Any, kind: str, history_id: int) -> Any:
        known = {type(obj)._meta.model_name: (type(obj), type(obj)._meta.pk.attname)}
        known |= {model._meta.model_name: (model, field) for model, field in self.history_lines}
        model, field = known.get(kind, (None, ""))
        if model is None or history_id >= 2**31:
            return None
        return history_of(model).filter(history_id=history_id, **{field: obj.pk}).first()

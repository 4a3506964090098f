"""The staff pages of wordings: edited with a live preview on a real stop, refused while broken, taken away to restore the
built-in one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from announcements.arabic.facts import Form
from announcements.arabic.wording import check_body, examples
from announcements.arabic.wording_slots import Slot
from announcements.enums import TextForm, WordingSlot
from announcements.models import Wording
from announcements.staff_texts import describe_length
from announcements.wordings import Subject, check_wording, editable, fill, find_problems, list_subjects, starter
from sohag_mobile import clock
from sohag_mobile.admin import StaffAdmin, scope_of, staff_of
from sohag_mobile.forms import is_row_key
from vehicles.models import District


class WordingForm(forms.ModelForm):
    """A wording is kept only when every sample of it may be issued; each refusal says what to mend."""

    class Meta:
        model = Wording
        fields = ["district", "slot", "form", "body", "is_active"]
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16, "dir": "rtl", "class": "wording-body", "spellcheck": "true"})
        }

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        slot, form, body = cleaned.get("slot"), cleaned.get("form"), cleaned.get("body")
        if not (slot and form and body):
            return cleaned
        if (slot, form) not in editable():
            self.add_error("form", _("This form of it has the built-in wording alone."))
            return cleaned
        for problem in check_wording(body, slot, form, cleaned.get("district")):
            self.add_error("body", problem)
        return cleaned


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A wording as it stands in the form, saved or not."""

    slot: str
    form: str
    body: str
    district: int | None
    subject: str = ""

    @property
    def is_editable(self) -> bool:
        return (self.slot, self.form) in editable()


@dataclasses.dataclass(frozen=True, slots=True)
class Preview:
    """What a draft makes of one stop. `placeholders` are (name, what it stands for, what it is for this stop)."""

    text: str = ""
    measure: str = ""
    problems: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    subject: str = ""
    placeholders: tuple[tuple[str, str, str], ...] = ()


def make_preview(draft: Draft, districts: Iterable[int]) -> Preview:
    """`draft` on the chosen stop, else on the newest one announced."""
    if not draft.is_editable:
        return Preview(problems=(_("This form of it has the built-in wording alone."),))
    slot, form = Slot(draft.slot), Form(draft.form)
    subjects = list_subjects(draft.slot, draft.form, sorted(districts), district=draft.district)
    subject = next((one for one in subjects if one.key == draft.subject), subjects[0])
    shown = tuple(examples(slot, form, subject.facts, digits=settings.ARABIC_DIGITS))
    problems, text = check_body(draft.body, slot, form), ""
    if draft.body.strip():
        text = fill(draft.body, slot, form, subject.facts)
        problems = problems or find_problems(text, slot, form, subject.facts)
    return Preview(
        text=text,
        measure=describe_length(draft.form, text) if text else "",
        problems=tuple(problems),
        subjects=tuple(subjects),
        subject=subject.key,
        placeholders=shown,
    )


@admin.register(Wording)
class WordingAdmin(StaffAdmin):
    """Heads of units word the texts of their unit; supervisors also those of all units. Editors read."""

    form = WordingForm
    list_display = ["what", "form_label", "whose", "state", "updated_at", "updated_by"]
    list_display_links = ["what"]
    list_filter = ["slot", "form", ("district", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["district", "updated_by"]
    fields = ["district", "slot", "form", "body", "is_active"]
    change_form_template = "admin/announcements/wording/change_form.html"
    change_list_template = "admin/announcements/wording/change_list.html"

    class Media:
        js = ["js/wording.js"]

    # -- who may ----------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Wording]:
        rows: models.QuerySet[Wording] = super().get_queryset(request)
        return rows.filter(models.Q(district__in=scope_of(request).reads) | models.Q(district__isnull=True))

    def is_in_scope(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or obj.district_id is None or obj.district_id in scope_of(request).reads

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(scope_of(request).publishes)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        scope = scope_of(request)
        if obj is None:
            return bool(scope.publishes)
        return scope.is_supervisor if obj.district_id is None else obj.district_id in scope.publishes

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Many at once would take one confirmation for units of others too.
        return {}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "district" and field is not None:
            scope = scope_of(request)
            field.queryset = District.objects.filter(pk__in=scope.publishes)
            field.required = not scope.is_supervisor
            if not scope.is_supervisor:
                field.help_text = ""
        return field

    def save_model(self, request: HttpRequest, obj: Wording, form: Any, change: bool) -> None:
        obj.updated_at, obj.updated_by = clock.now(), staff_of(request)
        super().save_model(request, obj, form, change)

    # -- the list ---------------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("what is announced"), ordering="slot")
    def what(self, wording: Wording) -> str:
        return wording.get_slot_display()

    @admin.display(description=gettext_lazy("kind of text"), ordering="form")
    def form_label(self, wording: Wording) -> str:
        return wording.get_form_display()

    @admin.display(description=gettext_lazy("unit"), ordering="district__name_ar")
    def whose(self, wording: Wording) -> str:
        return wording.district.label if wording.district else _("All units")

    @admin.display(description=gettext_lazy("state"), ordering="is_active")
    def state(self, wording: Wording) -> SafeString:
        look, word = ("open", _("In use")) if wording.is_active else ("done", _("Not in use: built-in wording"))
        return format_html('<span class="state {}">{}</span>', look, word)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"editable": _list_editable()} | (extra_context or {}))

    # -- the form ---------------------------------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        slot, form = initial.get("slot", WordingSlot.VISIT), initial.get("form", TextForm.SOCIAL)
        if (slot, form) not in editable():
            slot, form = WordingSlot.VISIT, TextForm.SOCIAL
        own = sorted(scope_of(request).publishes)
        defaults = {"slot": slot, "form": form, "body": starter(slot, form)}
        if len(own) == 1 and not scope_of(request).is_supervisor:
            defaults["district"] = own[0]
        return defaults | {name: value for name, value in initial.items() if name not in ("slot", "form")}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "form" in form.base_fields:
            offered = {str(value) for _slot, value in editable()}
            field: Any = form.base_fields["form"]
            field.choices = [(value, label) for value, label in TextForm.choices if value in offered]
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data and "adminform" in response.context_data:
            form = response.context_data["adminform"].form
            draft = _draft_of(request, form, response.context_data.get("original"))
            response.context_data |= {
                "preview": make_preview(draft, scope_of(request).reads),
                "editable": _list_editable(),
                "preview_url": reverse("admin:announcements_wording_preview"),
            }
        return response

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", preview, name="announcements_wording_preview"), *super().get_urls()]

    @property
    def preview_view(self) -> Any:
        return require_POST(self._preview)

    def _preview(self, request: HttpRequest) -> HttpResponse:
        """The draft in the form as it would read: JSON for the page's own script, a page for everyone else."""
        if not self.has_view_permission(request):
            return JsonResponse({"problems": [_("You may not do this.")]}, status=403)
        preview = make_preview(_posted(request), scope_of(request).reads)
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse(_as_json(preview))
        context = self.admin_site.each_context(request) | {
            "title": _("Preview of a wording"),
            "opts": self.opts,
            "is_popup": False,
            "preview": preview,
        }
        return TemplateResponse(request, "admin/announcements/wording/preview.html", context)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        response = super().response_delete(request, obj_display, obj_id)
        messages.info(request, _("From now on notices have the built-in wording here. Issued texts stay as they are."))
        return response


def _as_json(preview: Preview) -> dict[str, Any]:
    return {
        "text": preview.text,
        "measure": preview.measure,
        "problems": list(preview.problems),
        "subject": preview.subject,
        "subjects": [[one.key, one.label] for one in preview.subjects],
        "placeholders": [list(row) for row in preview.placeholders],
    }


def _posted(request: HttpRequest) -> Draft:
    district = request.POST.get("district", "")
    is_own = is_row_key(district) and int(district) in scope_of(request).reads
    return Draft(
        slot=request.POST.get("slot", ""),
        form=request.POST.get("form", ""),
        body=request.POST.get("body", "")[:4000],
        district=int(district) if is_own else None,
        subject=request.POST.get("subject", ""),
    )


def _draft_of(request: HttpRequest, form: Any, wording: Wording | None) -> Draft:
    """What the form shows: what was typed and refused, what is stored, or what a new one begins with."""
    if request.method == "POST":
        return _posted(request)
    if wording is not None:
        return Draft(wording.slot, wording.form, wording.body, wording.district_id, request.GET.get("subject", ""))
    values = form.initial
    district = str(values.get("district") or "")
    is_own = is_row_key(district) and int(district) in scope_of(request).reads
    return Draft(
        slot=str(values.get("slot", "")),
        form=str(values.get("form", "")),
        body=str(values.get("body", "")),
        district=int(district) if is_own else None,
        subject=request.GET.get("subject", ""),
    )


def _list_editable() -> Sequence[tuple[str, list[tuple[str, str]]]]:
    """(what is announced, [(form, address of a new wording)]) of everything that staff may word."""
    add = reverse("admin:announcements_wording_add")
    return [
        (
            str(slot.label),
            [
                (str(form.label), f"{add}?slot={slot.value}&form={form.value}")
                for own, form in editable()
                if own == slot
            ],
        )
        for slot in WordingSlot
    ]

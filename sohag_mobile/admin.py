"""What all staff pages share: who may do what, how master data is saved, and the name of the site.

Rights come from memberships alone (`vehicles.queries`), never from Django's groups and permissions, so there is one place to ask.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from sohag_mobile.admin_history import HistoryMixin, ReasonForm, RestoreMixin, reason_in
from sohag_mobile.forms import LineField, LocalDateField, LocalTimeField, RowSelect
from sohag_mobile.models import bump_content_version
from vehicles.enums import Right
from vehicles.models import District
from vehicles.queries import Rights, rights_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

admin.site.site_header = _("Mobile technology centres")
admin.site.site_title = _("Mobile technology centres")
admin.site.index_title = _("Staff workplace")
admin.site.empty_value_display = "—"
admin.site.enable_nav_sidebar = False  # base_site.html has a row of links in its place

# Django's Arabic says of a row that was changed that it was added, and its nouns and verbs do not agree: ours stands in its
# place.
FRAMEWORK_WORDS = (
    gettext_noop("The {name} “{obj}” was added successfully."),
    gettext_noop("The {name} “{obj}” was changed successfully."),
    gettext_noop("The {name} “{obj}” was added successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    gettext_noop("The {name} “{obj}” was changed successfully. You may edit it again below."),
)

FIELD_OVERRIDES: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateField: {"form_class": LocalDateField},
    models.TimeField: {"form_class": LocalTimeField},
}


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """What the person of one request may do: units (primary keys) by right, and rights for the whole governorate.

    Where a right is held for the whole governorate, the governorate's own row of issuers is among the units.
    """

    reads: frozenset[int]
    plans: frozenset[int]
    reports: frozenset[int]
    edits: frozenset[int]
    publishes: frozenset[int]
    carries: frozenset[int]
    # Also where there is no unit yet.
    is_member: bool
    sees_plans: bool
    carries_everywhere: bool
    is_supervisor: bool
    keeps_data: bool
    keeps_channels: bool
    keeps_accounts: bool


def staff_of(request: HttpRequest) -> User:
    """The member of staff behind a request that the admin has let through."""
    user: User = request.user  # type: ignore[assignment]
    return user


def scope_of(request: HttpRequest) -> Scope:
    """What the person of this request may do; asked once per request, in at most two queries."""
    scope: Scope | None = getattr(request, "staff_scope", None)
    if scope is None:
        scope = _read_scope(request.user)
        request.staff_scope = scope  # type: ignore[attr-defined]
    return scope


def _read_scope(user: Any) -> Scope:
    rights = rights_of(user) if user.is_staff else Rights({}, frozenset())
    every = frozenset(District.issuers.values_list("pk", flat=True)) if rights.everywhere else frozenset()

    def units(right: Right) -> frozenset[int]:
        return every if right in rights.everywhere else frozenset(rights.units_with(right))

    def has(right: Right) -> bool:
        return right in rights.everywhere or bool(rights.units_with(right))

    return Scope(
        reads=units(Right.READ),
        plans=units(Right.SEE_PLANS),
        reports=units(Right.REPORT),
        edits=units(Right.EDIT),
        publishes=units(Right.PUBLISH),
        carries=units(Right.CARRY),
        is_member=has(Right.READ),
        sees_plans=has(Right.SEE_PLANS),
        carries_everywhere=Right.CARRY in rights.everywhere,
        is_supervisor=Right.SUPERVISE in rights.everywhere,
        keeps_data=Right.KEEP_DATA in rights.everywhere,
        keeps_channels=Right.KEEP_CHANNELS in rights.everywhere,
        keeps_accounts=Right.KEEP_ACCOUNTS in rights.everywhere,
    )


class PlainRelationsMixin:
    """Choices of other rows without the pencil, plus and eye beside them: such rows are not made in passing."""

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if type(db_field) is models.CharField and not db_field.choices:  # slugs and addresses have fields of their own
            kwargs.setdefault("form_class", LineField)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            site = self.admin_site  # type: ignore[attr-defined]
            kwargs["widget"] = RowSelect(db_field, site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class StaffAdmin(PlainRelationsMixin, HistoryMixin, admin.ModelAdmin):
    """Rows that members of staff can read and nobody can add, change or delete, unless a child says so.

    `district_lookup` leads from a row to the unit it belongs to: with it, people see the rows of their own units alone.
    """

    district_lookup = ""
    formfield_overrides = FIELD_OVERRIDES
    list_per_page = 50
    actions_selection_counter = True
    view_on_site = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list under its own name: the framework's «choose … to change» does not agree in Arabic."""
        named = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, named | (extra_context or {}))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Django leads back from a filter that it cannot read; a number that no year and no key can be is one too."""
        try:
            return super().get_changelist_instance(request)
        except OverflowError as error:
            raise IncorrectLookupParameters from error

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).is_member

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).is_member and self.is_in_scope(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def is_in_scope(self, request: HttpRequest, obj: Any) -> bool:
        """Whether `obj` (None: the kind of thing as such) belongs to a unit of the person."""
        if obj is None or not self.district_lookup:
            return True
        value = obj
        for name in self.district_lookup.split("__"):
            value = getattr(value, name)
        return self.sees_district(request, value.pk if isinstance(value, models.Model) else value)

    def units_seen(self, request: HttpRequest) -> frozenset[int]:
        """The units whose rows the person sees here; a child about working copies asks for another right."""
        return scope_of(request).reads

    def sees_district(self, request: HttpRequest, district_id: int | None) -> bool:
        return district_id in self.units_seen(request)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        if self.district_lookup:
            rows = rows.filter(**{f"{self.district_lookup}__in": self.units_seen(request)})
        return rows


class DataKeeperMixin:
    """Members of staff read; whoever keeps the master data adds and changes; nobody deletes: what is no longer true is
    retired.
    """

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).is_member

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).keeps_data

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).keeps_data

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MasterDataAdmin(DataKeeperMixin, RestoreMixin, StaffAdmin):
    """Data that public pages are made from: saving it makes every stored page out of date, in the same transaction.

    Whoever changes it may say why, and has to for the fields `reason_needed_for`; its keepers give it back a state it had.
    """

    form: Any = ReasonForm
    reason_needed_for: tuple[str, ...] = ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.reason_needed_for = self.reason_needed_for
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The reason comes last, and only where there is something to change."""
        fieldsets = [
            (name, {**rest, "fields": [field for field in rest["fields"] if field != "change_reason"]})
            for name, rest in super().get_fieldsets(request, obj)
        ]
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        return [*fieldsets, (_("Why"), {"fields": ["change_reason"]})]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        row = super().save_form(request, form, change)
        row._change_reason = reason_in(request.POST) or None
        return row

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for line in formset.forms:
            line.instance._change_reason = reason_in(request.POST) or None
        super().save_formset(request, form, formset, change)

    def after_restoring(self, request: HttpRequest, obj: Any) -> None:
        bump_content_version()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        bump_content_version()


class MasterDataInline(DataKeeperMixin, PlainRelationsMixin, admin.TabularInline):
    """Lines of a master-data page, with the same rights."""

    formfield_overrides = FIELD_OVERRIDES
    extra = 0
    show_change_link = False


class RemovableInline(MasterDataInline):
    """Lines that may be taken away again, because nothing that was announced rests on them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope_of(request).keeps_data

"""Staff pages of the governorate, its units and vehicles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from sohag_mobile.admin import MasterDataAdmin, MasterDataInline, StaffAdmin, scope_of, staff_of
from vehicles.enums import UNIT_KINDS
from vehicles.forms import AssignmentFormSet
from vehicles.models import Assignment, District, Governorate, Markaz, OutOfService, Vehicle

_ISSUER_FIELDS = ("issuer_name_ar", "issuer_short_ar", "issuer_gender", "contact_phone")


@admin.register(Governorate)
class GovernorateAdmin(MasterDataAdmin):
    list_display = ["name_ar", "issuer_name_ar", "station_name_ar", "contact_phone"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not Governorate.objects.exists()


@admin.register(Markaz)
class MarkazAdmin(MasterDataAdmin):
    """Where every markaz lies: only the checker of texts reads it."""

    list_display = ["name_ar", "code", "latitude", "longitude"]
    search_fields = ["name_ar", "spellings", "code"]


@admin.register(District)
class DistrictAdmin(MasterDataAdmin):
    list_display = ["label_ar", "issuer_name_ar", "contact_phone", "fixed_centre_name_ar"]
    list_display_links = ["label_ar"]
    list_filter = ["kind"]
    search_fields = ["name_ar", "name_en", "slug", "issuer_name_ar"]
    ordering = ["kind", "name_ar"]
    fieldsets = [
        (None, {"fields": ["governorate", "kind", "name_ar", "name_en", "slug", "official_code"]}),
        (
            _("As the public reads it"),
            {"fields": list(_ISSUER_FIELDS), "description": _("These words open and close every announcement.")},
        ),
        (
            _("Fixed centre, shown where no vehicle comes"),
            {
                "fields": [
                    "fixed_centre_name_ar",
                    "fixed_centre_name_en",
                    "fixed_centre_latitude",
                    "fixed_centre_longitude",
                ]
            },
        ),
    ]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [("", "—"), *UNIT_KINDS]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class AssignmentInline(MasterDataInline):
    model = Assignment
    formset = AssignmentFormSet
    extra = 1
    verbose_name_plural = _("Units it works for")


@admin.register(Vehicle)
class VehicleAdmin(MasterDataAdmin):
    list_display = ["code", "name_ar", "unit_today", "is_active"]
    list_display_links = ["code", "name_ar"]
    list_filter = ["is_active"]
    search_fields = ["code", "name_ar", "name_en"]
    inlines = [AssignmentInline]
    history_lines = [(Assignment, "vehicle_id")]
    reason_needed_for = ("is_active",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vehicle]:
        rows: QuerySet[Vehicle] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("assignments", Assignment.objects.select_related("district")))

    @admin.display(description=_("Unit today"))
    def unit_today(self, vehicle: Vehicle) -> str | None:
        today = timezone.localdate()
        for assignment in vehicle.assignments.all():
            if assignment.starts_on <= today and (assignment.ends_on is None or today <= assignment.ends_on):
                return assignment.district.label
        return None


@admin.register(OutOfService)
class OutOfServiceAdmin(StaffAdmin):
    """When a vehicle cannot work: whoever keeps the data writes it, and the head of the unit, who learns of it first."""

    list_display = ["vehicle", "starts_on", "ends_on", "cause", "note"]
    list_filter = ["cause", "vehicle"]
    list_select_related = ["vehicle"]
    fields = ["vehicle", "starts_on", "ends_on", "cause", "note"]
    date_hierarchy = "starts_on"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).is_member

    def has_add_permission(self, request: HttpRequest) -> bool:
        scope = scope_of(request)
        return scope.keeps_data or bool(scope.publishes)

    def has_change_permission(self, request: HttpRequest, obj: OutOfService | None = None) -> bool:
        if obj is None or scope_of(request).keeps_data:
            return self.has_add_permission(request)
        return vehicles_of_publisher(request).filter(pk=obj.vehicle_id).exists()

    def has_delete_permission(self, request: HttpRequest, obj: OutOfService | None = None) -> bool:
        """Nothing that was announced rests on it; entered by mistake, it is taken out again."""
        return self.has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "vehicle" and not scope_of(request).keeps_data:
            kwargs["queryset"] = vehicles_of_publisher(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: OutOfService, form: Any, change: bool) -> None:
        obj.recorded_by = staff_of(request)
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: OutOfService, post_url_continue: str | None = None
    ) -> HttpResponse:
        self._tell_what_is_planned(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: OutOfService) -> HttpResponse:
        self._tell_what_is_planned(request)
        return super().response_change(request, obj)

    def _tell_what_is_planned(self, request: HttpRequest) -> None:
        """Lead to what is planned for the vehicle in these days, where it can be called off or given to another one."""
        text = _(
            "New stops of the vehicle are refused in these days. What is planned already stands in the list of conflicts."
        )
        if not scope_of(request).sees_plans:
            messages.info(request, text)
            return
        address = f"{reverse('admin:schedules_stop_conflicts')}?week=coming"
        messages.info(request, format_html('{} <a href="{}">{}</a>', text, address, _("See the list")))


def vehicles_of_publisher(request: HttpRequest) -> QuerySet[Vehicle]:
    """The vehicles that work, today or later, for a unit whose stops the person publishes."""
    lasting = Assignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()), district__in=scope_of(request).publishes
    )
    return Vehicle.objects.filter(pk__in=lasting.values("vehicle"))

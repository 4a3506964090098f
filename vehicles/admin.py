"""Staff pages of the governorate, its units and vehicles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sohag_mobile.admin import MasterDataAdmin, MasterDataInline
from vehicles.enums import UNIT_KINDS
from vehicles.forms import AssignmentFormSet
from vehicles.models import Assignment, District, Governorate, Markaz, Vehicle

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

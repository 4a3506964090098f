"""Staff pages of the catalogue, and of what each vehicle offers."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.forms import FeeFormSet
from services.models import Category, Document, Fee, Offer, PaymentMeans, Service
from sohag_mobile.admin import MasterDataAdmin, MasterDataInline, RemovableInline
from vehicles.admin import VehicleAdmin
from vehicles.models import Vehicle


@admin.register(Category)
class CategoryAdmin(MasterDataAdmin):
    list_display = ["name_ar", "name_en", "slug", "position"]
    search_fields = ["name_ar", "name_en", "slug"]


@admin.register(PaymentMeans)
class PaymentMeansAdmin(MasterDataAdmin):
    list_display = ["name_ar", "name_en", "code", "position"]


class DocumentInline(RemovableInline):
    model = Document
    extra = 1


class FeeInline(RemovableInline):
    model = Fee
    formset = FeeFormSet
    extra = 1


@admin.register(Service)
class ServiceAdmin(MasterDataAdmin):
    list_display = ["name_ar", "category", "outcome", "valid_from", "valid_to", "source"]
    list_filter = ["category", "outcome"]
    list_select_related = ["category"]
    search_fields = ["name_ar", "name_en", "announce_ar", "other_words", "slug"]
    inlines = [DocumentInline, FeeInline]
    history_lines = [(Document, "service_id"), (Fee, "service_id")]
    fieldsets = [
        (None, {"fields": ["category", "slug", "name_ar", "name_en", "announce_ar", "other_words", "outcome"]}),
        (
            _("What the public reads"),
            {
                "fields": [
                    "summary_ar",
                    "summary_en",
                    "processing_time_ar",
                    "processing_time_en",
                    "elsewhere_ar",
                    "elsewhere_en",
                ],
                "description": _("What is not known stays empty; the public page then says that it is not known."),
            },
        ),
        (
            _("Validity and source"),
            {
                "fields": ["valid_from", "valid_to", "source", "source_date"],
                "description": _("Outside these days the service can no longer be announced."),
            },
        ),
    ]


class OfferInline(MasterDataInline):
    model = Offer
    autocomplete_fields = ["service"]
    extra = 1
    verbose_name_plural = _("Services it offers")


# A vehicle is the business of a lower app, which cannot know offers: its page gets the lines from here.
admin.site.unregister(Vehicle)


@admin.register(Vehicle)
class VehicleWithOffersAdmin(VehicleAdmin):
    inlines = [*VehicleAdmin.inlines, OfferInline]
    history_lines = [*VehicleAdmin.history_lines, (Offer, "vehicle_id")]

"""The catalogue of services in the public API."""

from __future__ import annotations

import datetime as dt

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from services.models import Category, Document, Fee, PaymentMeans, Service, ServiceQuerySet
from sohag_mobile.api_base import IsoDateFilter, PublicDetail, PublicList, StrictFilterSet, public_url
from vehicles.models import Vehicle


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["slug", "name_ar", "name_en"]


class PaymentMeansSerializer(serializers.ModelSerializer[PaymentMeans]):
    class Meta:
        model = PaymentMeans
        fields = ["code", "name_ar", "name_en"]


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A paper to bring."""

    class Meta:
        model = Document
        fields = ["text_ar", "text_en"]


class FeeSerializer(serializers.ModelSerializer[Fee]):
    """An indicative fee in Egyptian pounds; both amounts null means that it is not known.

    `valid_to` is its last day, null while it lasts.
    """

    class Meta:
        model = Fee
        fields = ["label_ar", "label_en", "minimum", "maximum", "as_of", "valid_to", "source"]


class ServiceSerializer(serializers.ModelSerializer[Service]):
    """A service of the catalogue. What is not known is empty."""

    category = CategorySerializer()
    documents = DocumentSerializer(many=True)
    fees = FeeSerializer(many=True)
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Service
        fields = [
            "slug",
            "category",
            "name_ar",
            "name_en",
            "outcome",
            "summary_ar",
            "summary_en",
            "processing_time_ar",
            "processing_time_en",
            "elsewhere_ar",
            "elsewhere_en",
            "documents",
            "fees",
            "valid_from",
            "valid_to",
            "source",
            "source_date",
            "url",
        ]

    def get_url(self, service: Service) -> str:
        return public_url(f"/services/{service.slug}/")


class ServiceFilterSet(StrictFilterSet):
    category = django_filters.ModelChoiceFilter(queryset=Category.objects.all(), to_field_name="slug")
    vehicle = django_filters.ModelChoiceFilter(
        queryset=Vehicle.objects.all(),
        to_field_name="code",
        field_name="offers__vehicle",
        label="Offered by this vehicle at any time.",
    )
    valid_on = IsoDateFilter(method="filter_valid_on", label="Valid on this local day.")

    class Meta:
        model = Service
        fields = ["category", "vehicle", "valid_on"]

    def filter_valid_on(self, services: ServiceQuerySet, name: str, day: dt.date) -> ServiceQuerySet:
        return services.valid_on(day)


_SERVICES = Service.objects.with_details().order_by("category__position", "category__slug", "name_ar", "slug")


@extend_schema(summary="Services", tags=["services"])
class ServiceList(PublicList):
    """The whole catalogue, in its order."""

    serializer_class = ServiceSerializer
    filterset_class = ServiceFilterSet
    queryset = _SERVICES


@extend_schema(summary="One service", tags=["services"])
class ServiceDetail(PublicDetail):
    """A service, by the word in its address."""

    serializer_class = ServiceSerializer
    lookup_field = "slug"
    queryset = _SERVICES

"""Units and vehicles in the public API."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers

from sohag_mobile import clock
from sohag_mobile.api_base import Coordinate, PublicDetail, PublicList, StrictFilterSet, public_url
from vehicles.models import Assignment, District, Governorate, Vehicle


class DistrictRefSerializer(serializers.ModelSerializer[District]):
    """A unit, in short."""

    label_ar = serializers.CharField(help_text="The name with its noun, as it is printed.")

    class Meta:
        model = District
        fields = ["slug", "kind", "name_ar", "name_en", "label_ar"]


class GovernorateSerializer(serializers.ModelSerializer[Governorate]):
    class Meta:
        model = Governorate
        fields = ["name_ar", "name_en"]


class FixedCentreSerializer(serializers.ModelSerializer[District]):
    """Where citizens can go on every working day."""

    name_ar = serializers.CharField(source="fixed_centre_name_ar")
    name_en = serializers.CharField(source="fixed_centre_name_en")
    latitude = Coordinate(source="fixed_centre_latitude")
    longitude = Coordinate(source="fixed_centre_longitude")

    class Meta:
        model = District
        fields = ["name_ar", "name_en", "latitude", "longitude"]


class DistrictSerializer(DistrictRefSerializer):
    """A unit that owns vehicles and issues announcements."""

    governorate = GovernorateSerializer()
    fixed_centre = FixedCentreSerializer(source="*")
    url = serializers.SerializerMethodField(help_text="Its page.")
    calendar_url = serializers.SerializerMethodField(help_text="Its calendar, as iCalendar.")
    notices_url = serializers.SerializerMethodField(help_text="Its notices, as Atom.")

    class Meta(DistrictRefSerializer.Meta):
        fields = [
            *DistrictRefSerializer.Meta.fields,
            "official_code",
            "governorate",
            "issuer_name_ar",
            "issuer_short_ar",
            "contact_phone",
            "fixed_centre",
            "url",
            "calendar_url",
            "notices_url",
        ]

    def get_url(self, district: District) -> str:
        return public_url(f"/districts/{district.slug}/")

    def get_calendar_url(self, district: District) -> str:
        return public_url(f"/districts/{district.slug}/calendar.ics")

    def get_notices_url(self, district: District) -> str:
        return public_url(f"/districts/{district.slug}/notices.atom")


class VehicleRefSerializer(serializers.ModelSerializer[Vehicle]):
    """A vehicle, in short."""

    class Meta:
        model = Vehicle
        fields = ["code", "name_ar", "name_en"]


class VehicleSerializer(VehicleRefSerializer):
    """A vehicle and the unit it works for today."""

    district = serializers.SerializerMethodField(help_text="The unit it works for today; null when it works for none.")
    url = serializers.SerializerMethodField(help_text="Its page.")
    calendar_url = serializers.SerializerMethodField(help_text="Its calendar, as iCalendar.")
    notices_url = serializers.SerializerMethodField(help_text="Its notices, as Atom.")

    class Meta(VehicleRefSerializer.Meta):
        fields = [*VehicleRefSerializer.Meta.fields, "is_active", "district", "url", "calendar_url", "notices_url"]

    @extend_schema_field(DistrictRefSerializer(allow_null=True))
    def get_district(self, vehicle: Vehicle) -> dict[str, Any] | None:
        current = next(iter(vehicle.assignments.all()), None)
        return None if current is None else dict(DistrictRefSerializer(current.district).data)

    def get_url(self, vehicle: Vehicle) -> str:
        return public_url(f"/vehicles/{vehicle.code}/")

    def get_calendar_url(self, vehicle: Vehicle) -> str:
        return public_url(f"/vehicles/{vehicle.code}/calendar.ics")

    def get_notices_url(self, vehicle: Vehicle) -> str:
        return public_url(f"/vehicles/{vehicle.code}/notices.atom")


class VehicleFilterSet(StrictFilterSet):
    district = django_filters.ModelChoiceFilter(
        queryset=District.objects.all(), to_field_name="slug", method="filter_district", label="Works for it today."
    )
    # Not a BooleanFilter, which takes every other word for "no answer" instead of refusing it.
    is_active = django_filters.TypedChoiceFilter(
        choices=[("true", "true"), ("false", "false")], coerce=lambda word: word == "true", label="In use."
    )

    class Meta:
        model = Vehicle
        fields = ["district", "is_active"]

    @extend_schema_field(OpenApiTypes.STR)
    def filter_district(self, vehicles: QuerySet[Vehicle], name: str, district: District) -> QuerySet[Vehicle]:
        return vehicles.filter(pk__in=_current_assignments(_today()).filter(district=district).values("vehicle"))


def _today() -> dt.date:
    return clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _current_assignments(day: dt.date) -> QuerySet[Assignment]:
    return Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def _vehicles() -> QuerySet[Vehicle]:
    """Vehicles with the one assignment that holds today; past and planned ones are not for the public."""
    current = Prefetch("assignments", queryset=_current_assignments(_today()).select_related("district"))
    return Vehicle.objects.order_by("code").prefetch_related(current)


@extend_schema(summary="Units", tags=["districts"])
class DistrictList(PublicList):
    """The units that own vehicles and issue announcements."""

    serializer_class = DistrictSerializer
    queryset = District.objects.select_related("governorate").order_by("kind", "name_ar", "slug")


@extend_schema(summary="One unit", tags=["districts"])
class DistrictDetail(PublicDetail):
    """A unit, by the word in its address."""

    serializer_class = DistrictSerializer
    queryset = District.objects.select_related("governorate")
    lookup_field = "slug"


@extend_schema(summary="Vehicles", tags=["vehicles"])
class VehicleList(PublicList):
    """Every vehicle, those no longer in use included."""

    serializer_class = VehicleSerializer
    filterset_class = VehicleFilterSet
    queryset = Vehicle.objects.none()  # for the schema; `get_queryset` knows the day

    def get_queryset(self) -> QuerySet[Vehicle]:
        return _vehicles()


@extend_schema(summary="One vehicle", tags=["vehicles"])
class VehicleDetail(PublicDetail):
    """A vehicle, by its code."""

    serializer_class = VehicleSerializer
    lookup_field = "code"
    queryset = Vehicle.objects.none()

    def get_queryset(self) -> QuerySet[Vehicle]:
        return _vehicles()

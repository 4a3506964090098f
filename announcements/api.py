"""Notices in the public API."""

from __future__ import annotations

import uuid

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import get_object_or_404

from announcements.enums import NoticeKind
from announcements.facts import notice_url
from announcements.models import Notice, NoticeItem
from announcements.queries_feeds import notices_with_items, of_vehicle
from sohag_mobile.api_base import PublicDetail, PublicList, StrictFilterSet
from vehicles.api import DistrictRefSerializer
from vehicles.models import District, Vehicle


class NoticeRefSerializer(serializers.ModelSerializer[Notice]):
    """A notice, in short."""

    district: serializers.SlugRelatedField[District] = serializers.SlugRelatedField("slug", read_only=True)
    reference = serializers.CharField(help_text="Number and year, as it is cited.")
    url = serializers.SerializerMethodField(help_text="Its page.")

    class Meta:
        model = Notice
        fields = ["district", "year", "number", "reference", "kind", "title_ar", "issued_at", "url"]

    def get_url(self, notice: Notice) -> str:
        return notice_url(notice.district, notice.year, notice.number)


class NoticeItemSerializer(serializers.ModelSerializer[NoticeItem]):
    """One stop in a notice."""

    stop = serializers.UUIDField(source="revision.stop.uid", help_text="See `/stops/{uid}/`.")
    revision = serializers.IntegerField(source="revision.number", help_text="Which revision of the stop it told of.")
    is_current = serializers.BooleanField(
        source="revision.is_current", help_text="Whether what it says of this stop still stands."
    )
    replaces = serializers.SerializerMethodField(help_text="The notice that told of this stop before.")
    replaced_by = serializers.SerializerMethodField(help_text="The notice that told of this stop next.")

    class Meta:
        model = NoticeItem
        fields = ["stop", "revision", "is_current", "replaces", "replaced_by"]

    @extend_schema_field(NoticeRefSerializer(allow_null=True))
    def get_replaces(self, item: NoticeItem) -> dict[str, object] | None:
        return None if item.replaces is None else dict(NoticeRefSerializer(item.replaces.notice).data)

    @extend_schema_field(NoticeRefSerializer(allow_null=True))
    def get_replaced_by(self, item: NoticeItem) -> dict[str, object] | None:
        # A reverse one-to-one relation that is empty raises an AttributeError.
        successor: NoticeItem | None = getattr(item, "replaced_by", None)
        return None if successor is None else dict(NoticeRefSerializer(successor.notice).data)


class NoticeSerializer(NoticeRefSerializer):
    """What a unit told the public at one moment: the frozen texts, and the stops they are about."""

    district = DistrictRefSerializer()  # type: ignore[assignment]
    texts = serializers.SerializerMethodField(
        help_text="The official wording by form: social, plain, whatsapp, sms, radio, loudspeaker."
    )
    items = NoticeItemSerializer(many=True)

    class Meta(NoticeRefSerializer.Meta):
        fields = [*NoticeRefSerializer.Meta.fields, "texts", "items"]

    def get_texts(self, notice: Notice) -> dict[str, str]:
        return {text.form: text.body for text in notice.texts.all()}


class NoticeFilterSet(StrictFilterSet):
    district = django_filters.ModelChoiceFilter(queryset=District.objects.all(), to_field_name="slug")
    year = django_filters.NumberFilter(min_value=1, max_value=9999)
    kind = django_filters.ChoiceFilter(choices=NoticeKind.choices)
    vehicle = django_filters.ModelChoiceFilter(
        queryset=Vehicle.objects.all(),
        to_field_name="code",
        method="filter_vehicle",
        label="About its stops, also those taken from it.",
    )
    stop = django_filters.UUIDFilter(method="filter_stop", label="About this stop.")

    class Meta:
        model = Notice
        fields = ["district", "year", "kind", "vehicle", "stop"]

    @extend_schema_field(OpenApiTypes.STR)
    def filter_vehicle(self, notices: QuerySet[Notice], name: str, vehicle: Vehicle) -> QuerySet[Notice]:
        return notices.filter(pk__in=Notice.objects.filter(of_vehicle(vehicle.code)).values("pk"))

    def filter_stop(self, notices: QuerySet[Notice], name: str, uid: uuid.UUID) -> QuerySet[Notice]:
        return notices.filter(pk__in=NoticeItem.objects.filter(revision__stop__uid=uid).values("notice"))


@extend_schema(summary="Notices", tags=["notices"])
class NoticeList(PublicList):
    """Every notice ever issued, newest first."""

    serializer_class = NoticeSerializer
    filterset_class = NoticeFilterSet
    queryset = notices_with_items().order_by("-issued_at", "-pk")


@extend_schema(summary="One notice", tags=["notices"])
class NoticeDetail(PublicDetail):
    """What a unit told the public at one moment, by the unit, the year and the number."""

    serializer_class = NoticeSerializer
    queryset = notices_with_items()

    def get_object(self) -> Notice:
        notice: Notice = get_object_or_404(
            self.get_queryset(),
            district__slug=self.kwargs["district"],
            year=self.kwargs["year"],
            number=self.kwargs["number"],
        )
        return notice

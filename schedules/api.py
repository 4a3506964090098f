"""Places and stops in the public API. Of a stop only what was published is read: its current revision, and the one before."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Case, Prefetch, QuerySet, When
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers

from schedules.enums import PlaceKind, RevisionState
from schedules.models import Place, RevisionService, StopRevision
from schedules.queries_places import find_places
from services.api import PaymentMeansSerializer
from services.models import Service
from sohag_mobile.api_base import Coordinate, IsoDateFilter, PublicDetail, PublicList, StrictFilterSet, public_url
from vehicles.api import DistrictRefSerializer, VehicleRefSerializer
from vehicles.models import District, Vehicle

LONGEST_SEARCH = 120
MOST_FOUND = 200


class PlaceRefSerializer(serializers.ModelSerializer[Place]):
    """A place, in short."""

    label_ar = serializers.CharField(help_text="The name with its noun and its unit, as it is printed.")
    latitude = Coordinate()
    longitude = Coordinate()

    class Meta:
        model = Place
        fields = ["code", "kind", "name_ar", "name_en", "label_ar", "latitude", "longitude", "coordinates_are_rounded"]


class PlaceSerializer(PlaceRefSerializer):
    """Where a vehicle can stand."""

    district = DistrictRefSerializer()
    spellings = serializers.SerializerMethodField(help_text="Other spellings of the name.")
    url = serializers.SerializerMethodField(help_text="Its page.")
    calendar_url = serializers.SerializerMethodField(help_text="Its calendar, as iCalendar.")
    notices_url = serializers.SerializerMethodField(help_text="Its notices, as Atom.")

    class Meta(PlaceRefSerializer.Meta):
        fields = [
            *PlaceRefSerializer.Meta.fields,
            "spellings",
            "district",
            "district_is_provisional",
            "source",
            "url",
            "calendar_url",
            "notices_url",
        ]

    def get_spellings(self, place: Place) -> list[str]:
        return [spelling.strip() for spelling in place.spellings.replace("،", ",").split(",") if spelling.strip()]

    def get_url(self, place: Place) -> str:
        return public_url(f"/places/{place.code}/")

    def get_calendar_url(self, place: Place) -> str:
        return public_url(f"/places/{place.code}/calendar.ics")

    def get_notices_url(self, place: Place) -> str:
        return public_url(f"/places/{place.code}/notices.atom")


class OfferedServiceSerializer(serializers.ModelSerializer[RevisionService]):
    """A service of a stop, with the outcome promised."""

    slug = serializers.CharField(source="service.slug")
    name_ar = serializers.CharField(source="service.name_ar")
    name_en = serializers.CharField(source="service.name_en")

    class Meta:
        model = RevisionService
        fields = ["slug", "name_ar", "name_en", "outcome"]


class RevisionFactsSerializer(serializers.ModelSerializer[StopRevision]):
    """Where and when: wall-clock times as announced, and the same as instants with their offset."""

    revision = serializers.IntegerField(source="number", help_text="0 for the first; the SEQUENCE of the event.")
    status = serializers.ChoiceField(source="state", choices=RevisionState.choices)
    published_at = serializers.DateTimeField(help_text="When the public was told.")
    starts = serializers.DateTimeField(help_text="The beginning as an instant.")
    ends = serializers.DateTimeField(help_text="The end as an instant.")
    last_intake_moment = serializers.DateTimeField(help_text="After this instant no request is taken.")
    intake_only = serializers.BooleanField(
        help_text="Requests are only taken that day: nothing is finished on the vehicle, and nothing can be paid."
    )
    stopped_at = serializers.TimeField(
        allow_null=True,
        help_text="When the vehicle stopped working during the visit; with `status` stopped, it still does.",
    )
    resumes_at = serializers.TimeField(
        allow_null=True, help_text="Expected while `status` is stopped; afterwards, when it worked again."
    )
    requests_stay_valid = serializers.BooleanField(
        help_text="Requests taken before it stopped need not be made again; only where this was confirmed."
    )
    vehicle = VehicleRefSerializer()
    place = PlaceRefSerializer()

    class Meta:
        model = StopRevision
        fields = [
            "revision",
            "status",
            "published_at",
            "date",
            "starts_at",
            "ends_at",
            "last_intake",
            "starts",
            "ends",
            "last_intake_moment",
            "intake_only",
            "stopped_at",
            "resumes_at",
            "requests_stay_valid",
            "landmark_ar",
            "landmark_en",
            "vehicle",
            "place",
        ]


class CauseSerializer(serializers.ModelSerializer[StopRevision]):
    """Why it was changed, postponed, interrupted or cancelled; empty for a stop as first announced."""

    code = serializers.CharField(source="cause")
    text_ar = serializers.CharField(source="cause_ar", help_text="The phrase after «بسبب».")

    class Meta:
        model = StopRevision
        fields = ["code", "text_ar"]


class StopSerializer(RevisionFactsSerializer):
    """What the public is told of a stop now, and what it was told before."""

    uid = serializers.UUIDField(source="stop.uid", help_text="The same for ever.")
    time_zone = serializers.SerializerMethodField(help_text="In which the wall-clock times are read.")
    district = DistrictRefSerializer(help_text="The unit that announces it.")
    services = OfferedServiceSerializer(source="offered", many=True)
    payment_means = PaymentMeansSerializer(many=True)
    cause = CauseSerializer(source="*")
    continues = serializers.SerializerMethodField(
        help_text="The `uid` of the stop that stopped half-way and that this one completes; null for any other."
    )
    previous = serializers.SerializerMethodField(
        help_text="The facts before the last change or cancellation; null for a stop as first announced."
    )
    url = serializers.SerializerMethodField(help_text="The page of the place.")

    class Meta(RevisionFactsSerializer.Meta):
        fields = [
            "uid",
            *RevisionFactsSerializer.Meta.fields,
            "time_zone",
            "district",
            "services",
            "payment_means",
            "cause",
            "continues",
            "previous",
            "url",
        ]

    def get_time_zone(self, revision: StopRevision) -> str:
        return settings.TIME_ZONE

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_continues(self, revision: StopRevision) -> str | None:
        return None if revision.stop.continues is None else str(revision.stop.continues.uid)

    @extend_schema_field(RevisionFactsSerializer(allow_null=True))
    def get_previous(self, revision: StopRevision) -> dict[str, Any] | None:
        # By the prefetch of _stops(): revisions that are no longer current, newest first.
        former = next(iter(revision.stop.revisions.all()), None)
        return None if former is None else dict(RevisionFactsSerializer(former).data)

    def get_url(self, revision: StopRevision) -> str:
        return public_url(f"/places/{revision.place.code}/")


class PlaceFilterSet(StrictFilterSet):
    district = django_filters.ModelChoiceFilter(queryset=District.objects.all(), to_field_name="slug")
    kind = django_filters.ChoiceFilter(choices=PlaceKind.choices)
    q = django_filters.CharFilter(
        method="filter_found",
        max_length=LONGEST_SEARCH,
        label="However it is spelt; best first. At most 200 places are found.",
    )

    class Meta:
        model = Place
        fields = ["district", "kind", "q"]

    def filter_found(self, places: QuerySet[Place], name: str, text: str) -> QuerySet[Place]:
        self.ranking = find_places(text, limit=MOST_FOUND)
        return places.filter(pk__in=self.ranking)

    @property
    def qs(self) -> QuerySet[Place]:
        places: QuerySet[Place] = super().qs
        ranking = getattr(self, "ranking", None)
        return places.order_by(_rank(ranking), "code") if ranking else places


def _rank(pks: list[int]) -> Case:
    return Case(*(When(pk=pk, then=position) for position, pk in enumerate(pks)), default=len(pks))


class StopFilterSet(StrictFilterSet):
    """Dates are local days, both included."""

    ORDERINGS = {
        "date": ("date", "starts_at", "stop__uid"),
        "-date": ("-date", "-starts_at", "stop__uid"),
        "published_at": ("published_at", "stop__uid"),
        "-published_at": ("-published_at", "stop__uid"),
    }

    date_from = IsoDateFilter(field_name="date", lookup_expr="gte", label="First local day.")
    date_to = IsoDateFilter(field_name="date", lookup_expr="lte", label="Last local day.")
    district = django_filters.ModelChoiceFilter(queryset=District.objects.all(), to_field_name="slug")
    vehicle = django_filters.ModelChoiceFilter(queryset=Vehicle.objects.all(), to_field_name="code")
    place = django_filters.ModelChoiceFilter(queryset=Place.objects.all(), to_field_name="code")
    service = django_filters.ModelChoiceFilter(
        queryset=Service.objects.all(), to_field_name="slug", field_name="offered__service"
    )
    status = django_filters.ChoiceFilter(field_name="state", choices=RevisionState.choices)
    ordering = django_filters.ChoiceFilter(
        method="filter_ordering", choices=[(name, name) for name in ORDERINGS], label="`date` unless told otherwise."
    )

    class Meta:
        model = StopRevision
        fields = ["date_from", "date_to", "district", "vehicle", "place", "service", "status", "ordering"]

    def is_valid(self) -> bool:
        super().is_valid()
        first, last = (self.form.cleaned_data.get(name) for name in ("date_from", "date_to"))
        if first and last and last < first:
            self.form.add_error("date_to", _("The last day must not come before the first."))
        return not self.form.errors

    def filter_ordering(self, stops: QuerySet[StopRevision], name: str, value: str) -> QuerySet[StopRevision]:
        return stops.order_by(*self.ORDERINGS[value])


def _stops() -> QuerySet[StopRevision]:
    """The current public facts and, for those that replaced others, what was told before; drafts have no revision at all."""
    former = (
        StopRevision.objects.filter(is_current=False).select_related("vehicle", "place__district").order_by("-number")
    )
    return (
        StopRevision.objects.public()
        .with_details()
        .select_related("stop__continues")
        .prefetch_related(None)
        .prefetch_related(
            "payment_means",
            Prefetch("offered", RevisionService.objects.select_related("service").order_by("pk")),
            Prefetch("stop__revisions", former),
        )
        .order_by(*StopFilterSet.ORDERINGS["date"])
    )


@extend_schema(summary="Places", tags=["places"])
class PlaceList(PublicList):
    """Every place a vehicle can stand at."""

    serializer_class = PlaceSerializer
    filterset_class = PlaceFilterSet
    queryset = Place.objects.with_details().order_by("name_ar", "code")


@extend_schema(summary="One place", tags=["places"])
class PlaceDetail(PublicDetail):
    """A place, by its official code."""

    serializer_class = PlaceSerializer
    lookup_field = "code"
    queryset = Place.objects.with_details()


@extend_schema(summary="Stops", tags=["stops"])
class StopList(PublicList):
    """Every published stop as it stands now, past, postponed and cancelled ones included."""

    serializer_class = StopSerializer
    filterset_class = StopFilterSet
    queryset = _stops()


@extend_schema(summary="One stop", tags=["stops"])
class StopDetail(PublicDetail):
    """A published stop as it stands now, by its identifier."""

    serializer_class = StopSerializer
    lookup_field = "stop__uid"
    lookup_url_kwarg = "uid"
    queryset = _stops()

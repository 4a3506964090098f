"""Places, the calendar, and both records of a stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import factory

from schedules.actions_places import index_places
from schedules.enums import HolidayStatus, PlaceKind, RevisionState, StopStatus
from schedules.models import Holiday, HoursPeriod, Place, RevisionService, Stop, StopRevision, VisitReport
from schedules.search import build_search_text
from services.models import Offer, PaymentMeans, Service
from tests.factories.services import OfferFactory, PaymentMeansFactory
from tests.factories.users import UserFactory
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, VehicleFactory
from vehicles.enums import DistrictKind
from vehicles.models import Assignment

CAIRO = ZoneInfo("Africa/Cairo")
STOP_DATE = dt.date(2026, 11, 29)  # a Sunday: a working day with no holiday near it
PUBLISHED_AT = dt.datetime(2026, 11, 22, 12, 0, tzinfo=CAIRO)


class PlaceFactory(factory.django.DjangoModelFactory):
    """A village of a markaz (a quarter of a hayy), without coordinates, findable by its name."""

    class Meta:
        model = Place
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"P{n:04}")
    kind = factory.LazyAttribute(
        lambda o: PlaceKind.QUARTER if o.district.kind == DistrictKind.HAYY else PlaceKind.VILLAGE
    )
    name_ar = factory.Sequence(lambda n: f"بلصفورة{n}")
    name_en = factory.Sequence(lambda n: f"Balasfurah {n}")
    spellings = ""
    district = factory.SubFactory(DistrictFactory)
    search_text = factory.LazyAttribute(lambda o: build_search_text(o.name_ar, o.name_en, o.spellings))

    @factory.post_generation
    def index(self, create, extracted, **kwargs):
        """As `save_place` does."""
        if create:
            index_places([self])


class HolidayFactory(factory.django.DjangoModelFactory):
    """A confirmed holiday on the day after STOP_DATE."""

    class Meta:
        model = Holiday

    date = STOP_DATE + dt.timedelta(days=1)
    name_ar = "عطلة رسمية"
    name_en = "Official holiday"
    status = HolidayStatus.CONFIRMED


class HoursPeriodFactory(factory.django.DjangoModelFactory):
    """A confirmed Ramadan from STOP_DATE for thirty days, from 9:00 to 14:00."""

    class Meta:
        model = HoursPeriod

    name_ar = "شهر رمضان المبارك"
    name_en = "the month of Ramadan"
    starts_on = STOP_DATE
    ends_on = factory.LazyAttribute(lambda o: o.starts_on + dt.timedelta(days=29))
    starts_at = dt.time(9, 0)
    ends_at = dt.time(14, 0)
    last_intake = dt.time(13, 30)
    greeting_ar = "وكل عام وأنتم بخير"
    status = HolidayStatus.CONFIRMED


class StopFactory(factory.django.DjangoModelFactory):
    """A draft on STOP_DATE from 9:00 to 14:00, of a vehicle that works for the unit of the place.

    Each stop has a vehicle of its own unless one is given. A vehicle with no assignment on that day is assigned to the unit;
    `services` (default: one new service) are offered by the vehicle; `payment_means` default to cash.
    """

    class Meta:
        model = Stop
        skip_postgeneration_save = True

    vehicle = factory.SubFactory(VehicleFactory)
    place = factory.SubFactory(PlaceFactory)
    district = factory.SelfAttribute("place.district")
    date = STOP_DATE
    starts_at = dt.time(9, 0)
    ends_at = dt.time(14, 0)
    last_intake = dt.time(13, 30)
    landmark_ar = "أمام مركز شباب القرية"
    landmark_en = "In front of the youth centre"
    status = StopStatus.DRAFT
    created_by = factory.SubFactory(UserFactory)
    updated_by = factory.SelfAttribute("created_by")

    @factory.post_generation
    def assignment(self, create: bool, extracted: None, **kwargs: Any) -> None:
        if create and not Assignment.objects.filter(vehicle=self.vehicle).exists():
            AssignmentFactory(vehicle=self.vehicle, district=self.district)

    @factory.post_generation
    def services(self, create: bool, extracted: Iterable[Service] | None, **kwargs: Any) -> None:
        if not create:
            return
        if extracted is None:
            extracted = [OfferFactory(vehicle=self.vehicle).service]
        for service in extracted:
            if not Offer.objects.filter(vehicle=self.vehicle, service=service).exists():
                OfferFactory(vehicle=self.vehicle, service=service)
            self.services.add(service)

    @factory.post_generation
    def payment_means(self, create: bool, extracted: Iterable[PaymentMeans] | None, **kwargs: Any) -> None:
        if create:
            self.payment_means.set([PaymentMeansFactory()] if extracted is None else extracted)


_SHARED_WITH_STOP = (
    "vehicle", "place", "district", "date", "starts_at", "ends_at", "last_intake", "landmark_ar", "landmark_en",
    "services", "payment_means",
)  # fmt: skip


class StopRevisionFactory(factory.django.DjangoModelFactory):
    """The current public fact of a published stop, with its services, payment means, and the usual outcomes.

    Facts given here (`date=…`, `place=…`, `services=…`) are given to the new stop as well. With `stop=…` it is the next
    revision of that stop: facts not given are the stop's, and the former revision is no longer current.
    """

    class Meta:
        model = StopRevision
        skip_postgeneration_save = True

    stop = factory.SubFactory(StopFactory, status=StopStatus.PUBLISHED)
    number = factory.LazyAttribute(lambda o: o.stop.revisions.count())
    state = RevisionState.SCHEDULED
    is_current = True
    vehicle = factory.SelfAttribute("stop.vehicle")
    place = factory.SelfAttribute("stop.place")
    district = factory.SelfAttribute("stop.district")
    date = factory.SelfAttribute("stop.date")
    starts_at = factory.SelfAttribute("stop.starts_at")
    ends_at = factory.SelfAttribute("stop.ends_at")
    last_intake = factory.SelfAttribute("stop.last_intake")
    landmark_ar = factory.SelfAttribute("stop.landmark_ar")
    landmark_en = factory.SelfAttribute("stop.landmark_en")
    published_at = PUBLISHED_AT
    published_by = factory.SelfAttribute("stop.updated_by")

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> StopRevision:
        if "stop" not in params:
            for field in _SHARED_WITH_STOP:
                if field in params:
                    params[f"stop__{field}"] = params[field]
            if params.get("state") in (RevisionState.CANCELLED, RevisionState.POSTPONED):
                params.setdefault("stop__status", StopStatus(params["state"]))
        return super()._generate(strategy, params)

    @classmethod
    def _create(cls, model_class: type[StopRevision], *args: Any, **kwargs: Any) -> StopRevision:
        if kwargs["is_current"]:
            kwargs["stop"].revisions.update(is_current=False)
        return super()._create(model_class, *args, **kwargs)

    @factory.post_generation
    def services(self, create: bool, extracted: Iterable[Service] | None, **kwargs: Any) -> None:
        if create:
            for service in self.stop.services.all() if extracted is None else extracted:
                RevisionService.objects.create(revision=self, service=service, outcome=service.outcome)

    @factory.post_generation
    def payment_means(self, create: bool, extracted: Iterable[PaymentMeans] | None, **kwargs: Any) -> None:
        if create:
            self.payment_means.set(self.stop.payment_means.all() if extracted is None else extracted)


class VisitReportFactory(factory.django.DjangoModelFactory):
    """The first report of an announced visit: twelve citizens, and nothing else counted, an hour after its end."""

    class Meta:
        model = VisitReport

    stop = factory.LazyAttribute(lambda o: StopRevisionFactory().stop)
    number = factory.LazyAttribute(lambda o: o.stop.reports.count())
    citizens_served = 12
    recorded_at = factory.LazyAttribute(lambda o: o.stop.ends + dt.timedelta(hours=1))
    recorded_by = factory.SelfAttribute("stop.updated_by")

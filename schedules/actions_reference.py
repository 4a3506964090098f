"""Loading the reference data that ships with the product: `<app>/reference/*.json`, each with its sources inside.

What staff do with a shipped row is theirs. A row is created when neither the memory of earlier loads nor the tables know it;
an existing row is never touched, and one that staff renamed, moved or removed does not come back (see
`docs/decisions/0004-reference-data.md`).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.db import models, transaction

from schedules.actions_places import index_places
from schedules.models import Holiday, HoursPeriod, Place
from schedules.search import build_search_text
from services.models import Category, Document, Fee, Offer, PaymentMeans, Service
from sohag_mobile.models import ContentVersion, LoadedReference, bump_content_version
from vehicles.models import Assignment, District, Governorate, Markaz, Vehicle
from vehicles.queries import get_governorate

Row = dict[str, Any]
AnyModel = TypeVar("AnyModel", bound=models.Model)


@dataclasses.dataclass(slots=True)
class LoadCount:
    """How many rows of one kind were created, and how many were left as they are."""

    model: type[models.Model]
    created: int = 0
    kept: int = 0


def load_reference() -> list[LoadCount]:
    """Create what is missing of the shipped reference data, in one transaction. Returns a count for each kind of row.

    Public pages become out of date only when something was created.
    """
    with transaction.atomic():
        # Two installations starting at once load one after the other.
        ContentVersion.objects.select_for_update().get(pk=1)
        loader = _Loader()
        _load_units(loader)
        _load_catalogue(loader)
        _load_offers(loader)
        _load_places(loader)
        _load_holidays(loader)
        _load_periods(loader)
        loader.finish()
    return list(loader.counts.values())


class _Loader:
    """Creates rows that are not known yet, and remembers them."""

    def __init__(self) -> None:
        self.counts: dict[type[models.Model], LoadCount] = {}
        self._known = set(LoadedReference.objects.values_list("key", flat=True))
        self._new: list[str] = []

    def create(self, model: type[AnyModel], key: str, existing: models.Q, fields: Row | None) -> AnyModel | None:
        """The new row, or None when it was loaded before, exists already (`existing`), or cannot be made (no `fields`)."""
        count = self.counts.setdefault(model, LoadCount(model))
        full_key = f"{model._meta.model_name}:{key}"
        if full_key in self._known:
            count.kept += 1
            return None
        if model._default_manager.filter(existing).exists():
            self._remember(full_key)
            count.kept += 1
            return None
        if fields is None:
            count.kept += 1
            return None
        self._remember(full_key)
        count.created += 1
        return model._default_manager.create(**fields)

    def finish(self) -> None:
        """Keep the memory, and make public pages out of date if anything changed."""
        LoadedReference.objects.bulk_create(LoadedReference(key=key) for key in self._new)
        if any(count.created for count in self.counts.values()):
            bump_content_version()

    def _remember(self, key: str) -> None:
        self._known.add(key)
        self._new.append(key)


def _read(app: str, name: str) -> list[Row]:
    path = Path(apps.get_app_config(app).path) / "reference" / f"{name}.json"
    records: list[Row] = json.loads(path.read_text(encoding="utf-8"))["records"]
    return records


def _load_units(loader: _Loader) -> None:
    for row in _read("vehicles", "governorate"):
        key = row.pop("key")
        # An installation serves one governorate, whatever staff have called it since.
        loader.create(Governorate, key, models.Q(), row)
    governorate = get_governorate()
    for row in _read("vehicles", "districts"):
        row |= {"governorate": governorate}
        loader.create(District, row["slug"], models.Q(slug=row["slug"]), row if governorate else None)
    for row in _read("vehicles", "marakez"):
        row |= {"governorate": governorate}
        loader.create(Markaz, row["code"], models.Q(code=row["code"]), row if governorate else None)
    for row in _read("vehicles", "vehicles"):
        assignment = row.pop("assignment")
        vehicle = loader.create(Vehicle, row["code"], models.Q(code=row["code"]), row)
        if vehicle is None:
            continue
        district = District.objects.filter(slug=assignment["district"]).first()
        if district:
            Assignment.objects.create(vehicle=vehicle, district=district, starts_on=assignment["starts_on"])


def _load_catalogue(loader: _Loader) -> None:
    for row in _read("services", "payment_means"):
        loader.create(PaymentMeans, row["code"], models.Q(code=row["code"]), row)
    for row in _read("services", "categories"):
        loader.create(Category, row["slug"], models.Q(slug=row["slug"]), row)
    categories = {category.slug: category for category in Category.objects.all()}
    for row in _read("services", "services"):
        documents, fees = row.pop("documents"), row.pop("fees")
        row.pop("offered")
        category = categories.get(row["category"])
        fields = row | {"category": category} if category else None
        service = loader.create(Service, row["slug"], models.Q(slug=row["slug"]), fields)
        if service:
            Document.objects.bulk_create(
                Document(service=service, position=number, **document) for number, document in enumerate(documents, 1)
            )
            Fee.objects.bulk_create(Fee(service=service, **fee) for fee in fees)


def _load_offers(loader: _Loader) -> None:
    """Every shipped vehicle offers every shipped service that is given on vehicles at all; units narrow it down."""
    vehicles = {vehicle.code: vehicle for vehicle in Vehicle.objects.all()}
    services = {service.slug: service for service in Service.objects.all()}
    codes = [row["code"] for row in _read("vehicles", "vehicles")]
    slugs = [row["slug"] for row in _read("services", "services") if row["offered"]]
    for code in codes:
        for slug in slugs:
            vehicle, service = vehicles.get(code), services.get(slug)
            fields = None
            if vehicle and service:
                fields = {"vehicle": vehicle, "service": service, "outcome": service.outcome}
            existing = models.Q(vehicle__code=code, service__slug=slug)
            loader.create(Offer, f"{code}/{slug}", existing, fields)


def _load_places(loader: _Loader) -> None:
    districts = {district.slug: district for district in District.objects.all()}
    created: list[Place] = []
    for row in _read("schedules", "places"):
        district = districts.get(row["district"])
        fields = row | {
            "district": district,
            "search_text": build_search_text(row["name_ar"], row["name_en"], row["spellings"]),
        }
        place = loader.create(Place, row["code"], models.Q(code=row["code"]), fields if district else None)
        if place:
            created.append(place)
    index_places(created)


def _load_holidays(loader: _Loader) -> None:
    for row in _read("schedules", "holidays"):
        loader.create(Holiday, row["date"], models.Q(date=row["date"]), row)


def _load_periods(loader: _Loader) -> None:
    for row in _read("schedules", "periods"):
        existing = models.Q(starts_on__lte=row["ends_on"], ends_on__gte=row["starts_on"])
        loader.create(HoursPeriod, row["starts_on"], existing, row)

"""One box: places above all, and the units, vehicles and services that bear the name."""

from __future__ import annotations

import dataclasses
import datetime as dt

from schedules.clock import local_date, phase_of
from schedules.models import Place
from schedules.queries import PublicStop, next_visits
from schedules.queries_places import search_places
from schedules.search import fold, strip_prefixes
from services.models import Service
from vehicles.models import District, Vehicle

MOST_PLACES = 20
MOST_OTHERS = 8


@dataclasses.dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that answers a search, with its next visit if one is announced."""

    place: Place
    next_stop: PublicStop | None


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What a search brought up. `is_cut` says that there were more places than are shown."""

    places: tuple[FoundPlace, ...]
    districts: tuple[District, ...]
    vehicles: tuple[Vehicle, ...]
    services: tuple[Service, ...]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return not (self.places or self.districts or self.vehicles or self.services)

    @property
    def stops(self) -> list[PublicStop]:
        return [found.next_stop for found in self.places if found.next_stop]


def search(query: str, *, now: dt.datetime) -> Found:
    """Everything that bears the name `query`; harmless for any text."""
    places = search_places(query, limit=MOST_PLACES + 1)
    visits = next_visits([place.pk for place in places], now=now)
    folded = strip_prefixes(fold(query))
    today = local_date(now)

    def is_named(*names: str) -> bool:
        return len(folded) > 1 and any(folded in fold(name) for name in names)

    return Found(
        places=tuple(
            FoundPlace(
                place,
                PublicStop(visits[place.pk], phase_of(visits[place.pk], now=now), is_past=False)
                if place.pk in visits
                else None,
            )
            for place in places[:MOST_PLACES]
        ),
        districts=tuple(
            unit for unit in District.objects.all() if is_named(unit.label_ar, unit.issuer_name_ar, unit.name_en)
        )[:MOST_OTHERS],
        vehicles=tuple(
            vehicle for vehicle in Vehicle.objects.active() if is_named(vehicle.code, vehicle.name_ar, vehicle.name_en)
        )[:MOST_OTHERS],
        services=tuple(
            service
            for service in Service.objects.valid_on(today)
            if is_named(service.name_ar, service.announce_ar, service.name_en)
        )[:MOST_OTHERS],
        is_cut=len(places) > MOST_PLACES,
    )

"""One box: places above all, and the units, vehicles and services that bear the name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import TypeVar

from django.db import models
from django.db.models import Value

from schedules.clock import local_date
from schedules.models import Place
from schedules.queries import PublicStop, next_visits, present_visit
from schedules.queries_places import LONGEST_QUERY, begins_with_or_slips, search_or_guess_places
from schedules.search import fold, strip_prefixes
from schedules.search_terms import words_of
from services.models import Service
from vehicles.enums import DISTRICT_NOUN_AR, DistrictKind
from vehicles.models import District, Vehicle

MOST_PLACES = 20
MOST_OTHERS = 20


@dataclasses.dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that answers a search, with its next visit if one is announced."""

    place: Place
    next_stop: PublicStop | None


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What a search brought up. `is_cut` says that there were more places than are shown; `is_guess` that their names are only
    like what was typed, so that a service, a unit or a vehicle which bears it comes before them.
    """

    places: tuple[FoundPlace, ...]
    districts: tuple[District, ...]
    vehicles: tuple[Vehicle, ...]
    services: tuple[Service, ...]
    is_cut: bool
    is_guess: bool

    @property
    def is_empty(self) -> bool:
        return not (self.places or self.districts or self.vehicles or self.services)

    @property
    def stops(self) -> list[PublicStop]:
        return [found.next_stop for found in self.places if found.next_stop]


_UNIT, _VEHICLE, _SERVICE = "unit", "vehicle", "service"
_Row = TypeVar("_Row", bound=models.Model)


def search(query: str, *, now: dt.datetime, most_places: int = MOST_PLACES) -> Found:
    """Everything that bears the name `query`; harmless for any text.

    Five queries at most, and one for each of units, vehicles and services that is found.
    """
    places, is_guess = search_or_guess_places(query, limit=most_places + 1)
    visits = next_visits([place.pk for place in places], now=now, joined=False) if places else {}
    asked = _Asked.of(query[:LONGEST_QUERY])
    names = _list_names(local_date(now)) if len(asked.text) > 1 else []
    named = [each for each in names if each.answers(asked, str.startswith)]
    if not places and not named:
        named = [each for each in names if each.answers(asked, begins_with_or_slips)]
    return Found(
        places=tuple(FoundPlace(place, present_visit(visits.get(place.pk), now=now)) for place in places[:most_places]),
        districts=tuple(_fetch(District.objects.all(), _UNIT, named)),
        vehicles=tuple(_fetch(Vehicle.objects.all(), _VEHICLE, named)),
        services=tuple(_fetch(Service.objects.all(), _SERVICE, named)),
        is_cut=len(places) > most_places,
        is_guess=is_guess and bool(named),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    text: str  # folded, without prefixes unless nothing else was typed: «مركز» alone finds every markaz
    words: list[str]

    @classmethod
    def of(cls, query: str) -> _Asked:
        return cls(strip_prefixes(fold(query)), words_of(query))


@dataclasses.dataclass(frozen=True, slots=True)
class _Named:
    """The names of a unit, a vehicle or a service, by its key."""

    kind: str
    pk: int
    names: tuple[str, ...]

    def answers(self, asked: _Asked, are_alike: Callable[[str, str], bool]) -> bool:
        """Whether the names have a word for each word that was asked, or one of them has all of it in one piece."""
        names = [_fold_name(name) for name in self.names]
        return any(asked.text in folded for folded, _ in names) or all(
            any(are_alike(word, typed) for _, words in names for word in words) for typed in asked.words
        )


def _list_names(today: dt.date) -> list[_Named]:
    """All that can be found besides places, in one query: they are few, and hardly ever what was meant."""
    units = District.objects.order_by().values_list(
        Value(_UNIT), "pk", "kind", "name_ar", "issuer_name_ar", "name_en", Value("")
    )
    vehicles = Vehicle.objects.active().order_by()
    services = Service.objects.valid_on(today).order_by()
    rows = units.union(
        vehicles.values_list(Value(_VEHICLE), "pk", Value(""), "code", "name_ar", "name_en", Value("")),
        services.values_list(Value(_SERVICE), "pk", Value(""), "name_ar", "announce_ar", "name_en", "other_words"),
        all=True,
    )
    return [
        _Named(kind, pk, (f"{DISTRICT_NOUN_AR[DistrictKind(noun)]} {first}" if noun else first, *others))
        for kind, pk, noun, first, *others in rows
    ]


def _fetch(rows: models.QuerySet[_Row], kind: str, named: list[_Named]) -> list[_Row]:
    keys = [each.pk for each in named if each.kind == kind]
    return list(rows.filter(pk__in=keys)[:MOST_OTHERS]) if keys else []


@functools.lru_cache(maxsize=1024)
def _fold_name(name: str) -> tuple[str, tuple[str, ...]]:
    """The folded name, and its distinctive words."""
    return fold(name), tuple(words_of(name))

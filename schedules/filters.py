"""What a calendar page is narrowed down to: a unit, a vehicle, a service, or several of them, named in the address.

A filter is part of the address and of nothing else, so it can be sent to somebody else. Only values that exist are known:
an address with another one leads nowhere, and cannot fill the store of pages.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar
from urllib.parse import urlencode

from django.db.models import Q

from schedules.models import RevisionService
from services.models import Service
from vehicles.models import District, Vehicle

# The parameters, in the order in which an address names them.
FILTERS: Final = ("district", "vehicle", "service")

Kind = TypeVar("Kind", District, Vehicle, Service)


class UnknownChoice(LookupError):
    """The address names a unit, a vehicle or a service that does not exist."""


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One filter in force: its parameter, what it keeps, and the query of the same page without it."""

    name: str
    label: str
    query_without: str


@dataclasses.dataclass(frozen=True, slots=True)
class StopFilter:
    """The filters in force (None: all), and all that could be chosen, for the form."""

    district: District | None
    vehicle: Vehicle | None
    service: Service | None
    districts: tuple[District, ...]
    vehicles: tuple[Vehicle, ...]
    services: tuple[Service, ...]

    @property
    def scope(self) -> Q | None:
        """The condition on public facts; None when nothing is filtered."""
        found = Q()
        if self.district is not None:
            found &= Q(district=self.district)
        if self.vehicle is not None:
            found &= Q(vehicle=self.vehicle)
        if self.service is not None:
            # By a subquery: a join would count and repeat the rows of the services.
            found &= Q(pk__in=RevisionService.objects.filter(service=self.service).values("revision"))
        return found or None

    @property
    def query(self) -> str:
        """`?district=gharb&service=shop-licence`, always in this order; "" when nothing is filtered."""
        return _query(self._values)

    @property
    def choices(self) -> list[Choice]:
        """The filters in force, in the order of the address."""
        labels = {
            "district": self.district.label if self.district else "",
            "vehicle": self.vehicle.name if self.vehicle else "",
            "service": self.service.name if self.service else "",
        }
        return [
            Choice(name, labels[name], _query({**self._values, name: ""}))
            for name, value in self._values.items()
            if value
        ]

    @property
    def label(self) -> str:
        """The names of what is in force, for a title: «حي شرق – السيارة رقم 1»; "" when nothing is filtered."""
        return " – ".join(choice.label for choice in self.choices)

    @property
    def _values(self) -> dict[str, str]:
        return {
            "district": self.district.slug if self.district else "",
            "vehicle": self.vehicle.code if self.vehicle else "",
            "service": self.service.slug if self.service else "",
        }


def read_filter(*, district: str, vehicle: str, service: str, today: dt.date) -> StopFilter:
    """The filter that an address names (address word, code, address word; "" for all). Three queries.

    What is out of use can still be named, because old addresses do; it is offered only while it is chosen.
    Raises UnknownChoice.
    """
    districts = list(District.objects.all())
    vehicles = list(Vehicle.objects.all())
    services = list(Service.objects.all())
    chosen_vehicle = _choose(vehicles, vehicle, key=lambda each: each.code)
    chosen_service = _choose(services, service, key=lambda each: each.slug)
    return StopFilter(
        district=_choose(districts, district, key=lambda each: each.slug),
        vehicle=chosen_vehicle,
        service=chosen_service,
        districts=tuple(districts),
        vehicles=tuple(each for each in vehicles if each.is_active or each == chosen_vehicle),
        services=tuple(each for each in services if each.is_valid_on(today) or each == chosen_service),
    )


def _choose(rows: Iterable[Kind], value: str, *, key: Callable[[Kind], str]) -> Kind | None:
    if not value:
        return None
    for row in rows:
        if key(row) == value:
            return row
    raise UnknownChoice(value)


def _query(values: Mapping[str, str]) -> str:
    given = urlencode([(name, values[name]) for name in FILTERS if values[name]])
    return f"?{given}" if given else ""

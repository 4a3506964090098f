"""Which resource is the table of a kind, and who may import it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

from exchange.enums import Kind
from exchange.resources import TableResource
from exchange.resources_data import PlaceResource, ServiceResource, VehicleResource
from exchange.resources_stops import StopResource
from schedules.models import Place, Stop
from services.models import Service
from vehicles.enums import Right
from vehicles.models import Vehicle
from vehicles.queries import rights_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MODELS: dict[str, type[models.Model]] = {
    Kind.STOPS: Stop,
    Kind.PLACES: Place,
    Kind.SERVICES: Service,
    Kind.VEHICLES: Vehicle,
}
_RESOURCES: dict[str, type[TableResource]] = {
    each.kind: each for each in (StopResource, PlaceResource, ServiceResource, VehicleResource)
}


def table_of(kind: str, *, by: User, now: dt.datetime) -> TableResource:
    """The table of `kind` as `by` reads and writes it at `now` (aware)."""
    return _RESOURCES[kind](by=by, now=now)


def kinds_to_import(user: User) -> list[Kind]:
    """The tables that `user` may import: stops with the right to plan, the others with that to keep master data."""
    rights = rights_of(user)
    data = Right.KEEP_DATA in rights.everywhere
    plans = Right.EDIT in rights.everywhere or bool(rights.units_with(Right.EDIT))
    return [kind for kind in Kind if (plans if kind == Kind.STOPS else data)]

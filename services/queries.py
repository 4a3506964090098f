"""Reads of the catalogue for the public."""

from __future__ import annotations

import datetime as dt

from services.models import Category, Offer, Service
from vehicles.models import Vehicle


def list_catalogue(*, on: dt.date) -> list[tuple[Category, list[Service]]]:
    """The services that the law gives on the local day `on`, by category, in their order. One query."""
    groups: dict[int, tuple[Category, list[Service]]] = {}
    for service in Service.objects.valid_on(on).select_related("category").order_by("category__position", "name_ar"):
        groups.setdefault(service.category_id, (service.category, []))[1].append(service)
    return list(groups.values())


def list_offers(vehicle: Vehicle, *, on: dt.date) -> list[Offer]:
    """What a vehicle offers on the local day `on`, each with its service, in the order of the catalogue. One query."""
    offers = Offer.objects.valid_on(on).filter(vehicle=vehicle).select_related("service__category")
    return list(offers.order_by("service__category__position", "service__name_ar"))


def find_service(slug: str, *, on: dt.date) -> Service | None:
    """A service with its papers and its fees of the local day `on`, also one that is no longer given: its page then says so."""
    return Service.objects.with_details(on=on).filter(slug=slug).first()

"""Where the governorate's places lie, for the checker: every markaz, and the places of the units.

Places belong to `schedules`, which this app does not import: they are read through the units they belong to.
"""

from __future__ import annotations

from announcements.arabic.geography import Geography, Markaz, Point, Settlement
from schedules.enums import PLACE_NOUN_AR, PlaceKind
from vehicles.enums import DistrictKind
from vehicles.models import District
from vehicles.models import Markaz as MarkazRow
from vehicles.queries import get_governorate


def read_geography() -> Geography:
    """All that is known of where places lie in the governorate. Three queries: the checker asks only when a text needs it."""
    governorate = get_governorate()
    if governorate is None:
        return Geography()
    places = District.objects.filter(kind=DistrictKind.MARKAZ).values_list(
        "places__kind", "places__name_ar", "name_ar", "places__latitude", "places__longitude"
    )
    return Geography(
        governorate=governorate.name_ar,
        marakez=tuple(
            Markaz(row.names_ar, Point(float(row.latitude), float(row.longitude)))
            for row in MarkazRow.objects.filter(governorate=governorate)
        ),
        settlements=tuple(
            Settlement(PLACE_NOUN_AR[PlaceKind(kind)], name, markaz, Point(float(latitude), float(longitude)))
            for kind, name, markaz, latitude, longitude in places
            if latitude is not None and longitude is not None
        ),
    )

"""The fixed centre to go to when no vehicle comes: the nearest one where points are known, else the unit's own."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

from schedules.models import Place
from vehicles.models import District

EARTH_RADIUS_KM = 6371.0


@dataclasses.dataclass(frozen=True, slots=True)
class FallbackCentre:
    """A fixed centre, by the unit it belongs to. `kilometres` is as the crow flies, None where a point is not known."""

    district: District
    kilometres: int | None

    @property
    def name(self) -> str:
        return self.district.fixed_centre_name


def find_fallback_centre(place: Place) -> FallbackCentre | None:
    """The nearest fixed centre to `place`, or its own unit's. One query, of a handful of rows."""
    centres = _list_centres()
    if place.latitude is not None and place.longitude is not None:
        nearest = _nearest(centres, float(place.latitude), float(place.longitude))
        if nearest is not None:
            return nearest
    own = next((unit for unit in centres if unit.pk == place.district_id), None)
    return FallbackCentre(own, None) if own else None


def find_nearest_centre(latitude: float, longitude: float) -> FallbackCentre | None:
    """The nearest fixed centre to a point in degrees, of those whose point is known. One query, of a handful of rows."""
    return _nearest(_list_centres(), latitude, longitude)


def kilometres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in kilometres between two points in degrees (haversine)."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_dphi = (other_phi - phi) / 2
    half_dlambda = math.radians(other_longitude - longitude) / 2
    a = math.sin(half_dphi) ** 2 + math.cos(phi) * math.cos(other_phi) * math.sin(half_dlambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(a))


def _list_centres() -> list[District]:
    return list(District.objects.exclude(fixed_centre_name_ar=""))


def _nearest(centres: Iterable[District], latitude: float, longitude: float) -> FallbackCentre | None:
    measured = [
        (
            kilometres_between(
                latitude, longitude, float(unit.fixed_centre_latitude), float(unit.fixed_centre_longitude)
            ),
            unit,
        )
        for unit in centres
        if unit.fixed_centre_latitude is not None and unit.fixed_centre_longitude is not None
    ]
    if not measured:
        return None
    kilometres, unit = min(measured, key=lambda pair: pair[0])
    return FallbackCentre(unit, max(1, round(kilometres)))

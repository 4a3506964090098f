"""The fixed centre to go to when no vehicle comes: the nearest one where points are known, else the unit's own."""

from __future__ import annotations

import dataclasses
import math

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
    centres = list(District.objects.exclude(fixed_centre_name_ar=""))
    distances = {unit.pk: _distance(place, unit) for unit in centres}
    measured = [unit for unit in centres if distances[unit.pk] is not None]
    if measured:
        nearest = min(measured, key=lambda unit: distances[unit.pk] or 0.0)
        return FallbackCentre(nearest, max(1, round(distances[nearest.pk] or 0.0)))
    own = next((unit for unit in centres if unit.pk == place.district_id), None)
    return FallbackCentre(own, None) if own else None


def kilometres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in kilometres between two points in degrees (haversine)."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_dphi = (other_phi - phi) / 2
    half_dlambda = math.radians(other_longitude - longitude) / 2
    a = math.sin(half_dphi) ** 2 + math.cos(phi) * math.cos(other_phi) * math.sin(half_dlambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(a))


def _distance(place: Place, unit: District) -> float | None:
    points = (place.latitude, place.longitude, unit.fixed_centre_latitude, unit.fixed_centre_longitude)
    if any(point is None for point in points):
        return None
    return kilometres_between(*(float(point) for point in points if point is not None))

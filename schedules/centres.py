"""The fixed centre to go to when no vehicle comes: the nearest one where points are known, else the unit's own."""

from __future__ import annotations

import dataclasses
import hashlib
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


@dataclasses.dataclass(frozen=True, slots=True)
class Centres:
    """Fixed centres with their points; `key` stands for all of them and changes as soon as one is moved, opened or closed."""

    units: tuple[District, ...]
    key: str

    def nearest_to(self, place: Place) -> tuple[District, float] | None:
        """The unit of the nearest centre and the kilometres to it as the crow flies; None where a point is not known."""
        if place.latitude is None or place.longitude is None:
            return None
        return _measure_nearest(self.units, float(place.latitude), float(place.longitude))


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


def find_centres() -> Centres:
    """The fixed centres whose points are known. One query, of a handful of rows."""
    found = [unit for unit in _list_centres() if unit.fixed_centre_latitude is not None]
    told = repr(sorted((unit.pk, str(unit.fixed_centre_latitude), str(unit.fixed_centre_longitude)) for unit in found))
    return Centres(tuple(found), hashlib.sha256(told.encode()).hexdigest()[:16])


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
    found = _measure_nearest(centres, latitude, longitude)
    return FallbackCentre(found[0], max(1, round(found[1]))) if found else None


def _measure_nearest(centres: Iterable[District], latitude: float, longitude: float) -> tuple[District, float] | None:
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
    return unit, kilometres

"""What is near a point: the places by distance, the visit that comes soonest among them, and the nearest fixed centre."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

from schedules.centres import FallbackCentre, find_nearest_centre, kilometres_between
from schedules.models import Place
from schedules.queries import PublicStop, next_visits, present_visit

MOST_NEAR = 10
# How far one would go for a visit that is sooner, in kilometres as the crow flies.
REACH_KM = 15
# Farther from every known place than this, a person is not in the area that the vehicles serve.
AREA_KM = 50
KM_OF_A_DEGREE = 111.2


@dataclasses.dataclass(frozen=True, slots=True)
class NearPlace:
    """A place, with its next visit if one is announced, and how far it is in whole kilometres (at least one)."""

    place: Place
    next_stop: PublicStop | None
    kilometres: int


@dataclasses.dataclass(frozen=True, slots=True)
class Nearby:
    """What is near. `soonest` is the visit within reach that comes first; with no places, nothing that is served is near."""

    places: tuple[NearPlace, ...]
    soonest: NearPlace | None
    centre: FallbackCentre | None

    @property
    def stops(self) -> list[PublicStop]:
        soonest = [self.soonest] if self.soonest else []
        return [near.next_stop for near in (*soonest, *self.places) if near.next_stop]


def find_nearby(latitude: float, longitude: float, *, now: dt.datetime) -> Nearby:
    """The places near a point in degrees (WGS 84), nearest first, of those whose own point is known. Four queries."""
    distances = _measure(latitude, longitude)
    if not distances:
        return Nearby((), None, None)
    shown = list(distances)[:MOST_NEAR]
    reached = [pk for pk, kilometres in distances.items() if kilometres <= REACH_KM]
    visits = next_visits({*shown, *reached}, now=now, joined=False)
    coming = [(visits[pk].starts, distances[pk], pk) for pk in reached if pk in visits]
    soonest = min(coming)[-1] if coming else None
    places = Place.objects.with_details().in_bulk([*shown, *([] if soonest is None else [soonest])])
    found = {
        pk: NearPlace(place, present_visit(visits.get(pk), now=now), max(1, round(distances[pk])))
        for pk, place in places.items()
    }
    return Nearby(
        places=tuple(found[pk] for pk in shown if pk in found),
        soonest=None if soonest is None else found.get(soonest),
        centre=find_nearest_centre(latitude, longitude),
    )


def _measure(latitude: float, longitude: float) -> dict[int, float]:
    """The kilometres to every place in the area around a point, by the key of the place, nearest first."""
    height = AREA_KM / KM_OF_A_DEGREE
    # Meridians meet at the poles; near them any longitude will do.
    width = height / max(0.01, math.cos(math.radians(latitude)))
    rows = Place.objects.filter(
        latitude__range=(latitude - height, latitude + height), longitude__range=(longitude - width, longitude + width)
    ).values_list(
        "pk", "latitude", "longitude"
    )  # in the order of names: many points are rounded to the same minute of arc
    measured = [
        (kilometres_between(latitude, longitude, float(place_latitude), float(place_longitude)), pk)
        for pk, place_latitude, place_longitude in rows
        if place_latitude is not None and place_longitude is not None
    ]
    near = sorted((pair for pair in measured if pair[0] <= AREA_KM), key=lambda pair: pair[0])
    return {pk: kilometres for kilometres, pk in near}

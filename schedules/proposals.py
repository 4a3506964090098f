"""A stop proposed for a place: the first working day on which a vehicle of its unit is free, as it was there the last time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.models import Holiday, HoursPeriod, Place, Stop
from schedules.validators import StopData, check_stop
from services.models import Offer
from vehicles.models import Assignment, Vehicle

if TYPE_CHECKING:
    from vehicles.queries import Person

# How far ahead a free day is looked for, and how many are tried before a person is asked.
DAYS_AHEAD, MOST_TRIED = 42, 8
# What does not take place keeps no vehicle.
_OFF = (StopStatus.CANCELLED, StopStatus.POSTPONED)


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """What is known of a stop at a place. With `data` it can be drafted as it is; without, a person fills in what is missing.

    `vehicle` and `date` are None where no vehicle of the unit is free in the coming weeks; hours and landmark are None and ""
    where nothing like it was planned before.
    """

    place: Place
    vehicle: Vehicle | None
    date: dt.date | None
    like: Stop | None
    data: StopData | None

    def as_query(self) -> dict[str, str]:
        """The fields of the stop's form to open it with."""
        fields: dict[str, object] = {
            "place": self.place.pk,
            "vehicle": self.vehicle.pk if self.vehicle else None,
            "date": self.date.isoformat() if self.date else None,
            "all_services": "on",
        }
        if self.like is not None:
            times = ("starts_at", "ends_at", "last_intake")
            fields |= {name: getattr(self.like, name) and getattr(self.like, name).strftime("%H:%M") for name in times}
            if self.like.place_id == self.place.pk:
                fields["landmark_ar"] = self.like.landmark_ar
        return {name: str(value) for name, value in fields.items() if value}


def propose_stop(place: Place, *, by: Person, now: dt.datetime) -> Proposal:
    """Propose a stop at `place` that `by` could draft at `now` (aware): late enough to be announced in time.

    A few queries, whatever is planned.
    """
    former = _find_former(place)
    days = list(itertools.islice(_free_days(place, now=now), MOST_TRIED))
    if not days:
        return Proposal(place, None, None, former, None)
    if former is not None:
        for day, vehicle in days:
            data = _like_before(former, place, vehicle, day)
            if not check_stop(data, by=by, now=now):
                return Proposal(place, vehicle, day, former, data)
    day, vehicle = days[0]
    # Nobody guesses where a vehicle can stand: without a landmark that was used before, a person writes it.
    return Proposal(place, vehicle, day, former or _find_habit(vehicle), None)


def _find_former(place: Place) -> Stop | None:
    """The newest stop at the place whose landmark and hours can be used again."""
    return Stop.objects.filter(place=place).exclude(status=StopStatus.CANCELLED).order_by("-date", "-pk").first()


def _find_habit(vehicle: Vehicle) -> Stop | None:
    """The newest stop of the vehicle: its usual hours."""
    return Stop.objects.filter(vehicle=vehicle).exclude(status=StopStatus.CANCELLED).order_by("-date", "-pk").first()


def _free_days(place: Place, *, now: dt.datetime) -> Iterator[tuple[dt.date, Vehicle]]:
    """Working days on which a vehicle of the unit has no stop at all, the next first; the least busy vehicle first."""
    first = local_date(now) + dt.timedelta(days=1 + math.ceil(settings.LATE_HOURS / 24))
    last = first + dt.timedelta(days=DAYS_AHEAD - 1)
    assignments = list(
        Assignment.objects.filter(district=place.district_id, vehicle__is_active=True)
        .exclude(ends_on__lt=first)
        .exclude(starts_on__gt=last)
        .select_related("vehicle")
        .order_by("vehicle__code")
    )
    taken: dict[int, set[dt.date]] = {row.vehicle_id: set() for row in assignments}
    planned = Stop.objects.filter(vehicle__in=taken, date__gte=first, date__lte=last)
    for vehicle_id, day in planned.exclude(status__in=_OFF).values_list("vehicle_id", "date"):
        taken[vehicle_id].add(day)
    holidays = set(Holiday.objects.filter(date__gte=first, date__lte=last).values_list("date", flat=True))
    for distance in range(DAYS_AHEAD):
        day = first + dt.timedelta(days=distance)
        if day in holidays or place.district.governorate.is_weekend(day) or place.has_market_on(day):
            continue
        yield from ((day, vehicle) for vehicle in _free_on(day, assignments, taken))


def _free_on(day: dt.date, assignments: Sequence[Assignment], taken: dict[int, set[dt.date]]) -> list[Vehicle]:
    free = [
        row.vehicle
        for row in assignments
        if row.starts_on <= day and (row.ends_on is None or day <= row.ends_on) and day not in taken[row.vehicle_id]
    ]
    return sorted(free, key=lambda vehicle: len(taken[vehicle.pk]))


def _like_before(like: Stop, place: Place, vehicle: Vehicle, day: dt.date) -> StopData:
    """The stop of the last time, with what the vehicle offers on its new day, in the hours of a period it may lie in."""
    period = HoursPeriod.objects.touching(day, day).first()
    hours = period or like
    offers = Offer.objects.valid_on(day).filter(vehicle=vehicle).select_related("service")
    return StopData(
        vehicle=vehicle,
        place=place,
        date=day,
        starts_at=hours.starts_at,
        ends_at=hours.ends_at,
        last_intake=hours.last_intake,
        landmark_ar=like.landmark_ar,
        landmark_en=like.landmark_en,
        services=tuple(offer.service for offer in offers),
        payment_means=tuple(like.payment_means.all()),
    )

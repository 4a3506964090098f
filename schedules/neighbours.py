"""A stop beside others of its day: two vehicles that do the same at one place, and the way of one vehicle from place to place.

Both are domain.md (d) 9. `StopData` arrives from `validators`, which asks here, so it is named for annotations alone.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from announcements.arabic.digits import clean
from schedules.centres import kilometres_between
from schedules.enums import StopStatus
from schedules.models import Place, Stop
from sohag_mobile.errors import DomainError
from vehicles.queries import find_assignment

if TYPE_CHECKING:
    from schedules.validators import StopData

DUPLICATE = "duplicate_of_another_vehicle"
SHORT_TRAVEL = "short_travel_gap"

# What does not take place stands in nobody's way.
_OFF = (StopStatus.CANCELLED, StopStatus.POSTPONED)


def way_minutes(start: Place, end: Place) -> int:
    """How long the way between two places takes: the straight line times TRAVEL_DETOUR_FACTOR at TRAVEL_SPEED_KMH.

    TRAVEL_MINIMUM_MINUTES where a point is not known.
    """
    points = (start.latitude, start.longitude, end.latitude, end.longitude)
    if any(point is None for point in points):
        return int(settings.TRAVEL_MINIMUM_MINUTES)
    kilometres = kilometres_between(*(float(point) for point in points if point is not None))
    return math.ceil(kilometres * float(settings.TRAVEL_DETOUR_FACTOR) / float(settings.TRAVEL_SPEED_KMH) * 60)


def check_travel(data: StopData, *, stop: Stop | None) -> list[DomainError]:
    """Whether the vehicle can come from its stop before, and reach the one after, at another place.

    No gap at all is refused; one shorter than the way has to be accepted (`accept_short_travel`).
    """
    if data.starts_at >= data.ends_at:
        return []
    that_day = _others(data, stop).filter(vehicle=data.vehicle).select_related("place__district")
    return [problem for _other, problem in judge_travel(data, list(that_day), stop=stop)]


def judge_travel(data: StopData, that_day: Sequence[Stop], *, stop: Stop | None) -> list[tuple[Stop, DomainError]]:
    """The rule of `check_travel` about the other stops `that_day` of the vehicle, each refusal with the stop it is about."""
    if data.starts_at >= data.ends_at:
        return []
    before = max((o for o in that_day if o.ends_at <= data.starts_at), key=lambda o: o.ends_at, default=None)
    after = min((o for o in that_day if o.starts_at >= data.ends_at), key=lambda o: o.starts_at, default=None)
    found = []
    if before is not None and before.place_id != data.place.pk:
        problems = _check_gap(before, data.place, before.ends_at, data.starts_at, "starts_at", data=data, stop=stop)
        found += [(before, problem) for problem in problems]
    if after is not None and after.place_id != data.place.pk:
        problems = _check_gap(after, data.place, data.ends_at, after.starts_at, "ends_at", data=data, stop=stop)
        found += [(after, problem) for problem in problems]
    return found


def _check_gap(
    other: Stop, place: Place, leaves: dt.time, arrives: dt.time, field: str, *, data: StopData, stop: Stop | None
) -> list[DomainError]:
    gap, way = _minutes(arrives) - _minutes(leaves), way_minutes(other.place, place)
    told = {"place": other.place.label, "start": _time(other.starts_at), "end": _time(other.ends_at)}
    if gap == 0:
        return [
            DomainError(
                _(
                    "No time is left for the way: the vehicle stands at %(place)s from %(start)s to %(end)s. Leave time between"
                    " the two."
                )
                % told,
                field=field,
                code="no_travel_gap",
            )
        ]
    if gap >= way or data.accept_short_travel or _accepted_there(other.short_travel_accepted_by_id, data, stop):
        return []
    return [
        DomainError(
            ngettext(
                "Only %(gap)d minute is left for the way from or to %(place)s, where the vehicle stands from %(start)s to"
                " %(end)s; the way takes about %(way)d. Choose another hour, or accept it here.",
                "Only %(gap)d minutes are left for the way from or to %(place)s, where the vehicle stands from %(start)s to"
                " %(end)s; the way takes about %(way)d. Choose another hour, or accept it here.",
                gap,
            )
            % {**told, "gap": gap, "way": way},
            field="accept_short_travel",
            code=SHORT_TRAVEL,
        )
    ]


def check_duplicate(data: StopData, *, stop: Stop | None) -> list[DomainError]:
    """Whether another vehicle does the same at the same landmark in the same hours; to be accepted (`accept_duplicate`)."""
    if data.accept_duplicate or data.starts_at >= data.ends_at:
        return []
    there = (
        _others(data, stop)
        .exclude(vehicle=data.vehicle)
        .filter(place=data.place, starts_at__lt=data.ends_at, ends_at__gt=data.starts_at)
        .select_related("vehicle")
        .prefetch_related("services")
    )
    others = list(there.order_by("starts_at", "pk"))
    assignment = find_assignment(data.vehicle, on=data.date) if others else None
    found = judge_duplicate(data, others, stop=stop, unit=assignment.district_id if assignment else None)
    return [problem for _other, problem in found[:1]]


def judge_duplicate(
    data: StopData, there: Sequence[Stop], *, stop: Stop | None, unit: int | None
) -> list[tuple[Stop, DomainError]]:
    """The rule of `check_duplicate` about stops of that day (with their services), each refusal with the stop it is about.

    `unit` is the primary key of the one that the vehicle works for that day.
    """
    if data.accept_duplicate:
        return []
    services = {service.pk for service in data.services}
    found = []
    for other in there:
        elsewhere = other.place_id != data.place.pk or other.vehicle_id == data.vehicle.pk
        if elsewhere or other.starts_at >= data.ends_at or other.ends_at <= data.starts_at:
            continue
        same = clean(other.landmark_ar) == clean(data.landmark_ar)
        if not same or {service.pk for service in other.services.all()} != services:
            continue
        if _accepted_there(other.duplicate_accepted_by_id, data, stop):
            continue
        sentence = _tell_duplicate(other, is_ours=other.district_id == unit)
        found.append((other, DomainError(sentence, field="accept_duplicate", code=DUPLICATE)))
    return found


def _tell_duplicate(other: Stop, *, is_ours: bool) -> str:
    """The sentence about `other`; of what another unit has not announced yet no more is told than that it is there."""
    if not is_ours and (other.status == StopStatus.DRAFT or other.has_unpublished_changes):
        return _(
            "Another unit plans a vehicle at the same landmark with the same services in these hours. Choose another place or"
            " other services, or accept it here: both are announced together."
        )
    return _(
        "%(vehicle)s stands at the same landmark with the same services, from %(start)s to %(end)s. Choose another"
        " place or other services, or accept it here: both are announced together."
    ) % {"vehicle": other.vehicle, "start": _time(other.starts_at), "end": _time(other.ends_at)}


def what_needs_accepting(data: StopData, *, stop: Stop | None) -> set[str]:
    """The codes of what `data` would be refused for if nobody accepted it."""
    bare = dataclasses.replace(data, accept_duplicate=False, accept_short_travel=False)
    problems = [*check_duplicate(bare, stop=stop), *check_travel(bare, stop=stop)]
    return {problem.code for problem in problems} & {DUPLICATE, SHORT_TRAVEL}


def _others(data: StopData, stop: Stop | None) -> QuerySet[Stop]:
    others = Stop.objects.filter(date=data.date).exclude(status__in=_OFF)
    return others.exclude(pk=stop.pk) if stop is not None else others


def _accepted_there(accepted_by: int | None, data: StopData, stop: Stop | None) -> bool:
    """Whether who planned the other stop has accepted the two as they stand: this one has not been changed since."""
    if accepted_by is None or stop is None:
        return False
    return stands_as_before(data, stop)


def stands_as_before(data: StopData, stop: Stop) -> bool:
    """Whether `data` leaves vehicle, place, landmark, day, hours and services as the working copy `stop` has them."""
    before = (stop.vehicle_id, stop.place_id, clean(stop.landmark_ar), stop.date, stop.starts_at, stop.ends_at)
    now = (data.vehicle.pk, data.place.pk, clean(data.landmark_ar), data.date, data.starts_at, data.ends_at)
    return before == now and {one.pk for one in stop.services.all()} == {one.pk for one in data.services}


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _time(value: dt.time) -> str:
    return time_format(value, "g:i A")

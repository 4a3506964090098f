"""Why a stop would be refused. Forms, actions and the API ask here, so that all say the same sentence."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from announcements.arabic.causes import after_because
from announcements.arabic.digits import clean
from announcements.arabic.errors import CauseNotANoun
from schedules.enums import StopStatus
from schedules.models import HoursPeriod, Place, Stop, StopRevision
from schedules.models.stops import local_zone
from schedules.neighbours import check_duplicate, check_travel
from schedules.special_days import check_friday_prayer, check_landmark_confirmed, check_working_day
from services.models import Offer, PaymentMeans, Service
from sohag_mobile.errors import DomainError
from vehicles.models import Assignment, District, OutOfService, Vehicle
from vehicles.queries import find_assignment, find_out_of_service, is_supervisor, may_edit

if TYPE_CHECKING:
    from vehicles.queries import Person


class VehicleAlreadyBooked(DomainError):
    """The vehicle stands elsewhere at that time."""

    code = "vehicle_already_booked"


class PlaceOutsideUnit(DomainError):
    """The place belongs to another unit than the vehicle does that day; a supervisor can accept it."""

    code = "place_outside_unit"


class StaleEdit(DomainError):
    """Somebody saved the stop after the person had opened it."""

    code = "stale"


@dataclasses.dataclass(frozen=True, slots=True)
class StopData:
    """What staff enter for a stop. Times are wall-clock, dates local. Field names are those of the form."""

    vehicle: Vehicle
    place: Place
    date: dt.date
    starts_at: dt.time
    ends_at: dt.time
    last_intake: dt.time | None
    landmark_ar: str
    landmark_en: str = ""
    services: tuple[Service, ...] = ()
    payment_means: tuple[PaymentMeans, ...] = ()
    off_day_reason: str = ""
    accept_outside_district: bool = False
    other_hours_reason: str = ""
    intake_only: bool = False
    landmark_confirmed_for: dt.date | None = (
        None  # the day for which somebody has asked whether the vehicle can stand there
    )
    accept_duplicate: bool = False
    accept_short_travel: bool = False

    @classmethod
    def of(cls, stop: Stop) -> StopData:
        """The data of an existing working copy."""
        return cls(
            vehicle=stop.vehicle,
            place=stop.place,
            date=stop.date,
            starts_at=stop.starts_at,
            ends_at=stop.ends_at,
            last_intake=stop.last_intake,
            landmark_ar=stop.landmark_ar,
            landmark_en=stop.landmark_en,
            services=tuple(stop.services.all()),
            payment_means=tuple(stop.payment_means.all()),
            off_day_reason=stop.off_day_reason,
            accept_outside_district=stop.outside_district_accepted_by_id is not None,
            other_hours_reason=stop.other_hours_reason,
            intake_only=stop.intake_only,
            landmark_confirmed_for=stop.landmark_confirmed_for,
            accept_duplicate=stop.duplicate_accepted_by_id is not None,
            accept_short_travel=stop.short_travel_accepted_by_id is not None,
        )


def check_stop(data: StopData, *, by: Person, now: dt.datetime, stop: Stop | None = None) -> list[DomainError]:
    """Every rule that refuses `data`, each beside the field it is about; empty when the stop may be saved.

    `stop` is the working copy being edited, if any; `now` is an aware instant.
    """
    assignment = find_assignment(data.vehicle, on=data.date)
    out_of_service = find_out_of_service(data.vehicle, on=data.date)
    vehicle = _check_vehicle(data, assignment=assignment, by=by, period=out_of_service)
    return [
        *_check_landmarks(data),
        *_check_order(data),
        *_check_not_over(data, now=now),
        # What else is planned is told only to whoever may plan for the vehicle on that day.
        *(vehicle or _check_booking(data, stop=stop)),
        *_check_place(data, assignment=assignment, by=by, stop=stop),
        *check_duplicate(data, stop=stop),
        *check_travel(data, stop=stop),
        *check_working_day(data, assignment=assignment),
        *check_landmark_confirmed(data, assignment=assignment),
        *check_friday_prayer(data, assignment=assignment),
        *_check_period(data),
        *_check_services(data),
    ]


def check_visit(data: StopData, *, by: Person) -> list[DomainError]:
    """What is wrong with `data` whatever else is planned on its day: what a rule of recurrence can be refused for.

    Holidays, hours of a period and other stops are asked about day by day, when the drafts are made.
    """
    assignment = find_assignment(data.vehicle, on=data.date)
    return [
        *_check_landmarks(data),
        *_check_order(data),
        *_check_vehicle(data, assignment=assignment, by=by),
        *_check_place(data, assignment=assignment, by=by, stop=None),
        *_check_services(data),
    ]


def _day(value: dt.date) -> str:
    return date_format(value, "l j F Y")


def _time(value: dt.time) -> str:
    return time_format(value, "g:i A")


def stale_edit(stop: Stop) -> StaleEdit:
    """The refusal that names who saved the working copy meanwhile."""
    return StaleEdit(
        _(
            "%(person)s has saved this stop since you opened it. Nothing of yours was saved or lost: compare both below, mend the"
            " form, and save again."
        )
        % {"person": stop.updated_by.get_full_name() or stop.updated_by.get_username()}
    )


def has_letters(text: str) -> bool:
    """Whether `text` says anything once it is cleaned: a full stop, a mark or a picture alone does not."""
    return any(character.isalpha() for character in clean(text))


def read_cause(text: str) -> str:
    """A cause as typed, as the phrase that follows «بسبب»: without the particle it was typed with.

    Raises DomainError for the field `cause_ar` when it says nothing, or when what is left is no phrase that can follow.
    """
    try:
        phrase = after_because(text)
    except CauseNotANoun as error:
        raise DomainError(
            _(
                "“%(word)s” cannot follow «بسبب». Write the cause as a name and not as a sentence, for example «عطل في السيارة»"
                " or «أعمال رصف الطريق»."
            )
            % {"word": error.word},
            field="cause_ar",
            code="cause_not_a_noun",
        ) from error
    if not has_letters(phrase):
        raise DomainError(
            _("Write the cause, as it will be read after «بسبب»."), field="cause_ar", code="cause_missing"
        )
    return phrase


def _check_landmarks(data: StopData) -> list[DomainError]:
    return [
        DomainError(_("Write the landmark in words."), field=field, code="landmark_without_words")
        for field, text, needed in (
            ("landmark_ar", data.landmark_ar, True),
            ("landmark_en", data.landmark_en, bool(data.landmark_en.strip())),
        )
        if needed and not has_letters(text)
    ]


def _check_order(data: StopData) -> list[DomainError]:
    if data.ends_at <= data.starts_at:
        return [
            DomainError(
                _("The end must come after the beginning (%(start)s).") % {"start": _time(data.starts_at)},
                field="ends_at",
                code="ends_before_it_starts",
            )
        ]
    if data.last_intake and not data.starts_at < data.last_intake <= data.ends_at:
        return [
            DomainError(
                _("The last intake must lie between %(start)s and %(end)s.")
                % {"start": _time(data.starts_at), "end": _time(data.ends_at)},
                field="last_intake",
                code="last_intake_outside_hours",
            )
        ]
    return []


def _check_not_over(data: StopData, *, now: dt.datetime) -> list[DomainError]:
    local = now.astimezone(local_zone())
    if data.date < local.date():
        return [
            DomainError(
                _("%(day)s is already past. Choose a coming day.") % {"day": _day(data.date)},
                field="date",
                code="date_in_the_past",
            )
        ]
    if data.date == local.date() and data.starts_at < data.ends_at <= local.time():
        return [
            DomainError(
                _("This stop would already be over: it is %(time)s now.") % {"time": _time(local.time())},
                field="ends_at",
                code="already_over",
            )
        ]
    return []


def _check_vehicle(
    data: StopData, *, assignment: Assignment | None, by: Person, period: OutOfService | None = None
) -> list[DomainError]:
    problems = judge_vehicle(data, assignment=assignment, period=period)
    if problems or assignment is None:
        return problems
    if not may_edit(by, assignment.district):
        return [
            DomainError(
                _("%(vehicle)s works for %(unit)s on that day, and you do not plan for that unit.")
                % {"vehicle": data.vehicle, "unit": assignment.district.label},
                field="vehicle",
                code="not_your_unit",
            )
        ]
    return []


def _check_booking(data: StopData, *, stop: Stop | None) -> list[DomainError]:
    if data.starts_at < data.ends_at and (other := find_overlapping_stop(data, stop=stop)):
        return [booked_error(other)]
    return []


def judge_vehicle(data: StopData, *, assignment: Assignment | None, period: OutOfService | None) -> list[DomainError]:
    """Whether the vehicle can work that day at all; `period` is one in which it cannot, where there is one that day."""
    told: dict[str, Any] = {"vehicle": data.vehicle}
    if not data.vehicle.is_active:
        message, code = _("%(vehicle)s is not in use."), "vehicle_not_in_use"
    elif period is not None and period.ends_on is not None:
        message = _("%(vehicle)s is out of service from %(first)s to %(last)s (%(cause)s).")
        code = "vehicle_out_of_service"
        told |= {"first": _day(period.starts_on), "last": _day(period.ends_on), "cause": period.get_cause_display()}
    elif period is not None:
        message = _("%(vehicle)s is out of service since %(first)s until further notice (%(cause)s).")
        code = "vehicle_out_of_service"
        told |= {"first": _day(period.starts_on), "cause": period.get_cause_display()}
    elif assignment is None:
        message, code = _("%(vehicle)s is not assigned to any unit on %(day)s."), "vehicle_not_assigned"
        told |= {"day": _day(data.date)}
    else:
        return []
    return [DomainError(message % told, field="vehicle", code=code)]


def find_overlapping_stop(data: StopData, *, stop: Stop | None = None) -> Stop | None:
    """Another stop that holds the vehicle and overlaps. Touching ends do not; what is cancelled or postponed holds nothing."""
    others = Stop.objects.select_related("place__district", "vehicle").filter(
        vehicle=data.vehicle, date=data.date, starts_at__lt=data.ends_at, ends_at__gt=data.starts_at
    )
    others = others.exclude(status__in=[StopStatus.CANCELLED, StopStatus.POSTPONED])
    return (others.exclude(pk=stop.pk) if stop else others).first()


def find_announcing_district(stop: Stop) -> District:
    """The unit whose word about `stop` stands: the one that announced it, or for a draft the one it is planned for."""
    announced = find_announced(stop)
    return announced.district if announced else stop.district


def find_announced(stop: Stop) -> StopRevision | None:
    """What the public reads of `stop` now."""
    return StopRevision.objects.public().select_related("district").filter(stop=stop).first()


def find_announced_in_the_way(stops: Sequence[Stop]) -> StopRevision | None:
    """A public fact of another stop that holds the vehicle and time of one of `stops`, whatever its working copy says."""
    others = StopRevision.objects.public().holding().exclude(stop__in=stops).select_related("place__district")
    for stop in Stop.objects.filter(pk__in=[stop.pk for stop in stops]):
        found = others.filter(
            vehicle=stop.vehicle_id, date=stop.date, starts_at__lt=stop.ends_at, ends_at__gt=stop.starts_at
        ).first()
        if found:
            return found
    return None


def announced_error(other: StopRevision) -> VehicleAlreadyBooked:
    """The refusal of a time that was given up in a working copy, while the public is still told of it."""
    return VehicleAlreadyBooked(
        _(
            "The public is still told that the vehicle stands elsewhere then: %(place)s, %(day)s, from %(start)s to %(end)s."
            " Publish the change of that stop first, or both together."
        )
        % {
            "place": other.place.label,
            "day": _day(other.date),
            "start": _time(other.starts_at),
            "end": _time(other.ends_at),
        },
        field="vehicle",
    )


def booked_error(other: Stop | None) -> VehicleAlreadyBooked:
    """The refusal that names the stop in the way, where it is known."""
    if other is None:
        return VehicleAlreadyBooked(_("The vehicle already has a stop at this time."), field="vehicle")
    return VehicleAlreadyBooked(
        _("The vehicle is already booked then: %(place)s, %(day)s, from %(start)s to %(end)s.")
        % {
            "place": other.place.label,
            "day": _day(other.date),
            "start": _time(other.starts_at),
            "end": _time(other.ends_at),
        },
        field="vehicle",
    )


def _check_place(data: StopData, *, assignment: Assignment | None, by: Person, stop: Stop | None) -> list[DomainError]:
    if assignment is None or data.place.district_id == assignment.district_id:
        return []
    accepted_before = (
        stop is not None
        and stop.outside_district_accepted_by_id is not None
        and (stop.place_id, stop.vehicle_id) == (data.place.pk, data.vehicle.pk)
    )
    if data.accept_outside_district and (accepted_before or is_supervisor(by)):
        return []
    return [outside_error(data, assignment=assignment)]


def outside_error(data: StopData, *, assignment: Assignment) -> PlaceOutsideUnit:
    """The refusal of a place of another unit than the vehicle works for that day."""
    return PlaceOutsideUnit(
        _("%(place)s lies outside %(unit)s, for which the vehicle works that day. A general supervisor can accept it.")
        % {"place": data.place.label, "unit": assignment.district.label},
        field="place",
    )


def find_period(day: dt.date) -> HoursPeriod | None:
    """The period whose hours hold on the local day `day`, a confirmed one before a provisional one."""
    return HoursPeriod.objects.touching(day, day).first()


def _check_period(data: StopData) -> list[DomainError]:
    """A visit takes its hours from the calendar by its date (domain.md (d) 7); another hour needs a reason."""
    if data.other_hours_reason.strip() or data.ends_at <= data.starts_at:
        return []
    return judge_period(data, period=find_period(data.date))


def judge_period(data: StopData, *, period: HoursPeriod | None) -> list[DomainError]:
    """The rule of the hours of a period, where the one that holds that day, if any, is known."""
    if data.other_hours_reason.strip() or data.ends_at <= data.starts_at:
        return []
    if period is None or period.holds(data.starts_at, data.ends_at):
        return []
    return [
        DomainError(
            _(
                "During %(period)s the hours are from %(start)s to %(end)s. Keep to them, or write the reason for other"
                " hours."
            )
            % {"period": period.name, "start": _time(period.starts_at), "end": _time(period.ends_at)},
            field="starts_at" if data.starts_at < period.starts_at else "ends_at",
            code="outside_the_hours_of_the_period",
        )
    ]


def _check_services(data: StopData) -> list[DomainError]:
    if not data.services:
        return [DomainError(_("Choose at least one service."), field="services", code="no_service")]
    offered = set(
        Offer.objects.valid_on(data.date)
        .filter(vehicle=data.vehicle, service__in=data.services)
        .values_list("service_id", flat=True)
    )
    return judge_services(data, offered=offered)


def judge_services(data: StopData, *, offered: Set[int]) -> list[DomainError]:
    """Whether each service may be given that day, and is among those (primary keys) that the vehicle offers then."""
    problems = []
    for service in data.services:
        if not service.is_valid_on(data.date):
            message = _("“%(service)s” is not given on %(day)s: its validity does not cover that day.")
            code = "service_not_valid"
        elif service.pk not in offered:
            message = _("“%(service)s” is not offered by this vehicle on %(day)s.")
            code = "service_not_offered"
        else:
            continue
        problems.append(
            DomainError(message % {"service": service.name, "day": _day(data.date)}, field="services", code=code)
        )
    return problems

"""What is the matter with the coming stops of some days: refusals, warnings, and what is good to know, as one list.

The rules are those that refuse a stop (`validators`, `neighbours`, `special_days`), asked about every stop at once: everything
they need is read first, in the same number of queries however many stops there are. Beside them stand what the calendar leaves
to be done (`queries_calendar`) and notices that come too late.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schedules.clock import local_date
from schedules.enums import ConflictKind, RevisionState, Severity, StopStatus
from schedules.models import Holiday, HoursPeriod, PatternSkip, Stop, StopPattern, StopRevision
from schedules.neighbours import DUPLICATE, SHORT_TRAVEL, judge_duplicate, judge_travel
from schedules.queries_calendar import FreedDay, HoursDue, is_told, list_freed, list_hours_due, list_skipped
from schedules.special_days import check_friday_prayer, check_landmark_confirmed, judge_working_day
from schedules.validators import (
    StopData,
    announced_error,
    booked_error,
    judge_period,
    judge_services,
    judge_vehicle,
    outside_error,
)
from services.models import Offer
from sohag_mobile.errors import DomainError
from vehicles.models import Assignment, District, OutOfService

# Which rule a refusal comes from, and how much it asks for while nobody has decided otherwise.
_RULES: dict[str, tuple[ConflictKind, Severity]] = {
    "vehicle_already_booked": (ConflictKind.DOUBLE_BOOKED, Severity.REFUSED),
    "vehicle_not_in_use": (ConflictKind.OUT_OF_SERVICE, Severity.REFUSED),
    "vehicle_out_of_service": (ConflictKind.OUT_OF_SERVICE, Severity.REFUSED),
    "vehicle_not_assigned": (ConflictKind.UNASSIGNED, Severity.REFUSED),
    "no_travel_gap": (ConflictKind.NO_TRAVEL_TIME, Severity.REFUSED),
    SHORT_TRAVEL: (ConflictKind.NO_TRAVEL_TIME, Severity.WARNING),
    DUPLICATE: (ConflictKind.DUPLICATE, Severity.WARNING),
    "place_outside_unit": (ConflictKind.OUTSIDE_UNIT, Severity.WARNING),
    "holiday_without_reason": (ConflictKind.HOLIDAY, Severity.WARNING),
    "weekend_without_reason": (ConflictKind.WEEKEND, Severity.WARNING),
    "landmark_not_confirmed": (ConflictKind.LANDMARK, Severity.WARNING),
    "over_the_friday_prayer": (ConflictKind.FRIDAY_PRAYER, Severity.REFUSED),
    "outside_the_hours_of_the_period": (ConflictKind.HOURS, Severity.WARNING),
    "service_not_valid": (ConflictKind.SERVICE, Severity.REFUSED),
    "service_not_offered": (ConflictKind.SERVICE, Severity.REFUSED),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that is the matter, said in a sentence, with what to do about it.

    `stops`: the one it is about first, then the one it is in conflict with, where that is of one of the units asked about; none
    where a unit has hours to announce, which `period` names, or a recurring visit has no draft, which `pattern` names.
    `is_public`: citizens read it as it stands.
    """

    kind: ConflictKind
    severity: Severity
    stops: tuple[Stop, ...]
    district: District
    date: dt.date
    sentence: str
    to_do: str
    is_public: bool = False
    period: HoursPeriod | None = None
    pattern: StopPattern | None = None

    @property
    def key(self) -> tuple[ConflictKind, frozenset[int], str]:
        """What the same matter has in common, from whichever of its stops it is seen."""
        apart = str(self.severity) if self.kind == ConflictKind.LATE else ""
        if not self.stops:
            about = self.period or self.pattern
            apart = f"{self.district.pk}/{about.pk if about else ''}/{self.date}"
        elif self.kind == ConflictKind.SERVICE:
            apart = self.sentence
        return self.kind, frozenset(stop.pk for stop in self.stops), apart


@dataclasses.dataclass(frozen=True, slots=True)
class _Subject:
    """What is judged: a working copy, or a public fact that its working copy has moved away from."""

    stop: Stop
    data: StopData
    district: District
    is_public: bool

    @property
    def has_moved(self) -> bool:
        """Whether the working copy says something else than this public fact."""
        return self.is_public and self.stop.has_unpublished_changes


def list_conflicts(districts: Sequence[District], first: dt.date, last: dt.date, *, now: dt.datetime) -> list[Conflict]:
    """What is the matter with the stops of `districts` (loaded with their governorate) on the local days `first` to `last`.

    Visits that are over at the aware instant `now` are left out. The most serious come first, then day and hour. A fixed number
    of queries, however many stops there are.
    """
    first = max(first, local_date(now))
    plan = _Plan(first, last, units={district.pk for district in districts}, now=now)
    found = [conflict for subject in plan.subjects for conflict in _judge(subject, plan, now=now)]
    found += [_of_freed(freed) for freed in list_freed(districts, now=now) if first <= freed.date <= last]
    found += [
        _of_hours_due(due)
        for due in list_hours_due(districts, now=now)
        if due.period.starts_on <= last and first <= due.period.ends_on
    ]
    found += [_of_skipped(skip) for skip in list_skipped(districts, now=now) if first <= skip.date <= last]
    once: dict[object, Conflict] = {}
    # The more serious, and what citizens read, stand for the others.
    for conflict in sorted(found, key=lambda each: (each.severity, not each.is_public)):
        once.setdefault(conflict.key, conflict)
    return sorted(once.values(), key=_place_in_list)


def _place_in_list(conflict: Conflict) -> tuple[object, ...]:
    stop = conflict.stops[0] if conflict.stops else None
    hour = stop.starts_at if stop else dt.time()
    return conflict.severity, conflict.date, hour, conflict.kind, stop.pk if stop else 0, conflict.sentence


# -- everything that the rules ask about some days ------------------------------------------------------------------------------


class _Plan:
    """The days `first` to `last` with all that the rules ask of the database, of every unit: neighbours may be of another."""

    def __init__(self, first: dt.date, last: dt.date, *, units: set[int], now: dt.datetime) -> None:
        self.units = units
        span = Q(date__gte=first, date__lte=last)
        told = {
            revision.stop_id: revision
            for revision in StopRevision.objects.public()
            .holding()
            .filter(span)
            .select_related("stop", "vehicle", "place__district", "district__governorate")
            .prefetch_related("offered__service", "stop__services")
        }
        stops = list(Stop.objects.with_details().filter(span).exclude(status=StopStatus.CANCELLED))
        self.told_on: dict[tuple[int, dt.date], list[StopRevision]] = defaultdict(list)
        for revision in told.values():
            self.told_on[revision.vehicle_id, revision.date].append(revision)
        self.of_vehicle: dict[tuple[int, dt.date], list[Stop]] = defaultdict(list)
        self.at_place: dict[tuple[int, dt.date], list[Stop]] = defaultdict(list)
        for stop in sorted(stops, key=lambda each: (each.starts_at, each.pk)):
            if stop.status != StopStatus.POSTPONED:
                self.of_vehicle[stop.vehicle_id, stop.date].append(stop)
                self.at_place[stop.place_id, stop.date].append(stop)
        announced = StopRevision.objects.public().holding().filter(span)
        firsts = StopRevision.objects.filter(number=0, stop__in=announced.values("stop"))
        self.first_told: dict[int, dt.datetime] = dict(firsts.values_list("stop", "published_at"))
        self.assignments: dict[int, list[Assignment]] = defaultdict(list)
        lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=first)
        for assignment in Assignment.objects.filter(lasting, starts_on__lte=last).select_related(
            "district__governorate"
        ):
            self.assignments[assignment.vehicle_id].append(assignment)
        self.out_of_service: dict[int, list[OutOfService]] = defaultdict(list)
        for period in OutOfService.objects.touching(first, last):
            self.out_of_service[period.vehicle_id].append(period)
        self.holidays = {holiday.date: holiday for holiday in Holiday.objects.filter(span)}
        self.periods = list(HoursPeriod.objects.touching(first, last))
        self.offers: dict[int, list[tuple[int, dt.date, dt.date]]] = defaultdict(list)
        for vehicle, service, since, until in Offer.objects.values_list("vehicle", "service", "valid_from", "valid_to"):
            self.offers[vehicle].append((service, since or dt.date.min, until or dt.date.max))
        self.subjects = sorted(
            _subjects(stops, told, units=units, now=now), key=lambda each: (each.data.date, each.data.starts_at)
        )

    def find_assignment(self, data: StopData) -> Assignment | None:
        return next(
            (
                each
                for each in self.assignments[data.vehicle.pk]
                if each.starts_on <= data.date and (each.ends_on is None or data.date <= each.ends_on)
            ),
            None,
        )

    def find_out_of_service(self, data: StopData) -> OutOfService | None:
        return next((each for each in self.out_of_service[data.vehicle.pk] if each.covers(data.date)), None)

    def find_period(self, day: dt.date) -> HoursPeriod | None:
        return next((period for period in self.periods if period.covers(day)), None)

    def offered(self, data: StopData) -> set[int]:
        offers = self.offers[data.vehicle.pk]
        return {service for service, since, until in offers if since <= data.date <= until}


def _subjects(
    stops: Iterable[Stop], told: dict[int, StopRevision], *, units: set[int], now: dt.datetime
) -> Iterator[_Subject]:
    """Working copies that hold something or wait to be announced, and public facts that differ from them; none that is over."""
    for stop in stops:
        revision = told.get(stop.pk)
        is_stopped = revision is not None and revision.state == RevisionState.STOPPED
        if stop.district_id not in units or stop.ends <= now or is_stopped:
            continue
        if stop.status == StopStatus.POSTPONED and not stop.has_unpublished_changes:
            continue
        is_public = stop.status == StopStatus.PUBLISHED and not stop.has_unpublished_changes
        yield _Subject(stop, StopData.of(stop), stop.district, is_public)
    for revision in told.values():
        differs = revision.stop.has_unpublished_changes and revision.state == RevisionState.SCHEDULED
        if differs and revision.district_id in units and revision.ends > now:
            yield _Subject(_as_told(revision), _data_of(revision), revision.district, is_public=True)


def _as_told(revision: StopRevision) -> Stop:
    """The stop of a public fact with the vehicle and place that citizens read, unsaved: for a line of the list."""
    stop = revision.stop
    stop.vehicle, stop.place, stop.district = revision.vehicle, revision.place, revision.district
    stop.date, stop.starts_at, stop.ends_at = revision.date, revision.starts_at, revision.ends_at
    return stop


def _data_of(revision: StopRevision) -> StopData:
    """A public fact as the rules read it, with what was decided about its stop."""
    stop = revision.stop
    return StopData(
        vehicle=revision.vehicle,
        place=revision.place,
        date=revision.date,
        starts_at=revision.starts_at,
        ends_at=revision.ends_at,
        last_intake=revision.last_intake,
        landmark_ar=revision.landmark_ar,
        services=tuple(row.service for row in revision.offered.all()),
        off_day_reason=stop.off_day_reason,
        accept_outside_district=stop.outside_district_accepted_by_id is not None,
        other_hours_reason=stop.other_hours_reason,
        landmark_confirmed_for=revision.date,  # what was announced had been confirmed by then
    )


# -- the rules ----------------------------------------------------------------------------------------------------------------


def _judge(subject: _Subject, plan: _Plan, *, now: dt.datetime) -> Iterator[Conflict]:
    """Every rule about one subject: as if nobody had accepted anything, and then whether somebody has."""
    data = subject.data
    bare = dataclasses.replace(
        data,
        off_day_reason="",
        other_hours_reason="",
        accept_outside_district=False,
        accept_duplicate=False,
        accept_short_travel=False,
    )
    still = {problem.code for _other, problem in _refusals(data, subject, plan)}
    for other, problem in _refusals(bare, subject, plan):
        kind, severity = _RULES[problem.code]
        is_decided = problem.code not in still
        yield Conflict(
            kind=kind,
            severity=Severity.NOTICE if is_decided else severity,
            # What another unit plans is not shown: its sentence says no more than is public.
            stops=(subject.stop, other) if other and other.district_id in plan.units else (subject.stop,),
            district=subject.district,
            date=data.date,
            sentence=_say(problem, kind, data, plan, is_decided=is_decided),
            to_do="" if is_decided else _advise(kind, is_public=subject.is_public),
            is_public=subject.is_public,
        )
    yield from _judge_unit(subject, plan)
    yield from _judge_lateness(subject, plan, now=now)


def _refusals(data: StopData, subject: _Subject, plan: _Plan) -> list[tuple[Stop | None, DomainError]]:
    """What `check_stop` would refuse, each with the other stop it is about, if any."""
    stop = subject.stop
    assignment = plan.find_assignment(data)
    of_vehicle = [other for other in plan.of_vehicle[data.vehicle.pk, data.date] if other.pk != stop.pk]
    at_place = [other for other in plan.at_place[data.place.pk, data.date] if other.pk != stop.pk]
    alone = [
        *judge_vehicle(data, assignment=assignment, period=plan.find_out_of_service(data)),
        *judge_working_day(data, assignment=assignment, holiday=plan.holidays.get(data.date)),
        *check_landmark_confirmed(data, assignment=assignment),
        *check_friday_prayer(data, assignment=assignment),
        *judge_period(data, period=plan.find_period(data.date)),
        *judge_services(data, offered=plan.offered(data)),
    ]
    outside = assignment is not None and data.place.district_id != assignment.district_id
    if assignment is not None and outside and not data.accept_outside_district:
        alone.append(outside_error(data, assignment=assignment))
    found: list[tuple[Stop | None, DomainError]] = [(None, problem) for problem in alone]
    found += _find_double_booking(subject, of_vehicle, plan)
    if not subject.has_moved:  # its neighbours of today are those of the working copy
        found += judge_travel(data, of_vehicle, stop=stop)
        unit = assignment.district_id if assignment else None
        found += judge_duplicate(data, at_place, stop=stop, unit=unit)
    return found


def _find_double_booking(
    subject: _Subject, of_vehicle: Sequence[Stop], plan: _Plan
) -> Iterator[tuple[Stop, DomainError]]:
    """Another stop at the same time. Two working copies, or two public facts, cannot overlap: the database refuses them.

    A working copy can stand where the public is still told of another stop.
    """
    data = subject.data
    if subject.is_public:
        for other in of_vehicle if subject.has_moved else ():
            if other.starts_at < data.ends_at and data.starts_at < other.ends_at:
                yield other, booked_error(other)
        return
    for told in plan.told_on[data.vehicle.pk, data.date]:
        if told.stop_id != subject.stop.pk and told.starts_at < data.ends_at and data.starts_at < told.ends_at:
            yield told.stop, announced_error(told)


def _judge_unit(subject: _Subject, plan: _Plan) -> Iterator[Conflict]:
    """A vehicle that was given or lent to another unit after the stop was planned: the unit it works for is the issuer."""
    assignment = plan.find_assignment(subject.data)
    if assignment is None or assignment.district_id == subject.district.pk:
        return
    kind = ConflictKind.OTHER_UNIT
    yield Conflict(
        kind=kind,
        severity=Severity.WARNING,
        stops=(subject.stop,),
        district=subject.district,
        date=subject.data.date,
        sentence=_("%(vehicle)s works for %(other)s on that day, and the stop is planned for %(unit)s.")
        % {
            "vehicle": subject.data.vehicle,
            "other": assignment.district.label,
            "unit": subject.district.label,
        },
        to_do=_advise(kind, is_public=subject.is_public),
        is_public=subject.is_public,
    )


def _judge_lateness(subject: _Subject, plan: _Plan, *, now: dt.datetime) -> Iterator[Conflict]:
    """What is not announced although it begins within LATE_HOURS, and what was announced later than that (domain.md (d) 15)."""
    hours = settings.LATE_HOURS
    ahead = dt.timedelta(hours=hours)
    stop = subject.stop
    told = plan.first_told.get(stop.pk)
    is_open = not subject.is_public and stop.starts - now < ahead
    if not is_open and not (subject.is_public and told is not None and stop.starts - told < ahead):
        return
    names: dict[str, object] = {"hours": hours, "day": _day(subject.data.date), "time": _time(subject.data.starts_at)}
    if is_open:
        severity = Severity.WARNING
        sentence = ngettext(
            "It begins on %(day)s at %(time)s and is not announced as it stands here; less than %(hours)d hour is left.",
            "It begins on %(day)s at %(time)s and is not announced as it stands here; less than %(hours)d hours are left.",
            hours,
        )
        to_do = _("Publish it now: it is announced late and counted so. Or move it to another day.")
    else:
        severity, to_do = Severity.NOTICE, ""
        names["told"] = date_format(told.astimezone(stop.starts.tzinfo), "j F Y H:i") if told else ""
        sentence = ngettext(
            "It was announced late: on %(told)s, less than %(hours)d hour before it begins.",
            "It was announced late: on %(told)s, less than %(hours)d hours before it begins.",
            hours,
        )
    yield Conflict(
        kind=ConflictKind.LATE,
        severity=severity,
        stops=(stop,),
        district=subject.district,
        date=subject.data.date,
        sentence=sentence % names,
        to_do=to_do,
        is_public=subject.is_public,
    )


# -- what the calendar leaves to be done ----------------------------------------------------------------------------------------


def _of_freed(freed: FreedDay) -> Conflict:
    revision = freed.revision
    if revision is None:
        sentence = _("This day is a working day now: the reason for working on a day off is no longer needed.")
        to_do = _("A draft: take the reason out.")
    elif freed.left_period:
        sentence = _("It was given the hours of a period in which this day no longer lies.")
        to_do = _("Give it its hours back, or leave it as it is.")
    elif revision.is_cancelled:
        sentence = _("It was cancelled for a holiday, and this day is a working day now.")
        to_do = _("Draft a new stop if the vehicle shall come after all.")
    else:
        sentence = _("It was moved to %(day)s for a holiday, and this day is a working day now.") % {
            "day": _day(revision.date)
        }
        to_do = _("Move it back, or leave it as it is.")
    return Conflict(
        kind=ConflictKind.FREED_DAY,
        severity=Severity.WARNING,
        stops=(freed.stop,),
        district=(revision or freed.stop).district,
        date=freed.date,
        sentence=sentence,
        to_do=to_do,
        is_public=revision is not None,
    )


def _of_hours_due(due: HoursDue) -> Conflict:
    period = due.period
    if due.told is None:
        sentence = _("The hours of %(period)s are not announced yet.")
    elif not is_told(period, due.told):
        sentence = _("The hours of %(period)s are announced otherwise in no. %(reference)s.")
    else:
        sentence = _("The hours of %(period)s are announced.")
    names = {"period": period.name, "reference": due.told.reference if due.told else "", "count": due.visits}
    if due.visits:
        visits = ngettext(
            "%(count)d announced visit is at other hours.", "%(count)d announced visits are at other hours.", due.visits
        )
        sentence = f"{sentence} {visits}"
    return Conflict(
        kind=ConflictKind.HOURS_DUE,
        severity=Severity.WARNING,
        stops=(),
        district=due.district,
        date=period.starts_on,
        sentence=sentence % names,
        to_do=_("Announce the hours of the period: the announced visits get them at once."),
        period=period,
    )


def _of_skipped(skip: PatternSkip) -> Conflict:
    return Conflict(
        kind=ConflictKind.SKIPPED,
        severity=Severity.WARNING,
        stops=(),
        district=skip.pattern.district,
        date=skip.date,
        sentence=f"{skip.pattern.place.label} · {skip.pattern.vehicle}\n{skip.reason}",
        to_do=_("Draft it by hand for another day or hour, or leave the day out of the recurring visit."),
        pattern=skip.pattern,
    )


# -- sentences ----------------------------------------------------------------------------------------------------------------


def _say(problem: DomainError, kind: ConflictKind, data: StopData, plan: _Plan, *, is_decided: bool) -> str:
    """The rule's own sentence, unless it has been decided, or the calendar says more."""
    names: dict[str, object] = {"place": data.place.label, "day": _day(data.date)}
    if kind == ConflictKind.HOLIDAY:
        holiday = plan.holidays[data.date]
        names |= {"holiday": holiday.name, "status": holiday.get_status_display()}
    if kind in (ConflictKind.HOLIDAY, ConflictKind.WEEKEND):
        names["reason"] = data.off_day_reason
    if not is_decided:
        if kind == ConflictKind.HOLIDAY:
            return _("This day is an official holiday: %(holiday)s (%(status)s).") % names
        return str(problem.message)
    match kind:
        case ConflictKind.HOLIDAY:
            text = _("Works on an official holiday, %(holiday)s (%(status)s). Reason: %(reason)s")
        case ConflictKind.WEEKEND:
            text = _("Works on a weekly day off. Reason: %(reason)s")
        case ConflictKind.HOURS:
            text = _("Other hours than those of the period. Reason: %(reason)s")
            names["reason"] = data.other_hours_reason
        case ConflictKind.DUPLICATE:
            text = _("A second vehicle with the same services at %(place)s has been accepted.")
        case ConflictKind.NO_TRAVEL_TIME:
            text = _("Little time for the way has been accepted.")
        case _:
            text = _("A general supervisor has accepted %(place)s, which lies outside the unit.")
    return text % names


def _advise(kind: ConflictKind, *, is_public: bool) -> str:
    """What to do about a refusal, of a draft or of what citizens read already."""
    match kind, is_public:
        case ConflictKind.DOUBLE_BOOKED, _:
            return _("Publish the change of that stop first, or both together.")
        case ((ConflictKind.OUT_OF_SERVICE | ConflictKind.UNASSIGNED), True):
            return _("Announced: give it to another vehicle, put it off, or cancel it.")
        case ((ConflictKind.OUT_OF_SERVICE | ConflictKind.UNASSIGNED), False):
            return _("A draft: give it to another vehicle, move it, or discard it.")
        case ConflictKind.OTHER_UNIT, True:
            return _("Open it, save it and publish the change: it then belongs to the unit the vehicle works for.")
        case ConflictKind.OTHER_UNIT, False:
            return _("Open it and save it again: it then belongs to the unit the vehicle works for.")
        case ConflictKind.NO_TRAVEL_TIME, _:
            return _("Choose another hour for one of the two, or accept it there.")
        case ConflictKind.DUPLICATE, _:
            return _("Choose another place or other services for one of the two, or accept it there.")
        case ConflictKind.OUTSIDE_UNIT, _:
            return _("Choose another place, or ask a general supervisor to accept it.")
        case ((ConflictKind.HOLIDAY | ConflictKind.WEEKEND), True):
            return _("Announced: move it, cancel it, or write the reason for working.")
        case ((ConflictKind.HOLIDAY | ConflictKind.WEEKEND), False):
            return _("A draft: move it, discard it, or write the reason for working.")
        case ConflictKind.LANDMARK, _:
            return _("Ask at the place, and confirm the landmark for that day.")
        case ConflictKind.FRIDAY_PRAYER, _:
            return _("Change its hours, or make two stops of it.")
        case ConflictKind.HOURS, True:
            return _("The announcement of the hours corrects it, or write a reason for other hours.")
        case ConflictKind.HOURS, False:
            return _("A draft: mend its hours, or write a reason for other hours.")
        case _, True:
            return _("Take it out of the stop's services and publish the change, so that nobody comes in vain.")
    return _("A draft: take it out of the stop's services.")


def _day(value: dt.date) -> str:
    return date_format(value, "l j F Y")


def _time(value: dt.time) -> str:
    return time_format(value, "g:i A")

"""What citizens read: public facts only, each with what the public was told before and what the clock makes of it.

Nothing here looks at a working copy, and every list costs the same number of queries however long it is.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from announcements.models import Notice, NoticeItem
from schedules.clock import OFF, STANDING, Phase, is_over, local_date, next_change, phase_of
from schedules.enums import RevisionState
from schedules.models import Holiday, Place, RevisionService, StopRevision
from schedules.rhythm import Rhythm, find_rhythm
from services.models import Service
from sohag_mobile import mentions
from vehicles.models import Assignment, Governorate

# A place page tells of the last visits, not of all of them.
REMEMBERED_DAYS = 60
REMEMBERED_VISITS = 5
# More coming stops of one place than this are never announced; the limit only guards the page.
MOST_STOPS = 60

# Told once, and no longer so.
_FORMER = Q(is_current=False, state=RevisionState.SCHEDULED)


@dataclasses.dataclass(frozen=True, slots=True)
class PublicStop:
    """One stop as a page shows it at `now`.

    `before` is what the public was told before this fact, if it was something else. `moved_to` is set when the fact itself no
    longer stands because the visit was moved to another day or place: it is kept in view under the old day, and says where it
    went. `instead` is the next visit to the place of a stop that is off. `continuation` is the announced visit that completes
    one that stopped half-way. `beside` are the visits of other vehicles, one of each, at the place and on the day of what was
    taken back.
    """

    revision: StopRevision
    phase: Phase
    is_past: bool
    before: StopRevision | None = None
    moved_to: StopRevision | None = None
    instead: StopRevision | None = None
    continuation: StopRevision | None = None
    beside: tuple[StopRevision, ...] = ()

    @property
    def look(self) -> str:
        """The one word that decides shape and colour: open, soon, late, stopped, moved, postponed, cancelled or done."""
        if self.is_off:
            return self.phase.value
        if self.moved_to is not None:
            return "moved"
        if self.is_past:
            return "done"
        return {Phase.OPEN: "open", Phase.INTAKE_OVER: "late", Phase.STOPPED: "stopped"}.get(self.phase, "soon")

    @property
    def is_cancelled(self) -> bool:
        return self.phase is Phase.CANCELLED

    @property
    def is_postponed(self) -> bool:
        """Put off, and the new date is not known yet."""
        return self.phase is Phase.POSTPONED

    @property
    def is_off(self) -> bool:
        """The vehicle does not come as this fact says: cancelled, or postponed without a date."""
        return self.phase in OFF

    @property
    def is_stopped(self) -> bool:
        """It stopped working while it stood there; told so until its end has passed."""
        return self.phase is Phase.STOPPED and self.moved_to is None

    @property
    def is_partly_held(self) -> bool:
        """It stopped working during the visit and did not go on, as far as anybody has said."""
        return self.revision.is_stopped and self.moved_to is None

    @property
    def is_standing(self) -> bool:
        """The vehicle is there now."""
        return self.phase in STANDING and self.moved_to is None

    @property
    def is_elsewhere(self) -> bool:
        """Moved to another day or place. Not so a visit that stays and only no longer meets the condition of a list: its
        vehicle was exchanged, or it no longer gives the service.
        """
        told = self.moved_to
        return told is not None and (told.date, told.place_id) != (self.revision.date, self.revision.place_id)

    @property
    def is_firm(self) -> bool:
        """The visit will take place, or is taking place, where and when this fact says."""
        return not self.is_off and not self.is_stopped and self.moved_to is None and not self.is_past

    @property
    def notice(self) -> Notice | None:
        """The notice in which the public was told the present state of this stop."""
        items = (self.moved_to or self.revision).notice_items.all()
        return items[0].notice if items else None

    @property
    def date_changed(self) -> bool:
        return self.before is not None and self.before.date != self.revision.date

    @property
    def hours_changed(self) -> bool:
        return self.before is not None and _hours(self.before) != _hours(self.revision)

    @property
    def time_changed(self) -> bool:
        return self.date_changed or self.hours_changed

    @property
    def intake_changed(self) -> bool:
        return self.before is not None and self.before.last_intake != self.revision.last_intake

    @property
    def place_changed(self) -> bool:
        return self.before is not None and self.before.place_id != self.revision.place_id

    @property
    def landmark_changed(self) -> bool:
        return self.before is not None and (self.place_changed or self.before.landmark_ar != self.revision.landmark_ar)

    @property
    def vehicle_changed(self) -> bool:
        return self.before is not None and self.before.vehicle_id != self.revision.vehicle_id

    @property
    def resumed(self) -> bool:
        """It stood still during the visit and works again."""
        return self.revision.is_scheduled and self.revision.resumes_at is not None and self.moved_to is None

    @property
    def changed(self) -> bool:
        """The public was told something else before, and the visit is still to come."""
        return self.before is not None and self.is_firm


@dataclasses.dataclass(frozen=True, slots=True)
class Day:
    """One local day of a list. `is_off` is a weekly day off; `holiday` an official one."""

    date: dt.date
    stops: tuple[PublicStop, ...]
    holiday: Holiday | None = None
    is_off: bool = False

    @property
    def ahead(self) -> list[PublicStop]:
        """Those whose announced end has not passed."""
        return [stop for stop in self.stops if not stop.is_past]

    @property
    def past(self) -> list[PublicStop]:
        return [stop for stop in self.stops if stop.is_past]

    @property
    def ending(self) -> str:
        """How the visits of the day ended: over, cancelled (all of them) or off (none was held); "" while one is ahead, or if
        there was none.
        """
        looks = {stop.look for stop in self.past}
        if not looks or self.ahead:
            return ""
        if looks == {"cancelled"}:
            return "cancelled"
        return "off" if looks <= {"cancelled", "postponed", "moved"} else "over"


def list_coming(scope: Q, *, now: dt.datetime) -> list[PublicStop]:
    """The stops under `scope` that are not over, without their notices. Two queries."""
    revisions = StopRevision.objects.public().scheduled().not_over(now=now).filter(scope)
    return _present(list(_with_facts(revisions)), now=now)


def list_stops(scope: Q, *, now: dt.datetime) -> list[PublicStop]:
    """The stops under `scope` (a condition on public facts), in order, each with its former fact. Three queries."""
    return _present(list(_with_details(StopRevision.objects.public().filter(scope))), now=now)


def build_days(
    first: dt.date, last: dt.date, *, now: dt.datetime, governorate: Governorate | None, scope: Q | None = None
) -> list[Day]:
    """Every local day from `first` to `last` with its stops, those included that were moved away from it."""
    within = Q(date__gte=first, date__lte=last) & (scope or Q())
    shown = list_stops(within, now=now)
    on_their_day = {(stop.revision.stop_id, stop.revision.date) for stop in shown}
    moved = [
        stop
        for stop in _list_former(within, now=now)
        if (stop.revision.stop_id, stop.revision.date) not in on_their_day and stop.is_elsewhere
    ]
    holidays = {holiday.date: holiday for holiday in Holiday.objects.filter(date__gte=first, date__lte=last)}
    by_day: dict[dt.date, list[PublicStop]] = {}
    for stop in sorted([*shown, *moved], key=lambda each: (each.revision.starts_at, each.revision.vehicle.code)):
        by_day.setdefault(stop.revision.date, []).append(stop)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        Day(
            date=day,
            stops=tuple(by_day.get(day, ())),
            holiday=holidays.get(day),
            is_off=governorate is not None and governorate.is_weekend(day),
        )
        for day in days
    ]


def with_replacements(stops: Iterable[PublicStop], *, now: dt.datetime) -> list[PublicStop]:
    """The same stops; one that is off also tells when the vehicle comes to its place next. One query if any is off."""
    stops = list(stops)
    places = {stop.revision.place_id for stop in stops if stop.is_off and not stop.is_past}
    coming = next_visits(places, now=now)
    return [
        dataclasses.replace(stop, instead=coming.get(stop.revision.place_id)) if stop.is_off else stop for stop in stops
    ]


def next_visits(places: Iterable[int], *, now: dt.datetime, joined: bool = True) -> dict[int, StopRevision]:
    """The next (or present) visit to each of these places, by the place's primary key. One query.

    `joined` brings the place and the vehicle along; who has the places already saves half of what the query costs.
    """
    rows = StopRevision.objects.public().scheduled().not_over(now=now).filter(place__in=list(places))
    if joined:
        rows = rows.select_related("place__district", "vehicle")
    found: dict[int, StopRevision] = {}
    for revision in rows.order_by("date", "starts_at"):
        found.setdefault(revision.place_id, revision)
    return found


def present_visit(revision: StopRevision | None, *, now: dt.datetime) -> PublicStop | None:
    """One of `next_visits` as a page shows it, or None."""
    return None if revision is None else PublicStop(revision, phase_of(revision, now=now), is_past=False)


def find_next_visit(code: str, *, now: dt.datetime) -> StopRevision | None:
    """The visit that the page of the place `code` gives as its answer, with all that is announced of it, or None."""
    return (
        StopRevision.objects.public()
        .scheduled()
        .not_over(now=now)
        .with_details()
        .filter(place__code=code)
        .order_by("date", "starts_at", "vehicle__code")
        .first()
    )


def find_next_day(after: dt.date, *, scope: Q | None = None) -> dt.date | None:
    """The first local day later than `after` on which some vehicle stands."""
    rows = StopRevision.objects.public().scheduled().filter(scope or Q(), date__gt=after)
    first: dt.date | None = rows.aggregate(first=Min("date"))["first"]
    return first


def list_visited_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """The local days from `first` to `last` of which a visit was told, in order; also one that is off since. One query."""
    rows = StopRevision.objects.public().filter(date__gte=first, date__lte=last).order_by("date")
    return list(rows.values_list("date", flat=True).distinct())


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceTimetable:
    """All that a place page says of visits: the one that counts now, what was taken back, what follows, what was.

    `owed` are the postponed ones of days that have passed: their new date has still not been told. `rhythm` is the rule that the
    coming visits follow, if they follow one.
    """

    answer: PublicStop | None
    withdrawn: tuple[PublicStop, ...]
    following: tuple[PublicStop, ...]
    past: tuple[PublicStop, ...]
    owed: tuple[PublicStop, ...] = ()
    rhythm: Rhythm | None = None

    @property
    def everything(self) -> list[PublicStop]:
        return [*([self.answer] if self.answer else []), *self.owed, *self.withdrawn, *self.following, *self.past]


def find_place(code: str, *, today: dt.date) -> Place | None:
    """The place of an official code with its unit, `last_visit` and `is_served`. One query.

    `last_visit` is the last local day until `today` for which a vehicle was announced there and did not stay away, None if there
    is none.
    `is_served` says that some vehicle works for the unit on `today` or is assigned to it for later: where none does, no visit is
    to be expected, while elsewhere it is only not known when the next one will be.
    """
    held = StopRevision.objects.public().holding().filter(place=OuterRef("pk"), date__lte=today)
    assigned = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), district=OuterRef("district"))
    return (
        Place.objects.with_details()
        .filter(code=code)
        .annotate(last_visit=Subquery(held.order_by("-date").values("date")[:1]), is_served=Exists(assigned))
        .first()
    )


def build_place_timetable(place: Place, *, now: dt.datetime) -> PlaceTimetable:
    """The visits to `place`: `withdrawn` are those called off, stopped or moved away whose announced end has not passed yet.

    A postponed one stays listed after that, as `owed`, however long ago its day was.
    """
    today = local_date(now)
    scope = Q(place=place)
    remembered = today - dt.timedelta(days=REMEMBERED_DAYS)
    public = StopRevision.objects.public()
    told_here = StopRevision.objects.filter(scope & _FORMER, date__gte=today)
    # Sets, not one condition with «or»: each finds its rows by its own index, however many visits there have been.
    known = public.filter(scope, date__gte=remembered).order_by().values("pk")
    owed = public.filter(scope, state=RevisionState.POSTPONED).order_by().values("pk")
    elsewhere = public.filter(stop__in=told_here.values("stop")).order_by().values("pk")
    rows = list(_with_details(StopRevision.objects.filter(pk__in=known.union(owed, elsewhere)))[: 2 * MOST_STOPS])
    history = _history(rows)
    shown = _present([row for row in rows if row.place_id == place.pk], now=now, history=history)
    here = {stop.revision.stop_id for stop in shown}
    former = [old for old in history if old.place_id == place.pk and old.date >= today and old.stop_id not in here]
    moved = _tell_where(former, {row.stop_id: row for row in rows}, now=now)
    firm = [stop for stop in shown if stop.is_firm]
    taken_back = [
        dataclasses.replace(stop, beside=_find_beside(stop, firm))
        for stop in [*shown, *moved]
        if not stop.is_firm and not stop.is_past
    ]
    past = [stop for stop in reversed(shown) if stop.is_past and not stop.is_postponed]
    return PlaceTimetable(
        answer=firm[0] if firm else None,
        withdrawn=tuple(sorted(taken_back, key=lambda stop: (stop.revision.date, stop.revision.starts_at))),
        following=tuple(firm[1:MOST_STOPS]),
        past=tuple(past[:REMEMBERED_VISITS]),
        owed=tuple(stop for stop in shown if stop.is_past and stop.is_postponed),
        # What was cancelled or put off leaves a gap, and where there is a gap there is no rule.
        rhythm=find_rhythm((stop.revision.date for stop in shown if not stop.is_off), since=today) if firm else None,
    )


def _find_beside(stop: PublicStop, firm: Sequence[PublicStop]) -> tuple[StopRevision, ...]:
    """The first visit of each other vehicle on the day of `stop`: one of two called off does not leave the place without any."""
    others: dict[int, StopRevision] = {}
    for one in (other.revision for other in firm):
        if one.date == stop.revision.date and one.vehicle_id != stop.revision.vehicle_id:
            others.setdefault(one.vehicle_id, one)
    return tuple(others.values())


def list_service_stops(service: Service, *, now: dt.datetime, of_each_unit: int) -> list[PublicStop]:
    """The next stops at which a service is announced, the standing ones included: at most so many of each unit."""
    # Asked of each coming stop: a list of all that ever offered it would grow with the past.
    offered = Exists(RevisionService.objects.filter(service=service, revision=OuterRef("pk")))
    revisions = StopRevision.objects.public().scheduled().not_over(now=now).filter(offered)
    in_turn = Window(RowNumber(), partition_by="district", order_by=["date", "starts_at", "pk"])
    nearest = revisions.annotate(turn=in_turn).filter(turn__lte=of_each_unit).values("pk")
    return _present(list(_with_details(StopRevision.objects.filter(pk__in=nearest))), now=now)


def mentions_of(stops: Iterable[PublicStop]) -> set[str]:
    """What a page with these stops tells of: the stops themselves and, for those that are off, the next visit to their place."""
    names = set()
    for stop in stops:
        names.add(mentions.stop((stop.moved_to or stop.revision).stop.uid))
        if stop.continuation is not None:
            names.add(mentions.stop(stop.continuation.stop.uid))
        if not stop.is_firm and not stop.is_past:
            names.add(mentions.place(stop.revision.place.code))
    return names


def mentions_of_facts(revisions: Iterable[StopRevision]) -> set[str]:
    """What a change of these public facts (the former and the new ones) is about."""
    names = {mentions.SCHEDULE, mentions.NOTICES}
    for fact in revisions:
        names |= {
            mentions.stop(fact.stop.uid),
            mentions.place(fact.place.code),
            mentions.unit(fact.district.slug),
            mentions.unit(fact.place.district.slug),
            mentions.vehicle(fact.vehicle.code),
            mentions.day(fact.date),
            *([mentions.stop(fact.stop.continues.uid)] if fact.stop.continues else []),
            *(mentions.service(row.service.slug) for row in fact.offered.select_related("service")),
        }
    return names


def next_change_of(stops: Iterable[PublicStop], *, now: dt.datetime) -> dt.datetime:
    """The next instant at which a page with these stops reads differently."""
    return next_change((stop.revision for stop in stops), now=now)


def latest_publication(stops: Iterable[PublicStop]) -> dt.datetime | None:
    """When the newest of these facts was published."""
    return max((each.published_at for stop in stops for each in (stop.moved_to or stop.revision,)), default=None)


def _present(
    revisions: Sequence[StopRevision], *, now: dt.datetime, history: Sequence[StopRevision] | None = None
) -> list[PublicStop]:
    before = _facts_before(revisions) if history is None else _last_of(history, revisions)
    continuations = _continuations(revisions)
    return [
        PublicStop(
            revision=revision,
            phase=phase_of(revision, now=now),
            is_past=is_over(revision, now=now),
            before=before.get(revision.stop_id) if revision.is_scheduled else None,
            continuation=continuations.get(revision.stop_id),
        )
        for revision in revisions
    ]


def _continuations(revisions: Sequence[StopRevision]) -> dict[int, StopRevision]:
    """For each stop that stopped half-way, the announced visit that completes it. One query if any stopped."""
    stopped = [revision.stop_id for revision in revisions if revision.is_stopped]
    if not stopped:
        return {}
    rows = StopRevision.objects.public().scheduled().filter(stop__continues__in=stopped)
    return {
        revision.stop.continues_id: revision
        for revision in rows.select_related("stop", "place__district").order_by("date", "starts_at")
        if revision.stop.continues_id is not None
    }


def _facts_before(revisions: Sequence[StopRevision]) -> dict[int, StopRevision]:
    """For each stop, the fact that the present one took the place of."""
    former = (
        StopRevision.objects.filter(
            stop__in=[revision.stop_id for revision in revisions],
            is_current=False,
            stop__revisions__is_current=True,
            stop__revisions__number=F("number") + 1,
        )
        .select_related("vehicle", "place__district")
        .order_by("pk")
    )
    return {revision.stop_id: revision for revision in former}


def _history(revisions: Sequence[StopRevision]) -> list[StopRevision]:
    """All that was told of these stops before, each stop's newest fact first. One query."""
    if not revisions:
        return []
    former = StopRevision.objects.filter(stop__in=[revision.stop_id for revision in revisions], is_current=False)
    return _read_former(former)


def _last_of(history: Sequence[StopRevision], revisions: Sequence[StopRevision]) -> dict[int, StopRevision]:
    """For each stop, the fact of its `history` that the present one took the place of."""
    numbers = {revision.stop_id: revision.number for revision in revisions}
    return {old.stop_id: old for old in history if old.number + 1 == numbers.get(old.stop_id)}


def _list_former(scope: Q, *, now: dt.datetime) -> list[PublicStop]:
    """Facts under `scope` that no longer stand because the visit was moved elsewhere, with the fact that stands now."""
    former = _read_former(StopRevision.objects.filter(scope & _FORMER))
    standing = _with_details(StopRevision.objects.public().filter(stop__in={revision.stop_id for revision in former}))
    return _tell_where(former, {revision.stop_id: revision for revision in standing}, now=now)


def _read_former(revisions: QuerySet[StopRevision]) -> list[StopRevision]:
    return list(
        revisions.select_related("vehicle", "place__district", "district")
        .annotate(service_count=Count("offered"))
        .order_by("stop_id", "-number")
    )


def _tell_where(
    former: Iterable[StopRevision], current: Mapping[int, StopRevision], *, now: dt.datetime
) -> list[PublicStop]:
    """Each of the former facts, the newest of its stop at a place and day, with what the public is told now."""
    found: dict[tuple[int, dt.date, int], PublicStop] = {}
    for revision in former:
        if not revision.is_scheduled:
            continue
        now_told = current[revision.stop_id]
        found.setdefault(
            (revision.stop_id, revision.date, revision.place_id),
            PublicStop(
                revision=revision,
                phase=phase_of(now_told if now_told.is_cancelled or now_told.is_postponed else revision, now=now),
                is_past=is_over(revision, now=now),
                moved_to=now_told,
            ),
        )
    return list(found.values())


def _with_details(revisions: QuerySet[StopRevision]) -> QuerySet[StopRevision]:
    """All that a line about a stop says, in order of time. Two queries."""
    return _with_facts(revisions).prefetch_related(_notice_items())


def _with_facts(revisions: QuerySet[StopRevision]) -> QuerySet[StopRevision]:
    return (
        revisions.select_related("stop", "vehicle", "place__district", "district")
        .annotate(service_count=Count("offered"))
        .order_by("date", "starts_at", "vehicle__code")
    )


def _notice_items() -> Prefetch[Any, Any, Any]:
    return Prefetch("notice_items", NoticeItem.objects.select_related("notice__district").order_by("pk"))


def _hours(revision: StopRevision) -> tuple[dt.time, dt.time]:
    return revision.starts_at, revision.ends_at

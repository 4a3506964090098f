"""Changing many stops in one act: other days, other hours, another vehicle, drafts discarded. All of them or none.

The working copies are changed, as an act that can be taken back until it is published (`actions_undo`). Whoever publishes can
have what was announced told at once: then change and announcement are one transaction. Calling off many announced visits is in
`actions_incidents`. Every preview is the act itself, done and rolled back (docs/decisions/0003).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from django.db import OperationalError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.models import Notice
from announcements.reviews import UNREAD, PreviewedNotice, Review, describe
from schedules.actions import discard_draft, edit_stop, publish_stops
from schedules.actions_steps import lock_stops
from schedules.actions_undo import begin_act, note_changed, note_discarded
from schedules.enums import CHANGEABLE, PlanActKind, StopStatus
from schedules.models import PlanAct, Stop
from schedules.validators import StopData, VehicleAlreadyBooked, find_overlapping_stop
from services.models import Offer
from sohag_mobile.errors import DomainError, RuleBroken
from vehicles.models import District, Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_DEADLOCK = "40P01"  # PostgreSQL's code for it


class BulkRefused(RuleBroken):
    """The act was refused for some of its stops; `by_stop` holds the refusals by the primary key of the stop."""

    code = "bulk_refused"

    def __init__(self, by_stop: dict[int, list[DomainError]]) -> None:
        super().__init__([problem for problems in by_stop.values() for problem in problems])
        self.by_stop = by_stop


class BulkChange(Protocol):
    """What is to become of each stop of an act."""

    @property
    def kind(self) -> PlanActKind: ...

    @property
    def days(self) -> int:
        """By how many days stops are moved: those that make room for others go first."""

    def apply(self, data: StopData) -> StopData:
        """`data` as it is to be. Raises DomainError where it cannot be so."""


@dataclasses.dataclass(frozen=True, slots=True)
class ByDays:
    """So many days later, or earlier, at the same hours."""

    days: int
    kind = PlanActKind.DATES

    def apply(self, data: StopData) -> StopData:
        return dataclasses.replace(data, date=data.date + dt.timedelta(days=self.days))


@dataclasses.dataclass(frozen=True, slots=True)
class AtHours:
    """At other hours of the same day; no `last_intake`: until the end. `reason` where they are not those of a period."""

    starts_at: dt.time
    ends_at: dt.time
    last_intake: dt.time | None = None
    reason: str = ""
    kind = PlanActKind.HOURS
    days = 0

    def apply(self, data: StopData) -> StopData:
        return dataclasses.replace(
            data,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            last_intake=self.last_intake,
            other_hours_reason=self.reason or data.other_hours_reason,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class ToVehicle:
    """With another vehicle. `only_offered`: services that it does not offer that day are left out, and not refused."""

    vehicle: Vehicle
    only_offered: bool = False
    accept_outside_district: bool = False
    kind = PlanActKind.REASSIGN
    days = 0

    def apply(self, data: StopData) -> StopData:
        services = data.services
        if self.only_offered:
            offers = Offer.objects.valid_on(data.date).filter(vehicle=self.vehicle, service__in=services)
            offered = set(offers.values_list("service", flat=True))
            services = tuple(service for service in services if service.pk in offered)
            if not services:
                raise DomainError(
                    _("%(vehicle)s offers none of its services on that day.") % {"vehicle": self.vehicle},
                    field="services",
                    code="service_not_offered",
                )
        return dataclasses.replace(
            data,
            vehicle=self.vehicle,
            services=services,
            accept_outside_district=data.accept_outside_district or self.accept_outside_district,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class ChangedStop:
    """A stop as an act has left it, and what it was."""

    stop: Stop
    before: StopData
    after: StopData
    unit_before: District
    was_announced: bool


def fingerprint_stops(stops: Sequence[Stop]) -> str:
    """What somebody has seen of these stops: another one as soon as one of them has been saved or moved on."""
    seen = sorted(f"{stop.pk}/{stop.updated_at.isoformat()}/{stop.status}" for stop in stops)
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:32]


def change_stops(
    stops: Sequence[Stop], change: BulkChange, *, by: User, now: dt.datetime, seen: str | None = None
) -> list[ChangedStop]:
    """Change the working copies of `stops` in one act that can be taken back: all of them or none.

    `seen` is the `fingerprint_stops` of what the person had before them. What is so already is left alone. Raises BulkRefused
    with the refusals of every stop, or DomainError.
    """
    with _one_transaction():
        changed = _change(stops, change, by=by, now=now, seen=seen)
        _note(changed, change.kind, by=by, now=now)
    return changed


def change_and_publish_stops(
    stops: Sequence[Stop],
    change: BulkChange,
    *,
    by: User,
    now: dt.datetime,
    cause: str,
    cause_ar: str = "",
    seen: str | None = None,
    review: Review = UNREAD,
) -> list[Notice]:
    """`change_stops`, and tell the public at once of those that were announced, each unit under its own number.

    Drafts are changed and stay drafts; only they can be taken back. `cause`, `cause_ar` and `review` as in `publish_stops`.
    Raises what both raise; DomainError also when an announced stop had a change that waits to be published.
    """
    with _one_transaction():
        _refuse_waiting_changes(stops)
        changed = _change(stops, change, by=by, now=now, seen=seen)
        _note([each for each in changed if not each.was_announced], change.kind, by=by, now=now)
        told = [each.stop for each in changed if each.was_announced]
        return publish_stops(told, by=by, now=now, cause=cause, cause_ar=cause_ar, review=review)


def discard_drafts(stops: Sequence[Stop], *, by: User, now: dt.datetime, seen: str | None = None) -> int:
    """Discard drafts in one act that can be taken back: all or none. Returns how many; raises as `change_stops`."""
    with _one_transaction():
        locked = _lock(stops, seen=seen)
        act = begin_act(PlanActKind.DISCARD, by=by, now=now)
        refused: dict[int, list[DomainError]] = {}
        for stop in locked:
            before, pk = StopData.of(stop), stop.pk
            try:
                discard_draft(stop, by=by)
            except DomainError as refusal:
                refused[pk] = [refusal]
            else:
                note_discarded(act, before=before)
        if refused:
            raise BulkRefused(refused)
    return len(locked)


def preview_change(stops: Sequence[Stop], change: BulkChange, *, by: User, now: dt.datetime) -> list[ChangedStop]:
    """What `change_stops` would make of `stops`, without doing it."""
    with transaction.atomic():
        changed = change_stops(stops, change, by=by, now=now)
        transaction.set_rollback(True)
    return changed


def preview_change_and_publication(
    stops: Sequence[Stop],
    change: BulkChange,
    *,
    by: User,
    now: dt.datetime,
    cause: str,
    cause_ar: str = "",
    review: Review = UNREAD,
) -> list[PreviewedNotice]:
    """What `change_and_publish_stops` would say, without doing it."""
    with transaction.atomic():
        issued = change_and_publish_stops(
            stops, change, by=by, now=now, cause=cause, cause_ar=cause_ar, review=review.as_preview()
        )
        previewed = describe(issued)
        transaction.set_rollback(True)
    return previewed


# -- steps --------------------------------------------------------------------------------------------------------------------


@contextmanager
def _one_transaction() -> Iterator[None]:
    """All or none. Two acts that wait for each other's stops are an answer, and no fault: one of them is asked to try again."""
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _DEADLOCK:
            raise
        raise DomainError(
            _("Somebody else was changing some of these stops at the same moment. Nothing was done: try again."),
            code="stale",
        ) from error


def _lock(stops: Sequence[Stop], *, seen: str | None) -> list[Stop]:
    """The stops as they are stored now, held until the end. Raises DomainError when there is none, or they are not as `seen`."""
    locked = lock_stops(stops)
    if not locked:
        raise DomainError(_("Choose at least one stop."), code="nothing_chosen")
    if len(locked) < len({stop.pk for stop in stops}) or (seen is not None and seen != fingerprint_stops(locked)):
        raise DomainError(
            _("Somebody has changed some of these stops meanwhile. Nothing was done: look at them again below."),
            code="stale",
        )
    return locked


def _change(
    stops: Sequence[Stop], change: BulkChange, *, by: User, now: dt.datetime, seen: str | None
) -> list[ChangedStop]:
    """Edit every stop; what refuses one is said of that one, and of all that are refused."""
    locked = _lock(stops, seen=seen)
    # Whoever moves on first makes room for who comes after.
    in_turn = sorted(locked, key=lambda stop: (stop.date, stop.starts_at, stop.pk), reverse=change.days > 0)
    refused: dict[int, list[DomainError]] = {}
    staying: set[int] = set()
    changed = []
    for stop in in_turn:
        before, unit, was_announced = StopData.of(stop), stop.district, stop.status in CHANGEABLE
        try:
            _refuse_without_a_date(stop, change)
            data = change.apply(before)
            if data == before:
                continue
            after = edit_stop(stop, data, by=by, now=now)
        except RuleBroken as refusal:
            staying.add(stop.pk)
            if problems := _without_consequences(refusal.problems, data, stop, staying):
                refused[stop.pk] = problems
        except DomainError as refusal:
            staying.add(stop.pk)
            refused[stop.pk] = [refusal]
        else:
            changed.append(ChangedStop(after, before, data, unit, was_announced))
    if refused:
        raise BulkRefused(refused)
    if not changed:
        raise DomainError(_("These stops are so already: there is nothing to change."), code="nothing_to_change")
    return changed


def _without_consequences(
    problems: list[DomainError], data: StopData, stop: Stop, staying: Container[int]
) -> list[DomainError]:
    """What refuses a stop by itself, and not because another one of the act stays where it is, in its way."""
    other = find_overlapping_stop(data, stop=stop)
    if other is None or other.pk not in staying:
        return problems
    return [problem for problem in problems if problem.code != VehicleAlreadyBooked.code]


def _refuse_without_a_date(stop: Stop, change: BulkChange) -> None:
    if stop.status == StopStatus.POSTPONED and not change.days:
        raise DomainError(_("It is postponed without a date: give it its new date first."), code="postponed")


def _note(changed: Sequence[ChangedStop], kind: PlanActKind, *, by: User, now: dt.datetime) -> PlanAct | None:
    """Keep what was changed, in the order in which it was: taking it back goes the other way."""
    if not changed:
        return None
    act = begin_act(kind, by=by, now=now)
    for each in changed:
        note_changed(act, each.stop, before=each.before)
    return act


def _refuse_waiting_changes(stops: Sequence[Stop]) -> None:
    """Nobody has read, on the page of this act, what somebody else has changed before it."""
    waiting = Stop.objects.filter(pk__in=[stop.pk for stop in stops], has_unpublished_changes=True)
    labels = [_label(stop) for stop in waiting.select_related("place__district").order_by("date", "pk")]
    if labels:
        raise DomainError(
            _("These stops have changes that were not published. Publish or undo them first: %(stops)s")
            % {"stops": "؛ ".join(labels)},
            code="unpublished_changes",
        )


def _label(stop: Stop) -> str:
    return f"{stop.place.label}، {date_format(stop.date, 'l j F')}"

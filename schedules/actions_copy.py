"""Drafting coming weeks from one that is planned already (domain.md R1: most weeks are like the one before)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from schedules.actions import draft_stop
from schedules.actions_calendar import fit_into
from schedules.actions_undo import begin_act, note_made
from schedules.enums import PlanActKind, StopStatus
from schedules.models import PlanAct, Stop
from schedules.validators import StopData, find_overlapping_stop, find_period
from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.weeks import Week
from vehicles.models import District

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A year ahead: nobody knows the holidays after it.
MOST_TARGETS = 52


@dataclasses.dataclass(frozen=True, slots=True)
class CopiedStop:
    """What becomes of one stop of the source week on one day.

    `made` is the draft; None when it cannot be drafted, with the sentences that refuse it in `problems`. `is_there` says that the
    day has this visit already. `notes` is what differs from the source, or what was taken over from it and is to be known.
    """

    source: Stop
    data: StopData
    made: Stop | None = None
    problems: tuple[str, ...] = ()
    is_there: bool = False
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class WeekCopy:
    """Everything that a copy has made and has left, in the order of days. `act` takes it back; None when nothing was made."""

    lines: tuple[CopiedStop, ...]
    act: PlanAct | None

    @property
    def made(self) -> list[Stop]:
        return [line.made for line in self.lines if line.made is not None]


def copy_week(
    source: Week, targets: Collection[Week], *, districts: Sequence[District], by: User, now: dt.datetime
) -> WeekCopy:
    """Draft every stop that `districts` plan in `source` on the same weekday of each of `targets`.

    The working copies are copied as they stand, with what was not announced yet; cancelled and postponed ones are not. Reasons
    and confirmations that speak of one day (a day off, other hours, a landmark asked about, only taking requests) stay with it.
    What cannot be drafted is left and says why, the rest is drafted; doing it twice makes nothing twice. Raises DomainError when
    the weeks cannot be chosen so.
    """
    wanted = sorted({week for week in targets if week != source})
    if not wanted:
        raise DomainError(_("Choose a week other than the one that is copied."), field="targets", code="no_target")
    if len(wanted) > MOST_TARGETS:
        raise DomainError(_("These are too many weeks at once."), field="targets", code="too_many_targets")
    with transaction.atomic():
        stops = (
            Stop.objects.with_details()
            .filter(district__in=districts, date__gte=source.first, date__lte=source.last)
            .exclude(status__in=[StopStatus.CANCELLED, StopStatus.POSTPONED])
            .order_by("date", "starts_at", "pk")
        )
        planned = list(stops)
        lines = [_copy_stop(stop, source, week, by=by, now=now) for week in wanted for stop in planned]
        made = [line.made for line in lines if line.made is not None]
        act = begin_act(PlanActKind.COPY, by=by, now=now) if made else None
        if act is not None:
            for stop in made:
                note_made(act, stop)
    return WeekCopy(tuple(lines), act)


def preview_copy(
    source: Week, targets: Collection[Week], *, districts: Sequence[District], by: User, now: dt.datetime
) -> WeekCopy:
    """What `copy_week` would make and leave: it is done for real and rolled back."""
    with transaction.atomic():
        copied = copy_week(source, targets, districts=districts, by=by, now=now)
        transaction.set_rollback(True)
    return copied


def _copy_stop(stop: Stop, source: Week, target: Week, *, by: User, now: dt.datetime) -> CopiedStop:
    data, notes = _data_on(stop, stop.date + (target.first - source.first))
    try:
        # A refusal of the database itself must not take the drafts before it along.
        with transaction.atomic():
            made = draft_stop(data, by=by, now=now)
    except DomainError as refusal:
        found = refusal.problems if isinstance(refusal, RuleBroken) else [refusal]
        there = find_overlapping_stop(data)
        is_there = there is not None and (there.place_id, there.vehicle_id) == (data.place.pk, data.vehicle.pk)
        return CopiedStop(stop, data, None, tuple(str(problem.message) for problem in found), is_there)
    if made.duplicate_accepted_by_id is not None:
        notes = (*notes, _("As in that week, a second vehicle with the same services is accepted."))
    if made.short_travel_accepted_by_id is not None:
        notes = (*notes, _("As in that week, little time for the way is accepted."))
    return CopiedStop(stop, data, made, (), False, notes)


def _data_on(stop: Stop, day: dt.date) -> tuple[StopData, tuple[str, ...]]:
    """The facts of `stop` on another day, at the hours of the period that the day lies in, and what there is to say of them."""
    data = dataclasses.replace(
        StopData.of(stop),
        date=day,
        off_day_reason="",
        other_hours_reason="",
        intake_only=False,
        landmark_confirmed_for=None,
    )
    period, former = find_period(day), find_period(stop.date)
    if period is not None and not period.holds(data.starts_at, data.ends_at):
        return fit_into(period, data), (_("Its hours are those of %(period)s.") % {"period": period.name},)
    if former is not None and period is None and former.holds(data.starts_at, data.ends_at):
        return data, (
            _("Its hours are still those of %(period)s, which is over by then: look at them.")
            % {"period": former.name},
        )
    return data, ()

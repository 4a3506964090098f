"""What is done to working copies on the week board: moved, stretched, copied, discarded. Each act can be taken back.

A board hands over a day, a vehicle and hours, and nothing else of a stop: what a person has not seen is never written.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from schedules.actions import discard_draft, discard_edit, draft_stop, edit_stop
from schedules.actions_steps import lock_stop, refuse_unless_editable
from schedules.actions_undo import begin_act, note_changed, note_discarded, note_made
from schedules.enums import PlanActKind, StopStatus
from schedules.models import PlanAct, Stop
from schedules.validators import StaleEdit, StopData
from sohag_mobile.errors import DomainError
from vehicles.models import Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """Where a stop is to lie on the board: a vehicle, a local day, and wall-clock hours."""

    vehicle: Vehicle
    date: dt.date
    starts_at: dt.time
    ends_at: dt.time


def place_in_slot(data: StopData, slot: Slot) -> StopData:
    """`data` in another slot.

    The last intake keeps its distance from the end, and falls away where nothing would be left before it. What was accepted,
    confirmed or explained holds for the day, the hours and the vehicle it was said of, so it has to be said anew.
    """
    same_day = data.date == slot.date
    same_hours = (data.starts_at, data.ends_at) == (slot.starts_at, slot.ends_at)
    same = same_day and same_hours and data.vehicle.pk == slot.vehicle.pk
    return dataclasses.replace(
        data,
        vehicle=slot.vehicle,
        date=slot.date,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        last_intake=data.last_intake if same_hours else _last_intake(data, slot),
        off_day_reason=data.off_day_reason if same_day else "",
        other_hours_reason=data.other_hours_reason if same_day and same_hours else "",
        landmark_confirmed_for=data.landmark_confirmed_for if same_day else None,
        accept_duplicate=data.accept_duplicate and same,
        accept_short_travel=data.accept_short_travel and same,
    )


def _last_intake(data: StopData, slot: Slot) -> dt.time | None:
    if data.last_intake is None:
        return None
    day = dt.date.min
    before_end = dt.datetime.combine(day, data.ends_at) - dt.datetime.combine(day, data.last_intake)
    if dt.datetime.combine(day, slot.ends_at) - dt.datetime.combine(day, slot.starts_at) <= before_end:
        return None
    return (dt.datetime.combine(day, slot.ends_at) - before_end).time()


def _changed_meanwhile(stop: Stop) -> StaleEdit:
    return StaleEdit(
        _(
            "%(person)s has saved this stop since you saw it. Nothing of theirs or yours is lost: choose which of the two is to"
            " stand."
        )
        % {"person": stop.updated_by.get_full_name() or stop.updated_by.get_username()}
    )


def move_on_board(
    stop: Stop, slot: Slot, *, seen: dt.datetime, by: User, now: dt.datetime
) -> tuple[Stop, PlanAct | None]:
    """Put `stop` into `slot`; `seen` is the `updated_at` of what the person had before them.

    Returns the stop and the act, None where it lies there already. Raises what `edit_stop` raises, StaleEdit above all.
    """
    with transaction.atomic():
        locked = lock_stop(stop)
        if locked.updated_at != seen:
            raise _changed_meanwhile(locked)
        before = StopData.of(locked)
        after = place_in_slot(before, slot)
        if after == before and locked.status != StopStatus.POSTPONED:
            return locked, None
        moved = edit_stop(locked, after, by=by, now=now, seen=seen)
        act = begin_act(PlanActKind.CHANGE, by=by, now=now)
        note_changed(act, moved, before=before)
    return moved, act


def copy_on_board(stop: Stop, slot: Slot, *, by: User, now: dt.datetime) -> tuple[Stop, PlanAct]:
    """Draft in `slot` what `stop` is now: the same place, landmark, services and payment means. Raises what `draft_stop` raises.

    Also of a stop that is cancelled or over.
    """
    with transaction.atomic():
        made = draft_stop(place_in_slot(StopData.of(lock_stop(stop)), slot), by=by, now=now)
        act = begin_act(PlanActKind.COPY, by=by, now=now)
        note_made(act, made)
    return made, act


def discard_on_board(stop: Stop, *, seen: dt.datetime, by: User, now: dt.datetime) -> tuple[Stop | None, PlanAct]:
    """Delete a draft, or give a published stop back the facts the public was told; `seen` as in `move_on_board`.

    Returns what is left of the stop, and the act. Raises StaleEdit, NotAllowed, DomainError, VehicleAlreadyBooked.
    """
    with transaction.atomic():
        locked = lock_stop(stop)
        refuse_unless_editable(locked, by=by)
        if locked.updated_at != seen:
            raise _changed_meanwhile(locked)
        before = StopData.of(locked)
        act = begin_act(PlanActKind.DISCARD, by=by, now=now)
        if locked.status == StopStatus.DRAFT:
            discard_draft(locked, by=by)
            note_discarded(act, before=before)
            return None, act
        if not locked.has_unpublished_changes:
            raise DomainError(
                _("Nothing of this stop waits to be published. A published stop is cancelled."),
                code="nothing_to_discard",
            )
        left = discard_edit(locked, by=by)
        note_changed(act, left, before=before)
    return left, act

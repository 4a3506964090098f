"""Taking back what an act did to working copies, as long as nobody has changed or published them since.

An act that changes working copies opens a `PlanAct` in its own transaction and notes every stop it makes, changes or discards.
What was published is not taken back here: the public has been told, and is told anew by changing or cancelling the stop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from schedules.actions import discard_draft, draft_stop, edit_stop
from schedules.enums import PlanActKind
from schedules.models import Place, PlanAct, PlanActStop, Stop, StopRevision
from schedules.validators import StopData
from services.models import PaymentMeans, Service
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from vehicles.models import Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Snapshot = dict[str, Any]


def begin_act(kind: PlanActKind, *, by: User, now: dt.datetime) -> PlanAct:
    """Open an act; call inside the transaction of what it does, and note every stop."""
    return PlanAct.objects.create(kind=kind, made_by=by, made_at=now)


def note_made(act: PlanAct, stop: Stop) -> None:
    """The act has made `stop`."""
    PlanActStop.objects.create(act=act, stop=stop, left_at=stop.updated_at)


def note_changed(act: PlanAct, stop: Stop, *, before: StopData) -> None:
    """The act has changed `stop` (as it is now) from `before`."""
    PlanActStop.objects.create(act=act, stop=stop, before=as_snapshot(before), left_at=stop.updated_at)


def note_discarded(act: PlanAct, *, before: StopData) -> None:
    """The act has discarded a draft that was `before`."""
    PlanActStop.objects.create(act=act, before=as_snapshot(before))


def undo_act(act: PlanAct, *, by: User, now: dt.datetime) -> list[Stop]:
    """Give every working copy of `act` back what it was: all of them or none. Returns those that remain.

    Drafts the act made are discarded, those it discarded are drafted again. Only whoever made the act takes it back. Raises
    NotAllowed, DomainError when it was taken back already, or RuleBroken with a sentence for every stop in the way.
    """
    with transaction.atomic():
        locked = PlanAct.objects.select_for_update().get(pk=act.pk)
        if locked.made_by_id != by.pk:
            raise NotAllowed(_("Only the person who did this takes it back."))
        if locked.undone_at is not None:
            raise DomainError(_("This has been taken back already."), code="already_undone")
        # Held before they are looked at: what somebody saves meanwhile waits, and is not written over.
        list(Stop.objects.select_for_update().filter(pk__in=locked.stops.values("stop")).order_by("pk"))
        lines = list(locked.stops.select_related("stop__place__district", "stop__vehicle").order_by("-pk"))
        problems = find_obstacles([locked], lines=lines)[locked.pk]
        if problems:
            raise RuleBroken(problems)
        remaining = _take_back(lines, by=by, now=now)
        locked.undone_at, locked.undone_by = now, by
        locked.save(update_fields=["undone_at", "undone_by"])
    return remaining


def find_obstacles(acts: Sequence[PlanAct], *, lines: Sequence[PlanActStop]) -> dict[int, list[DomainError]]:
    """What stands in the way of taking each of `acts` back, by its primary key, as far as can be seen beforehand. One query.

    `lines` are theirs, with their stops (vehicle, and place with its unit).
    """
    made_at = {act.pk: act.made_at for act in acts}
    last_told: dict[int, dt.datetime] = {}
    published = StopRevision.objects.filter(stop__in=[line.stop_id for line in lines if line.stop_id])
    for stop, moment in published.values_list("stop_id", "published_at"):
        last_told[stop] = max(moment, last_told.get(stop, moment))
    found: dict[int, list[DomainError]] = {pk: [] for pk in made_at}
    for line in lines:
        told = last_told.get(line.stop_id) if line.stop_id else None
        problem = _find_obstacle(line, is_told=told is not None and told > made_at[line.act_id])
        if problem is not None:
            found[line.act_id].append(problem)
    return found


def _find_obstacle(line: PlanActStop, *, is_told: bool) -> DomainError | None:
    """Why a stop cannot be given back what it was: somebody has gone on from what the act left, or published it since."""
    if line.left_at is None:
        return None
    if line.stop is None:
        return DomainError(_("A stop of this act has been discarded since."), code="stop_gone")
    name = {"stop": str(line.stop)}
    if is_told:
        return DomainError(_("%(stop)s has been published since.") % name, code="published_since")
    if line.stop.updated_at != line.left_at:
        return DomainError(_("%(stop)s has been changed since.") % name, code="stale")
    return None


def _take_back(lines: Iterable[PlanActStop], *, by: User, now: dt.datetime) -> list[Stop]:
    """What the act made goes first, so that its hours are free again; the last change is taken back before the first."""
    ordered = sorted(lines, key=lambda line: line.before is not None)
    remaining: list[Stop] = []
    problems: list[DomainError] = []
    for line in ordered:
        try:
            if line.before is None and line.stop is not None:
                discard_draft(line.stop, by=by)
            elif line.stop is None:
                remaining.append(draft_stop(from_snapshot(line.before or {}), by=by, now=now))
            else:
                remaining.append(edit_stop(line.stop, from_snapshot(line.before or {}), by=by, now=now))
        except RuleBroken as refused:
            problems += refused.problems
        except DomainError as refused:
            problems.append(refused)
    if problems:
        raise RuleBroken(problems)
    return remaining


# -- a working copy as JSON ---------------------------------------------------------------------------------------------------

_PLAIN = (
    "landmark_ar",
    "landmark_en",
    "off_day_reason",
    "accept_outside_district",
    "other_hours_reason",
    "intake_only",
    "accept_duplicate",
    "accept_short_travel",
)


def as_snapshot(data: StopData) -> Snapshot:
    """`data` as JSON: dates and times in ISO 8601, rows by primary key."""
    return {
        **{name: getattr(data, name) for name in _PLAIN},
        "vehicle": data.vehicle.pk,
        "place": data.place.pk,
        "date": data.date.isoformat(),
        "starts_at": data.starts_at.isoformat(),
        "ends_at": data.ends_at.isoformat(),
        "last_intake": data.last_intake.isoformat() if data.last_intake else None,
        "landmark_confirmed_for": data.landmark_confirmed_for.isoformat() if data.landmark_confirmed_for else None,
        "services": [service.pk for service in data.services],
        "payment_means": [means.pk for means in data.payment_means],
    }


def from_snapshot(snapshot: Snapshot) -> StopData:
    """The data that `as_snapshot` wrote. Services and means that no longer exist are left out."""
    intake, confirmed = snapshot["last_intake"], snapshot["landmark_confirmed_for"]
    return StopData(
        **{name: snapshot[name] for name in _PLAIN},
        vehicle=Vehicle.objects.get(pk=snapshot["vehicle"]),
        place=Place.objects.select_related("district__governorate").get(pk=snapshot["place"]),
        date=dt.date.fromisoformat(snapshot["date"]),
        starts_at=dt.time.fromisoformat(snapshot["starts_at"]),
        ends_at=dt.time.fromisoformat(snapshot["ends_at"]),
        last_intake=dt.time.fromisoformat(intake) if intake else None,
        landmark_confirmed_for=dt.date.fromisoformat(confirmed) if confirmed else None,
        services=tuple(Service.objects.filter(pk__in=snapshot["services"])),
        payment_means=tuple(PaymentMeans.objects.filter(pk__in=snapshot["payment_means"])),
    )

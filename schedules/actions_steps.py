"""The steps that the acts on stops are made of: locking, refusing, writing the working copy and the public facts.

Only `actions*.py` call these, each inside the transaction of its act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from announcements.actions import StopChange
from announcements.arabic.digits import clean
from schedules.actions_places import index_landmark
from schedules.enums import CAUSE_PHRASE_AR, STOP_MOVES, Cause, PatternDateKind, RevisionState, StopStatus
from schedules.models import PatternDate, RevisionService, Stop, StopRevision
from schedules.neighbours import DUPLICATE, SHORT_TRAVEL, what_needs_accepting
from schedules.queries import mentions_of_facts
from schedules.special_days import needs_confirmed_landmark
from schedules.validators import (
    StopData,
    announced_error,
    booked_error,
    find_announced_in_the_way,
    find_overlapping_stop,
    read_cause,
)
from services.enums import Outcome
from services.models import Offer, PaymentMeans, Service
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from vehicles.models import District
from vehicles.queries import find_assignment, may_edit, may_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_BOOKED = ("a_vehicle_is_in_one_place_at_a_time", "a_vehicle_is_announced_in_one_place_at_a_time")


@contextmanager
def booking_conflicts(
    data: StopData | None = None, stop: Stop | None = None, *, publishing: Sequence[Stop] = ()
) -> Iterator[None]:
    """Turn a lost race for a vehicle's time into the same sentence the form would have shown."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not any(name in str(error) for name in _BOOKED):
            raise
        if announced := find_announced_in_the_way(publishing):
            raise announced_error(announced) from error
        raise booked_error(find_overlapping_stop(data, stop=stop) if data else None) from error


# -- rules ------------------------------------------------------------------------------------------------------------------


def refuse_if_any(problems: list[DomainError]) -> None:
    """Raise RuleBroken with all of them, so that each is said beside its field."""
    if problems:
        raise RuleBroken(problems)


def lock_stop(stop: Stop) -> Stop:
    """The stop as it is stored now, held until the transaction ends. Raises DomainError when it is gone."""
    try:
        return (
            Stop.objects.select_for_update(of=("self",))
            .select_related("vehicle", "place__district__governorate", "district__governorate")
            .get(pk=stop.pk)
        )
    except Stop.DoesNotExist:
        raise DomainError(_("This stop no longer exists."), code="stop_gone") from None


def lock_stops(stops: Sequence[Stop]) -> list[Stop]:
    """Those of `stops` that still exist, as they are stored now, held until the transaction ends.

    Always in the same order, so that two acts on some of the same stops wait for each other and do not block each other.
    """
    return list(
        Stop.objects.select_for_update(of=("self",))
        .select_related("vehicle", "place__district__governorate", "district__governorate")
        .filter(pk__in=[stop.pk for stop in stops])
        .order_by("pk")
    )


def refuse_unless_editable(stop: Stop, *, by: User) -> None:
    """Raise NotAllowed for people of other units, DomainError for a cancelled stop."""
    if not may_edit(by, stop.district):
        raise NotAllowed(_("You do not plan for %(unit)s.") % {"unit": stop.district.label})
    if stop.status == StopStatus.CANCELLED:
        raise DomainError(_("A cancelled stop cannot be changed. Draft a new one."), code="stop_cancelled")


def refuse_if_over(announced: StopRevision | None, *, now: dt.datetime) -> None:
    """Raise DomainError when the end has passed at `now` (aware), unless it was postponed.

    What took place is a record: it is neither moved nor cancelled afterwards. What was postponed did not take place.
    """
    if announced is not None and not announced.is_postponed and announced.ends <= now:
        raise DomainError(_("This stop is already over."), code="already_over")


def refuse_if_stopped(announced: StopRevision | None) -> None:
    """Raise DomainError for a visit that stopped half-way.

    It was partly held: until it works again there is nothing to move or to cancel.
    """
    if announced is not None and announced.is_stopped:
        raise DomainError(
            _("This stop was partly held: the vehicle stopped working there. Say first that it works again."),
            code="partly_held",
        )


def refuse_unless_publisher_of(district: District, *, by: User) -> None:
    """Raise NotAllowed unless `by` is the head of the unit or acts for every unit."""
    if not may_publish(by, district):
        raise NotAllowed(
            _("Only the head of %(unit)s or the general supervisor publishes and cancels its stops.")
            % {"unit": district.label}
        )


def cause_phrase(cause: str, cause_ar: str) -> str:
    """The phrase after «بسبب»: from the table, or as typed for Cause.OTHER. Raises DomainError when there is none."""
    if cause not in Cause.values:
        raise DomainError(_("Say why: choose a cause."), field="cause", code="cause_missing")
    return read_cause(cause_ar) if cause == Cause.OTHER else CAUSE_PHRASE_AR[Cause(cause)]


# What was laid before the head of the unit, or sent back by them, was the stop as it stood then.
NOT_BEFORE_THE_HEAD: dict[str, Any] = {
    "submitted_at": None,
    "submitted_by": None,
    "returned_at": None,
    "returned_by": None,
    "return_comment": "",
}


def take_back(stop: Stop) -> None:
    """Take the stop from before the head of the unit, unsaved: it is no longer what was laid there."""
    for field, value in NOT_BEFORE_THE_HEAD.items():
        setattr(stop, field, value)


def leave_out_of_pattern(stop: Stop, *, by: User) -> None:
    """A draft of a pattern is discarded: its day is left out of the rule, or the next night would make the draft again."""
    if stop.pattern_id is None or stop.pattern_date is None:
        return
    PatternDate.objects.update_or_create(
        pattern_id=stop.pattern_id,
        date=stop.pattern_date,
        defaults={"kind": PatternDateKind.LEFT_OUT, "reason": _("Its draft was discarded."), "made_by": by},
    )


# -- writing ----------------------------------------------------------------------------------------------------------------


def write_working_copy(stop: Stop, data: StopData, *, by: User) -> None:
    """Store `data`, which `check_stop` has let pass, as the working copy; the unit follows from the vehicle and the day."""
    assignment = find_assignment(data.vehicle, on=data.date)
    if assignment is None:  # check_stop has refused this; an assignment may have ended since
        raise DomainError(_("The vehicle is not assigned to any unit on that day."), field="vehicle")
    outside = data.place.district_id != assignment.district_id
    accepted = what_needs_accepting(data, stop=stop if stop.pk else None)
    stop.vehicle = data.vehicle
    stop.place = data.place
    stop.district = assignment.district
    stop.date = data.date
    stop.starts_at = data.starts_at
    stop.ends_at = data.ends_at
    stop.last_intake = data.last_intake
    stop.landmark_ar = clean(data.landmark_ar)
    stop.landmark_en = clean(data.landmark_en)
    stop.off_day_reason = clean(data.off_day_reason)
    stop.other_hours_reason = clean(data.other_hours_reason)
    stop.intake_only = data.intake_only
    if not outside:
        stop.outside_district_accepted_by = None
    elif stop.outside_district_accepted_by_id is None:
        stop.outside_district_accepted_by = by
    # A tick that nothing asked for is not kept: it would speak for another day.
    stop.duplicate_accepted_by = (stop.duplicate_accepted_by or by) if DUPLICATE in accepted else None
    stop.short_travel_accepted_by = (stop.short_travel_accepted_by or by) if SHORT_TRAVEL in accepted else None
    governorate = assignment.district.governorate
    needed = needs_confirmed_landmark(data.place, governorate, data.date)
    stop.landmark_confirmed_for = data.landmark_confirmed_for if needed else None
    stop.updated_by = by
    take_back(stop)
    keep_facts(stop, data.services, data.payment_means, by=by)
    stop.save()
    stop.services.set(data.services)
    stop.payment_means.set(data.payment_means)


def keep_facts(stop: Stop, services: Iterable[Service], payment_means: Iterable[PaymentMeans], *, by: User) -> None:
    """Let the history of a working copy that is about to be saved say whose change it is, and what else it says."""
    facts = {
        "offered": "؛ ".join(sorted(service.name_ar for service in services)),
        "paid_with": "؛ ".join(sorted(means.name_ar for means in payment_means)),
    }
    stop._history_facts = facts  # type: ignore[attr-defined]  # reason: read by sohag_mobile.history
    stop._history_user = by  # type: ignore[attr-defined]  # reason: read by django-simple-history


COPIED_FIELDS = (
    "date",
    "starts_at",
    "ends_at",
    "last_intake",
    "landmark_ar",
    "landmark_en",
    "vehicle_id",
    "place_id",
    "district_id",
    "intake_only",
)


def differs_from_public(stop: Stop) -> bool:
    """Whether the public would notice a difference between the working copy and the current revision."""
    public = StopRevision.objects.public().get(stop=stop)
    return (
        any(getattr(stop, field) != getattr(public, field) for field in COPIED_FIELDS)
        or set(stop.services.values_list("pk", flat=True)) != set(public.offered.values_list("service_id", flat=True))
        or {means.pk for means in _payment_means(stop)} != set(public.payment_means.values_list("pk", flat=True))
    )


def _payment_means(stop: Stop) -> list[PaymentMeans]:
    """What can be paid with: nothing where only requests are taken (domain.md (d) 16)."""
    return [] if stop.intake_only else list(stop.payment_means.all())


def _outcomes(stop: Stop) -> dict[int, str]:
    """What citizens leave with, by service: of the vehicle's offers on that day, and no more than a receipt on intake only."""
    offers = Offer.objects.valid_on(stop.date).filter(vehicle=stop.vehicle).values_list("service_id", "outcome")
    if not stop.intake_only:
        return dict(offers)
    return {service: Outcome.RECEIVED if outcome == Outcome.FINISHED else outcome for service, outcome in offers}


def retire_current_revisions(stops: Sequence[Stop]) -> dict[int, StopRevision]:
    """Take the current revisions out of force before new ones come in, so that two vehicles can swap their hours."""
    current = {
        revision.stop_id: revision for revision in StopRevision.objects.public().with_details().filter(stop__in=stops)
    }
    StopRevision.objects.filter(pk__in=[revision.pk for revision in current.values()]).update(is_current=False)
    return current


def write_revision(
    stop: Stop,
    *,
    before: StopRevision | None,
    state: RevisionState,
    cause: str,
    cause_ar: str,
    by: User,
    now: dt.datetime,
    facts: Stop | StopRevision | None = None,
    **interruption: Any,
) -> StopRevision:
    """Write the next public fact of a stop from `facts`: the working copy, unless told otherwise.

    What calls a visit off, or says that it stopped, tells of the last facts the public was told. `interruption` are the fields
    `stopped_at`, `resumes_at` and `requests_stay_valid`.
    """
    if facts is None:
        facts = before if state != RevisionState.SCHEDULED and before is not None else stop
    revision = StopRevision.objects.create(
        stop=stop,
        number=before.number + 1 if before else 0,
        state=state,
        is_current=True,
        cause=cause,
        cause_ar=cause_ar,
        published_at=now,
        published_by=by,
        **{field: getattr(facts, field) for field in COPIED_FIELDS},
        **interruption,
    )
    index_landmark(stop.place, facts.landmark_ar, facts.landmark_en)
    if isinstance(facts, StopRevision):
        revision.payment_means.set(facts.payment_means.all())
        offered = [(row.service_id, row.outcome) for row in facts.offered.all()]
    else:
        revision.payment_means.set(_payment_means(stop))
        outcomes = _outcomes(stop)
        offered = [(service.pk, outcomes[service.pk]) for service in stop.services.order_by("category__position", "pk")]
    RevisionService.objects.bulk_create(
        RevisionService(revision=revision, service_id=service, outcome=outcome) for service, outcome in offered
    )
    return revision


def move_stop_to(stop: Stop, status: StopStatus) -> None:
    """Make one of the legal moves. Raises DomainError if another act moved the stop first."""
    if status not in STOP_MOVES[stop.status]:
        raise DomainError(_("This stop cannot be %(state)s now.") % {"state": status.label}, code="illegal_move")
    moved = Stop.objects.filter(pk=stop.pk, status=stop.status).update(
        status=status, has_unpublished_changes=False, **NOT_BEFORE_THE_HEAD
    )
    if not moved:
        raise DomainError(_("Somebody else has just changed this stop. Load it again."), code="stale")
    stop.status = status
    stop.has_unpublished_changes = False


def mentions_of_changes(changes: Sequence[StopChange]) -> set[str]:
    """What these changes are about (`sohag_mobile.mentions`): the facts before and after, and the visit that completes one."""
    facts = (fact for change in changes for fact in (change.before, change.after, change.continuation))
    return mentions_of_facts(fact for fact in facts if fact is not None)

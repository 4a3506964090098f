"""Everything that writes a stop. Admin, commands and tasks call these and never set a status themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from announcements.actions import StopChange, issue_notices
from announcements.arabic.digits import clean
from announcements.models import Notice
from announcements.reviews import UNREAD, PreviewedNotice, Review, describe
from schedules.actions_places import index_landmark
from schedules.enums import CAUSE_PHRASE_AR, CHANGEABLE, STOP_MOVES, Cause, RevisionState, StopStatus
from schedules.models import RevisionService, Stop, StopRevision
from schedules.queries import mentions_of_facts
from schedules.validators import (
    StopData,
    announced_error,
    booked_error,
    check_stop,
    find_announced,
    find_announced_in_the_way,
    find_announcing_district,
    find_overlapping_stop,
    read_cause,
    stale_edit,
)
from services.enums import Outcome
from services.models import Offer, PaymentMeans
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from sohag_mobile.models import bump_content_version
from vehicles.models import District
from vehicles.queries import find_assignment, may_edit, may_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_BOOKED = ("a_vehicle_is_in_one_place_at_a_time", "a_vehicle_is_announced_in_one_place_at_a_time")


@contextmanager
def _booking_conflicts(
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


def draft_stop(data: StopData, *, by: User, now: dt.datetime) -> Stop:
    """Make a draft. Raises RuleBroken with every refusal, or VehicleAlreadyBooked when another clerk was faster."""
    _refuse(check_stop(data, by=by, now=now))
    stop = Stop(created_by=by, status=StopStatus.DRAFT)
    with _booking_conflicts(data):
        _write_working_copy(stop, data, by=by)
    return stop


def edit_stop(stop: Stop, data: StopData, *, by: User, now: dt.datetime, seen: dt.datetime | None = None) -> Stop:
    """Change the working copy; the public goes on reading the published facts until they are published again.

    `seen` is the `updated_at` of the working copy that the person had before them. Raises StaleEdit when it has been saved
    since; RuleBroken, VehicleAlreadyBooked, or DomainError when the stop is cancelled, stopped half-way, or over.
    """
    with transaction.atomic():
        locked = _lock(stop)
        if seen is not None and seen != locked.updated_at:
            raise stale_edit(locked)
        _refuse_unless_editable(locked, by=by)
        announced = find_announced(locked)
        _refuse_if_over(announced, now=now)
        _refuse_if_stopped(announced)
        _refuse(check_stop(data, by=by, now=now, stop=locked))
        with _booking_conflicts(data, locked):
            _write_working_copy(locked, data, by=by)
        if locked.status in CHANGEABLE:
            # Saving a postponed stop gives it a date, even the one it had.
            differs = locked.status == StopStatus.POSTPONED or _differs_from_public(locked)
            Stop.objects.filter(pk=locked.pk).update(has_unpublished_changes=differs)
            locked.has_unpublished_changes = differs
    return locked


def discard_draft(stop: Stop, *, by: User) -> None:
    """Delete a draft the public never saw. Raises DomainError for anything that was ever published."""
    with transaction.atomic():
        locked = _lock(stop)
        _refuse_unless_editable(locked, by=by)
        if locked.status != StopStatus.DRAFT:
            raise DomainError(_("Only a draft can be discarded; a published stop is cancelled."), code="not_a_draft")
        locked.delete()


def discard_edit(stop: Stop, *, by: User) -> Stop:
    """Give the working copy of a published stop the facts the public was told, so that nothing waits to be announced.

    Also when the stop is over by now: the edit can no longer be published then. Raises NotAllowed, DomainError when nothing
    waits, or VehicleAlreadyBooked when the vehicle's public time has since been planned for another stop.
    """
    with transaction.atomic():
        locked = _lock(stop)
        _refuse_unless_editable(locked, by=by)
        announced = find_announced(locked)
        if announced is None or not locked.has_unpublished_changes:
            raise DomainError(_("This stop has no change that waits to be published."), code="nothing_to_discard")
        for field in _TIMES:
            setattr(locked, field, getattr(announced, field))
        locked.updated_by = by
        locked.has_unpublished_changes = False
        with _booking_conflicts(StopData.of(locked), locked):
            locked.save()
        locked.services.set(row.service_id for row in announced.offered.all())
        if not announced.intake_only:
            locked.payment_means.set(announced.payment_means.all())
    return locked


def publish_stops(
    stops: Sequence[Stop],
    *,
    by: User,
    now: dt.datetime,
    cause: str = "",
    cause_ar: str = "",
    review: Review = UNREAD,
) -> list[Notice]:
    """Tell the public: new revisions, one numbered notice per unit and kind, and the deliveries, all or nothing.

    Drafts are announced; published stops whose working copy changed become a change notice that cites the latest valid one,
    and need a `cause` (with `cause_ar`, the phrase after «بسبب», when it is Cause.OTHER). A postponed stop is given its new
    date in the same way, without a cause: its postponement has told it. Published stops without changes are left alone.
    `review` is what the person did with the texts. Raises NotAllowed, RuleBroken, TextsChanged, TextsRefused, DomainError.
    """
    with transaction.atomic(), _booking_conflicts(publishing=stops):
        locked = list(
            Stop.objects.select_for_update(of=("self",))
            .select_related("vehicle", "place__district__governorate", "district__governorate")
            .filter(pk__in=[stop.pk for stop in stops])
            .order_by("date", "starts_at", "pk")
        )
        todo = [stop for stop in locked if stop.status == StopStatus.DRAFT or stop.has_unpublished_changes]
        if not todo:
            raise DomainError(
                _("There is nothing to publish: these stops are already public."), code="nothing_to_publish"
            )
        phrase = ""
        if cause or any(stop.status == StopStatus.PUBLISHED for stop in todo):
            phrase = _cause_phrase(cause, cause_ar)
        changes = []
        for stop in todo:
            _refuse_unless_publisher_of(stop.district, by=by)
            _refuse(check_stop(StopData.of(stop), by=by, now=now, stop=stop))
        previous = _retire_current_revisions(todo)
        for stop in todo:
            before = previous.get(stop.pk)
            _refuse_if_over(before, now=now)
            _refuse_if_stopped(before)
            revision = _write_revision(
                stop,
                before=before,
                state=RevisionState.SCHEDULED,
                cause=cause if before else "",
                cause_ar=phrase if before else "",
                by=by,
                now=now,
            )
            _move(stop, StopStatus.PUBLISHED)
            changes.append(StopChange(before=before, after=revision))
        bump_content_version(_mentions(changes))
        return issue_notices(
            changes, by=by, now=now, cause_ar=phrase, is_correction=cause == Cause.CORRECTION, review=review
        )


def cancel_stop(
    stop: Stop, *, cause: str, by: User, now: dt.datetime, cause_ar: str = "", review: Review = UNREAD
) -> Notice:
    """Tell the public that a published stop will not take place, and why; `review` as in `publish_stops`.

    Returns the notice of the stop's unit; where the governorate's bulletin told of the stop, another one corrects that. Raises
    NotAllowed, TextsChanged, TextsRefused, DomainError: also for a visit that stopped half-way, which was partly held.
    """
    return _cancel(stop, cause=cause, by=by, now=now, cause_ar=cause_ar, review=review)[0]


def _cancel(stop: Stop, *, cause: str, by: User, now: dt.datetime, cause_ar: str, review: Review) -> list[Notice]:
    """Cancel, and return every notice that tells of it, the unit's own first."""
    with transaction.atomic():
        locked = _lock(stop)
        _refuse_unless_publisher_of(find_announcing_district(locked), by=by)
        if StopStatus.CANCELLED not in STOP_MOVES[locked.status]:
            raise DomainError(_("Only a published stop can be cancelled."), code="not_published")
        phrase = _cause_phrase(cause, cause_ar)
        before = _retire_current_revisions([locked])[locked.pk]
        _refuse_if_over(before, now=now)
        _refuse_if_stopped(before)
        revision = _write_revision(
            locked, before=before, state=RevisionState.CANCELLED, cause=cause, cause_ar=phrase, by=by, now=now
        )
        _move(locked, StopStatus.CANCELLED)
        changes = [StopChange(before=before, after=revision)]
        bump_content_version(_mentions(changes))
        return issue_notices(changes, by=by, now=now, cause_ar=phrase, review=review)


def _mentions(changes: Sequence[StopChange]) -> set[str]:
    return mentions_of_facts(fact for change in changes for fact in (change.before, change.after) if fact is not None)


def preview_publication(
    stops: Sequence[Stop],
    *,
    by: User,
    now: dt.datetime,
    cause: str = "",
    cause_ar: str = "",
    review: Review = UNREAD,
) -> list[PreviewedNotice]:
    """What `publish_stops` would say: it is done for real and rolled back, so preview and publication cannot differ."""
    with transaction.atomic():
        issued = publish_stops(stops, by=by, now=now, cause=cause, cause_ar=cause_ar, review=review.as_preview())
        previewed = describe(issued)
        transaction.set_rollback(True)
    return previewed


def preview_cancellation(
    stop: Stop, *, cause: str, by: User, now: dt.datetime, cause_ar: str = "", review: Review = UNREAD
) -> list[PreviewedNotice]:
    """What `cancel_stop` would say, without doing it."""
    with transaction.atomic():
        issued = _cancel(stop, cause=cause, by=by, now=now, cause_ar=cause_ar, review=review.as_preview())
        previewed = describe(issued)
        transaction.set_rollback(True)
    return previewed


# -- rules ------------------------------------------------------------------------------------------------------------------


def _refuse(problems: list[DomainError]) -> None:
    if problems:
        raise RuleBroken(problems)


def _lock(stop: Stop) -> Stop:
    try:
        return (
            Stop.objects.select_for_update(of=("self",))
            .select_related("vehicle", "place__district__governorate", "district__governorate")
            .get(pk=stop.pk)
        )
    except Stop.DoesNotExist:
        raise DomainError(_("This stop no longer exists."), code="stop_gone") from None


def _refuse_unless_editable(stop: Stop, *, by: User) -> None:
    if not may_edit(by, stop.district):
        raise NotAllowed(_("You do not plan for %(unit)s.") % {"unit": stop.district.label})
    if stop.status == StopStatus.CANCELLED:
        raise DomainError(_("A cancelled stop cannot be changed. Draft a new one."), code="stop_cancelled")


def _refuse_if_over(announced: StopRevision | None, *, now: dt.datetime) -> None:
    """What took place is a record: it is neither moved nor cancelled afterwards. What was postponed did not take place."""
    if announced is not None and not announced.is_postponed and announced.ends <= now:
        raise DomainError(_("This stop is already over."), code="already_over")


def _refuse_if_stopped(announced: StopRevision | None) -> None:
    """A visit that stopped half-way was partly held: until it works again there is nothing to move or to cancel."""
    if announced is not None and announced.is_stopped:
        raise DomainError(
            _("This stop was partly held: the vehicle stopped working there. Say first that it works again."),
            code="partly_held",
        )


def _refuse_unless_publisher_of(district: District, *, by: User) -> None:
    if not may_publish(by, district):
        raise NotAllowed(
            _("Only the head of %(unit)s or the general supervisor publishes and cancels its stops.")
            % {"unit": district.label}
        )


def _cause_phrase(cause: str, cause_ar: str) -> str:
    """The phrase after «بسبب»: from the table, or as typed for Cause.OTHER."""
    if cause not in Cause.values:
        raise DomainError(_("Say why: choose a cause."), field="cause", code="cause_missing")
    return read_cause(cause_ar) if cause == Cause.OTHER else CAUSE_PHRASE_AR[Cause(cause)]


# -- writing ----------------------------------------------------------------------------------------------------------------


def _write_working_copy(stop: Stop, data: StopData, *, by: User) -> None:
    assignment = find_assignment(data.vehicle, on=data.date)
    if assignment is None:  # check_stop has refused this; an assignment may have ended since
        raise DomainError(_("The vehicle is not assigned to any unit on that day."), field="vehicle")
    outside = data.place.district_id != assignment.district_id
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
    stop.updated_by = by
    stop.save()
    stop.services.set(data.services)
    stop.payment_means.set(data.payment_means)


_TIMES = (
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


def _differs_from_public(stop: Stop) -> bool:
    """Whether the public would notice a difference between the working copy and the current revision."""
    public = StopRevision.objects.public().get(stop=stop)
    return (
        any(getattr(stop, field) != getattr(public, field) for field in _TIMES)
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


def _retire_current_revisions(stops: Sequence[Stop]) -> dict[int, StopRevision]:
    """Take the current revisions out of force before new ones come in, so that two vehicles can swap their hours."""
    current = {
        revision.stop_id: revision for revision in StopRevision.objects.public().with_details().filter(stop__in=stops)
    }
    StopRevision.objects.filter(pk__in=[revision.pk for revision in current.values()]).update(is_current=False)
    return current


def _write_revision(
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
        **{field: getattr(facts, field) for field in _TIMES},
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


def _move(stop: Stop, status: StopStatus) -> None:
    """Make one of the legal moves. Raises DomainError if another act moved the stop first."""
    if status not in STOP_MOVES[stop.status]:
        raise DomainError(_("This stop cannot be %(state)s now.") % {"state": status.label}, code="illegal_move")
    moved = Stop.objects.filter(pk=stop.pk, status=stop.status).update(status=status, has_unpublished_changes=False)
    if not moved:
        raise DomainError(_("Somebody else has just changed this stop. Load it again."), code="stale")
    stop.status = status
    stop.has_unpublished_changes = False

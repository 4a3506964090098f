"""Everything that writes a stop. Admin, commands and tasks call these and never set a status themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from announcements.actions import StopChange, issue_notices
from announcements.models import Notice
from announcements.reviews import UNREAD, PreviewedNotice, Review, describe
from schedules.actions_steps import (
    COPIED_FIELDS,
    booking_conflicts,
    cause_phrase,
    differs_from_public,
    keep_facts,
    leave_out_of_pattern,
    lock_stop,
    lock_stops,
    mentions_of_changes,
    move_stop_to,
    refuse_if_any,
    refuse_if_over,
    refuse_if_stopped,
    refuse_unless_editable,
    refuse_unless_publisher_of,
    retire_current_revisions,
    take_back,
    write_revision,
    write_working_copy,
)
from schedules.enums import CHANGEABLE, STOP_MOVES, Cause, RevisionState, StopStatus
from schedules.models import Stop
from schedules.special_days import needs_confirmed_landmark
from schedules.validators import StopData, check_stop, find_announced, find_announcing_district, stale_edit
from sohag_mobile.errors import DomainError
from sohag_mobile.models import bump_content_version

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def draft_stop(data: StopData, *, by: User, now: dt.datetime) -> Stop:
    """Make a draft. Raises RuleBroken with every refusal, or VehicleAlreadyBooked when another clerk was faster."""
    refuse_if_any(check_stop(data, by=by, now=now))
    stop = Stop(created_by=by, status=StopStatus.DRAFT)
    with booking_conflicts(data):
        write_working_copy(stop, data, by=by)
    return stop


def edit_stop(stop: Stop, data: StopData, *, by: User, now: dt.datetime, seen: dt.datetime | None = None) -> Stop:
    """Change the working copy; the public goes on reading the published facts until they are published again.

    `seen` is the `updated_at` of the working copy that the person had before them. Raises StaleEdit when it has been saved
    since; RuleBroken, VehicleAlreadyBooked, or DomainError when the stop is cancelled, stopped half-way, or over.
    """
    with transaction.atomic():
        locked = lock_stop(stop)
        if seen is not None and seen != locked.updated_at:
            raise stale_edit(locked)
        refuse_unless_editable(locked, by=by)
        announced = find_announced(locked)
        refuse_if_over(announced, now=now)
        refuse_if_stopped(announced)
        refuse_if_any(check_stop(data, by=by, now=now, stop=locked))
        with booking_conflicts(data, locked):
            write_working_copy(locked, data, by=by)
        if locked.status in CHANGEABLE:
            # Saving a postponed stop gives it a date, even the one it had.
            differs = locked.status == StopStatus.POSTPONED or differs_from_public(locked)
            Stop.objects.filter(pk=locked.pk).update(has_unpublished_changes=differs)
            locked.has_unpublished_changes = differs
    return locked


def discard_draft(stop: Stop, *, by: User) -> None:
    """Delete a draft the public never saw; a day of a pattern is left out of it. Raises DomainError for anything that was ever
    published.
    """
    with transaction.atomic():
        locked = lock_stop(stop)
        refuse_unless_editable(locked, by=by)
        if locked.status != StopStatus.DRAFT:
            raise DomainError(_("Only a draft can be discarded; a published stop is cancelled."), code="not_a_draft")
        keep_facts(locked, locked.services.all(), locked.payment_means.all(), by=by)
        leave_out_of_pattern(locked, by=by)
        locked.delete()


def discard_edit(stop: Stop, *, by: User) -> Stop:
    """Give the working copy of a published stop the facts the public was told, so that nothing waits to be announced.

    Also when the stop is over by now: the edit can no longer be published then. Raises NotAllowed, DomainError when nothing
    waits, or VehicleAlreadyBooked when the vehicle's public time has since been planned for another stop.
    """
    with transaction.atomic():
        locked = lock_stop(stop)
        refuse_unless_editable(locked, by=by)
        announced = find_announced(locked)
        if announced is None or not locked.has_unpublished_changes:
            raise DomainError(_("This stop has no change that waits to be published."), code="nothing_to_discard")
        for field in COPIED_FIELDS:
            setattr(locked, field, getattr(announced, field))
        # What was announced had been confirmed by then.
        needed = needs_confirmed_landmark(announced.place, announced.district.governorate, announced.date)
        locked.landmark_confirmed_for = announced.date if needed else None
        locked.updated_by = by
        locked.has_unpublished_changes = False
        take_back(locked)
        services = [row.service for row in announced.offered.all()]
        payment_means = (locked if announced.intake_only else announced).payment_means.all()
        keep_facts(locked, services, payment_means, by=by)
        with booking_conflicts(StopData.of(locked), locked):
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
    with transaction.atomic(), booking_conflicts(publishing=stops):
        locked = sorted(lock_stops(stops), key=lambda stop: (stop.date, stop.starts_at, stop.pk))
        todo = [stop for stop in locked if stop.is_unpublished]
        if not todo:
            raise DomainError(
                _("There is nothing to publish: these stops are already public."), code="nothing_to_publish"
            )
        phrase = ""
        if cause or any(stop.status == StopStatus.PUBLISHED for stop in todo):
            phrase = cause_phrase(cause, cause_ar)
        changes = []
        for stop in todo:
            refuse_unless_publisher_of(stop.district, by=by)
            refuse_if_any(check_stop(StopData.of(stop), by=by, now=now, stop=stop))
        previous = retire_current_revisions(todo)
        for stop in todo:
            before = previous.get(stop.pk)
            refuse_if_over(before, now=now)
            refuse_if_stopped(before)
            revision = write_revision(
                stop,
                before=before,
                state=RevisionState.SCHEDULED,
                cause=cause if before else "",
                cause_ar=phrase if before else "",
                by=by,
                now=now,
            )
            move_stop_to(stop, StopStatus.PUBLISHED)
            changes.append(StopChange(before=before, after=revision))
        bump_content_version(mentions_of_changes(changes))
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
        locked = lock_stop(stop)
        refuse_unless_publisher_of(find_announcing_district(locked), by=by)
        if StopStatus.CANCELLED not in STOP_MOVES[locked.status]:
            raise DomainError(_("Only a published stop can be cancelled."), code="not_published")
        phrase = cause_phrase(cause, cause_ar)
        before = retire_current_revisions([locked])[locked.pk]
        refuse_if_over(before, now=now)
        refuse_if_stopped(before)
        revision = write_revision(
            locked, before=before, state=RevisionState.CANCELLED, cause=cause, cause_ar=phrase, by=by, now=now
        )
        move_stop_to(locked, StopStatus.CANCELLED)
        changes = [StopChange(before=before, after=revision)]
        bump_content_version(mentions_of_changes(changes))
        return issue_notices(changes, by=by, now=now, cause_ar=phrase, review=review)


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

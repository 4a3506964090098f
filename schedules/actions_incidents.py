"""What happens to announced visits: put off without a date, called off for a whole day, broken down, working again.

Like `actions`, nothing else writes these states, and every preview is the act itself, done and rolled back.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from announcements.actions import StopChange, issue_notices
from announcements.models import Notice
from announcements.reviews import UNREAD, PreviewedNotice, Review, describe
from schedules.actions_steps import (
    booking_conflicts,
    cause_phrase,
    differs_from_public,
    lock_stop,
    lock_stops,
    mentions_of_changes,
    move_stop_to,
    refuse_if_over,
    refuse_if_stopped,
    refuse_unless_publisher_of,
    retire_current_revisions,
    write_revision,
    write_working_copy,
)
from schedules.clock import local_date
from schedules.enums import STOP_MOVES, RevisionState, StopStatus
from schedules.models import Stop, StopRevision
from schedules.models.stops import local_zone
from schedules.validators import StopData, check_stop, find_announced, find_announcing_district
from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.models import bump_content_version

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A field of the completing visit is named so on the page that asks for it.
CONTINUATION_PREFIX = "continuation_"

_STATE_OF = {StopStatus.POSTPONED: RevisionState.POSTPONED, StopStatus.CANCELLED: RevisionState.CANCELLED}


@dataclasses.dataclass(frozen=True, slots=True)
class Continuation:
    """When a visit that stopped half-way is completed: same place, vehicle and services, on a later local day."""

    date: dt.date
    starts_at: dt.time
    ends_at: dt.time
    last_intake: dt.time | None = None
    off_day_reason: str = ""
    landmark_confirmed: bool = False
    accept_duplicate: bool = False
    accept_short_travel: bool = False


def postpone_stop(
    stop: Stop, *, cause: str, by: User, now: dt.datetime, cause_ar: str = "", review: Review = UNREAD
) -> Notice:
    """Tell the public that a published stop is put off, and that its new date will be announced.

    It stays an open debt until it is edited and published with a date, or cancelled. `review` as in `publish_stops`. Returns the
    unit's notice; where the governorate's bulletin told of the visit, another one corrects that. Raises NotAllowed,
    TextsChanged, DomainError.
    """
    return postpone_stops([stop], cause=cause, by=by, now=now, cause_ar=cause_ar, review=review)[0]


def postpone_stops(
    stops: Sequence[Stop], *, cause: str, by: User, now: dt.datetime, cause_ar: str = "", review: Review = UNREAD
) -> list[Notice]:
    """`postpone_stop` for many visits, of one day or several, in one act: all or nothing, each unit under its own number
    (domain.md (d) 2).
    """
    return _call_off(stops, StopStatus.POSTPONED, cause=cause, by=by, now=now, cause_ar=cause_ar, review=review)


def cancel_stops(
    stops: Sequence[Stop], *, cause: str, by: User, now: dt.datetime, cause_ar: str = "", review: Review = UNREAD
) -> list[Notice]:
    """`cancel_stop` for many visits, of one day or several, in one act: all or nothing, each unit under its own number."""
    return _call_off(stops, StopStatus.CANCELLED, cause=cause, by=by, now=now, cause_ar=cause_ar, review=review)


def preview_postponements(
    stops: Sequence[Stop], *, cause: str, by: User, now: dt.datetime, cause_ar: str = "", review: Review = UNREAD
) -> list[PreviewedNotice]:
    """What `postpone_stops` would say, without doing it."""
    with transaction.atomic():
        issued = postpone_stops(stops, cause=cause, by=by, now=now, cause_ar=cause_ar, review=review.as_preview())
        previewed = describe(issued)
        transaction.set_rollback(True)
    return previewed


def preview_cancellations(
    stops: Sequence[Stop], *, cause: str, by: User, now: dt.datetime, cause_ar: str = "", review: Review = UNREAD
) -> list[PreviewedNotice]:
    """What `cancel_stops` would say, without doing it."""
    with transaction.atomic():
        issued = cancel_stops(stops, cause=cause, by=by, now=now, cause_ar=cause_ar, review=review.as_preview())
        previewed = describe(issued)
        transaction.set_rollback(True)
    return previewed


def _call_off(
    stops: Sequence[Stop],
    status: StopStatus,
    *,
    cause: str,
    by: User,
    now: dt.datetime,
    cause_ar: str,
    review: Review,
) -> list[Notice]:
    with transaction.atomic():
        locked = lock_stops(stops)
        if not locked:
            raise DomainError(_("Choose at least one stop."), code="nothing_chosen")
        if len(locked) < len({stop.pk for stop in stops}):
            raise DomainError(_("One of these stops no longer exists. Load the page again."), code="stop_gone")
        for stop in locked:
            refuse_unless_publisher_of(find_announcing_district(stop), by=by)
            if status not in STOP_MOVES[stop.status]:
                raise DomainError(
                    _("%(stop)s is not announced, or is off already. Load the page again.") % {"stop": stop},
                    code="not_published",
                )
        phrase = cause_phrase(cause, cause_ar)
        previous = retire_current_revisions(locked)
        changes = []
        for stop in locked:
            before = previous[stop.pk]
            refuse_if_over(before, now=now)
            refuse_if_stopped(before)
            revision = write_revision(
                stop, before=before, state=_STATE_OF[status], cause=cause, cause_ar=phrase, by=by, now=now
            )
            move_stop_to(stop, status)
            if status == StopStatus.POSTPONED and differs_from_public(stop):
                # Somebody has already drafted a new date: it waits to be announced like any change.
                Stop.objects.filter(pk=stop.pk).update(has_unpublished_changes=True)
            changes.append(StopChange(before=before, after=revision))
        bump_content_version(mentions_of_changes(changes))
        return issue_notices(changes, by=by, now=now, cause_ar=phrase, review=review)


def report_breakdown(
    stop: Stop,
    *,
    stopped_at: dt.time,
    cause: str,
    by: User,
    now: dt.datetime,
    cause_ar: str = "",
    resumes_at: dt.time | None = None,
    continuation: Continuation | None = None,
    requests_stay_valid: bool = False,
    review: Review = UNREAD,
) -> Notice:
    """Tell at once that the vehicle stopped working during its visit, and how citizens are served instead (domain.md T4).

    Returns the unit's notice; where the governorate's bulletin told of the visit, another one corrects that.

    The visit becomes partly held: it is not cancelled, and its hours are those it worked. `stopped_at` is a wall-clock time of
    the visit that has come; `resumes_at` is when work is expected to go on that day. `continuation` makes and publishes a stop
    of a later day with the same services, told by the same notice. `requests_stay_valid` only when the officer has confirmed it.
    May be told again while the vehicle stands still, when more is known. Raises NotAllowed, TextsChanged, RuleBroken,
    VehicleAlreadyBooked, DomainError with the field it belongs beside.
    """
    return _report_breakdown(
        stop,
        stopped_at=stopped_at,
        cause=cause,
        by=by,
        now=now,
        cause_ar=cause_ar,
        resumes_at=resumes_at,
        continuation=continuation,
        requests_stay_valid=requests_stay_valid,
        review=review,
    )[0]


def _report_breakdown(
    stop: Stop,
    *,
    stopped_at: dt.time,
    cause: str,
    by: User,
    now: dt.datetime,
    cause_ar: str,
    resumes_at: dt.time | None,
    continuation: Continuation | None,
    requests_stay_valid: bool,
    review: Review,
) -> list[Notice]:
    """Report it, and return every notice that tells of it, the unit's own first."""
    with transaction.atomic():
        locked = lock_stop(stop)
        announced = _announced_today(locked, by=by, now=now)
        _check_interruption(announced, stopped_at=stopped_at, resumes_at=resumes_at, now=now)
        phrase = cause_phrase(cause, cause_ar)
        before = retire_current_revisions([locked])[locked.pk]
        revision = write_revision(
            locked,
            before=before,
            state=RevisionState.STOPPED,
            cause=cause,
            cause_ar=phrase,
            by=by,
            now=now,
            stopped_at=stopped_at,
            resumes_at=resumes_at,
            requests_stay_valid=requests_stay_valid,
        )
        completing = find_continuation(locked)
        if continuation is not None:
            if completing is not None:
                raise DomainError(
                    _("The visit that completes this one is already announced. Change that one instead."),
                    field=f"{CONTINUATION_PREFIX}date",
                    code="already_continued",
                )
            completing = _announce_continuation(locked, before, continuation, by=by, now=now)
        changes = [StopChange(before=before, after=revision, continuation=completing)]
        bump_content_version(mentions_of_changes(changes))
        return issue_notices(changes, by=by, now=now, cause_ar=phrase, review=review)


def preview_breakdown(
    stop: Stop,
    *,
    stopped_at: dt.time,
    cause: str,
    by: User,
    now: dt.datetime,
    cause_ar: str = "",
    resumes_at: dt.time | None = None,
    continuation: Continuation | None = None,
    requests_stay_valid: bool = False,
    review: Review = UNREAD,
) -> list[PreviewedNotice]:
    """What `report_breakdown` would say, without doing it."""
    with transaction.atomic():
        notices = _report_breakdown(
            stop,
            stopped_at=stopped_at,
            cause=cause,
            by=by,
            now=now,
            cause_ar=cause_ar,
            resumes_at=resumes_at,
            continuation=continuation,
            requests_stay_valid=requests_stay_valid,
            review=review.as_preview(),
        )
        previewed = describe(notices)
        transaction.set_rollback(True)
    return previewed


def resume_stop(stop: Stop, *, resumed_at: dt.time, by: User, now: dt.datetime, review: Review = UNREAD) -> Notice:
    """Tell the public that a vehicle which stopped during its visit works again, from `resumed_at` until the announced end.

    A visit that was announced to complete this one stays announced. Raises NotAllowed, TextsChanged, DomainError.
    """
    return _resume_stop(stop, resumed_at=resumed_at, by=by, now=now, review=review)[0]


def _resume_stop(stop: Stop, *, resumed_at: dt.time, by: User, now: dt.datetime, review: Review) -> list[Notice]:
    """Tell of it, and return every notice that does, the unit's own first."""
    with transaction.atomic():
        locked = lock_stop(stop)
        announced = _announced_today(locked, by=by, now=now)
        if not announced.is_stopped or announced.stopped_at is None:
            raise DomainError(_("Nobody has reported that this vehicle stopped working."), code="not_stopped")
        refuse_if_over(announced, now=now)
        if not announced.stopped_at < resumed_at < announced.ends_at:
            raise DomainError(
                _("Work can only resume between %(stopped)s and %(end)s.")
                % {"stopped": _time(announced.stopped_at), "end": _time(announced.ends_at)},
                field="resumed_at",
                code="resumes_outside_hours",
            )
        _refuse_if_future(resumed_at, announced, field="resumed_at", now=now)
        before = retire_current_revisions([locked])[locked.pk]
        revision = write_revision(
            locked,
            before=before,
            facts=before,
            state=RevisionState.SCHEDULED,
            cause="",
            cause_ar="",
            by=by,
            now=now,
            stopped_at=announced.stopped_at,
            resumes_at=resumed_at,
            requests_stay_valid=announced.requests_stay_valid,
        )
        changes = [StopChange(before=before, after=revision)]
        bump_content_version(mentions_of_changes(changes))
        # The text says again why it had stopped; the fact itself has no cause any more.
        return issue_notices(changes, by=by, now=now, cause_ar=before.cause_ar, review=review)


def preview_resumption(
    stop: Stop, *, resumed_at: dt.time, by: User, now: dt.datetime, review: Review = UNREAD
) -> list[PreviewedNotice]:
    """What `resume_stop` would say, without doing it."""
    with transaction.atomic():
        previewed = describe(_resume_stop(stop, resumed_at=resumed_at, by=by, now=now, review=review.as_preview()))
        transaction.set_rollback(True)
    return previewed


def find_continuation(stop: Stop) -> StopRevision | None:
    """The announced visit that completes `stop`, as the public reads it now; None where none is, or it was called off."""
    return StopRevision.objects.public().scheduled().with_details().filter(stop__continues=stop).first()


# -- rules ------------------------------------------------------------------------------------------------------------------


def _announced_today(stop: Stop, *, by: User, now: dt.datetime) -> StopRevision:
    """What the public reads of a visit of today that takes place or has stopped; anything else is refused."""
    refuse_unless_publisher_of(find_announcing_district(stop), by=by)
    announced = find_announced(stop)
    if announced is None or not (announced.is_scheduled or announced.is_stopped):
        raise DomainError(_("Only a visit that was announced and is not called off can stop."), code="not_published")
    if announced.date != local_date(now):
        raise DomainError(
            _("This can be reported on the day of the visit only. Postpone or cancel a coming one."), code="not_today"
        )
    return announced


def _check_interruption(
    announced: StopRevision, *, stopped_at: dt.time, resumes_at: dt.time | None, now: dt.datetime
) -> None:
    if not announced.starts_at < stopped_at < announced.ends_at:
        raise DomainError(
            _(
                "The vehicle can only stop working between %(start)s and %(end)s; if it never worked, postpone or cancel."
            )
            % {"start": _time(announced.starts_at), "end": _time(announced.ends_at)},
            field="stopped_at",
            code="stopped_outside_hours",
        )
    _refuse_if_future(stopped_at, announced, field="stopped_at", now=now)
    if resumes_at is None:
        return
    if not stopped_at < resumes_at < announced.ends_at:
        raise DomainError(
            _("Work can only resume between %(stopped)s and %(end)s.")
            % {"stopped": _time(stopped_at), "end": _time(announced.ends_at)},
            field="resumes_at",
            code="resumes_outside_hours",
        )
    if _moment(resumes_at, announced) <= now:
        raise DomainError(
            _("This hour has passed. If the vehicle works again, say so afterwards with “It works again”."),
            field="resumes_at",
            code="resumes_in_the_past",
        )


def _refuse_if_future(time: dt.time, announced: StopRevision, *, field: str, now: dt.datetime) -> None:
    if _moment(time, announced) > now:
        raise DomainError(_("This hour has not come yet."), field=field, code="in_the_future")


def _moment(time: dt.time, announced: StopRevision) -> dt.datetime:
    return dt.datetime.combine(announced.date, time, tzinfo=local_zone())


def _time(value: dt.time) -> str:
    return time_format(value, "g:i A")


# -- the visit that completes another -----------------------------------------------------------------------------------------


def _announce_continuation(
    stop: Stop, told: StopRevision, wanted: Continuation, *, by: User, now: dt.datetime
) -> StopRevision:
    """Make and publish the visit that completes `stop`, from what the public was `told` of it; its notice comes with the rest."""
    if wanted.date <= told.date:
        raise DomainError(
            _("The visit is completed on a later day. For the same day, say when work goes on."),
            field=f"{CONTINUATION_PREFIX}date",
            code="continued_the_same_day",
        )
    data = StopData(
        vehicle=told.vehicle,
        place=told.place,
        date=wanted.date,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        last_intake=wanted.last_intake,
        landmark_ar=told.landmark_ar,
        landmark_en=told.landmark_en,
        services=tuple(row.service for row in told.offered.all()),
        payment_means=tuple(stop.payment_means.all() if told.intake_only else told.payment_means.all()),
        off_day_reason=wanted.off_day_reason,
        accept_outside_district=stop.outside_district_accepted_by_id is not None,
        landmark_confirmed_for=wanted.date if wanted.landmark_confirmed else None,
        accept_duplicate=wanted.accept_duplicate,
        accept_short_travel=wanted.accept_short_travel,
    )
    # `stop` passes on that a supervisor accepted the place; that it does not overlap it, the later day says already.
    _refuse_continuation(check_stop(data, by=by, now=now, stop=stop))
    copy = Stop(created_by=by, status=StopStatus.DRAFT, continues=stop)
    copy.outside_district_accepted_by = stop.outside_district_accepted_by
    with booking_conflicts(data):
        write_working_copy(copy, data, by=by)
        refuse_unless_publisher_of(copy.district, by=by)
        revision = write_revision(
            copy, before=None, state=RevisionState.SCHEDULED, cause="", cause_ar="", by=by, now=now
        )
        move_stop_to(copy, StopStatus.PUBLISHED)
    return revision


def _refuse_continuation(problems: list[DomainError]) -> None:
    """Raise what is wrong with the completing visit, beside the fields that ask for it."""
    if problems:
        raise RuleBroken(
            [
                DomainError(problem.message, code=problem.code, field=f"{CONTINUATION_PREFIX}{problem.field or 'date'}")
                for problem in problems
            ]
        )

"""What passes between those who draft a unit's stops and its head: laid before the head, taken back, sent back, approved.

That a stop awaits its head is a fact beside its state (decision 44). Every later edit and every publication clears it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from announcements.models import Notice
from announcements.reviews import UNREAD, Review, TextsChanged
from schedules.actions import publish_stops
from schedules.actions_steps import (
    NOT_BEFORE_THE_HEAD,
    refuse_if_any,
    refuse_if_over,
    refuse_if_stopped,
    refuse_unless_editable,
    refuse_unless_publisher_of,
)
from schedules.mails import write_return_mails
from schedules.models import Stop
from schedules.validators import StopData, check_stop, find_announced, has_letters
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.queries import may_edit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_COMMENT = 500


def _lock(stops: Sequence[Stop]) -> list[Stop]:
    """The stops as they are stored now, held in the order in which publishing holds them."""
    return list(
        Stop.objects.select_for_update(of=("self",))
        .select_related("vehicle", "place__district__governorate", "district__governorate", "submitted_by")
        .filter(pk__in=[stop.pk for stop in stops])
        .order_by("date", "starts_at", "pk")
    )


def submit_stops(stops: Sequence[Stop], *, by: User, now: dt.datetime) -> list[Stop]:
    """Lay drafts and unpublished changes before the head of their unit as they stand; all of `stops` or none.

    They must be such that they could be published: the rules are the same. What is already public, or already lies there, is
    left alone. Returns those that were laid there. Raises NotAllowed, RuleBroken, or DomainError when there is nothing to lay.
    """
    with transaction.atomic():
        todo = [stop for stop in _lock(stops) if stop.is_unpublished and stop.submitted_at is None]
        if not todo:
            raise DomainError(
                _("There is nothing to submit: these stops are already public or already await approval."),
                code="nothing_to_submit",
            )
        for stop in todo:
            refuse_unless_editable(stop, by=by)
            announced = find_announced(stop)
            refuse_if_over(announced, now=now)
            refuse_if_stopped(announced)
            refuse_if_any(check_stop(StopData.of(stop), by=by, now=now, stop=stop))
        Stop.objects.filter(pk__in=[stop.pk for stop in todo]).update(
            **NOT_BEFORE_THE_HEAD | {"submitted_at": now, "submitted_by": by}
        )
    return todo


def withdraw_stops(stops: Sequence[Stop], *, by: User) -> list[Stop]:
    """Take back what awaits the head, unchanged. Returns those taken back. Raises NotAllowed, or DomainError for none."""
    with transaction.atomic():
        todo = [stop for stop in _lock(stops) if stop.submitted_at is not None]
        if not todo:
            raise DomainError(_("None of these stops awaits approval any more."), code="not_submitted")
        for stop in todo:
            if not may_edit(by, stop.district):
                raise NotAllowed(_("You do not plan for %(unit)s.") % {"unit": stop.district.label})
        Stop.objects.filter(pk__in=[stop.pk for stop in todo]).update(**NOT_BEFORE_THE_HEAD)
    return todo


def return_stops(stops: Sequence[Stop], *, comment: str, by: User, now: dt.datetime) -> list[Stop]:
    """The head sends back what awaits them, with what is to be mended; whoever submitted it is told by e-mail.

    Returns those sent back. Raises NotAllowed, or DomainError without a comment in words or when none of them awaits approval.
    """
    said = " ".join(comment.split())
    if not has_letters(said):
        raise DomainError(_("Write what is to be mended."), field="comment", code="comment_missing")
    if len(said) > LONGEST_COMMENT:
        raise DomainError(
            _("Write it in at most %(count)d characters.") % {"count": LONGEST_COMMENT},
            field="comment",
            code="comment_too_long",
        )
    with transaction.atomic():
        todo = [stop for stop in _lock(stops) if stop.submitted_at is not None]
        if not todo:
            raise DomainError(_("None of these stops awaits approval any more."), code="not_submitted")
        for stop in todo:
            refuse_unless_publisher_of(stop.district, by=by)
        Stop.objects.filter(pk__in=[stop.pk for stop in todo]).update(
            **NOT_BEFORE_THE_HEAD | {"returned_at": now, "returned_by": by, "return_comment": said}
        )
        write_return_mails(todo, comment=said, by=by, now=now)
    return todo


def approve_stops(
    stops: Mapping[Stop, dt.datetime],
    *,
    by: User,
    now: dt.datetime,
    cause: str = "",
    cause_ar: str = "",
    review: Review = UNREAD,
) -> list[Notice]:
    """Publish what was laid before the head, if it is still what they have read.

    `stops` are those that were read, each with the moment at which it had been submitted. Raises TextsChanged when one of them
    has been edited, withdrawn or published since; everything else as `publish_stops`, whose arguments the others are.
    """
    with transaction.atomic():
        submitted_at = {stop.pk: stop.submitted_at for stop in _lock(list(stops))}
        if any(submitted_at.get(stop.pk) != seen for stop, seen in stops.items()):
            raise TextsChanged(
                _("What awaits your approval has changed since you read it. Nothing was published: read it again.")
            )
        return publish_stops(list(stops), by=by, now=now, cause=cause, cause_ar=cause_ar, review=review)

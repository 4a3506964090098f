"""What a supervisor does to the flow of deliveries: pause and resume it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from announcements.enums import OPEN, WaitReason
from announcements.models import Channel, Delivery, Pause
from announcements.outbox import wake_worker
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.enums import Right
from vehicles.queries import holds

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def pause_deliveries(*, channel: Channel | None, reason: str, by: User, now: dt.datetime) -> Pause:
    """Let nothing leave for `channel` (None: for any channel) until it is resumed. What is being sent at this moment still ends.

    Raises NotAllowed unless `by` is a supervisor, DomainError without a reason or when it is paused already.
    """
    _refuse_unless_carrier(by)
    if not reason.strip():
        raise DomainError(_("Write why nothing shall leave."), field="reason", code="reason_missing")
    try:
        with transaction.atomic():
            return Pause.objects.create(channel=channel, reason=reason.strip(), paused_by=by, paused_at=now)
    except IntegrityError as error:
        raise DomainError(_("This is paused already."), field="channel", code="already_paused") from error


def resume_deliveries(pause: Pause, *, by: User, now: dt.datetime) -> Pause:
    """Let what waited leave, in the order in which it would have left.

    Raises NotAllowed unless `by` is a supervisor, DomainError when it was resumed already.
    """
    _refuse_unless_carrier(by)
    with transaction.atomic():
        if not Pause.objects.open().filter(pk=pause.pk).update(resumed_by=by, resumed_at=now):
            raise DomainError(_("This has been resumed already."), code="stale")
        transaction.on_commit(wake_worker)
    pause.refresh_from_db()
    return pause


def reconsider_waiting(channel: Channel, *, now: dt.datetime) -> int:
    """Ask again at once what waits for a turn or for the end of quiet hours, after these have been changed. Returns how many."""
    waiting = Delivery.objects.filter(
        channel=channel, status__in=OPEN, waits_for__in=[WaitReason.PACE, WaitReason.QUIET], next_attempt_at__gt=now
    )
    # The turn that was reckoned by the old pace is given up with it.
    Channel.objects.filter(pk=channel.pk, next_free_at__gt=now).update(next_free_at=now)
    return waiting.update(next_attempt_at=now, waits_for="")


def _refuse_unless_carrier(user: User) -> None:
    if not holds(user, Right.CARRY):
        raise NotAllowed(_("Only whoever looks after the deliveries of every unit may do this."))

"""What the ledger shows beside a delivery: its attempts, what it said when it left, and what stands there now."""

from __future__ import annotations

import dataclasses
import datetime as dt

from announcements.channels.registry import get_adapter
from announcements.enums import AttemptOutcome, DeliveryStatus
from announcements.models import Delivery, DeliveryAttempt


@dataclasses.dataclass(frozen=True, slots=True)
class Wording:
    """What a delivery said and what its post says now, as far as this product wrote it.

    `now` is None while nothing stands: it has not left, or its post was taken down. `by` is the later delivery that wrote into
    the post; None when the post still says what this delivery said.
    """

    then: str
    now: str | None
    by: Delivery | None = None
    taken_down_at: dt.datetime | None = None


def list_attempts(delivery: Delivery) -> list[DeliveryAttempt]:
    """What has been tried so far, oldest first; asks the database once.

    A delivery that went out at its first attempt has no line in the log: it is told from the delivery itself.
    """
    attempts = list(delivery.attempts.all())
    if attempts or delivery.attempt != 1 or delivery.status != DeliveryStatus.SENT or delivery.settled_at:
        return attempts
    return [
        DeliveryAttempt(
            delivery=delivery,
            number=1,
            started_at=delivery.last_attempt_at or delivery.created_at,
            finished_at=delivery.sent_at,
            outcome=AttemptOutcome.EDITED if delivery.edited_in_place else AttemptOutcome.POSTED,
            external_id=delivery.external_id,
            external_url=delivery.external_url,
        )
    ]


def is_beyond_reach(delivery: Delivery) -> bool:
    """Whether `delivery` stands on a platform where corrections edit or take down posts, but its own is not known there."""
    adapter = get_adapter(delivery.channel.kind)
    is_out = delivery.status == DeliveryStatus.SENT and delivery.taken_down_at is None
    return is_out and not delivery.external_id and (adapter.can_edit or adapter.can_delete)


def find_wording(delivery: Delivery) -> Wording:
    """The text of `delivery` as it left and as it stands; asks the database once."""
    then = delivery.edit_text or delivery.text
    if delivery.status != DeliveryStatus.SENT:
        return Wording(then, None)
    if delivery.taken_down_at is not None:
        return Wording(then, None, taken_down_at=delivery.taken_down_at)
    # Without a number at the platform (an e-mail, a file) nothing can have been written into it.
    newest = None
    if delivery.external_id:
        later = Delivery.objects.in_thread_of(delivery).filter(
            pk__gt=delivery.pk, status=DeliveryStatus.SENT, external_id=delivery.external_id
        )
        newest = later.select_related("notice__district").order_by("-pk").first()
    if newest is None:
        return Wording(then, then)
    return Wording(then, newest.edit_text or newest.text, by=newest)

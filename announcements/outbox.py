"""Carrying deliveries out: claim, send, finish (architecture.md 4).

The guarantees, and where they come from:

- Nothing is lost: a delivery is a row written with the news itself, and stays open until an attempt ends in an answer.
- Nothing is posted twice: a claim is a short transaction that moves `next_attempt_at` past every time-out, so no second worker
  takes the row; finishing compares the attempt number; and an attempt whose end is unknown is looked up at the platform, or put
  before a person, never repeated blindly.
- No correction overtakes its announcement: a correction waits while an earlier delivery of its thread is open.
- Nobody is asked in vain: what is known of an attempt is written down even when the database is away for a while.
- No old news: what was overtaken or is over is not sent.
- No moment without news: where a post cannot be edited, its correction is posted first, and only then is the old post deleted.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from announcements import credentials
from announcements.channels.base import (
    Adapter,
    Attachment,
    ChannelError,
    Message,
    PermanentChannelError,
    PostGone,
    Receipt,
    Target,
    TemporaryChannelError,
    UncertainOutcome,
)
from announcements.channels.registry import get_adapter, longest_attempt_seconds
from announcements.channels.tokens import REFUSED_CODES
from announcements.enums import CHANNEL_FORM, DELIVERY_MOVES, OPEN, ChannelKind, DeliveryStatus, TextForm
from announcements.exports import DOCX_MIME_TYPE, radio_docx, text_docx
from announcements.facts import notice_url
from announcements.models import Delivery
from announcements.on_air import split_for_air, text_for_air
from announcements.pictures import with_picture
from sohag_mobile.log import without_secrets

logger = logging.getLogger(__name__)

# A correction looks again this soon whether the delivery it follows has ended.
WAIT_FOR_PREDECESSOR = dt.timedelta(seconds=1)
# Why a text did not leave although a part of it still holds.
PARTLY_OVERTAKEN = "partly_overtaken"
# A batch is left after this long: the next sweep has handed out what remains of it, perhaps to a worker that is faster.
BATCH_SECONDS = 2.0
# After the database went away, a worker that knows how its attempt ended asks again this soon whether it is back.
DATABASE_PAUSE_SECONDS = 0.2


class _AskAPerson(UncertainOutcome):
    """The platform was asked and the question is still open."""


class _NotSent(Exception):
    """The attempt found that its news must not leave, and that it has not."""

    def __init__(self, status: DeliveryStatus) -> None:
        super().__init__(status)
        self.status = status


def wake_worker() -> None:
    """Ask for a sweep now. A broker that is away costs two seconds of waiting, nothing else."""
    try:
        current_app.send_task("announcements.tasks.sweep_deliveries", expires=10, ignore_result=True)
    except (BrokerError, OSError) as error:
        logger.warning("could not wake the worker (%s); the sweep will find the deliveries", type(error).__name__)


def warn_soon() -> None:
    """Have the supervisors told that a token does not work; should the broker be away, the hourly run tells them."""
    try:
        current_app.send_task("announcements.tasks.warn_about_tokens", expires=600, ignore_result=True)
    except (BrokerError, OSError) as error:
        logger.warning("could not wake the worker (%s)", type(error).__name__)


def lease() -> dt.timedelta:
    """How long a claim holds a row: longer than the longest attempt can take."""
    # Twice: a look-up that takes its time still leaves enough for the post that follows it.
    return dt.timedelta(seconds=max(settings.DELIVERY_LEASE_SECONDS, 2 * longest_attempt_seconds() + 5))


def list_due_deliveries(*, now: dt.datetime, limit: int = 1000) -> list[int]:
    """Primary keys of the deliveries due at `now` (aware), oldest first."""
    return list(Delivery.objects.due(now=now).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def deliver_batch(pks: Sequence[int]) -> None:
    """Make one attempt at each of these deliveries that is due and free, one after another, for BATCH_SECONDS."""
    ends_at = time.monotonic() + BATCH_SECONDS
    # What is frozen since publication is read for all of them at once; what may have changed, the claim reads again.
    rows = Delivery.objects.due(now=timezone.now()).select_related(
        "channel__credential", "notice__district", "corrects"
    )
    for row in rows.defer("notice__facts").filter(pk__in=pks).order_by("next_attempt_at", "pk"):
        deliver(row.pk, now=timezone.now(), seen=row)
        if time.monotonic() > ends_at:
            break


def deliver(pk: int, *, now: dt.datetime, seen: Delivery | None = None) -> DeliveryStatus | None:
    """Make one attempt at one delivery, if it is due and free. Returns its new state; None when there was nothing to do.

    The network is used outside any transaction. `now` is the aware instant of the claim; `seen` is the row as it was read a
    moment ago, with its relations, if it was: that spares reading it again.
    """
    logger.debug("delivery %s: claiming", pk)
    claimed = (seen and _claim_unchanged(seen, now=now)) or claim_delivery(pk, now=now)
    if claimed is None:
        return None
    delivery, interrupted = claimed
    logger.debug("delivery %s: attempt %s begins", delivery.pk, delivery.attempt)
    try:
        receipt, edited = _send(delivery, interrupted=interrupted)
    except UncertainOutcome as error:
        return _finish_uncertain(delivery, error)
    except TemporaryChannelError as error:
        return _finish_temporary(delivery, error, interrupted=interrupted)
    except PermanentChannelError as error:
        if credentials.note_refusal(delivery.channel, error.code, now=timezone.now()):
            renewal = TemporaryChannelError("token_renewal", error.detail)
            return _finish_temporary(delivery, renewal, interrupted=interrupted)
        if error.code in REFUSED_CODES:
            warn_soon()
        return _finish(delivery, DeliveryStatus.FAILED, error=error)
    except _NotSent as reason:
        why = PermanentChannelError(PARTLY_OVERTAKEN) if reason.status == DeliveryStatus.FAILED else None
        return _finish(delivery, reason.status, error=why)
    except (OperationalError, InterfaceError) as error:
        # The database is only read before the request leaves, so nothing has been sent.
        lost = TemporaryChannelError("database_away", f"The database went away ({type(error).__name__}).")
        return _finish_temporary(delivery, lost, interrupted=interrupted)
    ended = _finish(
        delivery,
        DeliveryStatus.SENT,
        sent_at=timezone.now(),
        edited_in_place=edited,
        with_picture=delivery.with_picture,
        external_id=receipt.external_id,
        external_url=receipt.url,
    )
    credentials.note_success(delivery.channel)
    if ended == DeliveryStatus.SENT and not edited:
        _take_down_replaced(delivery)
    return ended


def claim_delivery(pk: int, *, now: dt.datetime) -> tuple[Delivery, bool] | None:
    """Take a due delivery for one attempt. Returns it with whether an earlier attempt was interrupted; None if not to be sent.

    News that was overtaken or is over is closed here instead.
    """
    with transaction.atomic():
        row = (
            Delivery.objects.due(now=now)
            .filter(pk=pk)
            .select_related("channel__credential", "notice__district", "corrects")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if row is None:
            return None
        interrupted = row.status == DeliveryStatus.SENDING
        if not interrupted:
            if row.expires_at <= now:
                _close(row, DeliveryStatus.EXPIRED)
                return None
            # Not only the one it corrects: that may have been superseded while the announcement is still in doubt.
            if row.thread_id and _thread(row).filter(pk__lt=row.pk, status__in=OPEN).exists():
                Delivery.objects.filter(pk=row.pk).update(next_attempt_at=now + WAIT_FOR_PREDECESSOR)
                return None
            overtaken = _find_overtaken_state(row)
            if overtaken is not None:
                _close(row, overtaken)
                return None
        row.attempt += 1
        row.last_attempt_at = now
        row.next_attempt_at = now + lease()
        row.status = _moved(row, DeliveryStatus.SENDING)
        row.save(update_fields=["attempt", "last_attempt_at", "next_attempt_at", "status"])
        return row, interrupted


# By hand because it runs for every message: the ORM takes ten times as long to write it as the database to carry it out.
# A notice that nothing replaces, and no stop of which was told of anew, has no corrections: nothing can have overtaken it.
_CLAIM = """
    UPDATE announcements_delivery
    SET status = %s, attempt = attempt + 1, last_attempt_at = %s, next_attempt_at = %s
    WHERE id = %s AND status = %s AND attempt = %s AND next_attempt_at <= %s AND NOT EXISTS (
        SELECT 1
        FROM announcements_noticeitem AS item
        JOIN announcements_noticeitem AS newer ON newer.replaces_id = item.id
        WHERE item.notice_id = announcements_delivery.notice_id
    ) AND NOT EXISTS (
        SELECT 1 FROM announcements_notice AS newer WHERE newer.replaces_id = announcements_delivery.notice_id
    )
"""


def _claim_unchanged(seen: Delivery, *, now: dt.datetime) -> tuple[Delivery, bool] | None:
    """Claim in one statement what most deliveries are: an announcement that waits, unchanged since `seen` and not overtaken.

    None says nothing about the others: `claim_delivery` decides.
    """
    if seen.status != DeliveryStatus.PENDING or seen.thread_id or seen.expires_at <= now:
        return None
    ends_at = now + lease()
    as_stored = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            [
                *(DeliveryStatus.SENDING.value, as_stored(now), as_stored(ends_at)),
                *(seen.pk, DeliveryStatus.PENDING.value, seen.attempt, as_stored(now)),
            ],
        )
        if not cursor.rowcount:
            return None
    seen.status = _moved(seen, DeliveryStatus.SENDING)
    seen.attempt += 1
    seen.last_attempt_at, seen.next_attempt_at = now, ends_at
    return seen, False


def _thread(delivery: Delivery) -> QuerySet[Delivery]:
    """The announcement that a delivery belongs to, with all of its corrections in this channel."""
    root = delivery.thread_id or delivery.pk
    return Delivery.objects.filter(Q(pk=root) | Q(thread=root))


def _find_overtaken_state(delivery: Delivery) -> DeliveryStatus | None:
    """What becomes of a delivery whose news is no longer the newest; None while it may leave. Read anew before every sending.

    When every stop of its notice has been told of anew, or a later correction with the whole thread's truth stands in this
    channel, the newer text speaks. A partly overtaken text where corrections stand alone (radio) would be half untrue: a
    person reads the station the week's current texts instead.
    """
    if delivery.notice.is_wholly_replaced():
        return DeliveryStatus.SUPERSEDED
    later = _thread(delivery).filter(pk__gt=delivery.pk, status=DeliveryStatus.SENT)
    if later.exclude(edit_text="").exists():
        return DeliveryStatus.SUPERSEDED
    if later.exists() and delivery.notice.items.filter(replaced_by__isnull=False).exists():
        return DeliveryStatus.FAILED
    return None


def _close(row: Delivery, status: DeliveryStatus) -> None:
    reason = PARTLY_OVERTAKEN if status == DeliveryStatus.FAILED else row.error_code
    Delivery.objects.filter(pk=row.pk).update(status=_moved(row, status), next_attempt_at=None, error_code=reason)
    logger.info("delivery %s is %s", row.pk, status)


def _moved(row: Delivery, status: DeliveryStatus) -> DeliveryStatus:
    if status not in DELIVERY_MOVES[row.status]:
        raise RuntimeError(f"a delivery does not go from {row.status} to {status}")
    return status


# -- sending ----------------------------------------------------------------------------------------------------------------


def _send(delivery: Delivery, *, interrupted: bool) -> tuple[Receipt, bool]:
    """Bring the text out, in place of the live post where there is one. Returns the receipt and whether a post was edited."""
    adapter, target = get_adapter(delivery.channel.kind), _target(delivery)
    message = _message(delivery)
    live = _find_live_post(delivery) if adapter.can_edit else None
    if live is not None:
        _refuse_without_lease(delivery)
        try:
            # Writing the same text into the same post again changes nothing, so an interrupted edit is simply repeated.
            return adapter.edit(target, live.external_id, with_picture(delivery, message, is_edit=True)), True
        except PostGone:
            logger.warning("delivery %s: the post to correct is gone, posting anew", delivery.pk)
        except UncertainOutcome as error:
            raise TemporaryChannelError(error.code, error.detail) from error
    if interrupted:
        if not adapter.is_repeatable:
            receipt = _look_up(adapter, target, message, delivery)
            if receipt is not None:
                return receipt, False
            if delivery.failures > len(settings.DELIVERY_RETRY_SECONDS):
                reason = delivery.error_code or "no_answer"
                raise PermanentChannelError(reason, "The last attempt was looked up as well: nothing went out.")
        _refuse_old_news(delivery)
    return _post(adapter, target, delivery, with_picture(delivery, message)), False


def _post(adapter: Adapter, target: Target, delivery: Delivery, message: Message) -> Receipt:
    """Post, with the picture if there is one; a picture that the platform does not take does not hold the text."""
    _refuse_without_lease(delivery)
    try:
        receipt = adapter.post(target, message)
    except PermanentChannelError as error:
        if error.code != "bad_photo" or message.photo is None:
            raise
        logger.warning("delivery %s: the picture was not taken, the text goes alone (%s)", delivery.pk, error.detail)
    else:
        delivery.with_picture = message.photo is not None or bool(message.photo_url)
        return receipt
    _refuse_without_lease(delivery)
    return adapter.post(target, dataclasses.replace(message, photo=None))


def _target(delivery: Delivery) -> Target:
    return credentials.target_of(delivery.channel)


def _refuse_old_news(delivery: Delivery) -> None:
    """What holds for a first attempt holds for the next one: news that is over or overtaken does not leave."""
    if delivery.expires_at <= timezone.now():
        raise _NotSent(DeliveryStatus.EXPIRED)
    overtaken = _find_overtaken_state(delivery)
    if overtaken is not None:
        raise _NotSent(overtaken)


def _refuse_without_lease(delivery: Delivery) -> None:
    """Begin a request only if it ends within the claim: else a second worker might send beside a frozen or slow one."""
    latest = timezone.now() + dt.timedelta(seconds=longest_attempt_seconds())
    if delivery.next_attempt_at is None or delivery.next_attempt_at <= latest:
        raise TemporaryChannelError("held_up", "The worker was held up: too little of its claim was left.")


def _find_live_post(delivery: Delivery) -> Delivery | None:
    """The newest delivery of the same thread that stands on the platform: the post that this one corrects in place."""
    return _earlier_posts(delivery).first() if delivery.thread_id else None


def _earlier_posts(delivery: Delivery) -> QuerySet[Delivery]:
    """What was sent to this channel in the same thread before this correction, newest first."""
    sent = _thread(delivery).filter(status=DeliveryStatus.SENT, pk__lt=delivery.pk).exclude(external_id="")
    return sent.select_related("notice").order_by("-pk")


def _take_down_replaced(delivery: Delivery) -> None:
    """Delete the earlier posts of this thread, now that their correction stands beside them; never one that still tells of a
    stop of which nothing newer was said.

    Tried once: the correction names the number that it corrects, so a post that stays is untidy, not wrong.
    """
    adapter = get_adapter(delivery.channel.kind)
    if not adapter.can_delete or delivery.thread_id is None:
        return
    # An edited post bears the number of what it was edited from: the newest that was written into it counts.
    posts = {post.external_id: post for post in _earlier_posts(delivery).reverse()}
    for post in posts.values():
        if post.external_id == delivery.external_id or not post.notice.is_wholly_replaced():
            continue
        try:
            adapter.delete(_target(delivery), post.external_id)
        except ChannelError as error:
            logger.warning("delivery %s: the post of delivery %s stays (%s)", delivery.pk, post.pk, error.code)


def _look_up(adapter: Adapter, target: Target, message: Message, delivery: Delivery) -> Receipt | None:
    """The post an interrupted attempt may have made. Raises UncertainOutcome where the platform cannot be asked."""
    if not adapter.can_find:
        raise UncertainOutcome(
            "interrupted", "an attempt was interrupted and this channel cannot be asked what became of it"
        )
    try:
        return adapter.find(target, message, since=delivery.created_at - dt.timedelta(minutes=5))
    except (UncertainOutcome, PermanentChannelError) as error:
        # A look-up that is refused says nothing about the post: the delivery has not failed, it is in doubt.
        raise _AskAPerson(error.code, error.detail) from error


def _message(delivery: Delivery) -> Message:
    notice = delivery.notice
    return Message(
        uid=str(delivery.uid),
        subject=delivery.subject,
        # What corrects in place also stands alone: should the announcement never have left, its other stops are in here.
        text=_text_to_send(delivery),
        marker=delivery.marker,
        attachments=_attachments(delivery),
        replies_to=str(delivery.corrects.uid) if delivery.corrects else "",
        url=notice_url(notice.district, notice.year, notice.number),
        issued_at=notice.issued_at,
    )


def _text_to_send(delivery: Delivery) -> str:
    text = delivery.edit_text or delivery.text
    # A station gets a long bulletin in the parts that fit its slots.
    return text_for_air(text) if CHANNEL_FORM[ChannelKind(delivery.channel.kind)] == TextForm.RADIO else text


def _attachments(delivery: Delivery) -> tuple[Attachment, ...]:
    """The document for whoever works with the text: the announcer, or the media office."""
    kind, notice = ChannelKind(delivery.channel.kind), delivery.notice
    layout: Callable[..., bytes]
    body: Any = delivery.text
    if CHANNEL_FORM[kind] == TextForm.RADIO:
        body = split_for_air(delivery.text)
        layout = functools.partial(radio_docx, page_per_item=len(body) > 1)
    elif kind == ChannelKind.MAIL:
        layout = text_docx
    else:
        return ()
    content = layout(
        delivery.subject,
        body,
        issuer=notice.district.issuer_name_ar,
        notice_label=delivery.marker,
        issued_at=notice.issued_at,
    )
    name = f"notice-{notice.district.slug}-{notice.year}-{notice.number}.docx"
    return (Attachment(filename=name, content=content, mime_type=DOCX_MIME_TYPE),)


# -- finishing --------------------------------------------------------------------------------------------------------------


def _finish(
    delivery: Delivery, status: DeliveryStatus, *, error: ChannelError | None = None, **values: object
) -> DeliveryStatus | None:
    """Record how the attempt ended, if it is still ours. Returns None when a later attempt has taken over."""
    values.setdefault("next_attempt_at", None)
    values |= {
        "status": _moved(delivery, status).value,
        "error_code": error.code[:60] if error else "",
        "error_detail": without_secrets(error.detail)[:500] if error else "",
    }
    done = _persistently(delivery, lambda: _write_if_ours(delivery, values))
    if not done:
        logger.warning("delivery %s: attempt %s ended after its lease", delivery.pk, delivery.attempt)
        return None
    logger.info("delivery %s is %s", delivery.pk, status)
    return status


def _write_if_ours(delivery: Delivery, values: Mapping[str, object]) -> int:
    """Write `values`, by column, if the attempt is still ours; the number of rows written. By hand as `_CLAIM` is."""
    # S608: the columns are names of ours.
    columns = ", ".join(f"{name} = %s" for name in values)
    statement = f"UPDATE announcements_delivery SET {columns} WHERE id = %s AND status = %s AND attempt = %s"  # noqa: S608
    as_stored = connection.ops.adapt_datetimefield_value
    stored: list[Any] = [as_stored(value) if isinstance(value, dt.datetime) else value for value in values.values()]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*stored, delivery.pk, DeliveryStatus.SENDING.value, delivery.attempt])
        return int(cursor.rowcount)


def _persistently(delivery: Delivery, write: Callable[[], int]) -> int:
    """Write while the claim lasts, however often the database goes away: a receipt in hand must not become a doubt."""
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            ends_at = delivery.next_attempt_at
            if connection.in_atomic_block or ends_at is None or ends_at <= timezone.now():
                raise
            logger.warning("delivery %s: the database is away (%s)", delivery.pk, type(error).__name__)
            connection.close()
            time.sleep(DATABASE_PAUSE_SECONDS)


def _finish_uncertain(delivery: Delivery, error: UncertainOutcome) -> DeliveryStatus | None:
    """The post may be live. Where the platform can be asked, the next claim asks it, also after the last attempt; else a
    person is asked.
    """
    adapter = get_adapter(delivery.channel.kind)
    was_asked = isinstance(error, _AskAPerson) or error.code == "similar_post"
    may_settle_itself = (adapter.can_find or adapter.is_repeatable) and not was_asked
    if not may_settle_itself or delivery.failures > len(settings.DELIVERY_RETRY_SECONDS):
        return _finish(delivery, DeliveryStatus.UNCONFIRMED, error=error)
    return _finish(
        delivery,
        DeliveryStatus.SENDING,
        error=error,
        failures=delivery.failures + 1,
        next_attempt_at=timezone.now()
        + max(dt.timedelta(seconds=settings.DELIVERY_SETTLING_SECONDS), _delay(delivery)),
    )


def _finish_temporary(delivery: Delivery, error: TemporaryChannelError, *, interrupted: bool) -> DeliveryStatus | None:
    """Try again later; after an interrupted attempt the question whether a post is live stays open meanwhile."""
    if delivery.failures >= len(settings.DELIVERY_RETRY_SECONDS):
        return _finish(delivery, DeliveryStatus.UNCONFIRMED if interrupted else DeliveryStatus.FAILED, error=error)
    delay = max(_delay(delivery), dt.timedelta(seconds=error.retry_after or 0))
    return _finish(
        delivery,
        DeliveryStatus.SENDING if interrupted else DeliveryStatus.PENDING,
        error=error,
        failures=delivery.failures + 1,
        next_attempt_at=timezone.now() + delay,
    )


def _delay(delivery: Delivery) -> dt.timedelta:
    """The wait after the next failure, up to a tenth longer by chance so that channels do not fail in step."""
    delays = settings.DELIVERY_RETRY_SECONDS
    return dt.timedelta(seconds=delays[min(delivery.failures, len(delays) - 1)] * random.uniform(1, 1.1))

"""Carrying deliveries out: claim, send, finish (architecture.md 4).

The guarantees, and where they come from:

- Nothing is lost: a delivery is a row written with the news itself, and stays open until an attempt ends in an answer.
- Nothing is posted twice: a claim is a short transaction that moves `next_attempt_at` past every time-out, so no second worker
  takes the row; finishing compares the attempt number; and an attempt whose end is unknown is looked up at the platform, or put
  before a person, never repeated blindly.
- No correction overtakes its announcement: a correction waits while an earlier delivery of its thread is open.
- Nobody is asked in vain: what is known of an attempt is written down even when the database is away for a while.
- No old news: what was overtaken or is over is not sent.
- No channel faster than it bears: a claim takes the channel's turn, which is kept in the database (pacing.py).
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

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from announcements import credentials, pacing, quiet
from announcements.channels.base import (
    REFUSED_IN_DOUBT,
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
from announcements.enums import (
    CHANNEL_FORM,
    DELIVERY_MOVES,
    OPEN,
    AttemptOutcome,
    ChannelKind,
    DeliveryStatus,
    TextForm,
    WaitReason,
)
from announcements.exports import DOCX_MIME_TYPE, radio_docx, text_docx
from announcements.facts import notice_url
from announcements.models import Delivery, DeliveryAttempt
from announcements.on_air import split_for_air, text_for_air
from announcements.pictures import with_picture
from sohag_mobile.log import without_secrets
from sohag_mobile.prepared import Prepared
from sohag_mobile.wake import ask_worker

logger = logging.getLogger(__name__)

# A correction looks again this soon whether the delivery it follows has ended.
WAIT_FOR_PREDECESSOR = dt.timedelta(seconds=1)
# Why a text did not leave although a part of it still holds.
PARTLY_OVERTAKEN = "partly_overtaken"
# A batch is left after this long: the next sweep has handed out what remains of it, perhaps to a worker that is faster.
# After the database went away, a worker that knows how its attempt ended asks again this soon whether it is back.
DATABASE_PAUSE_SECONDS = 0.2


class _AskAPerson(UncertainOutcome):
    """The platform was asked and the question is still open."""


class _NotSent(Exception):
    """The attempt found that its news must not leave, and that it has not."""

    def __init__(self, status: DeliveryStatus) -> None:
        super().__init__(status)
        self.status = status


class _MustWait(Exception):
    """The attempt found that its turn in the channel has passed."""


def wake_worker() -> None:
    """Ask for a sweep now. A broker that is away costs two seconds of waiting, nothing else."""
    ask_worker("announcements.tasks.sweep_deliveries", expires=10)


def warn_soon() -> None:
    """Have the supervisors told that a token does not work; should the broker be away, the hourly run tells them."""
    ask_worker("announcements.tasks.warn_about_tokens", expires=600)


def lease() -> dt.timedelta:
    """How long a claim holds a row: longer than the longest attempt can take."""
    # Twice: a look-up that takes its time still leaves enough for the post that follows it.
    return dt.timedelta(seconds=max(settings.DELIVERY_LEASE_SECONDS, 2 * longest_attempt_seconds() + 5))


def list_due_deliveries(*, now: dt.datetime, limit: int = 1000) -> list[int]:
    """Primary keys of the deliveries due at `now` (aware), oldest first."""
    return list(Delivery.objects.due(now=now).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def deliver_batch(pks: Sequence[int]) -> None:
    """Make one attempt at each of these deliveries that is due and free, one after another, for DELIVERY_BATCH_SECONDS."""
    ends_at = time.monotonic() + settings.DELIVERY_BATCH_SECONDS
    # What is frozen since publication is read for all of them at once; what may have changed, the claim reads again.
    rows = Delivery.objects.due(now=timezone.now()).select_related("channel__credential", "notice__district")
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
        receipt, outcome = _send(delivery, interrupted=interrupted)
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
        is_rehearsed = reason.status == DeliveryStatus.REHEARSED
        outcome = AttemptOutcome.REHEARSED if is_rehearsed else AttemptOutcome.NOT_SENT
        return _finish(delivery, reason.status, outcome=outcome, error=why)
    except _MustWait:
        return _finish(
            delivery,
            DeliveryStatus.SENDING if interrupted else DeliveryStatus.PENDING,
            outcome=AttemptOutcome.LATER,
            next_attempt_at=pacing.find_turn(delivery, now=timezone.now()),
            waits_for=WaitReason.PACE.value,
        )
    except (OperationalError, InterfaceError) as error:
        # The database is only read before the request leaves, so nothing has been sent.
        lost = TemporaryChannelError("database_away", f"The database went away ({type(error).__name__}).")
        return _finish_temporary(delivery, lost, interrupted=interrupted)
    edited = outcome == AttemptOutcome.EDITED
    ended = _finish(
        delivery,
        DeliveryStatus.SENT,
        outcome=outcome,
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
        if interrupted and row.expires_at <= now and Delivery.objects.held().filter(pk=row.pk).exists():
            # It may have gone out, and nobody is let through to look: that is for a person to find out.
            _note_unanswered(row)
            _close(row, DeliveryStatus.UNCONFIRMED, reason="interrupted")
            return None
        if not interrupted:
            if row.expires_at <= now:
                _close(row, DeliveryStatus.EXPIRED)
                return None
            # Not only the one it corrects: that may have been superseded while the announcement is still in doubt.
            if row.thread_id and _thread(row).filter(pk__lt=row.pk, status__in=OPEN).exists():
                _wait(row, WaitReason.PREDECESSOR, until=now + WAIT_FOR_PREDECESSOR)
                return None
            overtaken = _find_overtaken_state(row)
            if overtaken is not None:
                _close(row, overtaken)
                return None
        quiet_until = quiet.find_wait(row, now=now)
        if quiet_until is not None:
            _wait(row, WaitReason.QUIET, until=quiet_until)
            return None
        if pacing.spacing(row.channel):
            row.turn_until = pacing.take_turn(row.channel, now=now)
            if row.turn_until is None:
                _wait(row, WaitReason.PACE, until=pacing.find_turn(row, now=now))
                return None
        if interrupted:
            _note_unanswered(row)
        row.attempt += 1
        row.last_attempt_at = now
        row.next_attempt_at = now + lease()
        row.status = _moved(row, DeliveryStatus.SENDING)
        row.waits_for = ""
        row.save(update_fields=["attempt", "last_attempt_at", "next_attempt_at", "status", "waits_for"])
        return row, interrupted


# By hand because it runs for every message: the ORM takes ten times as long to write it as the database to carry it out, and the
# database three times as long to plan it.
# A notice that nothing replaces, and no stop of which was told of anew, has no corrections: nothing can have overtaken it.
_CLAIM = Prepared(
    "claim_delivery",
    """
    UPDATE announcements_delivery
    SET status = %s, attempt = attempt + 1, last_attempt_at = %s, next_attempt_at = %s, waits_for = ''
    WHERE id = %s AND status = %s AND attempt = %s AND next_attempt_at <= %s
    AND EXISTS (
        SELECT 1
        FROM announcements_channel AS channel
        WHERE channel.id = announcements_delivery.channel_id AND channel.is_active AND NOT channel.is_rehearsal
    ) AND NOT EXISTS (
        SELECT 1
        FROM announcements_pause AS pause
        WHERE pause.resumed_at IS NULL
        AND (pause.channel_id IS NULL OR pause.channel_id = announcements_delivery.channel_id)
    ) AND NOT EXISTS (
        SELECT 1
        FROM announcements_noticeitem AS item
        JOIN announcements_noticeitem AS newer ON newer.replaces_id = item.id
        WHERE item.notice_id = announcements_delivery.notice_id
    ) AND NOT EXISTS (
        SELECT 1 FROM announcements_notice AS newer WHERE newer.replaces_id = announcements_delivery.notice_id
    )
    """,
)


def _claim_unchanged(seen: Delivery, *, now: dt.datetime) -> tuple[Delivery, bool] | None:
    """Claim in one statement what most deliveries are: an announcement that waits, unchanged since `seen` and not overtaken.

    None says nothing about the others: `claim_delivery` decides.
    """
    if seen.status != DeliveryStatus.PENDING or seen.thread_id or seen.expires_at <= now:
        return None
    if seen.channel.quiet_from is not None or pacing.spacing(seen.channel) or _is_rehearsal(seen):
        return None
    ends_at = now + lease()
    as_stored = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        _CLAIM.execute(
            cursor,
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
    return Delivery.objects.in_thread_of(delivery)


def _wait(row: Delivery, reason: WaitReason, *, until: dt.datetime) -> None:
    """Not yet, and no failure: the row is due again at `until`."""
    Delivery.objects.filter(pk=row.pk).update(next_attempt_at=until, waits_for=reason)


def _note_unanswered(row: Delivery) -> None:
    """Write down the attempt before this claim, unless it wrote itself down (its outcome was in doubt): its worker died."""
    lost = DeliveryAttempt(
        delivery=row,
        number=row.attempt,
        started_at=row.last_attempt_at or row.created_at,
        outcome=AttemptOutcome.NO_ANSWER,
    )
    DeliveryAttempt.objects.bulk_create([lost], ignore_conflicts=True)


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


def _close(row: Delivery, status: DeliveryStatus, *, reason: str = "") -> None:
    reason = reason or (PARTLY_OVERTAKEN if status == DeliveryStatus.FAILED else row.error_code)
    Delivery.objects.filter(pk=row.pk).update(status=_moved(row, status), next_attempt_at=None, error_code=reason)
    logger.info("delivery %s is %s", row.pk, status)


def _moved(row: Delivery, status: DeliveryStatus) -> DeliveryStatus:
    if status not in DELIVERY_MOVES[row.status]:
        raise RuntimeError(f"a delivery does not go from {row.status} to {status}")
    return status


# -- sending ----------------------------------------------------------------------------------------------------------------


def _send(delivery: Delivery, *, interrupted: bool) -> tuple[Receipt, AttemptOutcome]:
    """Bring the text out, in place of the live post where there is one. Returns the receipt and what was done."""
    adapter, target = get_adapter(delivery.channel.kind), _target(delivery)
    message = _message(delivery)
    if _is_rehearsal(delivery):
        if interrupted:
            raise _AskAPerson("interrupted", "An attempt was interrupted before the dry run began.")
        raise _NotSent(DeliveryStatus.REHEARSED)
    live = _find_live_post(delivery) if adapter.can_edit else None
    if live is not None:
        _refuse_without_lease(delivery)
        try:
            # Writing the same text into the same post again changes nothing, so an interrupted edit is simply repeated.
            edited = adapter.edit(target, live.external_id, with_picture(delivery, message, is_edit=True))
            return edited, AttemptOutcome.EDITED
        except PostGone:
            logger.warning("delivery %s: the post to correct is gone, posting anew", delivery.pk)
        except UncertainOutcome as error:
            raise TemporaryChannelError(error.code, error.detail) from error
    if interrupted:
        if not adapter.is_repeatable:
            receipt = _look_up(adapter, target, message, delivery)
            if receipt is not None:
                return receipt, AttemptOutcome.FOUND
            if delivery.error_code in REFUSED_IN_DOUBT or delivery.failures > len(settings.DELIVERY_RETRY_SECONDS):
                reason = delivery.error_code or "no_answer"
                raise PermanentChannelError(reason, "The last attempt was looked up as well: nothing went out.")
        _refuse_old_news(delivery)
    return _post(adapter, target, delivery, with_picture(delivery, message)), AttemptOutcome.POSTED


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


def _is_rehearsal(delivery: Delivery) -> bool:
    return settings.DELIVERY_DRY_RUN or delivery.channel.is_rehearsal


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
    """Begin a request only if it ends within the claim: else a second worker might send beside a frozen or slow one; and
    only in the channel's turn.
    """
    latest = timezone.now() + dt.timedelta(seconds=longest_attempt_seconds())
    if delivery.next_attempt_at is None or delivery.next_attempt_at <= latest:
        raise TemporaryChannelError("held_up", "The worker was held up: too little of its claim was left.")
    if delivery.turn_until is not None and delivery.last_attempt_at is not None:
        delivery.turn_until = pacing.keep_turn(
            delivery.channel, taken_at=delivery.last_attempt_at, until=delivery.turn_until, now=timezone.now()
        )
        if delivery.turn_until is None:
            raise _MustWait


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
        else:
            gone = _earlier_posts(delivery).filter(external_id=post.external_id)
            gone.update(taken_down_at=timezone.now())


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


# What a state that a delivery goes into says of the attempt that led there, where the attempt itself does not say.
_OUTCOMES = {
    DeliveryStatus.PENDING: AttemptOutcome.LATER,
    DeliveryStatus.SENDING: AttemptOutcome.IN_DOUBT,
    DeliveryStatus.SENT: AttemptOutcome.POSTED,
    DeliveryStatus.FAILED: AttemptOutcome.REFUSED,
    DeliveryStatus.UNCONFIRMED: AttemptOutcome.IN_DOUBT,
}


def _finish(
    delivery: Delivery,
    status: DeliveryStatus,
    *,
    outcome: AttemptOutcome | None = None,
    error: ChannelError | None = None,
    **values: object,
) -> DeliveryStatus | None:
    """Record how the attempt ended, if it is still ours. Returns None when a later attempt has taken over."""
    values.setdefault("next_attempt_at", None)
    answer: dict[str, object] = {
        "error_code": error.code[:60] if error else "",
        # PostgreSQL stores every character but this one, and an answer may hold any.
        "error_detail": without_secrets(error.detail).replace("\x00", "")[:500] if error else "",
    }
    values |= answer | {"status": _moved(delivery, status).value}
    log = answer | {
        "number": delivery.attempt,
        "started_at": delivery.last_attempt_at,
        "finished_at": timezone.now(),
        "outcome": (outcome or _OUTCOMES[status]).value,
        "external_id": values.get("external_id", ""),
        "external_url": values.get("external_url", ""),
    }
    if delivery.attempt == 1 and outcome == AttemptOutcome.POSTED:
        log = {}  # the delivery's own row says all of it
    done = _persistently(delivery, lambda: _write_if_ours(delivery, values, log))
    if delivery.turn_until is not None:
        pacing.end_turn(delivery.channel, until=delivery.turn_until, now=timezone.now())
    if not done:
        logger.warning("delivery %s: attempt %s ended after its lease", delivery.pk, delivery.attempt)
        return None
    logger.info("delivery %s is %s", delivery.pk, status)
    return status


def _write_if_ours(delivery: Delivery, values: Mapping[str, object], log: Mapping[str, object]) -> int:
    """Write `values` into the delivery and `log` into its attempts, both by column, if the attempt is still ours.

    Returns the number of deliveries written. By hand as `_CLAIM` is.
    """
    # S608: the columns are names of ours.
    columns = ", ".join(f"{name} = %s" for name in values)
    update = f"UPDATE announcements_delivery SET {columns} WHERE id = %s AND status = %s AND attempt = %s"  # noqa: S608
    updated = [*_as_stored(values), delivery.pk, DeliveryStatus.SENDING.value, delivery.attempt]
    with connection.cursor() as cursor:
        if not log:
            cursor.execute(update, updated)
            return int(cursor.rowcount)
        with transaction.atomic(savepoint=False):
            cursor.execute(update, updated)
            count = int(cursor.rowcount)
            if count:
                names, marks = ", ".join(log), ", ".join(["%s"] * len(log))
                insert = f"INSERT INTO announcements_deliveryattempt (delivery_id, {names}) VALUES (%s, {marks})"  # noqa: S608
                cursor.execute(insert, [delivery.pk, *_as_stored(log)])
        return count


def _as_stored(values: Mapping[str, object]) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, dt.datetime) else value for value in values.values()]


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
        outcome=AttemptOutcome.LATER,
        error=error,
        failures=delivery.failures + 1,
        next_attempt_at=timezone.now() + delay,
    )


def _delay(delivery: Delivery) -> dt.timedelta:
    """The wait after the next failure, up to a tenth longer by chance so that channels do not fail in step."""
    delays = settings.DELIVERY_RETRY_SECONDS
    return dt.timedelta(seconds=delays[min(delivery.failures, len(delays) - 1)] * random.uniform(1, 1.1))

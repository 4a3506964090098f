"""Everything that writes a notice or settles a delivery by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from announcements.actions_review import pass_review
from announcements.arabic.changes import differences
from announcements.arabic.facts import (
    ChangeFacts,
    Form,
    HoursFacts,
    InterruptionFacts,
    NoticeFacts,
    NoticeReference,
    StopFacts,
)
from announcements.arabic.facts import NoticeKind as FactKind
from announcements.arabic.pictures import with_old_picture
from announcements.arabic.render import notice_marker, notice_title
from announcements.channels.limits import fits
from announcements.channels.post_ids import id_of_post
from announcements.enums import (
    CHANNEL_FORM,
    GIVEN_UP,
    AcknowledgementKind,
    ChannelKind,
    DeliveryStatus,
    NoticeKind,
    TextForm,
)
from announcements.facts import as_json, issuer_facts, notice_url, stop_facts, without_details
from announcements.models import Acknowledgement, Channel, Delivery, Notice, NoticeCounter, NoticeItem, NoticeText
from announcements.outbox import wake_worker
from announcements.pictures import shows_picture
from announcements.reviews import UNREAD, Review
from announcements.wordings import Wordings, wordings_of, write_text
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.enums import Right
from vehicles.models import District
from vehicles.queries import may

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from schedules.models import StopRevision

_INTERRUPTIONS = frozenset({NoticeKind.URGENT, NoticeKind.RESUMPTION})
_DEBT_IS_NEWS = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True)
class StopChange:
    """A stop before (None when the public is told of it for the first time) and after one act.

    `continuation` is the visit of another day that completes one that stopped; the same notice tells of it.
    """

    before: StopRevision | None
    after: StopRevision
    continuation: StopRevision | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """The changes that go into one notice: one unit, one kind, and for a correction one notice being corrected.

    A bulletin knows its `week`; the notice of `hours` for a period has no changes, so it says itself when it is over.
    """

    district: District
    kind: NoticeKind
    cited: Notice | None
    changes: tuple[tuple[StopChange, NoticeItem | None], ...]
    week: tuple[dt.date, ...] = ()
    hours: HoursFacts | None = None
    expires_at: dt.datetime | None = None


def issue_notices(
    changes: Sequence[StopChange],
    *,
    by: User,
    now: dt.datetime,
    cause_ar: str = "",
    is_correction: bool = False,
    review: Review = UNREAD,
) -> list[Notice]:
    """Number, write and freeze the notices that tell of `changes`, and put their deliveries into the outbox.

    One announcement per unit for stops told of for the first time; one notice of each other kind per unit and notice corrected.
    What the governorate told as well, in its bulletin, it corrects in its own name. The units' notices come first.
    A change that citizens cannot notice makes no notice. `is_correction` says that the changes mend a mistake: they are told as
    «تصويب», without a cause. `review` is what a person did with the texts. Must run inside the transaction that wrote the
    revisions, so that either all of it happens or nothing. Raises TextsChanged, TextsRefused, NotAllowed (see `pass_review`).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("issue_notices must run inside the publishing transaction")
    told = _items_that_told(changes)
    news = [change for change in changes if not _tell_silently(change, told)]
    notices = [
        _issue_notice(group, by=by, now=now, cause_ar=cause_ar, is_correction=is_correction)
        for group in _group(news, told)
    ]
    pass_review(notices, review=review, by=by, now=now)
    transaction.on_commit(wake_worker)
    return notices


_Told = dict[int, list[NoticeItem]]
# The codes of the vehicles at a place (its code) on a local day.
_Beside = dict[tuple[str, dt.date], set[str]]


def _items_that_told(changes: Sequence[StopChange]) -> _Told:
    """The notice items that told of each earlier revision, by the revision's primary key: its unit's, and the governorate's."""
    earlier = [change.before.pk for change in changes if change.before]
    told: _Told = {}
    for item in NoticeItem.objects.select_related("notice__district").filter(revision__in=earlier).order_by("pk"):
        told.setdefault(item.revision_id, []).append(item)
    return told


def _tell_silently(change: StopChange, told: _Told) -> bool:
    """Whether `change` holds no news (another vehicle, an English word): the notices that stand then cover it as well."""
    items = told.get(change.before.pk) if change.before else None
    if change.before is None or not items or not (change.before.is_scheduled and change.after.is_scheduled):
        return False
    if differences(_change_facts(change.before, change.after)).any:
        return False
    for item in items:
        NoticeItem.objects.create(notice=item.notice, revision=change.after, replaces=item)
    return True


def _change_facts(before: StopRevision, after: StopRevision, beside: _Beside | None = None) -> ChangeFacts:
    return ChangeFacts(
        before=_with_beside(stop_facts(before), beside or {}),
        after=stop_facts(after),
        issuer_before=before.district.issuer_name_ar,
        issuer_after=after.district.issuer_name_ar,
        before_is_postponed=before.is_postponed,
    )


def _group(changes: Sequence[StopChange], told: _Told) -> list[_Group]:
    groups: dict[tuple[bool, int, int, int], list[tuple[StopChange, NoticeItem | None]]] = {}
    order = list(NoticeKind)
    for change in changes:
        items: Sequence[NoticeItem | None] = told.get(change.before.pk, ()) if change.before else ()
        for item in items or (None,):
            issuer = _issuer_after(change, item)
            key = (issuer.is_governorate, issuer.pk, order.index(_kind_of(change)), item.notice_id if item else 0)
            groups.setdefault(key, []).append((change, item))
    return [
        _Group(
            district=_issuer_after(*members[0]),
            kind=order[key[2]],
            cited=members[0][1].notice if members[0][1] else None,
            changes=tuple(members),
        )
        for key, members in sorted(groups.items(), key=lambda entry: entry[0])
    ]


def _issuer_after(change: StopChange, item: NoticeItem | None) -> District:
    """Who tells of `change`: the unit that the stop belongs to now, but the governorate corrects what itself has told."""
    return item.notice.district if item is not None and item.notice.district.is_governorate else change.after.district


def issue_bulletin(
    district: District, revisions: Sequence[StopRevision], *, week: tuple[dt.date, dt.date], by: User, now: dt.datetime
) -> Notice:
    """Issue a bulletin of `revisions` (load them `with_details()`) in the name of `district`, the governorate's own row.

    `week` is its first and last local day. Must run inside a transaction.
    """
    changes = tuple((StopChange(before=None, after=revision), None) for revision in revisions)
    group = _Group(district=district, kind=NoticeKind.BULLETIN, cited=None, changes=changes, week=week)
    return _issue_alone(group, by=by, now=now)


def issue_hours(
    district: District,
    hours: HoursFacts,
    *,
    replaces: Notice | None,
    expires_at: dt.datetime,
    by: User,
    now: dt.datetime,
) -> Notice:
    """Issue the notice of the hours that hold for every visit of `district` during a period (domain.md T5).

    `replaces` is the notice that told them before, if one did: it is cited, and nothing of it stands any more. After
    `expires_at` (aware) the news is over. Must run inside a transaction.
    """
    group = _Group(
        district=district, kind=NoticeKind.HOURS, cited=replaces, changes=(), hours=hours, expires_at=expires_at
    )
    return _issue_alone(group, by=by, now=now)


def _issue_alone(group: _Group, *, by: User, now: dt.datetime) -> Notice:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a notice is issued inside the transaction of the act that it tells of")
    notice = _issue_notice(group, by=by, now=now, cause_ar="", is_correction=False)
    transaction.on_commit(wake_worker)
    return notice


def _kind_of(change: StopChange) -> NoticeKind:
    """What the public learns by `change`."""
    if change.before is None:
        return NoticeKind.ANNOUNCEMENT
    if change.after.is_cancelled:
        return NoticeKind.CANCELLATION
    if change.after.is_postponed:
        return NoticeKind.POSTPONEMENT
    if change.after.is_stopped:
        return NoticeKind.URGENT
    return NoticeKind.RESUMPTION if change.before.is_stopped else NoticeKind.CHANGE


def _interruption(change: StopChange) -> InterruptionFacts | None:
    """When the vehicle stopped, and how citizens are served after that; None for a visit that goes on as told."""
    told = change.after if change.after.is_stopped else change.before
    if told is None or not told.is_stopped or told.stopped_at is None:
        return None
    return InterruptionFacts(
        stopped_at=told.stopped_at,
        resumes_at=change.after.resumes_at,
        continuation=stop_facts(change.continuation) if change.continuation else None,
        requests_stay_valid=change.after.requests_stay_valid,
    )


def _take_number(district: District, year: int) -> int:
    """The next number of the unit in the year; the locked counter makes numbers unique and without gaps."""
    NoticeCounter.objects.get_or_create(district=district, year=year)
    counter = NoticeCounter.objects.select_for_update().get(district=district, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _issue_notice(group: _Group, *, by: User, now: dt.datetime, cause_ar: str, is_correction: bool) -> Notice:
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    year = local.year
    number = _take_number(group.district, year)
    revisions = [change.after for change, _item in group.changes]
    others = [revision for revision in _others_told_by_root(group) if revision.ends > now]
    beside = _vehicles_beside(group, now=now)
    facts = NoticeFacts(
        kind=FactKind(group.kind),
        number=number,
        year=year,
        issuer=issuer_facts(group.district),
        stops=()
        if group.kind == NoticeKind.CHANGE
        else tuple(_with_beside(stop_facts(revision), beside) for revision in revisions),
        changes=tuple(
            _change_facts(change.before, change.after, beside)
            for change, _item in group.changes
            if change.before and group.kind == NoticeKind.CHANGE
        ),
        cites=_cites(group.cited, by=group.district),
        cause="" if is_correction and group.kind == NoticeKind.CHANGE else cause_ar,
        is_correction=is_correction and group.kind == NoticeKind.CHANGE,
        still_valid=tuple(stop_facts(revision) for revision in others if revision.is_scheduled),
        also_cancelled=tuple(stop_facts(revision) for revision in others if revision.is_cancelled),
        also_postponed=tuple(stop_facts(revision) for revision in others if revision.is_postponed),
        also_stopped=tuple(stop_facts(revision) for revision in others if revision.is_stopped),
        interruption=_interruption(group.changes[0][0]) if group.kind in _INTERRUPTIONS else None,
        page_url=notice_url(group.district, year, number),
        hours=group.hours,
        week=group.week,
        issued_at=local.replace(tzinfo=None, second=0, microsecond=0) if group.kind in _INTERRUPTIONS else None,
    )
    notice = Notice.objects.create(
        district=group.district,
        year=year,
        number=number,
        kind=group.kind,
        title_ar=notice_title(facts),
        facts=as_json(facts),
        replaces=group.cited if group.hours else None,
        issued_at=now,
        late_from=_late_from(group, settings.LATE_HOURS),
        issued_by=by,
    )
    NoticeItem.objects.bulk_create(
        NoticeItem(notice=notice, revision=change.after, replaces=item) for change, item in group.changes
    )
    NoticeItem.objects.bulk_create(
        NoticeItem(notice=notice, revision=change.continuation)
        for change, _item in group.changes
        if change.continuation and not change.continuation.notice_items.exists()
    )
    wordings = wordings_of(group.district)
    written = {form: write_text(facts, Form(form), wordings) for form in TextForm}
    texts = {form: one.body for form, one in written.items()}
    NoticeText.objects.bulk_create(
        NoticeText(notice=notice, form=form, body=one.body, wording=one.wording, fallback_reason=one.fallback_reason)
        for form, one in written.items()
    )
    _supersede_waiting_deliveries(group.cited)
    _write_deliveries(notice, group, facts=facts, texts=texts, wordings=wordings, now=now)
    return notice


def _cites(cited: Notice | None, *, by: District) -> tuple[NoticeReference, ...]:
    """The notice cited by the unit `by`, with its issuer where that is another: numbers are each unit's own."""
    if cited is None:
        return ()
    issuer = "" if cited.district_id == by.pk else cited.district.issuer_name_ar
    return (NoticeReference(cited.number, cited.year, FactKind(cited.kind), issuer),)


def _others_told_by_root(group: _Group) -> list[StopRevision]:
    """The current facts of the other stops that the thread's first notice told of: an edited post must not lose them."""
    if group.cited is None or not group.changes:
        return []
    item = group.changes[0][1]
    while item is not None and item.replaces is not None:
        item = item.replaces
    if item is None:
        return []
    mine = [change.after.stop_id for change, _item in group.changes]
    # From the revisions and not from the notice items: another notice of this very act may not have its items yet.
    revisions = type(group.changes[0][0].after).objects
    told = revisions.filter(notice_items__notice=item.notice_id).values("stop")
    current = revisions.public().with_details().filter(stop__in=told).exclude(stop__in=mine)
    return list(current.order_by("date", "starts_at", "pk"))


def _vehicles_beside(group: _Group, *, now: dt.datetime) -> _Beside:
    """The vehicles that stand as announced where and on the days that a correction is about, whichever notice told of them.

    Calling one of two vehicles off must not say that the village has none. What the notice itself is about does not count.
    """
    told = [change.before for change, _item in group.changes if change.before]
    if not told:
        return {}
    mine = [change.after.stop_id for change, _item in group.changes]
    standing = (
        type(told[0])
        .objects.public()
        .scheduled()
        .not_over(now=now)
        .filter(place__in={revision.place_id for revision in told}, date__in={revision.date for revision in told})
        .exclude(stop__in=mine)
    )
    beside: _Beside = {}
    for code, date, vehicle in standing.values_list("place__code", "date", "vehicle__code"):
        beside.setdefault((code, date), set()).add(vehicle)
    return beside


def _with_beside(stop: StopFacts, beside: _Beside) -> StopFacts:
    others = beside.get((stop.place.code, stop.date), set()) - {stop.vehicle}
    return dataclasses.replace(stop, beside=len(others)) if others else stop


def _supersede_waiting_deliveries(cited: Notice | None) -> None:
    """Old news that has not left yet and is wholly replaced does not leave at all."""
    if cited is None or not cited.is_wholly_replaced():
        return
    waiting = Delivery.objects.select_for_update().filter(notice=cited, status=DeliveryStatus.PENDING)
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in waiting]).update(
        status=DeliveryStatus.SUPERSEDED, next_attempt_at=None
    )


def _write_deliveries(
    notice: Notice,
    group: _Group,
    *,
    facts: NoticeFacts,
    texts: dict[TextForm, str],
    wordings: Wordings,
    now: dt.datetime,
) -> None:
    long_posts, long_edits = _posts_and_edits(facts, wordings)
    for channel in _channels_of(group):
        form = CHANNEL_FORM[ChannelKind(channel.kind)]
        thread, corrects = _find_thread(group.cited, channel)
        # Facebook gives a post another text but no other picture: the text says so.
        edits = long_edits
        if channel.kind == ChannelKind.FACEBOOK and thread is not None and shows_picture(thread, channel):
            edits = [with_old_picture(text, facts.cites, digits=settings.ARABIC_DIGITS) for text in long_edits]
        Delivery.objects.create(
            notice=notice,
            channel=channel,
            subject=notice.title_ar,
            marker=notice_marker(facts, digits=settings.ARABIC_DIGITS),
            text=_first_that_fits(channel, [*long_posts, texts[TextForm.SMS]])
            if form == TextForm.SOCIAL
            else texts[form],
            edit_text=_first_that_fits(channel, [*edits, texts[TextForm.SMS]])
            if form == TextForm.SOCIAL and group.cited
            else "",
            thread=thread,
            corrects=corrects,
            next_attempt_at=now,
            begins_at=_begins_at(group, now=now),
            late_from=_late_from(group, settings.LATE_HOURS if channel.late_hours is None else channel.late_hours),
            expires_at=_expiry(group, now=now),
            created_at=now,
        )


def _expiry(group: _Group, *, now: dt.datetime) -> dt.datetime:
    """When the news is over: with the last end that it tells of, or of which people had been told.

    What settles a postponed visit is still news when the day on which it was to be has long passed.
    """
    told = [
        revision
        for change, _item in group.changes
        for revision in (change.before, change.after, change.continuation)
        if revision
    ]
    settles = any(change.before is not None and change.before.is_postponed for change, _item in group.changes)
    ends = [revision.ends for revision in told] + ([group.expires_at] if group.expires_at else [])
    return max(ends + ([now + _DEBT_IS_NEWS] if settles else []))


def _begins_at(group: _Group, *, now: dt.datetime) -> dt.datetime:
    """When the first visit begins that the notice tells of, as it was or as it is; one that has begun does not count if others
    have not. The notice of a period's hours begins with the period.
    """
    if group.hours is not None:
        # People set out on its first morning by the hours that they know, whichever those are.
        return dt.datetime.combine(group.hours.starts_on, dt.time(), ZoneInfo(settings.TIME_ZONE))
    starts = [
        revision.starts for change, _item in group.changes for revision in (change.before, change.after) if revision
    ]
    return min((start for start in starts if start > now), default=min(starts, default=now))


def _late_from(group: _Group, hours: int) -> dt.datetime | None:
    """From when on an announcement comes late; only what announces can: a correction cannot come sooner."""
    if group.kind not in (NoticeKind.ANNOUNCEMENT, NoticeKind.BULLETIN):
        return None
    return min(change.after.starts for change, _item in group.changes) - dt.timedelta(hours=hours)


def _posts_and_edits(facts: NoticeFacts, wordings: Wordings) -> tuple[list[str], list[str]]:
    """The social text as it is posted, and as it replaces a live post; each from the fullest wording to the shortest."""
    short = without_details(facts)
    posts, edits = (
        [write_text(version, Form.SOCIAL, wordings, with_still_valid=with_others).body for version in (facts, short)]
        for with_others in (False, True)
    )
    return posts, [*edits, *posts]


def _first_that_fits(channel: Channel, wordings: Sequence[str]) -> str:
    """The fullest text that the platform takes; the last of them, the short message, points to the notice itself."""
    return next((wording for wording in wordings if fits(channel.kind, wording)), wordings[-1])


def _channels_of(group: _Group) -> list[Channel]:
    """The channels of the issuing unit, and those in use in which the notice being corrected was told: it stands there still."""
    channels = {channel.pk: channel for channel in Channel.objects.for_district(group.district)}
    if group.cited is not None:
        carried = Channel.objects.filter(is_active=True, deliveries__notice=group.cited)
        channels |= {channel.pk: channel for channel in carried}
    return sorted(channels.values(), key=lambda channel: (channel.name, channel.pk))


def _find_thread(cited: Notice | None, channel: Channel) -> tuple[Delivery | None, Delivery | None]:
    """The delivery that began the thread in this channel, and its newest one, which a correction follows."""
    first = Delivery.objects.filter(notice=cited, channel=channel).first() if cited else None
    if first is None:
        return None, None
    root_id = first.thread_id or first.pk
    newest = Delivery.objects.filter(Q(pk=root_id) | Q(thread=root_id)).order_by("-pk").first()
    return Delivery.objects.get(pk=root_id), newest


def acknowledge_notice(
    notice: Notice,
    *,
    kind: AcknowledgementKind | str,
    happened_at: dt.datetime,
    by: User,
    now: dt.datetime,
    note: str = "",
) -> Acknowledgement:
    """Record that a person posted the text, or that it was read on air. Raises NotAllowed or DomainError."""
    _refuse_unless_carrier(notice, by=by)
    if kind not in AcknowledgementKind.values:
        raise DomainError(_("Choose what was done."), field="kind", code="unknown_kind")
    if happened_at > now:
        raise DomainError(_("This moment has not come yet."), field="happened_at", code="in_the_future")
    if happened_at < notice.issued_at - dt.timedelta(minutes=1):
        raise DomainError(_("The notice had not been issued then."), field="happened_at", code="before_the_notice")
    return Acknowledgement.objects.create(
        notice=notice, kind=kind, happened_at=happened_at, recorded_at=now, recorded_by=by, note=note.strip()
    )


def retry_delivery(delivery: Delivery, *, by: User, now: dt.datetime, note: str) -> Delivery:
    """A person says it did not go out and may be sent again."""
    return _settle(delivery, DeliveryStatus.PENDING, by=by, now=now, note=note, next_attempt_at=now, failures=0)


def confirm_delivery(delivery: Delivery, *, by: User, now: dt.datetime, note: str, url: str = "") -> Delivery:
    """A person has seen that it did go out, at the address `url` if they give one: by it a later correction finds the post."""
    return _settle(
        delivery,
        DeliveryStatus.SENT,
        by=by,
        now=now,
        note=note,
        next_attempt_at=None,
        sent_at=now,
        external_url=url,
        external_id=id_of_post(delivery.channel.kind, delivery.channel.address, url),
    )


def give_up_delivery(delivery: Delivery, *, by: User, now: dt.datetime, note: str) -> Delivery:
    """A person says that it did not go out and shall not."""
    return _settle(
        delivery, DeliveryStatus.FAILED, by=by, now=now, note=note, next_attempt_at=None, error_code=GIVEN_UP
    )


def _settle(
    delivery: Delivery, status: DeliveryStatus, *, by: User, now: dt.datetime, note: str, **values: object
) -> Delivery:
    _refuse_unless_carrier(delivery.notice, by=by)
    if not note.strip():
        raise DomainError(_("Write what you saw or why."), field="note", code="note_missing")
    with transaction.atomic():
        settled = (
            Delivery.objects.undecided()
            .filter(pk=delivery.pk)
            .update(status=status, settled_by=by, settled_at=now, settled_note=note.strip(), **values)
        )
        if not settled:
            raise DomainError(_("This delivery no longer waits for a decision. Load it again."), code="stale")
        if status == DeliveryStatus.PENDING:
            transaction.on_commit(wake_worker)
    delivery.refresh_from_db()
    return delivery


def _refuse_unless_carrier(notice: Notice, *, by: User) -> None:
    if not may(by, Right.CARRY, notice.district):
        raise NotAllowed(
            _("Only the head of %(unit)s or the general supervisor may do this.") % {"unit": notice.district.label}
        )

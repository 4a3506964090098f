"""Which posters may hang, and which must come down: what became of the stops that notices were printed for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings

from announcements.arabic.facts import NoticeFacts, StopFacts
from announcements.facts import notice_facts
from announcements.models import Notice, NoticeItem
from announcements.queries_notices import choose_holder


@dataclasses.dataclass(frozen=True, slots=True)
class ToldStop:
    """One stop as a notice told it.

    `holder` is the notice that speaks for it today (this one, while it is in force); `former` are those that told of it
    before this one, oldest first: their posters may still hang.
    """

    facts: StopFacts
    holder: Notice | None
    is_in_force: bool
    former: tuple[Notice, ...]

    @property
    def ends(self) -> dt.datetime:
        """The aware instant of the end that was told."""
        return _end_of(self.facts)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A notice with what became of its stops. `unchanged` are the others it mentions, if they still are as it says."""

    notice: Notice
    facts: NoticeFacts
    stops: tuple[ToldStop, ...]
    unchanged: frozenset[str]

    @property
    def is_wholly_replaced(self) -> bool:
        """Newer notices speak for every stop."""
        return bool(self.stops) and not any(stop.is_in_force for stop in self.stops)

    @property
    def replaced(self) -> list[ToldStop]:
        return [stop for stop in self.stops if not stop.is_in_force]

    @property
    def replaced_by(self) -> list[Notice]:
        """The notices that speak for its stops instead, oldest first, each once."""
        return _unique(stop.holder for stop in self.replaced)

    def hanging(
        self, *, now: dt.datetime, first: dt.date = dt.date.min, last: dt.date = dt.date.max
    ) -> NoticeFacts | None:
        """What may hang on a door at `now`: the notice without stops that are over or told otherwise since, or None.

        With `first` and `last`, only of the stops on these local days and between.
        """
        kept = {stop.facts.uid for stop in self.hanging_stops(now=now) if first <= stop.facts.date <= last}
        if not kept:
            return None

        def still(others: Iterable[StopFacts]) -> tuple[StopFacts, ...]:
            return tuple(stop for stop in others if stop.uid in self.unchanged and _end_of(stop) > now)

        return dataclasses.replace(
            self.facts,
            stops=tuple(stop for stop in self.facts.stops if stop.uid in kept),
            changes=tuple(change for change in self.facts.changes if change.after.uid in kept),
            still_valid=still(self.facts.still_valid),
            also_cancelled=still(self.facts.also_cancelled),
            also_postponed=still(self.facts.also_postponed),
            also_stopped=still(self.facts.also_stopped),
        )

    def hanging_stops(self, *, now: dt.datetime) -> list[ToldStop]:
        return [stop for stop in self.stops if stop.is_in_force and stop.ends > now]

    def next_end(self, *, now: dt.datetime) -> dt.datetime | None:
        """When the first of the posters that may hang at `now` has served its purpose."""
        return min((stop.ends for stop in self.hanging_stops(now=now)), default=None)

    def take_down(self, *, now: dt.datetime) -> list[tuple[Notice, list[StopFacts]]]:
        """Earlier notices whose posters must come down, oldest first, each with the stops as it told them: there they hang."""
        found: dict[int, tuple[Notice, list[StopFacts]]] = {}
        for stop in self.hanging_stops(now=now):
            for notice in stop.former:
                told = read_facts(notice)
                former = {each.uid: each for each in _told_by(told)} if told else {}
                found.setdefault(notice.pk, (notice, []))[1].append(former.get(stop.facts.uid, stop.facts))
        return sorted(found.values(), key=lambda entry: (entry[0].issued_at, entry[0].pk))


def read_facts(notice: Notice) -> NoticeFacts | None:
    """The facts kept with a notice; None when there are none that can be read."""
    try:
        return notice_facts(notice.facts)
    except (LookupError, TypeError, ValueError):
        return None


def find_standing(slug: str, *, year: int, number: int) -> Standing | None:
    """The notice `number` of `year` of the unit `slug`. Two queries."""
    notice = Notice.objects.select_related("district").filter(district__slug=slug, year=year, number=number).first()
    return list_standings([notice]).get(notice.pk) if notice else None


def list_standings(notices: Sequence[Notice]) -> dict[int, Standing]:
    """The standing of each notice that keeps readable facts, by its primary key. One query, however many there are."""
    facts = {notice.pk: found for notice in notices if (found := read_facts(notice)) is not None}
    items = _items_by_stop({uid for found in facts.values() for uid in _mentioned(found)})
    return {notice.pk: _standing(notice, facts[notice.pk], items) for notice in notices if notice.pk in facts}


def _standing(notice: Notice, facts: NoticeFacts, items: Mapping[str, Sequence[NoticeItem]]) -> Standing:
    told_now = {
        uid: [item.notice for item in items.get(uid, ()) if item.revision.is_current] for uid in _mentioned(facts)
    }
    holders = {uid: choose_holder(notices, reader=notice) for uid, notices in told_now.items() if notices}
    stops = []
    for told in _told_by(facts):
        history = items.get(told.uid, ())
        mine = [item.revision.number for item in history if item.notice_id == notice.pk]
        holder = holders.get(told.uid)
        stops.append(
            ToldStop(
                facts=told,
                holder=holder,
                is_in_force=holder is not None and holder.pk == notice.pk,
                # Not a bulletin that told the same: what it printed may hang beside this.
                former=tuple(_unique(item.notice for item in history if mine and item.revision.number < mine[0])),
            )
        )
    others = {stop.uid for stop in _mentioned_besides(facts)}
    unchanged = {uid for uid in others if uid in holders and holders[uid].issued_at <= notice.issued_at}
    return Standing(notice=notice, facts=facts, stops=tuple(stops), unchanged=frozenset(unchanged))


def _told_by(facts: NoticeFacts) -> list[StopFacts]:
    """The stops the notice is about, as it told them."""
    return [*facts.stops, *(change.after for change in facts.changes)]


def _mentioned_besides(facts: NoticeFacts) -> tuple[StopFacts, ...]:
    """The other stops of the thread, so that an edited post loses none of them."""
    return (*facts.still_valid, *facts.also_cancelled, *facts.also_postponed, *facts.also_stopped)


def _mentioned(facts: NoticeFacts) -> set[str]:
    """The identifiers of every stop in the facts."""
    return {stop.uid for stop in (*_told_by(facts), *_mentioned_besides(facts))}


def _items_by_stop(uids: Iterable[str]) -> dict[str, list[NoticeItem]]:
    """Everything that notices ever told of these stops, in order of telling."""
    known = [found for uid in uids if (found := _as_uuid(uid)) is not None]
    items = (
        NoticeItem.objects.filter(revision__stop__uid__in=known)
        .select_related("notice__district", "revision__stop")
        .order_by("revision__number", "pk")
    )
    by_stop: dict[str, list[NoticeItem]] = {}
    for item in items:
        by_stop.setdefault(str(item.revision.stop.uid), []).append(item)
    return by_stop


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _end_of(stop: StopFacts) -> dt.datetime:
    return dt.datetime.combine(stop.date, stop.ends_at, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _unique(notices: Iterable[Notice | None]) -> list[Notice]:
    """Oldest first, each once."""
    unique = {notice.pk: notice for notice in notices if notice is not None}
    return sorted(unique.values(), key=lambda notice: (notice.issued_at, notice.pk))

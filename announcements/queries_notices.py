"""Reads of the public notice pages."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db.models import Prefetch, QuerySet

from announcements.enums import TextForm
from announcements.models import Notice, NoticeItem, NoticeText
from vehicles.models import District

if TYPE_CHECKING:
    from schedules.models import StopRevision


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeLine:
    """One stop of a notice. `replaced_by` is the notice that holds for it today, None while this one does."""

    revision: StopRevision
    replaces: Notice | None
    replaced_by: Notice | None


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeStory:
    """A notice, its wording for the social page and its radio script, and what became of each of its stops."""

    notice: Notice
    text: str
    script: str
    lines: tuple[NoticeLine, ...]

    @property
    def is_wholly_replaced(self) -> bool:
        """Nothing of it holds any more."""
        if self._successor is not None:
            return True
        return bool(self.lines) and all(line.replaced_by is not None for line in self.lines)

    @property
    def _successor(self) -> Notice | None:
        """The notice that took the place of the whole of this one, which is about no single stop."""
        successor: Notice | None = getattr(self.notice, "replaced_by", None)
        return successor

    @property
    def replaced_by(self) -> list[Notice]:
        """The notices that hold today instead, oldest first, each once."""
        return _oldest_first([*(line.replaced_by for line in self.lines), self._successor])

    def hanging_lines(self, *, now: dt.datetime) -> list[NoticeLine]:
        """Those whose posters may hang at `now`: in force and not over."""
        return [line for line in self.lines if line.replaced_by is None and line.revision.ends > now]

    @property
    def replaces(self) -> list[Notice]:
        """The notices that it took the place of, oldest first, each once."""
        return _oldest_first([*(line.replaces for line in self.lines), self.notice.replaces])


def find_notice_story(slug: str, *, year: int, number: int) -> NoticeStory | None:
    """The notice `number` of `year` of the unit `slug`, or None. Four queries."""
    notice = (
        Notice.objects.select_related("district__governorate", "replaces__district", "replaced_by__district")
        .prefetch_related(
            Prefetch("texts", NoticeText.objects.filter(form__in=[TextForm.SOCIAL, TextForm.RADIO])),
            Prefetch(
                "items",
                NoticeItem.objects.select_related(
                    "revision__place__district", "revision__stop", "revision__vehicle", "replaces__notice__district"
                ).order_by("revision__date", "revision__starts_at", "pk"),
            ),
        )
        .filter(district__slug=slug, year=year, number=number)
        .first()
    )
    if notice is None:
        return None
    items = list(notice.items.all())
    current = NoticeItem.objects.filter(
        revision__stop__in=[item.revision.stop_id for item in items], revision__is_current=True
    )
    told: dict[int, list[Notice]] = {}
    for item in current.select_related("notice__district", "revision").order_by("pk"):
        told.setdefault(item.revision.stop_id, []).append(item.notice)
    holding = {stop: choose_holder(notices, reader=notice) for stop, notices in told.items()}
    # What the notice silently covers as well (another vehicle, an English word) stands in the place of what it told before.
    by_pk = {item.pk: item for item in items}
    covered = {item.replaces_id for item in items}
    lines = tuple(
        NoticeLine(
            revision=item.revision,
            replaces=_told_before(item, by_pk),
            replaced_by=None if item.revision.is_current else holding.get(item.revision.stop_id),
        )
        for item in items
        if item.pk not in covered
    )
    texts = {text.form: text.body for text in notice.texts.all()}
    return NoticeStory(
        notice=notice,
        text=texts.get(TextForm.SOCIAL, notice.title_ar),
        script=texts.get(TextForm.RADIO, ""),
        lines=lines,
    )


def choose_holder(notices: Sequence[Notice], *, reader: Notice) -> Notice:
    """Which of the notices (oldest first) about one public fact a reader of `reader` is sent to.

    A unit's announcement leads to the unit's correction, the governorate's bulletin to the governorate's.
    """
    own = [notice for notice in notices if notice.district.is_governorate == reader.district.is_governorate]
    return (own or notices)[-1]


def _told_before(item: NoticeItem, mine: Mapping[int, NoticeItem]) -> Notice | None:
    """The notice from which this one took a stop over."""
    while item.replaces_id is not None and item.replaces_id in mine:
        item = mine[item.replaces_id]
    return item.replaces.notice if item.replaces else None


def list_notices(*, district: District | None = None, year: int | None = None) -> QuerySet[Notice]:
    """Every notice (of a unit, of a year of numbering), newest first, with its unit and what took the place of the whole."""
    notices = Notice.objects.select_related("district", "replaced_by__district").order_by("-issued_at", "-pk")
    if district is not None:
        notices = notices.filter(district=district)
    return notices if year is None else notices.filter(year=year)


def list_years() -> list[int]:
    """The years of which there are notices, newest first."""
    return list(Notice.objects.order_by("-year").values_list("year", flat=True).distinct())


@dataclasses.dataclass(frozen=True, slots=True)
class ListedNotice:
    """A notice in a list. `replaced_by` are those that hold instead today, oldest first; `is_whole` when nothing of it holds."""

    notice: Notice
    replaced_by: tuple[Notice, ...] = ()
    is_whole: bool = False


def with_successors(notices: Sequence[Notice]) -> list[ListedNotice]:
    """The same notices (from `list_notices`), each with what holds instead. Two queries, however many there are."""
    items: dict[int, list[NoticeItem]] = {notice.pk: [] for notice in notices}
    for item in NoticeItem.objects.filter(notice__in=items).select_related("revision").order_by("pk"):
        items[item.notice_id].append(item)
    stale = {item.revision.stop_id for told in items.values() for item in told if not item.revision.is_current}
    holding = NoticeItem.objects.filter(revision__stop__in=stale, revision__is_current=True)
    told_now: dict[int, list[Notice]] = {}
    for item in holding.select_related("notice__district", "revision").order_by("pk") if stale else ():
        told_now.setdefault(item.revision.stop_id, []).append(item.notice)
    listed = []
    for notice in notices:
        # As on its own page: what it silently covers as well is not told of twice.
        covered = {item.replaces_id for item in items[notice.pk]}
        lines = [item for item in items[notice.pk] if item.pk not in covered]
        gone = [item for item in lines if not item.revision.is_current and item.revision.stop_id in told_now]
        successor: Notice | None = getattr(notice, "replaced_by", None)
        newer = [choose_holder(told_now[item.revision.stop_id], reader=notice) for item in gone]
        listed.append(
            ListedNotice(
                notice,
                tuple(_oldest_first([*newer, successor])),
                is_whole=successor is not None or (bool(lines) and len(gone) == len(lines)),
            )
        )
    return listed


def _oldest_first(notices: Iterable[Notice | None]) -> list[Notice]:
    unique = {notice.pk: notice for notice in notices if notice is not None}
    return sorted(unique.values(), key=lambda notice: (notice.issued_at, notice.pk))

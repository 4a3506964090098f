"""Notices as a short message of at most two parts (134 characters in Arabic), never cut.

Wordings are tried from the fullest to the shortest. A wording that leaves a fact out says where the rest is: the notice's
page, else the phone number, else the unit. There are no invisible marks and no vowel signs, which cost a character each.
One part (70) is out of reach for a whole notice: the vehicle, the village with its markaz, the day, the hours and the number
alone take about 85.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Final

from announcements.arabic.changes import CHANGE, CORRECT, Differences, differences, verb
from announcements.arabic.counting import counted
from announcements.arabic.dates import short_date, weekday
from announcements.arabic.digits import phone_number
from announcements.arabic.errors import TextTooLong
from announcements.arabic.facts import ChangeFacts, NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.layout import in_order, is_one_visit
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    CENTRE,
    OUTCOME_LABELS,
    by_name,
    join_phrases,
    join_words,
    notice_name,
    parent_name,
    place_label,
    place_name,
)
from announcements.arabic.times import PERIODS, SHORT_PERIODS, PeriodTable, time_in_figures

TWO_PARTS: Final = 134

_VEHICLE: Final = "سيارة المركز التكنولوجي"
_SHORT_VEHICLE: Final = "السيارة المتنقلة"
_VOWEL_SIGNS: Final = re.compile("[\u064e-\u0652]")  # tanwīn stays: it is spelling («صباحًا»)


@dataclasses.dataclass(frozen=True, slots=True)
class _Wording:
    """How fully dates and hours are written: «9:00 صباحًا», «9:00 ص» or «9 ص»; with the year or without."""

    periods: PeriodTable = SHORT_PERIODS
    whole_hours: bool = False
    year: bool = False

    def time(self, time: dt.time | None) -> str:
        if time is None:
            return ""
        text = time_in_figures(time, self.periods)
        return text.replace(":00", "") if self.whole_hours else text

    def hours(self, stop: StopFacts) -> str:
        return f"من {self.time(stop.starts_at)} حتى {self.time(stop.ends_at)}"

    def days(self, stops: Sequence[StopFacts]) -> str:
        dates = sorted({stop.date for stop in stops})
        return " و".join(f"{weekday(date)} {short_date(date, year=self.year)}" for date in dates)


_BRIEF: Final = _Wording(whole_hours=True)
_WORDINGS: Final = (_Wording(PERIODS, year=True), _Wording(PERIODS), _Wording(), _BRIEF)


def write(facts: NoticeFacts) -> str:
    """The message, in Western digits. Raises TextTooLong when even the number and where to ask do not fit."""
    levels = {
        NoticeKind.ANNOUNCEMENT: _announcement,
        NoticeKind.CHANGE: _change,
        NoticeKind.CANCELLATION: _cancellation,
    }[facts.kind](facts)
    tried: list[str] = []
    for level in (*levels, [f"{_own_number(facts)}. {pointer}" for pointer in _pointers(facts)]):
        wordings = [_VOWEL_SIGNS.sub("", wording) for wording in level]
        tried.extend(wordings)
        for wording in wordings:
            if length(wording) <= TWO_PARTS:
                return wording
    raise TextTooLong(min(length(wording) for wording in tried), TWO_PARTS)


def length(text: str) -> int:
    """Characters as a phone network counts them in Arabic: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _announcement(facts: NoticeFacts) -> list[list[str]]:
    number, pointers, first = _own_number(facts), _pointers(facts), facts.stops[0]
    if is_one_visit(facts.stops):
        start = f"{_VEHICLE} – {place_label(first.place)}"
        full, plain = [], []
        for wording in _WORDINGS:
            when = f"{wording.days(facts.stops)}، {wording.hours(first)}"
            where = f"، {first.landmark}" if first.landmark else ""
            intake = f"، آخر استقبال للطلبات {wording.time(first.last_intake)}" if first.last_intake else ""
            full.append(f"{start}: {when}{where}{intake}. {number}")
            plain.append(f"{start}: {when}{where}. {number}")
        day, hours = _BRIEF.days(facts.stops), _BRIEF.hours(first)
        without_landmark = [f"{start}: {day}، {hours}. {number}. {pointer}" for pointer in pointers]
        return [full, plain, without_landmark, [f"{start}: {day}. {number}. {pointer}" for pointer in pointers]]
    ordered = in_order(facts.stops)
    first_day, last_day = _BRIEF.days(ordered[:1]), _BRIEF.days(ordered[-1:])
    span = first_day if first_day == last_day else f"من {first_day} حتى {last_day}"
    summary = f"أماكن تواجد {CENTRE} {span}: {counted(len(ordered), 'موعد')}. {number}."
    return [
        level
        for pointer in pointers
        for level in (
            [f"{facts.issuer.name}: {summary} {pointer}"],
            [f"{summary} {pointer}"],
            [f"{CENTRE} {span}. {number}. {pointer}"],
        )
    ]


def _cancellation(facts: NoticeFacts) -> list[list[str]]:
    number, citing, pointers = _own_number(facts), _citing(facts), _pointers(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""
    first = facts.stops[0]
    if is_one_visit(facts.stops):
        what = f"إلغاء تواجد {_VEHICLE} – {place_label(first.place)}"
        with_hours = [f"{what}: {word.days(facts.stops)}، {word.hours(first)}{cause}." for word in _WORDINGS]
        with_day = f"{what}: {_BRIEF.days(facts.stops)}{cause}."
        return [
            [f"{number}{citing}: {text}" for text in with_hours],
            [f"{number}{citing}: {with_day}"],
            [f"{number}: {with_day}"],
            [f"{number}: {what}: {_BRIEF.days(facts.stops)}."],
        ]
    what = f"إلغاء {counted(len(facts.stops), 'موعد', Case.OBLIQUE)} ل{_VEHICLE}"
    stops = "، ".join(f"{place_label(stop.place)} {_BRIEF.days([stop])}" for stop in in_order(facts.stops))
    return [
        [f"{number}{citing}: {what}{cause}: {stops}."],
        *([f"{number}{text}. {pointer}"] for pointer in pointers for text in (f"{citing}: {what}{cause}", f": {what}")),
    ]


def _change(facts: NoticeFacts) -> list[list[str]]:
    number, citing, pointers = _own_number(facts), _citing(facts), _pointers(facts)
    if len(facts.changes) > 1:
        what = f"{CORRECT if facts.is_correction else CHANGE} {counted(len(facts.changes), 'موعد', Case.OBLIQUE)} ل{_VEHICLE}"
        return [[f"{number}{text}: {what}. {pointer}"] for pointer in pointers for text in (citing, "")]
    change = facts.changes[0]
    found = differences(change)
    act = verb(found, is_correction=facts.is_correction)
    plain, named, brief = (_start_of_change(change, found, vehicle, act) for vehicle in ("", _VEHICLE, _SHORT_VEHICLE))
    if facts.is_correction and not found.place:
        plain = f"{act}: {plain}"
    told = [f"{plain}: {'، '.join(_news(change, found, word))}." for word in _WORDINGS]
    told += [f"{plain}: {'، '.join(_news(change, found, word, with_intake=not found.when))}." for word in _WORDINGS]
    now = [
        f"{start}: {'، '.join(_news(change, found, word, with_old=False, with_intake=not found.when))}."
        for start in (named, brief)
        for word in _WORDINGS
    ]
    return [
        [f"{number}{citing}: {text}" for text in told],
        [f"{number}: {text}" for text in told],
        [f"{number}: {text}" for text in now],
        [f"{number}: {named}: {_BRIEF.days([change.after])}. {pointer}" for pointer in pointers],
    ]


def _start_of_change(change: ChangeFacts, found: Differences, vehicle: str, act: str) -> str:
    """The village, and what is changed there when `vehicle` is named; of a move both villages, their markaz once if shared."""
    before, after = change.before.place, change.after.place
    if found.place:
        old = place_name(before) if parent_name(before) == parent_name(after) else place_label(before)
        what = f"{act} مكان" if act == CORRECT else "نقل"
        return f"{what} {vehicle or _VEHICLE} من {old} إلى {place_label(after)}"
    if not vehicle:
        return f"{_VEHICLE} – {place_label(after)}"
    if found.when:
        topic = "موعد"
    elif found.landmark:
        topic = "مكان"
    elif found.services:
        topic = "خدمات"
    else:
        topic = "بيانات"
    return f"{act} {topic} {vehicle} – {place_label(after)}"


def _news(
    change: ChangeFacts, found: Differences, wording: _Wording, *, with_old: bool = True, with_intake: bool = True
) -> Iterable[str]:
    """What is now and, `with_old`, «بدلًا من» what was, for everything that changed."""
    before, after = change.before, change.after
    old = ""
    if with_old and found.date:
        old = f" بدلًا من {wording.days([before])}{f' {wording.hours(before)}' if found.hours else ''}"
    elif with_old and found.hours:
        old = f" بدلًا من {wording.time(before.starts_at)} حتى {wording.time(before.ends_at)}"
    day, hours = wording.days([after]), wording.hours(after)
    yield f"{day} {hours}{old}" if found.when or found.place else day
    if found.place and after.landmark:
        yield after.landmark
    elif found.landmark and not found.place:
        old = f" بدلًا من {before.landmark}" if before.landmark and with_old else ""
        yield f"{after.landmark}{old}" if after.landmark else f"لم يعد المكان {before.landmark}"
    if found.last_intake and not after.last_intake:
        yield "لم يعد هناك آخر موعد محدد لاستقبال الطلبات"
    elif found.last_intake and with_intake:
        yield f"آخر استقبال للطلبات {wording.time(after.last_intake)}"
    if found.removed:
        yield f"لن يقدم: {join_phrases([service.name for service in found.removed])}"
    if found.added:
        yield f"أضيف: {join_phrases([service.name for service in found.added])}"
    for _, now in found.altered:
        yield f"{now.name}: {OUTCOME_LABELS[now.outcome]}"
    if found.documents:
        yield f"المستندات: {join_phrases(after.documents) or 'لم تعد محددة'}"
    if found.payments:
        yield f"السداد: {join_phrases(after.payments, 'أو') or 'لم يعد محددًا'}"
    if found.issuer:
        yield f"الجهة المسؤولة: {change.issuer_after}"


def _own_number(facts: NoticeFacts) -> str:
    return f"{notice_name(facts.kind)} {facts.number}/{facts.year}"


def _citing(facts: NoticeFacts) -> str:
    """« بشأن إعلان 5/2026», « بشأن إعلاني 5/2026 و6/2026»."""
    parts = []
    for name, references in by_name(facts.cites):
        noun = f"{name}ي" if len(references) == 2 else name if len(references) == 1 else f"{name}ات"
        of = f" ({references[0].issuer})" if references[0].issuer else ""
        parts.append(f"{noun} {join_words([f'{reference.number}/{reference.year}' for reference in references])}{of}")
    return f" بشأن {' و'.join(parts)}" if parts else ""


def _pointers(facts: NoticeFacts) -> list[str]:
    """Where the rest is told: the notice's page, then the phone number, then the unit itself."""
    pointers = [f"التفاصيل: {facts.page_url}"] if facts.page_url else []
    if facts.issuer.phone:
        pointers.append(f"للاستعلام: {phone_number(facts.issuer.phone, marks=False)}")
    return [*pointers, f"التفاصيل لدى {facts.issuer.short_name}"]

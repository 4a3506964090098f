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
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from announcements.arabic.changes import (
    CHANGE,
    CORRECT,
    SET,
    Differences,
    altered_otherwise,
    by_limit,
    differences,
    verb,
)
from announcements.arabic.counting import counted
from announcements.arabic.dates import short_date, weekday
from announcements.arabic.digits import phone_number
from announcements.arabic.errors import TextTooLong
from announcements.arabic.facts import ChangeFacts, NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.layout import in_order, is_one_visit
from announcements.arabic.news import (
    first_day_unknown,
    has_own_end,
    interruption_of,
    is_same_place,
    period_of,
    works_until,
)
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    CENTRE,
    OF_THE_DAY,
    OUTCOME_LABELS,
    by_name,
    is_feminine_name,
    join_phrases,
    join_words,
    notice_name,
    parent_name,
    place_label,
    place_name,
    sets_what_was_put_off,
    to_be_announced,
    without_receiving,
)
from announcements.arabic.times import SHORT_PERIODS, PeriodTable, time_in_figures

TWO_PARTS: Final = 134

_VEHICLE: Final = "سيارة المركز التكنولوجي"
_SHORT_VEHICLE: Final = "السيارة المتنقلة"
_VOWEL_SIGNS: Final = re.compile("[\u064e-\u0652]")  # tanwīn stays: it is spelling («صباحًا»)


@dataclasses.dataclass(frozen=True, slots=True)
class _Wording:
    """How fully dates and hours are written: «9:00 صباحًا», «9:00 ص» or «9 ص»; with the year or without."""

    periods: PeriodTable | None = SHORT_PERIODS  # None: the parts of the day in full
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
        return " و".join(self.day(date) for date in dates)

    def day(self, date: dt.date) -> str:
        return f"{weekday(date)} {short_date(date, year=self.year)}"


_BRIEF: Final = _Wording(whole_hours=True)
_WORDINGS: Final = (_Wording(None, year=True), _Wording(None), _Wording(), _BRIEF)


def write(facts: NoticeFacts) -> str:
    """The message, in Western digits. Raises TextTooLong when even the number and where to ask do not fit."""
    levels = {
        NoticeKind.ANNOUNCEMENT: _announcement,
        NoticeKind.BULLETIN: _announcement,
        NoticeKind.CHANGE: _change,
        NoticeKind.POSTPONEMENT: _off,
        NoticeKind.CANCELLATION: _off,
        NoticeKind.URGENT: _urgent,
        NoticeKind.RESUMPTION: _resumption,
        NoticeKind.HOURS: _hours,
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
    if facts.kind is not NoticeKind.BULLETIN and is_one_visit(facts.stops):
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
    days = sorted(facts.week or {stop.date for stop in ordered})
    first_day, last_day = _BRIEF.day(days[0]), _BRIEF.day(days[-1])
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


def _off(facts: NoticeFacts) -> list[list[str]]:
    """Visits cancelled, or put off to a date that will be announced."""
    act, later = "إلغاء", ""
    if facts.kind is NoticeKind.POSTPONEMENT:
        act, later = "تأجيل", f" {to_be_announced(1 if is_one_visit(facts.stops) else len(facts.stops))}"
    number, citing, pointers = _own_number(facts), _citing(facts), _pointers(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""
    first = facts.stops[0]
    if is_one_visit(facts.stops):
        what = f"{act} تواجد {_VEHICLE} – {place_label(first.place)}"
        with_hours = [f"{what}: {word.days(facts.stops)}، {word.hours(first)}{later}{cause}." for word in _WORDINGS]
        with_day = f"{what}: {_BRIEF.days(facts.stops)}{later}{cause}."
        return [
            [f"{number}{citing}: {text}" for text in with_hours],
            [f"{number}{citing}: {with_day}"],
            [f"{number}: {with_day}"],
            [f"{number}: {what}: {_BRIEF.days(facts.stops)}{later}."],
        ]
    what = f"{act} {counted(len(facts.stops), 'موعد', Case.OBLIQUE)} ل{_VEHICLE}{later}"
    stops = "، ".join(f"{place_label(stop.place)} {_BRIEF.days([stop])}" for stop in in_order(facts.stops))
    return [
        [f"{number}{citing}: {what}{cause}: {stops}."],
        *([f"{number}{text}. {pointer}"] for pointer in pointers for text in (f"{citing}: {what}{cause}", f": {what}")),
    ]


def _urgent(facts: NoticeFacts) -> list[list[str]]:
    """T4: stopped today, and how it goes on."""
    number, stop, interruption = _own_number(facts), facts.stops[0], interruption_of(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""

    def wordings(vehicle: str, why: str, rest: Callable[[_Wording], str]) -> list[str]:
        return [
            f"{number}: توقف عمل {vehicle} ب{place_label(stop.place)} اليوم {word.days([stop])} "
            f"منذ {word.time(interruption.stopped_at)}{why}.{rest(word)}"
            for word in _WORDINGS
        ]

    later = interruption.continuation

    def whole(word: _Wording, *, with_hours: bool = True) -> str:
        rest = f" المتوقع استئنافه {word.time(interruption.resumes_at)}." if interruption.resumes_at else ""
        if later is None:
            return rest
        hours = f" {word.hours(later)}" if with_hours else ""
        where = "" if is_same_place(stop, later) else f" ب{place_label(later.place)}"
        return f"{rest} ويستكمل {word.days([later])}{hours}{where}."

    def without_hours(word: _Wording) -> str:
        return whole(word, with_hours=False)

    levels = [
        wordings(_VEHICLE, cause, whole),
        wordings(_SHORT_VEHICLE, cause, whole),
        wordings(_SHORT_VEHICLE, "", whole),
        wordings(_SHORT_VEHICLE, "", without_hours),
    ]
    briefly = wordings(_SHORT_VEHICLE, "", lambda _word: "")
    return [*levels, *([f"{text} {pointer}" for text in briefly] for pointer in _pointers(facts))]


def _resumption(facts: NoticeFacts) -> list[list[str]]:
    number, stop, interruption, until = _own_number(facts), facts.stops[0], interruption_of(facts), works_until(facts)

    def wordings(vehicle: str) -> list[str]:
        return [
            f"{number}: استئناف عمل {vehicle} ب{place_label(stop.place)} اليوم {word.days([stop])} "
            f"من {word.time(interruption.resumes_at)}{f' حتى {word.time(until)}' if until else ''}."
            for word in _WORDINGS
        ]

    briefly = f"{number}: استئناف عمل {_SHORT_VEHICLE} ب{place_label(stop.place)} اليوم {_BRIEF.days([stop])}"
    return [
        wordings(_VEHICLE),
        wordings(_SHORT_VEHICLE),
        [f"{briefly}. {pointer}" for pointer in _pointers(facts)],
    ]


def _hours(facts: NoticeFacts) -> list[list[str]]:
    """T5: the hours of the period, and from when."""
    period, number = period_of(facts), _own_number(facts)
    briefly = f"من {_BRIEF.time(period.starts_at)} حتى {_BRIEF.time(period.ends_at)}"

    def wordings(what: str, issuer: str, end: str = "") -> list[str]:
        texts = []
        for word in _WORDINGS:
            if period.is_provisional:
                since = first_day_unknown(period)
            elif has_own_end(period):
                since = f"اعتبارًا من {word.day(period.starts_on)}"
            else:
                first, last = word.day(period.starts_on), word.day(period.ends_on)
                since = first if first == last else f"من {first} حتى {last}"
            hours = f"من {word.time(period.starts_at)} حتى {word.time(period.ends_at)}"
            texts.append(f"{issuer}{what} خلال {period.name}: {hours}، {since}. {number}{end}")
        return texts

    issuer = f"{facts.issuer.name}: "
    return [
        wordings(f"مواعيد {_VEHICLE} المتنقل", issuer),
        wordings(f"مواعيد {_SHORT_VEHICLE}", issuer),
        wordings(f"مواعيد {_SHORT_VEHICLE}", "", f" – {facts.issuer.short_name}"),
        *(
            [f"{issuer}مواعيد {_SHORT_VEHICLE} خلال {period.name}: {briefly}. {number}. {pointer}"]
            for issuer in (issuer, "")
            for pointer in _pointers(facts)
        ),
    ]


def _change(facts: NoticeFacts) -> list[list[str]]:
    number, citing, pointers = _own_number(facts), _citing(facts), _pointers(facts)
    if len(facts.changes) > 1:
        act = SET if sets_what_was_put_off(facts) else CORRECT if facts.is_correction else CHANGE
        what = f"{act} {counted(len(facts.changes), 'موعد', Case.OBLIQUE)} ل{_VEHICLE}"
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
    if found.is_less and found.removed and not (found.when or found.landmark):
        return f"عدم توفر {'خدمات' if found.no_services else 'بعض خدمات'} {vehicle} – {place_label(after)}"
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
        old = f"{old} المؤجل" if found.was_postponed and not found.hours else old
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
        yield f"لا تتوفر: {join_phrases([service.name for service in found.removed])}"
    if found.added:
        yield f"أضيف: {join_phrases([service.name for service in found.added])}"
    for only, group in by_limit(found):
        yield f"{only} فقط: {join_phrases([without_receiving(service.name) for service in group])}"
    for _, now in altered_otherwise(found):
        yield f"{now.name}: {OUTCOME_LABELS[now.outcome]}"
    if found.documents:
        yield f"المستندات: {join_phrases(after.documents) or 'لم تعد محددة'}"
    if found.payments:
        yield f"السداد: {join_phrases(after.payments, 'أو')}" if after.payments else "لا يتاح السداد"
    if found.issuer:
        yield f"الجهة المسئولة: {change.issuer_after}"


def _own_number(facts: NoticeFacts) -> str:
    urgent = " عاجل" if facts.kind in OF_THE_DAY else ""
    return f"{notice_name(facts.kind)}{urgent} {facts.number}/{facts.year}"


def _citing(facts: NoticeFacts) -> str:
    """« بشأن إعلان 5/2026», « بشأن إعلاني 5/2026 و6/2026»."""
    parts = []
    for name, references in by_name(facts.cites):
        stem = f"{name.removesuffix('ة')}ت" if is_feminine_name(name) else name
        many = f"{name.removesuffix('ة')}ات"
        noun = f"{stem}ي" if len(references) == 2 else name if len(references) == 1 else many
        of = f" ({references[0].issuer})" if references[0].issuer else ""
        parts.append(f"{noun} {join_words([f'{reference.number}/{reference.year}' for reference in references])}{of}")
    return f" بشأن {' و'.join(parts)}" if parts else ""


def _pointers(facts: NoticeFacts) -> list[str]:
    """Where the rest is told: the notice's page, then the phone number, then the unit itself."""
    pointers = [f"التفاصيل: {facts.page_url}"] if facts.page_url else []
    if facts.issuer.phone:
        pointers.append(f"للاستعلام: {phone_number(facts.issuer.phone, marks=False)}")
    return [*pointers, f"التفاصيل لدى {facts.issuer.short_name}"]

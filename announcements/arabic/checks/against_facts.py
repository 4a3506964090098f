"""A text against the facts it must tell: every place, date and hour is there, and no other date or hour is.

A short message may leave facts out when it says where the rest is told, and then only what it adds is judged. What staff typed
themselves (a landmark, a cause) may hold hours and dates of its own.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.dates import MONTHS, date_in_figures
from announcements.arabic.digits import clean
from announcements.arabic.facts import SPOKEN_FORMS, Form, NoticeFacts, NoticeKind, PlaceFacts, StopFacts
from announcements.arabic.findings import finding
from announcements.arabic.news import has_own_end
from announcements.arabic.phrases import UNNAMED_CLASS, parent_name, place_label
from announcements.arabic.reading.dates import DateReading, dates_of, read_day_phrases, read_lone_dates
from announcements.arabic.reading.times import DAY, read_times
from announcements.arabic.reading.tokens import keys_of, tokenise
from announcements.arabic.spoken import speakable
from announcements.arabic.times import time_in_figures

# Where room or time is short, the last intake, the hours of what is taken back and what was before a change may give way.
_BRIEF: Final = frozenset({Form.SMS, Form.LOUDSPEAKER})
_POINTS_ELSEWHERE: Final = re.compile("التفاصيل|للاستعلام")


def check_facts(parsed: ParsedText) -> Findings:
    """«fact_place_missing», «fact_date_missing», «fact_hour_missing», «fact_date_extra», «fact_hour_extra»."""
    facts = parsed.facts
    if facts is None:
        return
    dates = [date for phrase in parsed.phrases if phrase.readings for date in phrase.readings[0]]
    dates.extend(parsed.lone_dates)
    if not points_elsewhere(parsed):
        yield from _check_missing(parsed, facts, dates)
    yield from _check_extra(parsed, facts, dates)


def points_elsewhere(parsed: ParsedText) -> bool:
    """Whether this is a short message that says where the rest is told."""
    return parsed.form is Form.SMS and bool(_POINTS_ELSEWHERE.search(parsed.text))


# --- what is missing -------------------------------------------------------------------------------------------------


class _Told(NamedTuple):
    """The places, dates and hours that a text must tell."""

    places: list[PlaceFacts]
    dates: set[dt.date]
    hours: set[dt.time]


def _stops(placed: Sequence[StopFacts], timed: Sequence[StopFacts], *, with_intake: bool = False) -> _Told:
    return _Told(
        [stop.place for stop in placed], {stop.date for stop in placed}, set(_hours(timed, with_intake=with_intake))
    )


def _announced(facts: NoticeFacts, form: Form | None) -> _Told:
    return _stops(facts.stops, facts.stops, with_intake=form not in _BRIEF)


def _taken_back(facts: NoticeFacts, form: Form | None) -> _Told:
    return _stops(facts.stops, () if form in _BRIEF else facts.stops)


def _changed(facts: NoticeFacts, form: Form | None) -> _Told:
    after = [change.after for change in facts.changes]
    if form in _BRIEF:
        return _stops(after, ())
    before = [change.before for change in facts.changes]
    # A script leaves out the hours of old of what had been put off.
    timed = [one.before for one in facts.changes if not (one.before_is_postponed and form is Form.RADIO)]
    return _stops([*before, *after], [*timed, *after])


def _broken_off(facts: NoticeFacts, form: Form | None) -> _Told:
    """The day and hour it stopped, when it goes on, and the visit that completes it (in a short message, its day)."""
    interruption = facts.interruption
    if interruption is None:
        return _stops(facts.stops, ())
    later = [interruption.continuation] if interruption.continuation else []
    places, dates, hours = _stops([*facts.stops, *later], () if form is Form.SMS else later)
    return _Told(places, dates, hours | {interruption.stopped_at} | set(filter(None, [interruption.resumes_at])))


def _resumed(facts: NoticeFacts, form: Form | None) -> _Told:
    """The day, the hour it works again and until when, and (where there is room) since when it did not."""
    places, dates, _ = _stops(facts.stops, ())
    interruption = facts.interruption
    if interruption is None or interruption.resumes_at is None:
        return _Told(places, dates, set())
    ends = {stop.ends_at for stop in facts.stops if stop.ends_at > interruption.resumes_at}
    since = set() if form in _BRIEF else {interruption.stopped_at}
    return _Told(places, dates, {interruption.resumes_at} | ends | since)


def _hours_of_period(facts: NoticeFacts, form: Form | None) -> _Told:
    period = facts.hours
    if period is None:
        return _Told([], set(), set())
    dates = set() if period.is_provisional else {period.starts_on}
    if dates and not has_own_end(period):
        dates.add(period.ends_on)
    # Both leave it out where their room or time is short.
    short = form in (Form.SMS, Form.LOUDSPEAKER)
    intake = {period.last_intake} if period.last_intake and not short else set()
    return _Told([], dates, {period.starts_at, period.ends_at} | intake)


_TOLD: Final[dict[NoticeKind, Callable[[NoticeFacts, Form | None], _Told]]] = {
    NoticeKind.ANNOUNCEMENT: _announced,
    NoticeKind.BULLETIN: _announced,
    NoticeKind.CHANGE: _changed,
    NoticeKind.POSTPONEMENT: _taken_back,
    NoticeKind.CANCELLATION: _taken_back,
    NoticeKind.URGENT: _broken_off,
    NoticeKind.RESUMPTION: _resumed,
    NoticeKind.HOURS: _hours_of_period,
}


def _check_missing(parsed: ParsedText, facts: NoticeFacts, dates: list[DateReading]) -> Findings:
    told = _TOLD[facts.kind](facts, parsed.form)
    words = f" {' '.join(parsed.keys)} "
    for place in dict.fromkeys(told.places):
        if not _is_named(words, place, parsed.form):
            yield finding(parsed.text, "fact_place_missing", 0, 0, place=place_label(place))
    told_dates = {
        day
        for date in dates
        if not _is_issue_time(parsed, date.start)
        for day in dates_of(date, parsed.years_for(date))
    }
    for day in sorted(told.dates - told_dates):
        yield finding(parsed.text, "fact_date_missing", 0, 0, date=date_in_figures(day))
    told_minutes = {
        minutes % DAY for time in parsed.times if not _is_issue_time(parsed, time.start) for minutes in time.minutes
    }
    for hour in sorted(told.hours):
        if hour.hour * 60 + hour.minute not in told_minutes:
            yield finding(parsed.text, "fact_hour_missing", 0, 0, hour=time_in_figures(hour))


def _is_issue_time(parsed: ParsedText, token: int) -> bool:
    """Whether a date or hour stands in the head line of written news of the day: it tells when that was issued."""
    is_dated = parsed.facts is not None and parsed.facts.issued_at is not None
    return is_dated and parsed.form not in SPOKEN_FORMS | {Form.SMS} and parsed.tokens[token].sentence == 0


def _hours(stops: Iterable[StopFacts], *, with_intake: bool) -> Iterator[dt.time]:
    for stop in stops:
        yield stop.starts_at
        yield stop.ends_at
        if with_intake and stop.last_intake:
            yield stop.last_intake


def _is_named(words: str, place: PlaceFacts, form: Form | None) -> bool:
    """Whether both the name and its markaz or hayy occur in `words`, a text's keys between spaces."""
    for name in (place.name, parent_name(place)):
        keys = _keys_in_text(name, spoken=form in SPOKEN_FORMS)
        # A village's name follows its class noun; other names open the label, and particles lean on them.
        leans = name != place.name or place.class_noun == UNNAMED_CLASS or name.startswith(place.class_noun)
        particles = ("", "ب", "ل", "و", "وب", "ول") if leans else ("",)
        if not any(f" {particle}{keys} " in words for particle in particles):
            return False
    return True


@functools.lru_cache(maxsize=2048)
def _keys_in_text(name: str, *, spoken: bool) -> str:
    written = clean(name)
    return " ".join(keys_of(speakable(written) if spoken else written))


# --- what is too much ------------------------------------------------------------------------------------------------


def _check_extra(parsed: ParsedText, facts: NoticeFacts, dates: list[DateReading]) -> Findings:
    typed_dates, typed_minutes = _typed(facts, parsed.stops)
    days = parsed.dates
    known_dates = {(day.day, day.month) for day in days}
    for date in dates:
        possible = dates_of(date, parsed.years_for(date))
        if possible & days or (date.day, date.month) in typed_dates:
            continue
        if date.year is None and (date.day, date.month) in known_dates:
            continue
        year = f" {date.year}" if date.year is not None else ""
        named = f"{date.day} {MONTHS[date.month - 1]}{year}"
        yield parsed.report("fact_date_extra", date.start, date.end - 1, date=named)
    hours = {*_hours(parsed.stops, with_intake=True), *_hours_besides_stops(facts)}
    known = {hour.hour * 60 + hour.minute for hour in hours} | typed_minutes
    for time in parsed.times:
        # A head line written a while before it was issued keeps its own minute.
        if _is_issue_time(parsed, time.start):
            continue
        if time.minutes and not {minutes % DAY for minutes in time.minutes} & known:
            yield parsed.report("fact_hour_extra", time.start, time.end - 1, hour=parsed.raw(time.start, time.end - 1))


def _hours_besides_stops(facts: NoticeFacts) -> Iterator[dt.time]:
    told: list[dt.time | None] = []
    if facts.interruption:
        told += [facts.interruption.stopped_at, facts.interruption.resumes_at]
    if facts.issued_at:
        told.append(facts.issued_at.time())
    if facts.hours:
        told += [facts.hours.starts_at, facts.hours.ends_at, facts.hours.last_intake]
    yield from filter(None, told)


def typed_texts(facts: NoticeFacts, stops: Iterable[StopFacts]) -> set[str]:
    """What staff typed themselves, which may hold hours, dates and words of its own."""
    typed = {facts.cause, facts.issuer.name, facts.issuer.fixed_centre}
    if facts.hours:
        typed.update((facts.hours.name, facts.hours.greeting))
    for stop in stops:
        typed.update((stop.landmark, stop.place.name, *stop.documents, *stop.payments))
        typed.update(service.name for service in stop.services)
    return typed - {""}


def _typed(facts: NoticeFacts, stops: list[StopFacts]) -> tuple[set[tuple[int, int]], set[int]]:
    """The dates and minutes of the day in what staff typed."""
    read = [_read_typed(text) for text in typed_texts(facts, stops)]
    return {date for dates, _ in read for date in dates}, {minute for _, minutes in read for minute in minutes}


@functools.lru_cache(maxsize=2048)
def _read_typed(text: str) -> tuple[frozenset[tuple[int, int]], frozenset[int]]:
    tokens = tokenise(clean(text))
    phrases = read_day_phrases(tokens)
    dates = [date for phrase in phrases for way in phrase.readings for date in way]
    dates.extend(read_lone_dates(tokens, phrases))
    minutes = frozenset(minute % DAY for time in read_times(tokens) for minute in time.minutes)
    return frozenset((date.day, date.month) for date in dates), minutes

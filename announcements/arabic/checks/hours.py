"""Hours: their words, their order, and how long they say a thing lasts.

A pair of hours is «من … حتى …» in one sentence. When both may be of one day, an end before its start is an error unless the
start is in the evening and the end in the morning. Durations are compared to the minute, over midnight too.
"""

from __future__ import annotations

import collections
from typing import Final, NamedTuple

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.counting import counted_in_words
from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, ordinal
from announcements.arabic.reading.dates import DateReading, dates_of
from announcements.arabic.reading.numbers import read_cardinal
from announcements.arabic.reading.times import DAY, TimeReading
from announcements.arabic.reading.tokens import Kind, bare, fold

_EVENING, _MORNING = 18 * 60, 10 * 60


class Pair(NamedTuple):
    """«من» an hour «حتى» another. `days` are the days between them, None when that cannot be told."""

    start: TimeReading
    end: TimeReading
    days: int | None
    same_day: bool


def check_hours(parsed: ParsedText) -> Findings:
    """«hour_…», «noon_midnight», «hours_reversed», «hours_equal», «duration»."""
    yield from _check_masculine(parsed)
    for time in parsed.times:
        yield from _check_one(parsed, time)
    found = pairs(parsed)
    in_sentence = collections.Counter(parsed.tokens[pair.start.start].sentence for pair in found)
    for pair in found:
        yield from _check_order(parsed, pair)
        if in_sentence[parsed.tokens[pair.start.start].sentence] == 1:
            yield from _check_duration(parsed, pair)


_HOUR: Final = frozenset({"الساعة", "والساعة", "بالساعة", "للساعة"})
_SQUARES: Final = frozenset({"ميدان", "برج", "شارع"})
_FEMININE_HOURS: Final = {"الواحد": "الواحدة"} | {
    fold(ordinal(hour, Gender.MASCULINE)): ordinal(hour, Gender.FEMININE) for hour in range(2, 11)
}
_TENS: Final = {"الحادي": "الحادية عشرة", "الثاني": "الثانية عشرة"}


def _check_masculine(parsed: ParsedText) -> Findings:
    """«الساعة التاسع», «الساعة الحادي عشر»: an hour is feminine."""
    for position, key in enumerate(parsed.keys):
        if parsed.key(position - 1) not in _HOUR or bare(parsed.key(position - 2)) in _SQUARES:
            continue
        if key in _TENS and parsed.key(position + 1) in ("عشر", "عشرة"):
            yield parsed.report("hour_gender", position, position + 1, _TENS[key], right=_TENS[key])
        elif key in _FEMININE_HOURS:
            right = _FEMININE_HOURS[key]
            yield parsed.report("hour_gender", position, None, right, right=right)


def _check_one(parsed: ParsedText, time: TimeReading) -> Findings:
    first = time.start
    if time.hour > 12 and time.period and time.minutes and not time.told_from_next:
        rest = parsed.text[parsed.tokens[first].end : parsed.tokens[time.end - 1].end]
        # «24:00 منتصف الليل» is no afternoon hour.
        if time.hour < 24 and parsed.tokens[first].kind is Kind.NUMBER:
            right = f"{time.hour - 12}:{time.minute:02d}{rest}"
            yield parsed.report("hour_clock", first, time.end - 1, right, right=right)
    if parsed.key(first) in ("الحادية", "الثانية") and parsed.key(first + 1) == "عشر":
        right = f"{parsed.raw(first)} عشرة"
        yield parsed.report("hour_gender", first, first + 1, right, right=right)
    if time.hour > 24 or time.minute > 59:
        yield parsed.report("hour_impossible", first, time.end - 1, wrong=parsed.raw(first, time.end - 1))
    elif time.period and not time.minutes:
        yield parsed.report("hour_period", first, time.end - 1, hour=parsed.raw(first), period=time.period)
    elif time.hour == 12 and time.period in ("صباحًا", "مساءً") and not time.told_from_next:
        wrong = parsed.raw(first, time.end - 1)
        period = parsed.key(time.end - 1)
        hour = wrong[: parsed.tokens[time.end - 1].start - parsed.tokens[first].start].rstrip().removesuffix(" من")
        if period in ("ص", "صباحا", "م", "مساء"):
            after = "منتصف الليل" if time.minute == 0 else "بعد منتصف الليل"
            yield parsed.report(
                "noon_midnight", first, time.end - 1, wrong=wrong, noon=f"{hour} ظهرًا", midnight=f"{hour} {after}"
            )


# --- from an hour until another --------------------------------------------------------------------------------------


def pairs(parsed: ParsedText) -> list[Pair]:
    """Every hour told «حتى» together with the one right before it in its sentence, if that is where it starts."""
    found = []
    for start, end in zip(parsed.times, parsed.times[1:], strict=False):
        sentence = parsed.tokens[start.start].sentence
        if end.role != "until" or start.role != "from" or parsed.tokens[end.start].sentence != sentence:
            continue
        if start.minutes and end.minutes:
            days, same_day = _days_between(parsed, sentence)
            found.append(Pair(start, end, days, same_day))
    return found


def _days_between(parsed: ParsedText, sentence: int) -> tuple[int | None, bool]:
    """How many days lie between the two hours of a sentence, and whether it speaks of one day (or days alike)."""
    dates: list[DateReading] = [date for date in parsed.lone_dates if _in(parsed, date.start, sentence)]
    phrases = [phrase for phrase in parsed.phrases if _in(parsed, phrase.start, sentence)]
    if any(parsed.keys[position] in ("التالي", "التالية", "الموالي") for position in parsed.sentences[sentence]):
        return (1 if len(phrases) + len(dates) <= 1 else None), False
    if len(phrases) + len(dates) <= 1:
        return 0, True
    if len(phrases) == 2 and not dates and all(len(phrase.weekdays) == 1 for phrase in phrases):
        first, last = phrases
        if first.readings and last.readings:
            one = dates_of(first.readings[0][0], parsed.years_for(first.readings[0][0]) or {2026})
            other = dates_of(last.readings[0][-1], parsed.years_for(last.readings[0][-1]) or {2026})
            if len(one) == len(other) == 1:
                return (other.pop() - one.pop()).days, False
        return (last.weekdays[0][1] - first.weekdays[0][1]) % 7, False
    return None, False


def _in(parsed: ParsedText, token: int, sentence: int) -> bool:
    return parsed.tokens[token].sentence == sentence


def lengths(pair: Pair) -> set[int]:
    """The minutes that a pair may last: one for each meaning of its hours."""
    if pair.days is None:
        return set()
    found = set()
    for start in pair.start.minutes:
        for end in pair.end.minutes:
            length = pair.days * DAY + end - start
            found.add(length + DAY if length <= 0 and pair.same_day else length)
    return {length for length in found if length > 0}


def _check_order(parsed: ParsedText, pair: Pair) -> Findings:
    if not pair.same_day:
        return
    # An end at midnight is the end of the day; in the morning it may be of the next one.
    meanings = [(start, end or DAY) for start in pair.start.minutes for end in pair.end.minutes]
    if any(start < end or (start >= _EVENING and end <= _MORNING) for start, end in meanings):
        return
    first, last = pair.start.start, pair.end.end - 1
    if all(start == end for start, end in meanings):
        if not _durations(parsed, parsed.tokens[first].sentence):
            yield parsed.report("hours_equal", first, last)
    elif all(start > end for start, end in meanings):
        yield parsed.report("hours_reversed", first, last)


# --- durations -------------------------------------------------------------------------------------------------------


class Duration(NamedTuple):
    """A length of time in tokens `first`..`last` (inclusive)."""

    minutes: int
    first: int
    last: int


_MEASURES: Final = frozenset({"لمدة", "ولمدة", "مدة", "بمدة", "مدتها", "ومدتها", "لفترة", "اي"})
_ABOUT: Final = frozenset({"حوالي", "نحو", "قرابة", "تقريبا", "اكثر", "اقل", "يقرب", "يقارب", "زهاء", "تتجاوز", "تزيد"})
_HOURS: Final = frozenset({"ساعة", "ساعات"})
_MINUTES: Final = frozenset({"دقيقة", "دقائق"})
_PARTS: Final = {"ونصف": 30, "والنصف": 30, "وربع": 15, "والربع": 15, "وثلث": 20, "والثلث": 20}


def _check_duration(parsed: ParsedText, pair: Pair) -> Findings:
    sentence = parsed.tokens[pair.start.start].sentence
    possible = lengths(pair)
    if not possible:
        return
    for duration in _durations(parsed, sentence):
        if duration.minutes in possible:
            continue
        # Twelve hours apart: the likeliest is the shortest.
        right = duration_in_words(min(possible))
        wrong = parsed.raw(duration.first, duration.last)
        yield parsed.report("duration", duration.first, duration.last, right, right=right, wrong=wrong)


def duration_in_words(minutes: int) -> str:
    """«أربع ساعات وخمس عشرة دقيقة»."""
    hours, rest = divmod(minutes, 60)
    parts = [
        counted_in_words(number, noun, Case.OBLIQUE) for number, noun in ((hours, "ساعة"), (rest, "دقيقة")) if number
    ]
    return " و".join(parts)


def _durations(parsed: ParsedText, sentence: int) -> list[Duration]:
    """«لمدة أربع ساعات», «(5 ساعات)» in a sentence; what is only about right is passed over."""
    found = []
    for position in parsed.sentences[sentence]:
        token = parsed.tokens[position]
        if not (token.key in _MEASURES or token.key == "("):
            continue
        if parsed.key(position + 1) in _ABOUT:
            continue
        duration = _read_duration(parsed, position + 1)
        if duration is None or parsed.key(duration.last + 1) in _ABOUT:
            continue
        if token.key == "(" and parsed.key(duration.last + 1) != ")":
            continue
        found.append(duration)
    return found


def _read_duration(parsed: ParsedText, first: int) -> Duration | None:
    key = parsed.key(first)
    if key in ("ساعتين", "ساعتان"):
        minutes, last = 120, first
    elif key == "ساعة":
        minutes, last = 60, first + (parsed.key(first + 1) == "واحدة")
    else:
        number = _read_number(parsed, first)
        if number is None or parsed.key(number[1]) not in _HOURS:
            return None
        minutes, last = number[0] * 60, number[1]
    following = parsed.key(last + 1)
    if following in _PARTS:
        return Duration(minutes + _PARTS[following], first, last + 1)
    if following == "الا":
        return None
    if following.startswith("و"):
        if following in ("ودقيقتين", "ودقيقتان"):
            return Duration(minutes + 2, first, last + 1)
        number = _read_number(parsed, last + 2 if following == "و" else last + 1)
        if number is not None and parsed.key(number[1]) in _MINUTES:
            return Duration(minutes + number[0], first, number[1])
    return Duration(minutes, first, last)


def _read_number(parsed: ParsedText, position: int) -> tuple[int, int] | None:
    """(value, the token after it) of a number in figures or words."""
    if position >= len(parsed.tokens):
        return None
    token = parsed.tokens[position]
    if token.kind is Kind.NUMBER:
        return (int(token.key), position + 1) if token.key.isdecimal() else None
    reading = read_cardinal(parsed.keys, position) if token.kind is Kind.WORD else None
    return (reading.value, reading.end) if reading else None

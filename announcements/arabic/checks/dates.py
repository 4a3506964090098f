"""Days and dates: the weekday of a date, dates that do not exist, and «الموافق» with its number of days.

Nothing is said of a weekday whose date has no year, unless the facts, another date or a notice's number tell the year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.dates import MONTHS, WEEKDAYS, weekday
from announcements.arabic.reading.dates import DateReading, DayPhrase, dates_of, exists, weekday_at
from announcements.arabic.reading.tokens import bare, fold

# By the number of days: the noun before the weekdays, the word before the dates, and the number in words.
_DAY_WORDS: Final = (
    ("يوم", "الموافق", "يوم واحد"),
    ("يومي", "الموافقين", "يومين"),
    ("أيام", "الموافقة", "ثلاثة أيام أو أكثر"),
)
_ACCEPTED_CONNECTORS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"الموافق", "موافق", "والموافق"}),
    frozenset({"الموافقين", "الموافقان"}),
    frozenset({"الموافقة", "الموافقه"}),
)
_ACCEPTED_NOUNS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"يوم", "اليوم"}),
    frozenset({"يومي", "اليومين", "يومين"}),
    frozenset({"ايام"}),
)
_RANGE: Final = frozenset({"حتي", "وحتي", "الي", "والي", "لغاية"})


def check_dates(parsed: ParsedText) -> Findings:
    """«weekday_date», «date_impossible», «days_number», «corresponding», «day_noun» and «period_reversed»."""
    for phrase in parsed.phrases:
        yield from _check_impossible(parsed, phrase.readings[0] if phrase.readings else ())
        yield from _check_words(parsed, phrase)
        yield from _check_weekdays(parsed, phrase)
    yield from _check_impossible(parsed, parsed.lone_dates)
    yield from _check_weekday_after(parsed)
    yield from _check_periods(parsed)


def _check_impossible(parsed: ParsedText, dates: Sequence[DateReading]) -> Findings:
    for date in dates:
        if not exists(date):
            yield parsed.report("date_impossible", date.start, date.end - 1, date=_named(date))


def _named(date: DateReading) -> str:
    year = f" {date.year}" if date.year is not None else ""
    return f"{date.day} {MONTHS[date.month - 1]}{year}"


def _is_end_of_range(parsed: ParsedText, phrase: DayPhrase) -> bool:
    """«من الأحد حتى الخميس الموافقين …»: the dates are of both ends, and this phrase holds one of them."""
    return bare(parsed.key(phrase.start - 1)) in _RANGE or parsed.key(phrase.start - 1) in _RANGE


# --- the weekday of a date -------------------------------------------------------------------------------------------


def _check_weekdays(parsed: ParsedText, phrase: DayPhrase) -> Findings:
    """Every reading of the dates must be wrong before any is reported; then the likeliest is."""
    if not phrase.readings:
        return
    count = len(phrase.weekdays)
    # «يوم» promises one date and «يومي» two, where the words can be read so.
    promised = 2 if _kind_of_noun(parsed, phrase) == 1 else count
    readings = [dates for dates in phrase.readings if len(dates) == promised] or phrase.readings
    reports = []
    for dates in readings:
        if len(dates) == count:
            wrong = _mismatches(parsed, phrase, dates)
        else:
            wrong = _mismatches_of_repeated(parsed, phrase, dates)
        if wrong is None or not wrong:
            return
        reports.append(wrong)
    if len(readings[0]) == count:
        for token, date in reports[0]:
            right, written = weekday(date), parsed.raw(token)
            particle = (weekday_at(parsed.tokens, token) or ("", 0))[0]
            named = f"{date.day} {MONTHS[date.month - 1]} {date.year}"
            yield parsed.report(
                "weekday_date", token, None, f"{particle}{right}", date=named, right=right, wrong=written
            )
    elif not _is_end_of_range(parsed, phrase):
        last = readings[0][-1].end - 1
        yield parsed.report("days_number", phrase.weekdays[0][0], last, weekdays=count, dates=len(readings[0]))


def _mismatches(
    parsed: ParsedText, phrase: DayPhrase, dates: Sequence[DateReading]
) -> list[tuple[int, dt.date]] | None:
    """(token, date) for every weekday that its date is not; None when some year is not known and nothing is sure."""
    wrong: list[tuple[int, dt.date]] = []
    for (token, number), date in zip(phrase.weekdays, dates, strict=True):
        possible = dates_of(date, parsed.years_for(date))
        if not possible:
            return wrong or None
        if all(day.weekday() != number for day in possible):
            wrong.append((token, max(possible)))
    return wrong


def _mismatches_of_repeated(
    parsed: ParsedText, phrase: DayPhrase, dates: Sequence[DateReading]
) -> list[tuple[int, dt.date]] | None:
    """More dates than weekdays may be right («يومي الأحد الموافقين 29 نوفمبر و6 ديسمبر»): each must be one of them."""
    if len(dates) < len(phrase.weekdays):
        return [(phrase.start, dt.date.min)]
    numbers = {number for _, number in phrase.weekdays}
    wrong: list[tuple[int, dt.date]] = []
    for date in dates:
        possible = dates_of(date, parsed.years_for(date))
        if not possible:
            return None
        if all(day.weekday() not in numbers for day in possible):
            wrong.append((phrase.start, max(possible)))
    return wrong


def _check_weekday_after(parsed: ParsedText) -> Findings:
    """«29 نوفمبر 2026 (الأحد)», «29/11/2026 الموافق الأحد»."""
    for date in parsed.lone_dates:
        position = date.end
        opened = parsed.key(position) == "("
        if not opened and parsed.key(position) != "الموافق":
            continue
        position += 1
        if parsed.key(position) in ("يوم", "ليوم"):
            position += 1
        found = weekday_at(parsed.tokens, position) if position < len(parsed.tokens) else None
        if found is None or found[0] or (opened and parsed.key(position + 1) != ")"):
            continue
        # A weekday before another date belongs to that one.
        if not opened and any(phrase.readings and phrase.weekdays[0][0] == position for phrase in parsed.phrases):
            continue
        possible = dates_of(date, parsed.years_for(date))
        if possible and all(day.weekday() != found[1] for day in possible):
            right = weekday(max(possible))
            named = f"{date.day} {MONTHS[date.month - 1]} {max(possible).year}"
            yield parsed.report(
                "weekday_date", position, None, right, date=named, right=right, wrong=WEEKDAYS[found[1]]
            )


# --- from a date until another ---------------------------------------------------------------------------------------

_FROM: Final = frozenset({"من", "ومن", "بدءا"})
# Without its year, a date may be of the year before; nobody announces ten months and more.
_LONGEST_PERIOD: Final = dt.timedelta(300)


def _check_periods(parsed: ParsedText) -> Findings:
    """«من 3 ديسمبر حتى 29 نوفمبر 2026»: a period that ends before it begins."""
    dates = [(date.start, date) for date in parsed.lone_dates]
    dates += [
        (phrase.start, phrase.readings[0][0])
        for phrase in parsed.phrases
        if len(phrase.readings) == 1 and len(phrase.readings[0]) == 1
    ]
    dates.sort(key=lambda found: found[0])
    for (start, first), (end, last) in pairwise(dates):
        if not (_opens(parsed, start, _FROM) and _opens(parsed, end, _RANGE) and exists(first) and exists(last)):
            continue
        if parsed.tokens[start].sentence == parsed.tokens[end].sentence and _is_reversed(first, last):
            yield parsed.report("period_reversed", start, last.end - 1, right=_named(first), wrong=_named(last))


def _opens(parsed: ParsedText, position: int, words: frozenset[str]) -> bool:
    """Whether one of `words` stands right before a date, or before its «يوم»."""
    before = parsed.key(position - 1)
    return before in words or (before in ("يوم", "الموافق") and parsed.key(position - 2) in words)


def _is_reversed(first: DateReading, last: DateReading) -> bool:
    if first.year is not None and last.year is not None:
        return (last.year, last.month, last.day) < (first.year, first.month, first.day)
    if (last.month, last.day) >= (first.month, first.day):
        return False
    # The year between them that is not told makes it as short as it can be.
    begins = first.year if first.year is not None else last.year - 1 if last.year is not None else 2026
    span = dt.date(begins + 1, last.month, min(last.day, 28)) - dt.date(begins, first.month, min(first.day, 28))
    return span > _LONGEST_PERIOD


# --- «يوم», «يومي», «أيام» and «الموافق», «الموافقين», «الموافقة» --------------------------------------------------------


def _check_words(parsed: ParsedText, phrase: DayPhrase) -> Findings:
    if _is_end_of_range(parsed, phrase):
        return
    weekdays = len(phrase.weekdays)
    counts = {len(dates) for dates in phrase.readings}
    if counts and weekdays not in counts and weekdays > 1:
        return  # the number of days itself is in doubt, and is reported
    noun = _kind_of_noun(parsed, phrase)
    if noun is not None and noun + 1 in counts:
        days = noun + 1  # «التاسع والعشرين» may be one day or two: the noun tells
    elif counts:
        days = weekdays if weekdays in counts else min(counts)
    elif weekdays > 1 and phrase.connector is not None:
        days = weekdays
    else:
        return
    kind = min(days, 3) - 1
    noun_word, connector_word, count = _DAY_WORDS[kind]
    if noun is not None and noun != kind and phrase.noun is not None:
        written = parsed.raw(phrase.noun)
        prefix = _particle_of(parsed.key(phrase.noun))
        yield parsed.report(
            "day_noun", phrase.noun, None, f"{prefix}{noun_word}", count=count, right=noun_word, wrong=written
        )
    if phrase.connector is not None and parsed.key(phrase.connector) not in _ACCEPTED_CONNECTORS[kind]:
        written = parsed.raw(phrase.connector)
        yield parsed.report(
            "corresponding", phrase.connector, None, connector_word, count=count, right=connector_word, wrong=written
        )


def _kind_of_noun(parsed: ParsedText, phrase: DayPhrase) -> int | None:
    if phrase.noun is None:
        return None
    key = parsed.key(phrase.noun)
    word = key.removeprefix(_particle_of(key))
    return next((kind for kind, words in enumerate(_ACCEPTED_NOUNS) if word in words), None)


def _particle_of(key: str) -> str:
    nouns = {fold(word) for words in _ACCEPTED_NOUNS for word in words}
    return key[:1] if key not in nouns and key[1:] in nouns else ""

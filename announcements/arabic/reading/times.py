"""Hours read back, from figures («9:00 صباحًا», «9 ص», «23:45») and from words («التاسعة إلا الربع مساءً»).

An hour without its part of the day may be one of two: a reading holds every minute of the day it can mean. An hour counts as
one only where it is sure to be one: after «الساعة», with a colon, or before a part of the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

from announcements.arabic.reading.numbers import FEMININE_ORDINALS, read_cardinal
from announcements.arabic.reading.tokens import Kind, Token, bare, tokenise

DAY: Final = 24 * 60


class TimeReading(NamedTuple):
    """An hour in tokens `start`..`end` (exclusive), without «الساعة» and what is before it.

    `minutes` are the minutes of the day it can mean: none when the hour and its part of the day do not agree, or there is no
    such hour. `role` is "from", "until" or "". `hour` is as written. `period` is its part of the day as in `PERIOD_HOURS`,
    «م» and its like spelt out, or "". `told_from_next` is whether it counts back («إلا الربع»).
    """

    start: int
    end: int
    minutes: frozenset[int]
    role: str
    hour: int
    minute: int
    period: str
    told_from_next: bool


# The part of the day, and the hours of a twelve-hour clock it is said of, as hours of the day (24: the end of the day).
def _hours(first: int, last: int, *, after: int = 0) -> dict[int, tuple[int, ...]]:
    """Hours `first` to `last` of the clock, `after` hours later in the day."""
    return {hour: (hour + after,) for hour in range(first, last + 1)}


PERIOD_HOURS: Final[dict[str, dict[int, tuple[int, ...]]]] = {
    "صباحًا": {**_hours(1, 11), 12: (0,)},
    "فجرًا": {**_hours(1, 6), 12: (0,)},
    "ظهرًا": {**_hours(10, 12), **_hours(1, 4, after=12)},
    "عصرًا": _hours(2, 6, after=12),
    "مساءً": {**_hours(1, 11, after=12), 12: (0, 12, 24)},
    "ليلًا": {**_hours(1, 5), **_hours(6, 11, after=12), 12: (0, 24)},
    "منتصف الليل": {12: (0, 24)},
    "بعد منتصف الليل": {**_hours(1, 5), 12: (0,)},
    "بعد الظهر": {**_hours(1, 7, after=12), 12: (12,)},
    "قبل الظهر": _hours(6, 11),
}
_PERIOD_WORDS: Final[dict[tuple[str, ...], str]] = {
    ("صباحا",): "صباحًا",
    ("صباح",): "صباحًا",
    ("الصباح",): "صباحًا",
    ("ص",): "صباحًا",
    ("فجرا",): "فجرًا",
    ("فجر",): "فجرًا",
    ("ظهرا",): "ظهرًا",
    ("ظهر",): "ظهرًا",
    ("ظ",): "ظهرًا",
    ("عصرا",): "عصرًا",
    ("عصر",): "عصرًا",
    ("ع",): "عصرًا",
    ("مساء",): "مساءً",
    ("المساء",): "مساءً",
    ("م",): "مساءً",
    ("ليلا",): "ليلًا",
    ("منتصف", "الليل"): "منتصف الليل",
    ("بعد", "منتصف", "الليل"): "بعد منتصف الليل",
    ("بعد", "الظهر"): "بعد الظهر",
    ("قبل", "الظهر"): "قبل الظهر",
}
_LETTERS: Final = frozenset({"ص", "ظ", "ع", "م"})
_FROM: Final = frozenset({"من", "ومن", "تمام", "فمن"})
_UNTIL: Final = frozenset({"حتي", "وحتي", "الي", "والي", "لغاية", "ولغاية"})
# «منذ 11 ص», «المتوقع استئنافه 1 م»: short messages leave «الساعة» out.
_SINCE: Final = frozenset({"منذ", "ومنذ", "استئنافه"})
_HOUR: Final = frozenset({"الساعة", "والساعة", "الساعه", "بالساعة", "للساعة"})
_NOT_AN_HOUR: Final = frozenset({"ميدان", "برج", "شارع", "مدار", "مسجد", "عقارب"})
_FRACTIONS: Final[dict[str, int]] = {"نصف": 30, "النصف": 30, "ربع": 15, "الربع": 15, "ثلث": 20, "الثلث": 20}
_LESS: Final[dict[str, int]] = {"ربع": 15, "الربع": 15, "ربعا": 15, "ثلث": 20, "الثلث": 20, "ثلثا": 20}
# «الثانية عشرة إلا الربع» of the morning is before noon, and of the evening before midnight.
_BEFORE_TWELVE: Final = {"صباحًا": 12, "مساءً": 24}
_MINUTES: Final = frozenset({"دقيقة", "دقائق"})
# «منذ 7 ص»: an hour is expected, though nothing begins or ends with it.
_SINCE: Final = frozenset({"منذ", "ومنذ", "استئنافه"})


def read_times(tokens: Sequence[Token]) -> list[TimeReading]:
    """Every hour in a text, in order."""
    keys = [token.key for token in tokens]
    readings: list[TimeReading] = []
    position = 0
    while position < len(tokens):
        reading = _read_time(tokens, keys, position)
        if reading is None:
            position += 1
        else:
            readings.append(reading)
            position = reading.end
    return readings


def _read_time(tokens: Sequence[Token], keys: Sequence[str], position: int) -> TimeReading | None:
    key = keys[position]
    if key == "منتصف":
        return _midnight(keys, position)
    anchored = key in _HOUR and not (position and bare(keys[position - 1]) in _NOT_AN_HOUR)
    start = position + 1 if anchored else position
    if start >= len(tokens):
        return None
    hour = _read_hour(tokens, keys, start)
    if hour is None:
        return None
    value, minute, end, has_colon = hour
    extra, end = _read_minutes(keys, tokens, end)
    expected = anchored or has_colon or _role(keys, position) != "" or keys[max(position - 1, 0)] in _SINCE
    period, after = _read_period(keys, end, letters=expected)
    if value > 12 and not (anchored or has_colon):
        return None  # «27 م» are metres
    # An ordinal may be of anything («المرحلة الثانية»), a figure too.
    if not (anchored or has_colon or period):
        return None
    if tokens[start].kind is Kind.WORD and not (anchored or period):
        return None
    if not period and keys[start].startswith("0"):
        minutes = frozenset({value * 60 + minute + extra} if minute < 60 else ())  # «09:00» is of a 24-hour clock
    else:
        minutes = _minutes_of_day(value, minute + extra, period)
    role = _role(keys, position)
    return TimeReading(start, after, minutes, role, value, minute + extra, period, extra < 0)


def _midnight(keys: Sequence[str], position: int) -> TimeReading | None:
    """«حتى منتصف الليل», without an hour."""
    role = _role(keys, position)
    if role and keys[position + 1 : position + 2] == ["الليل"]:
        return TimeReading(position, position + 2, frozenset({0, DAY}), role, 12, 0, "منتصف الليل", False)
    return None


def _read_hour(tokens: Sequence[Token], keys: Sequence[str], start: int) -> tuple[int, int, int, bool] | None:
    """The hour at `start`, as (hour, minute, end, whether it is written with a colon)."""
    token = tokens[start]
    if token.kind is Kind.NUMBER:
        hour, colon, minute = token.key.partition(":")
        if colon and hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2:
            return int(hour), int(minute), start + 1, True
        if token.key.isdecimal() and len(token.key) <= 2:
            return int(token.key), 0, start + 1, False
        return None
    number = FEMININE_ORDINALS.get(token.key)
    if number is None:
        return None
    if number <= 2 and token.key != "الواحدة" and keys[start + 1 : start + 2] in (["عشرة"], ["عشر"]):
        return number + 10, 0, start + 2, False
    return None if token.key == "الحادية" else (number, 0, start + 1, False)


def _read_minutes(keys: Sequence[str], tokens: Sequence[Token], position: int) -> tuple[int, int]:
    """What is added to the hour or taken from it («والنصف وخمس دقائق», «إلا الربع»), and where it ends."""
    total = 0
    while position < len(keys):
        key = keys[position]
        if key == "الا":
            if position + 1 < len(keys) and keys[position + 1] in _LESS:
                total -= _LESS[keys[position + 1]]
                position += 2
                continue
            counted = _read_counted_minutes(keys, tokens, position + 1)
            if counted is None:
                break
            total, position = total - counted[0], counted[1]
        elif key.startswith("و") and key[1:] in _FRACTIONS:
            total += _FRACTIONS[key[1:]]
            position += 1
        elif key.startswith("و"):
            counted = _read_counted_minutes(keys, tokens, position + 1 if key == "و" else position)
            if counted is None:
                break
            total, position = total + counted[0], counted[1]
        else:
            break
    return total, position


def _read_counted_minutes(keys: Sequence[str], tokens: Sequence[Token], position: int) -> tuple[int, int] | None:
    """«خمس دقائق», «دقيقة واحدة», «دقيقتين», «25 دقيقة», as (minutes, end)."""
    if position >= len(keys):
        return None
    key = keys[position].removeprefix("و")
    if key in ("دقيقتين", "دقيقتان"):
        return 2, position + 1
    if key == "دقيقة":
        return 1, position + (2 if keys[position + 1 : position + 2] == ["واحدة"] else 1)
    if tokens[position].kind is Kind.NUMBER and key.isdecimal() and len(key) <= 2:
        value, end = int(key), position + 1
    else:
        reading = read_cardinal(keys, position)
        if reading is None:
            return None
        value, end = reading.value, reading.end
    return (value, end + 1) if end < len(keys) and keys[end] in _MINUTES else None


def _read_period(keys: Sequence[str], position: int, *, letters: bool) -> tuple[str, int]:
    """The part of the day at `position` and where it ends; ("", `position`) when there is none.

    A single letter counts only where an hour is expected: «100 م» are metres.
    """
    start = position + 1 if keys[position : position + 1] == ["من"] else position
    for length in (3, 2, 1):
        words = tuple(keys[start : start + length])
        period = _PERIOD_WORDS.get(words)
        if period is None or len(words) < length or (words[0] in _LETTERS and not letters):
            continue
        return period, start + length
    return "", position


def _role(keys: Sequence[str], position: int) -> str:
    """What the words before an hour make of it: "from", "until" or neither."""
    before = position - 1
    if before >= 0 and keys[before] in _HOUR:
        before -= 1
    if before < 0:
        return ""
    return "from" if keys[before] in _FROM else "until" if keys[before] in _UNTIL else ""


def _minutes_of_day(hour: int, minute: int, period: str) -> frozenset[int]:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return frozenset()
    if hour in (0, 24) or hour > 12:
        hours: tuple[int, ...] = (hour,)
        if period:
            told = PERIOD_HOURS[period].get(hour % 12 or 12, ())
            hours = (hour,) if hour in told or hour % 24 in told else ()
    elif period:
        hours = PERIOD_HOURS[period].get(hour, ())
    else:
        hours = (hour % 12, hour % 12 + 12)
    if minute < 0 and hour == 12 and period in _BEFORE_TWELVE:
        hours = (_BEFORE_TWELVE[period],)
    found = {one * 60 + minute for one in hours}
    # Midnight ends one day and begins the next; past it there is no hour of the same day.
    return frozenset(DAY + minutes if minutes < 0 else minutes % DAY if minutes > DAY else minutes for minutes in found)


def parse_time(text: str) -> frozenset[dt.time]:
    """The times of day that `text` as a whole can mean: «التاسعة إلا الربع مساءً», «9:00 ص». Empty when it is not an hour."""
    tokens = [*tokenise(f"الساعة {text}")]
    readings = read_times(tokens)
    if len(readings) != 1 or readings[0].end != len(tokens):
        return frozenset()
    return frozenset(dt.time(minutes % DAY // 60, minutes % 60) for minutes in readings[0].minutes)

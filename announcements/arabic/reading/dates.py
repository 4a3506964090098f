"""Dates read back, with the weekdays they are said to be: «يومي الأحد والاثنين الموافقين 29 و30 نوفمبر 2026», «الأحد 29/11».

A written date may leave its month or its year to a later one («29 و30 نوفمبر و1 ديسمبر 2026»), and is read with theirs. A
spoken list may be read in more than one way: «التاسع والعشرين» is the twenty-ninth, or the ninth and the twentieth. Every
reading is kept, and whoever judges the dates needs one that is right.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import operator
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from announcements.arabic.dates import MONTHS, WEEKDAYS
from announcements.arabic.reading.numbers import MASCULINE_ORDINALS, ORDINAL_TENS, read_cardinal
from announcements.arabic.reading.tokens import Kind, Token, bare, fold, tokenise, without_particle, word_set


class DateReading(NamedTuple):
    """A day of a month in tokens `start`..`end` (exclusive); `year` is None when none is written for it.

    `year_is_near` says that the year was written for a later date of the same list, so the year before it is possible too.
    """

    day: int
    month: int
    year: int | None
    start: int
    end: int
    year_is_near: bool = False


class DayPhrase(NamedTuple):
    """Weekdays and the dates they are said to be, in tokens `start`..`end` (exclusive).

    `noun` is the token of «يوم», «يومي», «أيام», or None, and `connector` that of «الموافق», «الموافقين», «الموافقة».
    `weekdays` are (token, date.weekday()). `readings` are the ways to read the dates, the likeliest first; empty when there
    are none, or none that can be read.
    """

    start: int
    end: int
    noun: int | None
    weekdays: tuple[tuple[int, int], ...]
    connector: int | None
    readings: tuple[tuple[DateReading, ...], ...]


WEEKDAY_NUMBERS: Final[dict[str, int]] = {fold(name): number for number, name in enumerate(WEEKDAYS)}
_WEEKDAYS: Final = frozenset(WEEKDAY_NUMBERS)
MONTH_NUMBERS: Final[dict[str, int]] = {fold(name): number for number, name in enumerate(MONTHS, start=1)} | {
    "اغسطوس": 8
}
DAY_NOUNS: Final = frozenset({"يوم", "يومي", "ايام", "اليوم", "يومين"})
CONNECTORS: Final = frozenset({"الموافق", "الموافقان", "الموافقين", "الموافقة", "الموافقه", "موافق", "والموافق"})
# A weekday after one of these is a name: «سوق الثلاثاء», «قرية الخميس».
NAME_HEADS: Final = word_set(
    """
    سوق ساحة شارع مدرسة مسجد قرية نجع عزبة كفر ميدان ترعة بنك عائلة جريدة صحيفة كوبري محور مدينة حارة درب
    موقف
    """
)
_YEAR_NOUNS: Final = frozenset({"عام", "سنة", "لسنة", "لعام"})
_LONGEST_LIST: Final = 12
_MOST_READINGS: Final = 16


def read_day_phrases(tokens: Sequence[Token]) -> list[DayPhrase]:
    """Every run of weekdays in a text with the dates that follow it, in order."""
    keys = [token.key for token in tokens]
    phrases = []
    position = 0
    while position < len(keys):
        phrase = _read_phrase(tokens, keys, position)
        if phrase is None:
            position += 1
        else:
            phrases.append(phrase)
            position = phrase.end
    return phrases


def read_lone_dates(tokens: Sequence[Token], phrases: Sequence[DayPhrase]) -> list[DateReading]:
    """The dates outside the `phrases` that are sure to be dates: with a year, or after «يوم», «الموافق», «من», «حتى» …

    «مدرسة 6 أكتوبر» and «شارع 26 يوليو» are none.
    """
    keys = [token.key for token in tokens]
    taken = {index for phrase in phrases for index in range(phrase.start, phrase.end)}
    found: list[DateReading] = []
    position = 0
    while position < len(keys):
        if position in taken or not _may_begin_date(tokens[position]):
            position += 1
            continue
        readings, end = read_dates(tokens, position)
        if not readings:
            position += 1
            continue
        before = bare(keys[position - 1]) if position else ""
        anchored = keys[position - 1 : position] and (keys[position - 1] in CONNECTORS or before in _ANCHORS)
        found.extend(date for date in readings[0] if (anchored or date.year is not None) and before not in NAME_HEADS)
        position = end
    return found


_ANCHORS: Final = word_set("يوم تاريخ من حتي الي موافق اعتبارا بدءا مساء صباح")


def _may_begin_date(token: Token) -> bool:
    return token.kind is Kind.NUMBER or (
        token.kind is Kind.WORD and (token.key in MASCULINE_ORDINALS or token.key in ORDINAL_TENS)
    )


def weekday_at(tokens: Sequence[Token], position: int) -> tuple[str, int] | None:
    """(particle, date.weekday()) of the weekday at `position`, or None."""
    if tokens[position].kind is not Kind.WORD:
        return None
    found = without_particle(tokens[position].key, _WEEKDAYS)
    return (found[0], WEEKDAY_NUMBERS[found[1]]) if found else None


def _read_phrase(tokens: Sequence[Token], keys: Sequence[str], position: int) -> DayPhrase | None:
    if tokens[position].kind is not Kind.WORD:
        return None
    noun = position if _noun(keys[position]) else None
    start = position if noun is None else position + 1
    if start >= len(tokens) or weekday_at(tokens, start) is None:
        return None
    if noun is None and start and bare(keys[start - 1]) in NAME_HEADS:
        return None
    weekdays, end = _read_weekdays(tokens, keys, start, with_noun=noun is not None)
    after = end
    # «الأحد، 29 نوفمبر», «الأحد (29 نوفمبر)».
    if keys[after : after + 1] in (["،"], ["("], [","]):
        after += 1
    connector = None
    if keys[after : after + 1] and keys[after] in CONNECTORS:
        connector, after = after, after + 1
        if keys[after : after + 1] in (["ليوم"], ["يوم"], [":"]):
            after += 1
    readings, dates_end = read_dates(tokens, after)
    if readings:
        return DayPhrase(position, dates_end, noun, weekdays, connector, _likeliest_first(readings, len(weekdays)))
    return DayPhrase(position, after if connector is not None else end, noun, weekdays, connector, ())


@functools.lru_cache(maxsize=8192)
def _noun(key: str) -> str:
    for prefix in ("", "و", "ل", "ب", "ف"):
        if key.startswith(prefix) and key[len(prefix) :] in DAY_NOUNS:
            return key[len(prefix) :]
    return ""


def _read_weekdays(
    tokens: Sequence[Token], keys: Sequence[str], start: int, *, with_noun: bool
) -> tuple[tuple[tuple[int, int], ...], int]:
    """«الأحد والاثنين», «الأحد، والاثنين»; after «أيام» also «الأحد، الاثنين، الثلاثاء»."""
    first = weekday_at(tokens, start)
    weekdays = [(start, first[1])] if first else []
    position = start + 1
    while position < len(tokens):
        comma = keys[position] in ("،", ",")
        following = position + 1 if comma else position
        found = weekday_at(tokens, following) if following < len(tokens) else None
        if found is None or not (found[0] == "و" or (comma and with_noun and not found[0])):
            break
        weekdays.append((following, found[1]))
        position = following + 1
    return tuple(weekdays), position


def _likeliest_first(readings: Sequence[tuple[DateReading, ...]], count: int) -> tuple[tuple[DateReading, ...], ...]:
    return tuple(sorted(readings, key=lambda dates: abs(len(dates) - count)))


class _Day(NamedTuple):
    """A day whose month and year may still be to come."""

    day: int
    month: int | None
    year: int | None
    start: int
    end: int


def read_dates(tokens: Sequence[Token], start: int) -> tuple[list[tuple[DateReading, ...]], int]:
    """The ways to read the list of dates that begins at token `start`, and where it ends; ([], `start`) when there is none."""
    lists: list[list[_Day]] = [[]]
    complete: list[list[_Day]] = []
    end = position = start
    while position < len(tokens) and len(lists[0]) < _LONGEST_LIST:
        item = _read_written(tokens, position) or _read_spoken(tokens, position)
        if item is None:
            break
        ways, position = item
        lists = [[*before, *way] for before in lists for way in ways][:_MOST_READINGS]
        if lists[0][-1].month is not None:
            end, complete = position, [list(days) for days in lists]
        position = _after_joint(tokens, position)
        if position < 0:
            break
    if end == start:
        return [], start
    return [tuple(_with_months_and_years(days)) for days in complete], end


def _after_joint(tokens: Sequence[Token], position: int) -> int:
    """Where the next date of a list would begin; -1 when nothing joins one on."""
    keys = [token.key for token in tokens[position : position + 2]]
    if keys[:1] == ["و"]:
        return position + 1
    if keys[:1] in (["،"], [","]):
        return position + 2 if keys[1:] == ["و"] else position + 1
    # A spoken date carries its own «و».
    return position if keys and keys[0].startswith("و") else -1


def _read_written(tokens: Sequence[Token], position: int) -> tuple[list[list[_Day]], int] | None:
    """«29», «29 نوفمبر», «29 نوفمبر 2026», «29/11», «29/11/2026», «2026-11-29»."""
    token = tokens[position]
    if token.kind is not Kind.NUMBER:
        return None
    if not token.key.isdecimal():
        day = _read_compound(token.key)
        return ([[_Day(*day, position, position + 1)]], position + 1) if day else None
    if not 1 <= int(token.key) <= 31:
        return None
    month, end = _read_month(tokens, position + 1)
    year, end = _read_year(tokens, end) if month else (None, end)
    return [[_Day(int(token.key), month, year, position, end)]], end


def _read_compound(figures: str) -> tuple[int, int, int | None] | None:
    for separator in "/-.":
        parts = figures.split(separator)
        if len(parts) in (2, 3) and all(part.isdecimal() for part in parts):
            break
    else:
        return None
    if len(parts) == 2 and separator != "/":
        return None
    numbers = [int(part) for part in parts]
    if len(parts) == 3 and len(parts[0]) == 4:
        numbers.reverse()
    day, month = numbers[:2]
    year = numbers[2] if len(numbers) == 3 else None
    if year is not None and year < 100:
        year += 2000
    if not (1 <= day <= 31 and 1 <= month <= 12) or not (year is None or 1900 <= year <= 2199):
        return None
    return day, month, year


def _read_spoken(tokens: Sequence[Token], position: int) -> tuple[list[list[_Day]], int] | None:
    """«التاسع والعشرين والثلاثين من نوفمبر»: every way to part the ordinals, and where the month ends."""
    values: list[int] = []
    end = position
    while end < len(tokens) and len(values) < _LONGEST_LIST:
        word = tokens[end].key
        # «الواحد والثلاثين» is said too; the first word of a list after a joint carries its own «و».
        bare_word = word[1:] if word.startswith("و") and word not in _DAY_ORDINALS else word
        if bare_word not in _DAY_ORDINALS or (word == bare_word and end > position):
            break
        value = _DAY_ORDINALS[bare_word]
        end += 1
        if value < 10 and end < len(tokens) and tokens[end].key == "عشر":
            value, end = value + 10, end + 1
        values.append(value)
    if not values:
        return None
    month, after = _read_month(tokens, end)
    if month is None:
        return None
    year, after = _read_year(tokens, after)
    partings = _partings(values)
    # A list of days of one month rises and ends with the month; where no parting does, all are kept to be judged.
    last = calendar.monthrange(2000 if year is None else year, month)[1]
    sound = [days for days in partings if days[-1] <= last and all(map(operator.lt, days, days[1:]))]
    ways = [
        [_Day(day, month, None, position, after) for day in days[:-1]] + [_Day(days[-1], month, year, position, after)]
        for days in sound or partings
    ]
    return ways[:_MOST_READINGS], after


_DAY_ORDINALS: Final = MASCULINE_ORDINALS | {"الواحد": 1} | {key: v for key, v in ORDINAL_TENS.items() if v <= 30}


def _partings(values: Sequence[int]) -> list[list[int]]:
    """[9, 20, 30] as [[29, 30], [9, 20, 30]]: a ten may belong to the unit before it."""
    if not values:
        return [[]]
    joined = []
    if len(values) > 1 and values[0] < 10 and values[1] in (20, 30) and values[0] + values[1] <= 31:
        joined = [[values[0] + values[1], *rest] for rest in _partings(values[2:])]
    return joined + [[values[0], *rest] for rest in _partings(values[1:])]


def _read_month(tokens: Sequence[Token], position: int) -> tuple[int | None, int]:
    at = position
    for word in ("من", "شهر"):
        if at < len(tokens) and tokens[at].key == word:
            at += 1
    if at < len(tokens) and tokens[at].key in MONTH_NUMBERS:
        return MONTH_NUMBERS[tokens[at].key], at + 1
    return None, position


def _read_year(tokens: Sequence[Token], position: int) -> tuple[int | None, int]:
    """«2026», «2026م», «عام 2026», «عام ألفين وستة وعشرين»."""
    at = position + 1 if position < len(tokens) and tokens[position].key in _YEAR_NOUNS else position
    if at >= len(tokens):
        return None, position
    token = tokens[at]
    if token.kind is Kind.NUMBER and token.key.isdecimal() and 1900 <= int(token.key) <= 2199:
        return int(token.key), at + 1
    if at > position:
        spoken = read_cardinal([one.key for one in tokens[at : at + 8]], 0)
        if spoken and 1900 <= spoken.value <= 2199:
            return spoken.value, at + spoken.end
    return None, position


def _with_months_and_years(days: Sequence[_Day]) -> Iterator[DateReading]:
    """Each day with the month and the year that were written later for it too."""
    resolved: list[DateReading] = []
    month: int | None = None
    year: int | None = None
    for day in reversed(days):
        own_month = day.month or month
        if own_month is None:
            continue
        near = day.year is None and year is not None and month is not None and own_month > month
        year = day.year if day.year is not None else year
        month = own_month
        resolved.append(DateReading(day.day, own_month, year, day.start, day.end, near))
        if near:
            year = None
    return reversed(resolved)


def dates_of(reading: DateReading, years: Sequence[int] | frozenset[int] | set[int]) -> set[dt.date]:
    """The dates a reading can mean: in its own year, or in any of `years` when it names none."""
    own = (
        years if reading.year is None else {reading.year, reading.year - 1} if reading.year_is_near else {reading.year}
    )
    return {
        dt.date(year, reading.month, reading.day)
        for year in own
        if reading.day <= calendar.monthrange(year, reading.month)[1]
    }


def exists(reading: DateReading) -> bool:
    """Whether there is such a day: «31 نوفمبر» is none, and «29 فبراير» is one in leap years only."""
    year = reading.year if reading.year is not None else 2000
    return reading.day <= calendar.monthrange(year, reading.month)[1]


def parse_dates(text: str) -> list[dt.date]:
    """The dates that `text` as a whole tells with their year: «يومي … الموافقين …». Empty when it tells none, or no year."""
    tokens = tokenise(text)
    phrases = read_day_phrases(tokens)
    if len(phrases) != 1 or phrases[0].end != len(tokens) or not phrases[0].readings:
        return []
    dates = []
    for reading in phrases[0].readings[0]:
        dates.extend(sorted(dates_of(reading, frozenset()))[:1])
    return dates

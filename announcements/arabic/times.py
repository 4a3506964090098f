"""The time of day, in figures («9:00 صباحًا») and in words («الواحدة والنصف ظهرًا»).

Hours are feminine ordinals (an hour, «ساعة», is feminine), apart from «الواحدة». A quarter, a third and a half have their own
words; twenty and fifteen minutes to the hour are told from the next one. Other minutes are counted nouns, and stand in the
genitive after «من» and «حتى»: «التاسعة وخمس وعشرين دقيقة».
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from announcements.arabic.counting import counted_in_words
from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, ordinal

PeriodTable = Sequence[tuple[dt.time, str]]

# Each row begins a part of the day and lasts until the next row. The usage found in the governorate's notices; an installation
# may have another one (`use_periods`), and a single text too.
PERIODS: Final[PeriodTable] = (
    (dt.time(0, 0), "منتصف الليل"),
    (dt.time(0, 1), "بعد منتصف الليل"),
    (dt.time(1, 0), "صباحًا"),
    (dt.time(12, 0), "ظهرًا"),
    (dt.time(15, 0), "عصرًا"),
    (dt.time(18, 0), "مساءً"),
)

# The two halves of the day as clocks in Egypt mark them. The twelfth hour, which either mark leaves in doubt, keeps its words.
SHORT_PERIODS: Final[PeriodTable] = (
    (dt.time(0, 0), "منتصف الليل"),
    (dt.time(0, 1), "بعد منتصف الليل"),
    (dt.time(1, 0), "ص"),
    (dt.time(12, 0), "ظهرًا"),
    (dt.time(13, 0), "م"),
)

_in_use: list[PeriodTable] = [PERIODS]


def use_periods(table: PeriodTable = PERIODS) -> None:
    """Tell the parts of the day by `table` wherever none is passed. For the start of a process, and for nothing later."""
    _in_use[0] = table


def periods_in_use() -> PeriodTable:
    """The table by which the parts of the day are told where none is passed, in the order of time."""
    return _in_use[0]


_AFTER: Final = {15: "والربع", 20: "والثلث", 30: "والنصف"}
_BEFORE: Final = {40: "إلا الثلث", 45: "إلا الربع"}


def period(time: dt.time, table: PeriodTable | None = None) -> str:
    """The part of the day `time` belongs to: «صباحًا», «ظهرًا», «عصرًا», «مساءً»."""
    table = table or _in_use[0]
    name = table[0][1]
    for start, word in table:
        if time.replace(second=0, microsecond=0) >= start:
            name = word
    return name


def time_in_figures(time: dt.time, table: PeriodTable | None = None) -> str:
    """«9:00 صباحًا», «2:00 ظهرًا», «12:00 ظهرًا», «12:00 منتصف الليل». Western digits; `digits.convert` changes them."""
    return f"{time.hour % 12 or 12}:{time.minute:02d} {period(time, table)}"


def time_in_words(time: dt.time, case: Case = Case.OBLIQUE, table: PeriodTable | None = None) -> str:
    """«التاسعة صباحًا», «الثانية عشرة إلا الربع ظهرًا», «التاسعة وخمس وعشرين دقيقة صباحًا» (nominative: «وخمس وعشرون»).

    A time told from the next hour takes that hour's part of the day (11:45 is «ظهرًا», because twelve is), except before
    midnight. Seconds are not told.
    """
    if time.minute in _BEFORE:
        hour = time.hour + 1
        told = dt.time(hour) if hour < 24 else time
        return f"{_hour(hour)} {_BEFORE[time.minute]} {period(told, table)}"
    name = _hour(time.hour)
    if time.minute in _AFTER:
        name = f"{name} {_AFTER[time.minute]}"
    elif time.minute:
        name = f"{name} و{counted_in_words(time.minute, 'دقيقة', case)}"
    return f"{name} {period(time, table)}"


def _hour(hour: int) -> str:
    twelve = hour % 12 or 12
    return "الواحدة" if twelve == 1 else ordinal(twelve, Gender.FEMININE)


def hours_in_figures(start: dt.time, end: dt.time, table: PeriodTable | None = None) -> str:
    """«من الساعة 9:00 صباحًا حتى الساعة 2:00 ظهرًا»: always in words and never with a dash, which bidi would turn round."""
    return f"من الساعة {time_in_figures(start, table)} حتى الساعة {time_in_figures(end, table)}"


def hours_in_words(start: dt.time, end: dt.time, table: PeriodTable | None = None) -> str:
    """«من الساعة التاسعة صباحًا وحتى الساعة الثانية ظهرًا»."""
    first, last = time_in_words(start, table=table), time_in_words(end, table=table)
    return f"من الساعة {first} وحتى الساعة {last}"

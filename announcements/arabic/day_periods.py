"""The parts of the day as an installation writes them: «00:00 منتصف الليل, 01:00 صباحًا, 12:00 ظهرًا, 17:00 مساءً»."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Final

from announcements.arabic.reading.times import PERIOD_HOURS
from announcements.arabic.times import PeriodTable

_MIDNIGHT: Final = dt.time(0, 0)
# «12:00 صباحًا» and «12:00 مساءً» are said of noon and of midnight alike.
_EITHER_TWELVE: Final = frozenset({"صباحًا", "مساءً"})


def read_period_table(text: str) -> PeriodTable:
    """The table that `text` writes: rows between commas, an hour and the part of the day that begins with it.

    Raises ValueError when the table does not begin at midnight, goes back, or calls an hour what nobody calls it, so that a
    reader (and the checker) would take it for another one: «3:00 صباحًا» in the afternoon.
    """
    table: list[tuple[dt.time, str]] = []
    for row in filter(None, (row.strip() for row in text.replace("،", ",").split(","))):
        start, _, name = row.partition(" ")
        table.append((dt.time.fromisoformat(start), name.strip()))
    if not table or table[0][0] != _MIDNIGHT:
        raise ValueError("the first part of the day begins at 00:00")
    if any(first[0] >= second[0] for first, second in pairwise(table)):
        raise ValueError("the parts of the day follow one another")
    ends = [*(start for start, _ in table[1:]), None]
    for (begins, name), end in zip(table, ends, strict=True):
        last = 24 * 60 if end is None else end.hour * 60 + end.minute
        for minute in range(begins.hour * 60 + begins.minute, last):
            if not _may_be_called(minute // 60, name):
                raise ValueError(f"{minute // 60:02d}:{minute % 60:02d} is not «{name}»")
    return tuple(table)


def _may_be_called(hour: int, name: str) -> bool:
    if hour % 12 == 0 and name in _EITHER_TWELVE:
        return False
    return hour in PERIOD_HOURS.get(name, {}).get(hour % 12 or 12, ())

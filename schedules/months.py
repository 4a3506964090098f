"""Calendar months, and the years that addresses may name. Plain dates, no database."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

# Beyond these years an address is a mistake, not a timetable.
FIRST_YEAR, LAST_YEAR = 2020, 2100

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, by its first day."""

    first: dt.date

    @property
    def last(self) -> dt.date:
        return (self.first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)

    @property
    def name(self) -> str:
        """`2026-11`."""
        return f"{self.first:%Y-%m}"

    @property
    def previous(self) -> Month | None:
        return month_of(self.first - dt.timedelta(days=1))

    @property
    def following(self) -> Month | None:
        return month_of(self.last + dt.timedelta(days=1))


def month_of(day: dt.date) -> Month | None:
    """The month of `day`, None outside the years there are pages for."""
    return Month(day.replace(day=1)) if is_sensible(day) else None


def parse_month(name: str) -> Month | None:
    """The month an address names, or None for what is no month («2026-13»)."""
    match = _MONTH.match(name)
    if match is None or not 1 <= int(match[2]) <= 12 or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    return Month(dt.date(int(match[1]), int(match[2]), 1))


def is_sensible(day: dt.date) -> bool:
    """Whether `day` lies in the years there are pages for."""
    return FIRST_YEAR <= day.year <= LAST_YEAR

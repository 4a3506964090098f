"""Calendar months, and the years that addresses may name. Plain dates, no database."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from django.conf import settings

from sohag_mobile.weeks import Week

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

    def plus(self, months: int) -> Month:
        """The month that many later, or earlier. Not bounded by the years there are pages for."""
        number = self.first.year * 12 + self.first.month - 1 + months
        return Month(dt.date(number // 12, number % 12 + 1, 1))


@dataclasses.dataclass(frozen=True, slots=True)
class LinkedDays:
    """The whole months whose pages, and whose weeks' pages, the calendar leads to: others are answered, but linked by nothing.

    Without an end the site would have none either: every page would lead to one more, which robots follow and files cannot.
    """

    first: dt.date
    last: dt.date

    @classmethod
    def around(cls, today: dt.date) -> LinkedDays:
        """As far back and ahead of the local day `today` as the settings say: a year and half a year unless told otherwise."""
        month = Month(today.replace(day=1))
        return cls(month.plus(-settings.CALENDAR_MONTHS_BACK).first, month.plus(settings.CALENDAR_MONTHS_AHEAD).last)

    @property
    def months(self) -> list[Month]:
        found = [Month(self.first)]
        while found[-1].last < self.last:
            found.append(found[-1].plus(1))
        return found

    @property
    def weeks(self) -> list[Week]:
        found = [Week.of(self.first)]
        while found[-1].last < self.last:
            found.append(found[-1].plus(1))
        return found

    def month(self, month: Month | None) -> Month | None:
        """`month`, if it is led to."""
        return month if month is not None and self.first <= month.first <= self.last else None

    def has_week(self, week: Week) -> bool:
        return Week.of(self.first) <= week <= Week.of(self.last)


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

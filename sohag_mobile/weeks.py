"""The week as the units plan it: Saturday to Friday, named by the ISO week that its Monday to Friday lie in.

Sunday to Thursday are one working week here, but ISO 8601 puts Sunday at the end of the week before; taken literally, every
plan would be torn in two. `2026-W48` is therefore Saturday 21 to Friday 27 November 2026, whose Monday is ISO's.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

_NAME = re.compile(r"([0-9]{4})-W([0-9]{2})\Z")
_SATURDAY_TO_MONDAY = dt.timedelta(days=2)
# Pages look some weeks back and ahead: a year that is nobody's plan must not run out of the calendar there.
_YEARS = range(dt.MINYEAR + 100, dt.MAXYEAR - 100)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Week:
    """Seven local days beginning with `first`, a Saturday."""

    first: dt.date

    @classmethod
    def of(cls, day: dt.date) -> Week:
        """The week in which the local day `day` lies."""
        return cls(day - dt.timedelta(days=(day.isoweekday() + 1) % 7))

    @classmethod
    def parse(cls, name: str) -> Week:
        """The week named `2026-W48`. Raises ValueError for anything else, weeks that do not exist included."""
        match = _NAME.match(name)
        if match is None or int(match[1]) not in _YEARS:
            raise ValueError(f"not a week: {name!r}")
        try:
            return cls(dt.date.fromisocalendar(int(match[1]), int(match[2]), 1) - _SATURDAY_TO_MONDAY)
        except OverflowError as error:
            raise ValueError(f"not a week: {name!r}") from error

    @property
    def last(self) -> dt.date:
        """The Friday."""
        return self.first + dt.timedelta(days=6)

    @property
    def name(self) -> str:
        """`2026-W48`."""
        year, number, _day = (self.first + _SATURDAY_TO_MONDAY).isocalendar()
        return f"{year:04}-W{number:02}"

    def plus(self, weeks: int) -> Week:
        return Week(self.first + dt.timedelta(weeks=weeks))

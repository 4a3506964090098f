"""How often a visit recurs, as RFC 5545 writes it: by weeks or by weekdays of the month. Plain dates, no database.

Only what the form of a pattern offers is read. A week begins on Saturday here (`sohag_mobile.weeks`), so every rule by weeks says
so: without WKST=SA, «every second week» would count from Monday and tear Saturday and Sunday from the days after them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import itertools
import re

from dateutil import rrule

# «Every thirteen weeks» is a plan that nobody keeps in mind.
MOST_BETWEEN = 12
POSITIONS = (1, 2, 3, 4, -1)  # a fifth Sunday is not in every month: the last one is
LAST = -1

# As ISO counts weekdays, in the order of the week here.
_DAY_CODES = {6: "SA", 7: "SU", 1: "MO", 2: "TU", 3: "WE", 4: "TH", 5: "FR"}
_DAYS_BY_CODE = {code: day for day, code in _DAY_CODES.items()}
WEEKDAYS = tuple(_DAY_CODES)

_POSITIONED = re.compile(r"(?P<position>[1-4]|-1)?(?P<day>[A-Z]{2})\Z")
_INTERVAL = re.compile(r"[1-9][0-9]?\Z")


class InvalidRecurrence(ValueError):
    """The text is no rule of those that a pattern can have."""


class Frequency(enum.StrEnum):
    """What is counted between two visits. The values are those of RFC 5545."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclasses.dataclass(frozen=True, slots=True)
class Recurrence:
    """On `weekdays` (ISO numbers) of every `interval`-th week; or, by months, on those weekdays at `positions` (-1: the last).

    Both are kept in order and without repetition. Raises InvalidRecurrence for what cannot be.
    """

    frequency: Frequency
    weekdays: tuple[int, ...]
    interval: int = 1
    positions: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "weekdays", tuple(day for day in WEEKDAYS if day in self.weekdays))
        object.__setattr__(self, "positions", tuple(place for place in POSITIONS if place in self.positions))
        if not self.weekdays or not 1 <= self.interval <= MOST_BETWEEN:
            raise InvalidRecurrence("a rule has weekdays and an interval")
        if bool(self.positions) != (self.frequency is Frequency.MONTHLY):
            raise InvalidRecurrence("a rule by months, and no other, says which of its weekdays")

    @classmethod
    def parse(cls, text: str) -> Recurrence:
        """The rule that `text` (`FREQ=MONTHLY;BYDAY=1MO,3MO`) is. Raises InvalidRecurrence for any other."""
        parts: dict[str, str] = {}
        for part in text.split(";"):
            name, equals, value = part.partition("=")
            if not equals or name in parts:
                raise InvalidRecurrence(f"not a rule: {text!r}")
            parts[name] = value
        if parts.keys() - {"FREQ", "INTERVAL", "BYDAY", "WKST"} or parts.get("WKST", "SA") != "SA":
            raise InvalidRecurrence(f"not a rule of a pattern: {text!r}")
        if parts.get("FREQ") not in {frequency.value for frequency in Frequency}:
            raise InvalidRecurrence(f"neither by weeks nor by months: {text!r}")
        if not _INTERVAL.match(interval := parts.get("INTERVAL", "1")):
            raise InvalidRecurrence(f"no number of weeks or months: {text!r}")
        positions, weekdays = set(), set()
        found = [_POSITIONED.match(part) for part in parts.get("BYDAY", "").split(",")]
        pairs = set()
        for match in found:
            if match is None or match["day"] not in _DAYS_BY_CODE:
                raise InvalidRecurrence(f"no days of the week: {text!r}")
            day, position = _DAYS_BY_CODE[match["day"]], int(match["position"] or 0)
            pairs.add((position, day))
            weekdays.add(day)
            positions.add(position)
        if pairs != set(itertools.product(positions, weekdays)) or (0 in positions and len(positions) > 1):
            raise InvalidRecurrence(f"different weekdays at different places of the month: {text!r}")
        return cls(Frequency(parts["FREQ"]), tuple(weekdays), int(interval), tuple(positions - {0}))

    def __str__(self) -> str:
        """The rule as RFC 5545 writes it, always in the same form."""
        interval = f";INTERVAL={self.interval}" if self.interval > 1 else ""
        days = ",".join(
            f"{position or ''}{_DAY_CODES[day]}" for day in self.weekdays for position in self.positions or (0,)
        )
        week_start = ";WKST=SA" if self.frequency is Frequency.WEEKLY else ""
        return f"FREQ={self.frequency.value}{interval};BYDAY={days}{week_start}"

    def days(self, *, since: dt.date, first: dt.date, last: dt.date) -> list[dt.date]:
        """The local days from `first` to `last` (both included) on which it falls, counted from `since` on, in order."""
        begin, end = max(since, first), last
        if begin > end:
            return []
        rule = rrule.rrulestr(str(self), dtstart=dt.datetime.combine(since, dt.time()))
        found = rule.between(dt.datetime.combine(begin, dt.time()), dt.datetime.combine(end, dt.time()), inc=True)
        return [moment.date() for moment in found]

    def first_day(self, *, since: dt.date) -> dt.date:
        """The first of its weekdays on or after `since`, from which every later one is counted.

        Without the interval: «every second Sunday from Thursday on» begins on the next Sunday, not on the one after.
        """
        every = dataclasses.replace(self, interval=1)
        return every.days(since=since, first=since, last=since + dt.timedelta(days=70))[0]


def write_calendar_rule(
    recurrence: Recurrence,
    *,
    starts_on: dt.date,
    ends_on: dt.date | None,
    left_out: tuple[dt.date, ...] = (),
    added: tuple[dt.date, ...] = (),
) -> str:
    """The whole of a pattern in the lines of RFC 5545, as calendar programs read it."""
    until = f";UNTIL={ends_on:%Y%m%d}" if ends_on else ""
    lines = [f"DTSTART;VALUE=DATE:{starts_on:%Y%m%d}", f"RRULE:{recurrence}{until}"]
    for name, dates in (("EXDATE", left_out), ("RDATE", added)):
        if dates:
            lines.append(f"{name};VALUE=DATE:{','.join(f'{date:%Y%m%d}' for date in sorted(dates))}")
    return "\n".join(lines)

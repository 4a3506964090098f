"""Whether the visits to a place follow a rule that a citizen can remember: «every Sunday». Plain dates, no database.

The rule is read off what was announced and never carried on beyond it: a visit counts only when its day is known.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable

from sohag_mobile.weeks import Week

# Twice is chance.
FEWEST_WEEKS = 3
# «Every eight weeks» is no help to anybody's memory.
MOST_WEEKS_BETWEEN = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Rhythm:
    """On the weekdays of `days` (which are of one week, in order), every so many weeks, until `last`, the last day announced."""

    days: tuple[dt.date, ...]
    every: int
    last: dt.date


def find_rhythm(visits: Iterable[dt.date], *, since: dt.date) -> Rhythm | None:
    """The rule that all of `visits` from the local day `since` on follow together with those just before; None if there is none.

    It must reach over three weeks with a visit, none left out between them. Older visits may have followed another rule: as many
    of them count as fit. A rule of the past alone is none.
    """
    days = sorted(set(visits))
    if not days or days[-1] < since:
        return None
    coming = next(index for index, day in enumerate(days) if day >= since)
    return next((found for start in range(coming + 1) if (found := _rule_of(days[start:]))), None)


def _rule_of(days: list[dt.date]) -> Rhythm | None:
    weeks = sorted({Week.of(day) for day in days})
    if len(weeks) < FEWEST_WEEKS:
        return None
    steps = {(later.first - week.first).days // 7 for week, later in itertools.pairwise(weeks)}
    if len(steps) != 1 or (every := steps.pop()) > MOST_WEEKS_BETWEEN:
        return None
    offsets = sorted({(day - Week.of(day).first).days for day in days})
    expected = [week.first + dt.timedelta(days=offset) for week in weeks for offset in offsets]
    if [day for day in expected if days[0] <= day <= days[-1]] != days:
        return None
    first = weeks[0].first
    return Rhythm(tuple(first + dt.timedelta(days=offset) for offset in offsets), every, days[-1])

"""A rule of recurrence in words: «يوم الأحد كل أسبوعين»، «يومي الاثنين الأول والثالث من كل شهر»، «آخر خميس من كل شهر».

How often comes first, then the days between which the rule holds, then what is left out of it and what is added to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from announcements.arabic.counting import counted_in_words
from announcements.arabic.dates import WEEKDAYS, days_in_figures
from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, ordinal
from announcements.arabic.rhythm import every_weeks

LAST = -1
_SATURDAY = dt.date(2000, 1, 1)  # the first day of a week here


def by_weeks(weekdays: Collection[int], every: int) -> str:
    """«يوم الأحد من كل أسبوع»، «يومي الأحد والثلاثاء كل أسبوعين»، «كل يوم»; weekdays as ISO counts them.

    Raises ValueError where there are none.
    """
    if len(set(weekdays)) == len(WEEKDAYS) and every == 1:
        return "كل يوم"
    return every_weeks([_day_of_week(weekday) for weekday in weekdays], every)


def by_months(weekdays: Collection[int], positions: Collection[int], every: int) -> str:
    """«يوم الأحد الأول من كل شهر»، «يومي الاثنين الأول والثالث من كل شهر»، «آخر خميس كل شهرين»; position -1 is the last.

    Raises ValueError where there are no weekdays or no positions.
    """
    names = [WEEKDAYS[weekday - 1] for weekday in sorted(set(weekdays), key=_day_of_week)]
    places = sorted(set(positions), key=lambda position: (position == LAST, position))
    if not names or not places:
        raise ValueError("no days to tell")
    how_often = "من كل شهر" if every == 1 else f"كل {counted_in_words(every, 'شهر', Case.OBLIQUE)}"
    if places == [LAST]:
        indefinite = [name.removeprefix("ال") for name in names]
        return f"{' و'.join(f'آخر {name}' for name in indefinite)} {how_often}"
    told = " و".join(_ordinal(position) for position in places)
    days = len(names) * len(places)
    noun = "يوم" if days == 1 else "يومي" if days == 2 else "أيام"
    # Where each of several weekdays has several places, a comma keeps the second weekday from reading as one more place.
    joint = "، و" if len(places) > 1 else " و"
    return f"{noun} {joint.join(f'{name} {told}' for name in names)} {how_often}"


def with_period(
    how_often: str,
    *,
    starts_on: dt.date,
    ends_on: dt.date | None,
    left_out: Sequence[dt.date] = (),
    added: Sequence[dt.date] = (),
) -> str:
    """The whole rule: «…، اعتبارًا من يوم الأحد الموافق 29 نوفمبر 2026 وحتى إشعار آخر، عدا يوم الأحد الموافق 6 ديسمبر 2026»."""
    until = f"وحتى {days_in_figures([ends_on])}" if ends_on else "وحتى إشعار آخر"
    parts = [how_often, f"اعتبارًا من {days_in_figures([starts_on])} {until}"]
    if left_out:
        parts.append(f"عدا {days_in_figures(left_out)}")
    if added:
        parts.append(f"إضافة إلى {days_in_figures(added)}")
    return "، ".join(parts)


def _day_of_week(weekday: int) -> dt.date:
    """A day on which the ISO weekday falls, Saturday first."""
    return _SATURDAY + dt.timedelta(days=(weekday + 1) % 7)


def _ordinal(position: int) -> str:
    return "الأخير" if position == LAST else ordinal(position, Gender.MASCULINE, Case.OBLIQUE)

"""Dates with their weekday, one or many: «يوم الأحد الموافق 29 نوفمبر 2026», «يومي … الموافقين …», «أيام … الموافقة …».

The weekday is always computed. A month is named once for the days that share it and a year once for the months that share
it: «29 و30 نوفمبر و1 ديسمبر 2026», «31 ديسمبر 2026 و1 يناير 2027». Spoken days are definite ordinals in the oblique, as the
object of «الموافق»: «التاسع والعشرين من نوفمبر».
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from typing import Final

from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, ordinal, year_in_words

WEEKDAYS: Final = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")  # date.weekday()
MONTHS: Final = (
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)


def weekday(date: dt.date) -> str:
    """«الأحد»."""
    return WEEKDAYS[date.weekday()]


def month(date: dt.date) -> str:
    """«نوفمبر»."""
    return MONTHS[date.month - 1]


def date_in_figures(date: dt.date) -> str:
    """«29 نوفمبر 2026»."""
    return f"{date.day} {month(date)} {date.year}"


def short_date(date: dt.date, *, year: bool = False) -> str:
    """«29/11» or «29/11/2026», as in an SMS."""
    return f"{date.day}/{date.month}/{date.year}" if year else f"{date.day}/{date.month}"


def days_in_figures(dates: Iterable[dt.date]) -> str:
    """One or more dates as an adverb of time, sorted and without repetition. Raises ValueError when there are none."""
    days = _sorted(dates)
    years: list[str] = []
    for year, in_year in itertools.groupby(days, key=lambda day: day.year):
        months = [
            f"{' و'.join(str(day.day) for day in in_month)} {MONTHS[number - 1]}"
            for number, in_month in itertools.groupby(in_year, key=lambda day: day.month)
        ]
        years.append(f"{' و'.join(months)} {year}")
    return f"{weekdays(days)} {_corresponding(days)} {' و'.join(years)}"


def days_in_words(dates: Iterable[dt.date], *, year: bool = False) -> str:
    """The same for the ear: «يوم الأحد الموافق التاسع والعشرين من نوفمبر». With `year`, «… عام ألفين وستة وعشرين»."""
    days = _sorted(dates)
    years: list[str] = []
    for number, in_year in itertools.groupby(days, key=lambda day: day.year):
        months = [
            f"{' و'.join(_spoken_day(day) for day in in_month)} من {MONTHS[index - 1]}"
            for index, in_month in itertools.groupby(in_year, key=lambda day: day.month)
        ]
        suffix = f" {year_in_words(number, 'عام')}" if year else ""
        years.append(f"{' و'.join(months)}{suffix}")
    return f"{weekdays(days)} {_corresponding(days)} {' و'.join(years)}"


def weekdays(dates: Iterable[dt.date]) -> str:
    """«يوم الأحد», «يومي الأحد والاثنين», «أيام الأحد والاثنين والثلاثاء»; one weekday repeated is named once."""
    days = _sorted(dates)
    names = [weekday(day) for day in days]
    if len(set(names)) == 1:
        names = names[:1]
    noun = "يوم" if len(days) == 1 else "يومي" if len(days) == 2 else "أيام"
    return f"{noun} {' و'.join(names)}"


def period_in_figures(first: dt.date, last: dt.date) -> str:
    """«من يوم الأحد الموافق 29 نوفمبر 2026 حتى يوم الخميس الموافق 3 ديسمبر 2026»."""
    return f"من {days_in_figures([first])} حتى {days_in_figures([last])}"


def period_in_words(first: dt.date, last: dt.date) -> str:
    """«من يوم الأحد الموافق التاسع والعشرين من نوفمبر وحتى يوم الخميس الموافق الثالث من ديسمبر»."""
    return f"من {days_in_words([first])} وحتى {days_in_words([last])}"


def _sorted(dates: Iterable[dt.date]) -> list[dt.date]:
    days = sorted(set(dates))
    if not days:
        raise ValueError("no dates to tell")
    return days


def _corresponding(days: list[dt.date]) -> str:
    return "الموافق" if len(days) == 1 else "الموافقين" if len(days) == 2 else "الموافقة"


def _spoken_day(day: dt.date) -> str:
    return ordinal(day.day, Gender.MASCULINE, Case.OBLIQUE)

"""How often, in words: «يوم الأحد من كل أسبوع», «يومي الأحد والأربعاء من كل أسبوع», «يوم الأحد كل أسبوعين»."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from announcements.arabic.counting import counted_in_words
from announcements.arabic.dates import weekdays
from announcements.arabic.numbers import Case


def every_weeks(days: Iterable[dt.date], every: int) -> str:
    """The weekdays of `days` (different ones, of one week), repeated each `every` weeks (1 or more), as an adverb of time."""
    how_often = "من كل أسبوع" if every == 1 else f"كل {counted_in_words(every, 'أسبوع', Case.OBLIQUE)}"
    return f"{weekdays(days)} {how_often}"

"""Times and dates, in figures and in words, against hand-checked cases."""

from __future__ import annotations

import datetime as dt

import pytest

from announcements.arabic import dates, times
from announcements.arabic.numbers import Case
from tests.announcements.arabic.tables import rows


@pytest.mark.parametrize("row", rows("times.tsv"), ids=lambda row: row["time"])
def test_time_agrees_with_the_table(row: dict[str, str]) -> None:
    time = dt.time.fromisoformat(row["time"])

    assert times.time_in_figures(time) == row["figures"]
    assert times.time_in_words(time) == row["oblique"]
    assert times.time_in_words(time, Case.NOMINATIVE) == row["nominative"]


def test_hours_are_told_with_their_own_particles() -> None:
    start, end = dt.time(9), dt.time(14)

    assert times.hours_in_figures(start, end) == "من الساعة 9:00 صباحًا حتى الساعة 2:00 ظهرًا"
    assert times.hours_in_words(start, end) == "من الساعة التاسعة صباحًا وحتى الساعة الثانية ظهرًا"


def test_parts_of_the_day_can_be_replaced() -> None:
    table = ((dt.time(0), "صباحًا"), (dt.time(12), "ظهرًا"), (dt.time(16), "مساءً"))

    assert times.time_in_figures(dt.time(15), table) == "3:00 ظهرًا"
    assert times.time_in_words(dt.time(15, 45), table=table) == "الرابعة إلا الربع مساءً"


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ("09:00", "9:00 ص"),
        ("11:59", "11:59 ص"),
        ("12:00", "12:00 ظهرًا"),
        ("12:30", "12:30 ظهرًا"),
        ("13:00", "1:00 م"),
        ("15:30", "3:30 م"),
        ("18:00", "6:00 م"),
        ("00:00", "12:00 منتصف الليل"),
    ],
)
def test_short_marks_are_the_two_that_clocks_carry(time: str, text: str) -> None:
    assert times.time_in_figures(dt.time.fromisoformat(time), times.SHORT_PERIODS) == text


def test_no_two_minutes_of_the_day_are_told_alike() -> None:
    minutes = [dt.time(minute // 60, minute % 60) for minute in range(24 * 60)]

    assert len({times.time_in_figures(time) for time in minutes}) == len(minutes)
    assert len({times.time_in_words(time) for time in minutes}) == len(minutes)


@pytest.mark.parametrize("row", rows("dates.tsv"), ids=lambda row: row["dates"])
def test_days_agree_with_the_table(row: dict[str, str]) -> None:
    days = [dt.date.fromisoformat(date) for date in row["dates"].split()]

    assert dates.days_in_figures(days) == row["figures"]
    assert dates.days_in_words(days) == row["words"]
    assert dates.weekdays(days) == row["weekdays"]


def test_days_in_words_with_the_year() -> None:
    days = [dt.date(2026, 12, 31), dt.date(2027, 1, 3)]

    assert dates.days_in_words(days, year=True) == (
        "يومي الخميس والأحد الموافقين الحادي والثلاثين من ديسمبر عام ألفين وستة وعشرين "
        "والثالث من يناير عام ألفين وسبعة وعشرين"
    )


def test_a_repeated_date_is_told_once() -> None:
    day = dt.date(2026, 11, 29)

    assert dates.days_in_figures([day, day]) == "يوم الأحد الموافق 29 نوفمبر 2026"


def test_no_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="no dates"):
        dates.days_in_figures([])


def test_period_in_figures_and_in_words() -> None:
    first, last = dt.date(2026, 11, 29), dt.date(2026, 12, 3)

    assert dates.period_in_figures(first, last) == (
        "من يوم الأحد الموافق 29 نوفمبر 2026 حتى يوم الخميس الموافق 3 ديسمبر 2026"
    )
    assert dates.period_in_words(first, last) == (
        "من يوم الأحد الموافق التاسع والعشرين من نوفمبر وحتى يوم الخميس الموافق الثالث من ديسمبر"
    )


@pytest.mark.parametrize(("year", "text"), [(False, "3/12"), (True, "3/12/2026")])
def test_short_date(year: bool, text: str) -> None:
    assert dates.short_date(dt.date(2026, 12, 3), year=year) == text

"""Whether visits follow a rule, and how it is told."""

import datetime as dt

import pytest

from announcements.arabic.rhythm import every_weeks
from schedules.rhythm import Rhythm, find_rhythm

SUNDAY = dt.date(2026, 11, 29)


def days(*numbers: int) -> list[dt.date]:
    """So many days after SUNDAY."""
    return [SUNDAY + dt.timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(
    ("visits", "weekdays", "every"),
    [
        (days(0, 7, 14), days(0), 1),
        (days(14, 0, 7, 7), days(0), 1),
        (days(0, 3, 7, 10, 14), days(0, 3), 1),
        # Saturday begins the week, Friday ends it.
        (days(-1, 5, 6, 12, 13), days(-1, 5), 1),
        (days(0, 14, 28), days(0), 2),
        (days(0, 28, 56), days(0), 4),
        # Before it was another day of the week, and once none at all.
        (days(-20, -13, -7, 0, 7), days(-7), 1),
        (days(-28, -14, -7, 0), days(-14), 1),
    ],
)
def test_rule_is_found(visits: list[dt.date], weekdays: list[dt.date], every: int) -> None:
    assert find_rhythm(visits, since=SUNDAY) == Rhythm(tuple(weekdays), every, max(visits))


@pytest.mark.parametrize(
    "visits",
    [
        [],
        days(0),
        days(0, 7),
        days(-21, -14, -7),  # of the past alone
        days(0, 7, 21),  # one left out
        days(0, 7, 15),  # another day of the week
        days(0, 3, 7, 14),  # half a week missing inside
        days(-14, -7, 0, 8),  # what is coming breaks it
        days(0, 35, 70),  # too seldom
        days(0, 2, 4),  # within one week
    ],
)
def test_no_rule_is_made_up(visits: list[dt.date]) -> None:
    assert find_rhythm(visits, since=SUNDAY) is None


@pytest.mark.parametrize(
    ("weekdays", "every", "expected"),
    [
        (days(0), 1, "يوم الأحد من كل أسبوع"),
        (days(0, 3), 1, "يومي الأحد والأربعاء من كل أسبوع"),
        (days(-1, 1, 4), 1, "أيام السبت والاثنين والخميس من كل أسبوع"),
        (days(0), 2, "يوم الأحد كل أسبوعين"),
        (days(0), 3, "يوم الأحد كل ثلاثة أسابيع"),
        (days(0, 1), 4, "يومي الأحد والاثنين كل أربعة أسابيع"),
    ],
)
def test_rule_in_words(weekdays: list[dt.date], every: int, expected: str) -> None:
    assert every_weeks(weekdays, every) == expected

"""Rules of recurrence: read, written, told, and their days counted by hand beside dateutil."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.pattern_rules import tell_recurrence
from schedules.recurrence import (
    MOST_BETWEEN,
    POSITIONS,
    WEEKDAYS,
    Frequency,
    InvalidRecurrence,
    Recurrence,
    write_calendar_rule,
)

pytestmark = pytest.mark.once
SUNDAY = dt.date(2026, 11, 29)

weeks = st.builds(
    Recurrence,
    st.just(Frequency.WEEKLY),
    st.lists(st.sampled_from(WEEKDAYS), min_size=1).map(tuple),
    st.integers(1, MOST_BETWEEN),
)
months = st.builds(
    Recurrence,
    st.just(Frequency.MONTHLY),
    st.lists(st.sampled_from(WEEKDAYS), min_size=1).map(tuple),
    st.integers(1, MOST_BETWEEN),
    st.lists(st.sampled_from(POSITIONS), min_size=1).map(tuple),
)
rules = weeks | months
dates = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))


def falls_on(rule: Recurrence, since: dt.date, day: dt.date) -> bool:
    """The rule read day by day, without dateutil."""
    if day < since or day.isoweekday() not in rule.weekdays:
        return False
    if rule.frequency is Frequency.WEEKLY:
        first, other = (date - dt.timedelta(days=(date.isoweekday() + 1) % 7) for date in (since, day))
        return (other - first).days // 7 % rule.interval == 0
    if ((day.year - since.year) * 12 + day.month - since.month) % rule.interval:
        return False
    length = calendar.monthrange(day.year, day.month)[1]
    return (day.day - 1) // 7 + 1 in rule.positions or (-1 in rule.positions and day.day + 7 > length)


@given(rules, dates, st.integers(0, 400), st.integers(0, 200))
def test_its_days_are_those_counted_by_hand(rule: Recurrence, since: dt.date, ahead: int, length: int) -> None:
    first = since + dt.timedelta(days=ahead - 100)
    span = [first + dt.timedelta(days=number) for number in range(length + 1)]
    expected = [day for day in span if falls_on(rule, since, day)]
    assert rule.days(since=since, first=first, last=span[-1]) == expected


@given(rules, dates)
def test_it_reads_as_it_was_written_and_can_be_told(rule: Recurrence, since: dt.date) -> None:
    assert Recurrence.parse(str(rule)) == rule
    assert tell_recurrence(rule)
    first = rule.first_day(since=since)
    assert first >= since
    assert rule.days(since=first, first=first, last=first) == [first]
    assert not any(falls_on(Recurrence(rule.frequency, rule.weekdays, 1, rule.positions), since, day)
                   for day in (since + dt.timedelta(days=n) for n in range((first - since).days)))  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Recurrence(Frequency.WEEKLY, (7,)), "FREQ=WEEKLY;BYDAY=SU;WKST=SA"),
        (Recurrence(Frequency.WEEKLY, (2, 7), 2), "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SA"),
        (Recurrence(Frequency.MONTHLY, (1,), 1, (3, 1)), "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        (Recurrence(Frequency.MONTHLY, (4,), 3, (-1,)), "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1TH"),
    ],
)
def test_as_rfc_5545_writes_it(rule: Recurrence, text: str) -> None:
    assert str(rule) == text
    assert Recurrence.parse(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "", "FREQ=DAILY", "FREQ=HOURLY;BYDAY=SU", "FREQ=YEARLY;BYDAY=1SU", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1SU", "FREQ=MONTHLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=5SU", "FREQ=MONTHLY;BYDAY=1SU,2MO",
        "FREQ=MONTHLY;BYMONTHDAY=3", "FREQ=WEEKLY;BYDAY=SU;COUNT=3", "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270101",
        "FREQ=WEEKLY;BYDAY=SU;WKST=MO",
        "FREQ=WEEKLY;INTERVAL=0;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=13;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=x;BYDAY=SU",
        "FREQ=WEEKLY;FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=1SU,SU", "freq=weekly;byday=su", "FREQ=WEEKLY;BYDAY=SU\n",
    ],
)  # fmt: skip
def test_no_rule_of_a_pattern(text: str) -> None:
    with pytest.raises(InvalidRecurrence):
        Recurrence.parse(text)


def test_every_second_week_counts_from_saturday() -> None:
    """Saturday and Sunday of one week here are two weeks of ISO 8601."""
    rule = Recurrence(Frequency.WEEKLY, (6, 7), 2)
    saturday = SUNDAY - dt.timedelta(days=1)
    assert rule.days(since=saturday, first=saturday, last=saturday + dt.timedelta(days=15)) == [
        saturday,
        SUNDAY,
        saturday + dt.timedelta(weeks=2),
        SUNDAY + dt.timedelta(weeks=2),
    ]


def test_the_whole_rule_in_the_lines_of_a_calendar() -> None:
    written = write_calendar_rule(
        Recurrence(Frequency.WEEKLY, (7,), 2),
        starts_on=SUNDAY,
        ends_on=dt.date(2027, 5, 30),
        left_out=(dt.date(2026, 12, 27), dt.date(2026, 12, 13)),
        added=(dt.date(2026, 12, 14),),
    )
    assert written.splitlines() == [
        "DTSTART;VALUE=DATE:20261129",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SA;UNTIL=20270530",
        "EXDATE;VALUE=DATE:20261213,20261227",
        "RDATE;VALUE=DATE:20261214",
    ]

"""The example on other days and in other places than test_load_example.py, which makes it once and looks at it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from announcements.models import Channel
from schedules.enums import StopStatus
from schedules.models import Holiday, HoursPeriod, Stop
from tests.factories.announcements import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _demonstration(settings: Any) -> None:
    settings.ALLOW_STANDIN = True


def load(today: dt.date = TODAY) -> None:
    call_command("load_reference", verbosity=0)
    call_command("load_example", today=today, verbosity=0)


def test_load_example_leaves_configured_channels_alone() -> None:
    channel = ChannelFactory()

    load()

    assert list(Channel.objects.all()) == [channel]


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (dt.date(2026, 11, 28), dt.date(2026, 11, 8), dt.date(2026, 12, 3)),  # Saturday: the week is over
        (dt.date(2027, 3, 8), dt.date(2027, 2, 21), dt.date(2027, 3, 18)),  # Eid falls into this week
        (dt.date(2026, 1, 4), dt.date(2026, 1, 1), dt.date(2026, 1, 15)),  # the vehicles begin to work
    ],
)
def test_load_example_respects_holidays_and_assignments(today: dt.date, first: dt.date, last: dt.date) -> None:
    load(today)

    dates = set(Stop.objects.values_list("date", flat=True))
    assert (min(dates), max(dates)) == (first, last)
    assert not dates & set(Holiday.objects.values_list("date", flat=True))
    assert Stop.objects.filter(status=StopStatus.CANCELLED).count() == 1


def test_edge_07_example_keeps_to_the_hours_of_ramadan() -> None:
    load(dt.date(2027, 2, 21))

    period = HoursPeriod.objects.get()
    stops = list(Stop.objects.filter(date__gte=period.starts_on, date__lte=period.ends_on))
    assert len(stops) > 20
    assert all(period.holds(stop.starts_at, stop.ends_at) for stop in stops)


def test_load_example_is_refused_where_citizens_would_believe_it(settings: Any) -> None:
    settings.ALLOW_STANDIN = False
    settings.DEBUG = False

    with pytest.raises(CommandError, match="demonstration"):
        load()

    assert not Stop.objects.exists()


def test_load_example_needs_reference_data() -> None:
    with pytest.raises(CommandError, match="reference data"):
        call_command("load_example", today=TODAY)

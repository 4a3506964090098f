"""Heads publish at the same moment, and some of their acts come to nothing: a unit's numbers have no gap and no double."""

import datetime as dt
import multiprocessing

import pytest
from django.db import connections, transaction

from announcements.models import Notice
from schedules.actions import publish_stops
from tests.factories.schedules import CAIRO, PlaceFactory, StopFactory
from tests.factories.users import make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory

PUBLISHED, BROKEN_OFF = 6, 4
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)


class _BrokenOff(Exception):
    """The act ends here, after its notice was numbered."""


def publish(stop, supervisor, *, breaks, start, answers):
    """One person, in a process and a connection of their own."""
    start.wait(60)
    try:
        with transaction.atomic():
            (notice,) = publish_stops([stop], by=supervisor, now=NOW)
            if breaks:
                raise _BrokenOff
        answers.put(notice.number)
    except _BrokenOff:
        answers.put(0)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_numbers_of_a_unit_have_no_gap_when_many_publish_and_some_break_off():
    district, supervisor = DistrictFactory(), make_supervisor()
    stops = [
        StopFactory(vehicle=VehicleFactory(assigned_to=district), place=PlaceFactory(district=district))
        for _ in range(PUBLISHED + BROKEN_OFF)
    ]
    connections.close_all()  # a forked child must not share its parent's connection
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(len(stops)), context.Queue()
    people = [
        context.Process(
            target=publish,
            args=(stop, supervisor),
            # Those that break off stand between the others.
            kwargs={"breaks": place % 5 in (1, 3), "start": start, "answers": answers},
        )
        for place, stop in enumerate(stops)
    ]
    for process in people:
        process.start()
    told = sorted(answers.get(timeout=60) for _ in people)
    for process in people:
        process.join(60)
    assert told == [0] * BROKEN_OFF + list(range(1, PUBLISHED + 1))
    assert sorted(Notice.objects.values_list("number", flat=True)) == list(range(1, PUBLISHED + 1))

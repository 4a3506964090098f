"""Two hundred edits at the same moment: each is made on what it had seen or is refused, and none is lost."""

import dataclasses
import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from schedules.actions import edit_stop
from schedules.actions_board import Slot, move_on_board
from schedules.models import PlanAct, Stop
from schedules.validators import StaleEdit, StopData
from tests.factories.schedules import CAIRO, PlaceFactory, StopFactory
from tests.factories.users import make_head
from tests.factories.vehicles import DistrictFactory

PEOPLE, ROUNDS, OTHERS = 40, 5, 9
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)
MINUTE = dt.timedelta(minutes=1)


def minute_later(time):
    return (dt.datetime.combine(NOW.date(), time) + MINUTE).time()


def lengthen(key, head, together, *, on_board):
    """One person: sees the stop, and when all have seen theirs, lets it end a minute later than what was seen."""
    try:
        stop = Stop.objects.select_related("vehicle", "place__district__governorate").get(pk=key)
        data = dataclasses.replace(StopData.of(stop), ends_at=minute_later(stop.ends_at))
        together.wait(60)
        try:
            if on_board:
                slot = Slot(stop.vehicle, stop.date, stop.starts_at, data.ends_at)
                move_on_board(stop, slot, seen=stop.updated_at, by=head, now=NOW)
            else:
                edit_stop(stop, data, by=head, now=NOW, seen=stop.updated_at)
        except StaleEdit:
            return key, "stale"
        return key, "saved"
    finally:
        connections.close_all()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_hundred_simultaneous_edits_lose_none():
    district = DistrictFactory()
    head, place = make_head(district), PlaceFactory(district=district)
    # Half of all edits are of one stop, by the form and on the board; the others meet by fours or fives.
    hot, *others = [StopFactory(place=place, landmark_ar=f"أمام المبنى {n}").pk for n in range(OTHERS + 1)]
    began = dict(Stop.objects.values_list("pk", "ends_at"))
    answers = Counter()
    for _ in range(ROUNDS):
        together = threading.Barrier(PEOPLE)
        with ThreadPoolExecutor(PEOPLE) as people:
            told = [
                people.submit(lengthen, hot if n % 2 else others[n // 2 % OTHERS], head, together, on_board=n % 4 < 2)
                for n in range(PEOPLE)
            ]
        answers.update(one.result() for one in told)

    assert answers.total() == PEOPLE * ROUNDS == 200
    # Of those who had seen the same state exactly one comes through, each round, at every stop.
    assert {key: answers[key, "saved"] for key in began} == dict.fromkeys(began, ROUNDS)
    assert sum(number for (_key, told), number in answers.items() if told == "stale") == 200 - 10 * ROUNDS
    # Every edit that was accepted is in what is stored: a minute each.
    length = {
        stop.pk: dt.datetime.combine(NOW.date(), stop.ends_at) - dt.datetime.combine(NOW.date(), began[stop.pk])
        for stop in Stop.objects.all()
    }
    assert length == dict.fromkeys(began, ROUNDS * MINUTE)
    assert PlanAct.objects.count() <= 10 * ROUNDS

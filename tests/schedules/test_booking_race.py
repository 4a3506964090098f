"""Fifty clerks book the same vehicle for the same hour at the same moment: one succeeds, and everybody is told why not."""

import datetime as dt
import multiprocessing

import pytest
from django.db import connections

from schedules.actions import draft_stop
from schedules.models import Stop
from schedules.validators import StopData
from sohag_mobile.errors import DomainError, RuleBroken
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_editor
from tests.factories.vehicles import DistrictFactory, VehicleFactory

CLERKS = 50
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)


def book(data, clerk, start, answers):
    """One clerk, in a process and a connection of their own."""
    start.wait(60)
    try:
        draft_stop(data, by=clerk, now=NOW)
        answers.put("booked")
    except RuleBroken as error:
        answers.put(error.problems[0].code)
    except DomainError as error:
        answers.put(error.code)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_fifty_simultaneous_bookings_of_one_vehicle():
    district = DistrictFactory()
    vehicle = VehicleFactory(assigned_to=district)
    clerk = make_editor(district)
    data = StopData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        date=STOP_DATE,
        starts_at=dt.time(9),
        ends_at=dt.time(14),
        last_intake=None,
        landmark_ar="أمام مركز شباب القرية",
        services=(OfferFactory(vehicle=vehicle).service,),
    )
    connections.close_all()  # a forked child must not share its parent's connection
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(CLERKS), context.Queue()
    clerks = [context.Process(target=book, args=(data, clerk, start, answers)) for _ in range(CLERKS)]
    for process in clerks:
        process.start()
    told = sorted(answers.get(timeout=120) for _ in clerks)
    for process in clerks:
        process.join(60)
    assert told == ["booked"] + ["vehicle_already_booked"] * (CLERKS - 1)
    assert Stop.objects.count() == 1

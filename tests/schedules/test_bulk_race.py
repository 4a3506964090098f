"""Clerks who give their stops to the same vehicle at the same moment: one succeeds whole, and everybody else is told why not."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections

from schedules.actions_bulk import ToVehicle, change_stops
from schedules.models import PlanAct, Stop
from sohag_mobile.errors import DomainError
from tests.factories.schedules import CAIRO, STOP_DATE, StopFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_editor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import Vehicle

CLERKS, DAYS = 6, 4
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)


def give(stops: list[Stop], target: Vehicle, clerk: User, start: Any, answers: Any) -> None:
    """One clerk, in a process and a connection of their own."""
    start.wait(60)
    try:
        change_stops(stops, ToVehicle(target), by=clerk, now=NOW)
        answers.put("given")
    except DomainError as error:
        answers.put(error.code)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_stops_given_to_one_vehicle_at_once_are_given_whole_or_not_at_all() -> None:
    district = DistrictFactory()
    target = VehicleFactory(assigned_to=district)
    service = OfferFactory(vehicle=target).service
    clerk = make_editor(district)
    plans = []
    for _ in range(CLERKS):
        vehicle = VehicleFactory(assigned_to=district)
        days = [STOP_DATE + dt.timedelta(days=n) for n in range(DAYS)]
        plans.append(
            [
                StopFactory(place__district=district, vehicle=vehicle, services=[service], date=day, created_by=clerk)
                for day in days
            ]
        )
    connections.close_all()  # a forked child must not share its parent's connection
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(CLERKS), context.Queue()
    clerks = [context.Process(target=give, args=(stops, target, clerk, start, answers)) for stops in plans]
    for process in clerks:
        process.start()
    told = sorted(answers.get(timeout=120) for _ in clerks)
    for process in clerks:
        process.join(60)

    assert told.count("given") == 1
    assert set(told) - {"given"} <= {"vehicle_already_booked", "stale"}
    assert Stop.objects.filter(vehicle=target).count() == DAYS
    assert PlanAct.objects.get().stops.count() == DAYS

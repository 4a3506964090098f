"""Two workers that make the drafts of the same recurring visits at the same moment make each of them once."""

import datetime as dt
import multiprocessing

import pytest
from django.db import connections

from schedules.actions_patterns import add_pattern, make_pattern_drafts
from schedules.models import PatternSkip, Stop
from schedules.pattern_rules import PatternData
from schedules.recurrence import Frequency, Recurrence
from tests.factories.schedules import STOP_DATE, PlaceFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_editor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.schedules.test_actions_patterns import HORIZON, NOW, SUNDAYS, WEEK

WORKERS = 4


def work(start, answers):
    """One worker, in a process and a connection of its own."""
    start.wait(60)
    try:
        runs = make_pattern_drafts(now=NOW, horizon=HORIZON)
        answers.put(sum(len(run.made) for run in runs))
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_make_each_draft_once():
    district = DistrictFactory()
    editor = make_editor(district)
    for _number in range(2):
        vehicle = VehicleFactory(assigned_to=district)
        add_pattern(
            PatternData(
                vehicle=vehicle,
                place=PlaceFactory(district=district),
                landmark_ar="أمام مركز شباب القرية",
                landmark_en="",
                starts_at=dt.time(9),
                ends_at=dt.time(14),
                last_intake=None,
                services=(OfferFactory(vehicle=vehicle).service,),
                payment_means=(),
                recurrence=Recurrence(Frequency.WEEKLY, (7,)),
                starts_on=STOP_DATE,
            ),
            by=editor,
            now=NOW,
            horizon=STOP_DATE - WEEK,
        )
    assert not Stop.objects.exists()
    connections.close_all()  # a forked child must not share its parent's connection
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(WORKERS), context.Queue()
    workers = [context.Process(target=work, args=(start, answers)) for _ in range(WORKERS)]
    for process in workers:
        process.start()
    made = [answers.get(timeout=120) for _ in workers]
    for process in workers:
        process.join(60)
    assert sum(made) == 2 * len(SUNDAYS)
    assert Stop.objects.count() == 2 * len(SUNDAYS)
    assert not PatternSkip.objects.exists()

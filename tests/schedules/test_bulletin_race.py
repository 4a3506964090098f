"""Two supervisors issue the bulletin of a week at the same moment: it is issued once, under one row of the governorate."""

import datetime as dt
import multiprocessing

import pytest
from django.db import connections

from announcements.models import Notice
from schedules.actions import publish_stops
from schedules.actions_calendar import issue_week_bulletin
from sohag_mobile.errors import DomainError
from sohag_mobile.weeks import Week
from tests.factories.schedules import CAIRO, STOP_DATE, StopFactory
from tests.factories.users import make_supervisor
from vehicles.models import District

SUPERVISORS = 8
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)


def issue(supervisor, start, answers):
    """One supervisor, in a process and a connection of their own."""
    start.wait(60)
    try:
        answers.put(issue_week_bulletin(Week.of(STOP_DATE), by=supervisor, now=NOW).reference)
    except DomainError as error:
        answers.put(error.code)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_bulletin_issued_by_several_at_once_is_issued_once():
    supervisor = make_supervisor()
    publish_stops([StopFactory(), StopFactory()], by=supervisor, now=NOW)
    connections.close_all()  # a forked child must not share its parent's connection
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(SUPERVISORS), context.Queue()
    people = [context.Process(target=issue, args=(supervisor, start, answers)) for _ in range(SUPERVISORS)]
    for process in people:
        process.start()
    told = sorted(answers.get(timeout=120) for _ in people)
    for process in people:
        process.join(60)
    assert told == ["1/2026"] + ["nothing_to_tell"] * (SUPERVISORS - 1)
    assert Notice.objects.filter(kind="bulletin").count() == 1
    assert District.issuers.filter(kind="governorate").count() == 1

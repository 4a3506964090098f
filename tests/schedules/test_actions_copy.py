"""A week copied into others: what is drafted, what is left and why, and that it can be taken back."""

import datetime as dt

import pytest

from schedules.actions import cancel_stop, draft_stop, edit_stop, publish_stops
from schedules.actions_copy import copy_week, preview_copy
from schedules.actions_undo import undo_act
from schedules.enums import Cause, PlanActKind, StopStatus
from schedules.models import PlanAct, Stop
from schedules.validators import StopData
from services.models import Service
from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.weeks import Week
from tests.factories.schedules import STOP_DATE, HolidayFactory, HoursPeriodFactory, PlaceFactory
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.schedules.test_actions import NOW, stop_data
from vehicles.models import Assignment

pytestmark = pytest.mark.django_db
SOURCE = Week.of(STOP_DATE)
NEXT = SOURCE.plus(1)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(district):
    return make_head(district)


def copy(district, by, *targets, act=copy_week):
    return act(SOURCE, targets or [NEXT], districts=[district], by=by, now=NOW)


def told(copied):
    """Each line in short: the day, whether it was made, what refuses it."""
    return [(line.data.date, line.made is not None, len(line.problems)) for line in copied.lines]


def test_the_working_copies_are_drafted_on_the_same_weekday(district, head):
    data = stop_data(district)
    planned = draft_stop(data, by=head, now=NOW)
    published = draft_stop(stop_data(district, date=STOP_DATE + dt.timedelta(days=2)), by=head, now=NOW)
    publish_stops([published], by=head, now=NOW)
    # Changed and not announced yet: the plan is what is copied.
    changed = dt.time(10)
    edit_stop(
        published,
        stop_data(district, vehicle=published.vehicle, place=published.place, date=published.date, starts_at=changed),
        by=head,
        now=NOW,
    )
    copied = copy(district, head, NEXT, SOURCE.plus(2))
    assert [stop.date for stop in copied.made] == [
        STOP_DATE + WEEK,
        published.date + WEEK,
        STOP_DATE + 2 * WEEK,
        published.date + 2 * WEEK,
    ]
    assert {stop.status for stop in copied.made} == {StopStatus.DRAFT}
    assert copied.made[1].starts_at == changed
    first = Stop.objects.get(pk=copied.made[0].pk)
    assert StopData.of(first) == StopData(**{**_facts(data), "date": STOP_DATE + WEEK})
    assert (first.created_by, first.uid) != (head, planned.uid)


def _facts(data):
    return {name: getattr(data, name) for name in data.__dataclass_fields__}


def test_twice_makes_nothing_twice(district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    copy(district, head)
    again = copy(district, head)
    assert (again.made, again.act) == ([], None)
    assert [line.is_there for line in again.lines] == [True]
    assert Stop.objects.count() == 2
    assert PlanAct.objects.count() == 1


def test_what_is_off_is_not_copied(district, head):
    cancelled, postponed = (draft_stop(stop_data(district), by=head, now=NOW) for _ in range(2))
    publish_stops([cancelled], by=head, now=NOW)
    cancel_stop(cancelled, cause=Cause.WEATHER, by=head, now=NOW)
    Stop.objects.filter(pk=postponed.pk).update(status=StopStatus.POSTPONED)
    assert copy(district, head).lines == ()


@pytest.mark.usefixtures("in_english")
def test_each_stop_that_cannot_be_copied_says_why(district, head):
    sunday = draft_stop(stop_data(district), by=head, now=NOW)
    HolidayFactory(date=STOP_DATE + WEEK, name_en="Feast")
    ended, busy, idle, friday, fine = (
        draft_stop(stop_data(district, date=STOP_DATE + dt.timedelta(days=days), **more), by=head, now=NOW)
        for days, more in (
            (1, {}),
            (2, {}),
            (3, {}),
            (5, {"off_day_reason": "مولد", "landmark_confirmed_for": STOP_DATE + dt.timedelta(days=5)}),
            (4, {}),
        )
    )
    Service.objects.filter(pk__in=ended.services.all()).update(valid_to=STOP_DATE + dt.timedelta(days=3))
    draft_stop(
        stop_data(district, vehicle=busy.vehicle, place=PlaceFactory(district=district), date=busy.date + WEEK),
        by=head,
        now=NOW,
    )
    Assignment.objects.filter(vehicle=idle.vehicle).update(ends_on=idle.date)
    copied = copy(district, head)
    assert [stop.date for stop in copied.made] == [fine.date + WEEK]
    reasons = {line.source.pk: " ".join(line.problems) for line in copied.lines if line.made is None}
    assert set(reasons) == {sunday.pk, ended.pk, busy.pk, idle.pk, friday.pk}
    assert "is an official holiday (Feast)" in reasons[sunday.pk]
    assert "its validity does not cover that day" in reasons[ended.pk]
    assert "The vehicle is already booked then" in reasons[busy.pk]
    assert "is not assigned to any unit" in reasons[idle.pk]
    # What was allowed on one Friday is not allowed on the next by itself.
    assert "is a weekly day off" in reasons[friday.pk]
    assert not any(line.is_there for line in copied.lines)


def test_nothing_is_drafted_in_the_past(district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    assert told(copy(district, head, SOURCE.plus(-2))) == [(STOP_DATE - 2 * WEEK, False, 1)]


@pytest.mark.usefixtures("in_english")
def test_hours_are_those_of_the_period_of_the_new_day(district, head):
    HoursPeriodFactory(starts_on=STOP_DATE + WEEK, ends_at=dt.time(12), last_intake=dt.time(11, 30))
    draft_stop(stop_data(district), by=head, now=NOW)
    (line,) = copy(district, head).lines
    assert line.made is not None
    assert (line.made.starts_at, line.made.ends_at, line.made.last_intake) == (
        dt.time(9),
        dt.time(12),
        dt.time(11, 30),
    )
    assert line.notes == ("Its hours are those of the month of Ramadan.",)


@pytest.mark.usefixtures("in_english")
def test_hours_of_a_period_that_is_over_are_pointed_out(district, head):
    HoursPeriodFactory(starts_on=STOP_DATE, ends_on=STOP_DATE)
    draft_stop(stop_data(district), by=head, now=NOW)
    (line,) = copy(district, head).lines
    assert line.notes == ("Its hours are still those of the month of Ramadan, which is over by then: look at them.",)


@pytest.mark.usefixtures("in_english")
def test_what_was_accepted_between_two_stops_is_accepted_between_their_copies(district, head):
    one = draft_stop(stop_data(district), by=head, now=NOW)
    services = tuple(one.services.all())
    other = VehicleFactory(assigned_to=district)
    for service in services:
        other.offers.create(service=service, outcome=service.outcome)
    draft_stop(
        stop_data(district, vehicle=other, place=one.place, services=services, accept_duplicate=True), by=head, now=NOW
    )
    copied = copy(district, head)
    assert len(copied.made) == 2
    assert [line.notes for line in copied.lines] == [
        (),
        ("As in that week, a second vehicle with the same services is accepted.",),
    ]


def test_other_units_are_neither_copied_nor_drafted_for(district, head):
    other = DistrictFactory()
    draft_stop(stop_data(other), by=make_editor(other), now=NOW)
    assert copy(district, head).lines == ()
    assert told(copy(other, head)) == [(STOP_DATE + WEEK, False, 1)]


def test_a_preview_makes_nothing(district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    assert told(copy(district, head, act=preview_copy)) == [(STOP_DATE + WEEK, True, 0)]
    assert Stop.objects.count() == 1
    assert not PlanAct.objects.exists()


def test_a_copy_is_taken_back_until_one_of_it_is_published(district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    first = copy(district, head, NEXT)
    assert first.act.kind == PlanActKind.COPY
    undo_act(first.act, by=head, now=NOW)
    assert Stop.objects.count() == 1
    second = copy(district, head, NEXT, SOURCE.plus(2))
    publish_stops(second.made[:1], by=head, now=NOW + dt.timedelta(minutes=1))
    with pytest.raises(RuleBroken) as refused:
        undo_act(second.act, by=head, now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["published_since"]
    assert Stop.objects.count() == 3


@pytest.mark.parametrize(
    ("targets", "code"),
    [([], "no_target"), ([SOURCE], "no_target"), ([SOURCE.plus(n) for n in range(1, 60)], "too_many_targets")],
)
def test_weeks_that_cannot_be_chosen(district, head, targets, code):
    with pytest.raises(DomainError) as refused:
        copy_week(SOURCE, targets, districts=[district], by=head, now=NOW)
    assert (refused.value.field, refused.value.code) == ("targets", code)

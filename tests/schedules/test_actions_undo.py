"""Acts of planning are taken back whole, or not at all, and never what the public was told since."""

import dataclasses
import datetime as dt

import pytest

from schedules.actions import discard_draft, draft_stop, edit_stop, publish_stops
from schedules.actions_undo import (
    as_snapshot,
    begin_act,
    from_snapshot,
    note_changed,
    note_discarded,
    note_made,
    undo_act,
)
from schedules.enums import Cause, PlanActKind, StopStatus
from schedules.models import Stop
from schedules.validators import StopData
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory
from tests.schedules.test_actions import LATER, NOW, stop_data

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(district):
    return make_head(district)


@pytest.fixture
def stop(district, head):
    return draft_stop(stop_data(district), by=head, now=NOW)


def moved(stop, by, *, days=1):
    """The stop a day later, in an act of its own."""
    before = StopData.of(stop)
    act = begin_act(PlanActKind.CHANGE, by=by, now=NOW)
    later = edit_stop(stop, dataclasses.replace(before, date=before.date + dt.timedelta(days=days)), by=by, now=NOW)
    note_changed(act, later, before=before)
    return act


def test_a_snapshot_reads_back_as_it_was(stop):
    data = StopData.of(Stop.objects.get())
    assert from_snapshot(as_snapshot(data)) == data


def test_a_moved_stop_goes_back(stop, head):
    act = moved(stop, head)
    assert [undone.date for undone in undo_act(act, by=head, now=LATER)] == [stop.date]
    assert Stop.objects.get().date == stop.date
    act.refresh_from_db()
    assert (act.undone_at, act.undone_by) == (LATER, head)
    with pytest.raises(DomainError) as refused:
        undo_act(act, by=head, now=LATER)
    assert refused.value.code == "already_undone"


def test_made_stops_are_discarded_and_discarded_ones_drafted_again(district, stop, head):
    act = begin_act(PlanActKind.COPY, by=head, now=NOW)
    note_made(act, stop)
    gone = draft_stop(stop_data(district), by=head, now=NOW)
    before = StopData.of(gone)
    discard_draft(gone, by=head)
    note_discarded(act, before=before)
    (again,) = undo_act(act, by=head, now=LATER)
    assert list(Stop.objects.all()) == [again]
    assert StopData.of(again) == before


def test_what_was_changed_since_stays_and_nothing_else_goes_back(district, stop, head):
    other = draft_stop(stop_data(district), by=head, now=NOW)
    act = moved(stop, head)
    before = StopData.of(other)
    note_changed(
        act, edit_stop(other, dataclasses.replace(before, ends_at=dt.time(15)), by=head, now=NOW), before=before
    )
    edit_stop(stop, dataclasses.replace(StopData.of(stop), landmark_ar="أمام المدرسة"), by=head, now=LATER)
    with pytest.raises(RuleBroken) as refused:
        undo_act(act, by=head, now=LATER)
    assert [problem.code for problem in refused.value.problems] == ["stale"]
    other.refresh_from_db()
    assert other.ends_at == dt.time(15)


def test_what_was_published_since_is_not_taken_back(stop, head):
    act = begin_act(PlanActKind.COPY, by=head, now=NOW)
    note_made(act, stop)
    publish_stops([stop], by=head, now=LATER)
    with pytest.raises(RuleBroken) as refused:
        undo_act(act, by=head, now=LATER + HOUR)
    assert refused.value.problems[0].code == "published_since"
    assert Stop.objects.get().status == StopStatus.PUBLISHED


def test_a_published_change_is_not_taken_back(stop, head):
    publish_stops([stop], by=head, now=NOW - HOUR)
    act = moved(Stop.objects.get(), head)
    publish_stops([stop], by=head, now=LATER, cause=Cause.ORGANISATION)
    with pytest.raises(RuleBroken):
        undo_act(act, by=head, now=LATER + HOUR)


def test_only_whoever_did_it_takes_it_back(district, stop, head):
    act = moved(stop, head)
    with pytest.raises(NotAllowed):
        undo_act(act, by=make_editor(district), now=LATER)


def test_hours_taken_meanwhile_keep_the_move(district, stop, head):
    act = moved(stop, head)
    draft_stop(stop_data(district, vehicle=stop.vehicle), by=head, now=NOW)
    with pytest.raises(RuleBroken) as refused:
        undo_act(act, by=head, now=LATER)
    assert refused.value.problems[0].code == "vehicle_already_booked"
    assert act.undone_at is None

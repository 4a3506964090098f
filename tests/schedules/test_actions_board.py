"""Acts on the week board: only the slot changes, what was seen is what is changed, and each act can be taken back."""

import dataclasses
import datetime as dt

import pytest

from schedules.actions import edit_stop, publish_stops
from schedules.actions_board import Slot, copy_on_board, discard_on_board, move_on_board, place_in_slot
from schedules.actions_undo import undo_act
from schedules.enums import PlanActKind, StopStatus
from schedules.models import PlanAct, Stop
from schedules.validators import StaleEdit, StopData
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from tests.factories.schedules import STOP_DATE
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory
from tests.schedules.test_actions import NOW, draft

pytestmark = pytest.mark.django_db
NEXT_DAY = STOP_DATE + dt.timedelta(days=1)


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(district):
    return make_head(district)


@pytest.fixture
def stop(district, head):
    return draft(district, head)


def slot(stop, **changes):
    own = Slot(stop.vehicle, stop.date, stop.starts_at, stop.ends_at)
    return dataclasses.replace(own, **changes)


def test_a_move_changes_the_slot_and_nothing_else(stop, head):
    before = StopData.of(stop)

    moved, act = move_on_board(stop, slot(stop, date=NEXT_DAY), seen=stop.updated_at, by=head, now=NOW)

    assert StopData.of(Stop.objects.get()) == dataclasses.replace(before, date=NEXT_DAY)
    assert (act.kind, act.made_by, moved.pk) == (PlanActKind.CHANGE, head, stop.pk)
    undo_act(act, by=head, now=NOW)
    assert StopData.of(Stop.objects.get()) == before


def test_a_move_to_where_it_lies_is_no_act(stop, head):
    _stop, act = move_on_board(stop, slot(stop), seen=stop.updated_at, by=head, now=NOW)

    assert act is None
    assert PlanAct.objects.count() == 0
    assert Stop.objects.get().updated_at == stop.updated_at


@pytest.mark.parametrize(
    ("starts", "ends", "intake"),
    [
        (dt.time(9), dt.time(15), dt.time(14, 30)),
        (dt.time(10), dt.time(12), dt.time(11, 30)),
        (dt.time(9), dt.time(9, 30), None),
        (dt.time(9), dt.time(14), dt.time(13, 30)),
    ],
)
def test_the_last_intake_keeps_its_distance_from_the_end(stop, starts, ends, intake):
    placed = place_in_slot(StopData.of(stop), slot(stop, starts_at=starts, ends_at=ends))

    assert placed.last_intake == intake


def test_what_was_accepted_of_another_day_is_asked_again(stop):
    accepted = dataclasses.replace(
        StopData.of(stop),
        off_day_reason="يوم السوق",
        other_hours_reason="رمضان",
        landmark_confirmed_for=stop.date,
        accept_duplicate=True,
        accept_short_travel=True,
    )

    same_day = place_in_slot(accepted, slot(stop, ends_at=dt.time(15)))
    next_day = place_in_slot(accepted, slot(stop, date=NEXT_DAY))

    asked = (
        "off_day_reason",
        "other_hours_reason",
        "landmark_confirmed_for",
        "accept_duplicate",
        "accept_short_travel",
    )
    assert [getattr(same_day, name) for name in asked] == ["يوم السوق", "", stop.date, False, False]
    assert [getattr(next_day, name) for name in asked] == ["", "", None, False, False]
    assert place_in_slot(accepted, slot(stop)) == accepted


def test_what_somebody_saved_meanwhile_is_not_written_over(stop, district, head):
    seen = stop.updated_at
    other = make_editor(district, first_name="منى")
    theirs = edit_stop(stop, dataclasses.replace(StopData.of(stop), ends_at=dt.time(15)), by=other, now=NOW)

    for act in (
        lambda: move_on_board(stop, slot(stop, date=NEXT_DAY), seen=seen, by=head, now=NOW),
        lambda: discard_on_board(stop, seen=seen, by=head, now=NOW),
    ):
        with pytest.raises(StaleEdit, match="منى"):
            act()

    stored = Stop.objects.get()
    assert (stored.date, stored.ends_at, stored.updated_at) == (STOP_DATE, dt.time(15), theirs.updated_at)
    assert PlanAct.objects.count() == 0


def test_a_refused_move_writes_nothing(stop, head):
    with pytest.raises(RuleBroken) as refused:
        move_on_board(stop, slot(stop, date=dt.date(2026, 11, 27)), seen=stop.updated_at, by=head, now=NOW)

    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"weekend_without_reason", "landmark_not_confirmed"}
    assert Stop.objects.get().date == STOP_DATE
    assert PlanAct.objects.count() == 0


def test_a_published_stop_waits_to_be_published_again(stop, head):
    publish_stops([stop], by=head, now=NOW)
    stop.refresh_from_db()

    moved, act = move_on_board(stop, slot(stop, date=NEXT_DAY), seen=stop.updated_at, by=head, now=NOW)
    assert moved.has_unpublished_changes
    left, discarded = discard_on_board(moved, seen=moved.updated_at, by=head, now=NOW)
    assert (left.date, left.has_unpublished_changes) == (STOP_DATE, False)
    undo_act(discarded, by=head, now=NOW)
    assert Stop.objects.get().date == NEXT_DAY
    with pytest.raises(RuleBroken):
        undo_act(act, by=head, now=NOW)


def test_what_does_not_wait_is_not_discarded(stop, head):
    publish_stops([stop], by=head, now=NOW)
    stop.refresh_from_db()

    with pytest.raises(DomainError) as refused:
        discard_on_board(stop, seen=stop.updated_at, by=head, now=NOW)

    assert refused.value.code == "nothing_to_discard"


def test_a_copy_is_a_draft_of_its_own(stop, head):
    made, act = copy_on_board(stop, slot(stop, date=NEXT_DAY), by=head, now=NOW)

    assert made.pk != stop.pk
    assert made.status == StopStatus.DRAFT
    assert StopData.of(made) == dataclasses.replace(StopData.of(stop), date=NEXT_DAY)
    undo_act(act, by=head, now=NOW)
    assert list(Stop.objects.values_list("pk", flat=True)) == [stop.pk]


def test_a_discarded_draft_is_drafted_again(stop, head):
    before = StopData.of(stop)

    left, act = discard_on_board(stop, seen=stop.updated_at, by=head, now=NOW)

    assert left is None
    assert Stop.objects.count() == 0
    undo_act(act, by=head, now=NOW)
    assert StopData.of(Stop.objects.get()) == before


def test_other_units_are_not_touched(stop, head):
    stranger = make_editor(DistrictFactory())

    with pytest.raises(NotAllowed):
        move_on_board(stop, slot(stop, date=NEXT_DAY), seen=stop.updated_at, by=stranger, now=NOW)
    with pytest.raises(NotAllowed):
        discard_on_board(stop, seen=stop.updated_at, by=stranger, now=NOW)
    with pytest.raises(RuleBroken):
        copy_on_board(stop, slot(stop, date=NEXT_DAY), by=stranger, now=NOW)
    assert Stop.objects.get().date == STOP_DATE

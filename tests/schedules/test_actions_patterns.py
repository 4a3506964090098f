"""Recurring visits: their drafts follow the rule, and what a person has touched is left alone."""

import dataclasses
import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction

from schedules.actions import cancel_stop, discard_draft, draft_stop, edit_stop, publish_stops
from schedules.actions_patterns import (
    add_pattern,
    change_pattern,
    horizon_of,
    make_pattern_drafts,
    preview_pattern,
    set_pattern_day,
)
from schedules.actions_undo import undo_act
from schedules.enums import Cause, PatternDateKind
from schedules.models import PatternDate, PatternSkip, PlanAct, Stop, StopPattern
from schedules.pattern_rules import PatternData
from schedules.recurrence import Frequency, Recurrence
from schedules.tasks import draft_recurring_visits
from schedules.validators import StopData
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from tests.factories.schedules import CAIRO, STOP_DATE, HolidayFactory, HoursPeriodFactory, PlaceFactory
from tests.factories.services import OfferFactory, PaymentMeansFactory
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import Membership

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)  # a Sunday
WEEK = dt.timedelta(weeks=1)
SUNDAY = 7
HORIZON = dt.date(2026, 12, 25)  # a Friday; Sundays from STOP_DATE on: 29 November, 6, 13, 20 December
SUNDAYS = [STOP_DATE + n * WEEK for n in range(4)]


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def editor(district):
    return make_editor(district, first_name="منى", last_name="علي")


@pytest.fixture
def data(district):
    vehicle = VehicleFactory(assigned_to=district)
    return PatternData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        landmark_ar="أمام مركز شباب القرية",
        landmark_en="",
        starts_at=dt.time(9),
        ends_at=dt.time(14),
        last_intake=dt.time(13, 30),
        services=(OfferFactory(vehicle=vehicle).service,),
        payment_means=(PaymentMeansFactory(),),
        recurrence=Recurrence(Frequency.WEEKLY, (SUNDAY,)),
        starts_on=STOP_DATE,
    )


def add(data, by, **changes):
    return add_pattern(dataclasses.replace(data, **changes), by=by, now=NOW, horizon=HORIZON)


def change(pattern, data, by, *, since=None, **changes):
    return change_pattern(pattern, dataclasses.replace(data, **changes), since=since, by=by, now=NOW, horizon=HORIZON)


def run(horizon=HORIZON, now=NOW):
    return make_pattern_drafts(now=now, horizon=horizon)


def days():
    return list(Stop.objects.order_by("date").values_list("date", flat=True))


def moved(stop, by, **changes):
    return edit_stop(stop, dataclasses.replace(StopData.of(stop), **changes), by=by, now=NOW)


# -- making drafts ----------------------------------------------------------------------------------------------------------


def test_a_new_pattern_has_its_drafts_at_once(data, editor):
    made = add(data, editor).made
    assert days() == SUNDAYS
    assert {stop.created_by for stop in made} == {editor}
    first = Stop.objects.with_details().order_by("date")[0]
    assert StopData.of(first) == data.visit_on(STOP_DATE)
    assert (first.pattern, first.pattern_date, first.pattern_left_at) == (
        StopPattern.objects.get(),
        STOP_DATE,
        first.updated_at,
    )


def test_twice_makes_nothing_twice_and_writes_nothing(data, editor):
    HolidayFactory(date=SUNDAYS[1])
    add(data, editor)
    before = [(stop.pk, stop.updated_at) for stop in Stop.objects.order_by("pk")]
    skip = PatternSkip.objects.get()
    later = NOW + dt.timedelta(hours=1)
    (again,) = run(now=later)
    assert (again.made, again.changed, again.withdrawn) == ([], [], [])
    assert [(stop.pk, stop.updated_at) for stop in Stop.objects.order_by("pk")] == before
    assert PatternSkip.objects.get() == skip
    assert PatternSkip.objects.get().found_at == NOW


def test_the_horizon_moves_on(data, editor):
    add(data, editor)
    run(horizon=HORIZON + WEEK, now=NOW + WEEK)
    assert days() == [*SUNDAYS, SUNDAYS[-1] + WEEK]
    # A shorter horizon takes nothing away.
    run(horizon=STOP_DATE, now=NOW + WEEK)
    assert days() == [*SUNDAYS, SUNDAYS[-1] + WEEK]


def test_the_horizon_is_the_end_of_a_week(settings):
    settings.PATTERN_HORIZON_WEEKS = 2
    assert horizon_of(NOW) == dt.date(2026, 12, 11)
    # Past midnight in Cairo it is Saturday already.
    assert horizon_of(dt.datetime(2026, 11, 27, 22, 30, tzinfo=dt.UTC)) == dt.date(2026, 12, 18)


def test_the_task_works_up_to_the_horizon_of_the_setting(data, editor, settings):
    add_pattern(data, by=editor, now=NOW, horizon=STOP_DATE)
    assert days() == SUNDAYS[:1]
    settings.PATTERN_HORIZON_WEEKS = 2
    with time_machine.travel(NOW, tick=False):
        draft_recurring_visits()
    assert days() == SUNDAYS[:2]


@pytest.mark.parametrize(
    ("recurrence", "starts_on", "expected"),
    [
        (Recurrence(Frequency.WEEKLY, (SUNDAY,), 2), dt.date(2026, 11, 26), [SUNDAYS[0], SUNDAYS[2]]),
        (Recurrence(Frequency.MONTHLY, (1,), 1, (1, 3)), dt.date(2026, 11, 26), [dt.date(2026, 12, 7), dt.date(2026, 12, 21)]),
        (Recurrence(Frequency.MONTHLY, (SUNDAY,), 1, (-1,)), dt.date(2026, 11, 26), [STOP_DATE]),
    ],
)  # fmt: skip
def test_the_first_day_is_the_next_one_of_the_rule(data, editor, recurrence, starts_on, expected):
    add(data, editor, recurrence=recurrence, starts_on=starts_on)
    assert days() == expected
    assert StopPattern.objects.get().starts_on == expected[0]


def test_it_ends_on_its_last_day(data, editor):
    add(data, editor, ends_on=SUNDAYS[1])
    assert days() == SUNDAYS[:2]


@pytest.mark.usefixtures("in_english")
def test_what_cannot_be_drafted_is_kept_with_its_reason_until_it_can(data, editor):
    holiday = HolidayFactory(date=SUNDAYS[1], name_en="Feast")
    blocker = draft_stop(data.visit_on(SUNDAYS[2]), by=editor, now=NOW)
    found = add(data, editor)
    assert [(skip.date, skip.code) for skip in found.skipped] == [
        (SUNDAYS[1], "holiday_without_reason"),
        (SUNDAYS[2], "vehicle_already_booked"),
    ]
    assert "Feast" in PatternSkip.objects.order_by("date")[0].reason
    holiday.delete()
    discard_draft(blocker, by=editor)
    run()
    assert days() == SUNDAYS
    assert not PatternSkip.objects.exists()


def test_hours_are_those_of_the_period_and_follow_it(data, editor):
    period = HoursPeriodFactory(starts_on=SUNDAYS[1], ends_on=SUNDAYS[2], ends_at=dt.time(12), last_intake=None)
    add(data, editor)
    assert [stop.ends_at.hour for stop in Stop.objects.order_by("date")] == [14, 12, 12, 14]
    period.ends_on = SUNDAYS[1]
    period.save()
    (again,) = run()
    assert [stop.date for stop, _before in again.changed] == [SUNDAYS[2]]
    assert [stop.ends_at.hour for stop in Stop.objects.order_by("date")] == [14, 12, 14, 14]


# -- what a person has touched ----------------------------------------------------------------------------------------------


def test_what_a_person_touched_is_left_by_every_run_and_change(data, district, editor):
    head = make_head(district)
    edited, published, cancelled, plain = (stop for stop in add(data, editor).made)
    moved(edited, editor, date=SUNDAYS[0] + dt.timedelta(days=1))
    publish_stops([published, cancelled], by=head, now=NOW)
    cancel_stop(cancelled, cause=Cause.WEATHER, by=head, now=NOW)
    kept = Stop.objects.exclude(pk=plain.pk)
    before = sorted(kept.values_list("pk", "date", "starts_at", "updated_at", "status"))
    run()
    found = change(StopPattern.objects.get(), data, editor, starts_at=dt.time(10))
    assert [stop.pk for stop, _was in found.changed] == [plain.pk]
    assert [stop.pk for stop in found.left] == [edited.pk, published.pk, cancelled.pk]
    assert sorted(kept.values_list("pk", "date", "starts_at", "updated_at", "status")) == before
    assert Stop.objects.count() == 4


def test_a_submitted_draft_is_a_persons(data, editor):
    first = add(data, editor).made[0]
    Stop.objects.filter(pk=first.pk).update(submitted_at=NOW, submitted_by=editor)
    found = change(StopPattern.objects.get(), data, editor, starts_at=dt.time(10))
    assert [stop.pk for stop in found.left] == [first.pk]
    assert Stop.objects.get(pk=first.pk).starts_at == dt.time(9)


@pytest.mark.usefixtures("in_english")
def test_a_discarded_draft_stays_discarded(data, editor):
    discard_draft(add(data, editor).made[1], by=editor)
    run()
    assert days() == [SUNDAYS[0], *SUNDAYS[2:]]
    left_out = PatternDate.objects.get()
    assert (left_out.date, left_out.kind, left_out.reason) == (
        SUNDAYS[1],
        PatternDateKind.LEFT_OUT,
        "Its draft was discarded.",
    )


# -- days left out and added ------------------------------------------------------------------------------------------------


def set_day(day, kind, by, **more):
    return set_pattern_day(StopPattern.objects.get(), day, kind, by=by, now=NOW, horizon=HORIZON, **more)


def test_a_day_is_left_out_and_comes_back(data, editor):
    add(data, editor)
    found = set_day(SUNDAYS[2], PatternDateKind.LEFT_OUT, editor, reason="  مولد القرية.")
    assert [before.date for before in found.withdrawn] == [SUNDAYS[2]]
    assert PatternDate.objects.get().reason == "مولد القرية"
    assert days() == [*SUNDAYS[:2], SUNDAYS[3]]
    set_day(SUNDAYS[2], PatternDateKind.ADDED, editor)
    assert days() == SUNDAYS
    assert not PatternDate.objects.exists()


def test_a_day_is_added_and_taken_away(data, editor):
    monday = SUNDAYS[1] + dt.timedelta(days=1)
    add(data, editor)
    set_day(monday, PatternDateKind.ADDED, editor)
    assert monday in days()
    set_day(monday, PatternDateKind.LEFT_OUT, editor)
    assert days() == SUNDAYS


@pytest.mark.parametrize(
    ("day", "kind", "code"),
    [
        (SUNDAYS[0] - 2 * WEEK, PatternDateKind.LEFT_OUT, "date_in_the_past"),
        (SUNDAYS[0] + dt.timedelta(days=1), PatternDateKind.LEFT_OUT, "not_in_the_rule"),
        (SUNDAYS[0], PatternDateKind.ADDED, "in_the_rule"),
        (SUNDAYS[3] + dt.timedelta(days=1), PatternDateKind.ADDED, "after_its_end"),
    ],
)
def test_a_day_about_which_nothing_can_be_said(data, editor, day, kind, code):
    add(data, editor, ends_on=SUNDAYS[3])
    with pytest.raises(DomainError) as refused:
        set_day(day, kind, editor)
    assert (refused.value.field, refused.value.code) == ("date", code)


# -- changing the rule ------------------------------------------------------------------------------------------------------


def test_untouched_drafts_follow_the_rule(data, editor):
    add(data, editor)
    found = change(StopPattern.objects.get(), data, editor, recurrence=Recurrence(Frequency.WEEKLY, (2,)))
    assert days() == [sunday + dt.timedelta(days=2) for sunday in SUNDAYS]
    assert (len(found.made), len(found.withdrawn)) == (4, 4)
    assert not PatternDate.objects.exists()


def test_a_pattern_switched_off_takes_its_untouched_drafts_along(data, editor):
    first = add(data, editor).made[0]
    moved(first, editor, starts_at=dt.time(10))
    change(StopPattern.objects.get(), data, editor, is_active=False)
    assert days() == SUNDAYS[:1]
    run()
    assert days() == SUNDAYS[:1]


def test_a_change_from_a_day_on_begins_a_new_pattern(data, editor):
    made = add(data, editor).made
    moved(made[2], editor, ends_at=dt.time(13, 30))
    set_day(SUNDAYS[3], PatternDateKind.LEFT_OUT, editor)
    old = StopPattern.objects.get()
    since = SUNDAYS[1] + dt.timedelta(days=1)
    found = change(old, data, editor, since=since, starts_at=dt.time(10))
    old.refresh_from_db()
    new = found.pattern
    assert (old.ends_on, new.starts_on, new.ends_on, new.follows) == (SUNDAYS[1], SUNDAYS[2], None, old)
    assert [stop.pk for stop in found.left] == [made[2].pk]
    assert [(stop.date, stop.starts_at.hour, stop.pattern_id) for stop in Stop.objects.order_by("date")] == [
        (SUNDAYS[0], 9, old.pk),
        (SUNDAYS[1], 9, old.pk),
        (SUNDAYS[2], 9, new.pk),
    ]
    assert list(PatternDate.objects.values_list("pattern", "date")) == [(new.pk, SUNDAYS[3])]
    run(horizon=HORIZON + WEEK)
    assert (days()[-1], Stop.objects.count()) == (SUNDAYS[3] + WEEK, 4)


def test_a_changed_rule_of_every_second_week_keeps_its_step(data, editor):
    fortnightly = Recurrence(Frequency.WEEKLY, (SUNDAY,), 2)
    add(data, editor, recurrence=fortnightly)
    change(
        StopPattern.objects.get(), data, editor,
        since=SUNDAYS[0] + dt.timedelta(days=1), recurrence=fortnightly, starts_at=dt.time(10),
    )  # fmt: skip
    assert days() == [SUNDAYS[0], SUNDAYS[2]]


@pytest.mark.parametrize(
    ("since", "code"),
    [
        (dt.date(2026, 11, 21), "date_in_the_past"),
        (STOP_DATE, "changes_all_of_it"),
        (SUNDAYS[3] + dt.timedelta(days=1), "after_its_end"),
    ],
)
def test_a_day_from_which_on_nothing_can_be_changed(data, editor, since, code):
    add(data, editor, ends_on=SUNDAYS[3])
    with pytest.raises(RuleBroken) as refused:
        change(StopPattern.objects.get(), data, editor, since=since)
    assert (refused.value.field, refused.value.code) == ("change_from", code)


def test_a_pattern_that_somebody_else_saved_meanwhile(data, editor):
    add(data, editor)
    pattern = StopPattern.objects.get()
    with pytest.raises(DomainError) as refused:
        change_pattern(
            pattern, data, by=editor, now=NOW, horizon=HORIZON, seen=pattern.updated_at - dt.timedelta(seconds=1)
        )
    assert refused.value.code == "stale"
    assert editor.get_full_name() in str(refused.value.message)


# -- refusals and rights ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"starts_on": dt.date(2026, 11, 21)}, "starts_on", "date_in_the_past"),
        ({"starts_on": dt.date(2029, 1, 1)}, "starts_on", "too_far_ahead"),
        ({"ends_on": STOP_DATE - dt.timedelta(days=1)}, "ends_on", "ends_before_its_first_day"),
        ({"ends_at": dt.time(8)}, "ends_at", "ends_before_it_starts"),
        ({"last_intake": dt.time(15)}, "last_intake", "last_intake_outside_hours"),
        ({"landmark_ar": "."}, "landmark_ar", "landmark_without_words"),
        ({"services": ()}, "services", "no_service"),
    ],
)
def test_a_pattern_that_is_refused(data, editor, changes, field, code):
    with pytest.raises(RuleBroken) as refused:
        add(data, editor, **changes)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(field, code)]
    assert not StopPattern.objects.exists()


def test_people_of_another_unit(data, editor):
    other = make_editor(DistrictFactory())
    with pytest.raises(RuleBroken) as refused:
        add(data, other)
    assert refused.value.code == "not_your_unit"
    add(data, editor)
    with pytest.raises(NotAllowed):
        change(StopPattern.objects.get(), data, other, is_active=False)
    with pytest.raises(NotAllowed):
        set_day(STOP_DATE, PatternDateKind.LEFT_OUT, other)


@pytest.mark.usefixtures("in_english")
def test_a_pattern_whose_keeper_lost_the_right_waits_for_another(data, district, editor):
    add(data, editor)
    Membership.objects.filter(user=editor).delete()
    run(horizon=HORIZON + WEEK)
    assert days() == SUNDAYS
    skip = PatternSkip.objects.get()
    assert (skip.date, skip.code) == (SUNDAYS[3] + WEEK, "owner_without_right")
    assert skip.reason.startswith("منى علي, who saved this recurring visit last")
    successor = make_editor(district)
    change_pattern(StopPattern.objects.get(), data, by=successor, now=NOW, horizon=HORIZON + WEEK)
    assert days()[-1] == SUNDAYS[3] + WEEK
    assert not PatternSkip.objects.exists()


# -- preview and undo -------------------------------------------------------------------------------------------------------


def test_a_preview_does_it_and_undoes_it(data, editor):
    HolidayFactory(date=SUNDAYS[1])
    found = preview_pattern(data, by=editor, now=NOW, horizon=HORIZON)
    assert [stop.date for stop in found.made] == [SUNDAYS[0], *SUNDAYS[2:]]
    assert [skip.date for skip in found.skipped] == [SUNDAYS[1]]
    assert not Stop.objects.exists()
    assert not StopPattern.objects.exists()
    assert not PlanAct.objects.exists()


def test_taken_back_drafts_are_not_made_again(data, editor):
    act = add(data, editor).act
    undo_act(act, by=editor, now=NOW)
    run()
    assert days() == []
    assert PatternDate.objects.filter(kind=PatternDateKind.LEFT_OUT).count() == 4


def test_a_change_taken_back_gives_the_drafts_their_hours_back(data, editor):
    add(data, editor)
    act = change(StopPattern.objects.get(), data, editor, starts_at=dt.time(10)).act
    undo_act(act, by=editor, now=NOW)
    assert {stop.starts_at for stop in Stop.objects.all()} == {dt.time(9)}


# -- what the database holds ------------------------------------------------------------------------------------------------


def test_one_stop_for_a_day_of_a_pattern(data, editor):
    first, second, *_rest = add(data, editor).made
    with pytest.raises(IntegrityError, match="pattern_date"), transaction.atomic():
        Stop.objects.filter(pk=second.pk).update(pattern_date=first.date)
    with pytest.raises(IntegrityError, match="a_stop_of_a_pattern_says_of_which_day"), transaction.atomic():
        Stop.objects.filter(pk=second.pk).update(pattern_date=None)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"rrule": "FREQ=DAILY"}, "a_pattern_recurs_by_weeks_or_by_months"),
        ({"ends_on": STOP_DATE - WEEK}, "the_last_day_of_a_pattern_is_not_before_its_first"),
        ({"ends_at": dt.time(8)}, "a_visit_of_a_pattern_ends_after_it_starts"),
    ],
)
def test_what_the_database_refuses(data, editor, changes, name):
    add(data, editor)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        StopPattern.objects.update(**changes)

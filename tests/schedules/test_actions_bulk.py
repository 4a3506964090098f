"""Many stops in one act: all or none, each refusal with its stop, taken back until published, told by each unit's own number."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from announcements.enums import NoticeKind
from announcements.models import Notice
from schedules.actions import draft_stop, edit_stop, publish_stops
from schedules.actions_bulk import (
    AtHours,
    BulkRefused,
    ByDays,
    ToVehicle,
    change_and_publish_stops,
    change_stops,
    discard_drafts,
    fingerprint_stops,
    preview_change,
    preview_change_and_publication,
)
from schedules.actions_incidents import cancel_stops, postpone_stop, postpone_stops
from schedules.actions_undo import undo_act
from schedules.enums import Cause, PlanActKind, RevisionState, StopStatus
from schedules.models import PlanAct, Stop, StopRevision
from schedules.validators import StopData
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from tests.factories.schedules import STOP_DATE
from tests.factories.services import OfferFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, VehicleFactory
from tests.schedules.test_actions import LATER, NOW, stop_data
from vehicles.models import Assignment, District, Vehicle

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def head(district: District) -> User:
    return make_head(district)


@pytest.fixture
def vehicle(district: District) -> Vehicle:
    made: Vehicle = VehicleFactory(assigned_to=district)
    return made


@pytest.fixture
def plan(district: District, head: User, vehicle: Vehicle) -> Callable[..., list[Stop]]:
    """Drafts of one vehicle on days that follow each other; the first `announced` of them are published."""

    def make(days: int = 3, *, announced: int = 0, **changes: Any) -> list[Stop]:
        data = stop_data(district, vehicle=vehicle, **changes)
        stops = [draft_stop(dataclasses.replace(data, date=data.date + DAY * n), by=head, now=NOW) for n in range(days)]
        if announced:
            publish_stops(stops[:announced], by=head, now=NOW)
        return list(Stop.objects.filter(pk__in=[stop.pk for stop in stops]).order_by("date"))

    return make


def spare(district: District, *like: Stop) -> Vehicle:
    """Another vehicle of the unit that offers what `like` need."""
    made: Vehicle = VehicleFactory(assigned_to=district)
    for stop in like:
        for service in stop.services.all():
            if not made.offers.filter(service=service).exists():
                OfferFactory(vehicle=made, service=service)
    return made


def dates() -> list[dt.date]:
    return list(Stop.objects.order_by("date").values_list("date", flat=True))


# -- changing ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, -1])
def test_days_that_follow_each_other_make_room_for_each_other_and_go_back(
    plan: Callable[..., list[Stop]], head: User, days: int
) -> None:
    before = STOP_DATE + DAY * 8  # a Monday
    stops = plan(3, date=before)
    change_stops(stops, ByDays(days), by=head, now=LATER)
    assert dates() == [before + DAY * (n + days) for n in range(3)]
    act = PlanAct.objects.get()
    assert (act.kind, act.made_by, act.stops.count()) == (PlanActKind.DATES, head, 3)

    undo_act(act, by=head, now=LATER + HOUR)

    assert dates() == [before + DAY * n for n in range(3)]


def test_all_or_none_with_a_sentence_for_every_stop_in_the_way(
    plan: Callable[..., list[Stop]], district: District, head: User, vehicle: Vehicle
) -> None:
    stops = plan(5)  # Sunday to Thursday: the last two would come to lie on Friday and Saturday
    with pytest.raises(BulkRefused) as refused:
        change_stops(stops, ByDays(2), by=head, now=LATER)
    assert {pk: {problem.code for problem in problems} for pk, problems in refused.value.by_stop.items()} == {
        stops[3].pk: {"weekend_without_reason", "landmark_not_confirmed"},
        stops[4].pk: {"weekend_without_reason", "landmark_not_confirmed"},
    }
    assert dates() == [STOP_DATE + DAY * n for n in range(5)]
    assert not PlanAct.objects.exists()


def test_remaining_stops_are_given_to_another_vehicle(
    plan: Callable[..., list[Stop]], district: District, head: User
) -> None:
    stops = plan(3, announced=1)
    other = spare(district, *stops)
    changed = change_stops(stops[1:], ToVehicle(other), by=head, now=LATER)
    assert [each.stop.vehicle for each in changed] == [other, other]
    assert [(each.before.vehicle, each.after.vehicle) for each in changed] == [(stops[0].vehicle, other)] * 2
    assert set(Stop.objects.filter(vehicle=other)) == set(stops[1:])


def test_another_vehicle_that_does_not_offer_or_is_booked_says_so_of_each(
    plan: Callable[..., list[Stop]], district: District, head: User
) -> None:
    stops = plan(2)
    other: Vehicle = VehicleFactory(assigned_to=district)
    OfferFactory(vehicle=other)
    draft_stop(stop_data(district, vehicle=other), by=head, now=NOW)
    with pytest.raises(BulkRefused) as refused:
        change_stops(stops, ToVehicle(other), by=head, now=LATER)
    assert {pk: {problem.code for problem in problems} for pk, problems in refused.value.by_stop.items()} == {
        stops[0].pk: {"vehicle_already_booked", "service_not_offered"},
        stops[1].pk: {"service_not_offered"},
    }


def test_services_that_the_other_vehicle_does_not_offer_can_be_left_out(
    plan: Callable[..., list[Stop]], district: District, head: User, vehicle: Vehicle
) -> None:
    extra = OfferFactory(vehicle=vehicle).service
    (stop,) = plan(1)
    other = spare(district, stop)
    stop.services.add(extra)
    change_stops([stop], ToVehicle(other, only_offered=True), by=head, now=LATER)
    assert extra not in stop.services.all()
    none = VehicleFactory(assigned_to=district)
    with pytest.raises(BulkRefused) as refused:
        change_stops([stop], ToVehicle(none, only_offered=True), by=head, now=LATER)
    assert [problem.code for problem in refused.value.problems] == ["service_not_offered"]


def test_hours_of_many_stops_and_what_is_so_already_is_left_alone(plan: Callable[..., list[Stop]], head: User) -> None:
    stops = plan(2)
    hours = AtHours(dt.time(10), dt.time(13), dt.time(12, 30))
    edit_stop(stops[0], hours.apply(StopData.of(stops[0])), by=head, now=NOW)
    changed = change_stops(stops, hours, by=head, now=LATER)
    assert [each.stop for each in changed] == [stops[1]]
    assert set(Stop.objects.values_list("starts_at", "ends_at", "last_intake")) == {
        (dt.time(10), dt.time(13), dt.time(12, 30))
    }
    with pytest.raises(DomainError) as refused:
        change_stops(stops, hours, by=head, now=LATER)
    assert refused.value.code == "nothing_to_change"


def test_edge_24_what_somebody_else_has_saved_meanwhile_is_not_overwritten(
    plan: Callable[..., list[Stop]], district: District, head: User
) -> None:
    stops = plan(2)
    seen = fingerprint_stops(stops)
    editor = make_editor(district)
    edit_stop(stops[0], dataclasses.replace(StopData.of(stops[0]), landmark_ar="أمام المدرسة"), by=editor, now=NOW)
    with pytest.raises(DomainError) as refused:
        change_stops(stops, ByDays(1), by=head, now=LATER, seen=seen)
    assert refused.value.code == "stale"
    assert dates() == [STOP_DATE, STOP_DATE + DAY]
    change_stops(stops, ByDays(1), by=head, now=LATER, seen=fingerprint_stops(list(Stop.objects.all())))


def test_a_stop_of_another_unit_stops_the_whole_act(plan: Callable[..., list[Stop]], head: User) -> None:
    other = DistrictFactory()
    theirs = draft_stop(stop_data(other), by=make_head(other), now=NOW)
    with pytest.raises(BulkRefused) as refused:
        change_stops([*plan(1), theirs], ByDays(1), by=head, now=LATER)
    assert [problem.code for problem in refused.value.by_stop[theirs.pk]] == ["not_allowed"]
    assert dates() == [STOP_DATE, STOP_DATE]


def test_a_preview_changes_nothing(plan: Callable[..., list[Stop]], head: User) -> None:
    stops = plan(2)
    changed = preview_change(stops, ByDays(1), by=head, now=LATER)
    assert [each.after.date for each in changed] == [STOP_DATE + DAY * 2, STOP_DATE + DAY]
    assert dates() == [STOP_DATE, STOP_DATE + DAY]
    assert not PlanAct.objects.exists()


def test_drafts_are_discarded_together_and_come_back(plan: Callable[..., list[Stop]], head: User) -> None:
    stops = plan(3, announced=1)
    with pytest.raises(BulkRefused):
        discard_drafts(stops, by=head, now=LATER)
    assert Stop.objects.count() == 3
    assert discard_drafts(stops[1:], by=head, now=LATER) == 2
    assert list(Stop.objects.all()) == stops[:1]

    undo_act(PlanAct.objects.get(), by=head, now=LATER + HOUR)

    assert dates() == [STOP_DATE + DAY * n for n in range(3)]


# -- telling the public -----------------------------------------------------------------------------------------------------


def test_change_and_announcement_are_one_act(plan: Callable[..., list[Stop]], head: User) -> None:
    stops = plan(3, announced=2)
    previewed = preview_change_and_publication(stops, ByDays(1), by=head, now=LATER, cause=Cause.ORGANISATION)
    assert dates() == [STOP_DATE + DAY * n for n in range(3)]

    issued = change_and_publish_stops(stops, ByDays(1), by=head, now=LATER, cause=Cause.ORGANISATION)

    assert [(each.title, each.number) for each in previewed] == [(each.title_ar, each.number) for each in issued]
    assert [each.texts for each in previewed] == [dict(notice.texts.values_list("form", "body")) for notice in issued]
    assert dates() == [STOP_DATE + DAY * n for n in range(1, 4)]
    public = StopRevision.objects.public().order_by("date").values_list("date", flat=True)
    assert list(public) == [STOP_DATE + DAY, STOP_DATE + DAY * 2]
    # Only the draft can still be taken back.
    (line,) = PlanAct.objects.get().stops.all()
    assert line.stop == stops[2]


def test_what_waited_to_be_published_before_is_not_slipped_in(plan: Callable[..., list[Stop]], head: User) -> None:
    stops = plan(2, announced=2)
    edit_stop(stops[0], dataclasses.replace(StopData.of(stops[0]), landmark_ar="أمام المدرسة"), by=head, now=NOW)
    with pytest.raises(DomainError) as refused:
        change_and_publish_stops(stops, ByDays(1), by=head, now=LATER, cause=Cause.ORGANISATION)
    assert refused.value.code == "unpublished_changes"
    assert dates() == [STOP_DATE, STOP_DATE + DAY]


def test_an_editor_changes_and_does_not_publish(
    plan: Callable[..., list[Stop]], district: District, head: User
) -> None:
    stops = plan(1, announced=1)
    editor = make_editor(district)
    with pytest.raises(NotAllowed):
        change_and_publish_stops(stops, ByDays(1), by=editor, now=LATER, cause=Cause.ORGANISATION)
    assert dates() == [STOP_DATE]
    change_stops(stops, ByDays(1), by=editor, now=LATER)
    assert Stop.objects.get().has_unpublished_changes


def test_a_published_act_is_not_taken_back(plan: Callable[..., list[Stop]], head: User) -> None:
    stops = plan(1, announced=1)
    change_stops(stops, ByDays(1), by=head, now=LATER)
    publish_stops(stops, by=head, now=LATER + HOUR, cause=Cause.ORGANISATION)
    with pytest.raises(RuleBroken) as refused:
        undo_act(PlanAct.objects.get(), by=head, now=LATER + HOUR * 2)
    assert [problem.code for problem in refused.value.problems] == ["published_since"]


def test_edge_02_what_is_put_off_is_given_days_together_and_nothing_else(
    plan: Callable[..., list[Stop]], head: User
) -> None:
    (stop,) = plan(1, announced=1)
    postpone_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    with pytest.raises(BulkRefused) as refused:
        change_stops([stop], AtHours(dt.time(10), dt.time(13)), by=head, now=LATER)
    assert [problem.code for problem in refused.value.problems] == ["postponed"]
    change_stops([stop], ByDays(7), by=head, now=LATER)
    stop.refresh_from_db()
    assert (stop.status, stop.date, stop.has_unpublished_changes) == (
        StopStatus.POSTPONED,
        STOP_DATE + DAY * 7,
        True,
    )


def test_edge_11_a_lent_vehicle_makes_the_borrowing_unit_the_issuer(
    plan: Callable[..., list[Stop]], district: District
) -> None:
    (stop,) = plan(1, announced=1)
    borrower = DistrictFactory()
    lent = spare(borrower, stop)
    supervisor = make_supervisor()
    with pytest.raises(BulkRefused) as refused:
        change_stops([stop], ToVehicle(lent), by=supervisor, now=LATER)
    assert [problem.code for problem in refused.value.problems] == ["place_outside_unit"]

    change = ToVehicle(lent, accept_outside_district=True)
    change_and_publish_stops([stop], change, by=supervisor, now=LATER, cause=Cause.VEHICLE_FAULT)

    assert StopRevision.objects.public().get().district == borrower


def test_edge_02_the_rest_of_a_week_is_called_off_across_units_each_under_its_own_number(
    plan: Callable[..., list[Stop]], district: District, head: User
) -> None:
    stops = plan(3, announced=3)
    other = DistrictFactory(hayy=True)
    theirs = draft_stop(stop_data(other, date=STOP_DATE + DAY), by=make_head(other), now=NOW)
    publish_stops([theirs], by=make_head(other), now=NOW)
    with pytest.raises(NotAllowed):
        cancel_stops([*stops, theirs], cause=Cause.WEATHER, by=head, now=LATER)
    assert not Notice.objects.filter(kind=NoticeKind.CANCELLATION).exists()

    issued = cancel_stops([*stops, theirs], cause=Cause.WEATHER, by=make_supervisor(), now=LATER)

    assert {(notice.district, notice.number, notice.items.count()) for notice in issued} == {
        (district, 2, 3),
        (other, 2, 1),
    }
    states = StopRevision.objects.public().values_list("state", flat=True)
    assert set(states) == {RevisionState.CANCELLED}


def test_edge_25_a_vehicle_taken_for_an_election_is_replaced_or_its_visits_put_off(
    plan: Callable[..., list[Stop]], district: District, head: User
) -> None:
    stops = plan(2, announced=2)
    issued = postpone_stops(stops, cause=Cause.OFFICIAL_EVENT, by=head, now=LATER)
    assert [notice.kind for notice in issued] == [NoticeKind.POSTPONEMENT]
    assert "فعالية رسمية" in issued[0].texts.get(form="social").body


def test_an_assignment_that_ends_between_refuses_only_what_lies_behind_it(
    plan: Callable[..., list[Stop]], district: District, head: User
) -> None:
    stops = plan(2)
    other = spare(district, *stops)
    Assignment.objects.filter(vehicle=other).update(ends_on=STOP_DATE)
    AssignmentFactory(vehicle=other, district=DistrictFactory(), starts_on=STOP_DATE + DAY)
    with pytest.raises(BulkRefused) as refused:
        change_stops(stops, ToVehicle(other), by=head, now=LATER)
    assert {pk: [problem.code for problem in problems] for pk, problems in refused.value.by_stop.items()} == {
        stops[1].pk: ["not_your_unit", "place_outside_unit"]
    }

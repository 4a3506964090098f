"""Each rule twice: the sentence staff read, and the constraint that holds whichever code writes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories.users import UserFactory
from tests.factories.vehicles import (
    AssignmentFactory,
    DistrictFactory,
    GovernorateFactory,
    MembershipFactory,
    VehicleFactory,
)
from vehicles.enums import Role
from vehicles.models import Assignment, District, Membership, Vehicle

pytestmark = pytest.mark.django_db

JUNE = (dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def assert_refused(row: Assignment | District | Membership | Vehicle, *, sentence: str, constraint: str) -> None:
    """`row` is refused by validation with `sentence`, and by the database naming `constraint`."""
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert sentence in refused.value.messages
    assert_impossible(row, constraint=constraint)


def assert_impossible(row: Assignment | District | Membership | Vehicle, *, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


def build_assignment(vehicle: Vehicle, starts_on: dt.date, ends_on: dt.date | None) -> Assignment:
    return AssignmentFactory.build(vehicle=vehicle, district=DistrictFactory(), starts_on=starts_on, ends_on=ends_on)


# -- assignments ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_english")
def test_assignment_that_ends_before_it_starts_is_refused() -> None:
    assignment = build_assignment(VehicleFactory(), dt.date(2026, 6, 2), dt.date(2026, 6, 1))

    assert_refused(
        assignment,
        sentence="The last day must not come before the first.",
        constraint="assignment_ends_after_it_starts",
    )


def test_assignment_of_one_day_is_accepted() -> None:
    assignment = build_assignment(VehicleFactory(), dt.date(2026, 6, 1), dt.date(2026, 6, 1))

    assignment.full_clean()
    assignment.save()

    assert Assignment.objects.count() == 1


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (dt.date(2026, 6, 10), dt.date(2026, 6, 20)),  # inside
        (dt.date(2026, 5, 1), dt.date(2026, 7, 31)),  # around
        (dt.date(2026, 5, 1), dt.date(2026, 6, 1)),  # ends on the first day
        (dt.date(2026, 6, 30), dt.date(2026, 7, 31)),  # begins on the last day
        (dt.date(2026, 5, 1), None),  # open, from before
        (dt.date(2026, 6, 30), None),  # open, from the last day
        JUNE,
    ],
)
def test_overlapping_assignments_of_a_vehicle_are_refused(starts_on: dt.date, ends_on: dt.date | None) -> None:
    vehicle = AssignmentFactory(starts_on=JUNE[0], ends_on=JUNE[1]).vehicle

    assert_refused(
        build_assignment(vehicle, starts_on, ends_on),
        sentence="This vehicle is already assigned to a unit during these days.",
        constraint="a_vehicle_is_assigned_to_one_unit_at_a_time",
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (dt.date(2026, 5, 1), dt.date(2026, 5, 31)),  # until the day before
        (dt.date(2026, 7, 1), dt.date(2026, 7, 31)),  # from the day after
        (dt.date(2026, 7, 1), None),
    ],
)
def test_assignments_that_follow_each_other_are_accepted(starts_on: dt.date, ends_on: dt.date | None) -> None:
    vehicle = AssignmentFactory(starts_on=JUNE[0], ends_on=JUNE[1]).vehicle
    assignment = build_assignment(vehicle, starts_on, ends_on)

    assignment.full_clean()
    assignment.save()

    assert vehicle.assignments.count() == 2


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(("starts_on", "ends_on"), [(JUNE[0], None), (dt.date(2027, 1, 1), dt.date(2027, 1, 1))])
def test_nothing_follows_an_open_assignment(starts_on: dt.date, ends_on: dt.date | None) -> None:
    vehicle = AssignmentFactory(starts_on=JUNE[0], ends_on=None).vehicle

    assert_refused(
        build_assignment(vehicle, starts_on, ends_on),
        sentence="This vehicle is already assigned to a unit during these days.",
        constraint="a_vehicle_is_assigned_to_one_unit_at_a_time",
    )


def test_two_vehicles_may_work_for_units_on_the_same_days() -> None:
    AssignmentFactory(starts_on=JUNE[0], ends_on=JUNE[1])
    assignment = build_assignment(VehicleFactory(), *JUNE)

    assignment.full_clean()
    assignment.save()

    assert Assignment.objects.count() == 2


def test_assignment_does_not_overlap_itself_when_it_is_edited() -> None:
    assignment = AssignmentFactory(starts_on=JUNE[0], ends_on=JUNE[1])
    assignment.ends_on = dt.date(2026, 6, 29)

    assignment.full_clean()
    assignment.save()

    assignment.refresh_from_db()
    assert assignment.ends_on == dt.date(2026, 6, 29)


@pytest.mark.usefixtures("in_english")
def test_assignment_cannot_be_moved_onto_another() -> None:
    vehicle = AssignmentFactory(starts_on=JUNE[0], ends_on=JUNE[1]).vehicle
    later = AssignmentFactory(vehicle=vehicle, starts_on=dt.date(2026, 7, 1), ends_on=None)
    later.starts_on = JUNE[1]

    assert_refused(
        later,
        sentence="This vehicle is already assigned to a unit during these days.",
        constraint="a_vehicle_is_assigned_to_one_unit_at_a_time",
    )
    with pytest.raises(IntegrityError, match="a_vehicle_is_assigned"), transaction.atomic():
        Assignment.objects.filter(pk=later.pk).update(starts_on=JUNE[1])


# -- memberships ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("role", [Role.EDITOR, Role.HEAD])
def test_membership_of_the_whole_governorate_is_for_supervisors(role: Role) -> None:
    assert_refused(
        MembershipFactory.build(user=UserFactory(), district=None, role=role),
        sentence="An editor, a head and a vehicle officer have a unit; the other roles have none.",
        constraint="a_role_is_held_for_a_unit_or_for_the_governorate",
    )


@pytest.mark.usefixtures("in_english")
def test_supervisor_has_no_unit() -> None:
    assert_refused(
        MembershipFactory.build(user=UserFactory(), district=DistrictFactory(), role=Role.SUPERVISOR),
        sentence="An editor, a head and a vehicle officer have a unit; the other roles have none.",
        constraint="a_role_is_held_for_a_unit_or_for_the_governorate",
    )


def test_role_is_given_once_per_unit() -> None:
    first = MembershipFactory()
    second = MembershipFactory.build(user=first.user, district=first.district, role=first.role)

    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_supervisor_role_is_given_once() -> None:
    user = UserFactory()
    MembershipFactory(user=user, district=None, role=Role.SUPERVISOR)
    second = MembershipFactory.build(user=user, district=None, role=Role.SUPERVISOR)

    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_user_may_have_several_roles_and_units() -> None:
    first = MembershipFactory(role=Role.EDITOR)
    for membership in (
        MembershipFactory.build(user=first.user, district=first.district, role=Role.HEAD),
        MembershipFactory.build(user=first.user, district=DistrictFactory(), role=Role.EDITOR),
    ):
        membership.full_clean()
        membership.save()

    assert first.user.memberships.count() == 3


# -- units, vehicles, the governorate ---------------------------------------------------------------------------------------


def test_official_code_belongs_to_one_unit() -> None:
    DistrictFactory(official_code="EG01")
    second = DistrictFactory.build(governorate=GovernorateFactory(), official_code="EG01")

    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_several_units_may_have_no_official_code() -> None:
    DistrictFactory(official_code="")
    second = DistrictFactory.build(governorate=GovernorateFactory(), official_code="")

    second.full_clean()
    second.save()

    assert District.objects.filter(official_code="").count() == 2


@pytest.mark.parametrize("code", ["", "سيارة", "SOH 1", "-1", "SOH/1", "SOH-1\n"])
def test_vehicle_code_fits_an_address(code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        VehicleFactory.build(code=code).full_clean()

    assert set(refused.value.message_dict) == {"code"}


@pytest.mark.parametrize("days", ["", "8", "5,", "5;6", "friday", "5,6\n"])
def test_weekend_must_be_day_numbers(days: str) -> None:
    with pytest.raises(ValidationError) as refused:
        GovernorateFactory.build(weekend_days=days).full_clean()

    assert set(refused.value.message_dict) == {"weekend_days"}


def test_weekend_is_data() -> None:
    governorate = GovernorateFactory.build(weekend_days="5,6")
    week = [dt.date(2026, 11, 22) + dt.timedelta(days=number) for number in range(7)]  # from a Sunday

    assert [governorate.is_weekend(day) for day in week] == [False] * 5 + [True] * 2
    assert GovernorateFactory.build(weekend_days="7").is_weekend(week[0])


@pytest.mark.usefixtures("in_english")
def test_unit_label_names_its_kind_in_arabic_and_falls_back_to_it() -> None:
    assert DistrictFactory.build(name_ar="سوهاج").label_ar == "مركز سوهاج"
    assert DistrictFactory.build(hayy=True, name_ar="غرب").label_ar == "حي غرب"
    assert DistrictFactory.build(name_en="Sohag Markaz").label == "Sohag Markaz"
    assert DistrictFactory.build(name_ar="سوهاج", name_en="").label == "مركز سوهاج"


def test_vehicles_of_a_unit_are_those_assigned_on_the_day() -> None:
    unit = DistrictFactory()
    current = AssignmentFactory(district=unit, starts_on=JUNE[0], ends_on=None).vehicle
    until_june = AssignmentFactory(district=unit, starts_on=JUNE[0], ends_on=JUNE[1]).vehicle
    AssignmentFactory(starts_on=JUNE[0])

    assert set(Vehicle.objects.of_district(unit, on=JUNE[1])) == {current, until_june}
    assert set(Vehicle.objects.of_district(unit, on=dt.date(2026, 7, 1))) == {current}
    assert set(Vehicle.objects.of_district(unit, on=dt.date(2026, 5, 31))) == set()


@pytest.mark.parametrize(
    ("starts", "ends"),
    [(dt.time(12), None), (None, dt.time(13)), (dt.time(13), dt.time(12)), (dt.time(13), dt.time(13))],
)
def test_friday_prayer_has_both_hours_in_order_or_none(starts: dt.time | None, ends: dt.time | None) -> None:
    governorate = GovernorateFactory(friday_prayer_starts_at=dt.time(12), friday_prayer_ends_at=dt.time(13))
    governorate.friday_prayer_starts_at, governorate.friday_prayer_ends_at = starts, ends
    with pytest.raises(ValidationError) as refused:
        governorate.full_clean()
    assert list(refused.value.message_dict) == ["__all__"]
    with pytest.raises(IntegrityError, match="the_friday_prayer_ends_after_it_starts"), transaction.atomic():
        governorate.save()

"""Who may do what: by role, by unit, and only during the days of a membership."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories.users import UserFactory
from tests.factories.vehicles import DistrictFactory, MembershipFactory
from vehicles.enums import ROLE_RIGHTS, UNIT_ROLES, Right, Role
from vehicles.models import District, Membership
from vehicles.queries import list_districts_of, list_holders, may, rights_of

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 27)
DAY = dt.timedelta(days=1)


@pytest.fixture
def unit() -> District:
    return DistrictFactory()


def test_every_role_has_rights() -> None:
    assert set(ROLE_RIGHTS) == set(Role.values)
    assert all(Right.READ in rights for rights in ROLE_RIGHTS.values())


@pytest.mark.parametrize("role", Role.values)
def test_role_gives_its_rights_and_no_other(role: str, unit: District) -> None:
    other = DistrictFactory()
    member = MembershipFactory(role=role, district=unit if role in UNIT_ROLES else None).user

    assert {right for right in Right if may(member, right, unit)} == ROLE_RIGHTS[role]
    elsewhere = {right for right in Right if may(member, right, other)}
    assert elsewhere == (frozenset() if role in UNIT_ROLES else ROLE_RIGHTS[role])


@pytest.mark.parametrize(
    ("starts", "ends", "valid"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
        (TODAY - DAY, TODAY + DAY, True),
    ],
)
def test_membership_gives_rights_during_its_days(
    unit: District, starts: dt.date | None, ends: dt.date | None, valid: bool
) -> None:
    member = MembershipFactory(role=Role.HEAD, district=unit, starts_on=starts, ends_on=ends)
    supervisor = MembershipFactory(role=Role.SUPERVISOR, district=None, starts_on=starts, ends_on=ends)

    assert bool(rights_of(member.user, on=TODAY).by_unit) is valid
    assert (supervisor.user in list_holders(Right.SUPERVISE, on=TODAY)) is valid
    assert member.is_valid_on(TODAY) is valid


def test_rights_of_several_memberships_add_up(unit: District) -> None:
    other = DistrictFactory()
    user = UserFactory()
    for district, role in ((unit, Role.HEAD), (unit, Role.OFFICER), (other, Role.EDITOR)):
        Membership.objects.create(user=user, district=district, role=role)

    assert list(list_districts_of(user, Right.PUBLISH)) == [unit]
    assert set(list_districts_of(user, Right.EDIT)) == {unit, other}


def test_nobody_without_an_account_in_use_has_rights(unit: District) -> None:
    left = MembershipFactory(role=Role.HEAD, district=unit, user=UserFactory(is_active=False)).user
    boss = UserFactory(is_active=False, is_superuser=True)

    assert not list_districts_of(left, Right.READ).exists()
    assert not list_districts_of(boss, Right.READ).exists()
    assert not list_holders(Right.READ).exists()

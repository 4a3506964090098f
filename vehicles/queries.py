"""Reads about units, vehicles and who may act for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from vehicles.enums import ROLE_RIGHTS, Right, roles_with
from vehicles.models import Assignment, District, Governorate, Membership, OutOfService, Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.db.models import QuerySet

    Person = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do: by unit (primary key), and for the whole governorate."""

    by_unit: Mapping[int, Set[Right]]
    everywhere: frozenset[Right]

    def units_with(self, right: Right) -> list[int]:
        """The units for which the right is held unit by unit."""
        return [unit for unit, rights in self.by_unit.items() if right in rights]


def find_assignment(vehicle: Vehicle, *, on: dt.date) -> Assignment | None:
    """The assignment of `vehicle` on the local day `on`, with its unit."""
    return (
        Assignment.objects.select_related("district__governorate")
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), vehicle=vehicle, starts_on__lte=on)
        .first()
    )


def find_out_of_service(vehicle: Vehicle, *, on: dt.date) -> OutOfService | None:
    """The period in which `vehicle` cannot work on the local day `on`."""
    return OutOfService.objects.touching(on, on).filter(vehicle=vehicle).first()


def get_governorate() -> Governorate | None:
    """The governorate of this installation."""
    return Governorate.objects.order_by("pk").first()


def rights_of(user: Person, *, on: dt.date | None = None) -> Rights:
    """What `user` may do on the local day `on` (today, unless said otherwise), from their memberships alone.

    Two queries at most. Rights that are not a unit's hold for the governorate's own notices as well.
    """
    if not user.is_active:
        return Rights({}, frozenset())
    if getattr(user, "is_superuser", False):
        return Rights({}, frozenset(Right))
    by_unit: dict[int, set[Right]] = {}
    everywhere: set[Right] = set()
    valid = Membership.objects.filter(user_id=user.pk).valid_on(on or timezone.localdate())
    for membership in valid:
        rights = ROLE_RIGHTS[membership.role]
        if membership.district_id is None:
            everywhere |= rights
        else:
            by_unit.setdefault(membership.district_id, set()).update(rights)
    return Rights(by_unit, frozenset(everywhere))


def is_supervisor(user: Person) -> bool:
    """Whether `user` acts for every unit and for the governorate itself."""
    return holds(user, Right.SUPERVISE)


def holds(user: Person, right: Right) -> bool:
    """Whether `user` has `right` for the whole governorate."""
    return right in rights_of(user).everywhere


def may(user: Person, right: Right, district: District) -> bool:
    """Whether `user` has `right` for `district`, which may be the governorate's own row."""
    rights = rights_of(user)
    return right in rights.everywhere or right in rights.by_unit.get(district.pk, ())


def list_districts_of(user: Person, right: Right) -> QuerySet[District]:
    """The units for which `user` has `right`."""
    rights = rights_of(user)
    if right in rights.everywhere:
        return District.objects.all()
    return District.objects.filter(pk__in=rights.units_with(right))


def list_issuers_of(user: Person, right: Right) -> QuerySet[District]:
    """The same with the governorate's own row, for whoever has the right for all of it."""
    rights = rights_of(user)
    if right in rights.everywhere:
        return District.issuers.all()
    return District.objects.filter(pk__in=rights.units_with(right))


def may_edit(user: Person, district: District) -> bool:
    """Whether `user` may draft and change stops of `district`."""
    return may(user, Right.EDIT, district)


def may_publish(user: Person, district: District) -> bool:
    """Whether `user` may publish and cancel stops of `district` (its head, or the supervisor)."""
    return may(user, Right.PUBLISH, district)


def list_holders(right: Right, *, on: dt.date | None = None) -> QuerySet[User]:
    """The active people who have `right` for the whole governorate on the local day `on` (today, unless said otherwise)."""
    valid = Membership.objects.valid_on(on or timezone.localdate()).filter(
        role__in=roles_with(right), district__isnull=True
    )
    return User.objects.filter(Q(pk__in=valid.values("user")) | Q(is_superuser=True), is_active=True)


def list_unit_members(right: Right, *, on: dt.date) -> dict[User, set[int]]:
    """The active people who have `right` unit by unit on the local day `on`, each with their units (primary keys). One query."""
    valid = Membership.objects.valid_on(on).filter(role__in=roles_with(right), user__is_active=True)
    members: dict[User, set[int]] = {}
    for membership in valid.select_related("user").order_by("user__pk", "pk"):
        if membership.district_id is not None:
            members.setdefault(membership.user, set()).add(membership.district_id)
    return members

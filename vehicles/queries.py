"""Reads about units, vehicles and who may act for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from vehicles.enums import PUBLISHING_ROLES, Role
from vehicles.models import Assignment, District, Governorate, Membership, Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.db.models import QuerySet

    Person = AbstractBaseUser | AnonymousUser


def find_assignment(vehicle: Vehicle, *, on: dt.date) -> Assignment | None:
    """The assignment of `vehicle` on the local day `on`, with its unit."""
    return (
        Assignment.objects.select_related("district__governorate")
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), vehicle=vehicle, starts_on__lte=on)
        .first()
    )


def get_governorate() -> Governorate | None:
    """The governorate of this installation."""
    return Governorate.objects.order_by("pk").first()


def is_supervisor(user: Person) -> bool:
    """Whether `user` acts for every unit."""
    if not user.is_active:
        return False
    if getattr(user, "is_superuser", False):
        return True
    return Membership.objects.filter(user_id=user.pk, role=Role.SUPERVISOR).exists()


def list_districts_of(user: Person, *, publishing: bool = False) -> QuerySet[District]:
    """The units `user` works for; with `publishing`, only those whose stops they may publish and cancel."""
    if not user.is_active or user.pk is None:
        return District.objects.none()
    if is_supervisor(user):
        return District.objects.all()
    return _list_districts_in_roles(user, PUBLISHING_ROLES if publishing else list(Role))


def _list_districts_in_roles(user: Any, roles: Iterable[Role]) -> QuerySet[District]:
    return District.objects.filter(memberships__user_id=user.pk, memberships__role__in=roles).distinct()


def list_issuers_of(user: Person) -> QuerySet[District]:
    """The units whose notices `user` reads and looks after; for a supervisor the governorate's own as well."""
    if not user.is_active or user.pk is None:
        return District.objects.none()
    if is_supervisor(user):
        return District.issuers.all()
    return _list_districts_in_roles(user, list(Role))


def may_edit(user: Person, district: District) -> bool:
    """Whether `user` may draft and change stops of `district`."""
    if district.is_governorate:
        return is_supervisor(user)
    return list_districts_of(user).filter(pk=district.pk).exists()


def may_publish(user: Person, district: District) -> bool:
    """Whether `user` may publish and cancel stops of `district` (its head, or the supervisor)."""
    if district.is_governorate:
        return is_supervisor(user)
    return list_districts_of(user, publishing=True).filter(pk=district.pk).exists()

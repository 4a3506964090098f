"""Staff accounts and what they may do."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import User

from vehicles.enums import Role
from vehicles.models import District, Membership

PASSWORD = "correct-horse-battery"


class UserFactory(factory.django.DjangoModelFactory):
    """A member of staff who can log in with `PASSWORD` but belongs to no unit."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    is_staff = True

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        password = kwargs.pop("password", PASSWORD)
        return model_class.objects.create_user(*args, password=password, **kwargs)


def make_editor(district: District, **fields: Any) -> User:
    """A user who drafts and edits the stops of `district`."""
    return _make_member(Role.EDITOR, district, fields)


def make_head(district: District, **fields: Any) -> User:
    """A user who also publishes and cancels the stops of `district`."""
    return _make_member(Role.HEAD, district, fields)


def make_supervisor(**fields: Any) -> User:
    """A user who acts for every unit."""
    return _make_member(Role.SUPERVISOR, None, fields)


def _make_member(role: Role, district: District | None, fields: dict[str, Any]) -> User:
    user: User = UserFactory(**fields)
    Membership.objects.create(user=user, district=district, role=role)
    return user

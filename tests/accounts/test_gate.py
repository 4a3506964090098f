"""No page of the admin opens by the password alone to whoever needs more; every address is tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from tests.accounts.conftest import code_of, sign_in_fully
from tests.factories.users import PASSWORD, UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from vehicles.enums import Role
from vehicles.models import Membership

pytestmark = pytest.mark.django_db
# What may be reached before the sign-in is complete; all else is behind the gate.
AT_THE_DOOR = {
    "login", "login_code", "second_factor_set_up", "logout", "password_reset", "password_reset_done",
    "password_reset_confirm", "password_reset_complete", "invitation",
}  # fmt: skip


def admin_patterns(patterns: Any, before: str = "/admin/") -> Iterator[tuple[str, str]]:
    """Name and address of every page of the admin, with something in place of each argument."""
    for one in patterns:
        part = str(one.pattern)
        if isinstance(one, URLResolver):
            yield from admin_patterns(one.url_patterns, before + part)
        elif isinstance(one, URLPattern):
            yield one.name or "", before + part


def addresses() -> list[tuple[str, str]]:
    found = []
    for name, route in admin_patterns(admin.site.urls[0]):
        address = re.sub(r"<(?:\w+:)?\w+>", "1", route)
        if "(?P<app_label>" in address:
            address = "/admin/auth/"
        if "(?P<url>" in address:
            address = "/admin/anything/at/all/"
        found.append((name, address))
    return found


def leads_to_the_door(response: Any) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("admin:login"))


@pytest.mark.once
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_of_the_admin_is_behind_the_gate(client: Client, required: None, method: str) -> None:
    client.force_login(make_supervisor())
    pages = addresses()

    open_to_all = [
        address
        for name, address in pages
        if name not in AT_THE_DOOR and not leads_to_the_door(getattr(client, method)(address))
    ]

    assert open_to_all == []
    assert len(pages) > 100


def test_session_without_the_code_is_led_to_the_code(client: Client, required: None, set_up: Any) -> None:
    head = make_head(DistrictFactory())
    device, _codes = set_up(head)
    client.force_login(head)

    door = client.get("/admin/vehicles/vehicle/?q=1", follow=True)
    entered = client.post(door.redirect_chain[-1][0], {"code": code_of(device)})

    assert door.redirect_chain[-1][0].startswith("/admin/login/code/?next=")
    assert entered["Location"] == "/admin/vehicles/vehicle/?q=1"
    assert client.get("/admin/vehicles/vehicle/").status_code == 200


def test_session_bound_to_a_device_opens_every_page(client: Client, required: None, set_up: Any) -> None:
    head = make_head(DistrictFactory())
    device, _codes = set_up(head)
    sign_in_fully(client, head, device)

    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("role", "policy", "status"),
    [
        (Role.EDITOR, "required", 200),
        (Role.OFFICER, "required", 200),
        (Role.HEAD, "required", 302),
        (Role.HEAD, "optional", 200),
        (Role.HEAD, "off", 200),
        (Role.SUPERVISOR, "required", 302),
        (Role.ADMINISTRATOR, "required", 302),
        (Role.COMMITTEE, "required", 200),
        (Role.SUPPORT, "required", 200),
    ],
)
def test_roles_that_reach_the_public_must_have_a_second_factor(
    client: Client, settings: Any, role: Role, policy: str, status: int
) -> None:
    settings.SECOND_FACTOR = policy
    user = UserFactory()
    unit = DistrictFactory() if role in (Role.EDITOR, Role.OFFICER, Role.HEAD) else None
    Membership.objects.create(user=user, role=role, district=unit)
    client.force_login(user)

    assert client.get("/admin/").status_code == status


def test_superuser_without_a_role_must_have_one_too(client: Client, required: None) -> None:
    client.force_login(UserFactory(is_superuser=True))

    assert leads_to_the_door(client.get("/admin/"))


def test_password_alone_signs_nobody_in(client: Client, required: None, set_up: Any) -> None:
    head = make_head(DistrictFactory())
    set_up(head)

    answer = client.post(
        "/admin/login/?next=/admin/vehicles/vehicle/", {"username": head.username, "password": PASSWORD}
    )

    assert answer["Location"].startswith("/admin/login/code/")
    assert "_auth_user_id" not in client.session
    assert leads_to_the_door(client.get("/admin/"))


def test_whoever_has_no_telephone_is_led_to_set_one_up_and_nowhere_else(client: Client, required: None) -> None:
    head = make_head(DistrictFactory())

    answer = client.post(
        "/admin/login/", {"username": head.username, "password": PASSWORD, "next": "/admin/auth/"}, follow=True
    )

    assert answer.request["PATH_INFO"] == "/admin/second-factor/"
    assert leads_to_the_door(client.get("/admin/account/"))


def test_editor_signs_in_by_the_password_alone(client: Client, required: None) -> None:
    editor = make_editor(DistrictFactory())

    answer = client.post(
        "/admin/login/?next=/admin/schedules/stop/", {"username": editor.username, "password": PASSWORD}
    )

    assert answer["Location"] == "/admin/schedules/stop/"
    assert client.get("/admin/schedules/stop/").status_code == 200


def test_door_leads_to_no_other_site(client: Client, required: None) -> None:
    editor = make_editor(DistrictFactory())
    told = {"username": editor.username, "password": PASSWORD, "next": "https://elsewhere.example/"}

    assert client.post("/admin/login/", told)["Location"] == "/admin/"


def test_pending_sign_in_ends_after_a_while_and_with_another_password(
    client: Client, required: None, set_up: Any, clock: Any
) -> None:
    head = make_head(DistrictFactory())
    device, _codes = set_up(head)
    told = {"username": head.username, "password": PASSWORD}
    client.post("/admin/login/", told)
    clock.shift(16 * 60)

    late = client.post("/admin/login/code/", {"code": code_of(device)})
    client.post("/admin/login/", told)
    head.set_password("another-long-password")
    head.save()
    changed = client.post("/admin/login/code/", {"code": code_of(device)})

    assert leads_to_the_door(late)
    assert leads_to_the_door(changed)


def test_whoever_owes_a_step_can_log_out(client: Client, required: None) -> None:
    client.force_login(make_supervisor())

    assert client.post("/admin/logout/").status_code == 200
    assert "_auth_user_id" not in client.session

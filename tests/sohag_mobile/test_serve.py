"""Starting the product on one machine: what is refused, and what the demonstration accounts are."""

import socket
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from sohag_mobile.management.commands import serve
from sohag_mobile.management.commands.load_demo_accounts import load_accounts
from sohag_mobile.processes import free_port
from tests.factories.vehicles import DistrictFactory
from vehicles.enums import Role
from vehicles.models import Membership


def test_second_copy_in_one_folder_is_refused_with_the_first_ones_address(tmp_path: Path) -> None:
    with (
        serve.only_one_per_folder(tmp_path / "lock", 8010),
        pytest.raises(CommandError, match=r"already running at http://127\.0\.0\.1:8010/ "),
        serve.only_one_per_folder(tmp_path / "lock", 8020),
    ):
        pass


def test_copy_may_start_again_after_the_first_has_ended(tmp_path: Path) -> None:
    for _ in range(2):
        with serve.only_one_per_folder(tmp_path / "lock", 8010):
            assert (tmp_path / "lock").read_text(encoding="utf-8").startswith("http://127.0.0.1:8010/ (process ")


def test_port_in_use_is_named_with_its_variable(settings: Settings) -> None:
    settings.STANDIN_PORT, settings.STANDIN_SMTP_PORT = free_port(), free_port()
    with (
        socket.create_server(("127.0.0.1", settings.STANDIN_PORT)),
        pytest.raises(CommandError, match=f"Port {settings.STANDIN_PORT} is in use .* STANDIN_PORT="),
    ):
        serve.refuse_taken_ports(free_port())


def test_generated_password_is_kept_for_its_owner_alone(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.DEMO_PASSWORD = tmp_path, ""

    assert serve.demo_password() == serve.demo_password() != ""
    assert (tmp_path / "demo_password").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_demo_accounts_are_made_once_and_follow_the_password() -> None:
    DistrictFactory(slug="north")

    load_accounts("first-password")
    names = load_accounts("second-password")

    assert names == [
        *("supervisor", "committee", "support", "administrator"),
        *("head-north", "editor-north", "officer-north"),
    ]
    assert sorted(get_user_model()._default_manager.values_list("username", flat=True)) == sorted(names)
    assert {membership.role for membership in Membership.objects.all()} == set(Role.values)
    assert [authenticate(username=name, password="first-password") for name in names] == [None] * len(names)
    assert all(authenticate(username=name, password="second-password") for name in names)


@pytest.mark.django_db
def test_demo_accounts_are_refused_in_production(settings: Settings) -> None:
    settings.STANDIN_URL = ""

    with pytest.raises(CommandError, match="development only"):
        call_command("load_demo_accounts", password="some-password")
    assert get_user_model()._default_manager.count() == 0


@pytest.mark.django_db
def test_a_password_may_begin_with_a_dash(settings) -> None:
    settings.STANDIN_URL = "http://127.0.0.1:9"
    DistrictFactory(slug="unit")
    call_command("load_demo_accounts", password="-made-by-chance", verbosity=0)
    assert get_user_model().objects.get(username="head-unit").check_password("-made-by-chance")
    with pytest.raises(CommandError):
        call_command("load_demo_accounts", password="", verbosity=0)

"""A morning at which everything stands still, the second factor required, and lock-outs counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.actions_factor import begin_set_up, confirm_set_up
from tests.support.staff import NOW


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR = "required"


@pytest.fixture
def counted(settings: Any) -> None:
    settings.AXES_ENABLED = True


def code_of(device: TOTPDevice) -> str:
    """What the telephone shows now."""
    return f"{totp(device.bin_key):06}"


@pytest.fixture
def set_up(clock: Any) -> Callable[[User], tuple[TOTPDevice, list[str]]]:
    """Set up the telephone of a person; the device, which has used up the code of this half minute, and the recovery codes."""

    def do(user: User) -> tuple[TOTPDevice, list[str]]:
        device = begin_set_up(user)
        device, codes = confirm_set_up(user, code_of(device), now=NOW)
        clock.shift(60)
        return device, codes

    return do


def sign_in_fully(client: Client, user: User, device: TOTPDevice) -> None:
    """As after both steps, without the pages."""
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()

"""When tokens expire, as the stand-in tells it."""

import datetime as dt
import logging

import pytest
import requests
from django.utils import timezone

from announcements.channels.base import ChannelError, PermanentChannelError, Target, TemporaryChannelError
from announcements.channels.tokens import expires_soon, look_up_expiry
from announcements.standin.server import StandIn

TOKEN = "EAAsecretpagetoken"
TARGET = Target("100200300", TOKEN)
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_expiry_is_what_the_vendor_tells(standin: StandIn, kind: str) -> None:
    requests.post(f"{standin.url}/_control", json={"token_expires_in": 3 * 86400}, timeout=5)

    expires_at = look_up_expiry(kind, TARGET)

    assert expires_at is not None
    assert abs(expires_at - timezone.now() - 3 * DAY) < dt.timedelta(seconds=5)
    assert expires_soon(expires_at, timezone.now())


def test_token_that_never_expires_has_no_end(standin: StandIn) -> None:
    assert look_up_expiry("facebook", TARGET) is None
    assert standin.state.requests["facebook GET"] == 1


@pytest.mark.parametrize("kind", ["telegram", "x", "webhook", "mail", "radio_folder", "apprise"])
def test_other_kinds_are_not_asked(standin: StandIn, kind: str) -> None:
    assert look_up_expiry(kind, TARGET) is None
    assert not standin.state.requests


def test_token_that_has_ended_is_permanent(standin: StandIn) -> None:
    standin.state.token_expires_in = -60

    with pytest.raises(PermanentChannelError) as caught:
        look_up_expiry("facebook", TARGET)

    assert caught.value.code == "token_expired"


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("expired_token", PermanentChannelError, "token_expired"),
        ("rate_limit", TemporaryChannelError, "rate_limited"),
        ("timeout", TemporaryChannelError, "no_answer"),
        ("garbled", TemporaryChannelError, "malformed"),
    ],
)
def test_failed_look_up_names_its_reason_and_not_the_token(
    standin: StandIn, mode: str, error: type[ChannelError], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    standin.fail("facebook", mode)

    with pytest.raises(ChannelError) as caught:
        look_up_expiry("facebook", TARGET)

    assert (type(caught.value), caught.value.code) == (error, code)
    assert TOKEN not in f"{caplog.text} {caught.value!r}"


def test_missing_token_is_permanent() -> None:
    with pytest.raises(PermanentChannelError) as caught:
        look_up_expiry("facebook", Target("1"))

    assert caught.value.code == "token_missing"


@pytest.mark.parametrize(
    ("expires_at", "expected"),
    [
        (None, False),
        (NOW - DAY, True),
        (NOW, True),
        (NOW + 7 * DAY, True),
        (NOW + 7 * DAY + dt.timedelta(seconds=1), False),
    ],
)
def test_warning_begins_a_week_ahead(expires_at: dt.datetime | None, expected: bool) -> None:
    assert expires_soon(expires_at, NOW) is expected


def test_warning_may_begin_later() -> None:
    assert not expires_soon(NOW + 2 * DAY, NOW, ahead=DAY)

"""The local stand-in, running in a thread of the test on free ports: real HTTP and SMTP, no mocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from announcements.standin.server import StandIn

# A test waits this long for an answer that never comes.
TIMEOUT_SECONDS = 0.3


def point_settings_at(stand_in: StandIn, settings: Settings, *, outbox: Path) -> None:
    """Make every channel of this test speak to the stand-in, and the radio folder lie in `outbox`."""
    settings.FACEBOOK_GRAPH_URL = f"{stand_in.url}/v23.0"
    settings.TELEGRAM_API_URL = stand_in.url
    settings.INSTAGRAM_GRAPH_URL = f"{stand_in.url}/instagram/v23.0"
    settings.X_API_URL = stand_in.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = stand_in.host, stand_in.smtp_port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "media@unit.example"
    settings.RADIO_OUTBOX_DIR = outbox
    settings.CHANNEL_TIMEOUT = (TIMEOUT_SECONDS, TIMEOUT_SECONDS)


@pytest.fixture(scope="session")
def running_standin() -> Iterator[StandIn]:
    """One stand-in for the whole run; tests use `standin`."""
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def standin(running_standin: StandIn, settings: Settings, tmp_path: Path) -> StandIn:
    """An empty stand-in, with the settings pointing at it."""
    running_standin.state.reset()
    point_settings_at(running_standin, settings, outbox=tmp_path / "radio")
    return running_standin

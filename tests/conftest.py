"""What every test stands on: no network but this machine, the product's own language, an empty cache, one browser."""

import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import settings

# The same examples on every machine, so that a run says something about the code and not about luck. To look for new ones:
# make test-sqlite PYTEST_ARGS="--hypothesis-profile=explore tests/announcements/arabic"
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeat")

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """Refuse connections to anywhere but loopback: a test that announces something to the world must fail."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any, /) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise RuntimeError(f"A test tried to reach {address[0]}; only this machine may be reached.")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    """Arabic, as a request without a language prefix has it, and nothing remembered from another test."""
    cache.clear()
    with translation.override("ar"):
        yield


@pytest.fixture
def in_english(_clean_slate: None) -> Iterator[None]:
    """Sentences as they are written in the code, for tests that compare them whole."""
    with translation.override("en"):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with its reason, what only PostgreSQL can show; put the slow journeys last."""
    if connection.vendor != "postgresql":
        skip = pytest.mark.skip(reason="needs PostgreSQL; `make test` runs it there as well")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(skip)
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium (Playwright, synchronous): Debian's if it is there, else Playwright's own."""
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]

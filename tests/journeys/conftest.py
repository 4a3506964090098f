"""One running product for all journeys of a run, and people who use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.people import Browser, Page, Staff
from tests.support.system import System, running_system


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Web server, worker with beat and stand-in, with the example schedule, in a folder of their own."""
    with running_system(tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.fixture
def log_in(system: System, browser: Browser) -> Iterator[object]:
    """Open a browser window of one's own for a member of staff: `log_in("head-gharb")`."""
    contexts = []

    def open_for(name: str) -> Staff:
        context = browser.new_context(
            locale="ar-EG", timezone_id="Africa/Cairo", viewport={"width": 1200, "height": 900}
        )
        contexts.append(context)
        return Staff(system, context.new_page(), name)

    yield open_for
    for context in contexts:
        context.close()


@pytest.fixture
def citizen(browser: Browser) -> Iterator[Page]:
    """An old telephone: 360 px wide, and no JavaScript."""
    context = browser.new_context(locale="ar-EG", java_script_enabled=False, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture
def pictures() -> Path | None:
    """Where to put screenshots, when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)

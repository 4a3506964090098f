"""One running product for all journeys of a run, and people who use it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from tests.journeys.people import Browser, Page, Staff
from tests.journeys.policy import WatchedBrowser
from tests.support.system import System, running_system


@pytest.fixture(scope="session")
def browser(browser: Browser) -> WatchedBrowser:
    """The browser of all tests, watched."""
    return WatchedBrowser(browser)


@pytest.fixture(autouse=True)
def _policy_is_kept(browser: WatchedBrowser) -> Iterator[None]:
    """No page of a journey, of whichever window, has anything that its own policy refuses."""
    yield
    assert browser.take_refused() == []


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Web server, worker with beat and stand-in, with the example schedule, in a folder of their own.

    A story is told within one day. Around midnight all clocks, ours among them, go ahead to a quarter of an hour after it.
    """
    ahead = time_to_a_whole_day(timezone.localtime())
    with contextlib.ExitStack() as stack:
        if ahead:
            stack.enter_context(time_machine.travel(timezone.now() + ahead, tick=True))
        yield stack.enter_context(running_system(tmp_path_factory.mktemp("system"), ahead=ahead))


def time_to_a_whole_day(now: dt.datetime) -> dt.timedelta:
    """How far it is from the local moment `now` to a quarter past midnight, if the day is about to end or has hardly begun."""
    is_about_to_end = now.time() > dt.time(23, 40)
    if not is_about_to_end and now.time() >= dt.time(0, 15):
        return dt.timedelta()
    day = now.date() + dt.timedelta(days=is_about_to_end)
    return dt.datetime.combine(day, dt.time(0, 15), tzinfo=now.tzinfo) - now


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

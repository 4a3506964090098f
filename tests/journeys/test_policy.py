"""The watch over the policy of the pages sees what it is there for, with a script and without."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.policy import WatchedBrowser
from tests.support.system import System

pytestmark = [pytest.mark.journey, pytest.mark.once]
PAGES = ["/", "/admin/login/"]
STYLE = "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">…</p>')"
SCRIPT = "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hasRun = true'}))"


@pytest.mark.parametrize("path", PAGES)
def test_what_is_put_into_a_page_is_refused_and_noted(system: System, browser: WatchedBrowser, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{system.url}{path}")
    assert browser.take_refused() == []

    page.evaluate(STYLE)
    page.evaluate(SCRIPT)
    page.wait_for_timeout(100)

    assert page.evaluate("window.hasRun") is None
    assert [line.split("policy: ")[1].split()[:2] for line in browser.take_refused()] == [
        ["style-src-attr", "inline"],
        ["script-src-elem", "inline"],
    ]
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_it_is_noted_where_no_script_runs(system: System, browser: WatchedBrowser, path: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    def spoil(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</body>", '<p style="color: red">…</p></body>'))

    page.route(f"{system.url}{path}", spoil)
    page.goto(f"{system.url}{path}")
    page.wait_for_timeout(100)

    (line,) = browser.take_refused()
    assert "style" in line
    context.close()

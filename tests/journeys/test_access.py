"""Nobody is shut out: every public page under axe-core, in both languages, both schemes, on a telephone and on a desk."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.people import Browser, Page
from tests.support.system import ROOT, System

pytestmark = [
    pytest.mark.journey,
    pytest.mark.once,
]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
SIZES = ((360, 740), (1200, 900))
SCHEMES = ("light", "dark")
# axe passes over text whose letters are joined, so over all Arabic, unless it is told to look at every element with text.
CONTRAST = (
    "axe.configure({rules: [{id: 'color-contrast',"
    " matches: node => [...node.childNodes].some(child => child.nodeType === 3 && child.nodeValue.trim())}]})"
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="ar-EG", timezone_id="Africa/Cairo", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def public_pages(system: System) -> dict[str, str]:
    """One address of each type of page, by the name of the type."""
    stops = json.loads(system.get("/api/v1/stops/"))["results"]
    stop = stops[0]
    quarter = next(one["place"] for one in stops if one["place"]["kind"] == "quarter")
    month = stop["date"][:7]
    notice = re.search(r'href="(/notices/[^"/]+/\d{4}/\d+/)"', system.get("/notices/"))
    district = re.search(r'href="(/districts/[^"/]+/)"', system.get("/districts/"))
    service = re.search(r'href="(/services/[^"/]+/)"', system.get("/services/"))
    week = re.search(r'href="(/calendar/\d{4}-W\d\d/)', system.get("/calendar/"))
    assert None not in (notice, district, service, week)
    return {
        "home": "/",
        "found": "/?q=الكوامل",
        "not found": "/?q=برشلونة",
        "place": f"/places/{stop['place']['code']}/",
        "quarter": f"/places/{quarter['code']}/",
        "place without a visit": "/places/EG260301/",
        "districts": "/districts/",
        "district": district[1],
        "vehicle": f"/vehicles/{stop['vehicle']['code']}/",
        "this week": "/calendar/",
        "week": week[1],
        "month": f"/calendar/{month}/",
        "services": "/services/",
        "service": service[1],
        "near": "/near/",
        "near a point": "/near/26.56,31.69/",
        "map": "/map/",
        "notices": "/notices/",
        "notice": notice[1],
        "offline": "/offline/",
        "widget": "/widget/",
        "error": "/there-is-no-such-page/",
    }


def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it stands, one line for each element."""
    # While axe-core looks it puts styles of its own into the page; the watch over the policy looks away.
    page.evaluate("window.isLookedAt = true")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(CONTRAST)
    result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    page.evaluate("new Promise(done => setTimeout(done, 20)).then(() => { window.isLookedAt = false; })")
    return [
        f"{violation['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def in_every_look(page: Page) -> Iterator[str]:
    """Put the page into each scheme and size; the name of the look."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            yield f"{scheme} {width}"


@pytest.mark.parametrize("language", ["", "/en"], ids=["arabic", "english"])
def test_no_public_page_shuts_anybody_out(system: System, page: Page, language: str) -> None:
    found: dict[str, list[str]] = {}
    for name, path in public_pages(system).items():
        page.goto(f"{system.url}{language}{path}")
        # What is folded up is looked at as well.
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        for look in in_every_look(page):
            if problems := violations(page):
                found[f"{name} ({look})"] = problems

    assert found == {}


def test_a_bad_pair_of_colours_is_caught(system: System, page: Page) -> None:
    """The rule of contrast looks at Arabic text at all: pale letters must be reported."""
    page.goto(f"{system.url}/")
    assert violations(page) == []

    # By script: the page's own policy forbids a style element.
    page.evaluate("Object.assign(document.querySelector('h1').style, {color: '#bbb', background: '#fff'})")

    assert [line.split(":")[0] for line in violations(page)] == ["color-contrast"]

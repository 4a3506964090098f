"""Whatever is asked of a public address, its parts or its parameters: a clear answer, never an error of ours, nothing echoed raw.

The addresses are those of the product itself, so one that is added is asked the same.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories.announcements import NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOON = dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=CAIRO)
SCRIPT = "<script>alert(1)</script>"
BAD = [
    "%00", "%FF%FE", "a%0Ab", "..%2F..%2Fetc%2Fpasswd", quote(SCRIPT), quote("'\"><img src=x>"), "%27%20OR%201=1--", "9" * 30,
    "x" * 300, "-1", "٩٩", "%E2%80%AE", quote("{{7*7}}"), "2026-02-30", "NaN", "inf",
]  # fmt: skip
# Answered to machines inside, or to staff behind a login.
NOT_PUBLIC = re.compile(r"admin/|healthz|readyz|metrics")
PART = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^()]*\)")
PAGE_PARAMETERS = ["q", "district", "vehicle", "service", "year", "page"]


def list_routes() -> Iterator[str]:
    """Every public address, `{}` for each of its parts."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            elif isinstance(entry, URLPattern) and "[" not in PART.sub("", route):
                yield "/" + PART.sub("{}", route.replace("^", "")).replace("\\Z", "").replace("\\", "")

    yield from (route for route in walk(get_resolver(), "") if not NOT_PUBLIC.match(route[1:]))


ROUTES = list(list_routes())


@pytest.fixture(autouse=True)
def _something_to_find() -> Iterator[None]:
    NoticeItemFactory()
    with time_machine.travel(NOON, tick=False):
        yield


def complaint(response: Any, *, allowed: tuple[int, ...]) -> str:
    """What is wrong with an answer, or nothing."""
    body = response.content.decode(errors="replace")
    if response.status_code not in allowed:
        return f"status {response.status_code}"
    if response["Content-Type"].startswith("text/html"):
        if SCRIPT in body or "<img src=x" in body:
            return "echoed as it came"
        if response.status_code >= 400 and not ('role="search"' in body and 'lang="ar"' in body):
            return "no way on"
    elif response.status_code >= 400 and set(json.loads(body)) != {"code", "message", "fields"}:
        return f"an error of another shape: {body[:80]}"
    return ""


def ask(client: Client, addresses: list[str], *, allowed: tuple[int, ...]) -> dict[str, str]:
    """What is wrong, by address."""
    return {path: wrong for path in addresses if (wrong := complaint(client.get(path), allowed=allowed))}


def test_addresses_are_all_there() -> None:
    assert {
        "/",
        "/places/{}/",
        "/calendar/{}/",
        "/notices/{}/{}/{}/",
        "/places/{}/calendar.ics",
        "/api/v1/stops/{}/",
    } <= set(ROUTES)


def test_bad_part_of_an_address_is_a_clear_refusal(client: Client) -> None:
    parted = [route for route in ROUTES if "{}" in route]

    addresses = [route.replace("{}", bad) for route in parted for bad in BAD]
    assert ask(client, addresses, allowed=(400, 404)) == {}


def test_bad_parameters_are_ignored_or_refused(client: Client) -> None:
    whole = [route for route in ROUTES if "{}" not in route and not route.startswith("/api/")]

    addresses = [f"{route}?{name}={bad}" for route in whole for name in PAGE_PARAMETERS for bad in BAD]
    assert ask(client, addresses, allowed=(200, 400, 404)) == {}


def test_bad_parameters_of_the_api_are_refused_beside_their_fields(client: Client) -> None:
    schema = client.get("/api/v1/schema/?format=json", headers={"accept": "application/json"}).json()
    named = {
        path: [each["name"] for each in operations["get"].get("parameters", ()) if each["in"] == "query"]
        for path, operations in schema["paths"].items()
        if "{" not in path
    }
    addresses = [f"{path}?{name}={bad}" for path, names in named.items() for name in names for bad in BAD]

    assert len(addresses) > 20 * len(BAD)
    assert ask(client, addresses, allowed=(200, 400, 404)) == {}

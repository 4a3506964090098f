"""The living page of components: in development only, and whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from schedules.styleguide_examples import list_stops_by_state
from tests.factories.vehicles import GovernorateFactory

pytestmark = pytest.mark.django_db
COMPONENTS = project.BASE_DIR / "templates/components"
# Those that draw no thing of their own: lists of others, or the head of a page.
NOT_OF_THEIR_OWN = {"days_ahead", "found_places", "places_by_unit", "summary", "week_posters"}


def test_there_is_no_such_page_in_production(client: Client) -> None:
    assert [client.get(path).status_code for path in ("/styleguide/", "/en/styleguide/")] == [404, 404]


@pytest.mark.parametrize(("path", "direction"), [("/styleguide/", "rtl"), ("/en/styleguide/", "ltr")])
def test_the_page_is_drawn_in_both_directions(client: Client, settings: Any, path: str, direction: str) -> None:
    GovernorateFactory()
    settings.STYLEGUIDE = True

    response = client.get(path)

    assert response.status_code == 200
    assert re.findall(r'<html lang="(?:ar|en)" dir="(rtl|ltr)">', response.content.decode()) == [direction]
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! defer src=)", response.content.decode()) == []
    assert response.cookies == {}


def test_every_component_is_there(client: Client, settings: Any) -> None:
    GovernorateFactory()
    settings.STYLEGUIDE = True

    drawn = {template.name for template in client.get("/styleguide/").templates}

    there = {f"components/{path.name}" for path in COMPONENTS.iterdir()}
    assert there - drawn == {f"components/{name}.html" for name in NOT_OF_THEIR_OWN}


def test_examples_have_every_look_that_the_signs_are_drawn_for(client: Client) -> None:
    looks = {stop.look for stop in list_stops_by_state().values()}

    assert looks == {"open", "soon", "late", "moved", "postponed", "stopped", "cancelled", "done"}

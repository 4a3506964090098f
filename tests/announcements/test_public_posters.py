"""The poster and the card of a notice, as anybody gets them, and what shared links to notices show."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from announcements.models import Notice
from schedules.models import StopRevision
from tests.factories.announcements import NoticeFactory, NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce, announce_stop, cancel, change
from tests.support.papers import count_pages, size_of, title_of
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOTICE = "/notices/naqada/2026/1/"
POSTER, CARD = f"{NOTICE}poster.pdf", f"{NOTICE}card.png"
LATER = NOW + dt.timedelta(hours=2)


@pytest.fixture
def district() -> District:
    district: District = DistrictFactory(slug="naqada", name_ar="نقادة")
    return district


def drafts(district: District, count: int) -> list[Any]:
    place = PlaceFactory(district=district)
    return [StopFactory(place=place, date=STOP_DATE + dt.timedelta(days=number)) for number in range(count)]


def get(client: Client, path: str, *, at: dt.datetime = LATER, **headers: str) -> Any:
    with time_machine.travel(at, tick=False):
        return client.get(path, headers=headers)


def test_poster_has_a_page_for_each_stop(client: Client, district: District) -> None:
    announce(*drafts(district, 3))

    response = get(client, POSTER)

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'inline; filename="notice-naqada-2026-1-poster.pdf"'
    assert (count_pages(response.content), title_of(response.content)[:16]) == (3, "إعلان رقم 1/2026")


def test_card_is_a_picture(client: Client, district: District) -> None:
    announce(*drafts(district, 3))

    response = get(client, CARD)

    assert (response["Content-Type"], size_of(response.content)) == ("image/png", (1200, 630))
    assert get(Client(), CARD, **{"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("correct", [change, cancel])
def test_stops_told_otherwise_since_are_left_out(client: Client, district: District, correct: Any) -> None:
    first, *_rest = stops = drafts(district, 2)
    announce(*stops)
    correct(first, **({"starts_at": dt.time(10)} if correct is change else {}))

    old, new = get(client, POSTER), get(client, "/notices/naqada/2026/2/poster.pdf")

    assert (count_pages(old.content), count_pages(new.content)) == (1, 1)
    assert title_of(new.content)[:16] == "تنويه رقم 2/2026"


def test_notice_wholly_replaced_has_no_files_and_no_picture(client: Client, district: District) -> None:
    (stop,) = drafts(district, 1)
    announce(stop)
    change(stop, starts_at=dt.time(10))

    page = get(client, NOTICE).content.decode()

    assert (get(client, POSTER).status_code, get(client, CARD).status_code) == (404, 404)
    assert POSTER not in page
    assert previews(page)["og:description"] == "هذا الإعلان لم يعد ساريًا."
    assert "og:image" not in previews(page)


def test_files_go_when_the_visits_are_over(client: Client, district: District) -> None:
    announce(*drafts(district, 2))
    end = dt.datetime.combine(STOP_DATE, dt.time(14), tzinfo=CAIRO)

    pages = [count_pages(get(client, POSTER, at=at).content) for at in (end - dt.timedelta(seconds=3), end)]
    cards = [previews(get(client, NOTICE, at=at).content.decode())["og:image"] for at in (LATER, end)]
    over = get(client, NOTICE, at=end + dt.timedelta(days=1)).content.decode()

    assert pages == [2, 1]
    assert [card.partition("?")[2] for card in cards] == ["v=2", "v=1"]
    assert get(client, POSTER, at=end + dt.timedelta(days=1)).status_code == 404
    assert (POSTER in over, "og:image" in previews(over)) == (False, False)


@pytest.mark.parametrize("path", [POSTER, CARD])
@pytest.mark.parametrize("stops", [1, 3])
def test_files_cost_the_same_queries_with_1_and_3_stops(
    client: Client, district: District, django_assert_num_queries: DjangoAssertNumQueries, path: str, stops: int
) -> None:
    announce(*drafts(district, stops))

    with django_assert_num_queries(3):
        get(client, path)


@pytest.mark.parametrize(
    "path",
    [
        "/notices/nope/2026/1/poster.pdf", "/notices/naqada/2026/9/card.png", "/notices/naqada/0000/1/poster.pdf",
        "/notices/naqada/2026/99999999999999999999/card.png", "/notices/naqada/2026/1/poster.pdf%0A",
        "/notices/naqada/2026/0/poster.pdf", "/en/notices/naqada/2026/1/poster.pdf",
    ],
)  # fmt: skip
def test_bad_addresses_are_a_clear_404(client: Client, district: District, path: str) -> None:
    announce(*drafts(district, 1))

    response = get(client, path)

    assert (response.status_code, 'role="search"' in response.content.decode()) == (404, True)


def test_notice_that_keeps_no_facts_offers_nothing(client: Client, district: District) -> None:
    NoticeItemFactory(
        notice=NoticeFactory(district=district), revision=StopRevisionFactory(place=PlaceFactory(district=district))
    )

    page = get(client, NOTICE).content.decode()

    assert (get(client, POSTER).status_code, POSTER in page) == (404, False)


def previews(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', html))


@pytest.mark.parametrize("language", ["", "/en"])
def test_notice_page_links_to_its_poster_and_shows_its_card_in_previews(
    client: Client, district: District, settings: Any, language: str
) -> None:
    settings.PUBLIC_BASE_URL = "https://example.org"
    notice = announce(*drafts(district, 2))

    html = get(client, f"{language}{NOTICE}").content.decode()
    found = previews(html)

    assert f'href="{POSTER}"' in html
    assert found["og:image"] == f"https://example.org{CARD}?v=2"
    assert (found["og:title"], found["og:url"]) == (notice.title_ar, f"https://example.org{language}{NOTICE}")
    assert found["og:description"][:20] == notice.texts.get(form="social").body[:20]
    assert found["twitter:card"] == "summary_large_image"


def test_silent_change_leaves_the_notice_in_force(client: Client, district: District) -> None:
    stop, notice = announce_stop(place=PlaceFactory(district=district))
    told = notice.items.get()
    NoticeItemFactory(
        notice=notice, revision=StopRevisionFactory(stop=stop, landmark_en="Elsewhere"), replaces=told
    )  # what publishing writes when citizens cannot notice the change

    page = get(client, NOTICE).content.decode()

    assert StopRevision.objects.filter(stop=stop).count() == 2
    assert page.count('href="/places/') == 1
    assert "لم يعد ساريًا" not in page
    assert "حل محله" not in page
    assert (get(client, POSTER).status_code, POSTER in page) == (200, True)
    assert Notice.objects.count() == 1

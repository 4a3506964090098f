"""The poster and the card of a place, as anybody gets them."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
import zxingcpp
from django.test import Client, override_settings
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from announcements.notice_files import draw_preview
from announcements.poster_content import week_content
from announcements.public_files import DRAWN_AT_ONCE, drawing_turn
from schedules.models import Place
from schedules.poster_views import visit_facts, week_facts
from schedules.queries import find_next_visit
from schedules.queries_weeks import list_week_of
from schedules.site import addresses_about, every_address
from sohag_mobile.weeks import Week
from tests.factories.announcements import NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce_stop, cancel, change
from tests.support.papers import count_pages, size_of, title_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
POSTER, CARD = "/places/P1/poster.pdf", "/places/P1/card.png"
MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)
NEXT_WEEK = STOP_DATE + dt.timedelta(days=7)


@pytest.fixture
def place() -> Place:
    place: Place = PlaceFactory(code="P1", name_ar="بلصفورة", district=DistrictFactory(slug="naqada", name_ar="نقادة"))
    return place


@pytest.fixture
def without_the_font(settings: Any, tmp_path: Path) -> None:
    """A machine on which the font of the posters was never installed."""
    settings.POSTER_FONTS_DIR = str(tmp_path)


def get(client: Client, path: str, *, at: dt.datetime = MORNING, **headers: str) -> Any:
    with time_machine.travel(at, tick=False):
        return client.get(path, headers=headers)


def test_poster_is_a_pdf_with_a_readable_name(client: Client, place: Place) -> None:
    announce_stop(place=place)

    response = get(client, POSTER)

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert (count_pages(response.content), title_of(response.content)[:16]) == (1, "إعلان رقم 1/2026")
    plain, _, readable = response["Content-Disposition"].partition("; filename*=UTF-8''")
    assert plain == 'inline; filename="poster-P1-2026-11-29.pdf"'
    assert unquote(readable) == "قرية بلصفورة 2026-11-29.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_card_is_a_picture_of_the_size_that_link_previews_want(client: Client, place: Place) -> None:
    announce_stop(place=place)

    response = get(client, CARD, **{"accept-encoding": "gzip, br"})

    assert (response["Content-Type"], size_of(response.content)) == ("image/png", (1200, 630))
    assert "Content-Encoding" not in response


@pytest.mark.parametrize("path", [POSTER, CARD])
def test_files_are_answered_304_and_are_the_same_in_every_process(client: Client, place: Place, path: str) -> None:
    announce_stop(place=place)

    first = get(client, path)
    again = get(Client(), path, **{"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    # Nothing in it tells when it was drawn.
    assert get(client, path, at=MORNING - dt.timedelta(days=2)).content == first.content


def test_unknown_parameters_share_one_drawing(
    client: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    announce_stop(place=place)
    first = get(client, CARD)

    with django_assert_num_queries(1):
        again = get(client, f"{CARD}?v=17&fbclid=x")
    assert again["ETag"] == first["ETag"]


def test_poster_is_of_the_next_visit_until_that_is_over(client: Client, place: Place) -> None:
    announce_stop(place=place)
    announce_stop(place=place, date=NEXT_WEEK)
    end = dt.datetime.combine(STOP_DATE, dt.time(14), tzinfo=CAIRO)

    before = get(client, POSTER, at=end - dt.timedelta(seconds=4))
    after = get(client, POSTER, at=end)

    assert "2026-11-29" in before["Content-Disposition"]
    assert before["Cache-Control"] == "public, max-age=4"
    assert "2026-12-06" in after["Content-Disposition"]


def test_poster_of_a_changed_visit_tells_the_change(client: Client, place: Place) -> None:
    stop, _notice = announce_stop(place=place)
    first = get(client, POSTER)
    change(stop, starts_at=dt.time(10))

    changed = get(client, POSTER)

    assert changed["ETag"] != first["ETag"]
    assert title_of(changed.content)[:16] == "تنويه رقم 2/2026"
    revision = find_next_visit("P1", now=MORNING)
    facts = visit_facts(revision) if revision else None
    assert facts is not None
    assert [(pair.before.starts_at, pair.after.starts_at) for pair in facts.changes] == [(dt.time(9), dt.time(10))]


def test_poster_tells_a_silent_change_under_the_number_that_was_given(client: Client, place: Place) -> None:
    stop, _notice = announce_stop(place=place)
    StopRevisionFactory(stop=stop, landmark_en="Elsewhere").notice_items.create(notice=stop_notice(stop))

    assert title_of(get(client, POSTER).content)[:16] == "إعلان رقم 1/2026"


def stop_notice(stop: Any) -> Any:
    return stop.revisions.get(number=0).notice_items.get().notice


def test_code_on_the_poster_leads_to_the_place(client: Client, place: Place, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://example.org"
    announce_stop(place=place)
    revision = find_next_visit("P1", now=MORNING)
    facts = visit_facts(revision) if revision else None
    assert facts is not None

    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(draw_preview(facts))))

    assert found.text == "https://example.org/places/P1/"


@pytest.mark.parametrize("path", [POSTER, CARD])
def test_place_without_a_coming_visit_has_no_files(client: Client, place: Place, path: str) -> None:
    assert get(client, path).status_code == 404
    stop, _notice = announce_stop(place=place)
    assert get(client, path).status_code == 200

    cancel(stop)

    assert get(client, path).status_code == 404
    assert "هذه الصفحة غير موجودة" in get(client, path).content.decode()


def test_visit_that_no_notice_tells_of_has_no_poster(client: Client, place: Place) -> None:
    StopRevisionFactory(place=place)

    assert get(client, POSTER).status_code == 404
    assert POSTER not in get(client, "/places/P1/").content.decode()


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "/places/NOPE/poster.pdf", "/places/a%20b/card.png", "/places/%00/poster.pdf", f"/places/{'9' * 300}/card.png",
        "/places/P1/poster.pdf%0A", "/places/P1/poster.PDF", "/places/P1/poster.exe", "/en/places/P1/poster.pdf",
    ],
)  # fmt: skip
def test_bad_addresses_are_a_clear_404(client: Client, place: Place, path: str, debug: bool) -> None:
    announce_stop(place=place)
    with override_settings(DEBUG=debug):
        response = get(client, path)

    assert (response.status_code, 'role="search"' in response.content.decode()) == (404, True)


def test_posting_is_told_405(client: Client, place: Place) -> None:
    announce_stop(place=place)

    assert client.post(POSTER).status_code == 405


@pytest.mark.parametrize("path", [POSTER, CARD])
@pytest.mark.parametrize("stops", [1, 3])
def test_files_cost_the_same_queries_with_1_and_3_stops(
    client: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries, path: str, stops: int
) -> None:
    for week in range(stops):
        announce_stop(place=place, date=STOP_DATE + dt.timedelta(weeks=week))

    with django_assert_num_queries(7):
        get(client, path)


def test_a_burst_leaves_threads_for_the_timetable(
    client: Client, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    announce_stop(place=place)
    drawing, done = threading.Barrier(DRAWN_AT_ONCE + 1), threading.Event()

    def draw() -> None:
        with drawing_turn():
            drawing.wait(timeout=5)
            done.wait(timeout=5)

    threads = [threading.Thread(target=draw) for _ in range(DRAWN_AT_ONCE)]
    for thread in threads:
        thread.start()
    drawing.wait(timeout=5)
    refused, page = get(client, POSTER), get(client, "/places/P1/")
    done.set()
    for thread in threads:
        thread.join()

    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (503, "2", "no-cache")
    assert page.status_code == 200
    assert caplog.records == []
    assert get(client, POSTER).status_code == 200


@pytest.mark.usefixtures("without_the_font")
def test_machine_that_cannot_draw_offers_no_poster_and_says_so(client: Client, place: Place) -> None:
    announce_stop(place=place)

    page, refused = get(client, "/places/P1/").content.decode(), get(client, POSTER)

    assert POSTER not in page
    assert "og:image" not in page
    assert (refused.status_code, refused["Retry-After"]) == (503, "600")
    assert "لا يمكن عرض هذا الآن" in refused.content.decode()


def previews(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', html))


def test_place_page_links_to_its_poster_and_shows_its_card_in_previews(
    client: Client, place: Place, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "https://example.org"
    stop, _notice = announce_stop(place=place)

    html = get(client, "/places/P1/").content.decode()
    english = get(client, "/en/places/P1/").content.decode()

    for page in (html, english):
        assert f'href="{POSTER}"' in page
        card = previews(page)["og:image"]
        assert re.fullmatch(r"https://example\.org/places/P1/card\.png\?v=\d+", card)
        assert get(client, card.removeprefix("https://example.org")).status_code == 200
    found = previews(html)
    assert found["og:title"] == "قرية بلصفورة – مركز نقادة"
    assert found["og:url"] == "https://example.org/places/P1/"
    assert found["og:description"].startswith("متى تصل سيارة المركز")
    assert found["twitter:card"] == "summary_large_image"
    change(stop, starts_at=dt.time(10))
    assert previews(get(client, "/places/P1/").content.decode())["og:image"] != found["og:image"]


def test_place_page_without_a_visit_has_a_preview_without_a_picture(client: Client, place: Place) -> None:
    found = previews(get(client, "/places/P1/").content.decode())

    assert (found.get("og:image"), found["twitter:card"]) == (None, "summary")


def test_place_page_with_a_notice_that_keeps_no_facts_offers_no_poster(client: Client, place: Place) -> None:
    NoticeItemFactory(revision=StopRevisionFactory(place=place))

    assert POSTER not in get(client, "/places/P1/").content.decode()
    assert get(client, POSTER).status_code == 404


WEEK_SHEET = "/districts/naqada/2026-W49/poster.pdf"


def test_week_of_a_unit_is_one_sheet_as_it_now_stands(client: Client, place: Place) -> None:
    _stop, first = announce_stop(place=place)
    moved, _ = announce_stop(place=place, date=STOP_DATE + dt.timedelta(days=1))
    off, _ = announce_stop(place=place, date=STOP_DATE + dt.timedelta(days=2))
    announce_stop(place=place, date=NEXT_WEEK)
    correction = change(moved, starts_at=dt.time(10))
    cancel(off)

    response = get(client, WEEK_SHEET)
    week = Week.parse("2026-W49")
    facts = week_facts(place.district, week, list(list_week_of(place.district, week)))

    assert (response["Content-Type"], count_pages(response.content)) == ("application/pdf", 1)
    assert response["Content-Disposition"].startswith('inline; filename="week-naqada-2026-W49.pdf"')
    assert [(told.date.day, told.starts_at.hour) for told in facts.stops] == [(29, 9), (30, 10)]
    assert [told.date.day for told in facts.also_cancelled] == [1]
    assert [cited.number for cited in facts.cites] == [first.number, correction.number, correction.number + 1]
    content = week_content(facts, digits="western", printed="")
    assert content["about"].endswith("من يوم السبت الموافق 28 نوفمبر 2026 حتى يوم الجمعة الموافق 4 ديسمبر 2026")
    assert content["number"] == "بحسب الإعلان رقم 1/2026 والتنويهين رقمي 5/2026 و6/2026"
    assert content["url"].endswith("/districts/naqada/")


@pytest.mark.parametrize(
    "path", [WEEK_SHEET, "/districts/nope/2026-W49/poster.pdf", "/districts/naqada/2026-W99/poster.pdf"]
)
def test_week_without_a_visit_has_no_sheet(client: Client, place: Place, path: str) -> None:
    stop, _ = announce_stop(place=place)
    cancel(stop)
    announce_stop(place=place, date=NEXT_WEEK)

    assert get(client, path).status_code == 404
    assert get(client, "/districts/naqada/2026-W50/poster.pdf").status_code == 200


def test_sheet_of_the_week_is_offered_where_the_unit_is_shown_alone(client: Client, place: Place) -> None:
    announce_stop(place=place)

    pages = ["/districts/naqada/", "/calendar/?district=naqada", "/calendar/", "/calendar/2026-W48/?district=naqada"]
    offered = [f'href="{WEEK_SHEET}"' in get(client, page).content.decode() for page in pages]
    over = get(client, "/districts/naqada/", at=MORNING + dt.timedelta(hours=7)).content.decode()

    assert (offered, f'href="{WEEK_SHEET}"' in over) == ([True, True, False, False], False)
    assert get(client, WEEK_SHEET, at=MORNING + dt.timedelta(hours=7)).status_code == 404


def test_sheet_of_the_week_is_a_file_as_long_as_it_holds(place: Place) -> None:
    announce_stop(place=place)

    assert WEEK_SHEET in every_address(now=MORNING)
    assert WEEK_SHEET not in every_address(now=MORNING + dt.timedelta(hours=7))
    assert WEEK_SHEET in addresses_about({"unit:naqada", "day:2026-11-30"})

"""How pages are stored and answered: versions, the clock, conditional requests, encodings, no cookies."""

import datetime as dt
import gzip
from typing import Any

import brotli
import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from schedules.enums import RevisionState
from schedules.models import Place
from sohag_mobile.models import bump_content_version
from sohag_mobile.pages import current_version
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


@pytest.fixture
def place() -> Place:
    place: Place = PlaceFactory(code="P1")
    StopRevisionFactory(place=place)
    return place


@pytest.fixture
def other_process() -> Client:
    """A client whose server remembers nothing; the shared store is the same."""
    return Client()


def get(client: Client, path: str, at: dt.datetime = MORNING, **headers: str) -> Any:
    with time_machine.travel(at, tick=False):
        return client.get(path, headers=headers)


def test_page_answers_304_to_its_own_tag(client: Client, place: Place) -> None:
    first = get(client, "/places/P1/")
    again = get(client, "/places/P1/", **{"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"]


@pytest.mark.parametrize("form", ['W/{0}, "x"', '"x", {0}', "*", " * "])
def test_page_answers_304_to_weak_tags_lists_and_any(client: Client, place: Place, form: str) -> None:
    tag = get(client, "/places/P1/")["ETag"]

    assert get(client, "/places/P1/", **{"if-none-match": form.format(tag)}).status_code == 304


def test_page_answers_304_in_a_process_that_has_never_seen_it(
    client: Client, other_process: Client, place: Place
) -> None:
    tag = get(client, "/places/P1/")["ETag"]

    assert get(other_process, "/places/P1/", **{"if-none-match": tag}).status_code == 304


def test_page_with_another_tag_comes_whole(client: Client, place: Place) -> None:
    assert get(client, "/places/P1/", **{"if-none-match": '"x"'}).status_code == 200


def test_publishing_puts_the_old_page_out_of_reach_in_every_process(
    client: Client, other_process: Client, place: Place
) -> None:
    first, second = get(client, "/places/P1/"), get(other_process, "/places/P1/")
    assert first["ETag"] == second["ETag"]
    revision = place.revisions.get()

    StopRevisionFactory(stop=revision.stop, state=RevisionState.CANCELLED)
    bump_content_version()

    for browser in (client, other_process):
        changed = get(browser, "/places/P1/", **{"if-none-match": first["ETag"]})
        assert changed.status_code == 200
        assert "أُلغيت" in changed.content.decode()


def test_stored_page_costs_one_query_and_no_rendering(
    client: Client, other_process: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = get(client, "/places/P1/")

    for browser in (client, other_process):
        with django_assert_num_queries(1):
            again = get(browser, "/places/P1/")
        assert again.content == first.content


def test_page_changes_by_the_clock_alone(client: Client, place: Place) -> None:
    before = get(client, "/places/P1/", MORNING)
    during = get(client, "/places/P1/", MORNING + dt.timedelta(hours=1))
    late = get(client, "/places/P1/", MORNING + dt.timedelta(hours=5, minutes=30))

    assert "الزيارة القادمة اليوم" in before.content.decode()
    assert "السيارة موجودة الآن حتى" in during.content.decode()
    assert "انتهى استقبال الطلبات اليوم" in late.content.decode()


@pytest.mark.parametrize(
    ("seconds_before", "expected"),
    [
        (7200, "public, max-age=10, stale-while-revalidate=20, stale-if-error=3600"),
        (600, "public, max-age=10, stale-while-revalidate=20, stale-if-error=590"),
        (15, "public, max-age=10, stale-while-revalidate=5, stale-if-error=5"),
        (4, "public, max-age=4"),
    ],
)
def test_cache_control_never_reaches_past_the_next_change(
    client: Client, place: Place, seconds_before: int, expected: str
) -> None:
    opening = dt.datetime.combine(STOP_DATE, dt.time(9), tzinfo=CAIRO)

    assert get(client, "/places/P1/", opening - dt.timedelta(seconds=seconds_before))["Cache-Control"] == expected


def test_page_answers_304_to_its_own_date(client: Client, place: Place) -> None:
    get(client, "/places/P1/")
    dated = get(client, "/places/P1/", MORNING + dt.timedelta(seconds=1))
    since = {"if-modified-since": dated["Last-Modified"]}

    assert get(client, "/places/P1/", MORNING + dt.timedelta(minutes=9), **since).status_code == 304
    # A tag decides alone where both are sent.
    both = since | {"if-none-match": '"x"'}
    assert get(client, "/places/P1/", MORNING + dt.timedelta(minutes=9), **both).status_code == 200


def test_date_stays_when_another_page_is_published_and_moves_when_this_one_is(client: Client, place: Place) -> None:
    later = MORNING + dt.timedelta(minutes=1)
    get(client, "/places/P1/")
    first = get(client, "/places/P1/", later)

    bump_content_version()
    assert get(client, "/places/P1/", later)["Last-Modified"] == first["Last-Modified"]

    StopRevisionFactory(stop=place.revisions.get().stop, state=RevisionState.CANCELLED)
    bump_content_version()
    get(client, "/places/P1/", later)
    changed = get(
        client, "/places/P1/", later + dt.timedelta(seconds=1), **{"if-modified-since": first["Last-Modified"]}
    )
    assert (changed.status_code, changed["Last-Modified"]) == (200, "Sun, 29 Nov 2026 06:01:00 GMT")


def test_page_names_no_date_within_the_second_in_which_it_was_made(client: Client, place: Place) -> None:
    # Another publication in the same second would bear the same date.
    assert "Last-Modified" not in get(client, "/places/P1/")
    assert "Last-Modified" not in get(client, "/places/P1/", MORNING + dt.timedelta(milliseconds=999))
    assert "Last-Modified" in get(client, "/places/P1/", MORNING + dt.timedelta(seconds=1))


@pytest.mark.parametrize("warm", [False, True])
def test_pages_set_no_cookies_and_vary_on_nothing_but_the_encoding(client: Client, place: Place, warm: bool) -> None:
    for path in ("/", "/places/P1/", "/calendar/", "/services/", "/notices/", "/districts/", "/en/"):
        if warm:
            get(client, path)
        response = get(client, path)

        assert (response.status_code, len(response.cookies), response["Vary"]) == (200, 0, "Accept-Encoding")


def test_hit_carries_the_same_headers_as_a_miss(client: Client, place: Place) -> None:
    miss, hit = get(client, "/places/P1/"), get(client, "/places/P1/")

    assert dict(hit.items()) == dict(miss.items())
    assert "Content-Security-Policy" in hit
    assert hit["X-Frame-Options"] == "DENY"
    assert hit["Content-Language"] == "ar"


@pytest.mark.parametrize(("accepted", "unpack"), [("gzip, br", brotli.decompress), ("gzip", gzip.decompress)])
def test_page_comes_compressed_with_a_tag_of_its_own(client: Client, place: Place, accepted: str, unpack: Any) -> None:
    plain = get(client, "/places/P1/")
    packed = get(client, "/places/P1/", **{"accept-encoding": accepted})

    assert unpack(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)


def test_refused_encoding_is_not_used(client: Client, place: Place) -> None:
    assert "Content-Encoding" not in get(client, "/places/P1/", **{"accept-encoding": "br;q=0, gzip;q=0"})


@pytest.mark.parametrize("warm", [False, True])
def test_head_tells_the_length_and_has_no_body(client: Client, place: Place, warm: bool) -> None:
    whole = get(client, "/places/P1/") if warm else None
    with time_machine.travel(MORNING, tick=False):
        head = client.head("/places/P1/")
    whole = whole or get(client, "/places/P1/")

    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(whole.content)))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_told_405(client: Client, place: Place, method: str) -> None:
    response = getattr(client, method)("/places/P1/")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert 'lang="ar"' in response.content.decode()


def test_unknown_parameters_share_one_stored_page(
    client: Client, place: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = get(client, "/places/P1/")

    with django_assert_num_queries(1):
        second = get(client, "/places/P1/?fbclid=abc&x=1")
    assert second["ETag"] == first["ETag"]


def test_page_that_reads_the_same_after_its_hour_is_kept_again(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Midnight could change the page of a week, but does not change that of an empty one far away.
    path, next_day = "/calendar/2027-W10/", MORNING + dt.timedelta(days=1)
    first = get(client, path)
    again = get(client, path, next_day)

    assert again["ETag"] == first["ETag"]
    with django_assert_num_queries(1):
        assert get(client, path, next_day)["ETag"] == first["ETag"]


def test_known_parameter_makes_another_page(client: Client, place: Place) -> None:
    assert get(client, "/")["ETag"] != get(client, "/?q=بلصفورة")["ETag"]
    assert get(client, "/?q=بلصفورة")["ETag"] == get(client, "/?utm=1&q=%20بلصفورة%20")["ETag"]


def test_missing_page_is_not_stored(client: Client) -> None:
    assert get(client, "/places/P1/").status_code == 404

    StopRevisionFactory(place=PlaceFactory(code="P1"))
    assert get(client, "/places/P1/").status_code == 200


def test_forged_host_is_refused_on_a_hit_as_on_a_miss(client: Client, place: Place) -> None:
    get(client, "/places/P1/")

    assert get(client, "/places/P1/", host="evil.example").status_code == 400


def test_pages_survive_an_emptied_store(client: Client, other_process: Client, place: Place) -> None:
    first = get(client, "/places/P1/")
    cache.clear()

    assert get(other_process, "/places/P1/")["ETag"] == first["ETag"]


def test_version_rises_with_every_bump() -> None:
    before = current_version()
    bump_content_version()

    assert current_version() == before + 1

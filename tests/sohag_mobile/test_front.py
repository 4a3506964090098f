"""The front answers what Django has answered before: the same answer, without Django, and never an older one."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import RequestFactory

from schedules.enums import RevisionState
from schedules.models import Place
from sohag_mobile.front import Front, ask_version_again
from sohag_mobile.models import bump_content_version
from sohag_mobile.pages import current_version
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


@contextlib.contextmanager
def connections_stay_open() -> Iterator[None]:
    """As Django's own test client does: else a request would close the connection, and with it the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


class Process:
    """A web process of its own: it remembers nothing of the others; the database and the store are the same."""

    def __init__(self) -> None:
        self.requests_to_django = 0
        handler = WSGIHandler()

        def django(environ: Any, start_response: Any) -> Any:
            self.requests_to_django += 1
            return handler(environ, start_response)

        self._front = Front(django)

    def ask(
        self, path: str, *, at: dt.datetime = MORNING, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        environ = RequestFactory().generic(method, path, headers=headers).environ
        answered: list[Any] = []
        with time_machine.travel(at, tick=False), connections_stay_open():
            chunks = self._front(environ, lambda status, headers: answered.extend((status, headers)))
            body = b"".join(chunks)
            if close := getattr(chunks, "close", None):
                close()
        return int(answered[0].split()[0]), dict(answered[1]), body


@pytest.fixture
def process() -> Process:
    return Process()


@pytest.fixture
def place() -> Place:
    place: Place = PlaceFactory(code="P1")
    StopRevisionFactory(place=place)
    return place


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"accept-encoding": "gzip"}, {"accept-encoding": "br, gzip"}, {"if-none-match": "*"}],
    ids=["plain", "gzip", "br", "known"],
)
def test_second_answer_is_the_first_without_django(
    process: Process, place: Place, method: str, headers: dict[str, str]
) -> None:
    first = process.ask("/places/P1/", method=method, **headers)
    again = process.ask("/places/P1/", method=method, **headers)

    assert again == first
    assert process.requests_to_django == 1
    assert first[1]["Vary"] == "Accept-Encoding"
    assert first[1]["X-Frame-Options"] == "DENY"


def test_other_encoding_is_answered_by_django_once(process: Process, place: Place) -> None:
    _, _, plain = process.ask("/places/P1/")

    for _ in range(2):
        _, headers, packed = process.ask("/places/P1/", **{"accept-encoding": "gzip"})
        assert headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed) == plain
    assert process.requests_to_django == 2


def test_known_page_is_told_by_tag_and_by_date(process: Process, place: Place) -> None:
    later = MORNING + dt.timedelta(seconds=5)
    process.ask("/places/P1/")
    _, headers, _ = process.ask("/places/P1/", at=later)

    by_tag = process.ask("/places/P1/", at=later, **{"if-none-match": headers["ETag"]})
    by_date = process.ask("/places/P1/", at=later, **{"if-modified-since": headers["Last-Modified"]})

    assert (by_tag[0], by_tag[2]) == (304, b"")
    assert by_date == by_tag


def test_publishing_is_seen_at_once_in_every_process(place: Place) -> None:
    processes = [Process(), Process()]
    for process in processes:
        for _ in range(2):
            process.ask("/places/P1/")

    StopRevisionFactory(stop=place.revisions.get().stop, state=RevisionState.CANCELLED)
    bump_content_version()

    for process in processes:
        _, _, body = process.ask("/places/P1/")
        assert "أُلغيت" in body.decode()


@pytest.mark.django_db(transaction=True)
def test_publishing_is_seen_with_the_commit_and_not_before(place: Place) -> None:
    """Over a second connection, as another process has it."""
    process, seen = Process(), []

    def ask() -> None:
        seen.append("أُلغيت" in process.ask("/places/P1/")[2].decode())
        connection.close()

    def ask_elsewhere() -> None:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    ask_elsewhere()
    with transaction.atomic():
        StopRevisionFactory(stop=place.revisions.get().stop, state=RevisionState.CANCELLED)
        bump_content_version()
        if connection.vendor == "postgresql":
            ask_elsewhere()
    ask_elsewhere()

    assert seen == ([False, False, True] if connection.vendor == "postgresql" else [False, True])


def test_clock_ends_a_kept_page(process: Process, place: Place) -> None:
    process.ask("/places/P1/")
    process.ask("/places/P1/")

    _, _, body = process.ask("/places/P1/", at=MORNING + dt.timedelta(hours=1))

    assert "السيارة موجودة الآن حتى" in body.decode()
    assert process.requests_to_django == 2


def test_address_with_parameters_is_never_answered_with_another(process: Process, place: Place) -> None:
    process.ask("/")
    home = process.ask("/")
    found = process.ask("/?q=بلصفورة")

    assert found[2] != home[2]
    assert process.ask("/?q=بلصفورة")[2] == found[2]


def test_forged_host_is_refused_though_the_page_is_kept(process: Process, place: Place) -> None:
    process.ask("/places/P1/")

    assert process.ask("/places/P1/", host="evil.example")[0] == 400


def test_other_methods_and_unstored_answers_go_to_django(process: Process, place: Place) -> None:
    process.ask("/places/P1/")

    assert process.ask("/places/P1/", method="POST")[0] == 405
    assert [process.ask("/places/NONE/")[0] for _ in range(2)] == [404, 404]
    assert process.requests_to_django == 4


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file: there is no connection to break")
@pytest.mark.django_db(transaction=True)
def test_version_is_asked_again_after_the_connection_broke(process: Process) -> None:
    version = current_version()
    assert ask_version_again() == version
    connection.connection.close()

    assert ask_version_again() == version

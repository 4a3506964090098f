"""The public site as files: whole without Django, rewritten only where something changed, and never half-way."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import gzip
import http.server
import re
import resource
import shutil
import sqlite3
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import brotli
import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from announcements.enums import TextForm
from schedules.actions_calendar import announce_hours, issue_week_bulletin
from schedules.actions_incidents import Continuation, postpone_stop, report_breakdown, resume_stop
from schedules.enums import Cause
from schedules.models import HoursPeriod, Place, Stop
from schedules.tasks import SITE, keep_files_current
from sohag_mobile import export
from sohag_mobile.export import Outcome, export_site
from sohag_mobile.models import bump_content_version
from sohag_mobile.weeks import Week
from tests.factories.announcements import NoticeFactory
from tests.factories.schedules import CAIRO, STOP_DATE, HoursPeriodFactory, PlaceFactory
from tests.factories.users import make_supervisor
from tests.factories.vehicles import GovernorateFactory, VehicleFactory
from tests.support.notices import announce_stop, cancel, change

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture(autouse=True)
def _short_calendar(settings: Any) -> None:
    # A year and a half of empty weeks would only cost time here.
    settings.CALENDAR_MONTHS_BACK, settings.CALENDAR_MONTHS_AHEAD = 0, 1


@pytest.fixture
def stop() -> Stop:
    """A published stop at P1 of naqada; another at P2, of another unit and vehicle, far from it in time."""
    GovernorateFactory()
    place = PlaceFactory(code="P1", name_ar="بلصفورة", district__slug="naqada")
    published, _ = announce_stop(place=place, vehicle=VehicleFactory(code="V1"))
    announce_stop(
        place=PlaceFactory(code="P2", district__slug="other"),
        vehicle=VehicleFactory(code="V2"),
        date=STOP_DATE + dt.timedelta(days=21),
    )
    return published


@pytest.fixture
def place(stop: Stop) -> Place:
    return stop.place


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that is served, by its path."""
    site = folder / "current" / "site"
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def addresses_of(files: set[str]) -> set[str]:
    """The addresses behind changed files, once for all encodings."""
    return {"/" + re.sub(r"(\.gz|\.br)$", "", name).removesuffix("index.html") for name in files}


@pytest.fixture
def serve() -> Iterator[Any]:
    """Serve a folder as any web server would."""
    servers = []

    def start(folder: Path) -> str:
        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, directory=str(folder), **kwargs)

            def log_message(self, *args: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def crawl(base: str) -> tuple[set[str], dict[str, int]]:
    """Follow every link from the first page; returns what was found, and what answered otherwise than 200."""
    waiting, seen, bad = ["/"], {"/"}, {}
    while waiting:
        path = waiting.pop()
        try:
            with urllib.request.urlopen(base + path, timeout=5) as answer:
                body, kind = answer.read(), answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            bad[path] = error.code
            error.close()
            continue
        if kind not in ("text/html", "text/css"):
            continue
        for link in re.findall(r'(?:href|src|content)="([^"]+)"|url\(([^)]+)\)', body.decode()):
            target = (link[0] or link[1].strip("\"'")).removeprefix("http://testserver").partition("#")[0]
            if link[1] and not target.startswith(("/", "data:")):
                target = path.rpartition("/")[0] + "/" + target
            target = target.replace("&amp;", "&").partition("?")[0]
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen, bad


def test_site_is_whole_without_django_and_without_the_database(tmp_path: Path, place: Place, serve: Any) -> None:
    NoticeFactory.create_batch(31, district=place.district)
    call_command("export_site", tmp_path, stdout=StringIO())
    base = serve(tmp_path / "current" / "site")
    with connection.execute_wrapper(lambda *_: pytest.fail("the database was asked")):
        seen, bad = crawl(base)

    # The API and the files of the open data are Django's alone (docs/decisions/0047).
    assert [path for path in bad if not path.startswith(("/api/", "/open-data/"))] == []
    wanted = {
        "/", "/en/", "/places/P1/", "/en/places/P2/", "/districts/naqada/", "/vehicles/V1/",
        "/calendar/", "/calendar/2026-W49/", "/calendar/2026-12/", "/places/P1/calendar.ics", "/notices.atom",
        "/en/places/P1/notices.atom", "/notices/pages/2/", "/static/css/site.css", "/places/P1/poster.pdf",
        "/notices/naqada/2026/1/", "/notices/naqada/2026/1/card.png", "/manifest.webmanifest", "/en/widget/", "/widget.js",
    }  # fmt: skip
    assert wanted - seen == set()


@pytest.mark.once
def test_files_are_the_answers_of_django_in_every_encoding(tmp_path: Path, place: Place, client: Any) -> None:
    export_site(tmp_path, SITE)

    files = contents(tmp_path)
    offline = ("/sw.js", "/offline/", "/en/offline/", "/widget.js")
    for path in ("/", "/en/places/P1/", "/calendar.ics", "/places/P1/notices.atom", *offline):
        body = client.get(path).content
        file = export.file_of(path)
        assert files[file] == gzip.decompress(files[f"{file}.gz"]) == brotli.decompress(files[f"{file}.br"]) == body


@pytest.mark.once
def test_second_run_writes_nothing(tmp_path: Path, place: Place) -> None:
    first = export_site(tmp_path, SITE)
    before = contents(tmp_path)

    assert export_site(tmp_path, SITE) == Outcome()
    again = export_site(tmp_path, SITE, everything=True)
    assert again is not None
    assert first is not None
    assert (again.looked_at, again.written, again.removed) == (first.looked_at, 0, 0)
    assert contents(tmp_path) == before


def test_publish_rewrites_the_pages_that_tell_of_it_and_no_other(tmp_path: Path, stop: Stop) -> None:
    (slug,) = stop.services.values_list("slug", flat=True)
    export_site(tmp_path, SITE)
    before = contents(tmp_path)

    cancel(stop, now=MORNING)
    export_site(tmp_path, SITE)

    changed = addresses_of(differing(before, contents(tmp_path)))
    assert {
        "/",
        "/en/",
        "/places/P1/",
        "/en/places/P1/",
        "/districts/naqada/",
        "/vehicles/V1/",
        "/calendar/",
    } <= changed
    assert {"/places/P1/visits.json", "/en/districts/naqada/visits.json"} <= changed
    assert {"/calendar.ics", "/places/P1/calendar.ics", "/notices/", "/notices.atom", f"/services/{slug}/"} <= changed
    unconcerned = {each for each in changed if "P2" in each or "other" in each or "V2" in each}
    assert unconcerned == set()


@pytest.mark.once
def test_a_publish_costs_the_same_however_many_places_there_are(tmp_path: Path, stop: Stop) -> None:
    other = Stop.objects.get(place__code="P2")
    export_site(tmp_path, SITE)
    cancel(stop, now=MORNING)
    few = export_site(tmp_path, SITE)

    PlaceFactory.create_batch(20)
    bump_content_version()
    export_site(tmp_path, SITE)
    cancel(other, now=MORNING)
    many = export_site(tmp_path, SITE)

    assert few is not None
    assert many is not None
    assert 0 < many.looked_at <= few.looked_at


def move_to_other_unit(stop: Stop) -> None:
    change(stop, now=MORNING, place=Place.objects.get(code="P2"), outside_district_accepted_by=make_supervisor())


def publish_another(stop: Stop) -> None:
    day, services = STOP_DATE + dt.timedelta(days=2), list(stop.services.all())
    announce_stop(now=MORNING, vehicle=stop.vehicle, place=stop.place, date=day, services=services)


def move_twice(stop: Stop) -> None:
    change(stop, now=MORNING, date=STOP_DATE + dt.timedelta(days=7))
    change(stop, now=MORNING, date=STOP_DATE + dt.timedelta(days=14))


@pytest.mark.once
@pytest.mark.parametrize(
    "publish", [lambda stop: cancel(stop, now=MORNING), move_to_other_unit, move_twice, publish_another]
)
def test_files_after_a_publish_are_those_of_a_new_export(tmp_path: Path, stop: Stop, publish: Any) -> None:
    """What a page tells of is told in full: no file is left behind that would read otherwise today."""
    export_site(tmp_path / "kept", SITE)

    publish(stop)
    export_site(tmp_path / "kept", SITE)
    cache.clear()
    export_site(tmp_path / "new", SITE)

    assert addresses_of(differing(contents(tmp_path / "kept"), contents(tmp_path / "new"))) == set()


@pytest.mark.once
def test_hours_bulletins_and_incidents_rewrite_what_they_are_about_and_leave_the_rest_alone(
    tmp_path: Path, stop: Stop
) -> None:
    """A third place is renamed behind the product's back, so that its pages would read otherwise if they were made anew."""
    by, period = make_supervisor(), HoursPeriodFactory()
    PlaceFactory(code="P3", district=Place.objects.get(code="P2").district)
    export_site(tmp_path / "kept", SITE)
    Place.objects.filter(code="P3").update(name_ar="لم يُعلن")

    def rewritten(act: Callable[..., Any], *args: Any, at: dt.time = dt.time(8), **kwargs: Any) -> set[str]:
        now = dt.datetime.combine(STOP_DATE, at, tzinfo=CAIRO)
        with time_machine.travel(now, tick=False):
            export_site(tmp_path / "kept", SITE)  # what the clock changes is not the act's
            before = contents(tmp_path / "kept")
            act(*args, **kwargs, by=by, now=now)
            export_site(tmp_path / "kept", SITE)
        changed = addresses_of(differing(before, contents(tmp_path / "kept")))
        return {each for each in changed if not each.startswith("/en/")}

    of_hours = {"/", "/notices/", "/notices.atom", "/districts/naqada/notices.atom"}
    assert rewritten(announce_hours, period, stop.district) == of_hours | {"/notices/naqada/2026/2/"}
    HoursPeriod.objects.update(ends_at=dt.time(15))
    assert rewritten(announce_hours, period, stop.district) == of_hours | {
        "/notices/naqada/2026/2/",
        "/notices/naqada/2026/3/",
    }
    told = {"/notices/", "/notices.atom", "/places/P1/notices.atom", "/vehicles/V1/notices.atom"}
    bulletin = rewritten(issue_week_bulletin, Week.of(STOP_DATE))
    assert (told - bulletin, "/places/P1/" in bulletin) == (set(), False)
    visit = {"/", "/places/P1/", "/districts/naqada/", "/vehicles/V1/", "/calendar.ics", "/notices/naqada/2026/1/"}
    later = Continuation(STOP_DATE + dt.timedelta(days=1), dt.time(9), dt.time(14))
    noon = dt.time(12)
    broken = rewritten(report_breakdown, stop, at=noon, stopped_at=dt.time(11), cause=Cause.POWER, continuation=later)
    assert (told | visit) - broken == set()
    assert (told | visit) - rewritten(resume_stop, stop, at=noon, resumed_at=noon) == set()
    assert (told | visit) - rewritten(postpone_stop, stop, at=noon, cause=Cause.WEATHER) == set()

    with time_machine.travel(dt.datetime.combine(STOP_DATE, noon, tzinfo=CAIRO), tick=False):
        cache.clear()
        export_site(tmp_path / "new", SITE)
    left_alone = addresses_of(differing(contents(tmp_path / "kept"), contents(tmp_path / "new")))
    assert left_alone == {
        "/places/P3/",
        "/places/P3/calendar.ics",
        "/places/P3/notices.atom",
        "/places/P3/visits.json",
        "/districts/",
        "/districts/other/",
        *("/near/", "/near/denied/", "/near/unavailable/"),
    }


@pytest.mark.once
def test_clock_alone_rewrites_the_pages_it_changes(tmp_path: Path, place: Place) -> None:
    export_site(tmp_path, SITE)
    before = contents(tmp_path)

    with time_machine.travel(MORNING + dt.timedelta(hours=1), tick=False):
        export_site(tmp_path, SITE)

    changed = differing(before, contents(tmp_path))
    assert {"places/P1/index.html", "index.html", "calendar/index.html"} <= changed
    assert not any("P2" in name for name in changed)


@pytest.mark.once
def test_page_that_is_no_more_disappears_in_every_encoding(tmp_path: Path, place: Place) -> None:
    export_site(tmp_path, SITE)
    lonely = PlaceFactory(code="P3")
    bump_content_version()
    export_site(tmp_path, SITE)
    assert "places/P3/index.html.br" in contents(tmp_path)

    lonely.delete()
    bump_content_version()
    export_site(tmp_path, SITE)

    assert not any("P3" in name for name in contents(tmp_path))
    assert not (tmp_path / "current" / "site" / "places" / "P3").exists()


@contextlib.contextmanager
def files_no_longer_than(most: int) -> Iterator[None]:
    """A disk on which no file grows beyond `most` bytes: to write on fails, whoever writes."""
    former, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (former, hard))


@pytest.mark.once
def test_run_that_breaks_half_way_leaves_the_old_site_whole(tmp_path: Path, place: Place) -> None:
    export_site(tmp_path, SITE)
    before = contents(tmp_path)
    place.name_ar = "العوامية"
    place.save()
    bump_content_version()
    room = (tmp_path / "current" / "index").stat().st_size + 100_000
    NoticeFactory(district=place.district, texts={TextForm.SOCIAL: "ن" * room})

    with files_no_longer_than(room), pytest.raises(OSError, match="too large"):
        export_site(tmp_path, SITE)
    assert list((tmp_path / "current" / "staged").iterdir()) != []
    assert contents(tmp_path) == before

    export_site(tmp_path, SITE)
    assert "العوامية" in contents(tmp_path)["places/P1/index.html"].decode()


@pytest.mark.once
def test_run_that_breaks_while_files_are_put_in_place_is_finished_by_the_next(tmp_path: Path, place: Place) -> None:
    export_site(tmp_path, SITE)
    before = contents(tmp_path)
    place.name_ar = "العوامية"
    place.save()
    bump_content_version()
    in_the_way = tmp_path / "current" / "site" / "places" / "P1" / "index.html.gz"
    in_the_way.unlink()
    (in_the_way / "folder").mkdir(parents=True)

    with pytest.raises(OSError, match=r"index\.html\.gz"):
        export_site(tmp_path, SITE)
    half_way = differing(before, contents(tmp_path))
    assert {"index.html", "places/P1/index.html"} <= half_way
    assert "vehicles/V1/index.html" not in half_way
    shutil.rmtree(in_the_way)
    export_site(tmp_path, SITE)
    export_site(tmp_path / "new", SITE)

    assert differing(contents(tmp_path), contents(tmp_path / "new")) == set()


@pytest.mark.once
def test_new_program_makes_a_new_folder_and_moves_the_link_when_it_is_whole(
    tmp_path: Path, place: Place, settings: Any
) -> None:
    export_site(tmp_path, SITE)
    old = (tmp_path / "current").resolve()

    settings.PUBLIC_BASE_URL = "https://mobile.example"
    with files_no_longer_than(2000), pytest.raises((OSError, sqlite3.Error)):
        export_site(tmp_path, SITE)
    assert (tmp_path / "current").resolve() == old

    export_site(tmp_path, SITE)
    new = (tmp_path / "current").resolve()
    assert list((tmp_path / "releases").iterdir()) == [new]
    assert new.name.partition("-")[0] != old.name.partition("-")[0]


def test_two_runs_do_not_write_at_once(tmp_path: Path, place: Place) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert export_site(tmp_path, SITE) is None
        assert not (tmp_path / "current").exists()
    assert export_site(tmp_path, SITE) is not None


@pytest.mark.once
def test_versions_of_a_file_never_share_a_date(tmp_path: Path, place: Place) -> None:
    export_site(tmp_path, SITE)
    page = tmp_path / "current" / "site" / "places" / "P1" / "index.html"
    first = page.stat().st_mtime
    place.name_ar = "العوامية"
    place.save()
    bump_content_version()
    export_site(tmp_path, SITE)

    assert page.stat().st_mtime > first


def test_worker_keeps_the_files_where_it_is_told_to(tmp_path: Path, place: Place, settings: Any) -> None:
    settings.EXPORT_DIR = ""
    keep_files_current()
    assert list(tmp_path.iterdir()) == []

    settings.EXPORT_DIR = str(tmp_path)
    keep_files_current()
    assert "places/P1/index.html" in contents(tmp_path)

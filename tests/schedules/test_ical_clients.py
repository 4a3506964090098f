"""The calendar in a program that people use: khal takes it in, takes its corrections in, and shows what is true."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import Q

from schedules.enums import Cause, RevisionState
from schedules.ical import CalendarHead, build_calendar, stop_uid
from schedules.models import Place, StopRevision
from schedules.queries_feeds import list_feed_revisions, list_moved_away
from tests.factories.schedules import PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
]
HEAD = CalendarHead(name="مواعيد", source_url="http://testserver/c.ics", page_url="http://testserver/")
FIRST_DAY = dt.date(2026, 4, 1)
# The clock is set on Friday 24 April and in the night to Friday 30 October 2026.
SUNDAYS = [
    dt.date(2026, 4, 19),
    dt.date(2026, 4, 26),
    dt.date(2026, 10, 25),
    dt.date(2026, 11, 1),
    dt.date(2026, 11, 8),
]
# Shown in universal time, so that an hour that khal took for another cannot look right.
CONFIG = """
[calendars]
[[visits]]
path = {folder}/visits
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


@pytest.fixture
def khal(tmp_path: Path) -> Callable[..., str]:
    """Run khal with a calendar of its own; what it prints."""
    (tmp_path / "visits").mkdir()
    (tmp_path / "config").write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")

    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    def run(*arguments: str) -> str:
        # As a module: a script beside the interpreter names the path that it was installed under.
        command = [sys.executable, "-m", "khal", "--config", tmp_path / "config", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def write(place: Place, path: Path) -> str:
    """The place's calendar as a file."""
    revisions = list_feed_revisions(Q(place=place), first_day=FIRST_DAY)
    moved = list_moved_away(Q(place=place), first_day=FIRST_DAY)
    path.write_bytes(
        build_calendar(revisions, moved, head=HEAD, first_day=FIRST_DAY, place_url=lambda each: f"/places/{each.code}/")
    )
    return str(path)


def test_weekly_visits_and_their_corrections_across_both_clock_changes(
    khal: Callable[..., str], tmp_path: Path
) -> None:
    district = DistrictFactory(name_ar="نقادة")
    place, elsewhere = (PlaceFactory(name_ar=name, district=district) for name in ("بلصفورة", "أدفا"))
    vehicle = VehicleFactory()
    landmark = "بجوار مدرسة الشهيد الابتدائية المشتركة، خلف الوحدة الصحية; أمام «الجامع الكبير» بالقرية"
    series: list[StopRevision] = [
        StopRevisionFactory(place=place, vehicle=vehicle, date=day, landmark_ar=landmark) for day in SUNDAYS
    ]
    khal("import", "--batch", "-a", "visits", write(place, tmp_path / "first.ics"))

    later, cancelled, moved, put_off = (revision.stop for revision in series[1:])
    StopRevisionFactory(stop=later, starts_at=dt.time(10), last_intake=None)
    StopRevisionFactory(
        stop=cancelled, state=RevisionState.CANCELLED, cause=Cause.WEATHER, cause_ar="سوء الأحوال الجوية"
    )
    StopRevisionFactory(stop=moved, place=elsewhere, date=dt.date(2026, 11, 3))
    StopRevisionFactory(stop=put_off, date=dt.date(2026, 11, 10))
    khal("import", "--batch", "-a", "visits", write(place, tmp_path / "second.ics"))

    shown = khal(
        "list", "--day-format", "", "--format", "{start-long}|{end-time}|{title}|{location}|{uid}|{status}", "2026-04-01", "365d"
    )  # fmt: skip
    visit = "سيارة المركز التكنولوجي: قرية بلصفورة – مركز نقادة"
    there = f"{landmark}، قرية بلصفورة – مركز نقادة"
    uids = [stop_uid(revision.stop.uid) for revision in series]
    assert [line.strip() for line in shown.splitlines() if line.strip()] == [
        f"2026-04-19 07:00|12:00|{visit}|{there}|{uids[0]}|CONFIRMED",
        f"2026-04-26 07:00|11:00|{visit}|{there}|{uids[1]}|CONFIRMED",
        f"2026-10-25 06:00|11:00|أُلغي: {visit}|{there}|{uids[2]}|CANCELLED",
        f"2026-11-01 07:00|12:00|نُقل: {visit}|{there}|{uids[3]}|CANCELLED",
        f"2026-11-10 07:00|12:00|{visit}|{there}|{uids[4]}|CONFIRMED",
    ]

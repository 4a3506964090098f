"""What citizens read of visits that were put off without a date, or stopped half-way: pages, calendars, data."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client

from schedules.enums import Cause, RevisionState
from schedules.models import StopRevision
from schedules.queries_held import hours_held
from sohag_mobile.models import bump_content_version
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopFactory, StopRevisionFactory
from tests.schedules.test_views import fetch, read

pytestmark = pytest.mark.django_db

NINE, NOON, ONE, TWO = (dt.time(hour) for hour in (9, 12, 13, 14))
BEFORE = dt.datetime(2026, 11, 28, 10, tzinfo=CAIRO)
STANDING = dt.datetime.combine(STOP_DATE, dt.time(12, 30), tzinfo=CAIRO)
AFTER = dt.datetime(2026, 12, 6, 10, tzinfo=CAIRO)
LONG_AFTER = dt.datetime(2027, 3, 1, 10, tzinfo=CAIRO)


def told(revision: StopRevision, **fields: Any) -> StopRevision:
    """The next public fact of the same stop."""
    next_fact: StopRevision = StopRevisionFactory(stop=revision.stop, **fields)
    bump_content_version()
    return next_fact


def announced(**fields: Any) -> StopRevision:
    place = fields.pop("place", None) or PlaceFactory(code="P1", name_ar="بلصفورة", name_en="Balasfurah")
    revision: StopRevision = StopRevisionFactory(place=place, **fields)
    return revision


@pytest.fixture
def postponed() -> StopRevision:
    return told(announced(), state=RevisionState.POSTPONED, cause=Cause.WEATHER, cause_ar="سوء الأحوال الجوية")


@pytest.fixture
def stopped() -> StopRevision:
    return told(
        announced(),
        state=RevisionState.STOPPED,
        stopped_at=NOON,
        cause=Cause.NETWORK,
        cause_ar="عطل في شبكة الاتصال",
        requests_stay_valid=True,
    )


def event_of(client: Client, path: str = "/calendar.ics", at: dt.datetime = BEFORE) -> str:
    text = fetch(client, path, at=at).replace("\r\n ", "").replace("\n ", "")
    found = re.search(r"BEGIN:VEVENT.*?END:VEVENT", text, re.S)
    assert found
    return found.group()


# -- postponed --------------------------------------------------------------------------------------------------------------


def test_place_page_says_that_a_visit_is_postponed_and_why(client: Client, postponed: StopRevision) -> None:
    page = read(client, "/places/P1/", at=BEFORE)

    assert "تأجلت زيارة" in page
    assert "بسبب سوء الأحوال الجوية." in page
    assert "سيُعلن موعدها الجديد." in page
    assert "لم يُعلن موعد قادم بعد" in page


def test_place_page_owes_the_new_date_until_it_is_told(client: Client, postponed: StopRevision) -> None:
    sentence = "تأجلت زيارة، ولم يُعلن موعدها الجديد بعد"
    assert sentence not in read(client, "/places/P1/", at=BEFORE)
    assert sentence in read(client, "/places/P1/", at=AFTER)
    assert sentence in read(client, "/places/P1/", at=LONG_AFTER)

    told(postponed, date=dt.date(2027, 3, 3))

    settled = read(client, "/places/P1/", at=LONG_AFTER)
    assert sentence not in settled
    assert "الزيارة القادمة بعد يومين" in settled


def test_postponed_visit_stays_in_the_lists_of_its_day(client: Client, postponed: StopRevision) -> None:
    for path in ("/", "/calendar/2026-W49/", "/calendar/2026-11/"):
        page = read(client, path, at=BEFORE)
        assert "مؤجلة ولم يُحدد موعدها" in page, path
        assert "أُلغيت" not in page, path


def test_postponed_visit_in_english(client: Client, postponed: StopRevision) -> None:
    page = read(client, "/en/places/P1/", at=BEFORE)
    assert "A visit is postponed" in page
    assert "Reason: Bad weather." in page


def test_calendar_strikes_out_a_postponed_visit_and_its_new_date_revives_it(
    client: Client, postponed: StopRevision
) -> None:
    event = event_of(client)
    assert "STATUS:CANCELLED" in event
    assert "SEQUENCE:1" in event
    assert "SUMMARY:تأجل" in event

    told(postponed, date=dt.date(2026, 12, 2))

    event = event_of(client)
    assert "STATUS:CONFIRMED" in event
    assert "SEQUENCE:2" in event
    assert "DTSTART;TZID=Africa/Cairo:20261202T090000" in event


def test_jsonld_says_postponed_and_then_rescheduled(client: Client, postponed: StopRevision) -> None:
    def status() -> Any:
        (block,) = re.findall(
            r'<script type="application/ld\+json">(.*?)</script>', fetch(client, "/places/P1/", at=BEFORE)
        )
        (event,) = json.loads(block)["@graph"]
        return event["eventStatus"].rpartition("/")[2], event.get("previousStartDate")

    assert status() == ("EventPostponed", None)
    told(postponed, date=dt.date(2026, 12, 2))
    assert status() == ("EventRescheduled", "2026-11-29T09:00:00+02:00")


def test_api_lists_postponed_stops_by_their_state(client: Client, postponed: StopRevision) -> None:
    StopRevisionFactory()
    answer = client.get("/api/v1/stops/", {"status": "postponed"}).json()
    assert [(stop["uid"], stop["status"]) for stop in answer["results"]] == [(str(postponed.stop.uid), "postponed")]


# -- stopped half-way ---------------------------------------------------------------------------------------------------------


def test_place_page_tells_of_a_breakdown_and_of_the_visit_that_completes_it(
    client: Client, stopped: StopRevision
) -> None:
    following = StopFactory(
        vehicle=stopped.vehicle,
        place=stopped.place,
        date=STOP_DATE + dt.timedelta(days=3),
        continues=stopped.stop,
        status="published",
    )
    StopRevisionFactory(stop=following)

    page = read(client, "/places/P1/", at=STANDING)

    assert "توقفت السيارة عن العمل اليوم الساعة 12:00 ظهرًا" in page
    assert "بسبب عطل في شبكة الاتصال." in page
    assert "تُستكمل الزيارة: الأربعاء 2 ديسمبر، من 9:00 صباحًا حتى 2:00 ظهرًا" in page
    assert "الطلبات التي استُلمت في ذلك اليوم سارية" in page
    assert "السيارة موجودة الآن" not in page


def test_breakdown_is_over_with_the_day_and_reads_as_partly_held(client: Client, stopped: StopRevision) -> None:
    page = read(client, "/places/P1/", at=AFTER)
    assert "عملت حتى 12:00 ظهرًا ثم توقفت" in page
    assert "توقفت السيارة عن العمل اليوم" not in page
    assert "أُلغيت" not in page


def test_expected_resumption_is_told(client: Client, stopped: StopRevision) -> None:
    told(stopped, state=RevisionState.STOPPED, stopped_at=NOON, resumes_at=ONE)
    for path in ("/places/P1/", "/"):
        assert "من المتوقع أن تعود إلى العمل الساعة 1:00 ظهرًا" in read(client, path, at=STANDING), path


def test_vehicle_that_works_again_is_open(client: Client, stopped: StopRevision) -> None:
    told(stopped, stopped_at=NOON, resumes_at=dt.time(12, 20))
    page = read(client, "/places/P1/", at=STANDING)
    assert "السيارة موجودة الآن" in page
    assert "عادت إلى العمل" in page


def test_calendar_ends_a_stopped_visit_when_it_stopped(client: Client, stopped: StopRevision) -> None:
    event = event_of(client, at=STANDING)
    assert "STATUS:CONFIRMED" in event
    assert "DTEND;TZID=Africa/Cairo:20261129T120000" in event
    assert "SUMMARY:توقفت عن العمل" in event

    told(stopped, state=RevisionState.STOPPED, stopped_at=NOON, resumes_at=ONE)
    assert "DTEND;TZID=Africa/Cairo:20261129T140000" in event_of(client, at=STANDING)


def test_api_says_when_a_visit_stopped_and_which_completes_it(client: Client, stopped: StopRevision) -> None:
    following = StopFactory(date=STOP_DATE + dt.timedelta(days=3), continues=stopped.stop, status="published")
    StopRevisionFactory(stop=following)

    first, second = client.get("/api/v1/stops/").json()["results"]

    assert (first["status"], first["stopped_at"], first["resumes_at"], first["requests_stay_valid"]) == (
        "stopped",
        "12:00:00",
        None,
        True,
    )
    assert (first["continues"], second["continues"]) == (None, str(stopped.stop.uid))
    assert client.get("/api/v1/stops/", {"status": "cancelled"}).json()["count"] == 0


def test_hours_held_leave_out_the_time_it_stood_still(stopped: StopRevision) -> None:
    assert hours_held(stopped.stop) == dt.timedelta(hours=3)
    again = told(stopped, stopped_at=NOON, resumes_at=dt.time(12, 30))
    assert hours_held(again.stop) == dt.timedelta(hours=4, minutes=30)
    told(again, state=RevisionState.STOPPED, stopped_at=ONE)
    assert hours_held(again.stop) == dt.timedelta(hours=3, minutes=30)


def test_hours_held_of_visits_that_did_not_come(postponed: StopRevision) -> None:
    assert hours_held(postponed.stop) == dt.timedelta()
    assert hours_held(StopFactory()) == dt.timedelta()


# -- intake only ------------------------------------------------------------------------------------------------------------


def test_intake_only_is_said_where_people_look(client: Client) -> None:
    announced(intake_only=True, payment_means=[])
    page = read(client, "/places/P1/", at=BEFORE)
    assert "استلام طلبات فقط" in page
    assert "تُستلم الطلبات فقط هذه المرة" in page
    assert "تُستلم الطلبات فقط في هذا اليوم" in event_of(client).replace("\\n", "")

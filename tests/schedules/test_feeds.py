"""The calendar feeds over HTTP: what they hold, what must never be in them, and how they are cached."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
import time_machine
from django.test import Client

from schedules.actions import cancel_stop, draft_stop, edit_stop, publish_stops
from schedules.enums import Cause, RevisionState, StopStatus
from schedules.models import Stop
from schedules.validators import StopData
from sohag_mobile.models import bump_content_version
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.services import DocumentFactory, OfferFactory
from tests.factories.users import make_head
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=CAIRO)


@pytest.fixture(autouse=True)
def _fixed_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def _uids(client: Client, path: str) -> set[str]:
    response = client.get(path)
    assert response.status_code == 200, path
    calendar = icalendar.Calendar.from_ical(response.content)
    return {str(event["UID"]).partition("@")[0] for event in calendar.walk("VEVENT")}


def test_feeds_hold_the_stops_of_their_scope(client: Client) -> None:
    here, there = StopRevisionFactory(), StopRevisionFactory()
    mine, other = str(here.stop.uid), str(there.stop.uid)

    assert _uids(client, "/calendar.ics") == {mine, other}
    assert _uids(client, f"/districts/{here.district.slug}/calendar.ics") == {mine}
    assert _uids(client, f"/vehicles/{here.vehicle.code}/calendar.ics") == {mine}
    assert _uids(client, f"/places/{here.place.code}/calendar.ics") == {mine}
    assert _uids(client, f"/en/places/{here.place.code}/calendar.ics") == {mine}


def test_feed_never_shows_drafts_unpublished_edits_or_old_facts(client: Client) -> None:
    first = StopRevisionFactory(landmark_ar="بجوار المعلن أولا")
    StopRevisionFactory(stop=first.stop, landmark_ar="بجوار المعلن الآن")
    Stop.objects.filter(pk=first.stop_id).update(landmark_ar="بجوار غير المنشور", has_unpublished_changes=True)
    StopFactory(place=first.place, district=first.district, landmark_ar="بجوار المسودة")

    for path in (
        "/calendar.ics",
        f"/districts/{first.district.slug}/calendar.ics",
        f"/vehicles/{first.vehicle.code}/calendar.ics",
        f"/places/{first.place.code}/calendar.ics",
    ):
        (event,) = icalendar.Calendar.from_ical(client.get(path).content).walk("VEVENT")
        assert event["LOCATION"].startswith("بجوار المعلن الآن،"), path


def test_feed_reaches_60_days_back_and_forward_without_end(client: Client) -> None:
    today = NOW.date()
    StopRevisionFactory(date=today - dt.timedelta(days=61))
    oldest = StopRevisionFactory(date=today - dt.timedelta(days=60))
    farthest = StopRevisionFactory(date=today + dt.timedelta(days=400))

    assert _uids(client, "/calendar.ics") == {str(oldest.stop.uid), str(farthest.stop.uid)}


def test_feed_moves_on_at_midnight_although_nothing_is_published(client: Client) -> None:
    StopRevisionFactory(date=NOW.date() - dt.timedelta(days=60))
    assert len(_uids(client, "/calendar.ics")) == 1

    with time_machine.travel(NOW.replace(hour=23, minute=59, second=59), tick=False):
        assert len(_uids(client, "/calendar.ics")) == 1
    with time_machine.travel(dt.datetime(2026, 11, 24, 0, 0, tzinfo=CAIRO), tick=False):
        assert _uids(client, "/calendar.ics") == set()


def test_cancelled_stop_stays_in_the_feed(client: Client) -> None:
    first = StopRevisionFactory()
    StopRevisionFactory(stop=first.stop, state=RevisionState.CANCELLED)

    assert _uids(client, f"/places/{first.place.code}/calendar.ics") == {str(first.stop.uid)}


def test_stop_moved_away_is_off_in_the_old_feed_and_on_in_the_new(client: Client) -> None:
    first = StopRevisionFactory()
    elsewhere = PlaceFactory(district=first.district)
    StopRevisionFactory(stop=first.stop, place=elsewhere)

    status = {
        place.code: [
            str(event["STATUS"])
            for event in icalendar.Calendar.from_ical(client.get(f"/places/{place.code}/calendar.ics").content).walk(
                "VEVENT"
            )
        ]
        for place in (first.place, elsewhere)
    }

    assert status == {first.place.code: ["CANCELLED"], elsewhere.code: ["CONFIRMED"]}


def test_feed_is_text_calendar_open_to_all_and_cacheable(client: Client) -> None:
    StopRevisionFactory()

    response = client.get("/calendar.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Disposition"] == 'inline; filename="calendar.ics"'
    assert "public" in response["Cache-Control"]
    assert "Set-Cookie" not in response
    assert not response.cookies


def test_feed_answers_304_to_its_own_etag_until_something_is_published(client: Client) -> None:
    first = StopRevisionFactory()
    tag = client.get("/calendar.ics")["ETag"]

    same = client.get("/calendar.ics", headers={"If-None-Match": tag})
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(10))
    bump_content_version()
    changed = client.get("/calendar.ics", headers={"If-None-Match": tag})

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_etag_survives_a_new_version_that_does_not_touch_the_feed(client: Client) -> None:
    StopRevisionFactory()
    tag = client.get("/calendar.ics")["ETag"]

    bump_content_version()

    assert client.get("/calendar.ics", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/places/NOWHERE/calendar.ics",
        "/vehicles/NONE/calendar.ics",
        "/districts/none/calendar.ics",
        "/places/%00/calendar.ics",
        "/places/قرية/calendar.ics",
        "/places/NOWHERE/notices.atom",
        "/vehicles/NONE/notices.atom",
        "/districts/none/notices.atom",
    ],
)
def test_unknown_scope_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_feed_refuses_to_be_written(client: Client) -> None:
    assert client.post("/calendar.ics").status_code == 405


def test_feed_ignores_unknown_parameters_even_odd_ones(client: Client) -> None:
    assert client.get("/calendar.ics?x=%00&y=1").status_code == 200


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # Version, stops, payment means, offers, services, categories, documents; then the scope and the moved away.
        ("/calendar.ics", 7),
        ("/districts/{district}/calendar.ics", 9),
        ("/vehicles/{vehicle}/calendar.ics", 9),
        ("/places/{place}/calendar.ics", 9),
    ],
)
def test_calendar_makes_the_same_queries_for_any_number_of_stops(
    client: Client, django_assert_num_queries: Any, address: str, queries: int, many: int
) -> None:
    first = StopRevisionFactory()
    DocumentFactory(service=first.offered.get().service)
    for day in range(1, many):
        another = StopRevisionFactory(
            vehicle=first.vehicle, place=first.place, date=STOP_DATE + dt.timedelta(days=day * 7)
        )
        DocumentFactory(service=another.offered.get().service)
    path = address.format(district=first.district.slug, vehicle=first.vehicle.code, place=first.place.code)

    with django_assert_num_queries(queries):
        assert len(_uids(client, path)) == many


def test_feed_follows_a_stop_from_draft_to_cancellation(client: Client) -> None:
    district = DistrictFactory()
    vehicle = VehicleFactory()
    AssignmentFactory(vehicle=vehicle, district=district)
    head = make_head(district)
    data = StopData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        date=STOP_DATE,
        starts_at=dt.time(9),
        ends_at=dt.time(14),
        last_intake=None,
        landmark_ar="أمام الوحدة الصحية",
        landmark_en="",
        services=(OfferFactory(vehicle=vehicle).service,),
        payment_means=(),
    )

    def seen() -> list[tuple[int, str, str]]:
        events = icalendar.Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")
        return [(event["SEQUENCE"], str(event["STATUS"]), f"{event['DTSTART'].dt:%H:%M}") for event in events]

    stop = draft_stop(data, by=head, now=NOW)
    assert seen() == []
    publish_stops([stop], by=head, now=NOW)
    assert seen() == [(0, "CONFIRMED", "09:00")]
    later = {**{field: getattr(data, field) for field in StopData.__dataclass_fields__}, "starts_at": dt.time(10)}
    stop = edit_stop(Stop.objects.get(pk=stop.pk), StopData(**later), by=head, now=NOW)
    assert seen() == [(0, "CONFIRMED", "09:00")]
    publish_stops([stop], by=head, now=NOW, cause=Cause.ORGANISATION)
    assert seen() == [(1, "CONFIRMED", "10:00")]
    cancel_stop(Stop.objects.get(pk=stop.pk), cause=Cause.WEATHER, by=head, now=NOW)
    assert seen() == [(2, "CANCELLED", "10:00")]
    assert Stop.objects.get(pk=stop.pk).status == StopStatus.CANCELLED

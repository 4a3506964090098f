"""schema.org events on place pages, as a search engine reads them."""

import datetime as dt
from typing import Any

import extruct
import pytest
import time_machine
from django.test import Client

from schedules.enums import RevisionState
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory

pytestmark = pytest.mark.django_db


def events(client: Client, path: str = "/places/P1/") -> list[dict[str, Any]]:
    """The events of a page, found by a reader of structured data that knows nothing of ours."""
    with time_machine.travel(dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO), tick=False):
        html = client.get(path).content.decode()
    blocks = extruct.extract(html, syntaxes=["json-ld"])["json-ld"]
    return [event for block in blocks for event in block["@graph"]]


def test_scheduled_stop_is_an_event_with_place_and_offset(client: Client) -> None:
    revision = StopRevisionFactory(place=PlaceFactory(code="P1", latitude="26.56000", longitude="31.69000"))

    (event,) = events(client)

    assert event["@type"] == "Event"
    assert (event["startDate"], event["endDate"]) == ("2026-11-29T09:00:00+02:00", "2026-11-29T14:00:00+02:00")
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["location"]["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "أمام مركز شباب القرية",
        "addressLocality": revision.place.name_ar,
        "addressRegion": revision.place.district.label_ar,
        "addressCountry": "EG",
    }
    assert event["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 26.56, "longitude": 31.69}
    assert event["organizer"]["name"] == revision.district.issuer_name_ar
    assert event["url"] == "http://testserver/places/P1/"


def test_event_is_named_by_what_never_changes(client: Client) -> None:
    first = StopRevisionFactory(place=PlaceFactory(code="P1"))
    before = events(client)[0]["@id"]
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(11))

    assert before == f"http://testserver/places/P1/#{first.stop.uid}"
    assert events(client)[0]["@id"] == before


def test_summer_event_has_the_summer_offset(client: Client) -> None:
    StopRevisionFactory(place=PlaceFactory(code="P1"), date=dt.date(2027, 7, 4))

    assert events(client)[0]["startDate"] == "2027-07-04T09:00:00+03:00"


def test_rescheduled_stop_tells_when_it_was(client: Client) -> None:
    first = StopRevisionFactory(place=PlaceFactory(code="P1"))
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(11))

    (event,) = events(client)

    assert event["eventStatus"] == "https://schema.org/EventRescheduled"
    assert event["previousStartDate"] == "2026-11-29T09:00:00+02:00"
    assert event["startDate"] == "2026-11-29T11:00:00+02:00"


def test_stop_with_another_landmark_is_not_rescheduled(client: Client) -> None:
    first = StopRevisionFactory(place=PlaceFactory(code="P1"))
    StopRevisionFactory(stop=first.stop, landmark_ar="أمام المدرسة")

    (event,) = events(client)

    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert "previousStartDate" not in event


def test_cancelled_stop_is_a_cancelled_event(client: Client) -> None:
    StopRevisionFactory(place=PlaceFactory(code="P1"), state=RevisionState.CANCELLED)

    assert [event["eventStatus"] for event in events(client)] == ["https://schema.org/EventCancelled"]


def test_text_cannot_end_the_data_block(client: Client) -> None:
    StopRevisionFactory(place=PlaceFactory(code="P1"), landmark_ar="</script><b>&\u2028", landmark_en="")

    (event,) = events(client)

    assert event["location"]["address"]["streetAddress"] == "</script><b>&\u2028"


def test_page_without_visits_has_no_data_block(client: Client) -> None:
    PlaceFactory(code="P1")

    assert events(client) == []

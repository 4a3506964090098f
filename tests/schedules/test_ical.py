"""The calendar text itself, read back by an independent reader (python-dateutil for the clock, icalendar for the rest)."""

from __future__ import annotations

import datetime as dt
import io
import uuid

import icalendar
import pytest
from dateutil.tz import tzical
from django.db.models import Q
from django.utils import translation

from schedules.enums import Cause, PlaceKind, RevisionState
from schedules.ical import CalendarHead, build_calendar, build_timezone, stop_uid
from schedules.models import Place, StopRevision
from schedules.queries_feeds import list_feed_revisions, list_moved_away
from tests.factories.schedules import CAIRO, PUBLISHED_AT, PlaceFactory, StopRevisionFactory
from tests.factories.services import CategoryFactory, DocumentFactory, ServiceFactory
from tests.factories.vehicles import DistrictFactory

pytestmark = pytest.mark.django_db

FIRST_DAY = dt.date(2026, 1, 1)
HEAD = CalendarHead(name="مواعيد", source_url="http://testserver/calendar.ics", page_url="http://testserver/")


def _page(place: Place) -> str:
    return f"http://testserver/places/{place.code}/"


def _build(first_day: dt.date = FIRST_DAY) -> bytes:
    return build_calendar(list_feed_revisions(first_day=first_day), head=HEAD, first_day=first_day, place_url=_page)


def _events(content: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def _event(content: bytes) -> icalendar.Event:
    (event,) = _events(content)
    return event


def _as_read_by_dateutil(component: icalendar.Timezone) -> dt.tzinfo:
    zone = tzical(io.StringIO(component.to_ical().decode())).get()
    assert zone is not None
    return zone


def _revision(**facts: object) -> StopRevision:
    place = PlaceFactory(
        code="EG260301", name_ar="أدفا", name_en="Idfa", district=DistrictFactory(name_ar="نقادة", name_en="Naqada")
    )
    category = CategoryFactory(name_ar="تراخيص, بناء", name_en="Permits")
    service = ServiceFactory(name_ar="بيان صلاحية موقع", name_en="Site validity", category=category)
    DocumentFactory(service=service, text_ar="صورة بطاقة الرقم القومي", text_en="Copy of the identity card")
    revision: StopRevision = StopRevisionFactory(**{"place": place, "services": [service], **facts})
    return revision


def test_event_of_a_scheduled_stop_says_everything() -> None:
    revision = _revision(number=2)

    event = _event(_build())

    assert event["UID"] == f"{revision.stop.uid}@stops.mobile-technology-centres"
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.decoded("DTSTAMP") == PUBLISHED_AT
    assert event.decoded("LAST-MODIFIED") == PUBLISHED_AT
    assert event.decoded("DTSTART") == dt.datetime(2026, 11, 29, 9, 0, tzinfo=CAIRO)
    assert event.decoded("DTEND") == dt.datetime(2026, 11, 29, 14, 0, tzinfo=CAIRO)
    assert event["URL"] == "http://testserver/places/EG260301/"
    assert event["LOCATION"] == "أمام مركز شباب القرية، قرية أدفا – مركز نقادة"
    assert event["CATEGORIES"].cats == ["تراخيص, بناء"]
    description = str(event["DESCRIPTION"])
    for part in (
        "الطلبات: 1:30 ظهرًا",
        "بيان صلاحية موقع",
        "صورة بطاقة الرقم القومي",
        "نقدًا",
        "http://testserver/places/EG260301/",
    ):
        assert part in description
    assert "قرية أدفا – مركز نقادة" in event["SUMMARY"]
    assert "أُلغي" not in event["SUMMARY"]


def test_times_are_wall_clock_with_the_zone_by_name() -> None:
    _revision()

    lines = _build().decode().splitlines()

    assert "DTSTART;TZID=Africa/Cairo:20261129T090000" in lines
    assert "DTEND;TZID=Africa/Cairo:20261129T140000" in lines


def test_cancelled_stop_stays_with_the_cause_in_its_title_and_text() -> None:
    first = _revision()
    StopRevisionFactory(
        stop=first.stop, state=RevisionState.CANCELLED, cause=Cause.WEATHER, cause_ar="سوء الأحوال الجوية"
    )

    event = _event(_build())

    assert event["UID"] == stop_uid(first.stop.uid)
    assert event["SEQUENCE"] == 1
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"].startswith("أُلغي: ")
    assert "سوء الأحوال الجوية" in event["DESCRIPTION"]
    assert "بيان صلاحية موقع" not in event["DESCRIPTION"]


def test_changed_stop_keeps_its_uid_raises_its_number_and_has_no_prefix() -> None:
    first = _revision()
    before = _event(_build())
    StopRevisionFactory(
        stop=first.stop,
        starts_at=dt.time(10, 0),
        cause=Cause.ORGANISATION,
        cause_ar="إعادة تنظيم المواعيد",
        published_at=PUBLISHED_AT + dt.timedelta(hours=3),
    )

    event = _event(_build())

    assert event["UID"] == before["UID"]
    assert event["SEQUENCE"] == 1
    assert event["SUMMARY"] == before["SUMMARY"]
    assert event.decoded("DTSTART") == dt.datetime(2026, 11, 29, 10, 0, tzinfo=CAIRO)
    assert event.decoded("LAST-MODIFIED") == PUBLISHED_AT + dt.timedelta(hours=3)


def test_stop_moved_to_another_place_is_off_in_the_calendar_of_the_first() -> None:
    first = _revision()
    elsewhere = PlaceFactory(code="EG260399", name_ar="شندويل", district=first.district)
    StopRevisionFactory(stop=first.stop, place=elsewhere, date=dt.date(2026, 11, 30))

    moved = list_moved_away(Q(place=first.place), first_day=FIRST_DAY)
    content = build_calendar([], moved, head=HEAD, first_day=FIRST_DAY, place_url=_page)

    event = _event(content)
    assert event["UID"] == stop_uid(first.stop.uid)
    assert event["STATUS"] == "CANCELLED"
    assert event["SEQUENCE"] == 1
    assert event["SUMMARY"].startswith("نُقل: ")
    assert event.decoded("DTSTART") == dt.datetime(2026, 11, 29, 9, 0, tzinfo=CAIRO)
    assert "شندويل" in event["DESCRIPTION"]
    assert "2026-11-30" in event["DESCRIPTION"]
    assert event["URL"] == "http://testserver/places/EG260399/"


def test_stop_that_came_back_is_not_moved_away() -> None:
    first = _revision()
    elsewhere = PlaceFactory(district=first.district)
    StopRevisionFactory(stop=first.stop, place=elsewhere)
    StopRevisionFactory(stop=first.stop, place=first.place)

    assert list_moved_away(Q(place=first.place), first_day=FIRST_DAY) == []


def test_same_facts_are_the_same_bytes() -> None:
    _revision()
    StopRevisionFactory()

    assert _build() == _build()


def test_lines_are_folded_at_75_octets_and_read_back_whole() -> None:
    landmark = "بجوار مدرسة الشهيد الابتدائية المشتركة، خلف الوحدة الصحية; \\ أمام «الجامع الكبير»\nبالقرية" * 2
    _revision(landmark_ar=landmark[:200])

    content = _build()

    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode("utf-8") is not None for line in lines)
    assert _event(content)["LOCATION"].startswith(landmark[:200])


def test_control_characters_do_not_reach_the_text() -> None:
    _revision(landmark_ar="أمام\x0bالمدرسة\x07")

    assert _event(_build())["LOCATION"].startswith("أمام المدرسة ")


def test_coordinates_are_given_when_known() -> None:
    revision = _revision()
    Place.objects.filter(pk=revision.place_id).update(latitude="26.57176", longitude="31.63831")
    StopRevisionFactory(date=dt.date(2026, 12, 1))

    known, unknown = _events(_build())

    assert known["GEO"].to_ical() == "26.57176;31.63831"
    assert "GEO" not in unknown


def test_english_calendar_is_english() -> None:
    _revision()

    with translation.override("en"):
        event = _event(_build())

    assert event["SUMMARY"] == "Technology-centre vehicle: Idfa – Naqada"
    assert event["LOCATION"] == "In front of the youth centre, Idfa – Naqada"
    assert "Copy of the identity card" in event["DESCRIPTION"]


def test_quarter_is_printed_under_its_hayy() -> None:
    hayy = DistrictFactory(hayy=True, name_ar="غرب")
    _revision(place=PlaceFactory(kind=PlaceKind.QUARTER, name_ar="ناصر", district=hayy))

    assert "منطقة ناصر – حي غرب" in _event(_build())["SUMMARY"]


def test_head_says_what_calendar_programs_ask_for() -> None:
    calendar = icalendar.Calendar.from_ical(_build())

    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert calendar["X-WR-CALNAME"] == "مواعيد"
    assert calendar["NAME"] == "مواعيد"
    assert calendar["X-WR-TIMEZONE"] == "Africa/Cairo"
    assert calendar["REFRESH-INTERVAL"].dt == dt.timedelta(hours=1)
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert "METHOD" not in calendar


def test_commas_in_the_name_are_escaped() -> None:
    head = CalendarHead(name="أ, ب; ج", source_url="http://testserver/c.ics", page_url="http://testserver/")

    content = build_calendar([], head=head, first_day=FIRST_DAY, place_url=_page).decode()

    assert "X-WR-CALNAME:أ\\, ب\\; ج\r\n" in content


def test_calendar_without_stops_still_has_a_component() -> None:
    calendar = icalendar.Calendar.from_ical(_build())

    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]


# --- the clock ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        (dt.date(2026, 4, 23), 2),  # the Thursday before the last Friday of April
        (dt.date(2026, 4, 26), 3),  # the Sunday after it
        (dt.date(2026, 10, 29), 3),  # the last Thursday of October, which ends with the change
        (dt.date(2026, 11, 1), 2),
        (dt.date(2027, 4, 29), 2),
        (dt.date(2027, 5, 2), 3),
    ],
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_clock_change(day: dt.date, offset: int) -> None:
    component = build_timezone(CAIRO, first_day=dt.date(2026, 1, 1), last_day=dt.date(2027, 12, 31))

    zone = _as_read_by_dateutil(component)

    nine = dt.datetime.combine(day, dt.time(9), tzinfo=zone)
    assert nine.utcoffset() == dt.timedelta(hours=offset)


def test_clock_changes_are_stated_at_the_moment_on_the_old_clock() -> None:
    component = build_timezone(CAIRO, first_day=dt.date(2026, 1, 1), last_day=dt.date(2026, 12, 31))

    stated = [
        (part.name, part["DTSTART"].dt, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td, str(part["TZNAME"]))
        for part in component.subcomponents
    ]

    two, three = dt.timedelta(hours=2), dt.timedelta(hours=3)
    assert stated == [
        ("DAYLIGHT", dt.datetime.fromisoformat("2025-04-25T00:00"), two, three, "EEST"),
        ("STANDARD", dt.datetime.fromisoformat("2025-10-31T00:00"), three, two, "EET"),
        ("DAYLIGHT", dt.datetime.fromisoformat("2026-04-24T00:00"), two, three, "EEST"),
        ("STANDARD", dt.datetime.fromisoformat("2026-10-30T00:00"), three, two, "EET"),
    ]


def test_years_without_summer_time_state_the_one_offset() -> None:
    component = build_timezone(CAIRO, first_day=dt.date(2019, 3, 1), last_day=dt.date(2019, 12, 31))

    (only,) = component.subcomponents
    assert only.name == "STANDARD"
    assert only["TZOFFSETTO"].td == dt.timedelta(hours=2)


def test_zone_agrees_with_the_database_all_year_round() -> None:
    zone = _as_read_by_dateutil(build_timezone(CAIRO, first_day=dt.date(2026, 1, 1), last_day=dt.date(2027, 12, 31)))
    noon = dt.datetime.fromisoformat("2026-01-01T12:00")

    different = [
        noon + dt.timedelta(days=day)
        for day in range(730)
        if (noon + dt.timedelta(days=day)).replace(tzinfo=zone).utcoffset()
        != (noon + dt.timedelta(days=day)).replace(tzinfo=CAIRO).utcoffset()
    ]

    assert different == []


def test_uid_does_not_depend_on_where_the_product_is_served() -> None:
    uid = uuid.UUID("12345678-1234-5678-1234-567812345678")

    assert stop_uid(uid) == "12345678-1234-5678-1234-567812345678@stops.mobile-technology-centres"

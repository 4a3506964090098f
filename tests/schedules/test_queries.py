"""What citizens may see, with what they were told before and what the clock makes of it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Q

from schedules.centres import find_fallback_centre, kilometres_between
from schedules.clock import Phase, next_change, next_midnight, phase_of
from schedules.enums import RevisionState
from schedules.models import StopRevision
from schedules.months import parse_month
from schedules.queries import build_days, build_place_timetable, list_stops, with_replacements
from schedules.queries_search import search
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory, GovernorateFactory

pytestmark = pytest.mark.django_db

CAIRO = ZoneInfo("Africa/Cairo")


def at(hour: int, minute: int = 0, *, day: dt.date = STOP_DATE) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=CAIRO).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (8, 59, Phase.UPCOMING),
        (9, 0, Phase.OPEN),
        (13, 29, Phase.OPEN),
        (13, 30, Phase.INTAKE_OVER),
        (13, 59, Phase.INTAKE_OVER),
        (14, 0, Phase.OVER),
    ],
)
def test_phase_at_each_edge_of_a_stop(hour: int, minute: int, expected: Phase) -> None:
    revision = StopRevisionFactory()

    assert phase_of(revision, now=at(hour, minute)) == expected


def test_phase_of_a_cancelled_stop_is_cancelled_at_any_time() -> None:
    revision = StopRevisionFactory(state=RevisionState.CANCELLED)

    assert {phase_of(revision, now=at(hour)) for hour in (8, 10, 20)} == {Phase.CANCELLED}


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(8, 0, at(9)), (9, 0, at(13, 30)), (13, 30, at(14)), (14, 0, at(0, day=STOP_DATE + dt.timedelta(days=1)))],
)
def test_next_change_is_the_next_moment_the_page_reads_differently(
    hour: int, minute: int, expected: dt.datetime
) -> None:
    assert next_change([StopRevisionFactory()], now=at(hour, minute)) == expected


def test_midnight_that_does_not_exist_is_the_moment_the_clocks_go_forward() -> None:
    # On Friday 24 April 2026 the clock goes from 00:00 to 01:00.
    now = dt.datetime(2026, 4, 23, 23, 30, tzinfo=CAIRO).astimezone(dt.UTC)

    assert next_midnight(now=now) == dt.datetime(2026, 4, 23, 22, 0, tzinfo=dt.UTC)


def test_list_stops_never_shows_drafts_or_unpublished_changes() -> None:
    StopFactory(date=STOP_DATE)
    published = StopRevisionFactory(landmark_ar="أمام المدرسة")
    published.stop.landmark_ar = "أمام المسجد"
    published.stop.has_unpublished_changes = True
    published.stop.save()

    shown = list_stops(Q(), now=at(8))

    assert [stop.revision.landmark_ar for stop in shown] == ["أمام المدرسة"]


def test_changed_stop_shows_only_the_fact_told_last_before() -> None:
    first = StopRevisionFactory(starts_at=dt.time(9))
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(10))
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(11), landmark_ar="أمام المدرسة")

    (shown,) = list_stops(Q(), now=at(8))

    assert shown.before is not None
    assert (shown.before.starts_at, shown.revision.starts_at) == (dt.time(10), dt.time(11))
    assert (shown.changed, shown.time_changed, shown.date_changed, shown.landmark_changed) == (True, True, False, True)


def test_change_is_no_longer_news_when_the_stop_is_over() -> None:
    first = StopRevisionFactory()
    StopRevisionFactory(stop=first.stop, starts_at=dt.time(10))

    (shown,) = list_stops(Q(), now=at(14))

    assert (shown.look, shown.changed) == ("done", False)


def test_stop_moved_to_another_day_stays_in_view_on_the_old_one() -> None:
    governorate = GovernorateFactory()
    first = StopRevisionFactory(date=STOP_DATE)
    later = STOP_DATE + dt.timedelta(days=3)
    StopRevisionFactory(stop=first.stop, date=later)

    days = build_days(STOP_DATE, later, now=at(8), governorate=governorate)

    assert [[stop.look for stop in day.stops] for day in days] == [["moved"], [], [], ["soon"]]
    assert days[0].stops[0].moved_to is not None
    assert days[0].stops[0].moved_to.date == later
    assert days[3].stops[0].date_changed


def test_stop_moved_and_then_cancelled_is_cancelled_on_both_days() -> None:
    first = StopRevisionFactory(date=STOP_DATE)
    later = STOP_DATE + dt.timedelta(days=1)
    StopRevisionFactory(stop=first.stop, date=later)
    StopRevisionFactory(stop=first.stop, date=later, state=RevisionState.CANCELLED)

    days = build_days(STOP_DATE, later, now=at(8), governorate=GovernorateFactory())

    assert [[stop.look for stop in day.stops] for day in days] == [["cancelled"], ["cancelled"]]


def test_build_days_knows_days_off() -> None:
    friday = dt.date(2026, 11, 27)

    days = build_days(friday, friday + dt.timedelta(days=2), now=at(8), governorate=GovernorateFactory())

    assert [day.is_off for day in days] == [True, True, False]


def test_timetable_puts_the_first_firm_visit_first_and_the_cancelled_one_in_view() -> None:
    place = PlaceFactory()
    cancelled = StopRevisionFactory(place=place, date=STOP_DATE, state=RevisionState.CANCELLED)
    firm = StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=7))
    later = StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=14))
    past = StopRevisionFactory(place=place, date=STOP_DATE - dt.timedelta(days=7))
    StopRevisionFactory(date=STOP_DATE)  # at another place

    timetable = build_place_timetable(place, now=at(8))

    assert timetable.answer is not None
    assert timetable.answer.revision == firm
    assert [stop.revision for stop in timetable.withdrawn] == [cancelled]
    assert [stop.revision for stop in timetable.following] == [later]
    assert [stop.revision for stop in timetable.past] == [past]


@pytest.mark.parametrize(("hour", "withdrawn", "past"), [(13, 1, 0), (14, 0, 1)])
def test_cancelled_visit_stays_in_view_until_its_announced_end(hour: int, withdrawn: int, past: int) -> None:
    place = PlaceFactory()
    StopRevisionFactory(place=place, state=RevisionState.CANCELLED)

    timetable = build_place_timetable(place, now=at(hour))

    assert (len(timetable.withdrawn), len(timetable.past)) == (withdrawn, past)


def test_visit_moved_to_another_place_stays_in_view_at_the_old_one() -> None:
    old, new = PlaceFactory(), PlaceFactory()
    first = StopRevisionFactory(place=old)
    StopRevisionFactory(stop=first.stop, place=new)

    timetable = build_place_timetable(old, now=at(8))

    assert timetable.answer is None
    (moved,) = timetable.withdrawn
    assert moved.moved_to is not None
    assert moved.moved_to.place == new


def test_cancelled_stop_tells_of_the_next_visit() -> None:
    place = PlaceFactory()
    StopRevisionFactory(place=place, state=RevisionState.CANCELLED)
    next_visit = StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=2))
    StopRevisionFactory(place=place, date=STOP_DATE + dt.timedelta(days=5))

    stops = with_replacements(list_stops(Q(date=STOP_DATE), now=at(8)), now=at(8))

    assert [stop.instead for stop in stops] == [next_visit]


def test_search_finds_twins_with_their_next_visits() -> None:
    north = PlaceFactory(name_ar="الكوامل بحري", name_en="", district=DistrictFactory(name_ar="سوهاج"))
    south = PlaceFactory(name_ar="الكوامل قبلي", name_en="", district=DistrictFactory(name_ar="المنشأة"))
    PlaceFactory(name_ar="بلصفورة")
    visit = StopRevisionFactory(place=south)

    found = search("كوامل", now=at(8))

    assert {result.place for result in found.places} == {north, south}
    assert [result.next_stop.revision for result in found.places if result.next_stop] == [visit]


def test_fallback_centre_is_the_nearest_that_is_known() -> None:
    near = DistrictFactory(fixed_centre_latitude="26.55000", fixed_centre_longitude="31.70000")
    own = DistrictFactory(fixed_centre_latitude="26.90000", fixed_centre_longitude="31.50000")
    place = PlaceFactory(district=own, latitude="26.56000", longitude="31.69000")

    centre = find_fallback_centre(place)

    assert centre is not None
    assert (centre.district, centre.kilometres) == (near, 1)


def test_fallback_centre_of_a_place_without_a_point_is_that_of_its_unit() -> None:
    DistrictFactory(fixed_centre_latitude="26.55000", fixed_centre_longitude="31.70000")
    own = DistrictFactory()

    centre = find_fallback_centre(PlaceFactory(district=own))

    assert centre is not None
    assert (centre.district, centre.kilometres) == (own, None)


def test_kilometres_between_two_known_points() -> None:
    # One degree along a meridian: 2 pi 6371 / 360.
    assert round(kilometres_between(26.0, 31.7, 27.0, 31.7), 1) == 111.2


@pytest.mark.parametrize("name", ["2026-13", "2026-00", "1999-01", "2101-01", "2026-1", "x"])
def test_parse_month_refuses_what_is_no_month(name: str) -> None:
    assert parse_month(name) is None


def test_month_ends_on_its_last_day() -> None:
    month = parse_month("2028-02")

    assert month is not None
    assert (month.last, month.name) == (dt.date(2028, 2, 29), "2028-02")
    assert month.previous is not None
    assert month.previous.name == "2028-01"


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL plans by what is in its tables, here next to nothing"
)
def test_the_past_of_a_place_is_not_read_for_its_coming_visits() -> None:
    """A place has one coming visit and thousands of past ones: the day must be part of what the index is asked for."""
    noon = dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=dt.UTC)
    coming = StopRevision.objects.public().scheduled().not_over(now=noon).filter(place=1)

    assert "revision_by_place (place_id=? AND date>?)" in coming.explain()

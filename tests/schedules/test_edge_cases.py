"""The edge cases that the product was specified by, each under its number, told in the shortest way that shows it.

Hours of Ramadan (7) and a holiday that moves (8) are tested with the periods.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from announcements.actions import acknowledge_notice
from announcements.arabic.facts import Form
from announcements.arabic.render import render_notice
from announcements.enums import AcknowledgementKind, NoticeKind, TextForm
from announcements.models import Delivery, Notice
from announcements.queries_by_hand import list_owed
from announcements.standin.server import StandIn
from announcements.summary import send_summaries
from schedules.actions import cancel_stop, draft_stop, edit_stop, publish_stops
from schedules.actions_incidents import postpone_stop, postpone_stops, report_breakdown
from schedules.actions_reports import Recorded, record_report
from schedules.enums import CAUSE_PHRASE_AR, Cause, ConflictKind, RevisionState, Severity, Weekday
from schedules.models import Stop, StopRevision
from schedules.queries_conflicts import list_conflicts
from schedules.queries_held import hours_held
from schedules.queries_places import search_places
from schedules.queries_reports import Figure, list_visits, tally
from schedules.validators import StaleEdit, StopData, check_stop
from services.models import Service
from sohag_mobile.errors import RuleBroken
from tests.announcements.arabic.cases import BAJA, BALASFURA, MONDAY, NASIR, SUNDAY, WEST, announcement, stop
from tests.factories.announcements import ChannelFactory, NoticeFactory
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.services import OfferFactory, ServiceFactory
from tests.factories.users import make_head, make_supervisor
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, VehicleFactory
from tests.schedules.test_actions import NOW, stop_data
from tests.schedules.test_views import fetch, read
from vehicles.enums import DistrictKind
from vehicles.models import District, Governorate

pytestmark = pytest.mark.django_db

EVENING_BEFORE = dt.datetime(2026, 11, 28, 20, tzinfo=CAIRO)
AT_NOON = dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=CAIRO)
MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def head(district: District) -> User:
    return make_head(district)


def announce(district: District, by: User, **changes: Any) -> tuple[Stop, Notice]:
    made = draft_stop(stop_data(district, **changes), by=by, now=NOW)
    (notice,) = publish_stops([made], by=by, now=NOW)
    return made, notice


def edit(made: Stop, by: User, **changes: Any) -> Stop:
    fresh = Stop.objects.get(pk=made.pk)
    return edit_stop(fresh, dataclasses.replace(StopData.of(fresh), **changes), by=by, now=NOW)


def text_of(notice: Notice, form: TextForm = TextForm.SOCIAL) -> str:
    return notice.texts.get(form=form).body


def refusals(data: StopData, by: User) -> set[str]:
    return {problem.code for problem in check_stop(data, by=by, now=NOW)}


def test_edge_01_breakdown_makes_the_visit_partly_held(client: Client, district: District, head: User) -> None:
    for kind in ("facebook", "radio_folder"):
        ChannelFactory(kind=kind, district=district)
    made, announced = announce(district, head)

    notice = report_breakdown(made, stopped_at=dt.time(11, 30), cause=Cause.NETWORK, by=head, now=AT_NOON)

    assert notice.kind == NoticeKind.URGENT
    channels = [
        set(Delivery.objects.filter(notice=each).values_list("channel", flat=True)) for each in (announced, notice)
    ]
    assert channels[0] == channels[1] != set()
    assert client.get("/api/v1/stops/", {"status": "cancelled"}).json()["count"] == 0
    assert hours_held(made) == dt.timedelta(hours=2, minutes=30)


def test_edge_02_dust_storm_postpones_the_day_of_several_units_in_one_act() -> None:
    supervisor = make_supervisor()
    units = [DistrictFactory(), DistrictFactory()]
    stops = [announce(unit, supervisor)[0] for unit in units]

    notices = postpone_stops(stops, cause=Cause.WEATHER, by=supervisor, now=EVENING_BEFORE)

    assert [(notice.district, notice.number, notice.kind) for notice in notices] == [
        (unit, 2, NoticeKind.POSTPONEMENT) for unit in units
    ]
    assert all("موعد يُعلن عنه لاحقًا" in text_of(notice) for notice in notices)
    assert Stop.objects.owed().count() == 2


def test_edge_03_cancelled_visit_stays_in_view_and_on_the_radio(client: Client, district: District, head: User) -> None:
    made, announced = announce(district, head)
    notice = cancel_stop(made, cause=Cause.POWER, by=head, now=EVENING_BEFORE)
    page = f"/places/{made.place.code}/"

    assert "أُلغيت زيارة اليوم" in read(client, page, at=dt.datetime(2026, 11, 29, 13, 59, tzinfo=CAIRO))
    address = f"/notices/{district.slug}/{announced.year}/{announced.number}/"
    old = read(client, address, at=AT_NOON)
    assert "هذا الإعلان لم يعد ساريًا" in old
    assert re.search("<s>.*?9:00.*?</s>", fetch(client, address, at=AT_NOON))
    assert f"التنويه رقم {notice.reference}" in old
    assert re.search("إلغاء|أُلغي", text_of(notice, TextForm.RADIO))


def test_edge_04_second_change_cites_the_latest_notice_alone(district: District, head: User) -> None:
    made, _ = announce(district, head)
    postponed = postpone_stop(made, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    cancelled = cancel_stop(made, cause=Cause.WEATHER, by=head, now=EVENING_BEFORE)
    assert [item.replaces.notice for item in cancelled.items.all()] == [postponed]
    text = text_of(cancelled)
    assert ("رقم 2/2026" in text, "رقم 1/2026" in text) == (True, False)


def test_edge_05_mended_wording_is_a_correction_without_a_new_date(district: District, head: User) -> None:
    ChannelFactory(district=district)
    made, announced = announce(district, head)
    edited = edit(made, head, landmark_ar="أمام مقر الجمعية الزراعية")
    (notice,) = publish_stops([edited], by=head, now=NOW, cause=Cause.CORRECTION)
    assert "تصويب" in notice.title_ar
    assert "بسبب" not in text_of(notice)
    # Where it had been posted it is put right.
    assert {delivery.corrects.notice for delivery in notice.deliveries.all()} == {announced}


def test_edge_05_what_was_posted_by_hand_is_listed_as_needing_to_be_posted_again(
    client: Client, district: District, head: User
) -> None:
    made, announced = announce(district, head)
    acknowledge_notice(announced, kind=AcknowledgementKind.POSTED, happened_at=NOW, by=head, now=NOW)
    (first,) = publish_stops(
        [edit(made, head, landmark_ar="أمام مقر الجمعية")], by=head, now=NOW, cause=Cause.CORRECTION
    )
    assert (list_owed(announced), list_owed(first)) == ([], [AcknowledgementKind.POSTED])
    client.force_login(head)
    page = client.get(reverse("admin:announcements_notice_change", args=[first.pk]))
    assert "فانشر هذا أيضًا" in page.content.decode()
    # What is posted by hand is one press away.
    assert "https://wa.me/?text=%2A%D8%AA%D9%86%D9%88%D9%8A%D9%87" in page.content.decode()
    rows = client.get(reverse("admin:announcements_notice_changelist")).context["cl"].result_list
    assert {row.pk: (row.owes_posting, row.owes_airing) for row in rows} == {
        announced.pk: (False, False),
        first.pk: (True, False),
    }

    # The debt passes to the newest text, and ends when that one is posted.
    (second,) = publish_stops(
        [edit(made, head, landmark_ar="أمام مقر الوحدة")], by=head, now=NOW, cause=Cause.CORRECTION
    )
    assert (list_owed(first), list_owed(second)) == ([], [AcknowledgementKind.POSTED])
    acknowledge_notice(second, kind=AcknowledgementKind.POSTED, happened_at=NOW, by=head, now=NOW)
    assert list_owed(second) == []


FRIDAY = dt.date(2026, 12, 4)


def test_edge_06_weekend_work_needs_a_reason_and_a_confirmed_landmark(district: District, head: User) -> None:
    friday = stop_data(district, date=FRIDAY)
    assert refusals(friday, head) == {"weekend_without_reason", "landmark_not_confirmed"}
    with_reason = dataclasses.replace(friday, off_day_reason="سوق القرية الأسبوعي")
    assert refusals(with_reason, head) == {"landmark_not_confirmed"}

    made = draft_stop(dataclasses.replace(with_reason, landmark_confirmed_for=FRIDAY), by=head, now=NOW)
    assert made.landmark_confirmed_for == FRIDAY
    next_friday = FRIDAY + dt.timedelta(days=7)
    assert refusals(dataclasses.replace(StopData.of(made), date=next_friday), head) == {"landmark_not_confirmed"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.filter(pk=made.pk).update(date=next_friday)


def test_edge_06_a_friday_visit_leaves_a_gap_for_the_prayer(district: District, head: User) -> None:
    Governorate.objects.update(friday_prayer_starts_at=dt.time(11, 30), friday_prayer_ends_at=dt.time(13, 30))
    over = stop_data(district, date=FRIDAY, off_day_reason="سوق القرية الأسبوعي", landmark_confirmed_for=FRIDAY)
    (problem,) = check_stop(over, by=head, now=NOW)
    assert (problem.code, problem.field) == ("over_the_friday_prayer", "ends_at")
    assert "اجعل هذه الزيارة زيارتين" in str(problem.message)

    # The two stops that it proposes, one vehicle at one place.
    before = dataclasses.replace(over, ends_at=dt.time(11, 30), last_intake=None)
    after = dataclasses.replace(over, starts_at=dt.time(13, 30), last_intake=None)
    both = [draft_stop(part, by=head, now=NOW) for part in (before, after)]
    (notice,) = publish_stops(both, by=head, now=NOW)
    assert notice.items.count() == 2

    Governorate.objects.update(friday_prayer_starts_at=None, friday_prayer_ends_at=None)
    again = stop_data(district, date=FRIDAY, off_day_reason="سوق القرية الأسبوعي", landmark_confirmed_for=FRIDAY)
    assert refusals(again, head) == set()


def test_edge_06_a_market_day_asks_whether_the_square_is_free(district: District, head: User) -> None:
    village = PlaceFactory(district=district, market_weekday=Weekday(STOP_DATE.isoweekday()))
    market = stop_data(district, place=village)
    assert refusals(market, head) == {"landmark_not_confirmed"}
    assert refusals(dataclasses.replace(market, landmark_confirmed_for=STOP_DATE), head) == set()
    assert refusals(dataclasses.replace(market, date=STOP_DATE + dt.timedelta(days=1)), head) == set()
    assert "السوق الأسبوعي: الأحد" in str(village)


def two_vehicles(district: District, by: User, *, same_services: bool) -> list[Stop]:
    """Two vehicles at one village, day, hours and landmark."""
    first = stop_data(district, place=PlaceFactory(district=district, name_ar="بلصفورة"))
    vehicle = VehicleFactory(assigned_to=district)
    services = first.services if same_services else (ServiceFactory(),)
    for service in services:
        OfferFactory(vehicle=vehicle, service=service)
    second = dataclasses.replace(first, vehicle=vehicle, services=services, accept_duplicate=same_services)
    return [draft_stop(data, by=by, now=NOW) for data in (first, second)]


@pytest.mark.parametrize("same_services", [True, False])
def test_edge_09_two_vehicles_in_one_village_are_one_announcement_in_the_dual(
    district: District, head: User, same_services: bool
) -> None:
    both = two_vehicles(district, head, same_services=same_services)
    notices = publish_stops(both, by=head, now=NOW)
    assert [notice.items.count() for notice in notices] == [2]
    for form in TextForm:
        text = text_of(notices[0], form)
        assert re.search("سيارتين للمراكز التكنولوجية المتنقلة|السيارتان المتنقلتان", text), form
        assert text.count("بلصفورة") == (2 if form in (TextForm.RADIO, TextForm.LOUDSPEAKER) else 1), form
    assert ("في إحدى السيارتين" in text_of(notices[0])) is not same_services


def test_edge_09_two_vehicles_among_other_visits_are_said_to_stand_together(district: District, head: User) -> None:
    both = two_vehicles(district, head, same_services=True)
    elsewhere = draft_stop(stop_data(district, date=STOP_DATE + dt.timedelta(days=1)), by=head, now=NOW)
    (notice,) = publish_stops([*both, elsewhere], by=head, now=NOW)
    for form in (TextForm.SOCIAL, TextForm.RADIO):
        assert text_of(notice, form).count("سيارتان متواجدتان معًا") == 1, form


def test_edge_09_calling_one_of_two_vehicles_off_leaves_the_village_its_other(
    client: Client, district: District, head: User
) -> None:
    # Each announced by a notice of its own: no citation leads from one to the other.
    both = two_vehicles(district, head, same_services=True)
    for each in both:
        publish_stops([each], by=head, now=NOW)
    notice = cancel_stop(both[0], cause=Cause.FUEL, by=head, now=EVENING_BEFORE)
    for form in TextForm:
        assert "إحدى سيارتي" in text_of(notice, form) or "إحدى السيارتين" in text_of(notice, form), form
        assert form == TextForm.SMS or "السيارة الأخرى متواجدة" in text_of(notice, form), form
    page = read(client, f"/places/{both[0].place.code}/", at=AT_NOON)
    assert "أُلغيت زيارة إحدى السيارات" in page
    assert "أُلغيت زيارة اليوم" not in page
    assert "وتوجد هنا سيارة أخرى في اليوم نفسه: من 9:00 صباحًا حتى 2:00 ظهرًا" in page

    last = cancel_stop(both[1], cause=Cause.FUEL, by=head, now=EVENING_BEFORE)
    assert "الأخرى" not in text_of(last)
    assert "أُلغيت زيارة اليوم" in read(client, f"/places/{both[0].place.code}/", at=AT_NOON)


def test_edge_09_a_second_vehicle_that_does_the_same_is_warned_of_as_a_duplicate(
    district: District, head: User
) -> None:
    first = stop_data(district)
    draft_stop(first, by=head, now=NOW)
    vehicle = VehicleFactory(assigned_to=district)
    OfferFactory(vehicle=vehicle, service=first.services[0])
    duplicate = dataclasses.replace(first, vehicle=vehicle)
    assert refusals(duplicate, head) == {"duplicate_of_another_vehicle"}
    assert refusals(dataclasses.replace(duplicate, accept_duplicate=True), head) == set()
    # Legal where places or services differ.
    assert refusals(dataclasses.replace(duplicate, place=PlaceFactory(district=district)), head) == set()
    other = OfferFactory(vehicle=vehicle).service
    assert refusals(dataclasses.replace(duplicate, services=(*first.services, other)), head) == set()


def test_edge_09_one_vehicle_is_in_one_place_and_needs_time_for_the_way(district: District, head: User) -> None:
    first = stop_data(district)
    made = draft_stop(first, by=head, now=NOW)

    def then(starts_at: dt.time, **changes: Any) -> StopData:
        place = changes.pop("place", None) or PlaceFactory(district=district)
        later = dataclasses.replace(first, place=place, starts_at=starts_at, ends_at=dt.time(16), last_intake=None)
        return dataclasses.replace(later, **changes)

    assert "vehicle_already_booked" in refusals(then(dt.time(13)), head)
    assert refusals(then(dt.time(14), accept_short_travel=True), head) == {"no_travel_gap"}
    assert refusals(then(dt.time(14, 10)), head) == {"short_travel_gap"}
    assert refusals(then(dt.time(14, 10), accept_short_travel=True), head) == set()
    assert refusals(then(dt.time(14, 30)), head) == set()
    assert refusals(then(dt.time(14), place=made.place), head) == set()


def test_edge_09_publishing_asks_again_for_the_time_of_the_way(district: District, head: User) -> None:
    """What is written without the form, or moved since, meets the same rule."""
    first = draft_stop(stop_data(district), by=head, now=NOW)
    touching = StopFactory(
        vehicle=first.vehicle,
        place=PlaceFactory(district=district),
        starts_at=dt.time(14),
        ends_at=dt.time(16),
        last_intake=None,
        services=first.services.all(),
    )
    with pytest.raises(RuleBroken) as refused:
        publish_stops([touching], by=head, now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["no_travel_gap"]


def test_edge_10_twin_names_are_told_apart_and_a_place_outside_the_unit_is_the_supervisors_word(
    district: District, head: User
) -> None:
    other = DistrictFactory(name_ar="المنشأة")
    places = [
        PlaceFactory(name_ar="الكوامل بحري", district=district),
        PlaceFactory(name_ar="الكوامل قبلي", district=other),
    ]
    assert {place.label_ar for place in search_places("الكوامل", limit=10)} == {place.label_ar for place in places}

    lent = stop_data(district, place=places[1])
    assert refusals(lent, head) == {"place_outside_unit"}
    assert refusals(dataclasses.replace(lent, accept_outside_district=True), head) == {"place_outside_unit"}
    assert refusals(dataclasses.replace(lent, accept_outside_district=True), make_supervisor()) == set()


def test_edge_11_a_vehicle_that_was_lent_is_announced_by_the_unit_it_works_for(district: District) -> None:
    vehicle = VehicleFactory()
    AssignmentFactory(vehicle=vehicle, district=DistrictFactory(), ends_on=STOP_DATE - dt.timedelta(days=1))
    AssignmentFactory(vehicle=vehicle, district=district, starts_on=STOP_DATE)
    made, notice = announce(district, make_supervisor(), vehicle=vehicle)
    assert (made.district, notice.district) == (district, district)
    assert district.issuer_name_ar in text_of(notice)


def test_edge_12_a_quarter_of_a_hayy_has_no_village(head: User) -> None:
    hayy = DistrictFactory(kind=DistrictKind.HAYY, name_ar="غرب سوهاج")
    quarter = PlaceFactory(district=hayy, name_ar="ناصر")
    _made, notice = announce(hayy, make_supervisor(), place=quarter)
    for form in TextForm:
        text = text_of(notice, form)
        assert "ناصر" in text, form
        # «أمام مركز شباب القرية» is a landmark, as typed.
        assert "قرية ناصر" not in text, form
        assert "مركز غرب" not in text, form
    assert "بمنطقة ناصر – حي غرب سوهاج" in text_of(notice)


def test_edge_13_nine_oclock_is_nine_oclock_after_the_summer_time_night(client: Client) -> None:
    sunday = dt.date(2026, 4, 26)  # the clock was set on the night to Friday, 24 April
    revision: StopRevision = StopRevisionFactory(date=sunday)
    feed = fetch(client, "/calendar.ics", at=dt.datetime(2026, 4, 20, 10, tzinfo=CAIRO))
    assert "DTSTART;TZID=Africa/Cairo:20260426T090000" in feed
    assert "BEGIN:VTIMEZONE" in feed
    assert revision.starts.isoformat() == "2026-04-26T09:00:00+03:00"


def test_edge_13_the_day_without_a_midnight_has_its_page_and_no_event_at_one(client: Client) -> None:
    friday = dt.date(2026, 4, 24)
    StopRevisionFactory(date=friday, starts_at=dt.time(9), ends_at=dt.time(12), last_intake=None)
    first_moment = dt.datetime(2026, 4, 23, 22, tzinfo=dt.UTC)  # 01:00 on the clock, which has left out an hour
    page = read(client, "/", at=first_moment)
    assert "الجمعة 24 أبريل" in page
    feed = fetch(client, "/calendar.ics", at=first_moment)
    starts = re.findall(r"DTSTART;TZID=Africa/Cairo:(\d{8}T\d{6})", feed)
    assert starts == ["20260424T090000"]


def test_edge_13_a_job_of_the_hour_that_comes_twice_is_done_once(standin: StandIn, settings: Any) -> None:
    settings.SUMMARY_HOUR = 23
    make_supervisor(email="supervisor@governorate.example")
    half_past = dt.datetime(2026, 10, 29, 23, 30, tzinfo=CAIRO)
    NoticeFactory(issued_at=half_past - dt.timedelta(days=1))
    sent = [send_summaries(now=moment.astimezone(dt.UTC)) for moment in (half_past, half_past.replace(fold=1))]
    assert half_past.utcoffset() != half_past.replace(fold=1).utcoffset()
    assert (sent, len(standin.state.mails)) == ([1, 0], 1)


@pytest.mark.parametrize("hour", [dt.time(23, 59), dt.time(0, 1)])
def test_edge_14_stored_texts_never_say_today_or_tomorrow(district: District, head: User, hour: dt.time) -> None:
    day = STOP_DATE - dt.timedelta(days=1) if hour.hour == 23 else STOP_DATE
    now = dt.datetime.combine(day, hour, tzinfo=CAIRO)
    made = draft_stop(stop_data(district), by=head, now=now)
    (announced,) = publish_stops([made], by=head, now=now)
    for notice in (announced, cancel_stop(made, cause=Cause.FUEL, by=head, now=now)):
        for form in TextForm:
            assert not re.search("غدًا|غدا|اليوم|أمس", text_of(notice, form)), form
        assert "29 نوفمبر 2026" in text_of(notice)


def test_edge_14_an_urgent_notice_says_today_with_its_date(district: District, head: User) -> None:
    made, _ = announce(district, head)
    notice = report_breakdown(made, stopped_at=dt.time(11), cause=Cause.POWER, by=head, now=AT_NOON)
    assert "اليوم الأحد الموافق 29 نوفمبر 2026" in text_of(notice)


def test_edge_15_a_late_announcement_is_allowed_while_the_vehicle_stands(district: District, head: User) -> None:
    ChannelFactory(district=district)
    made = draft_stop(stop_data(district), by=head, now=AT_NOON)
    (notice,) = publish_stops([made], by=head, now=AT_NOON)
    assert notice.is_late
    assert notice.deliveries.get().expires_at > AT_NOON

    after = dt.datetime.combine(STOP_DATE, dt.time(14), tzinfo=CAIRO)
    with pytest.raises(RuleBroken):
        draft_stop(stop_data(district), by=head, now=after)


def test_edge_16_without_network_the_visit_stays_and_the_notice_says_what_is_off(
    district: District, head: User
) -> None:
    vehicle = VehicleFactory(assigned_to=district)
    service = OfferFactory(vehicle=vehicle, outcome="finished").service
    made, _ = announce(district, head, vehicle=vehicle, services=(service,))

    (notice,) = publish_stops([edit(made, head, intake_only=True)], by=head, now=NOW, cause=Cause.NETWORK)

    revision = StopRevision.objects.public().get(stop=made)
    assert (revision.state, [row.outcome for row in revision.offered.all()]) == (RevisionState.SCHEDULED, ["received"])
    text = text_of(notice)
    assert "اقتصار إحدى الخدمات على استلام الطلبات" in text
    assert "السداد" in text
    assert "عطل في شبكة الاتصال" in text


def test_edge_17_a_service_that_ended_by_law_is_blocked_from_its_day_on(district: District, head: User) -> None:
    vehicle = VehicleFactory(assigned_to=district)
    ended = ServiceFactory(valid_to=STOP_DATE - dt.timedelta(days=1))
    OfferFactory(vehicle=vehicle, service=ended)
    data = stop_data(district, vehicle=vehicle, services=(ended,))
    assert refusals(data, head) == {"service_not_valid"}
    assert refusals(dataclasses.replace(data, date=dt.date(2026, 11, 26)), head) == set()


def test_edge_17_a_law_that_ends_a_service_flags_the_visits_announced_with_it(
    client: Client, district: District, head: User
) -> None:
    made, _notice = announce(district, head)
    service = made.services.get()
    units = list(District.objects.select_related("governorate"))
    assert list_conflicts(units, made.date, made.date, now=NOW) == []

    Service.objects.filter(pk=service.pk).update(valid_to=made.date - dt.timedelta(days=1))

    (flagged,) = list_conflicts(units, made.date, made.date, now=NOW)
    assert (flagged.kind, flagged.severity, flagged.stops, flagged.is_public) == (
        ConflictKind.SERVICE,
        Severity.REFUSED,
        (made,),
        True,
    )
    client.force_login(head)
    with time_machine.travel(NOW, tick=False):
        (group,) = client.get(reverse("admin:schedules_stop_conflicts"), {"week": "coming"}).context["groups"]
    (line,) = group.lines
    assert service.name_ar in line.sentence
    over = dt.datetime.combine(made.date, dt.time(23), tzinfo=NOW.tzinfo)
    assert list_conflicts(units, made.date, made.date, now=over) == []


def test_edge_18_causes_tell_vehicle_equipment_crew_network_power_and_fuel_apart() -> None:
    apart = {
        Cause.VEHICLE_FAULT, Cause.EQUIPMENT_FAULT, Cause.CREW, Cause.NETWORK, Cause.POWER, Cause.FUEL, Cause.WEATHER,
        Cause.OFFICIAL_EVENT, Cause.HOLIDAY,
    }  # fmt: skip
    assert len(apart) == 9
    assert set(CAUSE_PHRASE_AR) == set(Cause) - {Cause.OTHER}


@pytest.mark.parametrize(("count", "words"), [(3, "ثلاث سيارات"), (4, "أربع سيارات")])
def test_edge_19_the_number_told_is_that_of_the_list(count: int, words: str) -> None:
    places = [dataclasses.replace(BAJA, code=f"P{number}", name=f"قرية {number}") for number in range(count)]
    facts = announcement(*(stop(place, date=SUNDAY, vehicle=f"SOH-{number}") for number, place in enumerate(places)))
    assert words in render_notice(facts, Form.RADIO)


def test_edge_20_a_missing_count_is_not_recorded_and_zero_is_a_number(
    client: Client, district: District, head: User
) -> None:
    visits = [announce(district, head)[0] for _ in range(3)]
    evening = dt.datetime.combine(STOP_DATE, dt.time(20), tzinfo=CAIRO)
    record_report(visits[0], Recorded(citizens_served=12), by=head, now=evening)
    record_report(visits[1], Recorded(citizens_served=0), by=head, now=evening)

    found = list_visits([district], first=STOP_DATE, last=STOP_DATE, now=evening)
    numbers = tally(found)
    assert numbers.figures[0] == Figure(total=12, visits=2)
    assert (numbers.figures[0].average, numbers.figures[1].total, numbers.unrecorded) == (6, None, 1)

    with time_machine.travel(evening, tick=False):
        client.force_login(head)
        page = client.get("/admin/schedules/stop/visits/").content.decode()
    # Two of four figures at each of three visits, which are told visit by visit and vehicle by vehicle; and one of four totals.
    assert page.count("لم يُسجَّل") == 2 * (3 * 4 - 2) + 4 - 1
    assert "المتوسط 6.0، محسوبًا على زيارتين" in page


@pytest.mark.parametrize("typed", ["بلصفـــورة", "بلصفورة\u00a0", "\u200fبلصفورة", "بَلصفورة", "بلصفوره"])
def test_edge_21_names_pasted_from_elsewhere_are_found_and_labels_stay_as_registered(typed: str) -> None:
    place = PlaceFactory(name_ar="بلصفورة")
    assert [found.name_ar for found in search_places(typed, limit=5)] == [place.name_ar] == ["بلصفورة"]


def test_edge_22_texts_to_be_copied_keep_their_order_and_sms_hold_no_marks(district: District, head: User) -> None:
    district.contact_phone = "093-2310000"
    district.save()
    _made, notice = announce(district, head)
    for form in (TextForm.SMS, TextForm.WHATSAPP, TextForm.RADIO):
        assert not MARKS.search(text_of(notice, form)), form
    assert "\u2066093-2310000\u2069" in text_of(notice)
    for form in TextForm:
        assert not re.search(r"\d\s*[–-]\s*\d+:", text_of(notice, form)), form  # «من … حتى …», never «9:00 – 2:00»


def test_edge_23_an_office_that_is_renamed_keeps_its_old_name_in_old_texts(district: District, head: User) -> None:
    former = district.issuer_name_ar
    made, announced = announce(district, head)
    District.objects.filter(pk=district.pk).update(issuer_name_ar="الوحدة المحلية لمركز ومدينة البلينا")
    notice = cancel_stop(made, cause=Cause.FUEL, by=head, now=NOW)
    announced.refresh_from_db()
    assert former in text_of(announced)
    assert "البلينا" not in text_of(announced)
    assert "الوحدة المحلية لمركز ومدينة البلينا" in text_of(notice)


def test_edge_24_the_second_of_two_clerks_is_shown_the_conflict_and_nothing_is_lost(
    district: District, head: User
) -> None:
    made = draft_stop(stop_data(district), by=head, now=NOW)
    seen = Stop.objects.get(pk=made.pk).updated_at
    first = dataclasses.replace(StopData.of(made), landmark_ar="أمام مكتب البريد")
    edit_stop(made, first, by=head, now=NOW, seen=seen)
    with pytest.raises(StaleEdit):
        edit_stop(made, dataclasses.replace(first, landmark_ar="أمام المدرسة"), by=head, now=NOW, seen=seen)
    assert Stop.objects.get(pk=made.pk).landmark_ar == "أمام مكتب البريد"


def test_edge_25_an_election_day_calls_visits_off_for_its_own_cause(district: District, head: User) -> None:
    made, _ = announce(district, head)
    notice = postpone_stop(made, cause=Cause.OFFICIAL_EVENT, by=head, now=EVENING_BEFORE)
    assert "فعالية رسمية" in text_of(notice)


@pytest.mark.parametrize(("second", "is_dual"), [(("09:00", "14:00"), True), (("09:00", "13:00"), False)])
def test_edge_26_days_with_different_hours_are_not_told_as_one(second: tuple[str, str], is_dual: bool) -> None:
    first = stop(BALASFURA, date=SUNDAY, hours=("09:00", "14:00"), last_intake="")
    facts = announcement(first, stop(BALASFURA, date=MONDAY, hours=second, last_intake=""))
    for form in (Form.SOCIAL, Form.RADIO):
        assert ("يومي الأحد والاثنين" in render_notice(facts, form)) is is_dual, form


def test_edge_27_noon_is_not_midnight(district: District, head: User) -> None:
    facts = announcement(stop(hours=("09:00", "12:00"), last_intake=""))
    assert "الثانية عشرة ظهرًا" in render_notice(facts, Form.RADIO)
    assert "12:00 ظهرًا" in render_notice(facts, Form.SOCIAL)
    assert "ends_before_it_starts" in refusals(stop_data(district, ends_at=dt.time(0), last_intake=None), head)


def test_edge_28_texts_claim_no_duration(district: District, head: User) -> None:
    made, announced = announce(district, head)
    for notice in (announced, report_breakdown(made, stopped_at=dt.time(10), cause=Cause.POWER, by=head, now=AT_NOON)):
        for form in TextForm:
            assert not re.search("لمدة|ساعات|ساعتين|ساعتان", text_of(notice, form)), form
    assert StopFactory.build().ends_at == dt.time(14)  # hours are told from one to the other
    quarter = announcement(stop(NASIR), issuer=WEST)
    assert "لمدة" not in render_notice(quarter, Form.SOCIAL)

"""Hours of a period, holidays that move, and the governorate's bulletin with everything that corrects it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User

from announcements.enums import ChannelKind, DeliveryStatus, NoticeKind, TextForm
from announcements.models import Delivery, Notice, NoticeItem
from announcements.queries_feeds import list_feed_notices
from announcements.queries_notices import find_notice_story
from announcements.queries_posters import find_standing
from announcements.reviews import Review, TextsChanged, fingerprint
from schedules.actions import (
    cancel_stop,
    draft_stop,
    edit_stop,
    preview_cancellation,
    preview_publication,
    publish_stops,
)
from schedules.actions_calendar import (
    announce_hours,
    fit_into,
    issue_week_bulletin,
    preview_bulletin,
    preview_hours,
)
from schedules.enums import Cause, ConflictKind, HolidayStatus, Severity
from schedules.models import Holiday, HoursAnnouncement, HoursPeriod, Stop, StopRevision
from schedules.queries_calendar import list_hours_due
from schedules.queries_conflicts import Conflict, list_conflicts
from schedules.validators import StopData, check_stop
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from sohag_mobile.models import ContentVersion
from sohag_mobile.weeks import Week
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import CAIRO, STOP_DATE, HolidayFactory, HoursPeriodFactory, PlaceFactory
from tests.factories.services import OfferFactory, PaymentMeansFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import District

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=CAIRO)
LATER = NOW + dt.timedelta(hours=1)
WEEK = Week.of(STOP_DATE)


@pytest.fixture
def district() -> District:
    return DistrictFactory()


@pytest.fixture
def head(district: District) -> User:
    return make_head(district)


@pytest.fixture
def supervisor() -> User:
    return make_supervisor()


def stop_data(district: District, **changes: Any) -> StopData:
    vehicle = VehicleFactory(assigned_to=district)
    data = StopData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        date=STOP_DATE,
        starts_at=dt.time(9),
        ends_at=dt.time(15),
        last_intake=dt.time(14, 30),
        landmark_ar="أمام مركز شباب القرية",
        services=(OfferFactory(vehicle=vehicle).service,),
        payment_means=(PaymentMeansFactory(),),
    )
    return dataclasses.replace(data, **changes)


def draft(district: District, by: User, **changes: Any) -> Stop:
    return draft_stop(stop_data(district, **changes), by=by, now=NOW)


def published(district: District, by: User, **changes: Any) -> Stop:
    stop = draft(district, by, **changes)
    publish_stops([stop], by=by, now=NOW)
    stop.refresh_from_db()
    return stop


def public(stop: Stop) -> StopRevision:
    return StopRevision.objects.public().get(stop=stop)


def hours_of(revision: StopRevision | Stop) -> tuple[dt.time, dt.time, dt.time | None]:
    return revision.starts_at, revision.ends_at, revision.last_intake


def moved(stop: Stop, by: User, now: dt.datetime = LATER, **changes: Any) -> list[Notice]:
    stop.refresh_from_db()
    edit_stop(stop, dataclasses.replace(StopData.of(stop), **changes), by=by, now=now)
    return publish_stops([stop], by=by, now=now, cause=Cause.ORGANISATION)


def asked(*districts: District, now: dt.datetime = NOW) -> list[Conflict]:
    """What asks for something, of all that is to come."""
    units = District.objects.select_related("governorate").filter(pk__in=[district.pk for district in districts])
    found = list_conflicts(list(units), dt.date.min, dt.date.max, now=now)
    return [each for each in found if each.severity != Severity.NOTICE]


def kinds(*districts: District, now: dt.datetime = NOW) -> list[str]:
    return [each.kind for each in asked(*districts, now=now)]


# -- hours of a period (domain.md (d) 7) ------------------------------------------------------------------------------------


def test_edge_07_stop_takes_its_hours_from_the_calendar_by_date(district: District, head: User) -> None:
    HoursPeriodFactory()
    before = STOP_DATE - dt.timedelta(days=7)

    with pytest.raises(RuleBroken) as refused:
        draft(district, head)

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("ends_at", "outside_the_hours_of_the_period")
    ]
    assert draft(district, head, date=before).ends_at == dt.time(15)
    assert draft(district, head, ends_at=dt.time(14), last_intake=None).ends_at == dt.time(14)
    assert draft(district, head, other_hours_reason="عمل بعد الإفطار بقرار").ends_at == dt.time(15)


def test_edge_07_refusal_names_the_period_and_its_hours(district: District, head: User, in_english: None) -> None:
    HoursPeriodFactory(starts_at=dt.time(9, 30))

    (refusal,) = check_stop(stop_data(district), by=head, now=NOW)

    assert refusal.field == "starts_at"
    assert str(refusal.message) == (
        "During the month of Ramadan the hours are from 9:30 AM to 2:00 PM. Keep to them, or write the reason for other hours."
    )


def test_edge_07_confirmed_period_holds_before_a_provisional_one(district: District, head: User) -> None:
    HoursPeriodFactory(ends_at=dt.time(12), last_intake=None, status=HolidayStatus.PROVISIONAL)
    HoursPeriodFactory(ends_at=dt.time(15), status=HolidayStatus.CONFIRMED)

    assert check_stop(stop_data(district), by=head, now=NOW) == []


def test_edge_07_published_stops_whose_hours_no_longer_fit_are_listed(district: District, head: User) -> None:
    stop = published(district, head)
    waiting = draft(district, head)
    published(district, head, ends_at=dt.time(14), last_intake=None)
    published(district, head, other_hours_reason="بعد الإفطار")
    other = DistrictFactory()
    published(other, make_head(other))
    period = HoursPeriodFactory()

    found = asked(district)

    assert [(each.stops, each.is_public) for each in found if each.kind == ConflictKind.HOURS] == [
        ((stop,), True),
        ((waiting,), False),
    ]
    (due,) = [each for each in found if each.kind == ConflictKind.HOURS_DUE]
    assert (due.period, due.district, due.stops) == (period, district, ())
    assert [(each.told, each.visits) for each in list_hours_due([district], now=NOW)] == [(None, 1)]


def test_edge_07_period_that_moves_frees_the_days_it_leaves(district: District, head: User) -> None:
    published(district, head)
    period = HoursPeriodFactory()
    assert ConflictKind.HOURS in kinds(district)

    HoursPeriod.objects.filter(pk=period.pk).update(starts_on=STOP_DATE + dt.timedelta(days=1))

    assert ConflictKind.HOURS not in kinds(district)


def test_edge_07_hours_are_announced_and_every_earlier_announcement_corrected(district: District, head: User) -> None:
    page, station = ChannelFactory(), ChannelFactory(kind=ChannelKind.RADIO_MAIL)
    first, second = published(district, head), published(district, head, date=STOP_DATE + dt.timedelta(days=1))
    fitting = published(district, head, ends_at=dt.time(13), last_intake=None)
    period = HoursPeriodFactory()

    hours, *changes = announce_hours(period, district, by=head, now=LATER)

    assert (hours.kind, hours.number, hours.items.count()) == (NoticeKind.HOURS, 4, 0)
    assert [(notice.kind, notice.number) for notice in changes] == [(NoticeKind.CHANGE, 5), (NoticeKind.CHANGE, 6)]
    for stop, change in zip((first, second), changes, strict=True):
        stop.refresh_from_db()
        assert hours_of(public(stop)) == hours_of(stop) == (dt.time(9), dt.time(14), dt.time(13, 30))
        assert change.items.get().replaces.notice == Notice.objects.get(items__revision__stop=stop, kind="announcement")
        for channel in (page, station):
            delivery = Delivery.objects.get(notice=change, channel=channel)
            assert delivery.thread is not None
            assert delivery.thread.notice == change.items.get().replaces.notice
    assert public(fitting).number == 0
    assert set(hours.deliveries.values_list("channel", "thread")) == {(page.pk, None), (station.pk, None)}
    assert {delivery.expires_at for delivery in hours.deliveries.all()} == {
        dt.datetime.combine(period.ends_on, period.ends_at, tzinfo=CAIRO)
    }
    # It can wait for the end of a channel's quiet hours: its news begins with the period.
    assert {delivery.begins_at for delivery in hours.deliveries.all()} == {
        dt.datetime.combine(period.starts_on, dt.time(), tzinfo=CAIRO)
    }
    assert "تطبيق مواعيد العمل خلال شهر رمضان المبارك" in changes[0].texts.get(form=TextForm.SOCIAL).body
    assert "رمضان" in hours.texts.get(form=TextForm.RADIO).body
    assert kinds(district, now=LATER) == []


def test_edge_07_period_moved_by_the_moon_is_announced_again(district: District, head: User) -> None:
    page = ChannelFactory()
    period = HoursPeriodFactory(status=HolidayStatus.PROVISIONAL)
    (first,) = announce_hours(period, district, by=head, now=NOW)
    HoursPeriod.objects.filter(pk=period.pk).update(
        starts_on=period.starts_on + dt.timedelta(days=1), status=HolidayStatus.CONFIRMED
    )
    assert [due.told for due in list_hours_due([district], now=NOW)] == [first]
    assert kinds(district) == [ConflictKind.HOURS_DUE]

    (second,) = announce_hours(period, district, by=head, now=LATER)

    assert second.replaces == first
    assert first.is_wholly_replaced()
    assert Delivery.objects.get(notice=first).status == DeliveryStatus.SUPERSEDED
    delivery = Delivery.objects.get(notice=second, channel=page)
    assert (delivery.thread.notice, delivery.corrects.notice, delivery.edit_text != "") == (first, first, True)
    story = find_notice_story(district.slug, year=2026, number=1)
    assert story is not None
    assert (story.is_wholly_replaced, story.replaced_by) == (True, [second])
    assert [(entry.notice, entry.replaced_by, entry.is_wholly_replaced) for entry in list_feed_notices()] == [
        (second, (), False),
        (first, (second,), True),
    ]
    assert kinds(district, now=LATER) == []


def test_edge_07_visit_that_a_moved_period_leaves_behind_is_listed(district: District, head: User) -> None:
    stop = published(district, head)
    period = HoursPeriodFactory()
    announce_hours(period, district, by=head, now=NOW)
    assert kinds(district, now=LATER) == []

    HoursPeriod.objects.filter(pk=period.pk).update(starts_on=STOP_DATE + dt.timedelta(days=1))

    freed = [each for each in asked(district, now=LATER) if each.kind == ConflictKind.FREED_DAY]
    assert [(each.stops, each.is_public) for each in freed] == [((stop,), True)]


def test_hours_are_not_announced_twice(district: District, head: User) -> None:
    period = HoursPeriodFactory()
    announce_hours(period, district, by=head, now=NOW)

    with pytest.raises(DomainError) as refused:
        announce_hours(period, district, by=head, now=LATER)

    assert refused.value.code == "nothing_to_announce"
    assert HoursAnnouncement.objects.count() == Notice.objects.count() == 1


def test_hours_are_announced_by_those_who_publish_for_the_unit(district: District) -> None:
    period = HoursPeriodFactory()
    for user in (make_editor(district), make_head(DistrictFactory())):
        with pytest.raises(NotAllowed):
            announce_hours(period, district, by=user, now=NOW)
    assert not Notice.objects.exists()


def test_hours_of_a_period_that_is_over_are_not_announced(district: District, head: User) -> None:
    period = HoursPeriodFactory()

    with pytest.raises(DomainError) as refused:
        announce_hours(period, district, by=head, now=NOW + dt.timedelta(days=90))

    assert refused.value.code == "already_over"


def test_hours_wait_for_changes_that_nobody_has_published(district: District, head: User) -> None:
    stop = published(district, head)
    edit_stop(stop, dataclasses.replace(StopData.of(stop), landmark_ar="بجوار الوحدة الصحية"), by=head, now=NOW)

    with pytest.raises(DomainError) as refused:
        announce_hours(HoursPeriodFactory(), district, by=head, now=LATER)

    assert refused.value.code == "unpublished_changes"
    assert stop.place.label in str(refused.value.message)
    assert Notice.objects.count() == 1


def test_hours_name_the_visit_that_another_rule_refuses(district: District, head: User) -> None:
    stop = published(district, head)
    HolidayFactory(date=STOP_DATE)

    with pytest.raises(DomainError) as refused:
        announce_hours(HoursPeriodFactory(), district, by=head, now=LATER)

    assert refused.value.code == "holiday_without_reason"
    assert str(refused.value.message).startswith(stop.place.label)
    assert not Notice.objects.filter(kind=NoticeKind.HOURS).exists()


def test_visit_that_stands_already_keeps_its_hours(district: District, head: User) -> None:
    stop = published(district, head)
    period = HoursPeriodFactory()

    notices = announce_hours(period, district, by=head, now=dt.datetime.combine(STOP_DATE, dt.time(10), tzinfo=CAIRO))

    assert [notice.kind for notice in notices] == [NoticeKind.HOURS]
    assert public(stop).ends_at == dt.time(15)


def test_preview_of_hours_is_what_is_announced(district: District, head: User) -> None:
    published(district, head)
    period = HoursPeriodFactory()
    version = ContentVersion.objects.get().number

    previews = preview_hours(period, district, by=head, now=LATER)

    assert Notice.objects.count() == 1
    assert ContentVersion.objects.get().number == version
    with pytest.raises(TextsChanged):
        announce_hours(period, district, by=head, now=LATER, review=Review(read="other texts"))
    notices = announce_hours(period, district, by=head, now=LATER, review=Review(read=fingerprint(previews)))
    assert [notice.title_ar for notice in notices] == [preview.title for preview in previews]
    assert ContentVersion.objects.get().number > version


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ((9, 15, 14), (9, 14, 13)),
        ((10, 12, 11), (10, 12, 11)),
        ((8, 15, None), (9, 14, 13)),
        ((10, 12, None), (10, 12, None)),
        ((15, 18, 17), (9, 14, 13)),
        ((9, 13, None), (9, 13, 13)),
    ],
)
def test_hours_are_cut_to_the_period(
    district: District, hours: tuple[int, int, int | None], expected: tuple[int, int, int | None]
) -> None:
    def times(values: tuple[int, int, int | None]) -> list[dt.time | None]:
        return [None if value is None else dt.time(value) for value in values]

    starts_at, ends_at, last_intake = times(hours)
    period = HoursPeriodFactory(last_intake=dt.time(13))

    fitted = fit_into(period, stop_data(district, starts_at=starts_at, ends_at=ends_at, last_intake=last_intake))

    assert [fitted.starts_at, fitted.ends_at, fitted.last_intake] == times(expected)


# -- holidays that move (domain.md (d) 8) -----------------------------------------------------------------------------------


def test_edge_08_holiday_moved_lists_the_visits_of_both_days(district: District, head: User) -> None:
    monday, thursday = STOP_DATE + dt.timedelta(days=1), STOP_DATE + dt.timedelta(days=4)
    called_off = published(district, head, date=monday)
    put_off = published(district, head, date=monday)
    planned = published(district, head, date=thursday)
    waiting = draft(district, head, date=thursday)
    published(district, head, date=thursday, off_day_reason="طلب الوحدة")
    holiday = HolidayFactory(date=monday, status=HolidayStatus.PROVISIONAL)
    with_reason = draft(district, head, date=monday, off_day_reason="يوم السوق")
    cancel_stop(called_off, cause=Cause.HOLIDAY, by=head, now=LATER)
    edit_stop(
        put_off, dataclasses.replace(StopData.of(put_off), date=STOP_DATE + dt.timedelta(days=2)), by=head, now=LATER
    )
    publish_stops([put_off], by=head, now=LATER, cause=Cause.HOLIDAY)
    assert kinds(district, now=LATER) == []

    Holiday.objects.filter(pk=holiday.pk).update(date=thursday, status=HolidayStatus.CONFIRMED)

    found = asked(district, now=LATER)
    assert [(each.stops, each.date, each.is_public) for each in found if each.kind == ConflictKind.HOLIDAY] == [
        ((planned,), thursday, True),
        ((waiting,), thursday, False),
    ]
    assert [(each.stops, each.date, each.is_public) for each in found if each.kind == ConflictKind.FREED_DAY] == [
        ((called_off,), monday, True),
        ((put_off,), monday, True),
        ((with_reason,), monday, False),
    ]


def test_edge_08_day_that_falls_on_a_weekend_is_not_free(district: District, head: User) -> None:
    friday = STOP_DATE + dt.timedelta(days=5)
    holiday = HolidayFactory(date=friday)
    draft(district, head, date=friday, off_day_reason="يوم السوق", landmark_confirmed_for=friday)

    holiday.delete()

    assert ConflictKind.FREED_DAY not in kinds(district)


# -- the governorate's bulletin ---------------------------------------------------------------------------------------------


@pytest.fixture
def units(district: District) -> list[District]:
    return [district, DistrictFactory(hayy=True)]


def test_bulletin_tells_the_week_of_every_unit(units: list[District], supervisor: User) -> None:
    mine, other = (published(unit, supervisor) for unit in units)
    published(units[0], supervisor, date=STOP_DATE + dt.timedelta(days=7))
    draft(units[0], supervisor)
    cancel_stop(published(units[1], supervisor), cause=Cause.WEATHER, by=supervisor, now=NOW)
    everywhere, local = ChannelFactory(), ChannelFactory(district=units[0])

    notice = issue_week_bulletin(WEEK, by=supervisor, now=LATER)

    assert (notice.kind, notice.reference, notice.district.slug) == (NoticeKind.BULLETIN, "1/2026", "governorate")
    assert notice.district.issuer_name_ar == units[0].governorate.issuer_name_ar
    assert {item.revision.stop for item in notice.items.all()} == {mine, other}
    assert [item.replaces for item in notice.items.all()] == [None, None]
    assert [delivery.channel for delivery in notice.deliveries.all()] == [everywhere]
    assert local.deliveries.filter(notice=notice).count() == 0
    body = notice.texts.get(form=TextForm.SOCIAL).body
    assert notice.district.issuer_name_ar in body
    assert all(stop.place.name_ar in body for stop in (mine, other))


def test_bulletin_is_the_supervisors(units: list[District], head: User) -> None:
    published(units[0], head)

    with pytest.raises(NotAllowed):
        issue_week_bulletin(WEEK, by=head, now=LATER)

    assert not District.issuers.filter(kind="governorate").exists()


def test_bulletin_of_an_empty_week_is_refused(units: list[District], supervisor: User) -> None:
    draft(units[0], supervisor)

    with pytest.raises(DomainError) as refused:
        issue_week_bulletin(WEEK, by=supervisor, now=LATER)

    assert refused.value.code == "nothing_to_tell"


def test_second_bulletin_of_a_week_tells_the_rest(units: list[District], supervisor: User) -> None:
    stop = published(units[0], supervisor)
    issue_week_bulletin(WEEK, by=supervisor, now=NOW)
    moved(stop, supervisor, landmark_ar="بجوار الوحدة الصحية")
    late = published(units[1], supervisor)

    notice = issue_week_bulletin(WEEK, by=supervisor, now=LATER)

    assert (notice.number, [item.revision.stop for item in notice.items.all()]) == (3, [late])


def test_change_after_a_bulletin_corrects_both(units: list[District], supervisor: User) -> None:
    channel = ChannelFactory()
    stop, other = (published(unit, supervisor) for unit in units)
    bulletin = issue_week_bulletin(WEEK, by=supervisor, now=NOW)

    own, governorates = moved(stop, supervisor, starts_at=dt.time(10))

    assert (own.kind, own.district, own.number) == (NoticeKind.CHANGE, units[0], 2)
    assert (governorates.kind, governorates.district, governorates.number) == (NoticeKind.CHANGE, bulletin.district, 2)
    announcement = Notice.objects.get(district=units[0], number=1)
    assert own.items.get().replaces.notice == announcement
    assert governorates.items.get().replaces.notice == bulletin
    threads = {
        delivery.notice: delivery.thread.notice
        for delivery in Delivery.objects.filter(channel=channel, thread__isnull=False)
    }
    assert threads == {own: announcement, governorates: bulletin}
    # The bulletin's live post keeps what still stands in it.
    edit = Delivery.objects.get(notice=governorates).edit_text
    assert other.place.name_ar in edit
    assert other.place.name_ar not in Delivery.objects.get(notice=own).edit_text
    assert "نشرة" in governorates.title_ar
    # The announcement was about this stop alone: it has not left, so it does not leave at all. The bulletin tells more.
    assert Delivery.objects.get(notice=announcement).status == DeliveryStatus.SUPERSEDED
    assert Delivery.objects.get(notice=bulletin).status == DeliveryStatus.PENDING


def test_bulletin_that_has_not_left_and_is_wholly_replaced_is_superseded(
    units: list[District], supervisor: User
) -> None:
    channel = ChannelFactory()
    stop = published(units[0], supervisor)
    bulletin = issue_week_bulletin(WEEK, by=supervisor, now=NOW)

    _own, governorates = moved(stop, supervisor, starts_at=dt.time(10))

    assert Delivery.objects.get(notice=bulletin, channel=channel).status == DeliveryStatus.SUPERSEDED
    assert Delivery.objects.get(notice=governorates, channel=channel).status == DeliveryStatus.PENDING


def test_cancellation_after_a_bulletin_corrects_both(units: list[District], supervisor: User) -> None:
    stop = published(units[0], supervisor)
    published(units[1], supervisor)
    bulletin = issue_week_bulletin(WEEK, by=supervisor, now=NOW)
    previews = preview_cancellation(stop, cause=Cause.WEATHER, by=supervisor, now=LATER)

    own = cancel_stop(stop, cause=Cause.WEATHER, by=supervisor, now=LATER, review=Review(read=fingerprint(previews)))

    assert [preview.district_label for preview in previews] == [units[0].label, bulletin.district.label]
    both = list(Notice.objects.filter(kind=NoticeKind.CANCELLATION).order_by("pk"))
    assert [notice.district for notice in both] == [units[0], bulletin.district]
    assert both[0] == own
    assert [notice.items.get().replaces.notice.kind for notice in both] == ["announcement", "bulletin"]
    assert not bulletin.is_wholly_replaced()


def test_edge_04_changed_twice_after_a_bulletin_cites_the_latest_valid_of_each(
    units: list[District], supervisor: User
) -> None:
    ChannelFactory()
    stop = published(units[0], supervisor)
    published(units[1], supervisor)
    bulletin = issue_week_bulletin(WEEK, by=supervisor, now=NOW)
    first_own, first_governorates = moved(stop, supervisor, starts_at=dt.time(10))

    cancel_stop(stop, cause=Cause.WEATHER, by=supervisor, now=LATER + dt.timedelta(hours=1))

    own, governorates = Notice.objects.filter(kind=NoticeKind.CANCELLATION).order_by("pk")
    assert [cite["number"] for cite in own.facts["cites"]] == [first_own.number]
    assert [cite["number"] for cite in governorates.facts["cites"]] == [first_governorates.number]
    assert [cite["issuer"] for cite in (*own.facts["cites"], *governorates.facts["cites"])] == ["", ""]
    assert Delivery.objects.get(notice=governorates).thread.notice == bulletin
    assert NoticeItem.objects.filter(replaces__isnull=False).count() == 4


def test_stop_changed_before_the_bulletin_is_told_as_it_is(units: list[District], supervisor: User) -> None:
    stop = published(units[0], supervisor)
    (change,) = moved(stop, supervisor, now=NOW, starts_at=dt.time(10))
    bulletin = issue_week_bulletin(WEEK, by=supervisor, now=NOW)

    own, governorates = moved(stop, supervisor, starts_at=dt.time(11))

    assert own.items.get().replaces.notice == change
    assert governorates.items.get().replaces.notice == bulletin


def test_change_that_nobody_notices_is_covered_by_announcement_and_bulletin(
    units: list[District], supervisor: User
) -> None:
    stop = published(units[0], supervisor)
    bulletin = issue_week_bulletin(WEEK, by=supervisor, now=NOW)

    assert moved(stop, supervisor, landmark_en="Youth centre") == []

    assert bulletin.items.count() == 2
    own, governorates = moved(stop, supervisor, starts_at=dt.time(10))
    assert (own.items.get().replaces.notice.kind, governorates.items.get().replaces.notice) == (
        "announcement",
        bulletin,
    )


def test_each_reader_is_sent_to_the_notice_of_the_same_issuer(units: list[District], supervisor: User) -> None:
    stop = published(units[0], supervisor)
    published(units[1], supervisor)
    bulletin = issue_week_bulletin(WEEK, by=supervisor, now=NOW)
    announcement = Notice.objects.get(district=units[0])
    for notice in (announcement, bulletin):
        story = find_notice_story(notice.district.slug, year=2026, number=1)
        standing = find_standing(notice.district.slug, year=2026, number=1)
        assert story is not None
        assert standing is not None
        assert story.replaced_by == standing.replaced_by == []
        assert len(standing.hanging_stops(now=NOW)) == notice.items.count()
        assert standing.take_down(now=NOW) == []

    own, governorates = moved(stop, supervisor, starts_at=dt.time(10))

    entries = {entry.notice: entry.replaced_by for entry in list_feed_notices()}
    assert (entries[announcement], entries[bulletin]) == ((own,), (governorates,))
    for notice, successor in ((announcement, own), (bulletin, governorates)):
        story = find_notice_story(notice.district.slug, year=2026, number=1)
        standing = find_standing(notice.district.slug, year=2026, number=1)
        assert story is not None
        assert standing is not None
        assert story.replaced_by == standing.replaced_by == [successor]


def test_preview_of_a_bulletin_writes_nothing(units: list[District], supervisor: User) -> None:
    published(units[0], supervisor)

    (preview,) = preview_bulletin(WEEK, by=supervisor, now=LATER)

    assert (Notice.objects.count(), District.issuers.filter(kind="governorate").count()) == (1, 0)
    with pytest.raises(TextsChanged):
        issue_week_bulletin(WEEK, by=supervisor, now=LATER, review=Review(read="other texts"))
    notice = issue_week_bulletin(WEEK, by=supervisor, now=LATER, review=Review(read=fingerprint([preview])))
    assert notice.title_ar == preview.title


def test_publishing_after_a_bulletin_previews_both_notices(units: list[District], supervisor: User) -> None:
    stop = published(units[0], supervisor)
    issue_week_bulletin(WEEK, by=supervisor, now=NOW)
    stop.refresh_from_db()
    edit_stop(stop, dataclasses.replace(StopData.of(stop), starts_at=dt.time(10)), by=supervisor, now=LATER)

    previews = preview_publication([stop], by=supervisor, now=LATER, cause=Cause.ORGANISATION)

    assert [preview.district_label for preview in previews] == [
        units[0].label,
        f"محافظة {units[0].governorate.name_ar}",
    ]


def test_head_of_a_unit_changes_a_stop_that_the_governorate_told_of(
    units: list[District], supervisor: User, head: User
) -> None:
    stop = published(units[0], head)
    issue_week_bulletin(WEEK, by=supervisor, now=NOW)

    own, governorates = moved(stop, head, starts_at=dt.time(10))

    assert own.issued_by == governorates.issued_by == head


def test_hours_of_a_period_correct_the_bulletin_as_well(units: list[District], supervisor: User) -> None:
    published(units[0], supervisor)
    issue_week_bulletin(WEEK, by=supervisor, now=NOW)

    notices = announce_hours(HoursPeriodFactory(), units[0], by=supervisor, now=LATER)

    assert [(notice.kind, notice.district.is_governorate) for notice in notices] == [
        ("hours", False),
        ("change", False),
        ("change", True),
    ]

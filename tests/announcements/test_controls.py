"""Quiet hours, lateness, pausing and resuming, channels out of use, and dry runs: what leaves, when, and what is said."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from announcements import outbox
from announcements.controls import pause_deliveries, reconsider_waiting, resume_deliveries
from announcements.enums import AttemptOutcome, ChannelKind, DeliveryStatus, NoticeKind, WaitReason
from announcements.models import Channel, Delivery, Pause
from announcements.quiet import find_quiet_end
from announcements.standin.state import Fault, Mode
from schedules.actions import draft_stop, publish_stops
from sohag_mobile.errors import DomainError, NotAllowed
from tests.announcements.test_outbox import stop_data
from tests.factories.announcements import ChannelFactory, DeliveryFactory, NoticeFactory, NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE
from tests.factories.users import make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=True):
        yield


def run(*, at=None):
    now = at or timezone.now()
    return [outbox.deliver(pk, now=now) for pk in outbox.list_due_deliveries(now=now)]


def plain_delivery(**fields):
    """As most are: an announcement with an item, which the quick claim takes."""
    return DeliveryFactory(notice=NoticeItemFactory().notice, **fields)


def through_a_batch(delivery):
    outbox.deliver_batch([delivery.pk])
    delivery.refresh_from_db()
    return delivery.status


def clock(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=CAIRO)


# -- quiet hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "ends", "now", "until"),
    [
        ("22:00", "07:00", "2026-11-22 21:59", None),
        ("22:00", "07:00", "2026-11-22 22:00", "2026-11-23 07:00"),
        ("22:00", "07:00", "2026-11-23 06:59", "2026-11-23 07:00"),
        ("22:00", "07:00", "2026-11-23 07:00", None),
        ("13:00", "16:00", "2026-11-22 14:00", "2026-11-22 16:00"),
        ("13:00", "16:00", "2026-11-22 12:00", None),
        # Summer time begins (24 April 2026, midnight does not exist) and ends (30 October, 23:00 comes twice).
        ("22:00", "07:00", "2026-04-23 23:30", "2026-04-24 07:00"),
        ("00:30", "07:00", "2026-04-24 01:30", "2026-04-24 07:00"),
        ("22:00", "07:00", "2026-10-29 23:30", "2026-10-30 07:00"),
    ],
)
def test_quiet_hours_are_of_the_local_clock_and_cross_midnight(begins, ends, now, until):
    channel = ChannelFactory.build(quiet_from=dt.time.fromisoformat(begins), quiet_until=dt.time.fromisoformat(ends))
    expected = clock(until) if until else None
    assert find_quiet_end(channel, now=clock(now).astimezone(dt.UTC)) == expected


def test_an_hour_that_comes_twice_is_quiet_both_times():
    channel = ChannelFactory.build(quiet_from=dt.time(22), quiet_until=dt.time(23, 30))
    first = clock("2026-10-29 23:45")
    second = first.replace(fold=1)
    assert second.astimezone(dt.UTC) - first.astimezone(dt.UTC) == HOUR
    assert find_quiet_end(channel, now=first.astimezone(dt.UTC)) is None
    assert find_quiet_end(channel, now=clock("2026-10-29 23:15").astimezone(dt.UTC)) is not None


@pytest.fixture
def night():
    """A channel that is quiet from an hour ago until tomorrow at seven."""
    return ChannelFactory(quiet_from=dt.time(11), quiet_until=dt.time(7))


MORNING = clock("2026-11-23 07:00")
NOON = clock("2026-11-22 12:00")


def test_news_waits_for_the_end_of_the_quiet_hours_and_has_not_failed(standin, night):
    delivery = plain_delivery(channel=night)
    assert through_a_batch(delivery) == DeliveryStatus.PENDING
    assert (delivery.waits_for, delivery.next_attempt_at) == (WaitReason.QUIET, MORNING)
    assert (delivery.attempt, delivery.failures) == (0, 0)
    assert run(at=MORNING - MINUTE) == []
    assert run(at=MORNING) == [DeliveryStatus.SENT]


@pytest.mark.parametrize(("ignores", "states"), [(True, [DeliveryStatus.SENT]), (False, [None])])
def test_an_urgent_notice_leaves_in_quiet_hours_where_the_channel_says_so(standin, night, ignores, states):
    Channel.objects.update(urgent_ignores_quiet=ignores)
    # As it is: the visit of which it tells has begun.
    DeliveryFactory(channel=night, notice__kind=NoticeKind.URGENT, begins_at=NOON - HOUR, expires_at=MORNING + HOUR)
    assert run() == states


def test_an_urgent_notice_that_would_be_over_does_not_wait(standin, night):
    Channel.objects.update(urgent_ignores_quiet=False)
    DeliveryFactory(channel=night, notice__kind=NoticeKind.URGENT, begins_at=NOON - HOUR, expires_at=NOON + HOUR)
    assert run() == [DeliveryStatus.SENT]


@pytest.mark.parametrize(
    ("begins_at", "expires_at", "states"),
    [
        (MORNING - HOUR, MORNING + HOUR, [DeliveryStatus.SENT]),  # somebody would set out before it left
        (MORNING, MORNING + HOUR, [DeliveryStatus.SENT]),
        (None, MORNING, [DeliveryStatus.SENT]),  # it would be over
        (MORNING + MINUTE, MORNING + HOUR, [None]),
        (None, MORNING + MINUTE, [None]),
    ],
)
def test_news_that_would_come_too_late_does_not_wait(standin, night, begins_at, expires_at, states):
    DeliveryFactory(channel=night, begins_at=begins_at, expires_at=expires_at)
    assert run() == states


def test_shorter_quiet_hours_let_what_waits_leave(standin, night):
    delivery = DeliveryFactory(channel=night)
    run()
    Channel.objects.update(quiet_from=None, quiet_until=None)
    assert reconsider_waiting(night, now=timezone.now()) == 1
    assert run() == [DeliveryStatus.SENT]
    delivery.refresh_from_db()
    assert delivery.waits_for == ""


@pytest.mark.parametrize(("begins", "ends"), [(dt.time(22), None), (None, dt.time(7)), (dt.time(7), dt.time(7))])
def test_quiet_hours_have_a_beginning_and_another_end(begins, ends):
    channel = ChannelFactory()
    channel.quiet_from, channel.quiet_until = begins, ends
    with pytest.raises(ValidationError):
        channel.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        channel.save()


# -- lateness ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def district():
    return DistrictFactory()


def publish(district, **changes):
    head = make_head(district)
    now = timezone.now()
    return publish_stops([draft_stop(stop_data(district, **changes), by=head, now=now)], by=head, now=now)[0]


@pytest.mark.parametrize(("hours_before", "is_late"), [(25, False), (23, True)])
def test_an_announcement_that_comes_late_is_issued_marked_and_counted(
    standin, settings, district, hours_before, is_late
):
    settings.LATE_HOURS = 24
    ChannelFactory(district=district)
    begins = dt.datetime.combine(STOP_DATE, dt.time(9), CAIRO)
    with time_machine.travel(begins - hours_before * HOUR, tick=True):
        notice = publish(district)
        run()
        assert notice.is_late is is_late
        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.begins_at) == (DeliveryStatus.SENT, begins)
        assert list(Delivery.objects.late(now=timezone.now())) == [delivery] * is_late


def test_a_channel_has_a_late_limit_of_its_own(standin, settings, district):
    settings.LATE_HOURS = 24
    strict, lax = (ChannelFactory(district=district, late_hours=hours) for hours in (10_000 // 24, 0))
    publish(district)
    run()
    late = Delivery.objects.late(now=timezone.now())
    assert list(late.values_list("channel", flat=True)) == [strict.pk]
    assert Delivery.objects.get(channel=lax).late_from == dt.datetime.combine(STOP_DATE, dt.time(9), CAIRO)


def test_what_still_waits_when_it_should_have_left_is_late_too():
    waiting = DeliveryFactory(late_from=NOW - MINUTE)
    DeliveryFactory(late_from=NOW + HOUR)
    DeliveryFactory(late_from=None)
    DeliveryFactory(late_from=NOW - MINUTE, status=DeliveryStatus.FAILED, next_attempt_at=None)
    assert list(Delivery.objects.late(now=NOW)) == [waiting]


# -- pause and resume -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("everything", [True, False])
def test_what_is_paused_waits_and_leaves_in_its_order_when_resumed(standin, everything):
    supervisor = make_supervisor()
    channel = ChannelFactory(kind=ChannelKind.TELEGRAM)
    pause = pause_deliveries(channel=None if everything else channel, reason="تدريب", by=supervisor, now=NOW)
    deliveries = [plain_delivery(channel=channel, text=f"نص {number}") for number in range(3)]
    other = plain_delivery()
    outbox.deliver_batch([delivery.pk for delivery in [*deliveries, other]])
    other.refresh_from_db()
    assert other.status == (DeliveryStatus.PENDING if everything else DeliveryStatus.SENT)
    assert Delivery.objects.held().count() == 3 + everything
    assert outbox.list_due_deliveries(now=timezone.now()) == []
    resume_deliveries(pause, by=supervisor, now=timezone.now())
    assert run() == [DeliveryStatus.SENT] * (3 + everything)
    assert [post.text for post in standin.state.posts if post.service == "telegram"] == ["نص 0", "نص 1", "نص 2"]


def test_a_pause_holds_for_a_row_that_was_read_before_it(standin):
    delivery = plain_delivery()
    seen = Delivery.objects.select_related("channel", "notice").get(pk=delivery.pk)
    pause_deliveries(channel=delivery.channel, reason="عطل", by=make_supervisor(), now=NOW)
    assert outbox.deliver(delivery.pk, now=timezone.now(), seen=seen) is None
    assert standin.state.posts == []


def test_paused_news_expires_when_it_is_over(standin):
    pause_deliveries(channel=None, reason="عطل", by=make_supervisor(), now=NOW)
    delivery = plain_delivery(expires_at=NOW + HOUR)
    run(at=NOW + 2 * HOUR)
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.EXPIRED


def test_a_paused_attempt_in_doubt_whose_news_is_over_is_put_before_a_person(standin):
    delivery = plain_delivery(expires_at=NOW + HOUR)
    outbox.claim_delivery(delivery.pk, now=timezone.now())  # and the worker dies
    pause_deliveries(channel=None, reason="عطل", by=make_supervisor(), now=NOW)
    assert run(at=NOW + 30 * MINUTE) == []
    run(at=NOW + 2 * HOUR)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.error_code) == (DeliveryStatus.UNCONFIRMED, "interrupted")
    assert standin.state.as_json()["requests"] == {}


def test_a_pause_says_who_when_and_why_and_is_ended_once():
    supervisor = make_supervisor()
    pause = pause_deliveries(channel=None, reason=" تدريب ", by=supervisor, now=NOW)
    assert (pause.reason, pause.paused_by, pause.paused_at) == ("تدريب", supervisor, NOW)
    resume_deliveries(pause, by=supervisor, now=NOW + HOUR)
    assert (pause.resumed_by, pause.resumed_at) == (supervisor, NOW + HOUR)
    with pytest.raises(DomainError) as refused:
        resume_deliveries(pause, by=supervisor, now=NOW + HOUR)
    assert refused.value.code == "stale"


def test_pausing_needs_a_supervisor_a_reason_and_something_that_is_not_paused(district):
    supervisor = make_supervisor()
    with pytest.raises(NotAllowed):
        pause_deliveries(channel=None, reason="تدريب", by=make_head(district), now=NOW)
    with pytest.raises(DomainError) as refused:
        pause_deliveries(channel=None, reason=" ", by=supervisor, now=NOW)
    assert refused.value.field == "reason"
    for channel in (None, ChannelFactory()):
        pause = pause_deliveries(channel=channel, reason="تدريب", by=supervisor, now=NOW)
        with pytest.raises(DomainError) as refused:
            pause_deliveries(channel=channel, reason="تدريب", by=supervisor, now=NOW)
        assert refused.value.code == "already_paused"
        with pytest.raises(NotAllowed):
            resume_deliveries(pause, by=make_head(district), now=NOW)


def test_what_waits_in_a_channel_out_of_use_stays_there(standin):
    delivery = plain_delivery()
    seen = Delivery.objects.select_related("channel", "notice").get(pk=delivery.pk)
    Channel.objects.update(is_active=False)
    assert outbox.deliver(delivery.pk, now=timezone.now(), seen=seen) is None
    assert run() == []
    Channel.objects.update(is_active=True)
    assert run() == [DeliveryStatus.SENT]


# -- dry run ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_dry_run_does_everything_but_the_sending(standin, settings, everywhere):
    settings.DELIVERY_DRY_RUN = everywhere
    delivery = plain_delivery(channel=ChannelFactory(is_rehearsal=not everywhere))
    assert through_a_batch(delivery) == DeliveryStatus.REHEARSED
    assert (delivery.sent_at, delivery.external_id, delivery.next_attempt_at) == (None, "", None)
    assert list(delivery.attempts.values_list("outcome", flat=True)) == [AttemptOutcome.REHEARSED]
    assert standin.state.as_json()["requests"] == {}
    assert run(at=NOW + 24 * HOUR) == []


def test_a_dry_run_that_began_after_the_row_was_read_counts(standin):
    delivery = plain_delivery()
    seen = Delivery.objects.select_related("channel", "notice").get(pk=delivery.pk)
    Channel.objects.update(is_rehearsal=True)
    assert outbox.deliver(delivery.pk, now=timezone.now(), seen=seen) == DeliveryStatus.REHEARSED
    assert standin.state.posts == []


def test_a_dry_run_does_not_touch_what_is_live(standin):
    channel = ChannelFactory()
    first = plain_delivery(channel=channel)
    run()
    Channel.objects.update(is_rehearsal=True)
    DeliveryFactory(channel=channel, thread=first, corrects=first, edit_text="تصويب")
    assert run() == [DeliveryStatus.REHEARSED]
    assert [post.text for post in standin.state.posts] == [first.text]


def test_an_attempt_in_doubt_before_a_dry_run_is_put_before_a_person(standin):
    delivery = plain_delivery()
    standin.state.set_fault(("facebook",), Fault(Mode.ACCEPTED_NO_ANSWER, times=1))
    run()
    Channel.objects.update(is_rehearsal=True)
    assert run(at=NOW + 5 * MINUTE) == [DeliveryStatus.UNCONFIRMED]
    delivery.refresh_from_db()
    assert delivery.error_code == "interrupted"


def test_what_was_rehearsed_was_not_sent():
    delivery = DeliveryFactory(status=DeliveryStatus.REHEARSED, next_attempt_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(sent_at=NOW)


# -- the pages --------------------------------------------------------------------------------------------------------------

PAUSES = "/admin/announcements/pause/"


def test_supervisor_pauses_and_resumes_with_a_banner_between(client):
    supervisor = make_supervisor()
    client.force_login(supervisor)
    channel = ChannelFactory(name="صفحة المراغة")
    response = client.post(f"{PAUSES}add/", {"channel": channel.pk, "reason": "صيانة"})
    pause = Pause.objects.get()
    assert response.status_code == 302
    assert (pause.channel, pause.reason, pause.paused_by) == (channel, "صيانة", supervisor)
    for page in ("/admin/", "/admin/announcements/delivery/", "/admin/announcements/notice/"):
        html = client.get(page).content.decode()
        assert "صفحة المراغة" in html
        assert "صيانة" in html
    assert client.post(reverse("admin:announcements_pause_resume", args=[pause.pk])).status_code == 302
    pause.refresh_from_db()
    assert pause.resumed_by == supervisor
    assert "صيانة" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("data", [{"reason": ""}, {"reason": "صيانة"}])
def test_a_pause_without_a_reason_or_a_second_one_is_refused_beside_the_field(client, data):
    supervisor = make_supervisor()
    client.force_login(supervisor)
    if data["reason"]:
        pause_deliveries(channel=None, reason="قبلها", by=supervisor, now=NOW)
    response = client.post(f"{PAUSES}add/", data)
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["channel" if data["reason"] else "reason"]


def test_others_see_pauses_but_neither_make_nor_end_them(client, district):
    pause = pause_deliveries(channel=None, reason="صيانة", by=make_supervisor(), now=NOW)
    client.force_login(make_head(district))
    assert "صيانة" in client.get(PAUSES).content.decode()
    assert client.get(f"{PAUSES}{pause.pk}/change/").context["may_resume"] is False
    assert client.post(f"{PAUSES}add/", {"reason": "تجربة"}).status_code == 403
    assert client.post(reverse("admin:announcements_pause_resume", args=[pause.pk])).status_code == 403
    assert client.post(reverse("admin:announcements_pause_resume", args=[0])).status_code == 404
    pause.refresh_from_db()
    assert pause.resumed_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_pauses_asks_the_same_number_of_questions(client, django_assert_num_queries, count):
    supervisor = make_supervisor()
    client.force_login(supervisor)
    for _ in range(count):
        pause_deliveries(channel=ChannelFactory(), reason="صيانة", by=supervisor, now=NOW)
    client.get(PAUSES)
    with django_assert_num_queries(9):
        client.get(PAUSES)


def test_taking_a_channel_out_of_use_says_what_becomes_of_what_waits(client):
    client.force_login(make_supervisor())
    channel = ChannelFactory(kind=ChannelKind.TELEGRAM)
    for _ in range(2):
        DeliveryFactory(channel=channel, notice=NoticeFactory())
    fields = {"name": channel.name, "kind": channel.kind, "address": channel.address, "token_name": channel.token_name}
    url = reverse("admin:announcements_channel_change", args=[channel.pk])
    response = client.post(url, fields | {"urgent_ignores_quiet": "on"}, follow=True)
    channel.refresh_from_db()
    assert channel.is_active is False
    assert any("تنتظر" in str(message) or "ينتظر" in str(message) for message in response.context["messages"])


def test_a_late_notice_is_marked_in_the_list(client, district):
    client.force_login(make_head(district))
    NoticeFactory(district=district, late_from=NOW - 24 * HOUR)
    assert "متأخر" in client.get("/admin/announcements/notice/").content.decode()

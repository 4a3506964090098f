"""From a committed row to a post: real HTTP and SMTP against the stand-in, real time only where it matters."""

import contextlib
import dataclasses
import datetime as dt
import email.parser
import email.policy
import multiprocessing
import os
import signal
import time
from email.message import EmailMessage

import pytest
import time_machine
from celery import current_app
from django.db import connection, connections
from django.utils import timezone

from announcements import outbox
from announcements.actions import confirm_delivery, give_up_delivery, retry_delivery
from announcements.enums import ChannelKind, DeliveryStatus
from announcements.models import Delivery
from announcements.standin.state import Fault, Mode
from announcements.tasks import MESSAGES_PER_SWEEP, sweep_deliveries
from schedules.actions import cancel_stop, draft_stop, edit_stop, publish_stops
from schedules.enums import Cause
from schedules.validators import StopData
from sohag_mobile.errors import DomainError, NotAllowed
from tests.factories.announcements import ChannelFactory, DeliveryFactory, NoticeItemFactory
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory, VehicleFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=CAIRO)  # when the factories issue notices
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(district):
    return make_head(district)


def stop_data(district, **changes):
    vehicle = VehicleFactory(assigned_to=district)
    data = StopData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        date=STOP_DATE,
        starts_at=dt.time(9),
        ends_at=dt.time(14),
        last_intake=None,
        landmark_ar="أمام مركز شباب القرية",
        services=(OfferFactory(vehicle=vehicle).service,),
    )
    return dataclasses.replace(data, **changes)


def run(*, after=dt.timedelta()):
    """One sweep at `after` from now; returns the states it led to."""
    now = timezone.now() + after
    return [outbox.deliver(pk, now=now) for pk in outbox.list_due_deliveries(now=now)]


def live_texts(standin, service):
    return [
        post["text"]
        for post in standin.state.as_json()["posts"]
        if post["service"] == service and not post["is_deleted"]
    ]


def fail(standin, mode, *, service="facebook", times=1, retry_after=1):
    standin.state.set_fault((service,), Fault(Mode(mode), times=times, retry_after=retry_after))


# -- the plain way ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ChannelKind.FACEBOOK, ChannelKind.TELEGRAM])
def test_a_post_is_made_and_its_number_kept(standin, kind):
    delivery = DeliveryFactory(channel=ChannelFactory(kind=kind))
    assert run() == [DeliveryStatus.SENT]
    delivery.refresh_from_db()
    assert live_texts(standin, kind) == [delivery.text]
    assert delivery.external_id
    assert delivery.sent_at
    assert delivery.next_attempt_at is None
    assert run(after=dt.timedelta(days=1)) == []


def test_the_station_gets_mail_with_a_document_and_a_file(standin, settings):
    mail = DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.RADIO_MAIL))
    DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.RADIO_FOLDER, address="south"))
    assert run() == [DeliveryStatus.SENT, DeliveryStatus.SENT]
    (message,) = standin.state.as_json()["mails"]
    assert message["recipients"] == [mail.channel.address]
    names = sorted(path.suffix for path in settings.RADIO_OUTBOX_DIR.rglob("*") if path.is_file())
    assert names == [".docx", ".txt"]


def test_the_media_office_gets_mail_with_a_document(standin):
    delivery = DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.MAIL))
    assert run() == [DeliveryStatus.SENT]
    (mail,) = standin.state.mails
    parsed = email.parser.BytesParser(EmailMessage, policy=email.policy.default).parsebytes(mail.raw)
    assert mail.recipients == [delivery.channel.address]
    assert [part.get_filename().rpartition(".")[2] for part in parsed.iter_attachments()] == ["docx"]


def test_a_site_is_told_where_the_notice_stands_and_when_it_was_issued(standin, settings):
    address = f"{standin.url}/webhook/governorate"
    delivery = DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.WEBHOOK, address=address))
    message = outbox._message(
        delivery,
    )
    assert run() == [DeliveryStatus.SENT]
    delivery.refresh_from_db()
    assert live_texts(standin, "webhook") == [delivery.text]
    assert delivery.external_id == str(delivery.uid)
    assert message.url.endswith(
        f"/notices/{delivery.notice.district.slug}/{delivery.notice.year}/{delivery.notice.number}/"
    )
    assert message.issued_at == delivery.notice.issued_at


def test_old_news_expires_instead_of_leaving(standin):
    delivery = DeliveryFactory(expires_at=NOW - MINUTE)
    assert run() == [None]
    delivery.refresh_from_db()
    assert (delivery.status, delivery.next_attempt_at) == (DeliveryStatus.EXPIRED, None)
    assert live_texts(standin, "facebook") == []


# -- failing ----------------------------------------------------------------------------------------------------------------


def test_too_many_requests_waits_as_long_as_asked(standin):
    delivery = DeliveryFactory()
    fail(standin, "rate_limit", retry_after=90)
    assert run() == [DeliveryStatus.PENDING]
    delivery.refresh_from_db()
    assert delivery.next_attempt_at >= NOW + dt.timedelta(seconds=90)
    assert run(after=dt.timedelta(seconds=80)) == []
    assert run(after=dt.timedelta(seconds=120)) == [DeliveryStatus.SENT]
    assert len(live_texts(standin, "facebook")) == 1


def test_an_expired_token_asks_for_a_person_at_once(standin):
    delivery = DeliveryFactory()
    fail(standin, "expired_token")
    assert run() == [DeliveryStatus.FAILED]
    delivery.refresh_from_db()
    assert (delivery.error_code, delivery.next_attempt_at) == ("token_expired", None)
    assert "test-page-token" not in delivery.error_detail
    assert run(after=dt.timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("mode", "already_posted"), [("accepted_no_answer", True), ("server_error", False), ("timeout", False)]
)
def test_a_facebook_post_in_doubt_is_looked_up_and_never_doubled(standin, mode, already_posted):
    delivery = DeliveryFactory()
    fail(standin, mode)
    assert run() == [DeliveryStatus.SENDING]
    assert len(live_texts(standin, "facebook")) == already_posted
    assert run() == []  # not before the post has had time to show
    assert run(after=MINUTE) == [DeliveryStatus.SENT]
    delivery.refresh_from_db()
    assert live_texts(standin, "facebook") == [delivery.text]
    assert delivery.external_id


@pytest.mark.parametrize("mode", ["accepted_no_answer", "server_error", "timeout"])
def test_a_telegram_post_in_doubt_waits_for_a_person(standin, mode):
    delivery = DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.TELEGRAM))
    fail(standin, mode, service="telegram")
    assert run() == [DeliveryStatus.UNCONFIRMED]
    assert run(after=dt.timedelta(days=1)) == []
    assert len(live_texts(standin, "telegram")) == (mode == "accepted_no_answer")
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.UNCONFIRMED


def test_mail_in_doubt_is_sent_again_under_the_same_number(standin):
    DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.RADIO_MAIL))
    fail(standin, "accepted_no_answer", service="smtp")
    run()
    assert run(after=MINUTE) == [DeliveryStatus.SENT]
    (message,) = standin.state.as_json()["mails"]
    assert message["copies"] == 2


def test_a_channel_that_never_works_ends_failed_with_its_reason(standin, settings):
    delivery = DeliveryFactory(expires_at=NOW + dt.timedelta(days=30))
    fail(standin, "rate_limit", times=None)
    for attempt in range(len(settings.DELIVERY_RETRY_SECONDS) + 1):
        run(after=dt.timedelta(hours=2 * attempt))
        Delivery.objects.filter(pk=delivery.pk, next_attempt_at__isnull=False).update(next_attempt_at=NOW)
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.FAILED
    assert delivery.error_code
    assert delivery.attempt == len(settings.DELIVERY_RETRY_SECONDS) + 1


def test_a_look_up_that_is_refused_asks_a_person_and_does_not_say_failed(standin):
    delivery = DeliveryFactory()
    fail(standin, "accepted_no_answer")
    run()
    fail(standin, "expired_token")
    assert run(after=MINUTE) == [DeliveryStatus.UNCONFIRMED]
    delivery.refresh_from_db()
    assert delivery.error_code == "token_expired"
    assert live_texts(standin, "facebook") == [delivery.text]


@pytest.mark.parametrize(
    ("mode", "ends", "live"), [("accepted_no_answer", DeliveryStatus.SENT, 1), ("timeout", DeliveryStatus.FAILED, 0)]
)
def test_the_last_attempt_too_is_looked_up_before_it_is_given_up(standin, settings, mode, ends, live):
    delivery = DeliveryFactory(failures=len(settings.DELIVERY_RETRY_SECONDS))
    fail(standin, mode)
    assert run() == [DeliveryStatus.SENDING]
    assert run(after=dt.timedelta(hours=7)) == [ends]
    assert len(live_texts(standin, "facebook")) == live
    delivery.refresh_from_db()
    assert delivery.error_code == ("" if live else "no_answer")


# -- claims -----------------------------------------------------------------------------------------------------------------


def test_a_claimed_delivery_is_not_claimed_again_before_its_lease_ends():
    delivery = DeliveryFactory()
    claimed, interrupted = outbox.claim_delivery(delivery.pk, now=NOW)
    assert (claimed.attempt, interrupted) == (1, False)
    assert outbox.claim_delivery(delivery.pk, now=NOW + outbox.lease() - dt.timedelta(seconds=1)) is None
    again, interrupted = outbox.claim_delivery(delivery.pk, now=NOW + outbox.lease())
    assert (again.attempt, interrupted) == (2, True)


def test_an_attempt_that_lost_its_lease_does_not_overwrite_the_next_one():
    delivery = DeliveryFactory()
    slow, _ = outbox.claim_delivery(delivery.pk, now=NOW)
    outbox.claim_delivery(delivery.pk, now=NOW + outbox.lease())
    assert outbox._finish(slow, DeliveryStatus.FAILED) is None
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENDING


def test_a_worker_that_was_frozen_for_longer_than_its_lease_does_not_send(standin):
    delivery = DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.TELEGRAM), next_attempt_at=NOW - 9 * MINUTE)
    assert outbox.deliver(delivery.pk, now=NOW - outbox.lease()) == DeliveryStatus.PENDING
    assert live_texts(standin, "telegram") == []
    assert run(after=MINUTE) == [DeliveryStatus.SENT]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_receipt_outlives_a_database_that_is_away(standin):
    """Its connection is cut between the post and the finish; nobody may be asked about a post that is known to be out."""
    delivery = DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.TELEGRAM))
    claimed, _ = outbox.claim_delivery(delivery.pk, now=timezone.now())
    with contextlib.closing(connection.copy()) as other, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        other.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone())
    assert outbox._finish(claimed, DeliveryStatus.SENT, sent_at=NOW) == DeliveryStatus.SENT
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.SENT


def test_a_row_read_before_another_worker_had_it_is_not_claimed_again(standin):
    delivery = DeliveryFactory(notice=NoticeItemFactory().notice)
    seen = Delivery.objects.get(pk=delivery.pk)
    outbox.claim_delivery(delivery.pk, now=timezone.now())
    assert outbox.deliver(delivery.pk, now=timezone.now(), seen=seen) is None
    Delivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.PENDING, next_attempt_at=NOW)  # it gave up
    assert outbox.deliver(delivery.pk, now=timezone.now(), seen=seen) == DeliveryStatus.SENT
    delivery.refresh_from_db()
    assert delivery.attempt == 2
    assert live_texts(standin, "facebook") == [delivery.text]


def test_news_overtaken_after_its_row_was_read_does_not_leave(standin, district, head):
    ChannelFactory(district=district)
    stop, data = publish(district, head)
    seen = Delivery.objects.get()
    change(stop, data, head, starts_at=dt.time(11))
    Delivery.objects.filter(pk=seen.pk).update(status=DeliveryStatus.PENDING, next_attempt_at=NOW)
    assert outbox.deliver(seen.pk, now=timezone.now(), seen=seen) is None
    assert Delivery.objects.get(pk=seen.pk).status == DeliveryStatus.SUPERSEDED
    assert live_texts(standin, "facebook") == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_asks_the_database_once_and_twice_for_each_delivery(standin, django_assert_num_queries, number):
    item = NoticeItemFactory()
    deliveries = [DeliveryFactory(notice=item.notice) for _ in range(number)]
    with django_assert_num_queries(1 + 2 * number):
        outbox.deliver_batch([delivery.pk for delivery in deliveries])
    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.SENT}


def test_a_batch_that_takes_long_leaves_the_rest_to_the_next_sweep(standin, settings):
    settings.DELIVERY_BATCH_SECONDS = 0
    deliveries = [DeliveryFactory() for _ in range(3)]
    outbox.deliver_batch([delivery.pk for delivery in deliveries])
    assert len(live_texts(standin, "facebook")) == 1
    assert len(outbox.list_due_deliveries(now=timezone.now())) == 2


@pytest.fixture
def _worker_in_this_process():
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


@pytest.mark.usefixtures("_worker_in_this_process")
def test_a_sweep_hands_out_every_delivery_that_is_due(standin):
    channel = ChannelFactory(kind=ChannelKind.TELEGRAM)
    for _ in range(MESSAGES_PER_SWEEP + 5):
        DeliveryFactory(channel=channel)
    sweep_deliveries()
    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.SENT}
    assert len(live_texts(standin, "telegram")) == MESSAGES_PER_SWEEP + 5


def _deliver_in_child(pk, now):
    outbox.deliver(pk, now=now)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_make_one_post(standin):
    delivery = DeliveryFactory()
    now = timezone.now()
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_deliver_in_child, args=(delivery.pk, now)) for _ in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert live_texts(standin, "facebook") == [delivery.text]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "posted_before_the_kill", "ends"),
    [
        (ChannelKind.FACEBOOK, True, DeliveryStatus.SENT),
        (ChannelKind.FACEBOOK, False, DeliveryStatus.SENT),
        (ChannelKind.TELEGRAM, True, DeliveryStatus.UNCONFIRMED),
        (ChannelKind.TELEGRAM, False, DeliveryStatus.UNCONFIRMED),
        (ChannelKind.RADIO_FOLDER, False, DeliveryStatus.SENT),
    ],
)
def test_a_worker_killed_between_claim_and_finish(standin, kind, posted_before_the_kill, ends):
    """SIGKILL after the claim is committed, before or after the platform has done it: nothing lost, nothing doubled."""
    delivery = DeliveryFactory(channel=ChannelFactory(kind=kind))
    now = timezone.now()
    reader, writer = os.pipe()
    connections.close_all()

    def claim_and_hang():
        claimed, _ = outbox.claim_delivery(delivery.pk, now=now)
        if posted_before_the_kill:
            outbox._send(claimed, interrupted=False)
        os.write(writer, b"!")
        time.sleep(600)

    worker = multiprocessing.get_context("fork").Process(target=claim_and_hang)
    worker.start()
    assert os.read(reader, 1) == b"!"
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(60)

    assert run() == []
    assert run(after=outbox.lease()) == [ends]
    if kind != ChannelKind.RADIO_FOLDER:
        posts = live_texts(standin, kind)
        expected = posted_before_the_kill or kind == ChannelKind.FACEBOOK
        assert posts == [delivery.text] * expected


# -- corrections ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def facebook(district):
    return ChannelFactory(kind=ChannelKind.FACEBOOK, district=district)


def publish(district, head, **changes):
    data = stop_data(district, **changes)
    stop = draft_stop(data, by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW)
    return stop, data


def change(stop, data, head, **changes):
    edit_stop(stop, dataclasses.replace(data, **changes), by=head, now=NOW)
    publish_stops([stop], by=head, now=NOW, cause=Cause.NETWORK)


def test_a_correction_edits_the_live_post(standin, district, head, facebook):
    stop, data = publish(district, head)
    run()
    change(stop, data, head, starts_at=dt.time(11))
    run()
    cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    run()
    (post,) = standin.state.as_json()["posts"]
    assert post["edits"] == 2
    assert "تنويه رقم 3/2026" in post["text"]
    assert "التنويه رقم 2/2026" in post["text"]
    assert list(Delivery.objects.order_by("pk").values_list("status", "edited_in_place")) == [
        ("sent", False),
        ("sent", True),
        ("sent", True),
    ]


def test_a_correction_waits_for_its_announcement(standin, district, head, facebook):
    first, data = publish(district, head)
    other = draft_stop(stop_data(district), by=head, now=NOW)
    publish_stops([other], by=head, now=NOW)
    fail(standin, "rate_limit", times=None, retry_after=30)
    run()
    change(first, data, head, starts_at=dt.time(11))
    announcement, _other, correction = Delivery.objects.order_by("pk")
    assert announcement.status == DeliveryStatus.SUPERSEDED  # wholly replaced before it left
    standin.state.set_fault(("facebook",), Fault(Mode.OK))
    run(after=MINUTE)
    correction.refresh_from_db()
    assert (correction.status, correction.edited_in_place) == (DeliveryStatus.SENT, False)
    assert len(live_texts(standin, "facebook")) == 2


def test_a_correction_of_part_of_a_week_follows_the_week_and_keeps_the_rest(standin, district, head, facebook):
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    rest = stop_data(district, date=STOP_DATE + dt.timedelta(days=1))
    publish_stops([stop, draft_stop(rest, by=head, now=NOW)], by=head, now=NOW)
    fail(standin, "rate_limit", retry_after=5)
    run()
    change(stop, data, head, starts_at=dt.time(11))
    correction = Delivery.objects.latest("pk")
    assert outbox.deliver(correction.pk, now=timezone.now()) is None  # the week has not left yet
    run(after=dt.timedelta(seconds=30))
    run(after=dt.timedelta(seconds=60))
    (post,) = standin.state.as_json()["posts"]
    assert post["edits"] == 1
    assert rest.place.name_ar in post["text"]
    assert "تنويه رقم 2/2026" in post["text"]


def test_a_cancellation_does_not_overtake_an_announcement_in_doubt(standin, district, head, facebook):
    """The change between the two is superseded, so the delivery that the cancellation follows has ended already."""
    stop, data = publish(district, head)
    fail(standin, "accepted_no_answer")
    run()
    change(stop, data, head, starts_at=dt.time(11))
    cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    announcement, superseded, cancellation = Delivery.objects.order_by("pk")
    assert (superseded.status, cancellation.corrects) == (DeliveryStatus.SUPERSEDED, superseded)
    assert outbox.deliver(cancellation.pk, now=timezone.now()) is None
    assert live_texts(standin, "facebook") == [announcement.text]
    assert DeliveryStatus.SENT in run(after=MINUTE)
    assert run(after=2 * MINUTE) == [DeliveryStatus.SENT]
    assert live_texts(standin, "facebook") == [cancellation.edit_text]


def test_an_announcement_in_doubt_that_was_overtaken_is_not_posted_after_all(standin, district, head, facebook):
    stop, _data = publish(district, head)
    fail(standin, "timeout")
    run()
    cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    announcement, cancellation = Delivery.objects.order_by("pk")
    assert outbox.deliver(announcement.pk, now=timezone.now() + MINUTE) == DeliveryStatus.SUPERSEDED
    run(after=2 * MINUTE)
    assert live_texts(standin, "facebook") == [cancellation.text]


def test_an_attempt_in_doubt_whose_news_is_over_expires_unless_it_went_out(standin):
    out, not_out, mail = (
        DeliveryFactory(channel=ChannelFactory(kind=kind), expires_at=NOW + MINUTE)
        for kind in (ChannelKind.FACEBOOK, ChannelKind.FACEBOOK, ChannelKind.RADIO_MAIL)
    )
    for delivery, mode in ((out, "accepted_no_answer"), (not_out, "timeout")):
        fail(standin, mode)
        outbox.deliver(delivery.pk, now=timezone.now())
    outbox.claim_delivery(mail.pk, now=timezone.now())  # and the worker dies
    later = timezone.now() + 2 * MINUTE
    with time_machine.travel(later):
        states = [outbox.deliver(delivery.pk, now=later) for delivery in (out, not_out, mail)]
    assert states == [DeliveryStatus.SENT, DeliveryStatus.EXPIRED, DeliveryStatus.EXPIRED]
    assert standin.state.as_json()["mails"] == []


def test_a_deleted_post_is_corrected_by_a_new_one(standin, district, head, facebook):
    stop, data = publish(district, head)
    run()
    standin.state.delete_post(standin.state.posts[0])
    change(stop, data, head, starts_at=dt.time(11))
    run()
    correction = Delivery.objects.latest("pk")
    assert (correction.status, correction.edited_in_place) == (DeliveryStatus.SENT, False)
    assert live_texts(standin, "facebook") == [correction.text]


def x_posts(standin):
    return [(post["text"], post["is_deleted"]) for post in standin.state.as_json()["posts"]]


def test_where_nothing_can_be_edited_the_correction_is_posted_and_the_old_post_deleted(standin, district, head):
    ChannelFactory(kind=ChannelKind.X, district=district)
    stop, data = publish(district, head)
    run()
    change(stop, data, head, starts_at=dt.time(11))
    run()
    cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    run()
    first, second, third = Delivery.objects.order_by("pk")
    assert x_posts(standin) == [(first.text, True), (second.text, True), (third.text, False)]
    assert {delivery.status for delivery in (first, second, third)} == {DeliveryStatus.SENT}


def test_a_post_that_still_tells_of_another_stop_stays(standin, district, head):
    ChannelFactory(kind=ChannelKind.X, district=district)
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    rest = draft_stop(stop_data(district, date=STOP_DATE + dt.timedelta(days=1)), by=head, now=NOW)
    publish_stops([stop, rest], by=head, now=NOW)
    run()
    change(stop, data, head, starts_at=dt.time(11))
    run()
    assert [is_deleted for _text, is_deleted in x_posts(standin)] == [False, False]


def test_an_old_post_that_cannot_be_deleted_does_not_hold_the_correction_back(standin, district, head):
    ChannelFactory(kind=ChannelKind.X, district=district)
    stop, data = publish(district, head)
    run()
    change(stop, data, head, starts_at=dt.time(11))
    standin.fail("x", "refuse", skip=1)
    assert run() == [DeliveryStatus.SENT]
    assert [is_deleted for _text, is_deleted in x_posts(standin)] == [False, False]


def test_a_correction_in_doubt_leaves_the_old_post_alone(standin, district, head):
    ChannelFactory(kind=ChannelKind.X, district=district)
    stop, data = publish(district, head)
    run()
    change(stop, data, head, starts_at=dt.time(11))
    standin.fail("x", "server_error", times=1)
    assert run() == [DeliveryStatus.SENDING]
    assert [is_deleted for _text, is_deleted in x_posts(standin)] == [False]
    assert run(after=MINUTE) == [DeliveryStatus.SENT]
    assert [is_deleted for _text, is_deleted in x_posts(standin)] == [True, False]


def test_an_edit_in_doubt_is_simply_repeated(standin, district, head, facebook):
    stop, data = publish(district, head)
    run()
    change(stop, data, head, starts_at=dt.time(11))
    fail(standin, "accepted_no_answer")
    assert run() == [DeliveryStatus.PENDING]
    assert run(after=MINUTE) == [DeliveryStatus.SENT]
    (post,) = standin.state.as_json()["posts"]
    assert post["edits"] == 1


def test_the_radio_gets_a_correction_that_answers_the_first_mail(standin, district, head):
    ChannelFactory(kind=ChannelKind.RADIO_MAIL, district=district)
    stop, _data = publish(district, head)
    run()
    cancel_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    run()
    first, second = standin.state.mails
    assert f"In-Reply-To: {first.message_id}".encode() in second.raw


# -- old news, late ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def week(district, head):
    """Two published stops of one notice, with what they were drafted from."""
    datas = [stop_data(district), stop_data(district, date=STOP_DATE + dt.timedelta(days=1))]
    stops = [draft_stop(data, by=head, now=NOW) for data in datas]
    publish_stops(stops, by=head, now=NOW)
    return list(zip(stops, datas, strict=True))


def test_an_older_correction_sent_again_does_not_undo_a_newer_one(standin, district, head, facebook, week):
    (first, data), (second, _data) = week
    run()
    change(first, data, head, starts_at=dt.time(11))
    failed = Delivery.objects.latest("pk")
    fail(standin, "expired_token")
    run()
    cancel_stop(second, cause=Cause.WEATHER, by=head, now=NOW)
    run()
    (post,) = live_texts(standin, "facebook")
    assert "من الساعة 11:00" in post  # the newer correction tells of the first stop as it now stands
    failed.refresh_from_db()
    retry_delivery(failed, by=head, now=NOW, note="جُدد التصريح")
    run(after=MINUTE)
    failed.refresh_from_db()
    assert failed.status == DeliveryStatus.SUPERSEDED
    assert live_texts(standin, "facebook") == [post]


def test_a_correction_of_an_announcement_that_never_left_tells_of_its_other_stops(
    standin, district, head, facebook, week
):
    (first, _data), (_second, rest) = week
    fail(standin, "expired_token")
    run()
    announcement = Delivery.objects.get()
    cancel_stop(first, cause=Cause.WEATHER, by=head, now=NOW)
    run()
    (post,) = live_texts(standin, "facebook")
    assert rest.place.name_ar in post
    announcement.refresh_from_db()
    retry_delivery(announcement, by=head, now=NOW, note="جُدد التصريح")
    run(after=MINUTE)
    assert live_texts(standin, "facebook") == [post]


def test_a_script_that_is_partly_untrue_is_not_sent_to_the_station(standin, district, head):
    ChannelFactory(kind=ChannelKind.RADIO_MAIL, district=district)
    stops = [draft_stop(stop_data(district, date=STOP_DATE + dt.timedelta(days=n)), by=head, now=NOW) for n in (0, 1)]
    publish_stops(stops, by=head, now=NOW)
    fail(standin, "refuse", service="smtp")
    run()
    script = Delivery.objects.get()
    assert script.status == DeliveryStatus.FAILED
    cancel_stop(stops[0], cause=Cause.WEATHER, by=head, now=NOW)
    run()
    retry_delivery(script, by=head, now=NOW, note="صُحح العنوان")
    run(after=MINUTE)
    script.refresh_from_db()
    assert (script.status, script.error_code) == (DeliveryStatus.FAILED, outbox.PARTLY_OVERTAKEN)
    assert len(standin.state.mails) == 1


def test_a_week_too_long_for_telegram_goes_out_without_its_details(standin, district, head):
    facebook, telegram = (ChannelFactory(kind=kind) for kind in (ChannelKind.FACEBOOK, ChannelKind.TELEGRAM))
    name = "استلام طلبات خدمة طويلة الاسم جدًا من خدمات المركز التكنولوجي "
    stops = []
    for number in range(12):
        vehicle = VehicleFactory(assigned_to=district)
        services = tuple(
            OfferFactory(vehicle=vehicle, service__announce_ar=f"{name}{number}-{n}").service for n in range(5)
        )
        data = stop_data(district, date=STOP_DATE + dt.timedelta(days=number % 4))
        data = dataclasses.replace(data, vehicle=vehicle, services=services)
        stops.append(draft_stop(data, by=head, now=NOW))
    publish_stops(stops, by=head, now=NOW)
    assert run() == [DeliveryStatus.SENT, DeliveryStatus.SENT]
    long, short = (Delivery.objects.get(channel=channel).text for channel in (facebook, telegram))
    assert len(long) > 4096 > len(short)
    assert all(stop.place.name_ar in short for stop in stops)
    cancel_stop(stops[0], cause=Cause.WEATHER, by=head, now=NOW)
    assert run() == [DeliveryStatus.SENT, DeliveryStatus.SENT]
    (message,) = live_texts(standin, "telegram")
    assert "إلغاء" in message
    assert stops[1].place.name_ar in message


def test_what_was_given_up_no_longer_waits_for_a_person(district, head):
    delivery = DeliveryFactory(notice__district=district, status=DeliveryStatus.FAILED, next_attempt_at=None)
    assert list(Delivery.objects.undecided()) == [delivery]
    give_up_delivery(delivery, by=head, now=NOW, note="فات الموعد")
    assert list(Delivery.objects.undecided()) == []
    with pytest.raises(DomainError):
        retry_delivery(delivery, by=head, now=NOW, note="حاول")


def test_a_worker_with_too_little_of_its_claim_left_sends_nothing(standin):
    delivery = DeliveryFactory()
    claimed, _ = outbox.claim_delivery(delivery.pk, now=NOW)
    claimed.next_attempt_at = timezone.now() + dt.timedelta(seconds=outbox.longest_attempt_seconds() - 0.1)
    with pytest.raises(outbox.TemporaryChannelError):
        outbox._send(claimed, interrupted=False)
    assert live_texts(standin, "facebook") == []


# -- a person settles it ----------------------------------------------------------------------------------------------------


def test_a_person_settles_what_is_in_doubt(district, head):
    def doubtful():
        return DeliveryFactory(notice__district=district, status=DeliveryStatus.UNCONFIRMED, next_attempt_at=None)

    went_out, gone, again = doubtful(), doubtful(), doubtful()
    confirm_delivery(went_out, by=head, now=NOW, note="رأيت المنشور", url="https://example.org/1")
    give_up_delivery(gone, by=head, now=NOW, note="فات الموعد")
    retry_delivery(again, by=head, now=NOW, note="لم يظهر")
    assert [item.status for item in (went_out, gone, again)] == ["sent", "failed", "pending"]
    assert (went_out.settled_by, went_out.settled_note) == (head, "رأيت المنشور")


def test_settling_needs_a_reason_the_right_and_an_open_question(district, head):
    delivery = DeliveryFactory(notice__district=district, status=DeliveryStatus.FAILED, next_attempt_at=None)
    with pytest.raises(DomainError) as refused:
        retry_delivery(delivery, by=head, now=NOW, note=" ")
    assert refused.value.field == "note"
    for stranger in (make_editor(district), make_head(DistrictFactory())):
        with pytest.raises(NotAllowed):
            retry_delivery(delivery, by=stranger, now=NOW, note="حاول")
    sent = DeliveryFactory(notice__district=district, status=DeliveryStatus.SENT, sent_at=NOW, next_attempt_at=None)
    with pytest.raises(DomainError) as refused:
        retry_delivery(sent, by=head, now=NOW, note="مرة أخرى")
    assert refused.value.code == "stale"

"""No channel is written to faster than it bears, whoever writes, and a wait for one's turn is no failure."""

import datetime as dt
import itertools
import multiprocessing
import time
from decimal import Decimal

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from announcements import outbox, pacing
from announcements.enums import OPEN, ChannelKind, DeliveryStatus, WaitReason
from announcements.models import Delivery
from sohag_mobile.settings import base
from tests.factories.announcements import ChannelFactory, DeliveryFactory
from tests.support.staff import NOW

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def times_of(standin, service):
    """When each post of a service was made, in order."""
    return sorted(post.made_at for post in standin.state.posts if post.service == service)


def deliver_due(now):
    return [outbox.deliver(pk, now=now) for pk in outbox.list_due_deliveries(now=now)]


# -- how fast ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "seconds", "per_minute", "expected"),
    [
        (ChannelKind.TELEGRAM, None, None, 3),  # twenty a minute
        (ChannelKind.X, None, None, 10),
        (ChannelKind.MAIL, None, None, 0),
        (ChannelKind.TELEGRAM, 0, 0, 0),
        (ChannelKind.TELEGRAM, 5, None, 5),
        (ChannelKind.MAIL, Decimal("0.5"), None, 0.5),
        (ChannelKind.MAIL, None, 30, 2),
        (ChannelKind.MAIL, 3, 30, 3),
    ],
)
def test_a_channel_has_the_pace_of_its_kind_unless_it_has_its_own(settings, kind, seconds, per_minute, expected):
    settings.CHANNEL_PACES = base.CHANNEL_PACES
    channel = ChannelFactory.build(kind=kind, min_seconds_between=seconds, per_minute=per_minute)
    assert pacing.spacing(channel).total_seconds() == expected


def test_a_turn_is_taken_once():
    channel = ChannelFactory(min_seconds_between=10)
    until = pacing.take_turn(channel, now=NOW)
    assert until > NOW + 10 * SECOND
    assert pacing.take_turn(channel, now=NOW) is None
    assert pacing.take_turn(channel, now=until) == until + (until - NOW)


def test_a_turn_is_kept_while_nobody_else_has_had_one():
    channel = ChannelFactory(min_seconds_between=10)
    until = pacing.take_turn(channel, now=NOW)
    assert pacing.keep_turn(channel, taken_at=NOW, until=until, now=NOW) == until
    late = NOW + 5 * SECOND
    assert pacing.keep_turn(channel, taken_at=NOW, until=until, now=late) == until + 5 * SECOND
    assert pacing.take_turn(channel, now=until) is None  # the late request counts from when it left
    other = pacing.take_turn(channel, now=until + 5 * SECOND)
    assert pacing.keep_turn(channel, taken_at=NOW, until=until + 5 * SECOND, now=other) is None


# -- in the outbox ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def _frozen():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.mark.usefixtures("_frozen")
def test_whoever_waits_for_its_turn_gets_one_after_another_and_has_not_failed(standin):
    channel = ChannelFactory(kind=ChannelKind.TELEGRAM, per_minute=20)
    deliveries = [DeliveryFactory(channel=channel) for _ in range(4)]
    now = timezone.now()
    assert deliver_due(now) == [DeliveryStatus.SENT, None, None, None]
    waiting = list(Delivery.objects.filter(status=DeliveryStatus.PENDING).order_by("pk"))
    assert [row.pk for row in waiting] == [delivery.pk for delivery in deliveries[1:]]
    assert {(row.waits_for, row.attempt, row.failures) for row in waiting} == {(WaitReason.PACE, 0, 0)}
    first, *others = [row.next_attempt_at for row in waiting]
    turn = dt.timedelta(seconds=3.5)
    assert now + 3 * SECOND < first <= now + turn
    assert others == [first + turn, first + 2 * turn]
    assert deliver_due(first) == [DeliveryStatus.SENT]
    assert Delivery.objects.get(pk=deliveries[1].pk).waits_for == ""


@pytest.mark.usefixtures("_frozen")
def test_a_channel_waits_for_no_other(standin):
    slow = ChannelFactory(kind=ChannelKind.TELEGRAM, min_seconds_between=60)
    for _ in range(2):
        DeliveryFactory(channel=slow)
    DeliveryFactory(channel=ChannelFactory())
    assert deliver_due(timezone.now()) == [DeliveryStatus.SENT, None, DeliveryStatus.SENT]


@pytest.mark.usefixtures("_frozen")
def test_a_correction_does_not_overtake_an_announcement_that_waits_for_its_turn(standin):
    channel = ChannelFactory(kind=ChannelKind.TELEGRAM, min_seconds_between=10)
    DeliveryFactory(channel=channel)
    announcement = DeliveryFactory(channel=channel)
    correction = DeliveryFactory(channel=channel, thread=announcement, corrects=announcement, edit_text="تصويب")
    now = timezone.now()
    assert deliver_due(now) == [DeliveryStatus.SENT, None, None]
    correction.refresh_from_db()
    assert correction.waits_for == WaitReason.PREDECESSOR
    for seconds in range(1, 40):
        deliver_due(now + seconds * SECOND)
    texts = [post.text for post in standin.state.posts]
    assert len(texts) == 2  # the correction was written into its announcement
    assert [version.text for version in standin.state.posts[1].versions] == [announcement.text, "تصويب"]


@pytest.mark.usefixtures("_frozen")
def test_a_worker_that_was_held_up_asks_for_its_turn_again(standin):
    channel = ChannelFactory(kind=ChannelKind.TELEGRAM, min_seconds_between=2)
    slow = DeliveryFactory(channel=channel, next_attempt_at=NOW - 30 * SECOND)
    quick = DeliveryFactory(channel=channel)
    claimed, _ = outbox.claim_delivery(slow.pk, now=NOW - 30 * SECOND)
    assert outbox.deliver(quick.pk, now=timezone.now()) == DeliveryStatus.SENT
    with pytest.raises(outbox._MustWait):
        outbox._send(claimed, interrupted=False)
    assert len(standin.state.posts) == 1


def _work(seconds):
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at and Delivery.objects.filter(status__in=OPEN).exists():
        deliver_due(timezone.now())
        time.sleep(0.02)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_several_workers_together_keep_the_pace_of_each_channel(standin):
    """Four processes, two channels, real time: what the platform sees is never closer than the limit."""
    later = timezone.now() + dt.timedelta(days=1)
    spacings = {ChannelKind.TELEGRAM: 0.4, ChannelKind.FACEBOOK: 0.2}
    for kind, seconds in spacings.items():
        channel = ChannelFactory(kind=kind, min_seconds_between=Decimal(str(seconds)))
        for number in range(8):
            DeliveryFactory(
                channel=channel,
                notice__number=number + 1,
                text=f"إعلان رقم {number + 1}/2026\nنص",
                expires_at=later,
                next_attempt_at=timezone.now(),
            )
    connections.close_all()
    workers = [multiprocessing.get_context("fork").Process(target=_work, args=(30,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert set(Delivery.objects.values_list("status", "failures")) == {(DeliveryStatus.SENT, 0)}
    for kind, seconds in spacings.items():
        made = times_of(standin, kind)
        gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(made)]
        assert len(made) == 8
        assert min(gaps) >= seconds

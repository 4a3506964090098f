"""Every attempt at a delivery is written down with its end, once, and the ledger shows it with the text then and now."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from announcements import outbox
from announcements.actions import confirm_delivery
from announcements.channels.base import PermanentChannelError
from announcements.enums import AttemptOutcome, ChannelKind, DeliveryStatus
from announcements.models import Delivery, DeliveryAttempt
from announcements.queries_ledger import find_wording, list_attempts
from announcements.standin.state import Fault, Mode
from tests.factories.announcements import ChannelFactory, DeliveryFactory, NoticeFactory, NoticeItemFactory
from tests.factories.users import make_head
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
PAGE_QUERIES = 12


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=True):
        yield


def run(*, after=dt.timedelta()):
    now = timezone.now() + after
    return [outbox.deliver(pk, now=now) for pk in outbox.list_due_deliveries(now=now)]


def outcomes(delivery):
    return list(delivery.attempts.values_list("number", "outcome"))


def test_an_attempt_that_got_through_is_written_with_its_receipt(standin):
    delivery = DeliveryFactory()
    run()
    delivery.refresh_from_db()
    (attempt,) = list_attempts(delivery)
    assert (attempt.number, attempt.outcome) == (1, AttemptOutcome.POSTED)
    assert (attempt.external_id, attempt.external_url) == (delivery.external_id, delivery.external_url)
    assert delivery.last_attempt_at == attempt.started_at <= attempt.finished_at == delivery.sent_at
    assert outcomes(delivery) == []  # told from the delivery's own row


def test_what_a_person_says_went_out_is_not_shown_as_an_attempt_that_got_through(standin):
    district = DistrictFactory()
    head = make_head(district)
    delivery = DeliveryFactory(channel=ChannelFactory(kind=ChannelKind.TELEGRAM), notice__district=district)
    standin.state.set_fault(("telegram",), Fault(Mode.TIMEOUT, times=1))
    run()
    delivery.refresh_from_db()
    confirm_delivery(delivery, by=head, now=timezone.now(), note="رأيته")
    assert [attempt.outcome for attempt in list_attempts(delivery)] == [AttemptOutcome.IN_DOUBT]


def test_each_attempt_keeps_the_answer_that_the_platform_gave(standin):
    delivery = DeliveryFactory()
    standin.state.set_fault(("facebook",), Fault(Mode.RATE_LIMIT, times=1, retry_after=1))
    run()
    standin.state.set_fault(("facebook",), Fault(Mode.EXPIRED_TOKEN, times=1))
    run(after=MINUTE)
    delivery.refresh_from_db()
    first, second = delivery.attempts.all()
    assert [first.outcome, second.outcome] == [AttemptOutcome.LATER, AttemptOutcome.REFUSED]
    assert first.error_code
    assert (second.error_code, second.error_detail) == (delivery.error_code, delivery.error_detail)
    assert "test-page-token" not in second.error_detail


def test_a_post_in_doubt_that_was_looked_up_says_so(standin):
    delivery = DeliveryFactory()
    standin.state.set_fault(("facebook",), Fault(Mode.ACCEPTED_NO_ANSWER, times=1))
    run()
    run(after=MINUTE)
    assert outcomes(delivery) == [(1, AttemptOutcome.IN_DOUBT), (2, AttemptOutcome.FOUND)]


@pytest.mark.parametrize(
    ("kind", "ends"), [(ChannelKind.TELEGRAM, AttemptOutcome.IN_DOUBT), (ChannelKind.MAIL, AttemptOutcome.POSTED)]
)
def test_an_attempt_whose_worker_died_is_shown_without_an_answer(standin, kind, ends):
    delivery = DeliveryFactory(channel=ChannelFactory(kind=kind))
    began = timezone.now()
    outbox.claim_delivery(delivery.pk, now=began)  # and the worker dies
    assert outcomes(delivery) == []
    run(after=outbox.lease())
    assert outcomes(delivery) == [(1, AttemptOutcome.NO_ANSWER), (2, ends)]
    lost = delivery.attempts.first()
    assert (lost.started_at, lost.finished_at) == (began, None)


def test_an_attempt_that_lost_its_claim_writes_nothing_down(standin):
    delivery = DeliveryFactory()
    slow, _ = outbox.claim_delivery(delivery.pk, now=NOW)
    outbox.claim_delivery(delivery.pk, now=NOW + outbox.lease())
    assert outbox._finish(slow, DeliveryStatus.FAILED) is None
    assert outcomes(delivery) == [(1, AttemptOutcome.NO_ANSWER)]


def test_an_answer_that_no_database_stores_is_written_down_without_it():
    delivery = DeliveryFactory()
    claimed, _ = outbox.claim_delivery(delivery.pk, now=timezone.now())
    outbox._finish(claimed, DeliveryStatus.FAILED, error=PermanentChannelError("refused", "bad\x00byte"))
    assert delivery.attempts.get().error_detail == "badbyte"


def test_news_that_is_over_after_a_doubt_ends_as_not_sent(standin):
    delivery = DeliveryFactory(expires_at=NOW + MINUTE)
    standin.state.set_fault(("facebook",), Fault(Mode.TIMEOUT, times=1))
    run()
    with time_machine.travel(NOW + 2 * MINUTE):
        run()
    assert outcomes(delivery) == [(1, AttemptOutcome.IN_DOUBT), (2, AttemptOutcome.NOT_SENT)]


def test_an_attempt_is_written_down_once():
    delivery = DeliveryFactory()
    fields = {"delivery": delivery, "number": 1, "started_at": NOW, "finished_at": NOW}
    DeliveryAttempt.objects.create(outcome=AttemptOutcome.POSTED, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryAttempt.objects.create(outcome=AttemptOutcome.POSTED, **fields)


@pytest.mark.parametrize(("outcome", "finished_at"), [(AttemptOutcome.NO_ANSWER, NOW), (AttemptOutcome.POSTED, None)])
def test_only_an_unanswered_attempt_has_no_end(outcome, finished_at):
    fields = {"delivery": DeliveryFactory(), "number": 1, "started_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryAttempt.objects.create(outcome=outcome, finished_at=finished_at, **fields)


# -- then and now -----------------------------------------------------------------------------------------------------------


def corrected(kind):
    """An announcement that is out, and the correction of all it said, due."""
    channel = ChannelFactory(kind=kind)
    first_item = NoticeItemFactory()
    first = DeliveryFactory(channel=channel, notice=first_item.notice)
    run()
    second_item = NoticeItemFactory(
        notice=NoticeFactory(district=first.notice.district), replaces=first_item, revision=first_item.revision
    )
    second = DeliveryFactory(
        channel=channel, notice=second_item.notice, thread=first, corrects=first, edit_text="النص كما صار"
    )
    run()
    return Delivery.objects.get(pk=first.pk), Delivery.objects.get(pk=second.pk)


def test_an_edited_post_shows_what_it_said_and_what_it_says(standin):
    first, second = corrected(ChannelKind.FACEBOOK)
    wording = find_wording(first)
    assert (wording.then, wording.now, wording.by) == (first.text, "النص كما صار", second)
    assert (find_wording(second).now, find_wording(second).by) == ("النص كما صار", None)
    assert outcomes(second) == [(1, AttemptOutcome.EDITED)]


def test_a_post_deleted_for_its_correction_says_when(standin):
    first, second = corrected(ChannelKind.X)
    wording = find_wording(first)
    assert (wording.then, wording.now, wording.by) == (first.text, None, None)
    assert wording.taken_down_at == first.taken_down_at is not None
    assert second.taken_down_at is None


def test_what_has_not_left_stands_nowhere():
    delivery = DeliveryFactory()
    assert find_wording(delivery).now is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_delivery_asks_the_same_number_of_questions(client, django_assert_num_queries, count):
    district = DistrictFactory()
    client.force_login(make_head(district))
    delivery = DeliveryFactory(notice__district=district)
    for number in range(1, count + 1):
        DeliveryAttempt.objects.create(
            delivery=delivery, number=number, started_at=NOW, finished_at=NOW, outcome=AttemptOutcome.LATER
        )
    client.get(
        reverse("admin:announcements_delivery_change", args=[delivery.pk])
    )  # some things are asked once per process
    with django_assert_num_queries(PAGE_QUERIES):
        response = client.get(reverse("admin:announcements_delivery_change", args=[delivery.pk]))
    assert [attempt.number for attempt, _look in response.context["attempts"]] == list(range(1, count + 1))

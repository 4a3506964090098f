"""The daily summary: once a day for each supervisor, at the local hour, through a real SMTP conversation."""

import datetime as dt
import email.parser
import email.policy
from email.message import EmailMessage

import pytest
import time_machine

from announcements.controls import pause_deliveries
from announcements.enums import DeliveryStatus
from announcements.models import SummaryMail
from announcements.standin.state import Fault, Mode
from announcements.summary import MOST_ATTEMPTS, build_summary, send_summaries
from tests.factories.announcements import ChannelFactory, DeliveryFactory, NoticeFactory, NoticeItemFactory
from tests.factories.schedules import CAIRO, StopRevisionFactory
from tests.factories.users import make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)
MORNING = dt.datetime(2026, 11, 23, 7, 0, tzinfo=CAIRO)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def supervisor():
    return make_supervisor(email="supervisor@governorate.example")


def parts_of(mail):
    parsed = email.parser.BytesParser(EmailMessage, policy=email.policy.default).parsebytes(mail.raw)
    texts = {part.get_content_type(): part.get_content() for part in parsed.walk() if not part.is_multipart()}
    return parsed["Subject"].strip(), texts["text/plain"], texts["text/html"]


def test_the_summary_tells_of_yesterday_of_what_waits_and_of_today(standin, settings, supervisor):
    settings.PUBLIC_BASE_URL = "https://mobile.example"
    channel = ChannelFactory(name="صفحة المراغة")
    notice = NoticeFactory(late_from=MORNING - dt.timedelta(days=2))  # issued on the 22nd: late
    failed = DeliveryFactory(notice=notice, channel=channel, status=DeliveryStatus.FAILED, next_attempt_at=None)
    sent_at = MORNING - dt.timedelta(hours=12)
    sent = DeliveryFactory(channel=channel, status=DeliveryStatus.SENT, sent_at=sent_at, next_attempt_at=None)
    today = NoticeItemFactory(revision=StopRevisionFactory(date=DAY, starts_at=dt.time(9), ends_at=dt.time(14)))
    pause_deliveries(channel=channel, reason="صيانة الخادم", by=supervisor, now=MORNING)
    DeliveryFactory(channel=channel)
    assert send_summaries(now=MORNING) == 1
    (mail,) = standin.state.mails
    subject, text, html = parts_of(mail)
    assert mail.recipients == ["supervisor@governorate.example"]
    assert subject == "الملخص اليومي: الاثنين 23 نوفمبر 2026"
    assert "صفحة المراغة: أُرسل 1، فشل 1، غير مؤكد 0، منتظر 1، متأخر 0" in text
    for body in (text, html):
        assert f"https://mobile.example/admin/announcements/delivery/{failed.pk}/change/" in body
        assert f"delivery/{sent.pk}/" not in body
        assert "صيانة الخادم" in body
        assert today.revision.place.label_ar in body
        assert "من 09:00 حتى 14:00: " in body
        assert "متأخر" in body
    assert '<html lang="ar" dir="rtl">' in html


def test_a_visit_that_the_bulletin_told_of_as_well_is_one_visit():
    revision = StopRevisionFactory(date=DAY, starts_at=dt.time(9), ends_at=dt.time(14))
    items = [NoticeItemFactory(revision=revision) for _ in range(2)]
    other = NoticeItemFactory(revision=StopRevisionFactory(date=DAY, starts_at=dt.time(10), ends_at=dt.time(14)))
    assert [item.revision for item in build_summary(DAY, now=MORNING).stops] == [items[0].revision, other.revision]


def test_a_summary_goes_to_each_supervisor_once_a_day(standin, supervisor):
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    make_supervisor(email="second@governorate.example")
    make_supervisor(email="")
    make_supervisor(email="gone@governorate.example", is_active=False)
    make_head(DistrictFactory(), email="head@unit.example")
    assert send_summaries(now=MORNING - MINUTE) == 0
    assert send_summaries(now=MORNING) == 2
    assert send_summaries(now=MORNING + 5 * MINUTE) == 0
    assert send_summaries(now=MORNING + dt.timedelta(hours=16, minutes=59)) == 0
    assert send_summaries(now=MORNING + dt.timedelta(days=1)) == 2
    assert len(standin.state.mails) == 4


def test_a_worker_that_was_down_at_the_hour_sends_it_when_it_is_back(standin, supervisor):
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    assert send_summaries(now=MORNING + dt.timedelta(hours=5)) == 1


def test_a_day_of_which_there_is_nothing_to_say_is_left_alone(standin, supervisor):
    assert send_summaries(now=MORNING) == 0
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    assert send_summaries(now=MORNING + 5 * MINUTE) == 0  # tomorrow morning it is told
    assert standin.state.mails == []


def test_nobody_to_tell_is_no_failure(standin):
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    assert send_summaries(now=MORNING) == 0
    assert not SummaryMail.objects.exists()


def test_a_mail_that_did_not_get_through_is_tried_again_under_its_number(standin, supervisor):
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    standin.state.set_fault(("smtp",), Fault(Mode.ACCEPTED_NO_ANSWER, times=1))
    assert send_summaries(now=MORNING) == 0
    assert send_summaries(now=MORNING + MINUTE) == 0
    assert send_summaries(now=MORNING + 10 * MINUTE) == 1
    (mail,) = standin.state.mails
    assert mail.copies == 2
    row = SummaryMail.objects.get()
    assert (row.attempts, row.error_code) == (2, "")


def test_a_mailbox_that_refuses_is_left_alone(standin, supervisor):
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    standin.state.set_fault(("smtp",), Fault(Mode.REFUSE, times=None))
    assert [send_summaries(now=MORNING + 10 * n * MINUTE) for n in range(3)] == [0, 0, 0]
    row = SummaryMail.objects.get()
    assert row.attempts == 1
    assert row.error_code


def test_a_server_that_is_away_is_asked_a_few_times(standin, settings, supervisor):
    settings.EMAIL_PORT = 9
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    for n in range(MOST_ATTEMPTS + 2):
        send_summaries(now=MORNING + 10 * n * MINUTE)
    assert SummaryMail.objects.get().attempts == MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (dt.date(2026, 4, 25), 23),  # midnight did not exist on the 24th
        (dt.date(2026, 10, 30), 25),  # the hour before midnight came twice on the 29th
        (dt.date(2026, 11, 23), 24),
    ],
)
def test_yesterday_is_as_long_as_the_clock_made_it(day, hours):
    midnight = dt.datetime.combine(day, dt.time(), CAIRO).astimezone(dt.UTC)
    moments = [midnight - dt.timedelta(hours=hours), midnight - dt.timedelta(seconds=1)]
    inside = [NoticeFactory(issued_at=moment) for moment in moments]
    for moment in (moments[0] - dt.timedelta(seconds=1), midnight):
        NoticeFactory(issued_at=moment)
    assert list(build_summary(day, now=midnight).notices) == inside


@pytest.mark.parametrize("count", [1, 3])
def test_a_summary_asks_the_same_number_of_questions(django_assert_num_queries, count):
    for _ in range(count):
        DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
        NoticeItemFactory(revision=StopRevisionFactory(date=DAY))
    with django_assert_num_queries(7):
        build_summary(DAY, now=MORNING)

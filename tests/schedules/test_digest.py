"""The daily e-mail of heads and editors, and the mail about what was sent back: once each, through a real SMTP conversation."""

from __future__ import annotations

import datetime as dt
import email.parser
import email.policy
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine

from announcements.enums import AcknowledgementKind, DeliveryStatus
from announcements.standin.state import Fault, Mode
from schedules import tasks
from schedules.actions_approval import return_stops, submit_stops
from schedules.digest import LISTED, UnitNews, gather_news, write_digest, write_digests
from schedules.mails import send_mails
from schedules.models import StaffMail
from tests.factories.announcements import AcknowledgementFactory, DeliveryFactory
from tests.factories.schedules import CAIRO, PlaceFactory, StopFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, MembershipFactory
from tests.support.notices import announce_stop, cancel
from tests.support.staff import NOW
from vehicles.enums import Role

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 22, 7, 0, tzinfo=CAIRO)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
YESTERDAY = MORNING - dt.timedelta(hours=12)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def unit():
    return DistrictFactory(name_ar="المراغة")


@pytest.fixture
def head(unit):
    return make_head(unit, email="head@unit.example")


@pytest.fixture
def editor(unit):
    return make_editor(unit, email="editor@unit.example")


@pytest.fixture
def awaiting(unit, editor):
    stop = StopFactory(place=PlaceFactory(district=unit))
    submit_stops([stop], by=editor, now=YESTERDAY)
    return stop


def parts_of(mail: Any) -> tuple[str, str, str]:
    parsed = email.parser.BytesParser(EmailMessage, policy=email.policy.default).parsebytes(mail.raw)
    texts = {part.get_content_type(): part.get_content() for part in parsed.walk() if not part.is_multipart()}
    return parsed["Subject"].strip(), texts["text/plain"], texts["text/html"]


def test_a_head_reads_what_awaits_failed_is_owed_and_comes(standin, settings, unit, head, awaiting):
    settings.PUBLIC_BASE_URL = "https://mobile.example"
    stop, notice = announce_stop(place=PlaceFactory(district=unit), date=dt.date(2026, 11, 25), now=YESTERDAY)
    AcknowledgementFactory(notice=notice, kind=AcknowledgementKind.AIRED, happened_at=YESTERDAY)
    correction = cancel(stop, now=YESTERDAY + MINUTE)
    failed = DeliveryFactory(
        notice=correction, status=DeliveryStatus.FAILED, error_code="token_expired", next_attempt_at=None
    )
    coming = StopFactory(place=PlaceFactory(district=unit), date=dt.date(2026, 11, 24))

    tasks.send_staff_mails()

    (mail,) = standin.state.mails
    subject, text, html = parts_of(mail)
    assert mail.recipients == ["head@unit.example"]
    assert subject == "مطلوب منك: الأحد 22 نوفمبر 2026"
    for body in (text, html):
        assert "مركز المراغة" in body
        assert awaiting.place.label_ar in body
        assert correction.title_ar in body
        assert "لم يُذع بعد" in body
        assert "لم يُنشر على الصفحة بعد" not in body
        assert f"https://mobile.example/admin/announcements/delivery/{failed.pk}/change/" in body
        assert "رمز" in body
        assert coming.place.label_ar in body
        assert "مسودة" in body
        assert f"https://mobile.example/admin/schedules/stop/head/?district={unit.pk}" in body
    assert '<html lang="ar" dir="rtl">' in html
    row = StaffMail.objects.get(sent_at__isnull=False)
    assert (row.text, row.html, row.next_attempt_at) == ("", "", None)


def test_an_editor_reads_what_was_sent_back_and_nothing_else(standin, unit, head, editor, awaiting):
    return_stops([awaiting], comment="العلامة غير واضحة", by=head, now=YESTERDAY)
    StaffMail.objects.all().delete()  # the mail about it alone
    DeliveryFactory(notice__district=unit, status=DeliveryStatus.FAILED, next_attempt_at=None)
    tasks.send_staff_mails()
    mails = {mail.recipients[0]: parts_of(mail) for mail in standin.state.mails}
    _subject, text, _html = mails["editor@unit.example"]
    assert "«العلامة غير واضحة»" in text
    assert f"/admin/schedules/stop/{awaiting.pk}/change/" in text
    assert "/admin/schedules/stop/head/" not in text
    assert "لم يصل إلى قناته" not in text
    assert "العلامة غير واضحة" not in mails["head@unit.example"][1]


def test_what_was_sent_back_is_told_at_once_as_well(standin, head, editor, awaiting):
    return_stops([awaiting], comment="العلامة غير واضحة", by=head, now=MORNING - HOUR)
    assert send_mails(now=MORNING - HOUR) == 1
    (mail,) = standin.state.mails
    subject, text, html = parts_of(mail)
    assert (mail.recipients, subject) == (["editor@unit.example"], "أُعيد للتصويب: مركز المراغة")
    for body in (text, html):
        assert "العلامة غير واضحة" in body
        assert awaiting.place.label_ar in body
    assert send_mails(now=MORNING + HOUR) == 0


def test_a_digest_goes_to_each_person_once_a_day(standin, unit, head, awaiting):
    make_head(unit, email="second@unit.example")
    make_head(unit, email="")
    make_supervisor(email="supervisor@governorate.example")
    assert write_digests(now=MORNING - MINUTE) == 0
    assert write_digests(now=MORNING) == 2
    assert write_digests(now=MORNING + MINUTE) == 0
    assert send_mails(now=MORNING) == 2
    assert send_mails(now=MORNING) == 0
    assert sorted(mail.recipients[0] for mail in standin.state.mails) == ["head@unit.example", "second@unit.example"]
    assert write_digests(now=MORNING + dt.timedelta(days=1)) == 2


def test_a_day_on_which_there_is_nothing_to_say_is_dealt_with(standin, unit, head, editor):
    assert write_digests(now=MORNING) == 0
    stop = StopFactory(place=PlaceFactory(district=unit))
    submit_stops([stop], by=editor, now=MORNING + HOUR)
    assert write_digests(now=MORNING + 2 * HOUR) == 0
    assert send_mails(now=MORNING + 2 * HOUR) == 0
    assert list(StaffMail.objects.values_list("text", "next_attempt_at")) == [("", None)] * 2


def test_the_mail_of_a_quiet_week_says_so_in_its_subject(unit, head):
    StopFactory(place=PlaceFactory(district=unit), date=dt.date(2026, 11, 24))
    write_digests(now=MORNING)
    assert StaffMail.objects.get().subject == "زيارات هذا الأسبوع: الأحد 22 نوفمبر 2026"


def test_whoever_heads_one_unit_and_drafts_for_another_gets_one_mail(unit, head, awaiting):
    other = DistrictFactory(name_ar="جهينة")
    MembershipFactory(user=head, district=other, role=Role.EDITOR)
    back = StopFactory(place=PlaceFactory(district=other))
    submit_stops([back], by=head, now=YESTERDAY)
    return_stops([back], comment="صحّح الموعد", by=make_head(other), now=YESTERDAY)
    StaffMail.objects.all().delete()
    write_digests(now=MORNING)
    mail = StaffMail.objects.exclude(text="").get(recipient=head)
    assert awaiting.place.label_ar in mail.text
    assert "«صحّح الموعد»" in mail.text
    assert mail.text.count("/admin/schedules/stop/head/") == 1


def test_a_role_that_is_over_brings_no_mail(unit, head, awaiting):
    head.memberships.update(ends_on=MORNING.date() - dt.timedelta(days=1))
    assert write_digests(now=MORNING) == 0


def test_a_long_list_is_cut_and_says_how_much_there_is_besides(unit, head, awaiting):
    news = UnitNews(unit=unit, awaiting=[awaiting] * (LISTED + 3))
    written = write_digest(MORNING.date(), [news], now=MORNING)
    assert written.text.count(awaiting.place.label_ar) == LISTED
    assert "و3 زيارات أخرى" in written.text


def test_a_mail_that_did_not_get_through_is_tried_again_under_its_name(standin, head, awaiting):
    write_digests(now=MORNING)
    standin.state.set_fault(("smtp",), Fault(Mode.ACCEPTED_NO_ANSWER, times=1))
    assert [send_mails(now=MORNING + n * MINUTE) for n in (0, 1, 10)] == [0, 0, 1]
    (mail,) = standin.state.mails
    assert mail.copies == 2


def test_a_mailbox_that_refuses_is_left_alone_and_nothing_is_kept_of_the_text(standin, head, awaiting):
    write_digests(now=MORNING)
    standin.state.set_fault(("smtp",), Fault(Mode.REFUSE, times=None))
    assert [send_mails(now=MORNING + 10 * n * MINUTE) for n in range(3)] == [0, 0, 0]
    row = StaffMail.objects.get(recipient=head)
    assert (row.attempts, row.next_attempt_at, row.text) == (1, None, "")
    assert row.error_code


def test_a_server_that_is_away_is_asked_a_few_times(standin, settings, head, awaiting):
    settings.EMAIL_PORT = 9
    write_digests(now=MORNING)
    for n in range(10):
        send_mails(now=MORNING + 10 * n * MINUTE)
    row = StaffMail.objects.get(recipient=head)
    assert (row.attempts, row.next_attempt_at) == (6, None)


def test_whoever_has_left_meanwhile_is_not_written_to(standin, head, awaiting):
    write_digests(now=MORNING)
    type(head).objects.filter(pk=head.pk).update(is_active=False)
    assert send_mails(now=MORNING) == 0
    assert standin.state.mails == []
    assert StaffMail.objects.get(recipient=head).error_code == "no_address"


@pytest.mark.parametrize("count", [1, 3])
def test_the_news_cost_the_same_however_many_units_and_people(django_assert_num_queries, count):
    for _ in range(count):
        unit = DistrictFactory()
        make_head(unit, email=f"head{unit.pk}@unit.example")
        editor = make_editor(unit, email=f"editor{unit.pk}@unit.example")
        submit_stops([StopFactory(place=PlaceFactory(district=unit))], by=editor, now=YESTERDAY)
    with django_assert_num_queries(12):
        assert write_digests(now=MORNING) == count


def test_news_are_told_of_the_units_asked_for(unit, head, awaiting):
    other = DistrictFactory()
    news = gather_news({unit.pk}, {other.pk}, now=NOW)
    assert {pk: each.is_empty for pk, each in news.items()} == {unit.pk: False, other.pk: True}
    assert (list(news[unit.pk].awaiting), list(news[unit.pk].coming)) == ([awaiting], [])  # it lies in another week

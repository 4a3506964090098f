"""Laid before the head, taken back, sent back, approved: the acts, who may do them, and what clears them."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from announcements.models import Notice
from announcements.reviews import TextsChanged
from schedules.actions import cancel_stop, discard_edit, edit_stop, publish_stops
from schedules.actions_approval import approve_stops, return_stops, submit_stops, withdraw_stops
from schedules.enums import Cause, StopStatus
from schedules.models import StaffMail, Stop
from schedules.validators import StopData
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from tests.factories.schedules import PlaceFactory, StopFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce_stop
from tests.support.staff import NOW

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def unit():
    return DistrictFactory()


@pytest.fixture
def editor(unit):
    return make_editor(unit, email="editor@unit.example", first_name="منى")


@pytest.fixture
def head(unit):
    return make_head(unit, email="head@unit.example")


@pytest.fixture
def stop(unit):
    return StopFactory(place=PlaceFactory(district=unit))


@pytest.fixture
def changed(unit, head):
    stop, _notice = announce_stop(place=PlaceFactory(district=unit))
    stop.refresh_from_db()
    data = dataclasses.replace(StopData.of(stop), starts_at=dt.time(10))
    edit_stop(stop, data, by=head, now=NOW)
    return Stop.objects.get(pk=stop.pk)


def read(stop):
    return Stop.objects.get(pk=stop.pk)


def before_the_head(stop):
    row = read(stop)
    return row.submitted_at, row.submitted_by, row.returned_at, row.returned_by, row.return_comment


CLEAR = (None, None, None, None, "")


def test_a_draft_is_laid_before_the_head_as_it_stands(stop, editor):
    assert submit_stops([stop], by=editor, now=NOW) == [stop]

    assert before_the_head(stop) == (NOW, editor, None, None, "")
    assert read(stop).status == StopStatus.DRAFT
    assert list(Stop.objects.submitted()) == [stop]


def test_a_change_of_a_published_stop_can_be_submitted(changed, editor):
    submit_stops([changed], by=editor, now=NOW)

    assert read(changed).submitted_at == NOW
    assert read(changed).status == StopStatus.PUBLISHED


def test_what_lies_there_already_keeps_the_moment_at_which_it_was_laid_there(stop, unit, editor):
    submit_stops([stop], by=editor, now=NOW)
    second = StopFactory(place=PlaceFactory(district=unit))

    assert submit_stops([stop, second], by=editor, now=NOW + HOUR) == [second]

    assert (read(stop).submitted_at, read(second).submitted_at) == (NOW, NOW + HOUR)


def test_nothing_is_submitted_twice_or_when_it_is_public(stop, editor, head):
    submit_stops([stop], by=editor, now=NOW)
    with pytest.raises(DomainError) as refusal:
        submit_stops([stop], by=editor, now=NOW)
    assert refusal.value.code == "nothing_to_submit"
    publish_stops([stop], by=head, now=NOW)
    with pytest.raises(DomainError) as refusal:
        submit_stops([stop], by=editor, now=NOW)
    assert refusal.value.code == "nothing_to_submit"


def test_what_could_not_be_published_is_not_laid_before_a_head_nor_what_stands_beside_it(stop, unit, editor):
    past = StopFactory(place=PlaceFactory(district=unit), date=NOW.date() - dt.timedelta(days=7))

    with pytest.raises(RuleBroken) as refusal:
        submit_stops([stop, past], by=editor, now=NOW)

    assert [problem.code for problem in refusal.value.problems] == ["date_in_the_past"]
    assert (before_the_head(stop), before_the_head(past)) == (CLEAR, CLEAR)


def test_a_change_of_a_visit_that_is_over_is_not_submitted(changed, editor):
    with pytest.raises(DomainError) as refusal:
        submit_stops([changed], by=editor, now=changed.ends)
    assert refusal.value.code == "already_over"


ACTS = {
    "submit": lambda stop, by: submit_stops([stop], by=by, now=NOW),
    "withdraw": lambda stop, by: withdraw_stops([stop], by=by),
    "return": lambda stop, by: return_stops([stop], comment="صحّح الموعد", by=by, now=NOW),
    "approve": lambda stop, by: approve_stops({stop: NOW}, by=by, now=NOW),
}


@pytest.mark.parametrize("act", ACTS)
def test_people_of_another_unit_may_do_none_of_it(stop, editor, act):
    stranger = make_head(DistrictFactory())
    if act != "submit":
        submit_stops([stop], by=editor, now=NOW)
    was = before_the_head(stop)
    with pytest.raises(NotAllowed):
        ACTS[act](stop, stranger)
    assert before_the_head(stop) == was
    assert not Notice.objects.exists()


def test_an_editor_neither_sends_back_nor_approves(stop, editor):
    submit_stops([stop], by=editor, now=NOW)
    with pytest.raises(NotAllowed):
        return_stops([stop], comment="صحّح الموعد", by=editor, now=NOW)
    with pytest.raises(NotAllowed):
        approve_stops({stop: NOW}, by=editor, now=NOW)


def test_what_was_withdrawn_does_not_await_any_more(stop, editor):
    submit_stops([stop], by=editor, now=NOW)
    assert withdraw_stops([stop], by=editor) == [stop]
    assert before_the_head(stop) == CLEAR
    with pytest.raises(DomainError) as refusal:
        withdraw_stops([stop], by=editor)
    assert refusal.value.code == "not_submitted"


def test_the_head_sends_back_with_a_comment_and_the_editor_gets_a_mail(stop, editor, head):
    submit_stops([stop], by=editor, now=NOW)

    return_stops([stop], comment="  العلامة المميزة\nغير واضحة ", by=head, now=NOW + HOUR)

    assert before_the_head(stop) == (None, None, NOW + HOUR, head, "العلامة المميزة غير واضحة")
    mail = StaffMail.objects.get()
    assert (mail.recipient, mail.next_attempt_at) == (editor, NOW + HOUR)
    assert "العلامة المميزة غير واضحة" in mail.text
    assert stop.place.label_ar in mail.text
    assert f"/admin/schedules/stop/{stop.pk}/change/" in mail.html


def test_whoever_has_no_address_is_not_written_to(stop, unit, head):
    submit_stops([stop], by=make_editor(unit, email=""), now=NOW)
    return_stops([stop], comment="صحّح الموعد", by=head, now=NOW)
    assert not StaffMail.objects.exists()


@pytest.mark.parametrize(
    ("comment", "code"), [("", "comment_missing"), (" … ", "comment_missing"), ("نص " * 200, "comment_too_long")]
)
def test_sending_back_needs_a_comment_in_words(stop, editor, head, comment, code):
    submit_stops([stop], by=editor, now=NOW)
    with pytest.raises(DomainError) as refusal:
        return_stops([stop], comment=comment, by=head, now=NOW)
    assert (refusal.value.field, refusal.value.code) == ("comment", code)
    assert read(stop).submitted_at == NOW


def test_what_does_not_await_cannot_be_sent_back(stop, head):
    with pytest.raises(DomainError) as refusal:
        return_stops([stop], comment="صحّح الموعد", by=head, now=NOW)
    assert refusal.value.code == "not_submitted"


def test_what_was_sent_back_can_be_submitted_again(stop, editor, head):
    submit_stops([stop], by=editor, now=NOW)
    return_stops([stop], comment="صحّح الموعد", by=head, now=NOW)
    submit_stops([stop], by=editor, now=NOW + HOUR)
    assert before_the_head(stop) == (NOW + HOUR, editor, None, None, "")


@pytest.mark.parametrize("is_returned", [False, True])
def test_an_edit_takes_back_what_was_submitted_and_what_was_said_of_it(stop, editor, head, is_returned):
    submit_stops([stop], by=editor, now=NOW)
    if is_returned:
        return_stops([stop], comment="صحّح الموعد", by=head, now=NOW)
    data = dataclasses.replace(StopData.of(read(stop)), starts_at=dt.time(10))
    edit_stop(stop, data, by=editor, now=NOW)
    assert before_the_head(stop) == CLEAR


def test_a_discarded_change_and_a_cancelled_stop_await_nothing(changed, editor, head):
    submit_stops([changed], by=editor, now=NOW)
    discard_edit(changed, by=editor)
    assert before_the_head(changed) == CLEAR
    data = dataclasses.replace(StopData.of(read(changed)), starts_at=dt.time(11))
    edit_stop(changed, data, by=editor, now=NOW)
    submit_stops([changed], by=editor, now=NOW)
    cancel_stop(changed, cause=Cause.WEATHER, by=head, now=NOW)
    assert before_the_head(changed) == CLEAR


def test_approving_publishes_and_nothing_awaits_any_more(stop, editor, head):
    submit_stops([stop], by=editor, now=NOW)

    (notice,) = approve_stops({read(stop): NOW}, by=head, now=NOW + HOUR)

    assert notice.issued_by == head
    assert read(stop).status == StopStatus.PUBLISHED
    assert before_the_head(stop) == CLEAR


def test_approving_a_change_needs_its_cause(changed, editor, head):
    submit_stops([changed], by=editor, now=NOW)
    with pytest.raises(DomainError) as refusal:
        approve_stops({read(changed): NOW}, by=head, now=NOW)
    assert refusal.value.field == "cause"
    (notice,) = approve_stops({read(changed): NOW}, by=head, now=NOW, cause=Cause.ORGANISATION)
    assert notice.kind == "change"


def test_what_was_edited_withdrawn_or_submitted_anew_is_not_approved_unread(stop, editor, head):
    submit_stops([stop], by=editor, now=NOW)
    seen = {read(stop): NOW}
    data = dataclasses.replace(
        StopData.of(read(stop)), landmark_en="In front of the school"
    )  # in no text: only the moment of submission tells
    edit_stop(stop, data, by=editor, now=NOW)
    with pytest.raises(TextsChanged):
        approve_stops(seen, by=head, now=NOW)
    submit_stops([stop], by=editor, now=NOW + HOUR)
    with pytest.raises(TextsChanged):
        approve_stops(seen, by=head, now=NOW + HOUR)
    read(stop).delete()
    with pytest.raises(TextsChanged):
        approve_stops(seen, by=head, now=NOW + HOUR)
    assert not Notice.objects.exists()


def test_the_supervisor_approves_for_every_unit(stop, editor):
    submit_stops([stop], by=editor, now=NOW)
    assert len(approve_stops({read(stop): NOW}, by=make_supervisor(), now=NOW)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"submitted_at": NOW},
        {"returned_at": NOW, "return_comment": "x"},
        {"status": StopStatus.PUBLISHED, "submitted_at": NOW, "submitted_by": True},
        {"submitted_at": NOW, "submitted_by": True, "returned_at": NOW, "returned_by": True, "return_comment": "x"},
    ],
)
def test_the_database_refuses_half_a_submission(stop, head, wrong):
    values = {name: head if value is True else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.filter(pk=stop.pk).update(**values)

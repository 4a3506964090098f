"""What happened at a visit: recorded once it has begun, corrected without losing what stood there, refused with a reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from schedules.actions import cancel_stop
from schedules.actions_incidents import postpone_stop
from schedules.actions_reports import Recorded, StaleReport, record_report
from schedules.enums import Cause
from schedules.models import Stop, VisitReport
from sohag_mobile.errors import DomainError, NotAllowed
from tests.factories.schedules import CAIRO, STOP_DATE, StopFactory, VisitReportFactory
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce_stop
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = pytest.mark.django_db

BEGINNING = dt.datetime.combine(STOP_DATE, dt.time(9), tzinfo=CAIRO)
AFTERWARDS = dt.datetime.combine(STOP_DATE, dt.time(15), tzinfo=CAIRO)
COUNTED = Recorded(citizens_served=30, requests_received=8, transactions_finished=11, receipts=2_450, note="زحام")


@pytest.fixture
def stop() -> Stop:
    return announce_stop()[0]


@pytest.fixture
def editor(stop: Stop) -> User:
    return make_editor(stop.district)


def refusal(stop: Stop, by: User, recorded: Recorded = COUNTED, *, at: dt.datetime = AFTERWARDS) -> str:
    with pytest.raises(DomainError) as refused:
        record_report(stop, recorded, by=by, now=at)
    assert not VisitReport.objects.exists()
    return refused.value.code


def test_an_editor_records_what_was_counted_from_the_beginning_on(stop: Stop, editor: User) -> None:
    """More may be finished than came in: requests of earlier visits are finished at later ones."""
    report = record_report(stop, COUNTED, by=editor, now=BEGINNING)
    stored = VisitReport.objects.get()
    assert (stored, Recorded.of(stored)) == (report, COUNTED)
    assert (stored.number, stored.is_current, stored.recorded_by, stored.recorded_at) == (0, True, editor, BEGINNING)


def test_a_correction_keeps_what_stood_there_and_who_wrote_it(stop: Stop, editor: User) -> None:
    first = record_report(stop, COUNTED, by=editor, now=BEGINNING)
    head = make_head(stop.district)
    record_report(stop, dataclasses.replace(COUNTED, citizens_served=31), by=head, now=AFTERWARDS, seen=first.number)
    rows = VisitReport.objects.order_by("number").values_list("citizens_served", "recorded_by", "is_current")
    assert list(rows) == [(30, editor.pk, False), (31, head.pk, True)]


def test_saving_the_same_again_writes_no_version(stop: Stop, editor: User) -> None:
    first = record_report(stop, COUNTED, by=editor, now=BEGINNING)
    assert record_report(stop, COUNTED, by=editor, now=AFTERWARDS, seen=first.number) == first
    assert VisitReport.objects.count() == 1


def test_a_count_is_taken_back_with_a_note_that_says_why(stop: Stop, editor: User) -> None:
    first = record_report(stop, COUNTED, by=editor, now=BEGINNING)
    record_report(stop, Recorded(note="أرقام زيارة أخرى"), by=editor, now=AFTERWARDS, seen=first.number)
    assert VisitReport.objects.current().get().citizens_served is None


@pytest.mark.parametrize("seen", [None, 1, -1])
def test_the_second_of_two_people_does_not_overwrite_the_first(stop: Stop, editor: User, seen: int | None) -> None:
    record_report(stop, COUNTED, by=make_head(stop.district, first_name="منى"), now=BEGINNING)
    with pytest.raises(StaleReport, match="منى"):
        record_report(stop, Recorded(citizens_served=1), by=editor, now=AFTERWARDS, seen=seen)
    assert VisitReport.objects.get().citizens_served == 30


def test_a_visit_is_not_reported_on_before_it_begins(stop: Stop, editor: User) -> None:
    assert refusal(stop, editor, at=BEGINNING - dt.timedelta(seconds=1)) == "not_begun"


def test_what_was_never_announced_is_not_reported_on() -> None:
    draft = StopFactory()
    assert refusal(draft, make_editor(draft.district)) == "not_published"


@pytest.mark.parametrize("call_off", [cancel_stop, postpone_stop])
def test_what_was_called_off_is_not_reported_on(stop: Stop, editor: User, call_off: Any) -> None:
    call_off(stop, cause=Cause.WEATHER, by=make_head(stop.district), now=NOW)
    assert refusal(stop, editor) == "called_off"


def test_people_of_other_units_record_nothing(stop: Stop) -> None:
    with pytest.raises(NotAllowed):
        record_report(stop, COUNTED, by=make_head(DistrictFactory()), now=AFTERWARDS)


def test_the_unit_that_announced_it_records_it_wherever_the_working_copy_has_moved(stop: Stop, editor: User) -> None:
    other: District = DistrictFactory()
    Stop.objects.filter(pk=stop.pk).update(district=other)
    with pytest.raises(NotAllowed):
        record_report(stop, COUNTED, by=make_head(other), now=AFTERWARDS)
    assert record_report(stop, COUNTED, by=editor, now=AFTERWARDS).number == 0


@pytest.mark.parametrize(
    ("recorded", "code"),
    [(Recorded(), "nothing_recorded"), (Recorded(citizens_served=-1), "negative_count")],
)
def test_a_report_says_something_that_can_be(stop: Stop, editor: User, recorded: Recorded, code: str) -> None:
    assert refusal(stop, editor, recorded) == code


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"citizens_served": -1}, "citizens_served_of_a_visit_is_not_negative"),
        ({"receipts": -1}, "receipts_of_a_visit_is_not_negative"),
        ({"citizens_served": None}, "a_report_says_something"),
        ({"number": 1}, "a_visit_has_one_current_report"),
        ({"number": 0, "is_current": False}, "a_report_number_is_used_once_per_visit"),
    ],
)
def test_the_database_refuses_what_cannot_be(fields: dict[str, Any], constraint: str) -> None:
    first = VisitReportFactory()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        VisitReportFactory(**({"stop": first.stop} if "number" in fields else {}), **fields)
    columns = {"a_visit_has_one_current_report": "stop_id", "a_report_number_is_used_once_per_visit": "stop_id"}
    # SQLite names the columns of a broken uniqueness, not the constraint.
    assert constraint in str(refused.value) or columns.get(constraint, constraint) in str(refused.value)

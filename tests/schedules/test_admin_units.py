"""How the units stand in a week: what is counted, who sees what of it, and the same as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from announcements.enums import AcknowledgementKind, DeliveryStatus, NoticeKind
from schedules.actions_approval import return_stops, submit_stops
from schedules.models import Stop
from schedules.queries_units import Plan, list_standings_of_units
from sohag_mobile.weeks import Week
from tests.factories.announcements import AcknowledgementFactory, DeliveryFactory, NoticeFactory
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, MembershipFactory
from tests.support.notices import announce_stop, cancel
from tests.support.staff import NOW
from vehicles.enums import Role
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
UNITS = "/admin/schedules/stop/units/"
WEEK = Week.of(STOP_DATE)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def busy_unit(**fields: Any) -> District:
    """One of everything: drafted, awaiting, sent back, changed, public, called off; late, failed, owed."""
    unit = DistrictFactory(**fields)
    editor, head = make_editor(unit), make_head(unit)

    def draft(**more: Any) -> Stop:
        return StopFactory(place=PlaceFactory(district=unit), **more)

    draft()
    draft(date=STOP_DATE + dt.timedelta(days=30))  # another week
    submit_stops([draft()], by=editor, now=NOW)
    back = draft()
    submit_stops([back], by=editor, now=NOW)
    return_stops([back], comment="صحّح العلامة", by=head, now=NOW)
    changed, _notice = announce_stop(place=PlaceFactory(district=unit), now=NOW - HOUR)
    Stop.objects.filter(pk=changed.pk).update(starts_at=dt.time(10), has_unpublished_changes=True)
    announce_stop(place=PlaceFactory(district=unit), now=NOW - HOUR)
    off, notice = announce_stop(place=PlaceFactory(district=unit), now=NOW - HOUR)
    AcknowledgementFactory(notice=notice, kind=AcknowledgementKind.AIRED, happened_at=NOW - HOUR)
    correction = cancel(off, now=NOW - dt.timedelta(minutes=1))
    DeliveryFactory(notice=correction, status=DeliveryStatus.UNCONFIRMED, next_attempt_at=None)
    type(notice).objects.filter(pk=notice.pk).update(late_from=NOW - 2 * HOUR)
    return unit


def standing(unit: District, *, week: Week = WEEK, now: dt.datetime = NOW) -> Any:
    (found,) = list_standings_of_units([unit], week, now=now, planned_for={unit.pk})
    return found


def test_every_number_is_counted_once() -> None:
    unit = busy_unit()
    busy_unit()
    found = standing(unit)
    assert found.plan == Plan(drafted=1, awaiting=1, returned=1, changed=1, published=1, overdue=0)
    assert found.plan.planned == 5
    assert (found.told, found.called_off, found.late, found.troubled, found.owed) == (2, 1, 1, 1, 1)


def test_a_week_without_anything_is_empty() -> None:
    found = standing(busy_unit(), week=WEEK.plus(2))
    assert (found.plan, found.told, found.called_off, found.late) == (Plan(), 0, 0, 0)
    assert (found.troubled, found.owed) == (0, 0)


@pytest.mark.parametrize(("before", "overdue"), [(dt.timedelta(hours=24), 0), (dt.timedelta(hours=24, minutes=-1), 1)])
def test_what_is_not_public_a_day_before_would_come_late(before: dt.timedelta, overdue: int) -> None:
    stop = StopFactory()
    assert standing(stop.district, now=stop.starts - before).plan.overdue == overdue


def test_failed_deliveries_of_notices_about_no_visit_belong_to_the_week_of_their_issue() -> None:
    unit = DistrictFactory()
    notice = NoticeFactory(district=unit, kind=NoticeKind.HOURS, issued_at=NOW)
    DeliveryFactory(notice=notice, status=DeliveryStatus.FAILED, next_attempt_at=None)
    assert standing(unit, week=Week.of(NOW.date())).troubled == 1
    assert standing(unit).troubled == 0


def test_a_postponement_without_a_date_is_no_plan() -> None:
    stop, _notice = announce_stop(now=NOW - HOUR)
    Stop.objects.filter(pk=stop.pk).update(status="postponed")
    assert standing(stop.district).plan == Plan()


def read(client: Client, **data: str) -> Any:
    return client.get(UNITS, {"week": WEEK.name} | data)


def test_a_supervisor_sees_every_unit_with_links_to_act(client: Client) -> None:
    client.force_login(make_supervisor())
    busy, idle = busy_unit(name_ar="أبنوب"), DistrictFactory(name_ar="بلقاس")
    page = read(client)
    lines = {line.unit: line for line in page.context["lines"]}
    assert list(lines) == [busy, idle]
    assert [(mark.look, mark.number) for mark in lines[busy].marks] == [
        ("draft", 1),
        ("changed", 1),
        ("awaiting", 1),
        ("returned", 1),
        ("open", 2),
        ("cancelled", 1),
    ]
    assert [mark.number for mark in lines[busy].alarms] == [1, 1, 1]
    assert [mark.word for mark in lines[idle].marks] == ["لم يُخطَّط شيء"]
    assert lines[busy].told == "1 من 5"
    assert lines[busy].url == f"/admin/schedules/stop/head/?district={busy.pk}&week={WEEK.name}"
    awaiting = next(mark for mark in lines[busy].marks if mark.look == "awaiting")
    assert len(client.get(awaiting.url).context["cl"].result_list) == 1
    for mark in (*lines[busy].marks, *lines[busy].alarms):
        assert client.get(mark.url).status_code == 200


def test_the_committee_sees_public_facts_alone(client: Client) -> None:
    unit, idle = busy_unit(name_ar="أبنوب"), DistrictFactory(name_ar="بلقاس")
    client.force_login(MembershipFactory(district=None, role=Role.COMMITTEE).user)
    page = read(client)
    line, empty = page.context["lines"]
    assert (line.unit, [mark.look for mark in line.marks], line.told) == (unit, ["open", "cancelled"], "")
    assert (empty.unit, empty.marks[0].word) == (idle, "لم يُعلن شيء")
    for mark in (*line.marks, *line.alarms):
        assert client.get(mark.url).status_code == 200
    file = b"".join(client.get("/admin/schedules/stop/units.csv", {"week": WEEK.name}).streaming_content)
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert rows[1][1:8] == [""] * 7


def test_people_of_a_unit_see_theirs(client: Client) -> None:
    unit = busy_unit()
    busy_unit()
    client.force_login(make_editor(unit))
    (line,) = read(client).context["lines"]
    assert (line.unit, line.url) == (unit, f"/admin/schedules/stop/week/?district={unit.pk}&week={WEEK.name}")


def test_this_week_is_shown_unless_another_is_chosen(client: Client) -> None:
    client.force_login(make_supervisor())
    assert client.get(UNITS).context["week"] == Week.of(NOW.date())
    refused = read(client, week="2026-W99")
    assert refused.status_code == 200
    assert refused.context["form"].errors.keys() == {"week"}
    assert client.get("/admin/schedules/stop/units.csv", {"week": "x"})["Location"] == f"{UNITS}?week=x"


def test_the_files_hold_the_same_numbers(client: Client) -> None:
    client.force_login(make_supervisor())
    unit = busy_unit()
    answer = client.get("/admin/schedules/stop/units.xlsx", {"week": WEEK.name})
    assert f'filename="units-{WEEK.name}.xlsx"' in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.sheet_view.rightToLeft
    headings, row = sheet.iter_rows(values_only=True)
    assert row == (unit.label, 5, 1, 1, 1, 1, 1, 0, 2, 1, 1, 1, 1)
    assert len(headings) == len(row)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(client: Client, django_assert_num_queries: Any, count: int) -> None:
    client.force_login(make_supervisor())
    for _ in range(count):
        busy_unit()
    read(client)
    with django_assert_num_queries(11):
        page = read(client)
    assert len(page.context["lines"]) == count
    with django_assert_num_queries(10):
        assert b"".join(client.get("/admin/schedules/stop/units.csv", {"week": WEEK.name}).streaming_content)

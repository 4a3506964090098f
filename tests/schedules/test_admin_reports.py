"""Recording a visit and the report of a period in the admin: by telephone, in either digit set, and as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from openpyxl import load_workbook

from schedules.actions_incidents import report_breakdown
from schedules.enums import Cause
from schedules.models import Stop, VisitReport
from tests.factories.schedules import CAIRO, STOP_DATE, StopFactory, StopRevisionFactory, VisitReportFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce_stop, cancel
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIST = "/admin/schedules/stop/"
VISITS = f"{LIST}visits/"
EVENING = dt.datetime.combine(STOP_DATE, dt.time(20), tzinfo=CAIRO)
EMPTY = {f"report-{name}": "" for name in ("citizens_served", "requests_received", "transactions_finished", "receipts")}


@pytest.fixture(autouse=True)
def _evening() -> Any:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def editor(client: Client, district: District) -> User:
    user = make_editor(district, first_name="هدى", last_name="علي")
    client.force_login(user)
    return user


@pytest.fixture
def stop(district: District, editor: User) -> Stop:
    return announce_stop(place__district=district)[0]


def record(client: Client, stop: Stop, /, **typed: Any) -> Any:
    data = EMPTY | {"report-note": "", "report-seen": ""} | {f"report-{name}": value for name, value in typed.items()}
    return client.post(f"{LIST}{stop.pk}/report/", data)


def errors_of(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return {name: list(found) for name, found in response.context["panel"].form.errors.items()}


def figures_of(stop: Stop) -> tuple[int | None, ...]:
    report = VisitReport.objects.current().get(stop=stop)
    return report.citizens_served, report.requests_received, report.transactions_finished, report.receipts


def test_the_page_of_a_visit_asks_for_its_figures_once_it_has_begun(client: Client, stop: Stop) -> None:
    page = f"{LIST}{stop.pk}/change/"
    with time_machine.travel(EVENING.replace(hour=8), tick=False):
        assert client.get(page).context["panel"] is None
    panel = client.get(page).context["panel"]
    assert (panel.url, panel.report) == (f"{LIST}{stop.pk}/report/", None)

    response = client.post(panel.url, EMPTY | {"report-citizens_served": "٣٠", "report-receipts": "2,450"}, follow=True)

    assert figures_of(stop) == (30, None, None, 2450)
    html = response.content.decode()
    assert "سُجِّل ما تم في الزيارة." in html
    assert "سجّل البيانات: هدى علي، الأحد 29 نوفمبر 2026، 20:00" in html
    assert html.count("لم يُسجَّل") == 3  # the two figures, and the sentence that tells what an empty field means


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("٠", 0), ("1٬234", 1234), ("1 234", 1234), ("\u200f12", 12), ("", None), ("9999", 9999)],
)
def test_figures_are_read_as_clerks_type_them(client: Client, stop: Stop, typed: str, stored: int | None) -> None:
    record(client, stop, citizens_served=typed, requests_received="1")
    assert figures_of(stop)[0] == stored


@pytest.mark.parametrize("typed", ["-1", "1,5", "1.5", "كثير", "10000", "1e3", "9" * 5000])
def test_what_is_no_count_is_refused_beside_its_field_and_nothing_typed_is_lost(
    client: Client, stop: Stop, typed: str
) -> None:
    response = record(client, stop, citizens_served=typed, requests_received="7")
    assert set(errors_of(response)) == {"citizens_served"}
    form = response.context["panel"].form
    assert (form["citizens_served"].value(), form["requests_received"].value()) == (typed, "7")
    assert not VisitReport.objects.exists()


def test_an_empty_report_is_answered_beside_its_first_field(client: Client, stop: Stop) -> None:
    assert set(errors_of(record(client, stop))) == {"citizens_served"}


def test_who_was_slower_sees_what_stands_there_and_what_was_typed(client: Client, stop: Stop) -> None:
    VisitReportFactory(stop=stop, recorded_by=make_head(stop.district, first_name="منى"))
    response = record(client, stop, citizens_served="13", seen="")
    assert "منى" in response.context["error"]
    panel = response.context["panel"]
    assert (panel.report.citizens_served, panel.form["citizens_served"].value()) == (12, "13")
    assert record(client, stop, citizens_served="13", seen=panel.form["seen"].value()).status_code == 302
    assert figures_of(stop)[0] == 13


@pytest.mark.parametrize("seen", ["x", "-1", "9" * 30])
def test_a_false_version_is_answered_in_a_sentence(client: Client, stop: Stop, seen: str) -> None:
    response = record(client, stop, citizens_served="13", seen=seen)
    assert response.status_code == 200
    assert response.context["error"]


def test_the_page_tells_who_changed_what(client: Client, stop: Stop, editor: User) -> None:
    record(client, stop, citizens_served="30")
    record(client, stop, citizens_served="31", note="عدد مصوَّب", seen="0")
    later, first = client.get(f"{LIST}{stop.pk}/change/").context["panel"].versions
    assert [(fact.label, fact.public, fact.working) for fact in later.facts] == [
        ("المواطنون المترددون", "30", "31"),
        ("ملاحظة", "", "عدد مصوَّب"),
    ]
    assert (first.report.recorded_by, first.facts[0].working) == (editor, "30")


def test_nothing_is_asked_of_a_visit_that_was_called_off(client: Client, stop: Stop) -> None:
    cancel(stop, now=EVENING.replace(hour=8))
    assert client.get(f"{LIST}{stop.pk}/change/").context["panel"] is None
    response = record(client, stop, citizens_served="1")
    assert (response.status_code, bool(response.context["error"])) == (200, True)


def test_people_of_other_units_record_and_read_nothing(client: Client, stop: Stop) -> None:
    client.force_login(make_head(DistrictFactory()))
    assert record(client, stop, citizens_served="1").status_code == 404
    assert client.get(VISITS).context["count"] == 0


def test_a_unit_that_took_the_visit_over_in_a_draft_reads_and_does_not_record(client: Client, stop: Stop) -> None:
    other = DistrictFactory()
    Stop.objects.filter(pk=stop.pk).update(district=other)
    client.force_login(make_head(other))
    assert client.get(f"{LIST}{stop.pk}/report/").context["panel"].form is None
    assert record(client, stop, citizens_served="1").status_code == 403


# -- the report of a period -------------------------------------------------------------------------------------------------


def test_the_report_is_of_this_month_unless_told_otherwise(client: Client, stop: Stop) -> None:
    VisitReportFactory(stop=stop)
    StopRevisionFactory(place=stop.place, date=dt.date(2026, 10, 29))
    shown = client.get(VISITS)
    assert [line.visit.fact.stop for line in shown.context["lines"]] == [stop]
    assert shown.context["form"].cleaned_data["first"] == dt.date(2026, 11, 1)
    assert shown.context["form"].cleaned_data["last"] == dt.date(2026, 11, 30)
    assert client.get(VISITS, {"first": "1/10/2026"}).context["count"] == 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first": "امس"}, "first"),
        ({"first": "2026-12-01"}, "last"),
        ({"first": "2025-11-29"}, "last"),
        ({"unit": "999999"}, "unit"),
        ({"vehicle": "x"}, "vehicle"),
    ],
)
def test_a_period_that_cannot_be_is_said_beside_its_field_and_makes_no_file(
    client: Client, stop: Stop, asked: dict[str, str], field: str
) -> None:
    shown = client.get(VISITS, asked)
    assert (shown.status_code, set(shown.context["form"].errors)) == (200, {field})
    assert client.get(f"{LIST}visits.csv", asked).status_code == 302


def test_a_supervisor_reads_every_unit_and_one_of_them(client: Client, stop: Stop) -> None:
    client.force_login(make_supervisor())
    other = announce_stop()[0]
    shown = client.get(VISITS)
    assert [line.label for line in shown.context["units"]] == sorted([stop.district.label, other.district.label])
    assert client.get(VISITS, {"unit": other.district_id}).context["count"] == 1


def test_a_person_without_a_unit_has_no_report(client: Client) -> None:
    client.force_login(make_supervisor(is_staff=False))
    assert client.get(VISITS).status_code == 302


def file_rows(client: Client, kind: str) -> list[list[Any]]:
    response = client.get(f"{LIST}visits.{kind}")
    assert response["Content-Disposition"] == f'attachment; filename="visits-2026-11-01-2026-11-30.{kind}"'
    content = b"".join(response.streaming_content)
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_each_visit_and_says_what_was_not_recorded(client: Client, stop: Stop, kind: str) -> None:
    report_breakdown(
        stop, stopped_at=dt.time(11, 30), cause=Cause.POWER, by=make_supervisor(), now=EVENING.replace(hour=12)
    )
    VisitReportFactory(stop=stop, citizens_served=0, receipts=15, note="=1+1")
    headings, row = file_rows(client, kind)
    line = dict(zip(headings, row, strict=True))
    numbers = [line[name] for name in ("المواطنون المترددون", "المتحصلات بالجنيه", "ساعات العمل")]
    assert numbers == (["0", "15", "2.5"] if kind == "csv" else [0, 15, 2.5])
    assert (line["الطلبات الواردة"], line["الحالة"]) == ("لم يُسجَّل", "عُقدت جزئيًا")
    assert line["ملاحظة"] == ("'=1+1" if kind == "csv" else "=1+1")


def test_the_spreadsheet_runs_from_right_to_left_and_holds_no_formula_and_the_totals(
    client: Client, stop: Stop
) -> None:
    VisitReportFactory(stop=stop, note="=1+1")
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{LIST}visits.xlsx").streaming_content)))
    assert [sheet.sheet_view.rightToLeft for sheet in book.worksheets] == [True, True]
    (cell,) = [cell for cell in book.worksheets[0][2] if cell.value == "=1+1"]
    assert cell.data_type == "s"
    headings, together, *groups = ([*row] for row in book.worksheets[1].iter_rows(values_only=True))
    numbers = dict(zip(headings, together, strict=True))
    assert (numbers["الزيارات"], numbers["المواطنون المترددون"]) == (1, 12)
    assert numbers["المواطنون المترددون: عدد الزيارات المسجلة"] == 1
    assert numbers["الطلبات الواردة"] == "لم يُسجَّل"
    assert [row[0] for row in groups] == [stop.district.label, str(stop.vehicle)]


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_files_ask_the_same_number_of_questions(
    client: Client, district: District, editor: User, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        VisitReportFactory(stop=StopRevisionFactory(stop__place__district=district).stop)
    StopFactory(place__district=district)
    client.get(VISITS)
    with django_assert_num_queries(10):
        client.get(VISITS)
    for kind in ("csv", "xlsx"):
        with django_assert_num_queries(8):
            b"".join(client.get(f"{LIST}visits.{kind}").streaming_content)

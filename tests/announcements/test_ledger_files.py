"""The ledger's filters and order, and the ledger as a file: what the list shows, harmless in a spreadsheet."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.utils import timezone
from openpyxl import load_workbook

from announcements.controls import pause_deliveries
from announcements.enums import DeliveryStatus, WaitReason
from announcements.reasons import explain
from tests.factories.announcements import ChannelFactory, DeliveryFactory, NoticeFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW

pytestmark = pytest.mark.django_db
LEDGER = "/admin/announcements/delivery/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _afternoon():
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        yield


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(client, district):
    user = make_head(district)
    client.force_login(user)
    return user


def entry(district, status=DeliveryStatus.SENT, **fields):
    fields.setdefault("sent_at", NOW if status == DeliveryStatus.SENT else None)
    fields.setdefault("next_attempt_at", NOW if status == DeliveryStatus.PENDING else None)
    return DeliveryFactory(notice=NoticeFactory(district=district), status=status, **fields)


def listed(client, query=""):
    return [row.pk for row in client.get(f"{LEDGER}{query}").context["cl"].result_list]


def read_csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def read_xlsx(response):
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def test_the_ledger_begins_with_what_waits_for_a_person_and_then_what_is_late(client, head, district):
    sent = entry(district)
    late = entry(district, late_from=NOW - HOUR, created_at=NOW - 2 * HOUR)
    failed = entry(district, DeliveryStatus.FAILED, created_at=NOW - 3 * HOUR)
    assert listed(client) == [failed.pk, late.pk, sent.pk]
    assert listed(client, "?state=late") == [late.pk]
    assert listed(client, "?state=look") == [failed.pk]


def test_what_is_held_back_has_a_filter_and_says_so(client, head, district):
    waiting = entry(district, DeliveryStatus.PENDING, waits_for=WaitReason.QUIET, next_attempt_at=NOW + 5 * HOUR)
    out_of_use = entry(district, DeliveryStatus.PENDING, channel=ChannelFactory(is_active=False))
    assert listed(client, "?state=held") == [out_of_use.pk]
    html = client.get(LEDGER).content.decode()
    assert "ساعات الهدوء" in html
    assert "17:00" in html
    pause_deliveries(channel=waiting.channel, reason="عطل", by=make_supervisor(), now=NOW)
    assert set(listed(client, "?state=held")) == {waiting.pk, out_of_use.pk}


def resend(client, *rows):
    data = {"action": "resend_failed", "_selected_action": [row.pk for row in rows]}
    return [str(one) for one in client.post(LEDGER, data, follow=True).context["messages"]]


def test_what_failed_is_sent_again_from_the_list_and_nothing_else(client, head, district):
    failed = [entry(district, DeliveryStatus.FAILED, error_code="unreachable", failures=11) for _ in range(2)]
    doubtful = entry(district, DeliveryStatus.UNCONFIRMED)
    assert resend(client, *failed, doubtful) == [
        "يُعاد إرسالان.",
        "تُرك إرسال واحد دون تغيير: لم يفشل، أو ليس القرار فيه لك.",
    ]
    for row in failed:
        row.refresh_from_db()
        assert (row.status, row.failures, row.settled_by) == (DeliveryStatus.PENDING, 0, head)
    doubtful.refresh_from_db()
    assert doubtful.status == DeliveryStatus.UNCONFIRMED


def test_an_editor_sends_nothing_again_from_the_list(client, district):
    failed = entry(district, DeliveryStatus.FAILED)
    client.force_login(make_editor(district))
    assert resend(client, failed) == []
    assert "resend_failed" not in client.get(LEDGER).content.decode()
    failed.refresh_from_db()
    assert failed.status == DeliveryStatus.FAILED


@pytest.mark.parametrize("query", ["?state=nothing", "?channel__id__exact=x", "?unknown=1"])
def test_a_false_filter_breaks_neither_the_list_nor_its_files(client, head, query):
    for name in ("", "export.csv", "export.xlsx"):
        response = client.get(f"{LEDGER}{name}{query}")
        b"".join(getattr(response, "streaming_content", ()))
        assert response.status_code in {200, 302}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_what_the_list_shows_of_ones_own_units(client, head, district, kind):
    entry(district, external_url="https://example.org/posts/1")
    failed = entry(district, DeliveryStatus.FAILED, error_code="token_expired")
    entry(DistrictFactory(), DeliveryStatus.FAILED)
    response = client.get(f"{LEDGER}export.{kind}?state=look")
    assert response["Content-Disposition"] == f'attachment; filename="deliveries-2026-11-22.{kind}"'
    if kind == "csv":
        rows = read_csv(response)
    else:
        rows = [list(row) for row in read_xlsx(response).active.iter_rows(values_only=True)]
    assert len(rows) == 2
    line = dict(zip(*rows, strict=True))
    assert line["الإعلان"] == failed.notice.reference
    assert line["السبب"] == explain("token_expired")


def test_the_csv_is_read_as_utf8_by_spreadsheets_and_its_times_are_local(client, head, district):
    entry(district)
    response = client.get(f"{LEDGER}export.csv")
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert content.startswith(b"\xef\xbb\xbf")
    assert "2026-11-22 12:00" in content.decode()


EVIL = ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(1)", "\t=1", " =1", "＝1"]


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_is_a_formula(client, head, district, text):
    entry(district, DeliveryStatus.FAILED, error_detail=text)
    rows = read_csv(client.get(f"{LEDGER}export.csv"))
    assert f"'{text}" in rows[1]
    sheet = read_xlsx(client.get(f"{LEDGER}export.xlsx")).active
    (cell,) = [cell for cell in sheet[2] if isinstance(cell.value, str) and cell.value.strip() == text.strip()]
    assert cell.data_type == "s"


def test_the_spreadsheet_runs_from_right_to_left_and_bears_whatever_a_platform_answers(client, head, district):
    entry(district, DeliveryStatus.FAILED, error_detail="bad\x0bbyte")
    book = read_xlsx(client.get(f"{LEDGER}export.xlsx"))
    assert book.active.sheet_view.rightToLeft is True
    assert "badbyte" in [cell.value for cell in book.active[2]]
    moment = next(cell for cell in book.active[2] if isinstance(cell.value, dt.datetime))
    assert moment.value == timezone.localtime(NOW).replace(tzinfo=None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_file_asks_the_same_number_of_questions(client, head, district, django_assert_num_queries, kind, count):
    for _ in range(count):
        entry(district, DeliveryStatus.FAILED, settled_by=head, settled_at=NOW)
    client.get(LEDGER)
    with django_assert_num_queries(10):
        b"".join(client.get(f"{LEDGER}export.{kind}").streaming_content)


def test_strangers_get_no_file(client, district):
    entry(district)
    assert client.get(f"{LEDGER}export.csv").status_code == 302

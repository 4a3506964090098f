"""Importing in the admin: who may, what they read, and how a file that is too large is let go."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from exchange.enums import Kind
from exchange.models import ImportJob
from exchange.tables import table_of
from schedules.models import Place, Stop
from tests.exchange.helpers import NOW, csv_of, saved, send, states, work
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.services import CategoryFactory, OfferFactory, ServiceFactory
from tests.factories.users import UserFactory, make_editor, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import District, Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIST = "/admin/exchange/importjob/"
HEADINGS = ("code", "kind", "name_ar", "district")


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory(slug="sohag", name_ar="سوهاج")
    return unit


@pytest.fixture
def keeper(client: Client, district: District) -> User:
    user = make_supervisor(first_name="هدى")
    client.force_login(user)
    return user


def upload(client: Client, data: bytes, kind: str = "places", name: str = "أماكن.csv") -> Any:
    return client.post(f"{LIST}new/{kind}/", {"file": SimpleUploadedFile(name, data)})


def test_from_the_file_to_its_rows(client: Client, keeper: User) -> None:
    PlaceFactory(code="P1", name_ar="بلصفورة", district=District.objects.get())
    rows = [["P1", "قرية", "بلصفورة البلد", "سوهاج"], ["P2", "قرية", "الكوم", "سوهاج"], ["P3", "قصر", "س", "سوهاج"]]
    response = upload(client, csv_of(HEADINGS, *rows))
    job = ImportJob.objects.get()
    assert response.headers["Location"] == f"{LIST}{job.pk}/change/"
    page = client.get(f"{LIST}{job.pk}/change/").content.decode()
    assert "<progress" in page
    assert '<meta http-equiv="refresh"' in page
    assert client.get(f"{LIST}{job.pk}/progress.json").json()["state"] == "waiting"

    work(job)
    page = client.get(f"{LIST}{job.pk}/change/").content.decode()
    assert "<progress" not in page
    assert "<s>بلصفورة</s>" in page
    assert page.index("«قصر» غير معروف هنا") < page.index("الكوم")
    assert "الكوم" not in client.get(f"{LIST}{job.pk}/change/?state=refused").content.decode()
    assert Place.objects.count() == 1

    refused = client.post(f"{LIST}{job.pk}/decide/", {"choice": "all"}, follow=True).content.decode()
    assert "لن ينفّذ شيئًا" in refused
    client.post(f"{LIST}{job.pk}/decide/", {"choice": "good"})
    work(job)
    page = client.get(f"{LIST}{job.pk}/change/").content.decode()
    assert "نُفِّذ سطران." in page
    assert Place.objects.count() == 2
    assert "أماكن.csv" in client.get(LIST).content.decode()


def test_refused_file_says_why(client: Client, keeper: User) -> None:
    upload(client, b"%PDF-1.4")
    job = work(ImportJob.objects.get())
    page = client.get(f"{LIST}{job.pk}/change/").content.decode()

    assert "هذا ملف PDF، ولا تُقرأ إلا الجداول: CSV أو XLSX." in page
    assert "لم يتغير شيء." in page


def test_stop_button(client: Client, keeper: User) -> None:
    upload(client, csv_of(HEADINGS, ["P1", "قرية", "أ", "سوهاج"]))
    job = ImportJob.objects.get()
    client.post(f"{LIST}{job.pk}/stop/")

    assert work(job).state == "cancelled"
    assert "أُوقف" in client.get(f"{LIST}{job.pk}/change/").content.decode()


def test_too_large_a_file_is_let_go_unread(client: Client, keeper: User, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    response = upload(client, b"x" * (2 * 1024 * 1024))

    assert response.status_code == 413
    assert "حجم الملف أكبر من 1 ميجابايت. أرسله على أجزاء." in response.content.decode()
    assert not ImportJob.objects.exists()


class _Stream(io.RawIOBase):
    """A request whose body has no end to speak of, and which counts how much of it was read."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.read_so_far = 0

    def read(self, size: int = -1) -> bytes:
        size = 65536 if size < 0 else size
        piece, self.head = self.head[:size], self.head[size:]
        piece += b"x" * (size - len(piece))
        self.read_so_far += size
        return piece


def test_hundred_megabytes_are_refused_by_their_length(client: Client, keeper: User) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    stream = _Stream(head)
    response = client.generic(
        "POST", f"{LIST}new/places/", b"", CONTENT_TYPE="multipart/form-data; boundary=b",
        CONTENT_LENGTH="104857600", **{"wsgi.input": stream},
    )  # fmt: skip

    assert response.status_code == 413
    assert stream.read_so_far < 1024 * 1024


@pytest.mark.parametrize("data", [{}, {"file": "no file"}])
def test_form_without_a_file_is_asked_for_it(client: Client, keeper: User, data: dict[str, str]) -> None:
    response = client.post(f"{LIST}new/places/", data)
    assert response.status_code == 400
    assert "errorlist" in response.content.decode()


def test_who_sees_what(client: Client, district: District) -> None:
    editor, other = make_editor(district), make_editor(district)
    job = send("stops", csv_of(("vehicle",), ["x"]), by=other)
    client.force_login(editor)

    assert client.get(f"{LIST}new/stops/").status_code == 200
    assert client.get(f"{LIST}new/places/").status_code == 403
    assert client.get(f"{LIST}template/places.csv").status_code == 403
    assert client.get(f"{LIST}new/units/").status_code == 404
    for path in ("change/", "progress.json", "refused.xlsx"):
        assert client.get(f"{LIST}{job.pk}/{path}").status_code == 404
    for path in ("decide/", "stop/"):
        assert client.post(f"{LIST}{job.pk}/{path}").status_code == 404
        assert client.get(f"{LIST}{job.pk}/{path}").status_code == 405
    assert client.get(f"{LIST}x/change/").status_code == 404
    client.force_login(make_supervisor())
    assert client.get(f"{LIST}{job.pk}/change/").status_code == 200
    reader = UserFactory()
    Membership.objects.create(user=reader, role="committee")
    client.force_login(reader)
    assert client.get(f"{LIST}new/stops/").status_code == 403
    assert client.get(LIST).status_code == 403
    # Who sees a list may have it as a file; plans are not for the committee.
    assert client.get(f"{LIST}export/places.csv").status_code == 200
    assert client.get(f"{LIST}export/stops.csv").status_code == 403
    client.force_login(UserFactory())
    assert client.get(f"{LIST}export/places.csv").status_code == 403


def test_export_is_the_list_on_screen_and_of_ones_units(client: Client, district: District) -> None:
    mine = StopFactory(place__district=district, place__name_ar="بلصفورة")
    StopFactory(
        place__district=district, place__name_ar="الكوامل", place__name_en="Kawamil", date=STOP_DATE.replace(day=30)
    )
    StopFactory()
    client.force_login(make_editor(district))

    everything = json.loads(b"".join(client.get(f"{LIST}export/stops.json").streaming_content))
    assert {row["unit"] for row in everything} == {"مركز سوهاج"}
    assert len(everything) == 2
    response = client.get(f"{LIST}export/stops.csv?q=بلصفورة&p=0")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert str(mine.uid) in lines[1]
    response = client.get(f"{LIST}export/stops.xlsx?q=بلصفورة")
    sheet: Any = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert (sheet.sheet_view.rightToLeft, sheet.max_row) == (True, 2)
    assert client.get(f"{LIST}export/units.csv").status_code == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *(("/admin/schedules/stop/", "stops"), ("/admin/schedules/place/", "places")),
        *(("/admin/services/service/", "services"), ("/admin/vehicles/vehicle/", "vehicles")),
    ],
)
def test_lists_lead_to_their_files(client: Client, keeper: User, path: str, kind: str) -> None:
    page = client.get(f"{path}?q=x").content.decode()
    for ending in ("csv", "xlsx", "json"):
        assert f'href="{LIST}export/{kind}.{ending}?q=x"' in page
    assert f'href="{LIST}new/{kind}/"' in page


def fill(district: District) -> None:
    place = PlaceFactory(district=district)
    CategoryFactory()
    OfferFactory(vehicle=VehicleFactory(assigned_to=district), service=ServiceFactory())
    assert place.pk


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_examples_of_the_template_are_valid_and_not_imported(
    client: Client, keeper: User, district: District, kind: str, ending: str
) -> None:
    fill(district)
    response = client.get(f"{LIST}template/{kind}.{ending}")
    data = b"".join(response.streaming_content) if response.streaming else response.content

    assert send(kind, data, by=keeper).refusal == "ليس في الملف إلا أسطر الأمثلة التي في النموذج."
    if ending == "csv":
        unmarked = data.decode("utf-8-sig").replace("\nمثال,", "\n,").encode()
    else:
        book = load_workbook(io.BytesIO(data))
        sheet = book.worksheets[0]
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, 1).value = None
        unmarked = saved(book)
    job = send(kind, unmarked, by=keeper)
    assert (job.refusal, {problem for row in job.rows.all() for problem in row.problems}) == ("", set())
    assert set(states(job)) == {"new"}


def test_template_is_a_workbook_in_arabic(client: Client, keeper: User, district: District) -> None:
    fill(district)
    book = load_workbook(io.BytesIO(client.get(f"{LIST}template/stops.xlsx").content))
    sheet, explained, lists = book.worksheets

    assert (sheet.title, explained.title, lists.title) == ("الزيارات", "شرح", "قوائم")
    assert (sheet.sheet_view.rightToLeft, sheet.freeze_panes, lists.sheet_state) == (True, "A2", "hidden")
    assert [cell.value for cell in sheet[1]][:5] == ["سطر مثال", "معرّف الزيارة", "السيارة", "اليوم", "من"]
    assert sheet.data_validations.count >= 6
    names = [row[4].value for row in explained.iter_rows(min_row=2)]
    table = table_of("stops", by=keeper, now=NOW)
    assert names == ["example", *(column.name for column in table.columns if not column.told_only)]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_pages_do_not_grow(client: Client, keeper: User, count: int) -> None:
    expected = {"job": 12, "list": 9}
    for _number in range(count):
        rows = [[f"P{number}", "قرية", f"أ{number}", "سوهاج"] for number in range(count)]
        job = send("places", csv_of(HEADINGS, *rows), by=keeper)
    found = {}
    for name, path in {"job": f"{LIST}{job.pk}/change/", "list": LIST}.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        found[name] = len(queries)
    assert found == expected


def test_nothing_is_published_by_an_import(client: Client, keeper: User, district: District) -> None:
    assert not Stop.objects.exists()
    page = client.get(f"{LIST}new/stops/").content.decode()
    assert "لا يقرأ المواطنون شيئًا منه قبل نشره" in page

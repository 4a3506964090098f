"""The open data: what was published and nothing else, in files that agree with their description."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange.open_data_tables import TABLES
from schedules.site import every_address
from services.models import Offer
from sohag_mobile.models import bump_content_version
from tests.exchange.helpers import NOW
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.services import DocumentFactory, FeeFactory
from tests.support.notices import announce_stop

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def fetch(client: Client, name: str) -> bytes:
    response = client.get(f"/open-data/{name}")
    assert response.status_code == 200, name
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return bytes(response.content)


def test_drafts_and_unannounced_changes_are_not_there(client: Client) -> None:
    draft = StopFactory(landmark_ar="أمام المسودة")
    told = StopRevisionFactory(landmark_ar="أمام المسجد", stop__landmark_ar="خلف المدرسة")
    former = StopRevisionFactory(stop=told.stop, landmark_ar="أمام البنك")
    cancelled = StopRevisionFactory(state="cancelled", cause_ar="الأتربة")
    rows = json.loads(fetch(client, "stops.json"))

    assert {row["uid"] for row in rows} == {str(told.stop.uid), str(cancelled.stop.uid)}
    assert {row["landmark_ar"] for row in rows if row["state"] == "scheduled"} == {former.landmark_ar}
    archive = zipfile.ZipFile(io.BytesIO(fetch(client, "open-data.zip")))
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    for hidden in (draft.landmark_ar, "خلف المدرسة", str(draft.uid), told.published_by.username):
        assert hidden not in everything


def test_files_agree_with_their_description(client: Client) -> None:
    stop, _notices = announce_stop()
    DocumentFactory(service=stop.services.get())
    FeeFactory(service=stop.services.get(), maximum="10.50")
    PlaceFactory(name_ar="=1+1", latitude="26.50000", longitude="31.60000")
    package = json.loads(fetch(client, "datapackage.json"))
    archive = zipfile.ZipFile(io.BytesIO(fetch(client, "open-data.zip")))

    assert [each["name"] for each in package["resources"]] == [table.name for table in TABLES]
    assert sorted(archive.namelist()) == sorted(
        ["datapackage.json", *(f"{table.name}.{ending}" for table in TABLES for ending in ("csv", "json"))]
    )
    for resource in package["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        table = fetch(client, resource["path"])
        lines = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
        rows = json.loads(fetch(client, resource["path"].replace(".csv", ".json")))
        assert archive.read(resource["path"]) == table
        assert lines[0] == names
        assert len(lines) - 1 == len(rows) > 0, resource["name"]
        assert all(list(row) == names for row in rows)
        keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
    places = fetch(client, "places.csv").decode("utf-8-sig")
    assert "'=1+1" in places
    notice = json.loads(fetch(client, "notices.json"))[0]
    assert notice["text_social"]
    assert json.loads(fetch(client, "notice-stops.json")) == [
        {**{name: notice[name] for name in ("unit", "year", "number")}, "stop": str(stop.uid), "revision": 0}
    ]


def test_offers_of_days_to_come_are_not_told_before(client: Client) -> None:
    StopFactory()
    Offer.objects.update(valid_from=STOP_DATE)
    assert json.loads(fetch(client, "offers.json")) == []
    with time_machine.travel(dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=NOW.tzinfo), tick=False):
        assert len(json.loads(fetch(client, "offers.json"))) == 1


def test_files_are_stored_for_a_version_of_the_content(client: Client) -> None:
    StopRevisionFactory()
    first = client.get("/open-data/stops.csv")
    known = client.get("/open-data/stops.csv", headers={"If-None-Match": first.headers["ETag"]})
    StopRevisionFactory()
    stored = client.get("/open-data/stops.csv", headers={"If-None-Match": first.headers["ETag"]})
    bump_content_version()
    anew = client.get("/open-data/stops.csv", headers={"If-None-Match": first.headers["ETag"]})

    assert [known.status_code, stored.status_code, anew.status_code] == [304, 304, 200]


@pytest.mark.parametrize("name", ["units.xlsx", "drafts.csv", "../stops.csv", "stops.csv/", "open-data.csv"])
def test_unknown_files_are_the_sites_own_404(client: Client, name: str) -> None:
    assert client.get(f"/open-data/{name}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client: Client, count: int) -> None:
    for _number in range(count):
        announce_stop()
    bump_content_version()
    with CaptureQueriesContext(connection) as queries:
        fetch(client, "open-data.zip")
    assert len(queries) == 33


@pytest.mark.parametrize("licence", ["", "ODC-By 1.0"])
def test_page_names_the_files_and_the_licence(client: Client, settings: Any, licence: str) -> None:
    settings.OPEN_DATA_LICENCE = licence
    bump_content_version()
    page = client.get("/open-data/").content.decode()

    assert all(f'href="/open-data/{table.name}.csv"' in page for table in TABLES)
    assert (licence in page) if licence else ("لم تحدد المحافظة" in page)
    assert ("licenses" in json.loads(fetch(client, "datapackage.json"))) is bool(licence)
    assert {"/open-data/", "/en/open-data/"} <= every_address(now=NOW)

"""«Near me»: what is shown, and that nothing is left behind."""

import datetime as dt
import logging
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from schedules.models import Place
from sohag_mobile.log import RedactingFormatter
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory

pytestmark = pytest.mark.django_db

MORNING = dt.datetime.combine(STOP_DATE, dt.time(8), tzinfo=CAIRO)


def get(client: Client, path: str) -> Any:
    with time_machine.travel(MORNING, tick=False):
        return client.get(path)


def text_of(response: Any) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi>", "", main)))


@pytest.fixture
def places() -> None:
    """At 1, 5 and 20 km to the north; one without a point; and one at the other end of the country."""
    district = DistrictFactory(name_ar="نقادة", fixed_centre_latitude="26.60000", fixed_centre_longitude="31.70000")
    rows = {"A": "26.55900", "B": "26.59500", "C": "26.73000", "D": None, "E": "30.04000"}
    for code, latitude in rows.items():
        PlaceFactory(
            code=code, name_ar=f"قرية{code}", name_en="", district=district,
            latitude=latitude, longitude=latitude and "31.70000",
        )  # fmt: skip


def stop_at(code: str, *, days: int) -> None:
    StopRevisionFactory(place=Place.objects.get(code=code), date=STOP_DATE + dt.timedelta(days=days))


def test_places_come_by_distance_and_the_first_visit_within_reach_before_them(client: Client, places: None) -> None:
    stop_at("A", days=3)
    stop_at("B", days=1)
    stop_at("C", days=0)

    text = text_of(get(client, "/near/26.55,31.70/"))

    assert re.findall(r"قرية([A-E])", text) == ["B", "A", "B", "C"]
    assert (
        "أول زيارة قادمة في حدود 15 كيلومترًا قرية قريةB – مركز نقادة على بعد نحو 5 كم الزيارة القادمة: غدًا، الاثنين"
        in text
    )
    assert "قرية قريةA – مركز نقادة على بعد نحو 1 كم الزيارة القادمة: الأربعاء 2 ديسمبر" in text
    assert "المركز التكنولوجي لخدمة المواطنين" in text
    assert re.search(r"اذهب إلى المركز الثابت: .+ على بعد نحو 6 كم", text)


def test_no_visit_within_reach_is_said(client: Client, places: None) -> None:
    stop_at("C", days=0)

    assert "لم تُعلن بعد زيارة قادمة في حدود 15 كيلومترًا." in text_of(get(client, "/near/26.55,31.70/"))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/near/", "اضغط الزر لتظهر أقرب الأماكن إليك"),
        ("/near/denied/", "لم يُخبرنا المتصفح بمكانك"),
        ("/near/unavailable/", "تعذَّر على هاتفك تحديد مكانه"),
        ("/near/31.20,29.92/", "لا يوجد بالقرب منك مكان تخدمه السيارات"),
        ("/en/near/-26.55,-31.70/", "No place that the vehicles serve is near you"),
    ],
)
def test_whoever_cannot_be_placed_reads_why_and_chooses_from_the_list(
    client: Client, places: None, path: str, sentence: str
) -> None:
    html = get(client, path).content.decode()

    assert sentence in html
    assert re.findall(r'href="(?:/en)?/places/(\w)/"', html) == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize("path", ["/near/", "/near/denied/", "/near/unavailable/", "/en/near/", "/en/near/denied/"])
def test_without_a_script_nobody_is_told_to_press_a_button(client: Client, path: str) -> None:
    html = get(client, path).content.decode()
    shown = re.sub(r"(?s)<(p|button)\b[^>]* hidden>.*?</\1>", "", html.partition("<main")[2])

    assert re.findall("اضغط|الزر|Press|button</", shown.partition('class="find"')[0]) == []


@pytest.mark.parametrize("path", ["/near/26.55,31.70/", "/near/31.20,29.92/", "/near/26.55,181.00/"])
def test_a_point_is_told_to_nobody_and_may_be_kept_by_nobody(client: Client, places: None, path: str) -> None:
    response = get(client, path)

    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "ETag" not in response
    assert response.cookies == {}


def test_the_page_of_a_point_is_made_anew_each_time(client: Client, places: None) -> None:
    before = text_of(get(client, "/near/26.55,31.70/"))

    # No act of ours tells the stored pages of it: one that was kept would be given again.
    Place.objects.filter(code="A").update(name_ar="قريةZ")

    assert text_of(get(client, "/near/26.55,31.70/")) == before.replace("قريةA", "قريةZ")


def test_a_point_is_only_read(client: Client) -> None:
    response = client.post("/near/26.55,31.70/")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/near/26.55,31.70/", "/en/near/-26.5512,31.7034/", "/near/26.5%2C31.7/"])
def test_no_log_keeps_where_a_reader_is(path: str) -> None:
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "Internal Server Error: %s", (path,), None)

    line = RedactingFormatter("%(message)s").format(record)

    assert line == f"Internal Server Error: {path.partition('near/')[0]}near/***/"

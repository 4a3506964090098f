"""Where places lie, as the checker is told: read from the tables, asked for only by a text that speaks of it, and heeded."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from announcements.arabic.checker import check_text
from announcements.arabic.geography import Geography, Markaz, Point, Settlement
from announcements.geography import read_geography
from announcements.models import Notice
from announcements.reviews import TextsRefused
from schedules.actions import publish_stops
from schedules.models import Stop
from tests.factories.schedules import PlaceFactory, StopFactory
from tests.factories.users import make_head
from tests.factories.vehicles import DistrictFactory, GovernorateFactory, MarkazFactory
from tests.support.staff import NOW

pytestmark = pytest.mark.django_db

SOUTH = "بجوار المدرسة، بمركز أبو تشت جنوب المحافظة"


@pytest.fixture
def marakez() -> None:
    MarkazFactory(name_ar="أبو تشت", spellings="ابوتشت، أبوتشت", latitude="26.12", longitude="32.09")
    MarkazFactory(name_ar="فرشوط", latitude="26.05", longitude="32.16")
    MarkazFactory(name_ar="نقادة", latitude="25.90", longitude="32.72")
    MarkazFactory(name_ar="قوص", latitude="25.91", longitude="32.76")


def make_stop(landmark: str) -> Stop:
    stop: Stop = StopFactory(landmark_ar=landmark)
    return stop


def test_geography_holds_every_markaz_and_the_places_with_a_point(marakez: None) -> None:
    unit = DistrictFactory(name_ar="قوص")
    PlaceFactory(district=unit, name_ar="حجازة", latitude="25.86", longitude="32.81")
    PlaceFactory(district=unit, name_ar="العليقات")
    PlaceFactory(district=DistrictFactory(hayy=True), latitude="25.90", longitude="32.75")

    assert read_geography() == Geography(
        governorate="قنا",
        marakez=(
            Markaz(("أبو تشت", "ابوتشت", "أبوتشت"), Point(26.12, 32.09)),
            Markaz(("فرشوط",), Point(26.05, 32.16)),
            Markaz(("قوص",), Point(25.91, 32.76)),
            Markaz(("نقادة",), Point(25.9, 32.72)),
        ),
        settlements=(Settlement("قرية", "حجازة", "قوص", Point(25.86, 32.81)),),
    )


def test_geography_without_a_governorate_or_marakez_says_nothing() -> None:
    assert read_geography() == Geography()
    GovernorateFactory()

    assert check_text(SOUTH, geography=read_geography) == []


def test_text_that_names_no_side_asks_nothing(marakez: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        check_text("بمركز أبو تشت، أمام مركز شباب القرية", geography=read_geography)
    with django_assert_num_queries(3):
        findings = check_text(f"{SOUTH}، وبمركز قوص شمال المحافظة", geography=read_geography)

    assert [(one.code, one.suggestion) for one in findings] == [("place_side", "شمال"), ("place_side", "جنوب")]


def test_notice_that_puts_a_place_on_the_wrong_side_is_not_issued(marakez: None) -> None:
    stop = make_stop(SOUTH)

    with pytest.raises(TextsRefused) as refused:
        publish_stops([stop], by=make_head(stop.place.district), now=NOW)

    assert {one.code for found in refused.value.findings.values() for one in found} == {"place_side"}
    assert not Notice.objects.exists()


def test_wrong_side_is_said_beside_the_box_while_it_is_edited(marakez: None, client: Client) -> None:
    stop = make_stop("بجوار المدرسة")
    client.force_login(make_head(stop.place.district))
    with time_machine.travel(NOW, tick=False):
        page = client.get("/admin/schedules/stop/publish/", {"ids": str(stop.pk)})
        (notice,) = page.context["notices"]
        social = next(card for card in notice.cards if card.form == "social")

        answer = client.post(
            "/admin/announcements/notice/check-text/",
            {
                "form": "social",
                "text": social.body.replace("بجوار المدرسة", SOUTH),
                "original": social.body,
                "facts": notice.facts,
            },
        ).json()

    assert answer["errors"] == 1
    assert "«بمركز أبو تشت» في شمال المحافظة، والمكتوب «جنوب المحافظة»." in answer["findings"]

"""The staff's first page: Arabic whatever the browser asks for, no inline code, and what waits for the person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from announcements.enums import DeliveryStatus
from schedules.enums import StopStatus
from sohag_mobile.forms import LineField, LocalDateField, LocalTimeField
from sohag_mobile.weeks import Week
from tests.factories.announcements import DeliveryFactory, NoticeFactory
from tests.factories.schedules import PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW

PAGES = [
    "/admin/",
    "/admin/schedules/stop/",
    "/admin/schedules/stop/add/",
    "/admin/schedules/stop/week/",
    "/admin/announcements/notice/",
    "/admin/announcements/notice/week/",
    "/admin/announcements/delivery/",
    "/admin/vehicles/vehicle/add/",
]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.django_db
def test_admin_is_arabic_whatever_the_browser_asks_for(client: Client) -> None:
    response = client.get("/admin/login/", headers={"accept-language": "en-GB,en;q=0.9"})

    assert re.search(r"<html[^>]*>", response.content.decode()).group() == '<html lang="ar" dir="rtl">'  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_inline_code_or_style(client: Client, path: str) -> None:
    DistrictFactory()
    client.force_login(make_supervisor())

    response = client.get(path)

    html = response.content.decode()
    assert response.status_code == 200
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", html) == []
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_first_page_counts_what_waits_in_the_persons_units(client: Client) -> None:
    district = DistrictFactory()
    place = PlaceFactory(district=district)
    StopFactory(place=place)
    StopFactory(place=place, date=dt.date(2026, 11, 19))
    StopFactory(place=place, date=dt.date(2026, 11, 19), status=StopStatus.POSTPONED)
    StopFactory()
    StopRevisionFactory(place=place).stop.__class__.objects.filter(revisions__isnull=False).update(
        has_unpublished_changes=True
    )
    for status in (DeliveryStatus.FAILED, DeliveryStatus.UNCONFIRMED):
        DeliveryFactory(notice=NoticeFactory(district=district), status=status, next_attempt_at=None)
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    client.force_login(make_head(district))

    response = client.get("/admin/")

    assert response.context["waiting"] == {"drafts": 1, "changed": 1, "awaiting": 0, "returned": 0, "owed": 1}
    assert response.context["troubles"] == 2


@pytest.mark.django_db
def test_first_page_leads_an_editor_to_what_was_done_and_to_imports(client: Client) -> None:
    client.force_login(make_editor(DistrictFactory()))
    page = client.get("/admin/").content.decode()
    for address in ("/admin/schedules/stop/acts/", "/admin/exchange/importjob/"):
        assert f'<a class="btn quiet" href="{address}">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_first_page_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    district = DistrictFactory()
    for _number in range(count):
        StopFactory(place=PlaceFactory(district=district))
        DeliveryFactory(notice=NoticeFactory(district=district), status=DeliveryStatus.FAILED, next_attempt_at=None)
    client.force_login(make_head(district))

    with django_assert_num_queries(27):
        client.get("/admin/")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("9", dt.time(9)),
        ("٠٩:٣٠", dt.time(9, 30)),
        ("14.30", dt.time(14, 30)),
        ("2:30 م", dt.time(14, 30)),
        ("\u200f9:00 ص", dt.time(9)),
        ("12:00 ظهرًا", dt.time(12)),
    ],
)
def test_time_is_read_as_clerks_write_it(typed: str, expected: dt.time) -> None:
    assert LocalTimeField().clean(typed) == expected


@pytest.mark.parametrize("typed", ["2026-11-29", "29/11/2026", "٢٩/١١/٢٠٢٦", "29.11.2026", " ٢٠٢٦-١١-٢٩ "])
def test_date_is_read_as_clerks_write_it(typed: str) -> None:
    assert LocalDateField().clean(typed) == dt.date(2026, 11, 29)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (dt.date(2026, 11, 27), "2026-W48"),  # Friday, the last day
        (dt.date(2026, 11, 28), "2026-W49"),  # Saturday, the first
        (dt.date(2026, 11, 29), "2026-W49"),  # Sunday: ISO alone would say W48
        (dt.date(2026, 12, 3), "2026-W49"),
        (dt.date(2027, 1, 1), "2026-W53"),
        (dt.date(2027, 1, 2), "2027-W01"),
    ],
)
def test_week_of_a_day_and_back(day: dt.date, name: str) -> None:
    week = Week.of(day)

    assert week.name == name
    assert Week.parse(name) == week
    assert week.first <= day <= week.last


@pytest.mark.parametrize(
    "name", ["2026-W54", "2026-W00", "2026-48", "٢٠٢٦-W48", "0001-W01\n", "2026-W481", "9999-W52", "0001-W01", ""]
)
def test_week_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        Week.parse(name)


@pytest.mark.django_db
def test_too_many_wrong_passwords_are_told_in_a_sentence(client, settings):
    settings.AXES_ENABLED = True
    UserFactory(username="clerk")
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post("/admin/login/", {"username": "clerk", "password": "wrong"})
    assert answer.status_code == 429
    assert "أعد المحاولة بعد الساعة 12:15" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("filters", [f"date__year={10**21}", "date__year=x", "district=x"])
def test_list_leads_back_from_a_filter_that_cannot_be_read(client: Client, filters: str) -> None:
    StopFactory()
    client.force_login(make_supervisor())
    answer = client.get(f"/admin/schedules/stop/?{filters}")
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/schedules/stop/?e=1")


@pytest.mark.django_db
def test_list_outlives_a_key_that_no_row_can_have(client: Client) -> None:
    StopFactory()
    client.force_login(make_supervisor())
    # SQLite refuses the number, PostgreSQL finds nothing.
    assert client.get(f"/admin/schedules/stop/?district={10**21}", follow=True).status_code == 200


@pytest.mark.django_db
def test_list_is_counted_without_a_noun_that_would_have_to_agree(client: Client) -> None:
    DeliveryFactory.create_batch(4)
    client.force_login(make_supervisor())

    html = client.get("/admin/announcements/delivery/").content.decode()

    assert "العدد: 4" in html
    assert "4 الإرسالات" not in html


@pytest.mark.django_db
def test_delivery_is_titled_in_words() -> None:
    delivery = DeliveryFactory(channel__name="صفحة الوحدة")

    assert str(delivery) == f"{delivery.notice.reference} إلى صفحة الوحدة"


@pytest.mark.parametrize("typed", ["9.5", "٩.٥", "9.5 ص", "12 ص", "12:30 صباحا", "12 am"])
def test_time_that_can_be_read_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LocalTimeField().clean(typed)
    assert refused.value.code == "ambiguous"


def test_line_of_text_loses_what_nobody_sees() -> None:
    assert LineField().clean("  By\x0b the\u202e  mos\x08que\ufffe ") == "By the mosque"
    assert LineField().clean("می\u200cخواهم") == "می\u200cخواهم"

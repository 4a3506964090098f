"""The page of conflicts and the fragment that keeps it up to date: whose stops, entity tags, fixed cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from schedules.models import Stop
from tests.factories.schedules import STOP_DATE, HolidayFactory, StopFactory
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, MembershipFactory
from tests.support.staff import NOW
from vehicles.enums import OutOfServiceCause, Role
from vehicles.models import District, OutOfService

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/admin/schedules/stop/conflicts/"
PART = "/admin/schedules/stop/conflicts/list/"
WEEK = {"week": "2026-W49"}


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def head(client: Client, district: District) -> User:
    user = make_head(district)
    client.force_login(user)
    return user


def on_holiday(district: District, **fields: Any) -> Stop:
    stop: Stop = StopFactory(place__district=district, **fields)
    if not OutOfService.objects.filter(vehicle=stop.vehicle).exists():
        OutOfService.objects.create(vehicle=stop.vehicle, starts_on=STOP_DATE, cause=OutOfServiceCause.REPAIR)
    return stop


def test_the_page_lists_a_week_of_the_persons_units_with_what_to_do(
    client: Client, district: District, head: User
) -> None:
    stop, theirs = on_holiday(district), on_holiday(DistrictFactory())
    on_holiday(district, date=STOP_DATE + dt.timedelta(days=7))

    response = client.get(PAGE, WEEK)

    (group,) = response.context["groups"]
    (line,) = group.lines
    assert (line.kind, [place for place, _vehicle, _url in line.stops]) == ("سيارة خارج الخدمة", [stop.place.label])
    assert line.url == f"/admin/schedules/stop/bulk/?vehicle={stop.vehicle_id}&first=2026-11-29"
    assert theirs.place.name_ar not in response.content.decode()
    assert "data-live=" in response.content.decode()


def test_a_unit_is_chosen_among_the_persons_own(client: Client) -> None:
    client.force_login(make_supervisor())
    mine, other = DistrictFactory(), DistrictFactory()
    stop = on_holiday(mine)
    on_holiday(other)
    (group,) = client.get(PAGE, WEEK | {"unit": mine.pk}).context["groups"]
    assert [line.unit for line in group.lines] == [mine.label]
    refused = client.get(PAGE, WEEK | {"unit": 10**30})
    assert (refused.status_code, set(refused.context["form"].errors)) == (200, {"unit"})
    client.force_login(make_head(other))
    assert set(client.get(PAGE, WEEK | {"unit": mine.pk}).context["form"].errors) == {"unit"}
    assert stop.place.name_ar not in client.get(PART, WEEK | {"unit": mine.pk}).content.decode()


def test_list_and_board_lead_to_each_other(client: Client, district: District, head: User) -> None:
    stop = on_holiday(district)
    board = f"/admin/schedules/stop/board/?week=2026-W49&unit={district.pk}"

    listed = client.get(PAGE, WEEK | {"unit": district.pk}).context["board_url"]
    shown = client.get(board).context
    part = client.get(shown["fragment"]).content.decode()

    assert listed == board
    assert shown["conflicts_url"] == f"{PAGE}?week=2026-W49&unit={district.pk}"
    assert stop.place.label in part
    assert client.get(PAGE, {"week": "coming"}).context["board_url"] == "/admin/schedules/stop/board/?"


def test_the_part_is_answered_in_full_only_when_it_has_changed(client: Client, district: District, head: User) -> None:
    on_holiday(district)
    page = client.get(PAGE, WEEK)
    first = client.get(PART, WEEK)
    assert first.status_code == 200
    assert first.headers["ETag"] == page.context["tag"]
    assert first.content.decode() == page.context["listed"]

    again = client.get(PART, WEEK, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    StopFactory(place__district=district, date=STOP_DATE + dt.timedelta(days=5))
    third = client.get(PART, WEEK, headers={"If-None-Match": f"W/{first.headers['ETag']}"})
    assert third.status_code == 200
    assert third.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", [PAGE, PART])
def test_only_people_who_see_plans_get_it(client: Client, district: District, path: str) -> None:
    assert client.get(path).status_code == 302
    committee = UserFactory()
    MembershipFactory(user=committee, district=None, role=Role.COMMITTEE)
    client.force_login(committee)
    assert client.get(path).status_code == 403
    client.force_login(make_editor(district))
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("week", ["coming", "2026-W99", "", "x" * 300, "٢٠٢٦"])
def test_a_week_that_is_none_is_everything_to_come(client: Client, district: District, head: User, week: str) -> None:
    on_holiday(district, date=STOP_DATE + dt.timedelta(days=70))
    assert len(client.get(PAGE, {"week": week}).context["groups"]) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_part_cost_the_same_queries(
    client: Client, district: District, head: User, count: int, django_assert_num_queries: Any
) -> None:
    HolidayFactory(date=STOP_DATE)
    for _ in range(count):
        on_holiday(district)
    with django_assert_num_queries(24):
        response = client.get(PAGE, WEEK)
    assert [len(group.lines) for group in response.context["groups"]] == [count, count]
    with django_assert_num_queries(23):
        client.get(PART, WEEK)


def test_the_first_page_counts_them_and_leads_there(client: Client, district: District, head: User) -> None:
    assert "conflicts/?week=coming" not in client.get("/admin/").content.decode()
    on_holiday(district)
    response = client.get("/admin/")
    assert response.context["conflicts"] == {"refused": 1, "warned": 0}
    assert "conflicts/?week=coming" in response.content.decode()


def test_a_units_week_shows_its_conflicts_and_keeps_them_up_to_date(
    client: Client, district: District, head: User
) -> None:
    stop = on_holiday(district)
    response = client.get("/admin/schedules/stop/week/", {"district": district.pk, "week": "2026-W49"})
    assert "سيارة خارج الخدمة" in response.context["listed"]
    part = client.get(response.context["fragment"])
    assert (part.status_code, part.headers["ETag"]) == (200, response.context["tag"])
    assert stop.place.name_ar in part.content.decode()

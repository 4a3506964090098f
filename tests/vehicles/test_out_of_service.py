"""Days on which a vehicle cannot work: who writes them, and which are refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, MembershipFactory, VehicleFactory
from vehicles.enums import OutOfServiceCause, Role
from vehicles.models import District, OutOfService, Vehicle
from vehicles.queries import find_out_of_service

pytestmark = pytest.mark.django_db
LIST = "/admin/vehicles/outofservice/"
ADD = f"{LIST}add/"
FIRST = dt.date(2026, 12, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def vehicle(district: District) -> Vehicle:
    made: Vehicle = VehicleFactory(assigned_to=district)
    return made


def period(vehicle: Vehicle, first: dt.date = FIRST, last: dt.date | None = None) -> OutOfService:
    return OutOfService.objects.create(vehicle=vehicle, starts_on=first, ends_on=last, cause=OutOfServiceCause.REPAIR)


def data(vehicle: Vehicle, **changes: Any) -> dict[str, Any]:
    return {"vehicle": vehicle.pk, "starts_on": "1/12/2026", "ends_on": "", "cause": "repair", "note": ""} | changes


def test_both_days_are_included_and_an_open_end_lasts(vehicle: Vehicle) -> None:
    made = period(vehicle, FIRST, FIRST + DAY)
    found = [find_out_of_service(vehicle, on=FIRST + DAY * n) for n in (-1, 0, 1, 2)]
    assert found == [None, made, made, None]
    assert [made.covers(FIRST + DAY * n) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    OutOfService.objects.update(ends_on=None)
    assert find_out_of_service(vehicle, on=FIRST + DAY * 400) == made
    assert find_out_of_service(VehicleFactory(), on=FIRST) is None


@pytest.mark.parametrize(("first", "last"), [(FIRST, FIRST - DAY), (FIRST + DAY * 3, None), (FIRST - DAY, FIRST)])
def test_the_database_refuses_days_that_end_before_they_begin_or_twice(
    vehicle: Vehicle, first: dt.date, last: dt.date | None
) -> None:
    period(vehicle, FIRST, FIRST + DAY * 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        period(vehicle, first, last)
    period(VehicleFactory(), FIRST)


@pytest.mark.parametrize(
    "days", [{"ends_on": "30/11/2026"}, {"starts_on": "2/12/2026"}, {"starts_on": "x"}, {"cause": "lost"}]
)
def test_what_is_refused_is_said_in_the_form(client: Client, vehicle: Vehicle, days: dict[str, str]) -> None:
    client.force_login(make_supervisor())
    period(vehicle, FIRST, FIRST + DAY * 5)
    response = client.post(ADD, data(vehicle, **days))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert OutOfService.objects.count() == 1


def test_the_head_of_the_unit_writes_them_for_its_vehicles_alone(
    client: Client, district: District, vehicle: Vehicle
) -> None:
    theirs = VehicleFactory(assigned_to=DistrictFactory())
    head = make_head(district)
    client.force_login(head)
    assert client.post(ADD, data(theirs)).status_code == 200
    assert not OutOfService.objects.exists()

    response = client.post(ADD, data(vehicle), follow=True)

    made = OutOfService.objects.get()
    assert (made.vehicle, made.starts_on, made.recorded_by) == (vehicle, FIRST, head)
    assert "conflicts/?week=coming" in response.content.decode()
    other = period(theirs)
    assert client.post(f"{LIST}{other.pk}/change/", data(theirs, note="x")).status_code == 403
    assert client.post(f"{LIST}{other.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(OutOfService.objects.all()) == [other]


def test_editors_read_and_keepers_of_the_data_write(client: Client, district: District, vehicle: Vehicle) -> None:
    made = period(vehicle, FIRST, FIRST)
    client.force_login(make_editor(district))
    assert client.get(LIST).status_code == 200
    assert client.get(ADD).status_code == 403
    assert client.post(f"{LIST}{made.pk}/change/", data(vehicle)).status_code == 403
    administrator: User = UserFactory()
    MembershipFactory(user=administrator, district=None, role=Role.ADMINISTRATOR)
    client.force_login(administrator)
    response = client.post(f"{LIST}{made.pk}/change/", data(vehicle), follow=True)
    assert response.status_code == 200
    assert "conflicts/" not in response.content.decode()
    made.refresh_from_db()
    assert made.ends_on is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries(
    client: Client, district: District, count: int, django_assert_num_queries: Any
) -> None:
    client.force_login(make_head(district))
    for _ in range(count):
        period(VehicleFactory(assigned_to=district))
    with django_assert_num_queries(9):
        assert len(client.get(LIST).context["cl"].result_list) == count

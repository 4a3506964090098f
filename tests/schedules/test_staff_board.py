"""The week board: what it shows and to whom, its JSON, and the plain pages that do the same."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.urls import reverse

from schedules.enums import PlanActKind, StopStatus
from schedules.models import PlanAct, Stop
from schedules.queries_board import BoardWindow, find_board_version
from sohag_mobile.weeks import Week
from tests.factories.schedules import (
    STOP_DATE,
    HolidayFactory,
    HoursPeriodFactory,
    PlaceFactory,
    StopFactory,
    StopRevisionFactory,
)
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import AssignmentFactory, DistrictFactory, VehicleFactory
from tests.support.staff import NOW
from vehicles.enums import Role
from vehicles.models import District, Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WEEK = "2026-W49"
BOARD = f"/admin/schedules/stop/board/?week={WEEK}"
DATA = f"/admin/schedules/stop/board/data/?week={WEEK}"
NEXT_DAY = STOP_DATE + dt.timedelta(days=1)
PAGE_QUERIES, DATA_QUERIES, UNCHANGED_QUERIES = 13, 6, 5


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    # The clock runs: two saves of one stop are told apart by their moment.
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def unit() -> District:
    return DistrictFactory()


@pytest.fixture
def editor(client: Client, unit: District) -> User:
    user = make_editor(unit)
    client.force_login(user)
    return user


@pytest.fixture
def stop(unit: District, editor: User) -> Stop:
    return StopFactory(place=PlaceFactory(district=unit), created_by=editor)


def act(client: Client, name: str, **body: Any) -> Any:
    return client.post(reverse(f"admin:schedules_stop_board_{name}"), json.dumps(body), content_type="application/json")


def seen(stop: Stop) -> str:
    stop.refresh_from_db()
    return stop.updated_at.isoformat()


def slot(stop: Stop, **changes: Any) -> dict[str, Any]:
    return {
        "stop": stop.pk,
        "vehicle": stop.vehicle_id,
        "date": stop.date.isoformat(),
        "starts_at": "09:00",
        "ends_at": "14:00",
        "board": f"{WEEK}.1.0.board",
    } | changes


def rows_of(response: Any) -> list[tuple[str, list[list[int]]]]:
    """The keys of the stops by vehicle and day, as the table has them."""
    return [
        (row.row.vehicle.code, [[card.stop.pk for card in cell.cards] for cell in row.cells])
        for row in response.context["rows"]
    ]


# -- what is shown, and to whom ---------------------------------------------------------------------------------------------


def test_vehicles_are_rows_and_days_columns(client: Client, unit: District, stop: Stop) -> None:
    idle = VehicleFactory(assigned_to=unit)
    StopFactory(place=stop.place, date=STOP_DATE + dt.timedelta(weeks=1))
    StopFactory(place=PlaceFactory())

    response = client.get(BOARD)

    days: list[list[int]] = [[] for _ in range(7)]
    assert [day.day.date.isoweekday() for day in response.context["headings"]] == [6, 7, 1, 2, 3, 4, 5]
    shown = dict(rows_of(response))
    assert shown[stop.vehicle.code] == [[], [stop.pk], *days[2:]]
    assert shown[idle.code] == days
    assert len(shown) == 3  # the vehicle of next week works for the unit in this one too


def test_a_lent_vehicle_is_shown_on_its_days_here(client: Client, unit: District, editor: User) -> None:
    vehicle = VehicleFactory()
    AssignmentFactory(vehicle=vehicle, district=DistrictFactory(), ends_on=STOP_DATE)
    AssignmentFactory(vehicle=vehicle, district=unit, starts_on=NEXT_DAY)
    elsewhere = StopFactory(vehicle=vehicle, place=PlaceFactory())

    response = client.get(BOARD)

    assert rows_of(response) == [(vehicle.code, [[] for _ in range(7)])]
    assert response.context["data"]["vehicles"][0]["days"] == "aaddddd"
    assert f"/{elsewhere.pk}/" not in response.content.decode()


def test_a_unit_that_is_not_ones_own_is_not_shown(client: Client, stop: Stop) -> None:
    other = StopFactory(place=PlaceFactory())

    response = client.get(f"{BOARD}&unit={other.district_id}")
    answer = client.get(f"{DATA}&unit={other.district_id}")

    assert [code for code, _days in rows_of(response)] == [stop.vehicle.code]
    assert answer.json()["events"] == []


def test_a_supervisor_narrows_the_board_to_a_unit(client: Client, stop: Stop) -> None:
    client.force_login(make_supervisor())
    StopFactory(place=PlaceFactory())

    assert len(rows_of(client.get(BOARD))) == 2
    assert [code for code, _days in rows_of(client.get(f"{BOARD}&unit={stop.district_id}"))] == [stop.vehicle.code]


def test_states_are_told_in_words(client: Client, unit: District, editor: User) -> None:
    place = PlaceFactory(district=unit)
    moment = {"submitted_at": NOW, "submitted_by": editor}
    returned = {"returned_at": NOW, "returned_by": editor, "return_comment": "صحح العلامة"}
    StopFactory(place=place)
    StopFactory(place=place, **moment)
    StopFactory(place=place, **returned)
    StopRevisionFactory(place=place)
    changed = StopRevisionFactory(place=place).stop
    Stop.objects.filter(pk=changed.pk).update(has_unpublished_changes=True)
    StopRevisionFactory(place=place, state="cancelled")

    events = client.get(DATA).json()["events"]

    assert sorted((event["word"], event["told"], event["moves"]) for event in events) == sorted(
        [
            ("مسودة", "", True),
            ("بانتظار الاعتماد", "", True),
            ("أُعيدت للتصويب", "صحح العلامة", True),
            ("معلنة", "", True),
            ("معدَّلة، لم تُعلن بعد", "", True),
            ("أُلغيت", "", False),
        ]
    )
    assert "صحح العلامة" in client.get(BOARD).content.decode()


def test_a_heading_says_what_the_day_is(client: Client, editor: User) -> None:
    HolidayFactory(name_ar="عيد القطن")
    HoursPeriodFactory(ends_on=STOP_DATE)

    headings = client.get(BOARD).context["headings"]

    marks = [[mark.word for mark in heading.marks] for heading in headings]
    assert marks == [
        ["راحة أسبوعية"],
        ["شهر رمضان المبارك: من 09:00 حتى 14:00"],
        ["عيد القطن"],
        *([[]] * 3),
        ["راحة أسبوعية"],
    ]


@override_settings(ARABIC_DIGITS="arabic")
def test_digits_are_those_of_the_installation(client: Client, stop: Stop) -> None:
    response = client.get(BOARD)

    assert response.context["rows"][0].cells[1].cards[0].hours == "من ٠٩:٠٠ حتى ١٤:٠٠"
    assert response.context["words"]["locale"] == "ar-EG-u-nu-arab"


def test_an_officer_sees_and_does_not_touch(client: Client, stop: Stop) -> None:
    officer = UserFactory()
    Membership.objects.create(user=officer, district=stop.district, role=Role.OFFICER)
    client.force_login(officer)

    (event,) = client.get(DATA).json()["events"]
    assert (event["edits"], event["moves"], event["discards"]) == (False, False, False)
    assert act(client, "move", **slot(stop, date=NEXT_DAY.isoformat(), seen=seen(stop))).status_code == 403
    assert client.get(f"/admin/schedules/stop/{stop.pk}/board/move/").status_code == 403
    assert Stop.objects.get().date == STOP_DATE


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.SUPPORT, Role.ADMINISTRATOR])
def test_who_sees_no_plans_sees_no_board(client: Client, stop: Stop, role: str) -> None:
    person = UserFactory()
    Membership.objects.create(user=person, district=None, role=role)
    client.force_login(person)

    assert client.get(BOARD).status_code == 403
    assert client.get(DATA).status_code == 403
    assert act(client, "move", **slot(stop, seen=seen(stop))).status_code == 403


@pytest.mark.parametrize(
    "query",
    ["week=2026-W99", "week=%00", "weeks=99", "weeks=-1", "unit=" + "9" * 30, "unit=x", "view=no", "week=0001-W01"],
)
def test_a_strange_address_shows_a_board(client: Client, stop: Stop, query: str) -> None:
    assert client.get(f"/admin/schedules/stop/board/?{query}").status_code == 200
    assert client.get(f"/admin/schedules/stop/board/data/?{query}").status_code == 200


# -- what it costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_queries(
    client: Client, unit: District, editor: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        vehicle = VehicleFactory(assigned_to=unit)
        for day in range(count):
            date = STOP_DATE + dt.timedelta(days=day)
            StopRevisionFactory(place=PlaceFactory(district=unit), vehicle=vehicle, date=date)
            afternoon = {"starts_at": dt.time(15), "ends_at": dt.time(16), "last_intake": None}
            StopFactory(place=PlaceFactory(district=unit), vehicle=vehicle, date=date, **afternoon)

    with django_assert_num_queries(PAGE_QUERIES):
        response = client.get(f"{BOARD}&weeks=4")
    with django_assert_num_queries(DATA_QUERIES):
        answer = client.get(DATA)
    with django_assert_num_queries(UNCHANGED_QUERIES):
        again = client.get(DATA, headers={"If-None-Match": answer["ETag"]})

    assert len(response.context["data"]["events"]) == len(answer.json()["events"]) == 2 * count * count
    assert (again.status_code, again.content) == (304, b"")


def test_the_version_changes_with_whatever_is_shown(unit: District, stop: Stop, editor: User) -> None:
    window = BoardWindow(Week.parse(WEEK))
    versions = [find_board_version(window, {unit.pk}, now=NOW)]

    def note() -> None:
        versions.append(find_board_version(window, {unit.pk}, now=NOW))

    Stop.objects.filter(pk=stop.pk).update(submitted_at=NOW, submitted_by=editor)
    note()
    Stop.objects.filter(pk=stop.pk).update(
        submitted_at=None, submitted_by=None, returned_at=NOW, returned_by=editor, return_comment="صحح"
    )
    note()
    stop.save()
    note()
    other = StopFactory(place=stop.place)
    note()
    StopRevisionFactory(stop=other)
    Stop.objects.filter(pk=other.pk).update(status=StopStatus.PUBLISHED)
    note()
    Stop.objects.filter(pk=other.pk).update(has_unpublished_changes=True)
    note()
    stop.delete()
    note()
    versions.append(find_board_version(window, {unit.pk}, now=NOW + dt.timedelta(days=8)))

    assert len(set(versions)) == len(versions) == 9
    assert find_board_version(window, {unit.pk}, now=NOW) == versions[-2]


# -- acting by JSON -------------------------------------------------------------------------------------------------------


def test_a_move_answers_with_the_stop_and_the_act(client: Client, stop: Stop) -> None:
    answer = act(client, "move", **slot(stop, date=NEXT_DAY.isoformat(), seen=seen(stop)))

    assert answer.status_code == 200
    body = answer.json()
    assert (body["events"][0]["day"], body["removed"]) == ("2026-11-30", [])
    assert body["act"] == PlanAct.objects.get(kind=PlanActKind.CHANGE).pk
    assert act(client, "take_back", act=body["act"]).json()["events"][0]["day"] == "2026-11-29"
    again = act(client, "take_back", act=body["act"])
    assert (again.status_code, again.json()["code"]) == (409, "already_undone")


def test_a_refusal_says_every_sentence_and_leads_into_the_form(client: Client, stop: Stop) -> None:
    answer = act(client, "move", **slot(stop, date="2026-12-04", ends_at="15:00", seen=seen(stop)))

    assert answer.status_code == 422
    body = answer.json()
    assert set(body["fields"]) == {"off_day_reason", "landmark_confirmed"}
    page = client.get(body["form_url"]).content.decode()
    assert 'value="2026-12-04"' in page
    assert 'value="15:00"' in page
    assert Stop.objects.get().date == STOP_DATE


def test_a_stale_move_shows_both_versions(client: Client, unit: District, stop: Stop) -> None:
    before = seen(stop)
    other = make_head(unit, first_name="منى", last_name="علي")
    Stop.objects.get().save()
    Stop.objects.update(ends_at=dt.time(15), updated_by=other)

    answer = act(client, "move", **slot(stop, date=NEXT_DAY.isoformat(), seen=before))

    assert answer.status_code == 409
    body = answer.json()
    assert body["code"] == "stale"
    assert "منى علي" in body["message"]
    assert [(fact["label"], fact["theirs"], fact["yours"]) for fact in body["compare"]][1] == (
        "الساعات", "من 09:00 حتى 15:00", "من 09:00 حتى 14:00",
    )  # fmt: skip
    assert body["event"]["to"] == "15:00"
    assert Stop.objects.get().date == STOP_DATE
    assert act(client, "move", **slot(stop, date=NEXT_DAY.isoformat(), seen=body["event"]["seen"])).status_code == 200


def test_a_copy_and_a_discarded_draft_are_taken_back(client: Client, stop: Stop) -> None:
    copied = act(client, "copy", **slot(stop, date=NEXT_DAY.isoformat())).json()
    made = copied["events"][0]["id"]
    undone = act(client, "take_back", act=copied["act"]).json()
    assert (undone["removed"], undone["events"]) == ([made], [])

    gone = act(client, "discard", stop=stop.pk, seen=seen(stop)).json()
    assert (gone["removed"], Stop.objects.count()) == ([stop.pk], 0)
    assert len(act(client, "take_back", act=gone["act"]).json()["events"]) == 1


def test_a_refused_copy_leads_into_the_form_of_a_copy(client: Client, stop: Stop) -> None:
    answer = act(client, "copy", **slot(stop))

    assert (answer.status_code, answer.json()["code"]) == (409, "vehicle_already_booked")
    page = client.get(answer.json()["form_url"])
    initial = page.context["adminform"].form.initial
    assert (initial["place"], initial["landmark_ar"]) == (stop.place_id, stop.landmark_ar)
    assert initial["services"] == [service.pk for service in stop.services.all()]


def test_somebody_elses_act_is_not_taken_back(client: Client, unit: District, stop: Stop) -> None:
    done = act(client, "move", **slot(stop, date=NEXT_DAY.isoformat(), seen=seen(stop))).json()
    client.force_login(make_editor(unit))

    assert act(client, "take_back", act=done["act"]).status_code == 404
    assert Stop.objects.get().date == NEXT_DAY


def test_a_stop_of_another_unit_is_not_there(client: Client, editor: User) -> None:
    other = StopFactory(place=PlaceFactory())

    for name, body in (
        ("move", slot(other, seen=seen(other))),
        ("copy", slot(other)),
        ("discard", {"stop": other.pk, "seen": seen(other)}),
    ):
        answer = act(client, name, **body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_vehicle_of_another_unit_is_refused(client: Client, stop: Stop) -> None:
    other = VehicleFactory(assigned_to=DistrictFactory())

    answer = act(client, "move", **slot(stop, vehicle=other.pk, seen=seen(stop)))

    assert answer.status_code == 422
    assert "vehicle" in answer.json()["fields"]


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ({}, set()),
        ({"stop": True}, set()),
        ({"date": "29/11/2026", "starts_at": "9", "seen": "2026-11-22T12:00:00"}, set()),
        ({"colour": "red"}, {"colour"}),
    ],
)
def test_bad_fields_are_each_told(client: Client, editor: User, body: dict[str, Any], more: set[str]) -> None:
    answer = act(client, "move", **body)

    assert answer.status_code == 400
    assert answer.json()["fields"].keys() == {"stop", "seen", "vehicle", "date", "starts_at", "ends_at"} | more


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("\udcff".encode("utf-8", "surrogatepass"), "application/json", 400),
        ("stop=1", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_json_is_told(client: Client, editor: User, body: Any, kind: str, status: int) -> None:
    answer = client.post(reverse("admin:schedules_stop_board_move"), body, content_type=kind)

    assert answer.status_code == status
    assert answer.json()["message"]


def test_nobody_acts_without_the_token_or_by_get(stop: Stop, editor: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)

    assert act(strict, "move", **slot(stop, seen=seen(stop))).status_code == 403
    assert strict.get(reverse("admin:schedules_stop_board_move")).status_code == 405
    assert strict.get(reverse("admin:schedules_stop_board_undo")).status_code == 405
    assert Client().get(DATA).status_code == 302


# -- the plain pages ------------------------------------------------------------------------------------------------------


def form(stop: Stop, **changes: Any) -> dict[str, Any]:
    return {
        "seen": seen(stop),
        "vehicle": stop.vehicle_id,
        "date": stop.date.isoformat(),
        "starts_at": "9:00",
        "ends_at": "14:00",
    } | changes


def test_the_form_moves_and_comes_back_with_the_day_in_view(client: Client, stop: Stop) -> None:
    url = f"/admin/schedules/stop/{stop.pk}/board/move/?board={WEEK}.1.0.table"

    response = client.post(url, form(stop, date="6/12/2026", ends_at="٢ م"))

    assert response.url == "/admin/schedules/stop/board/?week=2026-W50&weeks=1&view=table"
    moved = Stop.objects.get()
    assert (moved.date, moved.ends_at) == (dt.date(2026, 12, 6), dt.time(14))
    board = client.get(response.url)
    undo = board.context["last_act"]
    client.post(f"/admin/schedules/stop/board/undo/?board={WEEK}.1.0.table", {"act": undo.pk})
    assert Stop.objects.get().date == STOP_DATE


def test_the_form_says_refusals_beside_their_fields(client: Client, stop: Stop) -> None:
    other = StopFactory(place=stop.place, vehicle=stop.vehicle, date=NEXT_DAY)
    url = f"/admin/schedules/stop/{stop.pk}/board/move/"

    booked = client.post(url, form(stop, date=other.date.isoformat()))
    off = client.post(url, form(stop, date="2026-12-04"))

    assert list(booked.context["form"].errors) == ["vehicle"]
    assert len(off.context["form"].non_field_errors()) == 2
    assert "date=2026-12-04" in off.context["whole_form"]
    assert client.post(url, {}).status_code == 200
    assert Stop.objects.get(pk=stop.pk).date == STOP_DATE


def test_the_form_shows_both_versions_and_goes_on_from_there(client: Client, stop: Stop) -> None:
    typed = form(stop, date=NEXT_DAY.isoformat())
    Stop.objects.get().save()
    url = f"/admin/schedules/stop/{stop.pk}/board/move/"

    refused = client.post(url, typed)

    assert [fact.label for fact in refused.context["compared"]] == ["اليوم"]
    assert refused.context["form"]["seen"].value() == seen(stop)
    assert Stop.objects.get().date == STOP_DATE
    assert client.post(url, typed | {"seen": refused.context["form"]["seen"].value()}).status_code == 302
    assert Stop.objects.get().date == NEXT_DAY


def test_the_form_copies_and_discards(client: Client, stop: Stop) -> None:
    client.post(f"/admin/schedules/stop/{stop.pk}/board/copy/", form(stop, date=NEXT_DAY.isoformat()))
    assert Stop.objects.count() == 2

    page = client.get(f"/admin/schedules/stop/{stop.pk}/board/discard/").content.decode()
    assert "حذف المسودة" in page
    before = seen(stop)
    stop.save()
    client.post(f"/admin/schedules/stop/{stop.pk}/board/discard/", {"seen": before})
    assert Stop.objects.count() == 2
    client.post(f"/admin/schedules/stop/{stop.pk}/board/discard/", {"seen": seen(stop)})
    assert Stop.objects.count() == 1


def test_what_is_cancelled_is_copied_and_not_moved(client: Client, unit: District, editor: User) -> None:
    stop = StopRevisionFactory(place=PlaceFactory(district=unit), state="cancelled").stop

    moved = client.get(f"/admin/schedules/stop/{stop.pk}/board/move/")
    assert moved.status_code == 302
    copied = client.post(f"/admin/schedules/stop/{stop.pk}/board/copy/", form(stop))
    assert copied.status_code == 302
    assert Stop.objects.drafts().count() == 1


def test_the_whole_form_leads_back_to_the_board(client: Client, stop: Stop) -> None:
    url = f"/admin/schedules/stop/{stop.pk}/change/?board={WEEK}.2.0.board&date=2026-12-01"
    page = client.get(url)
    data = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    data["services"] = [service.pk for service in stop.services.all()]
    data["payment_means"] = [means.pk for means in stop.payment_means.all()]

    response = client.post(url, data)

    assert response.url == "/admin/schedules/stop/board/?week=2026-W49&weeks=2&view=board"
    assert Stop.objects.get().date == dt.date(2026, 12, 1)


@pytest.mark.parametrize("key", ["", "x", "9" * 30, "1"])
def test_an_act_that_is_not_there_is_told(client: Client, editor: User, key: str) -> None:
    response = client.post("/admin/schedules/stop/board/undo/", {"act": key}, follow=True)

    assert [str(message) for message in response.context["messages"]] == ["لا يوجد إجراء لك بهذا الرقم."]

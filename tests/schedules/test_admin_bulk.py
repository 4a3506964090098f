"""Choosing many stops and changing them: what is shown before, who may, what is refused where, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from announcements.enums import NoticeKind
from announcements.models import Notice
from schedules.actions import publish_stops
from schedules.actions_bulk import ByDays, change_stops
from schedules.enums import Cause, RevisionState
from schedules.models import PlanAct, Stop, StopRevision
from tests.factories.schedules import STOP_DATE, StopFactory
from tests.factories.services import OfferFactory
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, MembershipFactory, VehicleFactory
from tests.support.staff import NOW
from vehicles.enums import Role
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CHOOSE = "/admin/schedules/stop/bulk/"
LIST = "/admin/schedules/stop/"
ACTS = "/admin/schedules/stop/acts/"
DAY = dt.timedelta(days=1)
WEATHER = {"cause": Cause.WEATHER, "cause_ar": ""}


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


def planned(district: District, days: int = 2, *, by: User | None = None, **fields: Any) -> list[Stop]:
    """Stops of one vehicle on days that follow each other; announced when `by` is given."""
    first = StopFactory(place__district=district, **fields)
    services = list(first.services.all())
    stops = [first] + [
        StopFactory(place=first.place, vehicle=first.vehicle, services=services, date=first.date + DAY * n)
        for n in range(1, days)
    ]
    if by is not None:
        publish_stops(stops, by=by, now=NOW - dt.timedelta(hours=1))
    return stops


def ids(stops: list[Stop]) -> str:
    return ",".join(str(stop.pk) for stop in stops)


def act_url(name: str) -> str:
    return f"{CHOOSE}{name}/"


def send(client: Client, name: str, data: dict[str, Any], button: str) -> Any:
    """Ask, and then press `button` of the page that came, with every field that it holds."""
    shown = client.get(act_url(name), data)
    assert shown.status_code == 200
    context = shown.context
    sent: dict[str, Any] = {"texts": context["fingerprint"], "overridden": context.get("overridden", ""), button: "1"}
    sent["seen"] = context.get("seen", "")
    for field, value in context["hidden"]:
        sent.setdefault(field, []).append(value)
    return client.post(act_url(name), sent)


def dates() -> list[dt.date]:
    return list(Stop.objects.order_by("date").values_list("date", flat=True))


# -- choosing ---------------------------------------------------------------------------------------------------------------


def test_stops_are_found_by_days_unit_vehicle_and_place(client: Client) -> None:
    client.force_login(make_supervisor())
    unit, other = DistrictFactory(), DistrictFactory()
    (stop,) = planned(unit, 1)
    planned(other, 1)
    planned(unit, 1, date=STOP_DATE + DAY * 7)

    def found(**asked: Any) -> list[Stop]:
        data = {"first": "2026-11-29", "last": "30/11/2026"} | asked
        return [line.stop for line in client.get(CHOOSE, data).context["lines"]]

    assert len(found()) == 2
    assert found(unit=unit.pk) == found(vehicle=stop.vehicle_id) == found(place=stop.place.name_ar) == [stop]
    assert found(last="2026-12-31", unit=unit.pk)[0] == stop
    assert len(client.get(CHOOSE).context["lines"]) == 2  # the coming fortnight
    assert len(client.get(CHOOSE, {"first": "2026-12-06"}).context["lines"]) == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first": "x", "last": "2026-11-30"}, "first"),
        ({"first": "2026-11-30", "last": "2026-11-29"}, "last"),
        ({"vehicle": "9" * 30}, "vehicle"),
        ({"unit": "-1"}, "unit"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(
    client: Client, head: User, asked: dict[str, str], field: str
) -> None:
    response = client.get(CHOOSE, asked)
    assert response.status_code == 200
    assert field in response.context["form"].errors


@pytest.mark.parametrize("address", [CHOOSE, "/admin/schedules/stop/day/", "/admin/schedules/stoppattern/add/"])
def test_a_page_with_a_date_picker_brings_what_it_needs(client: Client, head: User, address: str) -> None:
    client.force_login(head)
    page = client.get(address).content.decode()
    scripts = [page.index(name) for name in ("/admin/jsi18n/", "admin/js/core", "admin/js/admin/DateTimeShortcuts")]
    assert scripts == sorted(scripts)


def test_the_button_leads_to_its_act_with_what_is_ticked(client: Client, district: District, head: User) -> None:
    stops = planned(district, 2)
    theirs = planned(DistrictFactory(), 1)
    chosen = [stops[0].pk, theirs[0].pk, "x", "9" * 30]
    response = client.post(CHOOSE, {"act": "days", "stop": chosen})
    assert response.headers["Location"] == f"{act_url('days')}?ids={stops[0].pk}"
    assert client.post(CHOOSE, {"act": "publish", "stop": chosen}).headers["Location"] == (
        f"{LIST}publish/?ids={stops[0].pk}"
    )
    assert client.post(CHOOSE, {"act": "fly", "stop": chosen}).status_code == 404
    assert client.post(CHOOSE, {"act": "days"}).headers["Location"] == CHOOSE
    assert client.get(act_url("fly"), {"ids": ids(stops)}).status_code == 404
    assert client.get(act_url("days"), {"ids": ids(theirs)}).headers["Location"] == CHOOSE


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("give_to_another_vehicle", "vehicle"),
        ("move_to_other_days", "days"),
        ("change_hours", "hours"),
        ("discard_drafts", "discard"),
        ("postpone", "postpone"),
        ("cancel", "cancel"),
    ],
)
def test_the_list_of_stops_leads_there_too(
    client: Client, district: District, head: User, action: str, name: str
) -> None:
    stops = planned(district, 2)
    response = client.post(LIST, {"action": action, "_selected_action": [stop.pk for stop in stops]})
    address, _, chosen = response.headers["Location"].partition("?ids=")
    assert (address, set(chosen.split(","))) == (act_url(name), {str(stop.pk) for stop in stops})


def test_the_list_offers_what_the_person_can_go_through_with(client: Client, district: District) -> None:
    planned(district, 1)

    def offered(user: User) -> set[str]:
        client.force_login(user)
        form = client.get(LIST).context["action_form"]
        return {name for name, _label in form.fields["action"].choices if name} if form else set()

    officer = UserFactory()
    MembershipFactory(user=officer, district=district, role=Role.OFFICER)
    changing = {"give_to_another_vehicle", "move_to_other_days", "change_hours", "discard_drafts"}
    assert offered(make_editor(district)) == changing | {"preview_and_publish", "submit_for_approval"}
    assert offered(make_head(district)) == changing | {
        "preview_and_publish",
        "submit_for_approval",
        "postpone",
        "cancel",
    }
    assert offered(officer) == {"submit_for_approval"}
    assert client.get(act_url("days"), {"ids": ids(list(Stop.objects.all()))}).status_code == 403
    assert client.get(act_url("discard"), {"ids": ids(list(Stop.objects.all()))}).status_code == 403


# -- changing ---------------------------------------------------------------------------------------------------------------


def test_what_changes_is_shown_stop_by_stop_before_it_is_done(client: Client, district: District, head: User) -> None:
    stops = planned(district, 2)
    shown = client.get(act_url("days"), {"ids": ids(stops), "days": "١"})
    assert [[(fact.public, fact.working) for fact in line.facts] for line in shown.context["lines"]] == [
        [("الأحد 29 نوفمبر 2026", "الاثنين 30 نوفمبر 2026")],
        [("الاثنين 30 نوفمبر 2026", "الثلاثاء 1 ديسمبر 2026")],
    ]
    assert dates() == [STOP_DATE, STOP_DATE + DAY]

    response = send(client, "days", {"ids": ids(stops), "days": "1"}, "change")

    assert response.headers["Location"] == ACTS
    assert dates() == [STOP_DATE + DAY, STOP_DATE + DAY * 2]


def test_announced_stops_are_changed_and_told_at_once(client: Client, district: District, head: User) -> None:
    stops = planned(district, 2, by=head)
    asked = {"ids": ids(stops), "starts_at": "10", "ends_at": "1 م", "last_intake": "", "reason": ""}
    quiet = client.get(act_url("hours"), asked | {"cause": ""})
    assert (quiet.context["notices"], quiet.context["told"]) == ([], 2)
    shown = client.get(act_url("hours"), asked | {"cause": Cause.CREW, "cause_ar": ""})
    assert [card.look for card in shown.context["notices"]] == ["changed"]

    response = send(client, "hours", asked | {"cause": Cause.CREW, "cause_ar": ""}, "publish")

    notice = Notice.objects.get(kind=NoticeKind.CHANGE)
    assert response.headers["Location"] == f"/admin/announcements/notice/{notice.pk}/change/"
    assert set(StopRevision.objects.public().values_list("starts_at", "ends_at")) == {(dt.time(10), dt.time(13))}


def test_the_plan_alone_can_be_changed_and_published_afterwards(client: Client, district: District, head: User) -> None:
    stops = planned(district, 1, by=head)
    send(client, "days", {"ids": ids(stops), "days": "1", "cause": "", "cause_ar": ""}, "change")
    assert list(Stop.objects.values_list("has_unpublished_changes", flat=True)) == [True]
    assert StopRevision.objects.public().get().date == STOP_DATE
    shown = client.get(ACTS)
    assert f"publish/?ids={stops[0].pk}" in shown.content.decode()


def test_an_editor_changes_the_plan_and_cannot_tell_the_public(client: Client, district: District) -> None:
    stops = planned(district, 1, by=make_head(district))
    client.force_login(make_editor(district))
    data = {"ids": ids(stops), "days": "1", **WEATHER}
    shown = client.get(act_url("days"), data)
    assert not shown.context["may_announce"]
    assert "cause" not in shown.context["form"].fields
    send(client, "days", data, "publish")
    assert not Notice.objects.filter(kind=NoticeKind.CHANGE).exists()
    send(client, "days", data, "change")
    assert dates() == [STOP_DATE + DAY]
    assert f"submit/?ids={stops[0].pk}" in client.get(ACTS).content.decode()
    assert client.get(act_url("cancel"), {"ids": ids(stops)}).status_code == 403


def test_refusals_stand_beside_their_stops_and_nothing_is_done(client: Client, district: District, head: User) -> None:
    stops = planned(district, 2, date=STOP_DATE + DAY * 3)  # Wednesday and Thursday
    data = {"ids": ids(stops), "days": "1"}
    shown = client.get(act_url("days"), data)
    assert [len(line.line.problems) for line in shown.context["lines"]] == [0, 2]
    response = client.post(act_url("days"), data | {"change": "1", "seen": shown.context["seen"]})
    assert (response.status_code, [len(line.line.problems) for line in response.context["lines"]]) == (200, [0, 2])
    assert dates() == [STOP_DATE + DAY * 3, STOP_DATE + DAY * 4]


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("days", {"days": "0"}, "days"),
        ("days", {"days": "x"}, "days"),
        ("days", {"days": "9" * 40}, "days"),
        ("hours", {"starts_at": "10", "ends_at": "9", "last_intake": ""}, "ends_at"),
        ("hours", {"starts_at": "10", "ends_at": "", "last_intake": ""}, "ends_at"),
        ("vehicle", {"vehicle": "9" * 30}, "vehicle"),
        ("vehicle", {"vehicle": ""}, "vehicle"),
    ],
)
def test_bad_input_has_a_sentence_beside_its_field(
    client: Client, district: District, head: User, name: str, data: dict[str, str], field: str
) -> None:
    stops = planned(district, 1)
    for response in (
        client.get(act_url(name), {"ids": ids(stops), **data}),
        client.post(act_url(name), {"ids": ids(stops), "change": "1", **data}),
    ):
        assert (response.status_code, set(response.context["form"].errors)) == (200, {field})
    assert not PlanAct.objects.exists()


def test_a_last_intake_outside_the_hours_is_refused_beside_the_stops(
    client: Client, district: District, head: User
) -> None:
    stops = planned(district, 1)
    asked = {"ids": ids(stops), "starts_at": "9", "ends_at": "12", "last_intake": "13", "reason": ""}
    (line,) = client.get(act_url("hours"), asked).context["lines"]
    assert len(line.line.problems) == 1


def test_another_vehicle_is_chosen_among_those_the_person_plans(client: Client, district: District, head: User) -> None:
    stops = planned(district, 1)
    other, theirs = VehicleFactory(assigned_to=district), VehicleFactory(assigned_to=DistrictFactory())
    OfferFactory(vehicle=other, service=stops[0].services.get())
    form = client.get(act_url("vehicle"), {"ids": ids(stops)}).context["form"]
    assert set(form.fields["vehicle"].queryset) == {other}
    assert "accept_outside_district" not in form.fields
    refused = client.get(act_url("vehicle"), {"ids": ids(stops), "vehicle": theirs.pk})
    assert set(refused.context["form"].errors) == {"vehicle"}

    send(client, "vehicle", {"ids": ids(stops), "vehicle": other.pk}, "change")

    assert Stop.objects.get().vehicle == other


def test_what_has_changed_since_it_was_shown_is_shown_again(client: Client, district: District, head: User) -> None:
    stops = planned(district, 1)
    data = {"ids": ids(stops), "days": "1"}
    seen = client.get(act_url("days"), data).context["seen"]
    with time_machine.travel(NOW + dt.timedelta(seconds=1), tick=False):
        change_stops(stops, ByDays(2), by=head, now=NOW)

    response = client.post(act_url("days"), data | {"change": "1", "seen": seen})

    assert response.status_code == 200
    assert response.context["error"]
    assert dates() == [STOP_DATE + DAY * 2]


# -- calling off ------------------------------------------------------------------------------------------------------------


def test_edge_02_the_rest_of_a_week_is_cancelled_with_every_text_before(client: Client) -> None:
    client.force_login(make_supervisor())
    unit, other = DistrictFactory(), DistrictFactory(hayy=True)
    stops = planned(unit, 2, by=make_head(unit)) + planned(other, 1, by=make_head(other))
    draft = planned(unit, 1)
    shown = client.get(act_url("cancel"), {"ids": ids(stops + draft), **WEATHER})
    assert [(card.unit, card.look) for card in shown.context["notices"]] == [
        (unit.label, "cancelled"),
        (other.label, "cancelled"),
    ]
    assert (len(shown.context["lines"]), shown.context["left_out"]) == (3, 1)
    assert not Notice.objects.filter(kind=NoticeKind.CANCELLATION).exists()

    send(client, "cancel", {"ids": ids(stops + draft), **WEATHER}, "decide")

    assert Notice.objects.filter(kind=NoticeKind.CANCELLATION).count() == 2
    assert set(StopRevision.objects.public().values_list("state", flat=True)) == {RevisionState.CANCELLED}
    assert client.get(act_url("cancel"), {"ids": ids(stops + draft)}).headers["Location"] == CHOOSE


def test_a_head_calls_off_their_own_unit_alone(client: Client, district: District, head: User) -> None:
    mine = planned(district, 1, by=head)
    other = DistrictFactory()
    theirs = planned(other, 1, by=make_head(other))
    send(client, "postpone", {"ids": ids(mine + theirs), **WEATHER}, "decide")
    assert StopRevision.objects.public().get(stop=mine[0]).state == RevisionState.POSTPONED
    assert StopRevision.objects.public().get(stop=theirs[0]).state == RevisionState.SCHEDULED


# -- discarding and taking back ---------------------------------------------------------------------------------------------


def test_drafts_are_discarded_after_one_more_question_and_come_back(
    client: Client, district: District, head: User
) -> None:
    stops = planned(district, 2)
    public = planned(district, 1, by=head)
    shown = client.get(act_url("discard"), {"ids": ids(stops + public)})
    assert (len(shown.context["lines"]), shown.context["left_out"]) == (2, 1)
    client.post(act_url("discard"), {"ids": ids(stops + public), "seen": shown.context["seen"]})
    assert list(Stop.objects.all()) == public
    (line,) = client.get(ACTS).context["acts"]
    assert (len(line.stops), line.may_be_undone) == (2, True)
    assert stops[0].place.label in line.stops[0][0]

    client.post(f"{ACTS}{line.act.pk}/undo/")

    assert Stop.objects.count() == 3
    assert client.get(act_url("discard"), {"ids": ids(public)}).headers["Location"] == CHOOSE


def test_what_cannot_be_taken_back_says_why_and_whose_it_is(client: Client, district: District, head: User) -> None:
    stops = planned(district, 1)
    change_stops(stops, ByDays(1), by=head, now=NOW)
    publish_stops(stops, by=head, now=NOW + dt.timedelta(minutes=1))
    act = PlanAct.objects.get()
    (line,) = client.get(ACTS).context["acts"]
    assert (line.may_be_undone, len(line.reasons)) == (False, 1)
    refused = client.post(f"{ACTS}{act.pk}/undo/", follow=True)
    assert [message.level_tag for message in refused.context["messages"]] == ["error"]
    assert dates() == [STOP_DATE + DAY]
    client.force_login(make_head(district))
    assert client.get(ACTS).context["acts"] == []
    assert client.post(f"{ACTS}{act.pk}/undo/").status_code == 404
    assert client.get(f"{ACTS}{act.pk}/undo/").status_code == 405


# -- cost -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_queries(
    client: Client, district: District, head: User, count: int, django_assert_num_queries: Any
) -> None:
    stops = planned(district, count)
    for stop in stops:
        vehicle = VehicleFactory(assigned_to=district)
        OfferFactory(vehicle=vehicle, service=stop.services.get())
        Stop.objects.filter(pk=stop.pk).update(vehicle=vehicle)
    with django_assert_num_queries(10):
        assert len(client.get(CHOOSE).context["lines"]) == count
    with django_assert_num_queries(7):
        client.get(act_url("days"), {"ids": ids(stops)})
    for stop in Stop.objects.all():
        change_stops([stop], ByDays(7), by=head, now=NOW)
    with django_assert_num_queries(6):
        assert len(client.get(ACTS).context["acts"]) == count


def test_who_has_left_a_unit_reads_no_more_of_its_stops(client: Client, district: District) -> None:
    """The list of one's own acts tells where a stop is today, and so the plan of the unit."""
    editor = make_editor(district)
    client.force_login(editor)
    stops = planned(district)
    change_stops(stops, ByDays(14), by=editor, now=NOW)
    act = PlanAct.objects.get()
    assert stops[0].place.label in client.get(ACTS).content.decode()

    editor.memberships.update(district=DistrictFactory())

    assert stops[0].place.label not in client.get(ACTS).content.decode()
    assert client.post(f"{ACTS}{act.pk}/undo/").status_code == 404
    assert not PlanAct.objects.filter(undone_at__isnull=False).exists()

"""Postponing, breakdowns and whole days in the admin: the texts first, heads alone, refusals beside their fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from announcements.enums import NoticeKind
from announcements.models import Notice
from schedules.actions import publish_stops
from schedules.actions_calendar import issue_week_bulletin
from schedules.actions_incidents import postpone_stop, report_breakdown
from schedules.enums import Cause, RevisionState, StopStatus
from schedules.models import Stop, StopRevision
from sohag_mobile.weeks import Week
from tests.factories.schedules import CAIRO, STOP_DATE, StopFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW, stop_form_data
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = "/admin/schedules/stop/day/"
LIST = "/admin/schedules/stop/"
AT_NOON = dt.datetime.combine(STOP_DATE, dt.time(12), tzinfo=CAIRO)
CAUSE = {"cause": Cause.WEATHER, "cause_ar": ""}
STOPPED = {"stopped_at": "11:30", "cause": Cause.NETWORK, "cause_ar": "", "requests_stay_valid": "on"}


@pytest.fixture
def district() -> District:
    unit: District = DistrictFactory()
    return unit


@pytest.fixture
def head(client: Client, district: District) -> User:
    user = make_head(district)
    with time_machine.travel(AT_NOON, tick=False):  # a session of the latest day is good for the earlier ones
        client.force_login(user)
    return user


@pytest.fixture
def stop(district: District, head: User) -> Stop:
    return announced(district, head)


def announced(district: District, by: User, **fields: Any) -> Stop:
    stop: Stop = StopFactory(place__district=district, **fields)
    publish_stops([stop], by=by, now=NOW)
    return stop


def page_of(stop: Stop, name: str) -> str:
    return f"{LIST}{stop.pk}/{name}/"


def state_of(stop: Stop) -> str:
    return StopRevision.objects.public().get(stop=stop).state


def ask(client: Client, url: str, data: dict[str, Any], *, at: dt.datetime = NOW) -> Any:
    """What the page shows before anything is done, with every field that its last form would send."""
    with time_machine.travel(at, tick=False):
        response = client.get(url, data)
    assert response.status_code == 200
    return response


def decide(client: Client, url: str, data: dict[str, Any], *, at: dt.datetime = NOW) -> Any:
    shown = ask(client, url, data, at=at)
    sent: dict[str, Any] = {"texts": shown.context["fingerprint"]}
    for name, value in shown.context["hidden"]:
        sent.setdefault(name, []).append(value)
    with time_machine.travel(at, tick=False):
        return client.post(url, sent)


# -- postponing -------------------------------------------------------------------------------------------------------------


def test_postponing_shows_the_texts_first_and_then_tells(client: Client, stop: Stop) -> None:
    shown = ask(client, page_of(stop, "postpone"), CAUSE)
    (card,) = shown.context["notices"]
    assert (card.look, "تأجيل" in card.title) == ("postponed", True)
    assert state_of(stop) == RevisionState.SCHEDULED

    response = decide(client, page_of(stop, "postpone"), CAUSE)

    notice = Notice.objects.get(kind=NoticeKind.POSTPONEMENT)
    assert response.headers["Location"] == f"/admin/announcements/notice/{notice.pk}/change/"
    assert state_of(stop) == RevisionState.POSTPONED


def test_postponing_what_a_bulletin_told_as_well_tells_it_twice(client: Client, stop: Stop) -> None:
    issue_week_bulletin(Week.of(STOP_DATE), by=make_supervisor(), now=NOW)
    response = decide(client, page_of(stop, "postpone"), CAUSE)
    assert response.headers["Location"] == "/admin/announcements/notice/"
    told = Notice.objects.filter(kind=NoticeKind.POSTPONEMENT).order_by("pk")
    assert [notice.district.is_governorate for notice in told] == [False, True]


def test_another_text_than_was_read_is_shown_again(client: Client, stop: Stop) -> None:
    response = client.post(page_of(stop, "postpone"), {"texts": "x", **CAUSE})
    assert response.status_code == 200
    assert len(response.context["notices"]) == 1
    assert state_of(stop) == RevisionState.SCHEDULED


def test_a_missing_cause_is_said_beside_its_field(client: Client, stop: Stop) -> None:
    shown = ask(client, page_of(stop, "postpone"), {"cause": Cause.OTHER, "cause_ar": "…"})
    assert set(shown.context["form"].errors) == {"cause_ar"}
    assert shown.context["notices"] == []


@pytest.mark.parametrize("name", ["postpone", "stopped", "resumed"])
def test_an_editor_reads_who_may_tell_this_and_cannot(
    client: Client, district: District, stop: Stop, name: str
) -> None:
    client.force_login(make_editor(district))
    shown = ask(client, page_of(stop, name), {})
    assert not shown.context["may_publish"]
    assert client.post(page_of(stop, name), {"texts": "", **CAUSE}).status_code == 403
    client.force_login(make_head(DistrictFactory()))
    assert client.get(page_of(stop, name)).status_code == 404


def test_a_postponed_stop_is_counted_listed_and_given_its_date(client: Client, head: User, stop: Stop) -> None:
    StopFactory(place__district=stop.district)
    postpone_stop(stop, cause=Cause.WEATHER, by=head, now=NOW)
    assert client.get("/admin/").context["waiting"]["owed"] == 1
    listed = ask(client, LIST, {"state": "owed"})
    assert listed.context["owed"] == 1
    assert list(listed.context["cl"].queryset) == [stop]
    change = f"{LIST}{stop.pk}/change/"
    assert ask(client, change, {}).context["sign"].look == "postponed"

    data = stop_form_data(stop.vehicle, stop.place, list(stop.services.all()), date="2026-12-02", _publish="1")
    with time_machine.travel(NOW, tick=False):
        preview = client.post(change, data)
        shown = client.get(preview.headers["Location"])
    assert shown.context["form"] is None  # the postponement has told the cause
    with time_machine.travel(NOW, tick=False):
        client.post("/admin/schedules/stop/publish/", {"ids": str(stop.pk), "texts": shown.context["fingerprint"]})
    stop.refresh_from_db()
    assert (stop.status, state_of(stop)) == (StopStatus.PUBLISHED, RevisionState.SCHEDULED)
    assert client.get("/admin/").context["waiting"]["owed"] == 0


# -- breaking down, working again -------------------------------------------------------------------------------------------


def test_a_breakdown_and_its_end_are_told_from_the_page_of_the_stop(client: Client, stop: Stop) -> None:
    change = f"{LIST}{stop.pk}/change/"
    assert ask(client, change, {}).context["acts"] == {"postpone", "cancel"}
    assert ask(client, change, {}, at=AT_NOON).context["acts"] == {"postpone", "cancel", "stop"}

    decide(client, page_of(stop, "stopped"), STOPPED, at=AT_NOON)

    revision = StopRevision.objects.public().get(stop=stop)
    assert (revision.state, revision.stopped_at, revision.requests_stay_valid) == (
        RevisionState.STOPPED,
        dt.time(11, 30),
        True,
    )
    page = ask(client, change, {}, at=AT_NOON)
    assert (page.context["sign"].look, page.context["acts"]) == ("stopped", {"stop", "resume"})

    decide(client, page_of(stop, "resumed"), {"resumed_at": "12:10"}, at=AT_NOON + dt.timedelta(minutes=15))

    assert state_of(stop) == RevisionState.SCHEDULED
    kinds = Notice.objects.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == [NoticeKind.ANNOUNCEMENT, NoticeKind.URGENT, NoticeKind.RESUMPTION]


def test_a_breakdown_announces_the_visit_that_completes_it(client: Client, stop: Stop) -> None:
    data = STOPPED | {
        "continuation_date": "2/12/2026",
        "continuation_starts_at": "٩",
        "continuation_ends_at": "1 م",
        "resumes_at": "",
    }
    decide(client, page_of(stop, "stopped"), data, at=AT_NOON)
    copy = Stop.objects.get(continues=stop)
    assert (copy.date, copy.starts_at, copy.ends_at, copy.status) == (
        dt.date(2026, 12, 2),
        dt.time(9),
        dt.time(13),
        StopStatus.PUBLISHED,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stopped_at": "15:00"}, "stopped_at"),
        ({"stopped_at": "امس"}, "stopped_at"),
        ({"resumes_at": "11:00"}, "resumes_at"),
        ({"cause": ""}, "cause"),
        ({"continuation_date": "2026-12-02"}, "continuation_starts_at"),
        ({"continuation_starts_at": "09:00"}, "continuation_date"),
        (
            {
                "continuation_date": "2026-12-04",
                "continuation_starts_at": "09:00",
                "continuation_ends_at": "12:00",
            },
            "continuation_off_day_reason",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    client: Client, stop: Stop, changes: dict[str, str], field: str
) -> None:
    shown = ask(client, page_of(stop, "stopped"), STOPPED | changes, at=AT_NOON)
    assert field in shown.context["form"].errors
    assert shown.context["notices"] == []
    assert (state_of(stop), Stop.objects.count()) == (RevisionState.SCHEDULED, 1)


def test_a_breakdown_on_another_day_is_answered_in_a_sentence(client: Client, stop: Stop) -> None:
    shown = ask(client, page_of(stop, "stopped"), STOPPED)
    assert "يوم الزيارة نفسه" in shown.context["error"]


def test_the_form_begins_with_what_is_likely(client: Client, head: User, stop: Stop) -> None:
    assert ask(client, page_of(stop, "stopped"), {}, at=AT_NOON).context["form"].initial["stopped_at"] == dt.time(12)
    report_breakdown(stop, stopped_at=dt.time(11), cause=Cause.FUEL, by=head, now=AT_NOON)
    later = AT_NOON + dt.timedelta(minutes=30)
    assert ask(client, page_of(stop, "stopped"), {}, at=later).context["form"].initial["stopped_at"] == dt.time(11)


# -- a whole day ------------------------------------------------------------------------------------------------------------


def day_data(*units: District, act: str = "postpone", day: str = "2026-11-29") -> dict[str, Any]:
    return {"date": day, "units": [unit.pk for unit in units], "act": act, **CAUSE}


@pytest.mark.parametrize(("act", "state"), [("postpone", RevisionState.POSTPONED), ("cancel", RevisionState.CANCELLED)])
def test_a_day_of_all_units_is_called_off_at_once(client: Client, act: str, state: RevisionState) -> None:
    supervisor = make_supervisor()
    client.force_login(supervisor)
    units = [DistrictFactory(), DistrictFactory(), DistrictFactory()]
    stops = [announced(unit, supervisor) for unit in units]
    other_day = announced(units[0], supervisor, date=dt.date(2026, 11, 30))
    StopFactory(place__district=units[0])  # a draft: the public does not know of it

    shown = ask(client, DAY, day_data(*units[:2], act=act))
    assert [line.stop for line in shown.context["lines"]] == stops[:2]
    response = decide(client, DAY, day_data(*units[:2], act=act))

    assert response.headers["Location"] == "/admin/announcements/notice/"
    assert [state_of(stop) for stop in stops] == [state, state, RevisionState.SCHEDULED]
    assert state_of(other_day) == RevisionState.SCHEDULED


def test_a_head_calls_off_the_day_of_the_own_unit_alone(client: Client, stop: Stop) -> None:
    other = DistrictFactory()
    shown = ask(client, DAY, {})
    assert list(shown.context["form"].fields["units"].queryset) == [stop.district]
    refused = ask(client, DAY, day_data(other))
    assert set(refused.context["form"].errors) == {"units"}


def test_a_day_without_visits_is_said_beside_the_day(client: Client, stop: Stop) -> None:
    shown = ask(client, DAY, day_data(stop.district, day="2026-11-30"))
    assert set(shown.context["form"].errors) == {"date"}
    assert shown.context["notices"] == []


def test_editors_do_not_call_off_days(client: Client, district: District) -> None:
    client.force_login(make_editor(district))
    assert client.get(DAY).status_code == 403

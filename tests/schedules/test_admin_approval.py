"""Submitting, taking back and sending back in the admin: buttons, refusals beside what they are about, signs, filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from schedules.actions_approval import return_stops, submit_stops
from schedules.models import Stop
from schedules.staff_panels import sign_stop
from tests.factories.schedules import PlaceFactory, StopFactory
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory, MembershipFactory, VehicleFactory
from tests.support.notices import announce_stop
from tests.support.staff import NOW, stop_form_data
from vehicles.enums import Role
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SUBMIT = "/admin/schedules/stop/submit/"
WITHDRAW = "/admin/schedules/stop/withdraw/"
RETURN = "/admin/schedules/stop/return/"
LIST = "/admin/schedules/stop/"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit() -> District:
    return DistrictFactory()


@pytest.fixture
def editor(unit: District) -> User:
    return make_editor(unit)


@pytest.fixture
def head(unit: District) -> User:
    return make_head(unit)


@pytest.fixture
def stop(unit: District) -> Stop:
    return StopFactory(place=PlaceFactory(district=unit))


def change_url(stop: Stop) -> str:
    return reverse("admin:schedules_stop_change", args=[stop.pk])


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def is_submitted(stop: Stop) -> bool:
    return Stop.objects.submitted().filter(pk=stop.pk).exists()


# -- the editor -----------------------------------------------------------------------------------------------------------


def test_an_editor_submits_from_the_page_of_the_stop_with_one_press(client: Client, editor: User, stop: Stop) -> None:
    client.force_login(editor)
    page = client.get(change_url(stop)).content.decode()
    assert f'action="{SUBMIT}"' in page

    response = client.post(SUBMIT, {"ids": stop.pk}, follow=True)

    assert response.redirect_chain == [(change_url(stop), 302)]
    assert told(response) == ["زيارة واحدة الآن بانتظار اعتماد رئيس الوحدة."]
    assert is_submitted(stop)
    html = response.content.decode()
    assert '<span class="state awaiting">بانتظار الاعتماد</span>' in html
    assert f'action="{WITHDRAW}"' in html
    assert "سحب من الاعتماد" in html


def test_saving_and_submitting_is_one_press(client: Client, editor: User, unit: District) -> None:
    client.force_login(editor)
    other = StopFactory(place=PlaceFactory(district=unit))
    vehicle = VehicleFactory(assigned_to=unit)
    service = StopFactory(vehicle=vehicle, place=other.place, date=dt.date(2026, 12, 1)).services.get()

    response = client.post(
        f"{LIST}add/", stop_form_data(vehicle, PlaceFactory(district=unit), [service]) | {"_submit": "1"}, follow=True
    )

    made = Stop.objects.latest("pk")
    assert response.redirect_chain == [(change_url(made), 302)]
    assert made.submitted_by == editor
    assert any("بانتظار اعتماد" in message for message in told(response))


def test_editing_what_awaits_takes_it_back_unless_it_is_submitted_with_it(
    client: Client, editor: User, unit: District, stop: Stop
) -> None:
    client.force_login(editor)
    submit_stops([stop], by=editor, now=NOW)
    service = stop.services.get()
    data = stop_form_data(stop.vehicle, stop.place, [service], starts_at="10:00")
    seen = client.get(change_url(stop)).context["adminform"].form["seen"].value()

    client.post(change_url(stop), data | {"seen": seen})

    assert not is_submitted(stop)
    seen = client.get(change_url(stop)).context["adminform"].form["seen"].value()
    client.post(change_url(stop), data | {"seen": seen, "starts_at": "11:00", "_submit": "1"})
    assert is_submitted(stop)


def test_heads_are_offered_publishing_and_not_submitting(client: Client, head: User, stop: Stop) -> None:
    client.force_login(head)
    page = client.get(change_url(stop)).content.decode()
    assert 'name="_publish"' in page
    assert 'name="_submit"' not in page
    assert f'action="{SUBMIT}"' not in page


def test_refusals_stand_beside_the_stops_they_are_about(
    client: Client, editor: User, unit: District, stop: Stop
) -> None:
    client.force_login(editor)
    past = StopFactory(place=PlaceFactory(district=unit), date=NOW.date() - dt.timedelta(days=7))

    response = client.post(SUBMIT, {"ids": f"{stop.pk},{past.pk}"})

    assert response.status_code == 400
    problems = {line.stop.pk: len(line.problems) for line in response.context["lines"]}
    assert problems == {stop.pk: 0, past.pk: 1}
    assert "لم يُعرض شيء للاعتماد" in response.context["error"]
    assert not is_submitted(stop)


def test_several_stops_are_shown_before_they_are_submitted(client: Client, editor: User, unit: District) -> None:
    client.force_login(editor)
    stops = [StopFactory(place=PlaceFactory(district=unit)) for _ in range(2)]
    public, _notice = announce_stop(place=PlaceFactory(district=unit))
    response = client.post(
        LIST, {"action": "submit_for_approval", "_selected_action": [one.pk for one in (*stops, public)]}, follow=True
    )
    assert response.redirect_chain[0][0].startswith(SUBMIT)
    assert {line.stop for line in response.context["lines"]} == set(stops)
    assert response.context["left_out"] == 1
    client.post(SUBMIT, {"ids": response.context["ids"]})
    assert Stop.objects.submitted().count() == 2


def test_the_week_is_submitted_by_editors_and_published_by_heads(
    client: Client, editor: User, head: User, unit: District, stop: Stop
) -> None:
    week = {"district": unit.pk, "week": "2026-W49"}
    client.force_login(editor)
    page = client.get("/admin/schedules/stop/week/", week)
    assert page.context["submit_url"] == f"{SUBMIT}?ids={stop.pk}"
    assert "عرض الأسبوع كله للاعتماد…" in page.content.decode()
    assert "معاينة الأسبوع كله ونشره" not in page.content.decode()
    submit_stops([stop], by=editor, now=NOW)
    page = client.get("/admin/schedules/stop/week/", week)
    assert (page.context["submit_url"], page.context["awaiting"]) == ("", 1)
    client.force_login(head)
    page = client.get("/admin/schedules/stop/week/", week).content.decode()
    assert "معاينة الأسبوع كله ونشره…" in page
    assert "عرض الأسبوع كله للاعتماد…" not in page


def test_an_editor_takes_back_what_they_submitted(client: Client, editor: User, stop: Stop) -> None:
    client.force_login(editor)
    submit_stops([stop], by=editor, now=NOW)
    response = client.post(WITHDRAW, {"ids": stop.pk}, follow=True)
    assert response.redirect_chain == [(change_url(stop), 302)]
    assert not is_submitted(stop)
    assert "لم تعد أي من هذه الزيارات" in told(client.post(WITHDRAW, {"ids": stop.pk}, follow=True))[0]
    assert client.get(WITHDRAW).status_code == 405


# -- the head -------------------------------------------------------------------------------------------------------------


def test_sending_back_asks_for_a_comment_and_shows_it_to_the_editor(
    client: Client, editor: User, head: User, stop: Stop
) -> None:
    submit_stops([stop], by=editor, now=NOW)
    client.force_login(head)
    assert "إعادة للتصويب…" in client.get(change_url(stop)).content.decode()

    refused = client.post(RETURN, {"ids": stop.pk, "comment": " ", "next": "/admin/"})

    assert refused.status_code == 400
    assert refused.context["form"].errors == {"comment": ["اكتب المطلوب تصويبه."]}
    assert refused.context["next"] == "/admin/"
    response = client.post(RETURN, {"ids": stop.pk, "comment": "العلامة غير واضحة", "next": "/admin/"})
    assert response["Location"] == "/admin/"
    client.force_login(editor)
    page = client.get(change_url(stop)).content.decode()
    assert "العلامة غير واضحة" in page
    assert '<span class="state returned">أُعيدت للتصويب</span>' in page
    assert "اعرض للاعتماد من جديد" in page


def test_a_comment_without_words_is_refused_by_the_act_and_kept_in_the_form(
    client: Client, editor: User, head: User, stop: Stop
) -> None:
    submit_stops([stop], by=editor, now=NOW)
    client.force_login(head)
    response = client.post(RETURN, {"ids": stop.pk, "comment": "؟؟"})
    assert response.status_code == 400
    assert response.context["form"].errors == {"comment": ["اكتب المطلوب تصويبه."]}
    assert ">\n؟؟</textarea>" in response.content.decode()


def test_sending_back_what_awaits_no_more_leads_on_with_a_sentence(client: Client, head: User, stop: Stop) -> None:
    client.force_login(head)
    response = client.post(RETURN, {"ids": stop.pk, "comment": "نص"}, follow=True)
    assert told(response) == ["لم تعد أي من هذه الزيارات بانتظار الاعتماد."]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_away_from_the_site(client: Client, editor: User, stop: Stop, elsewhere: str) -> None:
    client.force_login(editor)
    assert client.post(SUBMIT, {"ids": stop.pk, "next": elsewhere})["Location"] == change_url(stop)


# -- who may --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SUBMIT, WITHDRAW, RETURN])
def test_stops_of_other_units_are_not_there(client: Client, stop: Stop, path: str) -> None:
    submit_stops([stop], by=make_editor(stop.district), now=NOW)
    stranger = make_head(DistrictFactory())
    client.force_login(stranger)
    client.post(path, {"ids": stop.pk, "comment": "نص"})
    assert is_submitted(stop)


@pytest.mark.parametrize(("path", "status"), [(SUBMIT, 403), (WITHDRAW, 403), (RETURN, 403)])
def test_a_vehicle_officer_sees_plans_and_does_none_of_it(
    client: Client, editor: User, unit: District, stop: Stop, path: str, status: int
) -> None:
    if path != SUBMIT:
        submit_stops([stop], by=editor, now=NOW)
    officer = MembershipFactory(district=unit, role=Role.OFFICER).user
    client.force_login(officer)
    assert client.post(path, {"ids": stop.pk, "comment": "نص"}).status_code == status
    assert is_submitted(stop) == (path != SUBMIT)


def test_an_editor_does_not_send_back(client: Client, editor: User, stop: Stop) -> None:
    submit_stops([stop], by=editor, now=NOW)
    client.force_login(editor)
    assert client.post(RETURN, {"ids": stop.pk, "comment": "نص"}).status_code == 403


# -- signs and filters ----------------------------------------------------------------------------------------------------


def test_signs_tell_drafts_from_changes(editor: User, head: User, unit: District, stop: Stop) -> None:
    changed, _notice = announce_stop(place=PlaceFactory(district=unit))
    Stop.objects.filter(pk=changed.pk).update(starts_at=dt.time(10), has_unpublished_changes=True)
    both = [Stop.objects.get(pk=one.pk) for one in (stop, changed)]
    submit_stops(both, by=editor, now=NOW)

    def words() -> list[tuple[str, str]]:
        signs = [sign_stop(Stop.objects.get(pk=one.pk), now=NOW) for one in (stop, changed)]
        return [(sign.look, sign.word) for sign in signs]

    assert words() == [("awaiting", "بانتظار الاعتماد"), ("awaiting", "تعديل بانتظار الاعتماد")]
    return_stops(both, comment="نص", by=head, now=NOW)
    assert words() == [("returned", "أُعيدت للتصويب"), ("returned", "تعديل أُعيد للتصويب")]


def test_the_list_is_narrowed_to_what_awaits_and_to_what_was_sent_back(
    client: Client, editor: User, head: User, unit: District, stop: Stop
) -> None:
    back = StopFactory(place=PlaceFactory(district=unit))
    StopFactory(place=PlaceFactory(district=unit))
    submit_stops([stop, back], by=editor, now=NOW)
    return_stops([back], comment="نص", by=head, now=NOW)
    client.force_login(editor)
    found = {
        state: list(client.get(LIST, {"state": state}).context["cl"].result_list) for state in ("awaiting", "returned")
    }
    assert found == {"awaiting": [stop], "returned": [back]}

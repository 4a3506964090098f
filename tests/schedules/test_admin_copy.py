"""The page that copies a week, and the page on which what was copied is seen and taken back."""

import datetime as dt

import pytest
import time_machine

from schedules.actions import draft_stop, publish_stops
from schedules.models import PlanAct, Stop
from sohag_mobile.weeks import Week
from tests.factories.schedules import STOP_DATE, HolidayFactory, StopFactory
from tests.factories.users import make_editor, make_head
from tests.factories.vehicles import DistrictFactory, MembershipFactory
from tests.schedules.test_actions import NOW, stop_data
from vehicles.enums import Role

pytestmark = [pytest.mark.django_db, pytest.mark.once]
COPY = "/admin/schedules/stop/copy/"
SOURCE = Week.of(STOP_DATE)
NEXT = SOURCE.plus(1)


@pytest.fixture(autouse=True)
def _during_the_week():
    with time_machine.travel(NOW + dt.timedelta(weeks=1), tick=False):
        yield


@pytest.fixture
def district():
    return DistrictFactory()


@pytest.fixture
def head(client, district):
    user = make_head(district)
    client.force_login(user)
    return user


def choice(district, **changes):
    return {"source": SOURCE.name, "targets": [NEXT.name], "districts": [district.pk]} | changes


def test_the_page_opens_with_the_usual_copy_and_makes_it_with_one_press(client, district, head):
    stop = draft_stop(stop_data(district), by=head, now=NOW)
    HolidayFactory(date=STOP_DATE + dt.timedelta(days=8))
    refused = draft_stop(stop_data(district, date=STOP_DATE + dt.timedelta(days=1)), by=head, now=NOW)
    page = client.get(COPY)
    assert page.status_code == 200
    assert (page.context["form"]["source"].value(), page.context["form"]["targets"].value()) == (
        SOURCE.name,
        [NEXT.name],
    )
    assert [line.copied.source.pk for line in page.context["made"]] == [stop.pk]
    assert [line.copied.source.pk for line in page.context["refused"]] == [refused.pk]
    assert Stop.objects.count() == 2

    answer = client.post(COPY, dict(_pairs(page)), follow=True)
    act = PlanAct.objects.get()
    assert answer.redirect_chain == [(f"/admin/schedules/stop/act/{act.pk}/", 302)]
    assert [line.stop.date for line in answer.context["lines"]] == [STOP_DATE + dt.timedelta(weeks=1)]
    assert [message.level_tag for message in answer.context["messages"]] == ["warning", "success"]
    assert Stop.objects.count() == 3

    undone = client.post(f"/admin/schedules/stop/act/{act.pk}/", follow=True)
    assert undone.context["act"].undone_at is not None
    assert Stop.objects.count() == 2


def _pairs(page):
    chosen = {}
    for name, value in page.context["hidden"]:
        chosen.setdefault(name, []).append(value)
    return chosen


def test_nothing_to_copy_leads_back_to_the_reasons(client, district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    client.post(COPY, choice(district))
    again = client.post(COPY, choice(district), follow=True)
    assert again.redirect_chain[0][0].startswith(COPY + "?")
    assert len(again.context["there"]) == 1
    assert PlanAct.objects.count() == 1


def test_the_link_of_an_empty_week_names_the_target(client, district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    page = client.get(COPY, {"targets": SOURCE.plus(3).name})
    assert page.context["form"]["targets"].value() == [SOURCE.plus(3).name]
    assert page.context["form"]["source"].value() == SOURCE.name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "2026-W99"}, "source"),
        ({"source": "x\x00"}, "source"),
        ({"targets": []}, "targets"),
        ({"targets": [SOURCE.name]}, "targets"),
        ({"targets": ["2031-W01"]}, "targets"),
        ({"districts": ["9" * 30]}, "districts"),
        ({"districts": ["abc"]}, "districts"),
        ({"districts": []}, "districts"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_bad_choices_are_said_beside_their_field(client, district, head, method, changes, field):
    draft_stop(stop_data(district), by=head, now=NOW)
    page = getattr(client, method)(COPY, choice(district, **changes))
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert Stop.objects.count() == 1


def test_a_unit_that_is_not_the_persons_cannot_be_chosen(client, district, head):
    other = DistrictFactory()
    draft_stop(stop_data(other), by=make_editor(other), now=NOW)
    page = client.post(COPY, choice(other))
    assert list(page.context["form"].errors) == ["districts"]
    assert Stop.objects.count() == 1


def test_acts_are_those_of_the_person(client, district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    client.post(COPY, choice(district))
    act = PlanAct.objects.get()
    client.force_login(make_head(district))
    for method in (client.get, client.post):
        assert method(f"/admin/schedules/stop/act/{act.pk}/").status_code == 404
    assert client.get(f"/admin/schedules/stop/act/{2**70}/").status_code == 404


def test_what_was_published_since_cannot_be_taken_back(client, district, head):
    draft_stop(stop_data(district), by=head, now=NOW)
    client.post(COPY, choice(district))
    act = PlanAct.objects.get()
    copied = Stop.objects.get(date=STOP_DATE + dt.timedelta(weeks=1))
    publish_stops([copied], by=head, now=NOW + dt.timedelta(weeks=1, seconds=1))
    page = client.post(f"/admin/schedules/stop/act/{act.pk}/")
    assert page.status_code == 200
    assert len(page.context["problems"]) == 1
    assert Stop.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_act_costs_the_same_however_many_stops(client, district, head, django_assert_num_queries, count):
    for number in range(count):
        StopFactory(place__district=district, date=STOP_DATE + dt.timedelta(days=number))
    client.post(COPY, choice(district))
    act = PlanAct.objects.get()
    assert act.stops.count() == count
    client.get(f"/admin/schedules/stop/act/{act.pk}/")
    with django_assert_num_queries(9):
        client.get(f"/admin/schedules/stop/act/{act.pk}/")


def test_a_week_that_all_have_planned_is_not_proposed_again(client, district, head):
    other = DistrictFactory()
    MembershipFactory(user=head, district=other, role=Role.HEAD)
    for unit in (district, other):
        StopFactory(place__district=unit)
    StopFactory(place__district=district, date=STOP_DATE + dt.timedelta(weeks=1))

    def proposed():
        form = client.get(COPY).context["form"]
        return form["source"].value(), form["targets"].value()

    # One of the two units has planned the coming week.
    assert proposed() == (SOURCE.name, [NEXT.name])
    StopFactory(place__district=other, date=STOP_DATE + dt.timedelta(weeks=1))
    assert proposed() == (NEXT.name, [NEXT.plus(1).name])

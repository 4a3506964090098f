"""The page of the head of a unit: read, approve with one press, take along, tick off, send again; and nobody else's unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from announcements.enums import AcknowledgementKind, DeliveryStatus, NoticeKind, TextForm
from announcements.models import Acknowledgement, Delivery, Notice
from schedules.actions_approval import submit_stops, withdraw_stops
from schedules.enums import StopStatus
from schedules.models import Place, Stop
from tests.factories.announcements import AcknowledgementFactory, ChannelFactory, DeliveryFactory, NoticeFactory
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce_stop, cancel
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HEAD = "/admin/schedules/stop/head/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def unit() -> District:
    return DistrictFactory()


@pytest.fixture
def place(unit: District) -> Place:
    return PlaceFactory(district=unit)


@pytest.fixture
def editor(unit: District) -> User:
    return make_editor(unit, first_name="منى")


@pytest.fixture
def head(client: Client, unit: District) -> User:
    user = make_head(unit)
    client.force_login(user)
    return user


def submitted(editor: User, *stops: Stop) -> list[Stop]:
    submit_stops(stops, by=editor, now=NOW)
    return [Stop.objects.get(pk=stop.pk) for stop in stops]


def changed(editor: User, place: Place, **fields: Any) -> Stop:
    stop, _notice = announce_stop(place=place, now=NOW - HOUR)
    Stop.objects.filter(pk=stop.pk).update(**fields or {"starts_at": dt.time(10)}, has_unpublished_changes=True)
    return submitted(editor, stop)[0]


def press(client: Client, page: Any, **more: str) -> Any:
    """What the button under the texts of `page` sends."""
    context = page.context
    data = {
        "district": context["unit"].pk,
        "week": context["week"].name,
        "act": context["act"],
        "stop": context["seen"],
        "texts": context["fingerprint"],
        "overridden": context["overridden"],
        **context["cause"],
        "approve": "1",
    }
    return client.post(HEAD, data | more)


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# -- approving --------------------------------------------------------------------------------------------------------------


def test_one_press_approves_and_publishes_everything_that_was_read(
    client: Client, head: User, editor: User, place: Place, unit: District
) -> None:
    ChannelFactory()
    stops = submitted(editor, StopFactory(place=place), StopFactory(place=PlaceFactory(district=unit)))
    page = client.get(HEAD)
    (card,) = page.context["notices"]
    assert [text.form for text in card.cards] == list(TextForm.values)
    assert len(page.context["awaiting"]) == 2

    response = press(client, page)

    notice = Notice.objects.get()
    assert response["Location"] == f"{HEAD}?district={unit.pk}&week=2026-W49#week"
    assert {Stop.objects.get(pk=stop.pk).status for stop in stops} == {StopStatus.PUBLISHED}
    assert (notice.issued_by, Delivery.objects.get().notice) == (head, notice)
    assert {text.form: text.body for text in notice.texts.all()} == {text.form: text.body for text in card.cards}
    after = client.get(response["Location"])
    assert notice.title_ar in told(after)[0]
    assert after.context["awaiting"] == []
    assert [row.notice for row in after.context["rows"]] == [notice]


def test_a_draft_that_nobody_submitted_is_not_approved(client: Client, head: User, place: Place) -> None:
    draft = StopFactory(place=place)
    page = client.get(HEAD)
    assert (page.context["awaiting"], page.context["previewed"]) == ([], False)
    client.post(HEAD, {"district": place.district_id, "stop": f"{draft.pk}@{NOW.isoformat()}", "approve": "1"})
    assert not Notice.objects.exists()


def test_what_was_edited_since_is_shown_again_and_not_published(
    client: Client, head: User, editor: User, place: Place
) -> None:
    (stop,) = submitted(editor, StopFactory(place=place))
    page = client.get(HEAD)
    withdraw_stops([stop], by=editor)
    Stop.objects.filter(pk=stop.pk).update(landmark_en="By the school")
    submit_stops([stop], by=editor, now=NOW + HOUR)

    response = press(client, page)

    assert response.status_code == 200
    assert told(response) == ["تغيّر ما ينتظر اعتمادك بعد أن قرأته. لم يُنشر شيء: اقرأه مرة أخرى."]
    assert not Notice.objects.exists()
    assert press(client, response).status_code == 302
    assert Notice.objects.count() == 1


def test_what_was_withdrawn_since_is_not_published_and_edited_texts_are_kept(
    client: Client, head: User, editor: User, place: Place
) -> None:
    (stop,) = submitted(editor, StopFactory(place=place))
    page = client.get(HEAD)
    withdraw_stops([stop], by=editor)
    response = press(client, page, **{"text-0-plain": "نص كتبته بيدي", "stamp-text-0-plain": "x"})
    assert response.status_code == 200
    assert not Notice.objects.exists()
    assert "نص كتبته بيدي" in response.content.decode()


def test_an_edited_text_goes_out_as_edited(client: Client, head: User, editor: User, place: Place) -> None:
    submitted(editor, StopFactory(place=place))
    page = client.get(HEAD)
    (card,) = page.context["notices"]
    plain = next(text for text in card.cards if text.form == TextForm.PLAIN)
    edited = plain.body.replace("تعلن", "تعلن لأهالينا", 1)
    press(client, page, **{plain.editing.name: edited, f"stamp-{plain.editing.name}": plain.editing.stamp})
    assert Notice.objects.get().texts.get(form=TextForm.PLAIN).is_edited


def test_one_visit_alone_can_be_approved(
    client: Client, head: User, editor: User, place: Place, unit: District
) -> None:
    first, second = submitted(editor, StopFactory(place=place), StopFactory(place=PlaceFactory(district=unit)))
    page = client.get(HEAD, {"act": first.pk})
    assert page.context["seen"] == [f"{first.pk}@{first.submitted_at.isoformat()}"]
    assert press(client, page)["Location"].endswith("#awaiting")
    assert list(Stop.objects.submitted()) == [second]


def test_changes_of_published_visits_ask_for_their_cause_and_show_what_differs(
    client: Client, head: User, editor: User, place: Place, unit: District
) -> None:
    stop = changed(editor, place)
    submitted(editor, StopFactory(place=PlaceFactory(district=unit)))
    new = client.get(HEAD)
    assert (new.context["act"], new.context["waits_besides"]) == ("new", {"new": 0, "changes": 1})
    asked = client.get(HEAD, {"act": "changes"})
    assert (asked.context["previewed"], asked.context["cause_form"].is_bound) == (False, False)
    (line,) = [each for each in asked.context["awaiting"] if each.line.stop == stop]
    assert [(fact.public, fact.working) for fact in line.facts] == [("من 09:00 حتى 14:00", "من 10:00 حتى 14:00")]

    page = client.get(HEAD, {"act": "changes", "cause": "organisation", "cause_ar": ""})
    assert page.context["previewed"]
    press(client, page)

    assert Notice.objects.latest("pk").kind == NoticeKind.CHANGE
    assert Stop.objects.submitted().count() == 1


def test_a_cause_that_is_missing_is_asked_for_beside_its_field(
    client: Client, head: User, editor: User, place: Place
) -> None:
    changed(editor, place)
    page = client.get(HEAD, {"act": "changes", "cause": ""})
    assert "cause" in page.context["cause_form"].errors
    assert not page.context["previewed"]
    response = client.post(HEAD, {"district": place.district_id, "act": "changes", "cause": "other", "cause_ar": "."})
    assert response.status_code == 200
    assert "cause_ar" in response.context["cause_form"].errors
    assert Notice.objects.count() == 1


def test_what_can_no_longer_be_published_is_marked_and_does_not_hold_up_the_others(
    client: Client, head: User, editor: User, place: Place, unit: District
) -> None:
    good, bad = submitted(editor, StopFactory(place=place), StopFactory(place=PlaceFactory(district=unit)))
    Stop.objects.filter(pk=bad.pk).update(date=NOW.date() - dt.timedelta(days=1))

    page = client.get(HEAD)

    assert page.context["has_problems"]
    marked = {each.line.stop.pk: bool(each.line.problems) for each in page.context["awaiting"]}
    assert marked == {good.pk: False, bad.pk: True}
    press(client, page)
    assert Stop.objects.get(pk=good.pk).status == StopStatus.PUBLISHED
    assert list(Stop.objects.submitted()) == [bad]
    alone = client.get(HEAD)
    assert not alone.context["previewed"]
    assert "لا يمكن نشره بصورته" in alone.content.decode()


def test_a_head_sends_back_from_the_page_and_stays_on_it(
    client: Client, head: User, editor: User, place: Place
) -> None:
    (stop,) = submitted(editor, StopFactory(place=place))
    page = client.get(HEAD)
    html = page.content.decode()
    assert (
        f'name="next" value="{HEAD}?district={place.district_id}&amp;week={page.context["week"].name}#awaiting"' in html
    )
    here = f"{page.context['here']}#awaiting"
    response = client.post("/admin/schedules/stop/return/", {"ids": stop.pk, "comment": "صحّح العلامة", "next": here})
    assert response["Location"] == here
    assert Stop.objects.get(pk=stop.pk).return_comment == "صحّح العلامة"


@pytest.mark.parametrize(
    "stop", ["", "x", "1@", "99999999999999999999999@2026-11-22T10:00:00", "1@2026-11-22T10:00:00", "-1@x"]
)
def test_forged_stops_approve_nothing_and_break_nothing(client: Client, head: User, unit: District, stop: str) -> None:
    response = client.post(HEAD, {"district": unit.pk, "stop": stop, "approve": "1"})
    assert response.status_code == 200
    assert not Notice.objects.exists()


# -- whose unit -------------------------------------------------------------------------------------------------------------


def test_only_those_who_publish_have_the_page(client: Client, head: User, editor: User, unit: District) -> None:
    other = DistrictFactory()
    assert client.get(HEAD).context["unit"] == unit
    assert client.get(HEAD, {"district": other.pk}).context["form"].errors.keys() == {"district"}
    assert client.post(HEAD, {"district": other.pk}).status_code == 403
    client.force_login(editor)
    assert client.get(HEAD).status_code == 403


@pytest.mark.parametrize("data", [{"district": "x"}, {"week": "2026-W99"}, {"district": "", "week": ""}])
def test_a_choice_that_does_not_exist_gets_a_sentence(client: Client, head: User, data: dict[str, str]) -> None:
    page = client.get(HEAD, data)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_a_supervisor_comes_to_a_unit_in_which_something_awaits(client: Client, place: Place, editor: User) -> None:
    client.force_login(make_supervisor())
    DistrictFactory(name_ar="أول الوحدات")
    submitted(editor, StopFactory(place=place))
    assert client.get(HEAD).context["unit"] == place.district


# -- taking along and ticking off -------------------------------------------------------------------------------------------


def test_the_announcements_of_the_week_of_the_next_visit_are_there_to_take_along(
    client: Client, head: User, place: Place
) -> None:
    _stop, notice = announce_stop(place=place, now=NOW - HOUR)
    page = client.get(HEAD)
    assert page.context["week"].name == "2026-W49"
    (row,) = page.context["rows"]
    assert row.notice == notice
    assert row.share_url.startswith("https://wa.me/?text=")
    html = page.content.decode()
    assert html.count("data-copy=") >= 5
    for name in ("poster.pdf", "card-1080x1080.png", "everything.zip"):
        assert reverse("admin:announcements_notice_file", args=[notice.pk, name]) in html
    for kind in ("txt", "docx"):
        assert reverse("admin:announcements_notice_week_export", args=[TextForm.SOCIAL, kind]) in html
    assert client.get(HEAD, {"week": "2026-W48"}).context["rows"] == []


def tick(client: Client, notice: Notice, kind: str, at: str, **more: str) -> Any:
    data = {"kind": kind, "happened_at": at, "week": "2026-W49"} | more
    return client.post(reverse("admin:schedules_stop_tick", args=[notice.pk]), data)


@pytest.mark.parametrize("kind", AcknowledgementKind.values)
def test_one_press_records_that_it_was_posted_or_aired(client: Client, head: User, place: Place, kind: str) -> None:
    _stop, notice = announce_stop(place=place, now=NOW - HOUR)
    (row,) = client.get(HEAD).context["rows"]
    form = next(each.form for each in row.ticks if each.kind == kind)
    # As the browser sends it back untouched.
    value = form["happened_at"].value().astimezone(NOW.tzinfo).strftime("%Y-%m-%dT%H:%M")

    response = tick(client, notice, kind, value)

    assert response["Location"] == f"{HEAD}?district={place.district_id}&week=2026-W49#notice-{notice.pk}"
    done = Acknowledgement.objects.get()
    assert (done.kind, done.happened_at, done.recorded_by) == (kind, NOW, head)
    (row,) = client.get(HEAD).context["rows"]
    assert [one.kind for one in row.done] == [kind]
    assert [each.kind for each in row.ticks] == [other for other in AcknowledgementKind if other != kind]


def test_a_refused_tick_stands_beside_its_time_with_what_was_typed(client: Client, head: User, place: Place) -> None:
    _stop, notice = announce_stop(place=place, now=NOW - HOUR)
    response = tick(client, notice, "aired", "2026-11-22T23:00")
    assert response.status_code == 400
    (row,) = response.context["rows"]
    errors = {each.kind: each.form.errors.as_text() for each in row.ticks}
    assert errors["posted"] == ""
    assert "لم تحن هذه اللحظة بعد" in errors["aired"] or errors["aired"]
    assert "2026-11-22T23:00" in response.content.decode()
    assert tick(client, notice, "aired", "x").status_code == 400
    assert tick(client, notice, "sung", "2026-11-22T11:30").status_code == 400
    assert not Acknowledgement.objects.exists()


def test_a_notice_of_another_unit_cannot_be_ticked(client: Client, head: User) -> None:
    assert tick(client, NoticeFactory(), "posted", "2026-11-22T11:30").status_code == 404


def test_a_correction_of_what_was_posted_is_owed_whatever_its_week(client: Client, head: User, place: Place) -> None:
    stop, notice = announce_stop(place=place, now=NOW - HOUR)
    AcknowledgementFactory(notice=notice, kind=AcknowledgementKind.POSTED, happened_at=NOW - HOUR)
    correction = cancel(stop, now=NOW - dt.timedelta(minutes=5))
    page = client.get(HEAD, {"week": "2026-W48"})
    assert page.context["owed_count"] == 1
    (row,) = page.context["rows"]
    assert row.notice == correction
    assert {each.kind: each.is_owed for each in row.ticks} == {"posted": True, "aired": False}
    with time_machine.travel(stop.ends + dt.timedelta(days=1), tick=False):  # nobody is told any more what is over
        client.force_login(head)
        assert client.get(HEAD, {"week": "2026-W48"}).context["owed_count"] == 0
    tick(client, correction, "posted", "2026-11-22T11:58")
    assert client.get(HEAD, {"week": "2026-W48"}).context["owed_count"] == 0


# -- what failed ------------------------------------------------------------------------------------------------------------


def test_what_failed_is_there_with_its_reason_and_sent_again_with_one_press(
    client: Client, head: User, unit: District
) -> None:
    notice = NoticeFactory(district=unit)
    failed = DeliveryFactory(
        notice=notice, status=DeliveryStatus.FAILED, error_code="token_expired", next_attempt_at=None
    )
    doubtful = DeliveryFactory(
        notice=notice, status=DeliveryStatus.UNCONFIRMED, error_code="no_answer", next_attempt_at=None
    )
    DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    page = client.get(HEAD)
    assert [(each.delivery, each.may_be_sent_again) for each in page.context["troubles"]] == [
        (failed, True),
        (doubtful, False),
    ]
    assert all(each.reason for each in page.context["troubles"])

    for delivery in (failed, doubtful):
        response = client.post(reverse("admin:schedules_stop_resend", args=[delivery.pk]), {"week": "2026-W49"})
        assert response["Location"] == f"{HEAD}?district={unit.pk}&week=2026-W49#troubles"

    failed.refresh_from_db()
    doubtful.refresh_from_db()
    assert (failed.status, failed.settled_by) == (DeliveryStatus.PENDING, head)
    assert doubtful.status == DeliveryStatus.UNCONFIRMED


def test_what_is_sent_again_by_others_meanwhile_or_elsewhere_is_left_alone(
    client: Client, head: User, unit: District
) -> None:
    sent = DeliveryFactory(notice=NoticeFactory(district=unit), status=DeliveryStatus.PENDING)
    response = client.post(reverse("admin:schedules_stop_resend", args=[sent.pk]), {"week": "x"}, follow=True)
    assert len(told(response)) == 1
    foreign = DeliveryFactory(status=DeliveryStatus.FAILED, next_attempt_at=None)
    assert client.post(reverse("admin:schedules_stop_resend", args=[foreign.pk])).status_code == 404


# -- the coming weeks, and the price of the page ----------------------------------------------------------------------------


def test_four_weeks_are_listed_with_their_states_empty_ones_too(client: Client, head: User, place: Place) -> None:
    StopFactory(place=place)
    announce_stop(place=place, date=STOP_DATE + dt.timedelta(days=7), now=NOW - HOUR)
    StopFactory(place=place, date=STOP_DATE + dt.timedelta(weeks=5))
    coming = client.get(HEAD).context["coming"]
    assert [[line.sign.look for line in week.lines] for week in coming] == [[], ["draft"], ["open"], []]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    client: Client, head: User, editor: User, place: Place, unit: District, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        day = STOP_DATE + dt.timedelta(days=number)
        _stop, notice = announce_stop(place=PlaceFactory(district=unit), date=day, now=NOW - HOUR)
        AcknowledgementFactory(notice=notice, happened_at=NOW - HOUR, recorded_by=editor)
        DeliveryFactory(notice=notice, status=DeliveryStatus.FAILED, next_attempt_at=None)
        StopFactory(place=PlaceFactory(district=unit), date=day)
        # Changes wait for their cause, so that nothing is previewed: a preview publishes for real and is paid by the stop.
        changed(editor, PlaceFactory(district=unit), starts_at=dt.time(11))
    client.get(HEAD)

    with django_assert_num_queries(26):
        page = client.get(HEAD)

    assert len(page.context["awaiting"]) == count
    assert len(page.context["rows"]) == 2 * count

"""Publishing, changing and cancelling from the admin: preview first, heads alone, everything through the actions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from announcements.enums import NoticeKind, TextForm
from announcements.models import Delivery, Notice
from schedules.actions import edit_stop, publish_stops
from schedules.enums import StopStatus
from schedules.models import Place, Stop, StopRevision
from schedules.validators import StopData
from sohag_mobile import clock
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PUBLISH = "/admin/schedules/stop/publish/"
WEEK = "/admin/schedules/stop/week/"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district() -> District:
    return DistrictFactory()


@pytest.fixture
def place(district: District) -> Place:
    return PlaceFactory(district=district)


@pytest.fixture
def head(client: Client, district: District) -> User:
    user = make_head(district)
    client.force_login(user)
    return user


def ids(*stops: Stop) -> str:
    return ",".join(str(stop.pk) for stop in stops)


def read_texts(client: Client, *stops: Stop, **cause: str) -> dict[str, str]:
    """Look at the preview and return what its button would send."""
    context = client.get(PUBLISH, {"ids": ids(*stops)} | cause).context
    return {"ids": ids(*stops), "texts": context["fingerprint"]} | cause


def published(stop: Stop, head: User) -> Stop:
    publish_stops([stop], by=head, now=NOW - dt.timedelta(hours=1))
    stop.refresh_from_db()
    return stop


def changed(stop: Stop, head: User) -> Stop:
    published(stop, head)
    Stop.objects.filter(pk=stop.pk).update(starts_at=dt.time(10), has_unpublished_changes=True)
    stop.refresh_from_db()
    return stop


def cancel_url(stop: Stop) -> str:
    return reverse("admin:schedules_stop_cancel", args=[stop.pk])


# -- publishing -------------------------------------------------------------------------------------------------------


def test_preview_shows_every_text_and_writes_nothing(client: Client, head: User, place: Place) -> None:
    stop = StopFactory(place=place)

    response = client.get(PUBLISH, {"ids": ids(stop)})

    (notice,) = response.context["notices"]
    assert [card.form for card in notice.cards] == list(TextForm.values)
    assert all(card.body for card in notice.cards)
    html = response.content.decode()
    assert len(re.findall(r"<textarea[^>]*name=\"text-0-", html)) == len(TextForm.values)
    stop.refresh_from_db()
    assert stop.status == StopStatus.DRAFT
    assert not Notice.objects.exists()


def test_preview_tells_the_length_of_sms_and_radio(client: Client, head: User, place: Place) -> None:
    stop = StopFactory(place=place)

    (notice,) = client.get(PUBLISH, {"ids": ids(stop)}).context["notices"]

    measures = {card.form: card.measure for card in notice.cards}
    sms = next(card.body for card in notice.cards if card.form == TextForm.SMS)
    assert str(len(sms)) in measures[TextForm.SMS]
    assert measures[TextForm.RADIO] != ""
    assert (measures[TextForm.SOCIAL], measures[TextForm.WHATSAPP]) == ("", "")


def test_publishing_issues_what_was_previewed(client: Client, head: User, place: Place) -> None:
    ChannelFactory()
    stop = StopFactory(place=place)
    (previewed,) = client.get(PUBLISH, {"ids": ids(stop)}).context["notices"]

    response = client.post(PUBLISH, read_texts(client, stop))

    notice = Notice.objects.get()
    assert response["Location"] == reverse("admin:announcements_notice_change", args=[notice.pk])
    stop.refresh_from_db()
    assert stop.status == StopStatus.PUBLISHED
    assert {text.form: text.body for text in notice.texts.all()} == {card.form: card.body for card in previewed.cards}
    assert (notice.issued_by, Delivery.objects.get().notice) == (head, notice)


def test_publishing_tells_the_numbers_of_the_notices(client: Client, head: User, place: Place) -> None:
    stop = StopFactory(place=place)

    response = client.post(PUBLISH, read_texts(client, stop), follow=True)

    (message,) = [str(message) for message in response.context["messages"]]
    assert Notice.objects.get().title_ar in message


def test_publishing_a_whole_week_is_one_notice(client: Client, head: User, place: Place) -> None:
    stops = [StopFactory(place=place, date=STOP_DATE + dt.timedelta(days=day)) for day in range(3)]
    StopFactory(place=place, date=STOP_DATE + dt.timedelta(days=7))
    StopFactory(date=STOP_DATE)
    week = client.get(WEEK, {"district": place.district_id, "week": "2026-W49"})

    assert week.context["publish_url"] == f"{PUBLISH}?ids={ids(*stops)}"
    client.post(PUBLISH, read_texts(client, *stops))

    (notice,) = Notice.objects.all()
    assert {item.revision.stop for item in notice.items.all()} == set(stops)


def test_publishing_is_refused_when_the_texts_changed_after_they_were_read(
    client: Client, head: User, place: Place
) -> None:
    stop = StopFactory(place=place)
    data = read_texts(client, stop)
    Stop.objects.filter(pk=stop.pk).update(landmark_ar="خلف المسجد")

    response = client.post(PUBLISH, data)

    assert response.status_code == 200
    assert len(response.context["messages"]) == 1
    assert not Notice.objects.exists()


def test_selected_stops_lead_from_the_list_to_the_preview(client: Client, head: User, place: Place) -> None:
    stop = StopFactory(place=place)

    response = client.post(
        "/admin/schedules/stop/", {"action": "preview_and_publish", "_selected_action": [str(stop.pk)]}
    )

    assert response["Location"] == f"{PUBLISH}?ids={stop.pk}"


def test_stop_that_can_no_longer_be_published_is_marked_and_blocks_all(
    client: Client, head: User, place: Place
) -> None:
    good = StopFactory(place=place)
    past = StopFactory(place=place, date=dt.date(2026, 11, 19))

    response = client.get(PUBLISH, {"ids": ids(good, past)})

    marked = {line.stop.pk: len(line.problems) for line in response.context["lines"]}
    assert marked == {good.pk: 0, past.pk: 1}
    assert response.context["notices"] == []
    assert client.post(PUBLISH, {"ids": ids(good, past), "texts": ""}).status_code == 200
    assert not Notice.objects.exists()


@pytest.mark.parametrize("query", ["", "ids=", "ids=x,%00,-1", "ids=99999999999999999999999", "ids=٣"])
def test_strange_choice_of_stops_leads_back_to_the_list(client: Client, head: User, query: str) -> None:
    response = client.get(f"{PUBLISH}?{query}")

    assert response["Location"] == "/admin/schedules/stop/"


# -- changes ----------------------------------------------------------------------------------------------------------


def test_change_needs_a_cause_before_its_texts_are_shown(client: Client, head: User, place: Place) -> None:
    stop = changed(StopFactory(place=place), head)

    without = client.get(PUBLISH, {"ids": ids(stop)})
    empty = client.get(PUBLISH, {"ids": ids(stop), "cause": ""})
    wordless = client.get(PUBLISH, {"ids": ids(stop), "cause": "other"})
    sentence = client.get(PUBLISH, {"ids": ids(stop), "cause": "other", "cause_ar": "لأن السيارة تعطلت"})

    assert [page.context["notices"] for page in (without, empty, wordless, sentence)] == [[], [], [], []]
    assert list(empty.context["form"].errors) == ["cause"]
    assert list(wordless.context["form"].errors) == ["cause_ar"]
    assert sentence.context["form"].errors == {
        "cause_ar": ["«لأن» لا تأتي بعد «بسبب». اكتب السبب اسمًا لا جملة، مثل: «عطل في السيارة» أو «أعمال رصف الطريق»."]
    }


def test_change_is_published_with_its_cause(client: Client, head: User, place: Place) -> None:
    stop = changed(StopFactory(place=place), head)

    client.post(PUBLISH, read_texts(client, stop, cause="other", cause_ar="نظرًا لأعمال رصف الطريق."))

    notice = Notice.objects.get(kind=NoticeKind.CHANGE)
    assert "، وذلك بسبب أعمال رصف الطريق، " in notice.texts.get(form=TextForm.SOCIAL).body
    stop.refresh_from_db()
    assert (stop.status, stop.has_unpublished_changes) == (StopStatus.PUBLISHED, False)
    current = StopRevision.objects.public().get(stop=stop)
    assert (current.starts_at, current.cause) == (dt.time(10), "other")


def test_post_without_a_cause_changes_nothing(client: Client, head: User, place: Place) -> None:
    stop = changed(StopFactory(place=place), head)
    data = read_texts(client, stop, cause="weather")

    response = client.post(PUBLISH, data | {"cause": ""})

    assert response.status_code == 200
    assert Notice.objects.filter(kind=NoticeKind.CHANGE).count() == 0


# -- cancelling -------------------------------------------------------------------------------------------------------


def test_cancellation_shows_its_texts_and_then_happens(client: Client, head: User, place: Place) -> None:
    stop = published(StopFactory(place=place), head)

    blank = client.get(cancel_url(stop))
    preview = client.get(cancel_url(stop), {"cause": "weather"})
    stop.refresh_from_db()
    assert (blank.context["notices"], stop.status) == ([], StopStatus.PUBLISHED)
    assert len(preview.context["notices"][0].cards) == len(TextForm.values)

    response = client.post(cancel_url(stop), {"cause": "weather", "texts": preview.context["fingerprint"]})

    notice = Notice.objects.get(kind=NoticeKind.CANCELLATION)
    assert response["Location"] == reverse("admin:announcements_notice_change", args=[notice.pk])
    stop.refresh_from_db()
    assert stop.status == StopStatus.CANCELLED


def test_cancellation_of_a_draft_says_why_not(client: Client, head: User, place: Place) -> None:
    stop = StopFactory(place=place)

    response = client.get(cancel_url(stop), {"cause": "weather"})

    assert response.status_code == 200
    assert response.context["error"] != ""
    assert response.context["notices"] == []


def test_cancellation_of_a_missing_stop_is_not_found(client: Client, head: User) -> None:
    assert client.get("/admin/schedules/stop/999999/cancel/").status_code == 404


# -- discarding -------------------------------------------------------------------------------------------------------


def test_editor_discards_a_draft_after_being_asked(client: Client, place: Place) -> None:
    client.force_login(make_editor(place.district))
    stop = StopFactory(place=place)
    url = reverse("admin:schedules_stop_discard", args=[stop.pk])

    assert client.get(url).status_code == 200
    assert Stop.objects.filter(pk=stop.pk).exists()
    client.post(url)
    assert not Stop.objects.filter(pk=stop.pk).exists()


def test_editor_discards_an_unpublished_change_after_being_asked(client: Client, head: User, place: Place) -> None:
    stop = published(StopFactory(place=place), head)
    told = stop.landmark_ar
    edit_stop(stop, dataclasses.replace(StopData.of(stop), landmark_ar="خلف الوحدة الصحية"), by=head, now=clock.now())
    client.force_login(make_editor(place.district))
    url = reverse("admin:schedules_stop_discard", args=[stop.pk])

    form = client.get(reverse("admin:schedules_stop_change", args=[stop.pk]))
    assert url in form.content.decode()
    assert client.get(url).status_code == 200
    response = client.post(url, follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["success"]
    stop.refresh_from_db()
    assert (stop.landmark_ar, stop.has_unpublished_changes) == (told, False)


def test_published_stop_is_not_discarded(client: Client, head: User, place: Place) -> None:
    stop = published(StopFactory(place=place), head)

    response = client.post(reverse("admin:schedules_stop_discard", args=[stop.pk]), follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Stop.objects.filter(pk=stop.pk).exists()


# -- who may ----------------------------------------------------------------------------------------------------------


def test_editor_reads_a_sentence_instead_of_a_button(client: Client, place: Place) -> None:
    client.force_login(make_editor(place.district))
    stop = StopFactory(place=place)

    response = client.get(PUBLISH, {"ids": ids(stop)})

    assert response.status_code == 200
    assert (response.context["may_publish"], response.context["notices"]) == (False, [])


@pytest.mark.parametrize(
    ("role", "own", "publishes"),
    [
        ("editor", True, 403),
        ("head", True, 302),
        ("supervisor", False, 302),
        ("editor", False, 302),
        ("head", False, 302),
    ],
)
def test_matrix_of_publishing(client: Client, place: Place, role: str, own: bool, publishes: int) -> None:
    """Stops of other units do not exist for editors and heads: they are led back to the list, and nothing happens."""
    unit = place.district if own else DistrictFactory()
    makers: dict[str, Any] = {"editor": make_editor, "head": make_head}
    client.force_login(make_supervisor() if role == "supervisor" else makers[role](unit))
    stop = StopFactory(place=place)
    may = role == "supervisor" or (role == "head" and own)
    data = read_texts(client, stop) if may else {"ids": ids(stop), "texts": "x"}

    response = client.post(PUBLISH, data)

    assert response.status_code == publishes
    assert Notice.objects.exists() == may


@pytest.mark.parametrize(
    ("role", "own", "cancels"),
    [
        ("editor", True, 403),
        ("head", True, 302),
        ("supervisor", False, 302),
        ("editor", False, 404),
        ("head", False, 404),
    ],
)
def test_matrix_of_cancelling(client: Client, place: Place, role: str, own: bool, cancels: int) -> None:
    stop = published(StopFactory(place=place), make_head(place.district))
    unit = place.district if own else DistrictFactory()
    makers: dict[str, Any] = {"editor": make_editor, "head": make_head}
    client.force_login(make_supervisor() if role == "supervisor" else makers[role](unit))
    context = client.get(cancel_url(stop), {"cause": "weather"}).context
    texts = context["fingerprint"] if cancels == 302 else "x"

    response = client.post(cancel_url(stop), {"cause": "weather", "texts": texts})

    assert response.status_code == cancels
    stop.refresh_from_db()
    assert (stop.status == StopStatus.CANCELLED) == (cancels == 302)


def test_week_page_offers_a_member_the_own_units_alone(client: Client, head: User, district: District) -> None:
    other = DistrictFactory()

    response = client.get(WEEK)

    assert list(response.context["form"].fields["district"].queryset) == [district]
    refused = client.get(WEEK, {"district": other.pk, "week": "2026-W49"})
    assert list(refused.context["form"].errors) == ["district"]


@pytest.mark.parametrize("week", ["2026-W99", "2026-48", "", "\x00", "9999-W53", "0001-W01"])
def test_week_page_refuses_a_week_that_is_none(client: Client, head: User, district: District, week: str) -> None:
    response = client.get(WEEK, {"district": district.pk, "week": week})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["week"]


# -- a stop between two units -----------------------------------------------------------------------------------------


def test_stop_taken_over_by_another_unit_stays_with_the_head_who_announced_it(
    client: Client, head: User, place: Place
) -> None:
    stop = published(StopFactory(place=place), head)
    other = DistrictFactory()
    Stop.objects.filter(pk=stop.pk).update(
        vehicle=VehicleFactory(assigned_to=other), district=other, has_unpublished_changes=True
    )
    change_url = reverse("admin:schedules_stop_change", args=[stop.pk])

    own = client.get(change_url)
    assert own.status_code == 200
    assert cancel_url(stop) in own.content.decode()
    assert not own.context["has_change_permission"]
    assert client.get(cancel_url(stop), {"cause": "weather"}).context["notices"]

    client.force_login(make_head(other))
    theirs = client.get(change_url)
    assert theirs.context["has_change_permission"]
    assert cancel_url(stop) not in theirs.content.decode()
    assert not client.get(cancel_url(stop), {"cause": "weather"}).context["notices"]
    assert client.post(cancel_url(stop), {"cause": "weather"}).status_code == 403


# -- changes that say nothing new, and stops that took place ----------------------------------------------------------


def test_change_that_no_citizen_notices_is_published_without_a_notice(client: Client, head: User, place: Place) -> None:
    stop = published(StopFactory(place=place), head)
    Stop.objects.filter(pk=stop.pk).update(landmark_en="By the mosque", has_unpublished_changes=True)

    page = client.get(PUBLISH, {"ids": ids(stop), "cause": "correction"})
    assert (page.context["previewed"], page.context["notices"]) == (True, [])
    assert 'name="publish"' in page.content.decode()
    answer = client.post(PUBLISH, read_texts(client, stop, cause="correction"), follow=True)

    assert answer.redirect_chain[0][0] == reverse("admin:schedules_stop_changelist")
    assert len(list(answer.context["messages"])) == 1
    stop.refresh_from_db()
    assert not stop.has_unpublished_changes
    assert StopRevision.objects.public().get().landmark_en == "By the mosque"
    assert Notice.objects.count() == 1


def test_form_of_a_stop_that_took_place_is_read_only(client: Client, head: User, place: Place) -> None:
    stop = published(StopFactory(place=place), head)
    url = reverse("admin:schedules_stop_change", args=[stop.pk])
    assert 'name="_save"' in client.get(url).content.decode()
    with time_machine.travel(dt.datetime.combine(stop.date, stop.ends_at, tzinfo=NOW.tzinfo), tick=False):
        client.force_login(head)
        assert 'name="_save"' not in client.get(url).content.decode()


def test_preview_says_what_is_wrong_in_what_staff_typed(client: Client, head: User, place: Place) -> None:
    right = StopFactory(place=place)
    wrong = StopFactory(place=place, landmark_ar="أمام المدرسة، غدًا")
    html = client.get(PUBLISH, {"ids": ids(wrong)}).content.decode()
    assert "<strong>«غدًا»</strong>" in html
    assert 'class="findings"' not in client.get(PUBLISH, {"ids": ids(right)}).content.decode()

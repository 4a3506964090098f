"""Texts on a preview page: edited in their boxes, checked while they are, refused for a head, issued by a supervisor."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from announcements.enums import TextForm
from announcements.models import Delivery, Notice, NoticeOverride
from schedules.enums import StopStatus
from schedules.models import Stop
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import PlaceFactory, StopFactory
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PUBLISH = "/admin/schedules/stop/publish/"
CHECK = "/admin/announcements/notice/check-text/"
TOMORROW = "أمام المدرسة، غدًا"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district() -> District:
    return DistrictFactory()


def make_stop(district: District, **fields: Any) -> Stop:
    stop: Stop = StopFactory(place=PlaceFactory(district=district), **fields)
    return stop


def fields_of(page: Any) -> dict[str, str]:
    """Everything the form of the page would send, read from its HTML as a browser without JavaScript does."""
    text = page.content.decode()
    found = {
        match["name"]: html.unescape(match["body"])
        for match in re.finditer(
            r'<textarea[^>]* name="(?P<name>text-[^"]+)"[^>]*>\n(?P<body>.*?)</textarea>', text, re.S
        )
    }
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag, re.S)
        if name and name[1] != "csrfmiddlewaretoken" and ("hidden" in tag or name[1] == "override"):
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def preview(client: Client, stop: Stop) -> Any:
    return client.get(PUBLISH, {"ids": str(stop.pk)})


def folds(page: Any) -> dict[str, bool]:
    """Which of the texts on the page lie open, by form."""
    found = re.findall(r'<details class="text-card" data-editing="([a-z_]+)"( open)?>', page.content.decode())
    return {form: bool(is_open) for form, is_open in found}


def codes(page: Any, form: str = "social") -> set[str]:
    (notice,) = page.context["notices"]
    (card,) = [card for card in notice.cards if card.form == form]
    return {finding.code for finding in card.findings}


# -- editing ----------------------------------------------------------------------------------------------------------------


def test_page_as_it_came_is_published_without_an_edit(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)

    answer = client.post(PUBLISH, fields_of(preview(client, stop)) | {"publish": "1"})

    notice = Notice.objects.get()
    assert answer["Location"] == reverse("admin:announcements_notice_change", args=[notice.pk])
    assert {text.written for text in notice.texts.all()} == {""}


def test_edited_box_is_published_as_edited(client: Client, district: District) -> None:
    ChannelFactory()
    client.force_login(make_head(district))
    stop = make_stop(district)
    data = fields_of(preview(client, stop))
    data["text-0-social"] = data["text-0-social"].replace("\n", "\r\n") + "\r\nشكرًا لكم."

    client.post(PUBLISH, data | {"publish": "1"})

    text = Notice.objects.get().texts.get(form=TextForm.SOCIAL)
    page = client.get(reverse("admin:announcements_notice_change", args=[text.notice_id]))
    assert page.context["edited"] == [(text.get_form_display(), text.written)]
    assert text.body == text.written + "\nشكرًا لكم."
    assert Delivery.objects.get().text == text.body


def test_the_first_text_and_those_with_findings_lie_open(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)
    page = preview(client, stop)
    assert folds(page) == {form: form == TextForm.SOCIAL for form in TextForm.values}
    data = fields_of(page)
    data["text-0-radio"] += "\nيوم الثلاثاء 1 ديسمبر 2026"

    again = client.post(PUBLISH, data | {"check": "1"})

    assert codes(again, "radio") != set()
    assert folds(again) == {form: form in (TextForm.SOCIAL, TextForm.RADIO) for form in TextForm.values}


def test_checking_again_keeps_the_edit_and_issues_nothing(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)
    data = fields_of(preview(client, stop))
    data["text-0-social"] = data["text-0-social"].replace("الأحد", "الاثنين")

    page = client.post(PUBLISH, data | {"check": "1"})

    assert (page.status_code, codes(page), Notice.objects.count()) == (200, {"weekday_date"}, 0)
    assert fields_of(page)["text-0-social"] == data["text-0-social"]
    again = fields_of(page)
    again["text-0-social"] = again["text-0-social"].replace("الاثنين", "الأحد")
    assert codes(client.post(PUBLISH, again | {"check": "1"})) == set()
    client.post(PUBLISH, again | {"publish": "1"})
    assert Notice.objects.get().texts.get(form="social").written == ""


def test_going_back_to_the_written_text_leaves_other_edits(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)
    data = fields_of(preview(client, stop))
    edits = {name: data[name] + "\nشكرًا لكم." for name in ("text-0-social", "text-0-whatsapp")}

    page = fields_of(client.post(PUBLISH, data | edits | {"restore": "text-0-social"}))

    assert page["text-0-social"] == data["text-0-social"]
    assert page["text-0-whatsapp"] == edits["text-0-whatsapp"]


def test_edit_survives_texts_that_changed_meanwhile(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)
    data = fields_of(preview(client, stop))
    data["text-0-social"] += "\nشكرًا لكم."
    Stop.objects.filter(pk=stop.pk).update(landmark_ar="خلف المسجد")

    page = client.post(PUBLISH, data | {"publish": "1"})

    assert (page.status_code, Notice.objects.count()) == (200, 0)
    after = fields_of(page)
    assert after["text-0-social"] == data["text-0-social"]
    assert "خلف المسجد" in after["text-0-whatsapp"]


def test_edit_is_not_lost_when_the_act_itself_is_refused(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)
    data = fields_of(preview(client, stop))
    data["text-0-social"] += "\nشكرًا لكم."
    Stop.objects.filter(pk=stop.pk).update(date=NOW.date().replace(day=1))

    page = client.post(PUBLISH, data | {"publish": "1"})

    assert (page.status_code, Notice.objects.count()) == (200, 0)
    assert [card.body for card in page.context["kept"]] == [data["text-0-social"]]


def test_emptied_box_is_refused_and_stays_empty(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)
    data = fields_of(preview(client, stop)) | {"text-0-sms": "  "}

    page = client.post(PUBLISH, data | {"publish": "1"})

    assert (codes(page, "sms"), Notice.objects.count()) == ({"text_empty"}, 0)
    assert fields_of(page)["text-0-sms"] == ""


@pytest.mark.parametrize(
    "strange",
    [
        {"text-0-nonsense": "x"},
        {"text-99999999999999999999-social": "x"},
        {"text--social": "x"},
        {"text-٣-social": "x"},
        {"text-7-social": "x"},
        {"text-0-social-more": "x", "stamp-text-0-social": "x"},
    ],
)
def test_strange_boxes_are_passed_over(client: Client, district: District, strange: dict[str, str]) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district)
    data = {name: value for name, value in fields_of(preview(client, stop)).items() if name in ("ids", "texts")}

    client.post(PUBLISH, data | strange | {"publish": "1"})

    assert {text.written for text in Notice.objects.get().texts.all()} == {""}


# -- the gate ---------------------------------------------------------------------------------------------------------------


def test_head_is_refused_and_told_who_can_decide(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district, landmark_ar=TOMORROW)
    shown = preview(client, stop)
    assert 'name="override"' not in shown.content.decode()

    page = client.post(PUBLISH, fields_of(shown) | {"publish": "1"})

    assert (page.status_code, codes(page), Notice.objects.count()) == (200, {"relative_day"}, 0)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert 'name="override"' not in page.content.decode()


def test_head_who_forges_a_reason_is_forbidden(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    stop = make_stop(district, landmark_ar=TOMORROW)

    answer = client.post(PUBLISH, fields_of(preview(client, stop)) | {"publish": "1", "override": "يوم الافتتاح"})

    assert (answer.status_code, Notice.objects.count()) == (403, 0)


def test_supervisor_gives_a_reason_and_it_is_shown_with_the_notice(client: Client, district: District) -> None:
    supervisor = make_supervisor()
    client.force_login(supervisor)
    stop = make_stop(district, landmark_ar=TOMORROW)
    shown = preview(client, stop)
    assert 'name="override"' in shown.content.decode()

    without = client.post(PUBLISH, fields_of(shown) | {"publish": "1"})
    assert (without.status_code, Notice.objects.count()) == (200, 0)
    client.post(PUBLISH, fields_of(shown) | {"publish": "1", "override": "يوم الافتتاح الرسمي"})

    override = NoticeOverride.objects.get()
    assert (override.reason, override.overridden_by) == ("يوم الافتتاح الرسمي", supervisor)
    page = client.get(reverse("admin:announcements_notice_change", args=[override.notice_id])).content.decode()
    assert "يوم الافتتاح الرسمي" in page
    assert override.findings[0]["message"] in page
    history = client.get(reverse("admin:schedules_stop_change", args=[stop.pk])).content.decode()
    assert history.count("صدر مع أخطاء") == 1


def test_reason_comes_back_when_new_errors_appear(client: Client, district: District) -> None:
    client.force_login(make_supervisor())
    stop = make_stop(district, landmark_ar=TOMORROW)
    data = fields_of(preview(client, stop)) | {"override": "يوم الافتتاح"}
    data["text-0-social"] = data["text-0-social"].replace("الأحد", "الاثنين")

    page = client.post(PUBLISH, data | {"publish": "1"})

    assert (page.status_code, Notice.objects.count()) == (200, 0)
    assert "weekday_date" in codes(page)
    assert fields_of(page)["override"] == "يوم الافتتاح"
    client.post(PUBLISH, fields_of(page) | {"publish": "1"})
    assert {one["code"] for one in NoticeOverride.objects.get().findings} == {"relative_day", "weekday_date"}


def test_cancel_page_has_the_same_gate(client: Client, district: District) -> None:
    stop = make_stop(district)
    announce(stop)
    url = reverse("admin:schedules_stop_cancel", args=[stop.pk])
    client.force_login(make_head(district))
    data = fields_of(client.get(url, {"cause": "weather"})) | {"cause": "weather", "cause_ar": "", "cancel": "1"}
    wrong = data | {"text-0-radio": data["text-0-radio"] + "\nالخط الساخن 15."}

    page = client.post(url, wrong)
    assert (page.status_code, codes(page, "radio")) == (200, {"radio_digits"})
    stop.refresh_from_db()
    assert stop.status == StopStatus.PUBLISHED
    client.post(url, data | {"text-0-radio": data["text-0-radio"] + "\nشكرًا لتفهمكم."})

    stop.refresh_from_db()
    assert stop.status == StopStatus.CANCELLED
    assert "شكرًا لتفهمكم." in Notice.objects.latest("pk").texts.get(form="radio").body


# -- while typing -----------------------------------------------------------------------------------------------------------


def check_data(page: Any, **changes: str) -> dict[str, str]:
    (notice,) = page.context["notices"]
    card = notice.cards[0]
    return {"form": card.form, "text": card.body, "original": card.body, "facts": notice.facts} | changes


def test_live_check_finds_what_publishing_would(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    page = preview(client, make_stop(district))
    right = check_data(page)

    assert client.post(CHECK, right).json()["errors"] == 0
    wrong = client.post(CHECK, right | {"text": right["text"].replace("الأحد", "الاثنين")}).json()
    assert wrong["errors"] == 1
    assert "«الاثنين»" in wrong["findings"]
    headless = client.post(CHECK, right | {"text": "\n".join(right["text"].split("\n")[1:])}).json()
    assert "لا بد أن يبقى" in headless["findings"]
    assert Notice.objects.count() == 0


def test_live_check_measures_a_message(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    page = preview(client, make_stop(district))

    answer = client.post(CHECK, check_data(page, form="sms", text="س" * 150, original="س")).json()

    assert "150" in answer["measure"]
    assert "134" in answer["findings"]


def test_live_check_escapes_what_was_typed(client: Client, district: District) -> None:
    client.force_login(make_head(district))
    page = preview(client, make_stop(district))

    answer = client.post(CHECK, check_data(page, form="radio", text="<b>15</b>", original="")).json()

    assert answer["errors"] > 0
    assert "<b>" not in answer["findings"]


@pytest.mark.parametrize(
    "changes", [{"form": "nonsense"}, {"facts": "x:y:z"}, {"facts": ""}, {"text": "س" * 50_000}, {"form": ""}]
)
def test_live_check_of_nonsense_is_refused(client: Client, district: District, changes: dict[str, str]) -> None:
    client.force_login(make_head(district))
    page = preview(client, make_stop(district))

    assert client.post(CHECK, check_data(page, **changes)).status_code == 400


def test_live_check_is_for_staff_and_guarded_against_forged_requests(district: District) -> None:
    stop = make_stop(district)
    client = Client()
    client.force_login(make_head(district))
    data = check_data(preview(client, stop))
    assert client.get(CHECK).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_head(district))
    assert strict.post(CHECK, data).status_code == 403
    stranger = Client()
    stranger.force_login(UserFactory(is_staff=True))
    assert stranger.post(CHECK, data).status_code == 403
    assert Client().post(CHECK, data).status_code == 302
    editor = Client()
    editor.force_login(make_editor(district))
    assert editor.post(CHECK, data).status_code == 200

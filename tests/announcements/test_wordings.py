"""Wordings in the admin and in the notices that are issued with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from announcements.arabic.wording_slots import FORMS, Slot
from announcements.enums import TextForm
from announcements.models import Delivery, Notice, NoticeText, Wording
from announcements.wordings import starter
from schedules.models import Stop
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.users import UserFactory, make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce, cancel, change
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = pytest.mark.django_db
WORDINGS = "/admin/announcements/wording/"
ADD = f"{WORDINGS}add/"
PREVIEW = f"{WORDINGS}preview/"
GREETING = "أهلنا الكرام،"
LIST_QUERIES = 10


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def district() -> District:
    district: District = DistrictFactory(slug="naqada", name_ar="نقادة")
    return district


@pytest.fixture
def head(client: Client, district: District) -> User:
    user = make_head(district)
    client.force_login(user)
    return user


def own(form: str = "social", slot: str = "visit") -> str:
    """A wording of somebody's own: the one to begin with under a greeting."""
    return f"{GREETING}\n{starter(slot, form)}"


def keep(district: District | None, *, form: str = "social", slot: str = "visit", **fields: Any) -> Wording:
    values: dict[str, Any] = {"body": own(form, slot), "updated_at": NOW, "updated_by": UserFactory()} | fields
    wording: Wording = Wording.objects.create(district=district, slot=slot, form=form, **values)
    return wording


def draft(district: District, name: str = "بلصفورة", **fields: Any) -> Stop:
    stop: Stop = StopFactory(place=PlaceFactory(district=district, name_ar=name), **fields)
    return stop


def text_of(notice: Notice, form: str = "social") -> NoticeText:
    return NoticeText.objects.get(notice=notice, form=form)


def typed(district: District | None, **fields: str) -> dict[str, str]:
    values = {"slot": "visit", "form": "social", "body": own(), "is_active": "on"}
    return values | {"district": str(district.pk) if district else ""} | fields


# -- issued -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [form.value for form in FORMS[Slot.VISIT] if form.value != "sms"])
def test_a_notice_is_written_in_the_units_wording(district: District, form: str) -> None:
    body = (
        own(form) if form not in ("radio", "loudspeaker") else starter("visit", form).replace("السادةَ", "أيها السادة")
    )
    wording = keep(district, form=form, body=body)
    others = {one: text_of(announce(draft(DistrictFactory())), one).wording for one in TextForm.values}

    text = text_of(announce(draft(district)), form)

    assert (text.wording, text.fallback_reason) == (wording, "")
    assert text.body.startswith((GREETING, "أيها السادة"))
    assert set(others.values()) == {None}


def test_the_wording_goes_out_to_the_channels(district: District) -> None:
    ChannelFactory(district=district)
    keep(district)

    notice = announce(draft(district))

    delivery = Delivery.objects.get()
    assert delivery.text == text_of(notice).body
    assert delivery.text.startswith(GREETING)
    assert delivery.marker in delivery.text


def test_the_units_own_wording_comes_before_that_of_all_units(district: District) -> None:
    general, mine = keep(None), keep(district)

    assert text_of(announce(draft(district))).wording == mine
    assert text_of(announce(draft(DistrictFactory()))).wording == general


def test_a_wording_that_is_not_in_use_is_not_used(district: District) -> None:
    keep(district, is_active=False)

    assert text_of(announce(draft(district))).wording is None


def test_a_week_and_a_change_have_wordings_of_their_own_or_none(district: District) -> None:
    keep(district)
    stop = draft(district)
    week = announce(stop, draft(district, "باجا", date=STOP_DATE + dt.timedelta(days=1)))

    changed = change(stop, starts_at=dt.time(10))

    assert text_of(week).wording is None
    assert text_of(changed).wording is None


def test_a_week_is_worded(district: District) -> None:
    wording = keep(district, slot="week")

    week = announce(draft(district), draft(district, "باجا", date=STOP_DATE + dt.timedelta(days=1)))

    assert text_of(week).wording == wording
    assert "قرية باجا – مركز نقادة" in text_of(week).body


def test_what_happens_to_a_visit_is_worded_and_keeps_what_else_the_post_told(district: District) -> None:
    ChannelFactory(district=district)
    cancelled, moved = keep(district, slot="cancelled"), keep(district, slot="moved")
    next_day = STOP_DATE + dt.timedelta(days=1)
    off, kept = draft(district), draft(district, "باجا", date=next_day)
    announce(off, kept)
    Delivery.objects.update(status="sent", sent_at=NOW, external_id="1")

    notice = cancel(off)

    text = text_of(notice)
    assert (text.wording, text.fallback_reason) == (cancelled, "")
    assert text.body.startswith(f"{GREETING}\nتنويه رقم 2/2026 – ")
    assert "\nبشأن الإعلان رقم 1/2026\n" in text.body
    assert "عن إلغاء تواجد سيارة المركز التكنولوجي المتنقل بقرية بلصفورة – مركز نقادة" in text.body
    edit = Delivery.objects.get(notice=notice).edit_text
    assert edit.startswith(GREETING)
    assert "ويظل الموعد الآخر الوارد في الإعلان رقم 1/2026 قائمًا على النحو الآتي:" in edit
    assert edit.count("قرية باجا – مركز نقادة") == 1
    assert text_of(change(kept, starts_at=dt.time(10), now=NOW + dt.timedelta(hours=1, minutes=30))).wording == moved


def test_news_that_a_wording_cannot_tell_has_the_built_in_one(district: District) -> None:
    keep(district, slot="moved")
    stop = draft(district)
    announce(stop)

    elsewhere = change(stop, landmark_ar="أمام السنترال", starts_at=dt.time(10))

    assert (text_of(elsewhere).wording, text_of(elsewhere).fallback_reason) == (None, "")
    assert "أمام السنترال" in text_of(elsewhere).body


def test_issued_texts_stay_when_the_wording_goes(district: District) -> None:
    wording = keep(district)
    notice = announce(draft(district))
    body = text_of(notice).body

    wording.delete()

    assert (text_of(notice).body, text_of(notice).wording) == (body, None)


def test_a_visit_that_does_not_suit_the_wording_has_the_built_in_one(
    client: Client, head: User, district: District
) -> None:
    keep(district, form="sms", body=starter("visit", "sms"))
    landmark = "أمام مقر الوحدة المحلية القديم بجوار المدرسة الابتدائية المشتركة وخلف الوحدة البيطرية"

    notice = announce(draft(district, landmark_ar=landmark))

    text = text_of(notice, "sms")
    assert text.wording is None
    assert "134" in text.fallback_reason
    assert len(text.body) <= 134
    page = client.get(reverse("admin:announcements_notice_change", args=[notice.pk])).content.decode()
    assert text.fallback_reason in page


def test_the_page_of_a_notice_says_whose_wording_it_is(client: Client, head: User, district: District) -> None:
    keep(district)
    notice = announce(draft(district))

    page = client.get(reverse("admin:announcements_notice_change", args=[notice.pk]))

    said = {card.form: card.wording for card, _links in page.context["downloads"]}
    assert said == {form: "بصياغة خاصة بالوحدة." if form == "social" else "" for form in TextForm.values}


# -- kept -----------------------------------------------------------------------------------------------------------------


def test_a_head_keeps_a_wording_for_the_unit(client: Client, head: User, district: District) -> None:
    response = client.post(ADD, typed(district, body=own().replace("\n", "\r\n")))

    assert response.status_code == 302
    wording = Wording.objects.get()
    assert (wording.district, wording.body, wording.updated_by) == (district, own(), head)
    assert text_of(announce(draft(district))).body.startswith(GREETING)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (own() + "\n{لا_شيء}", "{لا_شيء}"),
        (own() + "\n{المكان", "ليس له ما يقابله"),
        (own().replace("{اليوم}", ""), "{اليوم}"),
        (own() + "\nنراكم غدًا", "عند تجربتها على «زيارة واحدة»"),
        (own().replace("{رقم_الإعلان}", "{رقم_الإعلان} {رقم_الإعلان}").replace("{الساعات}", "{من}"), "{حتى}"),
        ("", "هذا الحقل مطلوب"),
    ],
)
def test_a_broken_wording_is_refused_beside_its_field(
    client: Client, head: User, district: District, body: str, said: str
) -> None:
    response = client.post(ADD, typed(district, body=body))

    assert response.status_code == 200
    assert said in " ".join(response.context["adminform"].form.errors["body"])
    assert not Wording.objects.exists()


def test_a_cancellation_that_does_not_say_so_is_refused(client: Client, head: User, district: District) -> None:
    body = own(slot="cancelled")

    silent = client.post(ADD, typed(district, slot="cancelled", body=body.replace("عن إلغاء", "عن")))
    uncited = client.post(ADD, typed(district, slot="cancelled", body=body.replace("{بشأن_الإعلان}\n", "")))

    said = [" ".join(page.context["adminform"].form.errors["body"]) for page in (silent, uncited)]
    assert said[0] == (
        "عند تجربتها على «زيارة واحدة» و«يومان» و«حي» و«مكان طويل الاسم» و«دون علامة»: "
        "هذا النص يخص: إلغاء، ولم يُذكر ذلك فيه."
    )
    assert said[1] == "ينقص الصياغة ما لا يصح الإعلان دونه: {بشأن_الإعلان}."
    assert not Wording.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"form": "fax"}, {"slot": "year"}, {"slot": "week", "form": "sms"}, {"district": "x"}]
)
def test_nonsense_is_refused_and_never_an_error(
    client: Client, head: User, district: District, fields: dict[str, str]
) -> None:
    assert client.post(ADD, typed(district) | fields).status_code == 200
    assert client.post(PREVIEW, typed(district) | fields).status_code == 200
    assert client.get(ADD, fields).status_code == 200
    assert not Wording.objects.exists()


def test_one_form_has_one_wording(client: Client, head: User, district: District) -> None:
    keep(district)

    response = client.post(ADD, typed(district))

    assert "توجد صياغة لهذا من قبل، فعدّلها." in response.content.decode()
    keep(None)
    for unit in (district, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            keep(unit)


def test_rights_follow_the_unit(client: Client, district: District) -> None:
    other = keep(DistrictFactory())
    general = keep(None)
    mine = keep(district, form="plain")
    client.force_login(make_editor(district))
    assert client.get(f"{WORDINGS}{mine.pk}/change/").status_code == 200
    assert client.post(f"{WORDINGS}{mine.pk}/change/", typed(district)).status_code == 403
    assert client.get(ADD).status_code == 403
    client.force_login(make_head(district))
    assert client.get(f"{WORDINGS}{other.pk}/change/").status_code == 302
    assert client.post(f"{WORDINGS}{general.pk}/change/", typed(None)).status_code == 403
    assert client.post(f"{WORDINGS}{general.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(ADD, typed(other.district, form="whatsapp")).status_code == 200
    assert client.post(ADD, typed(None, form="whatsapp")).status_code == 200
    client.force_login(make_supervisor())
    assert client.post(ADD, typed(None, form="whatsapp")).status_code == 302
    client.force_login(UserFactory(is_staff=True))
    assert client.get(WORDINGS).status_code == 403
    assert client.post(PREVIEW, typed(district)).status_code == 403
    assert Wording.objects.count() == 4


def test_the_built_in_wording_is_restored(client: Client, head: User, district: District) -> None:
    wording = keep(district)
    page = client.get(f"{WORDINGS}{wording.pk}/change/").content.decode()
    assert f'href="{WORDINGS}{wording.pk}/delete/"' in page
    assert client.get(f"{WORDINGS}{wording.pk}/delete/").status_code == 200
    assert Wording.objects.exists()

    response = client.post(f"{WORDINGS}{wording.pk}/delete/", {"post": "yes"}, follow=True)

    assert not Wording.objects.exists()
    assert "تُكتب الإعلانات من الآن بالصياغة الأصلية" in response.content.decode()
    assert text_of(announce(draft(district))).wording is None


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_however_long(
    client: Client, district: District, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    client.force_login(make_supervisor())
    for _number in range(count):
        keep(DistrictFactory())

    with django_assert_num_queries(LIST_QUERIES):
        client.get(WORDINGS)


# -- looked at ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "form"), [(slot.value, form.value) for slot, forms in FORMS.items() for form in forms]
)
def test_a_new_wording_begins_with_one_that_may_be_kept(
    client: Client, head: User, district: District, slot: str, form: str
) -> None:
    page = client.get(ADD, {"slot": slot, "form": form})

    assert page.context["adminform"].form.initial["body"] == starter(slot, form)
    assert page.context["preview"].problems == ()
    assert page.context["preview"].text != ""
    assert client.post(ADD, typed(district, slot=slot, form=form, body=starter(slot, form))).status_code == 302


def test_preview_is_of_the_newest_announced_stop(client: Client, head: User, district: District) -> None:
    announce(draft(district, "باجا"))
    newest = announce(draft(district, "أولاد نصير"), now=NOW + dt.timedelta(hours=1))
    announce(draft(DistrictFactory(), "بعيدة"), now=NOW + dt.timedelta(hours=1))

    answer = client.post(PREVIEW, typed(district), headers={"accept": "application/json"}).json()

    assert answer["text"].startswith(f"{GREETING}\nإعلان رقم 2/2026")
    assert "قرية أولاد نصير – مركز نقادة" in answer["text"]
    assert answer["problems"] == []
    assert answer["subject"] == str(newest.pk)
    assert ["المكان", "القرية أو المنطقة مع المركز أو الحي", "قرية أولاد نصير – مركز نقادة"] in answer["placeholders"]
    assert not any("بعيدة" in label for _key, label in answer["subjects"])


def test_preview_of_a_cancellation_is_of_one_that_was(client: Client, head: User, district: District) -> None:
    stop = draft(district, "أولاد نصير")
    announce(stop, draft(district, date=STOP_DATE + dt.timedelta(days=1)))
    sample = client.post(
        PREVIEW, typed(district, slot="cancelled", body=own(slot="cancelled")), headers={"accept": "application/json"}
    ).json()
    notice = cancel(stop)

    answer = client.post(
        PREVIEW, typed(district, slot="cancelled", body=own(slot="cancelled")), headers={"accept": "application/json"}
    ).json()

    assert sample["subject"] == "sample-0"
    assert (answer["subject"], answer["problems"]) == (str(notice.pk), [])
    assert "إلغاء تواجد سيارة المركز التكنولوجي المتنقل بقرية أولاد نصير – مركز نقادة" in answer["text"]
    assert ["بشأن_الإعلان", "رقم الإعلان السابق الذي يخصه هذا التنويه", "بشأن الإعلان رقم 1/2026"] in answer[
        "placeholders"
    ]


def test_preview_is_of_the_chosen_stop_of_a_week(client: Client, head: User, district: District) -> None:
    week = announce(draft(district), draft(district, "باجا", date=STOP_DATE + dt.timedelta(days=1)))

    answer = client.post(
        PREVIEW, typed(district, subject=f"{week.pk}-1"), headers={"accept": "application/json"}
    ).json()
    aloud = client.post(
        PREVIEW,
        typed(district, form="loudspeaker", body=starter("visit", "loudspeaker")),
        headers={"accept": "application/json"},
    ).json()

    assert "قرية باجا – مركز نقادة" in answer["text"]
    assert aloud["text"].count("نكرر") == 2


def test_preview_says_what_is_wrong(client: Client, head: User, district: District) -> None:
    answer = client.post(PREVIEW, typed(district, body="{المكان} {كذا}"), headers={"accept": "application/json"}).json()

    assert len(answer["problems"]) == 2
    assert "{كذا}" in answer["problems"][0]


def test_preview_without_script_is_a_page(client: Client, head: User, district: District) -> None:
    announce(draft(district, "باجا"))

    page = client.post(PREVIEW, typed(district, body=own() + "\n<b>"))

    assert "قرية باجا – مركز نقادة" in page.content.decode()
    assert "&lt;b&gt;" in page.content.decode()
    assert client.get(PREVIEW).status_code == 405


def test_preview_before_anything_was_announced_is_of_a_sample(client: Client, head: User, district: District) -> None:
    page = client.get(ADD)

    assert page.context["preview"].subject == "sample-0"
    assert "قرية الأمل – مركز النيل" in page.context["preview"].text

"""Notices to copy, download and acknowledge; the ledger of deliveries; channels without their tokens."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from docx import Document

from announcements.enums import AcknowledgementKind, ChannelKind, DeliveryStatus, TextForm
from announcements.models import Acknowledgement, Channel, Delivery, Notice
from tests.factories.announcements import ChannelFactory, DeliveryFactory, NoticeFactory, NoticeItemFactory
from tests.factories.schedules import PlaceFactory, StopRevisionFactory
from tests.factories.users import make_editor, make_head, make_supervisor
from tests.factories.vehicles import DistrictFactory
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = pytest.mark.django_db
NOTICES = "/admin/announcements/notice/"
LEDGER = "/admin/announcements/delivery/"
NOTICE_QUERIES = 10
LEDGER_QUERIES = 11


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    """Two hours after the notices of the factories were issued."""
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def district() -> District:
    return DistrictFactory()


@pytest.fixture
def head(client: Client, district: District) -> User:
    user = make_head(district)
    client.force_login(user)
    return user


def notice_url(notice: Notice) -> str:
    return reverse("admin:announcements_notice_change", args=[notice.pk])


def export_url(notice: Notice, form: str, kind: str) -> str:
    return reverse("admin:announcements_notice_export", args=[notice.pk, form, kind])


def lines_of(docx: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs]


# -- notices ----------------------------------------------------------------------------------------------------------


def test_notice_shows_every_text_to_copy_and_download(client: Client, head: User, district: District) -> None:
    notice = NoticeFactory(district=district)

    response = client.get(notice_url(notice))

    cards = {card.form: card.body for card, _links in response.context["downloads"]}
    assert cards == {text.form: text.body for text in notice.texts.all()}
    html = response.content.decode()
    for form in TextForm.values:
        assert f'data-copy="notice-{form}"' in html
        assert export_url(notice, form, "txt") in html


@pytest.mark.parametrize("form", TextForm.values)
def test_text_file_holds_the_text_and_a_name(client: Client, head: User, district: District, form: str) -> None:
    notice = NoticeFactory(district=district, number=5)

    response = client.get(export_url(notice, form, "txt"))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="notice-{district.slug}-2026-5-{form}.txt"'
    assert response.content.decode("utf-8-sig").strip() == notice.texts.get(form=form).body


@pytest.mark.parametrize("form", ["social", "plain", "whatsapp", "radio", "loudspeaker"])
def test_word_file_holds_the_text_and_a_name(client: Client, head: User, district: District, form: str) -> None:
    notice = NoticeFactory(district=district, number=5)

    response = client.get(export_url(notice, form, "docx"))

    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert response["Content-Disposition"] == f'attachment; filename="notice-{district.slug}-2026-5-{form}.docx"'
    assert notice.texts.get(form=form).body in lines_of(response.content)


def test_files_that_do_not_exist_are_not_found(client: Client, head: User, district: District) -> None:
    notice = NoticeFactory(district=district)
    other = NoticeFactory()

    paths = [(notice.pk, "fax.txt"), (notice.pk, "social.exe"), (other.pk, "social.txt"), (999999, "social.txt")]

    assert {client.get(f"{NOTICES}{pk}/{name}").status_code for pk, name in paths} == {404}


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_notices_asks_the_same_number_of_questions(
    client: Client, head: User, district: District, django_assert_num_queries: Any, count: int
) -> None:
    for _number in range(count):
        DeliveryFactory(notice=NoticeFactory(district=district))

    with django_assert_num_queries(NOTICE_QUERIES):
        client.get(NOTICES)


def test_notices_of_other_units_are_not_seen(client: Client, head: User, district: District) -> None:
    own, other = NoticeFactory(district=district), NoticeFactory()

    assert [row.pk for row in client.get(NOTICES).context["cl"].result_list] == [own.pk]
    assert client.get(notice_url(other)).status_code == 302


def test_notice_is_never_changed_or_deleted(client: Client, district: District) -> None:
    client.force_login(make_supervisor())
    notice = NoticeFactory(district=district)

    assert client.post(notice_url(notice), {"title_ar": "غير ذلك"}).status_code == 403
    assert client.post(f"{NOTICES}{notice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{NOTICES}add/").status_code == 403
    notice.refresh_from_db()
    assert notice.title_ar != "غير ذلك"


# -- a unit's week ----------------------------------------------------------------------------------------------------


def announced(district: District, date: dt.date, **texts: str) -> Notice:
    revision = StopRevisionFactory(place=PlaceFactory(district=district), date=date)
    bodies = {form: f"{form} {date}" for form in TextForm} | texts
    item = NoticeItemFactory(revision=revision, notice__texts=bodies)
    notice: Notice = item.notice
    return notice


def test_week_collects_the_current_texts_of_the_unit(client: Client, head: User, district: District) -> None:
    first = announced(district, dt.date(2026, 11, 29))
    second = announced(district, dt.date(2026, 12, 2))
    announced(district, dt.date(2026, 12, 6))
    announced(DistrictFactory(), dt.date(2026, 11, 29))
    outdated = announced(district, dt.date(2026, 11, 30))
    outdated.items.get().revision.__class__.objects.filter(notice_items__notice=outdated).update(is_current=False)

    response = client.get(f"{NOTICES}week/", {"district": district.pk, "week": "2026-W49"})

    assert response.context["notices"] == [first, second]
    bodies = {card.form: card.body for card, _links in response.context["downloads"]}
    assert list(bodies) == ["social", "plain", "whatsapp", "radio", "loudspeaker"]
    assert bodies["social"] == "social 2026-11-29\n\n———\n\nsocial 2026-12-02"


@pytest.mark.parametrize("form", ["social", "plain", "whatsapp", "radio", "loudspeaker"])
def test_week_is_downloaded(client: Client, head: User, district: District, form: str) -> None:
    announced(district, dt.date(2026, 11, 29))
    announced(district, dt.date(2026, 12, 2))
    query = f"district={district.pk}&week=2026-W49"

    text = client.get(f"{NOTICES}week/{form}.txt?{query}")
    word = client.get(f"{NOTICES}week/{form}.docx?{query}")

    name = f"week-{district.slug}-2026-W49-{form}"
    assert text["Content-Disposition"] == f'attachment; filename="{name}.txt"'
    assert word["Content-Disposition"] == f'attachment; filename="{name}.docx"'
    assert f"{form} 2026-12-02" in text.content.decode("utf-8-sig")
    assert {f"{form} 2026-11-29", f"{form} 2026-12-02"} <= set(lines_of(word.content))


@pytest.mark.parametrize("query", ["week=2026-W99", "week=2026-W10", "district=999999&week=2026-W49"])
def test_week_without_texts_has_no_file(client: Client, head: User, district: District, query: str) -> None:
    assert client.get(f"{NOTICES}week/social.txt?{query}").status_code == 404
    assert client.get(f"{NOTICES}week/?{query}").status_code == 200


# -- acknowledgements -------------------------------------------------------------------------------------------------


def acknowledge(client: Client, notice: Notice, **changes: str) -> Any:
    data = {"kind": "posted", "happened_at": "2026-11-22T13:30", "note": "صفحة الوحدة"}
    return client.post(reverse("admin:announcements_notice_acknowledge", args=[notice.pk]), data | changes)


def test_head_records_that_a_text_was_posted(client: Client, head: User, district: District) -> None:
    notice = NoticeFactory(district=district)

    response = acknowledge(client, notice)

    assert response["Location"] == notice_url(notice)
    done = Acknowledgement.objects.get()
    assert (done.notice, done.kind, done.recorded_by, done.note) == (
        notice,
        AcknowledgementKind.POSTED,
        head,
        "صفحة الوحدة",
    )
    assert done.happened_at == dt.datetime(2026, 11, 22, 13, 30, tzinfo=NOW.tzinfo)


def test_acknowledgements_are_listed_with_who_and_when(client: Client, head: User, district: District) -> None:
    notice = NoticeFactory(district=district)
    acknowledge(client, notice, kind="aired")

    response = client.get(notice_url(notice))

    assert [done.kind for done in response.context["acknowledgements"]] == ["aired"]
    assert head.get_username() in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "eaten"}, "kind"),
        ({"happened_at": "2026-11-22T20:00"}, "happened_at"),
        ({"happened_at": "yesterday"}, "happened_at"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_refused_acknowledgement_comes_back_as_typed(
    client: Client, head: User, district: District, changes: dict[str, str], field: str
) -> None:
    response = acknowledge(client, NoticeFactory(district=district), **changes)

    form = response.context["ack_form"]
    assert response.status_code == 400
    assert list(form.errors) == [field]
    assert form[field].value() == changes[field]
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize(("own", "status"), [(True, 403), (False, 404)])
def test_editor_does_not_acknowledge(client: Client, district: District, own: bool, status: int) -> None:
    client.force_login(make_editor(district if own else DistrictFactory()))

    assert acknowledge(client, NoticeFactory(district=district)).status_code == status
    assert not Acknowledgement.objects.exists()


# -- the ledger -------------------------------------------------------------------------------------------------------


def failed(district: District, **fields: Any) -> Delivery:
    status = fields.pop("status", DeliveryStatus.FAILED)
    notice = NoticeFactory(district=district)
    delivery: Delivery = DeliveryFactory(notice=notice, status=status, next_attempt_at=None, **fields)
    return delivery


def test_ledger_begins_with_what_waits_for_a_person(client: Client, head: User, district: District) -> None:
    sent = failed(district, status=DeliveryStatus.SENT, sent_at=NOW)
    trouble = failed(district, created_at=NOW - dt.timedelta(days=3))
    doubt = failed(district, status=DeliveryStatus.UNCONFIRMED, created_at=NOW - dt.timedelta(days=2))
    DeliveryFactory()

    listed = [row.pk for row in client.get(LEDGER).context["cl"].result_list]

    assert listed == [doubt.pk, trouble.pk, sent.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_ledger_asks_the_same_number_of_questions(
    client: Client, head: User, district: District, django_assert_num_queries: Any, count: int
) -> None:
    channel = ChannelFactory()
    for _number in range(count):
        failed(district, channel=channel)

    with django_assert_num_queries(LEDGER_QUERIES):
        client.get(LEDGER)


def settle(client: Client, delivery: Delivery, decision: str, **data: str) -> Any:
    return client.post(reverse("admin:announcements_delivery_settle", args=[delivery.pk, decision]), data)


@pytest.mark.parametrize(
    ("decision", "status"),
    [("retry", DeliveryStatus.PENDING), ("confirm", DeliveryStatus.SENT), ("give-up", DeliveryStatus.FAILED)],
)
def test_head_settles_a_delivery_with_a_note(
    client: Client, head: User, district: District, decision: str, status: str
) -> None:
    delivery = failed(district, status=DeliveryStatus.UNCONFIRMED)

    response = settle(client, delivery, decision, note="رأيت الصفحة")

    delivery.refresh_from_db()
    assert response.status_code == 302
    assert (delivery.status, delivery.settled_by, delivery.settled_note) == (status, head, "رأيت الصفحة")


def test_confirmed_delivery_keeps_the_address_of_the_post(client: Client, head: User, district: District) -> None:
    delivery = failed(district)

    settle(client, delivery, "confirm", note="رأيته", url="https://example.org/posts/1")

    delivery.refresh_from_db()
    assert delivery.external_url == "https://example.org/posts/1"


@pytest.mark.parametrize(("path", "warned"), [("/unit/posts/77", False), ("/unit/posts/pfbid02xyz", True), ("", True)])
def test_person_is_told_when_a_later_correction_cannot_reach_the_post(
    client: Client, head: User, district: District, path: str, warned: bool
) -> None:
    delivery = failed(district)

    settle(client, delivery, "confirm", note="رأيته", url=f"https://www.facebook.com{path}" if path else "")

    told = [str(one) for one in client.get(reverse("admin:index")).context["messages"]]
    assert any("يدويًا" in one for one in told) is warned


@pytest.mark.parametrize("data", [{}, {"note": "  "}, {"note": "رأيته", "url": "javascript:alert(1)"}])
def test_decision_is_refused_without_a_note_or_with_a_false_address(
    client: Client, head: User, district: District, data: dict[str, str]
) -> None:
    delivery = failed(district)

    response = settle(client, delivery, "confirm", **data)

    delivery.refresh_from_db()
    assert response.status_code == 400
    assert delivery.status == DeliveryStatus.FAILED


@pytest.mark.parametrize(("own", "status"), [(True, 403), (False, 404)])
def test_editor_does_not_settle(client: Client, district: District, own: bool, status: int) -> None:
    client.force_login(make_editor(district if own else DistrictFactory()))
    delivery = failed(district)

    assert settle(client, delivery, "retry", note="مرة أخرى").status_code == status
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.FAILED


def test_what_a_delivery_did_not_do_is_said_in_words_and_not_as_a_failure(
    client: Client, head: User, district: District
) -> None:
    delivery = DeliveryFactory(
        notice=NoticeFactory(district=district), status=DeliveryStatus.SENT, sent_at=NOW, edited_in_place=True
    )
    html = client.get(f"/admin/announcements/delivery/{delivery.pk}/change/").content.decode()
    told = re.findall(r'class="form-row field-(edited|picture)".*?class="readonly">(.*?)</div>', html, re.S)
    assert told == [("edited", "نعم"), ("picture", "لا")]
    assert "icon-no" not in html


def test_delivery_page_offers_no_decision_once_it_went_out(client: Client, head: User, district: District) -> None:
    delivery = failed(district, status=DeliveryStatus.SENT, sent_at=NOW)

    response = client.get(reverse("admin:announcements_delivery_change", args=[delivery.pk]))

    assert response.context["waits"] is False
    assert settle(client, delivery, "retry", note="مرة أخرى").status_code == 400


# -- channels ---------------------------------------------------------------------------------------------------------


def test_channel_page_never_shows_the_token(client: Client, settings: Any) -> None:
    settings.CHANNEL_TOKENS = {"page": "very-secret-token"}
    client.force_login(make_supervisor())
    channel = ChannelFactory(token_name="page")

    html = client.get(reverse("admin:announcements_channel_change", args=[channel.pk])).content.decode()

    assert "very-secret-token" not in html
    assert 'value="page"' in html
    assert "من إعدادات الخادم" in html


@pytest.mark.parametrize("role", ["editor", "head"])
def test_channel_is_changed_by_supervisors_alone(client: Client, district: District, role: str) -> None:
    client.force_login(make_editor(district) if role == "editor" else make_head(district))
    channel = ChannelFactory()
    url = reverse("admin:announcements_channel_change", args=[channel.pk])

    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "صفحتي"}).status_code == 403


def test_supervisor_adds_a_channel_once(client: Client) -> None:
    client.force_login(make_supervisor())
    data = {"name": "إذاعة", "kind": ChannelKind.RADIO_MAIL, "address": "news@radio.invalid", "is_active": "on"}

    client.post("/admin/announcements/channel/add/", data)
    again = client.post("/admin/announcements/channel/add/", data)

    assert Channel.objects.count() == 1
    assert again.status_code == 200


def test_a_channel_that_could_never_send_is_refused() -> None:
    channel = ChannelFactory.build(kind=ChannelKind.INSTAGRAM, name="حساب", address="17841400000000001")
    with pytest.raises(ValidationError) as refused:
        channel.full_clean()
    assert list(refused.value.message_dict) == ["kind"]

"""Spoken texts in the admin and on their way to a station: seconds, slots, parts, pages."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from docx import Document

from announcements import outbox
from announcements.arabic.broadcast import read_script
from announcements.enums import ChannelKind, TextForm
from announcements.models import Delivery, Notice, NoticeText
from announcements.on_air import BREAK, split_for_air
from announcements.staff_texts import describe_slot, make_cards
from tests.factories.announcements import ChannelFactory, NoticeFactory
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.users import make_head
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=3)
VILLAGES = ("بلصفورة", "باجا", "الكوامل بحري", "جزيرة شندويل", "أولاد نصير")


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
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


@pytest.fixture
def bulletin(district: District) -> Notice:
    """A week of five villages, too long for one slot."""
    for kind, address in ((ChannelKind.RADIO_MAIL, "studio@example.org"), (ChannelKind.FACEBOOK, "1234567890")):
        ChannelFactory(kind=kind, address=address, district=district)
    stops = [
        StopFactory(
            place=PlaceFactory(district=district, name_ar=name, code=f"V{number}"),
            date=STOP_DATE + dt.timedelta(days=number),
        )
        for number, name in enumerate(VILLAGES)
    ]
    return announce(*stops)


def script_of(notice: Notice) -> str:
    return NoticeText.objects.get(notice=notice, form=TextForm.RADIO).body


def page_of(notice: Notice) -> str:
    return reverse("admin:announcements_notice_change", args=[notice.pk])


def pages_in(content: bytes) -> list[str]:
    """The text of a document cut at its page breaks, without its title."""
    pages: list[list[str]] = [[]]
    for paragraph in Document(io.BytesIO(content)).paragraphs[1:]:
        if paragraph.paragraph_format.page_break_before:
            pages.append([])
        pages[-1].append(paragraph.text)
    return ["\n".join(page) for page in pages]


def test_a_long_bulletin_is_shown_in_its_parts(client: Client, head: User, bulletin: Notice) -> None:
    page = client.get(page_of(bulletin))

    (card,) = [card for card, _links in page.context["downloads"] if card.form == TextForm.RADIO]
    assert [part.body for part in card.parts] == split_for_air(script_of(bulletin))
    assert len(card.parts) > 1
    assert card.slot in page.content.decode()
    assert all(f'data-copy="{part.slug}"' in page.content.decode() for part in card.parts)


def test_the_station_gets_the_parts(bulletin: Notice) -> None:
    delivery = Delivery.objects.get(channel__kind=ChannelKind.RADIO_MAIL)
    parts = split_for_air(script_of(bulletin))

    message = outbox._message(delivery)

    assert delivery.text == script_of(bulletin)
    assert message.text == BREAK.join(parts)
    assert pages_in(message.attachments[0].content) == parts


def test_a_post_is_never_cut(bulletin: Notice) -> None:
    delivery = Delivery.objects.get(channel__kind=ChannelKind.FACEBOOK)

    assert outbox._message(delivery).text == delivery.text


def test_the_announcer_gets_a_page_for_each_visit(client: Client, head: User, bulletin: Notice) -> None:
    response = client.get(f"/admin/announcements/notice/{bulletin.pk}/radio.pages")
    aloud = client.get(f"/admin/announcements/notice/{bulletin.pk}/loudspeaker.pages")

    assert response["Content-Disposition"] == 'attachment; filename="notice-naqada-2026-1-radio.items.docx"'
    assert len(pages_in(response.content)) == len(read_script(script_of(bulletin)).items) == len(VILLAGES)
    assert len(pages_in(aloud.content)) == len(VILLAGES)


@pytest.mark.parametrize("form", ["social", "sms", "plain"])
def test_only_spoken_texts_have_pages(client: Client, head: User, bulletin: Notice, form: str) -> None:
    assert client.get(f"/admin/announcements/notice/{bulletin.pk}/{form}.pages").status_code == 404


def test_one_visit_has_no_pages(client: Client, head: User, district: District) -> None:
    notice = announce(StopFactory(place=PlaceFactory(district=district, name_ar="بلصفورة")))

    page = client.get(page_of(notice)).content.decode()

    assert client.get(f"/admin/announcements/notice/{notice.pk}/radio.pages").status_code == 404
    assert "radio.pages" not in page
    assert "radio.docx" in page


def test_a_notice_from_before_these_forms_is_still_shown(client: Client, head: User, district: District) -> None:
    notice = NoticeFactory(
        district=district, texts={TextForm.SOCIAL: "منشور", TextForm.WHATSAPP: "رسالة", TextForm.RADIO: "نص إذاعي"}
    )

    page = client.get(page_of(notice))

    assert [card.form for card, _links in page.context["downloads"]] == ["social", "whatsapp", "radio"]
    assert client.get(f"/admin/announcements/notice/{notice.pk}/plain.txt").status_code == 404


def words(count: int) -> str:
    return "كلمة " * count + "."


@pytest.mark.parametrize(
    ("form", "body", "said"),
    [
        ("radio", words(65), "يتسع له موعد إذاعي مدته 30 ثانية."),
        ("radio", words(66), "تزيد مدته على 30 ثانية، ويتسع له موعد إذاعي مدته 60 ثانية."),
        ("radio", words(131), "تزيد مدته على 60 ثانية، ولا يمكن تقسيمه لأنه عن زيارة واحدة، فيلزم اختصاره."),
        ("loudspeaker", words(65), ""),
        ("loudspeaker", f"{words(66)}\n\n{words(10)}", "زيارة واحدة تزيد مدتها على 30 ثانية بمكبر الصوت."),
        ("social", words(500), ""),
    ],
)
def test_a_slot_is_told_in_a_sentence(form: str, body: str, said: str) -> None:
    assert describe_slot(form, body).startswith(said)
    assert bool(describe_slot(form, body)) == bool(said)


def test_the_pace_is_a_setting(settings: LazySettings) -> None:
    settings.RADIO_WORDS_PER_MINUTE = 100

    (card,) = make_cards({"radio": words(60)}, prefix="x")

    assert "36" in card.measure
    assert card.slot == "تزيد مدته على 30 ثانية، ويتسع له موعد إذاعي مدته 60 ثانية."

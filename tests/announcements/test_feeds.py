"""The notice feeds, read by feedparser, and what they say of notices that were overtaken."""

from __future__ import annotations

import datetime as dt
from typing import Any

import feedparser
import pytest
from django.test import Client

from announcements.atom import entry_id
from announcements.enums import NoticeKind, TextForm
from announcements.models import Notice, NoticeItem
from announcements.queries_feeds import FEED_LENGTH
from schedules.models import StopRevision
from sohag_mobile.models import bump_content_version
from tests.factories.announcements import NoticeFactory, NoticeItemFactory
from tests.factories.schedules import PUBLISHED_AT, PlaceFactory, StopFactory, StopRevisionFactory
from tests.factories.vehicles import DistrictFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def _read(client: Client, path: str = "/notices.atom") -> Any:
    response = client.get(path)
    assert response.status_code == 200, path
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def _replace(item: NoticeItem, *, kind: NoticeKind = NoticeKind.CHANGE, **facts: Any) -> NoticeItem:
    """The next revision of the item's stop, told by a notice of its unit an hour later."""
    revision: StopRevision = StopRevisionFactory(stop=item.revision.stop, **facts)
    notice = NoticeFactory(district=revision.district, kind=kind, issued_at=item.notice.issued_at + HOUR)
    replacement: NoticeItem = NoticeItemFactory(revision=revision, notice=notice, replaces=item)
    return replacement


def test_entry_says_what_the_unit_said() -> None:
    client = Client()
    revision = StopRevisionFactory(district=DistrictFactory(slug="naqada", issuer_name_ar="الوحدة المحلية لنقادة"))
    text = "إعلان رقم 1/2026\n\nسطر <b>ثان</b> & «نص»"
    notice = NoticeFactory(
        district=revision.district, title_ar="إعلان & أول", texts={TextForm.SOCIAL: text, TextForm.SMS: "رسالة"}
    )
    NoticeItemFactory(revision=revision, notice=notice)

    (entry,) = _read(client).entries

    assert entry.title == "إعلان & أول"
    assert entry.content[0].value == text
    assert entry.content[0].type == "text/plain"
    assert entry.link == "http://testserver/notices/naqada/2026/1/"
    assert entry.author == "الوحدة المحلية لنقادة"
    assert [tag.term for tag in entry.tags] == ["announcement"]
    assert entry.published_parsed[:6] == entry.updated_parsed[:6] == PUBLISHED_AT.astimezone(dt.UTC).timetuple()[:6]
    assert entry.id == entry_id(notice)
    assert entry.id.startswith("urn:uuid:")


def test_feed_names_itself_and_its_page(client: Client) -> None:
    place = NoticeItemFactory().revision.place

    feed = _read(client, f"/places/{place.code}/notices.atom").feed

    assert feed.id == f"http://testserver/places/{place.code}/notices.atom"
    assert {link.rel: link.href for link in feed.links} == {
        "self": f"http://testserver/places/{place.code}/notices.atom",
        "alternate": f"http://testserver/places/{place.code}/",
    }
    assert place.label in feed.title
    assert feed.updated_parsed[:6] == PUBLISHED_AT.astimezone(dt.UTC).timetuple()[:6]


def test_newest_notice_comes_first_and_the_feed_is_bounded(client: Client) -> None:
    district = DistrictFactory()
    for number in range(1, FEED_LENGTH + 3):
        NoticeFactory(district=district, number=number, issued_at=PUBLISHED_AT + number * HOUR, texts={})

    titles = [entry.title for entry in _read(client).entries]

    assert titles == [f"إعلان رقم {number}/2026" for number in range(FEED_LENGTH + 2, 2, -1)]


def test_replaced_notice_says_what_replaced_it_and_counts_as_updated(client: Client) -> None:
    first = NoticeItemFactory()
    before = _read(client).entries[0]
    _replace(first)
    bump_content_version()

    newer, older = _read(client).entries

    assert older.id == before.id
    assert older.content[0].value.startswith("تنبيه: لم يعد هذا الإعلان ساريًا، وقد حل محله التنويه رقم 2/2026.\n\n")
    assert older.content[0].value.endswith(before.content[0].value)
    assert older.published == before.published
    assert older.updated_parsed == newer.published_parsed
    assert "تنبيه" not in newer.content[0].value


def test_notice_replaced_twice_cites_the_latest_at_once(client: Client) -> None:
    first = NoticeItemFactory()
    _replace(_replace(first), kind=NoticeKind.CANCELLATION)

    newest, middle, oldest = _read(client).entries

    assert "تنبيه" not in newest.content[0].value
    assert middle.content[0].value.startswith("تنبيه: لم يعد هذا التنويه ساريًا، وقد حل محله التنويه رقم 3/2026.")
    assert oldest.content[0].value.startswith("تنبيه: لم يعد هذا الإعلان ساريًا، وقد حل محله التنويه رقم 3/2026.")
    assert oldest.updated_parsed == newest.updated_parsed


def test_notice_replaced_in_part_says_so(client: Client) -> None:
    first = NoticeItemFactory()
    NoticeItemFactory(notice=first.notice, revision=StopRevisionFactory(place=first.revision.place))
    _replace(first)

    older = _read(client).entries[1]

    assert older.content[0].value.startswith(
        "تنبيه: لم يعد بعض ما في هذا الإعلان ساريًا، وقد حل محله التنويه رقم 2/2026."
    )


def test_feeds_hold_the_notices_of_their_scope(client: Client) -> None:
    mine, other = NoticeItemFactory().notice, NoticeItemFactory().notice
    revision = mine.items.get().revision
    expected = {
        "/notices.atom": {entry_id(mine), entry_id(other)},
        f"/districts/{mine.district.slug}/notices.atom": {entry_id(mine)},
        f"/vehicles/{revision.vehicle.code}/notices.atom": {entry_id(mine)},
        f"/places/{revision.place.code}/notices.atom": {entry_id(mine)},
        f"/en/places/{revision.place.code}/notices.atom": {entry_id(mine)},
    }

    assert {path: {entry.id for entry in _read(client, path).entries} for path in expected} == expected


def test_place_hears_that_a_stop_was_moved_elsewhere(client: Client) -> None:
    first = NoticeItemFactory()
    elsewhere = PlaceFactory(district=first.revision.district)
    moved = _replace(first, place=elsewhere)

    old_place = [entry.id for entry in _read(client, f"/places/{first.revision.place.code}/notices.atom").entries]
    new_place = [entry.id for entry in _read(client, f"/places/{elsewhere.code}/notices.atom").entries]

    assert old_place == [entry_id(moved.notice), entry_id(first.notice)]
    assert new_place == [entry_id(moved.notice)]


def test_drafts_and_texts_of_other_forms_are_not_in_the_feed(client: Client) -> None:
    item = NoticeItemFactory()
    StopFactory(place=item.revision.place, landmark_ar="بجوار المسودة")

    body = client.get("/notices.atom").content.decode()

    assert body.count("<entry") == 1
    assert "المسودة" not in body
    assert "(radio)" not in body
    assert item.notice.issued_by.username not in body


def test_identity_differs_between_installations_with_the_same_numbers() -> None:
    district = DistrictFactory(slug="same")
    one = NoticeItemFactory(revision=StopRevisionFactory(district=district)).notice
    stop_of_another = StopRevisionFactory(district=district)
    before = entry_id(one)
    one.items.update(revision=stop_of_another)

    assert entry_id(Notice.objects.get(pk=one.pk)) != before


def test_identity_of_two_notices_about_one_stop_differs() -> None:
    first = NoticeItemFactory()

    assert entry_id(_replace(first).notice) != entry_id(first.notice)


def test_control_characters_do_not_break_the_feed(client: Client) -> None:
    NoticeItemFactory(notice=NoticeFactory(title_ar="عنوان\x0b", texts={TextForm.SOCIAL: "نص\x0c\x1fآخر\ufffe"}))

    (entry,) = _read(client).entries

    assert entry.content[0].value == "نص  آخر"


def test_empty_feed_is_valid_and_does_not_change_with_the_clock(client: Client) -> None:
    tag = client.get("/notices.atom")["ETag"]

    feed = _read(client)
    bump_content_version()

    assert feed.entries == []
    assert client.get("/notices.atom")["ETag"] == tag


def test_feed_is_atom_open_to_all_and_answers_304(client: Client) -> None:
    NoticeItemFactory()

    response = client.get("/notices.atom")
    again = client.get("/notices.atom", headers={"If-None-Match": response["ETag"]})

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert again.status_code == 304


def test_english_feed_has_an_english_title_over_arabic_texts(client: Client) -> None:
    item = NoticeItemFactory()

    feed = _read(client, f"/en/districts/{item.notice.district.slug}/notices.atom")

    assert feed.feed.title == f"Announcements: {item.notice.district.name_en}"
    assert feed.feed.title_detail.language == "en"
    assert feed.entries[0].content[0].language == "ar"


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # Version, notices, texts, items, the latest news of their stops; then the scope.
        ("/notices.atom", 5),
        ("/districts/{district}/notices.atom", 6),
        ("/vehicles/{vehicle}/notices.atom", 6),
        ("/places/{place}/notices.atom", 6),
    ],
)
def test_feed_makes_the_same_queries_for_any_number_of_notices(
    client: Client, django_assert_num_queries: Any, address: str, queries: int, many: int
) -> None:
    item = NoticeItemFactory()
    revision = item.revision
    for _ in range(many - 1):
        item = _replace(item)
    path = address.format(district=revision.district.slug, vehicle=revision.vehicle.code, place=revision.place.code)

    with django_assert_num_queries(queries):
        assert len(_read(client, path).entries) == many

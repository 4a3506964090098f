"""Pictures of live posts, against the stand-in."""

from __future__ import annotations

import dataclasses

import pytest

from announcements.channels.base import Attachment, Message, PermanentChannelError, PostGone, Target
from announcements.channels.instagram import InstagramAdapter
from announcements.channels.telegram import TelegramAdapter
from announcements.standin.server import StandIn

TARGET = Target("@unit_news", "1:x")


def test_edit_of_a_photo_is_harmless_to_repeat(standin: StandIn, message: Message, photo: Attachment) -> None:
    adapter, shown = TelegramAdapter(), dataclasses.replace(message, photo=photo)
    receipt = adapter.post(TARGET, shown)
    other = dataclasses.replace(photo, content=photo.content + b"\x00")
    changed = dataclasses.replace(shown, text="تصويب", photo=other)

    receipts = [adapter.edit(TARGET, receipt.external_id, changed) for _ in range(2)]

    assert receipts == [receipt, receipt]
    (post,) = standin.state.posts
    assert (post.text, post.photo, post.photos, len(post.versions)) == ("تصويب", other.content, 2, 2)


def test_edit_with_a_photo_that_is_refused_edits_the_caption(
    standin: StandIn, message: Message, photo: Attachment
) -> None:
    adapter, shown = TelegramAdapter(), dataclasses.replace(message, photo=photo)
    receipt = adapter.post(TARGET, shown)
    broken = dataclasses.replace(photo, content=b"no picture")

    adapter.edit(TARGET, receipt.external_id, dataclasses.replace(shown, text="تصويب", photo=broken))

    (post,) = standin.state.posts
    assert (post.text, post.photo) == ("تصويب", photo.content)


def test_edit_too_long_for_a_caption_is_posted_anew(standin: StandIn, message: Message, photo: Attachment) -> None:
    adapter, shown = TelegramAdapter(), dataclasses.replace(message, photo=photo)
    receipt = adapter.post(TARGET, shown)

    with pytest.raises(PostGone):
        adapter.edit(TARGET, receipt.external_id, dataclasses.replace(shown, text="ن" * 1025))


def test_edit_of_a_text_stays_text(standin: StandIn, message: Message, photo: Attachment) -> None:
    receipt = TelegramAdapter().post(TARGET, message)

    TelegramAdapter().edit(TARGET, receipt.external_id, dataclasses.replace(message, text="تصويب", photo=photo))

    (post,) = standin.state.posts
    assert (post.text, post.photo) == ("تصويب", b"")


def test_stand_in_takes_no_other_picture_on_instagram(standin: StandIn, message: Message) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        InstagramAdapter().post(
            Target("17841400000001", "t"), dataclasses.replace(message, photo_url="https://calendar.example/card.png")
        )

    assert caught.value.code == "bad_photo"

"""The Telegram adapter against the stand-in."""

import dataclasses
import datetime as dt
import logging

import pytest
from django.utils import timezone

from announcements.channels.base import (
    Attachment,
    ChannelError,
    Message,
    PermanentChannelError,
    PostGone,
    Target,
    TemporaryChannelError,
    UncertainOutcome,
)
from announcements.channels.telegram import MAX_CAPTION_UNITS, TelegramAdapter
from announcements.standin.server import StandIn

TOKEN = "123456:AAsecret-bot_token"
TARGET = Target("@unit_news", TOKEN)

adapter = TelegramAdapter()


def test_post_returns_chat_and_number_and_the_public_address(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    (post,) = standin.state.posts
    chat, _, number = receipt.external_id.partition(":")
    assert post.text == message.text
    assert number == post.id
    assert int(chat) < 0
    assert receipt.url == f"https://t.me/unit_news/{post.id}"


def test_post_to_a_private_channel_has_no_public_address(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(Target("-1001234567890", TOKEN), message)

    assert receipt.external_id == f"-1001234567890:{standin.state.posts[0].id}"
    assert receipt.url == ""


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("rate_limit", TemporaryChannelError, "rate_limited"),
        ("timeout", UncertainOutcome, "no_answer"),
        ("server_error", UncertainOutcome, "server_error"),
        ("garbled", UncertainOutcome, "malformed"),
        ("accepted_no_answer", UncertainOutcome, "no_answer"),
        ("expired_token", PermanentChannelError, "token_invalid"),
        ("refuse", PermanentChannelError, "kicked"),
    ],
)
def test_post_names_how_it_failed(
    standin: StandIn, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    standin.fail("telegram", mode, times=1)

    with pytest.raises(ChannelError) as caught:
        adapter.post(TARGET, message)

    assert type(caught.value) is error
    assert caught.value.code == code
    assert len(standin.state.posts) == (1 if mode in ("accepted_no_answer", "garbled") else 0)
    assert standin.state.requests["telegram POST"] == 1


def test_rate_limit_tells_how_long_to_wait(standin: StandIn, message: Message) -> None:
    standin.fail("telegram", "rate_limit", retry_after=34)

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.retry_after == 34


@pytest.mark.parametrize("mode", ["timeout", "server_error", "garbled", "accepted_no_answer"])
def test_edit_may_be_repeated_after_any_doubtful_end(standin: StandIn, message: Message, mode: str) -> None:
    receipt = adapter.post(TARGET, message)
    changed = dataclasses.replace(message, text="إعلان رقم 6/2026\nتنويه")
    standin.fail("telegram", mode, times=1)

    with pytest.raises(TemporaryChannelError):
        adapter.edit(TARGET, receipt.external_id, changed)
    again = adapter.edit(TARGET, receipt.external_id, changed)

    assert again.external_id == receipt.external_id
    assert again.url == receipt.url
    assert [version.text for version in standin.state.posts[0].versions] == [message.text, changed.text]


def test_edit_that_changes_nothing_is_a_success(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    assert adapter.edit(TARGET, receipt.external_id, message) == receipt


def test_edit_of_a_deleted_message_is_post_gone(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)
    standin.state.delete_post(standin.state.posts[0])

    with pytest.raises(PostGone):
        adapter.edit(TARGET, receipt.external_id, message)


@pytest.mark.parametrize("external_id", ["", "7", "@x:", "1_2", "chat/../x:7"])
def test_edit_of_something_that_is_no_message_id_calls_nobody(
    standin: StandIn, message: Message, external_id: str
) -> None:
    with pytest.raises(PostGone):
        adapter.edit(TARGET, external_id, message)

    assert not standin.state.requests


def test_find_is_not_possible(message: Message) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.find(TARGET, message, since=timezone.now() - dt.timedelta(minutes=5))

    assert caught.value.code == "cannot_find"


def test_longest_text_counts_emoji_twice(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, dataclasses.replace(message, text="ن" * 4094 + "📍"))

    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, dataclasses.replace(message, text="ن" * 4095 + "📍"))

    assert caught.value.code == "too_long"
    assert standin.state.requests["telegram POST"] == 1


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (Target("@unit_news", ""), "token_missing"),
        (Target("@unit_news", "1:a b"), "token_invalid"),
        (Target("unit news", TOKEN), "bad_address"),
        # A slash in a token must not make another address of it.
        (Target("@unit_news", "x/../getMe?"), "token_invalid"),
    ],
)
def test_post_with_wrong_settings_is_permanent(standin: StandIn, message: Message, target: Target, code: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(target, message)

    assert caught.value.code == code
    assert not standin.state.posts


@pytest.mark.parametrize("mode", ["ok", "timeout", "server_error", "rate_limit", "expired_token", "refuse", "garbled"])
def test_nothing_tells_the_token(
    standin: StandIn, message: Message, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    standin.fail("telegram", mode)

    if mode == "ok":
        adapter.post(TARGET, message)
        # The library's own line is there; it holds the address, but not the token.
        assert "/bot***/sendMessage" in caplog.text
    else:
        with pytest.raises(ChannelError) as caught:
            adapter.post(TARGET, message)
        told = f"{caught.value!s} {caught.value!r} {caught.value.detail} {caught.getrepr(style='long', chain=True)}"
        assert TOKEN not in told.replace(f'TOKEN = "{TOKEN}"', "")
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
    assert TOKEN not in caplog.text


def test_unreachable_platform_does_not_tell_the_token(
    standin: StandIn, message: Message, settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.TELEGRAM_API_URL = "http://127.0.0.1:9"

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.code == "unreachable"
    assert caught.value.__context__ is None
    assert TOKEN not in f"{caught.value!r} {caplog.text}"


def test_photo_carries_the_text_and_its_caption_can_be_edited(
    standin: StandIn, message: Message, photo: Attachment
) -> None:
    changed = dataclasses.replace(message, text="إعلان رقم 6/2026\nتنويه")

    receipt = adapter.post(TARGET, dataclasses.replace(message, photo=photo))
    first, second = (adapter.edit(TARGET, receipt.external_id, changed) for _ in range(2))

    (post,) = standin.state.posts
    assert first == second == receipt
    assert [version.text for version in post.versions] == [message.text, changed.text]
    assert post.photo == photo.content


def test_text_too_long_for_a_caption_goes_out_without_the_photo(
    standin: StandIn, message: Message, photo: Attachment
) -> None:
    long = dataclasses.replace(message, text="ن" * (MAX_CAPTION_UNITS + 1), photo=photo)

    adapter.post(TARGET, long)

    (post,) = standin.state.posts
    assert (post.text, post.photo) == (long.text, b"")


def test_correction_too_long_for_the_photo_is_posted_anew(
    standin: StandIn, message: Message, photo: Attachment
) -> None:
    receipt = adapter.post(TARGET, dataclasses.replace(message, photo=photo))

    with pytest.raises(PostGone) as caught:
        adapter.edit(TARGET, receipt.external_id, dataclasses.replace(message, text="ن" * (MAX_CAPTION_UNITS + 1)))

    assert caught.value.code == "caption_too_long"


@pytest.mark.parametrize("content", [b"", b"not a picture"])
def test_photo_that_the_platform_would_not_take_is_permanent(
    standin: StandIn, message: Message, content: bytes
) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, dataclasses.replace(message, photo=Attachment("x.png", content, "image/png")))

    assert caught.value.code == "bad_photo"
    assert not standin.state.posts


def test_photo_whose_end_is_in_doubt_is_uncertain(standin: StandIn, message: Message, photo: Attachment) -> None:
    standin.fail("telegram", "accepted_no_answer", times=1)

    with pytest.raises(UncertainOutcome):
        adapter.post(TARGET, dataclasses.replace(message, photo=photo))


def test_deleted_message_is_gone_and_may_be_deleted_again(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    adapter.delete(TARGET, receipt.external_id)
    adapter.delete(TARGET, receipt.external_id)

    assert [post.is_deleted for post in standin.state.posts] == [True]


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("accepted_no_answer", TemporaryChannelError, "no_answer"),
        ("rate_limit", TemporaryChannelError, "rate_limited"),
        ("refuse", PermanentChannelError, "kicked"),
    ],
)
def test_delete_names_how_it_failed(
    standin: StandIn, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    receipt = adapter.post(TARGET, message)
    standin.fail("telegram", mode, times=1)

    with pytest.raises(ChannelError) as caught:
        adapter.delete(TARGET, receipt.external_id)

    assert (type(caught.value), caught.value.code) == (error, code)

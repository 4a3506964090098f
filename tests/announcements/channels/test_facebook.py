"""The Facebook adapter against the stand-in."""

import dataclasses
import datetime as dt
import logging

import pytest
import requests
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
from announcements.channels.facebook import MAX_CHARACTERS, MAX_PHOTO_BYTES, FacebookAdapter
from announcements.channels.graph import ITEMS_PER_PAGE
from announcements.standin.server import StandIn

TOKEN = "EAAsecretpagetoken"
TARGET = Target("100200300", TOKEN)

adapter = FacebookAdapter()


def recently() -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=5)


def texts(standin: StandIn) -> list[str]:
    return [post.text for post in standin.state.posts]


def test_post_returns_the_id_and_the_public_address(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    assert texts(standin) == [message.text]
    assert receipt.external_id == standin.state.posts[0].id
    assert receipt.url == f"https://www.facebook.com/{receipt.external_id}"


def test_post_links_to_the_configured_public_address(standin: StandIn, message: Message, settings) -> None:
    settings.FACEBOOK_PUBLIC_URL = f"{standin.url}/live"

    receipt = adapter.post(TARGET, message)

    assert receipt.url == f"{standin.url}/live/{receipt.external_id}"


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("rate_limit", TemporaryChannelError, "rate_limited"),
        ("timeout", UncertainOutcome, "no_answer"),
        ("server_error", UncertainOutcome, "server_error"),
        ("garbled", UncertainOutcome, "malformed"),
        ("accepted_no_answer", UncertainOutcome, "no_answer"),
        ("expired_token", PermanentChannelError, "token_expired"),
        ("refuse", PermanentChannelError, "blocked"),
    ],
)
def test_post_names_how_it_failed(
    standin: StandIn, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    standin.fail("facebook", mode, times=1, retry_after=17)

    with pytest.raises(ChannelError) as caught:
        adapter.post(TARGET, message)

    assert type(caught.value) is error
    assert caught.value.code == code
    # Only these two were carried out, and the adapter may not have tried again by itself.
    assert len(texts(standin)) == (1 if mode in ("accepted_no_answer", "garbled") else 0)
    assert standin.state.requests["facebook POST"] == 1


@pytest.mark.parametrize("mode", ["timeout", "server_error", "garbled", "accepted_no_answer"])
def test_edit_may_be_repeated_after_any_doubtful_end(standin: StandIn, message: Message, mode: str) -> None:
    receipt = adapter.post(TARGET, message)
    changed = dataclasses.replace(message, text="إعلان رقم 6/2026\nتنويه")
    standin.fail("facebook", mode, times=1)

    with pytest.raises(TemporaryChannelError):
        adapter.edit(TARGET, receipt.external_id, changed)
    adapter.edit(TARGET, receipt.external_id, changed)

    assert [version.text for version in standin.state.posts[0].versions] == [message.text, changed.text]


def test_rate_limit_tells_how_long_to_wait(standin: StandIn, message: Message) -> None:
    standin.fail("facebook", "rate_limit", retry_after=17)

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.retry_after == 17


def test_unreachable_platform_means_that_nothing_was_sent(message: Message, standin: StandIn, settings) -> None:
    settings.FACEBOOK_GRAPH_URL = "http://127.0.0.1:9/v23.0"

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.code == "unreachable"


def test_edit_of_a_deleted_post_is_post_gone(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)
    standin.state.delete_post(standin.state.posts[0])

    with pytest.raises(PostGone) as caught:
        adapter.edit(TARGET, receipt.external_id, message)

    assert caught.value.code == "post_gone"


@pytest.mark.parametrize("external_id", ["", "../me", "1_2/comments", "1?x=2", "12:7"])
def test_edit_of_something_that_is_no_post_id_calls_nobody(
    standin: StandIn, message: Message, external_id: str
) -> None:
    with pytest.raises(PostGone):
        adapter.edit(TARGET, external_id, message)

    assert not standin.state.requests


def test_find_settles_a_post_that_was_made_without_an_answer(standin: StandIn, message: Message) -> None:
    standin.fail("facebook", "accepted_no_answer", times=1)
    with pytest.raises(UncertainOutcome):
        adapter.post(TARGET, message)

    receipt = adapter.find(TARGET, message, since=recently())

    assert receipt is not None
    assert receipt.external_id == standin.state.posts[0].id
    assert receipt.url == f"{standin.url}/live/{receipt.external_id}"


def test_find_knows_that_nothing_was_made(standin: StandIn, message: Message) -> None:
    other = dataclasses.replace(message, text="إعلان رقم 15/2026\nبشأن الإعلان رقم 5/2026", marker="إعلان رقم 15/2026")
    adapter.post(TARGET, other)
    adapter.post(Target("999", TOKEN), message)

    assert adapter.find(TARGET, message, since=recently()) is None


def test_find_ignores_older_posts(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, message)

    assert adapter.find(TARGET, message, since=timezone.now() + dt.timedelta(minutes=1)) is None


def test_find_recognises_the_text_with_other_blanks(standin: StandIn, message: Message) -> None:
    standin.state.add_post(
        "facebook", TARGET.address, f"  {message.text}\u200f \n".replace("\n", "\n\n"), lambda n: f"1_{n}"
    )

    receipt = adapter.find(TARGET, message, since=recently())

    assert receipt is not None
    assert receipt.external_id == standin.state.posts[0].id


def test_find_asks_a_person_when_the_number_stands_in_another_text(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, dataclasses.replace(message, text="إعلان رقم 5/2026\nيعلن حي غرب بمدينة سوهاج عن غير ذلك."))

    with pytest.raises(UncertainOutcome) as caught:
        adapter.find(TARGET, message, since=recently())

    assert caught.value.code == "similar_post"


def test_find_reads_several_pages(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, message)
    for number in range(ITEMS_PER_PAGE * 2):
        adapter.post(TARGET, dataclasses.replace(message, text=f"خبر {number}"))

    receipt = adapter.find(TARGET, message, since=recently())

    assert receipt is not None
    assert receipt.external_id == standin.state.posts[0].id
    assert standin.state.requests["facebook GET"] == 3


def test_find_does_not_say_no_before_it_has_read_everything(standin: StandIn, message: Message) -> None:
    for number in range(ITEMS_PER_PAGE * 4 + 1):
        standin.state.add_post("facebook", TARGET.address, f"خبر {number}", lambda n: f"1_{n}")

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.find(TARGET, message, since=recently())

    assert caught.value.code == "too_many_posts"


@pytest.mark.parametrize("mode", ["timeout", "server_error"])
def test_find_that_fails_is_temporary(standin: StandIn, message: Message, mode: str) -> None:
    standin.fail("facebook", mode)

    with pytest.raises(TemporaryChannelError):
        adapter.find(TARGET, message, since=recently())


def test_duplicate_text_is_the_post_that_is_already_there(standin: StandIn, message: Message) -> None:
    first = adapter.post(TARGET, message)

    assert adapter.post(TARGET, message).external_id == first.external_id
    assert texts(standin) == [message.text]


def test_duplicate_text_that_cannot_be_found_is_permanent(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, message)
    # Older than the look-up goes back, as when the vendor remembers longer than the page shows.
    standin.state.posts[0].versions[0].at -= dt.timedelta(days=30)

    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.code == "duplicate"


@pytest.mark.parametrize(
    ("target", "text", "code"),
    [
        (Target("100", ""), "نص", "token_missing"),
        (Target("100", "a b\nc"), "نص", "token_invalid"),
        (Target("100", "رمز"), "نص", "token_invalid"),
        (Target("../me", TOKEN), "نص", "bad_address"),
        (Target("", TOKEN), "نص", "bad_address"),
        (Target("100", TOKEN), " \n", "empty"),
        (Target("100", TOKEN), "ن" * (MAX_CHARACTERS + 1), "too_long"),
    ],
)
def test_post_that_cannot_work_is_refused_before_sending(
    standin: StandIn, message: Message, target: Target, text: str, code: str
) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(target, dataclasses.replace(message, text=text))

    assert caught.value.code == code
    assert not standin.state.requests


@pytest.mark.parametrize("mode", ["timeout", "server_error", "rate_limit", "expired_token", "refuse", "garbled"])
def test_no_failure_tells_the_token(
    standin: StandIn, message: Message, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    standin.fail("facebook", mode)

    for act in (
        lambda: adapter.post(TARGET, message),
        lambda: adapter.find(TARGET, message, since=recently()),
        lambda: adapter.edit(TARGET, "1_2", message),
    ):
        with pytest.raises(ChannelError) as caught:
            act()
        told = f"{caught.value!s} {caught.value!r} {caught.value.detail} {caught.getrepr(style='long', chain=True)}"
        assert TOKEN not in told.replace(f'TOKEN = "{TOKEN}"', "")
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(TARGET)


def test_photo_is_a_post_that_can_be_edited_found_and_seen(
    standin: StandIn, message: Message, photo: Attachment, settings
) -> None:
    settings.FACEBOOK_PUBLIC_URL = f"{standin.url}/live"
    changed = dataclasses.replace(message, text="إعلان رقم 6/2026\nتنويه")

    receipt = adapter.post(TARGET, dataclasses.replace(message, photo=photo))
    found = adapter.find(TARGET, message, since=recently())
    adapter.edit(TARGET, receipt.external_id, changed)

    (post,) = standin.state.posts
    assert receipt.external_id == post.id
    assert found is not None
    assert found.external_id == receipt.external_id
    assert (post.text, post.photo, post.photo_type) == (changed.text, photo.content, "image/png")
    assert f"/photo/{post.id}" in requests.get(receipt.url, timeout=5).text
    assert requests.get(receipt.url.replace("/live/", "/photo/"), timeout=5).content == photo.content


@pytest.mark.parametrize("mode", ["accepted_no_answer", "garbled", "server_error", "timeout"])
def test_photo_whose_end_is_in_doubt_is_uncertain(
    standin: StandIn, message: Message, photo: Attachment, mode: str
) -> None:
    standin.fail("facebook", mode, times=1)

    with pytest.raises(UncertainOutcome):
        adapter.post(TARGET, dataclasses.replace(message, photo=photo))


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [(b"", "image/png"), (b"x" * (MAX_PHOTO_BYTES + 1), "image/png"), (b"GIF89a", "image/gif")],
)
def test_photo_that_the_platform_would_not_take_is_permanent(
    standin: StandIn, message: Message, content: bytes, mime_type: str
) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, dataclasses.replace(message, photo=Attachment("x", content, mime_type)))

    assert caught.value.code == "bad_photo"
    assert not standin.state.requests


def test_deleted_post_is_gone_and_may_be_deleted_again(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    adapter.delete(TARGET, receipt.external_id)
    adapter.delete(TARGET, receipt.external_id)

    assert [post.is_deleted for post in standin.state.posts] == [True]
    assert adapter.find(TARGET, message, since=recently()) is None


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("accepted_no_answer", TemporaryChannelError, "no_answer"),
        ("garbled", TemporaryChannelError, "malformed"),
        ("expired_token", PermanentChannelError, "token_expired"),
    ],
)
def test_delete_names_how_it_failed(
    standin: StandIn, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    receipt = adapter.post(TARGET, message)
    standin.fail("facebook", mode, times=1)

    with pytest.raises(ChannelError) as caught:
        adapter.delete(TARGET, receipt.external_id)

    assert (type(caught.value), caught.value.code) == (error, code)

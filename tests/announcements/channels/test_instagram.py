"""The Instagram adapter against the stand-in."""

import dataclasses
import datetime as dt

import pytest
import requests
from django.utils import timezone

from announcements.channels.base import (
    ChannelError,
    Message,
    PermanentChannelError,
    PostGone,
    Target,
    TemporaryChannelError,
    UncertainOutcome,
)
from announcements.channels.graph import ITEMS_PER_PAGE
from announcements.channels.instagram import MAX_CHARACTERS, InstagramAdapter
from announcements.standin.server import StandIn

TOKEN = "IGAAsecrettoken"
TARGET = Target("17841400000000001", TOKEN)
PHOTO_URL = "https://calendar.example/notices/5/card.jpg"

adapter = InstagramAdapter()


@pytest.fixture
def message(message: Message) -> Message:
    return dataclasses.replace(message, photo_url=PHOTO_URL)


def recently() -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=5)


def fill(standin: StandIn, posts: int) -> None:
    for number in range(posts):
        standin.state.add_post("instagram", TARGET.address, f"خبر {number}", lambda n: str(n + 5_000))


def test_post_publishes_the_picture_and_tells_its_address(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    (post,) = standin.state.posts
    assert (post.text, post.photo_url, post.id) == (message.text, PHOTO_URL, receipt.external_id)
    assert message.marker in requests.get(receipt.url, timeout=5).text
    assert standin.state.containers == {}


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("rate_limit", TemporaryChannelError, "rate_limited"),
        ("timeout", TemporaryChannelError, "no_answer"),
        ("server_error", TemporaryChannelError, "server_error"),
        ("garbled", TemporaryChannelError, "malformed"),
        ("accepted_no_answer", TemporaryChannelError, "no_answer"),
        ("expired_token", PermanentChannelError, "token_expired"),
        ("refuse", PermanentChannelError, "blocked"),
        ("duplicate", PermanentChannelError, "blocked"),
        ("too_long", PermanentChannelError, "too_long"),
    ],
)
def test_failure_before_publishing_leaves_nothing_in_doubt(
    standin: StandIn, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    standin.fail("instagram", mode, times=1)

    with pytest.raises(ChannelError) as caught:
        adapter.post(TARGET, message)

    assert (type(caught.value), caught.value.code) == (error, code)
    assert standin.state.posts == []


@pytest.mark.parametrize(
    ("mode", "code", "posts"),
    [
        ("timeout", "no_answer", 0),
        ("server_error", "server_error", 0),
        ("garbled", "malformed", 1),
        ("accepted_no_answer", "no_answer", 1),
        ("duplicate", "blocked", 0),
        ("refused_yet_live", "blocked", 1),
    ],
)
def test_publishing_whose_end_is_in_doubt_is_uncertain(
    standin: StandIn, message: Message, mode: str, code: str, posts: int
) -> None:
    # Container, two looks at its state, publication.
    standin.fail("instagram", mode, times=1, skip=3)

    with pytest.raises(UncertainOutcome) as caught:
        adapter.post(TARGET, message)

    assert caught.value.code == code
    assert len(standin.state.posts) == posts
    assert (adapter.find(TARGET, message, since=recently()) is not None) is bool(posts)


def test_unknown_address_does_not_put_the_post_in_question(standin: StandIn, message: Message) -> None:
    standin.fail("instagram", "timeout", times=1, skip=4)

    receipt = adapter.post(TARGET, message)

    assert (receipt.external_id, receipt.url) == (standin.state.posts[0].id, "")


def test_picture_that_is_never_ready_is_tried_later(standin: StandIn, message: Message) -> None:
    standin.state.polls_until_ready = 1000

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert (caught.value.code, caught.value.retry_after) == ("not_ready", 30)
    assert standin.state.posts == []


def test_find_reads_as_far_back_as_asked(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)
    fill(standin, ITEMS_PER_PAGE + 3)

    assert adapter.find(TARGET, message, since=recently()) == receipt
    assert adapter.find(TARGET, message, since=timezone.now() + dt.timedelta(minutes=1)) is None


def test_find_gives_up_on_more_posts_than_it_reads(standin: StandIn, message: Message) -> None:
    fill(standin, 4 * ITEMS_PER_PAGE + 1)

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.find(TARGET, message, since=recently())

    assert caught.value.code == "too_many_posts"


def test_find_leaves_a_similar_post_to_a_person(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, dataclasses.replace(message, text=f"{message.marker}\nنص آخر"))

    with pytest.raises(UncertainOutcome) as caught:
        adapter.find(TARGET, message, since=recently())

    assert caught.value.code == "similar_post"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"photo_url": ""}, "photo_missing"),
        ({"photo_url": "http://calendar.example/card.jpg"}, "bad_photo"),
        ({"text": " "}, "empty"),
        ({"text": "ن" * (MAX_CHARACTERS + 1)}, "too_long"),
    ],
)
def test_message_that_could_not_be_taken_calls_nobody(
    standin: StandIn, message: Message, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, dataclasses.replace(message, **changes))

    assert caught.value.code == code
    assert not standin.state.requests


@pytest.mark.parametrize(
    ("target", "code"),
    [(Target(TARGET.address), "token_missing"), (Target("@unit_news", TOKEN), "bad_address")],
)
def test_post_with_wrong_settings_is_permanent(standin: StandIn, message: Message, target: Target, code: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(target, message)

    assert caught.value.code == code


def test_a_caption_is_neither_edited_nor_taken_down(message: Message) -> None:
    with pytest.raises(PostGone):
        adapter.edit(TARGET, "1", message)
    with pytest.raises(PermanentChannelError) as caught:
        adapter.delete(TARGET, "1")

    assert caught.value.code == "cannot_delete"

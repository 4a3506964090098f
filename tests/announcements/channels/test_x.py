"""The X adapter against the stand-in, and the counting of characters."""

import dataclasses
import datetime as dt
import logging

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
from announcements.channels.weighted import weighted_length
from announcements.channels.x import POSTS_PER_PAGE, XAdapter
from announcements.standin.server import StandIn

TOKEN = "unit_news:secret-user-token"
TARGET = Target("@unit_news", TOKEN)

adapter = XAdapter()


def recently() -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=5)


def texts(standin: StandIn) -> list[str]:
    return [post.text for post in standin.state.posts if not post.is_deleted]


def test_post_returns_the_id_and_the_public_address(standin: StandIn, message: Message, settings) -> None:
    receipt = adapter.post(TARGET, message)
    settings.X_PUBLIC_URL = f"{standin.url}/live"

    assert texts(standin) == [message.text]
    assert receipt.external_id == standin.state.posts[0].id
    assert receipt.url == f"https://x.com/unit_news/status/{receipt.external_id}"
    shown = receipt.url.replace("https://x.com", f"{standin.url}/live")
    assert message.marker in requests.get(shown, timeout=5).text


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("rate_limit", TemporaryChannelError, "rate_limited"),
        ("timeout", UncertainOutcome, "no_answer"),
        ("server_error", UncertainOutcome, "server_error"),
        ("garbled", UncertainOutcome, "malformed"),
        ("accepted_no_answer", UncertainOutcome, "no_answer"),
        ("expired_token", PermanentChannelError, "token_expired"),
        ("refuse", PermanentChannelError, "permission"),
        ("duplicate", PermanentChannelError, "duplicate"),
        ("too_long", PermanentChannelError, "too_long"),
    ],
)
def test_post_names_how_it_failed(
    standin: StandIn, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    standin.fail("x", mode, times=1)

    with pytest.raises(ChannelError) as caught:
        adapter.post(TARGET, message)

    assert type(caught.value) is error
    assert caught.value.code == code
    assert len(texts(standin)) == (1 if mode in ("accepted_no_answer", "garbled") else 0)
    assert standin.state.requests["x POST"] == 1


def test_four_part_token_signs_every_request_and_logs_no_secret(
    standin: StandIn, message: Message, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    signed = Target("@unit_news", "unit_news:api-secret:user-token:user-secret")

    receipt = adapter.post(signed, message)

    assert [post.place for post in standin.state.posts] == ["@unit_news"]
    assert adapter.find(signed, message, since=recently()) == receipt
    adapter.delete(signed, receipt.external_id)
    assert texts(standin) == []
    assert "api-secret" not in caplog.text
    assert "user-secret" not in caplog.text


def test_rate_limit_waits_until_the_reset(standin: StandIn, message: Message) -> None:
    standin.fail("x", "rate_limit", retry_after=600)

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.retry_after == pytest.approx(600, abs=3)


def test_duplicate_of_an_earlier_attempt_is_its_receipt(standin: StandIn, message: Message) -> None:
    standin.fail("x", "accepted_no_answer", times=1)
    with pytest.raises(UncertainOutcome):
        adapter.post(TARGET, message)

    receipt = adapter.post(TARGET, message)

    assert [receipt.external_id] == [post.id for post in standin.state.posts]


def test_find_knows_a_post_whose_address_was_shortened(standin: StandIn, message: Message) -> None:
    told = dataclasses.replace(message, text=f"{message.marker} السجل & العقاري\nhttps://calendar.example/notices/5/")
    receipt = adapter.post(TARGET, told)

    assert adapter.find(TARGET, told, since=recently()) == receipt
    assert adapter.find(TARGET, told, since=timezone.now() + dt.timedelta(minutes=1)) is None


def test_find_reads_every_page_and_no_more(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)
    for number in range(POSTS_PER_PAGE + 5):
        standin.state.add_post("x", "@unit_news", f"خبر {number}", lambda n: str(n + 5_000))

    assert adapter.find(TARGET, message, since=recently()) == receipt


def test_find_gives_up_on_more_posts_than_it_reads(standin: StandIn, message: Message) -> None:
    for number in range(3 * POSTS_PER_PAGE + 1):
        standin.state.add_post("x", "@unit_news", f"خبر {number}", lambda n: str(n + 5_000))

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.find(TARGET, message, since=recently())

    assert caught.value.code == "too_many_posts"


def test_find_leaves_a_similar_post_to_a_person(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, dataclasses.replace(message, text=f"{message.marker}\nنص آخر"))

    with pytest.raises(UncertainOutcome) as caught:
        adapter.find(TARGET, message, since=recently())

    assert caught.value.code == "similar_post"


def test_refused_look_up_proves_nothing(standin: StandIn, message: Message) -> None:
    standin.fail("x", "refuse")

    with pytest.raises(UncertainOutcome) as caught:
        adapter.find(TARGET, message, since=recently())

    assert caught.value.code == "permission"


def test_a_post_is_not_edited_but_deleted(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    with pytest.raises(PostGone):
        adapter.edit(TARGET, receipt.external_id, message)
    adapter.delete(TARGET, receipt.external_id)
    adapter.delete(TARGET, receipt.external_id)

    assert texts(standin) == []


@pytest.mark.parametrize("mode", ["timeout", "server_error", "garbled", "accepted_no_answer", "rate_limit"])
def test_delete_may_be_repeated_after_any_doubtful_end(standin: StandIn, message: Message, mode: str) -> None:
    receipt = adapter.post(TARGET, message)
    standin.fail("x", mode, times=1)

    with pytest.raises(TemporaryChannelError):
        adapter.delete(TARGET, receipt.external_id)
    adapter.delete(TARGET, receipt.external_id)

    assert texts(standin) == []


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (Target("@unit_news", ""), "token_missing"),
        (Target("unit_news", TOKEN), "bad_address"),
        (Target("@a_name_of_sixteen", TOKEN), "bad_address"),
    ],
)
def test_post_with_wrong_settings_is_permanent(standin: StandIn, message: Message, target: Target, code: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(target, message)

    assert caught.value.code == code
    assert not standin.state.requests


def test_too_long_a_text_is_not_sent(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, dataclasses.replace(message, text="ن" * 257 + "https://calendar.example/a/very/long/address"))

    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, dataclasses.replace(message, text="ن" * 281))

    assert caught.value.code == "too_long"
    assert standin.state.requests["x POST"] == 1


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("قرية", 4),
        ("مُعلَّم", 7),
        ("٠١٢", 3),
        ("«–»", 3),
        ("📍", 2),
        ("中", 2),
        ("\u2066", 2),
        ("e\u0301", 1),
        ("https://a.eg", 23),
        ("انظر https://a.example/ب.", 4 + 1 + 23 + 1 + 1),
        ("(https://a.example/x)", 1 + 23 + 1),
        ("a.example", 23),
        ("5.2026", 6),
    ],
)
def test_length_is_counted_as_x_does(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize("mode", ["ok", "timeout", "rate_limit", "expired_token", "garbled"])
def test_nothing_tells_the_token(
    standin: StandIn, message: Message, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    standin.fail("x", mode)

    if mode == "ok":
        adapter.post(TARGET, message)
    else:
        with pytest.raises(ChannelError) as caught:
            adapter.post(TARGET, message)
        assert TOKEN not in f"{caught.value!s} {caught.value!r} {caught.value.detail}"
    assert TOKEN not in caplog.text

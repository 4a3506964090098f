"""The Apprise adapter against the stand-in, through the library's own JSON service."""

import dataclasses
import logging
from email import policy
from email.parser import BytesParser

import pytest
from django.utils import timezone

from announcements.channels.apprise import AppriseAdapter
from announcements.channels.base import Message, PermanentChannelError, PostGone, Target, UncertainOutcome
from announcements.channels.mailing import MailAdapter
from announcements.standin.server import StandIn

adapter = AppriseAdapter()


@pytest.fixture
def target(standin: StandIn) -> Target:
    return Target("office", f"json://secret-user:secret-key@{standin.host}:{standin.port}/notify/office?retry=2")


@pytest.fixture(autouse=True)
def _library_may_log_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)


def test_post_sends_the_text_as_it_is(standin: StandIn, target: Target, message: Message) -> None:
    receipt = adapter.post(target, message)

    assert receipt.external_id == message.uid
    assert [(post.place, post.text) for post in standin.state.posts] == [("office", message.text)]


def test_subject_heads_a_text_that_does_not_begin_with_it(standin: StandIn, target: Target, message: Message) -> None:
    adapter.post(target, dataclasses.replace(message, text="نص <b>كما هو</b>"))

    assert [post.text for post in standin.state.posts] == [f"{message.subject}\nنص <b>كما هو</b>"]


@pytest.mark.parametrize(
    "mode", ["rate_limit", "server_error", "expired_token", "refuse", "timeout", "accepted_no_answer"]
)
def test_whatever_is_no_success_is_in_doubt_and_tried_once(
    standin: StandIn, target: Target, message: Message, mode: str
) -> None:
    standin.fail("apprise", mode)

    with pytest.raises(UncertainOutcome) as caught:
        adapter.post(target, message)

    assert caught.value.code == "no_confirmation"
    assert standin.state.requests["apprise POST"] == 1


@pytest.mark.parametrize(
    ("address", "token", "code"),
    [
        ("office", "", "token_missing"),
        ("office", "nothing-of-the-kind", "bad_token"),
        ("office", "carrier-pigeon://coop", "bad_token"),
        ("the office!", "json://127.0.0.1/", "bad_address"),
    ],
)
def test_wrong_settings_are_permanent(standin: StandIn, message: Message, address: str, token: str, code: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(Target(address, token), message)

    assert caught.value.code == code


def test_no_log_line_holds_the_address(
    standin: StandIn, target: Target, message: Message, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)

    adapter.post(target, message)
    standin.fail("apprise", "refuse")
    with pytest.raises(UncertainOutcome) as caught:
        adapter.post(target, message)

    assert len(standin.state.posts) == 1
    assert "notify/office" not in caplog.text
    assert "secret" not in f"{caplog.text} {caught.value!r}"


def test_our_own_mail_is_written_as_before(standin: StandIn, target: Target, message: Message) -> None:
    told = dataclasses.replace(message, subject="إعلان\r\nBcc: all@world.example")
    MailAdapter().post(Target("news@station.example"), told)

    adapter.post(target, message)
    MailAdapter().post(Target("news@station.example"), dataclasses.replace(told, uid="another-1"))

    before, after = (BytesParser(policy=policy.default).parsebytes(mail.raw)["Subject"] for mail in standin.state.mails)
    assert before == after == "إعلان Bcc: all@world.example"


def test_a_message_is_neither_edited_nor_looked_up_nor_taken_back(target: Target, message: Message) -> None:
    with pytest.raises(PostGone):
        adapter.edit(target, "x", message)
    with pytest.raises(PermanentChannelError, match="looked up"):
        adapter.find(target, message, since=timezone.now())
    with pytest.raises(PermanentChannelError, match="taken back"):
        adapter.delete(target, "x")
    with pytest.raises(PermanentChannelError, match="no text"):
        adapter.post(target, dataclasses.replace(message, text=" "))

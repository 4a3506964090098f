"""The station's and the media office's mailboxes against the stand-in's mail server."""

import dataclasses
import email.parser
import email.policy
import io
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.utils import timezone
from docx import Document

from announcements.channels.base import (
    Attachment,
    ChannelError,
    Message,
    PermanentChannelError,
    PostGone,
    Target,
    TemporaryChannelError,
)
from announcements.channels.mailing import MailAdapter, message_id
from announcements.exports import DOCX_MIME_TYPE, radio_docx, text_docx
from announcements.standin.server import StandIn

TARGET = Target("news@station.example")

adapter = MailAdapter()


def received(standin: StandIn) -> EmailMessage:
    (mail,) = standin.state.mails
    return email.parser.BytesParser(EmailMessage, policy=email.policy.default).parsebytes(mail.raw)


def test_post_sends_the_script_as_text(standin: StandIn, message: Message) -> None:
    receipt = adapter.post(TARGET, message)

    mail = received(standin)
    assert mail["To"] == "news@station.example"
    assert mail["From"] == "media@unit.example"
    assert mail["Subject"] == message.subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == receipt.external_id == f"<{message.uid}@unit.example>"
    assert mail["In-Reply-To"] is None
    assert mail.get_content_charset() == "utf-8"
    assert mail.get_content().strip().replace("\r\n", "\n") == message.text


@pytest.mark.parametrize("layout", [radio_docx, text_docx])
def test_post_attaches_the_docx(standin: StandIn, message: Message, layout: Callable[..., bytes]) -> None:
    content = layout(message.subject, message.text, issuer="الوحدة المحلية")
    attachment = Attachment("إعلان-5-2026.docx", content, DOCX_MIME_TYPE)

    adapter.post(TARGET, dataclasses.replace(message, attachments=(attachment,)))

    (part,) = received(standin).iter_attachments()
    assert part.get_filename() == "إعلان-5-2026.docx"
    assert part.get_content_type() == DOCX_MIME_TYPE
    paragraphs = [paragraph.text for paragraph in Document(io.BytesIO(part.get_content())).paragraphs]
    assert paragraphs == [message.subject, *message.text.split("\n")]


def test_correction_answers_the_message_it_corrects(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, dataclasses.replace(message, replies_to="aaaa-1"))

    mail = received(standin)
    assert mail["In-Reply-To"] == mail["References"] == "<aaaa-1@unit.example>"


def test_repeated_message_is_one_message(standin: StandIn, message: Message) -> None:
    standin.fail("smtp", "accepted_no_answer", times=1)
    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    adapter.post(TARGET, message)

    (mail,) = standin.state.mails
    assert caught.value.code == "no_answer"
    assert mail.copies == 2


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("timeout", TemporaryChannelError, "no_answer"),
        ("rate_limit", TemporaryChannelError, "sender_refused"),
        ("server_error", TemporaryChannelError, "message_refused"),
        ("garbled", TemporaryChannelError, "message_refused"),
        ("expired_token", PermanentChannelError, "sender_refused"),
        ("refuse", PermanentChannelError, "recipient_refused"),
        ("too_long", PermanentChannelError, "message_refused"),
    ],
)
def test_post_names_how_it_failed(
    standin: StandIn, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    standin.fail("smtp", mode, times=1)

    with pytest.raises(ChannelError) as caught:
        adapter.post(TARGET, message)

    assert type(caught.value) is error
    assert caught.value.code == code


def test_unreachable_server_is_temporary(standin: StandIn, message: Message, settings) -> None:
    settings.EMAIL_PORT = 9

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.code == "no_answer"


def test_login_is_used_and_its_password_kept_by_nobody(standin: StandIn, message: Message, settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "unit", "a-mail-password"

    adapter.post(TARGET, message)

    (mail,) = standin.state.mails
    assert b"a-mail-password" not in mail.raw
    assert "a-mail-password" not in str(standin.state.as_json())


def test_subject_with_a_line_break_stays_one_header(standin: StandIn, message: Message) -> None:
    adapter.post(TARGET, dataclasses.replace(message, subject="إعلان\r\nBcc: all@world.example"))

    mail = received(standin)
    assert mail["Subject"] == "إعلان Bcc: all@world.example"
    assert mail["Bcc"] is None


@pytest.mark.parametrize("address", ["", "station", "a@b.example, c@d.example", "a@b.example\nBcc: c@d.example"])
def test_address_that_is_not_one_is_permanent(standin: StandIn, message: Message, address: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(Target(address), message)

    assert caught.value.code == "bad_address"
    assert not standin.state.mails


def test_uid_that_could_break_the_header_is_permanent(standin: StandIn, message: Message) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, dataclasses.replace(message, uid="x>\r\nBcc: y"))

    assert caught.value.code == "bad_uid"


def test_message_id_survives_a_sender_without_a_domain(settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "الوحدة المحلية"

    assert message_id("abc-1") == "<abc-1@localhost>"


def test_an_email_is_not_taken_back() -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.delete(TARGET, "<x@y>")

    assert (adapter.can_delete, caught.value.code) == (False, "cannot_delete")


def test_an_email_is_neither_edited_nor_looked_up(message: Message) -> None:
    with pytest.raises(PostGone):
        adapter.edit(TARGET, "<x@y>", message)
    with pytest.raises(PermanentChannelError):
        adapter.find(TARGET, message, since=timezone.now())

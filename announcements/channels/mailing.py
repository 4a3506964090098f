"""E-mail to one mailbox, the station's or the media office's: the text as the body, its files attached.

RFC 5321 (SMTP and its reply codes), RFC 5322 (Message-ID, In-Reply-To, References), RFC 3834 (Auto-Submitted). The server is
Django's own e-mail settings. The Message-ID comes from the delivery's uid: a mail program shows a repeated message once, so
repeating is harmless and a doubtful end is a reason to repeat.
"""

from __future__ import annotations

import datetime as dt
import re
import smtplib
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from . import http
from .addresses import is_email
from .base import (
    Adapter,
    ChannelError,
    Irrevocable,
    Message,
    PermanentChannelError,
    PostGone,
    Receipt,
    Target,
    TemporaryChannelError,
)
from .naming import safe_uid

_DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")

# Where the server refused -> our word for it.
_REFUSALS: Final[tuple[tuple[type[smtplib.SMTPException], str], ...]] = (
    (smtplib.SMTPAuthenticationError, "smtp_login"),
    (smtplib.SMTPSenderRefused, "sender_refused"),
    (smtplib.SMTPConnectError, "smtp_greeting"),
    (smtplib.SMTPHeloError, "smtp_greeting"),
    (smtplib.SMTPDataError, "message_refused"),
)


class MailAdapter(Irrevocable):
    """Sends an e-mail. `Target.address` is one e-mail address; `Target.token` is not used."""

    can_edit = False
    can_find = False
    is_repeatable = True

    def post(self, target: Target, message: Message) -> Receipt:
        """Send the e-mail. Raises TemporaryChannelError or PermanentChannelError; never UncertainOutcome."""
        mail = _mail(target, message)
        failure = deliver_mail(mail)
        if failure is not None:
            raise failure
        return Receipt(external_id=mail.extra_headers["Message-ID"])

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """An e-mail cannot be taken back. Raises PostGone: the correction goes out as an e-mail of its own."""
        raise PostGone("cannot_edit", "An e-mail that was sent cannot be changed.")

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Not possible here, and not needed. Raises PermanentChannelError."""
        raise PermanentChannelError("cannot_find", "A mailbox of others cannot be read.")


def message_id(uid: str) -> str:
    """The Message-ID of the message with this uid, for ever the same while the sender's domain is."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{safe_uid(uid)}@{domain if _DOMAIN.fullmatch(domain) else 'localhost'}>"


def _mail(target: Target, message: Message) -> EmailMessage:
    """The e-mail as it will be sent."""
    if not is_email(target.address):
        raise PermanentChannelError("bad_address", "E-mail: the address is not one.")
    # Auto-Submitted keeps out-of-office robots from answering the office's announcements.
    headers = {"Message-ID": message_id(message.uid), "Auto-Submitted": "auto-generated"}
    if message.replies_to:
        headers |= {"In-Reply-To": message_id(message.replies_to), "References": message_id(message.replies_to)}
    mail = EmailMessage(
        # A subject is one line; a line break in it would be a header of its own.
        subject=" ".join(message.subject.split()),
        body=message.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[target.address],
        headers=headers,
    )
    mail.encoding = "utf-8"
    for attachment in message.attachments:
        mail.attach(attachment.filename, attachment.content, attachment.mime_type)
    return mail


def deliver_mail(mail: EmailMessage) -> ChannelError | None:
    """Hand the e-mail to the server named in the settings. A failure is returned: raised, it would drag the session along."""
    # Not settings.EMAIL_BACKEND: a console or file backend would report as sent what nobody ever saw.
    mail.connection = EmailBackend(timeout=http.timeouts().read, fail_silently=False)
    try:
        mail.send(fail_silently=False)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return _refusal("recipient_refused", max(codes, default=0))
    except smtplib.SMTPResponseException as error:
        word = next((word for kind, word in _REFUSALS if isinstance(error, kind)), "smtp_error")
        return _refusal(word, error.smtp_code)
    except smtplib.SMTPNotSupportedError:
        return PermanentChannelError("smtp_setup", "E-mail: the server lacks what the settings ask for (TLS or login).")
    except (smtplib.SMTPException, OSError):
        # Not reached, gone in the middle, or silent after the text: the Message-ID makes repeating harmless.
        return TemporaryChannelError("no_answer", "E-mail: the server was not reached or broke off.")
    return None


def _refusal(word: str, code: int) -> ChannelError:
    """4xx: the server asks to try again (RFC 5321, section 4.2.1); 5xx: it does not. Only the number is kept: the server's
    sentence may quote what it was sent."""
    detail = f"E-mail: the server answered {code}."
    return PermanentChannelError(word, detail) if 500 <= code < 600 else TemporaryChannelError(word, detail)


ADAPTER: Final[Adapter] = MailAdapter()

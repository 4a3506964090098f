"""E-mail about a person's own account, in Arabic, as plain text and HTML."""

from __future__ import annotations

import dataclasses
import logging

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: its subject, its sentences, and the one link to follow, if there is one (label, path)."""

    subject: str
    lines: list[str]
    link: tuple[str, str] | None = None


def send_letter(address: str, letter: Letter) -> bool:
    """Send `letter` to `address`; whether the mail server took it. A failure is logged without the address."""
    label, path = letter.link or ("", "")
    url = f"{settings.PUBLIC_BASE_URL}{path}" if path else ""
    context = {"letter": letter, "label": label, "url": url}
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=render_to_string("accounts/mail/letter.txt", context).strip() + "\n",
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("accounts/mail/letter.html", context), "text/html")
    try:
        return bool(mail.send())
    except OSError as error:  # every failure of SMTP is one
        logger.warning("a mail about an account did not leave (%s)", type(error).__name__)
        return False

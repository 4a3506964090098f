"""E-mail to the office's own people, in plain text and HTML."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives

from .mailing import deliver_mail, message_id


def send_staff_mail(address: str, *, uid: str, subject: str, text: str, html: str) -> None:
    """Send one e-mail. `uid` makes its Message-ID, so that sending it again is harmless. Raises a ChannelError."""
    headers = {"Message-ID": message_id(uid), "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject=subject, body=text, to=[address], headers=headers)
    mail.attach_alternative(html, "text/html")
    failure = deliver_mail(mail)
    if failure is not None:
        raise failure

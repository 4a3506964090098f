"""Passwords: changed by whoever knows the old one, or set by a link to the person's own mailbox."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions_sessions import end_sessions, follow_session, note_event
from accounts.enums import AccountEventKind
from accounts.mailing import Letter, send_letter


def send_reset_links(address: str) -> int:
    """Send the owner of every account with this address a link to set its password. Returns how many left.

    Only accounts that can sign in: in use, staff, and with a password already (the others have an invitation).
    """
    people = [
        user
        for user in User.objects.filter(email__iexact=address, is_active=True, is_staff=True).order_by("pk")
        if user.has_usable_password()
    ]
    # To the address in the account, never to the one that was typed: two that look alike may be two mailboxes.
    return sum(send_letter(user.email, _write(user)) for user in people)


def finish_change(user: User, *, old_key: str, new_key: str, now: dt.datetime) -> None:
    """After `user` has changed the password: this browser goes on, every other one is signed out."""
    with transaction.atomic():
        follow_session(old_key=old_key, new_key=new_key)
        end_sessions(user, now=now, keep=new_key)
        note_event(user, AccountEventKind.PASSWORD_CHANGED, by=user, now=now)


def finish_reset(user: User, *, now: dt.datetime) -> None:
    """After `user` has set the password by a link: signed out everywhere."""
    with transaction.atomic():
        end_sessions(user, now=now)
        note_event(user, AccountEventKind.PASSWORD_RESET, by=None, now=now)


def _write(user: User) -> Letter:
    path = reverse(
        "admin:password_reset_confirm",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        },
    )
    with override("ar"):
        lines = [
            _("A new password was asked for, for your account %(name)s.") % {"name": user.get_username()},
            _("Choose it by the link below. The link is valid for two hours and works once."),
            _("If it was not you, do nothing: your password stays as it is."),
        ]
        return Letter(_("A new password"), lines, (_("Choose a new password"), path))

"""What the worker runs. One action each, safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import actions_passwords, actions_sessions


@shared_task(ignore_result=True)
def send_reset_links(email: str) -> None:
    """Send whoever has this address a link to set the password; nothing for an address that nobody has."""
    actions_passwords.send_reset_links(email)


@shared_task(ignore_result=True)
def purge_sessions() -> None:
    """Remove what is left of sessions that have ended. Runs daily."""
    actions_sessions.purge_sessions(now=timezone.now())

"""`manage.py reencrypt_credentials`: after a new key was put in front of CREDENTIALS_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from announcements.actions_credentials import reencrypt_tokens
from announcements.sealing import SealBroken


class Command(BaseCommand):
    """Running it again does no harm. Once it has run, the earlier keys open nothing and can be taken away."""

    help = "Encrypts the stored tokens of all channels anew with the first of CREDENTIALS_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """All of them or none."""
        try:
            number = reencrypt_tokens()
        except SealBroken as error:
            raise CommandError(f"{error.message} Nothing was changed.") from error
        self.stdout.write(f"Encrypted anew: {number}.")

"""The way back in for the last administrator, who has nobody to ask."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions_factor import reset_factor
from sohag_mobile import clock


class Command(BaseCommand):
    help = "Forget the second factor of an account and end its sessions. Its owner is told by e-mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", default="on the server", help="kept with the account")

    def handle(self, *args: Any, **options: Any) -> None:
        user = get_user_model()._default_manager.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}.")
        reset_factor(user, by=None, reason=options["reason"], now=clock.now())
        self.stdout.write(
            f"{options['username']}: the second factor is reset; the password alone opens the account once."
        )

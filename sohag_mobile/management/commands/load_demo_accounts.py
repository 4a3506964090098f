"""Demonstration accounts: one of every role, those of a unit for every unit."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from vehicles.enums import Role
from vehicles.models import District, Membership


class Command(BaseCommand):
    help = "Make (or renew) the demonstration accounts, all with one password. Refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        # Not `required`: call_command would then spell it out as a word of its own, and one that begins with a dash is an option.
        parser.add_argument("--password", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.STANDIN_URL:
            raise CommandError("Demonstration accounts exist in development only.")
        if not options["password"]:
            raise CommandError("Say which password the accounts shall have: --password=…")
        with transaction.atomic():
            names = load_accounts(options["password"])
        if options["verbosity"]:
            self.stdout.write("\n".join(names))


def load_accounts(password: str) -> list[str]:
    """Create the missing accounts and give all of them this password; returns their user names."""
    wanted: list[tuple[str, Role, District | None]] = [
        (role.value, role, None) for role in (Role.SUPERVISOR, Role.COMMITTEE, Role.SUPPORT, Role.ADMINISTRATOR)
    ]
    for unit in District.objects.order_by("pk"):
        wanted += [(f"{role.value}-{unit.slug}", role, unit) for role in (Role.HEAD, Role.EDITOR, Role.OFFICER)]
    users = get_user_model()._default_manager
    known = {user.get_username(): user for user in users.filter(username__in=[name for name, _, _ in wanted])}
    # One hash for all of them: hashing is slow on purpose, and these accounts protect nothing but a demonstration.
    hashed = ""
    supervisor = known.get("supervisor")
    if supervisor is not None and check_password(password, supervisor.password):
        hashed = supervisor.password
    hashed = hashed or make_password(password)
    for name, role, district in wanted:
        user = known.get(name)
        if user is None:
            user = users.create(
                username=name,
                password=hashed,
                is_staff=True,
                is_superuser=role == Role.SUPERVISOR,
                # So that summaries, digests and warnings, which go to the stand-in here, can be looked at.
                email=f"{name}@staff.example",
            )
        elif user.password != hashed:
            user.password = hashed
            user.save(update_fields=["password"])
        Membership.objects.get_or_create(user=user, district=district, role=role)
    return [name for name, _, _ in wanted]

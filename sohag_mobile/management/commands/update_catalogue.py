"""Bring the Arabic catalogue up to date with the sources, or check that it is complete."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sohag_mobile import catalogue

LANGUAGE = "ar"
PACKAGES = ("sohag_mobile", "vehicles", "services", "schedules", "announcements", "accounts", "exchange")


class Command(BaseCommand):
    help = (
        "Collect the strings marked for translation into locale/ar; existing translations are kept. Needs no gettext."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when a string is missing, empty, fuzzy or unused"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
        found = catalogue.collect(settings.BASE_DIR, PACKAGES)
        kept = catalogue.read(path, LANGUAGE)
        if options["check"]:
            said = catalogue.problems(found, kept)
            if said:
                raise CommandError(f"{path.name}: {len(said)} problem(s)\n  " + "\n  ".join(said))
            self.stdout.write(f"{len(found)} strings, all translated.")
            return
        merged = catalogue.merge(found, kept, LANGUAGE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(catalogue.as_text(merged, LANGUAGE), encoding="utf-8")
        empty = [message for message in catalogue.entries(merged).values() if not any(catalogue.forms(message.string))]
        self.stdout.write(f"{len(merged)} strings, {len(empty)} not translated yet.")

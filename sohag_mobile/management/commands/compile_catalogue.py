"""Compile the translation catalogues (django.po -> django.mo) without gettext's programs."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from sohag_mobile import catalogue


class Command(BaseCommand):
    help = "Compile every locale/*/LC_MESSAGES/django.po. Needs no gettext."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po")):
            target = catalogue.compile_file(path)
            if not options["quiet"]:
                self.stdout.write(str(target.relative_to(settings.BASE_DIR)))

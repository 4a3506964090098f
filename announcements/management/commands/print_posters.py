"""`manage.py print_posters`: the posters and cards of an issued notice as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from announcements.arabic.errors import ArabicTextError
from announcements.facts import notice_facts
from announcements.models import Notice
from announcements.notice_files import drawings
from sohag_mobile.errors import DomainError


class Command(BaseCommand):
    """Writes what it can find out from the notice alone; running it again the same day writes the same files."""

    help = "Writes the door posters, the bulletin and the social cards of an issued notice into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which notice, and where to."""
        parser.add_argument("--notice", required=True, help="unit/year/number, for example sohag-markaz/2026/5")
        parser.add_argument("--out", required=True, type=Path, help="folder for the files; made if need be")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw everything before writing anything."""
        notice = _find(options["notice"])
        try:
            facts = notice_facts(notice.facts)
        except (LookupError, TypeError, ValueError) as error:
            raise CommandError(f"Notice {options['notice']} keeps no facts that can be read: {error}") from error
        try:
            files = drawings(facts, stem="-".join(options["notice"].split("/")), printed_on=timezone.localdate())
        except (DomainError, ArabicTextError) as error:
            raise CommandError(str(error)) from error
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (folder / name).write_bytes(content)
                self.stdout.write(str(folder / name))
        except OSError as error:
            raise CommandError(f"The files could not be written: {error}") from error


def _find(address: str) -> Notice:
    slug, _, rest = address.partition("/")
    year, _, number = rest.partition("/")
    if not (year.isdecimal() and number.isdecimal() and len(year) == 4 and len(number) < 10):
        raise CommandError("Name the notice as unit/year/number, for example sohag-markaz/2026/5.")
    notice = Notice.objects.filter(district__slug=slug, year=int(year), number=int(number)).first()
    if notice is None:
        raise CommandError(f"There is no notice {address}.")
    return notice

"""`manage.py print_posters`: the posters and cards of an issued notice as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone, translation

from announcements.arabic.errors import ArabicTextError
from announcements.arabic.facts import NoticeFacts
from announcements.facts import notice_facts
from announcements.models import Notice
from announcements.posters import SQUARE, WIDE, bulletin_pdf, poster_pdf, social_card_png
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
            files = _draw(facts, "-".join(options["notice"].split("/")))
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


def _draw(facts: NoticeFacts, name: str) -> dict[str, bytes]:
    """File name → bytes. The bulletin only where there is more than one stop to list."""
    digits, today = settings.ARABIC_DIGITS, timezone.localdate()
    files = {
        f"{name}-poster.pdf": poster_pdf(facts, digits=digits, place_url=_place_urls(facts), printed_on=today),
    }
    if len(facts.stops) + len(facts.changes) + len(facts.still_valid) + len(facts.also_cancelled) > 1:
        files[f"{name}-bulletin.pdf"] = bulletin_pdf(facts, digits=digits, printed_on=today)
    for width, height in (WIDE, SQUARE):
        files[f"{name}-card-{width}x{height}.png"] = social_card_png(facts, size=(width, height), digits=digits)
    return files


def _place_urls(facts: NoticeFacts) -> dict[str, str]:
    """The public page of each place, in Arabic: whoever scans the code next month wants the next visit, not an old notice."""
    places = {stop.place.code for stop in (*facts.stops, *(change.after for change in facts.changes))}
    with translation.override("ar"):
        root = settings.PUBLIC_BASE_URL.rstrip("/")
        return {code: f"{root}{reverse('place', kwargs={'code': code})}" for code in places}

"""Write the public site as static files, or bring such files up to date."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from schedules.tasks import SITE
from sohag_mobile.export import export_site


class Command(BaseCommand):
    help = (
        "Write every public page, feed, poster and asset into DIR (served: DIR/current/site). Run again, it makes every page "
        "anew and rewrites only the files that changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["dir"].resolve()
        outcome = export_site(folder, SITE, everything=True)
        if outcome is None:
            raise CommandError(f"Another process is writing into {folder} just now.")
        self.stdout.write(
            f"{outcome.looked_at} addresses looked at, {outcome.written} written, {outcome.removed} removed: "
            f"{folder / 'current' / 'site'}"
        )

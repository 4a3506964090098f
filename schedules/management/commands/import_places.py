from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from schedules.actions_places import import_places
from schedules.place_files import REQUIRED_COLUMNS, PlaceFileRefused


class Command(BaseCommand):
    help = (
        "Import places from a CSV file (UTF-8; columns "
        + ", ".join(REQUIRED_COLUMNS)
        + "; optional name_en, markaz_en, latitude, longitude, coord_precision). All of it or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--source", default="", help="Kept with every new place, for example its licence.")

    def handle(self, *args: Any, file: Path, source: str, **options: Any) -> None:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(_("%(file)s cannot be read.") % {"file": file}) from error
        try:
            count = import_places(data, source=source)
        except PlaceFileRefused as refusal:
            raise CommandError("\n".join([str(refusal.message), *map(str, refusal.problems)])) from None
        for unit in count.units:
            self.stdout.write(_("New unit: %(unit)s. Check its names.") % {"unit": unit.label})
        self.stdout.write(
            _("Places: %(created)d new, %(completed)d completed, %(unchanged)d unchanged.")
            % {"created": count.created, "completed": count.completed, "unchanged": count.unchanged}
        )

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from schedules.actions_reference import load_reference


class Command(BaseCommand):
    help = "Create what is missing of the shipped reference data. What staff have edited or removed stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = load_reference()
        for count in counts if options["verbosity"] else []:
            line = _("%(kind)s: %(created)d created, %(kept)d left as they are.")
            kind = count.model._meta.verbose_name_plural
            self.stdout.write(line % {"kind": kind, "created": count.created, "kept": count.kept})

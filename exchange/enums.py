"""Closed lists of the import and export of tables."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """What a table lists."""

    STOPS = "stops", _("Stops")
    PLACES = "places", _("Places")
    SERVICES = "services", _("Services")
    VEHICLES = "vehicles", _("Vehicles")


class JobState(TextChoices):
    """Where an import stands. Nothing is applied before a person has seen the preview."""

    WAITING = "waiting", pgettext_lazy("import", "Waiting to be read")
    READING = "reading", pgettext_lazy("import", "Being checked")
    PREVIEWED = "previewed", pgettext_lazy("import", "Awaits your decision")
    APPLYING = "applying", pgettext_lazy("import", "Being applied")
    DONE = "done", pgettext_lazy("import", "Applied")
    # A row of «all or nothing» was refused at the last moment.
    UNDONE = "undone", pgettext_lazy("import", "Nothing was applied")
    REFUSED = "refused", pgettext_lazy("import", "File refused")
    CANCELLED = "cancelled", pgettext_lazy("import", "Stopped")
    FAILED = "failed", pgettext_lazy("import", "Broken off by a fault")


# What a worker takes up, also after another one was lost.
AT_WORK = frozenset({JobState.WAITING, JobState.READING, JobState.APPLYING})
CANCELLABLE = AT_WORK | {JobState.PREVIEWED}


class Choice(TextChoices):
    """What happens to the good rows of a file that has bad ones as well."""

    ALL = "all", _("All or nothing: one refused row, and nothing is applied")
    GOOD = "good", _("Only the good rows: the refused ones are left out")


class RowState(TextChoices):
    """What a row of a file would do; refused first, as they are shown."""

    REFUSED = "refused", pgettext_lazy("row", "Refused")
    NEW = "new", pgettext_lazy("row", "New")
    CHANGED = "changed", pgettext_lazy("row", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row", "Unchanged")

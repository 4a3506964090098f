"""The coverage of places as a table, to sort and add up elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from schedules.queries_coverage import Coverage
from sohag_mobile.tables import Cell, Sheet


def coverage_sheet(rows: Iterable[Coverage]) -> Sheet:
    """A line for each place. What is not known is an empty cell, never a zero."""
    headings = [
        *(_("Code"), _("Place"), _("Unit"), _("Population"), _("Source of the population")),
        *(_("Nearest fixed centre"), _("Kilometres to it"), _("Last visit"), _("Days since"), _("Next visit")),
        *(_("Days until"), _("Drafted for")),
    ]
    return Sheet(_("Coverage of places"), headings, _rows(rows))


def _rows(rows: Iterable[Coverage]) -> Iterator[list[Cell]]:
    for each in rows:
        place = each.place
        yield [
            *(place.code, place.short_label, place.district.label, place.population, place.population_source),
            *(place.centre.fixed_centre_name if place.centre else "", each.kilometres, each.last, each.days_since),
            *(each.next, each.days_until, each.planned),
        ]

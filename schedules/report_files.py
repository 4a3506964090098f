"""The report of a period's visits as tables, for the technical committee to take along (R7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from schedules.enums import VisitOutcome
from schedules.models.reports import FIGURE_LABELS, FIGURES
from schedules.queries_reports import Summary, Tally, Visit, by_unit, by_vehicle, tally
from sohag_mobile.tables import Cell, Sheet


def figure_labels() -> list[str]:
    """What the figures of a visit are called, in the order of FIGURES."""
    return [str(label) for label in FIGURE_LABELS.values()]


def visits_sheet(visits: Iterable[Visit]) -> Sheet:
    """A line for each visit. A figure that was not recorded is words, which no spreadsheet adds up or averages."""
    headings = [
        *(_("Day"), _("From"), _("Until"), _("Place"), _("Unit"), _("Vehicle"), _("State"), _("Cause")),
        *(_("Hours worked"), _("Announced late"), *figure_labels(), _("Note")),
    ]
    return Sheet(_("Report of visits"), headings, _visit_rows(visits))


def totals_sheet(visits: Sequence[Visit]) -> Sheet:
    """A line for all visits together, for each unit and for each vehicle. An average says over how many visits it was taken."""
    headings = [
        *(_("Unit or vehicle"), _("Visits"), *(outcome.label for outcome in VisitOutcome), _("Hours worked")),
        *(_("Announced late"), _("Without a report")),
    ]
    for label in figure_labels():
        headings += [
            label,
            _("%(figure)s: average") % {"figure": label},
            _("%(figure)s: visits recorded") % {"figure": label},
        ]
    rows = [
        _tally_row(_("All together"), tally(visits)),
        *(_summary_row(each, each.group.label) for each in by_unit(visits)),
        *(_summary_row(each, str(each.group)) for each in by_vehicle(visits)),
    ]
    return Sheet(_("Totals"), [str(heading) for heading in headings], rows)


def _visit_rows(visits: Iterable[Visit]) -> Iterator[list[Cell]]:
    for visit in visits:
        fact, report = visit.fact, visit.report
        yield [
            *(fact.date, fact.starts_at, fact.ends_at, fact.place.label, fact.district.label, str(fact.vehicle)),
            *(str(visit.outcome.label), fact.cause_ar, _hours(visit.worked), _("Yes") if visit.is_late else ""),
            *(_figure(getattr(report, figure, None)) for figure in FIGURES),
            report.note if report else "",
        ]


def _summary_row(summary: Summary[Any], label: str) -> list[Cell]:
    return _tally_row(label, summary.tally)


def _tally_row(label: str, numbers: Tally) -> list[Cell]:
    cells: list[Cell] = [label, numbers.visits, *(numbers.outcomes[outcome] for outcome in VisitOutcome)]
    cells += [_hours(numbers.worked), numbers.late, numbers.unrecorded]
    for figure in numbers.figures:
        average = None if figure.average is None else round(figure.average, 1)
        cells += [_figure(figure.total), average, figure.visits]
    return cells


def _figure(value: int | None) -> Cell:
    return _("Not recorded") if value is None else value


def _hours(worked: dt.timedelta | None) -> float | None:
    return None if worked is None else round(worked / dt.timedelta(hours=1), 2)

"""Staff pages about what happened at visits: recording one, and the report of a period with its files."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from schedules.actions_reports import record_report
from schedules.clock import local_date
from schedules.enums import VisitOutcome
from schedules.forms_reports import PeriodForm, ReportForm
from schedules.models import Stop, StopRevision, VisitReport
from schedules.models.reports import FIGURES
from schedules.months import Month
from schedules.queries_reports import Figure, Summary, Tally, Visit, by_unit, by_vehicle, list_visits, tally
from schedules.report_files import figure_labels, totals_sheet, visits_sheet
from schedules.staff_pages import find_stop_of_staff, line_of, render_staff_page
from schedules.staff_panels import ComparedFact, format_day, format_hours
from schedules.validators import find_announced
from sohag_mobile import clock
from sohag_mobile.admin import Scope, scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from sohag_mobile.tables import send_table
from vehicles.enums import Right
from vehicles.models import Vehicle
from vehicles.queries import list_districts_of

# What a page shows; the totals above it and the files hold all.
_MOST_SHOWN = 200

_LOOKS = {
    VisitOutcome.STANDING: "open",
    VisitOutcome.HELD: "done",
    VisitOutcome.PARTLY_HELD: "changed",
    VisitOutcome.POSTPONED: "postponed",
    VisitOutcome.CANCELLED: "cancelled",
}


# -- one visit --------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class ReportVersion:
    """One version of a report, with what it changed in the one before; `facts` of the first are what it recorded."""

    report: VisitReport
    facts: tuple[ComparedFact, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ReportPanel:
    """What the page of a stop shows of its report. `form` is None for people who may read and not record."""

    form: ReportForm | None
    url: str
    recorded: tuple[tuple[str, int | None], ...]
    report: VisitReport | None
    versions: tuple[ReportVersion, ...]


def report_panel(
    request: HttpRequest,
    stop: Stop,
    public: StopRevision | None,
    *,
    now: dt.datetime,
    form: ReportForm | None = None,
) -> ReportPanel | None:
    """The panel of `stop`, with the filled-in `form` if there is one; None of a visit that has not begun or was called off.

    What was recorded before a visit was called off stays in view.
    """
    if public is None or public.starts > now:
        return None
    reports = list(VisitReport.objects.filter(stop=stop).select_related("recorded_by").order_by("number"))
    is_off = public.is_cancelled or public.is_postponed
    if is_off and not reports:
        return None
    report = reports[-1] if reports else None
    may_record = not is_off and public.district_id in scope_of(request).reports
    return ReportPanel(
        form=(form or ReportForm(report=report)) if may_record else None,
        url=reverse("admin:schedules_stop_record", args=[stop.pk]),
        recorded=tuple(zip(figure_labels(), (getattr(report, figure) for figure in FIGURES), strict=True))
        if report
        else (),
        report=report,
        versions=tuple(_version(former, later) for former, later in pairwise([None, *reports]) if later)[::-1],
    )


def _version(former: VisitReport | None, later: VisitReport) -> ReportVersion:
    labels = (*figure_labels(), _("note"))
    facts = (
        ComparedFact(label, _told(former, name) if former else "", _told(later, name))
        for label, name in zip(labels, (*FIGURES, "note"), strict=True)
    )
    return ReportVersion(later, tuple(fact for fact in facts if fact.differs))


def _told(report: VisitReport, name: str) -> str:
    value = getattr(report, name)
    return _("Not recorded") if value is None else str(value)


@require_http_methods(["GET", "POST"])
def record_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what happened at a visit, beside what was recorded before, and on POST record it."""
    now = clock.now()
    stop = find_stop_of_staff(request, pk)
    public = find_announced(stop)
    form, error = None, ""
    if request.method == "POST":
        form = ReportForm(data=request.POST, report=None)
        if form.is_valid():
            try:
                record_report(stop, form.recorded(), by=staff_of(request), now=now, seen=form.seen_number)
            except NotAllowed as refusal:
                raise PermissionDenied(str(refusal.message)) from refusal
            except RuleBroken as refusal:
                for problem in refusal.problems:
                    form.add_error(problem.field, str(problem.message))
            except DomainError as refusal:
                error = str(refusal.message)
                # What was typed stays; the next save is that of a person who has seen what stands there now.
                form = form.after_seeing(VisitReport.objects.current().filter(stop=stop).first())
            else:
                messages.success(request, _("What happened at the visit is recorded."))
                return HttpResponseRedirect(reverse("admin:schedules_stop_change", args=[stop.pk]))
    return render_staff_page(
        request,
        "report",
        _("What happened at the visit"),
        line=line_of(stop, now=now),
        error=error,
        panel=report_panel(request, stop, public, now=now, form=form),
    )


# -- a period ---------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in the report of a period. `figures` are in the order of the columns, None where nothing was recorded.

    `is_open`: the person may see the plan of its unit; `may_record`: and what happened at its visits.
    """

    visit: Visit
    look: str
    day: str
    hours: str
    worked: str
    figures: tuple[int | None, ...]
    is_open: bool
    may_record: bool


@dataclasses.dataclass(frozen=True, slots=True)
class TallyLine:
    """The numbers of a unit or of a vehicle in a table, and of everything in the tiles above."""

    label: str
    tally: Tally
    worked: str
    outcomes: tuple[tuple[str, str, int], ...]
    figures: tuple[tuple[str, Figure], ...]


@require_http_methods(["GET"])
def report_view(request: HttpRequest) -> HttpResponse:
    """The visits of a period (this month, unless told otherwise) with their totals, for the person's units."""
    form, visits = _ask(request)
    together = tally(visits)
    query = request.GET.urlencode()
    return render_staff_page(
        request,
        "visits",
        _("Report of visits"),
        form=form,
        labels=figure_labels(),
        total=_tally_line("", together),
        units=_summaries([(each.group.label, each) for each in by_unit(visits)]),
        vehicles=_summaries([(str(each.group), each) for each in by_vehicle(visits)]),
        lines=[_visit_line(visit, scope_of(request)) for visit in visits[:_MOST_SHOWN]],
        count=len(visits),
        most_shown=_MOST_SHOWN,
        files=[
            (kind, f"{reverse('admin:schedules_stop_visits_file', args=[kind])}{'?' if query else ''}{query}")
            for kind in ("xlsx", "csv")
        ]
        if visits
        else [],
    )


@require_http_methods(["GET"])
def report_file_view(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same visits as a file: a spreadsheet with the totals on a second sheet, or the visits alone as CSV."""
    form, visits = _ask(request)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('admin:schedules_stop_visits')}?{request.GET.urlencode()}")
    name = f"visits-{form.cleaned_data['first']}-{form.cleaned_data['last']}"
    return send_table(visits_sheet(visits), totals_sheet(visits), name=name, kind=kind)


def _ask(request: HttpRequest) -> tuple[PeriodForm, list[Visit]]:
    """The period that was asked for, and its visits; none while it cannot be read."""
    now = clock.now()
    units = list_districts_of(staff_of(request), Right.READ)
    if not units:
        raise PermissionDenied
    today = local_date(now)
    month = Month(today.replace(day=1))
    data: Any = request.GET.copy()
    data.setdefault("first", month.first.isoformat())
    data.setdefault("last", month.last.isoformat())
    vehicles = Vehicle.objects.filter(revisions__district__in=units).distinct()
    form = PeriodForm(data, units=units, vehicles=vehicles)
    if not form.is_valid():
        return form, []
    asked = form.cleaned_data
    visits = list_visits(
        [asked["unit"]] if asked["unit"] else list(units),
        first=asked["first"],
        last=asked["last"],
        now=now,
        vehicle=asked["vehicle"],
    )
    return form, visits


def _visit_line(visit: Visit, scope: Scope) -> VisitLine:
    return VisitLine(
        visit=visit,
        look=_LOOKS[visit.outcome],
        day=format_day(visit.fact.date),
        hours=format_hours(visit.fact),
        worked="—" if visit.worked is None else _clock(visit.worked),
        figures=tuple(getattr(visit.report, figure, None) for figure in FIGURES),
        is_open=visit.fact.district_id in scope.plans,
        may_record=visit.fact.district_id in scope.reports,
    )


def _summaries(groups: list[tuple[str, Summary[Any]]]) -> list[TallyLine]:
    """A table of one line would say again what stands above it."""
    return [_tally_line(label, each.tally) for label, each in groups] if len(groups) > 1 else []


def _tally_line(label: str, numbers: Tally) -> TallyLine:
    return TallyLine(
        label=label,
        tally=numbers,
        worked=_clock(numbers.worked),
        outcomes=tuple(
            (_LOOKS[outcome], str(outcome.label), numbers.outcomes[outcome])
            for outcome in VisitOutcome
            if numbers.outcomes[outcome]
        ),
        figures=tuple(zip(figure_labels(), numbers.figures, strict=True)),
    )


def _clock(worked: dt.timedelta) -> str:
    """Hours and minutes as «27:30»."""
    minutes = round(worked.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}"

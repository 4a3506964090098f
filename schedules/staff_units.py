"""How every unit stands in a week: one page for the governorate, and the same as a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schedules.clock import local_date
from schedules.forms import WeekForm
from schedules.queries_units import UnitWeek, list_standings_of_units
from schedules.staff_pages import render_staff_page
from sohag_mobile import clock
from sohag_mobile.admin import scope_of
from sohag_mobile.tables import Cell, Sheet, send_table
from sohag_mobile.weeks import Week
from vehicles.forms import label_week, list_weeks
from vehicles.models import District


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """One state of a unit's week: its word and look, in how many cases, and where they are listed."""

    look: str
    word: str
    number: int
    url: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit on the page. `marks` are what is there; `alarms` what somebody has to act on or account for."""

    unit: District
    url: str
    told: str
    marks: list[Mark]
    alarms: list[Mark]


@require_GET
def units_view(request: HttpRequest) -> HttpResponse:
    """Every unit that the person reads, in the chosen week (this one, unless told otherwise)."""
    form = _read(request)
    week: Week | None = form.cleaned_data["week"] if form.is_valid() else None
    lines = [_line(each, week, request) for each in _standings(request, week)] if week else []
    return render_staff_page(
        request,
        "units",
        _("How the units stand"),
        form=form,
        week=week,
        week_label=label_week(week, today=local_date(clock.now())) if week else "",
        lines=lines,
        files=[
            (kind, f"{reverse('admin:schedules_stop_units_file', args=[kind])}?week={week.name}")
            for kind in ("xlsx", "csv")
        ]
        if week and lines
        else [],
    )


@require_GET
def units_file_view(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same as a table: a number in each cell, empty where the person may not see plans."""
    form = _read(request)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('admin:schedules_stop_units')}?{request.GET.urlencode()}")
    week = form.cleaned_data["week"]
    return send_table(_sheet(_standings(request, week), week), name=f"units-{week.name}", kind=kind)


def _read(request: HttpRequest) -> WeekForm:
    today = local_date(clock.now())
    data = request.GET.copy()
    data.setdefault("week", Week.of(today).name)
    return WeekForm(data, weeks=list_weeks(today=today))


def _standings(request: HttpRequest, week: Week) -> list[UnitWeek]:
    scope = scope_of(request)
    units = District.objects.filter(pk__in=scope.reads).order_by("name_ar", "pk")
    return list_standings_of_units(list(units), week, now=clock.now(), planned_for=scope.plans)


# -- a unit as a line -------------------------------------------------------------------------------------------------------


def _line(standing: UnitWeek, week: Week, request: HttpRequest) -> UnitLine:
    scope, unit, plan = scope_of(request), standing.unit, standing.plan

    def stops(state: str) -> str:
        query = urlencode({"district__id__exact": unit.pk, "week": week.name, "state": state})
        return f"{reverse('admin:schedules_stop_changelist')}?{query}"

    texts = f"{reverse('admin:announcements_notice_week')}?district={unit.pk}&week={week.name}"
    ledger = urlencode({"state": "look", "notice__district__id__exact": unit.pk})
    marks = []
    if plan is not None:
        marks = [
            Mark("draft", _("Drafted"), plan.drafted, stops("draft")),
            Mark("changed", _("Changed, not yet submitted"), plan.changed, stops("changed")),
            Mark("awaiting", _("Awaiting approval"), plan.awaiting, stops("awaiting")),
            Mark("returned", _("Sent back to be mended"), plan.returned, stops("returned")),
        ]
    marks += [
        Mark("open", _("Published"), standing.told, texts),
        Mark("cancelled", _("Called off or postponed"), standing.called_off, texts),
    ]
    alarms = [
        Mark("stopped", _("Would come late now"), plan.overdue if plan else 0, stops("waiting")),
        Mark("changed", _("Announced late"), standing.late, texts),
        Mark(
            "cancelled",
            _("Deliveries to look at"),
            standing.troubled,
            f"{reverse('admin:announcements_delivery_changelist')}?{ledger}",
        ),
        Mark("changed", _("Corrections to be posted or aired"), standing.owed, texts),
    ]
    shown = [mark for mark in marks if mark.number]
    if not shown:
        word = _("Nothing planned") if plan is not None else _("Nothing announced")
        shown = [Mark("done", word, 0)]
    planned = plan.planned if plan is not None else 0
    told = _("%(told)d of %(planned)d") % {"told": plan.published, "planned": planned} if plan and planned else ""
    return UnitLine(
        unit=unit,
        url=_page_of(unit, week, publishes=unit.pk in scope.publishes, plans=plan is not None, texts=texts),
        told=told,
        marks=shown,
        alarms=[mark for mark in alarms if mark.number],
    )


def _page_of(unit: District, week: Week, *, publishes: bool, plans: bool, texts: str) -> str:
    """Where the unit's week is acted on, as far as the person may."""
    if publishes:
        return f"{reverse('admin:schedules_stop_head')}?district={unit.pk}&week={week.name}"
    return f"{reverse('admin:schedules_stop_week')}?district={unit.pk}&week={week.name}" if plans else texts


def _sheet(standings: Sequence[UnitWeek], week: Week) -> Sheet:
    headings: list[Any] = [
        *(_("Unit"), _("Planned"), _("Drafted"), _("Changed, not yet submitted"), _("Awaiting approval")),
        *(_("Sent back to be mended"), _("Public as planned"), _("Would come late now"), _("Published")),
        *(_("Called off or postponed"), _("Announced late"), _("Deliveries to look at")),
        _("Corrections to be posted or aired"),
    ]
    return Sheet(week.name, headings, _rows(standings))


def _rows(standings: Sequence[UnitWeek]) -> Iterator[list[Cell]]:
    for each in standings:
        plan = each.plan
        planned: list[Cell] = (
            [plan.planned, plan.drafted, plan.changed, plan.awaiting, plan.returned, plan.published, plan.overdue]
            if plan
            else [None] * 7
        )
        yield [each.unit.label, *planned, each.told, each.called_off, each.late, each.troubled, each.owed]

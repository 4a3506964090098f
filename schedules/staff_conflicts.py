"""The staff's list of conflicts: one place for what is the matter with the plan and what the calendar asks for, kept up to date.

The page and the fragment show the same list. The fragment carries an entity tag, so that a page can ask for it every few seconds
(`static/js/live.js`) and is answered in full only when something has changed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from schedules.clock import local_date
from schedules.enums import OF_THE_CALENDAR, ConflictKind, Severity
from schedules.queries_conflicts import Conflict, list_conflicts
from schedules.staff_pages import render_staff_page
from schedules.staff_panels import format_day, format_hours
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.weeks import Week
from vehicles.enums import Right
from vehicles.forms import list_weeks
from vehicles.models import District
from vehicles.queries import list_districts_of

# Everything from today on.
COMING = "coming"
_FOR_EVER = dt.date.max
_LOOKS = {Severity.REFUSED: "cancelled", Severity.WARNING: "changed", Severity.NOTICE: "done"}
# The vehicle cannot come: everything planned for it in these days is dealt with together.
_OF_THE_VEHICLE = frozenset({ConflictKind.OUT_OF_SERVICE, ConflictKind.UNASSIGNED})


@dataclasses.dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict as the list shows it."""

    kind: str
    day: str
    hours: str
    unit: str
    sentence: str
    to_do: str
    stops: tuple[tuple[str, str, str], ...]  # place, vehicle and address of each
    url: str  # where something is done about it; empty: the page of the stop
    button: str


@dataclasses.dataclass(frozen=True, slots=True)
class ConflictGroup:
    """The conflicts that ask for the same."""

    severity: Severity
    look: str
    lines: tuple[ConflictLine, ...]

    @property
    def is_folded(self) -> bool:
        """What asks for nothing does not stand in the way of what does."""
        return self.severity == Severity.NOTICE


class ConflictsForm(forms.Form):
    """The days and the unit whose conflicts are listed; a week that is none is everything from today on."""

    week = forms.CharField(label=gettext_lazy("days"), required=False, widget=forms.Select)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("unit"),
        queryset=District.objects.none(),
        required=False,
        empty_label=gettext_lazy("All units"),
    )

    def __init__(self, *args: Any, units: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget, field = self.fields["week"].widget, self.fields["unit"]
        assert isinstance(widget, forms.Select)  # noqa: S101  # reason: tells the type checker what is declared above
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # reason: as above
        widget.choices = [(COMING, _("Everything to come")), *list_weeks(today=today, back=0)]
        field.queryset = units

    def clean_week(self) -> tuple[dt.date, dt.date] | None:
        """The first and last day; None for everything to come."""
        try:
            week = Week.parse(self.cleaned_data["week"])
        except ValueError:
            return None
        return week.first, week.last


def conflicts_url(week: Week | None = None, unit: int | None = None) -> str:
    """The page of the conflicts of `week`, or of everything to come; of one unit where it is named."""
    query: dict[str, str | int] = {"week": week.name if week else COMING}
    if unit:
        query["unit"] = unit
    return f"{reverse('admin:schedules_stop_conflicts')}?{urlencode(query)}"


def count_calendar_conflicts(request: HttpRequest) -> int:
    """How much of what is to come needs a decision because of the calendar, for the person's units."""
    now = clock.now()
    found = list_conflicts(_units(request), local_date(now), _FOR_EVER, now=now)
    return sum(1 for each in found if each.kind in OF_THE_CALENDAR and each.severity != Severity.NOTICE)


def count_conflicts(request: HttpRequest) -> dict[str, int]:
    """How many conflicts of the coming two weeks ask for something, for the first page; none for people without plans."""
    now = clock.now()
    units = _units(request)
    today = local_date(now)
    found = list_conflicts(units, today, Week.of(today).plus(1).last, now=now) if units else []
    return {
        "refused": sum(1 for each in found if each.severity == Severity.REFUSED),
        "warned": sum(1 for each in found if each.severity == Severity.WARNING),
    }


def calendar_message(count: int) -> SafeString:
    """The sentence that leads to the list, after the calendar was changed."""
    text = ngettext(
        "After this change, %(count)d thing in the calendar needs a decision.",
        "After this change, %(count)d things in the calendar need a decision.",
        count,
    ) % {"count": count}
    return format_html('{} <a href="{}">{}</a>', text, conflicts_url(), _("See the list"))


def _units(request: HttpRequest) -> list[District]:
    return list(list_districts_of(staff_of(request), Right.SEE_PLANS).select_related("governorate"))


@require_safe
def conflicts_view(request: HttpRequest) -> HttpResponse:
    """The list with the choice of its days; it goes on asking for the fragment while it is open."""
    form, context = _read(request, request.GET)
    live = _live(request, form.data, context)
    board = _board_url(form)
    return render_staff_page(
        request, "conflicts", _("Conflicts and warnings"), form=form, board_url=board, **context, **live
    )


def _board_url(form: ConflictsForm) -> str:
    """The board of the week and the unit that are listed; of the present week where everything to come is."""
    query: dict[str, str | int] = {}
    if form.is_valid() and form.cleaned_data["week"]:
        query["week"] = Week.of(form.cleaned_data["week"][0]).name
    if form.is_valid() and form.cleaned_data["unit"]:
        query["unit"] = form.cleaned_data["unit"].pk
    return f"{reverse('admin:schedules_stop_board')}?{urlencode(query)}"


def list_live(request: HttpRequest, *, week: Week, unit: int) -> dict[str, str]:
    """The list of a unit's week for another page, which includes `live_conflicts.html` with it."""
    data = QueryDict(urlencode({"week": week.name, "unit": unit}))
    _form, context = _read(request, data)
    return _live(request, data, context)


def _live(request: HttpRequest, data: Mapping[str, Any], context: dict[str, Any]) -> dict[str, str]:
    """The list as it is now, with its entity tag and the address that answers what it has become."""
    listed, tag = _render(request, context)
    return {"fragment": _fragment_url(data.get("week", ""), data.get("unit", "")), "listed": listed, "tag": tag}


def _fragment_url(week: str, unit: str | int) -> str:
    return f"{reverse('admin:schedules_stop_conflicts_list')}?{urlencode({'week': week, 'unit': unit})}"


def list_later(*, week: Week, unit: int) -> dict[str, str]:
    """The same for a page that must not wait for the list: its script asks for it at once. Unit 0: all of the person's."""
    return {"fragment": _fragment_url(week.name, unit or ""), "listed": "", "tag": ""}


@require_safe
def conflicts_list_view(request: HttpRequest) -> HttpResponse:
    """The list alone, for pages that keep it up to date: 304 with the entity tag of what is shown already."""
    _form, context = _read(request, request.GET)
    body, tag = _render(request, context)
    response: HttpResponse
    if tag in [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body)
    response.headers["ETag"] = tag
    patch_vary_headers(response, ["Cookie"])
    return response


def _render(request: HttpRequest, context: dict[str, Any]) -> tuple[SafeString, str]:
    """The list as it is shown, and its entity tag."""
    body = render_to_string("admin/includes/staff/conflicts.html", context, request=request)
    return body, f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'


@require_safe
def attention_view(request: HttpRequest) -> HttpResponse:
    """Where what the calendar asks for used to stand by itself: it is part of the list of conflicts."""
    return HttpResponseRedirect(conflicts_url())


def _read(request: HttpRequest, asked: QueryDict) -> tuple[ConflictsForm, dict[str, Any]]:
    """The form as asked, and the list for it; a unit that is not one of the person's is an error beside its field."""
    now = clock.now()
    today = local_date(now)
    data = asked.copy()
    if "week" not in data:
        data["week"] = Week.of(today).name
    form = ConflictsForm(data, units=list_districts_of(staff_of(request), Right.SEE_PLANS), today=today)
    if not form.is_valid():
        return form, {"groups": [], "is_asked": False}
    unit = form.cleaned_data["unit"]
    units = [each for each in _units(request) if unit is None or each.pk == unit.pk]
    first, last = form.cleaned_data["week"] or (today, _FOR_EVER)
    found = list_conflicts(units, first, last, now=now)
    return form, {"groups": group_conflicts(request, found), "is_asked": True}


def group_conflicts(request: HttpRequest, found: Sequence[Conflict]) -> list[ConflictGroup]:
    """The conflicts under the headings of what they ask for."""
    return [
        ConflictGroup(severity, _LOOKS[severity], lines)
        for severity in Severity
        if (lines := tuple(_line(request, each) for each in found if each.severity == severity))
    ]


def _line(request: HttpRequest, conflict: Conflict) -> ConflictLine:
    url, button = _where(request, conflict)
    return ConflictLine(
        kind=str(conflict.kind.label),
        day=format_day(conflict.date),
        hours=format_hours(conflict.stops[0]) if conflict.stops else "",
        unit=conflict.district.label,
        sentence=conflict.sentence,
        to_do=conflict.to_do,
        stops=tuple(
            (stop.place.label, str(stop.vehicle), reverse("admin:schedules_stop_change", args=[stop.pk]))
            for stop in conflict.stops
        ),
        url=url,
        button=button,
    )


def _where(request: HttpRequest, conflict: Conflict) -> tuple[str, str]:
    """Where the matter is dealt with, and what the button says; nothing where the stop's own page is the place."""
    scope = scope_of(request)
    if conflict.period is not None:
        address = reverse("admin:schedules_stop_hours", args=[conflict.period.pk, conflict.district.pk])
        is_theirs = conflict.district.pk in scope.publishes
        return address, _("Preview and announce…") if is_theirs else _("See")
    if conflict.pattern is not None:
        return reverse("admin:schedules_stoppattern_change", args=[conflict.pattern.pk]), _("Recurring visit")
    if conflict.kind in _OF_THE_VEHICLE and conflict.stops and scope.edits:
        query = urlencode({"vehicle": conflict.stops[0].vehicle_id, "first": conflict.date.isoformat()})
        return f"{reverse('admin:schedules_stop_bulk')}?{query}", _("All that is planned for it…")
    return "", ""

"""Coverage for staff: every place with its distance and its visits, never visited first; one press drafts a visit there."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from schedules.actions_coverage import draft_proposed
from schedules.actions_places import measure_places
from schedules.backdrop import list_sources
from schedules.clock import local_date
from schedules.coverage_files import coverage_sheet
from schedules.enums import PlaceKind
from schedules.models import Place
from schedules.queries_coverage import Coverage, Reach, list_coverage
from schedules.staff_pages import render_staff_page
from schedules.staff_panels import format_day
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.tables import send_table
from vehicles.enums import Right
from vehicles.models import District
from vehicles.queries import list_districts_of

LIBRARY = "vendor/leaflet/leaflet.js"
LOOKS = {
    Reach.NEVER: "cancelled",
    Reach.LONG_AGO: "changed",
    Reach.A_WHILE_AGO: "soon",
    Reach.RECENTLY: "open",
}
WORDS = {
    Reach.NEVER: gettext_lazy("No visit announced so far"),
    Reach.LONG_AGO: gettext_lazy("More than half a year ago"),
    Reach.A_WHILE_AGO: gettext_lazy("Two to six months ago"),
    Reach.RECENTLY: gettext_lazy("In the last two months"),
}


class CoverageForm(forms.Form):
    """Which places: of one unit or of all, of one kind or of all, and whether only those without a coming visit."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("unit"),
        queryset=District.objects.none(),
        required=False,
        empty_label=gettext_lazy("All units"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"), required=False, choices=[("", gettext_lazy("All kinds")), *PlaceKind.choices]
    )
    waiting = forms.BooleanField(label=gettext_lazy("Only without a coming visit"), required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


@dataclasses.dataclass(frozen=True, slots=True)
class CoverageLine:
    """A place in the list. `since`, `until` and `drafted` are sentences; empty where there is nothing to say."""

    coverage: Coverage
    look: str
    word: str
    since: str
    until: str
    drafted: str
    may_draft: bool


@require_http_methods(["GET"])
def coverage_view(request: HttpRequest) -> HttpResponse:
    """The list and the map of the places of the person's units."""
    form, found = _ask(request)
    lines = [_line(each, request) for each in found]
    asked = request.GET.urlencode()
    return render_staff_page(
        request,
        "coverage",
        _("Coverage of places"),
        form=form,
        lines=lines,
        count=len(lines),
        reaches=[
            (LOOKS[reach], WORDS[reach], sum(line.coverage.reach == reach for line in lines), reach.value)
            for reach in Reach
        ],
        coming=sum(line.coverage.next is not None for line in lines),
        people=sum(line.coverage.place.population or 0 for line in lines),
        counted=sum(line.coverage.place.population is not None for line in lines),
        asked=asked,
        files=[
            (kind, f"{reverse('admin:schedules_stop_coverage_file', args=[kind])}?{asked}") for kind in ("xlsx", "csv")
        ],
        has_map=any(line.coverage.place.latitude is not None for line in lines) and finders.find(LIBRARY) is not None,
        backdrop=settings.MAP_BACKDROP,
        tiles=settings.MAP_TILE_URL,
        sources=[*list_sources(), *([settings.MAP_TILE_ATTRIBUTION] if settings.MAP_TILE_ATTRIBUTION else [])],
        sees_plans=scope_of(request).sees_plans,
        drafts=bool(scope_of(request).edits),
    )


@require_http_methods(["GET"])
def coverage_file_view(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same list as a file."""
    form, found = _ask(request)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('admin:schedules_stop_coverage')}?{request.GET.urlencode()}")
    return send_table(coverage_sheet(found), name=f"coverage-{local_date(clock.now())}", kind=kind)


@require_POST
def draft_view(request: HttpRequest, place: int) -> HttpResponse:
    """Draft a visit to a place, or open the form with what is known of it."""
    found = Place.objects.filter(pk=place).select_related("district__governorate").first()
    if found is None or found.district_id not in scope_of(request).reads:
        raise Http404(_("There is no such place in your units."))
    if found.district_id not in scope_of(request).edits:
        raise PermissionDenied
    try:
        stop, proposal = draft_proposed(found, by=staff_of(request), now=clock.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("admin:schedules_stop_coverage"))
    if stop is not None:
        url = reverse("admin:schedules_stop_change", args=[stop.pk])
        told = {"place": found.label, "day": format_day(stop.date), "vehicle": stop.vehicle.code}
        sentence = _("Drafted, as it was there the last time: %(place)s, %(day)s, vehicle %(vehicle)s.") % told
        messages.success(request, format_html('{} <a href="{}">{}</a>', sentence, url, _("Open the draft")))
        asked = request.POST.get("asked", "")
        return HttpResponseRedirect(f"{reverse('admin:schedules_stop_coverage')}?{asked}#place-{found.pk}")
    if proposal.vehicle is None:
        messages.warning(
            request, _("No vehicle of the unit is free on a working day of the coming weeks: choose yourself.")
        )
    else:
        messages.info(request, _("Write where the vehicle will stand, and save: the rest is proposed."))
    return HttpResponseRedirect(f"{reverse('admin:schedules_stop_add')}?{urlencode(proposal.as_query())}")


def _ask(request: HttpRequest) -> tuple[CoverageForm, list[Coverage]]:
    """What was asked for, and its places; none while it cannot be read."""
    measure_places()
    units = list_districts_of(staff_of(request), Right.READ)
    form = CoverageForm(request.GET, units=units)
    if not form.is_valid():
        return form, []
    unit = form.cleaned_data["unit"]
    return form, list_coverage(
        [unit.pk] if unit else list(units.values_list("pk", flat=True)),
        now=clock.now(),
        planning_units=scope_of(request).plans,
        kind=form.cleaned_data["kind"],
        only_waiting=form.cleaned_data["waiting"],
    )


def _line(each: Coverage, request: HttpRequest) -> CoverageLine:
    return CoverageLine(
        coverage=each,
        look=LOOKS[each.reach],
        word=str(WORDS[each.reach]),
        since=""
        if each.last is None or each.days_since is None
        else _count_since(each.days_since) % {"day": format_day(each.last), "count": each.days_since},
        until=""
        if each.next is None or each.days_until is None
        else _count_until(each.days_until) % {"day": format_day(each.next), "count": each.days_until},
        drafted="" if each.planned is None else _("Drafted for %(day)s") % {"day": format_day(each.planned)},
        may_draft=each.place.district_id in scope_of(request).edits,
    )


def _count_since(days: int) -> str:
    if days == 0:
        return _("%(day)s (today)")
    return ngettext("%(day)s (%(count)d day ago)", "%(day)s (%(count)d days ago)", days)


def _count_until(days: int) -> str:
    if days == 0:
        return _("%(day)s (today)")
    return ngettext("%(day)s (in %(count)d day)", "%(day)s (in %(count)d days)", days)

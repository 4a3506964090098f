"""Staff pages that copy a week into others, and that show what an act on the plan has done and take it back."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from schedules.actions_copy import CopiedStop, WeekCopy, copy_week, preview_copy
from schedules.actions_undo import undo_act
from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.forms_copy import WEEKS_AHEAD, CopyForm
from schedules.models import PlanAct, Stop
from schedules.queries_acts import acts_of
from schedules.staff_pages import line_of, render_staff_page, stops_of_staff
from schedules.staff_panels import format_day, format_hours
from schedules.staff_views import publish_url
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.weeks import Week
from vehicles.enums import Right
from vehicles.queries import list_districts_of


@dataclasses.dataclass(frozen=True, slots=True)
class CopyLine:
    """One stop of the source week on one day of a target week, as the preview tells it."""

    copied: CopiedStop
    day: str
    hours: str


def act_url(act: PlanAct) -> str:
    """The page of an act, where it can be taken back."""
    return reverse("admin:schedules_stop_act", args=[act.pk])


def read_act(request: HttpRequest) -> PlanAct | None:
    """The act of theirs from whose page a person came to a stop, if they came from one."""
    key = request.GET.get("act", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    return PlanAct.objects.filter(pk=int(key), made_by=staff_of(request)).first()


@require_http_methods(["GET", "POST"])
def copy_view(request: HttpRequest) -> HttpResponse:
    """Choose a week and those it is copied into, see exactly what will be drafted and what not, and on POST draft it."""
    if not scope_of(request).edits:
        raise PermissionDenied
    now, user = clock.now(), staff_of(request)
    today = local_date(now)
    districts = list_districts_of(user, Right.EDIT).order_by("kind", "name_ar")
    data = (request.POST if request.method == "POST" else request.GET).copy()
    if "source" not in data:
        _choose_usual_weeks(data, units=[str(unit.pk) for unit in districts], this_week=Week.of(today))
    form = CopyForm(data, districts=districts, today=today)
    copied: WeekCopy | None = None
    if form.is_valid():
        chosen = form.cleaned_data
        act = copy_week if request.method == "POST" else preview_copy
        try:
            copied = act(chosen["source"], chosen["targets"], districts=chosen["districts"], by=user, now=now)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    if request.method == "POST" and copied is not None:
        return _tell_what_was_copied(request, copied, again=_address(data))
    return render_staff_page(
        request,
        "copy",
        _("Copy a week"),
        form=form,
        copied=copied,
        hidden=[(name, value) for name in ("source", "targets", "districts") for value in data.getlist(name)],
        made=_lines(copied, lambda line: line.made is not None),
        refused=_lines(copied, lambda line: line.made is None and not line.is_there),
        there=_lines(copied, lambda line: line.is_there),
    )


def _choose_usual_weeks(data: QueryDict, *, units: list[str], this_week: Week) -> None:
    """Into the week that a link names, or the first coming one that is not planned by all who plan; from the last one planned."""
    data.setlist("districts", data.getlist("districts") or units)
    planned: dict[Week, set[int]] = defaultdict(set)
    days = (
        Stop.objects.filter(district__in=units, date__gte=this_week.plus(-8).first)
        .exclude(status__in=[StopStatus.CANCELLED, StopStatus.POSTPONED])
        .order_by()
        .values_list("district", "date")
        .distinct()
    )
    for district, day in days:
        planned[Week.of(day)].add(district)
    planning = set[int]().union(*planned.values())
    try:
        target = Week.parse(data.get("targets", ""))
    except ValueError:
        coming = [this_week.plus(number) for number in range(1, WEEKS_AHEAD + 1)]
        target = next((week for week in coming if not planning or planned.get(week, set()) < planning), coming[0])
    data.setlist("targets", [target.name])
    before = [week.first for week in planned if week.first < target.first]
    data["source"] = (Week.of(max(before)) if before else target.plus(-1)).name


def _lines(copied: WeekCopy | None, belongs: Callable[[CopiedStop], bool]) -> list[CopyLine]:
    return [
        CopyLine(line, format_day(line.data.date), format_hours(line.data))
        for line in (copied.lines if copied else ())
        if belongs(line)
    ]


def _address(data: QueryDict) -> str:
    chosen = QueryDict(mutable=True)
    for name in ("source", "targets", "districts"):
        chosen.setlist(name, data.getlist(name))
    return f"{reverse('admin:schedules_stop_copy')}?{chosen.urlencode()}"


def _tell_what_was_copied(request: HttpRequest, copied: WeekCopy, *, again: str) -> HttpResponse:
    left = sum(1 for line in copied.lines if line.made is None and not line.is_there)
    if left:
        text = ngettext("%(count)d stop could not be copied.", "%(count)d stops could not be copied.", left)
        messages.warning(request, format_html('{} <a href="{}">{}</a>', text % {"count": left}, again, _("See why")))
    if copied.act is None:
        messages.info(request, _("Nothing was copied: see below what stands in the way of each stop."))
        return HttpResponseRedirect(again)
    count = len(copied.made)
    text = ngettext("%(count)d draft was made.", "%(count)d drafts were made.", count) % {"count": count}
    messages.success(request, text)
    return HttpResponseRedirect(act_url(copied.act))


@require_http_methods(["GET", "POST"])
def act_view(request: HttpRequest, pk: int) -> HttpResponse:
    """What an act of the person has done to stops; on POST it is taken back, all of it or nothing."""
    user, now = staff_of(request), clock.now()
    act = acts_of(user, units=scope_of(request).plans).filter(pk=pk).first() if pk < 2**63 else None
    if act is None:
        raise Http404(_("There is no such act of yours."))
    problems: list[str] = []
    if request.method == "POST":
        try:
            undo_act(act, by=user, now=now)
        except DomainError as refusal:
            found = refusal.problems if isinstance(refusal, RuleBroken) else [refusal]
            problems = [str(problem.message) for problem in found]
        else:
            messages.success(request, _("It was taken back: the plan is as it was before."))
            return HttpResponseRedirect(act_url(act))
    stops = list(stops_of_staff(request).filter(pk__in=act.stops.values("stop")).order_by("date", "starts_at", "pk"))
    drafts = [stop for stop in stops if stop.status == StopStatus.DRAFT or stop.has_unpublished_changes]
    return render_staff_page(
        request,
        "act",
        act.get_kind_display(),
        act=act,
        lines=[line_of(stop, now=now) for stop in stops],
        back=f"act={act.pk}",
        discarded=act.stops.filter(left_at__isnull=True).count(),
        problems=problems,
        waiting=len(drafts),
        publish_url=publish_url(drafts) if drafts else "",
    )

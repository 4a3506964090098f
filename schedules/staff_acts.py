"""The staff's own recent acts on the plan, each with a button that takes it back, or the reason why it cannot be."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from schedules.actions_undo import find_obstacles, undo_act
from schedules.models import Place, PlanAct, PlanActStop
from schedules.queries_acts import OwnAct, acts_of, list_own_acts
from schedules.staff_pages import render_staff_page
from schedules.staff_panels import format_day
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, RuleBroken

_MOST_ACTS = 30
_MOST_NAMED = 5


@dataclasses.dataclass(frozen=True, slots=True)
class ActLine:
    """One act as the list shows it; `reasons` why it cannot be taken back, none where it can."""

    act: PlanAct
    stops: tuple[tuple[str, str], ...]  # its name, and the address of its page where it still exists
    more: int
    reasons: tuple[str, ...]

    @property
    def may_be_undone(self) -> bool:
        return self.act.undone_at is None and not self.reasons


@require_safe
def acts_view(request: HttpRequest) -> HttpResponse:
    """What the person has done to the plan lately."""
    acts, places = list_own_acts(staff_of(request), units=scope_of(request).plans, limit=_MOST_ACTS)
    open_acts = [own for own in acts if own.act.undone_at is None]
    obstacles = find_obstacles([own.act for own in open_acts], lines=[line for own in open_acts for line in own.lines])
    lines = [_line(own, places, obstacles.get(own.act.pk, [])) for own in acts]
    return render_staff_page(
        request, "acts", _("What I did lately"), acts=lines, may_edit=bool(scope_of(request).edits)
    )


def _line(own: OwnAct, places: dict[int, Place], obstacles: list[DomainError]) -> ActLine:
    named = [_name(line, places) for line in own.lines[:_MOST_NAMED]]
    reasons = dict.fromkeys(str(obstacle.message) for obstacle in obstacles)
    return ActLine(own.act, tuple(named), max(0, len(own.lines) - _MOST_NAMED), tuple(reasons))


def _name(line: PlanActStop, places: dict[int, Place]) -> tuple[str, str]:
    if line.stop is not None:
        address = reverse("admin:schedules_stop_change", args=[line.stop.pk])
        return f"{line.stop.place.label} · {format_day(line.stop.date)}", address
    before = line.before or {}
    place = places.get(before.get("place", 0))
    if place is None:
        return _("A stop that has been discarded since"), ""
    return f"{place.label} · {format_day(dt.date.fromisoformat(before['date']))}", ""


@require_POST
def undo_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an act back, or say why it cannot be."""
    act = acts_of(staff_of(request), units=scope_of(request).plans).filter(pk=pk).first()
    if act is None:
        raise Http404
    try:
        remaining = undo_act(act, by=staff_of(request), now=clock.now())
    except RuleBroken as refusal:
        for sentence in dict.fromkeys(str(problem.message) for problem in refusal.problems):
            messages.error(request, sentence)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        text = ngettext(
            "Taken back: %(count)d stop is as it was.", "Taken back: %(count)d stops are as they were.", len(remaining)
        )
        messages.success(request, text % {"count": len(remaining)} if remaining else _("Taken back."))
    return HttpResponseRedirect(reverse("admin:schedules_stop_acts"))

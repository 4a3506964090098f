"""The first part of the head's page: what awaits approval, with every text as it will be issued, one act at a time."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, QueryDict

from announcements.models import Notice
from announcements.staff_previews import PreviewPage, no_preview, run_preview
from schedules.actions import preview_publication
from schedules.actions_approval import approve_stops
from schedules.enums import StopStatus
from schedules.forms import CauseForm
from schedules.forms_approval import ReturnForm
from schedules.models import Stop, StopRevision
from schedules.queries_units import list_awaiting
from schedules.staff_pages import StopLine, find_problems, line_of
from schedules.staff_panels import ComparedFact, compare_with_public
from sohag_mobile.admin import staff_of
from vehicles.models import District

_NEW: Final = "new"
_CHANGES: Final = "changes"
_MOST_STOPS: Final = 500
_NO_CAUSE: Final = {"cause": "", "cause_ar": ""}


@dataclasses.dataclass(frozen=True, slots=True)
class AwaitingLine:
    """A stop that awaits approval; `facts` are those that a change would alter, `is_in_act` that its text is shown."""

    line: StopLine
    facts: tuple[ComparedFact, ...]
    is_in_act: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """What became of a request: the notices `issued` by it (None: none), or what the page shows."""

    issued: Sequence[Notice] | None
    context: dict[str, Any]
    approved: Sequence[Stop] = ()
    is_all: bool = False


def run_approval(request: HttpRequest, unit: District, data: QueryDict, *, now: dt.datetime) -> Approval:
    """Show, or on POST publish, what awaits the approval of the head of `unit`.

    New visits need no cause and are one act, changes of published ones need one and are another; `only` in `data` narrows down
    to one visit. What cannot be published as it stands is left out of the act and marked. Raises PermissionDenied.
    """
    awaiting = list(list_awaiting([unit.pk]))
    name, chosen = _choose(awaiting, data)
    form = _cause_form(data) if any(_needs_cause(stop) for stop in chosen) else None
    cause = _read_cause(form)
    seen = _read_seen(data, awaiting)
    page = PreviewPage(context=no_preview())
    problems: dict[int, tuple[str, ...]] = {}
    shown = chosen
    if (chosen or seen) and (form is None or cause["cause"]):
        user = staff_of(request)

        def run(stops: Sequence[Stop]) -> PreviewPage:
            return run_preview(
                request,
                act=lambda review: approve_stops(seen, by=user, now=now, review=review, **cause),
                preview=lambda review: preview_publication(stops, by=user, now=now, review=review, **cause),
            )

        page = run(chosen)
        if page.issued is not None:
            return Approval(page.issued, {}, approved=list(seen), is_all=len(seen) == len(awaiting))
        if page.refusal:
            problems = {stop.pk: find_problems(stop, by=user, now=now) for stop in chosen}
            shown = [stop for stop in chosen if not problems[stop.pk]]
            if request.method == "GET" and 0 < len(shown) < len(chosen):
                page = run(shown)
    facts = _public_facts(awaiting)
    context = page.context | {
        "awaiting": [
            AwaitingLine(
                line=line_of(stop, now=now, problems=problems.get(stop.pk, ())),
                facts=facts.get(stop.pk, ()),
                is_in_act=stop in shown,
            )
            for stop in awaiting
        ],
        "act": name,
        "is_narrowed": name not in (_NEW, _CHANGES),
        "waits_besides": _count_besides(awaiting, chosen),
        "cause_form": form,
        "cause": cause,
        "error": "" if any(problems.values()) else str(page.refusal.message) if page.refusal else "",
        "has_problems": any(problems.values()),
        "return_form": ReturnForm(),
        "seen": [f"{stop.pk}@{stop.submitted_at.isoformat()}" for stop in shown if stop.submitted_at],
    }
    return Approval(None, context)


def _needs_cause(stop: Stop) -> bool:
    """Whether the public has been told of it as taking place; a postponement has told its cause already."""
    return stop.status == StopStatus.PUBLISHED


def _choose(awaiting: Sequence[Stop], data: QueryDict) -> tuple[str, list[Stop]]:
    """What of it is one act now, and the value of `act` that asks for it: a primary key for one stop alone."""
    asked = data.get("act", "")
    if one := [stop for stop in awaiting if str(stop.pk) == asked]:
        return asked, one
    new = [stop for stop in awaiting if not _needs_cause(stop)]
    changes = [stop for stop in awaiting if _needs_cause(stop)]
    return (_CHANGES, changes) if changes and (asked == _CHANGES or not new) else (_NEW, new)


def _count_besides(awaiting: Sequence[Stop], chosen: Sequence[Stop]) -> dict[str, int]:
    """How many await besides what was chosen, as new visits and as changes."""
    besides = [stop for stop in awaiting if stop not in chosen]
    changes = sum(_needs_cause(stop) for stop in besides)
    return {_NEW: len(besides) - changes, _CHANGES: changes}


def _cause_form(data: QueryDict) -> CauseForm:
    return CauseForm(data) if "cause" in data else CauseForm()


def _read_cause(form: CauseForm | None) -> dict[str, str]:
    if form is None or not form.is_bound or not form.is_valid():
        return _NO_CAUSE
    return {"cause": form.cleaned_data["cause"], "cause_ar": form.cleaned_data["cause_ar"]}


def _read_seen(data: QueryDict, awaiting: Sequence[Stop]) -> dict[Stop, dt.datetime]:
    """The stops that the form was shown with, each with the moment of its submission, as «12@2026-11-22T10:00:00+00:00»."""
    by_pk = {stop.pk: stop for stop in awaiting}
    seen: dict[Stop, dt.datetime] = {}
    for entry in data.getlist("stop")[:_MOST_STOPS]:
        pk, _at, moment = entry.partition("@")
        try:
            number, submitted_at = int(pk), dt.datetime.fromisoformat(moment)
        except ValueError:
            continue
        if not 0 < number < 2**63:
            continue
        # What does not await any more is not looked up: that it is gone is what the act says.
        seen[by_pk.get(number) or Stop(pk=number)] = submitted_at
    return seen


def _public_facts(stops: Sequence[Stop]) -> Mapping[int, tuple[ComparedFact, ...]]:
    """What each change would alter of what the public reads. Three queries, or none where nothing is a change."""
    changed = [stop.pk for stop in stops if stop.status != StopStatus.DRAFT]
    if not changed:
        return {}
    public = StopRevision.objects.public().with_details().filter(stop__in=changed)
    told = {revision.stop_id: revision for revision in public}
    return {
        stop.pk: tuple(fact for fact in compare_with_public(stop, told[stop.pk]) if fact.differs)
        for stop in stops
        if stop.pk in told
    }

"""Staff pages that change many stops together: choose them, say what becomes of them, see it, and do it.

What is changed is shown stop by stop, as it was and as it would be, and beside it every text that would go out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from announcements.staff_previews import no_preview, run_preview
from schedules.actions_bulk import (
    BulkRefused,
    ChangedStop,
    change_and_publish_stops,
    change_stops,
    discard_drafts,
    fingerprint_stops,
    preview_change,
    preview_change_and_publication,
)
from schedules.actions_incidents import (
    cancel_stops,
    postpone_stops,
    preview_cancellations,
    preview_postponements,
)
from schedules.clock import local_date
from schedules.enums import CHANGEABLE, RevisionState, StopStatus
from schedules.forms import vehicles_to_plan
from schedules.forms_bulk import MOST_STOPS, CallOffForm, ChangeForm, ChooseForm, DaysForm, HoursForm, VehicleForm
from schedules.models import Stop, StopRevision
from schedules.queries_places import find_places
from schedules.staff_incidents import bound_form, decide_page, put_beside_fields, sent_values
from schedules.staff_pages import (
    StopLine,
    line_of,
    read_ids,
    render_staff_page,
    stops_of_staff,
    submit_url,
    tell_what_was_issued,
)
from schedules.staff_panels import ComparedFact, compare_data
from schedules.staff_views import publish_url
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.enums import Right
from vehicles.queries import list_districts_of

PUBLISH, CANCEL, POSTPONE, DAYS, HOURS, VEHICLE, DISCARD = (
    "publish", "cancel", "postpone", "days", "hours", "vehicle", "discard",
)  # fmt: skip
_CHANGES: dict[str, tuple[type[ChangeForm], Any]] = {
    DAYS: (DaysForm, gettext_lazy("Move stops to other days")),
    HOURS: (HoursForm, gettext_lazy("Change the hours of stops")),
    VEHICLE: (VehicleForm, gettext_lazy("Give stops to another vehicle")),
}
_AHEAD = dt.timedelta(days=13)


@dataclasses.dataclass(frozen=True, slots=True)
class ChangeLine:
    """What an act makes of one stop, and what refuses it."""

    line: StopLine
    facts: tuple[ComparedFact, ...] = ()
    is_told: bool = False  # the public was told of it, and would be told anew


def bulk_url(name: str, stops: Sequence[Stop]) -> str:
    """The page of the act `name` with `stops` chosen."""
    if name == PUBLISH:
        return publish_url(stops)
    address = reverse("admin:schedules_stop_bulk_act", args=[name])
    return f"{address}?ids={','.join(str(stop.pk) for stop in stops)}"


@require_http_methods(["GET", "POST"])
def choose_view(request: HttpRequest) -> HttpResponse:
    """Find stops by their days, unit, vehicle and place, tick those that are meant, and go on to what becomes of them."""
    if request.method == "POST":
        return _go_on(request)
    now = clock.now()
    data = request.GET.copy()
    first = local_date(now)
    data.setdefault("first", first.isoformat())
    if "last" not in data:
        data["last"] = (_read_day(data.get("first", ""), default=first) + _AHEAD).isoformat()
    form = ChooseForm(data, units=list_districts_of(staff_of(request), Right.SEE_PLANS))
    stops = list(_find(request, form, now=now)[: MOST_STOPS + 1]) if form.is_valid() else []
    scope = scope_of(request)
    return render_staff_page(
        request,
        "bulk",
        _("Change many stops together"),
        form=form,
        lines=[line_of(stop, now=now) for stop in stops[:MOST_STOPS]],
        most=MOST_STOPS if len(stops) > MOST_STOPS else 0,
        may_edit=bool(scope.edits),
        may_publish=bool(scope.publishes),
    )


def _read_day(text: str, *, default: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return default


def _find(request: HttpRequest, form: ChooseForm, *, now: dt.datetime) -> Any:
    """Stops that are not called off, of days from today on."""
    chosen = form.cleaned_data
    first = max(chosen["first"], local_date(now))
    stops = stops_of_staff(request).filter(date__gte=first, date__lte=chosen["last"])
    stops = stops.exclude(status=StopStatus.CANCELLED)
    if chosen["unit"]:
        stops = stops.filter(district=chosen["unit"])
    if chosen["vehicle"]:
        stops = stops.filter(vehicle=chosen["vehicle"])
    if chosen["place"]:
        stops = stops.filter(place__in=find_places(chosen["place"], limit=MOST_STOPS))
    return stops.order_by("date", "starts_at", "vehicle__code", "pk")


def _go_on(request: HttpRequest) -> HttpResponse:
    """To the page of the act whose button was pressed, with what is ticked."""
    name = request.POST.get("act", "")
    data = QueryDict(mutable=True)
    data["ids"] = ",".join(request.POST.getlist("stop"))
    stops = list(stops_of_staff(request).filter(pk__in=read_ids(data)[:MOST_STOPS]))
    if not stops:
        messages.warning(request, _("Choose at least one stop."))
        return HttpResponseRedirect(request.get_full_path())
    if name not in (PUBLISH, CANCEL, POSTPONE, DISCARD, *_CHANGES):
        raise Http404
    return HttpResponseRedirect(bulk_url(name, stops))


@require_http_methods(["GET", "POST"])
def act_view(request: HttpRequest, name: str) -> HttpResponse:
    """The page of one act on the stops that were chosen."""
    if name not in (CANCEL, POSTPONE, DISCARD, *_CHANGES):
        raise Http404
    scope = scope_of(request)
    if not (scope.publishes if name in (CANCEL, POSTPONE) else scope.edits):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else request.GET
    stops = list(
        stops_of_staff(request)
        .filter(pk__in=read_ids(data)[:MOST_STOPS])
        .order_by("date", "starts_at", "vehicle__code", "pk")
    )
    if not stops:
        messages.warning(request, _("Choose at least one stop."))
        return HttpResponseRedirect(reverse("admin:schedules_stop_bulk"))
    if name in _CHANGES:
        return _change_page(request, name, stops)
    if name == DISCARD:
        return _discard_page(request, stops)
    return _call_off_page(request, name, stops)


# -- calling off --------------------------------------------------------------------------------------------------------------


def _call_off_page(request: HttpRequest, name: str, stops: Sequence[Stop]) -> HttpResponse:
    """Cancel the chosen visits or put them off without a date, under one cause; each unit under its own number."""
    publishes = scope_of(request).publishes
    now, user = clock.now(), staff_of(request)
    told = {each.stop_id: each for each in StopRevision.objects.public().filter(stop__in=stops)}
    chosen = [
        stop
        for stop in stops
        if (public := told.get(stop.pk))
        and public.district_id in publishes
        and _can_be_called_off(public, name, now=now)
    ]
    is_cancelling = name == CANCEL
    if not chosen:
        messages.warning(
            request, _("None of these stops is announced and still to come. Drafts are discarded or moved.")
        )
        return HttpResponseRedirect(reverse("admin:schedules_stop_bulk"))
    preview = preview_cancellations if is_cancelling else preview_postponements
    act = cancel_stops if is_cancelling else postpone_stops
    return decide_page(
        request,
        None,
        bound_form(CallOffForm, request, marker="cause", initial={"ids": ",".join(str(stop.pk) for stop in chosen)}),
        title=_("Cancel stops") if is_cancelling else _("Postpone stops"),
        explanation=_("All of these visits in one act, all or none. Each unit issues its own numbered notice."),
        button=_("Call off these visits now"),
        preview=lambda form, review: preview(chosen, by=user, now=now, review=review, **form.call_off()),
        act=lambda form, review: act(chosen, by=user, now=now, review=review, **form.call_off()),
        now=now,
        lines=[line_of(stop, now=now) for stop in chosen],
        left_out=len(stops) - len(chosen),
    )


def _can_be_called_off(public: StopRevision, name: str, *, now: dt.datetime) -> bool:
    if public.state == RevisionState.POSTPONED:
        return name == CANCEL
    return public.state == RevisionState.SCHEDULED and public.ends > now


# -- changing -----------------------------------------------------------------------------------------------------------------


def _change_page(request: HttpRequest, name: str, stops: Sequence[Stop]) -> HttpResponse:
    """Show what would become of every stop, and every text; on POST change the plan, or change it and tell the public."""
    scope = scope_of(request)
    now, user = clock.now(), staff_of(request)
    announced = [stop for stop in stops if stop.status in CHANGEABLE]
    may_announce = bool(announced) and all(stop.district_id in scope.publishes for stop in announced)
    form = _change_form(request, name, stops, announces=may_announce)
    lines = [ChangeLine(line_of(stop, now=now)) for stop in stops]
    context, error, changed = no_preview(), "", []
    if form.is_bound and form.is_valid():
        change = form.change()
        seen = request.POST.get("seen", "")
        if request.method == "POST" and "change" in request.POST:
            try:
                return _tell_what_was_changed(request, change_stops(stops, change, by=user, now=now, seen=seen))
            except DomainError as refusal:
                error = _say_refusal(form, refusal)
        try:
            changed = preview_change(stops, change, by=user, now=now)
        except DomainError as refusal:
            error = error or _say_refusal(form, refusal)
            problems = refusal.by_stop if isinstance(refusal, BulkRefused) else {}
            lines = [ChangeLine(line_of(stop, now=now, problems=_sentences(problems, stop))) for stop in stops]
        else:
            lines = _compare(stops, changed, now=now)
        if changed and may_announce and form.why()["cause"] and any(each.was_announced for each in changed):
            page = run_preview(
                request,
                act=lambda review: change_and_publish_stops(
                    stops, change, by=user, now=now, seen=seen, review=review, **form.why()
                ),
                preview=lambda review: preview_change_and_publication(
                    stops, change, by=user, now=now, review=review, **form.why()
                ),
            )
            if page.issued is not None:
                return tell_what_was_issued(request, page.issued)
            context = page.context
            if page.refusal:
                error = _say_refusal(form, page.refusal)
    return render_staff_page(
        request,
        "bulk_change",
        str(_CHANGES[name][1]),
        form=form,
        lines=lines,
        is_shown=bool(changed),
        error=error,
        hidden=sent_values(form) if changed else [],
        seen=fingerprint_stops(stops),
        told=sum(1 for line in lines if line.is_told),
        may_announce=may_announce,
        announced=len(announced),
        **context,
    )


def _change_form(request: HttpRequest, name: str, stops: Sequence[Stop], *, announces: bool) -> ChangeForm:
    kind = _CHANGES[name][0]
    more: dict[str, Any] = {"announces": announces}
    initial: dict[str, Any] = {"ids": ",".join(str(stop.pk) for stop in stops)}
    if name == VEHICLE:
        scope = scope_of(request)
        vehicles = vehicles_to_plan(scope.edits, today=local_date(clock.now()))
        used = {stop.vehicle_id for stop in stops}
        more["vehicles"] = vehicles.exclude(pk__in=used) if len(used) == 1 else vehicles
        more["supervises"] = scope.is_supervisor
    if name == HOURS:
        initial |= {field: getattr(stops[0], field) for field in ("starts_at", "ends_at", "last_intake")}
    marker = {DAYS: "days", HOURS: "starts_at", VEHICLE: "vehicle"}[name]
    form: ChangeForm = bound_form(kind, request, marker=marker, initial=initial, **more)
    return form


def _say_refusal(form: ChangeForm, refusal: DomainError) -> str:
    """The sentence above the page; what refuses single stops stands beside them, what is about a field beside it."""
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(str(refusal.message)) from refusal
    if isinstance(refusal, BulkRefused):
        return _("Nothing can be changed until what is marked below is mended, or these stops are left out.")
    return put_beside_fields(form, refusal)


def _sentences(problems: dict[int, list[DomainError]], stop: Stop) -> tuple[str, ...]:
    return tuple(str(problem.message) for problem in problems.get(stop.pk, []))


def _compare(stops: Sequence[Stop], changed: Sequence[ChangedStop], *, now: dt.datetime) -> list[ChangeLine]:
    """Each stop with what changes of it, the unit that issues its announcement included."""
    by_stop = {each.stop.pk: each for each in changed}
    lines = []
    for stop in stops:
        each = by_stop.get(stop.pk)
        facts: list[ComparedFact] = []
        if each is not None:
            facts = compare_data(each.before, each.after)
            units = (each.unit_before.label, each.stop.district.label)
            facts += [ComparedFact(_("Issuing unit"), *units)] if units[0] != units[1] else []
        lines.append(ChangeLine(line_of(stop, now=now), tuple(facts), is_told=bool(each and each.was_announced)))
    return lines


def _tell_what_was_changed(request: HttpRequest, changed: Sequence[ChangedStop]) -> HttpResponse:
    text = ngettext(
        "%(count)d stop was changed. It can be taken back until it is published.",
        "%(count)d stops were changed. They can be taken back until they are published.",
        len(changed),
    ) % {"count": len(changed)}
    messages.success(request, text)
    stops = [each.stop for each in changed]
    publishes = scope_of(request).publishes
    if any(each.was_announced for each in changed):
        text = _("Citizens still read the old facts, until the changes are published.")
        if all(stop.district_id in publishes for stop in stops):
            link = format_html('<a href="{}">{}</a>', publish_url(stops), _("Preview and publish…"))
        else:
            link = format_html('<a href="{}">{}</a>', submit_url(stops), _("Submit for approval"))
        messages.warning(request, format_html("{} {}", text, link))
    return HttpResponseRedirect(reverse("admin:schedules_stop_acts"))


# -- discarding ---------------------------------------------------------------------------------------------------------------


def _discard_page(request: HttpRequest, stops: Sequence[Stop]) -> HttpResponse:
    """Ask once more, and on POST discard the drafts among the chosen stops."""
    scope = scope_of(request)
    now = clock.now()
    drafts = [stop for stop in stops if stop.status == StopStatus.DRAFT and stop.district_id in scope.edits]
    if not drafts:
        messages.warning(request, _("None of these stops is a draft: what was announced is cancelled."))
        return HttpResponseRedirect(reverse("admin:schedules_stop_bulk"))
    error = ""
    if request.method == "POST":
        try:
            count = discard_drafts(drafts, by=staff_of(request), now=now, seen=request.POST.get("seen", ""))
        except DomainError as refusal:
            error = str(refusal.message)
        else:
            text = ngettext("%(count)d draft was discarded.", "%(count)d drafts were discarded.", count)
            messages.success(request, text % {"count": count})
            return HttpResponseRedirect(reverse("admin:schedules_stop_acts"))
    return render_staff_page(
        request,
        "bulk_discard",
        _("Discard drafts"),
        lines=[line_of(stop, now=now) for stop in drafts],
        ids=",".join(str(stop.pk) for stop in drafts),
        seen=fingerprint_stops(drafts),
        left_out=len(stops) - len(drafts),
        error=error,
    )

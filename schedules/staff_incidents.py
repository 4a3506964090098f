"""Staff pages for what happens to announced visits: put off, broken down, working again, a whole day called off.

Each asks, shows every text that would go out, and acts on POST, as cancelling does (`staff_views.cancel_view`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from announcements.models import Notice
from announcements.reviews import PreviewedNotice, Review
from announcements.staff_previews import no_preview, run_preview
from schedules.actions_incidents import (
    cancel_stops,
    postpone_stops,
    preview_breakdown,
    preview_cancellations,
    preview_postponements,
    preview_resumption,
    report_breakdown,
    resume_stop,
)
from schedules.clock import local_date
from schedules.forms import CauseForm
from schedules.forms_incidents import BreakdownForm, DayForm, ResumptionForm
from schedules.models import Stop, StopRevision
from schedules.models.stops import local_zone
from schedules.staff_pages import find_stop_of_staff, line_of, render_staff_page, stops_of_staff, tell_what_was_issued
from schedules.validators import find_announced, find_announcing_district
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, RuleBroken
from vehicles.models import District

if TYPE_CHECKING:
    from django.db.models import QuerySet


def open_acts(public: StopRevision | None, *, now: dt.datetime) -> frozenset[str]:
    """What can be reported of a public fact at `now`: postpone, cancel, stop, resume."""
    if public is None or public.is_cancelled:
        return frozenset()
    if public.is_postponed:
        return frozenset({"cancel"})
    acts = set()
    is_today = public.date == local_date(now)
    if public.is_scheduled and now < public.ends:
        acts |= {"postpone", "cancel"}
    if is_today and now >= public.starts:
        acts.add("stop")
    if public.is_stopped and is_today and now < public.ends:
        acts.add("resume")
    return frozenset(acts)


@require_http_methods(["GET", "POST"])
def postpone_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, show what the public will be told, and on POST put the visit off without a date."""
    now, user = clock.now(), staff_of(request)
    stop = find_stop_of_staff(request, pk)
    return decide_page(
        request,
        stop,
        bound_form(CauseForm, request, marker="cause"),
        title=_("Postpone a stop"),
        explanation=_(
            "The public is told that the new date will be announced. It stays open until you publish a date, or cancel."
        ),
        button=_("Postpone the stop now"),
        preview=lambda form, review: preview_postponements(
            [stop], by=user, now=now, review=review, **form.cleaned_data
        ),
        act=lambda form, review: postpone_stops([stop], by=user, now=now, review=review, **form.cleaned_data),
        now=now,
    )


@require_http_methods(["GET", "POST"])
def breakdown_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask when and why the vehicle stopped and what comes instead, show the urgent notice, and on POST send it out."""
    now, user = clock.now(), staff_of(request)
    stop = find_stop_of_staff(request, pk)
    announced = find_announced(stop)
    hour = now.astimezone(local_zone()).time().replace(second=0, microsecond=0)
    initial = {
        "stopped_at": announced.stopped_at if announced and announced.is_stopped else hour,
        "requests_stay_valid": bool(announced and announced.requests_stay_valid),
    }
    return decide_page(
        request,
        stop,
        bound_form(BreakdownForm, request, marker="stopped_at", initial=initial),
        title=_("The vehicle stopped working"),
        explanation=_(
            "The visit becomes partly held, not cancelled. An urgent notice goes at once to every channel that announced it."
        ),
        button=_("Send the urgent notice now"),
        preview=lambda form, review: preview_breakdown(stop, by=user, now=now, review=review, **form.arguments()),
        act=lambda form, review: [report_breakdown(stop, by=user, now=now, review=review, **form.arguments())],
        now=now,
    )


@require_http_methods(["GET", "POST"])
def resume_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask since when the vehicle works again, show the notice, and on POST send it out."""
    now, user = clock.now(), staff_of(request)
    stop = find_stop_of_staff(request, pk)
    initial = {"resumed_at": now.astimezone(local_zone()).time().replace(second=0, microsecond=0)}
    return decide_page(
        request,
        stop,
        bound_form(ResumptionForm, request, marker="resumed_at", initial=initial),
        title=_("The vehicle works again"),
        explanation=_("A visit of another day that was announced to complete this one stays announced."),
        button=_("Tell the public now"),
        preview=lambda form, review: preview_resumption(stop, by=user, now=now, review=review, **form.cleaned_data),
        act=lambda form, review: [resume_stop(stop, by=user, now=now, review=review, **form.cleaned_data)],
        now=now,
        is_danger=False,
    )


@require_http_methods(["GET", "POST"])
def day_view(request: HttpRequest) -> HttpResponse:
    """Choose a day and units, see their visits and every text, and on POST put all of them off, or cancel them, in one act."""
    now, user = clock.now(), staff_of(request)
    units = District.objects.filter(pk__in=scope_of(request).publishes)
    if not units:
        raise PermissionDenied
    form = bound_form(DayForm, request, marker="act", units=units, day=_next_day_with_visits(units, now=now))
    stops: list[Stop] = []
    if form.is_bound and form.is_valid():
        stops = _stops_of_day(request, form.cleaned_data["date"], form.cleaned_data["units"], now=now)
        if not stops:
            form.add_error("date", _("These units have no announced visit on that day that could be called off."))

    def cause(bound: forms.Form) -> dict[str, Any]:
        return {"cause": bound.cleaned_data["cause"], "cause_ar": bound.cleaned_data["cause_ar"]}

    def preview(bound: forms.Form, review: Review) -> list[PreviewedNotice]:
        told = preview_cancellations if bound.cleaned_data["act"] == DayForm.CANCEL else preview_postponements
        return told(stops, by=user, now=now, review=review, **cause(bound))

    def act(bound: forms.Form, review: Review) -> list[Notice]:
        done = cancel_stops if bound.cleaned_data["act"] == DayForm.CANCEL else postpone_stops
        return done(stops, by=user, now=now, review=review, **cause(bound))

    return decide_page(
        request,
        None,
        form,
        title=_("Call off a whole day"),
        explanation=_("For a dust storm or an election day: all visits of the chosen units in one act, all or none."),
        button=_("Call off these visits now"),
        preview=preview,
        act=act,
        now=now,
        lines=[line_of(stop, now=now) for stop in stops],
    )


def _next_day_with_visits(units: QuerySet[District], *, now: dt.datetime) -> dt.date:
    """Tomorrow; where the units have no announced visit then, the first day after it on which they have one."""
    tomorrow = local_date(now) + dt.timedelta(days=1)
    told = StopRevision.objects.public().scheduled().filter(district__in=units, date__gte=tomorrow)
    return told.order_by("date").values_list("date", flat=True).first() or tomorrow


def _stops_of_day(request: HttpRequest, day: dt.date, units: Any, *, now: dt.datetime) -> list[Stop]:
    """The stops of which the public is told that a vehicle of one of `units` comes on `day`, and that are not over."""
    told = StopRevision.objects.public().scheduled().not_over(now=now).filter(date=day, district__in=units)
    return list(stops_of_staff(request).filter(pk__in=told.values("stop")).order_by("district", "starts_at", "pk"))


def bound_form(kind: type[Any], request: HttpRequest, *, marker: str, **kwargs: Any) -> Any:
    """The form as it was sent, or empty with what is likely, when `marker` has not been sent yet."""
    data: QueryDict = request.POST if request.method == "POST" else request.GET
    return kind(data, **kwargs) if marker in data else kind(**kwargs)


def decide_page(
    request: HttpRequest,
    stop: Stop | None,
    form: forms.Form,
    *,
    title: str,
    explanation: str,
    button: str,
    preview: Callable[[Any, Review], list[PreviewedNotice]],
    act: Callable[[Any, Review], Sequence[Notice]],
    now: dt.datetime,
    is_danger: bool = True,
    lines: Sequence[Any] = (),
    left_out: int = 0,
) -> HttpResponse:
    """Show `form` and, once it is filled in, every text; on POST `act`, if the person has read just these texts."""
    unit = find_announcing_district(stop) if stop else None
    may_publish = unit is None or unit.pk in scope_of(request).publishes
    if request.method == "POST" and not may_publish:
        raise PermissionDenied
    context, error = no_preview(), ""
    if may_publish and form.is_bound and form.is_valid():
        page = run_preview(request, act=lambda review: act(form, review), preview=lambda review: preview(form, review))
        if page.issued is not None:
            return tell_what_was_issued(request, page.issued)
        context = page.context
        if page.refusal:
            error = put_beside_fields(form, page.refusal)
    return render_staff_page(
        request,
        "incident",
        title,
        line=line_of(stop, now=now) if stop else None,
        lines=lines,
        left_out=left_out,
        unit=unit.label if unit else "",
        may_publish=may_publish,
        explanation=explanation,
        button=button,
        is_danger=is_danger,
        form=form,
        hidden=sent_values(form) if context["notices"] else [],
        error=error,
        **context,
    )


def sent_values(form: forms.Form) -> list[tuple[str, str]]:
    """What was sent for the form's fields, to be sent once more with the decision."""
    data = form.data
    return (
        [(name, value) for name in form.fields for value in data.getlist(name)] if isinstance(data, QueryDict) else []
    )


def put_beside_fields(form: forms.Form, refusal: DomainError) -> str:
    """Say each refusal beside the field it is about; what has none comes back as one sentence."""
    rest = []
    for problem in refusal.problems if isinstance(refusal, RuleBroken) else [refusal]:
        if problem.field in form.fields:
            form.add_error(problem.field, str(problem.message))
        else:
            rest.append(str(problem.message))
    return " ".join(rest)

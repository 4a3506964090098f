"""Staff pages that act on stops: publishing with a preview, a unit's week, cancelling, discarding."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from announcements.staff_previews import no_preview, run_preview
from schedules.actions import (
    cancel_stop,
    discard_draft,
    discard_edit,
    preview_cancellation,
    preview_publication,
    publish_stops,
)
from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.forms import CauseForm
from schedules.models import Stop
from schedules.staff_conflicts import list_live
from schedules.staff_pages import (
    find_problems,
    find_stop_of_staff,
    line_of,
    read_ids,
    render_staff_page,
    stops_of_staff,
    submit_url,
    tell_what_was_issued,
)
from schedules.validators import find_announcing_district
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.weeks import Week
from vehicles.enums import Right
from vehicles.forms import UnitWeekForm, label_week, list_weeks
from vehicles.models import District
from vehicles.queries import list_districts_of


def _cause(form: CauseForm | None) -> dict[str, str]:
    if form is None or not form.is_bound or not form.is_valid():
        return {"cause": "", "cause_ar": ""}
    return {"cause": form.cleaned_data["cause"], "cause_ar": form.cleaned_data["cause_ar"]}


def _bound_cause_form(data: QueryDict) -> CauseForm:
    return CauseForm(data) if "cause" in data else CauseForm()


def publish_url(stops: Sequence[Stop]) -> str:
    """The page that previews and publishes `stops`."""
    return f"{reverse('admin:schedules_stop_publish')}?ids={','.join(str(stop.pk) for stop in stops)}"


@require_http_methods(["GET", "POST"])
def publish_view(request: HttpRequest) -> HttpResponse:
    """Show every text that publishing would send out, and on POST send it out."""
    data = request.POST if request.method == "POST" else request.GET
    now, user = clock.now(), staff_of(request)
    stops = list(stops_of_staff(request).filter(pk__in=read_ids(data)).order_by("date", "starts_at", "pk"))
    todo = [stop for stop in stops if stop.is_unpublished]
    may_publish = all(stop.district_id in scope_of(request).publishes for stop in todo)
    if request.method == "POST" and not may_publish:
        raise PermissionDenied
    if not todo:
        messages.warning(request, _("There is nothing to publish among these stops."))
        return HttpResponseRedirect(reverse("admin:schedules_stop_changelist"))
    form = _bound_cause_form(data) if any(stop.status == StopStatus.PUBLISHED for stop in todo) else None
    problems: dict[int, tuple[str, ...]] = {}
    context, error = no_preview(), ""
    if may_publish and (form is None or form.is_valid()):
        cause = _cause(form)
        page = run_preview(
            request,
            act=lambda review: publish_stops(todo, by=user, now=now, review=review, **cause),
            preview=lambda review: preview_publication(todo, by=user, now=now, review=review, **cause),
        )
        if page.issued is not None:
            return tell_what_was_issued(request, page.issued)
        context = page.context
        if page.refusal:
            error = str(page.refusal.message)
            problems = {stop.pk: find_problems(stop, by=user, now=now) for stop in todo}
    return render_staff_page(
        request,
        "publish",
        _("Preview and publish"),
        lines=[line_of(stop, now=now, problems=problems.get(stop.pk, ())) for stop in todo],
        ids=",".join(str(stop.pk) for stop in todo),
        left_out=len(stops) - len(todo),
        may_publish=may_publish,
        form=form,
        cause=_cause(form),
        error="" if any(problems.values()) else error,
        has_problems=any(problems.values()),
        units=sorted({stop.district.label for stop in todo}),
        **context,
    )


@require_http_methods(["GET"])
def week_view(request: HttpRequest) -> HttpResponse:
    """Choose a unit and a week, see its stops, and go on to publish all that is not public yet."""
    now, today = clock.now(), local_date(clock.now())
    districts = list_districts_of(staff_of(request), Right.SEE_PLANS)
    data = request.GET.copy()
    if "district" not in data:
        first: District | None = districts.first()
        if first is None:
            raise PermissionDenied
        data["district"] = str(first.pk)
    if "week" not in data:
        data["week"] = Week.of(today).plus(1).name
    form = UnitWeekForm(data, districts=districts, weeks=list_weeks(today=today))
    stops: list[Stop] = []
    week: Week | None = None
    unit: District | None = None
    if form.is_valid():
        week, unit = form.cleaned_data["week"], form.cleaned_data["district"]
        stops = list(stops_of_staff(request).filter(district=unit, date__gte=week.first, date__lte=week.last))
    todo = [stop for stop in stops if stop.is_unpublished]
    scope = scope_of(request)
    may_publish = unit is not None and unit.pk in scope.publishes
    # Whoever publishes need not submit.
    may_submit = unit is not None and unit.pk in scope.edits and not may_publish
    to_submit = [stop for stop in todo if may_submit and stop.submitted_at is None]
    return render_staff_page(
        request,
        "week",
        _("The unit's week"),
        form=form,
        lines=[line_of(stop, now=now) for stop in stops],
        waiting=len(todo),
        publish_url=publish_url(todo) if todo else "",
        awaiting=sum(stop.submitted_at is not None for stop in todo),
        to_submit=len(to_submit),
        submit_url=submit_url(to_submit) if to_submit else "",
        may_publish=may_publish,
        week=week,
        week_label=label_week(week, today=today) if week else "",
        texts_url=f"{reverse('admin:announcements_notice_week')}?district={data['district']}&week={week.name}"
        if week
        else "",
        conflicts_url=f"{reverse('admin:schedules_stop_conflicts')}?week={week.name}&unit={data['district']}"
        if week
        else "",
        bulk_url=f"{reverse('admin:schedules_stop_bulk')}?first={week.first}&last={week.last}&unit={data['district']}"
        if week
        else "",
        **(list_live(request, week=week, unit=form.cleaned_data["district"].pk) if week else {}),
    )


@require_http_methods(["GET", "POST"])
def cancel_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the cause, show what the public will be told, and on POST cancel."""
    data = request.POST if request.method == "POST" else request.GET
    now, user = clock.now(), staff_of(request)
    stop = find_stop_of_staff(request, pk)
    district = find_announcing_district(stop)
    may_publish = district.pk in scope_of(request).publishes
    if request.method == "POST" and not may_publish:
        raise PermissionDenied
    form = _bound_cause_form(data)
    context, error = no_preview(), ""
    if may_publish and form.is_bound and form.is_valid():
        cause = _cause(form)
        page = run_preview(
            request,
            act=lambda review: [cancel_stop(stop, by=user, now=now, review=review, **cause)],
            preview=lambda review: preview_cancellation(stop, by=user, now=now, review=review, **cause),
        )
        if page.issued is not None:
            return tell_what_was_issued(request, page.issued)
        context, error = page.context, str(page.refusal.message) if page.refusal else ""
    return render_staff_page(
        request,
        "cancel",
        _("Cancel a stop"),
        line=line_of(stop, now=now),
        unit=district.label,
        may_publish=may_publish,
        form=form,
        cause=_cause(form),
        error=error,
        **context,
    )


@require_http_methods(["GET", "POST"])
def discard_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, and on POST delete a draft that the public never saw, or a change that it was not told of yet."""
    stop = find_stop_of_staff(request, pk)
    if stop.district_id not in scope_of(request).edits:
        raise PermissionDenied
    is_edit = stop.has_unpublished_changes
    if request.method == "POST":
        label = str(stop)
        try:
            if is_edit:
                discard_edit(stop, by=staff_of(request))
            else:
                discard_draft(stop, by=staff_of(request))
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return HttpResponseRedirect(reverse("admin:schedules_stop_change", args=[pk]))
        if is_edit:
            messages.success(request, _("The change was discarded: the stop is as the public was told."))
            return HttpResponseRedirect(reverse("admin:schedules_stop_change", args=[pk]))
        messages.success(request, _("The draft “%(stop)s” was discarded.") % {"stop": label})
        return HttpResponseRedirect(reverse("admin:schedules_stop_changelist"))
    title = _("Discard a change") if is_edit else _("Discard a draft")
    return render_staff_page(request, "discard", title, line=line_of(stop, now=clock.now()), is_edit=is_edit)

"""Staff pages between editors and heads: laying stops before the head, taking them back, sending them back."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from schedules.actions_approval import return_stops, submit_stops, withdraw_stops
from schedules.forms_approval import ReturnForm
from schedules.models import Stop
from schedules.staff_pages import find_problems, line_of, read_ids, render_staff_page, stops_of_staff
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken


def _chosen(request: HttpRequest) -> list[Stop]:
    data = request.POST if request.method == "POST" else request.GET
    return list(stops_of_staff(request).filter(pk__in=read_ids(data)).order_by("date", "starts_at", "pk"))


def _lead_back(request: HttpRequest, stops: Sequence[Stop]) -> HttpResponse:
    """To where the button was, if the form says so; else to the stop, or to the list."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(wanted)
    if len(stops) == 1:
        return HttpResponseRedirect(reverse("admin:schedules_stop_change", args=[stops[0].pk]))
    return HttpResponseRedirect(reverse("admin:schedules_stop_changelist"))


def say_submitted(request: HttpRequest, stops: Sequence[Stop]) -> None:
    """The message of the next page about what was laid before the head."""
    told = ngettext(
        "%(count)d visit awaits the approval of the head of the unit.",
        "%(count)d visits await the approval of the head of the unit.",
        len(stops),
    )
    messages.success(request, told % {"count": len(stops)})


@require_http_methods(["GET", "POST"])
def submit_view(request: HttpRequest) -> HttpResponse:
    """Show what would be laid before the head, and on POST lay it there; a refusal stands beside the stop it is about."""
    now, user, stops = clock.now(), staff_of(request), _chosen(request)
    todo = [stop for stop in stops if stop.is_unpublished and stop.submitted_at is None]
    may_submit = all(stop.district_id in scope_of(request).edits for stop in todo)
    if request.method == "POST" and not may_submit:
        raise PermissionDenied
    if not todo:
        messages.warning(request, _("There is nothing to submit among these stops."))
        return _lead_back(request, stops)
    error = ""
    problems: dict[int, tuple[str, ...]] = {}
    if request.method == "POST":
        try:
            submitted = submit_stops(todo, by=user, now=now)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            error = str(refusal.message)
            problems = {stop.pk: find_problems(stop, by=user, now=now) for stop in todo}
            if any(problems.values()) or isinstance(refusal, RuleBroken):
                error = _("Nothing was submitted: mend what is marked below first.")
        else:
            say_submitted(request, submitted)
            return _lead_back(request, submitted)
    page = render_staff_page(
        request,
        "submit",
        _("Submit for approval"),
        lines=[line_of(stop, now=now, problems=problems.get(stop.pk, ())) for stop in todo],
        ids=",".join(str(stop.pk) for stop in todo),
        left_out=len(stops) - len(todo),
        may_submit=may_submit,
        units=sorted({stop.district.label for stop in todo}),
        error=error,
        next=request.POST.get("next", ""),
    )
    page.status_code = 400 if error else 200
    return page


@require_POST
def withdraw_view(request: HttpRequest) -> HttpResponse:
    """Take back what awaits the head."""
    stops = _chosen(request)
    try:
        withdraw_stops(stops, by=staff_of(request))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Taken back: it does not await approval any more."))
    return _lead_back(request, stops)


@require_http_methods(["GET", "POST"])
def return_view(request: HttpRequest) -> HttpResponse:
    """Ask the head what is to be mended, and on POST send the stops back."""
    stops = [stop for stop in _chosen(request) if stop.submitted_at is not None]
    if any(stop.district_id not in scope_of(request).publishes for stop in stops):
        raise PermissionDenied
    if not stops:
        messages.warning(request, _("None of these stops awaits approval any more."))
        return _lead_back(request, stops)
    now = clock.now()
    form = ReturnForm(request.POST) if request.method == "POST" else ReturnForm()
    if form.is_bound and form.is_valid():
        try:
            return_stops(stops, comment=form.cleaned_data["comment"], by=staff_of(request), now=now)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Sent back, with what is to be mended."))
            return _lead_back(request, stops)
    page = render_staff_page(
        request,
        "return",
        _("Send back to be mended"),
        lines=[line_of(stop, now=now) for stop in stops],
        ids=",".join(str(stop.pk) for stop in stops),
        form=form,
        next=request.POST.get("next", ""),
    )
    page.status_code = 400 if form.errors else 200
    return page

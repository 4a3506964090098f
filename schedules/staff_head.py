"""The page of the head of a unit, for a telephone first: what awaits approval, what was announced, what failed, what comes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from announcements.actions import acknowledge_notice, retry_delivery
from announcements.enums import DeliveryStatus
from announcements.forms import AcknowledgementForm
from announcements.models import Delivery, Notice
from announcements.staff_previews import no_preview
from schedules.clock import local_date
from schedules.models import StopRevision
from schedules.staff_head_approval import run_approval
from schedules.staff_head_parts import Refused, announced_context, list_coming_weeks, troubles_context
from schedules.staff_pages import render_staff_page, say_what_was_issued
from sohag_mobile import clock
from sohag_mobile.admin import staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.weeks import Week
from vehicles.enums import Right
from vehicles.forms import UnitWeekForm, label_week, list_weeks
from vehicles.models import District
from vehicles.queries import list_districts_of


def _read(request: HttpRequest, data: QueryDict) -> UnitWeekForm:
    """The unit and the week of the page: unless told otherwise, a unit in which something awaits, and its next visit's week."""
    districts = list_districts_of(staff_of(request), Right.PUBLISH)
    today = local_date(clock.now())
    data = data.copy()
    some = list(districts[:2])
    if not some:
        raise PermissionDenied
    if "district" not in data:
        waiting = districts.filter(stops__submitted_at__isnull=False).order_by("name_ar", "pk")
        first: District = waiting.first() or some[0]
        data["district"] = str(first.pk)
    if "week" not in data:
        data["week"] = _next_week_of(districts, str(data["district"])).name
    form = UnitWeekForm(data, districts=districts, weeks=list_weeks(today=today))
    if len(some) == 1 and not form.errors:
        form.fields["district"].widget = HiddenInput()  # most heads have one unit: nothing to choose
    return form


def _next_week_of(districts: QuerySet[District], chosen: str) -> Week:
    """The week in which the chosen unit's next announced visit lies or stands; this week where there is none."""
    now = clock.now()
    coming = StopRevision.objects.public().scheduled().not_over(now=now)
    unit = districts.filter(pk=chosen).first() if chosen.isascii() and chosen.isdecimal() else None
    day = coming.filter(district=unit).order_by("date").values_list("date", flat=True).first() if unit else None
    return Week.of(day or local_date(now))


def _url(unit: District, week: Week, at: str = "") -> str:
    return f"{reverse('admin:schedules_stop_head')}?district={unit.pk}&week={week.name}{at and '#'}{at}"


@require_http_methods(["GET", "POST"])
def head_view(request: HttpRequest) -> HttpResponse:
    """Everything of one unit; on POST, what was read is approved and published."""
    form = _read(request, request.POST if request.method == "POST" else request.GET)
    return _page(request, form)


def _page(request: HttpRequest, form: UnitWeekForm, *, refused: Refused | None = None) -> HttpResponse:
    if not form.is_valid():
        if request.method == "POST":
            raise PermissionDenied  # a unit that is not theirs: nothing on the page offers it
        return _render(request, {"form": form, **no_preview()})
    now, unit, week = clock.now(), form.cleaned_data["district"], form.cleaned_data["week"]
    approval = run_approval(request, unit, QueryDict() if refused else _data(request), now=now)
    if approval.issued is not None:
        say_what_was_issued(request, approval.issued)
        told = Week.of(min(stop.date for stop in approval.approved))
        return HttpResponseRedirect(_url(unit, told, "week" if approval.is_all else "awaiting"))
    context = {
        "form": form,
        "unit": unit,
        "week": week,
        "week_label": label_week(week, today=local_date(now)),
        "here": _url(unit, week),
        "coming": list_coming_weeks(unit, now=now),
        **announced_context(request, unit, week, now=now, refused=refused),
        **troubles_context(unit),
        **approval.context,
    }
    return _render(request, context)


def _data(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _render(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render_staff_page(request, "head", _("The page of the head of the unit"), **context)


@require_POST
def tick_view(request: HttpRequest, notice: int) -> HttpResponse:
    """Record with one press that a notice was posted or aired; a refusal stands beside the time that was typed."""
    units = list_districts_of(staff_of(request), Right.PUBLISH)
    told = Notice.objects.select_related("district").filter(pk=notice, district__in=units).first()
    if told is None:
        raise Http404(_("There is no such notice in your units."))
    form = AcknowledgementForm(request.POST)
    if form.is_valid():
        try:
            acknowledge_notice(told, by=staff_of(request), now=clock.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Recorded with your name."))
            return HttpResponseRedirect(_lead_to(request, told.district, f"notice-{told.pk}"))
    data = request.POST.copy()
    data["district"] = str(told.district_id)
    request.method = "GET"  # the page is read again, with the refusal in it
    page = _page(request, _read(request, data), refused=Refused(notice=told.pk, form=form))
    page.status_code = 400
    return page


@require_POST
def resend_view(request: HttpRequest, delivery: int) -> HttpResponse:
    """Send again, with one press, what failed; what is in doubt is decided on its own page."""
    units = list_districts_of(staff_of(request), Right.PUBLISH)
    failed = (
        Delivery.objects.select_related("notice__district", "channel")
        .filter(pk=delivery, notice__district__in=units)
        .first()
    )
    if failed is None:
        raise Http404(_("There is no such delivery in your units."))
    back = HttpResponseRedirect(_lead_to(request, failed.notice.district, "troubles"))
    if failed.status == DeliveryStatus.UNCONFIRMED:
        messages.error(request, _("It may have gone out: look at the page of the channel first, then decide."))
        return back
    try:
        retry_delivery(failed, by=staff_of(request), now=clock.now(), note=_("Sent again from the head's page."))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("It will be sent again within seconds."))
    return back


def _lead_to(request: HttpRequest, unit: District, at: str) -> str:
    """The place on the page where the button was, in the week that was shown."""
    try:
        week = Week.parse(request.POST.get("week", ""))
    except ValueError:
        week = Week.of(local_date(clock.now()))
    return _url(unit, week, at)

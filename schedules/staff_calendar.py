"""Staff pages about the calendar: the hours of a period, the governorate's bulletin of a week."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from announcements.models import Notice
from announcements.staff_previews import no_preview, run_preview
from schedules.actions_calendar import announce_hours, issue_week_bulletin, preview_bulletin, preview_hours
from schedules.clock import local_date
from schedules.forms import WeekForm
from schedules.models import HoursPeriod, Stop
from schedules.queries_calendar import OffHours, find_told_hours, is_told, list_off_hours
from schedules.staff_pages import render_staff_page, tell_what_was_issued
from schedules.staff_panels import format_day
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.weeks import Week
from vehicles.enums import Right
from vehicles.forms import label_week, list_weeks
from vehicles.queries import list_districts_of


@dataclasses.dataclass(frozen=True, slots=True)
class AttentionLine:
    """One stop in a list of what waits, with what is the matter and what to do."""

    stop: Stop
    day: str
    unit: str
    matter: str
    to_do: str


def _days(period: HoursPeriod) -> str:
    days = f"{date_format(period.starts_on, 'j F')} – {date_format(period.ends_on, 'j F Y')}"
    return f"{days} ({period.get_status_display()})"


def _span(starts_at: dt.time, ends_at: dt.time) -> str:
    return _("from %(start)s to %(end)s") % {
        "start": time_format(starts_at, "H:i"),
        "end": time_format(ends_at, "H:i"),
    }


def _off_hours_line(each: OffHours) -> AttentionLine:
    names = {
        "hours": _span(each.starts_at, each.ends_at),
        "period": each.period.name,
        "right": _span(each.period.starts_at, each.period.ends_at),
    }
    return AttentionLine(
        stop=each.stop,
        day=format_day(each.stop.date),
        unit=each.stop.district.label,
        matter=_("%(hours)s; during %(period)s the hours are %(right)s.") % names,
        to_do=_("The announcement of the hours corrects it, or write a reason for other hours.")
        if each.is_public
        else _("A draft: mend its hours, or write a reason for other hours."),
    )


@require_http_methods(["GET", "POST"])
def hours_view(request: HttpRequest, period: int, unit: int) -> HttpResponse:
    """Show every text that announcing the hours of a period would send out, and on POST send it out."""
    district = list_districts_of(staff_of(request), Right.SEE_PLANS).filter(pk=unit).first()
    hours = HoursPeriod.objects.filter(pk=period).first()
    if hours is None or district is None:
        raise Http404(_("There is no such period or unit."))
    may_publish = district.pk in scope_of(request).publishes
    if request.method == "POST" and not may_publish:
        raise PermissionDenied
    now, user = clock.now(), staff_of(request)
    context, error = no_preview(), ""
    if may_publish:
        page = run_preview(
            request,
            act=lambda review: announce_hours(hours, district, by=user, now=now, review=review),
            preview=lambda review: preview_hours(hours, district, by=user, now=now, review=review),
        )
        if page.issued is not None:
            return tell_what_was_issued(request, page.issued)
        context, error = page.context, str(page.refusal.message) if page.refusal else ""
    told = find_told_hours(hours, district)
    return render_staff_page(
        request,
        "hours",
        _("Announce the hours of a period"),
        error=error,
        period=hours,
        days=_days(hours),
        hours=_span(hours.starts_at, hours.ends_at),
        unit=district.label,
        told=told,
        is_told=is_told(hours, told),
        lines=[_off_hours_line(each) for each in list_off_hours([district], [hours], now=now) if each.is_public],
        may_publish=may_publish,
        **context,
    )


@require_http_methods(["GET", "POST"])
def bulletin_view(request: HttpRequest) -> HttpResponse:
    """Choose a week, see the governorate's bulletin of it in every form, and on POST issue it."""
    if not scope_of(request).is_supervisor:
        raise PermissionDenied
    now, user = clock.now(), staff_of(request)
    today = local_date(now)
    data = (request.POST if request.method == "POST" else request.GET).copy()
    data.setdefault("week", Week.of(today).plus(1).name)
    form = WeekForm(data, weeks=list_weeks(today=today, back=0))
    context, error = no_preview(), ""
    week: Week | None = form.cleaned_data["week"] if form.is_valid() else None
    if week is not None:
        chosen = week
        page = run_preview(
            request,
            act=lambda review: [issue_week_bulletin(chosen, by=user, now=now, review=review)],
            preview=lambda review: preview_bulletin(chosen, by=user, now=now, review=review),
        )
        if page.issued is not None:
            return tell_what_was_issued(request, page.issued)
        context, error = page.context, str(page.refusal.message) if page.refusal else ""
    return render_staff_page(
        request,
        "bulletin",
        _("Bulletin of the governorate"),
        error=error,
        form=form,
        week=week,
        week_label=label_week(week, today=today) if week else "",
        earlier=_bulletins_of(week) if week else [],
        waiting=_count_waiting(week) if week else 0,
        **context,
    )


def _bulletins_of(week: Week) -> list[Notice]:
    """The bulletins that have told of the week."""
    told = Notice.objects.filter(
        kind="bulletin", items__revision__date__gte=week.first, items__revision__date__lte=week.last
    )
    return list(Notice.objects.filter(pk__in=told.values("pk")).select_related("district").order_by("pk"))


def _count_waiting(week: Week) -> int:
    """Drafts of the week: the bulletin tells what is public alone."""
    return Stop.objects.drafts().filter(date__gte=week.first, date__lte=week.last).count()

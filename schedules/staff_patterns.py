"""Staff pages of recurring visits: the list, the form with its preview, single days, what could not be drafted."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from schedules.actions_patterns import (
    PatternRun,
    add_pattern,
    change_pattern,
    horizon_of,
    preview_pattern,
    set_pattern_day,
)
from schedules.clock import local_date
from schedules.enums import PatternDateKind
from schedules.forms_patterns import PatternDayForm, PatternForm
from schedules.models import HoursPeriod, Stop, StopPattern
from schedules.pattern_rules import PatternData, tell_pattern
from schedules.staff_copy import act_url
from schedules.staff_pages import render_staff_page
from schedules.staff_panels import Sign, format_day, format_hours, sign_stop
from sohag_mobile import clock
from sohag_mobile.admin import StaffAdmin, scope_of, staff_of
from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.forms import is_row_key


@dataclasses.dataclass(frozen=True, slots=True)
class DayLine:
    """A coming day of a recurring visit: what is planned on it, or why nothing is."""

    date: dt.date
    sign: Sign
    hours: str = ""
    remark: str = ""
    stop: Stop | None = None
    may_leave_out: bool = False

    @property
    def day(self) -> str:
        return format_day(self.date)


@admin.register(StopPattern)
class StopPatternAdmin(StaffAdmin):
    """Rules by which visits recur. Whoever plans for the unit adds and changes them; nobody deletes: they are ended."""

    district_lookup = "district"
    list_display = ["sentence", "place_label", "hours", "vehicle_code", "district", "is_active", "without_draft"]
    list_display_links = ["sentence"]
    list_filter = [
        "is_active",
        ("district", admin.RelatedOnlyFieldListFilter),
        ("vehicle", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["place__search_text", "landmark_ar", "vehicle__code"]

    # -- who may do what ---------------------------------------------------------------------------------------------

    def units_seen(self, request: HttpRequest) -> frozenset[int]:
        return scope_of(request).plans

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).sees_plans

    def has_view_permission(self, request: HttpRequest, obj: StopPattern | None = None) -> bool:
        return scope_of(request).sees_plans and self.is_in_scope(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(scope_of(request).edits)

    def has_change_permission(self, request: HttpRequest, obj: StopPattern | None = None) -> bool:
        edits = scope_of(request).edits
        return obj.district_id in edits if obj is not None else bool(edits)

    # -- the list ----------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[StopPattern]:
        rows: Any = super().get_queryset(request)
        coming = Q(skips__date__gte=local_date(clock.now()))
        counted: QuerySet[StopPattern] = rows.with_details().annotate(
            skipped=Count("skips", filter=coming, distinct=True)
        )
        return counted

    @admin.display(description=gettext_lazy("how often"), ordering="rrule")
    def sentence(self, pattern: StopPattern) -> str:
        return tell_pattern(pattern, today=local_date(clock.now()))

    @admin.display(description=gettext_lazy("place"), ordering="place__name_ar")
    def place_label(self, pattern: StopPattern) -> str:
        return pattern.place.label

    @admin.display(description=gettext_lazy("hours"), ordering="starts_at")
    def hours(self, pattern: StopPattern) -> str:
        return format_hours(PatternData.of(pattern).visit_on(pattern.starts_on))

    @admin.display(description=gettext_lazy("vehicle"), ordering="vehicle__code")
    def vehicle_code(self, pattern: StopPattern) -> str:
        return format_html('<bdi title="{}">{}</bdi>', pattern.vehicle.name, pattern.vehicle.code)

    @admin.display(description=gettext_lazy("days without a draft"), ordering="skipped")
    def without_draft(self, pattern: Any) -> str:
        return str(pattern.skipped) if pattern.skipped else "—"

    # -- one of them -------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        day = path("<int:pk>/day/", self.admin_site.admin_view(self.day_view), name="schedules_stoppattern_day")
        return [day, *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form of a recurring visit: shown, previewed («_preview») or saved."""
        pattern = None
        if object_id is not None:
            pattern = self._find(request, object_id)
        may_write = self.has_change_permission(request, pattern) if pattern else self.has_add_permission(request)
        if (pattern is None or request.method == "POST") and not may_write:
            raise PermissionDenied
        now, posted = clock.now(), request.POST if request.method == "POST" else None
        form = PatternForm(
            posted,
            by=staff_of(request),
            now=now,
            today=local_date(now),
            edits=scope_of(request).edits,
            pattern=pattern,
        )
        run: PatternRun | None = None
        if posted is not None and form.is_valid() and form.pattern_data is not None:
            try:
                run = self._act(request, form, form.pattern_data, pattern, now=now)
            except RuleBroken as refusal:
                for problem in refusal.problems:
                    form.refuse(problem)
            except DomainError as refusal:
                form.refuse(refusal)
                form.take_up_what_is_stored()
            if run is not None and "_preview" not in request.POST:
                return self._tell(request, run)
        return self._render(request, pattern, form=form, run=run, may_write=may_write)

    def _act(
        self,
        request: HttpRequest,
        form: PatternForm,
        data: PatternData,
        pattern: StopPattern | None,
        *,
        now: dt.datetime,
    ) -> PatternRun:
        common: dict[str, Any] = {"by": staff_of(request), "now": now, "horizon": horizon_of(now)}
        if "_preview" in request.POST:
            return preview_pattern(data, pattern=pattern, since=form.since if pattern else None, **common)
        if pattern is None:
            return add_pattern(data, **common)
        return change_pattern(pattern, data, since=form.since, seen=form.seen_at, **common)

    def day_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Leave a day out of the rule or add one to it (POST), with the refusal beside its field."""
        pattern = self._find(request, str(pk))
        if not self.has_change_permission(request, pattern):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(_address(pattern))
        form, now = PatternDayForm(request.POST), clock.now()
        if form.is_valid():
            read = form.cleaned_data
            try:
                run = set_pattern_day(
                    pattern,
                    read["date"],
                    PatternDateKind(read["kind"]),
                    reason=read["reason"],
                    by=staff_of(request),
                    now=now,
                    horizon=horizon_of(now),
                )
            except DomainError as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                return self._tell(request, run)
        return self._render(request, pattern, day_form=form, may_write=True)

    def _find(self, request: HttpRequest, key: str) -> StopPattern:
        pattern = self.get_queryset(request).filter(pk=key).first() if is_row_key(key) else None
        if pattern is None:
            raise Http404(_("There is no such recurring visit in your units."))
        return pattern

    def _render(
        self,
        request: HttpRequest,
        pattern: StopPattern | None,
        *,
        may_write: bool,
        form: PatternForm | None = None,
        day_form: PatternDayForm | None = None,
        run: PatternRun | None = None,
    ) -> HttpResponse:
        now = clock.now()
        today = local_date(now)
        if form is None:
            form = PatternForm(
                by=staff_of(request), now=now, today=today, edits=scope_of(request).edits, pattern=pattern
            )
        return render_staff_page(
            request,
            "pattern",
            _("Recurring visit"),
            subtitle=pattern.place.label if pattern else "",
            pattern=pattern,
            sentence=tell_pattern(pattern, today=today) if pattern else "",
            told=tell_pattern(run.pattern, today=today) if run else "",
            rule=run.pattern.calendar_rule if run else pattern.calendar_rule if pattern else "",
            form=form,
            form_url=_address(pattern) if pattern else reverse("admin:schedules_stoppattern_add"),
            may_write=may_write,
            previewed=run is not None,
            preview=_preview_lines(run, now=now) if run else [],
            days=_day_lines(pattern, now=now) if pattern and run is None else [],
            said=[row for row in pattern.dates.all() if row.date >= today] if pattern else [],
            day_form=day_form or PatternDayForm(),
            horizon=format_day(horizon_of(now)),
        )

    def _tell(self, request: HttpRequest, run: PatternRun) -> HttpResponse:
        """Say what was done to the drafts, and lead to the page of the recurring visit as it is now."""
        told = [_("Saved.")]
        for count, sentence in (
            (len(run.made), ngettext("%(count)d draft was made.", "%(count)d drafts were made.", len(run.made))),
            (
                len(run.changed),
                ngettext("%(count)d draft was changed.", "%(count)d drafts were changed.", len(run.changed)),
            ),
            (
                len(run.withdrawn),
                ngettext("%(count)d draft was discarded.", "%(count)d drafts were discarded.", len(run.withdrawn)),
            ),
        ):
            if count:
                told.append(sentence % {"count": count})
        text = " ".join(told)
        if run.act is not None:
            text = format_html('{} <a href="{}">{}</a>', text, act_url(run.act), _("See them, or take it back"))
        messages.success(request, text)
        if run.skipped:
            count = len(run.skipped)
            sentence = ngettext(
                "For %(count)d day no draft could be made; the reason stands below.",
                "For %(count)d days no draft could be made; the reasons stand below.",
                count,
            )
            messages.warning(request, sentence % {"count": count})
        return HttpResponseRedirect(_address(run.pattern))


def _address(pattern: StopPattern) -> str:
    return reverse("admin:schedules_stoppattern_change", args=[pattern.pk])


def _list_periods(first: dt.date, last: dt.date) -> list[HoursPeriod]:
    """The periods with hours of their own between two days, in the order in which they hold."""
    return list(HoursPeriod.objects.touching(first, last))


def _remark_on_hours(pattern: StopPattern, stop: Stop, periods: list[HoursPeriod]) -> str:
    if (stop.starts_at, stop.ends_at) == (pattern.starts_at, pattern.ends_at):
        return ""
    period = next((period for period in periods if period.covers(stop.date)), None)
    return _("Its hours are those of %(period)s.") % {"period": period.name} if period else ""


def _preview_lines(run: PatternRun, *, now: dt.datetime) -> list[DayLine]:
    """What saving would do to every coming day, in order."""
    periods = _list_periods(local_date(now), horizon_of(now))

    def line(stop: Stop, word: str) -> DayLine:
        remark = _remark_on_hours(run.pattern, stop, periods)
        return DayLine(stop.date, Sign("draft", word), format_hours(stop), remark)

    withdrawn = [
        DayLine(before.date, Sign("cancelled", _("Draft discarded")), format_hours(before)) for before in run.withdrawn
    ]
    skipped = [DayLine(skip.date, Sign("changed", _("No draft")), "", skip.reason) for skip in run.skipped]
    left = [
        DayLine(
            stop.date,
            sign_stop(stop, now=now),
            format_hours(stop),
            _("Left as it is: it was edited, submitted or published."),
        )
        for stop in run.left
    ]
    return sorted(
        [
            *(line(stop, _("Will be drafted")) for stop in run.made),
            *(line(stop, _("Its draft follows")) for stop, _before in run.changed),
            *withdrawn,
            *skipped,
            *left,
        ],
        key=lambda each: each.date,
    )


def _day_lines(pattern: StopPattern, *, now: dt.datetime) -> list[DayLine]:
    """The coming days up to the horizon as they are stored: the stop that stands for each, or why there is none."""
    today, horizon = local_date(now), horizon_of(now)
    rule_days = set(pattern.days(first=today, last=horizon)) if pattern.is_active else set()
    periods = _list_periods(today, horizon)
    stops = {
        stop.pattern_date: stop
        for stop in pattern.stops.filter(pattern_date__gte=today).select_related("vehicle").with_told_state()
    }
    skips = {skip.date: skip for skip in pattern.skips.filter(date__gte=today)}
    lines = []
    for day in sorted(rule_days | {day for day in stops if day is not None} | set(skips)):
        stop, skip = stops.get(day), skips.get(day)
        if stop is not None:
            remark = _("Moved to %(day)s.") % {"day": format_day(stop.date)} if stop.date != day else ""
            remark = remark or _remark_on_hours(pattern, stop, periods)
            lines.append(DayLine(day, sign_stop(stop, now=now), format_hours(stop), remark, stop, day in rule_days))
        elif skip is not None:
            lines.append(DayLine(day, Sign("changed", _("No draft")), "", skip.reason, None, day in rule_days))
        else:
            lines.append(DayLine(day, Sign("done", _("Not made yet")), "", "", None, True))
    return lines

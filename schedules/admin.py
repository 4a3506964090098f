"""Staff pages of stops, places and holidays."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, ForeignKey, IntegerField, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, re_path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from announcements.models import Notice, NoticeItem
from schedules import (
    staff_acts,
    staff_approval,
    staff_board,
    staff_bulk,
    staff_calendar,
    staff_conflicts,
    staff_copy,
    staff_coverage,
    staff_head,
    staff_incidents,
    staff_patterns,  # noqa: F401  # reason: registers the page of recurring visits
    staff_reports,
    staff_units,
    staff_views,
)
from schedules.actions import draft_stop, edit_stop
from schedules.actions_approval import submit_stops
from schedules.actions_places import save_place
from schedules.admin_bulk import BULK_ACTIONS, BulkActionsMixin
from schedules.admin_filters import StateFilter, WeekFilter
from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.forms import StopForm, initial_of_copy, read_proposed, vehicles_to_plan
from schedules.models import Holiday, HoursPeriod, Place, Stop, StopRevision
from schedules.models.stops import StopQuerySet
from schedules.queries_places import find_places
from schedules.staff_board_parts import read_back
from schedules.staff_pages import stops_of_staff, submit_url
from schedules.staff_panels import compare_with_public, compare_with_typed, format_day, format_hours, sign_stop
from schedules.validators import find_announced, find_announcing_district
from sohag_mobile import clock
from sohag_mobile.admin import MasterDataAdmin, StaffAdmin, scope_of, staff_of
from sohag_mobile.errors import DomainError
from sohag_mobile.trails import list_versions
from vehicles.models import District, Vehicle

_MOST_FOUND = 300
# The page of the history has the others.
_EDITS_SHOWN = 10


@admin.register(Place)
class PlaceAdmin(MasterDataAdmin):
    list_display = ["name_ar", "kind", "district", "market_weekday", "name_en", "code", "district_is_provisional"]
    list_filter = ["district", "kind", "market_weekday", "district_is_provisional"]
    list_select_related = ["district"]
    search_fields = ["search_text"]
    search_help_text = gettext_lazy("However the name is spelt, with or without its unit.")
    fieldsets = [
        (None, {"fields": ["code", "kind", "name_ar", "name_en", "spellings"]}),
        (gettext_lazy("Unit"), {"fields": ["district", "district_is_provisional"]}),
        (gettext_lazy("Weekly market"), {"fields": ["market_weekday"]}),
        (gettext_lazy("Population"), {"fields": ["population", "population_source"]}),
        (
            gettext_lazy("Position"),
            {"fields": ["latitude", "longitude", "coordinates_are_rounded", "source"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        rows: QuerySet[Place] = super().get_queryset(request)
        return rows.select_related("district")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Place], search_term: str
    ) -> tuple[QuerySet[Place], bool]:
        """Find places as citizens do: whatever the spelling, best first."""
        if not search_term.strip():
            return queryset, False
        found = find_places(search_term, limit=_MOST_FOUND)
        rank = Case(
            *(When(pk=pk, then=position) for position, pk in enumerate(found)),
            default=len(found),
            output_field=IntegerField(),
        )
        return queryset.filter(pk__in=found).order_by(rank), False

    def save_model(self, request: HttpRequest, obj: Place, form: Any, change: bool) -> None:
        save_place(obj)

    def store_restored(self, request: HttpRequest, row: Any) -> None:
        save_place(row)


class CalendarAdmin(MasterDataAdmin):
    """Days of the calendar: what is saved here may leave announced visits on a day off, or at other hours than they should be."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._warn(request)

    def after_restoring(self, request: HttpRequest, obj: Any) -> None:
        super().after_restoring(request, obj)
        self._warn(request)

    def _warn(self, request: HttpRequest) -> None:
        if count := staff_conflicts.count_calendar_conflicts(request):
            messages.warning(request, staff_conflicts.calendar_message(count))


@admin.register(Holiday)
class HolidayAdmin(CalendarAdmin):
    list_display = ["date", "name_ar", "status", "source"]
    list_filter = ["status"]
    date_hierarchy = "date"
    search_fields = ["name_ar", "name_en"]


@admin.register(HoursPeriod)
class HoursPeriodAdmin(CalendarAdmin):
    list_display = ["name_ar", "starts_on", "ends_on", "starts_at", "ends_at", "status"]
    list_filter = ["status"]
    search_fields = ["name_ar", "name_en"]
    fieldsets = [
        (None, {"fields": ["name_ar", "name_en", "starts_on", "ends_on", "status", "source"]}),
        (gettext_lazy("Hours"), {"fields": ["starts_at", "ends_at", "last_intake"]}),
        (gettext_lazy("As the public reads it"), {"fields": ["greeting_ar"]}),
    ]


@admin.register(Stop)
class StopAdmin(BulkActionsMixin, StaffAdmin):
    """The working copies. Every button calls an action; nothing here sets a state."""

    form = StopForm
    district_lookup = "district"
    autocomplete_fields = ["place"]
    list_display = ["day", "place_label", "state", "hours", "vehicle_code", "district"]
    list_display_links = ["day", "place_label"]
    list_filter = [
        WeekFilter,
        StateFilter,
        ("district", admin.RelatedOnlyFieldListFilter),
        ("vehicle", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["vehicle", "place__district", "district"]
    date_hierarchy = "date"
    ordering = ["-date", "starts_at", "vehicle__code"]
    search_fields = ["landmark_ar"]
    search_help_text = gettext_lazy("A place however it is spelt, a landmark, or a vehicle.")
    actions = ["preview_and_publish", "submit_for_approval", *BULK_ACTIONS]
    change_form_template = "admin/schedules/stop/change_form.html"
    change_list_template = "admin/schedules/stop/change_list.html"

    # -- who may do what ---------------------------------------------------------------------------------------------

    def units_seen(self, request: HttpRequest) -> frozenset[int]:
        return scope_of(request).plans

    def has_module_permission(self, request: HttpRequest) -> bool:
        return scope_of(request).sees_plans

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(scope_of(request).edits)

    def has_change_permission(self, request: HttpRequest, obj: Stop | None = None) -> bool:
        if obj is not None and (obj.status == StopStatus.CANCELLED or self._took_place(obj)):
            return False
        edits = scope_of(request).edits
        return obj.district_id in edits if obj is not None else bool(edits)

    def _took_place(self, stop: Stop) -> bool:
        announced = find_announced(stop) if stop.status == StopStatus.PUBLISHED else None
        return announced is not None and announced.ends <= clock.now()

    def has_view_permission(self, request: HttpRequest, obj: Stop | None = None) -> bool:
        if obj is not None and self.sees_district(request, find_announcing_district(obj).pk):
            return True
        return scope_of(request).sees_plans and self.is_in_scope(request, obj)

    def get_queryset(self, request: HttpRequest) -> StopQuerySet:
        units = District.objects.filter(pk__in=scope_of(request).plans)
        return Stop.objects.of_districts(units).with_told_state().order_by(*self.get_ordering(request))

    # -- the form ----------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Stop | None = None) -> Any:
        writes = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        supervises = writes and scope_of(request).is_supervisor
        return [
            (
                gettext_lazy("Where"),
                {
                    "fields": [
                        "vehicle",
                        "place",
                        *(["accept_outside_district"] if supervises else []),
                        "landmark_ar",
                        "landmark_en",
                        *(["landmark_confirmed", "accept_duplicate"] if writes else []),
                        *(["seen"] if writes and obj else []),
                    ]
                },
            ),
            (
                gettext_lazy("When"),
                {
                    "fields": [
                        *("date", "starts_at", "ends_at", "last_intake"),
                        *(["accept_short_travel"] if writes else []),
                        *("off_day_reason", "other_hours_reason"),
                    ]
                },
            ),
            (
                gettext_lazy("What citizens can do there"),
                {"fields": [*(["all_services"] if writes else []), "services", "intake_only", "payment_means"]},
            ),
        ]

    def get_form(self, request: HttpRequest, obj: Stop | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = staff_of(request)
        form.now = clock.now()
        form.supervises = scope_of(request).is_supervisor
        form.refusal = getattr(request, "stop_refusal", None)
        # What the board could not do by itself, typed in where it is said what has to be accepted.
        form.proposed = read_proposed(request.GET) if obj is not None and request.method == "GET" else {}
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new stop at the slot of the address; where that names a stop to `copy`, with everything else as that one has it."""
        copied = request.GET.get("copy", "")
        key = int(copied) if copied.isascii() and copied.isdecimal() and len(copied) < 19 else 0
        source = stops_of_staff(request).filter(pk=key).first() if key else None
        return {**(initial_of_copy(source) if source else {}), **read_proposed(request.GET)}

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "vehicle":
            edited = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            present = Q(stops__pk=edited) if edited and edited.isascii() and edited.isdecimal() else Q(pk__in=[])
            planned = vehicles_to_plan(scope_of(request).edits, today=local_date(clock.now()))
            kwargs["queryset"] = Vehicle.objects.filter(Q(pk__in=planned.values("pk")) | present).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            # The form had passed, and then another clerk was faster: show the form again with the answer beside its field.
            request.stop_refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Stop, form: Any, change: bool) -> None:
        now = clock.now()
        if change:
            saved = edit_stop(obj, form.stop_data, by=staff_of(request), now=now, seen=form.stored_at)
        else:
            saved = draft_stop(form.stop_data, by=staff_of(request), now=now)
        obj.pk, obj.district = saved.pk, saved.district
        obj.status, obj.has_unpublished_changes = saved.status, saved.has_unpublished_changes
        obj._state.adding = False
        if saved.status == StopStatus.DRAFT:
            messages.info(request, _("This is a draft: citizens see it once it has been published."))
        elif saved.has_unpublished_changes:
            messages.warning(request, _("Citizens still read the old facts, until the changes are published."))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is left to save: the action has written the services and payment means."""

    def response_add(self, request: HttpRequest, obj: Stop, post_url_continue: str | None = None) -> HttpResponse:
        if "_publish" in request.POST:
            return HttpResponseRedirect(staff_views.publish_url([obj]))
        if "_submit" in request.POST:
            return self._submit(request, obj)
        return self._back(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Stop) -> HttpResponse:
        if "_publish" in request.POST:
            return HttpResponseRedirect(staff_views.publish_url([obj]))
        if "_submit" in request.POST:
            return self._submit(request, obj)
        return self._back(request, obj) or super().response_change(request, obj)

    def _back(self, request: HttpRequest, stop: Stop) -> HttpResponse | None:
        """To the board the person came from, with the day of `stop` in view, or to what their act has made."""
        if {"_continue", "_addanother"} & request.POST.keys():
            return None
        if board := read_back(request):
            back = board.holding(stop.date).url
        elif act := staff_copy.read_act(request):
            back = staff_copy.act_url(act)
        else:
            return None
        messages.success(request, _("Saved: %(stop)s") % {"stop": str(stop)})
        return HttpResponseRedirect(back)

    def _submit(self, request: HttpRequest, stop: Stop) -> HttpResponse:
        """Lay what has just been saved before the head; where that is refused, it stays saved and its page says why."""
        try:
            staff_approval.say_submitted(request, submit_stops([stop], by=staff_of(request), now=clock.now()))
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("admin:schedules_stop_change", args=[stop.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tell beside the form what the public reads now, and offer what can be done with the stop as it is stored."""
        original = context.get("original")
        scope = scope_of(request)
        context["may_publish"] = bool(scope.publishes)
        if original is not None and (stop := stops_of_staff(request).filter(pk=original.pk).first()):
            revisions = list(StopRevision.objects.filter(stop=stop).select_related("published_by").order_by("-number"))
            public = StopRevision.objects.public().with_details().filter(stop=stop).first()
            context |= {
                "stop": stop,
                "subtitle": f"{stop.place.label} · {format_day(stop.date)} · {format_hours(stop)}",
                "sign": sign_stop(stop, now=clock.now()),
                "may_publish": stop.district_id in scope.publishes,
                "may_submit": stop.district_id in scope.edits - scope.publishes,
                "head_url": f"{reverse('admin:schedules_stop_head')}?district={stop.district_id}&act={stop.pk}",
                "may_edit": stop.district_id in scope.edits,
                "may_cancel": (public or stop).district_id in scope.publishes,
                "acts": staff_incidents.open_acts(public, now=clock.now()),
                "facts": compare_with_public(stop, public) if public else [],
                "public": public,
                "history": self._notices_of(revisions),
                "edits": list_versions(stop)[:_EDITS_SHOWN],
                "publish_url": staff_views.publish_url([stop]),
                "panel": staff_reports.report_panel(request, stop, public, now=clock.now()),
            }
            form = context["adminform"].form
            if getattr(form, "is_stale", False):
                context["stored"] = compare_with_typed(stop, form.stop_data)
        return super().render_change_form(request, context, *args, **kwargs)

    def _notices_of(self, revisions: list[StopRevision]) -> list[tuple[StopRevision, Notice | None]]:
        """Each revision with the notice that told of it."""
        items = NoticeItem.objects.filter(revision__in=revisions).select_related("notice__district", "notice__override")
        # The unit's own, which comes before a bulletin of the governorate, is kept.
        items = items.order_by("-pk")
        told = {item.revision_id: item.notice for item in items}
        return [(revision, told.get(revision.pk)) for revision in revisions]

    # -- the list ----------------------------------------------------------------------------------------------------

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Stop], search_term: str
    ) -> tuple[QuerySet[Stop], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        places = find_places(term, limit=_MOST_FOUND)
        condition = Q(place__in=places) | Q(landmark_ar__icontains=term)
        return queryset.filter(
            condition | Q(vehicle__code__icontains=term) | Q(vehicle__name_ar__icontains=term)
        ), False

    @admin.display(description=gettext_lazy("day"), ordering="date")
    def day(self, stop: Stop) -> str:
        return format_day(stop.date)

    @admin.display(description=gettext_lazy("hours"), ordering="starts_at")
    def hours(self, stop: Stop) -> str:
        return format_hours(stop)

    @admin.display(description=gettext_lazy("place"), ordering="place__name_ar")
    def place_label(self, stop: Stop) -> str:
        return stop.place.label

    @admin.display(description=gettext_lazy("vehicle"), ordering="vehicle__code")
    def vehicle_code(self, stop: Stop) -> SafeString:
        return format_html('<bdi title="{}">{}</bdi>', stop.vehicle.name, stop.vehicle.code)

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, stop: Stop) -> SafeString:
        sign = sign_stop(stop, now=clock.now())
        return format_html('<span class="state {}">{}</span>', sign.look, sign.word)

    def has_edit_permission(self, request: HttpRequest) -> bool:
        """For the actions of the list: whoever only reads the plan is offered none."""
        return bool(scope_of(request).edits)

    @admin.action(description=gettext_lazy("Preview and publish the selected stops"), permissions=["edit"])
    def preview_and_publish(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(staff_views.publish_url(list(queryset)))

    @admin.action(description=gettext_lazy("Submit the selected stops for approval"))
    def submit_for_approval(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(submit_url(list(queryset)))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        week_url = reverse("admin:schedules_stop_week")
        more = {
            "week_url": week_url,
            "owed": self.get_queryset(request).owed().count(),
            "may_call_off": bool(scope_of(request).publishes),
            "may_plan": bool(scope_of(request).edits),
        }
        return super().changelist_view(request, (extra_context or {}) | more)

    # -- further pages -----------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path("publish/", self._page(staff_views.publish_view), name="schedules_stop_publish"),
            path("copy/", self._page(staff_copy.copy_view), name="schedules_stop_copy"),
            path("act/<int:pk>/", self._page(staff_copy.act_view), name="schedules_stop_act"),
            path("week/", self._page(staff_views.week_view), name="schedules_stop_week"),
            *staff_board.pages(self._page),
            path("submit/", self._page(staff_approval.submit_view), name="schedules_stop_submit"),
            path("withdraw/", self._page(staff_approval.withdraw_view), name="schedules_stop_withdraw"),
            path("return/", self._page(staff_approval.return_view), name="schedules_stop_return"),
            path("head/", self._page(staff_head.head_view), name="schedules_stop_head"),
            path("head/tick/<int:notice>/", self._page(staff_head.tick_view), name="schedules_stop_tick"),
            path("head/resend/<int:delivery>/", self._page(staff_head.resend_view), name="schedules_stop_resend"),
            path("units/", self._page(staff_units.units_view, of_public_facts=True), name="schedules_stop_units"),
            re_path(
                r"^units\.(?P<kind>csv|xlsx)$",
                self._page(staff_units.units_file_view, of_public_facts=True),
                name="schedules_stop_units_file",
            ),
            path("conflicts/", self._page(staff_conflicts.conflicts_view), name="schedules_stop_conflicts"),
            path(
                "conflicts/list/",
                self._page(staff_conflicts.conflicts_list_view),
                name="schedules_stop_conflicts_list",
            ),
            path("attention/", self._page(staff_conflicts.attention_view), name="schedules_stop_attention"),
            path("bulk/", self._page(staff_bulk.choose_view), name="schedules_stop_bulk"),
            path("bulk/<slug:name>/", self._page(staff_bulk.act_view), name="schedules_stop_bulk_act"),
            path("acts/", self._page(staff_acts.acts_view), name="schedules_stop_acts"),
            path("acts/<int:pk>/undo/", self._page(staff_acts.undo_view), name="schedules_stop_undo"),
            path("hours/<int:period>/<int:unit>/", self._page(staff_calendar.hours_view), name="schedules_stop_hours"),
            path("bulletin/", self._page(staff_calendar.bulletin_view), name="schedules_stop_bulletin"),
            path("day/", self._page(staff_incidents.day_view), name="schedules_stop_day"),
            path("visits/", self._page(staff_reports.report_view, of_public_facts=True), name="schedules_stop_visits"),
            re_path(
                r"^visits\.(?P<kind>csv|xlsx)$",
                self._page(staff_reports.report_file_view, of_public_facts=True),
                name="schedules_stop_visits_file",
            ),
            path(
                "coverage/",
                self._page(staff_coverage.coverage_view, of_public_facts=True),
                name="schedules_stop_coverage",
            ),
            re_path(
                r"^coverage\.(?P<kind>csv|xlsx)$",
                self._page(staff_coverage.coverage_file_view, of_public_facts=True),
                name="schedules_stop_coverage_file",
            ),
            path(
                "coverage/<int:place>/draft/",
                self._page(staff_coverage.draft_view),
                name="schedules_stop_coverage_draft",
            ),
            path("<int:pk>/report/", self._page(staff_reports.record_view), name="schedules_stop_record"),
            path("<int:pk>/postpone/", self._page(staff_incidents.postpone_view), name="schedules_stop_postpone"),
            path("<int:pk>/stopped/", self._page(staff_incidents.breakdown_view), name="schedules_stop_stopped"),
            path("<int:pk>/resumed/", self._page(staff_incidents.resume_view), name="schedules_stop_resumed"),
            path("<int:pk>/cancel/", self._page(staff_views.cancel_view), name="schedules_stop_cancel"),
            path("<int:pk>/discard/", self._page(staff_views.discard_view), name="schedules_stop_discard"),
        ]
        return [*pages, *super().get_urls()]

    def _page(self, view: Any, *, of_public_facts: bool = False) -> Any:
        """A further page of this section: for the same people as the section itself; of public facts, for all who read."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            scope = scope_of(request)
            if not (scope.is_member if of_public_facts else scope.sees_plans):
                raise PermissionDenied
            response: HttpResponse = view(request, *args, **kwargs)
            return response

        return self.admin_site.admin_view(guarded)

"""The actions of the list of stops that lead to the pages on which many stops are changed together."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy

from schedules import staff_bulk
from schedules.models import Stop
from sohag_mobile.admin import scope_of

_OF_THE_PUBLIC = ("postpone", "cancel")
_OF_THE_PLAN = ("give_to_another_vehicle", "move_to_other_days", "change_hours", "discard_drafts")
BULK_ACTIONS = [*_OF_THE_PLAN, *_OF_THE_PUBLIC]


class BulkActionsMixin:
    """Each sends what is selected on to the page of its act; people are offered what they could go through with."""

    @admin.action(description=gettext_lazy("Give the selected stops to another vehicle"))
    def give_to_another_vehicle(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(staff_bulk.bulk_url(staff_bulk.VEHICLE, list(queryset)))

    @admin.action(description=gettext_lazy("Move the selected stops to other days"))
    def move_to_other_days(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(staff_bulk.bulk_url(staff_bulk.DAYS, list(queryset)))

    @admin.action(description=gettext_lazy("Change the hours of the selected stops"))
    def change_hours(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(staff_bulk.bulk_url(staff_bulk.HOURS, list(queryset)))

    @admin.action(description=gettext_lazy("Discard the selected drafts"))
    def discard_drafts(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(staff_bulk.bulk_url(staff_bulk.DISCARD, list(queryset)))

    @admin.action(description=gettext_lazy("Postpone the selected stops without a date"))
    def postpone(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(staff_bulk.bulk_url(staff_bulk.POSTPONE, list(queryset)))

    @admin.action(description=gettext_lazy("Cancel the selected stops"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Stop]) -> HttpResponse:
        return HttpResponseRedirect(staff_bulk.bulk_url(staff_bulk.CANCEL, list(queryset)))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Those that the person could go through with."""
        scope, found = scope_of(request), super().get_actions(request)  # type: ignore[misc]
        missing = {*(() if scope.publishes else _OF_THE_PUBLIC), *(() if scope.edits else _OF_THE_PLAN)}
        return {name: action for name, action in found.items() if name not in missing}

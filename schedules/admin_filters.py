"""By what the list of stops is narrowed down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.models import Stop
from sohag_mobile import clock
from sohag_mobile.weeks import Week
from vehicles.forms import label_week


class WeekFilter(admin.SimpleListFilter):
    """Stops of last week, this week, and the three that follow."""

    title = gettext_lazy("week")
    parameter_name = "week"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        today = local_date(clock.now())
        weeks = [Week.of(today).plus(distance) for distance in range(-1, 4)]
        return [(week.name, label_week(week, today=today)) for week in weeks]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stop]) -> QuerySet[Stop]:
        try:
            week = Week.parse(self.value() or "")
        except ValueError:
            return queryset
        return queryset.filter(date__gte=week.first, date__lte=week.last)


class StateFilter(admin.SimpleListFilter):
    """States as staff speak of them; the first is everything that the public has not been told."""

    title = gettext_lazy("state")
    parameter_name = "state"
    conditions = {
        "waiting": Q(status=StopStatus.DRAFT) | Q(has_unpublished_changes=True),
        "draft": Q(status=StopStatus.DRAFT),
        "changed": Q(has_unpublished_changes=True),
        "awaiting": Q(submitted_at__isnull=False),
        "returned": Q(returned_at__isnull=False),
        "published": Q(status=StopStatus.PUBLISHED),
        "owed": Q(status=StopStatus.POSTPONED),
        "cancelled": Q(status=StopStatus.CANCELLED),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", _("Waiting to be published")),
            ("draft", _("Draft")),
            ("changed", _("Changed, not yet announced")),
            ("awaiting", _("Awaiting approval")),
            ("returned", _("Sent back to be mended")),
            ("published", _("Published")),
            ("owed", _("Postponed without a date (open)")),
            ("cancelled", _("Cancelled")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stop]) -> QuerySet[Stop]:
        condition = self.conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset

"""The part of the staff's first page that is about stops."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Count, Q
from django.http import HttpRequest

from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.models import Stop
from schedules.staff_conflicts import count_conflicts as count_conflicts_of
from sohag_mobile import clock
from sohag_mobile.admin import scope_of

register = template.Library()


@register.simple_tag(takes_context=True)
def count_waiting_stops(context: Any) -> dict[str, int]:
    """How many coming stops of the person's units are drafts or changed but not announced, how many are put off without
    a date, await their head or were sent back, however long ago. One query.
    """
    request: HttpRequest = context["request"]
    coming = Q(date__gte=local_date(clock.now()))
    return Stop.objects.filter(district__in=scope_of(request).plans).aggregate(
        drafts=Count("pk", filter=coming & Q(status=StopStatus.DRAFT)),
        changed=Count("pk", filter=coming & Q(has_unpublished_changes=True)),
        awaiting=Count("pk", filter=Q(submitted_at__isnull=False)),
        returned=Count("pk", filter=Q(returned_at__isnull=False)),
        owed=Count("pk", filter=Q(status=StopStatus.POSTPONED)),
    )


@register.simple_tag(takes_context=True)
def count_conflicts(context: Any) -> dict[str, int]:
    """How many conflicts of this week and the next ask for something, by how much they ask (`staff_conflicts`)."""
    return count_conflicts_of(context["request"])

"""The part of the staff's first page that is about stops."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Count, Q
from django.http import HttpRequest

from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.models import Stop
from sohag_mobile import clock
from sohag_mobile.admin import scope_of

register = template.Library()


@register.simple_tag(takes_context=True)
def count_waiting_stops(context: Any) -> dict[str, int]:
    """How many coming stops of the person's units are drafts, and how many are changed but not announced. One query."""
    request: HttpRequest = context["request"]
    coming = Stop.objects.filter(district__in=scope_of(request).edits, date__gte=local_date(clock.now()))
    return coming.aggregate(
        drafts=Count("pk", filter=Q(status=StopStatus.DRAFT)),
        changed=Count("pk", filter=Q(has_unpublished_changes=True)),
    )

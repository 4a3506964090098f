"""The part of the staff's first page that is about deliveries."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import F
from django.http import HttpRequest

from announcements.admin_controls import is_seen_by
from announcements.models import Delivery, Pause
from announcements.reasons import explain, explain_delivery
from sohag_mobile.admin import scope_of

register = template.Library()
register.filter("explain", explain)
register.filter("explain_delivery", explain_delivery)


@register.simple_tag(takes_context=True)
def count_troubled_deliveries(context: Any) -> int:
    """How many deliveries of the person's units failed or are unconfirmed. One query."""
    request: HttpRequest = context["request"]
    return Delivery.objects.undecided().filter(notice__district__in=scope_of(request).reads).count()


@register.simple_tag(takes_context=True)
def list_open_pauses(context: Any) -> list[Pause]:
    """What is paused now of what carries the notices of the person's units, everything first."""
    shown = Pause.objects.open().filter(is_seen_by(scope_of(context["request"])))
    return list(shown.select_related("channel").order_by(F("channel").asc(nulls_first=True), "pk"))

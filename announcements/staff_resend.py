"""Sending again, from the ledger's list, what failed: after an outage nobody opens forty pages."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from announcements.actions import retry_delivery
from announcements.enums import DeliveryStatus
from announcements.models import Delivery
from sohag_mobile import clock
from sohag_mobile.admin import staff_of
from sohag_mobile.errors import DomainError, NotAllowed


@admin.action(description=gettext_lazy("Send again what failed"), permissions=["carry"])
def resend_failed(model_admin: admin.ModelAdmin, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
    """Send the chosen deliveries again that failed; one that may have gone out is left to whoever has looked at its page."""
    user, now, sent, refused = staff_of(request), clock.now(), 0, 0
    chosen = queryset.select_related("notice__district").order_by("pk")
    for delivery in chosen:
        if delivery.status != DeliveryStatus.FAILED:
            refused += 1
            continue
        try:
            retry_delivery(delivery, by=user, now=now, note=_("Sent again from the list."))
        except (NotAllowed, DomainError):
            refused += 1
        else:
            sent += 1
    if sent:
        told = ngettext("%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", sent)
        messages.success(request, told % {"count": sent})
    if refused:
        told = ngettext(
            "%(count)d delivery was left alone: it has not failed, or is not yours to decide.",
            "%(count)d deliveries were left alone: they have not failed, or are not yours to decide.",
            refused,
        )
        messages.warning(request, told % {"count": refused})

"""Public page of the catalogue. What a single service needs of the timetable is shown by `schedules.views.service`."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone

from services.queries import list_catalogue
from sohag_mobile.pages import Page, public_page, render_page


@public_page()
def services(request: HttpRequest, *, now: dt.datetime) -> Page:
    """Every service, by category, with what the citizen leaves with."""
    today = timezone.localdate(now)
    midnight = timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=1), dt.time()))
    context = {"catalogue": list_catalogue(on=today)}
    return render_page(request, "services/services.html", context, valid_until=midnight, mentions=())

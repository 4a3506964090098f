"""Links that put a visit into a calendar on the web. They lead out of the site; nothing is fetched from there."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from schedules.models import StopRevision
from schedules.models.stops import local_zone

GOOGLE = "https://calendar.google.com/calendar/render"


def google_event(fact: StopRevision) -> str:
    """The address of Google's form for a new event, filled in with one visit: wall-clock times, and the zone by its name."""
    page = f"{settings.PUBLIC_BASE_URL}{reverse('place', args=[fact.place.code])}"
    late = _("Calendars are refreshed late, some only once a day. Urgent changes are on the page and on the radio.")
    event = {
        "action": "TEMPLATE",
        "text": _("Technology-centre vehicle: %(place)s") % {"place": fact.place.label},
        "dates": f"{fact.date:%Y%m%d}T{fact.starts_at:%H%M%S}/{fact.date:%Y%m%d}T{fact.ends_at:%H%M%S}",
        "ctz": local_zone().key,
        "location": ", ".join(part for part in (fact.landmark, fact.place.label) if part),
        "details": f"{page}\n{late}",
    }
    return f"{GOOGLE}?{urlencode(event, quote_via=quote)}"

"""schema.org events of public stops, for search engines and assistants."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from schedules.models import StopRevision
from schedules.queries import PublicStop

SCHEMA = "https://schema.org"
COUNTRY = "EG"

# Characters that could end the script element or that some parsers take for line ends; in JSON each has an escape.
_DANGEROUS = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def events_jsonld(stops: Iterable[PublicStop]) -> SafeString:
    """A data block with one Event per stop, safe to put into HTML; "" when there is none."""
    events = [describe_event(stop) for stop in stops]
    if not events:
        return SafeString("")
    text = json.dumps({"@context": SCHEMA, "@graph": events}, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _DANGEROUS.items():
        text = text.replace(character, escape)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  # reason: escaped above


def describe_event(stop: PublicStop) -> dict[str, Any]:
    """One stop as schema.org/Event: times as ISO 8601 with offset, status scheduled, rescheduled, postponed or cancelled.

    One that stopped half-way and is not expected to go on that day ends when it stopped: it was held, as far as it went.
    """
    fact = stop.revision
    event: dict[str, Any] = {
        "@type": "Event",
        "@id": f"{_url(fact)}#{fact.stop.uid}",
        "name": _("Mobile technology centre in %(place)s") % {"place": fact.place.label},
        "startDate": fact.starts.isoformat(),
        "endDate": (fact.worked_until if fact.is_stopped else fact.ends).isoformat(),
        "eventStatus": f"{SCHEMA}/EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": _location(fact),
        "organizer": {"@type": "GovernmentOrganization", "name": fact.district.issuer_name_ar},
        "url": _url(fact),
    }
    if stop.is_cancelled:
        event["eventStatus"] = f"{SCHEMA}/EventCancelled"
    elif stop.is_postponed:
        # The start stays the old one: «if the event has been postponed, the startDate is that of before» (schema.org).
        event["eventStatus"] = f"{SCHEMA}/EventPostponed"
    elif stop.before is not None and stop.time_changed:
        event["eventStatus"] = f"{SCHEMA}/EventRescheduled"
        event["previousStartDate"] = stop.before.starts.isoformat()
    return event


def _location(fact: StopRevision) -> dict[str, Any]:
    place = fact.place
    location: dict[str, Any] = {
        "@type": "Place",
        "name": f"{fact.landmark} – {place.label}",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": fact.landmark,
            "addressLocality": place.name,
            "addressRegion": place.district.label,
            "addressCountry": COUNTRY,
        },
    }
    if place.latitude is not None and place.longitude is not None:
        location["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(place.latitude),
            "longitude": float(place.longitude),
        }
    return location


def _url(fact: StopRevision) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('place', args=[fact.place.code])}"

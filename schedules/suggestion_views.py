"""What the search box suggests while somebody types. The form works without it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schedules.clock import local_date
from schedules.queries import next_change_of
from schedules.queries_search import Found, FoundPlace, search
from schedules.search import fold
from sohag_mobile.pages import Page, public_page
from sohag_mobile.templatetags.display import day, digits

MOST_SUGGESTIONS = 8
# However many places there are of a name, a service or a unit of that name is among the suggestions.
KEPT_FOR_OTHERS = 2


@public_page(vary_on=("q",))
def suggestions(request: HttpRequest, *, now: dt.datetime, q: str) -> Page:
    """JSON: `results`, each with its `label`, a `note` and the `url` of its page; `message` is their number in words."""
    found = search(q, now=now, most_places=MOST_SUGGESTIONS)
    others = list(_others(found))
    places = found.places[: MOST_SUGGESTIONS - min(len(others), KEPT_FOR_OTHERS)]
    today = local_date(now)
    # Whoever typed «حي شرق» does not mean a village with «شرق» in its name.
    meant = others if found.is_guess else [other for other in others if fold(other["label"]).startswith(fold(q))]
    rest = [other for other in others if other not in meant]
    results = [*meant, *(_describe(place, today=today) for place in places), *rest][:MOST_SUGGESTIONS]
    message = ngettext("%(shown)s result", "%(shown)s results", len(results)) % {"shown": digits(len(results))}
    return Page(
        json.dumps({"message": message, "results": results}, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json",
        valid_until=next_change_of(found.stops, now=now),
        headers={"X-Robots-Tag": "noindex"},
    )


def _describe(found: FoundPlace, *, today: dt.date) -> dict[str, Any]:
    stop = found.next_stop
    note = ""
    if stop is not None:
        when = strip_tags(day(stop.revision.date, today))
        note = _("The vehicle is there now") if stop.is_standing else _("Next visit: %(day)s") % {"day": when}
    return _suggestion(found.place.label, note, reverse("place", args=[found.place.code]))


def _others(found: Found) -> Iterator[dict[str, Any]]:
    for service in found.services:
        yield _suggestion(service.name, _("Service"), reverse("service", args=[service.slug]))
    for unit in found.districts:
        yield _suggestion(unit.label, _("Unit"), reverse("district", args=[unit.slug]))
    for vehicle in found.vehicles:
        yield _suggestion(vehicle.name, _("Vehicle"), reverse("vehicle", args=[vehicle.code]))


def _suggestion(label: str, note: str, url: str) -> dict[str, Any]:
    return {"label": label, "note": note, "url": url}

"""The next visits for pages of other sites: a script, the small file it reads, and a page that shows how to put it up."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from schedules import queries
from schedules.clock import local_date
from schedules.models import Place
from schedules.queries import PublicStop
from sohag_mobile import mentions
from sohag_mobile.offline import SCRIPT_TYPE
from sohag_mobile.pages import Page, PublicNotFound, public_page, render_page
from sohag_mobile.templatetags.display import clock, day, hours
from vehicles.models import District

JSON_TYPE = "application/json; charset=utf-8"
# Open data: a page of any other site may read it with a script.
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*"}
MOST_VISITS = 10
DAYS_AHEAD = 31


@public_page()
def place_visits(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """`/places/<code>/visits.json`: what the page of a place says of its next visits."""
    place = Place.objects.with_details().filter(code=code).first()
    if place is None:
        raise PublicNotFound
    timetable = queries.build_place_timetable(place, now=now)
    coming = [*timetable.withdrawn, *([timetable.answer] if timetable.answer else []), *timetable.following]
    stops = sorted(coming, key=lambda stop: (stop.revision.date, stop.revision.starts_at))
    return _visits_page(
        stops, title=place.label, url=reverse("place", args=[code]), about=mentions.place(code), now=now
    )


@public_page()
def district_visits(request: HttpRequest, *, now: dt.datetime, slug: str) -> Page:
    """`/districts/<slug>/visits.json`: the same for a unit."""
    unit = District.objects.filter(slug=slug).first()
    if unit is None:
        raise PublicNotFound
    today = local_date(now)
    last = today + dt.timedelta(days=DAYS_AHEAD)
    days = queries.build_days(today, last, now=now, governorate=None, scope=Q(district=unit))
    stops = [stop for each in days for stop in each.ahead]
    return _visits_page(
        stops, title=unit.label, url=reverse("district", args=[slug]), about=mentions.unit(slug), now=now
    )


@public_page()
def script(request: HttpRequest, *, now: dt.datetime) -> Page:
    """`/widget.js`, under an address that never changes: other sites have written it down."""
    body = render_to_string("widget/widget.js", {"words": json.dumps(_words(), ensure_ascii=False)})
    return Page(body, content_type=SCRIPT_TYPE, headers=OPEN_TO_ALL, mentions=frozenset())


@public_page()
def widget(request: HttpRequest, *, now: dt.datetime) -> Page:
    """`/widget/`: the lines to copy, an example, and what can be set."""
    place = Place.objects.select_related("district").order_by("district__pk", "code").first()
    examples = []
    if place is not None:
        unit = place.district
        examples = [
            {"title": unit.label, "code": _lines("data-district", unit.slug, reverse("district", args=[unit.slug]))},
            {"title": place.label, "code": _lines("data-place", place.code, reverse("place", args=[place.code]))},
        ]
    context = {"examples": examples, "unit": place.district if place else None}
    return render_page(request, "widget/widget.html", context, valid_until=None, mentions=())


def _visits_page(stops: list[PublicStop], *, title: str, url: str, about: str, now: dt.datetime) -> Page:
    shown, today = stops[:MOST_VISITS], local_date(now)
    until = queries.next_change_of(shown, now=now)
    content = {
        "title": title,
        "url": f"{settings.PUBLIC_BASE_URL}{url}",
        "more": _("All visits, services and papers"),
        "empty": _("No coming visit has been announced yet."),
        "until": int(until.timestamp()),
        "visits": [_describe(stop, today=today) for stop in shown],
    }
    return Page(
        json.dumps(content, ensure_ascii=False),
        content_type=JSON_TYPE,
        valid_until=until,
        headers=OPEN_TO_ALL,
        mentions=frozenset({about, *queries.mentions_of(stops)}),
    )


def _describe(stop: PublicStop, *, today: dt.date) -> dict[str, Any]:
    """A visit in the words of the page; `holds` is false where it does not come as it was announced."""
    fact = stop.revision
    return {
        "place": fact.place.label,
        "url": f"{settings.PUBLIC_BASE_URL}{reverse('place', args=[fact.place.code])}",
        "day": strip_tags(day(fact.date, today)),
        "hours": strip_tags(hours(fact)),
        "landmark": fact.landmark,
        "state": ". ".join(_state(stop, today=today)),
        "holds": stop.is_firm,
        "ends": int(fact.ends.timestamp()),
    }


def _state(stop: PublicStop, *, today: dt.date) -> Iterable[str]:
    """What there is to say of a visit beyond its day and hours."""
    fact = stop.revision
    match stop.look:
        case "cancelled":
            yield _("Cancelled")
        case "postponed":
            yield _("Postponed, no date yet")
        case "stopped" if fact.stopped_at is not None:
            yield _("Stopped working at %(when)s") % {"when": strip_tags(clock(fact.stopped_at))}
        case "moved" if stop.moved_to is not None:
            yield (
                _("It now stands:")
                + " "
                + _(", ").join(
                    [
                        stop.moved_to.place.label,
                        strip_tags(day(stop.moved_to.date, today)),
                        strip_tags(hours(stop.moved_to)),
                    ]
                )
            )
        case "open":
            yield _("Open until %(end)s") % {"end": strip_tags(clock(fact.ends_at))}
        case "late":
            yield _("No new requests are taken")
    if stop.changed and (stop.time_changed or stop.landmark_changed):
        yield _("Time changed") if stop.time_changed else _("Place changed")


def _words() -> dict[str, dict[str, str]]:
    """What the script says where the file cannot be read, in each language."""
    words = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words[language] = {
                "comma": _(", "),
                "failed": _("The visits cannot be shown right now."),
                "open": _("Open the timetable"),
            }
    return words


def _lines(option: str, value: str, page: str) -> str:
    base = settings.PUBLIC_BASE_URL
    words = _("Visits of the mobile technology centres")
    return (
        f'<script defer src="{base}{reverse("widget-script")}" {option}="{value}"></script>\n'
        f'<noscript><a href="{base}{page}">{words}</a></noscript>'
    )

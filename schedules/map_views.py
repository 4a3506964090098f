"""The stops of a day on a map, and the same as a list, which is the whole page where no script runs."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest

from schedules import queries
from schedules.backdrop import list_sources
from schedules.clock import local_date
from schedules.months import is_sensible
from sohag_mobile import mentions
from sohag_mobile.pages import Page, PublicNotFound, public_page, render_page
from vehicles.queries import get_governorate

# The map draws this; without it the list stands alone.
LIBRARY = "vendor/leaflet/leaflet.js"
# Whoever looks further ahead wants the calendar.
MAP_DAYS_AHEAD = 14


@public_page()
def map_today(request: HttpRequest, *, now: dt.datetime) -> Page:
    """The map of today; when nothing is announced for today, of the next day with a visit."""
    today = local_date(now)
    days = queries.list_visited_days(today, today + dt.timedelta(days=MAP_DAYS_AHEAD))
    return _render(request, days[0] if days else today, days, now=now)


@public_page()
def map_day(request: HttpRequest, *, now: dt.datetime, name: str) -> Page:
    """The map of a local day, «2026-11-29»."""
    try:
        shown = dt.date.fromisoformat(name)
    except ValueError as error:
        raise PublicNotFound from error
    today = local_date(now)
    last = today + dt.timedelta(days=MAP_DAYS_AHEAD)
    if not is_sensible(shown) or shown > last:
        raise PublicNotFound
    return _render(request, shown, queries.list_visited_days(today, last), now=now)


def _render(request: HttpRequest, shown: dt.date, days: list[dt.date], *, now: dt.datetime) -> Page:
    governorate = get_governorate()
    [day] = queries.build_days(shown, shown, now=now, governorate=governorate)
    stops = queries.with_replacements(day.stops, now=now)
    context = {
        "shown": shown,
        "day": queries.Day(shown, tuple(stops), day.holiday, day.is_off),
        "choices": sorted({*days, shown}),
        "today": local_date(now),
        "has_map": any(stop.revision.place.latitude is not None for stop in stops)
        and finders.find(LIBRARY) is not None,
        "backdrop": settings.MAP_BACKDROP,
        "tiles": settings.MAP_TILE_URL,
        "sources": [*list_sources(), *([settings.MAP_TILE_ATTRIBUTION] if settings.MAP_TILE_ATTRIBUTION else [])],
        "updated_at": queries.latest_publication(stops),
    }
    return render_page(
        request,
        "schedules/map.html",
        context,
        valid_until=queries.next_change_of(stops, now=now),
        governorate=governorate,
        # Any publish may give one more day a visit, and each map leads to all of them.
        mentions={mentions.SCHEDULE, mentions.day(shown), *queries.mentions_of(stops)},
    )

"""Every address of the public site, and those that a change is about: what is kept as files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator
from itertools import product

from announcements.models import Notice
from announcements.views import NOTICES_ON_A_PAGE
from schedules.clock import local_date
from schedules.map_views import MAP_DAYS_AHEAD
from schedules.models import Place, StopRevision
from schedules.months import LinkedDays
from schedules.queries_weeks import list_unit_weeks
from services.models import Service
from sohag_mobile import mentions
from sohag_mobile.render import other_language_path
from sohag_mobile.weeks import Week
from vehicles.models import District, Vehicle

_FEEDS = ("calendar.ics", "notices.atom")
# Where a point is needed Django answers: there is no end to points.
_NEAR = ("", "denied/", "unavailable/")
_DRAWN = ("poster.pdf", "card.png")


def every_address(*, now: dt.datetime) -> set[str]:
    """All addresses at `now` under which there may be a page, a feed or a poster, in both languages."""
    today = local_date(now)
    linked = LinkedDays.around(today)
    pages = {
        "/",
        "/districts/",
        "/calendar/",
        "/services/",
        # Its files are made by Django when they are asked for: after every publish each of them is another.
        "/open-data/",
        "/offline/",
        "/widget/",
        "/manifest.webmanifest",
        "/map/",
        *(f"/near/{each}" for each in _NEAR),
        *(f"/{feed}" for feed in _FEEDS),
        *_archive(),
    }
    pages |= {f"/calendar/{week.name}/" for week in linked.weeks}
    pages |= {f"/calendar/{month.name}/" for month in linked.months}
    pages |= {f"/map/{today + dt.timedelta(days=number)}/" for number in range(MAP_DAYS_AHEAD + 1)}
    pages |= {f"/services/{slug}/" for slug in Service.objects.values_list("slug", flat=True)}
    pages |= {
        each for slug in District.objects.values_list("slug", flat=True) for each in _with_visits(f"/districts/{slug}/")
    }
    pages |= {
        each for code in Vehicle.objects.values_list("code", flat=True) for each in _with_feeds(f"/vehicles/{code}/")
    }
    pages |= {
        each for code in Place.objects.values_list("code", flat=True) for each in _with_visits(f"/places/{code}/")
    }
    notices = set(_notices(Notice.objects.values_list("district__slug", "year", "number")))
    visited = StopRevision.objects.public().scheduled().not_over(now=now).values_list("place__code", flat=True)
    drawn = {f"/places/{code}/" for code in visited} | notices
    weeks = {_week_poster(slug, week) for slug, week in list_unit_weeks(now=now)}
    return (
        _in_both_languages(pages | notices)
        | {base + name for base in drawn for name in _DRAWN}
        | weeks
        | {"/sw.js", "/widget.js"}
    )


def addresses_about(names: Collection[str]) -> set[str]:
    """The addresses of what a change is about, new ones included (see `sohag_mobile.mentions`)."""
    pages: set[str] = set()
    stops: list[uuid.UUID] = []
    drawn: set[str] = set()
    units: set[str] = set()
    weeks: set[Week] = set()
    notices: set[str] = set()
    for kind, _, key in (name.partition(":") for name in names):
        match kind:
            case "place":
                pages |= _with_visits(f"/places/{key}/")
                drawn.add(f"/places/{key}/")
            case "unit":
                pages |= _with_visits(f"/districts/{key}/")
                units.add(key)
            case "day":
                weeks.add(Week.of(dt.date.fromisoformat(key)))
                pages.add(f"/map/{key}/")
            case "vehicle":
                pages |= _with_feeds(f"/vehicles/{key}/")
            case "service":
                pages.add(f"/services/{key}/")
            case "stop":
                stops.append(uuid.UUID(key))
            case "notice":
                notices.add(f"/notices/{key}/")
            case mentions.NOTICES:
                pages |= _archive()
    told = Notice.objects.filter(items__revision__stop__uid__in=stops).distinct()
    notices |= set(_notices(told.values_list("district__slug", "year", "number")))
    drawn_now = {base + name for base in drawn | notices for name in _DRAWN}
    return _in_both_languages(pages | notices) | drawn_now | {_week_poster(*each) for each in product(units, weeks)}


def _week_poster(slug: str, week: Week) -> str:
    return f"/districts/{slug}/{week.name}/poster.pdf"


def _archive() -> set[str]:
    last = (Notice.objects.count() + NOTICES_ON_A_PAGE - 1) // NOTICES_ON_A_PAGE
    return {"/notices/", *(f"/notices/pages/{number}/" for number in range(2, last + 1))}


def _notices(rows: Iterable[tuple[str, int, int]]) -> Iterator[str]:
    return (f"/notices/{slug}/{year}/{number}/" for slug, year, number in rows)


def _with_feeds(page: str) -> set[str]:
    return {page, *(page + feed for feed in _FEEDS)}


def _with_visits(page: str) -> set[str]:
    return {*_with_feeds(page), f"{page}visits.json"}


def _in_both_languages(paths: set[str]) -> set[str]:
    return paths | {other_language_path(path) for path in paths}

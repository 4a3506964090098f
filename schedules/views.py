"""The public timetable: search, places, units, vehicles, weeks, months, and where a service is given next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from announcements.posters import can_draw
from announcements.queries_notices import list_notices, with_successors
from announcements.queries_posters import read_facts
from schedules import queries
from schedules.answers import share_days, share_place, share_week, speak_days, speak_place
from schedules.calendar_links import google_event
from schedules.centres import find_fallback_centre
from schedules.clock import local_date
from schedules.filters import FILTERS, StopFilter, UnknownChoice, read_filter
from schedules.jsonld import events_jsonld
from schedules.models.stops import local_zone
from schedules.months import LinkedDays, Month, is_sensible, month_of, parse_month
from schedules.queries_offered import list_offered
from schedules.queries_search import search
from services.enums import Outcome
from services.queries import find_service, list_offers
from sohag_mobile import mentions
from sohag_mobile.pages import Page, PublicNotFound, public_page, render_page
from sohag_mobile.weeks import Week
from vehicles.models import District, Governorate, Vehicle
from vehicles.queries import find_assignment, get_governorate

# How far ahead the page of a unit or a vehicle looks; a place page shows all that is announced.
DAYS_AHEAD = 14
SERVICE_STOPS_OF_A_UNIT = 4
# The first page names the notices of today and the six days before; the archive has the rest.
DAYS_OF_NEWS, MOST_NEWS = 7, 6
EVENTS_DESCRIBED = 5
# ISO ends the week on Sunday, people here on Friday: a page shows the days up to ISO's end, under their own heading.
ISO_TAIL = dt.timedelta(days=2)


@public_page(vary_on=("q",))
def home(request: HttpRequest, *, now: dt.datetime, q: str) -> Page:
    """Where the vehicles stand today and tomorrow; with `q`, the places, units and services of that name."""
    if q:
        found = search(q, now=now)
        stops = found.stops
        context: dict[str, Any] = {"q": q, "found": found, "today": local_date(now)}
        return render_page(
            request, "schedules/search.html", context, valid_until=queries.next_change_of(stops, now=now)
        )
    governorate = get_governorate()
    today = local_date(now)
    tomorrow = today + dt.timedelta(days=1)
    next_day = queries.find_next_day(tomorrow)
    last = next_day or tomorrow
    days = queries.build_days(today, tomorrow, now=now, governorate=governorate)
    if not any(stop.is_firm for day in days for stop in day.stops):
        days += queries.build_days(last, last, now=now, governorate=governorate) if next_day else []
    stops = queries.with_replacements([stop for day in days for stop in day.stops], now=now)
    since = dt.datetime.combine(today - dt.timedelta(days=DAYS_OF_NEWS - 1), dt.time(), tzinfo=local_zone())
    days = _regroup(days, stops)
    context = {
        "days": days,
        "spoken": speak_days(days, today=today),
        "news": with_successors(list(list_notices().filter(issued_at__gte=since)[:MOST_NEWS])),
        "today": today,
        "updated_at": queries.latest_publication(stops),
    }
    return render_page(
        request,
        "schedules/home.html",
        context,
        valid_until=queries.next_change_of(stops, now=now),
        governorate=governorate,
        mentions={mentions.SCHEDULE, mentions.NOTICES},
    )


@public_page()
def place(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """One place: the visit that counts first and large, then what to bring, what follows and what was."""
    found = queries.find_place(code, today=local_date(now))
    if found is None:
        raise PublicNotFound
    timetable = queries.build_place_timetable(found, now=now)
    answer = timetable.answer
    offered = list_offered(answer.revision) if answer else []
    notice = answer.notice if answer else None
    has_poster = notice is not None and read_facts(notice) is not None and can_draw()
    described = [stop for stop in timetable.everything if not stop.is_past and stop.moved_to is None]
    context = {
        "place": found,
        "timetable": timetable,
        "offered": [
            (outcome, rows) for outcome in Outcome if (rows := [row for row in offered if row.outcome == outcome])
        ],
        "poster_url": reverse("place-poster", args=[found.code]) if has_poster else "",
        # Social pages keep a picture under its address, so another visit has another one. Our own server looks past the «?».
        "card": f"{reverse('place-card', args=[found.code])}?v={answer.revision.pk}" if answer and has_poster else "",
        "spoken": speak_place(found, timetable, today=local_date(now)),
        "share": share_place(found, timetable, path=request.path),
        "google_url": google_event(answer.revision) if answer else "",
        "nearby": [] if answer else _coming_in(found.district, now=now),
        "centre": find_fallback_centre(found),
        "feeds": f"/places/{found.code}/",
        "today": local_date(now),
        "updated_at": queries.latest_publication(timetable.everything),
        "jsonld": events_jsonld(described[:EVENTS_DESCRIBED]),
    }
    return render_page(
        request,
        "schedules/place.html",
        context,
        valid_until=queries.next_change_of(timetable.everything, now=now),
        governorate=found.district.governorate,
        mentions={
            mentions.place(code),
            # Without a visit of its own it names the next ones in the unit.
            *([] if answer else [mentions.unit(found.district.slug)]),
            *queries.mentions_of(timetable.everything),
        },
    )


@public_page()
def districts(request: HttpRequest, *, now: dt.datetime) -> Page:
    """Every unit with its places: the way in for those who would rather not type."""
    units = list(District.objects.select_related("governorate").prefetch_related("places"))
    return render_page(request, "schedules/districts.html", {"units": units}, valid_until=None, mentions=())


@public_page()
def district(request: HttpRequest, *, now: dt.datetime, slug: str) -> Page:
    """One unit: its coming stops and its places."""
    unit = District.objects.select_related("governorate").filter(slug=slug).first()
    if unit is None:
        raise PublicNotFound
    context = {
        "unit": unit,
        "places": list(unit.places.all()),
        "vehicles": list(Vehicle.objects.active().of_district(unit, on=local_date(now))),
        "feeds": f"/districts/{unit.slug}/",
    }
    return _list_ahead(
        request,
        "schedules/district.html",
        context,
        Q(district=unit),
        unit.governorate,
        now=now,
        title=_("Visits of the mobile technology centre: %(label)s") % {"label": unit.label},
        about=mentions.unit(slug),
        unit=unit,
    )


@public_page()
def vehicle(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """One vehicle: where it stands now and next."""
    found = Vehicle.objects.filter(code=code).first()
    if found is None:
        raise PublicNotFound
    today = local_date(now)
    assignment = find_assignment(found, on=today)
    context = {
        "vehicle": found,
        "unit": assignment.district if assignment else None,
        "offers": list_offers(found, on=today),
        "feeds": f"/vehicles/{found.code}/",
    }
    return _list_ahead(
        request,
        "schedules/vehicle.html",
        context,
        Q(vehicle=found),
        get_governorate(),
        now=now,
        title=_("Visits of %(label)s") % {"label": found.name},
        about=mentions.vehicle(code),
    )


@public_page(vary_on=FILTERS)
def calendar(request: HttpRequest, *, now: dt.datetime, **filters: str) -> Page:
    """The week people are in; like every page of the calendar also of one unit, vehicle or service alone."""
    return _render_week(request, Week.of(local_date(now)), _read_filter(now, filters), now=now)


@public_page(vary_on=FILTERS)
def week(request: HttpRequest, *, now: dt.datetime, name: str, **filters: str) -> Page:
    """The week of an ISO number, «2026-W48»: Saturday to Friday around its Monday, then the days that ISO counts to it."""
    try:
        found = Week.parse(name)
    except ValueError as error:
        raise PublicNotFound from error
    if not is_sensible(found.first):
        raise PublicNotFound
    return _render_week(request, found, _read_filter(now, filters), now=now)


@public_page(vary_on=FILTERS)
def month(request: HttpRequest, *, now: dt.datetime, name: str, **filters: str) -> Page:
    """A calendar month, «2026-11»: a list of the days on which there is anything, on a wide screen the whole month."""
    found = parse_month(name)
    if found is None:
        raise PublicNotFound
    chosen = _read_filter(now, filters)
    governorate = get_governorate()
    days = queries.build_days(found.first, found.last, now=now, governorate=governorate, scope=chosen.scope)
    stops = [stop for day in days for stop in day.stops]
    today = local_date(now)
    linked = LinkedDays.around(today)
    current = month_of(today)
    context = {
        "month": found,
        "previous": linked.month(found.previous),
        "following": linked.month(found.following),
        "current": current if found != current else None,
        "days": days,
        "has_stops": bool(stops),
        "is_empty": not any(day.stops or day.holiday for day in days),
        "week": Week.of(_day_within(found, today)),
        "filter": chosen,
        "query": chosen.query,
        "today": today,
        "updated_at": queries.latest_publication(stops),
    }
    return render_page(
        request,
        "schedules/month.html",
        context,
        valid_until=queries.next_change_of(stops, now=now),
        governorate=governorate,
        mentions=_mentions_of_days(days, stops),
    )


@public_page()
def service(request: HttpRequest, *, now: dt.datetime, slug: str) -> Page:
    """One service: what to bring, what it costs, and where it is given next."""
    today = local_date(now)
    found = find_service(slug, on=today)
    if found is None:
        raise PublicNotFound
    stops = queries.list_service_stops(found, now=now, of_each_unit=SERVICE_STOPS_OF_A_UNIT)
    by_unit: dict[District, list[queries.PublicStop]] = {}
    for stop in stops:
        by_unit.setdefault(stop.revision.district, []).append(stop)
    context = {
        "service": found,
        "units": sorted(by_unit.items(), key=lambda group: (group[0].kind, group[0].name)),
        "is_given": found.is_valid_on(today),
        "today": today,
        "updated_at": queries.latest_publication(stops),
    }
    return render_page(
        request,
        "services/service.html",
        context,
        valid_until=queries.next_change_of(stops, now=now),
        mentions={mentions.service(slug), *queries.mentions_of(stops)},
    )


def _read_filter(now: dt.datetime, filters: dict[str, str]) -> StopFilter:
    try:
        return read_filter(**filters, today=local_date(now))
    except UnknownChoice as error:
        raise PublicNotFound from error


def _render_week(request: HttpRequest, shown: Week, chosen: StopFilter, *, now: dt.datetime) -> Page:
    governorate = get_governorate()
    days = queries.build_days(shown.first, shown.last + ISO_TAIL, now=now, governorate=governorate, scope=chosen.scope)
    stops = queries.with_replacements([stop for day in days for stop in day.stops], now=now)
    days = _regroup(days, stops)
    today = local_date(now)
    shown_days = [day for day in days if day.date <= shown.last]
    previous, following, linked = shown.plus(-1), shown.plus(1), LinkedDays.around(today)
    context = {
        "week": shown,
        "previous": previous if linked.has_week(previous) else None,
        "following": following if linked.has_week(following) else None,
        "days": shown_days,
        "next_days": [day for day in days if day.date > shown.last and day.stops],
        "has_stops": any(day.stops for day in shown_days),
        "is_this_week": shown.first <= today <= shown.last,
        "month": linked.month(month_of(shown.last)),
        "filter": chosen,
        "query": chosen.query,
        "today": today,
        **_feeds_of(chosen),
        "poster_weeks": _drawn_weeks(days[: len(days) - ISO_TAIL.days], chosen),
        "spoken": speak_days(
            shown_days,
            today=today,
            period=(shown.first, shown.last),
            about=[choice.label for choice in chosen.choices],
        ),
        "share": share_week(shown, shown_days, chosen),
        "updated_at": queries.latest_publication(stops),
    }
    return render_page(
        request,
        "schedules/week.html",
        context,
        valid_until=queries.next_change_of(stops, now=now),
        governorate=governorate,
        mentions=_mentions_of_days(days, stops),
    )


def _drawn_weeks(days: list[queries.Day], chosen: StopFilter) -> list[tuple[Week, str]]:
    """The week of a calendar page that is of one unit alone, with the address of its sheet; none where there is no sheet."""
    alone = chosen.district is not None and len(chosen.choices) == 1
    return _poster_weeks(chosen.district, days) if alone and chosen.district is not None else []


def _poster_weeks(unit: District, days: list[queries.Day]) -> list[tuple[Week, str]]:
    """The weeks of `days` in which a visit of the unit is still to come or stands, with the addresses of their sheets."""
    firm = (day.date for day in days for stop in day.stops if stop.revision.is_scheduled and stop.is_firm)
    weeks = sorted({Week.of(date) for date in firm}) if can_draw() else []
    return [(week, reverse("week-poster", args=[unit.slug, week.name])) for week in weeks]


def _feeds_of(chosen: StopFilter) -> dict[str, str]:
    """The calendar and the news of what is shown; where there are none of just that, those of everything."""
    if chosen.service is None and chosen.vehicle is None and chosen.district is not None:
        prefix, args = "district-", [chosen.district.slug]
    elif chosen.service is None and chosen.district is None and chosen.vehicle is not None:
        prefix, args = "vehicle-", [chosen.vehicle.code]
    else:
        prefix, args = "", []
    return {
        "calendar_url": reverse(f"{prefix}calendar-feed", args=args),
        "atom_url": reverse(f"{prefix}notice-feed", args=args),
    }


def _list_ahead(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    scope: Q,
    governorate: Governorate | None,
    *,
    now: dt.datetime,
    title: str,
    about: str,
    unit: District | None = None,
) -> Page:
    """The days from today that have stops under `scope`; if none are near, the next day that has. Of a unit also its posters."""
    today = local_date(now)
    last = today + dt.timedelta(days=DAYS_AHEAD)
    days = [day for day in queries.build_days(today, last, now=now, governorate=governorate, scope=scope) if day.stops]
    stops = queries.with_replacements([stop for day in days for stop in day.stops], now=now)
    more = {
        "days": _regroup(days, stops),
        "share": share_days(title, days, path=request.path),
        "poster_weeks": _poster_weeks(unit, days) if unit else [],
        "today": today,
        "last": last,
        "next_day": queries.find_next_day(last, scope=scope),
        "updated_at": queries.latest_publication(stops),
    }
    return render_page(
        request,
        template,
        {**context, **more},
        valid_until=queries.next_change_of(stops, now=now),
        governorate=governorate,
        mentions={about, *queries.mentions_of(stops)},
    )


def _coming_in(unit: District, *, now: dt.datetime) -> list[queries.PublicStop]:
    """The next stops of a unit, for those whose own place has none."""
    today = local_date(now)
    scope = Q(district=unit, date__gte=today, date__lte=today + dt.timedelta(days=DAYS_AHEAD))
    return [stop for stop in queries.list_coming(scope, now=now) if stop.is_firm][:3]


def _mentions_of_days(days: list[queries.Day], stops: list[queries.PublicStop]) -> set[str]:
    return {*(mentions.day(day.date) for day in days), *queries.mentions_of(stops)}


def _regroup(days: list[queries.Day], stops: list[queries.PublicStop]) -> list[queries.Day]:
    """The days with `stops` (in the same order) in place of theirs."""
    rest = iter(stops)
    return [queries.Day(day.date, tuple(next(rest) for _ in day.stops), day.holiday, day.is_off) for day in days]


def _day_within(shown: Month, today: dt.date) -> dt.date:
    return today if shown.first <= today <= shown.last else shown.first

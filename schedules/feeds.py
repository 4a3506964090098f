"""The calendar and notice feeds, of everything and of one unit, vehicle or place. Made and stored as public pages are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from django.conf import settings
from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from announcements import queries_feeds as notices
from announcements.atom import FeedHead, build_atom
from schedules.ical import CalendarHead, build_calendar
from schedules.models import Place
from schedules.queries_feeds import first_day_of_feed, list_feed_revisions, list_moved_away, next_midnight
from sohag_mobile import mentions
from sohag_mobile.pages import Page, PublicNotFound, public_page
from vehicles.models import District, Vehicle

Row = TypeVar("Row", bound=Model)

ICS_TYPE = "text/calendar; charset=utf-8"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
# Open data: a page of any other site may read the feeds with a script.
OPEN_TO_ALL: Mapping[str, str] = {"Access-Control-Allow-Origin": "*"}


@public_page()
def calendar(request: HttpRequest, *, now: dt.datetime) -> Page:
    """`/calendar.ics`: every public stop."""
    name = _("Mobile technology-centre vehicles")
    return _calendar_page(request, None, name=name, now=now, about=mentions.SCHEDULE)


@public_page()
def district_calendar(request: HttpRequest, *, now: dt.datetime, slug: str) -> Page:
    """`/districts/<slug>/calendar.ics`."""
    district = _find(District, slug=slug)
    return _calendar_page(
        request, Q(district=district), name=_name_of(district.label), now=now, about=mentions.unit(slug)
    )


@public_page()
def vehicle_calendar(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """`/vehicles/<code>/calendar.ics`."""
    vehicle = _find(Vehicle, code=code)
    return _calendar_page(
        request, Q(vehicle=vehicle), name=_name_of(vehicle.name), now=now, about=mentions.vehicle(code)
    )


@public_page()
def place_calendar(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """`/places/<code>/calendar.ics`."""
    place = _find(Place, "district", code=code)
    return _calendar_page(request, Q(place=place), name=_name_of(place.label), now=now, about=mentions.place(code))


@public_page()
def notice_feed(request: HttpRequest, *, now: dt.datetime) -> Page:
    """`/notices.atom`: the newest notices of every unit."""
    title = _("Announcements of the mobile technology-centre vehicles")
    return _atom_page(request, None, title=title, about=mentions.NOTICES)


@public_page()
def district_notice_feed(request: HttpRequest, *, now: dt.datetime, slug: str) -> Page:
    """`/districts/<slug>/notices.atom`."""
    district = _find(District, slug=slug)
    return _atom_page(request, notices.of_district(slug), title=_title_of(district.label), about=mentions.unit(slug))


@public_page()
def vehicle_notice_feed(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """`/vehicles/<code>/notices.atom`."""
    vehicle = _find(Vehicle, code=code)
    return _atom_page(request, notices.of_vehicle(code), title=_title_of(vehicle.name), about=mentions.vehicle(code))


@public_page()
def place_notice_feed(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """`/places/<code>/notices.atom`."""
    place = _find(Place, "district", code=code)
    return _atom_page(request, notices.of_place(code), title=_title_of(place.label), about=mentions.place(code))


def _calendar_page(request: HttpRequest, condition: Q | None, *, name: str, now: dt.datetime, about: str) -> Page:
    first_day = first_day_of_feed(now=now)
    revisions = list_feed_revisions(condition, first_day=first_day)
    moved = list_moved_away(condition, first_day=first_day) if condition is not None else []
    body = build_calendar(
        revisions,
        moved,
        head=CalendarHead(name=name, source_url=_absolute(request.path), page_url=_page_of(request.path)),
        first_day=first_day,
        place_url=place_url,
    )
    headers = {**OPEN_TO_ALL, "Content-Disposition": 'inline; filename="calendar.ics"'}
    return Page(
        body,
        content_type=ICS_TYPE,
        valid_until=next_midnight(now=now),
        headers=headers,
        mentions=frozenset({about, *(mentions.stop(each.told.stop.uid) for each in moved)}),
    )


def _atom_page(request: HttpRequest, condition: Q | None, *, title: str, about: str) -> Page:
    found = notices.list_feed_notices(condition)
    told = {mentions.stop(item.revision.stop.uid) for each in found for item in each.notice.items.all()}
    body = build_atom(
        found,
        head=FeedHead(
            title=title,
            language=get_language() or settings.LANGUAGE_CODE,
            feed_url=_absolute(request.path),
            page_url=_page_of(request.path),
        ),
    )
    return Page(body, content_type=ATOM_TYPE, headers=OPEN_TO_ALL, mentions=frozenset({about, *told}))


def place_url(place: Place) -> str:
    """The absolute address of the place's page, in the active language."""
    return _absolute(f"{_root()}places/{place.code}/")


def _name_of(label: str) -> str:
    return _("Mobile technology-centre vehicle: %(label)s") % {"label": label}


def _title_of(label: str) -> str:
    return _("Announcements: %(label)s") % {"label": label}


def _find(model: type[Row], *related: str, **key: str) -> Row:
    row = model._default_manager.select_related(*related).filter(**key).first()
    if row is None:
        raise PublicNotFound
    return row


def _page_of(feed_path: str) -> str:
    """The page a feed belongs to lies one step above it (`/places/X/calendar.ics` → `/places/X/`)."""
    return _absolute(feed_path.rpartition("/")[0] + "/")


def _root() -> str:
    """«/» or «/en/»."""
    return reverse("calendar-feed").rpartition("/")[0] + "/"


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{path}"

"""What the pages answer, in plain English: for the ear, and to be sent on. The Arabic is written by the text engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.formats import date_format

from announcements.arabic.answers import MOST_ITEMS
from schedules.models import Place, StopRevision
from schedules.queries import Day, PlaceTimetable, PublicStop
from sohag_mobile.templatetags.display import reason

_ENDINGS = {
    "over": "the visits of today are over",
    "cancelled": "the visits of today were cancelled",
    "off": "the visits of today were cancelled or postponed",
}


def tell_place(place: Place, timetable: PlaceTimetable, *, today: dt.date | None, papers: str = "") -> str:
    """The answer of a place's page, a line for each visit.

    Without `today`, as it is sent on: read at another time, it names dates alone and never «today» or «now».
    """
    stops = [*timetable.owed, *timetable.withdrawn, *([timetable.answer] if timetable.answer else [])]
    lines = [_visit(stop, today=today) for stop in stops]
    if timetable.answer is None:
        lines.append(f"No coming visit to {place.label} has been announced yet.")
    elif today is not None and papers:
        lines.append(f"Bring: {papers}.")
    return "\n".join(lines)


def tell_days(
    days: Sequence[Day],
    *,
    today: dt.date,
    period: tuple[dt.date, dt.date] | None = None,
    about: Sequence[str] = (),
) -> str:
    """The answer of a page about several days; `about` names what it is narrowed down to.

    Days without visits are named today and tomorrow only.
    """
    dates = f", from {_date(period[0])} to {_date(period[1])}" if period else ""
    lines = [f"Where the mobile technology centres stand{dates}{': ' if about else ''}{', '.join(about)}."]
    told = 0
    for day in days:
        holiday = f", {day.holiday.name}" if day.holiday else ""
        if day.ahead:
            lines.append(f"{_day(day.date, today=today)}{holiday}.")
        elif (day.date - today).days in (0, 1):
            lines.append(f"{_day(day.date, today=today)}{holiday}: {_why_empty(day)}.")
        for stop in day.ahead:
            told += 1
            if told > MOST_ITEMS:
                return "\n".join([*lines, "The other visits are written on the page."])
            lines.append(_item(stop))
    return "\n".join(lines)


def write_list(title: str, stops: Sequence[StopRevision], *, is_whole: bool) -> str:
    """`title` and under it a visit a line; `is_whole` says whether the page has no more of them."""
    lines = [title, *(f"{fact.place.label}. {_when(fact)}." for fact in stops)]
    return "\n".join(lines if is_whole else [*lines, "The other visits are on the page."])


def _why_empty(day: Day) -> str:
    if day.ending:
        return _ENDINGS[day.ending]
    if day.holiday:
        return "no vehicle stands"
    return "weekly day off, no vehicle stands" if day.is_off else "no visit has been announced"


def _visit(stop: PublicStop, *, today: dt.date | None) -> str:
    return " ".join(_sentences(stop, today=today))


def _sentences(stop: PublicStop, *, today: dt.date | None) -> Iterator[str]:
    fact, because = stop.revision, _because(stop)
    place, when = fact.place.label, f"{_day(fact.date, today=today)}, {_hours(fact)}"
    the_centre = "one of the mobile technology centres" if stop.beside else "the mobile technology centre"
    match stop.look:
        case "cancelled":
            yield f"Cancelled: the visit of {the_centre} to {place}. {when}{because}."
        case "postponed":
            yield f"Postponed: the visit of {the_centre} to {place}. {when}{because}."
            yield "Its new date will be announced."
        case "moved":
            yield f"{the_centre.capitalize()} does not come to {place} on {_date(fact.date)}{because}."
            if stop.moved_to is not None:
                yield f"It comes instead to {_where(stop.moved_to)}. {_when(stop.moved_to, today=today)}."
        case "stopped":
            since = f" at {_time(fact.stopped_at)}" if fact.stopped_at else ""
            yield f"{the_centre.capitalize()} in {place} stopped working on {_date(fact.date)}{since}{because}."
            if stop.continuation is not None:
                yield f"The visit is completed: {_when(stop.continuation, today=today)}."
        case "open" if today is not None:
            yield f"The mobile technology centre is now in {_where(fact)}, until {_time(fact.ends_at)}."
            yield from _change(stop)
            yield from _intake(fact)
        case "late" if today is not None:
            yield f"The mobile technology centre in {place} takes no more requests today."
        case _:
            yield f"The mobile technology centre comes to {_where(fact)}. {when}."
            yield from _change(stop)
            yield from _intake(fact)


def _change(stop: PublicStop) -> Iterator[str]:
    """What was told otherwise before; of a visit that keeps its day the hours alone."""
    before = stop.before
    if before is None or not stop.changed:
        return
    if stop.time_changed:
        day = f"for {_date(before.date)}, " if stop.date_changed else ""
        yield f"This is a change. It was planned {day}{_hours(before)}."
    if stop.place_changed:
        yield f"The place announced before was {before.place.label}."
    elif stop.landmark_changed and before.landmark:
        yield f"It stands elsewhere than announced before, which was: {before.landmark}."


def _item(stop: PublicStop) -> str:
    fact, because = stop.revision, _because(stop)
    place = fact.place.label
    match stop.look:
        case "cancelled":
            return f"{place}: cancelled{because}."
        case "postponed":
            return f"{place}: postponed to a date that will be announced{because}."
        case "moved":
            later = f" It comes instead to {_where(stop.moved_to)}. {_when(stop.moved_to)}." if stop.moved_to else ""
            return f"{place}: the vehicle does not come{because}.{later}"
        case "stopped":
            return f"{place}: the vehicle stopped working{because}."
        case "open":
            return f"{_where(fact)}: the vehicle is there now, until {_time(fact.ends_at)}."
        case "late":
            return f"{place}: no more requests are taken."
        case _:
            return f"{_where(fact)}, {_hours(fact)}."


def _because(stop: PublicStop) -> str:
    why = reason(stop.moved_to or stop.revision)
    return f", because of: {why}" if why else ""


def _intake(fact: StopRevision) -> Iterator[str]:
    if fact.intake_only:
        yield "Requests are only taken this time, and nothing can be paid there."
    if fact.last_intake:
        yield f"The last request is taken at {_time(fact.last_intake)}."


def _where(fact: StopRevision) -> str:
    return f"{fact.place.label}, {fact.landmark}" if fact.landmark else fact.place.label


def _when(fact: StopRevision, *, today: dt.date | None = None) -> str:
    return f"{_day(fact.date, today=today)}, {_hours(fact)}"


def _hours(fact: StopRevision) -> str:
    return f"from {_time(fact.starts_at)} to {_time(fact.ends_at)}"


def _time(time: dt.time) -> str:
    return f"{time.hour % 12 or 12}:{time.minute:02d} {'am' if time.hour < 12 else 'pm'}"


def _day(date: dt.date, *, today: dt.date | None) -> str:
    away = None if today is None else (date - today).days
    near = {0: "Today, ", 1: "Tomorrow, "}.get(away, "") if away is not None else ""
    return f"{near}{_date(date)}"


def _date(date: dt.date) -> str:
    return date_format(date, "l j F Y")

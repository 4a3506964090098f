"""Notices of every kind for property tests: real places and services, and hours, dates and landmarks as staff might enter."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import pathlib

from hypothesis import strategies as st

from announcements.arabic.changes import differences
from announcements.arabic.facts import (
    ChangeFacts,
    NoticeFacts,
    NoticeKind,
    NoticeReference,
    Outcome,
    PlaceFacts,
    ServiceFacts,
    StopFacts,
)
from tests.announcements.arabic.cases import DOCUMENTS, HAMLET, NASIR, PAYMENTS, STATION, UNIT, URL, WEST

ROOT = pathlib.Path(__file__).parents[3]


def _reference(path: str) -> list[dict[str, object]]:
    content = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return (
        next(value for value in content.values() if isinstance(value, list)) if isinstance(content, dict) else content
    )


# The kinds that the engine writes so far.
WRITTEN = (NoticeKind.ANNOUNCEMENT, NoticeKind.CHANGE, NoticeKind.CANCELLATION)
VILLAGES = tuple(
    PlaceFacts(str(place["code"]), "قرية", str(place["name_ar"]), "مركز", "سوهاج")
    for place in _reference("schedules/reference/places.json")
    if place["kind"] == "village"
)
PLACES = (*VILLAGES, NASIR, HAMLET, STATION)
SERVICE_NAMES = tuple(str(service["announce_ar"]) for service in _reference("services/reference/services.json"))
LANDMARKS = (
    "",
    "أمام مركز شباب القرية",
    "أمام مقر الوحدة المحلية لقرية جزيرة شندويل",
    "أمام مدرسة 6 أكتوبر",
    "بشارع 15 خلف الوحدة الصحية",
    "بجوار سوق الثلاثاء",
    "أمام المسجد (الجامع الكبير)",
    "أمام مدرسة «النصر» الابتدائية",
    "بالكيلو 21 بطريق سوهاج – طهطا",
    "بجوار د. أحمد",
    "بميدان الساعة",
    "على بعد 100 متر من الوحدة البيطرية",
    "بجوار مكتب بريد يعمل حتى الساعة 3:00 عصرًا",
)
CAUSES = ("", "سوء الأحوال الجوية", "العطل المفاجئ بالسيارة", "انقطاع الكهرباء يوم 29/11", "أعمال صيانة شبكة الكهرباء")

_minutes = st.sampled_from((0, 0, 0, 15, 20, 30, 40, 45, 5, 25))
dates = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
services = st.lists(
    st.builds(ServiceFacts, st.sampled_from(SERVICE_NAMES), st.sampled_from(tuple(Outcome))),
    max_size=4,
    unique_by=lambda service: service.name,
).map(tuple)


@st.composite
def hours(draw: st.DrawFn) -> tuple[dt.time, dt.time, dt.time | None]:
    """(start, end, last intake) of one day, start before intake before end."""
    first = draw(st.integers(7, 16))
    last = draw(st.integers(first + 2, 21))
    start, end = dt.time(first, draw(_minutes)), dt.time(last, draw(_minutes))
    intake = draw(st.one_of(st.none(), st.just(dt.time(last - 1, draw(_minutes)))))
    return start, end, intake if intake is None or start < intake else None


@st.composite
def stops(
    draw: st.DrawFn, *, on: st.SearchStrategy[dt.date] = dates, places: tuple[PlaceFacts, ...] = PLACES
) -> StopFacts:
    place = draw(st.sampled_from(places))
    start, end, intake = draw(hours())
    date = draw(on)
    return StopFacts(
        uid=f"{place.code}-{date}-{start}-{draw(st.integers(0, 10**6))}",
        place=place,
        landmark=draw(st.sampled_from(LANDMARKS)),
        date=date,
        starts_at=start,
        ends_at=end,
        last_intake=intake,
        services=draw(services),
        documents=draw(st.sampled_from(((), DOCUMENTS))),
        payments=draw(st.sampled_from(((), PAYMENTS, PAYMENTS[:1]))),
        vehicle=draw(st.sampled_from(("", "S1", "S2", "S3"))),
    )


@st.composite
def weeks(draw: st.DrawFn, *, most: int = 12) -> tuple[StopFacts, ...]:
    """Stops of a week or two, from one of them on."""
    first = draw(dates)
    near = st.integers(0, 13).map(lambda days: first + dt.timedelta(days))
    return tuple(
        draw(st.lists(stops(on=near), min_size=1, max_size=most, unique_by=lambda stop: (stop.place, stop.date)))
    )


@st.composite
def changes(draw: st.DrawFn) -> ChangeFacts:
    """A stop and the same one changed in something that the public can see."""
    before = draw(stops())
    other = draw(stops(on=st.integers(0, 20).map(lambda days: before.date + dt.timedelta(days))))
    names = ("place", "landmark", "date", "services", "documents", "payments")
    changed = {name: getattr(other, name) for name in draw(st.sets(st.sampled_from(names)))}
    if draw(st.booleans()):
        changed |= {name: getattr(other, name) for name in ("starts_at", "ends_at", "last_intake")}
    change = ChangeFacts(before, dataclasses.replace(before, **changed))
    return (
        change
        if differences(change).any
        else ChangeFacts(before, dataclasses.replace(before, landmark="أمام السنترال"))
    )


@st.composite
def notices(draw: st.DrawFn) -> NoticeFacts:
    """A notice of any kind, of either unit, with or without what it cites and what stands."""
    kind = draw(st.sampled_from(WRITTEN))
    number = draw(st.integers(1, 400))
    cites: tuple[NoticeReference, ...] = ()
    if kind is not NoticeKind.ANNOUNCEMENT:
        cites = tuple(
            NoticeReference(one, 2026, draw(st.sampled_from(WRITTEN)))
            for one in draw(st.lists(st.integers(1, 400), min_size=1, max_size=3, unique=True))
        )
    is_change = kind is NoticeKind.CHANGE
    told_before = kind is not NoticeKind.ANNOUNCEMENT
    stops_told = () if is_change else draw(weeks())
    changes_told = tuple(draw(st.lists(changes(), min_size=1, max_size=4))) if is_change else ()
    first = min(one.date for one in (*stops_told, *(change.before for change in changes_told)))
    return NoticeFacts(
        kind=kind,
        number=number,
        year=first.year,
        issuer=draw(st.sampled_from((UNIT, WEST))),
        stops=stops_told,
        changes=changes_told,
        cites=cites,
        cause=draw(st.sampled_from(CAUSES)) if told_before else "",
        still_valid=draw(weeks(most=4)) if told_before and draw(st.booleans()) else (),
        also_cancelled=draw(weeks(most=3)) if told_before and draw(st.booleans()) else (),
        page_url=draw(st.sampled_from(("", URL.format(number)))),
    )

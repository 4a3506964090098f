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
    HoursFacts,
    InterruptionFacts,
    NoticeFacts,
    NoticeKind,
    NoticeReference,
    Outcome,
    PlaceFacts,
    ServiceFacts,
    StopFacts,
)
from tests.announcements.arabic.cases import DOCUMENTS, GOVERNORATE, HAMLET, NASIR, PAYMENTS, STATION, UNIT, URL, WEST

ROOT = pathlib.Path(__file__).parents[3]


def _reference(path: str) -> list[dict[str, object]]:
    content = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return (
        next(value for value in content.values() if isinstance(value, list)) if isinstance(content, dict) else content
    )


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

PERIODS = (
    "شهر رمضان المبارك",
    "شهر أغسطس",
    "فصل الصيف",
    "فترة امتحانات الثانوية العامة",
    "أسبوع المشروعات القومية 2026",
)

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
    told = draw(st.lists(stops(on=near), min_size=1, max_size=most, unique_by=lambda stop: (stop.place, stop.date)))
    return tuple(one for stop in told for one in draw(_with_others(stop)))


@st.composite
def _with_others(draw: st.DrawFn, stop: StopFacts) -> list[StopFacts]:
    """A stop, and sometimes another vehicle that stands there at the same hours, with services of its own or the same."""
    if not draw(st.sampled_from((False, False, False, True))):
        return [stop]
    other = {"uid": f"{stop.uid}-other", "vehicle": stop.vehicle and f"{stop.vehicle}-other"}
    return [stop, dataclasses.replace(stop, **other, services=draw(st.one_of(st.just(stop.services), services)))]


@st.composite
def changes(draw: st.DrawFn) -> ChangeFacts:
    """A stop and the same one changed in something that the public can see."""
    before = draw(stops())
    other = draw(stops(on=st.integers(0, 20).map(lambda days: before.date + dt.timedelta(days))))
    names = ("place", "landmark", "date", "services", "documents", "payments")
    changed = {name: getattr(other, name) for name in draw(st.sets(st.sampled_from(names)))}
    if draw(st.booleans()):
        changed |= {name: getattr(other, name) for name in ("starts_at", "ends_at", "last_intake")}
    change = ChangeFacts(
        before, dataclasses.replace(before, **changed), before_is_postponed=draw(st.sampled_from((False, False, True)))
    )
    return (
        change
        if differences(change).any
        else ChangeFacts(before, dataclasses.replace(before, landmark="أمام السنترال"))
    )


@st.composite
def _changed_with_another(draw: st.DrawFn, change: ChangeFacts) -> list[ChangeFacts]:
    """A change, and sometimes that of another vehicle at the same place, in the same way."""
    if not draw(st.sampled_from((False, False, False, True))):
        return [change]

    def other(stop: StopFacts) -> StopFacts:
        return dataclasses.replace(stop, uid=f"{stop.uid}-other", vehicle=stop.vehicle and f"{stop.vehicle}-other")

    return [change, dataclasses.replace(change, before=other(change.before), after=other(change.after))]


@st.composite
def less(draw: st.DrawFn) -> ChangeFacts:
    """A visit at which less is given: services gone, or only received or explained, payments gone."""
    before = draw(stops().filter(lambda stop: stop.services))
    kept = []
    for service in before.services:
        ranks = list(Outcome)[list(Outcome).index(service.outcome) :]
        outcome = draw(st.sampled_from((None, *ranks)))
        if outcome is not None:
            kept.append(dataclasses.replace(service, outcome=outcome))
    after = dataclasses.replace(before, services=tuple(kept), payments=draw(st.sampled_from(((), before.payments))))
    change = ChangeFacts(before, after)
    return change if differences(change).any else ChangeFacts(before, dataclasses.replace(before, services=()))


@st.composite
def interruptions(draw: st.DrawFn, stop: StopFacts, *, is_over: bool) -> InterruptionFacts:
    """A vehicle that stopped during `stop`, and how it goes on."""
    start, end = (time.hour * 60 + time.minute for time in (stop.starts_at, stop.ends_at))
    stopped = draw(st.integers(start, end - 1))
    resumed = draw(st.integers(stopped + 1, end))
    later = st.integers(1, 20).map(lambda days: stop.date + dt.timedelta(days))
    continuation = draw(st.one_of(st.none(), stops(on=later), st.just(dataclasses.replace(stop, date=draw(later)))))
    return InterruptionFacts(
        stopped_at=dt.time(*divmod(stopped, 60)),
        resumes_at=dt.time(*divmod(resumed, 60)) if is_over or draw(st.booleans()) else None,
        continuation=None if is_over else continuation,
        requests_stay_valid=draw(st.booleans()),
    )


@st.composite
def periods(draw: st.DrawFn) -> HoursFacts:
    """The hours of a month or of another period."""
    first = draw(dates)
    start, end, intake = draw(hours())
    return HoursFacts(
        name=draw(st.sampled_from(PERIODS)),
        starts_on=first,
        ends_on=first + dt.timedelta(draw(st.integers(0, 60))),
        starts_at=start,
        ends_at=end,
        last_intake=intake,
        is_provisional=draw(st.booleans()),
        greeting=draw(st.sampled_from(("", "وكل عام وأنتم بخير"))),
        vehicles=draw(st.integers(1, 4)),
    )


# What tells the public for the first time, and so has nothing to cite.
FIRST = (NoticeKind.ANNOUNCEMENT, NoticeKind.BULLETIN, NoticeKind.HOURS)
OF_ONE_STOP = (NoticeKind.URGENT, NoticeKind.RESUMPTION)


@st.composite
def notices(draw: st.DrawFn, kinds: tuple[NoticeKind, ...] = tuple(NoticeKind)) -> NoticeFacts:
    """A notice of any of `kinds`, of either unit or the governorate, with or without what it cites and what stands."""
    kind = draw(st.sampled_from(kinds))
    number = draw(st.integers(1, 400))
    cites: tuple[NoticeReference, ...] = ()
    if kind not in FIRST:
        issuers = ("", "", GOVERNORATE.name)
        cites = tuple(
            NoticeReference(one, 2026, draw(st.sampled_from(tuple(NoticeKind))), draw(st.sampled_from(issuers)))
            for one in draw(st.lists(st.integers(1, 400), min_size=1, max_size=3, unique=True))
        )
    told_before = kind not in FIRST
    stops_told: tuple[StopFacts, ...] = ()
    changes_told: tuple[ChangeFacts, ...] = ()
    period = draw(periods()) if kind is NoticeKind.HOURS else None
    if kind is NoticeKind.CHANGE:
        drawn = draw(st.lists(st.one_of(changes(), less()), min_size=1, max_size=4))
        changes_told = tuple(one for told in drawn for one in draw(_changed_with_another(told)))
    elif kind in OF_ONE_STOP:
        stops_told = (draw(stops()),)
    elif period is None:
        stops_told = draw(weeks())
    days = [one.date for one in (*stops_told, *(change.before for change in changes_told))]
    first = period.starts_on if period else min(days)
    issuer = draw(st.sampled_from((UNIT, WEST)))
    others = [draw(weeks(most=3)) if told_before and draw(st.booleans()) else () for _ in range(4)]
    return NoticeFacts(
        kind=kind,
        number=number,
        year=first.year,
        issuer=GOVERNORATE if kind is NoticeKind.BULLETIN else issuer,
        stops=stops_told,
        changes=changes_told,
        cites=cites,
        cause=draw(st.sampled_from(CAUSES)) if told_before else "",
        still_valid=others[0],
        also_cancelled=others[1],
        also_postponed=others[2],
        also_stopped=others[3],
        page_url=draw(st.sampled_from(("", URL.format(number)))),
        interruption=(
            draw(interruptions(stops_told[0], is_over=kind is NoticeKind.RESUMPTION)) if kind in OF_ONE_STOP else None
        ),
        hours=period,
        issued_at=(
            dt.datetime.combine(days[0], draw(st.times())).replace(second=0, microsecond=0)
            if kind in OF_ONE_STOP and draw(st.booleans())
            else None
        ),
        week=(min(days), max(days)) if kind is NoticeKind.BULLETIN and draw(st.booleans()) else (),
    )


LONG_LANDMARK = (
    "أمام المدرسة الإعدادية الحديثة بجوار الوحدة الصحية خلف مقر الجمعية الزراعية على الطريق السريع بعد الكوبري"
)
LONG_PLACE = PlaceFacts("EG-L-1", "نجع", "الشيخ أحمد أبو القاسم الشرقي الجديد", "مركز", "جهينة الغربية")


def lengthened(facts: NoticeFacts) -> NoticeFacts:
    """The same notice at a place with a long name, and at a landmark that takes ten seconds to say."""

    def long(stop: StopFacts) -> StopFacts:
        return dataclasses.replace(stop, place=LONG_PLACE, landmark=LONG_LANDMARK)

    interruption = facts.interruption
    if interruption and interruption.continuation:
        interruption = dataclasses.replace(interruption, continuation=long(interruption.continuation))
    return dataclasses.replace(
        facts,
        stops=tuple(map(long, facts.stops)),
        changes=tuple(dataclasses.replace(change, after=long(change.after)) for change in facts.changes),
        interruption=interruption,
    )

"""What a page answers, for the ear: where the vehicle is, until when, what was called off, and when it comes next.

A notice tells of one act; a page tells how things stand at a moment, so «الآن», «اليوم» and «غدًا» may be said here: a page is
made anew when its words would no longer be true. Facts must have been made speakable (`render.made_speakable`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterator, Sequence
from typing import Final

from announcements.arabic.dates import days_in_words, period_in_words, weekdays
from announcements.arabic.facts import IssuerFacts, NoticeReference, PlaceFacts, StopFacts
from announcements.arabic.phrases import (
    VEHICLE,
    attach,
    because_of,
    cited_in_words,
    item_opening,
    place_in_words,
    place_name,
    to_be_announced,
)
from announcements.arabic.radio_parts import documents_to_bring, where_in_words
from announcements.arabic.times import hours_in_words, time_in_words
from announcements.arabic.together import vehicles_at

_HEADING: Final = "مواعيد تواجد سيارات المراكز التكنولوجية المتنقلة"
# Who listens to a list keeps little of it; the page has all of it.
MOST_ITEMS: Final = 30


class Standing(enum.Enum):
    """What the clock and the latest news make of a visit."""

    COMING = "coming"
    OPEN = "open"
    INTAKE_OVER = "intake over"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    MOVED = "moved"


class Ending(enum.Enum):
    """How the announced visits of a day came to an end, when none of them is ahead any more."""

    OVER = "over"
    CANCELLED = "cancelled"
    OFF = "off"


@dataclasses.dataclass(frozen=True, slots=True)
class VisitFacts:
    """A visit as a page shows it. `stop.documents` are what every visitor brings.

    `before` is what the public was told before, if something else; `later` is where a moved visit went, what completes one that
    stopped, or what comes in the place of one that is off. `cause` can follow «بسبب» as it stands.
    """

    stop: StopFacts
    standing: Standing
    cause: str = ""
    before: StopFacts | None = None
    later: StopFacts | None = None
    stopped_at: dt.time | None = None
    resumes_at: dt.time | None = None
    requests_stay_valid: bool = False
    intake_only: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class DayFacts:
    """A local day with its visits, those that are over left out.

    `holiday` is its name on an official holiday, `is_day_off` says that it is a weekly one, and `ending` how its visits ended,
    once none is left.
    """

    date: dt.date
    visits: tuple[VisitFacts, ...] = ()
    holiday: str = ""
    is_day_off: bool = False
    ending: Ending | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """All that the page of a place answers: what was taken back, the visit that counts now, and the one after it."""

    place: PlaceFacts
    issuer: IssuerFacts
    answer: VisitFacts | None = None
    taken_back: tuple[VisitFacts, ...] = ()
    following: StopFacts | None = None


def tell_place(facts: PlaceAnswer, *, today: dt.date) -> str:
    """The answer of a place's page, a sentence or two a line."""
    lines = [line for visit in facts.taken_back for line in _visit(visit, today=today)]
    if facts.answer is None:
        there = f"لم يُعلن موعد قادم لتواجد {VEHICLE} ب{place_in_words(facts.place)}."
        lines += ["ولم يُعلن موعد قادم بعد." if lines else there, "وعند تحديد الموعد يُعلن في هذه الصفحة."]
        if facts.issuer.phone:
            lines.append(f"وللاستعلام يمكن الاتصال {attach('ب', facts.issuer.short_name)}.")
        return "\n".join(lines)
    lines += _visit(facts.answer, today=today)
    if facts.answer.standing is not Standing.INTAKE_OVER:
        lines.append(documents_to_bring(facts.answer.stop.documents))
    if facts.following is not None:
        lines.append(f"والزيارة التالية {_when(facts.following, today=today)}.")
    return "\n".join(line for line in lines if line)


def tell_notice(script: str, *, replaced_by: Sequence[NoticeReference], wholly: bool, is_over: bool) -> str:
    """The radio script of a notice, after what a listener must know first; of one that no longer holds, that alone.

    `replaced_by` are the notices that hold today for what it told; `is_over` says that its last visit has ended.
    """
    # No notice has the year 0, so each is named with its own.
    to_whom = f"إلى {cited_in_words(replaced_by, year=0)}." if replaced_by else ""
    if wholly:
        return "\n".join(filter(None, ["هذا الإعلان لم يعد ساريًا.", to_whom and f"ويُرجع بدلًا منه {to_whom}"]))
    over = "انتهت مواعيد هذا الإعلان." if is_over else ""
    partly = f"جزء من هذا الإعلان لم يعد ساريًا، ويُرجع فيه {to_whom}" if to_whom else ""
    return "\n".join(filter(None, [over, partly, script]))


def tell_days(
    days: Sequence[DayFacts],
    *,
    today: dt.date,
    period: tuple[dt.date, dt.date] | None = None,
    about: Sequence[str] = (),
) -> str:
    """The answer of a page about several days, an item a visit; where a day has several they are numbered.

    `period` is the first and last day of the list, `about` names what it is narrowed down to. Days without visits are named today
    and tomorrow only.
    """
    dates = f"، {period_in_words(*period)}" if period else ""
    lines = [f"{_HEADING}{dates}{': ' if about else ''}{'، '.join(about)}."]
    told = 0
    for day in days:
        if not day.visits and (day.date - today).days not in (0, 1):
            continue
        holiday = f"، {day.holiday}" if day.holiday else ""
        lines.append(f"{_day(day.date, today=today)}{holiday}{'.' if day.visits else f': {_why_empty(day)}.'}")
        for number, visit in enumerate(day.visits, start=1):
            told += 1
            if told > MOST_ITEMS:
                return "\n".join([*lines, "وبقية المواعيد مكتوبة في الصفحة."])
            opening = f"{item_opening(number)}: " if len(day.visits) > 1 else ""
            lines.append(f"{opening}{_item(visit, today=today)}.")
    return "\n".join(lines)


def _why_empty(day: DayFacts) -> str:
    """Why a day has nothing to be told. Visits end within a day, so one that has had some is today."""
    match day.ending:
        case Ending.OVER:
            return "انتهت زيارات اليوم"
        case Ending.CANCELLED:
            return "أُلغيت زيارات اليوم"
        case Ending.OFF:
            return "أُلغيت زيارات اليوم أو تأجلت"
    if day.holiday:
        return "لا تتواجد السيارات"
    return "راحة أسبوعية، لا تعمل السيارات" if day.is_day_off else "لم تُعلن زيارات"


# --- one visit, in sentences -------------------------------------------------------------------------------------------


def _visit(visit: VisitFacts, *, today: dt.date) -> Iterator[str]:
    stop, vehicles = visit.stop, vehicles_at(visit.stop, in_words=True)
    because = f"، بسبب {visit.cause}" if visit.cause else ""
    match visit.standing:
        case Standing.CANCELLED:
            yield f"أُلغي تواجد {vehicles} ب{where_in_words(stop)}{because}."
            yield f"وكان التواجد مقررًا {_when(stop, today=today)}."
        case Standing.POSTPONED:
            yield f"تأجل تواجد {vehicles} ب{where_in_words(stop)}{because}، {to_be_announced()}."
            yield f"وكان التواجد مقررًا {_when(stop, today=today)}."
        case Standing.MOVED:
            yield f"لن تتواجد {vehicles} ب{place_in_words(stop.place)}، {_day(stop.date, today=today)}{because}."
            if visit.later:
                yield f"وأصبح التواجد ب{where_in_words(visit.later)}، {_when(visit.later, today=today)}."
        case Standing.STOPPED:
            yield from _stopped(visit, because, today=today)
        case Standing.OPEN:
            end = time_in_words(stop.ends_at)
            yield f"{VEHICLE} متواجدة الآن ب{where_in_words(stop)}، حتى الساعة {end}."
            yield from _details(visit, today=today)
        case Standing.INTAKE_OVER:
            end = time_in_words(stop.ends_at)
            yield f"انتهى اليوم استقبال الطلبات ب{where_in_words(stop)}."
            yield f"وتبقى {VEHICLE} هناك حتى الساعة {end}."
        case Standing.COMING:
            yield f"تتواجد {VEHICLE} ب{where_in_words(stop)}، {_when(stop, today=today)}."
            yield from _details(visit, today=today)
            yield f"ونكرر: {place_name(stop.place)}، {weekdays([stop.date])}."


def _details(visit: VisitFacts, *, today: dt.date) -> Iterator[str]:
    """What was told otherwise before, then what limits the visit."""
    stop, before = visit.stop, visit.before
    if before is not None:
        if (before.date, before.starts_at, before.ends_at) != (stop.date, stop.starts_at, stop.ends_at):
            # Of a visit that keeps its day the hours alone are news.
            hours = hours_in_words(before.starts_at, before.ends_at)
            when = hours if before.date == stop.date else _when(before, today=today)
            yield f"وقد تغيّر الموعد{because_of(visit.cause)}، وكان مقررًا {when}."
        if before.place != stop.place:
            yield f"وكان المكان المعلن {place_in_words(before.place)}."
        elif before.landmark != stop.landmark and before.landmark:
            yield f"وقد تغيّر مكان التواجد، وكان {before.landmark}."
    if visit.intake_only:
        yield "وتقتصر الزيارة على استلام الطلبات، ولا يُنجز شيء في السيارة، ولا يتاح السداد فيها."
    if stop.last_intake:
        yield f"وآخر موعد لاستقبال الطلبات الساعة {time_in_words(stop.last_intake)}."


def _stopped(visit: VisitFacts, because: str, *, today: dt.date) -> Iterator[str]:
    stop, later = visit.stop, visit.later
    since = f"، اعتبارًا من الساعة {time_in_words(visit.stopped_at)}" if visit.stopped_at else ""
    vehicles = vehicles_at(stop, in_words=True)
    yield f"توقفت {vehicles} عن العمل ب{where_in_words(stop)}، {_day(stop.date, today=today)}{since}{because}."
    if visit.resumes_at:
        yield f"ومن المتوقع أن يُستأنف العمل الساعة {time_in_words(visit.resumes_at)}."
    if later:
        is_same = later.place.code == stop.place.code and later.landmark == stop.landmark
        where = "في المكان نفسه" if is_same else f"ب{where_in_words(later)}"
        yield f"ويُستكمل تقديم الخدمة {where}، {_when(later, today=today)}."
    if visit.requests_stay_valid:
        yield "وتظل الطلبات التي استُلمت قبل توقف العمل سارية، ولا يلزم إعادة تقديمها."


# --- one visit, as an item of a list -----------------------------------------------------------------------------------


def _item(visit: VisitFacts, *, today: dt.date) -> str:
    stop = visit.stop
    place = place_in_words(stop.place)
    because = f"، بسبب {visit.cause}" if visit.cause else ""
    match visit.standing:
        case Standing.CANCELLED:
            again = f"، والزيارة القادمة {_when(visit.later, today=today)}" if visit.later else ""
            return f"{place}، أُلغي التواجد{because}{again}"
        case Standing.POSTPONED:
            return f"{place}، تأجل التواجد{because}، {to_be_announced()}"
        case Standing.MOVED:
            new = (
                f"، وأصبح التواجد ب{where_in_words(visit.later)}، {_when(visit.later, today=today)}"
                if visit.later
                else ""
            )
            return f"{place}، لن تتواجد السيارة{because}{new}"
        case Standing.STOPPED:
            since = f" الساعة {time_in_words(visit.stopped_at)}" if visit.stopped_at else ""
            return f"{place}، توقفت السيارة عن العمل{since}{because}"
        case Standing.OPEN:
            return f"{where_in_words(stop)}، والسيارة متواجدة الآن، حتى الساعة {time_in_words(stop.ends_at)}"
        case Standing.INTAKE_OVER:
            return f"{place}، انتهى استقبال الطلبات"
        case Standing.COMING:
            return f"{where_in_words(stop)}، {hours_in_words(stop.starts_at, stop.ends_at)}"


def _when(stop: StopFacts, *, today: dt.date) -> str:
    """«اليوم، يوم الأحد الموافق …، من الساعة … وحتى الساعة …»."""
    return f"{_day(stop.date, today=today)}، {hours_in_words(stop.starts_at, stop.ends_at)}"


def _day(date: dt.date, *, today: dt.date) -> str:
    near = {0: "اليوم، ", 1: "غدًا، "}.get((date - today).days, "")
    return f"{near}{days_in_words([date])}"

"""What notices of postponement, of an interruption and of the hours of a period say alike to the eye and to the ear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from announcements.arabic.errors import NothingToSay
from announcements.arabic.facts import HoursFacts, InterruptionFacts, NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.phrases import VEHICLE

_MONTH: Final = "شهر "
_RAMADAN: Final = "شهر رمضان"


def interruption_of(facts: NoticeFacts) -> InterruptionFacts:
    """The interruption an urgent notice or a resumption tells of. Raises NothingToSay when there is none."""
    if facts.interruption is None or len(facts.stops) != 1:
        raise NothingToSay("news of an interruption needs it, and the one stop that it broke off")
    if facts.kind is NoticeKind.RESUMPTION and facts.interruption.resumes_at is None:
        raise NothingToSay("a resumption needs its hour")
    return facts.interruption


def period_of(facts: NoticeFacts) -> HoursFacts:
    """The period an HOURS notice tells of. Raises NothingToSay when there is none."""
    if facts.hours is None:
        raise NothingToSay("a notice of hours needs them")
    return facts.hours


def is_same_place(stop: StopFacts, later: StopFacts) -> bool:
    """Whether «في المكان نفسه» is true of both: the place and the landmark at it."""
    return stop.place.code == later.place.code and stop.landmark == later.landmark


def works_until(facts: NoticeFacts) -> dt.time | None:
    """Until when a vehicle that is back goes on; None when it came back only as its visit ended."""
    back, end = interruption_of(facts).resumes_at, facts.stops[0].ends_at
    return end if back and back < end else None


def requests_stand(facts: NoticeFacts) -> str:
    """That requests taken before need not be made again; only when the vehicle's officer has confirmed it."""
    if not interruption_of(facts).requests_stay_valid:
        return ""
    taken = "اليوم" if facts.kind is NoticeKind.URGENT else "قبل توقف العمل"
    return f"وتظل الطلبات التي استُلمت {taken} سارية، ولا يلزم إعادة تقديمها."


def unchanged_by_postponement(stops: Sequence[StopFacts]) -> str:
    """«ولا تغيير في مكان التواجد ولا في الخدمات المقدمة.»"""
    places = "مكان التواجد" if len({stop.place for stop in stops}) == 1 else "أماكن التواجد"
    services = " ولا في الخدمات المقدمة" if all(stop.services for stop in stops) else ""
    return f"ولا تغيير في {places}{services}."


def vehicles_of_unit(period: HoursFacts) -> str:
    """«سيارة المركز التكنولوجي المتنقل», «سيارات المراكز التكنولوجية المتنقلة», in the genitive."""
    if period.vehicles <= 1:
        return VEHICLE
    if period.vehicles == 2:
        return "سيارتي المركزين التكنولوجيين المتنقلين"
    return "سيارات المراكز التكنولوجية المتنقلة"


def has_own_end(period: HoursFacts) -> bool:
    """Whether the name of the period says when it ends, as that of a month does."""
    return period.name.startswith(_MONTH)


def first_day_unknown(period: HoursFacts) -> str:
    """«اعتبارًا من أول أيام الشهر الكريم»: a first day that waits for the moon to be seen."""
    if period.name.startswith(_RAMADAN):
        return "اعتبارًا من أول أيام الشهر الكريم"
    return f"اعتبارًا من أول أيام {'الشهر' if has_own_end(period) else period.name}"

"""What all scripts for the ear share: visits as items, the time of one visit, where it is, and how a script ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from announcements.arabic.facts import NoticeFacts, StopFacts
from announcements.arabic.issue_time import issue_time_in_words
from announcements.arabic.layout import in_order
from announcements.arabic.phrases import (
    attach,
    citing_in_words,
    is_feminine_name,
    join_phrases,
    notice_name,
    notice_number_in_words,
    place_in_words,
)
from announcements.arabic.spoken import SECONDS_PER_VISIT, seconds
from announcements.arabic.together import standing_together, taken_back

GREETING: Final = "السادةَ المستمعين،"


def visits(stops: Sequence[StopFacts]) -> list[list[StopFacts]]:
    """Stops gathered into visits: days at one place join only when landmark, hours and last intake are the same."""
    gathered: dict[tuple[object, ...], list[StopFacts]] = {}
    for stop in in_order(stops):
        key: tuple[object, ...] = (stop.place, stop.landmark, stop.starts_at, stop.ends_at, stop.last_intake)
        key = (*key, stop.vehicles, stop.beside)
        # What has not been gathered into one stop is not one visit, so the day takes part when it is already there.
        while any(other.date == stop.date for other in gathered.get(key, ())):
            key = (*key, "another vehicle")
        gathered.setdefault(key, []).append(stop)
    return list(gathered.values())


def first_in_time(facts: NoticeFacts, *scripts: list[str]) -> list[str]:
    """The first script that an announcer reads in the time of one visit, else the last and shortest.

    When it was issued gives way first. What is cited gives way last (many notices, of other units and years, can take longer
    than the news), and after it the number of the notice itself, by which nobody ever found a village.
    """
    timed = [issued(facts, with_time=True) if line == issued(facts) else line for line in scripts[0]]
    last = [line for line in scripts[-1] if line != issued(facts)]
    for script in (timed, *scripts, [*last, _issued_alone(facts)]):
        if seconds("\n".join(script)) <= SECONDS_PER_VISIT:
            return script
    return last


def where_in_words(stop: StopFacts) -> str:
    """«قرية بلصفورة، التابعة لمركز سوهاج، أمام مركز شباب القرية»."""
    place = place_in_words(stop.place)
    return f"{place}، {stop.landmark}" if stop.landmark else place


def where_and_whose(stop: StopFacts, *, is_off: bool = False) -> str:
    """The same in a list, with whose visit it is where that is not one vehicle alone; `is_off` of what does not take place."""
    whose = taken_back(stop, in_words=True) if is_off else standing_together(stop, in_words=True)
    return f"{where_in_words(stop)}، {whose}" if whose else where_in_words(stop)


def documents_to_bring(documents: Sequence[str]) -> str:
    """«وعلى الراغبين في الحصول على الخدمة إحضار أصل بطاقة الرقم القومي.», or nothing."""
    return f"وعلى الراغبين في الحصول على الخدمة إحضار {join_phrases(documents)}." if documents else ""


def enquiries(facts: NoticeFacts) -> str:
    """«وللاستعلام يمكن الاتصال بالوحدة المحلية.», when its number is published."""
    return f"وللاستعلام يمكن الاتصال {attach('ب', facts.issuer.short_name)}." if facts.issuer.phone else ""


def issued(facts: NoticeFacts, *, with_time: bool = False) -> str:
    """«وقد صدر بذلك التنويه رقم ستة لسنة …، بشأن الإعلان رقم خمسة للسنة نفسها.»"""
    time = issue_time_in_words(facts) if with_time else ""
    about = f"، {citing_in_words(facts)}" if facts.cites else ""
    return f"{_issued_alone(facts).removesuffix('.')}{time}{about}."


def _issued_alone(facts: NoticeFacts) -> str:
    verb = "صدرت" if is_feminine_name(notice_name(facts.kind)) else "صدر"
    return f"وقد {verb} بذلك {notice_number_in_words(facts)}."

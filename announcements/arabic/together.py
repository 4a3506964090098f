"""Vehicles that stand together: two at one place and hour are one visit of «سيارتان», and one of two is not all of them.

`gathered` makes one stop of several before a text is written, so that no form tells the same visit twice; everything else here
says how many vehicles a stop is of. A stop knows the vehicles that stand with it (`others`), and how many more stand at its place
that day whatever becomes of it (`beside`): «إحدى السيارتين».
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Final

from announcements.arabic.changes import differences
from announcements.arabic.counting import counted, counted_in_words
from announcements.arabic.facts import ChangeFacts, NoticeFacts, NoticeKind, Outcome, ServiceFacts, StopFacts
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import OUTCOME_LABELS, VEHICLE, services_by_outcome

_OF_CENTRES: Final = "للمراكز التكنولوجية المتنقلة"
_TWO_OF_CENTRES: Final = "سيارتي المركزين التكنولوجيين المتنقلين"
_MANY_OF_CENTRES: Final = "سيارات المراكز التكنولوجية المتنقلة"


# --- one stop of several ---------------------------------------------------------------------------------------------


def gathered(facts: NoticeFacts) -> NoticeFacts:
    """`facts` with one stop for all vehicles that stand at one place at the same hours, and with who stands beside whom.

    Services are those that any of them gives, each with the most that is to be had there; what is not to be had at every one is
    marked (`in_some`), and so is a way to pay. Texts must have been cleaned: two landmarks are one when they read the same.
    """
    standing = [*facts.still_valid, *(change.after for change in facts.changes)]
    if facts.kind is NoticeKind.RESUMPTION:
        standing.extend(facts.stops)
    return dataclasses.replace(
        facts,
        stops=_together(_beside(facts.stops, facts.still_valid)),
        changes=_changed_together(facts.changes, facts.still_valid),
        still_valid=_together(facts.still_valid),
        also_cancelled=_together(_beside(facts.also_cancelled, standing)),
        also_postponed=_together(_beside(facts.also_postponed, standing)),
        also_stopped=_together(_beside(facts.also_stopped, standing)),
    )


def _beside(stops: Iterable[StopFacts], standing: Sequence[StopFacts]) -> list[StopFacts]:
    """The stops with the number of other vehicles that stand where and on the day they do."""
    return [dataclasses.replace(stop, beside=max(stop.beside, _count_others(stop, standing))) for stop in stops]


def _count_others(stop: StopFacts, standing: Iterable[StopFacts]) -> int:
    """How many vehicles of `standing`, known to be others, stand at the place of `stop` on its day."""
    if not stop.vehicle:
        return 0
    found = {one.vehicle for one in standing if (one.place.code, one.date) == (stop.place.code, stop.date)}
    return len(found - {stop.vehicle, ""})


def _together(stops: Iterable[StopFacts]) -> tuple[StopFacts, ...]:
    groups: dict[tuple[object, ...], list[StopFacts]] = {}
    for stop in stops:
        groups.setdefault(_key(stop), []).append(stop)
    return tuple(_one_of(group) for group in groups.values())


def _key(stop: StopFacts) -> tuple[object, ...]:
    return (stop.place, stop.landmark, stop.date, stop.starts_at, stop.ends_at, stop.last_intake, stop.beside)


def _one_of(stops: Sequence[StopFacts]) -> StopFacts:
    """One stop of all the vehicles of `stops`, which stand together."""
    if len(stops) == 1:
        return stops[0]
    first, *rest = sorted(stops, key=lambda stop: (stop.vehicle, stop.uid))
    payments = dict.fromkeys(means for stop in stops for means in stop.payments)
    return dataclasses.replace(
        first,
        others=tuple(stop.vehicle for stop in rest),
        services=_union(stops),
        documents=tuple(dict.fromkeys(paper for stop in stops for paper in stop.documents)),
        payments=tuple(
            means if all(means in stop.payments for stop in stops) else f"{means} {_in_some(len(stops))}"
            for means in payments
        ),
    )


def _union(stops: Sequence[StopFacts]) -> tuple[ServiceFacts, ...]:
    """What is to be had at any of the vehicles, each service with the most that one of them gives."""
    ranks = list(Outcome)
    given: dict[str, list[Outcome]] = {}
    for stop in stops:
        for service in stop.services:
            given.setdefault(service.name, []).append(service.outcome)
    services = []
    for name, outcomes in given.items():
        best = min(outcomes, key=ranks.index)
        services.append(ServiceFacts(name, best, in_some=outcomes.count(best) < len(stops)))
    return tuple(services)


def _changed_together(changes: Sequence[ChangeFacts], still_valid: Sequence[StopFacts]) -> tuple[ChangeFacts, ...]:
    """One change for vehicles that stood together, are changed in the same way and stand together again."""
    groups: dict[tuple[object, ...], list[ChangeFacts]] = {}
    for change in changes:
        (before,) = _beside([change.before], still_valid)
        known = dataclasses.replace(change, before=before)
        key = (
            *(_key(before), _key(change.after), differences(change)),
            *(change.issuer_before, change.issuer_after, change.before_is_postponed),
        )
        groups.setdefault(key, []).append(known)
    one = [
        dataclasses.replace(
            group[0],
            before=_one_of([change.before for change in group]),
            after=_one_of([change.after for change in group]),
        )
        for group in groups.values()
    ]
    # What is changed otherwise, in the same notice, stood there as well.
    return tuple(
        dataclasses.replace(
            change,
            before=dataclasses.replace(
                change.before,
                apart=_count_others(change.before, [other.before for other in one if other is not change]),
            ),
        )
        for change in one
    )


# --- how many vehicles -----------------------------------------------------------------------------------------------


def count_there(stop: StopFacts) -> int:
    """How many vehicles stand, or were to stand, at the place of `stop` that day, as far as the notice knows."""
    return stop.vehicles + stop.beside + stop.apart


def vehicles_at(stop: StopFacts, *, in_words: bool = False, case: Case = Case.OBLIQUE) -> str:
    """Whose presence it is: «سيارة المركز …», «سيارتين للمراكز …», «إحدى سيارتي المركزين …»; `case` is that of the phrase."""
    count, there = stop.vehicles, count_there(stop)
    if there > count:
        all_of_them = _TWO_OF_CENTRES if there == 2 else _MANY_OF_CENTRES
        return f"إحدى {all_of_them}" if count == 1 else f"{_counted(count, case, in_words)} من {all_of_them}"
    return VEHICLE if count == 1 else f"{_counted(count, case, in_words)} {_OF_CENTRES}"


def the_vehicles(stop: StopFacts, *, in_words: bool = True) -> str:
    """The second mention, in the genitive: «السيارة», «السيارتين», «السيارات», «إحدى السيارتين»."""
    count, there = stop.vehicles, count_there(stop)
    if there > count:
        all_of_them = "السيارتين" if there == 2 else "السيارات"
        return f"إحدى {all_of_them}" if count == 1 else f"{_counted(count, Case.OBLIQUE, in_words)} من {all_of_them}"
    return "السيارة" if count == 1 else "السيارتين" if count == 2 else "السيارات"


def standing_today(stop: StopFacts) -> str:
    """The adjective of `vehicles_at`: «المتواجدة», of one of two «المتواجدتين»."""
    return "المتواجدتين" if count_there(stop) == 2 else "المتواجدة"


def standing_together(stop: StopFacts, *, in_words: bool = False) -> str:
    """«سيارتان متواجدتان معًا», «3 سيارات متواجدة معًا»; nothing of one vehicle."""
    if stop.vehicles == 1:
        return ""
    adjective = "متواجدتان" if stop.vehicles == 2 else "متواجدة"
    return f"{_counted(stop.vehicles, Case.NOMINATIVE, in_words)} {adjective} معًا"


def whose_visit(stop: StopFacts, *, in_words: bool = False) -> str:
    """Whose visit is changed, in a list: «لسيارتين», «لإحدى السيارتين»; nothing where there is one alone."""
    if count_there(stop) > stop.vehicles:
        return f"ل{the_vehicles(stop, in_words=in_words)}"
    return f"ل{_counted(stop.vehicles, Case.OBLIQUE, in_words)}" if stop.vehicles > 1 else ""


def taken_back(stop: StopFacts, *, in_words: bool = False) -> str:
    """Whose visit in a list is off: «لسيارتين», «لإحدى السيارتين، مع بقاء الأخرى»; nothing where there is one alone."""
    whose = whose_visit(stop, in_words=in_words)
    if not stop.beside:
        return whose
    return f"{whose}، مع بقاء {'الأخرى' if stop.beside == 1 else 'السيارات الأخرى'}"


def still_there(stop: StopFacts) -> str:
    """That the other vehicles stand as announced, when news is of some of those at a place; else nothing."""
    if not stop.beside:
        return ""
    return _STILL_THERE[min(stop.beside, 3) - 1][bool(stop.apart)]


# Of one, two and more; where the notice tells something else of yet another, these are not «the» others.
_STILL_THERE: Final = (
    ("وتظل السيارة الأخرى متواجدة في موعدها المعلن.", "وتظل سيارة أخرى متواجدة في موعدها المعلن."),
    (
        "وتظل السيارتان الأخريان متواجدتين في موعدهما المعلن.",
        "وتظل سيارتان أخريان متواجدتين في موعدهما المعلن.",
    ),
    ("وتظل السيارات الأخرى متواجدة في مواعيدها المعلنة.", "وتظل سيارات أخرى متواجدة في مواعيدها المعلنة."),
)

# The same in fewer words, for a text that has no more time.
IN_FEWER_WORDS: Final[dict[str, str]] = {
    "وتظل السيارة الأخرى متواجدة في موعدها المعلن.": "والسيارة الأخرى متواجدة.",
    "وتظل السيارتان الأخريان متواجدتين في موعدهما المعلن.": "والسيارتان الأخريان متواجدتان.",
    "وتظل السيارات الأخرى متواجدة في مواعيدها المعلنة.": "والسيارات الأخرى متواجدة.",
    f"إحدى {_TWO_OF_CENTRES}": "إحدى السيارتين المتنقلتين",
    f"إحدى {_MANY_OF_CENTRES}": "إحدى السيارات المتنقلة",
}


def _counted(count: int, case: Case, in_words: bool) -> str:
    return (counted_in_words if in_words else counted)(count, "سيارة", case)


def _in_some(count: int) -> str:
    return "في إحدى السيارتين" if count == 2 else "في بعض السيارات"


# --- what they give --------------------------------------------------------------------------------------------------

_SPOKEN: Final[dict[Outcome, str]] = {
    Outcome.FINISHED: "ويُنجز في السيارة ما يلي",
    Outcome.RECEIVED: "ويُستلم الطلب فيما يلي",
    Outcome.INFORMATION: "ويقتصر على الاستعلام والإرشاد ما يلي",
}
# What opens a spoken heading, after which it is said that not every vehicle does so.
_SPOKEN_OPENINGS: Final[dict[Outcome, str]] = {
    Outcome.FINISHED: "ويُنجز",
    Outcome.RECEIVED: "ويُستلم الطلب",
    Outcome.INFORMATION: "ويقتصر على الاستعلام والإرشاد",
}
_ON_THE_VEHICLE: Final = "في السيارة"


def services_given(stop: StopFacts, *, spoken: bool = False) -> list[tuple[str, list[str]]]:
    """(heading, names) of every group of services: «يُنجز في السيارتين», «يُستلم الطلب في إحدى السيارتين», …"""
    groups = []
    for in_some in (False, True):
        of_kind = [service for service in stop.services if service.in_some is in_some]
        for outcome, names in services_by_outcome(of_kind):
            groups.append((_heading(outcome, stop.vehicles, in_some=in_some, spoken=spoken), names))
    return groups


def outcome_at(stop: StopFacts, service: ServiceFacts) -> str:
    """What the citizen leaves `stop` with: «يُنجز في السيارة», «يُنجز في السيارتين», «يُستلم الطلب»."""
    return _heading(service.outcome, stop.vehicles, in_some=service.in_some, spoken=False)


def _heading(outcome: Outcome, vehicles: int, *, in_some: bool, spoken: bool) -> str:
    heading = (_SPOKEN if spoken else OUTCOME_LABELS)[outcome]
    if vehicles == 1:
        return heading
    if not in_some:
        return heading.replace(_ON_THE_VEHICLE, "في السيارتين" if vehicles == 2 else "في السيارات")
    where = _in_some(vehicles)
    if not spoken:
        return f"{heading.removesuffix(f' {_ON_THE_VEHICLE}')} {where}"
    rest = "فيما يلي" if outcome is Outcome.RECEIVED else "ما يلي"
    return f"{_SPOKEN_OPENINGS[outcome]} {where} {rest}"

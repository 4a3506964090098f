"""How many vehicles: adjectives that do not agree with them («سيارتان متواجدة»), and a number that is not that of the facts.

What describes the vehicles follows them at once, or after «للمراكز التكنولوجية المتنقلة». After «إحدى السيارتين» it may describe
the one or the two, so nothing is said of it. Of the number only what counts the vehicles of the centres is judged: «3 سيارات
للمراكز …», «سيارتان متواجدتان».
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from announcements.arabic.checks.against_facts import points_elsewhere, typed_texts
from announcements.arabic.checks.agreement import describes_two
from announcements.arabic.checks.counts import FORMS, counted_nouns
from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.counting import NOUNS, counted
from announcements.arabic.facts import NoticeFacts, NoticeKind
from announcements.arabic.findings import finding
from announcements.arabic.layout import is_one_visit
from announcements.arabic.numbers import Case
from announcements.arabic.reading.tokens import Kind, bare, keys_of, word_set
from announcements.arabic.render import as_told
from announcements.arabic.together import count_there

_VEHICLE: Final = NOUNS["سيارة"]
_ONE_OF: Final = word_set("إحدى وإحدى بإحدى لإحدى")
# What may stand between vehicles and what describes them.
_OF_CENTRES: Final = word_set(
    "للمراكز التكنولوجية المتنقلة للمركزين التكنولوجيين المتنقلين للمركز المركز التكنولوجي المتنقل"
)
_STEMS: Final = ("متواجد", "متمركز", "متوقف", "متنقل", "مجهز", "مخصص")
_SINGULAR, _DUAL, _PLURAL = "singular", "dual", "plural"
_ENDINGS: Final = {"ة": _SINGULAR, "تان": _DUAL, "تين": _DUAL, "ات": _PLURAL}
_ADJECTIVES: Final = {f"{stem}{ending}": (stem, number) for stem in _STEMS for ending, number in _ENDINGS.items()}
# The plural of what is not human takes a feminine singular.
_RIGHT: Final = {_SINGULAR: {_SINGULAR}, _DUAL: {_DUAL}, _PLURAL: {_SINGULAR, _PLURAL}}


def check_vehicles(parsed: ParsedText) -> Findings:
    """«vehicle_agreement», «fact_vehicle_count», «fact_vehicles_missing»."""
    yield from _check_agreement(parsed)
    facts = parsed.facts
    if facts is not None and facts.kind is not NoticeKind.HOURS:
        yield from _check_count(parsed, facts)


def _check_agreement(parsed: ParsedText) -> Findings:
    for position, number in _vehicles(parsed):
        described = _after(parsed, position)
        adjective = _ADJECTIVES.get(bare(parsed.key(described)))
        if adjective is None or parsed.tokens[described].sentence != parsed.tokens[position].sentence:
            continue
        stem, found = adjective
        # «سيارتان متواجدة» is wrong of two of anything, and `check_agreement` says so.
        if found in _RIGHT[number] or describes_two(parsed, described):
            continue
        wrong = parsed.raw(described)
        ending = "ة" if number != _DUAL else "تان" if parsed.key(position).endswith("ان") else "تين"
        right = f"{wrong[: wrong.index(stem)]}{stem}{ending}"
        yield parsed.report(
            "vehicle_agreement", described, None, right, wrong=wrong, right=right, items=parsed.raw(position)
        )


def _vehicles(parsed: ParsedText) -> Iterator[tuple[int, str]]:
    """Where vehicles are named, and in which number."""
    for position, token in enumerate(parsed.tokens):
        if token.kind is not Kind.WORD or parsed.key(position - 1) in _ONE_OF:
            continue
        noun, form = FORMS.get(bare(token.key), FORMS.get(token.key, (None, "")))
        if noun is _VEHICLE:
            yield position, form if form in (_DUAL, _PLURAL) else _SINGULAR


def _after(parsed: ParsedText, position: int) -> int:
    """The first word after the vehicles at `position` that does not say whose they are."""
    following = position + 1
    while parsed.key(following) in _OF_CENTRES:
        following += 1
    return following


def _check_count(parsed: ParsedText, facts: NoticeFacts) -> Findings:
    codes = {stop.vehicle for stop in facts.stops}
    codes |= {stop.vehicle for change in facts.changes for stop in (change.before, change.after)}
    if not codes or "" in codes:
        return
    counts = [(found.number, found.first, found.last) for found in counted_nouns(parsed) if found.noun is _VEHICLE]
    counts += [(2, position, position) for position, number in _vehicles(parsed) if number == _DUAL]
    if not counts and len(codes) == 1:
        return
    told = as_told(facts)
    stops = [*told.stops, *(change.before for change in told.changes), *(change.after for change in told.changes)]
    others = [*told.still_valid, *told.also_cancelled, *told.also_postponed, *told.also_stopped]
    right = {len(codes)} | {number for stop in (*stops, *others) for number in (stop.vehicles, count_there(stop))}
    typed = {key for text in typed_texts(facts, parsed.stops) for key in keys_of(text)}
    for number, first, last in counts:
        if number in right or not _counts_ours(parsed, last) or parsed.key(last) in typed:
            continue
        yield parsed.report(
            "fact_vehicle_count", first, last, number=parsed.raw(first, last), count=counted(len(codes), _VEHICLE)
        )
    several = told.stops[0].vehicles if told.stops and is_one_visit(told.stops) else 1
    said = {number for number, _, last in counts if _counts_ours(parsed, last)}
    if several > 1 and several not in said and not _says_several(parsed, several):
        yield finding(parsed.text, "fact_vehicles_missing", 0, 0, items=counted(several, _VEHICLE, Case.NOMINATIVE))


def _counts_ours(parsed: ParsedText, last: int) -> bool:
    """Whether the vehicles counted at `last` are those of the centres, some of these, or are said to stand there."""
    following = parsed.key(last + 1)
    if following == "من":  # «سيارتين من سيارات المراكز», «سيارتين من السيارات»
        return bare(parsed.key(last + 2)) == _VEHICLE.plural
    return following in _OF_CENTRES or bare(following) in _ADJECTIVES


def _says_several(parsed: ParsedText, several: int) -> bool:
    """A short message that tells the rest elsewhere, or «سيارتا المركز», the two without their nūn."""
    in_construct = several == 2 and any(bare(key) in ("سيارتا", "سيارتي") for key in parsed.keys)
    return in_construct or points_elsewhere(parsed)

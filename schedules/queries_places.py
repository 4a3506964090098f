"""Finding a place by what a citizen types."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable

from schedules.models import Place
from schedules.search import fold, fold_forms, is_one_slip_apart, strip_prefixes

# No name is that long; a pasted page is cut before any work is done on it.
_LONGEST_QUERY = 120
_SHORTEST_WORD_FOR_SLIPS = 4


class _Rank(enum.IntEnum):
    """How well a place answers a query, best first."""

    EXACT = 0
    PREFIX = 1
    WORDS = 2
    CONTAINS = 3


@dataclasses.dataclass(frozen=True, slots=True)
class _Query:
    text: str
    forms: list[str]  # folded in full, without prefixes, without spaces
    words: list[str]  # of the form without prefixes


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    pk: int
    code: str
    forms: list[str]  # the folded names, as in Place.search_text
    district_words: list[str]  # of its unit, which citizens add to tell twins apart

    @property
    def words(self) -> set[str]:
        return {word for form in self.forms for word in form.split()}


def search_places(query: str, *, limit: int = 50) -> list[Place]:
    """The places whose name, other spelling, Latin name or code matches `query`, best first, with their units.

    Order: the whole name, its beginning, the beginnings of its words (the unit's name may be among them), any part of it;
    twins in different units all come. When nothing matches, one slip per word of four letters or more is forgiven. Two
    database queries whatever is found (one for nothing); harmless for any text.
    """
    text = query[:_LONGEST_QUERY]
    asked = _Query(text.strip().casefold(), fold_forms(text), strip_prefixes(fold(text)).split())
    if not asked.forms:
        return []
    entries = _list_entries()
    ranked = [(rank, entry.pk) for entry in entries if (rank := _rank(entry, asked)) is not None]
    found = [pk for _, pk in sorted(ranked, key=lambda pair: pair[0])]
    found = found or [entry.pk for entry in entries if _matches_with_a_slip(entry, asked)]
    if not found:
        return []
    places = Place.objects.with_details().in_bulk(found[:limit])
    return [places[pk] for pk in found[:limit] if pk in places]


def _list_entries() -> list[_Entry]:
    rows = Place.objects.order_by("name_ar", "code").values_list("pk", "code", "search_text", "district__name_ar")
    district_words: dict[str, list[str]] = {}
    entries = []
    for pk, code, search_text, district in rows:
        if district not in district_words:
            district_words[district] = strip_prefixes(fold(district)).split()
        entries.append(_Entry(pk, code, search_text.split("\n"), district_words[district]))
    return entries


def _rank(entry: _Entry, asked: _Query) -> _Rank | None:
    if entry.code.casefold() == asked.text or any(form in entry.forms for form in asked.forms):
        return _Rank.EXACT
    if any(name.startswith(form) for form in asked.forms for name in entry.forms):
        return _Rank.PREFIX
    if _answers_every_word(entry, asked, str.startswith):
        return _Rank.WORDS
    compact = asked.forms[-1]
    if len(compact) > 1 and any(compact in name for name in entry.forms):
        return _Rank.CONTAINS
    return None


def _matches_with_a_slip(entry: _Entry, asked: _Query) -> bool:
    compact = asked.forms[-1]
    if len(compact) >= _SHORTEST_WORD_FOR_SLIPS and any(is_one_slip_apart(name, compact) for name in entry.forms):
        return True
    return _answers_every_word(entry, asked, _begins_with_or_slips)


def _begins_with_or_slips(word: str, typed: str) -> bool:
    return word.startswith(typed) or (len(typed) >= _SHORTEST_WORD_FOR_SLIPS and is_one_slip_apart(word, typed))


def _answers_every_word(entry: _Entry, asked: _Query, answers: Callable[[str, str], bool]) -> bool:
    """Whether every typed word is answered by the name or by the unit's name, and at least one by the name."""
    own = [typed for typed in asked.words if any(answers(word, typed) for word in entry.words)]
    others = [typed for typed in asked.words if typed not in own]
    return bool(own) and all(any(answers(word, typed) for word in entry.district_words) for typed in others)

"""Finding a place by what a citizen types: a few ranges of the index of terms, however many places there are."""

from __future__ import annotations

import dataclasses
import enum
import functools
from collections.abc import Callable, Mapping

from announcements.arabic import digits
from schedules.models import Place
from schedules.queries_candidates import Candidate, list_candidates, list_candidates_with_a_slip
from schedules.search import fold, is_one_slip_apart, strip_prefixes
from schedules.search_terms import SHORTEST_WORD_FOR_SLIPS, forms_of, has_latin, slips_of, sound_of, words_of
from vehicles.models import District

# No name is that long; a pasted page is cut before any work is done on it.
LONGEST_QUERY = 120
_MOST_WORDS = 8


class _Rank(enum.IntEnum):
    """How well a place answers a query, best first."""

    EXACT = 0
    PREFIX = 1
    WORDS = 2
    CONTAINS = 3
    LANDMARK = 4


@dataclasses.dataclass(frozen=True)
class _Query:
    text: str
    forms: list[str]  # folded in full, without prefixes, without spaces; by sound
    words: list[str]  # of the form without prefixes

    @functools.cached_property
    def is_latin(self) -> bool:
        return has_latin(self.forms[0])

    @property
    def compact(self) -> list[str]:
        """Without prefixes and spaces, and that by its sound. Every name is kept so too."""
        form = strip_prefixes(fold(self.text)).replace(" ", "")
        return list(dict.fromkeys([form, sound_of(form)]))


def search_places(query: str, *, limit: int = 50) -> list[Place]:
    """The places that `find_places` finds, with their units; one database query more."""
    return search_or_guess_places(query, limit=limit)[0]


def search_or_guess_places(query: str, *, limit: int) -> tuple[list[Place], bool]:
    """What `search_places` finds, and whether all of it is a guess: no place bears what was typed, only something like it."""
    found, is_guess = _find_or_guess(query, limit=limit)
    places = Place.objects.select_related("district").in_bulk(found) if found else {}
    return [places[pk] for pk in found if pk in places], is_guess


def find_places(query: str, *, limit: int) -> list[int]:
    """The keys of places whose name, other spelling, Latin name, landmark or code matches `query`, best first.

    Order: the whole name, its beginning, the beginnings of its words (the unit's name may be among them), any part of it, a
    landmark; twins in different units all come. When nothing matches, one slip per word of four letters or more is forgiven.
    Three database queries at most, however many places there are (none for nothing); harmless for any text.
    """
    return _find_or_guess(query, limit=limit)[0]


def _find_or_guess(query: str, *, limit: int) -> tuple[list[int], bool]:
    text = query[:LONGEST_QUERY]
    asked = _Query(digits.convert(text.strip().casefold()), forms_of(text), words_of(text)[:_MOST_WORDS])
    if not asked.forms:
        return [], False
    # Of a single word nothing is left for the unit's name: it has to be of the place's own.
    units = _unit_words() if len(asked.words) > 1 else {}
    candidates = list_candidates(
        code=asked.text if asked.text.isascii() else "",
        compact=asked.compact,
        words=asked.words,
        units=[[pk for pk, own in units.items() if any(each.startswith(word) for each in own)] for word in asked.words],
        limit=limit,
    )
    ranked = [(rank, each.pk) for each in candidates if (rank := _rank(each, asked, units)) is not None]
    found = [pk for _, pk in sorted(ranked, key=lambda pair: pair[0])]
    guessed = [] if found else _with_a_slip(asked, units, limit=limit)
    return (found or guessed)[:limit], bool(guessed)


def _unit_words() -> dict[int, list[str]]:
    """By the key of a unit, the words of its names, which citizens add to tell twins apart."""
    rows = District.objects.order_by("pk").values_list("pk", "name_ar", "name_en")
    return {pk: [word for name in names for word in _words_of_name(name)] for pk, *names in rows}


@functools.lru_cache(maxsize=512)
def _words_of_name(name: str) -> tuple[str, ...]:
    return tuple(sound_of(word) for word in strip_prefixes(fold(name)).split())


def _rank(place: Candidate, asked: _Query, units: Mapping[int, list[str]]) -> _Rank | None:
    forms = _comparable(place, asked)
    if place.code.casefold() == asked.text or any(form in forms for form in asked.forms):
        return _Rank.EXACT
    if any(name.startswith(form) for form in asked.forms for name in forms):
        return _Rank.PREFIX
    if _answers_every_word(forms, units.get(place.district, []), asked, str.startswith):
        return _Rank.WORDS
    compact = asked.forms[-1]
    if len(compact) > 1 and any(compact in name for name in forms):
        return _Rank.CONTAINS
    return _Rank.LANDMARK if place.is_at_landmark else None


def _comparable(place: Candidate, asked: _Query) -> list[str]:
    """The folded names of a place; for a query in Latin letters also by their sound."""
    if not asked.is_latin:
        return place.forms
    return list(dict.fromkeys([*place.forms, *(sound_of(form) for form in place.forms)]))


def _with_a_slip(asked: _Query, units: Mapping[int, list[str]], *, limit: int) -> list[int]:
    """Places of which one letter is wrong, missing, too many or swapped, at most one in each word."""
    slips = {slip for word in {asked.forms[-1], *asked.words} for slip in slips_of(word)}
    if not slips:
        return []
    return [
        place.pk
        for place in list_candidates_with_a_slip(slips, limit=limit)
        if _matches_with_a_slip(place, asked, units)
    ]


def _matches_with_a_slip(place: Candidate, asked: _Query, units: Mapping[int, list[str]]) -> bool:
    forms, compact = _comparable(place, asked), asked.forms[-1]
    if len(compact) >= SHORTEST_WORD_FOR_SLIPS and any(is_one_slip_apart(name, compact) for name in forms):
        return True
    return _answers_every_word(forms, units.get(place.district, []), asked, begins_with_or_slips)


def begins_with_or_slips(word: str, typed: str) -> bool:
    """Whether the word of a name begins with what was typed, or differs from it by one slip; both folded."""
    return word.startswith(typed) or (len(typed) >= SHORTEST_WORD_FOR_SLIPS and is_one_slip_apart(word, typed))


def _answers_every_word(
    forms: list[str], unit_words: list[str], asked: _Query, answers: Callable[[str, str], bool]
) -> bool:
    """Whether every typed word is answered by the name or by the unit's name, and at least one by the name."""
    words = {word for form in forms for word in form.split()}
    own = [typed for typed in asked.words if any(answers(word, typed) for word in words)]
    others = [typed for typed in asked.words if typed not in own]
    return bool(own) and all(any(answers(word, typed) for word in unit_words) for typed in others)

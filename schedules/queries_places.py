"""Finding a place by what a citizen types: a few ranges of the index of terms, however many places there are."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from schedules.models import Place, PlaceTerm
from schedules.search import fold, is_one_slip_apart, strip_prefixes
from schedules.search_terms import (
    LONGEST_TERM,
    SHORTEST_WORD_FOR_SLIPS,
    TermKind,
    forms_of,
    slips_of,
    sound_of,
    words_of,
)
from vehicles.models import District

# No name is that long; a pasted page is cut before any work is done on it.
_LONGEST_QUERY = 120
# Of a beginning that thousands of names share, so many are looked at; more letters find the rest.
_MOST_CANDIDATES = 400
_MOST_WORDS = 8


class _Rank(enum.IntEnum):
    """How well a place answers a query, best first."""

    EXACT = 0
    PREFIX = 1
    WORDS = 2
    CONTAINS = 3
    LANDMARK = 4


@dataclasses.dataclass(frozen=True, slots=True)
class _Query:
    text: str
    forms: list[str]  # folded in full, without prefixes, without spaces; by sound
    words: list[str]  # of the form without prefixes

    @property
    def compact(self) -> str:
        """Without prefixes and spaces."""
        return strip_prefixes(fold(self.text)).replace(" ", "")


@dataclasses.dataclass(frozen=True, slots=True)
class _Entry:
    pk: int
    code: str
    forms: list[str]  # the folded names, as in Place.search_text, and by sound
    district_words: list[str]  # of its unit, which citizens add to tell twins apart

    @property
    def words(self) -> set[str]:
        return {word for form in self.forms for word in form.split()}


def search_places(query: str, *, limit: int = 50) -> list[Place]:
    """The places whose name, other spelling, Latin name, landmark or code matches `query`, best first, with their units.

    Order: the whole name, its beginning, the beginnings of its words (the unit's name may be among them), any part of it, a
    landmark; twins in different units all come. When nothing matches, one slip per word of four letters or more is forgiven.
    A dozen database queries at most, however many places there are (none for nothing); harmless for any text.
    """
    text = query[:_LONGEST_QUERY]
    asked = _Query(text.strip().casefold(), forms_of(text), words_of(text)[:_MOST_WORDS])
    if not asked.forms:
        return []
    # A single word has to be of the name itself.
    # Of a single word nothing is left for the unit's name.
    districts = _district_words() if len(asked.words) > 1 else {}
    found = _rank_all(_candidates(asked, districts, limit=limit), asked, districts)
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *_by_landmark(asked)]))
    found = found or _with_a_slip(asked, districts)
    if not found:
        return []
    places = Place.objects.with_details().in_bulk(found[:limit])
    return [places[pk] for pk in found[:limit] if pk in places]


def _district_words() -> dict[int, list[str]]:
    return {
        pk: [sound_of(word) for name in names for word in strip_prefixes(fold(name)).split()]
        for pk, *names in District.objects.order_by("pk").values_list("pk", "name_ar", "name_en")
    }


def _begins(kind: TermKind, prefix: str) -> Q:
    """The terms of `kind` that begin with `prefix`: one range of the index."""
    lowest = prefix[:LONGEST_TERM].encode("utf-8", "replace")
    # No UTF-8 holds the byte FF, so this is above all that begins so.
    return Q(kind=kind, term__gte=lowest, term__lt=lowest + b"\xff")


def _places_of(terms: QuerySet[PlaceTerm]) -> list[int]:
    return list(dict.fromkeys(terms.order_by("term").values_list("place", flat=True)[:_MOST_CANDIDATES]))


def _candidates(asked: _Query, districts: dict[int, list[str]], *, limit: int) -> list[int]:
    """Places that may answer: the ranking decides. Where enough names begin so, nothing that ranks lower is looked for."""
    found: list[int] = []
    if asked.text.isascii():
        found += Place.objects.filter(code__iexact=asked.text).values_list("pk", flat=True)
    # Every name is kept so too: this form of the query finds what any of them would.
    compact = list(dict.fromkeys([asked.compact, sound_of(asked.compact)]))
    for form in compact:
        found += _places_of(PlaceTerm.objects.filter(_begins(TermKind.START, form)))
    if len(found) < limit:
        for form in compact:
            if len(form) > 1:
                found += _places_of(PlaceTerm.objects.filter(_begins(TermKind.REST, form)))
        if len(asked.words) > 1:
            found += _by_words(asked, districts)
    return list(dict.fromkeys(found))


def _by_words(asked: _Query, districts: dict[int, list[str]]) -> list[int]:
    """Places of whose name a part begins with each word, but for words that the name of their unit answers."""
    units = {
        word: [pk for pk, own in districts.items() if any(w.startswith(word) for w in own)] for word in asked.words
    }
    first, *others = sorted(asked.words, key=lambda word: (bool(units[word]), -len(word)))
    found = []
    for kind in (TermKind.START, TermKind.REST):
        terms = PlaceTerm.objects.filter(_begins(kind, first))
        for word in others:
            own = Exists(
                PlaceTerm.objects.filter(
                    _begins(TermKind.START, word) | _begins(TermKind.REST, word), place=OuterRef("place")
                )
            )
            terms = terms.filter(own | Q(place__district__in=units[word])) if units[word] else terms.filter(own)
        found += _places_of(terms)
    return found


def _entries(pks: Iterable[int], districts: dict[int, list[str]]) -> list[_Entry]:
    rows = Place.objects.filter(pk__in=list(pks)).order_by("name_ar", "code")
    return [
        _Entry(pk, code, _with_sounds(search_text.split("\n")), districts.get(district, []))
        for pk, code, search_text, district in rows.values_list("pk", "code", "search_text", "district")
    ]


def _with_sounds(forms: list[str]) -> list[str]:
    return list(dict.fromkeys([*forms, *(sound_of(form) for form in forms)]))


def _rank_all(pks: list[int], asked: _Query, districts: dict[int, list[str]]) -> list[int]:
    if not pks:
        return []
    ranked = [(rank, entry.pk) for entry in _entries(pks, districts) if (rank := _rank(entry, asked)) is not None]
    return [pk for _, pk in sorted(ranked, key=lambda pair: pair[0])]


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


def _by_landmark(asked: _Query) -> list[int]:
    """Places where a vehicle was told to stand at a landmark of all these words."""
    words = [word for word in asked.words if len(word) > 2]
    if not words:
        return []
    longest, *others = sorted(words, key=len, reverse=True)
    terms = PlaceTerm.objects.filter(_begins(TermKind.LANDMARK, longest))
    for word in others:
        terms = terms.filter(
            Exists(PlaceTerm.objects.filter(_begins(TermKind.LANDMARK, word), place=OuterRef("place")))
        )
    return _places_of(terms)


def _with_a_slip(asked: _Query, districts: dict[int, list[str]]) -> list[int]:
    """Places of which one letter is wrong, missing, too many or swapped, at most one in each word."""
    slips = {slip for word in {asked.forms[-1], *asked.words} for slip in slips_of(word)}
    if not slips:
        return []
    terms = PlaceTerm.objects.filter(
        kind=TermKind.SLIP, term__in=[slip[:LONGEST_TERM].encode("utf-8", "replace") for slip in slips]
    )
    return [entry.pk for entry in _entries(_places_of(terms), districts) if _matches_with_a_slip(entry, asked)]


def _matches_with_a_slip(entry: _Entry, asked: _Query) -> bool:
    compact = asked.forms[-1]
    if len(compact) >= SHORTEST_WORD_FOR_SLIPS and any(is_one_slip_apart(name, compact) for name in entry.forms):
        return True
    return _answers_every_word(entry, asked, _begins_with_or_slips)


def _begins_with_or_slips(word: str, typed: str) -> bool:
    return word.startswith(typed) or (len(typed) >= SHORTEST_WORD_FOR_SLIPS and is_one_slip_apart(word, typed))


def _answers_every_word(entry: _Entry, asked: _Query, answers: Callable[[str, str], bool]) -> bool:
    """Whether every typed word is answered by the name or by the unit's name, and at least one by the name."""
    own = [typed for typed in asked.words if any(answers(word, typed) for word in entry.words)]
    others = [typed for typed in asked.words if typed not in own]
    return bool(own) and all(any(answers(word, typed) for word in entry.district_words) for typed in others)

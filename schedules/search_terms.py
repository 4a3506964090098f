"""The terms under which a place is kept in the index, so that a search reads a handful of rows however many places there are.

Plain Python. A term is a start of a name, what remains of a name after its first letters, or a name with one letter left out:
two spellings that are one slip apart share such a term, or one is a term of the other (the deletion neighbourhood of Mor and
Fraenkel, 1982).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence

from schedules.search import fold, fold_forms, strip_prefixes

LONGEST_TERM = 60
SHORTEST_WORD_FOR_SLIPS = 4

# How the same Arabic sounds are written in Latin letters: «Shandaweel», «Shandawil»; «Balasfoura», «Balasfurah».
_SOUNDS = (
    (re.compile(r"ee|ea|ie|ei|ii|y"), "i"),
    (re.compile(r"oo|ou|uu|o"), "u"),
    (re.compile(r"e"), "a"),
    (re.compile(r"kh|q"), "k"),
    (re.compile(r"gh|j"), "g"),
    (re.compile(r"dh"), "d"),
    (re.compile(r"th"), "t"),
    (re.compile(r"([a-z])\1+"), r"\1"),
    (re.compile(r"(?<=[a-z])h\b"), ""),
)
_LATIN = re.compile(r"[a-z]")


class TermKind(enum.IntEnum):
    """What a term is of its name."""

    START = 1  # a whole form of the name: its beginnings are found by prefix
    REST = 2  # the name without spaces, from its second, third … letter on
    SLIP = 3  # the name, or a word of it, with one letter left out
    LANDMARK = 4  # a word of a landmark at which a vehicle stood there


def has_latin(folded: str) -> bool:
    """Whether there is a Latin letter in it, so that it has a sound of its own."""
    return _LATIN.search(folded) is not None


def sound_of(folded: str) -> str:
    """One spelling for the Latin spellings of one Arabic name: «shandaweel» and «shandawil» both give «shandawil»."""
    if not has_latin(folded):
        return folded
    for pattern, replacement in _SOUNDS:
        folded = pattern.sub(replacement, folded)
    return folded


def forms_of(text: str) -> list[str]:
    """The folded forms of a name or a query: in full, without prefixes, without spaces; Latin ones also by their sound."""
    forms = fold_forms(text)
    return list(dict.fromkeys([*forms, *(sound_of(form) for form in forms)]))


def words_of(text: str) -> list[str]:
    """The distinctive words of a query, Latin ones by their sound."""
    return sound_of(strip_prefixes(fold(text))).split()


def slips_of(word: str) -> set[str]:
    """`word` and what it becomes when any one of its letters is left out; nothing for a short word."""
    if len(word) < SHORTEST_WORD_FOR_SLIPS:
        return set()
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def place_terms(folded: Sequence[str], landmarks: Sequence[str]) -> Iterator[tuple[TermKind, str]]:
    """Every term of a place, each once: of the `folded` forms of its names (`Place.search_text`) and of landmarks there."""
    found: dict[tuple[TermKind, str], None] = {}
    for name in folded:
        for form in dict.fromkeys((name, sound_of(name))):
            found[TermKind.START, form] = None
            compact = form.replace(" ", "")
            found |= {(TermKind.REST, compact[start:]): None for start in range(1, len(compact) - 1)}
            for word in {compact, *form.split()}:
                found |= {(TermKind.SLIP, slip): None for slip in slips_of(word)}
    for landmark in landmarks:
        found |= {(TermKind.LANDMARK, word): None for word in words_of(landmark) if len(word) > 2}
    yield from dict.fromkeys((kind, term[:LONGEST_TERM]) for kind, term in found if term)

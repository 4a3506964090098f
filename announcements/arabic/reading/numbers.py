"""Numbers written in words, read back: cardinals and ordinals, in either gender and case.

The grammar is that of `arabic.numbers`, read the other way: hundreds, then «خمسة وأربعون», «خمسة عشر» or «خمسة», joined by «و»;
a scale («ألف», «مليون») closes its group, and each later group is of a lower scale. So «خمسة وستة» is five, and then
something else. Gender and case are not judged here: «خمسة خدمات» is five, and `checks.counts` says what is wrong with it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final, NamedTuple

from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, ordinal
from announcements.arabic.reading.tokens import fold, keys_of


class NumberReading(NamedTuple):
    """A number in words `start`..`end` (exclusive), after a `particle`; `tail` are the words of its last two digits."""

    value: int
    start: int
    end: int
    particle: str
    tail: tuple[str, ...]


_UNIT_WORDS: Final[dict[str, int]] = {
    "واحد": 1,
    "واحدة": 1,
    "اثنان": 2,
    "اثنين": 2,
    "اثنتان": 2,
    "اثنتين": 2,
    "ثلاثة": 3,
    "ثلاث": 3,
    "اربعة": 4,
    "اربع": 4,
    "خمسة": 5,
    "خمس": 5,
    "ستة": 6,
    "ست": 6,
    "سبعة": 7,
    "سبع": 7,
    "ثمانية": 8,
    "ثماني": 8,
    "ثمان": 8,
    "ثمانيا": 8,
    "تسعة": 9,
    "تسع": 9,
    "عشرة": 10,
    "عشر": 10,
}
# Numbers only together with a ten: «أحد» alone is «someone».
_BOUND_UNITS: Final[dict[str, int]] = {"احد": 1, "احدي": 1, "اثنا": 2, "اثني": 2, "اثنتا": 2, "اثنتي": 2}
_TEN: Final = frozenset({"عشر", "عشرة"})
_TENS: Final[dict[str, int]] = {
    f"{stem}{ending}": value
    for value, stem in zip(range(20, 100, 10), ("عشر", "ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع"), strict=True)
    for ending in ("ون", "ين")
}
_HUNDREDS: Final[dict[str, int]] = {
    f"{stem}{hundred}": value
    for hundred in ("مائة", "مئة")
    for value, stem in zip(
        range(100, 1000, 100), ("", "", "ثلاث", "اربع", "خمس", "ست", "سبع", "ثمان", "تسع"), strict=True
    )
    if value != 200
} | {f"{stem}{ending}": 200 for stem in ("مائت", "مئت") for ending in ("ان", "ين", "ا", "ي")}
_THOUSAND, _MILLION = 1_000, 1_000_000
_SCALES: Final[dict[str, int]] = {
    "الف": _THOUSAND,
    "الفا": _THOUSAND,
    "الاف": _THOUSAND,
    "مليون": _MILLION,
    "مليونا": _MILLION,
    "ملايين": _MILLION,
}
_DUAL_SCALES: Final[dict[str, int]] = {
    f"{stem}{ending}": scale
    for stem, scale in (("الف", _THOUSAND), ("مليون", _MILLION))
    for ending in ("ان", "ين", "ا", "ي")
}
_OPENINGS: Final = frozenset({*_UNIT_WORDS, *_BOUND_UNITS, *_TENS, *_HUNDREDS, "الف", "مليون", *_DUAL_SCALES})
_PARTICLES: Final = ("و", "ف", "ب", "ل")


class _Group(NamedTuple):
    value: int
    end: int
    tail: tuple[str, ...]


@functools.lru_cache(maxsize=8192)
def opens_number(key: str) -> bool:
    """Whether a number in words may begin with this word, perhaps after a particle. Cheap: most words do not."""
    return key in _OPENINGS or (key[:1] in _PARTICLES and key[1:] in _OPENINGS)


def read_cardinal(keys: Sequence[str], start: int) -> NumberReading | None:
    """The longest cardinal that begins at `keys[start]`, or None."""
    particle = "" if keys[start] in _OPENINGS or keys[start] == "صفر" else keys[start][:1]
    if particle and not (particle in _PARTICLES and keys[start][1:] in _OPENINGS):
        return None
    if keys[start] == "صفر":
        return NumberReading(0, start, start + 1, "", ())
    total, position, joint = 0, start, particle
    last_scale, last_count = 10 * _MILLION * 100, 0
    tail: tuple[str, ...] = ()
    while True:
        part = _read_part(keys, position, joint)
        if part is None:
            break
        count, scale, end, words = part
        repeats = scale == last_scale and last_count >= 100 and last_count % 100 == 0 and count in (1, 2)
        if not (scale < last_scale or (repeats and scale > 1)):
            break
        total += count * scale
        position, tail = end, words
        last_scale, last_count = scale, count
        joint = "و"
        if scale == 1:
            break
    if position == start:
        return None
    return NumberReading(total, start, position, particle, tail)


def _word(keys: Sequence[str], position: int, joint: str) -> str:
    """The word at `position` once the particle it must have is taken away; empty when it has not got it."""
    if position >= len(keys):
        return ""
    key = keys[position]
    return key[len(joint) :] if key.startswith(joint) else ""


def _read_part(keys: Sequence[str], position: int, joint: str) -> tuple[int, int, int, tuple[str, ...]] | None:
    """A group and its scale, as (count, scale, end, tail)."""
    word = _word(keys, position, joint)
    if word in _DUAL_SCALES:
        return 2, _DUAL_SCALES[word], position + 1, ()
    if word in ("الف", "مليون"):
        return 1, _SCALES[word], position + 1, ()
    group = _read_group(keys, position, joint)
    if group is None:
        return None
    scale = _SCALES.get(_word(keys, group.end, ""))
    if scale:
        return group.value, scale, group.end + 1, ()
    return group.value, 1, group.end, group.tail


def _read_group(keys: Sequence[str], position: int, joint: str) -> _Group | None:
    """A number below a thousand."""
    word = _word(keys, position, joint)
    hundreds, end = 0, position
    if word in _HUNDREDS:
        hundreds, end = _HUNDREDS[word], position + 1
    elif 3 <= _UNIT_WORDS.get(word, 0) <= 9 and _word(keys, position + 1, "") in ("مائة", "مئة"):
        hundreds, end = _UNIT_WORDS[word] * 100, position + 2
    if not hundreds:
        return _read_below_hundred(keys, position, joint)
    rest = _read_below_hundred(keys, end, "و")
    return _Group(hundreds + rest.value, rest.end, rest.tail) if rest else _Group(hundreds, end, ())


def _read_below_hundred(keys: Sequence[str], position: int, joint: str) -> _Group | None:
    word = _word(keys, position, joint)
    if word in _TENS:
        return _Group(_TENS[word], position + 1, (word,))
    unit = _UNIT_WORDS.get(word) or _BOUND_UNITS.get(word)
    if unit is None:
        return None
    follower = _word(keys, position + 1, "")
    if unit < 10 and follower in _TEN:
        return _Group(unit + 10, position + 2, (word, follower))
    ten = _word(keys, position + 1, "و")
    if unit < 10 and ten in _TENS:
        return _Group(unit + _TENS[ten], position + 2, (word, ten))
    return _Group(unit, position + 1, (word,)) if word in _UNIT_WORDS else None


def parse_number(words: str) -> int | None:
    """The number that `words` as a whole say («خمس وأربعين»: 45), or None."""
    keys = keys_of(words)
    reading = read_cardinal(keys, 0) if keys else None
    return reading.value if reading and reading.end == len(keys) else None


def _ordinal_words(gender: Gender) -> dict[str, int]:
    """Definite ordinals first to tenth, and the first part of eleventh and twenty-first, by their keys."""
    words = {fold(ordinal(number, gender)): number for number in range(1, 11)}
    return words | {fold(ordinal(11, gender).split()[0]): 1}


MASCULINE_ORDINALS: Final = _ordinal_words(Gender.MASCULINE)
FEMININE_ORDINALS: Final = _ordinal_words(Gender.FEMININE) | {"الواحدة": 1}
ORDINAL_TENS: Final[dict[str, int]] = {
    fold(ordinal(number, Gender.MASCULINE, case)): number for number in range(20, 100, 10) for case in Case
}
_ONLY_IN_COMPOUNDS: Final = frozenset({"الحادي", "الحادية"})


def read_ordinal(keys: Sequence[str], start: int, *, joint: str = "") -> tuple[int, int] | None:
    """The longest definite ordinal (1–100) that begins at `start` after the particle `joint`, as (value, end), or None."""
    word = _word(keys, start, joint)
    if word == "المائة":
        return 100, start + 1
    if word in ORDINAL_TENS:
        return ORDINAL_TENS[word], start + 1
    unit = MASCULINE_ORDINALS.get(word) or FEMININE_ORDINALS.get(word)
    if unit is None:
        return None
    if unit < 10 and _word(keys, start + 1, "") in _TEN:
        return unit + 10, start + 2
    ten = ORDINAL_TENS.get(_word(keys, start + 1, "و"))
    if unit < 10 and ten:
        return unit + ten, start + 2
    return None if word in _ONLY_IN_COMPOUNDS else (unit, start + 1)


def parse_ordinal(words: str) -> int | None:
    """The number that a definite ordinal as a whole says («التاسع والعشرين»: 29), or None."""
    keys = keys_of(words)
    reading = read_ordinal(keys, 0) if keys else None
    return reading[0] if reading and reading[1] == len(keys) else None

"""Numbers in words, against hand-checked cases and read back by a reader that shares nothing with the writer."""

from __future__ import annotations

import random
from itertools import product

import pytest

from announcements.arabic.facts import Gender
from announcements.arabic.numbers import LARGEST, Case, cardinal, enumerator, ordinal, year_in_words
from tests.announcements.arabic.tables import rows

VALUES = {
    **dict.fromkeys(("واحد", "واحدة", "أحد", "إحدى"), 1),
    **dict.fromkeys(("اثنان", "اثنين", "اثنتان", "اثنتين", "اثنا", "اثني", "اثنتا", "اثنتي"), 2),
    **dict.fromkeys(("ثمانية", "ثمانٍ", "ثماني"), 8),
    "عشر": 10,
    "عشرة": 10,
    "مائة": 100,
    "مائتان": 200,
    "مائتين": 200,
    "مائتا": 200,
    "مائتي": 200,
    **{
        word: value for value, word in zip((3, 4, 5, 6, 7, 9), ("ثلاث", "أربع", "خمس", "ست", "سبع", "تسع"), strict=True)
    },
    **{
        f"{word}ة": value
        for value, word in zip((3, 4, 5, 6, 7, 9), ("ثلاث", "أربع", "خمس", "ست", "سبع", "تسع"), strict=True)
    },
    **{
        stem + ending: value
        for value, stem in zip(
            range(20, 100, 10), ("عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع"), strict=True
        )
        for ending in ("ون", "ين")
    },
    **{
        f"{stem}مائة": value
        for value, stem in zip(range(300, 1000, 100), ("ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع"), strict=True)
    },
}
SCALES = {
    **dict.fromkeys(("ألف", "ألفًا", "آلاف"), 1_000),
    **dict.fromkeys(("مليون", "مليونًا", "ملايين"), 1_000_000),
}
DUALS = {
    **dict.fromkeys(("ألفان", "ألفين", "ألفا", "ألفي"), 2_000),
    **dict.fromkeys(("مليونان", "مليونين", "مليونا", "مليوني"), 2_000_000),
}


def read(words: str) -> int:
    """The number that `words` say. «و» is a separate word only before a known one («وعشرون», not «واحد»)."""
    if words == "صفر":
        return 0
    total, group = 0, 0
    for word in words.split():
        known = word if word in VALUES or word in SCALES or word in DUALS else word.removeprefix("و")
        if known in DUALS:
            total, group = total + DUALS[known], 0
        elif known in SCALES:
            total, group = total + (group or 1) * SCALES[known], 0
        else:
            group += VALUES[known]
    return total + group


@pytest.mark.parametrize("row", rows("cardinals.tsv"), ids=lambda row: "-".join(list(row.values())[:4]))
def test_cardinal_agrees_with_the_table(row: dict[str, str]) -> None:
    words = cardinal(int(row["number"]), Gender(row["gender"]), Case(row["case"]), construct=row["construct"] == "yes")

    assert words == row["words"]


@pytest.mark.parametrize(("gender", "case", "construct"), list(product(Gender, Case, (True, False))))
def test_cardinal_reads_back_to_itself(gender: Gender, case: Case, construct: bool) -> None:
    drawn = random.Random(2026)
    numbers = [*range(1, 2_200), *(drawn.randrange(10 ** drawn.randrange(4, 10)) for _ in range(2_000)), LARGEST]

    wrong = {n: words for n in numbers if read(words := cardinal(n, gender, case, construct=construct)) != n}

    assert wrong == {}


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_cardinal_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        cardinal(number)


@pytest.mark.parametrize("row", rows("ordinals.tsv"), ids=lambda row: "-".join(list(row.values())[:4]))
def test_ordinal_agrees_with_the_table(row: dict[str, str]) -> None:
    words = ordinal(int(row["number"]), Gender(row["gender"]), Case(row["case"]), definite=row["definite"] == "yes")

    assert words == row["words"]


@pytest.mark.parametrize(("gender", "definite"), list(product(Gender, (True, False))))
def test_ordinals_are_all_different(gender: Gender, definite: bool) -> None:
    assert len({ordinal(number, gender, definite=definite) for number in range(1, 101)}) == 100


@pytest.mark.parametrize("number", [0, 101])
def test_ordinal_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        ordinal(number)


@pytest.mark.parametrize("row", rows("enumerators.tsv"), ids=lambda row: row["number"])
def test_enumerator_agrees_with_the_table(row: dict[str, str]) -> None:
    assert enumerator(int(row["number"])) == row["word"]


def test_enumerators_are_all_different() -> None:
    assert len({enumerator(number) for number in range(1, 100)}) == 99


def test_enumerator_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="100"):
        enumerator(100)


@pytest.mark.parametrize(
    ("year", "noun", "words"),
    [
        (2026, "سنة", "سنة ألفين وست وعشرين"),
        (2026, "عام", "عام ألفين وستة وعشرين"),
        (2027, "سنة", "سنة ألفين وسبع وعشرين"),
        (2031, "سنة", "سنة ألفين وإحدى وثلاثين"),
        (1952, "عام", "عام ألف وتسعمائة واثنين وخمسين"),
        (2030, "عام", "عام ألفين وثلاثين"),
    ],
)
def test_year_in_words_agrees_with_its_noun(year: int, noun: str, words: str) -> None:
    assert year_in_words(year, noun) == words

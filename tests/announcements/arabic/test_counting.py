"""Counted nouns, against hand-checked cases."""

from __future__ import annotations

import pytest

from announcements.arabic.counting import NOUNS, counted, counted_in_words
from announcements.arabic.numbers import Case
from tests.announcements.arabic.tables import rows

ROWS = rows("counted.tsv")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(list(row.values())[:3]))
def test_counted_agrees_with_the_table(row: dict[str, str]) -> None:
    assert counted(int(row["number"]), row["noun"], Case(row["case"])) == row["figures"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(list(row.values())[:3]))
def test_counted_in_words_agrees_with_the_table(row: dict[str, str]) -> None:
    assert counted_in_words(int(row["number"]), row["noun"], Case(row["case"])) == row["words"]


@pytest.mark.parametrize("noun", NOUNS)
def test_counted_in_words_has_no_digits(noun: str) -> None:
    texts = [counted_in_words(number, noun, case) for number in range(1_200) for case in Case]

    assert [text for text in texts if any(character.isdigit() for character in text)] == []


@pytest.mark.parametrize("count", [counted, counted_in_words])
def test_a_negative_count_is_refused(count: object) -> None:
    with pytest.raises(ValueError, match="-1"):
        count(-1, "سيارة")  # type: ignore[operator]

"""Numbers, hours and dates read back: everything the engine writes, and what people write besides."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from announcements.arabic import dates, times
from announcements.arabic.facts import Gender
from announcements.arabic.numbers import LARGEST, Case, cardinal, ordinal, year_in_words
from announcements.arabic.reading.dates import dates_of, parse_dates, read_day_phrases, read_lone_dates
from announcements.arabic.reading.numbers import parse_number, parse_ordinal, read_cardinal
from announcements.arabic.reading.times import parse_time, read_times
from announcements.arabic.reading.tokens import Kind, bare, fold, keys_of, tokenise
from tests.announcements.arabic.tables import rows

PROPERTY = settings(max_examples=300, deadline=None)


# --- numbers ---------------------------------------------------------------------------------------------------------


@given(
    number=st.one_of(st.integers(0, 2_000), st.integers(0, LARGEST)),
    gender=st.sampled_from(tuple(Gender)),
    case=st.sampled_from(tuple(Case)),
    construct=st.booleans(),
)
@PROPERTY
def test_number_in_words_reads_back_to_itself(number: int, gender: Gender, case: Case, construct: bool) -> None:
    assert parse_number(cardinal(number, gender, case, construct=construct)) == number


@pytest.mark.parametrize("row", rows("cardinals.tsv"), ids=lambda row: "-".join(row.values()))
def test_hand_checked_cardinal_reads_back(row: dict[str, str]) -> None:
    assert parse_number(row["words"]) == int(row["number"])


@pytest.mark.parametrize("number", range(1, 101))
def test_ordinal_reads_back_to_itself(number: int) -> None:
    written = {ordinal(number, gender, case) for gender in Gender for case in Case}

    assert {parse_ordinal(words) for words in written} == {number}


@pytest.mark.parametrize("year", [1999, 2000, 2019, 2026, 2100])
def test_year_in_words_reads_back(year: int) -> None:
    assert {parse_number(year_in_words(year, noun).split(" ", 1)[1]) for noun in ("سنة", "عام")} == {year}


@pytest.mark.parametrize("row", rows("reading.tsv"), ids=lambda row: row["words"])
def test_number_as_people_write_it(row: dict[str, str]) -> None:
    assert parse_number(row["words"]) == (int(row["number"]) if row["number"] else None)


def test_two_numbers_joined_are_read_as_two() -> None:
    keys = keys_of("رقمي خمسة وستة للسنة")

    first = read_cardinal(keys, 1)
    second = read_cardinal(keys, 2)

    assert first is not None
    assert second is not None
    assert (first.value, first.end) == (5, 2)
    assert (second.value, second.particle, second.end) == (6, "و", 3)


# --- hours -----------------------------------------------------------------------------------------------------------

MINUTES = [dt.time(minute // 60, minute % 60) for minute in range(24 * 60)]


def test_every_minute_of_the_day_reads_back_from_figures_and_words() -> None:
    wrong = {
        text: parse_time(text)
        for minute in MINUTES
        for text in (
            times.time_in_figures(minute),
            times.time_in_figures(minute, times.SHORT_PERIODS),
            times.time_in_words(minute),
            times.time_in_words(minute, Case.NOMINATIVE),
        )
        if parse_time(text) != {minute}
    }

    assert wrong == {}


@pytest.mark.parametrize("row", rows("reading_times.tsv"), ids=lambda row: row["text"])
def test_hour_as_people_write_it(row: dict[str, str]) -> None:
    assert parse_time(row["text"]) == {dt.time.fromisoformat(time) for time in row["times"].split()}


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("من الساعة 9:00 صباحًا حتى الساعة 2:00 ظهرًا", ["from", "until"]),
        ("من 9 ص إلى 2 ظ", ["from", "until"]),
        ("قبل الساعة 1:30 ظهرًا", [""]),
        ("المرحلة الثانية من العمل، على بعد 100 م، رقم 12 م", []),
        ("بميدان الساعة 9 محلات", []),
        ("وحتى منتصف الليل", ["until"]),
    ],
)
def test_hours_are_found_where_they_are_sure_to_be_hours(text: str, roles: list[str]) -> None:
    assert [time.role for time in read_times(tokenise(text))] == roles


# --- dates -----------------------------------------------------------------------------------------------------------


@given(
    first=st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)),
    gaps=st.lists(st.integers(1, 40), max_size=5),
)
@example(first=dt.date(2026, 2, 1), gaps=[19, 40, 29, 1, 20])
@example(first=dt.date(2026, 1, 1), gaps=[29, 1, 21, 1, 1])
@PROPERTY
def test_days_read_back_from_figures_and_words(first: dt.date, gaps: list[int]) -> None:
    days = [first]
    for gap in gaps:
        days.append(days[-1] + dt.timedelta(gap))

    spoken = read_day_phrases(tokenise(dates.days_in_words(days, year=True)))

    assert parse_dates(dates.days_in_figures(days)) == days
    assert len(spoken) == 1
    assert any([max(dates_of(day, set()), default=None) for day in way] == days for way in spoken[0].readings)


@pytest.mark.parametrize("row", rows("reading_dates.tsv"), ids=lambda row: row["text"])
def test_date_as_people_write_it(row: dict[str, str]) -> None:
    tokens = tokenise(row["text"])
    phrases = read_day_phrases(tokens)
    found = [day for phrase in phrases for way in phrase.readings[:1] for day in way]
    found.extend(read_lone_dates(tokens, phrases))

    assert [f"{day.day}/{day.month}{f'/{day.year}' if day.year else ''}" for day in found] == row["dates"].split()


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_tokens_keep_their_places_and_fold_what_is_only_spelling() -> None:
    text = "يومي الأربعاءِ\u00a0و\u200f٢٩/١١، https://example.org/5/ WE"

    tokens = tokenise(text)

    assert [token.key for token in tokens] == [
        "يومي", "الاربعاء", "و", "29/11", "،", "https://example.org/5/", "WE",
    ]  # fmt: skip
    assert [text[token.start : token.end] for token in tokens][1:4] == ["الأربعاءِ", "و", "٢٩/١١"]
    assert [token.kind for token in tokens][-2:] == [Kind.ADDRESS, Kind.LATIN]


def test_sentences_end_with_stops_and_lines_but_not_inside_numbers() -> None:
    tokens = tokenise("أولًا 1.5 جنيه. ثانيًا؟ ثالثًا\nرابعًا")

    assert [token.sentence for token in tokens if token.kind is Kind.WORD] == [0, 0, 1, 2, 3]


@pytest.mark.parametrize(
    ("word", "key", "stem"),
    [("وبالشارع", "وبالشارع", "شارع"), ("لقريةٍ", "لقرية", "قرية"), ("للمدرسة", "للمدرسة", "مدرسة"), ("بن", "بن", "بن")],
)
def test_words_are_compared_by_key_and_stem(word: str, key: str, stem: str) -> None:
    assert fold(word) == key
    assert bare(key) == stem

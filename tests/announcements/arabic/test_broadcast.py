"""Radio scripts against the clock: parts of at most sixty seconds, and nothing lost between them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from announcements.arabic.broadcast import (
    LONG_SLOT,
    long_items,
    pages_of,
    part_number,
    read_script,
    split_script,
)
from announcements.arabic.checker import check_text
from announcements.arabic.facts import Form
from announcements.arabic.render import radio_script
from announcements.arabic.spoken import SECONDS_PER_VISIT, seconds
from tests.announcements.arabic.cases import NOTICES, WEEK, announcement
from tests.announcements.arabic.strategies import weeks

BULLETIN = radio_script(announcement(*WEEK))
LONG = [name for name, facts in NOTICES.items() if seconds(radio_script(facts)) > LONG_SLOT]


def test_a_script_that_fits_stays_whole() -> None:
    script = radio_script(NOTICES["announcement_village"])

    assert split_script(script) == [script]


@pytest.mark.parametrize("name", LONG)
def test_a_long_bulletin_is_cut_at_its_visits(name: str) -> None:
    script = radio_script(NOTICES[name])
    parts = split_script(script)

    assert len(parts) > 1
    assert all(seconds(part) <= LONG_SLOT for part in parts)
    whole = read_script(script)
    assert [item for part in parts for item in read_script(part).items] == whole.items
    for number, part in enumerate(parts, start=1):
        assert part.splitlines()[: len(whole.opening)] == whole.opening
        assert part.splitlines()[len(whole.opening)] == part_number(number, len(parts))
        assert read_script(part).closing != []
    assert read_script(parts[-1]).closing == whole.closing


@pytest.mark.parametrize("name", LONG)
def test_every_part_can_be_read_on_air(name: str) -> None:
    for part in split_script(radio_script(NOTICES[name])):
        assert check_text(part, form=Form.RADIO) == []


def test_parts_are_numbered_in_words() -> None:
    assert [part_number(1, 3), part_number(2, 2), part_number(11, 12)] == [
        "الجزء الأول من ثلاثة.",
        "الجزء الثاني من اثنين.",
        "الجزء الحادي عشر من اثني عشر.",
    ]


def test_a_part_without_time_for_the_closing_says_that_more_follows() -> None:
    opening = "السادةَ المستمعين، " + "كلمة " * 30 + "."
    items = [f"{head}: " + "كلمة " * 70 + "." for head in ("أولًا", "ثانيًا")]
    closing = "وعلى الراغبين " + "كلمة " * 30 + "."

    parts = split_script("\n".join([opening, *items, closing]))

    assert [part.splitlines()[-1] for part in parts] == ["وبقية المواعيد في الجزء الثاني.", closing]


def test_a_slower_announcer_gets_more_parts() -> None:
    assert len(split_script(BULLETIN, words_per_minute=110)) > len(split_script(BULLETIN, words_per_minute=170))


def test_one_visit_cannot_be_cut() -> None:
    script = "\n".join(["السادةَ المستمعين، " + "كلمة " * 200 + "."])

    assert split_script(script) == [script]
    assert long_items(script, longest=SECONDS_PER_VISIT) == [script]


def test_a_line_added_under_a_visit_stays_with_it() -> None:
    edited = BULLETIN.replace("\nثانيًا:", "\nوتقف السيارة في الساحة.\nثانيًا:")

    assert read_script(edited).items[0].endswith("\nوتقف السيارة في الساحة.")
    assert len(read_script(edited).items) == len(read_script(BULLETIN).items)


def test_each_visit_has_a_page() -> None:
    pages = pages_of(BULLETIN)

    assert "\n".join(pages) == BULLETIN
    assert len(pages) == len(read_script(BULLETIN).items)
    assert pages_of("نص قصير.") == ["نص قصير."]


@given(stops=weeks())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_visit_is_lost_or_doubled(stops) -> None:  # type: ignore[no-untyped-def]
    script = radio_script(announcement(*stops))
    parts = split_script(script)

    assert [item for part in parts for item in read_script(part).items] == read_script(script).items
    assert all(seconds(part) <= LONG_SLOT or len(read_script(part).items) < 2 for part in parts)

"""Causes as staff type them, by the table."""

from __future__ import annotations

import pytest

from announcements.arabic.causes import after_because
from announcements.arabic.errors import CauseNotANoun
from schedules.enums import CAUSE_PHRASE_AR
from tests.announcements.arabic.strategies import CAUSES
from tests.announcements.arabic.tables import rows

ROWS = rows("causes.tsv")


@pytest.mark.parametrize("row", [row for row in ROWS if not row["stops_at"]], ids=lambda row: row["typed"])
def test_cause_loses_the_particle_it_was_typed_with(row: dict[str, str]) -> None:
    assert after_because(row["typed"]) == row["cause"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["stops_at"]], ids=lambda row: row["typed"])
def test_cause_that_cannot_follow_because_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(CauseNotANoun) as refused:
        after_because(row["typed"])

    assert refused.value.word == row["stops_at"]


@pytest.mark.parametrize("cause", sorted({*CAUSE_PHRASE_AR.values(), *CAUSES, *(row["cause"] for row in ROWS)}))
def test_cause_that_can_follow_stays_as_it_is(cause: str) -> None:
    assert after_because(cause) == cause

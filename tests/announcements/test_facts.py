"""The facts kept with a notice come back as they were."""

import pytest

from announcements.arabic.facts import NoticeFacts
from announcements.facts import as_json, notice_facts
from tests.announcements.arabic.cases import NOTICES


@pytest.mark.parametrize("facts", NOTICES.values(), ids=NOTICES)
def test_stored_facts_are_read_back_whole(facts: NoticeFacts) -> None:
    assert notice_facts(as_json(facts)) == facts


def test_facts_stored_before_a_field_was_added_have_its_default() -> None:
    stored = as_json(NOTICES["announcement_village"])
    del stored["also_cancelled"], stored["issued_at"]

    assert notice_facts(stored) == NOTICES["announcement_village"]


@pytest.mark.parametrize("stored", [None, {}, [], "x", {"kind": "wedding"}, {"kind": "change", "stops": [1]}])
def test_what_are_no_facts_are_refused(stored: object) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        notice_facts(stored)

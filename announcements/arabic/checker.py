"""The checker: reads a finished text, also one edited by hand, and says what is wrong in it.

It is conservative: a finding must be right, so what cannot be read for sure is passed over in silence. What each rule sees and
what it does not is told in its module in `checks/`; the codes and their messages are in `findings.MESSAGES`.

With the facts of a notice it also knows what the notice does: a postponement is no cancellation, and nothing is promised that
nobody has confirmed.

With the geography of the governorate it knows on which side of it a place does not lie («جنوب المحافظة» of its northern end).

It does not judge spelling beyond a few words, style, names, or whether documents are those of the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from announcements.arabic.checks.acts import check_acts
from announcements.arabic.checks.against_facts import check_facts
from announcements.arabic.checks.agreement import check_agreement
from announcements.arabic.checks.aloud import check_aloud
from announcements.arabic.checks.counts import check_counted_nouns
from announcements.arabic.checks.dates import check_dates
from announcements.arabic.checks.details import check_details
from announcements.arabic.checks.hours import check_hours
from announcements.arabic.checks.lists import check_lists
from announcements.arabic.checks.marks import (
    check_digits,
    check_message,
    check_pairs,
    check_radio,
)
from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.checks.places import check_places
from announcements.arabic.checks.relative import check_relative_days
from announcements.arabic.checks.sides import check_sides
from announcements.arabic.checks.spelling import check_spelling
from announcements.arabic.checks.vehicles import check_vehicles
from announcements.arabic.facts import Form, NoticeFacts
from announcements.arabic.findings import Finding, Severity
from announcements.arabic.geography import Geography
from announcements.arabic.spoken import WORDS_PER_MINUTE

RULES: Final[tuple[Callable[[ParsedText], Findings], ...]] = (
    check_dates,
    check_agreement,
    check_counted_nouns,
    check_lists,
    check_vehicles,
    check_hours,
    check_relative_days,
    check_places,
    check_sides,
    check_radio,
    check_digits,
    check_pairs,
    check_spelling,
    check_message,
    check_aloud,
    check_facts,
    check_acts,
    check_details,
)


def check_text(
    text: str,
    *,
    form: Form | None = None,
    facts: NoticeFacts | None = None,
    geography: Callable[[], Geography] | None = None,
    words_per_minute: int = WORDS_PER_MINUTE,
) -> list[Finding]:
    """Everything wrong in `text`, by its place; what is missing from it comes first.

    With `form`, the rules of that form are added (no digits on the radio, 134 characters in an SMS). With `facts`, the text is
    compared with them, and dates without a year are judged by theirs. `geography` is called at most once, and only when the text
    says on which side of the governorate something lies. `words_per_minute` is the pace at which a text is read aloud.
    """
    parsed = ParsedText(text, form, facts, geography, words_per_minute)
    found = {finding for rule in RULES for finding in rule(parsed)}
    return sorted(found, key=lambda one: (one.start, one.end, one.code, one.message_ar))


def has_errors(findings: list[Finding]) -> bool:
    """Whether any of `findings` stops a text from being issued."""
    return any(finding.severity is Severity.ERROR for finding in findings)

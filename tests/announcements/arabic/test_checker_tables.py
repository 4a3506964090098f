"""The checker against hand-checked texts: exactly the findings of the tables, and texts put right by its suggestions."""

from __future__ import annotations

import pytest

from announcements.arabic.checker import check_text
from announcements.arabic.facts import Form
from announcements.arabic.findings import MESSAGES, Finding, finding
from tests.announcements.arabic.places import geography
from tests.announcements.arabic.tables import rows

TABLES = ("dates", "counts", "lists", "vehicles", "hours", "words", "places", "sides", "signs", "notices")
ROWS = [row for table in TABLES for row in rows(f"checker_{table}.tsv")]


def text_of(cell: str) -> str:
    return cell.replace("\\n", "\n")


def corrected(text: str, findings: list[Finding]) -> str:
    """`text` with every suggestion followed, from the end so that places stay true."""
    for one in sorted(findings, key=lambda found: found.start, reverse=True):
        if one.suggestion:
            text = text[: one.start] + one.suggestion + text[one.end :]
    return text


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:60])
def test_text_has_exactly_the_findings_of_the_table(row: dict[str, str]) -> None:
    text = text_of(row["text"])
    form = Form(row["form"]) if row["form"] else None

    findings = check_text(text, form=form, geography=geography)

    assert [one.code for one in findings] == row["codes"].split()
    assert corrected(text, findings) == text_of(row["corrected"] or row["text"])
    assert all(text[one.start : one.end] == one.excerpt for one in findings)


def test_every_code_is_in_a_table_or_needs_facts() -> None:
    shown = {code for row in ROWS for code in row["codes"].split()}

    # Marks that cannot be seen do not belong in a table; their tests are in test_checker.py.
    assert set(MESSAGES) - shown == {
        "sms_invisible_mark",
        "invisible_mark",
        *(code for code in MESSAGES if code.startswith("fact_")),
    }


@pytest.mark.parametrize("code", MESSAGES)
def test_message_is_arabic_and_names_all_its_values(code: str) -> None:
    names = str.split(
        "date right wrong weekdays dates count number items hour period noon midnight length limit place act"
    )

    message = finding("نص", code, 0, 2, **dict.fromkeys(names, "…")).message_ar

    assert message.endswith(".")
    assert "{" not in message


def test_rows_are_many_and_different() -> None:
    assert len({(row["form"], row["text"]) for row in ROWS}) == len(ROWS) >= 250

"""Every code that an attempt can end with has a sentence for staff."""

import ast
from pathlib import Path

from announcements.enums import DeliveryStatus
from announcements.models import Delivery
from announcements.reasons import SENTENCES, TEMPORARY, explain, explain_delivery

APP = Path(__file__).resolve().parents[2] / "announcements"
ERRORS = {"TemporaryChannelError", "PermanentChannelError", "PostGone", "UncertainOutcome", "_AskAPerson"}
TABLES = {"_SENTENCES", "_STATUSES", "_REFUSALS"}


def _codes(tree: ast.AST) -> set[str]:
    """First words of errors that are raised, second words of verdicts, and the words of the tables."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = 0 if node.func.id in ERRORS else 1 if node.func.id == "Verdict" else None
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(node.args[place].value)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in TABLES:
            if isinstance(node.value, ast.Dict):
                found |= {value.value for value in node.value.values if isinstance(value, ast.Constant)}
            elif isinstance(node.value, ast.Tuple):
                found |= {row.elts[1].value for row in node.value.elts if isinstance(row, ast.Tuple)}
    return found


def test_every_code_of_the_adapters_and_the_outbox_has_a_sentence() -> None:
    files = [*(APP / "channels").glob("*.py"), APP / "outbox.py"]
    codes = set().union(*(_codes(ast.parse(path.read_text(encoding="utf-8"))) for path in files))

    assert {"token_expired", "duplicate", "kicked", "smtp_login", "photo_unreachable"} <= codes
    assert codes - set(SENTENCES) == set()


def test_what_happens_next_is_said_of_what_may_yet_succeed() -> None:
    waiting, failed, refused = (
        Delivery(status=status, error_code=code)
        for status, code in (
            (DeliveryStatus.PENDING, "unreachable"),
            (DeliveryStatus.FAILED, "unreachable"),
            (DeliveryStatus.FAILED, "kicked"),
        )
    )
    what = explain("unreachable")

    assert explain_delivery(waiting) == f"{what} وتُعاد المحاولة تلقائيًا."
    assert explain_delivery(failed) == f"{what} وقد أُعيدت المحاولة مرارًا دون جدوى، فأعد الإرسال بعد زوال السبب."
    assert explain_delivery(refused) == explain("kicked")


def test_every_temporary_code_is_explained() -> None:
    assert set(SENTENCES) >= TEMPORARY


def test_unknown_code_is_shown_as_it_is() -> None:
    assert (explain("strange_code"), explain("")) == ("strange_code", "")

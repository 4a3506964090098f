"""A text that a person wrote otherwise before it was issued: what is done to it, and what it may not lose.

These findings stand beside those of the checker, but nobody can override them: a post without its head line is never found
again, and a message that is too long is not carried.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import Final

from announcements.arabic.facts import Form
from announcements.arabic.findings import Finding, Severity

# More than a month of three vehicles takes, and checked in a moment even when it is nonsense.
LONGEST: Final = 10_000
# Read by a person or sent as a short message: no invisible mark at all. Elsewhere some keep a phone number in its order.
_WITHOUT_MARKS: Final = frozenset({"sms", "radio", "loudspeaker"})
_ISOLATES: Final = "\u2066\u2067\u2068\u2069\u200d"
_UNSEEN: Final = ("Cf", "Cc", "Cs", "Co", "Cn")
_BLANK_LINES: Final = re.compile(r"\n{3,}")

# Codes of findings that no reason sets aside.
BINDING: Final = frozenset({"text_empty", "text_too_long", "head_line_missing", "sms_too_long"})
_MESSAGES: Final = {
    "text_empty": "النص فارغ.",
    "text_too_long": "طول النص {length} حرفًا، وأقصاه {limit} حرف.",
    "elsewhere": "في الصيغة التي تُرسل إلى بعض القنوات: {message}",
    "head_line_missing": "لا بد أن يبقى في النص سطره الأول كما هو: «{line}»؛ فبه يُعرف المنشور عند تصويبه أو حذفه.",
}


def tidy(text: str, form: Form) -> str:
    """`text` as it may be issued: lines kept, but nothing invisible, no blanks at the ends of lines, no gaps of empty lines.

    On a page and in WhatsApp the marks that keep a number together may stay.
    """
    allowed = "" if form.value in _WITHOUT_MARKS else _ISOLATES
    visible = "".join(
        character if character == "\n" else " " if character.isspace() else character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character.isspace() or character in allowed or unicodedata.category(character) not in _UNSEEN
    )
    return _BLANK_LINES.sub("\n\n", "\n".join(line.strip() for line in visible.split("\n"))).strip()


def check_edit(text: str, *, written: str, marker: str) -> list[Finding]:
    """What a text that a person wrote in place of `written` lost.

    `marker` is the head line of the notice (`render.notice_marker`), asked for where the written text has it.
    """
    if not text:
        return [_finding("text_empty")]
    found = []
    if len(text) > LONGEST:
        found.append(_finding("text_too_long", length=len(text), limit=LONGEST))
    if carries(written, marker) and not carries(text, marker):
        found.append(_finding("head_line_missing", line=marker))
    return found


def elsewhere(finding: Finding) -> Finding:
    """`finding`, made in a wording that only some channels get, as it stands beside the text that all others get."""
    message = _MESSAGES["elsewhere"].format(message=finding.message_ar)
    return dataclasses.replace(finding, start=0, end=0, message_ar=message, suggestion="")


def carries(text: str, marker: str) -> bool:
    """Whether `marker` stands in `text` as whole words, as a platform's copy of it would be recognised."""
    return bool(re.search(rf"(?<!\w){re.escape(_plain(marker))}(?!\w)", _plain(text)))


def _plain(text: str) -> str:
    seen = (
        character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in _UNSEEN or character.isspace()
    )
    return " ".join("".join(seen).split())


def _finding(code: str, **values: object) -> Finding:
    return Finding(code, Severity.ERROR, 0, 0, "", _MESSAGES[code].format(**values))

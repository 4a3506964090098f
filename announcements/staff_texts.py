"""Texts of notices as staff see them: each with its name, its length where length matters, and room to read it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from announcements.arabic.checker import check_text
from announcements.arabic.facts import Form
from announcements.arabic.findings import Finding
from announcements.arabic.spoken import seconds, word_count
from announcements.enums import NoticeKind, TextForm

# An SMS in Arabic is UCS-2: 70 characters alone, 67 in each part of a longer one (3GPP TS 23.040).
_ONE_SMS = 70
_SMS_PART = 67


# The shape and colour in which staff pages show each kind.
NOTICE_LOOKS = {
    NoticeKind.ANNOUNCEMENT: "open",
    NoticeKind.BULLETIN: "open",
    NoticeKind.CHANGE: "changed",
    NoticeKind.POSTPONEMENT: "postponed",
    NoticeKind.CANCELLATION: "cancelled",
    NoticeKind.URGENT: "stopped",
    NoticeKind.RESUMPTION: "open",
    NoticeKind.HOURS: "changed",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Editing:
    """What the box of a text that may still be written otherwise needs: `name` is its field, `original` the engine's text.

    `stamp` stands for `original`, so that a box that was not touched is not taken for an edit.
    """

    name: str
    original: str
    stamp: str
    is_edited: bool


@dataclasses.dataclass(frozen=True, slots=True)
class TextCard:
    """One text, to read, copy and download. `slug` is unique on its page."""

    form: str
    label: str
    body: str
    measure: str
    rows: int
    slug: str
    findings: tuple[Finding, ...] = ()
    editing: Editing | None = None


def count_sms_parts(body: str) -> int:
    """Into how many short messages `body` is cut."""
    length = len(body.encode("utf-16-le")) // 2
    return 1 if length <= _ONE_SMS else -(-length // _SMS_PART)


def describe_length(form: str, body: str) -> str:
    """What matters of the length of a text: the parts of an SMS, the seconds on the radio; nothing for the others."""
    if form == TextForm.SMS:
        parts = count_sms_parts(body)
        characters = ngettext("%(count)d character", "%(count)d characters", len(body)) % {"count": len(body)}
        messages = ngettext("%(count)d message", "%(count)d messages", parts) % {"count": parts}
        return _("%(characters)s, %(messages)s") % {"characters": characters, "messages": messages}
    if form == TextForm.RADIO:
        words, spoken = word_count(body), seconds(body)
        counted = ngettext("%(count)d word", "%(count)d words", words) % {"count": words}
        duration = ngettext("%(count)d second", "%(count)d seconds", spoken) % {"count": spoken}
        return _("%(words)s, about %(duration)s on air") % {"words": counted, "duration": duration}
    return ""


def make_cards(
    texts: Mapping[str, str], *, prefix: str, forms: Iterable[str] = TextForm.values, checked: bool = False
) -> list[TextCard]:
    """The cards of one notice's texts by form, in the order of `forms`; `prefix` tells several notices on a page apart.

    With `checked`, each says what is wrong in its text: what staff typed (a landmark, a cause) is read out as it stands.
    """
    return [
        TextCard(
            form=form,
            label=str(TextForm(form).label),
            body=texts[form],
            measure=describe_length(form, texts[form]),
            rows=_rows(texts[form]),
            slug=f"{prefix}-{form}",
            findings=tuple(check_text(texts[form], form=Form(form))) if checked else (),
        )
        for form in forms
        if form in texts
    ]


def _rows(body: str) -> int:
    """Lines that a text takes in a box of ordinary width."""
    return min(24, max(2, sum(1 + len(line) // 75 for line in body.splitlines())))

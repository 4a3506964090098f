"""Texts of notices as staff see them: each with its name, its length where length matters, and room to read it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from announcements.arabic import loudspeaker
from announcements.arabic.broadcast import LONG_SLOT, SHORT_SLOT
from announcements.arabic.checker import check_text
from announcements.arabic.facts import Form
from announcements.arabic.findings import Finding
from announcements.arabic.spoken import word_count
from announcements.enums import NoticeKind, TextForm
from announcements.geography import read_geography
from announcements.models import NoticeText
from announcements.on_air import long_items, run_time, split_for_air
from sohag_mobile.sharing import whatsapp_link

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
class TextPart:
    """A part of a bulletin that is too long for one slot."""

    label: str
    body: str
    measure: str
    rows: int
    slug: str


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
    slot: str = ""  # what is to be known of its time on air
    wording: str = ""  # whose wording it is, or why it is not the unit's own
    parts: tuple[TextPart, ...] = ()
    share_url: str = ""  # opens WhatsApp with the text, for whoever shall get it to be chosen there


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
    if form in (TextForm.RADIO, TextForm.LOUDSPEAKER):
        words, spoken = word_count(body), run_time(body)
        counted = ngettext("%(count)d word", "%(count)d words", words) % {"count": words}
        duration = ngettext("%(count)d second", "%(count)d seconds", spoken) % {"count": spoken}
        if form == TextForm.LOUDSPEAKER:
            return _("%(words)s, about %(duration)s aloud") % {"words": counted, "duration": duration}
        return _("%(words)s, about %(duration)s on air") % {"words": counted, "duration": duration}
    return ""


def describe_slot(form: str, body: str) -> str:
    """Whether a spoken text fits its time; "" where there is nothing to say."""
    if form == TextForm.LOUDSPEAKER:
        long = sum(1 for visit in body.split("\n\n") if run_time(visit) > loudspeaker.SECONDS_PER_VISIT)
        return (
            ngettext(
                "%(count)d visit takes longer than 30 seconds on a loudspeaker.",
                "%(count)d visits take longer than 30 seconds each on a loudspeaker.",
                long,
            )
            % {"count": long}
            if long
            else ""
        )
    if form != TextForm.RADIO:
        return ""
    spoken = run_time(body)
    if spoken <= SHORT_SLOT:
        return _("It fits a slot of 30 seconds.")
    if spoken <= LONG_SLOT:
        sentences = [_("It is longer than 30 seconds and fits a slot of 60 seconds.")]
    elif len(split_for_air(body)) > 1:
        sentences = [
            _(
                "It is longer than 60 seconds, so the station gets it in the parts below, each with its opening and number."
            )
        ]
    else:
        sentences = [_("It is longer than 60 seconds and cannot be cut, because it tells of one visit. Shorten it.")]
    long = len(long_items(body))
    if long:
        sentences.append(
            ngettext(
                "%(count)d visit in it takes longer than 45 seconds.",
                "%(count)d visits in it take longer than 45 seconds each.",
                long,
            )
            % {"count": long}
        )
    return " ".join(sentences)


def describe_wording(text: NoticeText) -> str:
    """Whether a text is in a wording of staff, and if not although there was one, why; "" for the built-in one."""
    if text.fallback_reason:
        return _("The unit's own wording did not suit this notice, so it has the built-in one. %(reason)s") % {
            "reason": text.fallback_reason
        }
    return _("In a wording of your own.") if text.wording_id else ""


def _parts(form: str, body: str, slug: str) -> tuple[TextPart, ...]:
    """The parts of a radio script that is too long for one slot."""
    parts = split_for_air(body) if form == TextForm.RADIO else []
    return tuple(
        TextPart(
            label=_("Part %(number)d of %(count)d") % {"number": number, "count": len(parts)},
            body=part,
            measure=describe_length(form, part),
            rows=_rows(part),
            slug=f"{slug}-{number}",
        )
        for number, part in enumerate(parts, start=1)
        if len(parts) > 1
    )


def make_cards(
    texts: Mapping[str, str],
    *,
    prefix: str,
    forms: Iterable[str] = TextForm.values,
    checked: bool = False,
    is_one_notice: bool = True,
    is_issued: bool = False,
    wordings: Mapping[str, str] | None = None,
) -> list[TextCard]:
    """The cards of one notice's texts by form, in the order of `forms`; `prefix` tells several notices on a page apart.

    With `checked`, each says what is wrong in its text: what staff typed (a landmark, a cause) is read out as it stands.
    `wordings` says by form whose wording it is (`describe_wording`). Texts of several notices in a row (not
    `is_one_notice`) are not held against a slot on air. What is issued can be shared; what is previewed may still change.
    """
    return [
        TextCard(
            form=form,
            label=str(TextForm(form).label),
            body=texts[form],
            measure=describe_length(form, texts[form]),
            rows=_rows(texts[form]),
            slug=f"{prefix}-{form}",
            findings=tuple(
                check_text(
                    texts[form],
                    form=Form(form),
                    geography=read_geography,
                    words_per_minute=settings.RADIO_WORDS_PER_MINUTE,
                )
            )
            if checked
            else (),
            wording=(wordings or {}).get(form, ""),
            slot=describe_slot(form, texts[form]) if is_one_notice else "",
            parts=_parts(form, texts[form], f"{prefix}-{form}") if is_one_notice else (),
            share_url=whatsapp_link(texts[form]) if form == TextForm.WHATSAPP and is_issued else "",
        )
        for form in forms
        if form in texts
    ]


def _rows(body: str) -> int:
    """Lines that a text takes in a box of ordinary width."""
    return min(24, max(2, sum(1 + len(line) // 75 for line in body.splitlines())))

"""What a person did with the texts of notices before these are issued: read them, wrote some otherwise, took a fault upon them.

And how such notices look in a preview, with what the checker finds in them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from announcements.arabic.checker import check_text
from announcements.arabic.editing import BINDING, check_edit, elsewhere, tidy
from announcements.arabic.facts import Form, NoticeFacts
from announcements.arabic.findings import Finding, Severity
from announcements.arabic.issue_time import without_issue_time
from announcements.arabic.render import notice_marker, render_notice
from announcements.enums import CHANNEL_FORM, ChannelKind, TextForm
from announcements.facts import notice_facts
from announcements.geography import read_geography
from announcements.models import Notice
from sohag_mobile.errors import DomainError

# A text of an act: the position of its notice among those that the act issues, and its form.
Spot = tuple[int, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """What a person decided about the texts of one act.

    `read` is the `fingerprint` of the texts they have read (None: nobody read them, as in a command). `edited` are the texts
    they wrote in place of the engine's. `override` is the reason for which texts are issued although the checker finds errors in
    them, and `overridden` the `error_fingerprint` of the errors they were shown: a reason covers no others (None: all).
    With `is_preview` nothing is refused, because nothing is issued.
    """

    read: str | None = None
    edited: Mapping[Spot, str] = dataclasses.field(default_factory=dict)
    override: str = ""
    overridden: str | None = None
    is_preview: bool = False

    def as_preview(self) -> Review:
        """The same texts, only to be looked at."""
        return dataclasses.replace(self, read=None, override="", is_preview=True)


UNREAD = Review()


@dataclasses.dataclass(frozen=True, slots=True)
class PreviewedNotice:
    """A notice as it would be issued now; `number` is the next free one and may be taken by another before it is issued.

    `texts` are as they would be issued, `written` as the engine wrote them, `findings` what is wrong in each, `facts` what they
    were written from, as plain JSON values.
    """

    title: str
    kind: str
    district_label: str
    number: int
    year: int
    texts: dict[str, str]
    written: dict[str, str] = dataclasses.field(default_factory=dict)
    findings: dict[str, tuple[Finding, ...]] = dataclasses.field(default_factory=dict)
    facts: Any = None


class TextsChanged(DomainError):
    """What would be published is not what the person has read."""

    code = "texts_changed"


class TextsRefused(DomainError):
    """The checker finds errors in texts that were to be issued; `findings` holds them by notice and form.

    `is_binding` when one of them cannot be overridden.
    """

    code = "texts_refused"

    def __init__(self, message: str | Promise, *, findings: Mapping[Spot, Sequence[Finding]], is_binding: bool) -> None:
        super().__init__(message)
        self.findings = findings
        self.is_binding = is_binding


def check_notice_text(text: str, *, form: str, facts: NoticeFacts, written: str, marker: str) -> tuple[Finding, ...]:
    """Everything wrong in `text` as a text of the notice of `facts`, which the engine wrote as `written`."""
    lost = [] if text == written else check_edit(text, written=written, marker=marker)
    if any(finding.code in ("text_empty", "text_too_long") for finding in lost):
        return tuple(lost)
    return (*lost, *_check(text, form, facts))


def _check(text: str, form: str, facts: NoticeFacts) -> list[Finding]:
    return check_text(
        text, form=Form(form), facts=facts, geography=read_geography, words_per_minute=settings.RADIO_WORDS_PER_MINUTE
    )


def check_notice(notice: Notice) -> dict[str, tuple[Finding, ...]]:
    """What is wrong in each text of a notice, the shorter and longer wordings of its deliveries included. Two queries."""
    facts = notice_facts(notice.facts)
    marker = notice_marker(facts, digits=settings.ARABIC_DIGITS)
    found: dict[str, tuple[Finding, ...]] = {}
    bodies: dict[str, str] = {}
    for text in notice.texts.all():
        bodies[text.form] = text.body
        found[text.form] = check_notice_text(
            text.body, form=text.form, facts=facts, written=text.written or text.body, marker=marker
        )
    others = {
        (CHANNEL_FORM[ChannelKind(delivery.channel.kind)], wording)
        for delivery in notice.deliveries.select_related("channel")
        for wording in (delivery.text, delivery.edit_text)
        if wording
    }
    # The short message stands in where nothing longer fits: it has been read as what it is.
    short = bodies.get(TextForm.SMS)
    differing = sorted((form, text) for form, text in others if text not in (bodies.get(form), short))
    told = _by_words(_already_told(facts)) if differing else {}
    for form, wording in differing:
        known = _by_words(found.get(form, ())) | told
        more = [
            elsewhere(one)
            for words, one in _by_words(_check(wording, form, facts)).items()
            # A wording for little room leaves details out by design (`facts.without_details`).
            if words not in known and not one.code.startswith("fact_detail_")
        ]
        found[form] = (*found.get(form, ()), *more)
    return found


def _already_told(facts: NoticeFacts) -> list[Finding]:
    """What is wrong in what a live post says of other visits. It was decided when they were announced: it stops no correction."""
    if not (facts.still_valid or facts.also_cancelled or facts.also_postponed or facts.also_stopped):
        return []
    return check_text(
        "\n\n".join(standing_paragraphs(facts)),
        form=Form.SOCIAL,
        geography=read_geography,
        words_per_minute=settings.RADIO_WORDS_PER_MINUTE,
    )


def _by_words(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    return {(finding.code, finding.excerpt): finding for finding in findings}


def standing_paragraphs(facts: NoticeFacts) -> list[str]:
    """The paragraphs about the other visits of the notice cited, which a live post has when it is edited in place."""
    alone, together = (
        render_notice(facts, Form.SOCIAL, digits=settings.ARABIC_DIGITS, with_still_valid=others).split("\n\n")
        for others in (False, True)
    )
    return [paragraph for paragraph in together if paragraph not in alone]


def with_standing(text: str, paragraphs: Sequence[str], *, address: str) -> str:
    """`text` with the engine's `paragraphs` about other visits, before the `address` of the notice's page where it ends so."""
    told = text.split("\n\n")
    at = len(told) - 1 if address and address in told[-1] else len(told)
    return "\n\n".join([*told[:at], *paragraphs, *told[at:]])


def find_empty(review: Review) -> dict[Spot, Sequence[Finding]]:
    """The texts that a person has left nothing of."""
    return {
        spot: check_edit("", written="", marker="")
        for spot, text in review.edited.items()
        if not tidy(text, Form(spot[1]))
    }


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stop a text from being issued."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def is_binding(findings: Iterable[Finding]) -> bool:
    """Whether one of `findings` cannot be overridden."""
    return any(finding.code in BINDING for finding in findings)


def describe(notices: Sequence[Notice]) -> list[PreviewedNotice]:
    """Notices that were issued in a transaction that is about to be rolled back, as a person reads them."""
    return [
        PreviewedNotice(
            title=notice.title_ar,
            kind=notice.kind,
            district_label=notice.district.label,
            number=notice.number,
            year=notice.year,
            texts={text.form: text.body for text in notice.texts.all()},
            written={text.form: text.written or text.body for text in notice.texts.all()},
            findings=check_notice(notice),
            facts=notice.facts,
        )
        for notice in notices
    ]


def fingerprint(previews: Sequence[PreviewedNotice]) -> str:
    """Stands for the exact texts that the engine wrote for a person to read, so that nothing else is published on that click.

    What the person wrote otherwise comes back with the click itself.
    """
    return _digest(
        [
            (preview.title, _timeless((preview.written or preview.texts).items(), notice_facts(preview.facts)))
            for preview in previews
        ]
    )


def fingerprint_of(notices: Sequence[Notice]) -> str:
    """`fingerprint` of notices in the transaction that issues them."""
    return _digest(
        [
            (
                notice.title_ar,
                _timeless(
                    ((text.form, text.written or text.body) for text in notice.texts.all()), notice_facts(notice.facts)
                ),
            )
            for notice in notices
        ]
    )


def _timeless(texts: Iterable[tuple[str, str]], facts: NoticeFacts) -> list[tuple[str, str]]:
    """The texts by form, without the minute of issue: urgent news is read in one minute and issued in the next."""
    return sorted((form, without_issue_time(body, facts, digits=settings.ARABIC_DIGITS)) for form, body in texts)


def error_fingerprint(found: Mapping[Spot, Iterable[Finding]]) -> str:
    """Stands for the errors a person was shown, so that a reason given for these covers no others."""
    return _digest(
        sorted(
            (*spot, error.code, error.excerpt, error.message_ar) for spot in found for error in errors_in(found[spot])
        )
    )


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()

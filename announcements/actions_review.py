"""The gate before the public: texts edited by hand are put in place, and texts with errors are not issued.

Runs inside the transaction that issues the notices, after everything is written: what is refused is rolled back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from announcements.arabic.editing import tidy
from announcements.arabic.facts import Form
from announcements.arabic.findings import Finding
from announcements.channels.limits import fits
from announcements.enums import CHANNEL_FORM, ChannelKind, TextForm
from announcements.facts import notice_facts, without_details
from announcements.models import Delivery, Notice, NoticeOverride, NoticeText
from announcements.reviews import (
    Review,
    Spot,
    TextsChanged,
    TextsRefused,
    check_notice,
    error_fingerprint,
    errors_in,
    find_empty,
    fingerprint_of,
    is_binding,
    standing_paragraphs,
    with_standing,
)
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.queries import is_supervisor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_OF_A_REASON = 300


def pass_review(notices: Sequence[Notice], *, review: Review, by: User, now: dt.datetime) -> None:
    """Let `notices`, which the transaction has just written, be issued as `review` says.

    Texts written otherwise take their places, in the notice and in its deliveries. Raises TextsChanged when the engine's texts
    are not those that were read; TextsRefused when a text has errors and no reason is given to issue it all the same, or none
    can be given; NotAllowed when the reason is not a general supervisor's. A reason is recorded with each notice that needed it.
    """
    if review.read is not None and review.read != fingerprint_of(notices):
        raise TextsChanged(_("The texts have changed since you read them. Read them again, then decide."))
    for position, notice in enumerate(notices):
        _put_edits(notice, {form: text for (at, form), text in review.edited.items() if at == position})
    if review.is_preview:
        return
    if empty := find_empty(review):
        raise TextsRefused(_("Nothing has been issued: a text is empty."), findings=empty, is_binding=True)
    found: dict[Spot, Sequence[Finding]] = {
        (position, form): findings
        for position, notice in enumerate(notices)
        for form, findings in check_notice(notice).items()
        if errors_in(findings)
    }
    if found:
        _refuse_unless_overridden(found, review=review, by=by)
        _record_override(notices, found, review=review, by=by, now=now)


def _refuse_unless_overridden(found: dict[Spot, Sequence[Finding]], *, review: Review, by: User) -> None:
    binding = any(is_binding(findings) for findings in found.values())
    if binding:
        message = _("Nothing has been issued: mend what is marked beside the texts. No reason can set it aside.")
        raise TextsRefused(message, findings=found, is_binding=True)
    if not review.override.strip():
        raise TextsRefused(
            _("Nothing has been issued: the texts have the errors marked beside them."),
            findings=found,
            is_binding=False,
        )
    if not is_supervisor(by):
        raise NotAllowed(_("Only a general supervisor issues texts in which the checker finds errors."))
    if len(review.override.strip()) > MOST_OF_A_REASON or not any(map(str.isalpha, review.override)):
        raise DomainError(
            _("Write the reason in words, in at most %(count)d characters.") % {"count": MOST_OF_A_REASON},
            field="override",
            code="override_unreadable",
        )
    if review.overridden is not None and review.overridden != error_fingerprint(found):
        raise TextsRefused(
            _(
                "Nothing has been issued: these are not the errors your reason was given for. Read them and decide again."
            ),
            findings=found,
            is_binding=False,
        )


def _record_override(
    notices: Sequence[Notice],
    found: dict[Spot, Sequence[Finding]],
    *,
    review: Review,
    by: User,
    now: dt.datetime,
) -> None:
    for position, notice in enumerate(notices):
        overridden = [
            {"form": form, "code": error.code, "excerpt": error.excerpt, "message": error.message_ar}
            for (at, form), findings in found.items()
            if at == position
            for error in errors_in(findings)
        ]
        if overridden:
            NoticeOverride.objects.create(
                notice=notice, reason=review.override.strip(), findings=overridden, overridden_by=by, overridden_at=now
            )


# -- texts edited by hand ---------------------------------------------------------------------------------------------------


def _put_edits(notice: Notice, edited: dict[str, str]) -> None:
    changed: dict[str, str] = {}
    short = ""
    for text in notice.texts.all():
        if text.form not in edited:
            continue
        body = tidy(edited[text.form], Form(text.form))
        if body and body != text.body and body != tidy(text.body, Form(text.form)):
            changed[text.form] = body
            short = text.body if text.form == TextForm.SMS else short
            NoticeText.objects.filter(pk=text.pk).update(body=body, written=text.body)
    if changed:
        _put_into_deliveries(notice, changed, short=short)


def _put_into_deliveries(notice: Notice, changed: dict[str, str], *, short: str) -> None:
    """Every channel that carries an edited form carries it as edited, where it has the room.

    Where it has not, the shorter wording that the engine chose stays: the checker reads it as well. `short` is the short message
    as it was before its edit, which some channels carry for want of room.
    """
    facts = notice_facts(notice.facts)
    extras = [standing_paragraphs(version) for version in (facts, without_details(facts))]
    for delivery in notice.deliveries.select_related("channel"):
        form = CHANNEL_FORM[ChannelKind(delivery.channel.kind)]
        if short and form != TextForm.SMS:
            if delivery.text == short:
                delivery.text = changed[TextForm.SMS]
            if delivery.edit_text == short:
                delivery.edit_text = changed[TextForm.SMS]
        body = changed.get(form, "")
        if body and (form != TextForm.SOCIAL or fits(delivery.channel.kind, body)):
            delivery.text = body
        if body and delivery.edit_text:
            wordings = [with_standing(body, extra, address=facts.page_url) for extra in extras]
            delivery.edit_text = next(
                (wording for wording in wordings if fits(delivery.channel.kind, wording)), delivery.edit_text
            )
        Delivery.objects.filter(pk=delivery.pk).update(text=delivery.text, edit_text=delivery.edit_text)

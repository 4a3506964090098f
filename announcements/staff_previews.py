"""Pages that show the texts of an act before it is done: boxes to edit, findings beside them, the supervisor's reason.

A page that asks before it issues notices calls `run_preview` with its act, and shows `PreviewPage.context` through the includes
`notice_cards.html` (the boxes) and `issue_fields.html` (inside the form that does it, whose id is `issue`).
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from announcements.arabic.editing import LONGEST, tidy
from announcements.arabic.facts import Form
from announcements.arabic.render import notice_marker
from announcements.enums import NoticeKind, TextForm
from announcements.facts import notice_facts
from announcements.models import Notice, NoticeOverride
from announcements.reviews import (
    PreviewedNotice,
    Review,
    Spot,
    TextsChanged,
    TextsRefused,
    check_notice_text,
    error_fingerprint,
    errors_in,
    find_empty,
    fingerprint,
    is_binding,
)
from announcements.staff_texts import NOTICE_LOOKS, Editing, TextCard, describe_length, make_cards
from sohag_mobile.admin import scope_of
from sohag_mobile.errors import DomainError, NotAllowed

# No act issues more notices at once; a forged form may claim to.
_MOST_NOTICES = 200
_SALT = "announcements.preview"
_FACTS_AGE = 24 * 60 * 60
_MOST_FACTS = 500_000


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeCard:
    """A notice that would be issued, with its texts. `facts` are signed, for the live check."""

    title: str
    kind: str
    look: str
    unit: str
    cards: list[TextCard]
    facts: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class PreviewPage:
    """What became of a request: the notices `issued` (None: none yet), or what to show, or the `refusal` of the whole act."""

    issued: Sequence[Notice] | None = None
    previews: Sequence[PreviewedNotice] | None = None
    refusal: DomainError | None = None
    context: dict[str, Any] = dataclasses.field(default_factory=dict)


def run_preview(
    request: HttpRequest,
    *,
    act: Callable[[Review], Sequence[Notice]],
    preview: Callable[[Review], list[PreviewedNotice]],
) -> PreviewPage:
    """Do `act` when the request is a POST of the issuing button, else show what `preview` says.

    The texts, edits and the reason are read from the form. When texts have changed or are refused, the page comes back with the
    edits and says why. Raises PermissionDenied; other refusals are in `PreviewPage.refusal`.
    """
    review = read_review(request.POST)
    try:
        if request.method == "POST" and not request.POST.keys() & {"check", "restore"}:
            try:
                return PreviewPage(issued=act(review))
            except TextsChanged as refusal:
                messages.warning(request, str(refusal.message))
            except TextsRefused as refusal:
                messages.error(request, str(refusal.message))
            except DomainError as refusal:
                if refusal.field != "override":
                    raise
                messages.error(request, str(refusal.message))
        previews = preview(review)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except DomainError as refusal:
        return PreviewPage(refusal=refusal, context=no_preview() | {"kept": _kept(review)})
    return PreviewPage(previews=previews, context=_context(request, previews, review))


def no_preview() -> dict[str, Any]:
    """The context of a page that has nothing to show yet."""
    return {"previewed": False, "notices": [], "fingerprint": ""}


def read_review(data: QueryDict) -> Review:
    """What the form of a preview says: the texts read, the boxes that were edited, the reason.

    A box is an edit when it no longer holds the text that it was sent with.
    """
    edited: dict[Spot, str] = {}
    for name in data:
        spot = _spot_of(name)
        if spot is None or data.get("restore") == name:
            continue
        text = str(data[name]).replace("\r\n", "\n")
        if _stamp(text) != data.get(f"stamp-{name}", ""):
            edited[spot] = text[: LONGEST + 1]
    return Review(
        read=data.get("texts", ""),
        edited=edited,
        override=data.get("override", ""),
        overridden=data.get("overridden", ""),
    )


def _spot_of(name: str) -> Spot | None:
    """`text-0-social` names the social text of the first notice."""
    prefix, _, rest = name.partition("-")
    position, _, form = rest.partition("-")
    if prefix != "text" or form not in TextForm.values or not (position.isascii() and position.isdecimal()):
        return None
    return (int(position), form) if len(position) <= 3 and int(position) < _MOST_NOTICES else None


def _stamp(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()[:32]


# -- what the page shows ----------------------------------------------------------------------------------------------------


def _context(request: HttpRequest, previews: Sequence[PreviewedNotice], review: Review) -> dict[str, Any]:
    empty = find_empty(review)
    cards = [_notice_card(position, preview, review, empty=set(empty)) for position, preview in enumerate(previews)]
    found = {(position, card.form): card.findings for position, notice in enumerate(cards) for card in notice.cards}
    errors = [error for findings in found.values() for error in errors_in(findings)]
    return {
        "previewed": True,
        "notices": cards,
        "fingerprint": fingerprint(previews),
        "error_count": len(errors),
        "must_be_mended": is_binding(errors),
        "may_override": scope_of(request).is_supervisor,
        "override": review.override,
        "overridden": error_fingerprint(found),
    }


def _kept(review: Review) -> list[TextCard]:
    """The edited texts of an act that can no longer be done, so that nothing written is lost."""
    return [
        card
        for (position, form), text in sorted(review.edited.items())
        for card in make_cards({form: text}, prefix=f"kept-{position}")
    ]


def _notice_card(position: int, preview: PreviewedNotice, review: Review, *, empty: set[Spot]) -> NoticeCard:
    kind = NoticeKind(preview.kind)
    cards = []
    for card in make_cards(preview.texts, prefix=f"notice-{position}"):
        written = preview.written[card.form]
        spot = (position, card.form)
        editing = Editing(
            name=f"text-{position}-{card.form}",
            original=written,
            stamp=_stamp(written),
            is_edited=card.body != written or spot in empty,
        )
        card = dataclasses.replace(card, findings=preview.findings.get(card.form, ()), editing=editing)
        if spot in empty:
            card = dataclasses.replace(card, body="", findings=tuple(find_empty(review)[spot]))
        cards.append(card)
    return NoticeCard(
        title=preview.title,
        kind=str(kind.label),
        look=NOTICE_LOOKS[kind],
        unit=preview.district_label,
        cards=cards,
        facts=signing.dumps(preview.facts, salt=_SALT, compress=True),
    )


def how_issued(notice: Notice) -> dict[str, Any]:
    """What a person did with the texts of a notice before it was issued: those edited by hand, and errors set aside."""
    override = NoticeOverride.objects.select_related("overridden_by").filter(notice=notice).first()
    if override is not None:
        labels = dict(TextForm.choices)
        override.findings = [one | {"label": labels.get(one["form"], one["form"])} for one in override.findings]
    return {
        "override": override,
        "edited": [(text.get_form_display(), text.written) for text in notice.texts.all() if text.is_edited],
    }


# -- the check beside a box while it is edited ------------------------------------------------------------------------------


@require_POST
def check_text_view(request: HttpRequest) -> HttpResponse:
    """What is wrong in a text that is being edited: `{findings: HTML, measure: text, errors: number}`.

    Takes `form`, `text`, `original` and the signed `facts` of its preview; nothing is stored. Answers 400 for anything else.
    """
    if not scope_of(request).edits:
        raise PermissionDenied
    form, text, sealed = (request.POST.get(name, "") for name in ("form", "text", "facts"))
    if form not in TextForm.values or len(text) > 2 * LONGEST or len(sealed) > _MOST_FACTS:
        return JsonResponse({"code": "unreadable"}, status=400)
    try:
        facts = notice_facts(signing.loads(sealed, salt=_SALT, max_age=_FACTS_AGE))
    except (signing.BadSignature, LookupError, TypeError, ValueError):
        return JsonResponse({"code": "unreadable"}, status=400)
    written = request.POST.get("original", "").replace("\r\n", "\n")
    body = text.replace("\r\n", "\n")
    if body.strip() != written.strip():
        body = tidy(body, Form(form))
    else:
        body = written
    findings = check_notice_text(
        body, form=form, facts=facts, written=written, marker=notice_marker(facts, digits=settings.ARABIC_DIGITS)
    )
    return JsonResponse(
        {
            "findings": render_to_string("admin/includes/staff/findings.html", {"findings": findings}),
            "measure": describe_length(form, body),
            "errors": len(errors_in(findings)),
        }
    )

"""Which wording a notice is written in: the unit's own, that of all units, or the built-in one.

A wording is tried on samples before it is kept (`check_wording`), but a real visit may still not fit it: an unusually long
landmark, services that take too long to read. Then the built-in wording, which knows how to give way, is used instead, and why
is kept with the text.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings

from announcements.arabic import wording as engine
from announcements.arabic.dates import date_in_figures, weekday
from announcements.arabic.facts import Form, NoticeFacts
from announcements.arabic.phrases import place_label
from announcements.arabic.render import notice_marker, render_notice
from announcements.arabic.wording_samples import SAMPLES, STARTERS
from announcements.arabic.wording_slots import FORMS, KINDS, Slot, applies
from announcements.enums import TextForm, WordingSlot
from announcements.facts import issuer_facts, notice_facts
from announcements.geography import read_geography
from announcements.models import Notice, Wording
from announcements.reviews import standing_paragraphs, with_standing
from vehicles.models import District

logger = logging.getLogger(__name__)

# Posts that are looked up on a page again are known by their head line.
_MARKED: Final = frozenset({Form.SOCIAL, Form.PLAIN, Form.WHATSAPP})
# Replace a live post, and so must tell again what else it told.
_EDITED_IN_PLACE: Final = frozenset({Form.SOCIAL, Form.PLAIN})
_RECENT: Final = 20

Wordings = Mapping[tuple[str, str], Wording]


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """A text of a notice; the wording it is in (None: the built-in one), or why the unit's wording was not used."""

    body: str
    wording: Wording | None = None
    fallback_reason: str = ""


def wordings_of(district: District) -> Wordings:
    """The wordings in use for a unit, by slot and form. One query."""
    rows = Wording.objects.for_district(district)
    # The unit's own come last and so win.
    return {(row.slot, row.form): row for row in sorted(rows, key=lambda row: row.district_id is not None)}


def write_text(facts: NoticeFacts, form: Form, wordings: Wordings, *, with_still_valid: bool = False) -> Written:
    """`facts` in one form. Raises what `render_notice` raises."""
    chosen = next((one for slot in Slot if (one := _applying(slot, form, facts, wordings))), None)
    reason = ""
    if chosen is not None:
        text = fill(chosen.body, chosen.slot, form, facts)
        problems = find_problems(text, chosen.slot, form, facts)
        if with_still_valid and form in _EDITED_IN_PLACE:
            # What else a live post told was decided when that was announced.
            text = with_standing(text, standing_paragraphs(facts), address=facts.page_url)
        if not problems:
            return Written(text, wording=chosen)
        reason = " ".join(problems)
        logger.warning("wording %s was not used for notice %s/%s: %s", chosen.pk, facts.number, facts.year, reason)
    built_in = render_notice(facts, form, digits=settings.ARABIC_DIGITS, with_still_valid=with_still_valid)
    return Written(built_in, fallback_reason=reason)


def _applying(slot: Slot, form: Form, facts: NoticeFacts, wordings: Wordings) -> Wording | None:
    row = wordings.get((slot.value, form.value))
    return row if row is not None and applies(slot, form, facts) else None


def fill(body: str, slot: str, form: str, facts: NoticeFacts) -> str:
    """`facts` in the wording `body`."""
    return engine.write(body, Slot(slot), Form(form), facts, digits=settings.ARABIC_DIGITS)


def find_problems(text: str, slot: str, form: str, facts: NoticeFacts) -> list[str]:
    """Why a text made from a wording may not be issued, a sentence each."""
    problems = engine.problems_of(
        text,
        Slot(slot),
        Form(form),
        facts,
        words_per_minute=settings.RADIO_WORDS_PER_MINUTE,
        geography=read_geography,
    )
    if form in _MARKED and notice_marker(facts, digits=settings.ARABIC_DIGITS) not in text:
        problems.append("رقم الإعلان واسم الجهة ليسا في سطر واحد كما هما.")
    return problems


# -- before it is kept --------------------------------------------------------------------------------------------------


def check_wording(body: str, slot: str, form: str, district: District | None) -> list[str]:
    """Everything that keeps a wording from being used, a sentence each: itself, then what it makes of the samples."""
    problems = engine.check_body(body, Slot(slot), Form(form))
    if problems:
        return problems
    found: dict[str, list[str]] = {}
    for name, facts in SAMPLES[Slot(slot)].items():
        tried = facts if district is None else dataclasses.replace(facts, issuer=issuer_facts(district))
        for version in dict.fromkeys((facts, tried)):
            wrong = find_problems(fill(body, slot, form, version), slot, form, version)
            if wrong:
                found.setdefault(" ".join(wrong), []).append(f"«{name}»")
                break
    return [f"عند تجربتها على {' و'.join(names)}: {wrong}" for wrong, names in found.items()]


def starter(slot: str, form: str) -> str:
    """A wording to begin with, close to the built-in one; "" where staff may not word a form."""
    return STARTERS.get((Slot(slot), Form(form)), "")


def editable() -> list[tuple[WordingSlot, TextForm]]:
    """What staff may word themselves."""
    return [(WordingSlot(slot), TextForm(form)) for slot, forms in FORMS.items() for form in forms]


# -- to be looked at ----------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """What a wording is shown on: a real announcement, or a sample where there is none yet."""

    key: str
    label: str
    facts: NoticeFacts


def list_subjects(slot: str, form: str, districts: Sequence[int], *, district: int | None = None) -> list[Subject]:
    """Announced stops of the units (primary keys) that a wording can be shown on, newest first; then the samples.

    With `district`, those of that unit alone. One query.
    """
    wanted = [district] if district is not None else list(districts)
    notices = (
        Notice.objects.filter(kind=KINDS[Slot(slot)].value, district__in=wanted)
        .select_related("district")
        .order_by("-issued_at", "-pk")[:_RECENT]
    )
    subjects = [found for notice in notices for found in _subjects_in(notice, Slot(slot), Form(form))]
    samples = [
        Subject(f"sample-{number}", f"مثال: {name}", facts)
        for number, (name, facts) in enumerate(SAMPLES[Slot(slot)].items())
    ]
    return [*subjects[:_RECENT], *samples]


def _subjects_in(notice: Notice, slot: Slot, form: Form) -> list[Subject]:
    try:
        facts = notice_facts(notice.facts)
    except (LookupError, TypeError, ValueError):
        return []
    if applies(slot, form, facts):
        return [Subject(str(notice.pk), notice.title_ar, facts)]
    if slot is Slot.WEEK:
        return []
    parts = [
        *((stop, dataclasses.replace(facts, stops=(stop,))) for stop in facts.stops),
        *((change.after, dataclasses.replace(facts, changes=(change,))) for change in facts.changes),
    ]
    if slot is Slot.VISIT:
        # A week's visit as if it had been announced alone.
        parts = [(stop, dataclasses.replace(one, still_valid=(), also_cancelled=(), cites=())) for stop, one in parts]
    return [
        Subject(
            f"{notice.pk}-{number}",
            f"{place_label(stop.place)}، {weekday(stop.date)} {date_in_figures(stop.date)}",
            one,
        )
        for number, (stop, one) in enumerate(parts)
        if applies(slot, form, one)
    ]

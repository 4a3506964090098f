"""The poster and the card of a place, its next visit as it now stands, and the sheet of a unit's week: drawn on demand and
stored as pages are.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.conf import settings
from django.http import HttpRequest

from announcements.arabic.facts import ChangeFacts, NoticeFacts, NoticeKind, NoticeReference
from announcements.arabic.phrases import place_name
from announcements.facts import issuer_facts, place_facts, stop_facts
from announcements.notice_files import draw_card, draw_poster, draw_week
from announcements.posters import PDF_MIME_TYPE, PNG_MIME_TYPE
from announcements.public_files import drawn_page
from announcements.queries_posters import read_facts
from schedules.enums import RevisionState
from schedules.models import StopRevision
from schedules.queries import find_next_visit
from schedules.queries_weeks import list_week_of
from sohag_mobile import mentions
from sohag_mobile.pages import Page, PublicNotFound, public_page
from sohag_mobile.weeks import Week
from vehicles.models import District


@public_page()
def place_poster(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """The door poster of the next visit, until that visit is over."""
    revision, facts = _find_visit(code, now=now)
    place = place_facts(revision.place)
    return drawn_page(
        lambda: draw_poster(facts),
        content_type=PDF_MIME_TYPE,
        valid_until=revision.ends,
        mentions={mentions.place(code), mentions.stop(revision.stop.uid)},
        name=f"poster-{code}-{revision.date}.pdf",
        readable_name=f"{place_name(place)} {revision.date}.pdf",
    )


@public_page()
def place_card(request: HttpRequest, *, now: dt.datetime, code: str) -> Page:
    """The picture that social pages show beside a link to the place."""
    revision, facts = _find_visit(code, now=now)
    return drawn_page(
        lambda: draw_card(facts),
        content_type=PNG_MIME_TYPE,
        valid_until=revision.ends,
        mentions={mentions.place(code), mentions.stop(revision.stop.uid)},
        name=f"card-{code}-{revision.date}.png",
    )


@public_page()
def week_poster(request: HttpRequest, *, now: dt.datetime, slug: str, name: str) -> Page:
    """The sheet of a unit's week, with every visit as it now stands, until the last of them is over."""
    unit = District.objects.select_related("governorate").filter(slug=slug).first()
    try:
        week = Week.parse(name)
    except ValueError as error:
        raise PublicNotFound from error
    revisions = list(list_week_of(unit, week)) if unit else []
    if unit is None or not any(revision.is_scheduled and revision.ends > now for revision in revisions):
        raise PublicNotFound
    facts = week_facts(unit, week, revisions)
    return drawn_page(
        lambda: draw_week(facts),
        content_type=PDF_MIME_TYPE,
        valid_until=max(revision.ends for revision in revisions if revision.is_scheduled),
        mentions={mentions.unit(slug), *(mentions.stop(revision.stop.uid) for revision in revisions)},
        name=f"week-{slug}-{name}.pdf",
        readable_name=f"{unit.label_ar} {name}.pdf",
    )


def week_facts(unit: District, week: Week, revisions: list[StopRevision]) -> NoticeFacts:
    """What the sheet of a unit's week says of these public facts, and which notices of the unit told them."""
    told = {state: tuple(stop_facts(each) for each in revisions if each.state == state) for state in RevisionState}
    notices = {
        item.notice
        for revision in revisions
        for item in revision.notice_items.all()
        if item.notice.district_id == unit.pk
    }
    return NoticeFacts(
        kind=NoticeKind.ANNOUNCEMENT,
        number=0,
        year=week.last.year,
        issuer=issuer_facts(unit),
        stops=told[RevisionState.SCHEDULED],
        also_cancelled=told[RevisionState.CANCELLED],
        also_postponed=told[RevisionState.POSTPONED],
        also_stopped=told[RevisionState.STOPPED],
        cites=tuple(
            NoticeReference(notice.number, notice.year, NoticeKind(notice.kind))
            for notice in sorted(notices, key=lambda each: (each.issued_at, each.pk))
        ),
        week=(week.first, week.last),
        # Whoever scans the code next week wants the dates of that week.
        page_url=f"{settings.PUBLIC_BASE_URL.rstrip('/')}/districts/{unit.slug}/",
    )


def _find_visit(code: str, *, now: dt.datetime) -> tuple[StopRevision, NoticeFacts]:
    """The next visit and what a poster says of it. Raises PublicNotFound when none is announced."""
    revision = find_next_visit(code, now=now)
    facts = visit_facts(revision) if revision else None
    if revision is None or facts is None:
        raise PublicNotFound
    return revision, facts


def visit_facts(revision: StopRevision) -> NoticeFacts | None:
    """The notice that speaks for a public fact, about that fact alone and in today's words; None when no notice does.

    A visit that was changed is told as the change it is: the older poster may still hang on the next door.
    """
    items = list(revision.notice_items.all())
    facts = read_facts(items[0].notice) if items else None
    if facts is None:
        return None
    now_told = stop_facts(revision)
    changes = tuple(
        ChangeFacts(before=change.before, after=now_told)
        for change in facts.changes
        if change.after.uid == now_told.uid
    )
    return dataclasses.replace(
        facts,
        issuer=issuer_facts(revision.district),
        stops=() if facts.kind is NoticeKind.CHANGE else (now_told,),
        changes=changes,
        still_valid=(),
        also_cancelled=(),
        also_postponed=(),
        also_stopped=(),
    )

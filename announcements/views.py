"""Public pages of the notices, as issued, with what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from announcements.arabic.facts import NoticeFacts
from announcements.notice_files import draw_card, draw_card_jpeg, draw_poster, file_stem
from announcements.posters import JPEG_MIME_TYPE, PDF_MIME_TYPE, PNG_MIME_TYPE, can_draw
from announcements.public_files import drawn_page
from announcements.queries_notices import find_notice_story, list_notices
from announcements.queries_posters import Standing, find_standing, read_facts
from sohag_mobile import mentions
from sohag_mobile.pages import Page, PublicNotFound, public_page, render_page

NOTICES_ON_A_PAGE = 30


@public_page()
def notice(request: HttpRequest, *, now: dt.datetime, slug: str, year: str, number: str) -> Page:
    """One notice. To its text the clock does not matter, only newer news does; its poster goes when the visits are over."""
    story = find_notice_story(slug, year=int(year), number=int(number))
    if story is None:
        raise PublicNotFound
    hanging = story.hanging_lines(now=now)
    card = ""
    if hanging and read_facts(story.notice) is not None and can_draw():
        # Social pages keep a picture under its address, so one that shows fewer visits has another. We look past the «?».
        card = f"{reverse('notice-card', args=[slug, year, number])}?v={len(hanging)}"
    about = _("This announcement no longer holds.") if story.is_wholly_replaced else Truncator(story.text).words(30)
    return render_page(
        request,
        "announcements/notice.html",
        {"story": story, "notice": story.notice, "about": about, "card": card},
        valid_until=min((line.revision.ends for line in hanging), default=None),
        governorate=story.notice.district.governorate,
        mentions={
            mentions.notice(slug, int(year), int(number)),
            *(mentions.stop(line.revision.stop.uid) for line in story.lines),
        },
    )


# What is drawn from the facts of a notice, by the last part of its address: by what, as what, and for whom.
DRAWINGS: dict[str, tuple[Callable[[NoticeFacts], bytes], str]] = {
    # The door posters of its visits.
    "poster.pdf": (draw_poster, PDF_MIME_TYPE),
    # What social pages show beside a link to it.
    "card.png": (draw_card, PNG_MIME_TYPE),
    # The square picture that Instagram fetches; it takes no other kind.
    "card.jpg": (draw_card_jpeg, JPEG_MIME_TYPE),
}


@public_page()
def notice_drawing(request: HttpRequest, *, now: dt.datetime, slug: str, year: str, number: str, drawing: str) -> Page:
    """One of DRAWINGS, of those stops of the notice that are neither over nor told otherwise since."""
    draw, content_type = DRAWINGS[drawing]
    standing, facts = _find_hanging(slug, year, number, now=now)
    return drawn_page(
        lambda: draw(facts),
        content_type=content_type,
        valid_until=standing.next_end(now=now),
        mentions=_mentioned(facts),
        name=f"{file_stem(standing.notice)}-{drawing}",
    )


def _mentioned(facts: NoticeFacts) -> set[str]:
    told = (*facts.stops, *(change.after for change in facts.changes), *facts.still_valid, *facts.also_cancelled)
    return {mentions.stop(stop.uid) for stop in told}


def _find_hanging(slug: str, year: str, number: str, *, now: dt.datetime) -> tuple[Standing, NoticeFacts]:
    standing = find_standing(slug, year=int(year), number=int(number))
    facts = standing.hanging(now=now) if standing else None
    if standing is None or facts is None:
        raise PublicNotFound
    return standing, facts


@public_page(vary_on=("page",))
def notices(request: HttpRequest, *, now: dt.datetime, page: str) -> Page:
    """The archive, newest first. `page` is how older links name its pages."""
    return _archive(request, page)


@public_page()
def notices_page(request: HttpRequest, *, now: dt.datetime, page: str) -> Page:
    """One page of the archive."""
    return _archive(request, page)


def _archive(request: HttpRequest, page: str) -> Page:
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1 if not page else 0
    if number < 1:
        raise PublicNotFound
    start = (number - 1) * NOTICES_ON_A_PAGE
    found = list(list_notices()[start : start + NOTICES_ON_A_PAGE + 1])
    if not found and number > 1:
        raise PublicNotFound
    context = {
        "notices": found[:NOTICES_ON_A_PAGE],
        "older": number + 1 if len(found) > NOTICES_ON_A_PAGE else None,
        "newer": number - 1 if number > 1 else None,
    }
    return render_page(request, "announcements/notices.html", context, valid_until=None, mentions={mentions.NOTICES})

"""Public pages of the notices, as issued, with what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from announcements.arabic.answers import tell_notice
from announcements.arabic.facts import NoticeFacts, NoticeKind, NoticeReference
from announcements.notice_files import draw_card, draw_card_jpeg, draw_poster, file_stem
from announcements.posters import JPEG_MIME_TYPE, PDF_MIME_TYPE, PNG_MIME_TYPE, can_draw
from announcements.public_files import drawn_page
from announcements.queries_notices import NoticeStory, find_notice_story, list_notices, list_years, with_successors
from announcements.queries_posters import Standing, find_standing, read_facts
from sohag_mobile import mentions
from sohag_mobile.pages import Page, PublicNotFound, public_page, render_page
from sohag_mobile.render import other_language_path
from sohag_mobile.sharing import Spoken, share_page
from vehicles.models import District

NOTICES_ON_A_PAGE = 30
# What the archive can be narrowed down to, in the order in which an address names it (docs/decisions/0032).
FILTERS = ("district", "year")


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
        {
            "story": story,
            "notice": story.notice,
            "about": about,
            "card": card,
            "spoken": _speak(story, is_over=bool(story.lines) and not hanging),
            "share": share_page(story.notice.title_ar, path=request.path),
        },
        valid_until=min((line.revision.ends for line in hanging), default=None),
        governorate=story.notice.district.governorate,
        mentions={
            mentions.notice(slug, int(year), int(number)),
            *(mentions.stop(line.revision.stop.uid) for line in story.lines),
        },
    )


def _speak(story: NoticeStory, *, is_over: bool) -> Spoken | None:
    """What is read aloud of a notice, in Arabic on English pages too: it was issued in Arabic alone."""
    if not story.script:
        return None
    holding = [
        NoticeReference(number=newer.number, year=newer.year, kind=NoticeKind(newer.kind))
        for newer in story.replaced_by
    ]
    text = tell_notice(
        story.script,
        replaced_by=holding,
        wholly=story.is_wholly_replaced,
        is_over=is_over,
    )
    return Spoken(text, "ar")


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


@public_page(vary_on=(*FILTERS, "page"))
def notices(request: HttpRequest, *, now: dt.datetime, district: str, year: str, page: str) -> Page:
    """The archive, newest first, of every unit and year or of those named. `page` alone is of older links."""
    return _archive(request, page, district=district, year=year)


@public_page()
def notices_page(request: HttpRequest, *, now: dt.datetime, page: str) -> Page:
    """One page of the archive."""
    return _archive(request, page)


def _archive(request: HttpRequest, page: str, *, district: str = "", year: str = "") -> Page:
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1 if not page else 0
    issuers, years = list(District.issuers.select_related("governorate")), list_years()
    issuer = next((each for each in issuers if each.slug == district), None)
    chosen_year = next((each for each in years if str(each) == year), None)
    if number < 1 or (district and issuer is None) or (year and chosen_year is None):
        raise PublicNotFound
    start = (number - 1) * NOTICES_ON_A_PAGE
    found = list(list_notices(district=issuer, year=chosen_year)[start : start + NOTICES_ON_A_PAGE + 1])
    if not found and number > 1:
        raise PublicNotFound
    chosen = {name: value for name, value in (("district", district), ("year", year)) if value}
    root = reverse("notices")

    def address(of_page: int) -> str:
        if not chosen:
            # By path, because a file has no parameters.
            return reverse("notices-page", args=[of_page]) if of_page > 1 else root
        return f"{root}?{urlencode(chosen | ({'page': of_page} if of_page > 1 else {}))}"

    path, question, query = address(number).partition("?")
    context = {
        "rows": with_successors(found[:NOTICES_ON_A_PAGE]),
        "older": address(number + 1) if len(found) > NOTICES_ON_A_PAGE else "",
        "newer": address(number - 1) if number > 1 else "",
        "issuers": issuers,
        "years": years,
        "issuer": issuer,
        "year": chosen_year,
        "without_issuer": f"{root}?{urlencode({'year': year})}" if year else root,
        "without_year": f"{root}?{urlencode({'district': district})}" if district else root,
        "path": path,
        "other_language_path": other_language_path(path),
        "query": question + query,
    }
    return render_page(request, "announcements/notices.html", context, valid_until=None, mentions={mentions.NOTICES})

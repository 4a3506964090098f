"""Public pages of the notices, as issued, with what became of them."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from announcements.queries_notices import find_notice_story, list_notices
from sohag_mobile.pages import Page, PublicNotFound, public_page, render_page

NOTICES_ON_A_PAGE = 30


@public_page()
def notice(request: HttpRequest, *, now: dt.datetime, slug: str, year: str, number: str) -> Page:
    """One notice. The clock does not matter to it: only newer news does."""
    story = find_notice_story(slug, year=int(year), number=int(number))
    if story is None:
        raise PublicNotFound
    return render_page(
        request,
        "announcements/notice.html",
        {"story": story, "notice": story.notice},
        valid_until=None,
        governorate=story.notice.district.governorate,
    )


@public_page(vary_on=("page",))
def notices(request: HttpRequest, *, now: dt.datetime, page: str) -> Page:
    """The archive, newest first."""
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
    return render_page(request, "announcements/notices.html", context, valid_until=None)

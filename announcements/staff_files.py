"""Posters and pictures as staff get them: what may hang, what must come down, and everything of a notice in one file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from announcements.arabic.errors import ArabicTextError
from announcements.arabic.facts import NoticeFacts, StopFacts
from announcements.arabic.phrases import place_label
from announcements.models import Notice
from announcements.notice_files import (
    CARD_SIZES,
    ZIP_MIME_TYPE,
    draw_bulletin,
    draw_card,
    draw_poster,
    draw_preview,
    drawings,
    file_stem,
    has_bulletin,
    pack,
    text_files,
)
from announcements.posters import PDF_MIME_TYPE, PNG_MIME_TYPE, PosterUnavailable, can_draw, require_drawing
from announcements.queries_posters import Standing, list_standings
from announcements.staff_views import download, find_notice
from sohag_mobile import clock
from sohag_mobile.admin import scope_of

PREVIEW: Final = "preview.png"
EVERYTHING: Final = "everything.zip"


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """A file to download: what it is, its kind in Latin letters, its address."""

    label: str
    kind: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeLink:
    """A notice that the page leads to, with the stops it is about; `unit` is named when it is another one than the page's."""

    notice: Notice
    url: str
    unit: str
    stops: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class PosterPanel:
    """What the page of a notice says of its posters. `problem` is the sentence that stands in the place of all drawings."""

    problem: str = ""
    preview_url: str = ""
    papers: tuple[Paper, ...] = ()
    replaced_by: tuple[NoticeLink, ...] = ()
    is_wholly_replaced: bool = False
    is_over: bool = False
    take_down: tuple[NoticeLink, ...] = ()


def build_panel(request: HttpRequest, notice: Notice, *, now: dt.datetime) -> PosterPanel:
    """One query."""
    standing = list_standings([notice]).get(notice.pk)
    if standing is None:
        no_facts = _("This notice keeps no facts from which a poster could be drawn.")
        return PosterPanel(problem=no_facts, papers=(_paper(notice, EVERYTHING),))
    replaced_by = _replaced_by(request, standing)
    if standing.is_wholly_replaced:
        return PosterPanel(replaced_by=replaced_by, is_wholly_replaced=True)
    facts = standing.hanging(now=now)
    problem = find_problem() if facts else ""
    may_draw = facts is not None and not problem
    return PosterPanel(
        problem=problem,
        preview_url=_file_url(notice, PREVIEW) if may_draw else "",
        papers=tuple(_paper(notice, name) for name in _names(facts if may_draw else None)),
        replaced_by=replaced_by,
        is_over=facts is None,
        take_down=list_take_down(request, [standing], now=now),
    )


def find_problem() -> str:
    """Why nothing can be drawn on this machine, as a sentence; "" when it can."""
    try:
        require_drawing()
    except PosterUnavailable as error:
        return str(error.message)
    return ""


def list_take_down(request: HttpRequest, standings: Iterable[Standing], *, now: dt.datetime) -> tuple[NoticeLink, ...]:
    """The earlier notices whose posters must come down now that these hold."""
    found: dict[int, tuple[Notice, Notice, list[str]]] = {}
    for standing in standings:
        for earlier, stops in standing.take_down(now=now):
            entry = found.setdefault(earlier.pk, (earlier, standing.notice, []))
            entry[2].extend(_describe(stop) for stop in stops)
    return tuple(_link(request, earlier, stops, page_of=later) for earlier, later, stops in found.values())


def _replaced_by(request: HttpRequest, standing: Standing) -> tuple[NoticeLink, ...]:
    return tuple(
        _link(
            request,
            later,
            [_describe(stop.facts) for stop in standing.replaced if stop.holder and stop.holder.pk == later.pk],
            page_of=standing.notice,
        )
        for later in standing.replaced_by
    )


def _link(request: HttpRequest, notice: Notice, stops: Iterable[str], *, page_of: Notice) -> NoticeLink:
    """To the staff page of a notice of the person's units, else to its public page."""
    if notice.district_id in scope_of(request).reads:
        url = reverse("admin:announcements_notice_change", args=[notice.pk])
    else:
        url = reverse("notice", args=[notice.district.slug, notice.year, notice.number])
    unit = notice.district.label if notice.district_id != page_of.district_id else ""
    return NoticeLink(notice=notice, url=url, unit=unit, stops=tuple(stops))


def _describe(stop: StopFacts) -> str:
    """«قرية بلصفورة – مركز سوهاج، الأحد 29 نوفمبر»."""
    return f"{place_label(stop.place)}، {date_format(stop.date, 'l j F')}"


# -- files ------------------------------------------------------------------------------------------------------------


def _names(facts: NoticeFacts | None) -> list[str]:
    """The files offered for what may hang."""
    if facts is None:
        return [EVERYTHING]
    return ["poster.pdf", *(["bulletin.pdf"] if has_bulletin(facts) else []), *CARD_SIZES, EVERYTHING]


def list_papers(notice: Notice, facts: NoticeFacts | None) -> tuple[Paper, ...]:
    """What of `notice` can be taken along: all of it in one file, and posters and pictures of `facts` where they can be drawn."""
    return tuple(_paper(notice, name) for name in _names(facts if can_draw() else None))


def _paper(notice: Notice, name: str) -> Paper:
    labels = {
        "poster.pdf": (_("Poster, a page for each stop"), "PDF"),
        "bulletin.pdf": (_("Bulletin of all stops"), "PDF"),
        "card-1200x630.png": (_("Wide picture, for links"), "PNG 1200 × 630"),
        "card-1080x1080.png": (_("Square picture"), "PNG 1080 × 1080"),
        EVERYTHING: (_("Everything in one file"), "ZIP"),
    }
    label, kind = labels[name]
    return Paper(label=label, kind=kind, url=_file_url(notice, name))


def _file_url(notice: Notice, name: str) -> str:
    return reverse("admin:announcements_notice_file", args=[notice.pk, name])


@require_GET
def file_view(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A poster, a picture or everything of one notice; of what no longer hangs there is no file."""
    notice = find_notice(request, pk)
    now = clock.now()
    today = timezone.localdate(now)
    standing = list_standings([notice]).get(notice.pk)
    facts = standing.hanging(now=now) if standing else None
    stem = file_stem(notice)
    if name == EVERYTHING and not (standing and standing.is_wholly_replaced):
        return download(pack(list_files(notice, facts, today=today)), content_type=ZIP_MIME_TYPE, name=f"{stem}.zip")
    makers: dict[str, Callable[[NoticeFacts], bytes]] = {
        PREVIEW: lambda facts: draw_preview(facts, printed_on=today),
        "poster.pdf": lambda facts: draw_poster(facts, printed_on=today),
        "bulletin.pdf": lambda facts: draw_bulletin(facts, printed_on=today),
        **{card: lambda facts, size=size: draw_card(facts, size=size) for card, size in CARD_SIZES.items()},  # type: ignore[misc]
    }
    if facts is None or name not in makers or (name == "bulletin.pdf" and not has_bulletin(facts)):
        raise Http404(_("There is no such poster, or it no longer holds."))
    content_type = PDF_MIME_TYPE if name.endswith(".pdf") else PNG_MIME_TYPE
    return _answer(request, notice, lambda: makers[name](facts), content_type, f"{stem}-{name}")


def list_files(notice: Notice, facts: NoticeFacts | None, *, today: dt.date) -> dict[str, bytes]:
    """Its texts, and what may hang where that can be drawn, by file name."""
    files = text_files(notice)
    if facts is not None and can_draw():
        files |= drawings(facts, stem=file_stem(notice), printed_on=today)
    return files


def _answer(
    request: HttpRequest, notice: Notice, make: Callable[[], bytes], content_type: str, name: str
) -> HttpResponse:
    """The file; where it cannot be made, the page of the notice with the reason."""
    try:
        return download(make(), content_type=content_type, name=name)
    except PosterUnavailable as error:
        messages.error(request, str(error.message))
    except ArabicTextError:
        messages.error(request, _("No poster can be drawn from the facts of this notice."))
    return HttpResponseRedirect(reverse("admin:announcements_notice_change", args=[notice.pk]))

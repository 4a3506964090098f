"""Notices on paper and as pictures: the poster for the local unit's door, the bulletin beside it, the card for social pages.

Pure functions from facts to bytes; the same arguments give the same bytes. What is said is decided in `poster_content`, where it
stands in the templates under `typst/`. Facts reach a template as data and never as markup, so a landmark that reads like a
command is printed as it was typed.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import segno
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image

from announcements.arabic.digits import WESTERN
from announcements.arabic.facts import NoticeFacts, StopFacts
from announcements.poster_content import bulletin_content, card_content, poster_content, printed_line, week_content
from sohag_mobile.errors import DomainError

try:
    import typst
except ImportError:  # reason: a machine for which it is not built must still do everything else
    typst = None  # type: ignore[assignment]

PDF_MIME_TYPE: Final = "application/pdf"
PNG_MIME_TYPE: Final = "image/png"
JPEG_MIME_TYPE: Final = "image/jpeg"

WIDE: Final = (1200, 630)  # the shape that Facebook, WhatsApp and X show beside a link
SQUARE: Final = (1080, 1080)

TEMPLATES: Final = Path(__file__).resolve().parent / "typst"
FONT_FAMILY: Final = "Tajawal"

# A file says when it was made; ours are made of facts, whenever that is.
_NO_TIME: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
# Pixels per inch: a template's point is a pixel of a card; a page of a preview is as wide as a screen shows it.
_CARD: Final = 72.0
_PREVIEW: Final = 110.0

# A compiler answers one caller at a time.
_one_at_a_time = threading.Lock()


class PosterUnavailable(DomainError):
    """Posters cannot be drawn on this machine as it is installed; the message says what is missing."""

    code = "poster_unavailable"


def poster_pdf(
    facts: NoticeFacts,
    *,
    digits: str = WESTERN,
    place_url: str | Mapping[str, str] = "",
    printed_on: dt.date | None = None,
) -> bytes:
    """The poster for a door: A4, text of 24 points and more, one page a stop (more only when its services need them).

    The code on a page leads to `place_url`, one address or one for each place code, else to the notice's own page.
    `printed_on` is the local day told in the bottom line; without it that line tells none. `digits` is "western" or "arabic".
    Raises NothingToSay, ValueError for an unknown digit set, and PosterUnavailable.
    """
    return _draw("poster.typ", _poster(facts, digits, place_url, printed_on), "pdf")[0]


def poster_pngs(
    facts: NoticeFacts,
    *,
    digits: str = WESTERN,
    place_url: str | Mapping[str, str] = "",
    printed_on: dt.date | None = None,
) -> list[bytes]:
    """The pages of `poster_pdf` as pictures, to be looked at before they are printed. Arguments and errors are the same."""
    return _draw("poster.typ", _poster(facts, digits, place_url, printed_on), "png", ppi=_PREVIEW)


def bulletin_pdf(facts: NoticeFacts, *, digits: str = WESTERN, printed_on: dt.date | None = None) -> bytes:
    """Every stop of the notice in one table, on as many A4 pages as it takes; no stop is broken across two.

    A correction tells the rest of the notice it corrects as well, so that the old sheet can come down. Arguments and errors
    as for `poster_pdf`; the code leads to the notice's own page.
    """
    return _draw_table(bulletin_content(facts, digits=digits, printed=printed_line(printed_on)))


def week_pdf(facts: NoticeFacts, *, digits: str = WESTERN, printed_on: dt.date | None = None) -> bytes:
    """A unit's week as it now stands in one such table, whichever notices told of it (`facts.cites`, `facts.week`).

    Arguments and errors as for `poster_pdf`; the code leads to `facts.page_url`.
    """
    return _draw_table(week_content(facts, digits=digits, printed=printed_line(printed_on)))


def _draw_table(content: dict[str, Any]) -> bytes:
    return _draw("bulletin.typ", content | {"code": _code(content["url"])}, "pdf")[0]


def social_card_png(facts: NoticeFacts, *, size: tuple[int, int] = WIDE, digits: str = WESTERN) -> bytes:
    """The notice as a picture of `size` pixels, `WIDE` or `SQUARE`: short, in large type.

    It goes beside the text, never instead of it: `notice_title` is its description for those who cannot see it. Of a list too
    long for the picture it says how many dates are not shown. Errors as for `poster_pdf`; ValueError for another size.
    """
    if size not in (WIDE, SQUARE):
        raise ValueError(f"unknown card size {size!r}: {WIDE} or {SQUARE}")
    content = card_content(facts, digits=digits)
    content["width"], content["height"] = size
    return _draw("card.typ", content, "png", ppi=_CARD)[0]


def social_card_jpeg(facts: NoticeFacts, *, size: tuple[int, int] = SQUARE, digits: str = WESTERN) -> bytes:
    """The same picture as JPEG, for platforms that take nothing else. Arguments and errors as for `social_card_png`."""
    result = io.BytesIO()
    with Image.open(io.BytesIO(social_card_png(facts, size=size, digits=digits))) as drawn:
        # Letters have hard edges: at less than this, and with coarser colours, they fray.
        drawn.convert("RGB").save(result, "JPEG", quality=92, subsampling=0, optimize=True)
    return result.getvalue()


def _poster(
    facts: NoticeFacts, digits: str, place_url: str | Mapping[str, str], printed_on: dt.date | None
) -> dict[str, Any]:
    """The content of a door poster with its codes."""

    def address(stop: StopFacts) -> str:
        given = place_url if isinstance(place_url, str) else place_url.get(stop.place.code, "")
        return given or facts.page_url

    content = poster_content(facts, digits=digits, addresses=address, printed=printed_line(printed_on))
    for page in content["pages"]:
        page["code"] = _code(page["url"])
    return content


def open_fonts(folder: str) -> Any:
    """The poster font in `folder`, for the compiler. The machine's own fonts are never taken: they differ, and so would posters.

    Raises PosterUnavailable when the font, or the program that would use it, is not there.
    """
    if typst is None:
        raise PosterUnavailable(_("Posters cannot be drawn: the package “typst” is not installed on this server."))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    if FONT_FAMILY not in fonts.families():
        raise PosterUnavailable(
            _("Posters cannot be drawn: their font is not installed on this server. “make assets” installs it.")
        )
    return fonts


def require_drawing() -> None:
    """Raises PosterUnavailable when nothing can be drawn on this machine. Costs nothing once it has been found that it can."""
    _compiler(settings.POSTER_FONTS_DIR)


def can_draw() -> bool:
    """Whether posters can be drawn on this machine: pages offer none where they cannot."""
    try:
        require_drawing()
    except PosterUnavailable:
        return False
    return True


@functools.cache
def _compiler(fonts_folder: str) -> Any:
    # A failure is not remembered: once the font is there, the next poster finds it.
    fonts = open_fonts(fonts_folder)
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True)


def _draw(template: str, content: Mapping[str, Any], form: Literal["pdf", "png"], *, ppi: float = _CARD) -> list[bytes]:
    """Set `template` with `content`: a PDF, or one PNG a page."""
    with _one_at_a_time:
        drawn = _compiler(settings.POSTER_FONTS_DIR).compile(
            str(TEMPLATES / template),
            format=form,
            ppi=ppi,
            sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
            timestamp=_NO_TIME,
        )
    return drawn if isinstance(drawn, list) else [drawn]


def _code(address: str) -> str:
    """A QR code as SVG, read from a metre away even with a torn corner; "" for no address."""
    if not address:
        return ""
    svg = io.BytesIO()
    segno.make(address, error="m", micro=False).save(svg, kind="svg", xmldecl=False, border=2, light="#fff")
    return svg.getvalue().decode()

"""What a notice can be taken away as: its texts, its posters and cards, and all of them in one ZIP file.

File names are ASCII, because old mail programs and USB sticks spoil anything else. What is drawn is drawn from the facts given:
leaving out what no longer holds is the caller's (`queries_posters.Standing.hanging`).
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from pypdf import PdfWriter

from announcements.arabic.facts import NoticeFacts
from announcements.enums import TextForm
from announcements.exports import radio_docx, text_docx, text_txt
from announcements.models import Notice
from announcements.on_air import pages_to_read, text_for_air
from announcements.posters import (
    SQUARE,
    WIDE,
    bulletin_pdf,
    poster_pdf,
    poster_pngs,
    social_card_jpeg,
    social_card_png,
    week_pdf,
)

ZIP_MIME_TYPE: Final = "application/zip"
# A document with each item of a spoken text on a page of its own.
PAGES: Final = "pages"
SPOKEN: Final = frozenset({TextForm.RADIO, TextForm.LOUDSPEAKER})
CARD_SIZES: Final = {f"card-{width}x{height}.png": (width, height) for width, height in (WIDE, SQUARE)}
# A file in a ZIP carries a time; the same content gives the same ZIP.
_ZIP_TIME: Final = (2000, 1, 1, 0, 0, 0)


def file_stem(notice: Notice) -> str:
    """«notice-sohag-markaz-2026-5»: what the names of all files of a notice begin with."""
    return f"notice-{notice.district.slug}-{notice.year}-{notice.number}"


def notice_label(notice: Notice) -> str:
    """«إعلان رقم 5/2026»: what stands before the dash in the title that was frozen with the notice."""
    return notice.title_ar.partition(" – ")[0]


# -- texts ------------------------------------------------------------------------------------------------------------


def text_file(notice: Notice, *, form: str, body: str, kind: str) -> bytes:
    """One text of the notice as "txt", "docx", or as "pages": for an announcer, each item on a page of its own."""
    if kind == "txt":
        return text_txt(text_for_air(body) if form == TextForm.RADIO else body)
    about: dict[str, Any] = {
        "issuer": notice.district.issuer_name_ar,
        "notice_label": notice_label(notice),
        "issued_at": notice.issued_at,
    }
    if form in SPOKEN:
        pages = pages_to_read(form, body, item_a_page=kind == PAGES)
        return radio_docx(notice.title_ar, pages, page_per_item=len(pages) > 1, **about)
    return text_docx(notice.title_ar, body, **about)


def text_kinds(form: str) -> tuple[str, ...]:
    """The kinds of files offered for a form: nobody sends an SMS from a word processor."""
    return ("txt",) if form == TextForm.SMS else ("txt", "docx")


def offered_kinds(form: str, body: str) -> tuple[str, ...]:
    """The same with the page an item, where a spoken text has more than one."""
    has_pages = form in SPOKEN and len(pages_to_read(form, body, item_a_page=True)) > 1
    return (*text_kinds(form), PAGES) if has_pages else text_kinds(form)


def text_files(notice: Notice) -> dict[str, bytes]:
    """Every text of the notice in every kind it is offered in, by file name."""
    return {
        f"{file_stem(notice)}-{text.form}.{kind}": text_file(notice, form=text.form, body=text.body, kind=kind)
        for text in notice.texts.all()
        for kind in text_kinds(text.form)
    }


# -- drawings ---------------------------------------------------------------------------------------------------------


def place_urls(codes: Iterable[str]) -> dict[str, str]:
    """The public page of each place, in Arabic: whoever scans the code next month wants the next visit, not an old notice."""
    with translation.override("ar"):
        root = settings.PUBLIC_BASE_URL.rstrip("/")
        return {code: f"{root}{reverse('place', kwargs={'code': code})}" for code in set(codes)}


def draw_poster(facts: NoticeFacts, *, printed_on: dt.date | None = None) -> bytes:
    """The door poster, a page for each stop. Errors of this and the following: see `posters.poster_pdf`."""
    urls = place_urls(_codes(facts))
    return poster_pdf(facts, digits=settings.ARABIC_DIGITS, place_url=urls, printed_on=printed_on)


def draw_preview(facts: NoticeFacts, *, printed_on: dt.date | None = None) -> bytes:
    """The first page of the door poster as a picture."""
    urls = place_urls(_codes(facts))
    return poster_pngs(facts, digits=settings.ARABIC_DIGITS, place_url=urls, printed_on=printed_on)[0]


def has_bulletin(facts: NoticeFacts) -> bool:
    """Whether there is more than one stop to list."""
    others = (facts.still_valid, facts.also_cancelled, facts.also_postponed, facts.also_stopped)
    return len(facts.stops) + len(facts.changes) + sum(len(stops) for stops in others) > 1


def draw_bulletin(facts: NoticeFacts, *, printed_on: dt.date | None = None) -> bytes:
    """The bulletin that hangs beside the posters."""
    return bulletin_pdf(facts, digits=settings.ARABIC_DIGITS, printed_on=printed_on)


def draw_week(facts: NoticeFacts) -> bytes:
    """The table of a unit's week, whichever notices told of it."""
    return week_pdf(facts, digits=settings.ARABIC_DIGITS)


def draw_card(facts: NoticeFacts, *, size: tuple[int, int] = WIDE) -> bytes:
    """The picture for social pages."""
    return social_card_png(facts, size=size, digits=settings.ARABIC_DIGITS)


def draw_card_jpeg(facts: NoticeFacts, *, size: tuple[int, int] = SQUARE) -> bytes:
    """The same as JPEG, square unless told otherwise: on a telephone that is the larger."""
    return social_card_jpeg(facts, size=size, digits=settings.ARABIC_DIGITS)


def drawings(facts: NoticeFacts, *, stem: str, printed_on: dt.date) -> dict[str, bytes]:
    """Poster, bulletin where there is more than one stop, and cards, by file name."""
    files = {f"{stem}-poster.pdf": draw_poster(facts, printed_on=printed_on)}
    if has_bulletin(facts):
        files[f"{stem}-bulletin.pdf"] = draw_bulletin(facts, printed_on=printed_on)
    for name, size in CARD_SIZES.items():
        files[f"{stem}-{name}"] = draw_card(facts, size=size)
    return files


def _codes(facts: NoticeFacts) -> list[str]:
    return [stop.place.code for stop in (*facts.stops, *(change.after for change in facts.changes))]


# -- several in one ---------------------------------------------------------------------------------------------------


def join_pdfs(parts: Iterable[bytes]) -> bytes:
    """The pages of several PDF files in one, to be sent to the printer once."""
    joined, result = PdfWriter(), io.BytesIO()
    for part in parts:
        joined.append(io.BytesIO(part))
    joined.write(result)
    return result.getvalue()


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of the files by name."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            # These are compressed already.
            stored = name.endswith((".png", ".docx"))
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return result.getvalue()

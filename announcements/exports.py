"""Announcement texts as files that people open: DOCX for the announcer and for the office, TXT for everything else.

Pure functions from text to bytes; the same arguments give the same bytes, so a file that is made again (another attempt, another
download) is the same file. Pages are A4. Word's own right-to-left flags are set by hand everywhere they count (section,
paragraph style, every run), because python-docx sets none of them and Word guesses wrongly without.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

DOCX_MIME_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TXT_MIME_TYPE: Final = "text/plain; charset=utf-8"

# The first is what Egyptian offices write letters in and comes with Windows' Arabic support; the second, which Word is told
# to take where the first is missing, is on every machine that has Word.
ARABIC_FONT: Final = "Simplified Arabic"
FALLBACK_FONT: Final = "Arial"
LANGUAGE: Final = "ar-EG"

_TITLE: Final = "Announcement Title"
_TEXT: Final = "Announcement Text"
_META: Final = "Announcement Meta"

_LRM: Final = "\u200e"
_LRI, _RLI, _FSI, _PDI = "\u2066", "\u2067", "\u2068", "\u2069"
_ISOLATED: Final = re.compile(f"{_LRI}([^{_LRI}{_RLI}{_FSI}{_PDI}]*){_PDI}")
_MARKS: Final = re.compile(f"[{_LRI}{_RLI}{_FSI}{_PDI}]")
# What XML 1.0 cannot hold; a NUL in a landmark must not make a file impossible.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# ZIP cannot tell times before 1980; one fixed time makes equal documents equal files.
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_NO_DATE: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes in points, spacing as a multiple of the line."""

    title: float
    text: float
    meta: float
    line: float
    after: float


# To be read aloud at arm's length, a finger on the line.
_FOR_THE_ANNOUNCER: Final = _Layout(title=26, text=24, meta=12, line=1.6, after=16)
_FOR_THE_OFFICE: Final = _Layout(title=18, text=14, meta=10.5, line=1.3, after=8)


def radio_docx(
    title: str,
    script: str | Sequence[str],
    *,
    issuer: str,
    notice_label: str = "",
    meta: Sequence[str] = (),
    page_per_item: bool = False,
    issued_at: dt.datetime | None = None,
) -> bytes:
    """The script for the announcer: large type, wide lines, no paragraph broken across two pages.

    `script` is the text, whose items are separated by blank lines, or the items one by one; with `page_per_item` each begins a
    page, to be laid aside once read. `notice_label` («إعلان رقم 5/2026») and `issuer` head every page, since loose pages get
    mixed. `meta` are small lines under the title (station, day of broadcast). `issued_at` is an aware time.
    """
    return _docx(title, _items(script), _FOR_THE_ANNOUNCER, issuer, notice_label, meta, page_per_item, issued_at)


def text_docx(
    title: str,
    text: str,
    *,
    issuer: str,
    notice_label: str = "",
    meta: Sequence[str] = (),
    issued_at: dt.datetime | None = None,
) -> bytes:
    """Any other text of a notice (social page, WhatsApp) as a page of ordinary type. Arguments as for `radio_docx`."""
    return _docx(title, _items(text), _FOR_THE_OFFICE, issuer, notice_label, meta, False, issued_at)


def text_txt(text: str) -> bytes:
    """The text as a file that Notepad opens right, on the oldest Windows that offices still use.

    UTF-8 *with* a byte order mark: before Windows 10 version 1903, Notepad took a file without one for the local code page
    (1256 in Arabic) and showed rubbish. CRLF line ends: before version 1809 it showed LF as no line end at all.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _docx(
    title: str,
    items: Sequence[Sequence[str]],
    layout: _Layout,
    issuer: str,
    notice_label: str,
    meta: Sequence[str],
    page_per_item: bool,
    issued_at: dt.datetime | None,
) -> bytes:
    """Lay out one document and return its bytes."""
    document = Document()
    _set_defaults(document)
    _add_styles(document, layout)
    _set_page(document)
    _write_header_and_footer(document, " – ".join(part for part in (notice_label, issuer) if part))
    _write(document.add_paragraph(style=_TITLE), title)
    for line in meta:
        _write(document.add_paragraph(style=_META), line)
    for index, item in enumerate(items):
        for position, line in enumerate(item):
            paragraph = document.add_paragraph(style=_TEXT)
            # The first item stays under the title.
            paragraph.paragraph_format.page_break_before = (page_per_item and index > 0 and position == 0) or None
            _write(paragraph, line)
    _set_properties(document, title=title, author=issuer, subject=notice_label, issued_at=issued_at or _NO_DATE)
    return _steady_zip(document)


def _items(script: str | Sequence[str]) -> list[list[str]]:
    """The items of a text, each as its lines that hold something."""
    parts = re.split(r"\n[ \t]*\n", script.replace("\r\n", "\n")) if isinstance(script, str) else script
    lines = ([line.strip() for line in part.splitlines() if line.strip()] for part in parts)
    return [item for item in lines if item]


def _write(paragraph: Paragraph, text: str) -> None:
    """Add `text` as right-to-left runs. What stands in a left-to-right isolate (a phone number with blanks, a Latin code)
    becomes a left-to-right run between two LEFT-TO-RIGHT MARKs: Word does not know isolates and goes by the run, LibreOffice
    goes by the characters."""
    for piece, is_left_to_right in _pieces(_NOT_XML.sub("", text)):
        if is_left_to_right:
            paragraph.add_run(f"{_LRM}{piece}{_LRM}")
        else:
            paragraph.add_run(piece)._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split at left-to-right isolates: (piece, is left-to-right); other isolate marks are dropped."""
    # re.split with one group: every second piece is what stood inside an isolate.
    for index, piece in enumerate(_ISOLATED.split(text)):
        piece = _MARKS.sub("", piece)
        if piece:
            yield piece, index % 2 == 1


def _set_defaults(document: DocxDocument) -> None:
    """Fonts, language and direction that hold for the whole document."""
    styles = document.styles.element
    run_defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for child in list(run_defaults):
        run_defaults.remove(child)
    # No theme fonts: a theme's would win over the names. `w:cs` and `w:bidi` are what Arabic text uses.
    font = ARABIC_FONT
    for xml in (
        f'<w:rFonts {nsdecls("w")} w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>',
        f'<w:sz {nsdecls("w")} w:val="28"/>',
        f'<w:szCs {nsdecls("w")} w:val="28"/>',
        f'<w:lang {nsdecls("w")} w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="{LANGUAGE}"/>',
    ):
        run_defaults.append(parse_xml(xml))
    _name_fallback_font(document)


def _name_fallback_font(document: DocxDocument) -> None:
    """Tell Word which font stands in for ours: `w:altName` in the font table, the one place where a run cannot say it."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml" and type(part) is Part:
            entry = (
                f'<w:font w:name="{ARABIC_FONT}"><w:altName w:val="{FALLBACK_FONT}"/><w:charset w:val="B2"/>'
                '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            )
            part._blob = part.blob.replace(b"</w:fonts>", entry.encode() + b"</w:fonts>")


def _add_styles(document: DocxDocument, layout: _Layout) -> None:
    """The three paragraph styles, right-to-left. Alignment is left unset: in a right-to-left paragraph that means right."""
    title = _style(document, _TITLE, size=layout.title, after=layout.after, is_bold=True)
    title.paragraph_format.keep_with_next = True
    _style(document, _META, size=layout.meta, after=10)
    text = _style(document, _TEXT, size=layout.text, after=layout.after)
    text.paragraph_format.line_spacing = layout.line
    # Nobody turns a page in the middle of a sentence on air.
    text.paragraph_format.keep_together = True
    text.paragraph_format.widow_control = True


def _style(document: DocxDocument, name: str, *, size: float, after: float, is_bold: bool = False) -> ParagraphStyle:
    """One right-to-left paragraph style, in points."""
    style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = None
    # First, because Word wants w:bidi before the spacing that python-docx then puts in its own right place.
    style.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
    style.paragraph_format.space_after = Pt(after)
    properties = style.element.get_or_add_rPr()
    # Twice each: w:b and w:sz are for Latin letters, w:bCs and w:szCs for Arabic ones.
    for tag in ("b", "bCs") if is_bold else ():
        properties.append(OxmlElement(f"w:{tag}"))
    for tag in ("sz", "szCs"):
        properties.append(parse_xml(f'<w:{tag} {nsdecls("w")} w:val="{round(size * 2)}"/>'))
    return style  # type: ignore[no-any-return]  # reason: the library types add_style as its base class


def _set_page(document: DocxDocument) -> None:
    """A4 with even margins, right-to-left (which puts page furniture and columns on the right side)."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(24), Mm(20)
    properties = section._sectPr
    grid = properties.find(qn("w:docGrid"))
    grid.addprevious(OxmlElement("w:bidi"))
    # The template's grid is for East Asian text and would round our line spacing.
    properties.remove(grid)


def _write_header_and_footer(document: DocxDocument, heading: str) -> None:
    """The notice and its issuer above every page, the page's number below."""
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.style = document.styles[_META]
    _write(header, heading)
    footer = section.footer.paragraphs[0]
    footer.style = document.styles[_META]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    footer._p.append(parse_xml(field))


def _set_properties(document: DocxDocument, *, title: str, author: str, subject: str, issued_at: dt.datetime) -> None:
    """What the file says of itself in a file manager."""
    properties = document.core_properties
    # The format allows 255 characters; the library refuses more.
    properties.title, properties.author, properties.subject = (
        _NOT_XML.sub("", _MARKS.sub("", text))[:255] for text in (title, author, subject)
    )
    properties.last_modified_by, properties.comments, properties.keywords = "", "", ""
    properties.language, properties.revision = LANGUAGE, 1
    moment = issued_at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = moment


def _steady_zip(document: DocxDocument) -> bytes:
    """The document's bytes with the clock taken out of its ZIP container."""
    draft, result = io.BytesIO(), io.BytesIO()
    document.save(draft)
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            steady = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            steady.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(steady, source.read(entry))
    return result.getvalue()

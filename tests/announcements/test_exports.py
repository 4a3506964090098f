"""Texts as files: right-to-left where Word looks for it, every word there, the same bytes every time."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from announcements.exports import ARABIC_FONT, FALLBACK_FONT, radio_docx, text_docx, text_txt

ISSUER = "الوحدة المحلية لمركز ومدينة سوهاج"
SCRIPT = "السادةَ المستمعين، تعلن الوحدة المحلية.\n\nأولًا: قرية بلصفورة.\nونكرر: قرية بلصفورة.\n\nثانيًا: قرية ونينة."


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def lines(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(content).paragraphs]


def test_radio_docx_holds_every_line_under_the_title() -> None:
    content = radio_docx("نشرة إذاعية", SCRIPT, issuer=ISSUER, meta=["إلى: إذاعة جنوب الصعيد"])

    assert lines(content) == [
        "نشرة إذاعية",
        "إلى: إذاعة جنوب الصعيد",
        "السادةَ المستمعين، تعلن الوحدة المحلية.",
        "أولًا: قرية بلصفورة.",
        "ونكرر: قرية بلصفورة.",
        "ثانيًا: قرية ونينة.",
    ]


def test_header_of_every_page_names_notice_and_issuer() -> None:
    document = opened(radio_docx("نشرة", SCRIPT, issuer=ISSUER, notice_label="إعلان رقم 5/2026"))

    assert [paragraph.text for paragraph in document.sections[0].header.paragraphs] == [f"إعلان رقم 5/2026 – {ISSUER}"]


@pytest.mark.parametrize("make", [radio_docx, text_docx])
def test_everything_is_right_to_left(make: Any) -> None:
    document = opened(make("نشرة", SCRIPT, issuer=ISSUER, notice_label="إعلان رقم 5/2026"))

    section = document.sections[0]
    assert section._sectPr.find(qn("w:bidi")) is not None
    for paragraph in [*document.paragraphs, *section.header.paragraphs]:
        assert paragraph.style.element.pPr.find(qn("w:bidi")) is not None
        assert paragraph.runs
        for run in paragraph.runs:
            assert run._r.rPr.find(qn("w:rtl")) is not None


def test_announcer_reads_larger_type_than_the_office() -> None:
    sizes = []
    for make in (radio_docx, text_docx):
        style = opened(make("نشرة", SCRIPT, issuer=ISSUER)).paragraphs[-1].style
        # Half points; szCs is the one that Arabic letters follow.
        sizes.append(int(style.element.rPr.find(qn("w:szCs")).get(qn("w:val"))) / 2)

    assert sizes == [24, 14]


def test_arabic_font_and_its_substitute_are_named() -> None:
    with zipfile.ZipFile(io.BytesIO(radio_docx("نشرة", SCRIPT, issuer=ISSUER))) as archive:
        styles, fonts = archive.read("word/styles.xml").decode(), archive.read("word/fontTable.xml").decode()

    assert f'w:cs="{ARABIC_FONT}"' in styles
    assert f'<w:font w:name="{ARABIC_FONT}"><w:altName w:val="{FALLBACK_FONT}"/>' in fonts


@pytest.mark.parametrize(
    ("page_per_item", "breaks"), [(False, []), (True, ["أولًا: قرية بلصفورة.", "ثانيًا: قرية ونينة."])]
)
def test_each_item_begins_a_page_when_wanted(page_per_item: bool, breaks: list[str]) -> None:
    document = opened(radio_docx("نشرة", SCRIPT, issuer=ISSUER, page_per_item=page_per_item))

    assert [one.text for one in document.paragraphs if one.paragraph_format.page_break_before] == breaks


def test_items_given_one_by_one_are_items() -> None:
    document = opened(radio_docx("نشرة", ["أول\n\nتابع", "ثانٍ", " "], issuer=ISSUER, page_per_item=True))

    assert [one.text for one in document.paragraphs] == ["نشرة", "أول", "تابع", "ثانٍ"]
    assert [one.text for one in document.paragraphs if one.paragraph_format.page_break_before] == ["ثانٍ"]


def test_isolated_number_becomes_a_left_to_right_run() -> None:
    document = opened(text_docx("عنوان", "للاستعلام: \u2066093 471 2345\u2069 صباحًا", issuer=ISSUER))

    runs = [(run.text, run._r.rPr is not None) for run in document.paragraphs[1].runs]
    assert runs == [("للاستعلام: ", True), ("\u200e093 471 2345\u200e", False), (" صباحًا", True)]


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    content = radio_docx("عنوان\x00", "نص\x0b\ud800 <b>&", issuer=f"{ISSUER}\x01")

    assert lines(content)[0] == "عنوان"
    assert "".join(lines(content)[1:]) == "نص <b>&"


def test_same_text_gives_the_same_file() -> None:
    issued_at = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)

    def make() -> bytes:
        return radio_docx("نشرة", SCRIPT, issuer=ISSUER, issued_at=issued_at)

    properties = opened(make()).core_properties
    assert make() == make()
    assert (properties.title, properties.author, properties.created) == ("نشرة", ISSUER, issued_at)


def test_long_title_does_not_break_the_file() -> None:
    assert lines(radio_docx("ع" * 400, "نص", issuer="و" * 400)) == ["ع" * 400, "نص"]


@pytest.mark.parametrize("text", ["سطر\nآخر", "سطر\r\nآخر\r\n", "سطر\rآخر\n\n"])
def test_txt_is_what_old_notepad_opens(text: str) -> None:
    assert text_txt(text) == "\ufeffسطر\r\nآخر\r\n".encode()

"""Spelling and punctuation: the place of the tanwīn, a few words that officials misprint, Latin commas in Arabic."""

from __future__ import annotations

import functools
import re
from typing import Final

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.reading.tokens import Kind, bare, word_set

_TANWIN_AFTER_ALIF: Final = re.compile("\u0627\u064b")
_MISSPELT: Final[dict[str, str]] = {
    "الإثنين": "الاثنين",
    "الأثنين": "الاثنين",
    "الاحد": "الأحد",
    "الاربعاء": "الأربعاء",
    "الإربعاء": "الأربعاء",
    "ابريل": "أبريل",
    "إبريل": "أبريل",
    "اغسطس": "أغسطس",
    "اكتوبر": "أكتوبر",
    "إكتوبر": "أكتوبر",
    "الساعه": "الساعة",
    "الموافقه": "الموافقة",
    "قريه": "قرية",
    "الموطنين": "المواطنين",
    "الموطنون": "المواطنون",
    "لموطنين": "لمواطنين",  # after the «ل» of «للمواطنين»
}
# A home as well («الموطن الأصلي»): a misprint of the citizen only after what is done for citizens and never for homes.
_HOME: Final = word_set("الموطن والموطن فالموطن بالموطن وبالموطن للموطن وللموطن")
_FOR_CITIZENS: Final = word_set(
    """
    خدمة خدمات كاهل راحة احتياجات مطالب شكوى شكاوى مشاكل مشكلات طلبات طلب السيد السادة اخي عزيزي ايها حضور رضا جهد
    معاناة مصالح مصلحة توعية حقوق اعباء هموم استقبال تعامل تواصل
    """
)
_EASED: Final = word_set(
    "تيسير تيسيرا التيسير للتيسير تخفيف تخفيفا التخفيف للتخفيف تسهيل تسهيلا التسهيل للتسهيل تقديم تقدم توفير"
)
_EASED_REACH: Final = 5
_HOMES: Final = word_set(
    "الاصلي الاصل الام الاول القديم الجديد الدائم المختار الانتخابي القانوني المعتاد الوحيد المؤقت"
)
_PARTICLES: Final = ("", "و", "ب", "ل", "ف", "وب", "ول")
_LATIN_SIGNS: Final = re.compile(r"[,;?]")
_ARABIC_SIGNS: Final = {",": "،", ";": "؛", "?": "؟"}
_ARABIC_LETTER: Final = re.compile(r"[\u0621-\u064a]")


def check_spelling(parsed: ParsedText) -> Findings:
    """«tanwin_order», «spelling» and «punctuation»."""
    for position, token in enumerate(parsed.tokens):
        if token.kind is Kind.WORD:
            yield from _check_word(parsed, position)
        elif token.kind is Kind.MARK and token.key in _ARABIC_SIGNS and _is_in_arabic(parsed.text, token.start):
            right = _ARABIC_SIGNS[token.key]
            yield parsed.report("punctuation", position, None, right, right=right, wrong=token.key)


def _check_word(parsed: ParsedText, position: int) -> Findings:
    for code, right in _right_spelling(parsed.raw(position)):
        yield parsed.report(code, position, None, right, right=right)
    word = parsed.raw(position)
    if parsed.key(position) in _HOME and _is_citizen(parsed, position):
        right = word.replace("موطن", "مواطن")
        yield parsed.report("spelling", position, None, right, right=right)


def _is_citizen(parsed: ParsedText, position: int) -> bool:
    """Whether «الموطن» or «للموطن» at `position` evidently stands for «المواطن»."""
    before = parsed.key(position - 1)
    if parsed.key(position + 1) in _HOMES:
        return False
    if bare(before) in _FOR_CITIZENS or before in _FOR_CITIZENS:
        return True
    # «تيسيرًا على الموطن», «تقديم أفضل خدمة للموطن»
    sentence = parsed.tokens[position].sentence
    near = range(max(position - _EASED_REACH, 0), position)
    leans = before in ("علي", "عن") or "لل" in parsed.key(position)
    return leans and any(parsed.key(one) in _EASED and parsed.tokens[one].sentence == sentence for one in near)


@functools.lru_cache(maxsize=8192)
def _right_spelling(word: str) -> tuple[tuple[str, str], ...]:
    """What is wrong with a word's spelling, as (code, the word put right)."""
    wrong = []
    if _TANWIN_AFTER_ALIF.search(word):
        wrong.append(("tanwin_order", _TANWIN_AFTER_ALIF.sub("\u064b\u0627", word)))
    for particle in _PARTICLES:
        right = _MISSPELT.get(word[len(particle) :], "") if word.startswith(particle) else ""
        if right:
            wrong.append(("spelling", particle + right))
            break
    return tuple(wrong)


def _is_in_arabic(text: str, start: int) -> bool:
    """Whether a sign follows Arabic, or a number inside Arabic."""
    before, after = text[:start].rstrip(), text[start + 1 :].lstrip()
    if not before or text[start + 1 : start + 2].isdigit():
        return False
    if _ARABIC_LETTER.match(before[-1]) or before[-1] in '»)"\u064b\u064e\u064f\u0650':
        return True
    return before[-1].isdigit() and bool(after) and bool(_ARABIC_LETTER.match(after[0]))

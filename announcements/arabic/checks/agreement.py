"""Words beside one another that do not agree, are said twice, or are joined wrongly.

Only what is sure: a verb of announcing before an institution («يعلن الوحدة المحلية»), a participle right after a dual
(«سيارتان متواجدة»), «ل» before an article («لالوحدة»), a particle written twice («عن عن»). Two equal nouns
may be a name.
"""

from __future__ import annotations

from typing import Final

from announcements.arabic.checks.counts import FORMS
from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.facts import Gender
from announcements.arabic.phrases import attach
from announcements.arabic.reading.tokens import Kind, fold, word_set

# Not «تدعو», «تناشد»: what follows them may be whom they call.
_VERB_ENDS: Final = word_set("علن هيب نوه ؤكد عتذر وضح")
_FEMININE: Final = word_set(
    "الوحدة وحدة محافظة المحافظة مديرية المديرية هيئة الهيئة لجنة اللجنة إدارة الإدارة رئاسة مدينة شركة الشركة"
)
_MASCULINE: Final = word_set("حي الحي مركز المركز ديوان مجلس المجلس جهاز الجهاز محافظ المحافظ رئيس السيد قطاع")
_FEMININE_SIGN: Final = "ت"
_MASCULINE_SIGN: Final = "ي"

# Participles that tell of a vehicle, a visit or a place; in the masculine, the feminine adds «ة».
_PARTICIPLES: Final = word_set(
    "متواجد متمركز متوقف متنقل معلن مؤجل مقرر تابع متاح مجهز مخصص إضافي جديد متتالي مختلف متجاور محدد"
)
_TWICE: Final = word_set(
    """
    عن من في على إلى حتى بسبب مع أن إن قد لقد التي الذي وذلك نظرًا يوم الساعة تعلن يعلن تهيب يهيب بقرية الموافق خلال
    بين بعد قبل عند أو ثم لا لم لن كما حيث وهي وهما
    """
)
# «لـ» and an infinitive that begins with «الت» by itself: «لالتزام», «لالتماس».
_INFINITIVES: Final = word_set("تزام تزامات تماس تماسات تقاء تقاط تحاق تهاب تفاف تفات تباس تواء تئام تصاق تهام")
_SHORTEST: Final = 5


def check_agreement(parsed: ParsedText) -> Findings:
    """«verb_issuer», «adjective_number», «lam_article», «doubled_word»."""
    for position, token in enumerate(parsed.tokens):
        if token.kind is Kind.WORD:
            yield from _check_verb(parsed, position)
            yield from _check_participle(parsed, position)
            yield from _check_lam(parsed, position)
            yield from _check_twice(parsed, position)


def _check_verb(parsed: ParsedText, position: int) -> Findings:
    """«يعلن الوحدة», «وتهيب الحي»: the verb of an institution right after it."""
    raw = parsed.raw(position)
    particle = raw[:1] if raw[:1] in ("و", "ف") and len(raw) > 4 else ""
    verb = raw.removeprefix(particle)
    if fold(verb[1:]) not in _VERB_ENDS or verb[:1] not in (_FEMININE_SIGN, _MASCULINE_SIGN):
        return
    subject = parsed.key(position + 1)
    wrong = _MASCULINE_SIGN if subject in _FEMININE else _FEMININE_SIGN if subject in _MASCULINE else ""
    if verb[:1] != wrong:
        return
    sign = _FEMININE_SIGN if wrong == _MASCULINE_SIGN else _MASCULINE_SIGN
    right = f"{particle}{sign}{verb[1:]}"
    yield parsed.report("verb_issuer", position, None, right, right=right, wrong=parsed.raw(position, position + 1))


def _check_participle(parsed: ParsedText, position: int) -> Findings:
    """«سيارتان متواجدة»: what describes two is in the dual, and of the gender of its noun."""
    if not describes_two(parsed, position):
        return
    known = FORMS[parsed.key(position - 1)]
    base = parsed.raw(position).removesuffix("ة")
    right = f"{base}{'ت' if known[0].gender is Gender.FEMININE else ''}{parsed.key(position - 1)[-2:]}"
    yield parsed.report("adjective_number", position, None, right, right=right)


def describes_two(parsed: ParsedText, position: int) -> bool:
    """Whether the word at `position` is a participle in the singular right after a dual, which «adjective_number» is about."""
    known = FORMS.get(parsed.key(position - 1))
    return known is not None and known[1] == "dual" and parsed.key(position).removesuffix("ة") in _PARTICIPLES


def _check_lam(parsed: ParsedText, position: int) -> Findings:
    """«لالوحدة»: «ل» swallows the alif of the article."""
    raw = parsed.raw(position)
    particle = "و" if raw.startswith("ول") else ""
    word = raw.removeprefix(particle)
    if not word.startswith("لال") or len(fold(word)) < _SHORTEST or fold(word[3:]) in _INFINITIVES:
        return
    right = f"{particle}{attach('ل', word[1:])}"
    yield parsed.report("lam_article", position, None, right, right=right)


def _check_twice(parsed: ParsedText, position: int) -> Findings:
    """«عن عن», «بسبب بسبب», and «بسبب نظرًا»."""
    following = position + 1
    if following >= len(parsed.tokens) or parsed.tokens[following].kind is not Kind.WORD:
        return
    word, right = parsed.raw(position), parsed.raw(following)
    key = fold(word)
    # «علي علي» is a name, and «على على» is none.
    if word == right and word != "علي" and (key in _TWICE or key.removeprefix("و") in _TWICE):
        yield parsed.report("doubled_word", position, following, word, wrong=f"{word} {right}")
    elif fold(word) == "بسبب" and fold(right) == "نظرا":
        yield parsed.report("doubled_word", position, following, wrong=f"{word} {right}")

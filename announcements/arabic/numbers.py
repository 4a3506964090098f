"""Arabic numbers in words: cardinals, ordinals, list enumerators and years.

The rules (domain: numbers 3–10 take the opposite gender of the counted noun, 1–2 and 11–12 agree with it, in 13–19 the
unit is opposite and the ten agrees; tens, hundreds, thousands have one form for both genders):

* `gender` is always the gender of the *counted noun*: «ثلاث سيارات» (f), «ثلاثة أيام» (m).
* `case` is nominative, or oblique (accusative and genitive, which look alike in numbers apart from the two limits below).
* `construct` means the counted noun follows at once: «ثماني خدمات», «مائتا سيارة», «أحد عشر ألف سيارة»; without it the
  number stands alone: «ثمانٍ», «مائتان», «أحد عشر ألفًا».

Limits: the oblique of an unattached feminine eight is written as the genitive «ثمانٍ» (the accusative is «ثمانيًا»); «مائة» is
spelt with its traditional alif throughout.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Final

from announcements.arabic.facts import Gender

LARGEST: Final = 999_999_999
LAST_ENUMERATOR: Final = 99


class Case(enum.StrEnum):
    """Grammatical case, as far as it shows in writing."""

    NOMINATIVE = "nominative"
    OBLIQUE = "oblique"


@dataclasses.dataclass(frozen=True, slots=True)
class _Scale:
    """A power of a thousand as a (masculine) counted noun."""

    singular: str
    dual: dict[Case, str]
    dual_construct: dict[Case, str]
    plural: str
    accusative: str


_N, _O = Case.NOMINATIVE, Case.OBLIQUE
_M, _F = Gender.MASCULINE, Gender.FEMININE

_THOUSAND = _Scale("ألف", {_N: "ألفان", _O: "ألفين"}, {_N: "ألفا", _O: "ألفي"}, "آلاف", "ألفًا")
_MILLION = _Scale("مليون", {_N: "مليونان", _O: "مليونين"}, {_N: "مليونا", _O: "مليوني"}, "ملايين", "مليونًا")

_THREE_TO_TEN: Final[dict[Gender, tuple[str, ...]]] = {
    _M: ("ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"),
    _F: ("ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر"),
}
_ONE: Final = {_M: "واحد", _F: "واحدة"}
_ONE_IN_COMPOUND: Final = {_M: "واحد", _F: "إحدى"}
_TWO: Final = {
    (_M, _N): "اثنان",
    (_M, _O): "اثنين",
    (_F, _N): "اثنتان",
    (_F, _O): "اثنتين",
}
_ELEVEN: Final = {_M: "أحد عشر", _F: "إحدى عشرة"}
_TWELVE: Final = {
    (_M, _N): "اثنا عشر",
    (_M, _O): "اثني عشر",
    (_F, _N): "اثنتا عشرة",
    (_F, _O): "اثنتي عشرة",
}
_TEN_OF_TEENS: Final = {_M: "عشر", _F: "عشرة"}
_TENS: Final = ("عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع")
_TENS_ENDING: Final = {_N: "ون", _O: "ين"}
_HUNDREDS: Final = ("ثلاثمائة", "أربعمائة", "خمسمائة", "ستمائة", "سبعمائة", "ثمانمائة", "تسعمائة")
_TWO_HUNDRED: Final = {_N: "مائتان", _O: "مائتين"}
_TWO_HUNDRED_CONSTRUCT: Final = {_N: "مائتا", _O: "مائتي"}

_ORDINALS: Final[dict[Gender, tuple[str, ...]]] = {
    _M: ("أول", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع", "عاشر"),
    _F: ("أولى", "ثانية", "ثالثة", "رابعة", "خامسة", "سادسة", "سابعة", "ثامنة", "تاسعة", "عاشرة"),
}
_FIRST_IN_COMPOUND: Final = {_M: "حادي", _F: "حادية"}
_WEAK_INDEFINITE: Final = {"ثاني": "ثانٍ", "حادي": "حادٍ"}

_YEAR_NOUNS: Final = {"سنة": Gender.FEMININE, "عام": Gender.MASCULINE}


def cardinal(
    number: int, gender: Gender = Gender.MASCULINE, case: Case = Case.NOMINATIVE, *, construct: bool = False
) -> str:
    """`number` (0–999,999,999) in words, agreeing with a counted noun of `gender`; see the module for the rules.

    >>> cardinal(15, Gender.FEMININE)
    'خمس عشرة'
    >>> cardinal(2026, Gender.FEMININE, Case.OBLIQUE)
    'ألفين وست وعشرين'

    Raises ValueError outside the range.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"no words for {number}: the range is 0–{LARGEST}")
    if number == 0:
        return "صفر"
    millions, below_million = divmod(number, 1_000_000)
    thousands, below_thousand = divmod(below_million, 1_000)
    parts: list[str] = []
    if millions:
        parts.append(_scaled(millions, _MILLION, case, construct=construct and not below_million))
    if thousands:
        parts.append(_scaled(thousands, _THOUSAND, case, construct=construct and not below_thousand))
    if below_thousand:
        parts.append(_below_thousand(below_thousand, gender, case, construct=construct))
    return " و".join(parts)


def _scaled(count: int, scale: _Scale, case: Case, *, construct: bool) -> str:
    """`count` (1–999) thousands or millions: «ألف», «ألفان», «ثلاثة آلاف», «أحد عشر ألفًا», «مائة ألف وألف»."""
    dual = scale.dual_construct[case] if construct else scale.dual[case]
    if count == 1:
        return scale.singular
    if count == 2:
        return dual
    hundreds, rest = divmod(count, 100)
    if rest in (1, 2):
        round_part = _scaled(hundreds * 100, scale, case, construct=False)
        return f"{round_part} و{scale.singular if rest == 1 else dual}"
    words = _below_thousand(count, Gender.MASCULINE, case, construct=True)
    if rest == 0:
        return f"{words} {scale.singular}"
    if rest <= 10:
        return f"{words} {scale.plural}"
    return f"{words} {scale.singular if construct else scale.accusative}"


def _below_thousand(number: int, gender: Gender, case: Case, *, construct: bool) -> str:
    hundreds, rest = divmod(number, 100)
    parts: list[str] = []
    if hundreds == 1:
        parts.append("مائة")
    elif hundreds == 2:
        parts.append((_TWO_HUNDRED_CONSTRUCT if construct and not rest else _TWO_HUNDRED)[case])
    elif hundreds:
        parts.append(_HUNDREDS[hundreds - 3])
    if rest:
        parts.append(_below_hundred(rest, gender, case, construct=construct))
    return " و".join(parts)


def _below_hundred(number: int, gender: Gender, case: Case, *, construct: bool) -> str:
    if number == 1:
        return _ONE[gender]
    if number == 2:
        return _TWO[gender, case]
    if number <= 10:
        return _three_to_ten(number, gender, attached=construct)
    if number == 11:
        return _ELEVEN[gender]
    if number == 12:
        return _TWELVE[gender, case]
    if number < 20:
        return f"{_three_to_ten(number - 10, gender, attached=True)} {_TEN_OF_TEENS[gender]}"
    tens, unit = divmod(number, 10)
    ten = _TENS[tens - 2] + _TENS_ENDING[case]
    if unit == 0:
        return ten
    if unit == 1:
        return f"{_ONE_IN_COMPOUND[gender]} و{ten}"
    if unit == 2:
        return f"{_TWO[gender, case]} و{ten}"
    return f"{_three_to_ten(unit, gender, attached=False)} و{ten}"


def _three_to_ten(number: int, gender: Gender, *, attached: bool) -> str:
    word = _THREE_TO_TEN[gender][number - 3]
    # «ثماني» keeps its yāʾ only in annexation («ثماني خدمات», «ثماني عشرة»); alone it is «ثمانٍ».
    return "ثمانٍ" if word == "ثماني" and not attached else word


def ordinal(
    number: int, gender: Gender = Gender.MASCULINE, case: Case = Case.NOMINATIVE, *, definite: bool = True
) -> str:
    """`number` (1–100) as an ordinal agreeing with `gender`: «التاسع والعشرون», oblique «التاسع والعشرين», «الحادية عشرة».

    The hundredth is «المائة». Without `definite`: «تاسع وعشرون», «حادي عشر», «ثانٍ». Raises ValueError outside the range.
    """
    if not 1 <= number <= 100:
        raise ValueError(f"no ordinal for {number}: the range is 1–100")
    article = "ال" if definite else ""
    if number == 100:
        return f"{article}مائة"
    if number <= 10:
        word = _ORDINALS[gender][number - 1]
        return article + (word if definite else _WEAK_INDEFINITE.get(word, word))
    tens, unit = divmod(number, 10)
    ten = "" if tens == 1 else _TENS[tens - 2] + _TENS_ENDING[case]
    if unit == 0:
        return article + ten
    word = _FIRST_IN_COMPOUND[gender] if unit == 1 else _ORDINALS[gender][unit - 1]
    if tens == 1:
        return f"{article}{word} {_TEN_OF_TEENS[gender]}"
    return f"{article}{word if definite else _WEAK_INDEFINITE.get(word, word)} و{article}{ten}"


def enumerator(number: int) -> str:
    """The word that opens item `number` (1–99) of a list: «أولًا», «عاشرًا», «حادي عشر», «عشرون», «حاديًا وعشرين»."""
    if not 1 <= number <= LAST_ENUMERATOR:
        raise ValueError(f"no enumerator for {number}: the range is 1–99")
    if number <= 10:
        return f"{_ORDINALS[_M][number - 1]}ًا" if number > 1 else "أولًا"
    tens, unit = divmod(number, 10)
    if tens == 1 or unit == 0:
        return ordinal(number, definite=False)
    word = _FIRST_IN_COMPOUND[_M] if unit == 1 else _ORDINALS[_M][unit - 1]
    return f"{word}ًا و{_TENS[tens - 2]}{_TENS_ENDING[_O]}"


def year_in_words(year: int, noun: str = "سنة") -> str:
    """«سنة ألفين وست وعشرين», «عام ألفين وستة وعشرين»: the number agrees with `noun` and stands in the genitive after it."""
    return f"{noun} {cardinal(year, _YEAR_NOUNS[noun], Case.OBLIQUE)}"

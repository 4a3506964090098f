"""Counted nouns: «سيارتان», «5 خدمات», «11 سيارة», «ثلاث سيارات», «خمسة عشر طلبًا».

The noun after a number takes one of five forms (CLDR one, two, few, many, other), decided by the last two digits: 3–10 the
genitive plural, 11–99 the accusative singular, round hundreds the genitive singular. One and two are said by the noun alone.
Nothing is «لا توجد …», never «0 …». In words, 101 and 102 repeat the noun («مائة سيارة وسيارة»); in figures the digits stay.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, cardinal


@dataclasses.dataclass(frozen=True, slots=True)
class Noun:
    """The forms of one countable noun. `accusative` follows 11–99, `plural` follows 3–10, `none` says there are not any."""

    singular: str
    gender: Gender
    dual_nominative: str
    dual_oblique: str
    plural: str
    accusative: str
    none: str

    def dual(self, case: Case) -> str:
        return self.dual_nominative if case is Case.NOMINATIVE else self.dual_oblique


def _feminine(singular: str, plural: str) -> Noun:
    """A feminine noun in tāʾ marbūṭa: its dual opens the tāʾ, and its accusative shows no alif."""
    stem = singular.removesuffix("ة") + "ت"
    return Noun(singular, Gender.FEMININE, f"{stem}ان", f"{stem}ين", plural, singular, f"لا توجد {plural}")


def _masculine(singular: str, plural: str, *, none: str = "") -> Noun:
    return Noun(
        singular,
        Gender.MASCULINE,
        f"{singular}ان",
        f"{singular}ين",
        plural,
        f"{singular}ًا",
        none or f"لا توجد {plural}",
    )


NOUNS: Final[dict[str, Noun]] = {
    noun.singular: noun
    for noun in (
        _feminine("سيارة", "سيارات"),
        _feminine("خدمة", "خدمات"),
        _feminine("قرية", "قرى"),
        _feminine("منطقة", "مناطق"),
        _feminine("وحدة", "وحدات"),
        _feminine("زيارة", "زيارات"),
        _feminine("ساعة", "ساعات"),
        _feminine("دقيقة", "دقائق"),
        _feminine("معاملة", "معاملات"),
        _feminine("رسالة", "رسائل"),
        _masculine("يوم", "أيام"),
        _masculine("أسبوع", "أسابيع"),
        _masculine("شهر", "أشهر"),
        _masculine("نجع", "نجوع"),
        _masculine("مكان", "أماكن"),
        _masculine("مركز", "مراكز"),
        _masculine("حي", "أحياء"),
        _masculine("طلب", "طلبات"),
        _masculine("موعد", "مواعيد"),
        _masculine("مستند", "مستندات"),
        _masculine("إعلان", "إعلانات"),
        _masculine("مواطن", "مواطنين", none="لا يوجد مواطنون"),
        _masculine("موظف", "موظفين", none="لا يوجد موظفون"),
        _masculine("جنيه", "جنيهات"),
        _masculine("متر", "أمتار"),
        _masculine("كيلومتر", "كيلومترات"),
    )
}


def counted(number: int, noun: Noun | str, case: Case = Case.NOMINATIVE) -> str:
    """`number` (0 or more) of `noun`, in figures: «سيارة واحدة», «سيارتان», «5 خدمات», «11 موعدًا», «100 طلب».

    `noun` is a `Noun` or the singular of one in `NOUNS`. Digits are Western; `digits.convert` changes a finished text.
    """
    noun = NOUNS[noun] if isinstance(noun, str) else noun
    plain = _without_number(number, noun, case)
    return plain if plain is not None else f"{number} {_form_after_number(number, noun)}"


def counted_in_words(number: int, noun: Noun | str, case: Case = Case.NOMINATIVE) -> str:
    """`number` of `noun`, in words: «ثلاث سيارات», «اثنتا عشرة قرية», «خمسة عشر طلبًا», «مائة سيارة وسيارتان»."""
    noun = NOUNS[noun] if isinstance(noun, str) else noun
    plain = _without_number(number, noun, case)
    if plain is not None:
        return plain
    round_part, rest = number - number % 100, number % 100
    if rest in (1, 2):
        tail = noun.singular if rest == 1 else noun.dual(case)
        return f"{cardinal(round_part, noun.gender, case, construct=True)} {noun.singular} و{tail}"
    return f"{cardinal(number, noun.gender, case, construct=True)} {_form_after_number(number, noun)}"


def _without_number(number: int, noun: Noun, case: Case) -> str | None:
    if number < 0:
        raise ValueError(f"cannot count {number}")
    if number == 0:
        return noun.none
    if number == 1:
        return f"{noun.singular} {cardinal(1, noun.gender)}"
    return noun.dual(case) if number == 2 else None


def _form_after_number(number: int, noun: Noun) -> str:
    rest = number % 100
    if 3 <= rest <= 10:
        return noun.plural
    return noun.accusative if rest >= 11 else noun.singular

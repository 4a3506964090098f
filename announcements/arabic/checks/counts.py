"""Counted nouns: their form after a number, and the gender of a number in words («خمسة خدمات», «وخمسة وأربعين دقيقة»).

Only the nouns of `counting.NOUNS` are known; nothing is said of others. A number that names something («شارع 15», «رقم 5»,
«2026 قرية …») counts nothing. In figures, the accusative of 11–99 needs its alif («15 طلبًا») but not its tanwīn.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.counting import NOUNS, Noun, counted
from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, cardinal
from announcements.arabic.reading.dates import MONTH_NUMBERS, WEEKDAY_NUMBERS
from announcements.arabic.reading.numbers import NumberReading, opens_number, read_cardinal
from announcements.arabic.reading.tokens import Kind, bare, fold, word_set


class CountedNoun(NamedTuple):
    """A number and the noun it counts, in tokens `first`..`last` (inclusive); `reading` is None for figures."""

    number: int
    noun: Noun
    form: str
    first: int
    last: int
    reading: NumberReading | None


_SINGULAR, _ACCUSATIVE, _PLURAL, _NOMINATIVE_PLURAL, _DUAL = "singular", "accusative", "plural", "nominative", "dual"

_OTHER_PLURALS: Final[dict[str, str]] = {"شهور": "شهر", "أمكنة": "مكان"}


def _forms() -> dict[str, tuple[Noun, str]]:
    forms: dict[str, tuple[Noun, str]] = {}
    for noun in NOUNS.values():
        forms[fold(noun.dual_nominative)] = forms[fold(noun.dual_oblique)] = (noun, _DUAL)
        forms[fold(noun.plural)] = (noun, _PLURAL)
        if noun.plural.endswith("ين"):
            forms[fold(noun.plural[:-2] + "ون")] = (noun, _NOMINATIVE_PLURAL)
        forms[fold(noun.accusative)] = (noun, _ACCUSATIVE)
        forms[fold(noun.singular)] = (noun, _SINGULAR)
    for plural, singular in _OTHER_PLURALS.items():
        forms[fold(plural)] = (NOUNS[singular], _PLURAL)
    return forms


FORMS: Final = _forms()

# What a number after it names, and does not count.
_IDENTIFIERS: Final = word_set(
    """
    رقم رقمي ارقام شارع ش كيلو ك طريق قانون قرار مادة نموذج بند سنة عام دور بلوك عمارة شباك ساعة مدرسة
    تليفون ت هاتف محطة خط باب بوابة مبني قطعة حوض لجنة كشك عقار منزل شقة مرحلة مجموعة دفعة اعلان تنويه
    """
)
# These nouns also open proper names and dates, so a singular after 3–10 is only theirs when nothing is named by it.
_HEADS: Final = frozenset({"قرية", "منطقة", "وحدة", "نجع", "مكان", "مركز", "حي", "يوم", "شهر", "أسبوع", "إعلان"})
_AFTER_COUNTED: Final = word_set(
    """
    و في من علي الي حتي خلال ضمن داخل خارج منها منهم بينها تابعة مختلفة جديدة فقط لكل كل دون بدون قبل بعد
    وذلك وهي وهم وهما كاملة متصلة
    """
)
# Sums of money are written without the accusative by everyone.
_LENIENT: Final = frozenset({"جنيه"})
_GENDERS: Final = (Gender.MASCULINE, Gender.FEMININE)


def counted_nouns(parsed: ParsedText) -> list[CountedNoun]:
    """Every number of a known noun in the text, in figures («(5) خدمات» too) or in words."""
    found = []
    position = 0
    while position < len(parsed.tokens):
        token = parsed.tokens[position]
        counted_noun = None
        if token.kind is Kind.NUMBER:
            counted_noun = _in_figures(parsed, position)
        elif token.kind is Kind.WORD and opens_number(token.key):
            counted_noun = _in_words(parsed, position)
        if counted_noun is None:
            position += 1
        else:
            found.append(counted_noun)
            position = counted_noun.last + 1
    return found


def _in_figures(parsed: ParsedText, position: int) -> CountedNoun | None:
    figures = parsed.key(position).replace(",", "").replace("٬", "")
    if not figures.isdecimal() or len(figures) > 9:
        return None
    first = last = position
    if parsed.key(position - 1) == "(" and parsed.key(position + 1) == ")":
        first, last = position - 1, position + 1
    noun = FORMS.get(parsed.key(last + 1))
    if noun is None or _names_something(parsed, first) or _is_year(parsed.key(position)):
        return None
    return CountedNoun(int(figures), *noun, first, last + 1, None)


def _in_words(parsed: ParsedText, position: int) -> CountedNoun | None:
    reading = read_cardinal(parsed.keys, position)
    if reading is None or _names_something(parsed, position):
        return None
    noun = FORMS.get(parsed.key(reading.end))
    return CountedNoun(reading.value, *noun, position, reading.end, reading) if noun else None


def _names_something(parsed: ParsedText, first: int) -> bool:
    before = parsed.key(first - 1)
    if before == "و" or parsed.key(first - 1) == "/":
        return bare(parsed.key(first - 2)) in _IDENTIFIERS
    return bare(before) in _IDENTIFIERS or before in _IDENTIFIERS or before in MONTH_NUMBERS


def _is_year(figures: str) -> bool:
    return figures.isdecimal() and 1900 <= int(figures) <= 2199 and len(figures) == 4


# --- the rules -------------------------------------------------------------------------------------------------------


def check_counted_nouns(parsed: ParsedText) -> Findings:
    """«counted_gender», «counted_form» and «counted_figure»."""
    for found in counted_nouns(parsed):
        if found.reading is None:
            yield from _check_figures(parsed, found)
        else:
            yield from _check_words(parsed, found)
    yield from _check_one_and_two(parsed)


def _check_figures(parsed: ParsedText, found: CountedNoun) -> Findings:
    number, noun = found.number, found.noun
    if _is_named_by_it(parsed, found):
        return
    if number <= 2:
        # «1 …» at the head of a line may number it, unless nothing is named by it.
        is_head = found.first == 0 or parsed.key(found.first - 1) == "\n"
        if number == 0 or not is_head or (found.form == _PLURAL and _ends_there(parsed, found)):
            right = counted(number, noun, Case.OBLIQUE)
            yield parsed.report("counted_figure", found.first, found.last, right, right=right)
        return
    right_form = _right_form(number, noun)
    if right_form is None or _is_right(found, right_form):
        return
    shown = parsed.raw(found.first, found.last - 1)
    right = f"{shown} {right_form[1]}"
    yield parsed.report("counted_form", found.first, found.last, right, number=shown, right=right)


def _ends_there(parsed: ParsedText, found: CountedNoun) -> bool:
    """Whether nothing that could be named follows the noun."""
    last = found.last + 1
    return last >= len(parsed.tokens) or parsed.tokens[last].kind is not Kind.WORD or parsed.key(last) in _AFTER_COUNTED


def _check_words(parsed: ParsedText, found: CountedNoun) -> Findings:
    reading, noun, rest = found.reading, found.noun, found.number % 100
    if reading is None or found.number < 2 or _is_named_by_it(parsed, found):
        return
    if found.number == 2:
        right = f"{reading.particle}{noun.dual(_case_of(reading))}"
        yield parsed.report("counted_form", found.first, found.last, right, number="اثنين", right=right)
        return
    right_form = _right_form(found.number, noun)
    if right_form is None:
        return
    words = cardinal(found.number, noun.gender, _case_of(reading), construct=True)
    right = f"{reading.particle}{words} {right_form[1]}"
    if rest >= 3 and reading.tail and not _agrees(reading.tail, rest, noun.gender):
        yield parsed.report("counted_gender", found.first, found.last, right, right=right)
    elif not _is_right(found, right_form):
        shown = parsed.raw(found.first, found.last - 1).removeprefix(reading.particle)
        yield parsed.report("counted_form", found.first, found.last, right, number=shown, right=right)


def _check_one_and_two(parsed: ParsedText) -> Findings:
    """«خدمة واحد», «موعدين اثنتين»: one and two follow their noun and agree with it."""
    for position in range(1, len(parsed.tokens)):
        gender = _ONES_AND_TWOS.get(parsed.key(position))
        known = FORMS.get(parsed.key(position - 1)) if gender else None
        if gender is None or known is None or parsed.key(position + 1) in ("من", "و", "عشر", "عشرة"):
            continue
        noun, form = known
        number, masculine_or_feminine = gender
        if noun.gender is masculine_or_feminine or form != (_SINGULAR if number == 1 else _DUAL):
            continue
        if opens_number(parsed.key(position + 1)) or parsed.key(position - 2) == "الساعة":
            continue
        case = Case.NOMINATIVE if parsed.key(position).endswith("ان") else Case.OBLIQUE
        right = f"{parsed.raw(position - 1)} {cardinal(number, noun.gender, case)}"
        yield parsed.report("counted_gender", position - 1, position, right, right=right)


_ONES_AND_TWOS: Final[dict[str, tuple[int, Gender]]] = {
    "واحد": (1, Gender.MASCULINE),
    "واحدة": (1, Gender.FEMININE),
    "اثنان": (2, Gender.MASCULINE),
    "اثنين": (2, Gender.MASCULINE),
    "اثنتان": (2, Gender.FEMININE),
    "اثنتين": (2, Gender.FEMININE),
}


def _is_named_by_it(parsed: ParsedText, found: CountedNoun) -> bool:
    """Whether the noun belongs to what follows: «شباك 5 خدمة المواطنين», «15 مركز سوهاج», «29 يوم الأحد»."""
    if found.form not in (_SINGULAR, _PLURAL):
        return False
    following = parsed.key(found.last + 1)
    if following.startswith("ال") and following not in ("الا", "الي"):
        return not (found.form == _PLURAL and found.reading is not None)
    if fold(found.noun.singular) == "يوم" and (bare(following) in WEEKDAY_NUMBERS or following[:1].isdigit()):
        return True
    if found.form != _SINGULAR or found.noun.singular not in _HEADS:
        return False
    is_word = found.last + 1 < len(parsed.tokens) and parsed.tokens[found.last + 1].kind in (Kind.WORD, Kind.NUMBER)
    return is_word and following not in _AFTER_COUNTED


def _right_form(number: int, noun: Noun) -> tuple[str, str] | None:
    """The form a noun takes after `number`, as (its name, its word); None where usage has no one form (101, 102)."""
    rest = number % 100
    if rest in (1, 2):
        return None
    if 3 <= rest <= 10:
        return _PLURAL, noun.plural
    return (_ACCUSATIVE, noun.accusative) if rest >= 11 else (_SINGULAR, noun.singular)


def _is_right(found: CountedNoun, right: tuple[str, str]) -> bool:
    name, _ = right
    if found.form == name or (name == _ACCUSATIVE and found.noun.singular in _LENIENT and found.form == _SINGULAR):
        return True
    # A feminine noun shows no alif, so its accusative is written as its singular.
    return name == _ACCUSATIVE and found.form == _SINGULAR and found.noun.accusative == found.noun.singular


def _case_of(reading: NumberReading) -> Case:
    nominative = any(word.endswith("ون") or word in ("اثنان", "اثنتان", "اثنا", "اثنتا") for word in reading.tail)
    return Case.NOMINATIVE if nominative else Case.OBLIQUE


def _agrees(tail: tuple[str, ...], number: int, gender: Gender) -> bool:
    return tuple(_canonical(word) for word in tail) in _right_tails(number, gender)


def _canonical(word: str) -> str:
    """«ثماني» and «ثمان» are one word here, and «إحدى وعشرون» may be «واحدة وعشرون»."""
    return {"ثماني": "ثمان", "ثمانيا": "ثمان", "احدي": "واحدة", "احد": "واحد"}.get(word, word)


@functools.lru_cache(maxsize=256)
def _right_tails(number: int, gender: Gender) -> frozenset[tuple[str, ...]]:
    """Every right way to write a number below a hundred before a noun of `gender`."""
    written = (cardinal(number, gender, case, construct=construct) for case in Case for construct in (True, False))
    return frozenset(
        tuple(_canonical(word[1:] if index and word[0] == "و" else word) for index, word in enumerate(words))
        for words in ([fold(word) for word in text.split()] for text in written)
    )

"""Text for the ear: free text that staff typed, made speakable, and how long a script takes to read."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from typing import Final

from announcements.arabic.counting import NOUNS, counted_in_words
from announcements.arabic.dates import MONTHS
from announcements.arabic.digits import convert
from announcements.arabic.facts import Gender
from announcements.arabic.numbers import LARGEST, Case, cardinal, ordinal, year_in_words
from announcements.arabic.times import time_in_words

WORDS_PER_MINUTE: Final = 130  # 65 words in 30 seconds, the pace of an announcer
SECONDS_PER_VISIT: Final = 45
SECONDS_ON_LOUDSPEAKER: Final = 30

_ABBREVIATIONS: Final = {
    "أ.د.": "الأستاذ الدكتور",
    "أ.": "الأستاذ",
    "د.": "الدكتور",
    "د/": "الدكتور",
    "م.": "المهندس",
    "م/": "المهندس",
    "ش.": "شارع",
    "ش/": "شارع",
}
# Whatever form of the noun was typed after the figures, right or wrong, the right one is spoken.
_NOUN_OF_FORM: Final = {"م": "متر", "كم": "كيلومتر"} | {
    form: noun.singular
    for noun in NOUNS.values()
    for form in (noun.singular, noun.plural, noun.accusative, noun.accusative.replace("ًا", "ا"))
}
_COUNTED: Final = re.compile(
    rf"(?<![\d/.,:-])(\d{{1,9}})\s*({'|'.join(sorted(map(re.escape, _NOUN_OF_FORM), key=len, reverse=True))})(?!\w)"
)
_LETTERS: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "إيه بي سي دي إي إف جي إتش آي جيه كيه إل إم إن أو بي كيو آر إس تي يو في دبليو إكس واي زد".split(),  # noqa: SIM905
        strict=True,
    )
)
_DATE: Final = re.compile(rf"(\d{{1,2}})\s+({'|'.join(MONTHS)})")
# A day and a month in figures, where it is sure that they are: «يوم 29/11», «بتاريخ 29/11/2026»; «مبنى 3/5» is none.
_SHORT_DATE: Final = re.compile(r"(?<!\w)((?:يوم|بتاريخ|تاريخ|الموافق) )(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/])")
# What a figure after it tells apart from its like, where the ear would take a bare number for a count: «البوابة اثنين».
_NUMBERED: Final = re.compile(
    r"(?<!\w)((?:و|ب|ل|لل|ال|بال|وال|وبال)?(?:بوابة|باب|شباك|مبنى|مدخل|عمارة|بلوك|قطعة|رصيف|موقف))\s+(\d{1,4})(?![\d/.,:٫])"
)
# «كم 5», «ك 21» on a road; «5 كم» is a distance.
_MILESTONE: Final = re.compile(r"(?<!\w)(و?)(ب?)(?:كم|ك)\s*(\d{1,4})(?![\d/.,:٫])")
# One adjective between brackets or after a dash belongs to the noun before it; «المسجد، الجامع الكبير» is another name of it.
_ADJECTIVE: Final = re.compile(
    r"(?<=\w)، (ال(?:جديد|قديم|كبير|صغير|رئيسي|شرقي|غربي|بحري|قبلي|شمالي|جنوبي|ابتدائي|إعدادي|ثانوي)ة?)(?=،|$)"
)
# «الساعة 3:00 عصرًا»: the part of the day has been typed; after noon of a 24-hour clock it has not.
_CLOCK: Final = re.compile(r"(?<![\d:/])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_NUMBER: Final = re.compile(r"\d+")
_LATIN: Final = re.compile(r"[A-Za-z]+")
_PAUSES: Final = re.compile(r"\s*[()\[\]{}–—/\\|:;,]+\s*|\s+-+\s+")
_WORD: Final = re.compile(r"\w")


def speakable(text: str) -> str:
    """Free text (a landmark, a service's name) with nothing an announcer cannot read.

    Digits become words («مدرسة 6 أكتوبر»: «مدرسة السادس من أكتوبر», «شارع 15»: «شارع خمسة عشر», «البوابة 2»: «البوابة رقم اثنين»,
    «كم 5»: «الكيلو خمسة»), brackets and dashes become pauses, save before one adjective («الوحدة (الجديدة)»), known
    abbreviations are spelt out, Latin words are spelt by the names of their letters, quotes and symbols go.
    """
    text = convert(text)
    for short, full in _ABBREVIATIONS.items():
        text = re.sub(rf"(?<!\S){re.escape(short)}\s*", f"{full} ", text)
    text = _DATE.sub(_spoken_date, _SHORT_DATE.sub(_date_with_month, text))
    text = _COUNTED.sub(_spoken_count, _CLOCK.sub(_spoken_time, text))
    text = _MILESTONE.sub(r"\1\2الكيلو \3", _NUMBERED.sub(r"\1 رقم \2", text))
    text = _NUMBER.sub(lambda match: f" {_spoken_number(match.group())} ", text)
    text = _LATIN.sub(lambda match: " ".join(_LETTERS[letter] for letter in match.group().lower()), text)
    text = _PAUSES.sub("، ", text).replace("-", " ")
    text = "".join(character for character in text if character in "،؛.!؟" or _is_readable(character))
    text = re.sub(r"\s*،(\s*،)*\s*", "، ", text)
    return _ADJECTIVE.sub(r" \1", " ".join(text.split()).strip("، "))


def _spoken_count(match: re.Match[str]) -> str:
    """«5 سيارات» by the gender of what is counted; «100 م» is metres. An unlikely count stays a bare number."""
    number, noun = int(match[1]), _NOUN_OF_FORM[match[2]]
    return counted_in_words(number, noun, Case.OBLIQUE) if 1 <= number <= LARGEST else match[0]


def _date_with_month(match: re.Match[str]) -> str:
    """«يوم 29 نوفمبر», of «يوم 29/11»."""
    day, month = int(match[2]), int(match[3])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    year = f" {year_in_words(int(match[4]), 'عام')}" if match[4] else ""
    return f"{match[1]}{day} {MONTHS[month - 1]}{year}"


def _spoken_date(match: re.Match[str]) -> str:
    day = int(match[1])
    return f"{ordinal(day, Gender.MASCULINE, Case.OBLIQUE)} من {match[2]}" if 1 <= day <= 31 else match[0]


def _spoken_time(match: re.Match[str]) -> str:
    time = dt.time(int(match[1]), int(match[2]))
    return time_in_words(time, table=None if time.hour > 12 else ((dt.time(0), ""),)).strip()


def _spoken_number(figures: str) -> str:
    if figures.startswith("0") or int(figures) > LARGEST:
        return " ".join(cardinal(int(figure)) for figure in figures)
    # What staff type follows a preposition or a noun («بالكيلو واحد وعشرين»).
    return cardinal(int(figures), case=Case.OBLIQUE)


def _is_readable(character: str) -> bool:
    """Whether it is a space, or an Arabic letter or vowel sign."""
    return character.isspace() or ("\u0600" <= character <= "\u06ff" and unicodedata.category(character)[0] in "LM")


def word_count(script: str) -> int:
    """The words an announcer has to read: a sign standing alone is none."""
    return sum(1 for token in script.split() if _WORD.search(token))


def seconds(script: str, words_per_minute: int = WORDS_PER_MINUTE) -> int:
    """How long a script takes to read, in whole seconds, rounded up."""
    return math.ceil(word_count(script) * 60 / words_per_minute)

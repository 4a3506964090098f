"""Words for a day that are only true on one day: «غدًا», «اليوم», «أمس», «بكرة».

«اليوم» may be said in urgent news of a breakdown. «في اليوم نفسه», «اليوم التالي», «هذا اليوم» and names such as
«المصري اليوم» tell nothing of when the text is read.
"""

from __future__ import annotations

from typing import Final

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.reading.tokens import Kind, bare, without_particle, word_set

_ALWAYS: Final = frozenset({"غدا", "بكرة", "بكره", "امبارح", "البارحة", "النهاردة", "النهارده"})
_YESTERDAY: Final = frozenset({"امس"})
_TODAY: Final = frozenset({"اليوم", "الليلة"})
_PARTS_OF_DAY: Final = word_set("صباح مساء ظهر فجر عصر ليل")
_TOMORROW: Final = frozenset({"غد", "الغد"})
_WEEKDAYS_BARE: Final = frozenset({"احد", "اثنين", "ثلاثاء", "اربعاء", "خميس", "جمعة", "سبت"})
# «اليوم» after these, or before these, is a day of the story and not of the reader.
_BEFORE: Final = word_set(
    """
    نفس ذلك هذا هذه تلك طوال خلال مدار المصري جريدة صحيفة نهاية بداية منتصف اثناء باقي بقية ساعات كامل مدرسة
    موقع حتي اخر
    """
)
_AFTER: Final = word_set("نفسه ذاته نفسها ذاتها عينه")


def check_relative_days(parsed: ParsedText) -> Findings:
    """«relative_day»."""
    for position, token in enumerate(parsed.tokens):
        if token.kind is Kind.WORD and _is_relative(parsed, position):
            last = position + (token.key in ("يوم", "بعد") and parsed.key(position + 1) in _TOMORROW)
            yield parsed.report("relative_day", position, last, wrong=parsed.raw(position, last))


def _is_relative(parsed: ParsedText, position: int) -> bool:
    key, before, after = parsed.key(position), parsed.key(position - 1), parsed.key(position + 1)
    if key in ("يوم", "بعد"):
        return after in _TOMORROW
    if key in _TOMORROW:
        if before in ("يوم", "بعد"):
            return False  # told as one with it
        return (bare(after) in _WEEKDAYS_BARE and after != bare(after)) or before in _PARTS_OF_DAY
    if without_particle(key, _ALWAYS):
        return True
    if without_particle(key, _YESTERDAY):
        return bare(after) != "حاجة"
    if key not in ("اليوم", "واليوم", "الليلة"):
        return False
    if (key != "الليلة" and parsed.is_urgent) or bare(before) in _BEFORE or before in _BEFORE or after in _AFTER:
        return False
    is_described = after.startswith("ال") and after not in ("الا", "الي", "الساعة")
    return not is_described or bare(after) in _WEEKDAYS_BARE

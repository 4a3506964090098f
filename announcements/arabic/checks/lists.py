"""A count beside the list it announces: «15 مركزًا، وهي: …» followed by fourteen names.

A list is told by «وهي:» and its like, or by the counted noun itself before a colon. Its items are lines with a bullet or a
number, or the parts of a sentence between commas. Where a sentence may be parted in more than one way, every way must be
wrong. «منها:» and «مثل:» open a part of a list, and lists of the days' details are not lists of what was counted.
"""

from __future__ import annotations

import re
from typing import Final

from announcements.arabic.checks.counts import FORMS, CountedNoun, counted_nouns
from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.counting import counted
from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, enumerator
from announcements.arabic.reading.tokens import Kind, bare, fold, word_set

_NAMING: Final = frozenset(
    {"هي", "وهي", "هما", "وهما", "هم", "وهم", "التالية", "الاتية", "التاليين", "الاتيين", "التالي", "الاتي"}
)
_GENERAL: Final = (("النحو", "الاتي"), ("النحو", "التالي"), ("كالاتي",), ("كالتالي",), ("يلي",))
_PARTIAL: Final = frozenset({"منها", "ومنها", "بينها", "مثل", "ابرزها", "اهمها", "بعضها", "وغيرها", "الخ", "وغير"})
# Only these are listed one an item after «على النحو الآتي»; places may be visited twice, and measures are never listed.
_VISITS: Final = frozenset({"موعد", "زيارة"})
_MEASURES: Final = frozenset({"ساعة", "دقيقة", "يوم", "أسبوع", "شهر", "جنيه"})
_NOT_AN_ITEM: Final = word_set(
    "من الي حتي كل جميع يوميا خلال وذلك عدد عددها امام بجوار خلف يوم ايام الساعة علما بان حيث وتقع تقع"
)
_ENUMERATORS: Final[dict[str, int]] = {fold(enumerator(number)): number for number in range(1, 21)}
_NUMBERED: Final = "1."
_BULLET: Final = re.compile(r"^\s*(?:([•▪●◦▫■□✔✅➤►*])\s|([-–—ـ])\s*(?=\S)|(?:[(\[]?([0-9٠-٩]{1,2})[)\].\-–:]))")
# What a stop's details are called where no sign marks them.
_LABEL: Final = re.compile(r"^(?:الخدمات|المستندات|وسائل السداد):")
_SYMBOL: Final = re.compile(r"^[^\w\s«\"(\[]")
_NOT_ITEMS: Final = _NOT_AN_ITEM | _PARTIAL
# «15 مركزًا بسوهاج، شملت: …» may be a list of something else, unless it is nearly as long and they are places.
_COMPRISING: Final = word_set("شملت تشمل وشملت وتشمل تضم ضمت")
_PLACES: Final = frozenset({"مركز", "قرية", "حي", "منطقة", "نجع", "وحدة", "مكان"})
_NEAR: Final = 2
_DASHES: Final = frozenset("–-—")
_COMMAS: Final = frozenset({"،", ",", "؛"})
_LONGEST_ITEM: Final = 4


def check_lists(parsed: ParsedText) -> Findings:
    """«list_count»."""
    candidates = [*counted_nouns(parsed), *_duals(parsed)]
    for colon, key in enumerate(parsed.keys):
        if key != ":" or (
            parsed.key(colon + 1).isdigit() and parsed.tokens[colon].end == parsed.tokens[colon + 1].start
        ):
            continue
        announced = _announced(parsed, candidates, colon)
        if announced is None:
            continue
        items = _count_lines(parsed, colon) if _ends_line(parsed, colon) else _count_parts(parsed, colon, announced)
        if items is None or items[0] <= announced.number <= items[1]:
            continue
        count = items[1] if announced.number > items[1] else items[0]
        shown = parsed.raw(announced.first, announced.last)
        right = counted(count, announced.noun, Case.OBLIQUE)
        last, suggestion = _put_right(parsed, announced, colon, count, right)
        yield parsed.report("list_count", announced.first, last, suggestion, number=shown, items=right)


# What stands for what was counted: of one (m, f), of two, of more.
_PRONOUNS: Final = frozenset({"هو", "هي", "هما"})


def _put_right(parsed: ParsedText, announced: CountedNoun, colon: int, count: int, right: str) -> tuple[int, str]:
    """The last token that a right count replaces, and what with: «وهي» follows three, and «وهما» two.

    Without a suggestion where other words between them would have to follow too.
    """
    between = range(announced.last + 1, colon)
    words = [position for position in between if parsed.tokens[position].kind is Kind.WORD]
    agrees = count > 2 and announced.number > 2
    pronoun = parsed.key(words[-1]).removeprefix("و") if words else ""
    if len(words) == 1 and pronoun in _PRONOUNS:
        own = "هما" if count == 2 else "هو" if count == 1 and announced.noun.gender is Gender.MASCULINE else "هي"
        if pronoun == own:
            return announced.last, right
        particle = "و" if parsed.key(words[0]).startswith("و") else ""
        told = parsed.text[parsed.tokens[announced.last].end : parsed.tokens[words[0]].start]
        return words[0], f"{right}{told}{particle}{own}"
    agreeing = [position for position in words if parsed.key(position) not in _STANDING]
    return announced.last, right if agrees or not agreeing else ""


# Words that say the same of one, two and many.
_STANDING: Final = word_set("على النحو الآتي التالي كالآتي كالتالي وذلك في كما يلي")


def _duals(parsed: ParsedText) -> list[CountedNoun]:
    """«موعدين», «قريتان»: two by the noun alone."""
    return [
        CountedNoun(2, FORMS[key][0], FORMS[key][1], position, position, None)
        for position, key in enumerate(parsed.keys)
        if key in FORMS and FORMS[key][1] == "dual"
    ]


def _announced(parsed: ParsedText, candidates: list[CountedNoun], colon: int) -> CountedNoun | None:
    """What the colon promises a list of, when that is sure."""
    sentence = parsed.tokens[colon].sentence
    before = [
        found
        for found in candidates
        if found.last < colon and parsed.tokens[found.first].sentence == sentence and found.number > 1
    ]
    if not before:
        return None
    opening = max(
        (position for position in parsed.sentences[sentence] if position < colon and parsed.key(position) == ":"),
        default=-1,
    )
    before = [found for found in before if found.first > opening]
    if not before:
        return None
    last = max(before, key=lambda found: found.last)
    tail = parsed.keys[last.last + 1 : colon]
    if _PARTIAL.intersection(tail) or last.noun.singular in _MEASURES:
        return None
    if any(
        parsed.key(colon - len(words)) == words[0] and tuple(parsed.keys[colon - len(words) : colon]) == words
        for words in _GENERAL
    ):
        visits = [found for found in before if found.noun.singular in _VISITS]
        return visits[-1] if len(visits) == 1 else None
    if len(tail) == 0 or (tail[-1] in _NAMING and _speaks_of(parsed, last, colon, len(before))):
        return last
    if tail[-1] in _COMPRISING and len(before) == 1 and last.noun.singular in _PLACES:
        return last
    return None


def _speaks_of(parsed: ParsedText, last: CountedNoun, colon: int, count: int) -> bool:
    """Whether «وهي» is sure to be what was counted last: alone in the sentence, or right before."""
    return count == 1 or colon - last.last <= 5


def _ends_line(parsed: ParsedText, colon: int) -> bool:
    following = colon + 1
    while parsed.key(following) == "*":
        following += 1
    return following >= len(parsed.tokens) or parsed.tokens[following].kind is Kind.BREAK


# --- lines -----------------------------------------------------------------------------------------------------------


def _count_lines(parsed: ParsedText, colon: int) -> tuple[int, int] | None:
    """The fewest and the most items in the lines after a colon; None when they are no list.

    The items are the lines with the first one's bullet. Another bullet may be a slip, unless a heading opened a list within.
    """
    lines = parsed.text[parsed.tokens[colon].end :].split("\n")[1:]
    counts: dict[str, int] = {}
    first = ""
    blank_before = has_headings = False
    for line in lines:
        bullet, number = _bullet_of(line)
        if first == _NUMBERED:
            # Numbers tell by themselves which lines are items, whatever stands between them.
            if bullet == _NUMBERED and number <= counts[first]:
                break
            counts[first] += bullet == _NUMBERED
        elif bullet:
            first = first or bullet
            counts[bullet] = counts.get(bullet, 0) + 1
        elif line.strip() and not _is_heading(line) and (not first or blank_before or line.rstrip().endswith(":")):
            break
        elif first and line.rstrip(" *").endswith(":"):
            has_headings = True
        blank_before = not line.strip()
    if not first:
        return None
    return counts[first], counts[first] if has_headings else sum(counts.values())


def _bullet_of(line: str) -> tuple[str, int]:
    """A line's bullet («•»; «-» for every dash; `_NUMBERED`) and its number, or ("", 0)."""
    match = _BULLET.match(line)
    if match and match[3]:
        return _NUMBERED, int(match[3])
    if match:
        return match[1] or "-", 0
    number = _ENUMERATORS.get(fold(line.split(":")[0].strip(" *")), 0)
    return (_NUMBERED, number) if number else ("", 0)


def _is_heading(line: str) -> bool:
    """A line that belongs inside a list: «🗓 يوم الأحد …:», «*الخدمات:*», «الخدمات:», «يوم الأحد …:»."""
    words = line.split()
    return bool(_SYMBOL.match(line) or _LABEL.match(line)) or (bool(words) and fold(words[0]) == "يوم")


# --- parts of a sentence ---------------------------------------------------------------------------------------------


def _count_parts(parsed: ParsedText, colon: int, announced: CountedNoun) -> tuple[int, int] | None:
    """The fewest and the most items a sentence after a colon can have; None when its parts are not sure to be items."""
    in_brackets = parsed.key(colon + 1) == "("
    separators = _COMMAS | _DASHES if in_brackets else _COMMAS
    sentence = parsed.tokens[colon].sentence
    parts: list[list[str]] = [[]]
    for position in range(colon + 1 + in_brackets, len(parsed.tokens)):
        token = parsed.tokens[position]
        if token.sentence != sentence or token.kind is Kind.BREAK or (in_brackets and token.key == ")"):
            break
        if token.key in separators:
            parts.append([])
        elif token.kind is Kind.WORD:
            parts[-1].append(token.key)
        elif token.key not in (".", "«", "»", '"'):
            return None
    parts = [part for part in parts if part]
    words = {word for part in parts for word in part}
    if not parts or any(word in _NOT_ITEMS or bare(word) in _NOT_ITEMS for word in words):
        return None
    fewest = len(parts)
    joined = sum(1 for part in parts for index, word in enumerate(part) if index and word.startswith("و"))
    if fewest > announced.number and not _are_items(parts):
        return None
    if parsed.key(colon - 1) in _COMPRISING and abs(fewest - announced.number) > _NEAR:
        return None
    return fewest, fewest + joined


def _are_items(parts: list[list[str]]) -> bool:
    """Whether every part is sure to be an item of its own, and not a remark on the one before it («باجا، بمدرسة النصر»)."""
    joined = all(part[0].startswith("و") for part in parts[1:])
    return all(len(part) <= (_LONGEST_ITEM if joined else 1) for part in parts)

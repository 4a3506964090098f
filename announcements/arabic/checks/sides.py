"""The side of the governorate on which a text puts a place: «مركز طما جنوب المحافظة», although it is the northern end.

Only where the words leave no doubt who lies where: the side follows the place («مدينة …، جنوب المحافظة», «… الواقعة في أقصى
جنوب محافظة …»), and «المحافظة» or the governorate's own name follows the side. «سيارة مركز … في جنوب المحافظة» may tell where
the vehicle works, so «في» needs a verb or a place in the same case («يقع مركز …», «بمركز …»). A markaz is named by «مركز» or
«مدينة», or bare where its name can be no other word; a village by its class noun, its name and its markaz. Where the village is
not known, its markaz tells of north and south alone, because both banks of a river may belong to it. «شمال وجنوب المحافظة»,
names with a side in them («القرامطة غرب») and «غرب النيل» say nothing of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.geography import Markaz, Point, Side
from announcements.arabic.reading.tokens import Kind, keys_of, word_set

_SIDES: Final = {f"{side.value}{ending}": side for side in Side for ending in ("", "ي")}
_GOVERNORATE: Final = "محافظة"
_WHOLE: Final = "المحافظة"
# Between a place and its side.
_JOINS: Final = frozenset({"،", ",", "–", "-", "—", "("})
_LIES: Final = word_set("الواقع الواقعة الواقعتان الواقعتين تقع يقع وتقع ويقع")
_IN: Final = frozenset({"في", "باقصي"})
_FAR: Final = "اقصي"
_BEFORE_A_NAME: Final = _LIES | {"في", "وفي"}
_NOT: Final = word_set("لا ليس ليست لم وليس وليست ولا غير")
_MARKAZ_NOUNS: Final = word_set("مركز مدينة")
_PARTICLES: Final = ("", "ب", "ل", "و", "وب", "ول")
_VILLAGE_NOUNS: Final = word_set("قرية نجع عزبة كفر منطقة قري نجوع عزب قريتي قريتا")
# How far before its markaz a village may begin: «بقرية جزيرة شندويل، التابعة لمركز …».
_VILLAGE_REACH: Final = 9


class _Claim(NamedTuple):
    """«شمال غرب المحافظة»: the tokens it stands in, and its sides with the token of each."""

    first: int
    last: int
    sides: tuple[tuple[int, Side], ...]


class _Place(NamedTuple):
    """A place as named from token `first` on: the points it may have, of a whole markaz or not.

    With `is_somewhere_in` it is a village of which only the markaz is known.
    """

    first: int
    points: tuple[Point, ...]
    is_markaz: bool
    is_somewhere_in: bool = False


def check_sides(parsed: ParsedText) -> Findings:
    """«place_side»."""
    for claim in _claims(parsed):
        end, needs_place = _end_of_place(parsed, claim.first)
        place = _place_ending_at(parsed, end) if end is not None else None
        if end is None or place is None or (needs_place and not _is_where(parsed, place.first)):
            continue
        for position, side in claim.sides:
            if _is_wrong(parsed, place, side):
                told, right = parsed.raw(position), side.opposite.value
                yield parsed.report(
                    "place_side",
                    position,
                    None,
                    told.replace(side.value, right, 1) if len(claim.sides) == 1 and side.value in told else "",
                    place=parsed.raw(place.first, end),
                    right=right,
                    wrong=parsed.raw(claim.first, claim.last),
                )


def _is_wrong(parsed: ParsedText, place: _Place, side: Side) -> bool:
    if place.is_somewhere_in and not side.is_latitude:
        return False
    return all(parsed.geography.rules_out(side, point, is_markaz=place.is_markaz) for point in place.points)


# --- the side --------------------------------------------------------------------------------------------------------


def _claims(parsed: ParsedText) -> Iterator[_Claim]:
    for position, token in enumerate(parsed.tokens):
        side = _SIDES.get(token.key) or _SIDES.get(token.key.removeprefix("ب"))
        if token.kind is not Kind.WORD or side is None or parsed.key(position - 1) in _SIDES:
            continue
        sides = [(position, side)]
        second = _SIDES.get(parsed.key(position + 1))
        if second is not None and second.is_latitude is not side.is_latitude:
            sides.append((position + 1, second))
        last = _end_of_governorate(parsed, position + len(sides))
        if last is not None:
            yield _Claim(position, last, tuple(sides))


def _end_of_governorate(parsed: ParsedText, position: int) -> int | None:
    """The last token of «المحافظة» or «محافظة …» at `position`; None when it is another thing that has a side."""
    if parsed.key(position) == _WHOLE:
        return position
    if parsed.key(position) != _GOVERNORATE:
        return None
    name = keys_of(parsed.geography.governorate)
    end = position + len(name)
    return end if name and parsed.keys[position + 1 : end + 1] == name else None


# --- the place it is said of -----------------------------------------------------------------------------------------


def _end_of_place(parsed: ParsedText, position: int) -> tuple[int | None, bool]:
    """The token before what joins the side at `position` to a place, or None; and whether that must be where something is."""
    sentence = parsed.tokens[position].sentence
    before = position - 1
    is_in, lies = parsed.key(position).startswith("ب"), False
    while before >= 0 and parsed.tokens[before].sentence == sentence:
        key = parsed.key(before)
        if key in _LIES:
            lies = True
        elif key in _IN:
            is_in = True
        elif key not in _JOINS and key != _FAR:
            break
        before -= 1
    if before < 0 or parsed.tokens[before].sentence != sentence:
        return None, False
    if any(parsed.key(one) in _NOT for one in parsed.sentences[sentence] if one < position):
        return None, False
    return before, is_in and not lies


def _is_where(parsed: ParsedText, first: int) -> bool:
    """Whether a place named at `first` is where something is («بمدينة …», «في مدينة …»), or is told where it lies itself."""
    sentence = parsed.tokens[first].sentence
    lies = any(parsed.key(one) in _LIES for one in parsed.sentences[sentence] if one < first)
    return lies or parsed.key(first).startswith(("ب", "وب")) or parsed.key(first - 1) == "في"


def _place_ending_at(parsed: ParsedText, end: int) -> _Place | None:
    """The markaz named up to `end`, or the village of it that is named before."""
    geography = parsed.geography
    for markaz in geography.marakez:
        starts = [start for name in markaz.names if (start := _start(parsed, end, name)) is not None]
        if not starts:
            continue
        first = min(starts)
        village = _village_before(parsed, first)
        if village is None:
            return _Place(first, (markaz.middle,), is_markaz=True)
        points = _points_of_village(parsed, village, first, markaz)
        if points:
            return _Place(village, points, is_markaz=False)
        return _Place(village, (markaz.middle,), is_markaz=True, is_somewhere_in=True)
    return None


def _start(parsed: ParsedText, end: int, name: str) -> int | None:
    """Where the name begins that ends at `end`: with «مركز» or «مدينة», or bare."""
    keys = keys_of(name)
    start = end - len(keys) + 1
    if start < 0:
        return None
    told = parsed.keys[start : end + 1]
    if told == keys and _opens(parsed.key(start - 1), _MARKAZ_NOUNS):
        return start - 1
    # A bare name may be an ordinary word («المنشأة»), the governorate's own, or what a bridge or a road is called by.
    if len(keys) > 1 or keys[0].startswith("ال") or keys == keys_of(parsed.geography.governorate):
        return None
    if told == keys:
        is_alone = (
            start == 0 or parsed.tokens[start - 1].kind is not Kind.WORD or parsed.key(start - 1) in _BEFORE_A_NAME
        )
        return start if is_alone else None
    return start if told[0] in {particle + keys[0] for particle in _PARTICLES} else None


def _opens(key: str, nouns: frozenset[str]) -> bool:
    return any(key == particle + noun for particle in _PARTICLES for noun in nouns)


def _village_before(parsed: ParsedText, first: int) -> int | None:
    """The class noun of a village told before its markaz, which begins at `first`."""
    sentence = parsed.tokens[first].sentence
    for position in range(first - 1, max(first - 1 - _VILLAGE_REACH, -1), -1):
        if parsed.tokens[position].sentence != sentence:
            return None
        if _opens(parsed.key(position), _VILLAGE_NOUNS):
            return position
    return None


def _points_of_village(parsed: ParsedText, village: int, first: int, markaz: Markaz) -> tuple[Point, ...]:
    """Where the village lies that is named between its class noun at `village` and its markaz at `first`."""
    told = parsed.keys[village + 1 : first]
    return tuple(
        one.point
        for one in parsed.geography.settlements
        if one.markaz in markaz.names
        and _opens(parsed.key(village), frozenset({one.class_noun}))
        and told[: len(name := keys_of(one.name))] == name
    )

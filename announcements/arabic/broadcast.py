"""A finished radio script against the clock: how long it runs, and a bulletin too long for its slot cut into parts.

Stations sell and give time by the half minute: thirty seconds, or sixty. A script is read by its lines, so one that was edited
by hand is cut as well: what stands before «أولًا: …» opens every part, what follows the last item closes every part, and an
item is never divided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from announcements.arabic.facts import Gender
from announcements.arabic.numbers import Case, cardinal, enumerator, ordinal
from announcements.arabic.spoken import WORDS_PER_MINUTE, seconds

SHORT_SLOT: Final = 30
LONG_SLOT: Final = 60

_ENUMERATORS: Final = frozenset(enumerator(number) for number in range(1, 100))


class Script(NamedTuple):
    """The lines of a script by what they are. A script about one visit has no items: all of it is opening."""

    opening: list[str]
    items: list[str]
    closing: list[str]


def read_script(script: str) -> Script:
    """The script taken apart; a line without an enumerator between two items belongs to the item before it."""
    lines = [line for line in script.splitlines() if line.strip()]
    heads = [place for place, line in enumerate(lines) if line.partition(":")[0].strip() in _ENUMERATORS]
    if not heads:
        return Script(lines, [], [])
    first, last = heads[0], heads[-1]
    items = ["\n".join(lines[start:end]) for start, end in zip(heads, [*heads[1:], last + 1], strict=True)]
    return Script(lines[:first], items, lines[last + 1 :])


def split_script(script: str, *, longest: int = LONG_SLOT, words_per_minute: int = WORDS_PER_MINUTE) -> list[str]:
    """The script as parts of at most `longest` seconds, each with opening, number («الجزء الأول من ثلاثة») and closing.

    A script that is short enough, or that tells of one visit only, comes back whole. As few parts as that allows: in a
    part that others follow the closing gives way, line by line from its beginning, and the part says instead that more is to
    come; the last part has all of it, unless its single item leaves no time. An item longer than `longest` stays longer.
    """
    opening, items, closing = read_script(script)
    if len(items) < 2 or seconds(script, words_per_minute) <= longest:
        return [script]

    def part(group: Sequence[str], tail: Sequence[str], number: int, count: int) -> str:
        return "\n".join([*opening, part_number(number, count), *group, *tail])

    def fits(group: Sequence[str], tail: Sequence[str]) -> bool:
        # Up to twenty parts no number has more words than this one.
        return seconds(part(group, tail, 11, 20), words_per_minute) <= longest

    groups: list[list[str]] = []
    for place, item in enumerate(items, start=1):
        shortest = closing if place == len(items) else [_rest(11)]
        if groups and fits([*groups[-1], item], shortest):
            groups[-1].append(item)
        else:
            groups.append([item])
    parts = []
    for number, group in enumerate(groups, start=1):
        tails = [closing[start:] for start in range(len(closing))]
        tails.append([_rest(number + 1)] if number < len(groups) else closing[-1:])
        tail = next((tail for tail in tails if fits(group, tail)), tails[-1])
        parts.append(part(group, tail, number, len(groups)))
    return parts


def _rest(number: int) -> str:
    """«وبقية المواعيد في الجزء الثاني.»"""
    return f"وبقية المواعيد في الجزء {ordinal(number, Gender.MASCULINE)}."


def part_number(number: int, count: int) -> str:
    """«الجزء الأول من ثلاثة.»: «جزء» is masculine, and the count stands in the genitive after «من»."""
    which = ordinal(number, Gender.MASCULINE)
    return f"الجزء {which} من {cardinal(count, Gender.MASCULINE, Case.OBLIQUE)}."


def pages_of(script: str) -> list[str]:
    """The script an item a page, for an announcer who lays each aside: opening with the first, closing with the last."""
    opening, items, closing = read_script(script)
    if not items:
        return [script]
    pages = list(items)
    pages[0] = "\n".join([*opening, pages[0]])
    pages[-1] = "\n".join([pages[-1], *closing])
    return pages


def long_items(script: str, *, longest: int, words_per_minute: int = WORDS_PER_MINUTE) -> list[str]:
    """The items that run longer than `longest` seconds each; of a script about one visit, the whole of it."""
    items = read_script(script).items or [script]
    return [item for item in items if seconds(item, words_per_minute) > longest]

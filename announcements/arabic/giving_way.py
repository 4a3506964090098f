"""What gives way in news told aloud, in a fixed order, until it fits its time.

Only detail gives way: a list becomes its bare fact («وأُضيفت خدمات أخرى»), never the other way round. Where something is the news
itself – the services of which less is given now – it stays, and the checker says that the text is long (`spoken_long`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from announcements.arabic.changes import Differences
from announcements.arabic.spoken import seconds

Lines = list[str]
Step = Callable[[Lines], Lines]


def fitted(lines: Lines, steps: Sequence[Step], longest: int) -> Lines:
    """`lines` after as few of `steps`, in their order, as let them be read in `longest` seconds; after all, when none does."""
    for step in steps:
        if seconds("\n".join(lines)) <= longest:
            break
        lines = step(lines)
    return lines


def without(opening: str | tuple[str, ...]) -> Step:
    """A step that leaves out the lines that begin with `opening`, or with one of several."""
    return lambda lines: [line for line in lines if not line.startswith(opening)]


def instead(pattern: str, shorter: str) -> Step:
    """A step that replaces what `pattern` finds in every line; `shorter` may name its groups."""
    found = re.compile(pattern)
    return lambda lines: [found.sub(shorter, line) for line in lines]


def _one_of(first: Step, second: Step) -> Step:
    """Both steps, where only one of them finds anything."""
    return lambda lines: second(first(lines))


_OLD_INTAKE: Final = instead(
    r"^((?:وأصبح|والصحيح أن) آخر موعد لاستقبال الطلبات الساعة .+?)، (?:بعد أن كان|لا) الساعة .+[.]$", r"\1."
)
_OLD_ISSUER: Final = instead(r"^((?:وأصبحت|والصحيح أن) الجهة المسئولة عن .+?)، (?:بدلًا من|وليست) .+[.]$", r"\1.")
# Of a mistake, «وصُوِّبت»: nothing has become otherwise.
_PAYMENTS: Final = _one_of(
    instead(r"^وأصبح السداد .+[.]$", "وتغيّرت وسائل السداد."),
    instead(r"^والصحيح أن السداد .+[.]$", "وصُوِّبت وسائل السداد."),
)
_DOCUMENTS: Final = _one_of(
    instead(r"^وأصبحت المستندات المطلوبة: .+[.]$", "وتغيّرت المستندات المطلوبة."),
    instead(r"^والصحيح أن المستندات المطلوبة هي: .+[.]$", "وصُوِّبت المستندات المطلوبة."),
)
_ADDED: Final = instead(r"^وأُضيف إلى الخدمات ما يلي: .+[.]$", "وأُضيفت خدمات أخرى.")
_ALTERED: Final = _one_of(
    instead(r"^وتغيّر أسلوب تقديم ما يلي: .+[.]$", "وتغيّر أسلوب تقديم بعض الخدمات."),
    instead(r"^ويُصوَّب أسلوب تقديم ما يلي: .+[.]$", "ويُصوَّب أسلوب تقديم بعض الخدمات."),
)
_LIMITED: Final = instead(r"^وتقتصر الخدم(?:ة|تان|ات) .+? على (.+?): .+[.]$", r"وتقتصر بعض الخدمات على \1.")
_REMOVED: Final = instead(r"^ولا تتوفر في هذا الموعد الخدم.+: .+[.]$", "ولا تتوفر في هذا الموعد بعض الخدمات.")
_ALL_REMOVED: Final = instead(r"^ولا تتوفر في هذا الموعد الخدم.+: .+[.]$", "ولا تتوفر الخدمات في هذا الموعد.")


def details_of(found: Differences) -> Iterator[Step]:
    """The steps by which the details of a change give way, where another thing is its news."""
    yield _OLD_INTAKE
    yield _OLD_ISSUER
    has_moved = found.when or found.where
    # What the notice is called by stays: the papers, say, where nothing but papers and means of payment has changed.
    if has_moved or found.services or found.last_intake or found.documents:
        yield _PAYMENTS
    if has_moved or found.services or found.last_intake:
        yield _DOCUMENTS
    if has_moved or found.removed or found.limited:
        yield _ADDED
        yield _ALTERED
    if has_moved:
        yield _LIMITED
        yield _ALL_REMOVED if found.no_services else _REMOVED


# Sentences that are bare facts already, by what they say has changed.
_SERVICES: Final = "الخدمات المقدمة"
_BARE: Final[dict[str, str]] = {
    "وأُضيفت خدمات أخرى.": _SERVICES,
    "وتغيّر أسلوب تقديم بعض الخدمات.": _SERVICES,
    "ويُصوَّب أسلوب تقديم بعض الخدمات.": _SERVICES,
    "وتغيّرت المستندات المطلوبة.": "المستندات المطلوبة",
    "وصُوِّبت المستندات المطلوبة.": "المستندات المطلوبة",
    "ولم تعد المستندات المطلوبة محددة.": "المستندات المطلوبة",
    "وتغيّرت وسائل السداد.": "وسائل السداد",
    "وصُوِّبت وسائل السداد.": "وسائل السداد",
}


def in_one_sentence(lines: Lines) -> Lines:
    """«وتغيّرت كذلك الخدمات المقدمة ووسائل السداد.», in place of a sentence for each; of services, unless another tells it."""
    if not any(line in _BARE for line in lines):
        return lines
    told = any(line.startswith(("ولا تتوفر ", "وتقتصر ")) for line in lines)
    changed = list(dict.fromkeys(_BARE[line] for line in lines if line in _BARE))
    if told and _SERVICES in changed:
        changed.remove(_SERVICES)
    last = max(number for number, line in enumerate(lines) if line in _BARE)
    is_mistake = any(line.startswith(("وصُوِّبت ", "ويُصوَّب ")) for line in lines)
    verb = "وصُوِّبت" if is_mistake else "وتغيّرت"
    together = [f"{verb} كذلك {' و'.join(changed)}."] if changed else []
    before, after = ([line for line in part if line not in _BARE] for part in (lines[:last], lines[last:]))
    return [*before, *together, *after]

"""Notices for a loudspeaker: a mosque, a local unit, a moving car. Words only, each visit complete in at most half a minute.

Whoever stands in a village reads the paragraph of that village and no other, so every visit (and every change) is a text of
its own, parted from the next by an empty line. It is the radio script of that visit without what a passer-by cannot keep:
notice numbers, services, telephone. The place is said in the opening and again in the last line.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from announcements.arabic import radio
from announcements.arabic.facts import NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.layout import common
from announcements.arabic.spoken import seconds

SECONDS_PER_VISIT: Final = 30
GREETING: Final = "السادةَ المواطنين،"

_AGAIN: Final = "ونكرر: "
_NEVER_SAID: Final = ("وقد صدر بذلك ", "وقد صدرت بذلك ", "وللاستعلام ")
# What gives way, first to last, until the rest fits its time.
_GIVE_WAY: Final = (
    "ولا تغيير ",
    "وعلى الراغبين ",
    "وتظل الطلبات ",
    "ويمكن للسادة المواطنين الحصول ",
    "وآخر موعد لاستقبال الطلبات ",
)
# «كان الموعد يوم الأحد …، من الساعة … وحتى …، وأصبح …»: of a change that is too long, what is now.
_WAS_AND_IS: Final = re.compile(
    "^كان (?P<what>الموعد)(?: المعلن)? (?P<day>.+?)، (?P<hours>من الساعة .+?)، (?P<now>وأصبح|والصحيح) (?P<new>.+)[.]$"
)
_OTHER_WAS_AND_IS: Final = re.compile(
    "^كان (?P<what>مكان التواجد|المكان|الموعد)(?: المعلن| قبل تأجيله)? .+?، (?P<now>وأصبح|والصحيح) (?P<new>.+)[.]$"
)
_SAME_DAY: Final = "في اليوم نفسه، "
_SAME_HOURS: Final = "، في المواعيد نفسها"
_AS_IT_WAS: Final = re.compile("^(والموعد كما هو، .+?)، من الساعة .+[.]$")
_NEW_INTAKE: Final = ("وأصبح آخر موعد ", "والصحيح أن آخر موعد ")


def write(facts: NoticeFacts) -> str:
    """A paragraph a visit. `facts` must have been made speakable (`spoken.speakable`)."""
    return "\n\n".join("\n".join(_fitted(radio.write(one).splitlines(), facts.cause)) for one in one_by_one(facts))


def one_by_one(facts: NoticeFacts) -> Iterator[NoticeFacts]:
    """The same notice about one visit or one change at a time."""
    if facts.changes:
        for change in facts.changes:
            yield dataclasses.replace(facts, changes=(change,))
        return
    if not facts.stops:
        yield facts
        return
    # A bulletin of the governorate tells of a visit as any announcement does.
    kind = NoticeKind.ANNOUNCEMENT if facts.kind is NoticeKind.BULLETIN else facts.kind
    for visit in radio.visits(facts.stops):
        yield dataclasses.replace(facts, kind=kind, week=(), stops=_plain(visit))


def _plain(visit: Sequence[StopFacts]) -> tuple[StopFacts, ...]:
    """The stops of a visit without what is not said, so that only their days differ."""
    documents = common(stop.documents for stop in visit) or ()
    return tuple(dataclasses.replace(stop, services=(), payments=(), documents=documents, vehicle="") for stop in visit)


def _fitted(script: list[str], cause: str) -> list[str]:
    """The lines of one visit's script that fit, what is repeated last."""
    lines = [
        line.replace(radio.GREETING, GREETING, 1) for line in script if not line.startswith((_AGAIN, *_NEVER_SAID))
    ]
    # Another particle: nothing stands before it to join on to once it ends the text.
    again = [f"نكرر: {line.removeprefix(_AGAIN)}" for line in script if line.startswith(_AGAIN)]
    giving_way = (_without(opening) for opening in _GIVE_WAY)
    for shorten in (_without_cause_of_old(cause), *giving_way, *_SHORTER, _without_cause(cause)):
        if seconds("\n".join([*lines, *again])) <= SECONDS_PER_VISIT:
            break
        lines = shorten(lines)
    return [*lines, *again]


def _without(opening: str | tuple[str, ...]) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line for line in lines if not line.startswith(opening)]


def _now_alone(lines: list[str]) -> list[str]:
    """«وأصبح الموعد يوم الأربعاء …»: what was is known to whoever was told of it."""
    return [_now(line) for line in lines]


def _now(line: str) -> str:
    found = _WAS_AND_IS.match(line) or _OTHER_WAS_AND_IS.match(line)
    if found is None:
        return line
    new = found["new"]
    # What leans on what was is told in full.
    if found.re is _OTHER_WAS_AND_IS and "نفس" in new:
        return line
    if new.startswith(_SAME_DAY):
        new = f"{found['day']}، {new.removeprefix(_SAME_DAY)}"
    elif new.endswith(_SAME_HOURS):
        new = f"{new.removesuffix(_SAME_HOURS)}، {found['hours']}"
    return f"و{found['what']} الصحيح {new}." if found["now"] == "والصحيح" else f"وأصبح {found['what']} {new}."


def _without_new_intake(lines: list[str]) -> list[str]:
    """Without the new last intake, unless it is the only news."""
    has_other_news = any(line.startswith(("كان ", "وأصبح الموعد ", "والموعد الصحيح ")) for line in lines)
    return _without(_NEW_INTAKE)(lines) if has_other_news else lines


def _without_cause(cause: str) -> Callable[[list[str]], list[str]]:
    """«أنه، بسبب …، تقرر» → «أنه تقرر»; «…، وذلك بسبب …» and «… بسبب …» without it."""

    def shorten(lines: list[str]) -> list[str]:
        opening = lines[0]
        for told in (f"، بسبب {cause}،", f"، وذلك بسبب {cause}", f" بسبب {cause}"):
            opening = opening.replace(told, "", 1) if cause else opening
        return [opening, *lines[1:]]

    return shorten


def _without_cause_of_old(cause: str) -> Callable[[list[str]], list[str]]:
    """Without why a visit was put off that has a date again: whoever waits for it has been told."""
    told = f"، بعد تأجيله بسبب {cause}"
    return lambda lines: [line.replace(told, "", 1) if cause else line for line in lines]


def _without_known_hours(lines: list[str]) -> list[str]:
    return [_AS_IT_WAS.sub(r"\1.", line) for line in lines]


_SHORTER: Final = (_now_alone, _without_known_hours, _without_new_intake)

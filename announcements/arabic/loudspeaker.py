"""Notices for a loudspeaker: a mosque, a local unit, a moving car. Words only, each visit complete in at most half a minute.

Whoever stands in a village reads the paragraph of that village and no other, so every visit (and every change) is a text of
its own, parted from the next by an empty line. It is the radio script of that visit without what a passer-by cannot keep:
notice numbers, services, telephone. The place is said in the opening and again in the last line.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Final

from announcements.arabic import radio
from announcements.arabic.changes import differences
from announcements.arabic.dates import days_in_words, weekdays
from announcements.arabic.facts import ChangeFacts, InterruptionFacts, NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.giving_way import Step, details_of, fitted, in_one_sentence, instead, without
from announcements.arabic.layout import common
from announcements.arabic.news import is_same_place
from announcements.arabic.phrases import Verb, conjugate, place_in_words, place_name
from announcements.arabic.spoken import SECONDS_ON_LOUDSPEAKER, seconds
from announcements.arabic.times import hours_in_words
from announcements.arabic.together import IN_FEWER_WORDS, vehicles_at

SECONDS_PER_VISIT: Final = SECONDS_ON_LOUDSPEAKER
GREETING: Final = "السادةَ المواطنين،"

_AGAIN: Final = "ونكرر: "
_SAID_AGAIN: Final = "نكرر: "
_NEVER_SAID: Final = ("وقد صدر بذلك ", "وقد صدرت بذلك ", "وللاستعلام ")
# «كان الموعد يوم الأحد …، من الساعة … وحتى …، وأصبح …»: of a change that is too long, what is now.
_WAS_AND_IS: Final = re.compile(
    "^كان (?P<what>الموعد)(?: المعلن)? (?P<day>.+?)، (?P<hours>من الساعة .+?)، (?P<now>وأصبح|والصحيح) (?P<new>.+)[.]$"
)
_OTHER_WAS_AND_IS: Final = re.compile(
    "^كان (?P<what>مكان التواجد|المكان|الموعد)(?: المعلن|، قبل تأجيله،)? .+?، (?P<now>وأصبح|والصحيح) (?P<new>.+)[.]$"
)
_SAME_DAY: Final = "في اليوم نفسه، "
_SAME_HOURS: Final = "، في المواعيد نفسها"
_AS_IT_WAS: Final = re.compile("^(والموعد كما هو، .+?)، من الساعة .+[.]$")
_NEW_INTAKE: Final = ("وأصبح آخر موعد ", "والصحيح أن آخر موعد ")


def write(facts: NoticeFacts) -> str:
    """A paragraph a visit. `facts` must have been made speakable (`spoken.speakable`)."""
    return "\n\n".join("\n".join(paragraph) for one in one_by_one(facts) for paragraph in _paragraphs(one))


def _paragraphs(facts: NoticeFacts) -> Iterator[list[str]]:
    """One visit's text, complete in its time; what has no room in it, in a text of its own after it.

    That is the visit that completes one that broke off, and what else has changed about a visit.
    """
    told = _fitted(facts)
    if _fits(told):
        yield told
    elif facts.interruption and facts.interruption.continuation:
        yield _broken_off(facts, facts.interruption, facts.interruption.continuation)
        yield _fitted_lines(_continuation(facts, facts.interruption.continuation), _VISIT_STEPS)
    elif facts.changes:
        yield from _in_parts(told, facts.changes[0])
    else:
        yield told


def _fits(lines: Sequence[str]) -> bool:
    return seconds("\n".join(lines)) <= SECONDS_PER_VISIT


def _in_parts(told: list[str], change: ChangeFacts) -> Iterator[list[str]]:
    """The lines of a change over as few texts as they need, each with its opening, and with the village at its end."""
    *lines, again = told
    stop = change.after
    where = f"{vehicles_at(stop, in_words=True)} ب{place_in_words(stop.place)}"
    rest = f"{GREETING} إليكم بقية ما تغيّر في تواجد {where}، {days_in_words([stop.date])}."
    part = lines[:1]
    for line in lines[1:]:
        # An opening alone says nothing.
        if len(part) > 1 and not _fits([*part, line, again]):
            yield [*part, again]
            part = [rest]
        part.append(line)
    yield [*part, again]


def _broken_off(facts: NoticeFacts, interruption: InterruptionFacts, later: StopFacts) -> list[str]:
    """The breakdown alone, with where and on which day the visit goes on at its end."""
    alone = dataclasses.replace(facts, interruption=dataclasses.replace(interruption, continuation=None))
    *lines, again = _lines(alone)
    where = "" if is_same_place(facts.stops[0], later) else f" ب{place_name(later.place)}،"
    goes_on = f"{again.removesuffix('.')}، ويُستكمل تقديم الخدمة{where} {weekdays([later.date])}."
    return _fitted_lines([*lines, goes_on], _steps(alone))


def _continuation(facts: NoticeFacts, later: StopFacts) -> list[str]:
    """The visit that completes one that broke off, told by itself in its own village."""
    announces = f"{GREETING} {conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name}"
    vehicles, where = vehicles_at(later, in_words=True), radio.where_in_words(later)
    hours = hours_in_words(later.starts_at, later.ends_at)
    return [
        f"{announces} أنه يُستكمل تقديم خدمات {vehicles} ب{where}، {days_in_words([later.date])}، {hours}.",
        f"{_SAID_AGAIN}{place_name(later.place)}، {weekdays([later.date])}.",
    ]


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
    bare = (dataclasses.replace(stop, services=(), payments=(), documents=documents, vehicle="") for stop in visit)
    return tuple(dataclasses.replace(stop, others=("",) * len(stop.others)) for stop in bare)


def _fitted(facts: NoticeFacts) -> list[str]:
    """The lines of one visit that fit its time."""
    return _fitted_lines(_lines(facts), _steps(facts))


def _lines(facts: NoticeFacts) -> list[str]:
    """One visit's script as it is called out, what is repeated last."""
    script = radio.write(facts).splitlines()
    lines = [
        line.replace(radio.GREETING, GREETING, 1) for line in script if not line.startswith((_AGAIN, *_NEVER_SAID))
    ]
    # Another particle: nothing stands before it to join on to once it ends the text.
    again = [f"{_SAID_AGAIN}{line.removeprefix(_AGAIN)}" for line in script if line.startswith(_AGAIN)]
    return [*lines, *again]


def _fitted_lines(lines: list[str], steps: Sequence[Step]) -> list[str]:
    return [line for line in fitted(lines, steps, SECONDS_PER_VISIT) if line]


def _steps(facts: NoticeFacts) -> list[Step]:
    """What gives way in the text of one visit, first to last."""
    steps = [
        _without_cause_of_old(facts.cause),
        *_ASIDES,
        _vehicles_briefly,
        _now_alone,
        _without_known_hours,
        _without_new_intake,
        _without_cause(facts.cause),
    ]
    if facts.kind is NoticeKind.CHANGE:
        found = differences(facts.changes[0])
        return [*steps, *details_of(found), *_CHANGE_STEPS]
    if facts.kind in _TAKEN_BACK:
        return [*steps, *_TAKEN_BACK_STEPS, _without_landmark(facts.stops[0].landmark)]
    if facts.kind is NoticeKind.HOURS and facts.hours:
        return [*steps, *([without(facts.hours.greeting)] if facts.hours.greeting else []), *_HOURS_STEPS]
    return [*steps, *_VISIT_STEPS]


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
    return without(_NEW_INTAKE)(lines) if has_other_news else lines


def _without_cause(cause: str) -> Step:
    """«أنه، بسبب …، تقرر» → «أنه تقرر»; «…، وذلك بسبب …» and «… بسبب …» without it."""

    def shorten(lines: list[str]) -> list[str]:
        opening = lines[0]
        for told in (f"، بسبب {cause}،", f"، وذلك بسبب {cause}", f" بسبب {cause}"):
            opening = opening.replace(told, "", 1) if cause else opening
        return [opening, *lines[1:]]

    return shorten


def _without_cause_of_old(cause: str) -> Step:
    """Without why a visit was put off that has a date again: whoever waits for it has been told."""
    told = f"، بعد تأجيله بسبب {cause}"
    return lambda lines: [line.replace(told, "", 1) if cause else line for line in lines]


def _without_known_hours(lines: list[str]) -> list[str]:
    return [_AS_IT_WAS.sub(r"\1.", line) for line in lines]


def _vehicles_briefly(lines: list[str]) -> list[str]:
    """«والسيارة الأخرى متواجدة.»: that there are others is never left out."""
    for phrase, brief in IN_FEWER_WORDS.items():
        lines = [line.replace(phrase, brief) for line in lines]
    return lines


def _without_landmark(landmark: str) -> Step:
    """Where in its village a vehicle will not stand after all."""
    return lambda lines: [line.replace(f"، {landmark}", "", 1) if landmark else line for line in lines]


def _with_its_day(lines: list[str]) -> list[str]:
    """«… خلال تواجد سيارة … بقرية …، يوم الأحد …»: the day of a visit that keeps it, in the opening."""
    kept = next((line for line in lines[1:2] if line.startswith(_KEPT)), "")
    if not kept:
        return lines
    return [f"{lines[0].removesuffix('.')}، {kept.removeprefix(_KEPT)}", *lines[2:]]


_KEPT: Final = "والموعد كما هو، "
_TAKEN_BACK: Final = frozenset({NoticeKind.CANCELLATION, NoticeKind.POSTPONEMENT})
# For every kind of notice.
_ASIDES: Final = tuple(
    without(opening)
    for opening in (
        "ولا تغيير ",
        "وعلى الراغبين ",
        "وتظل الطلبات ",
        "ويمكن للسادة المواطنين الحصول ",
        "وآخر موعد لاستقبال الطلبات ",
    )
)
_HOURS_AGAIN: Final = instead(f"^({_SAID_AGAIN}.+?)، من الساعة .+[.]$", r"\1.")
_VISIT_STEPS: Final = (
    _HOURS_AGAIN,
    instead("، اعتبارًا من الساعة", " منذ الساعة"),
    without("ويمكن للسادة المواطنين التوجه "),
    instead(f"^({_SAID_AGAIN}توقفت (?:السيارة|إحدى السيارتين|إحدى السيارات)) عن العمل (.+)$", r"\1 \2"),
    instead(f"^({_SAID_AGAIN}.+?)، ويُستكمل .+[.]$", r"\1."),
    # Of a vehicle that works again, since when it did not.
    instead("، بعد توقفها الساعة [^.،]+", ""),
)
_CHANGE_STEPS: Final = (
    _with_its_day,
    instead("^ولا تتوفر في هذا الموعد ", "ولا تتوفر "),
    in_one_sentence,
    instead("، و(?:تعديل موعده|تحديد موعده|تحديد موعد جديد له)[.]$", "."),
    instead("^والموعد هو المعلن قبل التأجيل، ", "والموعد "),
    _HOURS_AGAIN,
    instead(f"^({_SAID_AGAIN}.+?، يوم \\w+) الموافق .+[.]$", r"\1."),
    instead(f"^{_SAID_AGAIN}نُقل التواجد من .+? إلى (.+)$", rf"{_SAID_AGAIN}\1"),
    instead(f"^{_SAID_AGAIN}التواجد ب(.+?)، وليس ب.+?(، يوم .+)$", rf"{_SAID_AGAIN}\1\2"),
)
_TAKEN_BACK_STEPS: Final = (
    instead(f"^({_SAID_AGAIN}.+?)، إلى موعد .+[.]$", r"\1."),
    # The hours at which a vehicle does not come are of use to nobody.
    instead("^(وكان التواجد مقررًا .+?)، من الساعة .+[.]$", r"\1."),
)
_HOURS_STEPS: Final = (
    instead(f"^{_SAID_AGAIN}خلال .+?، (من الساعة .+)$", rf"{_SAID_AGAIN}\1"),
    without(_SAID_AGAIN),
)

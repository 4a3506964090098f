"""Notices as a short message of at most two parts (134 characters in Arabic), never cut.

Every message names its unit, for notices are numbered unit by unit: «تنويه 6/2026» alone is of nobody, and two units' texts would
be one. What there is to say is told in steps from the whole to the least, and each step is tried in a fixed order (`namings`):
hours and dates give way first, then the name of the unit, then that of the vehicle, then the markaz that the unit's name tells.
Only then a fact is left out, and the message says where the rest is: the notice's page, else the phone number, else the unit.
There are no invisible marks and no vowel signs, which cost a character each. One part (70) is out of reach for a whole
notice: the vehicle, the village with its markaz, the day, the hours, the number and its unit take about 110.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from announcements.arabic.changes import (
    CHANGE,
    CORRECT,
    SET,
    Differences,
    altered_otherwise,
    by_limit,
    differences,
    verb,
)
from announcements.arabic.counting import counted
from announcements.arabic.digits import phone_number
from announcements.arabic.errors import TextTooLong
from announcements.arabic.facts import ChangeFacts, NoticeFacts, NoticeKind
from announcements.arabic.layout import in_order, is_one_visit
from announcements.arabic.news import (
    first_day_unknown,
    has_own_end,
    interruption_of,
    is_same_place,
    period_of,
    vehicles_of_unit,
    works_until,
)
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    CENTRE,
    OF_THE_DAY,
    attach,
    by_name,
    is_feminine_name,
    join_phrases,
    join_words,
    notice_name,
    parent_name,
    place_name,
    sets_what_was_put_off,
    to_be_announced,
    without_receiving,
)
from announcements.arabic.sms_names import (
    BRIEF,
    BRIEFEST,
    SHORT_CENTRE,
    SHORT_VEHICLES,
    WORDINGS,
    Names,
    Wording,
    namings,
)
from announcements.arabic.together import outcome_at, whose_visit

TWO_PARTS: Final = 134

_VOWEL_SIGNS: Final = re.compile("[\u064e-\u0652]")  # tanwīn stays: it is spelling («صباحًا»)


def write(facts: NoticeFacts) -> str:
    """The message, in Western digits. Raises TextTooLong when even the number and where to ask do not fit."""
    steps = {
        NoticeKind.ANNOUNCEMENT: _announcement,
        NoticeKind.BULLETIN: _announcement,
        NoticeKind.CHANGE: _change,
        NoticeKind.POSTPONEMENT: _off,
        NoticeKind.CANCELLATION: _off,
        NoticeKind.URGENT: _urgent,
        NoticeKind.RESUMPTION: _resumption,
        NoticeKind.HOURS: _hours,
    }[facts.kind]
    # For each group of names: step by step, the wordings under each of its names.
    groups = [list(zip(*(_least(facts, steps, names) for names in group), strict=True)) for group in namings(facts)]
    shortest = 0
    for step in zip(*groups, strict=True):
        for named in step:
            for wording in (text for same in zip(*named, strict=True) for text in same):
                text = _VOWEL_SIGNS.sub("", wording)
                if length(text) <= TWO_PARTS:
                    return text
                shortest = min(shortest or length(text), length(text))
    raise TextTooLong(shortest, TWO_PARTS)


Steps = list[list[str]]


def _least(facts: NoticeFacts, steps: Callable[[NoticeFacts, Names], Steps], names: Names) -> Steps:
    """The steps of a notice, and after them its number and where to ask."""
    return [*steps(facts, names), [f"{_own_number(facts)} – {names.issuer}. {pointer}" for pointer in _pointers(facts)]]


def length(text: str) -> int:
    """Characters as a phone network counts them in Arabic: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _announcement(facts: NoticeFacts, names: Names) -> Steps:
    if facts.kind is not NoticeKind.BULLETIN and is_one_visit(facts.stops):
        return _one_visit(facts, names)
    number, ordered = _head(facts, names), in_order(facts.stops)
    days = sorted(facts.week or {stop.date for stop in ordered})
    what = SHORT_CENTRE if names.is_short else CENTRE

    def summary(wording: Wording) -> str:
        first, last = wording.day(days[0]), wording.day(days[-1])
        return f"{what} {first if first == last else f'من {first} حتى {last}'}"

    whole = f"أماكن تواجد {summary(BRIEF)}: {counted(len(ordered), 'موعد')}"
    return [
        [f"{told}. {number}. {pointer}"]
        for pointer in _pointers(facts)
        for told in (whole, summary(BRIEF), summary(BRIEFEST))
    ]


def _one_visit(facts: NoticeFacts, names: Names) -> Steps:
    """The number closes the message, and opens it where the place leans on the name of the unit."""
    number, pointers, first = _head(facts, names), _pointers(facts), facts.stops[0]
    what = f"{names.heading(first)} – {names.place(first.place)}"

    def message(told: str) -> str:
        return f"{number}: {what}: {told}." if names.within else f"{what}: {told}. {number}"

    full, plain = [], []
    for wording in WORDINGS:
        when = f"{wording.days(facts.stops)}، {wording.hours(first)}"
        where = f"، {first.landmark}" if first.landmark else ""
        intake = f"، آخر استقبال للطلبات {wording.time(first.last_intake)}" if first.last_intake else ""
        full.append(message(f"{when}{where}{intake}"))
        plain.append(message(f"{when}{where}"))
    day, hours = BRIEF.days(facts.stops), BRIEF.hours(first)
    brief = [message(told).removesuffix(".") for told in (f"{day}، {hours}", day)]
    return [full, plain, *([f"{told}. {pointer}" for pointer in pointers] for told in brief)]


def _off(facts: NoticeFacts, names: Names) -> Steps:
    """Visits cancelled, or put off to a date that will be announced."""
    act, later = "إلغاء", ""
    if facts.kind is NoticeKind.POSTPONEMENT:
        act, later = "تأجيل", f" {to_be_announced(1 if is_one_visit(facts.stops) else len(facts.stops))}"
    about, pointers = citing(facts), _pointers(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""
    first = facts.stops[0]
    cited, alone = _head(facts, names, about), _head(facts, names)
    if is_one_visit(facts.stops):
        what = f"{act} تواجد {names.vehicles(first)} – {names.place(first.place)}"
        with_hours = [f"{what}: {word.days(facts.stops)}، {word.hours(first)}{later}{cause}." for word in WORDINGS]
        with_day = f"{what}: {BRIEF.days(facts.stops)}{later}{cause}."
        return [
            [f"{cited}: {text}" for text in with_hours],
            [f"{cited}: {with_day}"],
            [f"{alone}: {with_day}"],
            [f"{alone}: {what}: {BRIEF.days(facts.stops)}{later}."],
        ]
    what = f"{act} {counted(len(facts.stops), 'موعد', Case.OBLIQUE)} {attach('ل', names.vehicle)}{later}"
    stops = "، ".join(
        " ".join(filter(None, (names.place(stop.place), BRIEF.days([stop]), whose_visit(stop))))
        for stop in in_order(facts.stops)
    )
    return [
        [f"{cited}: {what}{cause}: {stops}."],
        *([f"{text}. {pointer}"] for pointer in pointers for text in (f"{cited}: {what}{cause}", f"{alone}: {what}")),
    ]


def _urgent(facts: NoticeFacts, names: Names) -> Steps:
    """T4: stopped today, and how it goes on."""
    stop, interruption = facts.stops[0], interruption_of(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""

    def wordings(why: str, rest: Callable[[Wording], str]) -> list[str]:
        return [
            f"{_head(facts, names)}: توقف عمل {names.vehicles(stop)} ب{names.place(stop.place)} اليوم {word.days([stop])} "
            f"منذ {word.time(interruption.stopped_at)}{why}.{rest(word)}"
            for word in WORDINGS
        ]

    later = interruption.continuation

    def whole(word: Wording, *, with_hours: bool = True) -> str:
        rest = f" المتوقع استئنافه {word.time(interruption.resumes_at)}." if interruption.resumes_at else ""
        if later is None:
            return rest
        hours = f" {word.hours(later)}" if with_hours else ""
        where = "" if is_same_place(stop, later) else f" ب{names.place(later.place)}"
        return f"{rest} ويستكمل {word.days([later])}{hours}{where}."

    def without_hours(word: Wording) -> str:
        return whole(word, with_hours=False)

    briefly = wordings("", lambda _word: "")
    return [
        wordings(cause, whole),
        wordings("", whole),
        wordings("", without_hours),
        *([f"{text} {pointer}" for text in briefly] for pointer in _pointers(facts)),
    ]


def _resumption(facts: NoticeFacts, names: Names) -> Steps:
    stop, interruption, until = facts.stops[0], interruption_of(facts), works_until(facts)
    start = f"{_head(facts, names)}: استئناف عمل {names.vehicles(stop)} ب{names.place(stop.place)} اليوم"
    told = [
        f"{start} {word.days([stop])} من {word.time(interruption.resumes_at)}"
        f"{f' حتى {word.time(until)}' if until else ''}."
        for word in WORDINGS
    ]
    return [told, [f"{start} {BRIEF.days([stop])}. {pointer}" for pointer in _pointers(facts)]]


def _hours(facts: NoticeFacts, names: Names) -> Steps:
    """T5: the hours of the period, and from when until when."""
    period, number = period_of(facts), _head(facts, names)
    short = SHORT_VEHICLES[min(max(period.vehicles, 1), 3) - 1]
    vehicle = short if names.is_short else vehicles_of_unit(period)

    def told(word: Wording) -> str:
        if period.is_provisional:
            since = first_day_unknown(period)
        elif has_own_end(period):
            since = f"اعتبارًا من {word.day(period.starts_on)}"
        else:
            first, last = word.day(period.starts_on), word.day(period.ends_on)
            since = first if first == last else f"من {first} حتى {last}"
        hours = f"من {word.time(period.starts_at)} حتى {word.time(period.ends_at)}"
        return f"مواعيد {vehicle} خلال {period.name}: {hours}، {since}. {number}"

    briefly = f"من {BRIEF.time(period.starts_at)} حتى {BRIEF.time(period.ends_at)}"
    return [
        [told(word) for word in WORDINGS],
        [told(BRIEFEST)],
        *([f"مواعيد {vehicle} خلال {period.name}: {briefly}. {number}. {pointer}"] for pointer in _pointers(facts)),
    ]


def _change(facts: NoticeFacts, names: Names) -> Steps:
    about, pointers = citing(facts), _pointers(facts)
    cited, alone = _head(facts, names, about), _head(facts, names)
    if len(facts.changes) > 1:
        act = SET if sets_what_was_put_off(facts) else CORRECT if facts.is_correction else CHANGE
        what = f"{act} {counted(len(facts.changes), 'موعد', Case.OBLIQUE)} {attach('ل', names.vehicle)}"
        return [[f"{text}: {what}. {pointer}"] for pointer in pointers for text in (cited, alone)]
    change = facts.changes[0]
    found = differences(change)
    act = verb(found, is_correction=facts.is_correction)
    plain, named = (_start_of_change(change, found, names, act, with_act=with_act) for with_act in (False, True))
    if facts.is_correction and not found.place:
        plain = f"{act}: {plain}"
    told = [f"{plain}: {'، '.join(_news(change, found, word))}." for word in WORDINGS]
    told += [f"{plain}: {'، '.join(_news(change, found, word, with_intake=not found.when))}." for word in WORDINGS]
    now = [
        f"{named}: {'، '.join(_news(change, found, word, with_old=False, with_intake=not found.when))}."
        for word in WORDINGS
    ]
    return [
        [f"{cited}: {text}" for text in told],
        [f"{alone}: {text}" for text in told],
        [f"{alone}: {text}" for text in now],
        [f"{alone}: {named}: {BRIEF.days([change.after])}. {pointer}" for pointer in pointers],
    ]


def _start_of_change(change: ChangeFacts, found: Differences, names: Names, act: str, *, with_act: bool) -> str:
    """The village, and `with_act` what is changed there; of a move both villages, their markaz once if shared."""
    before, after = change.before.place, change.after.place
    if found.place:
        old = place_name(before) if parent_name(before) == parent_name(after) else names.place(before)
        what = f"{act} مكان" if act == CORRECT else "نقل"
        return f"{what} {names.vehicles(change.before)} من {old} إلى {names.place(after)}"
    if not with_act:
        return f"{names.heading(change.before)} – {names.place(after)}"
    where = f"{names.vehicles(change.before)} – {names.place(after)}"
    if found.is_less and found.removed and not (found.when or found.landmark):
        return f"عدم توفر {'خدمات' if found.no_services else 'بعض خدمات'} {where}"
    if found.when:
        topic = "موعد"
    elif found.landmark:
        topic = "مكان"
    elif found.services:
        topic = "خدمات"
    else:
        topic = "بيانات"
    return f"{act} {topic} {where}"


def _news(
    change: ChangeFacts, found: Differences, wording: Wording, *, with_old: bool = True, with_intake: bool = True
) -> Iterable[str]:
    """What is now and, `with_old`, «بدلًا من» what was, for everything that changed."""
    before, after = change.before, change.after
    old = ""
    if with_old and found.date:
        old = f" بدلًا من {wording.days([before])}{f' {wording.hours(before)}' if found.hours else ''}"
        old = f"{old} المؤجل" if found.was_postponed and not found.hours else old
    elif with_old and found.hours:
        old = f" بدلًا من {wording.time(before.starts_at)} حتى {wording.time(before.ends_at)}"
    day, hours = wording.days([after]), wording.hours(after)
    yield f"{day} {hours}{old}" if found.when or found.place else day
    if found.place and after.landmark:
        yield after.landmark
    elif found.landmark and not found.place:
        old = f" بدلًا من {before.landmark}" if before.landmark and with_old else ""
        yield f"{after.landmark}{old}" if after.landmark else f"لم يعد المكان {before.landmark}"
    if found.last_intake and not after.last_intake:
        yield "لم يعد هناك آخر موعد محدد لاستقبال الطلبات"
    elif found.last_intake and with_intake:
        yield f"آخر استقبال للطلبات {wording.time(after.last_intake)}"
    if found.removed:
        yield f"لا تتوفر: {join_phrases([service.name for service in found.removed])}"
    if found.added:
        yield f"أضيف: {join_phrases([service.name for service in found.added])}"
    for only, group in by_limit(found):
        yield f"{only} فقط: {join_phrases([without_receiving(service.name) for service in group])}"
    for _, now in altered_otherwise(found):
        yield f"{now.name}: {outcome_at(after, now)}"
    if found.documents:
        yield f"المستندات: {join_phrases(after.documents) or 'لم تعد محددة'}"
    if found.payments:
        yield f"السداد: {join_phrases(after.payments, 'أو')}" if after.payments else "لا يتاح السداد"
    if found.issuer:
        yield f"الجهة المسئولة: {change.issuer_after}"


def _own_number(facts: NoticeFacts) -> str:
    urgent = " عاجل" if facts.kind in OF_THE_DAY else ""
    return f"{notice_name(facts.kind)}{urgent} {facts.number}/{facts.year}"


def _head(facts: NoticeFacts, names: Names, about: str = "") -> str:
    """«تنويه 6/2026 بشأن إعلان 5/2026 – مركز ومدينة سوهاج»."""
    return f"{_own_number(facts)}{about} – {names.issuer}"


def citing(facts: NoticeFacts) -> str:
    """« بشأن إعلان 5/2026», « بشأن إعلاني 5/2026 و6/2026»."""
    parts = []
    for name, references in by_name(facts.cites):
        stem = f"{name.removesuffix('ة')}ت" if is_feminine_name(name) else name
        many = f"{name.removesuffix('ة')}ات"
        noun = f"{stem}ي" if len(references) == 2 else name if len(references) == 1 else many
        of = f" ({references[0].issuer})" if references[0].issuer else ""
        parts.append(f"{noun} {join_words([f'{reference.number}/{reference.year}' for reference in references])}{of}")
    return f" بشأن {' و'.join(parts)}" if parts else ""


def _pointers(facts: NoticeFacts) -> list[str]:
    """Where the rest is told: the notice's page, then the phone number, then the unit itself."""
    pointers = [f"التفاصيل: {facts.page_url}"] if facts.page_url else []
    if facts.issuer.phone:
        pointers.append(f"للاستعلام: {phone_number(facts.issuer.phone, marks=False)}")
    return [*pointers, f"التفاصيل لدى {facts.issuer.short_name}"]

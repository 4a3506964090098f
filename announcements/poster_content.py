"""What stands on posters and cards, as plain values for their templates: every string finished, nothing left to decide but where.

A *fact* is `{label, now, was, instead}`: what holds, and what was told before and no longer does, to be struck through. Where
`now` is empty nothing came instead; where `was` is empty nothing changed. `instead` leads from the one to the other.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final

from announcements.arabic.changes import CORRECT, Differences, differences
from announcements.arabic.counting import counted
from announcements.arabic.dates import date_in_figures, days_in_figures, period_in_figures, weekday
from announcements.arabic.digits import convert
from announcements.arabic.errors import NothingToSay
from announcements.arabic.facts import ChangeFacts, InterruptionFacts, NoticeFacts, NoticeKind, ServiceFacts, StopFacts
from announcements.arabic.layout import common, fallback_sentence, for_all, in_order, is_one_visit, stop_details
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    VEHICLE,
    cited,
    join_phrases,
    notice_name,
    notice_number,
    place_label,
    sets_what_was_put_off,
)
from announcements.arabic.render import as_told
from announcements.arabic.times import time_in_figures
from announcements.arabic.together import (
    count_there,
    outcome_at,
    services_given,
    standing_together,
    the_vehicles,
    vehicles_at,
    whose_visit,
)

Values = dict[str, Any]

# The word of the headline: for one visit and for several.
_WORDS: Final[dict[NoticeKind, tuple[str, str]]] = {
    NoticeKind.ANNOUNCEMENT: ("الموعد", "المواعيد"),
    NoticeKind.BULLETIN: ("الموعد", "المواعيد"),
    NoticeKind.CHANGE: ("تعديل", "تعديل"),
    NoticeKind.CANCELLATION: ("إلغاء", "إلغاء"),
    NoticeKind.POSTPONEMENT: ("تأجيل", "تأجيل"),
    NoticeKind.URGENT: ("عاجل", "عاجل"),
    NoticeKind.RESUMPTION: ("استئناف", "استئناف"),
    NoticeKind.BULLETIN: ("المواعيد", "المواعيد"),
    NoticeKind.HOURS: ("المواعيد", "المواعيد"),
}
# The word beside one stop among several; a plain one has none.
_ROW_WORDS: Final = {NoticeKind.CANCELLATION: "إلغاء", NoticeKind.POSTPONEMENT: "تأجيل", NoticeKind.URGENT: "توقف"}
_OFF: Final = frozenset({NoticeKind.CANCELLATION, NoticeKind.POSTPONEMENT})
_INTAKE: Final = "آخر موعد لاستقبال الطلبات"
_CANCELLED: Final = "أُلغي هذا الموعد"
_POSTPONED: Final = "أُجِّل هذا الموعد، ويُعلن الموعد الجديد لاحقًا"
# The vehicles that the news is not about, where the news is about one of two or of more.
_OTHERS: Final = (
    ("السيارة الأخرى", "متواجدة في موعدها المعلن"),
    ("السيارتان الأخريان", "متواجدتان في موعدهما المعلن"),
    ("السيارات الأخرى", "متواجدة في مواعيدها المعلنة"),
)
_INSTEAD: Final = "بدلًا من"
_BEFORE_M: Final = "بعد أن كان"
_BEFORE_F: Final = "بعد أن كانت"
_GONE_M: Final = "لم يعد محددًا"
_GONE_F: Final = "لم تعد محددة"

# No Arabic word is as long; what is, would run over the edge of the page.
_LONGEST_WORD: Final = 22
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_ZERO_WIDTH_SPACE: Final = "\u200b"
# Pictures, variation selectors, halves of characters and unassigned ones: a text font has none of them.
_NOT_PRINTED: Final = frozenset({"So", "Cs", "Co", "Cn"})


def poster_content(facts: NoticeFacts, *, digits: str, addresses: Callable[[StopFacts], str], printed: str) -> Values:
    """The pages of door posters, one a stop, by day and hour.

    `addresses` gives what the code on the page of a stop leads to ("" for no code); `printed` is the day of printing, told.
    Raises NothingToSay when no stop is told of.
    """
    facts = as_told(facts)
    number, facts = notice_number(facts), _as_shown(facts)
    stops = _told(facts)
    pages = []
    for stop, change in stops:
        page = _page(stop, change, facts.kind, facts.interruption)
        page["url"] = addresses(stop)
        # What is said of this stop alone: another one of the notice may be put off where this one is not.
        alone = dataclasses.replace(facts, changes=(change,)) if change else facts
        page["fallback"] = fallback_sentence(alone)
        pages.append(page)
    return _finish({**_frame(facts, printed, several=False), "number": number, "pages": pages}, digits)


def bulletin_content(facts: NoticeFacts, *, digits: str, printed: str) -> Values:
    """One table of every stop of the notice; of a correction also the rest of the notice it corrects, as it now stands."""
    return _finish(_table(facts, printed), digits)


def week_content(facts: NoticeFacts, *, digits: str, printed: str) -> Values:
    """The same table of a unit's week, whichever notices told of its stops: `facts.week` and `facts.cites` name them."""
    content = _table(facts, printed)
    content["about"] = f"مواعيد الأسبوع {period_in_figures(*facts.week)}"
    # No notice by itself, so it has no number.
    content["number"] = f"بحسب {cited(facts.cites)}" if facts.cites else "جدول المواعيد"
    return _finish(content, digits)


def _table(facts: NoticeFacts, printed: str) -> Values:
    facts = as_told(facts)
    told = [(stop, change, facts.kind) for stop, change in _told(facts)]
    told += [(stop, None, NoticeKind.ANNOUNCEMENT) for stop in facts.still_valid]
    told += [(stop, None, NoticeKind.CANCELLATION) for stop in facts.also_cancelled]
    told += [(stop, None, NoticeKind.POSTPONEMENT) for stop in facts.also_postponed]
    told += [(stop, None, NoticeKind.URGENT) for stop in facts.also_stopped]
    own = {stop.uid for stop, _ in _told(facts)}
    told.sort(key=lambda one: (one[0].date, one[0].starts_at, one[0].place.name))
    held = [stop for stop, _, kind in told if kind not in _OFF and kind is not NoticeKind.URGENT]
    shared = held[0] if held and len({stop_details(stop) for stop in held}) == 1 else None
    intake = common(stop.last_intake for stop in held)
    rows = []
    for stop, change, kind in told:
        row = _page(stop, change, kind, facts.interruption if stop.uid in own else None)
        row["day"] = _day(stop)
        if shared is not None and not (change and _details_changed(differences(change))):
            row["services"], row["details"] = [], []
        if intake and not (change and differences(change).last_intake):
            row["facts"] = [fact for fact in row["facts"] if fact["label"] != _INTAKE]
        rows.append(row)
    everywhere: Values = {"services": [], "details": []}
    if shared is not None:
        everywhere = {"services": _services(for_all(held)), "details": _details(shared, None)}
    if intake:
        everywhere["details"].insert(0, _fact(_INTAKE, _hour(intake)))
    return {**_frame(facts, printed, several=True), "rows": rows, "everywhere": everywhere, "url": facts.page_url}


def card_content(facts: NoticeFacts, *, digits: str) -> Values:
    """One visit (of one or more days) at large, or a list of several; `more[n]` says how many are not shown after n of them."""
    facts = as_told(facts)
    number, facts = notice_number(facts), _as_shown(facts)
    told = _told(facts)
    stops = [stop for stop, _ in told]
    content = _frame(facts, "", several=len(told) > 1) | {"number": number}
    if len(told) == 1 or (facts.kind is not NoticeKind.CHANGE and is_one_visit(stops)):
        stop, change = told[0]
        content["visit"] = _page(stop, change, facts.kind, facts.interruption)
        if len(told) > 1:
            days = days_in_figures(stop.date for stop in stops)
            key = "was" if facts.kind in _OFF else "now"
            content["visit"]["date"][key] = days
    else:
        content["rows"] = [_row(stop, change, facts.kind) for stop, change in told]
        rest = [counted(len(told) - shown, "موعد") for shown in range(len(told))]
        content["url"] = facts.page_url
        content["more"] = [f"وفي صفحة ال{notice_name(facts.kind)} أيضًا: {number}" for number in rest]
    return _finish(content, digits)


def _row(stop: StopFacts, change: ChangeFacts | None, kind: NoticeKind) -> Values:
    """One stop of a list that tells nothing but where and when: whose visit it is stands beside the place."""
    row = _page(stop, change, kind) | {"day": _day(stop)}
    whose = whose_visit(change.before if change else stop) if change or kind in _OFF else standing_together(stop)
    if whose:
        row["place"]["now"] = f"{row['place']['now']}، {whose}"
    return row


def printed_line(day: dt.date | None) -> str:
    """«طُبع في 22 نوفمبر 2026», or nothing without a day."""
    return f"طُبع في {date_in_figures(day)}" if day else ""


# --- the parts --------------------------------------------------------------------------------------------------------


def _as_shown(facts: NoticeFacts) -> NoticeFacts:
    """The visit that completes another one is told of by an urgent notice, but by itself it is a date like any other."""
    later = facts.interruption.continuation if facts.interruption else None
    if facts.kind is NoticeKind.URGENT and later and {stop.uid for stop in facts.stops} == {later.uid}:
        return dataclasses.replace(facts, kind=NoticeKind.ANNOUNCEMENT, cites=(), cause="", interruption=None)
    return facts


def _told(facts: NoticeFacts) -> list[tuple[StopFacts, ChangeFacts | None]]:
    """The stops the notice is about as they stand now, each with its change, in order."""
    if facts.kind is NoticeKind.CHANGE:
        by_stop = {id(change.after): change for change in facts.changes}
        found = [(stop, by_stop[id(stop)]) for stop in in_order(change.after for change in facts.changes)]
        if not found or not all(differences(change).any for _, change in found):
            raise NothingToSay("nothing the public was told has changed")
        return list(found)
    if not facts.stops:
        raise NothingToSay("a notice needs stops")
    return [(stop, None) for stop in in_order(facts.stops)]


def _about(facts: NoticeFacts) -> list[StopFacts]:
    """The stops that the notice is about, as they were before a change."""
    return [change.before for change in facts.changes] or list(facts.stops)


def _cause(facts: NoticeFacts) -> str:
    """Why, after the word of the notice; of a resumption it would be the cause of the stop before."""
    if not facts.cause or facts.kind is NoticeKind.RESUMPTION:
        return ""
    if sets_what_was_put_off(facts):
        put_off = "تأجيله" if len(facts.changes) == 1 else "تأجيلهما" if len(facts.changes) == 2 else "تأجيلها"
        return f"بعد {put_off} بسبب {facts.cause}"
    return f"بسبب {facts.cause}"


def _frame(facts: NoticeFacts, printed: str, *, several: bool) -> Values:
    """What every page of a notice carries."""
    return {
        "kind": facts.kind.value,
        "word": CORRECT if facts.is_correction else _WORDS[facts.kind][several],
        "vehicle": common(vehicles_at(stop, case=Case.NOMINATIVE) for stop in _about(facts)) or VEHICLE,
        "issuer": facts.issuer.name,
        "number": notice_number(facts),
        "about": f"بشأن {cited(facts.cites)}" if facts.cites else "",
        "cause": _cause(facts),
        "fallback": fallback_sentence(facts),
        "phone": _dialled(facts.issuer.phone),
        "printed": printed,
        "numerals": "0123456789",
        "said": {
            "cancelled": _CANCELLED,
            "cancelled_word": _WORDS[NoticeKind.CANCELLATION][0],
            "changed_word": CORRECT if facts.is_correction else _WORDS[NoticeKind.CHANGE][0],
            "services": "الخدمات",
            "ask": "للاستعلام",
            "scan": "للتأكد من الموعد قبل الحضور: امسح الرمز",
            "next_page": "الخدمات والمستندات في الصفحة التالية",
            "continued": "تابع",
            "page": "صفحة",
            "of": "من",
            "place": "المكان",
            "hours": "الساعة",
        },
    }


def _page(
    stop: StopFacts, change: ChangeFacts | None, kind: NoticeKind, interruption: InterruptionFacts | None = None
) -> Values:
    """One stop: where, when, and whatever a visitor has to know. `banner` says what became of it, where that is not plain."""
    if kind in _OFF:
        return _page_of_what_is_off(stop, kind)
    if kind is NoticeKind.URGENT:
        return _stopped_page(stop, interruption)
    before = change.before if change else stop
    found = differences(change) if change else None
    page: Values = {
        "state": (NoticeKind.CHANGE if change else NoticeKind.ANNOUNCEMENT).value,
        "banner": "",
        "word": "",
        "place": _fact("", place_label(stop.place), place_label(before.place) if found and found.place else ""),
        "date": _fact("", _day(stop), _day(before) if found and found.date else ""),
        # Not «بدلًا من»: the hours begin with «من» themselves.
        "hours": _fact("", _hours(stop), _hours(before) if found and found.hours else "", _BEFORE_F),
        "facts": [],
        "services": _services(stop),
        "details": _details(stop, before if found else None),
        "continued": f"{place_label(stop.place)} – {_day(stop)}",
    }
    if kind is NoticeKind.RESUMPTION and interruption:
        page["banner"] = _at(f"استأنفت {the_vehicles(stop)} العمل", interruption.resumes_at)
    if stop.vehicles > 1:
        page["facts"].append(_fact("السيارات", standing_together(stop)))
    _add(page["facts"], "المكان", stop.landmark, before.landmark, gone=(_GONE_M, _BEFORE_M))
    _add(page["facts"], _INTAKE, _hour(stop.last_intake), _hour(before.last_intake), gone=(_GONE_M, _BEFORE_M))
    if change:
        page["facts"] += _service_changes(change)
        page["facts"] += _others(before)
    return page


def _stopped_page(stop: StopFacts, interruption: InterruptionFacts | None) -> Values:
    """Where the vehicle stands still, since when, and what citizens can count on instead: no services any more."""
    facts = [_fact("المكان", stop.landmark)] if stop.landmark else []
    facts += _others(stop)
    if interruption and interruption.resumes_at:
        facts.append(_fact("من المتوقع أن يُستأنف العمل", _hour(interruption.resumes_at)))
    if interruption and interruption.continuation:
        later = interruption.continuation
        facts.append(_fact("يُستكمل تقديم الخدمة", f"{_day(later)}، {_hours(later)}"))
    if interruption and interruption.requests_stay_valid:
        facts.append(_fact("الطلبات التي استُلمت", "سارية، ولا يلزم إعادة تقديمها"))
    return {
        "state": NoticeKind.URGENT.value,
        "banner": _at(f"توقفت {the_vehicles(stop)} عن العمل", interruption.stopped_at if interruption else None),
        "word": _ROW_WORDS[NoticeKind.URGENT],
        "place": _fact("", place_label(stop.place)),
        "date": _fact("", _day(stop)),
        "hours": _fact("", _hours(stop)),
        "facts": facts,
        "services": [],
        "details": [],
        "continued": f"{place_label(stop.place)} – {_day(stop)}",
    }


def _at(sentence: str, time: dt.time | None) -> str:
    return f"{sentence} {_together(_hour(time))}" if time else sentence


def _page_of_what_is_off(stop: StopFacts, kind: NoticeKind) -> Values:
    """Struck through, and without what nobody needs any more."""
    landmark = [_fact("المكان الذي كان معلنًا", "", stop.landmark)] if stop.landmark else []
    return {
        "state": kind.value,
        "banner": _off_banner(stop, kind),
        "word": _ROW_WORDS[kind],
        "place": _fact("", place_label(stop.place)),
        "date": _fact("", "", _day(stop)),
        "hours": _fact("", "", _hours(stop)),
        "facts": landmark + _others(stop),
        "services": [],
        "details": [],
        "continued": f"{place_label(stop.place)} – {_day(stop)}",
    }


def _off_banner(stop: StopFacts, kind: NoticeKind) -> str:
    """What became of the visit; of one of two vehicles that stand there, of that one alone."""
    if count_there(stop) == 1:
        return _CANCELLED if kind is NoticeKind.CANCELLATION else _POSTPONED
    whose = f"تواجد {the_vehicles(stop)}"
    return f"أُلغي {whose}" if kind is NoticeKind.CANCELLATION else f"أُجِّل {whose}، ويُعلن الموعد الجديد لاحقًا"


def _others(stop: StopFacts) -> list[Values]:
    """That the vehicles which the news is not about are there."""
    return [_fact(*_OTHERS[min(stop.beside, 3) - 1])] if stop.beside else []


def _fact(label: str, now: str, was: str = "", instead: str = _INSTEAD) -> Values:
    return {"label": label, "now": now, "was": was, "instead": _together(instead)}


def _add(facts: list[Values], label: str, now: str, was: str, *, gone: tuple[str, str]) -> None:
    """Append a fact that is known, or was."""
    if now == was:
        was = ""
    if now:
        facts.append(_fact(label, now, was))
    elif was:
        facts.append(_fact(label, gone[0], was, gone[1]))


def _service_changes(change: ChangeFacts) -> list[Values]:
    """What was added, taken away, or is now given otherwise."""
    found = differences(change)
    facts = []
    if found.added:
        facts.append(_fact("أُضيف إلى الخدمات", _names(found.added)))
    if found.removed:
        facts.append(_fact("لن يُقدَّم في هذا الموعد", "", _names(found.removed)))
    facts += [
        _fact(f"تغيّر أسلوب تقديم {new.name}", outcome_at(change.after, new), outcome_at(change.before, old))
        for old, new in found.altered
    ]
    return facts


def _names(services: Sequence[ServiceFacts]) -> str:
    return join_phrases([service.name for service in services])


def _services(stop: StopFacts) -> list[Values]:
    return [{"label": heading, "names": names, "text": join_phrases(names)} for heading, names in services_given(stop)]


def _details(stop: StopFacts, before: StopFacts | None) -> list[Values]:
    """Papers and means of payment."""
    facts: list[Values] = []
    told = before or stop
    for label, now, was, conjunction in (
        ("المستندات", stop.documents, told.documents, "و"),
        ("وسائل السداد", stop.payments, told.payments, "أو"),
    ):
        # In another order they are the same.
        was = now if set(was) == set(now) else was
        _add(facts, label, join_phrases(now, conjunction), join_phrases(was, conjunction), gone=(_GONE_F, _BEFORE_F))
    return facts


def _details_changed(found: Differences) -> bool:
    return found.services or found.documents or found.payments


def _day(stop: StopFacts) -> str:
    return _together(f"{weekday(stop.date)} {date_in_figures(stop.date)}")


def _hours(stop: StopFacts) -> str:
    start, end = f"من {time_in_figures(stop.starts_at)}", f"حتى {time_in_figures(stop.ends_at)}"
    return f"{_together(start)} {_together(end)}"


def _together(words: str) -> str:
    """Kept on one line: half a date is another date."""
    return words.replace(" ", "\u00a0")


def _hour(time: dt.time | None) -> str:
    return f"الساعة {time_in_figures(time)}" if time else ""


def _dialled(phone: str) -> list[str]:
    """A phone number in the pieces that are set from left to right: digits, and what stands between them."""
    return re.findall(r"\d+|\D+", " ".join(phone.split()))


# --- the finish -------------------------------------------------------------------------------------------------------


def _finish(content: Values, digits: str) -> Values:
    """Every text in the chosen digits, free of what no font has, and with long words that can be broken."""
    return {key: value if key == "url" else _finished(value, digits) for key, value in content.items()}


def _finished(value: Any, digits: str) -> Any:
    if isinstance(value, str):
        return _printable(convert(value, digits))
    if isinstance(value, dict):
        return _finish(value, digits)
    return [_finished(one, digits) for one in value] if isinstance(value, list) else value


def _printable(text: str) -> str:
    kept = "".join(
        character
        for character in text
        if unicodedata.category(character) not in _NOT_PRINTED and not "\ufe00" <= character <= "\ufe0f"
    )
    return _LONG_WORD.sub(_broken, kept)


def _broken(match: re.Match[str]) -> str:
    word = match.group()
    return _ZERO_WIDTH_SPACE.join(word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD))

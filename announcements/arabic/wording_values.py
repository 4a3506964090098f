"""What the names in a wording stand for: phrases of the engine, for one notice in one form.

A name that has nothing to say is empty; `wording` then leaves out its line.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Final

from announcements.arabic import broadcast, radio, sms, written
from announcements.arabic.changes import differences, subject, unchanged, verb
from announcements.arabic.counting import counted
from announcements.arabic.dates import (
    days_in_figures,
    days_in_words,
    period_in_figures,
    period_in_words,
    short_date,
    weekday,
    weekdays,
)
from announcements.arabic.digits import WESTERN, phone_number
from announcements.arabic.facts import SPOKEN_FORMS, Form, NoticeFacts, StopFacts
from announcements.arabic.layout import PLAIN, SOCIAL, WHATSAPP, common, fallback_sentence, for_all, shared_details
from announcements.arabic.news import unchanged_by_postponement
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    Verb,
    attach,
    citing,
    citing_in_words,
    conjugate,
    join_phrases,
    notice_name,
    notice_number_in_words,
    place_in_words,
    place_label,
    place_name,
    to_be_announced,
    urge,
    vehicles_of,
)
from announcements.arabic.times import (
    SHORT_PERIODS,
    hours_in_figures,
    hours_in_words,
    time_in_figures,
    time_in_words,
)
from announcements.arabic.together import services_given
from announcements.arabic.wording_slots import Slot

_STYLES: Final = {Form.SOCIAL: SOCIAL, Form.PLAIN: PLAIN, Form.WHATSAPP: WHATSAPP}


def values_of(slot: Slot, form: Form, facts: NoticeFacts, digits: str = WESTERN) -> dict[str, str]:
    """What every name of a slot stands for; `facts` must be of that slot, and cleaned (spoken forms: made speakable)."""
    return _VALUES[slot](facts, form, digits)


def _visit_values(facts: NoticeFacts, form: Form, digits: str) -> dict[str, str]:
    stop = facts.stops[0]
    days = [one.date for one in facts.stops]
    if form is Form.SMS:
        start, end = _short(stop.starts_at), _short(stop.ends_at)
        return _common_values(facts, form, digits) | {
            "المكان": place_label(stop.place),
            "العلامة": stop.landmark,
            "اليوم": " و".join(f"{weekday(day)} {short_date(day)}" for day in sorted(set(days))),
            "الساعات": f"من {start} حتى {end}",
            "من": f"من {start}",
            "حتى": f"حتى {end}",
            "آخر_موعد": _short(stop.last_intake) if stop.last_intake else "",
        }
    if form in SPOKEN_FORMS:
        return _common_values(facts, form, digits) | {
            "المكان": place_in_words(stop.place),
            "العلامة": stop.landmark,
            "اليوم": days_in_words(days),
            "الساعات": hours_in_words(stop.starts_at, stop.ends_at),
            "من": f"من الساعة {time_in_words(stop.starts_at)}",
            "حتى": f"حتى الساعة {time_in_words(stop.ends_at)}",
            "آخر_موعد": f"الساعة {time_in_words(stop.last_intake)}" if stop.last_intake else "",
            "الخدمات": " ".join(
                f"{heading}: {join_phrases(names)}." for heading, names in services_given(stop, spoken=True)
            ),
            "نكرر": f"نكرر: {place_name(stop.place)}، {weekdays(days)}",
        }
    return _common_values(facts, form, digits) | {
        "المكان": place_label(stop.place),
        "العلامة": stop.landmark,
        "اليوم": days_in_figures(days),
        "الساعات": hours_in_figures(stop.starts_at, stop.ends_at),
        "من": f"من الساعة {time_in_figures(stop.starts_at)}",
        "حتى": f"حتى الساعة {time_in_figures(stop.ends_at)}",
        "آخر_موعد": _last_intake(facts.stops, form),
        "الخدمات": _services(stop),
    }


def _services(stop: StopFacts) -> str:
    return "\n".join(f"– {heading}: {join_phrases(names)}." for heading, names in services_given(stop))


def _week_values(facts: NoticeFacts, form: Form, digits: str) -> dict[str, str]:
    stops = facts.stops
    first, last = min(stop.date for stop in stops), max(stop.date for stop in stops)
    is_spoken = form in SPOKEN_FORMS
    vehicles, possessive = vehicles_of(stops, in_words=is_spoken)
    days, period = (days_in_words, period_in_words) if is_spoken else (days_in_figures, period_in_figures)
    return _common_values(facts, form, digits) | {
        "أماكن_التواجد": f"أماكن تواجد {vehicles} ومواعيد عمل{possessive}",
        "العدد": counted(len(stops), "موعد", Case.OBLIQUE),
        "الفترة": days([first]) if first == last else f"خلال الفترة {period(first, last)}",
        "المواعيد": _list(facts, form),
        # What differs from visit to visit stands in the list.
        "الخدمات": _services(for_all(stops)) if "services" in shared_details(stops) else "",
        "آخر_موعد": _last_intake(stops, form),
    }


def _list(facts: NoticeFacts, form: Form) -> str:
    """The visits as the built-in wording lists them."""
    if form is Form.RADIO:
        return "\n".join(broadcast.read_script(radio.write(facts)).items)
    paragraphs = written.write(facts, _STYLES[form]).split("\n\n")
    return "\n\n".join(one for one in paragraphs if any(line.startswith("• ") for line in one.splitlines()))


# --- what happens to a visit -------------------------------------------------------------------------------------------


def _cancelled_values(facts: NoticeFacts, form: Form, digits: str) -> dict[str, str]:
    return _news_values(facts, form, _visit_values(facts, form, digits), again="أُلغي")


def _postponed_values(facts: NoticeFacts, form: Form, digits: str) -> dict[str, str]:
    values = _news_values(facts, form, _visit_values(facts, form, digits), again="تأجل")
    return values | {"إلى_موعد_لاحق": to_be_announced(), "لا_تغيير": unchanged_by_postponement(facts.stops)}


def _news_values(facts: NoticeFacts, form: Form, visit: dict[str, str], *, again: str = "") -> dict[str, str]:
    values = visit | {
        "بشأن_الإعلان": _cited(facts, form),
        "السبب": _because(facts, form),
        "البديل": fallback_sentence(facts),
    }
    if again:
        stop, days = facts.stops[0], [one.date for one in facts.stops]
        values["نكرر"] = f"نكرر: {again} تواجد السيارة ب{place_name(stop.place)}، {weekdays(days)}"
    return values


def _cited(facts: NoticeFacts, form: Form) -> str:
    if form is Form.SMS:
        return sms.citing(facts).strip()
    return citing_in_words(facts) if form in SPOKEN_FORMS else citing(facts)


def _because(facts: NoticeFacts, form: Form) -> str:
    if not facts.cause:
        return ""
    return f"بسبب {facts.cause}" if form is Form.SMS else f"وذلك بسبب {facts.cause}"


def _moved_values(facts: NoticeFacts, form: Form, digits: str) -> dict[str, str]:
    change = facts.changes[0]
    before, after, found = change.before, change.after, differences(change)
    # The visit as it is now, but for its cites and its kind, which are those of the change.
    now = _visit_values(_with_stops(facts, after), form, digits)
    place = now["المكان"]
    # Where room or time is short the hours of old are told only when nothing else is new, and then the day once.
    is_short = form in (Form.SMS, Form.LOUDSPEAKER)
    is_written = form in _STYLES
    again = _day(after, form) if found.date else weekdays([after.date])
    if not (found.date or is_short):
        again = _when(after, form, again)
    return _news_values(facts, form, now) | {
        "التعديل": (
            f"{verb(found, is_correction=False)} موعد السيارة المتنقلة – {place}"
            if form is Form.SMS
            else subject(found, old_place=place, new_place=place)
        ),
        "الموعد_السابق": _day(before, form) if is_short and found.date else _when(before, form),
        "الموعد_الجديد": _when(after, form) if found.date or is_written else _hours_alone(after, form),
        "لا_تغيير": unchanged(change, found, with_time=False),
        "نكرر": f"نكرر: {place_name(after.place)}، {again}",
    }


def _with_stops(facts: NoticeFacts, stop: StopFacts) -> NoticeFacts:
    return dataclasses.replace(facts, stops=(stop,))


def _day(stop: StopFacts, form: Form) -> str:
    if form is Form.SMS:
        return f"{weekday(stop.date)} {short_date(stop.date)}"
    return days_in_words([stop.date]) if form in SPOKEN_FORMS else days_in_figures([stop.date])


def _when(stop: StopFacts, form: Form, day: str = "") -> str:
    return f"{day or _day(stop, form)}، {_hours(stop, form)}"


def _hours(stop: StopFacts, form: Form) -> str:
    if form is Form.SMS:
        return f"من {_short(stop.starts_at)} حتى {_short(stop.ends_at)}"
    told = hours_in_words if form in SPOKEN_FORMS else hours_in_figures
    return told(stop.starts_at, stop.ends_at)


def _hours_alone(stop: StopFacts, form: Form) -> str:
    """The new hours of a visit that keeps its day, which has just been told."""
    return _hours(stop, form) if form is Form.SMS else f"في اليوم نفسه، {_hours(stop, form)}"


# --- what every notice has ---------------------------------------------------------------------------------------------


def _common_values(facts: NoticeFacts, form: Form, digits: str) -> dict[str, str]:
    issuer, stops = facts.issuer, facts.stops
    documents = common(stop.documents for stop in stops) or ()
    payments = common(stop.payments for stop in stops) or ()
    intake = common(stop.last_intake for stop in stops)
    values = {
        "تعلن_الجهة": f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name}",
        "الجهة": issuer.name,
        "المستندات": join_phrases(documents),
        "السداد": join_phrases(payments, "أو"),
    }
    if form in SPOKEN_FORMS:
        enquiries = f"يمكن الاتصال {attach('ب', issuer.short_name)}" if issuer.phone else ""
        return values | {"رقم_الإعلان": notice_number_in_words(facts), "الاستعلام": enquiries}
    marks = form in (Form.SOCIAL, Form.PLAIN) and digits == WESTERN
    values |= {
        "الاستعلام": phone_number(issuer.phone, marks=marks) if issuer.phone else "",
        "الرابط": facts.page_url,
    }
    if form is Form.SMS:
        return values | {"رقم_الإعلان": f"{notice_name(facts.kind)} {facts.number}/{facts.year}"}
    before = f"الساعة {time_in_figures(intake)}" if intake else ""
    return values | {
        "رقم_الإعلان": written.head_line(facts),
        "التنبيه": f"{urge(issuer)} الحضور قبل {before}، وهو آخر موعد لاستقبال الطلبات." if before else "",
    }


def _last_intake(stops: tuple[StopFacts, ...], form: Form) -> str:
    """Only when it is the same for all: elsewhere the list tells it."""
    intake = common(stop.last_intake for stop in stops)
    if intake is None:
        return ""
    return f"الساعة {time_in_words(intake) if form in SPOKEN_FORMS else time_in_figures(intake)}"


def _short(time: dt.time) -> str:
    """«9 ص», «1:30 م», as short messages have it."""
    return time_in_figures(time, SHORT_PERIODS).replace(":00", "")


_VALUES: Final[dict[Slot, Callable[[NoticeFacts, Form, str], dict[str, str]]]] = {
    Slot.VISIT: _visit_values,
    Slot.WEEK: _week_values,
    Slot.CANCELLED: _cancelled_values,
    Slot.POSTPONED: _postponed_values,
    Slot.MOVED: _moved_values,
}

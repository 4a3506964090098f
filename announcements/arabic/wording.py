"""Wording that staff write themselves: plain text with placeholders in braces, filled in with phrases of the engine.

A placeholder stands for a whole phrase whose grammar is right wherever Arabic lets such a phrase stand: «{اليوم}» is «يوم الأحد
الموافق 29 نوفمبر 2026» or «يومي … الموافقين …», «{تعلن_الجهة}» is verb and institution in one gender. There is no logic in a
wording: names are looked up in a closed list and nothing else is. A line whose placeholders are all empty is left out, and
with it the heading right above («الخدمات:»); within a line, an empty placeholder takes the comma or dash before it along.

A wording applies to a notice that announces one visit (VISIT, and every visit for the loudspeaker) or several (WEEK).
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from announcements.arabic import broadcast, loudspeaker, radio, written
from announcements.arabic.checker import check_text
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
from announcements.arabic.digits import WESTERN, convert, phone_number
from announcements.arabic.facts import SPOKEN_FORMS, Form, NoticeFacts, NoticeKind, Outcome, ServiceFacts, StopFacts
from announcements.arabic.findings import Severity
from announcements.arabic.geography import Geography
from announcements.arabic.layout import PLAIN, SOCIAL, WHATSAPP, common, is_one_visit
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    OUTCOME_LABELS,
    Verb,
    attach,
    conjugate,
    join_phrases,
    notice_name,
    notice_number_in_words,
    place_in_words,
    place_label,
    place_name,
    services_by_outcome,
    urge,
    vehicles_of,
)
from announcements.arabic.render import cleaned, made_speakable
from announcements.arabic.spoken import SECONDS_PER_VISIT, WORDS_PER_MINUTE, seconds
from announcements.arabic.times import (
    SHORT_PERIODS,
    hours_in_figures,
    hours_in_words,
    time_in_figures,
    time_in_words,
)


class Slot(enum.StrEnum):
    """What a wording is for: the announcement of one visit, or of several."""

    VISIT = "visit"
    WEEK = "week"


# A week's short message points elsewhere, and at a loudspeaker every visit is told by itself.
FORMS: Final[dict[Slot, tuple[Form, ...]]] = {
    Slot.VISIT: (Form.SOCIAL, Form.PLAIN, Form.WHATSAPP, Form.SMS, Form.RADIO, Form.LOUDSPEAKER),
    Slot.WEEK: (Form.SOCIAL, Form.PLAIN, Form.WHATSAPP, Form.RADIO),
}

MEANINGS: Final[dict[str, str]] = {
    "رقم_الإعلان": "رقم الإعلان، وهو ما يُعرف به منشوره",
    "تعلن_الجهة": "الفعل والجهة معًا، فيتفقان في التذكير والتأنيث",
    "الجهة": "اسم الجهة وحده، ولا يُكتب قبله فعل",
    "المكان": "القرية أو المنطقة مع المركز أو الحي",
    "العلامة": "المكان المحدد داخل القرية",
    "اليوم": "اليوم والتاريخ، للواحد والاثنين والأكثر",
    "الساعات": "وقت البدء ووقت الانتهاء معًا",
    "من": "وقت البدء",
    "حتى": "وقت الانتهاء",
    "آخر_موعد": "آخر موعد لاستقبال الطلبات",
    "التنبيه": "جملة الحضور قبل آخر موعد",
    "الخدمات": "الخدمات بحسب طريقة تقديمها",
    "المستندات": "المستندات المطلوبة",
    "السداد": "وسائل السداد",
    "الاستعلام": "وسيلة الاستعلام",
    "الرابط": "صفحة الإعلان",
    "نكرر": "إعادة المكان واليوم في آخر النص",
    "أماكن_التواجد": "السيارات بعددها، وما يُعلن عنها",
    "العدد": "عدد المواعيد، محسوبًا من القائمة",
    "الفترة": "أول أيام القائمة وآخرها",
    "المواعيد": "القائمة كاملة، موعدًا موعدًا",
}

_WRITTEN: Final = ("المستندات", "السداد", "الاستعلام", "التنبيه", "الرابط")
_VISIT: Final = ("المكان", "العلامة", "اليوم", "الساعات", "من", "حتى", "آخر_موعد")
_EVERY: Final = ("رقم_الإعلان", "تعلن_الجهة", "الجهة")
_LIST: Final = ("أماكن_التواجد", "العدد", "الفترة", "المواعيد")

# Each row names alternatives, one of which a wording must hold.
_HOURS: Final = (("الساعات",), ("من", "حتى"))
Required = tuple[tuple[tuple[str, ...], ...], ...]

_PLACEHOLDER: Final = re.compile(r"\{([^{}\n]*)\}")
_BRACE: Final = re.compile(r"[{}]")
_FILLED: Final = re.compile(r"(?:(?<!\w)(?P<lam>و?ل))?\{(?P<name>[^{}\n]*)\}")
_VERB_BEFORE_ISSUER: Final = re.compile(r"(?<!\w)و?[تي](?:علن|هيب|نوه|ؤكد|دعو|ناشد|عتذر)\s+\{الجهة\}")
_VOWEL_SIGNS: Final = re.compile("[\u064e-\u0652]")

_SPOKEN_SERVICES: Final[dict[Outcome, str]] = {
    Outcome.FINISHED: "ويُنجز في السيارة ما يلي",
    Outcome.RECEIVED: "ويُستلم الطلب فيما يلي",
    Outcome.INFORMATION: "ويقتصر على الاستعلام والإرشاد ما يلي",
}
_STYLES: Final = {Form.SOCIAL: SOCIAL, Form.PLAIN: PLAIN, Form.WHATSAPP: WHATSAPP}


# --- what a wording may hold -------------------------------------------------------------------------------------------


def names_for(slot: Slot, form: Form) -> tuple[str, ...]:
    """The placeholders of a wording, in the order in which they are explained."""
    own = _VISIT if slot is Slot.VISIT else (*_LIST, "آخر_موعد")
    if form is Form.SMS:
        return (*_EVERY, *own, "الاستعلام", "الرابط")
    if form is Form.LOUDSPEAKER:
        return ("تعلن_الجهة", "الجهة", *own, "المستندات", "نكرر")
    if form is Form.RADIO:
        spoken = ("الخدمات", "المستندات", "السداد", "نكرر") if slot is Slot.VISIT else ("المستندات",)
        return (*_EVERY, *(name for name in own if name != "العدد"), *spoken, "الاستعلام")
    return (*_EVERY, *own, "الخدمات", *_WRITTEN)


def required_for(slot: Slot, form: Form) -> Required:
    """What carries the facts: each row of alternatives must be there in one of its ways."""
    number: Required = ((("رقم_الإعلان",),),) if form is not Form.LOUDSPEAKER else ()
    if slot is Slot.WEEK:
        return (*number, (("المواعيد",),))
    visit: Required = (*number, (("المكان",),), (("اليوم",),), _HOURS)
    if form is Form.SMS:
        return visit
    visit = (*visit, (("العلامة",),))
    if form is Form.LOUDSPEAKER:
        return (*visit, (("نكرر",),))
    if form is Form.RADIO:
        return (*visit, (("آخر_موعد",),), (("نكرر",),))
    return (*visit, (("آخر_موعد",), ("التنبيه",)))


def check_body(body: str, slot: Slot, form: Form) -> list[str]:
    """What is wrong with a wording itself, a sentence each; empty when it can be filled in."""
    if form not in FORMS[slot]:
        return ["هذا الشكل يُكتب بالصياغة الأصلية وحدها."]
    if not body.strip():
        return ["اكتب نص الصياغة."]
    known, used = names_for(slot, form), _PLACEHOLDER.findall(body)
    unknown = list(dict.fromkeys(name for name in used if name not in known))
    problems = []
    if unknown:
        listed = " و".join(f"{{{name}}}" for name in unknown)
        problems.append(f"لا تعرف هذه الصياغة: {listed}. والأسماء المتاحة مبينة أدناه.")
    if _BRACE.search(_PLACEHOLDER.sub("", body)):
        problems.append("في النص قوس { أو } ليس له ما يقابله في السطر نفسه.")
    if _VERB_BEFORE_ISSUER.search(body):
        problems.append("الفعل قبل {الجهة} لا يوافق كل جهة؛ فاكتب {تعلن_الجهة} بدلًا منهما.")
    missing = [
        " أو ".join(" مع ".join(f"{{{name}}}" for name in way) for way in ways)
        for ways in required_for(slot, form)
        if not any(set(way) <= set(used) for way in ways)
    ]
    if missing:
        problems.append(f"ينقص الصياغة ما لا يصح الإعلان دونه: {'، و'.join(missing)}.")
    return problems


# --- filling it in -----------------------------------------------------------------------------------------------------


def applies(slot: Slot, form: Form, facts: NoticeFacts) -> bool:
    """Whether a wording of this slot is the one for a notice."""
    if facts.kind is not NoticeKind.ANNOUNCEMENT or not facts.stops or form not in FORMS[slot]:
        return False
    # Dates of the cited notice that an edited post must keep are told by the built-in wording alone.
    if facts.cites or facts.still_valid or facts.also_cancelled:
        return False
    is_visit = form is Form.LOUDSPEAKER or is_one_visit(facts.stops)
    return is_visit is (slot is Slot.VISIT)


def write(body: str, slot: Slot, form: Form, facts: NoticeFacts, *, digits: str = WESTERN) -> str:
    """`facts` in this wording. Names that are not known stay empty; `check_body` refuses them before."""
    facts = made_speakable(facts) if form in SPOKEN_FORMS else cleaned(facts)
    if form is Form.LOUDSPEAKER:
        visits = loudspeaker.one_by_one(facts)
        return "\n\n".join(_fill(body, _visit_values(one, form, digits)) for one in visits)
    values = _visit_values(facts, form, digits) if slot is Slot.VISIT else _week_values(facts, form, digits)
    text = _fill(body, values)
    if form in SPOKEN_FORMS:
        return text
    return convert(_VOWEL_SIGNS.sub("", text) if form is Form.SMS else text, digits)


def problems_of(
    text: str,
    slot: Slot,
    form: Form,
    facts: NoticeFacts,
    *,
    words_per_minute: int = WORDS_PER_MINUTE,
    geography: Callable[[], Geography] | None = None,
) -> list[str]:
    """Why a text made from a wording may not be issued, a sentence each."""
    findings = check_text(text, form=form, facts=facts, geography=geography, words_per_minute=words_per_minute)
    found = [one.message_ar for one in findings if one.severity is Severity.ERROR]
    if slot is Slot.VISIT and form in SPOKEN_FORMS:
        longest = loudspeaker.SECONDS_PER_VISIT if form is Form.LOUDSPEAKER else SECONDS_PER_VISIT
        for visit in text.split("\n\n") if form is Form.LOUDSPEAKER else [text]:
            spoken = seconds(visit, words_per_minute)
            if spoken > longest:
                found.append(f"مدة النص {spoken} ثانية، وأقصاها للزيارة الواحدة {longest} ثانية.")
    return list(dict.fromkeys(found))


def _fill(body: str, values: Mapping[str, str]) -> str:
    lines: list[str] = []
    heading = False  # whether the line before only opens this one: «الخدمات:»
    for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        names = _PLACEHOLDER.findall(line)
        if names and not any(values.get(name) for name in names):
            if heading:
                lines.pop()
            heading = False
            continue
        heading = not names and line.rstrip(" *").endswith(":")
        lines.append(_fill_line(line, values).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _fill_line(line: str, values: Mapping[str, str]) -> str:
    for name in set(_PLACEHOLDER.findall(line)):
        if not values.get(name):
            line = re.sub(rf"\s*(?:[،؛–-]\s*)?\{{{re.escape(name)}\}}", "", line).lstrip("،؛ ")
    # In one pass, so that nothing in a value is ever read as a placeholder.
    return _FILLED.sub(lambda found: _filled(found, values), line)


def _filled(found: re.Match[str], values: Mapping[str, str]) -> str:
    value, particle = values.get(found["name"], ""), found["lam"] or ""
    # «ل» and «ال» become one word: «للوحدة».
    return particle.removesuffix("ل") + attach("ل", value) if particle else value


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
                f"{_SPOKEN_SERVICES[outcome]}: {join_phrases(names)}."
                for outcome, names in services_by_outcome(stop.services)
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
        "الخدمات": _services(stop.services),
    }


def _services(services: Sequence[ServiceFacts]) -> str:
    return "\n".join(
        f"– {OUTCOME_LABELS[outcome]}: {join_phrases(names)}." for outcome, names in services_by_outcome(services)
    )


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
        "الخدمات": _services(common(stop.services for stop in stops) or ()),
        "آخر_موعد": _last_intake(stops, form),
    }


def _list(facts: NoticeFacts, form: Form) -> str:
    """The visits as the built-in wording lists them."""
    if form is Form.RADIO:
        return "\n".join(broadcast.read_script(radio.write(facts)).items)
    paragraphs = written.write(facts, _STYLES[form]).split("\n\n")
    return "\n\n".join(one for one in paragraphs if any(line.startswith("• ") for line in one.splitlines()))


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


def examples(slot: Slot, form: Form, facts: NoticeFacts, *, digits: str = WESTERN) -> Iterator[tuple[str, str, str]]:
    """(name, what it stands for, what it is for `facts`) of every placeholder; `facts` must be of this slot."""
    spoken = made_speakable(facts) if form in SPOKEN_FORMS else cleaned(facts)
    one = next(iter(loudspeaker.one_by_one(spoken))) if form is Form.LOUDSPEAKER else spoken
    values = _visit_values(one, form, digits) if slot is Slot.VISIT else _week_values(one, form, digits)
    for name in names_for(slot, form):
        shown = values.get(name, "")
        yield name, MEANINGS[name], shown if form in SPOKEN_FORMS else convert(shown, digits)

"""Wording that staff write themselves: plain text with placeholders in braces, filled in with phrases of the engine.

A placeholder stands for a whole phrase whose grammar is right wherever Arabic lets such a phrase stand: «{اليوم}» is «يوم الأحد
الموافق 29 نوفمبر 2026» or «يومي … الموافقين …», «{تعلن_الجهة}» is verb and institution in one gender. There is no logic in a
wording: names are looked up in a closed list and nothing else is. A line whose placeholders are all empty is left out, and
with it the heading right above («الخدمات:»); within a line, an empty placeholder takes the comma or dash before it along.

What may be worded, with which names, is in `wording_slots`; what they stand for, in `wording_values`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from announcements.arabic import loudspeaker
from announcements.arabic.checker import check_text
from announcements.arabic.digits import WESTERN, convert
from announcements.arabic.facts import SPOKEN_FORMS, Form, NoticeFacts
from announcements.arabic.findings import Severity
from announcements.arabic.geography import Geography
from announcements.arabic.phrases import attach
from announcements.arabic.render import as_told, made_speakable
from announcements.arabic.spoken import SECONDS_PER_VISIT, WORDS_PER_MINUTE, seconds
from announcements.arabic.wording_slots import FORMS, MEANINGS, Slot, names_for, required_for
from announcements.arabic.wording_values import values_of

_PLACEHOLDER: Final = re.compile(r"\{([^{}\n]*)\}")
_BRACE: Final = re.compile(r"[{}]")
_FILLED: Final = re.compile(r"(?:(?<!\w)(?P<lam>و?ل))?\{(?P<name>[^{}\n]*)\}")
_VERB_BEFORE_ISSUER: Final = re.compile(r"(?<!\w)و?[تي](?:علن|هيب|نوه|ؤكد|دعو|ناشد|عتذر)\s+\{الجهة\}")
# Whether a visit is put off or brought forward is for the facts to say: «{التعديل}».
_ACT_TYPED: Final = re.compile(r"(?<!\w)[وبل]?(?:ال)?(?:تأجيل|تبكير|تقديم\s+(?:ال)?موعد)(?!\w)")
_VOWEL_SIGNS: Final = re.compile("[\u064e-\u0652]")

# --- what a wording may hold -------------------------------------------------------------------------------------------


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
    if slot is Slot.MOVED and _ACT_TYPED.search(body):
        problems.append("قد يكون الموعد الجديد بعد السابق أو قبله؛ فاكتب {التعديل} بدلًا من «تأجيل» أو «تقديم».")
    missing = [
        " أو ".join(" مع ".join(f"{{{name}}}" for name in way) for way in ways)
        for ways in required_for(slot, form)
        if not any(set(way) <= set(used) for way in ways)
    ]
    if missing:
        problems.append(f"ينقص الصياغة ما لا يصح الإعلان دونه: {'، و'.join(missing)}.")
    return problems


# --- filling it in -----------------------------------------------------------------------------------------------------


def write(body: str, slot: Slot, form: Form, facts: NoticeFacts, *, digits: str = WESTERN) -> str:
    """`facts` in this wording. Names that are not known stay empty; `check_body` refuses them before."""
    facts = made_speakable(as_told(facts)) if form in SPOKEN_FORMS else as_told(facts)
    if form is Form.LOUDSPEAKER:
        visits = loudspeaker.one_by_one(facts)
        return "\n\n".join(_fill(body, values_of(slot, form, one, digits)) for one in visits)
    text = _fill(body, values_of(slot, form, facts, digits))
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
    if slot is not Slot.WEEK and form in SPOKEN_FORMS:
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


def examples(slot: Slot, form: Form, facts: NoticeFacts, *, digits: str = WESTERN) -> Iterator[tuple[str, str, str]]:
    """(name, what it stands for, what it is for `facts`) of every placeholder; `facts` must be of this slot."""
    spoken = made_speakable(as_told(facts)) if form in SPOKEN_FORMS else as_told(facts)
    one = next(iter(loudspeaker.one_by_one(spoken))) if form is Form.LOUDSPEAKER else spoken
    values = values_of(slot, form, one, digits)
    for name in names_for(slot, form):
        shown = values.get(name, "")
        yield name, MEANINGS[name], shown if form in SPOKEN_FORMS else convert(shown, digits)

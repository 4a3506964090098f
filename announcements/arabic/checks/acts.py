"""A text against what its notice does: it cancels, puts off, or promises only what the facts do.

A word that staff typed themselves (the name of a service, a cause) is passed over, and so is what an earlier notice did («وقد سبق
إلغاء …») and what is denied («دون إلغاء»).
"""

from __future__ import annotations

from typing import Final

from announcements.arabic.checks.against_facts import points_elsewhere, typed_texts
from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.facts import NoticeFacts, NoticeKind
from announcements.arabic.findings import finding
from announcements.arabic.phrases import OF_THE_DAY, was_put_off
from announcements.arabic.reading.tokens import Kind, keys_of, without_particle, word_set

_CANCELLING: Final = word_set("إلغاء الإلغاء ألغي ألغيت يلغى تلغى ملغى الملغى ملغاة الملغاة")
_PUTTING_OFF: Final = word_set("تأجيل التأجيل أجل أجلت تأجل تأجلت يؤجل تؤجل مؤجل المؤجل مؤجلة المؤجلة")
_LAUNCHING: Final = word_set("إطلاق تدشين أطلقت أطلق تطلق يطلق دشنت دشن تدشن")
_VEHICLES: Final = word_set("سيارة السيارة سيارات السيارات سيارتين سيارتان مركز مراكز")
_LAUNCH_REACH: Final = 3
_NOT_NOW: Final = word_set("سبق دون ليس وليس لا بلا ولا لم قبل عدم بعدم كان قد")
_STILL_HOLDS: Final = word_set("سارية ساري صالحة")
_REQUESTS: Final = word_set("الطلبات طلبات الطلب")
_LATER: Final = word_set("لاحقًا لاحق آخر تحديده تحديدها تحديدهما حينه")

_DOES: Final[dict[NoticeKind, str]] = {
    NoticeKind.ANNOUNCEMENT: "إعلان عن موعد",
    NoticeKind.BULLETIN: "نشرة بالمواعيد",
    NoticeKind.CHANGE: "تعديل",
    NoticeKind.POSTPONEMENT: "تأجيل",
    NoticeKind.CANCELLATION: "إلغاء",
    NoticeKind.URGENT: "توقف عن العمل",
    NoticeKind.RESUMPTION: "استئناف للعمل",
    NoticeKind.HOURS: "مواعيد فترة",
}

_MUST_SAY: Final = {NoticeKind.CANCELLATION: _CANCELLING, NoticeKind.POSTPONEMENT: _PUTTING_OFF}
_DENIED: Final = word_set("دون بدون ليس وليس بلا لم عدم بعدم سبق")


def check_acts(parsed: ParsedText) -> Findings:
    """«fact_act», «fact_act_missing», «fact_promise», «fact_later_missing»."""
    facts = parsed.facts
    if facts is None:
        return
    typed = {key for text in typed_texts(facts, parsed.stops) for key in keys_of(text)}
    wrong = _words_of_other_acts(facts) - typed
    for position, token in enumerate(parsed.tokens):
        if token.kind is not Kind.WORD or not without_particle(token.key, wrong):
            continue
        if parsed.key(position - 1) not in _NOT_NOW and parsed.key(position - 2) != "سبق":
            yield parsed.report("fact_act", position, None, act=_DOES[facts.kind], wrong=parsed.raw(position))
    yield from _check_said(parsed, facts)
    yield from _check_launch(parsed, facts)
    yield from _check_promise(parsed, facts)
    if facts.kind is NoticeKind.POSTPONEMENT and not points_elsewhere(parsed) and not _LATER.intersection(parsed.keys):
        yield finding(parsed.text, "fact_later_missing", 0, 0)


def _words_of_other_acts(facts: NoticeFacts) -> frozenset[str]:
    """The words that would say that this notice does what it does not."""
    wrong: frozenset[str] = frozenset()
    if facts.kind is not NoticeKind.CANCELLATION and not facts.also_cancelled:
        wrong |= _CANCELLING
    if facts.kind is NoticeKind.CANCELLATION and not facts.also_postponed and not was_put_off(facts):
        wrong |= _PUTTING_OFF
    return wrong


def _check_said(parsed: ParsedText, facts: NoticeFacts) -> Findings:
    """A text that takes a visit back says so: place and day alone would read as an announcement."""
    words = _MUST_SAY.get(facts.kind)
    if words is None:
        return
    said = any(
        without_particle(key, words) and parsed.key(position - 1) not in _DENIED
        for position, key in enumerate(parsed.keys)
    )
    if not said:
        yield finding(parsed.text, "fact_act_missing", 0, 0, act=_DOES[facts.kind])


def _check_launch(parsed: ParsedText, facts: NoticeFacts) -> Findings:
    """No notice launches vehicles: «إطلاق 5 سيارات» over what vehicles do that have long worked misleads."""
    for position, token in enumerate(parsed.tokens):
        if token.kind is not Kind.WORD or not without_particle(token.key, _LAUNCHING):
            continue
        after = parsed.keys[position + 1 : position + 1 + _LAUNCH_REACH]
        if (
            _VEHICLES.intersection(after)
            and parsed.key(position - 1) not in _NOT_NOW
            and parsed.key(position - 1) != "منذ"
        ):
            yield parsed.report("fact_act", position, None, act=_DOES[facts.kind], wrong=parsed.raw(position))


def _check_promise(parsed: ParsedText, facts: NoticeFacts) -> Findings:
    """That requests stay valid is for the vehicle's officer to say, and not for whoever edits the text."""
    if facts.kind not in OF_THE_DAY or (facts.interruption and facts.interruption.requests_stay_valid):
        return
    for position, key in enumerate(parsed.keys):
        sentence = parsed.sentences[parsed.tokens[position].sentence]
        if key in _STILL_HOLDS and any(without_particle(parsed.key(one), _REQUESTS) for one in sentence):
            yield parsed.report("fact_promise", position)

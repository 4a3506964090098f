"""The details of a text that a person wrote otherwise: landmarks, services, payment, the telephone and the page of its notice.

What a written text told and lost is a warning: it may have been left out on purpose. Another telephone number in place of that of
the unit is an error, for citizens would dial it; beside it, it may be of something else, and is a warning. Short texts and what
is read aloud leave details out by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from announcements.arabic.checks.against_facts import typed_texts
from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.digits import clean, convert
from announcements.arabic.facts import Form, NoticeFacts, NoticeKind, ServiceFacts, StopFacts
from announcements.arabic.findings import finding
from announcements.arabic.phrases import services_by_outcome
from announcements.arabic.reading.tokens import Kind, keys_of

_WRITTEN: Final = frozenset({Form.SOCIAL, Form.PLAIN, Form.WHATSAPP})
# Whose texts tell everything of their stops. A bulletin of every unit tells services only where they are the same for all.
_TELL_ALL: Final = frozenset({NoticeKind.ANNOUNCEMENT, NoticeKind.CHANGE})
# Egyptian numbers have 7 digits and more; a date, an hour or a notice's number is written with other signs.
_PHONE: Final = re.compile(r"[0-9]+(?:-[0-9]+)*")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_FEWEST_DIGITS: Final = 7


def check_details(parsed: ParsedText) -> Findings:
    """«fact_phone_other» and «fact_phone_extra», and «fact_detail_…» for what is missing."""
    facts = parsed.facts
    if facts is None:
        return
    own = _digits(facts.issuer.phone)
    has_own = bool(own) and any(_is_dialled(own, number) for number in _numbers_dialled(parsed))
    yield from _check_other_phones(parsed, facts, own, "fact_phone_extra" if has_own else "fact_phone_other")
    if parsed.form not in _WRITTEN:
        return
    words = f" {' '.join(parsed.keys)} "
    told = [*facts.stops, *(change.after for change in facts.changes)]
    if facts.kind in _TELL_ALL:
        yield from _check_told(parsed, words, "landmark", (stop.landmark for stop in told))
        yield from _check_told(parsed, words, "service", _service_names(told))
        yield from _check_told(parsed, words, "payment", (means for stop in told for means in stop.payments))
    if own and not has_own:
        yield finding(parsed.text, "fact_detail_phone", 0, 0, wrong=facts.issuer.phone)
    if facts.page_url and facts.page_url not in parsed.text:
        yield finding(parsed.text, "fact_detail_page", 0, 0, wrong=facts.page_url)


def _check_told(parsed: ParsedText, words: str, what: str, phrases: Iterable[str]) -> Findings:
    for phrase in dict.fromkeys(clean(phrase) for phrase in phrases):
        keys = " ".join(keys_of(phrase))
        if keys and not any(f" {particle}{keys} " in words for particle in ("", "و", "ب")):
            yield finding(parsed.text, f"fact_detail_{what}", 0, 0, wrong=phrase)


def _service_names(stops: Sequence[StopFacts]) -> list[str]:
    """The services as a text names them: without what the heading says (`services_by_outcome`)."""
    services: list[ServiceFacts] = [service for stop in stops for service in stop.services]
    return [name for _, group in services_by_outcome(services) for name in group]


def _check_other_phones(parsed: ParsedText, facts: NoticeFacts, own: str, code: str) -> Findings:
    if not own:
        return
    typed = [_digits(text) for text in typed_texts(facts, parsed.stops)]
    for position, token in enumerate(parsed.tokens):
        if token.kind is not Kind.NUMBER or not _PHONE.fullmatch(token.key) or _ISO_DATE.fullmatch(token.key):
            continue
        number = _digits(token.key)
        if len(number) < _FEWEST_DIGITS or any(number in text for text in typed) or _is_dialled(number, own):
            continue
        yield parsed.report(code, position, None, wrong=parsed.raw(position), right=facts.issuer.phone)


def _numbers_dialled(parsed: ParsedText) -> list[str]:
    """The numbers of a text as they would be dialled: also those that blanks part («093 2310000»)."""
    joined: list[str] = []
    after_number = False
    for token in parsed.tokens:
        is_number = token.kind is Kind.NUMBER and _PHONE.fullmatch(token.key) is not None
        if is_number and after_number:
            joined[-1] += _digits(token.key)
        elif is_number:
            joined.append(_digits(token.key))
        after_number = is_number
    return joined


def _digits(text: str) -> str:
    return "".join(character for character in convert(text) if character.isdecimal())


def _is_dialled(number: str, other: str) -> bool:
    """Whether both are one number, with or without what is dialled from elsewhere («093», «+20 93»)."""
    short, long = sorted((_bare(number), _bare(other)), key=len)
    return len(short) >= _FEWEST_DIGITS and long.endswith(short)


def _bare(number: str) -> str:
    return number.removeprefix("00").removeprefix("20").lstrip("0")

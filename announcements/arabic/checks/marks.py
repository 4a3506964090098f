"""Signs and digits: what an announcer cannot read, digit sets, pairs of signs, short messages."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.digits import ARABIC, WESTERN, convert
from announcements.arabic.facts import SPOKEN_FORMS, Form
from announcements.arabic.findings import finding
from announcements.arabic.reading.tokens import Kind
from announcements.arabic.sms import TWO_PARTS, length

# --- radio -----------------------------------------------------------------------------------------------------------

_SPOKEN_SIGNS: Final = frozenset("،؛.:!؟")


def check_radio(parsed: ParsedText) -> Findings:
    """«radio_digits», «radio_latin», «radio_symbol», «radio_abbreviation», in the spoken forms alone."""
    if parsed.form not in SPOKEN_FORMS:
        return
    for position, token in enumerate(parsed.tokens):
        if token.kind is Kind.NUMBER:
            yield parsed.report("radio_digits", position)
        elif token.kind in (Kind.LATIN, Kind.ADDRESS):
            yield parsed.report("radio_latin", position)
        elif token.kind is Kind.MARK and token.key not in _SPOKEN_SIGNS and _is_seen(token.key):
            yield parsed.report("radio_symbol", position, None, wrong=token.key)
        elif token.kind is Kind.WORD and (token.key in _ABBREVIATIONS or (len(token.key) == 1 and token.key != "و")):
            yield parsed.report("radio_abbreviation", position, None, wrong=parsed.raw(position))


_ABBREVIATIONS: Final = frozenset({"الخ", "هـ"})


def _is_seen(character: str) -> bool:
    """Whether a sign is one of its own, and not the second half of an emoji."""
    return unicodedata.category(character) not in ("Mn", "Cf", "Me")


# --- digits ----------------------------------------------------------------------------------------------------------

_EASTERN: Final = re.compile(r"[٠-٩۰-۹]")
_WESTERN: Final = re.compile(r"[0-9]")


def check_digits(parsed: ParsedText) -> Findings:
    """«mixed_digits»: every number in the set that the text uses less."""
    western, eastern = [], []
    for token in parsed.tokens:
        if token.kind is Kind.NUMBER:
            raw = parsed.text[token.start : token.end]
            if _WESTERN.search(raw):
                western.append(token)
            if _EASTERN.search(raw):
                eastern.append(token)
    if not (western and eastern):
        return
    wrong, digits = (western, ARABIC) if len(western) < len(eastern) else (eastern, WESTERN)
    for token in wrong:
        raw = parsed.text[token.start : token.end]
        yield finding(parsed.text, "mixed_digits", token.start, token.end, convert(raw, digits))


# --- pairs of signs --------------------------------------------------------------------------------------------------

_PAIRS: Final = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”"}
_CLOSERS: Final = {closer: opener for opener, closer in _PAIRS.items()}


def check_pairs(parsed: ParsedText) -> Findings:
    """«unbalanced», «unbalanced_bold», «asterisks_shown»."""
    opened: list[int] = []
    quotes: list[int] = []
    stars: list[int] = []
    for position, token in enumerate(parsed.tokens):
        if token.kind is Kind.BREAK:
            yield from _check_line(parsed, quotes, stars)
            quotes, stars = [], []
        elif token.kind is not Kind.MARK:
            continue
        elif token.key in _PAIRS:
            opened.append(position)
        elif token.key in _CLOSERS:
            if opened and parsed.key(opened[-1]) == _CLOSERS[token.key]:
                opened.pop()
            elif not _numbers_an_item(parsed, position):
                yield parsed.report("unbalanced", position, None, wrong=token.key)
        elif token.key == '"':
            quotes.append(position)
        elif token.key == "*":
            stars.append(position)
    yield from _check_line(parsed, quotes, stars)
    for position in opened:
        yield parsed.report("unbalanced", position, None, wrong=parsed.key(position))


def _numbers_an_item(parsed: ParsedText, position: int) -> bool:
    """«1) …» and «أ) …» at the head of a line."""
    is_head = position >= 1 and (position == 1 or parsed.tokens[position - 2].kind is Kind.BREAK)
    before = parsed.tokens[position - 1] if position else None
    return is_head and before is not None and (before.kind is Kind.NUMBER or len(before.key) == 1)


def _check_line(parsed: ParsedText, quotes: list[int], stars: list[int]) -> Findings:
    if len(quotes) % 2:
        yield parsed.report("unbalanced", quotes[-1], None, wrong='"')
    if stars and _is_bullet(parsed, stars[0]):
        stars = stars[1:]
    if not stars:
        return
    if parsed.form is Form.WHATSAPP and len(stars) % 2:
        yield parsed.report("unbalanced_bold", stars[-1])
    elif parsed.form in (Form.SOCIAL, Form.PLAIN):
        yield parsed.report("asterisks_shown", stars[0])


def _is_bullet(parsed: ParsedText, position: int) -> bool:
    is_head = position == 0 or parsed.tokens[position - 1].kind is Kind.BREAK
    end = parsed.tokens[position].end
    return is_head and parsed.text[end : end + 1] == " "


# --- short messages --------------------------------------------------------------------------------------------------

_LINE_ENDS: Final = frozenset("\n\r")


def check_message(parsed: ParsedText) -> Findings:
    """«sms_too_long», «sms_invisible_mark», «invisible_mark»."""
    text = parsed.text
    if parsed.form is Form.SMS and length(text) > TWO_PARTS:
        yield finding(text, "sms_too_long", _cut(text), len(text), length=length(text), limit=TWO_PARTS)
    if parsed.form not in (Form.SMS, Form.WHATSAPP):
        return
    code = "sms_invisible_mark" if parsed.form is Form.SMS else "invisible_mark"
    for place, character in enumerate(text):
        if character > "\u00a0" and not _may_be_invisible(character):
            continue
        if unicodedata.category(character) in ("Cf", "Cc") and character not in _LINE_ENDS:
            if character == "\u200d" and parsed.form is Form.WHATSAPP:
                continue  # joins the halves of an emoji
            yield finding(text, code, place, place + 1, wrong=f"U+{ord(character):04X}")


def _may_be_invisible(character: str) -> bool:
    return not ("\u0621" <= character <= "\u0669")


def _cut(text: str) -> int:
    """Where the last character that still fits ends."""
    taken = 0
    for place, character in enumerate(text):
        taken += length(character)
        if taken > TWO_PARTS:
            return place
    return len(text)

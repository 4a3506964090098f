"""A text as a row of tokens that remember where they stand, so that whatever is found can be shown in place.

Every token has a `key`, by which it is compared: vowel signs and tatweel are dropped, the alifs are one letter, a final «ى» is
«ي», and digits are Western. «ة» and «ه» stay apart, because the gender of a number is written with them. Invisible marks and
no-break spaces count as spaces. A web or e-mail address is one token that no rule looks into.
"""

from __future__ import annotations

import enum
import functools
import re
from typing import Final, NamedTuple


class Kind(enum.Enum):
    """What a token is."""

    WORD = "word"  # Arabic letters
    NUMBER = "number"  # digits, with the signs that join them: 29, 9:00, 29/11/2026, 093-2310000
    LATIN = "latin"
    MARK = "mark"  # one sign
    BREAK = "break"  # the end of a line
    ADDRESS = "address"


class Token(NamedTuple):
    """A piece of text: `start` and `end` are its place in the text as given, `sentence` counts its sentences from 0."""

    kind: Kind
    start: int
    end: int
    key: str
    sentence: int


_INVISIBLE: Final = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_DIGITS: Final = {ord(digit): str(index % 10) for index, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
# One character for one character: places in the plain text are places in the text as given.
_PLAIN: Final = _DIGITS | {ord(mark): " " for mark in _INVISIBLE + "\u00a0\u202f\t\r"}
_VOWEL_SIGNS: Final = (*range(0x064B, 0x0660), 0x0670, 0x0640)  # and tatweel
_FOLD: Final = str.maketrans("أإآٱى", "ااااي") | dict.fromkeys(_VOWEL_SIGNS)
_TOKEN: Final = re.compile(
    r"(?P<address>https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+)"
    r"|(?P<number>[0-9]+(?:[:/.,٫٬–-][0-9]+)*)"
    r"|(?P<word>[\u0621-\u065f\u066e-\u06d3\u06fa-\u06ff]+)"
    r"|(?P<latin>[A-Za-z]+)"
    r"|(?P<break>\n)"
    r"|(?P<mark>\S)"
)
_KINDS: Final = {kind.value: kind for kind in Kind}
_SENTENCE_ENDS: Final = frozenset(".؟!?")


def tokenise(text: str) -> list[Token]:
    """The tokens of `text`, in order. A sentence ends with its line, or with «.», «؟» or «!» before a space."""
    plain = text.translate(_PLAIN)
    tokens: list[Token] = []
    sentence = 0
    for match in _TOKEN.finditer(plain):
        kind = _KINDS[match.lastgroup or "mark"]
        start, end = match.span()
        piece = match.group()
        tokens.append(Token(kind, start, end, fold(piece) if kind is Kind.WORD else piece, sentence))
        ends_sentence = piece in _SENTENCE_ENDS and (end == len(plain) or plain[end].isspace())
        if kind is Kind.BREAK or ends_sentence:
            sentence += 1
    return tokens


@functools.lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """The key of a word: «الأربعاءَ» and «الاربعاء» are one, «خمسة» and «خمسه» are not."""
    return word.translate(_FOLD)


def word_set(words: str) -> frozenset[str]:
    """The words of a table written in one text, by their keys."""
    return frozenset(fold(word) for word in words.split())


def keys_of(text: str) -> list[str]:
    """The keys of every token of `text`."""
    return [token.key for token in tokenise(text)]


_PREFIXES: Final = ("", "و", "ف", "ب", "ل", "وب", "ول", "ك")


@functools.lru_cache(maxsize=8192)
def bare(key: str) -> str:
    """A word's key without «و», «ب», «ل» and «ال» before it, as far as that leaves a word: «وبالشارع» is «شارع»."""
    for prefix in ("وبال", "وال", "بال", "ولل", "لل", "ال"):
        if key.startswith(prefix) and len(key) > len(prefix) + 2:
            return key[len(prefix) :]
    for prefix in ("وب", "ول", "و", "ب", "ل"):
        if key.startswith(prefix) and len(key) > len(prefix) + 2:
            return key[len(prefix) :]
    return key


@functools.lru_cache(maxsize=16384)
def without_particle(key: str, words: frozenset[str]) -> tuple[str, str] | None:
    """(`particle`, `word`) when `key` is one of `words`, alone or after one-letter particles; else None."""
    for prefix in _PREFIXES:
        if key.startswith(prefix) and key[len(prefix) :] in words:
            return prefix, key[len(prefix) :]
    return None

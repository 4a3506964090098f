"""Digits of a finished text, bidi isolation, phone numbers, and text cleaned of what cannot be seen.

Texts are composed in Western digits and converted at the end, so one text never mixes two sets. Web addresses are left alone:
they are Latin codes, and a converted one would not open.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

WESTERN: Final = "western"
ARABIC: Final = "arabic"

LEFT_TO_RIGHT_ISOLATE: Final = "\u2066"
POP_ISOLATE: Final = "\u2069"

_TO_ARABIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_TO_WESTERN: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_EXTENDED_TO_ARABIC: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
_ADDRESS: Final = re.compile(r"(https?://\S+)")


# Formats, controls, and what is no character at all or none that everybody has.
_UNSEEN: Final = ("Cf", "Cc", "Cs", "Co", "Cn")


def convert(text: str, digits: str = WESTERN) -> str:
    """`text` with every digit outside a web address in the chosen set, "western" or "arabic" (Arabic-Indic).

    Raises ValueError for another name.
    """
    if digits not in (WESTERN, ARABIC):
        raise ValueError(f"unknown digit set {digits!r}: western or arabic")
    table = _TO_WESTERN if digits == WESTERN else _TO_ARABIC | _EXTENDED_TO_ARABIC
    pieces = _ADDRESS.split(text)
    return "".join(piece if index % 2 else piece.translate(table) for index, piece in enumerate(pieces))


def isolate(text: str) -> str:
    """`text` between U+2066 and U+2069, so that a number with separators keeps its order inside Arabic."""
    return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}"


def phone_number(number: str, *, marks: bool) -> str:
    """A phone number that reads in the order it is dialled.

    Where marks are allowed it is isolated as typed. Where they are not (SMS, WhatsApp: an invisible mark is copied into the
    dialler), separators are dropped and a leading + becomes 00, because bidi would move either of them.
    """
    if marks:
        return isolate(number)
    prefix = "00" if number.strip().startswith("+") else ""
    return prefix + "".join(character for character in number if character.isdecimal())


def clean(text: str) -> str:
    """`text` on one line, with no invisible characters, no-break spaces or closing full stop, as pasted text often has."""
    visible = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _UNSEEN
    )
    return " ".join(visible.split()).rstrip(".،؛ ")

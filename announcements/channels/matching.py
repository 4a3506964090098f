"""Is this live post our message? Platforms hand a text back with other blanks and without some invisible characters."""

from __future__ import annotations

import enum
import re
import unicodedata

from .base import Message


class Likeness(enum.Enum):
    """How a live post compares with a message."""

    SAME = "same"
    SIMILAR = "similar"  # carries the marker, but another text
    OTHER = "other"


def likeness(live_text: str, message: Message) -> Likeness:
    """Compare a live post with `message`.

    The marker alone does not prove anything: another unit of the same page counts its own notices («إعلان رقم 5/2026»), and a
    correction cites the number it corrects. It counts only as a whole word, so that «بشأن الإعلان رقم 5/2026» is no match.
    """
    live = normalised(live_text)
    if live and live == normalised(message.text):
        return Likeness.SAME
    marker = normalised(message.marker)
    if marker and re.search(rf"(?<!\w){re.escape(marker)}(?!\w)", live):
        return Likeness.SIMILAR
    return Likeness.OTHER


def normalised(text: str) -> str:
    """Return `text` in NFC without invisible format characters and emoji selectors, every run of blanks as one space."""
    return " ".join("".join(char for char in unicodedata.normalize("NFC", text) if _is_seen(char)).split())


def _is_seen(char: str) -> bool:
    """Whether a character is part of the text as people see it. Arabic vowel signs are, variation selectors are not."""
    if char.isspace() or "\u0610" <= char <= "\u06ed":
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Mn")

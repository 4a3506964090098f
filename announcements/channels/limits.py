"""How long a text may be on each platform, so that one which fits is chosen before it is frozen."""

from __future__ import annotations

from typing import Final

from . import facebook, instagram, telegram
from .weighted import MAX_WEIGHT, weighted_length

_CHARACTERS: Final = {"facebook": facebook.MAX_CHARACTERS, "instagram": instagram.MAX_CHARACTERS}


def fits_under_photo(kind: str, text: str) -> bool:
    """Whether a channel of `kind` shows a picture together with the whole of `text`; nothing is cut for a picture's sake."""
    if kind == "telegram":
        return telegram.units(text) <= telegram.MAX_CAPTION_UNITS
    return kind in _CHARACTERS and fits(kind, text)


def fits(kind: str, text: str) -> bool:
    """Whether a channel of `kind` takes `text` in one piece; kinds without a limit take any."""
    if kind == "telegram":
        return telegram.units(text) <= telegram.MAX_UNITS
    if kind == "x":
        return weighted_length(text) <= MAX_WEIGHT
    return len(text) <= _CHARACTERS.get(kind, len(text))

"""How long X takes a text to be: the published configuration of its counting library («Counting Characters»)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_WEIGHT: Final = 280
# Every address counts as the shortened one that X puts in its place.
URL_WEIGHT: Final = 23

# Latin, Greek, Cyrillic, Arabic, …; general punctuation but for the directional isolates. These count one, all others two.
_LIGHT: Final = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_URL: Final = re.compile(r"https?://[!-~]*[A-Za-z0-9/#=_~%&+$@-]")
# X also shortens a bare name such as «example.gov»; where it does not, its letters count.
_BARE: Final = re.compile(r"(?<![\w@./-])(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/[!-~]*)?")


def weighted_length(text: str) -> int:
    """The length of `text` as X counts it; 280 is the most.

    Arabic letters, vowel signs and digits count one each, an emoji two or more: a sequence of several code points counts more
    here than there, so what passes here passes there.
    """
    rest, addresses = _URL.subn(" ", unicodedata.normalize("NFC", text))
    total = addresses * (URL_WEIGHT - 1)
    for match in _BARE.finditer(rest):
        total += max(0, URL_WEIGHT - len(match[0]))
    return total + sum(1 if _is_light(char) else 2 for char in rest)


def _is_light(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _LIGHT)

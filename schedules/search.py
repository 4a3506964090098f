"""Folding: one spelling for all the ways people write an Arabic or Latin place name. Plain Python, no database.

Rules from domain.md §6. What citizens type and what the registers print differ in hamza (أ إ آ ٱ ا), final ة/ه and ى/ي, vowel
signs, tatweel, digits, class nouns («قرية», «نجع» …), the article, and the spaces in compound names. Each name is kept in three
folded forms, and a query is folded in the same three, so that a difference on either side disappears.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart, and Persian or Urdu keyboards' letters that look the same in print.
_LETTERS = str.maketrans(
    {
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ہ": "ه",
        "ھ": "ه",
        "ء": None,  # «العلماء» is as often written «العلما»
        "ـ": None,  # tatweel
    }
    # Transliteration marks for ع and ء: GeoNames writes «As Sal`a», people write «As Sala».
    | dict.fromkeys("'`´‘’ʻʼʽʾʿˈ", None)
)
_CLASS_NOUNS = frozenset({"قريه", "نجع", "عزبه", "كفر", "منطقه", "حي", "مركز", "مدينه", "شياخه", "naj", "nag", "kafr"})
_LATIN_ARTICLES = frozenset({"al", "el", "ar", "as", "ash", "ad", "az", "an", "at"})
_ARTICLE = "ال"
_SEPARATORS = re.compile(r"[\W_]+")
_LISTED = re.compile(r"[,،;؛\n]+")


def fold(text: str) -> str:
    """One spelling for every way of writing `text`: lower case, ASCII digits, single spaces, no signs.

    أ إ آ ٱ become ا, ة becomes ه, ى becomes ي; ؤ and ئ lose their hamza (و, ي), as the registers write them; a lone ء, vowel
    signs, tatweel, accents, transliteration marks and invisible characters go; Arabic-Indic and Persian digits become 0-9;
    whatever else is not a letter or a digit is a space.
    """
    # Taking letters apart turns أ into ا and a combining hamza, and typeset ligatures (ﻻ) into their letters.
    letters = []
    for character in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(character)
        if category == "Nd":
            letters.append(str(unicodedata.digit(character)))
        elif category not in ("Mn", "Cf"):
            letters.append(character)
    return _SEPARATORS.sub(" ", "".join(letters).translate(_LETTERS).casefold()).strip()


def strip_prefixes(folded: str) -> str:
    """`folded` without class nouns and articles: «قريه الكوامل بحري» and «كوامل بحري» both give «كوامل بحري».

    A name that is nothing but class nouns is left as it is, without its articles.
    """
    words = [_strip_article(word) for word in folded.split()]
    kept = [word for word in words if word not in _CLASS_NOUNS and word not in _LATIN_ARTICLES]
    return " ".join(kept or words)


def fold_forms(text: str) -> list[str]:
    """The folded forms by which `text` is compared: in full, without prefixes, and that without spaces; no repetitions."""
    full = fold(text)
    bare = strip_prefixes(full)
    return list(dict.fromkeys(form for form in (full, bare, bare.replace(" ", "")) if form))


def build_search_text(name_ar: str, name_en: str = "", spellings: str = "") -> str:
    """What `Place.search_text` holds: every folded form of every name, one a line. `spellings` are separated by commas."""
    forms: dict[str, None] = {}
    for name in (name_ar, *_LISTED.split(spellings), name_en):
        forms |= dict.fromkeys(fold_forms(name))
    return "\n".join(forms)


def is_one_slip_apart(first: str, second: str) -> bool:
    """Whether one letter added, left out, replaced, or swapped with its neighbour turns `first` into `second`."""
    if abs(len(first) - len(second)) > 1 or first == second:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    a, b = first[start:], second[start:]
    return (
        a[1:] == b[1:]  # replaced
        or a[1:] == b  # left out
        or a == b[1:]  # added
        or (a[2:] == b[2:] and a[:2] == b[1::-1])  # swapped
    )


def _strip_article(word: str) -> str:
    return word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 1 else word

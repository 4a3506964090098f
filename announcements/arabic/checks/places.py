"""Places: a village with its markaz, and «مركز» never alone.

A village named as the place of a visit («بقرية …», «إلى قرية …», or at the head of an item) must have its markaz or hayy told
with it once in the text, or be told under the name of a unit («تنويه 6/2026 – مركز سوهاج: …»). A village inside another name
(«الوحدة المحلية لقرية …») is left alone. A class noun alone («القرية», «كل قرية») names nothing.
"""

from __future__ import annotations

from typing import Final

from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.reading.tokens import Kind, bare, word_set

_CLASS_NOUNS: Final = frozenset({"قرية", "نجع", "عزبة", "كفر"})
_AT_WORDS: Final = frozenset({"في", "وفي"})
# «من قرية … إلى قرية …» are places of a visit when the vehicle moves, and not in «الطريق المؤدي إلى قرية …».
_MOVED_BETWEEN: Final = frozenset({"من", "الي", "والي"})
_MOVES: Final = word_set("نقل نقلت انتقال ينتقل تنتقل انتقلت")
_PARENTS: Final = frozenset({"مركز", "حي", "مدينة"})
_COUNTING: Final = frozenset({"كل", "اي", "اول", "اخر", "ثاني", "بعض", "احدي", "عدد"})
# What may follow «مركز» or a class noun without naming it.
_NOT_A_NAME: Final = word_set(
    """
    في من علي الي حتي عن او ثم الذي التي يوم ايام امام بجوار خلف حيث وذلك خلال لمدة واحدة واحد تابعة تابع ام
    اخري اخر نفسها نفسه ضمن دون كما قد لا ان هو هي هذا هذه ذلك تلك و مع عند بعد قبل داخل خارج لم لن كل جديدة
    مختلفة وهو وهي
    """
)
_NAME_LENGTH: Final = 5
_JOINED: Final = _CLASS_NOUNS | _PARENTS | word_set("منطقة وحدة محافظة مجلس حدة")
_DEFINITE_BARE: Final = frozenset({"المركز", "بالمركز", "للمركز", "والمركز"})


def check_places(parsed: ParsedText) -> Findings:
    """«place_parent», «markaz_bare» and «markaz_unnamed»."""
    yield from _check_parents(parsed)
    yield from _check_markaz(parsed)


def _check_parents(parsed: ParsedText) -> Findings:
    mentions = [
        (position, name)
        for position in range(len(parsed.tokens))
        if (name := _name_after(parsed, position)) is not None
    ]
    placed = {_identity(name) for position, name in mentions if _has_parent(parsed, position)}
    reported: set[tuple[str, ...]] = set()
    for position, name in mentions:
        identity = _identity(name)
        if identity in placed or identity in reported or not _is_place_of_visit(parsed, position):
            continue
        reported.add(identity)
        last = position + len(name)
        yield parsed.report("place_parent", position, last, wrong=parsed.raw(position, last))


def _identity(name: tuple[str, ...]) -> tuple[str, ...]:
    """By which two mentions are of one place: where a name ends is not sure, so its first word must do («قرية نجع …»: two)."""
    return name[:2] if name[0] in _CLASS_NOUNS else name[:1]


def _name_after(parsed: ParsedText, position: int) -> tuple[str, ...] | None:
    """The words of the name that a class noun at `position` opens: up to a sign, a number or a word that no name has."""
    token = parsed.tokens[position]
    if token.kind is not Kind.WORD or token.key.startswith("ال") or bare(token.key) not in _CLASS_NOUNS:
        return None
    before = parsed.tokens[position - 1] if position else None
    if before is not None and (before.kind is Kind.NUMBER or before.key in _COUNTING or before.key == ")"):
        return None
    name: list[str] = []
    for following in range(position + 1, min(position + 1 + _NAME_LENGTH, len(parsed.tokens))):
        word = parsed.tokens[following]
        if word.kind is not Kind.WORD or word.key in _NOT_A_NAME or _is_parent(parsed, following):
            break
        # «قرية نجع النجار»: a class noun may also begin the name itself.
        if bare(word.key) in _PARENTS or word.key.startswith("التابع") or (name and bare(word.key) in _CLASS_NOUNS):
            break
        if name and word.key.startswith("و") and len(word.key) > 3:
            break
        name.append(word.key)
    return tuple(name) if name and not _is_joined(name[0]) else None


def _is_joined(word: str) -> bool:
    """Whether a word after a class noun is only joined on («قرية ومدينة»); «قرية ونينة» is a name."""
    if not word.startswith("و"):
        return False
    rest = word[1:]
    return rest.startswith("ال") or rest in _NOT_A_NAME or bare(rest) in _JOINED


def _is_under_unit(parsed: ParsedText, position: int) -> bool:
    """Whether the line opens with a notice's number and its markaz or hayy: «تنويه 6/2026 – مركز سوهاج: … بقرية بلصفورة»."""
    first = position
    while first and parsed.tokens[first - 1].kind is not Kind.BREAK:
        first -= 1
    opening = parsed.keys[first:position]
    if ":" not in opening:
        return False
    head = first + opening.index(":")
    return any(
        parsed.key(one) in _PARENTS and _is_parent(parsed, one) and parsed.key(one - 1) in ("–", "-")
        for one in range(first + 1, head)
    ) and any(parsed.tokens[one].kind is Kind.NUMBER for one in range(first, head))


def _has_parent(parsed: ParsedText, position: int) -> bool:
    """Whether the same sentence goes on to name a markaz or a hayy («– مركز سوهاج», «التابعة لمركز …», «بنطاق حي …»)."""
    if _is_under_unit(parsed, position):
        return True
    sentence = parsed.tokens[position].sentence
    for following in range(position + 1, len(parsed.tokens)):
        if parsed.tokens[following].sentence != sentence:
            return False
        if _is_parent(parsed, following):
            return True
    return False


def _is_parent(parsed: ParsedText, position: int) -> bool:
    key = parsed.key(position)
    if key.startswith("ال") or bare(key) not in _PARENTS:
        return False
    following = parsed.key(position + 1)
    named = position + 1 < len(parsed.tokens) and parsed.tokens[position + 1].kind is Kind.WORD
    return named and following not in _NOT_A_NAME and following not in _OTHER_CENTRES


_OTHER_CENTRES: Final = word_set(
    """
    شباب الشباب تكنولوجي التكنولوجيا خدمة خدمات الخدمات صحي طبي ثقافي رياضي تجاري تعليمي تدريب تنمية معلومات
    المعلومات اعلام شرطة الشرطة بحوث طب رعاية الرعاية اسعاف الاسعاف سنترال اعلامي ثقافة
    """
)


def _is_place_of_visit(parsed: ParsedText, position: int) -> bool:
    key, before = parsed.key(position), parsed.key(position - 1)
    if key[:-1].startswith(("ب", "وب")) and bare(key) != key:
        return True
    if bare(key) != key:
        return False
    if before in _MOVED_BETWEEN:
        sentence = parsed.sentences[parsed.tokens[position].sentence]
        return any(bare(parsed.key(one)) in _MOVES for one in sentence)
    if before in _AT_WORDS:
        return True
    return position == 0 or before in ("\n", ":", "–", "-", "•", "*", "—")


def _check_markaz(parsed: ParsedText) -> Findings:
    for position, token in enumerate(parsed.tokens):
        if token.kind is not Kind.WORD or not token.key.endswith("مركز"):
            continue
        is_definite = token.key in _DEFINITE_BARE
        if not is_definite and token.key not in ("مركز", "بمركز", "لمركز", "ومركز"):
            continue
        following = parsed.tokens[position + 1] if position + 1 < len(parsed.tokens) else None
        is_named = following is not None and (
            following.kind in (Kind.NUMBER, Kind.LATIN)
            or following.key in ("«", '"', "(", "“")
            or (following.kind is Kind.WORD and following.key not in _NOT_A_NAME)
        )
        if is_named:
            continue
        if is_definite:
            yield parsed.report("markaz_unnamed", position, None, wrong=parsed.raw(position))
        elif parsed.tokens[position - 1 if position else 0].kind is not Kind.NUMBER:
            yield parsed.report("markaz_bare", position)

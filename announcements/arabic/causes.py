"""The cause as staff type it, made a phrase that can follow «بسبب».

People type the whole answer («بسبب عطل فني», «نظرًا لعطل فني», «لسوء الأحوال الجوية»), and the engine writes its own «بسبب» before
it. So the particle goes, as often as it was typed; what is left must be a noun phrase: a sentence («تعطلت السيارة») or what
leans on a particle of its own («حيث …», «أثناء …») cannot follow, and only a person can write it otherwise.
"""

from __future__ import annotations

from typing import Final

from announcements.arabic.digits import clean
from announcements.arabic.errors import CauseNotANoun
from announcements.arabic.reading.tokens import fold, word_set

# Longest first. What stands after these is the cause, in the genitive or (after «إلى») as it is.
_OPENINGS: Final[tuple[tuple[str, ...], ...]] = tuple(
    tuple(fold(word) for word in words.split())
    for words in (
        "السبب هو",
        "السبب هي",
        "بالنظر إلى",
        "نظرًا إلى",
        "من جراء",
        "على إثر",
        "على أثر",
        "من أجل",
        "بسبب",
        "السبب",
        "نتيجة",
        "بفعل",
        "بداعي",
        "جراء",
        "إثر",
        "لأجل",
        "وذلك",
    )
)
# Only ever said with «لـ» («نظرًا لعطل», «نظرًا للعطل»), whatever noun follows.
_NEEDS_LAM: Final = fold("نظرًا")
# What begins with «لـ» by itself, without «نظرًا»: the particle, before a noun that tells causes and before «الـ».
_CAUSES: Final = word_set(
    """
    عطل أعطال سوء ظروف أعمال انقطاع وجود عدم تعذر حدوث هطول نشاط إجراء دواعي دواع أسباب صيانة توقف غياب تعطل ضعف
    إصلاح انشغال خلل زيادة شدة كثرة قيام إعادة استمرار تنفيذ نقص حادث انتخابات إجازة عطلة تلف نفاد
    """
)
# Nouns whose own first letter is «ل»: nothing is taken from them, and «للجنة» may be of «لجنة» and of «اللجنة».
_OWN_LAM: Final = word_set("لجنة لجان لقاء لقاءات لزوم لوازم ليلة ليالي لوائح")
_AND: Final = "و"
# What opens a clause or another adverbial: neither is a noun that «بسبب» can govern.
_CANNOT_FOLLOW: Final = word_set(
    """
    أن إن أنه إنه أنها إنها لأن لأنه لأنها لأننا لأنهم لكي كي لكون كون لكونها حيث إذ إذا لما كما ما لا لم لن قد لقد
    في من على عن إلى مع عند عقب بعد قبل أثناء خلال حتى منذ لدى رغم ضمن بين تحت بناء وفقا طبقا تنفيذا حرصا نظرا
    كان كانت يوجد توجد تم هو هي هذا هذه ذلك
    """
)
# «السيارة تعطلت» is a sentence as «تعطلت السيارة» is. Forms that are also nouns («توقف», «تعطل», «حادث») are none of these.
_VERBS: Final = word_set("تعطلت انقطعت توقفت تعذرت سقطت حدثت وقعت حدث وقع تقرر كانت يوجد توجد")
_SIGNS: Final = ":،.؛-–—ـ*"


def after_because(text: str) -> str:
    """`text`, as typed, as a phrase that follows «بسبب»: «عطل فني», of «وذلك نظرًا لعطل فني.»

    Cleaned, and without the particles it was typed with. Empty when nothing was typed but those. Raises CauseNotANoun, with the
    word that stands in the way, when what is left cannot follow «بسبب».
    """
    words = clean(text).split()
    while words:
        rest = _without_opening(words)
        if rest is None:
            break
        words = rest
    if not words:
        return ""
    first, second = (fold(word.strip(_SIGNS)) for word in (words[0], words[1] if len(words) > 1 else ""))
    if first in _CANNOT_FOLLOW | _VERBS or _is_either(first):
        raise CauseNotANoun(words[0])
    if second in _VERBS:
        raise CauseNotANoun(words[1])
    return " ".join(words)


def _without_opening(words: list[str]) -> list[str] | None:
    """The words without one particle in front; None when there is none."""
    keys = [fold(word.strip(_SIGNS)) for word in words]
    if not keys[0]:
        return words[1:]
    for opening in _OPENINGS:
        for first in (keys[0], keys[0].removeprefix(_AND)):
            if (first, *keys[1 : len(opening)]) == opening:
                return words[len(opening) :]
    if keys[0].removeprefix(_AND) == _NEEDS_LAM:
        return _without_lam(words[1:])
    # «لعطل», without «نظرًا»: only before what is known to tell causes, for many a noun begins with «ل».
    rest = _without_lam(words)
    if rest == words or (rest and fold(rest[0]).removeprefix("ال") not in _CAUSES):
        return None
    return rest


def _without_lam(words: list[str]) -> list[str]:
    """«عطل فني», of «لعطل فني» and «لـ عطل فني»; «العطل الفني», of «للعطل الفني»; as they are where no particle is sure."""
    first = words[0].lstrip(_SIGNS) if words else ""
    key = fold(first)
    if not key.startswith("ل") or key in _CANNOT_FOLLOW | _OWN_LAM or _is_either(key):
        return words
    rest = first[1:].lstrip("ـ\u0650")
    if not rest:
        return words[1:]
    return [f"ال{rest[1:]}" if rest.startswith("ل") else rest, *words[1:]]


def _is_either(key: str) -> bool:
    """Whether «للجنة» stands for «لـ» before «لجنة» as well as before «اللجنة»."""
    return key.startswith("لل") and key[1:] in _OWN_LAM

"""The building blocks every notice shares: the issuer's verb, places under their class noun, citations, services, lists.

Proper names are never inflected and never follow a particle directly: a class noun always stands before them («بقرية أولاد
نصير», «لمركز سوهاج»), so neither «ل + ال» nor the cases of «أبو» and «بني» can go wrong.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Final

from announcements.arabic.counting import counted, counted_in_words
from announcements.arabic.facts import (
    Gender,
    IssuerFacts,
    NoticeFacts,
    NoticeKind,
    NoticeReference,
    Outcome,
    PlaceFacts,
    ServiceFacts,
    StopFacts,
)
from announcements.arabic.numbers import LAST_ENUMERATOR, Case, cardinal, enumerator, year_in_words

VEHICLE: Final = "سيارة المركز التكنولوجي المتنقل"
CENTRE: Final = "المركز التكنولوجي المتنقل"


class Verb(enum.Enum):
    """What an institution does in a notice: the verb in the feminine and in the masculine."""

    ANNOUNCE = ("تعلن", "يعلن")
    URGE = ("تهيب", "يهيب")
    NOTE = ("تنوه", "ينوه")


CLASS_NOUN_GENDER: Final[dict[str, Gender]] = {
    "قرية": Gender.FEMININE,
    "منطقة": Gender.FEMININE,
    "مدينة": Gender.FEMININE,
    "عزبة": Gender.FEMININE,
    "شياخة": Gender.FEMININE,
    "نجع": Gender.MASCULINE,
    "كفر": Gender.MASCULINE,
}

# The class noun of places that are none of the above: their registered name is itself a common noun («مجمع المواقف»).
UNNAMED_CLASS: Final = "مكان"

OUTCOME_LABELS: Final[dict[Outcome, str]] = {
    Outcome.FINISHED: "يُنجز في السيارة",
    Outcome.RECEIVED: "يُستلم الطلب",
    Outcome.INFORMATION: "استعلام وإرشاد فقط",
}

# What the headings of requests received and of information already say, longest first. Where a vehicle finishes what is
# received elsewhere, «يُنجز في السيارة: استلام طلبات …» would say the opposite of what it means.
_RECEIVING: Final = ("استلام طلبات ", "استلام طلب ")
_SAID_BY_HEADING: Final = (*_RECEIVING, "استلام ", "الاستعلام عن ", "الإرشاد بشأن ")

_NOTICE_NAMES: Final[dict[NoticeKind, str]] = {
    NoticeKind.ANNOUNCEMENT: "إعلان",
    NoticeKind.CHANGE: "تنويه",
    NoticeKind.CANCELLATION: "تنويه",
    NoticeKind.POSTPONEMENT: "تنويه",
    NoticeKind.URGENT: "تنويه",
    NoticeKind.RESUMPTION: "تنويه",
    NoticeKind.BULLETIN: "نشرة",
    NoticeKind.HOURS: "إعلان",
}
# News of the very day, the only texts that may say «اليوم».
OF_THE_DAY: Final = frozenset({NoticeKind.URGENT, NoticeKind.RESUMPTION})
_ISSUED_BY: Final = ("الصادر عن", "الصادرين عن", "الصادرة عن")
_FEMININE_ISSUED_BY: Final = ("الصادرة عن", "الصادرتين عن", "الصادرة عن")
# What is cited, definite and oblique: one, two, three or more.
_CITED_NAMES: Final[dict[str, tuple[str, str, str]]] = {
    "إعلان": ("الإعلان رقم", "الإعلانين رقمي", "الإعلانات أرقام"),
    "تنويه": ("التنويه رقم", "التنويهين رقمي", "التنويهات أرقام"),
    "نشرة": ("النشرة رقم", "النشرتين رقمي", "النشرات أرقام"),
}


def conjugate(verb: Verb, issuer: IssuerFacts) -> str:
    """«تعلن» for a feminine institution (وحدة محلية، محافظة), «يعلن» for a masculine one (حي)."""
    feminine, masculine = verb.value
    return feminine if issuer.gender is Gender.FEMININE else masculine


def attach(particle: str, phrase: str) -> str:
    """`phrase` after a one-letter particle: «بالحي», «بقرية …»; «ل» swallows the alif of «ال» («للوحدة», «للجنة»)."""
    if particle != "ل" or not phrase.startswith("ال"):
        return particle + phrase
    rest = phrase[2:]
    return f"ل{rest}" if rest.startswith("ل") else f"لل{rest}"


def join_words(words: Sequence[str]) -> str:
    """Single words: «الأحد والاثنين والثلاثاء»."""
    return " و".join(words)


def join_phrases(phrases: Sequence[str], conjunction: str = "و") -> str:
    """Phrases, which may hold an «و» of their own, so each keeps its comma: «سداد الإيجارات والأقساط، وتجديد التراخيص»."""
    separator = "، و" if conjunction == "و" else f"، {conjunction} "
    return separator.join(phrases)


def place_name(place: PlaceFacts) -> str:
    """«قرية بلصفورة»; «نجع تمام» when the registered name already begins with its class noun; never «مكان …»."""
    if place.class_noun == UNNAMED_CLASS or place.name.startswith(f"{place.class_noun} "):
        return place.name
    return f"{place.class_noun} {place.name}"


def parent_name(place: PlaceFacts) -> str:
    """«مركز سوهاج», «حي غرب»."""
    return f"{place.parent_noun} {place.parent_name}"


def place_label(place: PlaceFacts) -> str:
    """«قرية بلصفورة – مركز سوهاج», «منطقة ناصر – حي غرب»: the only way a place is printed."""
    return f"{place_name(place)} – {parent_name(place)}"


def place_in_words(place: PlaceFacts) -> str:
    """The same for the ear: «قرية بلصفورة، التابعة لمركز سوهاج», «نجع النجار، التابع لمركز سوهاج»."""
    gender = CLASS_NOUN_GENDER.get(place.class_noun)
    if gender is None:
        return f"{place_name(place)}، بنطاق {parent_name(place)}"
    adjective = "التابعة" if gender is Gender.FEMININE else "التابع"
    return f"{place_name(place)}، {adjective} {attach('ل', parent_name(place))}"


def move_in_words(old: PlaceFacts, new: PlaceFacts) -> tuple[str, str]:
    """Both ends of a move for the ear; one markaz for both is named once, in the dual: «…، التابعتين لمركز سوهاج»."""
    genders = [CLASS_NOUN_GENDER.get(place.class_noun) for place in (old, new)]
    if parent_name(old) != parent_name(new) or None in genders:
        return f"{place_in_words(old)}،", place_in_words(new)
    adjective = "التابعتين" if Gender.MASCULINE not in genders else "التابعين"
    return place_name(old), f"{place_name(new)}، {adjective} {attach('ل', parent_name(new))}"


def notice_name(kind: NoticeKind) -> str:
    """«إعلان», «تنويه» or «نشرة»."""
    return _NOTICE_NAMES[kind]


def notice_number(facts: NoticeFacts) -> str:
    """«إعلان رقم 5/2026», «تنويه رقم 6/2026», «نشرة رقم 3/2026», «تنويه عاجل رقم 8/2026»."""
    urgent = " عاجل" if facts.kind in OF_THE_DAY else ""
    return f"{notice_name(facts.kind)}{urgent} رقم {facts.number}/{facts.year}"


def notice_number_in_words(facts: NoticeFacts) -> str:
    """«الإعلان رقم خمسة لسنة ألفين وست وعشرين»."""
    urgent = " العاجل" if facts.kind in OF_THE_DAY else ""
    return f"ال{notice_name(facts.kind)}{urgent} رقم {_spoken_number(facts.number)} ل{year_in_words(facts.year)}"


def cited(references: Sequence[NoticeReference]) -> str:
    """«الإعلان رقم 5/2026», «الإعلانين رقمي 5/2026 و6/2026», «الإعلانات أرقام …», «الإعلان رقم … والتنويه رقم …»."""
    groups = []
    for name, group in by_name(references):
        numbers = join_words([f"{reference.number}/{reference.year}" for reference in group])
        groups.append(f"{_cited_name(name, len(group))} {numbers}{_issued_by(name, group)}")
    return " و".join(groups)


def cited_in_words(references: Sequence[NoticeReference], *, year: int) -> str:
    """«الإعلان رقم خمسة للسنة نفسها» (when it is the notice's own `year`), else «… لسنة ألفين وخمس وعشرين»."""
    groups = []
    for name, group in by_name(references):
        years = {reference.year for reference in group}
        if len(years) == 1:
            numbers = join_words([_spoken_number(reference.number) for reference in group])
            numbers = f"{numbers} {_year_after_number(years.pop(), year)}"
        else:
            numbers = join_words([f"{_spoken_number(r.number)} {_year_after_number(r.year, year)}" for r in group])
        groups.append(f"{_cited_name(name, len(group))} {numbers}{_issued_by(name, group)}")
    return " و".join(groups)


def _issued_by(name: str, group: Sequence[NoticeReference]) -> str:
    """« الصادر عن الوحدة المحلية لمركز ومدينة سوهاج», when another unit issued what is cited."""
    adjectives = _FEMININE_ISSUED_BY if is_feminine_name(name) else _ISSUED_BY
    return f" {adjectives[min(len(group), 3) - 1]} {group[0].issuer}" if group[0].issuer else ""


def is_feminine_name(name: str) -> bool:
    """Whether what a notice is called is feminine: «نشرة»."""
    return name.endswith("ة")


def citing(facts: NoticeFacts) -> str:
    """«بشأن الإعلان رقم 5/2026»; «إلحاقًا بالتنويه رقم 6/2026» when the notice sets the dates which that one put off."""
    return _about(facts, cited(facts.cites)) if facts.cites else ""


def citing_in_words(facts: NoticeFacts) -> str:
    """The same for the ear."""
    return _about(facts, cited_in_words(facts.cites, year=facts.year)) if facts.cites else ""


def sets_what_was_put_off(facts: NoticeFacts) -> bool:
    """Whether all changes of a notice set a date for what was put off without one."""
    return bool(facts.changes) and all(change.before_is_postponed for change in facts.changes)


def _about(facts: NoticeFacts, references: str) -> str:
    return f"إلحاقًا ب{references}" if sets_what_was_put_off(facts) else f"بشأن {references}"


def _spoken_number(number: int) -> str:
    """«رقم اثنين»: what follows «رقم» is in the genitive."""
    return cardinal(number, Gender.MASCULINE, Case.OBLIQUE)


def _year_after_number(number: int, own: int) -> str:
    return "للسنة نفسها" if number == own else f"ل{year_in_words(number)}"


def _cited_name(name: str, count: int) -> str:
    return _CITED_NAMES[name][min(count, 3) - 1]


def by_name(references: Sequence[NoticeReference]) -> list[tuple[str, list[NoticeReference]]]:
    """The references under «إعلان», «تنويه» and «نشرة» of one issuer each, in the order in which each first occurs."""
    groups: dict[tuple[str, str], list[NoticeReference]] = {}
    for reference in references:
        groups.setdefault((notice_name(reference.kind), reference.issuer), []).append(reference)
    return [(name, group) for (name, _issuer), group in groups.items()]


def services_by_outcome(services: Iterable[ServiceFacts]) -> list[tuple[Outcome, list[str]]]:
    """The names under each outcome that occurs, in the fixed order finished, received, information.

    A name does not repeat what its heading says: «يُستلم الطلب: تراخيص البناء», of «استلام طلبات تراخيص البناء».
    """
    names: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for service in services:
        name = service.name
        openings = _RECEIVING if service.outcome is Outcome.FINISHED else _SAID_BY_HEADING
        opening = next((opening for opening in openings if name.startswith(opening)), "")
        names[service.outcome].append(name.removeprefix(opening))
    return [(outcome, group) for outcome, group in names.items() if group]


def vehicles_of(stops: Sequence[StopFacts], *, in_words: bool) -> tuple[str, str]:
    """What the stops are of, in the genitive, and its possessive: («3 سيارات للمراكز التكنولوجية المتنقلة», «ها»).

    The vehicles are counted from the stops and only when every stop names its own; otherwise no number is claimed.
    """
    codes = {code for stop in stops for code in (stop.vehicle, *stop.others)}
    if "" in codes:
        return CENTRE, "ه"
    if len(codes) == 1:
        return VEHICLE, "ها"
    count = counted_in_words if in_words else counted
    number = count(len(codes), "سيارة", Case.OBLIQUE)
    return f"{number} للمراكز التكنولوجية المتنقلة", "هما" if len(codes) == 2 else "ها"


def urge(issuer: IssuerFacts) -> str:
    """«وتهيب الوحدة المحلية بالسادة المواطنين», «ويهيب الحي بالسادة المواطنين»."""
    return f"و{conjugate(Verb.URGE, issuer)} {issuer.short_name} بالسادة المواطنين"


def because_of(cause: str) -> str:
    """«، وذلك بسبب سوء الأحوال الجوية», or nothing. «بسبب» takes any noun, where «نظرًا لـ» would not take one with «ال»."""
    return f"، وذلك بسبب {cause}" if cause else ""


def to_be_announced(count: int = 1) -> str:
    """Where `count` visits are put off to: «إلى موعد يُعلن عنه لاحقًا», «إلى موعدين يُعلن عنهما لاحقًا», «إلى مواعيد يُعلن عنها …»."""
    if count == 1:
        return "إلى موعد يُعلن عنه لاحقًا"
    return "إلى موعدين يُعلن عنهما لاحقًا" if count == 2 else "إلى مواعيد يُعلن عنها لاحقًا"


def services_following(count: int) -> str:
    """«الخدمة الآتية», «الخدمتان الآتيتان», «الخدمات الآتية», as a subject."""
    return "الخدمة الآتية" if count == 1 else "الخدمتان الآتيتان" if count == 2 else "الخدمات الآتية"


def without_receiving(name: str) -> str:
    """«تراخيص المحال العامة», of «استلام طلبات تراخيص المحال العامة», where the text itself says that requests are received."""
    return next((name.removeprefix(opening) for opening in _RECEIVING if name.startswith(opening)), name)


def bulletin_period(facts: NoticeFacts) -> str:
    """«الأسبوع» when the days of the bulletin are those of a week, else «الفترة»."""
    return "الأسبوع" if facts.week and 4 <= (max(facts.week) - min(facts.week)).days <= 6 else "الفترة"


def was_put_off(facts: NoticeFacts) -> bool:
    """Whether what a notice takes back was told by notices that put it off without a date."""
    return bool(facts.cites) and all(cite.kind is NoticeKind.POSTPONEMENT for cite in facts.cites)


def item_opening(number: int) -> str:
    """What opens item `number` of a list: «أولًا», «ثانيًا»; after the ninety-ninth, «كذلك»."""
    return enumerator(number) if number <= LAST_ENUMERATOR else "كذلك"

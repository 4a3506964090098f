"""What staff may word themselves, with which names, and to which notices it applies.

A slot is one thing that happens to one visit (or the list of a week). Each has names of its own from the closed list of
`MEANINGS`, and names that a wording of it must hold because they carry the facts.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Final

from announcements.arabic.changes import differences
from announcements.arabic.facts import ChangeFacts, Form, NoticeFacts, NoticeKind
from announcements.arabic.layout import is_one_visit
from announcements.arabic.phrases import was_put_off
from announcements.arabic.render import as_told
from announcements.arabic.together import count_there


class Slot(enum.StrEnum):
    """What a wording is for: visits announced, one or several; one visit cancelled, put off without a date, or moved in time."""

    VISIT = "visit"
    WEEK = "week"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    MOVED = "moved"


# A week's short message points elsewhere, and at a loudspeaker every visit is told by itself.
FORMS: Final[dict[Slot, tuple[Form, ...]]] = {
    Slot.VISIT: (Form.SOCIAL, Form.PLAIN, Form.WHATSAPP, Form.SMS, Form.RADIO, Form.LOUDSPEAKER),
    Slot.WEEK: (Form.SOCIAL, Form.PLAIN, Form.WHATSAPP, Form.RADIO),
    Slot.CANCELLED: (Form.SOCIAL, Form.PLAIN, Form.WHATSAPP, Form.SMS, Form.RADIO, Form.LOUDSPEAKER),
    Slot.POSTPONED: (Form.SOCIAL, Form.PLAIN, Form.WHATSAPP, Form.SMS, Form.RADIO, Form.LOUDSPEAKER),
    Slot.MOVED: (Form.SOCIAL, Form.PLAIN, Form.WHATSAPP, Form.SMS, Form.RADIO, Form.LOUDSPEAKER),
}
KINDS: Final[dict[Slot, NoticeKind]] = {
    Slot.VISIT: NoticeKind.ANNOUNCEMENT,
    Slot.WEEK: NoticeKind.ANNOUNCEMENT,
    Slot.CANCELLED: NoticeKind.CANCELLATION,
    Slot.POSTPONED: NoticeKind.POSTPONEMENT,
    Slot.MOVED: NoticeKind.CHANGE,
}

MEANINGS: Final[dict[str, str]] = {
    "رقم_الإعلان": "رقم الإعلان أو التنويه، وهو ما يُعرف به منشوره",
    "بشأن_الإعلان": "رقم الإعلان السابق الذي يخصه هذا التنويه",
    "تعلن_الجهة": "الفعل والجهة معًا، فيتفقان في التذكير والتأنيث",
    "الجهة": "اسم الجهة وحده، ولا يُكتب قبله فعل",
    "التعديل": "ما عُدِّل: التأجيل أو التقديم أو التعديل، مع السيارة والمكان",
    "الموعد_السابق": "الموعد كما كان معلنًا",
    "الموعد_الجديد": "الموعد كما أصبح",
    "المكان": "القرية أو المنطقة مع المركز أو الحي",
    "العلامة": "المكان المحدد داخل القرية",
    "اليوم": "اليوم والتاريخ، للواحد والاثنين والأكثر",
    "الساعات": "وقت البدء ووقت الانتهاء معًا",
    "من": "وقت البدء",
    "حتى": "وقت الانتهاء",
    "إلى_موعد_لاحق": "أن الموعد الجديد يُعلن عنه لاحقًا",
    "السبب": "سبب الإلغاء أو التأجيل أو التعديل",
    "لا_تغيير": "جملة ما لم يتغير",
    "البديل": "جملة المركز التكنولوجي الثابت الذي يقدم الخدمة",
    "آخر_موعد": "آخر موعد لاستقبال الطلبات",
    "التنبيه": "جملة الحضور قبل آخر موعد",
    "الخدمات": "الخدمات بحسب طريقة تقديمها",
    "المستندات": "المستندات المطلوبة",
    "السداد": "وسائل السداد",
    "الاستعلام": "وسيلة الاستعلام",
    "الرابط": "صفحة الإعلان",
    "نكرر": "إعادة المكان واليوم في آخر النص",
    "أماكن_التواجد": "السيارات بعددها، وما يُعلن عنها",
    "العدد": "عدد المواعيد، محسوبًا من القائمة",
    "الفترة": "أول أيام القائمة وآخرها",
    "المواعيد": "القائمة كاملة، موعدًا موعدًا",
}

_EVERY: Final = ("رقم_الإعلان", "تعلن_الجهة", "الجهة")
_DETAILS: Final = ("الخدمات", "المستندات", "السداد")
_TIME: Final = ("المكان", "العلامة", "اليوم", "الساعات", "من", "حتى")
_OWN: Final[dict[Slot, tuple[str, ...]]] = {
    Slot.VISIT: (*_TIME, "آخر_موعد"),
    Slot.WEEK: ("أماكن_التواجد", "العدد", "الفترة", "المواعيد", "آخر_موعد"),
    Slot.CANCELLED: ("بشأن_الإعلان", *_TIME, "السبب", "البديل"),
    Slot.POSTPONED: ("بشأن_الإعلان", *_TIME, "إلى_موعد_لاحق", "السبب", "لا_تغيير", "البديل"),
    Slot.MOVED: (
        *("بشأن_الإعلان", "التعديل", "الموعد_السابق", "الموعد_الجديد", "المكان", "العلامة", "السبب", "لا_تغيير"),
        *("البديل", "آخر_موعد"),
    ),
}
# Sentences that a short message has no room for, and a loudspeaker no time.
_TOO_LONG: Final = frozenset({"البديل", "لا_تغيير"})
_UNHEARD: Final = frozenset({"رقم_الإعلان", "بشأن_الإعلان"})
_TAKEN_BACK: Final = frozenset({Slot.CANCELLED, Slot.POSTPONED})

# Each row names alternatives, one of which a wording must hold.
Required = tuple[tuple[tuple[str, ...], ...], ...]
_NUMBER: Final[Required] = ((("رقم_الإعلان",),),)
_CITED: Final[Required] = ((("بشأن_الإعلان",),),)
_HOURS: Final = (("الساعات",), ("من", "حتى"))
_AGAIN: Final[Required] = ((("نكرر",),),)


def names_for(slot: Slot, form: Form) -> tuple[str, ...]:
    """The placeholders of a wording, in the order in which they are explained."""
    own = _OWN[slot]
    if form in (Form.SMS, Form.LOUDSPEAKER):
        own = tuple(name for name in own if name not in _TOO_LONG)
    details = () if slot in _TAKEN_BACK else _DETAILS
    if form is Form.SMS:
        return (*_EVERY, *own, "الاستعلام", "الرابط")
    if form is Form.LOUDSPEAKER:
        papers = ("المستندات",) if details else ()
        return tuple(name for name in (*_EVERY, *own, *papers, "نكرر") if name not in _UNHEARD)
    if form is Form.RADIO:
        if slot is Slot.WEEK:
            return (*_EVERY, *(name for name in own if name != "العدد"), "المستندات", "الاستعلام")
        return (*_EVERY, *own, *details, "نكرر", "الاستعلام")
    urging = () if slot in _TAKEN_BACK else ("التنبيه",)
    return (*_EVERY, *own, *details, "الاستعلام", *urging, "الرابط")


def required_for(slot: Slot, form: Form) -> Required:
    """What carries the facts: each row of alternatives must be there in one of its ways.

    Nobody keeps a notice's number that is called out, so a loudspeaker has none; a short message has room for the one it
    corrects only where nothing else is new.
    """
    number = () if form is Form.LOUDSPEAKER else _NUMBER
    cited = () if form is Form.LOUDSPEAKER or (form is Form.SMS and slot is not Slot.CANCELLED) else _CITED
    again = _AGAIN if form in (Form.RADIO, Form.LOUDSPEAKER) else ()
    if slot is Slot.WEEK:
        return (*number, (("المواعيد",),))
    if slot is Slot.MOVED:
        moved: Required = ((("التعديل",),), (("الموعد_السابق",),), (("الموعد_الجديد",),))
        intake: Required = ((("آخر_موعد",), ("التنبيه",)),) if form not in (Form.SMS, Form.LOUDSPEAKER) else ()
        where: Required = ((("العلامة",),),) if form is not Form.SMS else ()
        return (*number, *cited, *moved, *where, *intake, *again)
    when: Required = ((("المكان",),), (("اليوم",),))
    if slot in _TAKEN_BACK:
        later: Required = ((("إلى_موعد_لاحق",),),) if slot is Slot.POSTPONED else ()
        hours: Required = (_HOURS,) if form not in (Form.SMS, Form.LOUDSPEAKER) else ()
        return (*number, *cited, *when, *hours, *later, *again)
    visit: Required = (*number, *when, _HOURS)
    if form is Form.SMS:
        return visit
    visit = (*visit, (("العلامة",),))
    if form is Form.LOUDSPEAKER:
        return (*visit, *again)
    if form is Form.RADIO:
        return (*visit, (("آخر_موعد",),), *again)
    return (*visit, (("آخر_موعد",), ("التنبيه",)))


# --- to which notices it applies ---------------------------------------------------------------------------------------


def applies(slot: Slot, form: Form, facts: NoticeFacts) -> bool:
    """Whether a wording of this slot is the one for a notice; the built-in one knows how to tell everything else."""
    return form in FORMS[slot] and facts.kind is KINDS[slot] and _SUITED[slot](as_told(facts), form is Form.LOUDSPEAKER)


def _is_visit(facts: NoticeFacts, one_by_one: bool) -> bool:
    return _is_first(facts) and (one_by_one or is_one_visit(facts.stops)) and _is_of_one_vehicle(facts)


def _is_week(facts: NoticeFacts, _one_by_one: bool) -> bool:
    return _is_first(facts) and not is_one_visit(facts.stops)


def _is_of_one_vehicle(facts: NoticeFacts) -> bool:
    """A wording speaks of «سيارة»; what several do, or one of several, is told in the dual or the plural."""
    stops = (*facts.stops, *(stop for change in facts.changes for stop in (change.before, change.after)))
    return all(count_there(stop) == 1 for stop in stops)


def _is_first(facts: NoticeFacts) -> bool:
    # Dates of a cited notice that an edited post must keep are told by the built-in wording alone.
    return bool(facts.stops) and not (facts.cites or facts.still_valid or facts.also_cancelled)


def _is_taken_back(facts: NoticeFacts, one_by_one: bool) -> bool:
    """What had been put off was «مقررًا، قبل تأجيله، يوم …», which no name tells."""
    is_one = one_by_one or is_one_visit(facts.stops)
    return bool(facts.stops and facts.cites) and not was_put_off(facts) and is_one and _is_of_one_vehicle(facts)


def _is_moved(facts: NoticeFacts, one_by_one: bool) -> bool:
    return (
        bool(facts.changes and facts.cites)
        and not facts.is_correction
        and (one_by_one or len(facts.changes) == 1)
        and _is_of_one_vehicle(facts)
        and all(map(_moves_in_time_alone, facts.changes))
    )


def _moves_in_time_alone(change: ChangeFacts) -> bool:
    found = differences(change)
    # That there is no last intake any more is news that no name tells.
    lost = found.last_intake and change.after.last_intake is None
    others = found.where or found.services or found.documents or found.payments or found.issuer or found.was_postponed
    return found.when and not (others or lost)


_SUITED: Final[dict[Slot, Callable[[NoticeFacts, bool], bool]]] = {
    Slot.VISIT: _is_visit,
    Slot.WEEK: _is_week,
    Slot.CANCELLED: _is_taken_back,
    Slot.POSTPONED: _is_taken_back,
    Slot.MOVED: _is_moved,
}

"""What a wording is tried on before it may be kept: invented visits, each with a difficulty; and wordings to begin with.

The samples are of no governorate in particular. Each is one that real notices have: two days, a hayy, a long landmark, nothing
known beyond place and time, several visits.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from announcements.arabic.facts import (
    ChangeFacts,
    Form,
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
from announcements.arabic.wording_slots import Slot

_UNIT: Final = IssuerFacts(
    "الوحدة المحلية لمركز ومدينة النيل",
    "الوحدة المحلية",
    Gender.FEMININE,
    phone="093-2310000",
    fixed_centre="المركز التكنولوجي لخدمة المواطنين بمدينة النيل",
)
_HAYY: Final = IssuerFacts("حي شرق بمدينة النيل", "الحي", Gender.MASCULINE)
_VILLAGE: Final = PlaceFacts("SAMPLE-1", "قرية", "الأمل", "مركز", "النيل")
_FAR: Final = PlaceFacts("SAMPLE-2", "قرية", "نزلة الشيخ عمران", "مركز", "النيل")
_QUARTER: Final = PlaceFacts("SAMPLE-3", "منطقة", "الزهور", "حي", "شرق")
_SUNDAY: Final = dt.date(2026, 11, 29)
_DAY: Final = dt.timedelta(days=1)

_VISIT: Final = StopFacts(
    uid="sample-1",
    place=_VILLAGE,
    landmark="أمام مركز شباب القرية",
    date=_SUNDAY,
    starts_at=dt.time(9),
    ends_at=dt.time(14),
    last_intake=dt.time(13, 30),
    services=(
        ServiceFacts("سداد الإيجارات والأقساط", Outcome.FINISHED),
        ServiceFacts("استلام طلبات تراخيص المحال العامة", Outcome.RECEIVED),
    ),
    documents=("أصل بطاقة الرقم القومي وصورة منها",),
    payments=("نقدًا", "ببطاقة الدفع"),
    vehicle="1",
)


def _day(number: int, **changes: object) -> StopFacts:
    moved = dataclasses.replace(_VISIT, uid=f"sample-{number}", date=_SUNDAY + number * _DAY)
    return dataclasses.replace(moved, **changes)  # type: ignore[arg-type]


def _notice(*stops: StopFacts, issuer: IssuerFacts = _UNIT) -> NoticeFacts:
    return NoticeFacts(
        NoticeKind.ANNOUNCEMENT, 25, 2026, issuer, stops=stops, page_url="https://example.org/notices/sample/2026/25/"
    )


def _correcting(kind: NoticeKind, *stops: StopFacts, issuer: IssuerFacts = _UNIT, cause: str = "") -> NoticeFacts:
    """What takes announcement 25 back, or moves its visit from the first of `stops` to the last."""
    is_change = kind is NoticeKind.CHANGE
    return dataclasses.replace(
        _notice(issuer=issuer),
        kind=kind,
        number=26,
        stops=() if is_change else stops,
        changes=(ChangeFacts(stops[0], stops[-1]),) if is_change else (),
        cites=(NoticeReference(25, 2026),),
        cause=cause,
        page_url="https://example.org/notices/sample/2026/26/",
    )


_BARE: Final = StopFacts("sample-0", _QUARTER, "خلف ديوان عام الحي", _SUNDAY, dt.time(9, 15), dt.time(12))

_LONG: Final = dataclasses.replace(_VISIT, landmark="أمام المدرسة الإعدادية بجوار الوحدة الصحية")


def _taken_back(kind: NoticeKind) -> dict[str, NoticeFacts]:
    return {
        "زيارة واحدة": _correcting(kind, _VISIT, cause="سوء الأحوال الجوية"),
        "يومان": _correcting(kind, _VISIT, _day(1)),
        "حي": _correcting(kind, _BARE, issuer=_HAYY),
        "مكان طويل الاسم": _correcting(kind, _LONG, cause="العطل المفاجئ بالسيارة"),
        "دون علامة": _correcting(kind, dataclasses.replace(_VISIT, landmark="", last_intake=None)),
    }


SAMPLES: Final[dict[Slot, dict[str, NoticeFacts]]] = {
    Slot.VISIT: {
        "زيارة واحدة": _notice(_VISIT),
        "يومان": _notice(_VISIT, _day(1)),
        "حي": _notice(_BARE, issuer=_HAYY),
        "مكان طويل الاسم": _notice(dataclasses.replace(_VISIT, landmark="أمام المدرسة الإعدادية بجوار الوحدة الصحية")),
        "دون علامة": _notice(dataclasses.replace(_VISIT, landmark="", last_intake=None)),
    },
    Slot.WEEK: {
        "أسبوع": _notice(_VISIT, _day(1), _day(2, place=_FAR, landmark="بجوار الوحدة الصحية"), _day(4)),
        "يوم وسيارتان": _notice(_VISIT, _day(0, uid="sample-9", place=_FAR, vehicle="2", last_intake=dt.time(13))),
        "حي": _notice(_BARE, dataclasses.replace(_BARE, uid="sample-8", date=_SUNDAY + _DAY), _day(2), issuer=_HAYY),
    },
    Slot.CANCELLED: _taken_back(NoticeKind.CANCELLATION),
    Slot.POSTPONED: _taken_back(NoticeKind.POSTPONEMENT),
    Slot.MOVED: {
        "تأجيل": _correcting(NoticeKind.CHANGE, _VISIT, _day(3, uid="sample-1"), cause="سوء الأحوال الجوية"),
        "تقديم": _correcting(NoticeKind.CHANGE, _day(3), _day(1, uid="sample-3", starts_at=dt.time(10))),
        "ساعات أخرى": _correcting(
            NoticeKind.CHANGE, _VISIT, dataclasses.replace(_VISIT, starts_at=dt.time(10), ends_at=dt.time(15))
        ),
        "حي": _correcting(NoticeKind.CHANGE, _BARE, dataclasses.replace(_BARE, date=_SUNDAY + _DAY), issuer=_HAYY),
        "مكان طويل الاسم": _correcting(NoticeKind.CHANGE, _LONG, dataclasses.replace(_LONG, date=_SUNDAY + 2 * _DAY)),
    },
}

# Wordings to begin with, close to the built-in ones. All of them pass their own check.
_SOCIAL: Final = """\
{رقم_الإعلان}

{تعلن_الجهة} عن تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، وذلك {اليوم}، {الساعات}.

📍 المكان: {العلامة}
🗂 الخدمات:
{الخدمات}
📄 المستندات: {المستندات}
💳 وسائل السداد: {السداد}

☎ للاستعلام: {الاستعلام}

{التنبيه}

🔗 صفحة الإعلان:
{الرابط}"""
_SOCIAL_WEEK: Final = """\
{رقم_الإعلان}

{تعلن_الجهة} عن {أماكن_التواجد}، وذلك في {العدد}، {الفترة}، على النحو الآتي:

{المواعيد}

🗂 الخدمات:
{الخدمات}
📄 المستندات: {المستندات}
💳 وسائل السداد: {السداد}

☎ للاستعلام: {الاستعلام}

{التنبيه}

🔗 صفحة الإعلان:
{الرابط}"""


_CANCELLED: Final = """\
{رقم_الإعلان}
{بشأن_الإعلان}

{تعلن_الجهة} عن إلغاء تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، الذي كان مقررًا {اليوم}، {الساعات}، {السبب}.

📍 المكان الذي كان معلنًا: {العلامة}

{البديل}

☎ للاستعلام: {الاستعلام}

🔗 صفحة التنويه:
{الرابط}"""
_POSTPONED: Final = """\
{رقم_الإعلان}
{بشأن_الإعلان}

{تعلن_الجهة} عن تأجيل تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، الذي كان مقررًا {اليوم}، {الساعات}، {إلى_موعد_لاحق}، \
{السبب}.

{لا_تغيير}

📍 المكان: {العلامة}

{البديل}

☎ للاستعلام: {الاستعلام}

🔗 صفحة التنويه:
{الرابط}"""
_MOVED: Final = """\
{رقم_الإعلان}
{بشأن_الإعلان}

{تعلن_الجهة} عن {التعديل}، {السبب}، على النحو الآتي:

🕘 الموعد السابق: {الموعد_السابق}
✅ الموعد الجديد: {الموعد_الجديد}

{لا_تغيير}

📍 المكان: {العلامة}
🗂 الخدمات:
{الخدمات}
📄 المستندات: {المستندات}
💳 وسائل السداد: {السداد}

{البديل}

☎ للاستعلام: {الاستعلام}

{التنبيه}

🔗 صفحة التنويه:
{الرابط}"""


def _without_signs(text: str) -> str:
    for sign in "📍🗂📄💳☎🔗🕘✅":
        text = text.replace(f"{sign} ", "")
    return text


def _bold(text: str) -> str:
    """With the labels and the head as WhatsApp writes bold."""
    lines = []
    for line in _without_signs(text).split("\n"):
        label, colon, rest = line.partition(":")
        if line in ("{رقم_الإعلان}", "{بشأن_الإعلان}"):
            lines.append(f"*{line}*")
        elif colon and "{" not in label:
            lines.append(f"*{label}:*{rest}")
        else:
            lines.append(line)
    return "\n".join(lines)


def _written(slot: Slot, body: str) -> dict[tuple[Slot, Form], str]:
    return {(slot, Form.SOCIAL): body, (slot, Form.PLAIN): _without_signs(body), (slot, Form.WHATSAPP): _bold(body)}


STARTERS: Final[dict[tuple[Slot, Form], str]] = {
    **_written(Slot.VISIT, _SOCIAL),
    **_written(Slot.WEEK, _SOCIAL_WEEK),
    **_written(Slot.CANCELLED, _CANCELLED),
    **_written(Slot.POSTPONED, _POSTPONED),
    **_written(Slot.MOVED, _MOVED),
    (Slot.VISIT, Form.SMS): "السيارة المتنقلة – {المكان}: {اليوم}، {الساعات}، {العلامة}. {رقم_الإعلان}",
    (Slot.VISIT, Form.RADIO): """\
السادةَ المستمعين، {تعلن_الجهة} عن تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، {العلامة}، وذلك {اليوم}، {الساعات}.
وآخر موعد لاستقبال الطلبات {آخر_موعد}.
وعلى الراغبين في الحصول على الخدمة إحضار {المستندات}.
وقد صدر بذلك {رقم_الإعلان}.
{نكرر}.""",
    (Slot.VISIT, Form.LOUDSPEAKER): """\
السادةَ المواطنين، {تعلن_الجهة} عن تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، {العلامة}، وذلك {اليوم}، {الساعات}.
{نكرر}.""",
    (Slot.WEEK, Form.RADIO): """\
السادةَ المستمعين، {تعلن_الجهة} عن {أماكن_التواجد}، {الفترة}.
{المواعيد}
وآخر موعد لاستقبال الطلبات في جميع الأماكن {آخر_موعد}.
وعلى الراغبين في الحصول على الخدمة إحضار {المستندات}.
وللاستعلام {الاستعلام}.
وقد صدر بذلك {رقم_الإعلان}.""",
    (Slot.CANCELLED, Form.SMS): "{رقم_الإعلان} {بشأن_الإعلان}: إلغاء زيارة السيارة المتنقلة – {المكان}: {اليوم}.",
    (Slot.CANCELLED, Form.RADIO): """\
السادةَ المستمعين، {تعلن_الجهة} عن إلغاء تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، {العلامة}، {السبب}.
وكان التواجد مقررًا {اليوم}، {الساعات}.
{نكرر}.
{البديل}
وقد صدر بذلك {رقم_الإعلان}، {بشأن_الإعلان}.""",
    (Slot.CANCELLED, Form.LOUDSPEAKER): """\
السادةَ المواطنين، {تعلن_الجهة} عن إلغاء تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، {السبب}.
وكان التواجد مقررًا {اليوم}.
{نكرر}.""",
    (Slot.POSTPONED, Form.SMS): "{رقم_الإعلان}: تأجيل زيارة السيارة المتنقلة – {المكان}: {اليوم} {إلى_موعد_لاحق}.",
    (Slot.POSTPONED, Form.RADIO): """\
السادةَ المستمعين، {تعلن_الجهة} عن تأجيل تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، {إلى_موعد_لاحق}، {السبب}.
وكان التواجد مقررًا {اليوم}، {الساعات}.
{نكرر}.
وقد صدر بذلك {رقم_الإعلان}، {بشأن_الإعلان}.""",
    (Slot.POSTPONED, Form.LOUDSPEAKER): """\
السادةَ المواطنين، {تعلن_الجهة} عن تأجيل تواجد سيارة المركز التكنولوجي المتنقل ب{المكان}، {إلى_موعد_لاحق}.
وكان التواجد مقررًا {اليوم}.
{نكرر}.""",
    (Slot.MOVED, Form.SMS): "{رقم_الإعلان}: {التعديل}، كان {الموعد_السابق}، وأصبح {الموعد_الجديد}.",
    (Slot.MOVED, Form.RADIO): """\
السادةَ المستمعين، {تعلن_الجهة} عن {التعديل}، {السبب}.
وكان الموعد {الموعد_السابق}، وأصبح {الموعد_الجديد}، {العلامة}.
وآخر موعد لاستقبال الطلبات {آخر_موعد}.
{نكرر}.
وقد صدر بذلك {رقم_الإعلان}، {بشأن_الإعلان}.""",
    (Slot.MOVED, Form.LOUDSPEAKER): """\
السادةَ المواطنين، {تعلن_الجهة} عن {التعديل}.
وكان الموعد {الموعد_السابق}، وأصبح {الموعد_الجديد}، {العلامة}.
{نكرر}.""",
}

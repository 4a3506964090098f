"""What a wording is tried on before it may be kept: invented visits, each with a difficulty; and wordings to begin with.

The samples are of no governorate in particular. Each is one that real notices have: two days, a hayy, a long landmark, nothing
known beyond place and time, several visits.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from announcements.arabic.facts import (
    Form,
    Gender,
    IssuerFacts,
    NoticeFacts,
    NoticeKind,
    Outcome,
    PlaceFacts,
    ServiceFacts,
    StopFacts,
)
from announcements.arabic.wording import Slot

_UNIT: Final = IssuerFacts("الوحدة المحلية لمركز ومدينة النيل", "الوحدة المحلية", Gender.FEMININE, phone="093-2310000")
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


_BARE: Final = StopFacts("sample-0", _QUARTER, "خلف ديوان عام الحي", _SUNDAY, dt.time(9, 15), dt.time(12))

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


def _without_signs(text: str) -> str:
    for sign in "📍🗂📄💳☎🔗":
        text = text.replace(f"{sign} ", "")
    return text


def _bold(text: str) -> str:
    """With the labels and the head as WhatsApp writes bold."""
    lines = []
    for line in _without_signs(text).split("\n"):
        label, colon, rest = line.partition(":")
        if line == "{رقم_الإعلان}":
            lines.append(f"*{line}*")
        elif colon and "{" not in label:
            lines.append(f"*{label}:*{rest}")
        else:
            lines.append(line)
    return "\n".join(lines)


STARTERS: Final[dict[tuple[Slot, Form], str]] = {
    (Slot.VISIT, Form.SOCIAL): _SOCIAL,
    (Slot.VISIT, Form.PLAIN): _without_signs(_SOCIAL),
    (Slot.VISIT, Form.WHATSAPP): _bold(_SOCIAL),
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
    (Slot.WEEK, Form.SOCIAL): _SOCIAL_WEEK,
    (Slot.WEEK, Form.PLAIN): _without_signs(_SOCIAL_WEEK),
    (Slot.WEEK, Form.WHATSAPP): _bold(_SOCIAL_WEEK),
    (Slot.WEEK, Form.RADIO): """\
السادةَ المستمعين، {تعلن_الجهة} عن {أماكن_التواجد}، {الفترة}.
{المواعيد}
وآخر موعد لاستقبال الطلبات في جميع الأماكن {آخر_موعد}.
وعلى الراغبين في الحصول على الخدمة إحضار {المستندات}.
وللاستعلام {الاستعلام}.
وقد صدر بذلك {رقم_الإعلان}.""",
}

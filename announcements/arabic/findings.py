"""What the checker says of a text: one finding an error, in words that a clerk understands.

`MESSAGES` is the whole table of codes. An error is certain to mislead or to break the form, and stops a text from being
issued; a warning is a matter of official style, or something a person should look at.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Final


class Severity(enum.StrEnum):
    """Whether a finding stops a text from being issued."""

    ERROR = "error"
    WARNING = "warning"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in `text[start:end]`. `suggestion` replaces exactly that piece; empty when only a person can tell.

    What is missing from a text stands nowhere in it: then `start` and `end` are 0 and `excerpt` is empty.
    """

    code: str
    severity: Severity
    start: int
    end: int
    excerpt: str
    message_ar: str
    suggestion: str = ""


_E, _W = Severity.ERROR, Severity.WARNING

MESSAGES: Final[dict[str, tuple[Severity, str]]] = {
    # Days and dates.
    "weekday_date": (_E, "{date} يوافق يوم {right}، والمكتوب «{wrong}»."),
    "date_impossible": (_E, "لا يوجد تاريخ {date}."),
    "period_reversed": (_E, "نهاية المدة ({wrong}) تسبق بدايتها ({right})."),
    "days_number": (_E, "عدد أيام الأسبوع المكتوبة ({weekdays}) لا يساوي عدد التواريخ ({dates})."),
    "corresponding": (_E, "مع {count} يُكتب «{right}»، والمكتوب «{wrong}»."),
    "day_noun": (_E, "مع {count} يُكتب «{right}»، والمكتوب «{wrong}»."),
    # Counted nouns.
    "counted_gender": (_E, "العدد لا يوافق المعدود في التذكير والتأنيث؛ والصواب «{right}»."),
    "counted_form": (_E, "المعدود لا يوافق العدد {number}؛ والصواب «{right}»."),
    "counted_figure": (_W, "لا يُكتب الرقم مع الصفر والواحد والاثنين؛ والصواب «{right}»."),
    "list_count": (_E, "المذكور {number}، والقائمة التالية فيها {items}."),
    # Words that must agree, and words said twice.
    "vehicle_agreement": (_E, "«{wrong}» لا توافق «{items}» في العدد؛ والصواب «{right}»."),
    "verb_issuer": (_E, "في «{wrong}» لا يوافق الفعل الجهة في التذكير والتأنيث؛ والصواب «{right}»."),
    "adjective_number": (_E, "وصف المثنى مثنى مثله؛ والصواب «{right}»."),
    "lam_article": (_E, "تُحذف ألف «الـ» بعد اللام؛ والصواب «{right}»."),
    "doubled_word": (_E, "«{wrong}» مكتوبة مرتين."),
    # Hours.
    "hour_gender": (_E, "الساعة مؤنثة، فيُكتب «{right}»."),
    "hour_impossible": (_E, "لا توجد ساعة «{wrong}»."),
    "hour_period": (_E, "الساعة {hour} لا يُقال معها «{period}»."),
    "noon_midnight": (_E, "«{wrong}» تحتمل الظهر ومنتصف الليل؛ فيُكتب «{noon}» أو «{midnight}»."),
    "hour_clock": (_W, "لا يُكتب جزء اليوم مع ساعة من أربع وعشرين؛ والصواب «{right}»."),
    "hours_reversed": (_E, "وقت الانتهاء يسبق وقت البدء."),
    "hours_equal": (_W, "وقت الانتهاء هو وقت البدء نفسه."),
    "duration": (_E, "المدة بين الموعدين {right}، والمكتوب «{wrong}»."),
    # Words that do not stay true.
    "relative_day": (_E, "«{wrong}» لا يصح في نص يُقرأ في يوم آخر؛ فيُكتب اليوم والتاريخ."),
    # Places.
    "place_parent": (_E, "«{wrong}» مكتوبة دون المركز أو الحي التابعة له."),
    "markaz_bare": (_E, "كلمة «مركز» وحدها لا تُفهم؛ فيُكتب بعدها اسمه، أو «تكنولوجي» أو «شباب»."),
    "markaz_unnamed": (_W, "«{wrong}» وحدها قد تعني المركز الإداري أو المركز التكنولوجي؛ فيُكتب الاسم كاملًا."),
    "place_side": (_E, "«{place}» في {right} المحافظة، والمكتوب «{wrong}»."),
    # What an announcer cannot read.
    "radio_digits": (_E, "الأرقام في النص الإذاعي تُكتب بالحروف."),
    "radio_latin": (_E, "الحروف اللاتينية لا تُقرأ في الإذاعة؛ فتُكتب الكلمة بالعربية."),
    "radio_symbol": (_E, "العلامة «{wrong}» لا تُقرأ في الإذاعة."),
    "radio_abbreviation": (_E, "الاختصار «{wrong}» لا يُقرأ في الإذاعة؛ فتُكتب الكلمة كاملة."),
    "spoken_long": (_W, "مدة قراءة هذه الزيارة {length} ثانية، والمعتاد ألا تزيد على {limit} ثانية."),
    # Signs and spelling.
    "mixed_digits": (_E, "النص فيه أرقام من الشكلين (123 و١٢٣)؛ فيُستعمل شكل واحد."),
    "unbalanced": (_E, "العلامة «{wrong}» ليس لها ما يقابلها."),
    "unbalanced_bold": (_E, "نجمة الخط العريض في واتساب ليس لها ما يقابلها في السطر نفسه."),
    "asterisks_shown": (_W, "النجمة تظهر للقارئ كما هي في هذا النص، ولا تجعل الخط عريضًا إلا في واتساب."),
    "tanwin_order": (_W, "تنوين الفتح يُكتب قبل الألف: «{right}»."),
    "spelling": (_W, "تُكتب «{right}»."),
    "punctuation": (_W, "في النص العربي تُكتب «{right}» بدلًا من «{wrong}»."),
    # Short messages and invisible marks.
    "sms_too_long": (_E, "طول الرسالة {length} حرفًا، وأقصاه {limit} حرفًا."),
    "sms_invisible_mark": (_E, "في الرسالة علامة لا تُرى ({wrong})، وهي محسوبة من طولها."),
    "invisible_mark": (_W, "في النص علامة لا تُرى ({wrong}) قد تُنسخ مع أرقام الهاتف."),
    # Against the facts of the notice.
    "fact_place_missing": (_E, "النص لا يذكر «{place}»."),
    "fact_date_missing": (_E, "النص لا يذكر {date}."),
    "fact_hour_missing": (_E, "النص لا يذكر الساعة {hour}."),
    "fact_date_extra": (_W, "{date} ليس من تواريخ هذا الإعلان."),
    "fact_phone_other": (_E, "رقم الهاتف {wrong} ليس رقم هذه الجهة ({right})."),
    "fact_phone_extra": (_W, "رقم الهاتف {wrong} ليس رقم هذه الجهة ({right})؛ فيُكتب معه ما هو."),
    "fact_detail_landmark": (_W, "النص لا يذكر العلامة المميزة «{wrong}»."),
    "fact_detail_service": (_W, "النص لا يذكر خدمة «{wrong}»."),
    "fact_detail_payment": (_W, "النص لا يذكر وسيلة السداد «{wrong}»."),
    "fact_detail_phone": (_W, "النص لا يذكر رقم الاستعلام {wrong}."),
    "fact_detail_page": (_W, "النص لا يذكر صفحة الإعلان {wrong}."),
    "fact_act": (_E, "هذا النص يخص: {act}، والمكتوب «{wrong}»."),
    "fact_act_missing": (_E, "هذا النص يخص: {act}، ولم يُذكر ذلك فيه."),
    "fact_promise": (_E, "بقاء الطلبات سارية لم يؤكده مسئول السيارة، فلا يُكتب في هذا النص."),
    "fact_later_missing": (_W, "النص لا يذكر أن الموعد الجديد يُعلن عنه لاحقًا."),
    "fact_vehicle_count": (_E, "عدد السيارات المكتوب «{number}»، وعددها في هذا الإعلان: {count}."),
    "fact_vehicles_missing": (_E, "النص لا يذكر أن هذا الموعد فيه {items}."),
    "fact_hour_extra": (_W, "الساعة {hour} ليست من مواعيد هذا الإعلان."),
}


def finding(text: str, code: str, start: int, end: int, suggestion: str = "", **values: object) -> Finding:
    """The finding `code` at `text[start:end]`, its message filled in with `values`."""
    severity, message = MESSAGES[code]
    return Finding(code, severity, start, end, text[start:end], message.format(**values), suggestion)

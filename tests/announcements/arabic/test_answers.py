"""What pages say aloud and what readers send on: every state of a visit, in sentences that are right to the ear and the eye."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from typing import Any

import pytest

from announcements.arabic.answers import (
    DayFacts,
    Ending,
    PlaceAnswer,
    Standing,
    VisitFacts,
    tell_days,
    tell_notice,
    tell_place,
)
from announcements.arabic.facts import NoticeKind, NoticeReference
from announcements.arabic.render import cleaned, made_speakable
from announcements.arabic.shared import write_place
from tests.announcements.arabic.cases import (
    BAJA,
    BALASFURA,
    DOCUMENTS,
    MONDAY,
    NASIR,
    SUNDAY,
    TUESDAY,
    UNIT,
    WEST,
    stop,
)

SATURDAY = SUNDAY - dt.timedelta(days=1)
SUNDAY_STOP = stop(BALASFURA, date=SUNDAY, documents=())
MONDAY_STOP = stop(BALASFURA, date=MONDAY)
PLACE = "قرية بلصفورة، التابعة لمركز سوهاج"
WHERE = f"ب{PLACE}، أمام مركز شباب القرية"
CENTRE = "سيارة المركز التكنولوجي المتنقل"
ON_SUNDAY = "يوم الأحد الموافق التاسع والعشرين من نوفمبر"
ON_MONDAY = "يوم الاثنين الموافق الثلاثين من نوفمبر"
NINE_TO_TWO = "من الساعة التاسعة صباحًا وحتى الساعة الثانية ظهرًا"
SINCE = "اعتبارًا من الساعة الحادية عشرة والنصف صباحًا"
INTAKE = "وآخر موعد لاستقبال الطلبات الساعة الواحدة والنصف ظهرًا."


def visit(standing: Standing, **more: object) -> VisitFacts:
    return VisitFacts(**{"stop": SUNDAY_STOP, "standing": standing, **more})


EVERY_STATE = {
    "coming": (
        visit(Standing.COMING),
        SATURDAY,
        [f"تتواجد {CENTRE} {WHERE}، غدًا، {ON_SUNDAY}، {NINE_TO_TWO}.", INTAKE, "ونكرر: قرية بلصفورة، يوم الأحد."],
    ),
    "changed": (
        visit(Standing.COMING, before=MONDAY_STOP, cause="إعادة تنظيم المواعيد"),
        SATURDAY,
        [
            f"تتواجد {CENTRE} {WHERE}، غدًا، {ON_SUNDAY}، {NINE_TO_TWO}.",
            f"وقد تغيّر الموعد، وذلك بسبب إعادة تنظيم المواعيد، وكان مقررًا {ON_MONDAY}، {NINE_TO_TWO}.",
            INTAKE,
            "ونكرر: قرية بلصفورة، يوم الأحد.",
        ],
    ),
    "open": (
        visit(Standing.OPEN, intake_only=True),
        SUNDAY,
        [
            f"{CENTRE} متواجدة الآن {WHERE}، حتى الساعة الثانية ظهرًا.",
            "وتقتصر الزيارة على استلام الطلبات، ولا يُنجز شيء في السيارة، ولا يتاح السداد فيها.",
            INTAKE,
        ],
    ),
    "intake over": (
        visit(Standing.INTAKE_OVER),
        SUNDAY,
        [f"انتهى اليوم استقبال الطلبات {WHERE}.", f"وتبقى {CENTRE} هناك حتى الساعة الثانية ظهرًا."],
    ),
    "stopped": (
        visit(
            Standing.STOPPED,
            cause="عطل في شبكة الاتصال",
            stopped_at=dt.time(11, 30),
            resumes_at=dt.time(12),
            later=MONDAY_STOP,
            requests_stay_valid=True,
        ),
        SUNDAY,
        [
            f"توقفت {CENTRE} عن العمل {WHERE}، اليوم، {ON_SUNDAY}، {SINCE}، بسبب عطل في شبكة الاتصال.",
            "ومن المتوقع أن يُستأنف العمل الساعة الثانية عشرة ظهرًا.",
            f"ويُستكمل تقديم الخدمة في المكان نفسه، غدًا، {ON_MONDAY}، {NINE_TO_TWO}.",
            "وتظل الطلبات التي استُلمت قبل توقف العمل سارية، ولا يلزم إعادة تقديمها.",
        ],
    ),
    "cancelled": (
        visit(Standing.CANCELLED, cause="سوء الأحوال الجوية"),
        SUNDAY,
        [
            f"أُلغي تواجد {CENTRE} {WHERE}، بسبب سوء الأحوال الجوية.",
            f"وكان التواجد مقررًا اليوم، {ON_SUNDAY}، {NINE_TO_TWO}.",
        ],
    ),
    "postponed": (
        visit(Standing.POSTPONED),
        MONDAY,
        [
            f"تأجل تواجد {CENTRE} {WHERE}، إلى موعد يُعلن عنه لاحقًا.",
            f"وكان التواجد مقررًا {ON_SUNDAY}، {NINE_TO_TWO}.",
        ],
    ),
    "moved": (
        visit(Standing.MOVED, later=stop(BAJA, landmark="أمام المدرسة", date=MONDAY)),
        SATURDAY,
        [
            f"لن تتواجد {CENTRE} بقرية بلصفورة، التابعة لمركز سوهاج، غدًا، {ON_SUNDAY}.",
            f"وأصبح التواجد بقرية باجا، التابعة لمركز سوهاج، أمام المدرسة، {ON_MONDAY}، {NINE_TO_TWO}.",
        ],
    ),
}


@pytest.mark.parametrize("state", EVERY_STATE)
def test_a_place_tells_every_state(state: str) -> None:
    told, today, expected = EVERY_STATE[state]
    is_firm = told.standing in (Standing.COMING, Standing.OPEN, Standing.INTAKE_OVER)
    facts = PlaceAnswer(BALASFURA, UNIT, answer=told if is_firm else None, taken_back=() if is_firm else (told,))

    lines = tell_place(made_speakable(facts), today=today).splitlines()

    if not is_firm:
        expected = [*expected, "ولم يُعلن موعد قادم بعد.", "وعند تحديد الموعد يُعلن في هذه الصفحة."]
        expected.append("وللاستعلام يمكن الاتصال بالوحدة المحلية.")
    assert lines == expected


def test_there_are_all_states() -> None:
    assert {told.standing for told, _, _ in EVERY_STATE.values()} == set(Standing)


def test_a_place_without_any_visit_says_so() -> None:
    text = tell_place(PlaceAnswer(NASIR, WEST), today=SUNDAY)

    assert text == (
        f"لم يُعلن موعد قادم لتواجد {CENTRE} بمنطقة ناصر، التابعة لحي غرب.\nوعند تحديد الموعد يُعلن في هذه الصفحة."
    )


def test_what_was_called_off_comes_first_and_what_to_bring_and_what_follows_last() -> None:
    coming = visit(Standing.COMING, stop=dataclasses.replace(MONDAY_STOP, documents=DOCUMENTS, last_intake=None))
    facts = PlaceAnswer(
        BALASFURA, UNIT, answer=coming, taken_back=(visit(Standing.CANCELLED),), following=stop(date=TUESDAY)
    )

    lines = tell_place(facts, today=SATURDAY).splitlines()

    assert [line.split()[0] for line in lines] == ["أُلغي", "وكان", "تتواجد", "ونكرر:", "وعلى", "والزيارة"]


def test_days_are_told_item_by_item_with_what_is_off() -> None:
    here = stop(BALASFURA, date=SUNDAY)
    days = [
        DayFacts(SUNDAY, (visit(Standing.OPEN), visit(Standing.CANCELLED, cause="عطل فني", later=MONDAY_STOP))),
        DayFacts(MONDAY, holiday="عيد العمال", is_day_off=True),
        DayFacts(TUESDAY),
        DayFacts(TUESDAY + dt.timedelta(days=1), (VisitFacts(dataclasses.replace(here), Standing.POSTPONED),)),
    ]

    assert tell_days(days, today=SUNDAY).splitlines() == [
        "مواعيد تواجد سيارات المراكز التكنولوجية المتنقلة.",
        f"اليوم، {ON_SUNDAY}.",
        f"أولًا: {WHERE.removeprefix('ب')}، والسيارة متواجدة الآن، حتى الساعة الثانية ظهرًا.",
        f"ثانيًا: {PLACE}، أُلغي التواجد، بسبب عطل فني، والزيارة القادمة غدًا، {ON_MONDAY}، {NINE_TO_TWO}.",
        f"غدًا، {ON_MONDAY}، عيد العمال: لا تتواجد السيارات.",
        "يوم الأربعاء الموافق الثاني من ديسمبر.",
        "قرية بلصفورة، التابعة لمركز سوهاج، تأجل التواجد، إلى موعد يُعلن عنه لاحقًا.",
    ]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, ": لم تُعلن زيارات."),
        ({"is_day_off": True}, ": راحة أسبوعية، لا تعمل السيارات."),
        ({"holiday": "عيد العمال"}, "، عيد العمال: لا تتواجد السيارات."),
        ({"ending": Ending.OVER}, ": انتهت زيارات اليوم."),
        ({"ending": Ending.OVER, "is_day_off": True}, ": انتهت زيارات اليوم."),
        ({"ending": Ending.CANCELLED, "holiday": "عيد العمال"}, "، عيد العمال: أُلغيت زيارات اليوم."),
        ({"ending": Ending.OFF}, ": أُلغيت زيارات اليوم أو تأجلت."),
        ({"visits": (visit(Standing.OPEN),), "is_day_off": True}, "."),
        ({"visits": (visit(Standing.CANCELLED),), "holiday": "عيد العمال"}, "، عيد العمال."),
    ],
)
def test_an_empty_day_says_why(facts: dict[str, Any], told: str) -> None:
    _, line, *_rest = tell_days([DayFacts(SUNDAY, **facts)], today=SUNDAY).splitlines()

    assert line == f"اليوم، {ON_SUNDAY}{told}"


def test_a_visit_that_keeps_its_day_tells_the_former_hours_alone() -> None:
    before = stop(BALASFURA, date=SUNDAY, starts_at=dt.time(10))
    facts = PlaceAnswer(BALASFURA, UNIT, answer=visit(Standing.OPEN, before=before))

    _, change, *_rest = tell_place(facts, today=SUNDAY).splitlines()

    assert change == "وقد تغيّر الموعد، وكان مقررًا من الساعة العاشرة صباحًا وحتى الساعة الثانية ظهرًا."


def test_a_long_list_ends_with_where_the_rest_is() -> None:
    lines = tell_days([DayFacts(SUNDAY, (visit(Standing.COMING),) * 31)], today=SUNDAY).splitlines()

    assert len([line for line in lines if "قرية بلصفورة" in line]) == 30
    assert lines[-1] == "وبقية المواعيد مكتوبة في الصفحة."


@pytest.mark.parametrize("state", EVERY_STATE)
def test_what_is_said_has_no_figure_and_no_sign(state: str) -> None:
    told, today, _ = EVERY_STATE[state]
    there = dataclasses.replace(told.stop, landmark="أمام مدرسة 6 أكتوبر (مبنى 3)")
    facts = made_speakable(PlaceAnswer(BALASFURA, UNIT, answer=dataclasses.replace(told, stop=there)))

    text = tell_place(facts, today=today)

    unreadable = {sign for sign in text if not (sign in "،.:" or sign.isspace() or "ARABIC" in unicodedata.name(sign))}
    assert unreadable == set()
    assert not any(character.isdigit() for character in text)


@pytest.mark.parametrize(
    ("replaced_by", "wholly", "is_over", "expected"),
    [
        ([], False, False, "نص"),
        ([], False, True, "انتهت مواعيد هذا الإعلان.\nنص"),
        (
            [NoticeReference(6, 2026, NoticeKind.CHANGE)],
            False,
            False,
            "جزء من هذا الإعلان لم يعد ساريًا، ويُرجع فيه إلى التنويه رقم ستة لسنة ألفين وست وعشرين.\nنص",
        ),
        (
            [NoticeReference(6, 2026, NoticeKind.CANCELLATION), NoticeReference(7, 2026, NoticeKind.CHANGE)],
            True,
            False,
            "هذا الإعلان لم يعد ساريًا.\nويُرجع بدلًا منه إلى التنويهين رقمي ستة وسبعة لسنة ألفين وست وعشرين.",
        ),
    ],
)
def test_a_notice_says_first_whether_it_holds(
    replaced_by: list[NoticeReference], wholly: bool, is_over: bool, expected: str
) -> None:
    assert tell_notice("نص", replaced_by=replaced_by, wholly=wholly, is_over=is_over) == expected


# --- sent on -----------------------------------------------------------------------------------------------------------

SUNDAY_WRITTEN = "يوم الأحد الموافق 29 نوفمبر 2026، من الساعة 9:00 صباحًا حتى الساعة 2:00 ظهرًا"
MONDAY_WRITTEN = "يوم الاثنين الموافق 30 نوفمبر 2026، من الساعة 9:00 صباحًا حتى الساعة 2:00 ظهرًا"
COMING_WRITTEN = (
    f"تتواجد {CENTRE} بقرية بلصفورة – مركز سوهاج، أمام مركز شباب القرية، {SUNDAY_WRITTEN}."
    " وآخر موعد لاستقبال الطلبات الساعة 1:30 ظهرًا."
)
SENT_ON = {
    "coming": COMING_WRITTEN,
    "changed": f"تتواجد {CENTRE} بقرية بلصفورة – مركز سوهاج، أمام مركز شباب القرية، {SUNDAY_WRITTEN}. وقد تغيّر الموعد،"
    f" وذلك بسبب إعادة تنظيم المواعيد، وكان مقررًا {MONDAY_WRITTEN}. وآخر موعد لاستقبال الطلبات الساعة 1:30 ظهرًا.",
    "open": COMING_WRITTEN,
    "intake over": COMING_WRITTEN,
    "stopped": f"توقفت {CENTRE} عن العمل بقرية بلصفورة – مركز سوهاج، يوم الأحد الموافق 29 نوفمبر 2026، اعتبارًا من الساعة"
    " 11:30 صباحًا، بسبب عطل في شبكة الاتصال. ويُستكمل تقديم الخدمة بقرية بلصفورة – مركز سوهاج، أمام مركز شباب القرية،"
    f" {MONDAY_WRITTEN}.",
    "cancelled": f"أُلغي تواجد {CENTRE} بقرية بلصفورة – مركز سوهاج، {SUNDAY_WRITTEN}، بسبب سوء الأحوال الجوية.",
    "postponed": f"تأجل تواجد {CENTRE} بقرية بلصفورة – مركز سوهاج، {SUNDAY_WRITTEN}، إلى موعد يُعلن عنه لاحقًا.",
    "moved": f"لن تتواجد {CENTRE} بقرية بلصفورة – مركز سوهاج، يوم الأحد الموافق 29 نوفمبر 2026."
    f" وأصبح التواجد بقرية باجا – مركز سوهاج، أمام المدرسة، {MONDAY_WRITTEN}.",
}


@pytest.mark.parametrize("state", EVERY_STATE)
def test_what_is_sent_on_names_the_place_the_day_and_the_hours(state: str) -> None:
    told, _, _ = EVERY_STATE[state]

    assert write_place(cleaned(PlaceAnswer(BALASFURA, UNIT, taken_back=(told,)))) == SENT_ON[state]


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (
            {"starts_at": dt.time(10)},
            "وقد تغيّر الموعد، وكان مقررًا من الساعة 10:00 صباحًا حتى الساعة 2:00 ظهرًا.",
        ),
        ({"place": BAJA}, "وكان المكان المعلن قرية باجا – مركز سوهاج."),
        ({"landmark": "أمام المدرسة"}, "وقد تغيّر مكان التواجد، وكان أمام المدرسة."),
        ({"landmark": ""}, ""),
    ],
)
def test_what_is_sent_on_tells_what_is_no_longer_so(before: dict[str, Any], told: str) -> None:
    changed = visit(Standing.COMING, before=dataclasses.replace(SUNDAY_STOP, **before))

    text = write_place(cleaned(PlaceAnswer(BALASFURA, UNIT, answer=changed)))

    first, intake = COMING_WRITTEN.split(" وآخر")
    assert text == " ".join(filter(None, [first, told, f"وآخر{intake}"]))


def test_what_is_sent_on_without_a_visit_names_the_place() -> None:
    assert write_place(PlaceAnswer(NASIR, WEST)) == f"لم يُعلن موعد قادم لتواجد {CENTRE} بمنطقة ناصر – حي غرب."


def test_what_is_sent_on_follows_the_digits_of_the_installation() -> None:
    facts = PlaceAnswer(BALASFURA, UNIT, answer=visit(Standing.CANCELLED))

    assert "٢٩ نوفمبر ٢٠٢٦، من الساعة ٩:٠٠ صباحًا" in write_place(facts, digits="arabic")

"""Notices of what happens to visits: put off, broken off, resumed, given less; hours of a period; the governorate's bulletin.

Where a test shows an edge case of the work, it is named by its number.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from announcements.arabic.changes import differences
from announcements.arabic.checker import check_text, has_errors
from announcements.arabic.counting import counted, counted_in_words
from announcements.arabic.errors import NothingToSay
from announcements.arabic.facts import (
    ChangeFacts,
    Form,
    HoursFacts,
    NoticeFacts,
    NoticeKind,
    NoticeReference,
    Outcome,
)
from announcements.arabic.findings import MESSAGES
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import cited, cited_in_words
from announcements.arabic.render import notice_marker, notice_title, radio_script, render_notice
from announcements.arabic.spoken import SECONDS_PER_VISIT, seconds
from tests.announcements.arabic.cases import (
    BAJA,
    GOVERNORATE,
    LESS,
    MONDAY,
    NASIR,
    NOTICES,
    RAMADAN,
    SERVICES,
    SHOPS,
    STATION,
    SUNDAY,
    UNIT,
    VISIT,
    WEDNESDAY,
    WEEK,
    WEST,
    announcement,
    bulletin,
    cancellation,
    change,
    dated_anew,
    hours_notice,
    interrupted,
    postponement,
    resumption,
    stop,
)
from tests.announcements.arabic.strategies import notices

FORMS = list(Form)[:4]
SPOILT = settings(max_examples=60, deadline=None)


def codes(text: str, form: Form, facts: NoticeFacts) -> set[str]:
    return {finding.code for finding in check_text(text, form=form, facts=facts)}


# --- edge 1: a breakdown during the day --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [name for name in NOTICES if name.startswith("urgent")])
def test_edge_1_a_breakdown_is_told_since_when_and_never_as_a_cancellation(name: str, form: Form) -> None:
    text = render_notice(NOTICES[name], form)

    assert re.search("11:30|الحادية عشرة والنصف صباحًا", text)
    assert re.findall("إلغاء|أُلغي|تأجيل", text) == []
    assert "تنويه عاجل" in text


def test_edge_1_expected_return_is_called_expected() -> None:
    text = render_notice(NOTICES["urgent_resumes"], Form.SOCIAL)

    assert "ومن المتوقع أن يُستأنف العمل الساعة 12:45 ظهرًا." in text


@pytest.mark.parametrize(
    ("later", "where"),
    [
        (stop(date=WEDNESDAY), "يوم الأربعاء الموافق 2 ديسمبر 2026 في المكان نفسه، من الساعة"),
        (
            stop(date=WEDNESDAY, landmark="بجوار المدرسة"),
            "يوم الأربعاء الموافق 2 ديسمبر 2026 بقرية بلصفورة – مركز سوهاج، بجوار المدرسة، من الساعة",
        ),
        (stop(BAJA, "", WEDNESDAY), "يوم الأربعاء الموافق 2 ديسمبر 2026 بقرية باجا – مركز سوهاج، من الساعة"),
    ],
    ids=["same place", "another landmark", "another village"],
)
def test_the_same_place_is_said_only_where_it_is_the_same(later: object, where: str) -> None:
    facts = interrupted(VISIT, continuation=later)

    assert f"ويُستكمل تقديم الخدمة {where}" in render_notice(facts, Form.SOCIAL)


@pytest.mark.parametrize("form", [Form.SOCIAL, Form.WHATSAPP])
@pytest.mark.parametrize("facts", [interrupted(VISIT), resumption(VISIT)], ids=["urgent", "resumption"])
def test_requests_are_called_valid_only_when_the_officer_says_so(facts: NoticeFacts, form: Form) -> None:
    assert facts.interruption is not None
    confirmed = dataclasses.replace(
        facts, interruption=dataclasses.replace(facts.interruption, requests_stay_valid=True)
    )

    assert "سارية" not in render_notice(facts, form)
    assert "سارية، ولا يلزم إعادة تقديمها." in render_notice(confirmed, form)


def test_resumption_does_not_invite_before_a_last_intake_that_has_passed() -> None:
    late = render_notice(resumption(VISIT, resumes_at=dt.time(13, 30)), Form.SOCIAL)
    in_time = render_notice(resumption(VISIT, resumes_at=dt.time(13, 29)), Form.SOCIAL)

    assert "آخر موعد" not in late
    assert "الحضور قبل الساعة 1:30 ظهرًا" in in_time


def test_resumption_at_the_very_end_promises_no_more_work() -> None:
    facts = resumption(VISIT, resumes_at=VISIT.ends_at)

    for form in FORMS:
        assert re.findall("ويستمر العمل|حتى 2", render_notice(facts, form)) == []


def test_a_live_post_edited_by_urgent_news_keeps_the_services_of_the_visit_that_goes_on() -> None:
    facts = NOTICES["urgent_continued"]

    assert "الخدمات:" not in render_notice(facts, Form.SOCIAL)
    assert render_notice(facts, Form.SOCIAL, with_still_valid=True).count("🗂 الخدمات:") == 1


# --- edges 2 and 4: put off, and then ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [name for name in NOTICES if name.startswith("postponement")])
def test_edge_2_a_date_to_be_announced_is_called_so_in_every_form(name: str, form: Form) -> None:
    text = render_notice(NOTICES[name], form)

    assert re.search(r"إلى (موعد يُ?علن عنه|موعدين يُ?علن عنهما|مواعيد يُ?علن عنها) لاحقًا", text)
    assert re.findall("إلغاء|أُلغي", text) == []


@pytest.mark.parametrize(
    ("form", "before"), [(Form.SOCIAL, "الموعد المؤجل: يوم الأحد"), (Form.RADIO, "قبل تأجيله، يوم الأحد")]
)
def test_edge_2_the_date_once_set_follows_the_notice_that_put_it_off(form: Form, before: str) -> None:
    text = render_notice(dated_anew((VISIT, stop(date=WEDNESDAY))), form)

    assert "عن تحديد موعد جديد لتواجد" in text
    assert "إلحاقًا بالتنويه رقم" in text
    assert before in text


def test_edge_2_the_old_date_set_again_is_news() -> None:
    facts = dated_anew((VISIT, VISIT))

    assert differences(facts.changes[0]).any
    assert "كما أُعلن قبل التأجيل" in render_notice(facts, Form.SOCIAL)
    assert "والموعد هو المعلن قبل التأجيل، يوم الأحد" in radio_script(facts)


@pytest.mark.parametrize("form", [Form.SOCIAL, Form.RADIO])
def test_edge_4_a_visit_put_off_and_then_cancelled_cites_only_the_postponement(form: Form) -> None:
    text = render_notice(NOTICES["cancellation_of_postponed"], form)

    assert "كان" in text
    assert "مقررًا، قبل تأجيله، يوم الأحد" in text
    assert "الإعلان رقم" not in text


@pytest.mark.parametrize(
    ("field", "count", "opening"),
    [
        ("also_postponed", 1, "وقد سبق تأجيل الموعد الآتي إلى موعد يُعلن عنه لاحقًا:"),
        ("also_postponed", 2, "وقد سبق تأجيل الموعدين الآتيين إلى موعدين يُعلن عنهما لاحقًا:"),
        ("also_postponed", 3, "وقد سبق تأجيل المواعيد الآتية إلى مواعيد يُعلن عنها لاحقًا:"),
        ("also_stopped", 1, "وقد سبق الإعلان عن توقف العمل في الموعد الآتي:"),
        ("also_stopped", 2, "وقد سبق الإعلان عن توقف العمل في الموعدين الآتيين:"),
    ],
)
def test_an_edited_post_keeps_what_earlier_notices_said_of_others(field: str, count: int, opening: str) -> None:
    facts = dataclasses.replace(change(VISIT, stop(date=WEDNESDAY)), **{field: WEEK[1 : 1 + count]})

    lines = render_notice(facts, Form.SOCIAL, with_still_valid=True).splitlines()

    start = lines.index(opening) + 1
    assert sum(line.startswith("• يوم") for line in lines[start:]) == count
    assert opening not in render_notice(facts, Form.SOCIAL)


# --- edge 5: only the wording is corrected --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_edge_5_a_corrected_landmark_is_a_correction_without_a_new_date(form: Form) -> None:
    text = render_notice(NOTICES["correction_landmark"], form)

    assert "تصويب" in text
    assert re.findall("تأجيل|تعديل|الموعد الجديد|وأصبح يوم", text) == []


# --- edge 7: hours of Ramadan ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_edge_7_a_first_day_that_waits_for_the_moon_has_no_date(form: Form) -> None:
    text = render_notice(NOTICES["hours_ramadan_masculine_provisional"], form)

    assert "اعتبارًا من أول أيام الشهر الكريم" in text
    assert re.findall("فبراير|19/2|مارس", text) == []


@pytest.mark.parametrize("form", FORMS)
def test_edge_7_a_known_first_day_is_told_with_its_date(form: Form) -> None:
    text = render_notice(NOTICES["hours_ramadan"], form)

    assert re.search("الخميس (الموافق 19 فبراير 2026|الموافق التاسع عشر من فبراير|19/2)", text)


@pytest.mark.parametrize(
    ("vehicles", "phrase"),
    [
        (1, "مواعيد عمل سيارة المركز التكنولوجي المتنقل خلال"),
        (2, "مواعيد عمل سيارتي المركزين التكنولوجيين المتنقلين خلال"),
        (3, "مواعيد عمل سيارات المراكز التكنولوجية المتنقلة خلال"),
    ],
)
def test_hours_name_as_many_vehicles_as_there_are(vehicles: int, phrase: str) -> None:
    facts = hours_notice(dataclasses.replace(RAMADAN, vehicles=vehicles))

    assert phrase in render_notice(facts, Form.SOCIAL)


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("شهر رمضان المبارك", "اعتبارًا من يوم الأحد الموافق 29 نوفمبر 2026، مع"),
        ("فصل الشتاء", "وذلك من يوم الأحد الموافق 29 نوفمبر 2026 حتى يوم الأربعاء الموافق 2 ديسمبر 2026، مع"),
    ],
)
def test_the_last_day_is_told_of_periods_that_do_not_name_their_end(name: str, since: str) -> None:
    facts = hours_notice(HoursFacts(name, SUNDAY, WEDNESDAY, dt.time(9), dt.time(14)))

    assert since in render_notice(facts, Form.SOCIAL)


def test_hours_of_one_day_are_no_range() -> None:
    facts = hours_notice(HoursFacts("يوم الجرد السنوي", SUNDAY, SUNDAY, dt.time(9), dt.time(12)))

    assert "وذلك يوم الأحد الموافق 29 نوفمبر 2026، مع استمرار" in render_notice(facts, Form.SOCIAL)


# --- edge 16: less is given --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("services", "payments", "what", "lines"),
    [
        (
            SERVICES[1:],
            VISIT.payments,
            "عدم توفر إحدى الخدمات خلال",
            ["➖ لا تتوفر في هذا الموعد الخدمة الآتية: سداد الإيجارات والأقساط"],
        ),
        (
            SERVICES[2:],
            VISIT.payments,
            "عدم توفر بعض الخدمات خلال",
            ["➖ لا تتوفر في هذا الموعد الخدمتان الآتيتان: سداد الإيجارات والأقساط، وتجديد تراخيص إشغال الطريق"],
        ),
        (
            (),
            (),
            "عدم توفر الخدمات خلال",
            ["💳 السداد: لا يتاح في هذا الموعد"],
        ),
        (
            tuple(dataclasses.replace(one, outcome=Outcome.RECEIVED) for one in SERVICES[:2]) + SERVICES[2:],
            (),
            "اقتصار بعض الخدمات على استلام الطلبات خلال",
            [
                "🔁 تقتصر الخدمتان الآتيتان على استلام الطلبات: سداد الإيجارات والأقساط، وتجديد تراخيص إشغال الطريق",
                "💳 السداد: لا يتاح في هذا الموعد",
            ],
        ),
        (SERVICES, (), "عدم إتاحة السداد خلال", ["💳 السداد: لا يتاح في هذا الموعد"]),
        (
            (*LESS, dataclasses.replace(SERVICES[1], name="شهادات البيانات")),
            VISIT.payments,
            "تعديل الخدمات المقدمة خلال",
            ["➕ أُضيف إلى الخدمات: شهادات البيانات"],
        ),
    ],
    ids=["one gone", "two gone", "all gone", "only received", "no payment", "some gone and one more"],
)
def test_edge_16_what_is_off_that_day_is_said(
    services: tuple, payments: tuple[str, ...], what: str, lines: list[str]
) -> None:
    facts = change(VISIT, stop(services=services, payments=payments))
    text = render_notice(facts, Form.SOCIAL)

    assert f"عن {what} تواجد" in text
    assert [line for line in text.splitlines() if line in lines] == lines
    assert seconds(radio_script(facts)) <= SECONDS_PER_VISIT


def test_edge_16_an_outcome_that_gives_more_is_told_as_a_change() -> None:
    finished = dataclasses.replace(SHOPS, outcome=Outcome.FINISHED)
    facts = change(VISIT, stop(services=(*SERVICES[:2], finished, SERVICES[3])))
    text = render_notice(facts, Form.SOCIAL)

    assert "عن تعديل الخدمات المقدمة خلال" in text
    assert "(كان: يُستلم الطلب، وأصبح: يُنجز في السيارة)" in text
    assert "تقتصر" not in text


@pytest.mark.parametrize("outcome", [Outcome.FINISHED, Outcome.INFORMATION])
def test_a_changed_outcome_alone_is_news(outcome: Outcome) -> None:
    after = stop(services=(*SERVICES[:2], dataclasses.replace(SHOPS, outcome=outcome), SERVICES[3]))

    assert differences(ChangeFacts(VISIT, after)).any


# --- edge 19: the governorate's bulletin -----------------------------------------------------------------------------------


@given(count=st.integers(1, 14))
@SPOILT
def test_edge_19_vehicles_and_visits_are_counted_from_the_list(count: int) -> None:
    places = [dataclasses.replace(BAJA, code=str(index), name=f"باجا {chr(0x628 + index)}") for index in range(count)]
    facts = bulletin(*(stop(place, uid=place.code, vehicle=f"S{place.code}") for place in places))
    text, script = render_notice(facts, Form.SOCIAL), radio_script(facts)

    assert f"وذلك في {counted(count, 'موعد', Case.OBLIQUE)}، على النحو الآتي:" in text
    assert sum(line.startswith("• ") for line in text.splitlines()) == count
    if count > 1:
        assert f"أماكن تواجد {counted(count, 'سيارة', Case.OBLIQUE)} للمراكز التكنولوجية المتنقلة" in text
        assert f"أماكن تواجد {counted_in_words(count, 'سيارة', Case.OBLIQUE)} للمراكز التكنولوجية المتنقلة" in script
    assert script.count("ونكرر: قرية باجا") == count


def test_bulletin_keeps_the_visits_of_a_unit_together() -> None:
    facts = bulletin(stop(BAJA, "", SUNDAY, ("10:00", "14:00")), stop(NASIR, "", SUNDAY), stop(VISIT.place, ""))

    lines = [line for line in render_notice(facts, Form.SOCIAL).splitlines() if line.startswith("• ")]

    assert [line.split("،")[0].split(" – ")[1] for line in lines] == ["حي غرب", "مركز سوهاج", "مركز سوهاج"]


def test_bulletin_is_a_feminine_notice() -> None:
    facts = bulletin(VISIT, stop(NASIR, ""))

    assert notice_marker(facts) == "نشرة رقم 3/2026 – محافظة سوهاج"
    assert "وقد صدرت بذلك النشرة رقم ثلاثة لسنة ألفين وست وعشرين." in radio_script(facts)


def test_more_visits_than_there_are_ordinals_can_be_read() -> None:
    places = [dataclasses.replace(BAJA, code=str(index), name=f"باجا {index}") for index in range(101)]
    script = radio_script(bulletin(*(stop(place, uid=place.code) for place in places)))

    assert [line.split(":")[0] for line in script.splitlines()[99:102]] == ["تاسعًا وتسعين", "كذلك", "كذلك"]


# --- edges 26, 27, 28 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [announcement, postponement, cancellation, bulletin], ids=lambda make: make.__name__)
def test_edge_26_days_with_different_hours_are_never_one_dual(make: object, form: Form) -> None:
    facts = make(stop(), stop(date=MONDAY, hours=("09:00", "13:00"), last_intake="12:30"))  # type: ignore[operator]

    assert "يومي" not in render_notice(facts, form)


@pytest.mark.parametrize("form", FORMS)
def test_edge_27_noon_and_midnight_are_told_apart(form: Form) -> None:
    noon = render_notice(resumption(VISIT, resumes_at=dt.time(12, 0)), form)
    night = render_notice(resumption(stop(hours=("20:00", "23:59")), resumes_at=dt.time(23, 0)), form)

    assert re.search("12(:00)? ظهرًا|الثانية عشرة ظهرًا", noon)
    assert re.search("11(:00)? (مساءً|م)|الحادية عشرة مساءً", night)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTICES)
def test_edge_28_durations_are_not_printed(name: str, form: Form) -> None:
    assert re.findall("لمدة|ساعات", render_notice(NOTICES[name], form, with_still_valid=True)) == []


# --- names of what is cited -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "one", "two", "three"),
    [
        *(
            (kind, "الإعلان رقم 5/2026", "الإعلانين رقمي 5/2026 و6/2026", "الإعلانات أرقام 5/2026 و6/2026 و7/2026")
            for kind in (NoticeKind.ANNOUNCEMENT, NoticeKind.HOURS)
        ),
        *(
            (kind, "التنويه رقم 5/2026", "التنويهين رقمي 5/2026 و6/2026", "التنويهات أرقام 5/2026 و6/2026 و7/2026")
            for kind in (
                NoticeKind.CHANGE,
                NoticeKind.POSTPONEMENT,
                NoticeKind.CANCELLATION,
                NoticeKind.URGENT,
                NoticeKind.RESUMPTION,
            )
        ),
        (
            NoticeKind.BULLETIN,
            "النشرة رقم 5/2026",
            "النشرتين رقمي 5/2026 و6/2026",
            "النشرات أرقام 5/2026 و6/2026 و7/2026",
        ),
    ],
)
def test_every_kind_is_cited_by_its_name(kind: NoticeKind, one: str, two: str, three: str) -> None:
    references = [NoticeReference(number, 2026, kind) for number in (5, 6, 7)]

    assert [cited(references[:count]) for count in (1, 2, 3)] == [one, two, three]


def test_bulletins_of_another_issuer_agree_with_it() -> None:
    references = [NoticeReference(number, 2026, NoticeKind.BULLETIN, GOVERNORATE.name) for number in (5, 6, 7)]

    assert [cited(references[:count]).split(" الصادر")[1] for count in (1, 2, 3)] == [
        "ة عن محافظة سوهاج",
        "تين عن محافظة سوهاج",
        "ة عن محافظة سوهاج",
    ]
    assert cited_in_words(references[:1], year=2026) == "النشرة رقم خمسة للسنة نفسها الصادرة عن محافظة سوهاج"


# --- refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        postponement(),
        bulletin(),
        dataclasses.replace(interrupted(VISIT), interruption=None),
        dataclasses.replace(interrupted(VISIT), stops=()),
        dataclasses.replace(interrupted(VISIT), stops=WEEK[:2]),
        dataclasses.replace(resumption(VISIT), interruption=interrupted(VISIT).interruption),
        dataclasses.replace(hours_notice(RAMADAN), hours=None),
    ],
    ids=["none put off", "no stops", "no interruption", "no stop", "two stops", "no hour of return", "no hours"],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_notice_without_its_news_is_refused(facts: NoticeFacts, form: Form) -> None:
    with pytest.raises(NothingToSay):
        render_notice(facts, form)
    with pytest.raises(NothingToSay):
        notice_title(facts)


# --- what is spoilt --------------------------------------------------------------------------------------------------


@given(facts=notices((NoticeKind.POSTPONEMENT,)), form=st.sampled_from((Form.SOCIAL, Form.RADIO)))
@SPOILT
def test_a_postponement_called_a_cancellation_is_caught(facts: NoticeFacts, form: Form) -> None:
    facts = dataclasses.replace(facts, also_cancelled=())
    spoilt = render_notice(facts, form).replace("تأجيل", "إلغاء")

    assert "fact_act" in codes(spoilt, form, facts)


@given(facts=notices((NoticeKind.CANCELLATION,)), form=st.sampled_from((Form.SOCIAL, Form.WHATSAPP)))
@SPOILT
def test_a_cancellation_called_a_postponement_is_caught(facts: NoticeFacts, form: Form) -> None:
    facts = dataclasses.replace(facts, also_postponed=(), cites=(NoticeReference(1, 2026),))
    spoilt = render_notice(facts, form).replace("إلغاء", "تأجيل")

    assert "fact_act" in codes(spoilt, form, facts)


@given(facts=notices((NoticeKind.URGENT, NoticeKind.RESUMPTION)), form=st.sampled_from((Form.SOCIAL, Form.RADIO)))
@SPOILT
def test_a_promise_nobody_made_is_caught(facts: NoticeFacts, form: Form) -> None:
    assert facts.interruption is not None
    facts = dataclasses.replace(facts, interruption=dataclasses.replace(facts.interruption, requests_stay_valid=False))
    spoilt = f"{render_notice(facts, form)}\nوتظل الطلبات التي استُلمت اليوم سارية، ولا يلزم إعادة تقديمها."

    # A sentence more may be one too many for its time.
    assert codes(spoilt, form, facts) - {"spoken_long"} == {"fact_promise"}


@given(facts=notices((NoticeKind.POSTPONEMENT,)), form=st.sampled_from((Form.SOCIAL, Form.RADIO)))
@SPOILT
def test_a_postponement_silent_of_its_new_date_is_pointed_out(facts: NoticeFacts, form: Form) -> None:
    spoilt = render_notice(facts, form).replace("لاحقًا", "")

    assert "fact_later_missing" in codes(spoilt, form, facts)


@given(facts=notices((NoticeKind.URGENT, NoticeKind.RESUMPTION)), form=st.sampled_from((Form.SOCIAL, Form.RADIO)))
@SPOILT
def test_today_without_its_date_is_caught(facts: NoticeFacts, form: Form) -> None:
    assume_other = dataclasses.replace(facts, still_valid=(), also_cancelled=(), also_postponed=(), also_stopped=())
    text = render_notice(assume_other, form)
    spoilt = re.sub(r"اليوم [^ ]+ الموافق .*?(?= ب|، قد)", "اليوم", text, count=1)

    assert "fact_date_missing" in codes(spoilt, form, assume_other)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", [NoticeKind.ANNOUNCEMENT, NoticeKind.POSTPONEMENT, NoticeKind.HOURS])
def test_today_is_for_news_of_the_day_alone(kind: NoticeKind, form: Form) -> None:
    facts = {
        NoticeKind.ANNOUNCEMENT: announcement(VISIT),
        NoticeKind.POSTPONEMENT: postponement(VISIT),
        NoticeKind.HOURS: hours_notice(RAMADAN),
    }[kind]
    spoilt = f"{render_notice(facts, form)}\nتنويه عاجل: السيارة موجودة اليوم."

    assert "relative_day" in codes(spoilt, form, facts)


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("urgent_resumes", "11:30 صباحًا", "11:00 صباحًا", {"fact_hour_missing", "fact_hour_extra"}),
        ("urgent_resumes", "12:45 ظهرًا", "1:45 ظهرًا", {"fact_hour_missing", "fact_hour_extra"}),
        (
            "urgent_continued_elsewhere",
            "الأربعاء الموافق 2",
            "الخميس الموافق 3",
            {"fact_date_missing", "fact_date_extra"},
        ),
        ("urgent_continued_elsewhere", "باجا", "البطاخ", {"fact_place_missing"}),
        ("resumption", "حتى الساعة 2:00 ظهرًا", "حتى الساعة 3:00 عصرًا", {"fact_hour_missing", "fact_hour_extra"}),
        ("hours_ramadan", "9:00 صباحًا", "10:00 صباحًا", {"fact_hour_missing", "fact_hour_extra"}),
        ("hours_ramadan", "الخميس الموافق 19", "الجمعة الموافق 20", {"fact_date_missing", "fact_date_extra"}),
        ("hours_ramadan_masculine_provisional", "أول أيام الشهر الكريم", "يوم 19 فبراير 2026", {"fact_date_extra"}),
        ("hours_period", "الخميس الموافق 16", "الأربعاء الموافق 15", {"fact_date_missing", "fact_date_extra"}),
        ("postponement", "بلصفورة", "بندار الكرمانية", {"fact_place_missing"}),
        ("dated_anew", "الأربعاء الموافق 2", "الخميس الموافق 3", {"fact_date_missing", "fact_date_extra"}),
        ("governorate_bulletin", "ناصر – حي غرب", "الزهراء – حي غرب", {"fact_place_missing"}),
        ("governorate_bulletin", "في 6 مواعيد", "في 7 مواعيد", {"list_count"}),
        ("postponement_several", "تأجيل 5 مواعيد", "تأجيل 6 مواعيد", {"list_count"}),
    ],
)
def test_a_fact_of_the_notice_told_wrong_is_caught(name: str, old: str, new: str, found: set[str]) -> None:
    text = render_notice(NOTICES[name], Form.SOCIAL)
    assert old in text

    findings = check_text(text.replace(old, new), form=Form.SOCIAL, facts=NOTICES[name])

    assert {finding.code for finding in findings} == found
    assert has_errors(findings) is any(MESSAGES[code][0].value == "error" for code in found)


def test_what_was_denied_or_done_before_is_not_what_the_notice_does() -> None:
    facts = postponement(VISIT, stop(STATION), issuer=WEST)
    text = render_notice(facts, Form.SOCIAL)

    for sentence in ("ولا إلغاء لأي موعد.", "وقد سبق إلغاء الموعد الآخر.", "تأجيل دون إلغاء."):
        assert codes(f"{text}\n{sentence}", Form.SOCIAL, facts) == set()


def test_words_of_a_cause_are_not_what_the_notice_does() -> None:
    facts = change(VISIT, stop(date=WEDNESDAY), cause="إلغاء الحفل المقام بالميدان", issuer=UNIT)

    assert check_text(render_notice(facts, Form.SOCIAL), form=Form.SOCIAL, facts=facts) == []


# --- what an announcer has time for ---------------------------------------------------------------------------------------


def test_a_long_citation_gives_way_before_the_news() -> None:
    kinds = (NoticeKind.BULLETIN, NoticeKind.CHANGE, NoticeKind.ANNOUNCEMENT)
    cites = tuple(NoticeReference(388, 2025, kind, GOVERNORATE.name) for kind in kinds)
    script = radio_script(cancellation(VISIT, cites=cites, cause="أعمال صيانة شبكة الكهرباء"))

    assert seconds(script) <= SECONDS_PER_VISIT
    assert script.endswith("وقد صدر بذلك التنويه رقم سبعة لسنة ألفين وست وعشرين.")


def test_the_place_of_a_visit_is_not_taken_for_that_of_its_markaz() -> None:
    facts = change(VISIT, stop(date=WEDNESDAY, landmark="بجوار المسجد"))

    assert "عن تعديل موعد تواجد سيارة المركز التكنولوجي المتنقل ومكانه بقرية بلصفورة" in radio_script(facts)


def test_a_postponed_visit_may_return_on_its_day_at_other_hours() -> None:
    script = radio_script(dated_anew((VISIT, stop(hours=("10:00", "14:00")))))

    assert "قبل تأجيله، يوم الأحد الموافق التاسع والعشرين من نوفمبر، وأصبح في اليوم نفسه، من الساعة العاشرة" in script

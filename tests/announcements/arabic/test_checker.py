"""The checker and the engine together: what is written passes, what is spoilt is caught, and the facts are compared."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from announcements.arabic.checker import check_text, has_errors
from announcements.arabic.checks.parsed import ParsedText
from announcements.arabic.dates import WEEKDAYS
from announcements.arabic.digits import ARABIC, WESTERN, convert
from announcements.arabic.errors import TextTooLong
from announcements.arabic.facts import Form, NoticeFacts, NoticeKind
from announcements.arabic.findings import MESSAGES, Severity
from announcements.arabic.render import render_notice
from tests.announcements.arabic.cases import (
    BAJA,
    KAWAMIL,
    MONDAY,
    NOTICES,
    SUNDAY,
    THIRD,
    TOGETHER,
    VISIT,
    WEEK,
    announcement,
    cancellation,
    stop,
)
from tests.announcements.arabic.strategies import VILLAGES, notices, stops, weeks
from tests.announcements.arabic.tables import golden

FORMS = list(Form)
PROPERTY = settings(max_examples=150, deadline=None)
SPOILT = settings(max_examples=80, deadline=None)
SOCIAL = render_notice(NOTICES["announcement_village"], Form.SOCIAL)


def codes(text: str, form: Form | None = None, facts: NoticeFacts | None = None) -> set[str]:
    return {finding.code for finding in check_text(text, form=form, facts=facts)}


# --- what the engine writes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTICES)
def test_approved_text_has_no_findings(name: str, form: Form) -> None:
    text = golden(f"{name}.{form}")

    assert check_text(text, form=form) == []
    assert check_text(text, form=form, facts=NOTICES[name]) == []
    assert check_text(convert(text, ARABIC), form=form, facts=NOTICES[name]) == []


@pytest.mark.parametrize("form", FORMS)
@given(facts=notices(), digits=st.sampled_from((WESTERN, ARABIC)), still=st.booleans())
@PROPERTY
def test_every_generated_notice_passes(form: Form, facts: NoticeFacts, digits: str, still: bool) -> None:
    try:
        text = render_notice(facts, form, digits=digits, with_still_valid=still)
    except TextTooLong:
        assume(False)

    assert check_text(text, form=form, facts=facts) == []
    assert check_text(text, form=form) == []


# --- what is spoilt --------------------------------------------------------------------------------------------------


@given(facts=notices(), number=st.integers(0, 10**6), shift=st.integers(1, 6), form=st.sampled_from(FORMS[:2]))
@SPOILT
def test_a_shifted_weekday_is_caught(facts: NoticeFacts, number: int, shift: int, form: Form) -> None:
    text = render_notice(facts, form)
    found = list(re.finditer(rf"يوم ({'|'.join(WEEKDAYS)}) الموافق", text))
    assume(found)
    place = found[number % len(found)]
    wrong = WEEKDAYS[(WEEKDAYS.index(place[1]) + shift) % 7]
    spoilt = text[: place.start(1)] + wrong + text[place.end(1) :]

    findings = [one for one in check_text(spoilt, form=form) if one.code == "weekday_date"]

    assert [(one.excerpt, one.suggestion, one.start) for one in findings] == [(wrong, place[1], place.start(1))]


@given(
    facts=notices(), number=st.integers(0, 10**6), shift=st.integers(1, 6), form=st.sampled_from((Form.RADIO, Form.SMS))
)
@SPOILT
def test_a_shifted_weekday_without_year_is_caught_by_the_facts(
    facts: NoticeFacts, number: int, shift: int, form: Form
) -> None:
    try:
        text = render_notice(facts, form)
    except TextTooLong:
        assume(False)
    dated = rf"(?<=يوم )({'|'.join(WEEKDAYS)})(?= الموافق)|(?<![\w/])({'|'.join(WEEKDAYS)})(?= [0-9]+/)"
    found = list(re.finditer(dated, text))
    assume(found)
    place = found[number % len(found)]
    wrong = WEEKDAYS[(WEEKDAYS.index(place[0]) + shift) % 7]
    spoilt = text[: place.start()] + wrong + text[place.end() :]
    # Two dates of two years that differ in nothing else: either weekday would be right.
    years = {(day.day, day.month): day.year for day in _dates(facts)}
    assume(len(years) == len(_dates(facts)))

    assert "weekday_date" in codes(spoilt, form, facts)


def _dates(facts: NoticeFacts) -> set[dt.date]:
    return set(ParsedText("", None, facts).dates)


@given(
    stops=weeks(), other=st.integers(3, 60), kind=st.sampled_from((NoticeKind.ANNOUNCEMENT, NoticeKind.CANCELLATION))
)
@SPOILT
def test_a_changed_count_is_caught(stops: tuple, other: int, kind: NoticeKind) -> None:
    facts = dataclasses.replace(announcement(*stops), kind=kind)
    text = render_notice(facts, Form.SOCIAL)
    found = re.search(r"([0-9]+) (?:مواعيد|موعدًا)", text)
    assume(found is not None and int(found[1]) != other)
    assert found is not None
    noun = "مواعيد" if 3 <= other <= 10 else "موعدًا"

    findings = check_text(text.replace(found[0], f"{other} {noun}", 1), form=Form.SOCIAL)

    assert [(one.code, one.suggestion) for one in findings] == [("list_count", found[0])]


@given(facts=notices(), number=st.integers(0, 10**6), form=st.sampled_from((Form.SOCIAL, Form.WHATSAPP)))
@SPOILT
def test_one_number_in_other_digits_is_caught(facts: NoticeFacts, number: int, form: Form) -> None:
    text = render_notice(dataclasses.replace(facts, page_url=""), form)
    found = list(re.finditer(r"[0-9]+", text))
    assume(len(found) > 2)
    place = found[number % len(found)]
    spoilt = text[: place.start()] + convert(place[0], ARABIC) + text[place.end() :]

    assert "mixed_digits" in codes(spoilt, form)


@given(visit=stops(places=VILLAGES), form=st.sampled_from(FORMS))
@SPOILT
def test_a_village_without_its_markaz_is_caught(visit, form: Form) -> None:  # type: ignore[no-untyped-def]
    facts = announcement(dataclasses.replace(visit, landmark=""))
    spoilt = re.sub(" – مركز سوهاج|، التابعة لمركز سوهاج", "", render_notice(facts, form))

    assert "place_parent" in codes(spoilt, form)


@given(visit=stops(places=VILLAGES), minutes=st.integers(1, 59), form=st.sampled_from((Form.SOCIAL, Form.RADIO)))
@SPOILT
def test_a_notice_of_another_hour_is_caught(visit, minutes: int, form: Form) -> None:  # type: ignore[no-untyped-def]
    visit = dataclasses.replace(visit, landmark="")  # some landmarks have hours of their own
    other = dataclasses.replace(
        visit, starts_at=visit.starts_at.replace(minute=(visit.starts_at.minute + minutes) % 60)
    )
    assume(other.starts_at < other.ends_at)
    found = codes(render_notice(announcement(other), form), form, announcement(visit))

    assume(visit.starts_at not in (other.last_intake, other.ends_at))
    assert "fact_hour_missing" in found


# --- the errors of real notices --------------------------------------------------------------------------------------


def test_real_notice_with_a_quarter_to_midnight_until_four_called_four_hours() -> None:
    text = "قطع المياه لمدة 4 ساعات، من الساعة الحادية عشرة وخمس وأربعين دقيقة مساءً وحتى الساعة الرابعة فجرًا"

    (finding,) = check_text(text)

    assert (finding.code, finding.excerpt, finding.suggestion) == ("duration", "4 ساعات", "أربع ساعات وخمس عشرة دقيقة")


def test_real_notice_with_a_quarter_to_midnight_until_six_called_six_hours() -> None:
    text = "من الساعة 23:45 حتى الساعة 06:00، ولمدة ست ساعات"

    (finding,) = check_text(text)

    assert (finding.code, finding.suggestion) == ("duration", "ست ساعات وخمس عشرة دقيقة")


def test_real_notice_with_masculine_minutes() -> None:
    (finding,) = check_text("الساعة الحادية عشرة وخمسة وأربعين دقيقة مساءً")

    assert (finding.code, finding.suggestion) == ("counted_gender", "وخمس وأربعين دقيقة")


def test_real_notice_of_fifteen_centres_with_fourteen_names() -> None:
    names = (
        "الديوان العام، وسوهاج، وحي غرب، وحي شرق، والمنشأة، ودار السلام، والفردوس، وأخميم، وطهطا، وطما، والمراغة، "
        "وساقلته، وجهينة، وجرجا"
    )
    (finding,) = check_text(f"شملت الجولة 15 مركزا، وهي: {names}.")

    assert (finding.code, finding.excerpt, finding.suggestion) == ("list_count", "15 مركزا", "14 مركزًا")


# --- against the facts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [Form.SOCIAL, Form.WHATSAPP, Form.RADIO, Form.SMS])
@pytest.mark.parametrize(
    ("other", "missing"),
    [
        (stop(BAJA), {"fact_place_missing"}),
        (stop(date=MONDAY), {"fact_date_missing", "fact_date_extra"}),
        (stop(hours=("10:00", "14:00")), {"fact_hour_missing", "fact_hour_extra"}),
    ],
    ids=["place", "date", "hour"],
)
def test_text_of_other_facts_is_found_out(other: object, missing: set[str], form: Form) -> None:
    text = render_notice(NOTICES["announcement_village"], form)

    assert codes(text, form, announcement(other)) == missing  # type: ignore[arg-type]


def test_what_is_missing_stands_nowhere_and_comes_first() -> None:
    text = SOCIAL.replace("بلصفورة", "باجا").replace("9:00 صباحًا", "8:00 صباحًا")

    findings = check_text(text, form=Form.SOCIAL, facts=announcement(VISIT))

    assert [(one.code, one.start, one.end, one.excerpt) for one in findings[:2]] == [
        ("fact_hour_missing", 0, 0, ""),
        ("fact_place_missing", 0, 0, ""),
    ]
    assert findings[0].message_ar == "النص لا يذكر الساعة 9:00 صباحًا."
    assert findings[1].message_ar == "النص لا يذكر «قرية بلصفورة – مركز سوهاج»."
    assert [one.code for one in findings[2:]] == ["fact_hour_extra"]


def test_short_message_that_points_elsewhere_may_leave_facts_out_but_not_add_any() -> None:
    text = "المركز التكنولوجي المتنقل من الأحد 29/11 حتى الخميس 3/12. إعلان 5/2026. التفاصيل لدى الوحدة المحلية"

    assert check_text(text, form=Form.SMS, facts=announcement(*WEEK)) == []
    assert codes(text.replace("الخميس 3/12", "الجمعة 4/12"), Form.SMS, announcement(*WEEK)) == {"fact_date_extra"}
    assert "fact_place_missing" in codes(text.split("التفاصيل")[0], Form.SMS, announcement(*WEEK))


def test_date_of_another_year_is_not_the_date_of_the_facts() -> None:
    text = SOCIAL.replace("الأحد الموافق 29 نوفمبر 2026", "الاثنين الموافق 29 نوفمبر 2027")

    assert codes(text, Form.SOCIAL, announcement(VISIT)) == {"fact_date_missing", "fact_date_extra"}


def test_hours_and_dates_that_staff_typed_are_not_too_much() -> None:
    facts = announcement(stop(landmark="أمام مكتب بريد يعمل حتى الساعة 3:00 عصرًا منذ يوم 1/6"))

    assert check_text(render_notice(facts, Form.SOCIAL), form=Form.SOCIAL, facts=facts) == []


def test_place_with_a_figure_in_its_name_is_found_in_the_script() -> None:
    place = dataclasses.replace(KAWAMIL, name="15 مايو")
    facts = announcement(stop(place))

    assert check_text(render_notice(facts, Form.RADIO), form=Form.RADIO, facts=facts) == []


@pytest.mark.parametrize(
    ("lost", "code", "told"),
    [
        ("أمام مركز شباب القرية", "fact_detail_landmark", "النص لا يذكر العلامة المميزة «أمام مركز شباب القرية»."),
        ("، وتجديد تراخيص إشغال الطريق", "fact_detail_service", "النص لا يذكر خدمة «تجديد تراخيص إشغال الطريق»."),
        ("تراخيص المحال العامة", "fact_detail_service", "النص لا يذكر خدمة «تراخيص المحال العامة»."),
        ("، أو ببطاقة الدفع", "fact_detail_payment", "النص لا يذكر وسيلة السداد «ببطاقة الدفع»."),
        ("\u2066093-2310000\u2069", "fact_detail_phone", "النص لا يذكر رقم الاستعلام 093-2310000."),
        (
            "https://example.org/notices/sohag-markaz/2026/5/",
            "fact_detail_page",
            "النص لا يذكر صفحة الإعلان https://example.org/notices/sohag-markaz/2026/5/.",
        ),
    ],
)
def test_a_detail_taken_out_of_a_written_text_is_a_warning(lost: str, code: str, told: str) -> None:
    assert lost in SOCIAL

    (finding,) = check_text(SOCIAL.replace(lost, ""), form=Form.SOCIAL, facts=NOTICES["announcement_village"])

    assert (finding.code, finding.severity, finding.message_ar) == (code, Severity.WARNING, told)


def test_another_telephone_number_is_an_error() -> None:
    text = SOCIAL.replace("093-2310000", "093-2310001")
    facts = NOTICES["announcement_village"]

    found = [(one.code, one.severity, one.excerpt) for one in check_text(text, form=Form.SOCIAL, facts=facts)]

    assert found == [
        ("fact_detail_phone", Severity.WARNING, ""),
        ("fact_phone_other", Severity.ERROR, "093-2310001"),
    ]


def test_a_second_telephone_number_is_a_warning() -> None:
    text = SOCIAL.replace("093-2310000\u2069", "093-2310000\u2069، واتساب: 01012345678")

    found = check_text(text, form=Form.SOCIAL, facts=NOTICES["announcement_village"])

    assert [(one.code, one.severity, one.excerpt) for one in found] == [
        ("fact_phone_extra", Severity.WARNING, "01012345678")
    ]


@pytest.mark.parametrize("written", ["0932310000", "+20932310000", "٠٩٣٢٣١٠٠٠٠", "093 2310000", "20932310000"])
def test_the_same_telephone_number_may_be_written_otherwise(written: str) -> None:
    text = f"للاستعلام: {written}"

    assert not {"fact_phone_other", "fact_detail_phone"} & codes(text, Form.SOCIAL, NOTICES["announcement_village"])


def test_an_edited_head_line_keeps_the_minute_in_which_it_was_written() -> None:
    facts = NOTICES["urgent_resumes"]
    text = render_notice(facts, Form.SOCIAL).replace("11:40 صباحًا", "11:38 صباحًا")

    assert check_text(text, form=Form.SOCIAL, facts=facts) == []


def test_weekday_of_a_date_without_year_is_judged_by_the_facts_alone() -> None:
    text = "قرية بلصفورة – مركز سوهاج: الاثنين 29/11، من 9 ص حتى 2 ظ، آخر استقبال 1:30 ظ"

    assert check_text(text, form=Form.SMS) == []
    assert codes(text, Form.SMS, announcement(stop(date=SUNDAY))) == {"weekday_date"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("سيارتين للمراكز التكنولوجية المتنقلة", set()),
        ("3 سيارات للمراكز التكنولوجية المتنقلة", {"fact_vehicle_count", "fact_vehicles_missing"}),
        ("سيارة المركز التكنولوجي المتنقل", {"fact_vehicles_missing"}),
    ],
)
def test_number_of_vehicles_is_that_of_the_facts(typed: str, found: set[str]) -> None:
    facts = NOTICES["two_vehicles"]
    text = render_notice(facts, Form.SOCIAL).replace("سيارتين للمراكز التكنولوجية المتنقلة", typed)
    assert codes(text, Form.SOCIAL, facts) == found


def test_number_of_vehicles_in_a_week_is_that_of_the_facts() -> None:
    facts = NOTICES["two_vehicles_in_a_week"]
    text = render_notice(facts, Form.RADIO).replace("سيارتين للمراكز", "خمس سيارات للمراكز")
    assert codes(text, Form.RADIO, facts) == {"fact_vehicle_count"}


def test_number_of_vehicles_that_stay_away_is_said_of_those_that_were_to_come() -> None:
    facts = cancellation(*TOGETHER, still_valid=(THIRD,))
    text = render_notice(facts, Form.PLAIN)
    assert "سيارتين من سيارات المراكز التكنولوجية المتنقلة" in text
    assert codes(text, Form.PLAIN, facts) == set()
    assert codes(text.replace("سيارتين من سيارات", "إحدى سيارات"), Form.PLAIN, facts) == {"fact_vehicles_missing"}


# --- marks that cannot be seen, order, speed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "found"),
    [(Form.SMS, "sms_invisible_mark"), (Form.WHATSAPP, "invisible_mark"), (Form.SOCIAL, None), (None, None)],
)
def test_invisible_mark_is_told_by_its_number(form: Form | None, found: str | None) -> None:
    findings = check_text("للاستعلام: \u20660932310000\u2069", form=form)

    assert [one.code for one in findings] == ([found] * 2 if found else [])
    assert all("U+20" in one.message_ar for one in findings)


def test_no_break_space_and_marks_do_not_hide_an_error() -> None:
    assert codes("يوم\u00a0الاثنين الموافق \u200f29 نوفمبر\u00a02026") == {"weekday_date"}


def test_findings_are_in_order_of_place() -> None:
    text = "غداً تقدم السيارة 5 خدمة يوم الاثنين الموافق 29 نوفمبر 2026, بمركز"

    findings = check_text(text)

    assert [one.code for one in findings] == [
        "relative_day",
        "tanwin_order",
        "counted_form",
        "weekday_date",
        "punctuation",
        "markaz_bare",
    ]
    assert has_errors(findings)
    assert not has_errors([one for one in findings if one.severity is Severity.WARNING])


@given(
    text=st.text(alphabet=st.sampled_from('يوم الأحد29/:،.–*()«»"\n\u0660\u0665abقرية مركز واحد خمسة عشر'), max_size=80)
)
@PROPERTY
def test_any_text_can_be_checked(text: str) -> None:
    for form in (None, *FORMS):
        for one in check_text(text, form=form, facts=NOTICES["announcement_village"]):
            assert one.code in MESSAGES
            assert text[one.start : one.end] == one.excerpt


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "قرية", "مركز", "الساعة", "يوم", "يوم الأحد الموافق", "و", "وهي:", "من الساعة"]
)
def test_a_text_that_breaks_off_can_be_checked(text: str) -> None:
    assert codes(text) <= {"markaz_bare"}


def test_a_bulletin_is_checked_in_a_moment() -> None:
    facts = NOTICES["bulletin_mixed_services"]
    text = render_notice(facts, Form.SOCIAL)
    spent = []
    for _ in range(20):
        start = time.perf_counter()
        check_text(text, form=Form.SOCIAL, facts=facts)
        spent.append(time.perf_counter() - start)

    # Five thousandths of a second on an idle machine; the rest is for a busy one.
    assert min(spent) < 0.02

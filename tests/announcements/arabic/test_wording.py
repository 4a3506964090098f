"""Wordings of staff: a closed list of names, facts that may not be missing, and nothing else that braces could do."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from announcements.arabic.checker import check_text
from announcements.arabic.digits import ARABIC
from announcements.arabic.facts import Form, NoticeKind, NoticeReference
from announcements.arabic.render import notice_marker, render_notice
from announcements.arabic.wording import check_body, examples, problems_of, write
from announcements.arabic.wording_samples import SAMPLES, STARTERS
from announcements.arabic.wording_slots import FORMS, MEANINGS, Slot, applies, names_for
from tests.announcements.arabic.cases import (
    BAJA,
    MONDAY,
    NASIR,
    TOGETHER,
    UNIT,
    VISIT,
    WEDNESDAY,
    WEEK,
    WEST,
    announcement,
    cancellation,
    change,
    correction,
    dated_anew,
    on,
    postponement,
    stop,
)

EDITABLE = [(slot, form) for slot, forms in FORMS.items() for form in forms]
TRIED = [(slot, form, name) for slot, form in EDITABLE for name in SAMPLES[slot]]
SOCIAL = STARTERS[Slot.VISIT, Form.SOCIAL]
ONE = announcement(VISIT)
CANCELLED = cancellation(VISIT, cause="سوء الأحوال الجوية")
MOVED = change(VISIT, dataclasses.replace(VISIT, date=WEDNESDAY), cause="سوء الأحوال الجوية")
NEWS = {Slot.CANCELLED: CANCELLED, Slot.POSTPONED: postponement(VISIT), Slot.MOVED: MOVED}


# --- to begin with -----------------------------------------------------------------------------------------------------


def test_everything_that_can_be_worded_has_a_beginning() -> None:
    assert set(STARTERS) == set(EDITABLE)


@pytest.mark.parametrize(("slot", "form", "name"), TRIED)
def test_every_beginning_suits_every_sample(slot: Slot, form: Form, name: str) -> None:
    body, facts = STARTERS[slot, form], SAMPLES[slot][name]
    text = write(body, slot, form, facts)

    assert check_body(body, slot, form) == []
    assert applies(slot, form, facts)
    assert problems_of(text, slot, form, facts) == []
    assert check_text(text, form=form, facts=facts) == []
    assert "{" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("form", [Form.SOCIAL, Form.PLAIN, Form.WHATSAPP])
@pytest.mark.parametrize(
    ("slot", "facts"),
    [
        (Slot.VISIT, ONE),
        (Slot.VISIT, announcement(stop(NASIR, ""), issuer=WEST)),
        (Slot.WEEK, announcement(*WEEK)),
        (Slot.CANCELLED, CANCELLED),
        (Slot.CANCELLED, cancellation(stop(NASIR, ""), issuer=WEST)),
        (Slot.POSTPONED, postponement(VISIT, cause="سوء الأحوال الجوية")),
        (Slot.POSTPONED, postponement(stop(NASIR, "", services=()), issuer=WEST)),
        (Slot.MOVED, MOVED),
        (Slot.MOVED, change(VISIT, dataclasses.replace(VISIT, starts_at=dt.time(10)))),
    ],
)
def test_the_beginning_reads_as_the_built_in_wording(slot: Slot, form: Form, facts) -> None:  # type: ignore[no-untyped-def]
    written = write(STARTERS[slot, form], slot, form, facts).split("\n")
    built_in = render_notice(facts, form).split("\n")

    assert [line for line in written if line] == [line for line in built_in if line]


@pytest.mark.parametrize(("slot", "form"), EDITABLE)
def test_every_name_is_explained_with_an_example(slot: Slot, form: Form) -> None:
    shown = list(examples(slot, form, next(iter(SAMPLES[slot].values()))))

    assert [name for name, _meaning, _example in shown] == list(names_for(slot, form))
    assert all(meaning == MEANINGS[name] for name, meaning, _example in shown)
    assert [name for name, _meaning, example in shown if not example] == []


# --- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "braces",
    [
        "{الجهه}",
        "{}",
        "{0}",
        "{المكان.name}",
        "{المكان[0]}",
        "{المكان!r}",
        "{المكان:>99999}",
        "{__class__}",
        "{ المكان }",
    ],
)
def test_braces_can_hold_names_of_the_list_alone(braces: str) -> None:
    (problem,) = check_body(f"{SOCIAL}\n{braces}", Slot.VISIT, Form.SOCIAL)

    assert braces in problem
    assert braces not in write(f"{SOCIAL}\n{braces}", Slot.VISIT, Form.SOCIAL, ONE)


@pytest.mark.parametrize("body", ["{المكان", "المكان}", "{{المكان}}", "{المكان\n}"])
def test_a_brace_without_its_other_is_refused(body: str) -> None:
    assert "في النص قوس { أو } ليس له ما يقابله في السطر نفسه." in check_body(
        f"{SOCIAL}\n{body}", Slot.VISIT, Form.SOCIAL
    )


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (Form.SOCIAL, ["رقم_الإعلان", "المكان", "اليوم", "الساعات", "العلامة", "التنبيه"]),
        (Form.SMS, ["رقم_الإعلان", "المكان", "اليوم", "الساعات"]),
        (Form.RADIO, ["رقم_الإعلان", "المكان", "اليوم", "الساعات", "العلامة", "آخر_موعد", "نكرر"]),
        (Form.LOUDSPEAKER, ["المكان", "اليوم", "الساعات", "العلامة", "نكرر"]),
    ],
)
def test_what_carries_a_fact_may_not_be_missing(form: Form, names: list[str]) -> None:
    body = STARTERS[Slot.VISIT, form]

    for name in names:
        (problem,) = check_body(body.replace(f"{{{name}}}", "كلام"), Slot.VISIT, form)
        assert f"{{{name}}}" in problem
        assert problem.startswith("ينقص الصياغة")


@pytest.mark.parametrize(
    ("slot", "form", "names"),
    [
        (Slot.CANCELLED, Form.SOCIAL, ["رقم_الإعلان", "بشأن_الإعلان", "المكان", "اليوم", "الساعات"]),
        (Slot.CANCELLED, Form.SMS, ["رقم_الإعلان", "بشأن_الإعلان", "المكان", "اليوم"]),
        (Slot.CANCELLED, Form.RADIO, ["رقم_الإعلان", "بشأن_الإعلان", "المكان", "اليوم", "الساعات", "نكرر"]),
        (Slot.CANCELLED, Form.LOUDSPEAKER, ["المكان", "اليوم", "نكرر"]),
        (Slot.POSTPONED, Form.WHATSAPP, ["بشأن_الإعلان", "المكان", "اليوم", "الساعات", "إلى_موعد_لاحق"]),
        (Slot.POSTPONED, Form.SMS, ["رقم_الإعلان", "المكان", "اليوم", "إلى_موعد_لاحق"]),
        (
            Slot.MOVED,
            Form.PLAIN,
            ["بشأن_الإعلان", "التعديل", "الموعد_السابق", "الموعد_الجديد", "العلامة", "التنبيه"],
        ),
        (Slot.MOVED, Form.SMS, ["رقم_الإعلان", "التعديل", "الموعد_السابق", "الموعد_الجديد"]),
        (Slot.MOVED, Form.LOUDSPEAKER, ["التعديل", "الموعد_السابق", "الموعد_الجديد", "العلامة", "نكرر"]),
    ],
)
def test_news_of_a_visit_tells_what_was_and_what_is(slot: Slot, form: Form, names: list[str]) -> None:
    body = STARTERS[slot, form]

    for name in names:
        (problem,) = check_body(body.replace(f"{{{name}}}", "كلام"), slot, form)
        assert f"{{{name}}}" in problem


@pytest.mark.parametrize(
    ("slot", "form"), [(slot, form) for slot in (Slot.CANCELLED, Slot.POSTPONED) for form in FORMS[slot]]
)
def test_what_is_taken_back_is_said_to_be(slot: Slot, form: Form) -> None:
    silent = STARTERS[slot, form].replace("إلغاء", "موعد").replace("تأجيل", "موعد").replace("{نكرر}", "{المكان}")

    assert [one for one in problems_of(write(silent, slot, form, NEWS[slot]), slot, form, NEWS[slot]) if "يخص" in one]


def test_a_cancellation_is_not_called_a_postponement() -> None:
    body = STARTERS[Slot.CANCELLED, Form.SOCIAL].replace("إلغاء", "تأجيل")

    (called, silent) = problems_of(
        write(body, Slot.CANCELLED, Form.SOCIAL, CANCELLED), Slot.CANCELLED, Form.SOCIAL, CANCELLED
    )

    assert "والمكتوب «تأجيل»" in silent
    assert called == "هذا النص يخص: إلغاء، ولم يُذكر ذلك فيه."


@pytest.mark.parametrize("typed", ["تأجيل الموعد", "التأجيل", "تبكير الموعد", "تقديم موعد", "بتأجيل"])
def test_a_move_is_named_by_the_facts(typed: str) -> None:
    body = f"{STARTERS[Slot.MOVED, Form.SOCIAL]}\n{typed}"

    assert check_body(body, Slot.MOVED, Form.SOCIAL) == [
        "قد يكون الموعد الجديد بعد السابق أو قبله؛ فاكتب {التعديل} بدلًا من «تأجيل» أو «تقديم»."
    ]
    assert check_body(body.replace(typed, "تقديم الخدمة"), Slot.MOVED, Form.SOCIAL) == []


def test_a_move_is_put_off_brought_forward_or_only_changed() -> None:
    def told(before, after) -> str:  # type: ignore[no-untyped-def]
        return write("{التعديل}", Slot.MOVED, Form.SOCIAL, change(before, after))

    later = dataclasses.replace(VISIT, date=WEDNESDAY)
    where = "موعد تواجد سيارة المركز التكنولوجي المتنقل بقرية بلصفورة – مركز سوهاج"
    assert told(VISIT, later) == f"تأجيل {where}"
    assert told(later, VISIT) == f"تقديم {where}"
    assert told(VISIT, dataclasses.replace(VISIT, ends_at=dt.time(15))) == f"تعديل {where}"


def test_both_hours_do_in_the_place_of_the_pair() -> None:
    both = SOCIAL.replace("{الساعات}", "{من} و{حتى}")

    assert check_body(both, Slot.VISIT, Form.SOCIAL) == []
    assert check_body(both.replace("و{حتى}", ""), Slot.VISIT, Form.SOCIAL) != []


def test_a_verb_typed_before_the_institution_is_refused() -> None:
    body = SOCIAL.replace("{تعلن_الجهة}", "تعلن {الجهة}")

    assert check_body(body, Slot.VISIT, Form.SOCIAL) == [
        "الفعل قبل {الجهة} لا يوافق كل جهة؛ فاكتب {تعلن_الجهة} بدلًا منهما."
    ]


@pytest.mark.parametrize(
    ("form", "typed", "problem"),
    [
        (Form.SOCIAL, "نلقاكم غدًا.", "«غدًا» لا يصح في نص يُقرأ في يوم آخر؛ فيُكتب اليوم والتاريخ."),
        (Form.RADIO, "للاستعلام: 16528.", "الأرقام في النص الإذاعي تُكتب بالحروف."),
        (Form.LOUDSPEAKER, "(تنبيه)", "العلامة «(» لا تُقرأ في الإذاعة."),
        (Form.SMS, "مع خالص التحيات والتقدير لكم جميعًا من العاملين", "حرفًا، وأقصاه 134 حرفًا."),
        (Form.RADIO, "كلمة " * 60, "وأقصاها للزيارة الواحدة 45 ثانية."),
        (Form.LOUDSPEAKER, "كلمة " * 40, "وأقصاها للزيارة الواحدة 30 ثانية."),
    ],
)
def test_what_staff_type_themselves_is_checked(form: Form, typed: str, problem: str) -> None:
    body = f"{STARTERS[Slot.VISIT, form]}\n{typed}"
    text = write(body, Slot.VISIT, form, ONE)

    assert any(found.endswith(problem) for found in problems_of(text, Slot.VISIT, form, ONE))


@pytest.mark.parametrize(("slot", "form"), [(Slot.WEEK, Form.SMS), (Slot.WEEK, Form.LOUDSPEAKER)])
def test_what_only_the_engine_can_word_is_refused(slot: Slot, form: Form) -> None:
    assert check_body("{رقم_الإعلان} {المواعيد}", slot, form) != []


# --- filling in --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("المكان: {العلامة}\nاليوم: {اليوم}", "اليوم: يوم الأحد الموافق 29 نوفمبر 2026"),
        ("{المكان}، {العلامة}.", "قرية بلصفورة – مركز سوهاج."),
        ("{العلامة}، {المكان}.", "قرية بلصفورة – مركز سوهاج."),
        ("الخدمات:\n{الخدمات}\nتم", "تم"),
        ("سطر\nالخدمات:\n\n{الخدمات}", "سطر\nالخدمات:"),
        ("ل{الجهة}", "للوحدة المحلية لمركز ومدينة سوهاج"),
        ("ول{الجهة}", "وللوحدة المحلية لمركز ومدينة سوهاج"),
        ("ب{المكان}", "بقرية بلصفورة – مركز سوهاج"),
        ("كل{الجهة}", "كلالوحدة المحلية لمركز ومدينة سوهاج"),
    ],
)
def test_empty_names_and_particles(body: str, written: str) -> None:
    bare = announcement(dataclasses.replace(VISIT, landmark="", services=()))

    assert write(body, Slot.VISIT, Form.SOCIAL, bare) == written


def test_a_value_with_braces_is_never_read_again() -> None:
    facts = announcement(dataclasses.replace(VISIT, landmark="أمام {الرابط} {المكان}"))

    assert write("ل{العلامة}", Slot.VISIT, Form.SOCIAL, facts) == "لأمام {الرابط} {المكان}"


@pytest.mark.parametrize("form", [Form.SOCIAL, Form.WHATSAPP, Form.SMS])
def test_digits_are_those_of_the_setting(form: Form) -> None:
    text = write(STARTERS[Slot.VISIT, form], Slot.VISIT, form, ONE, digits=ARABIC)

    assert "٢٩" in text
    if form is not Form.SMS:
        assert notice_marker(ONE, digits=ARABIC) in text
    assert not any(sign in "0123456789" for sign in text.split("http")[0])


def test_a_loudspeaker_wording_is_filled_in_for_each_visit() -> None:
    text = write(STARTERS[Slot.VISIT, Form.LOUDSPEAKER], Slot.VISIT, Form.LOUDSPEAKER, announcement(*WEEK))

    assert len(text.split("\n\n")) == 4
    assert [visit.count("نكرر") for visit in text.split("\n\n")] == [1, 1, 1, 1]


def test_two_days_and_a_hayy_agree_by_themselves() -> None:
    text = write(SOCIAL, Slot.VISIT, Form.SOCIAL, announcement(stop(NASIR), stop(NASIR, date=MONDAY), issuer=WEST))

    assert "يعلن حي غرب بمدينة سوهاج عن" in text
    assert "بمنطقة ناصر – حي غرب، وذلك يومي الأحد والاثنين الموافقين 29 و30 نوفمبر 2026" in text


@pytest.mark.parametrize(
    ("slot", "form", "facts", "expected"),
    [
        (Slot.VISIT, Form.SOCIAL, ONE, True),
        (Slot.WEEK, Form.SOCIAL, ONE, False),
        (Slot.VISIT, Form.SOCIAL, announcement(*WEEK), False),
        (Slot.WEEK, Form.SOCIAL, announcement(*WEEK), True),
        (Slot.WEEK, Form.SMS, announcement(*WEEK), False),
        (Slot.VISIT, Form.LOUDSPEAKER, announcement(*WEEK), True),
        (Slot.VISIT, Form.SOCIAL, cancellation(VISIT), False),
        (Slot.CANCELLED, Form.SOCIAL, CANCELLED, True),
        (Slot.CANCELLED, Form.SOCIAL, dataclasses.replace(CANCELLED, still_valid=(WEEK[3],)), True),
        (Slot.CANCELLED, Form.SOCIAL, cancellation(*WEEK), False),
        (Slot.CANCELLED, Form.LOUDSPEAKER, cancellation(*WEEK), True),
        (Slot.CANCELLED, Form.SOCIAL, postponement(VISIT), False),
        (
            Slot.CANCELLED,
            Form.SOCIAL,
            cancellation(VISIT, cites=(NoticeReference(6, 2026, NoticeKind.POSTPONEMENT),)),
            False,
        ),
        (Slot.POSTPONED, Form.RADIO, postponement(VISIT), True),
        (Slot.MOVED, Form.SOCIAL, MOVED, True),
        (Slot.MOVED, Form.SOCIAL, change(VISIT, dataclasses.replace(VISIT, last_intake=None, date=MONDAY)), False),
        (Slot.MOVED, Form.SOCIAL, change(VISIT, dataclasses.replace(VISIT, landmark="", date=MONDAY)), False),
        (Slot.MOVED, Form.SOCIAL, change(VISIT, dataclasses.replace(VISIT, place=BAJA, date=MONDAY)), False),
        (Slot.MOVED, Form.SOCIAL, change(VISIT, dataclasses.replace(VISIT, services=(), date=MONDAY)), False),
        (Slot.MOVED, Form.SOCIAL, change(VISIT, dataclasses.replace(VISIT, landmark="أمام السنترال")), False),
        (Slot.MOVED, Form.SOCIAL, correction(VISIT, dataclasses.replace(VISIT, date=MONDAY)), False),
        (Slot.MOVED, Form.SOCIAL, dated_anew((VISIT, dataclasses.replace(VISIT, date=MONDAY))), False),
        (Slot.VISIT, Form.SOCIAL, dataclasses.replace(ONE, cites=(NoticeReference(1, 2026),)), False),
        (Slot.VISIT, Form.SOCIAL, dataclasses.replace(ONE, still_valid=(WEEK[3],)), False),
        # A wording for a visit speaks of one vehicle.
        (Slot.VISIT, Form.SOCIAL, announcement(*TOGETHER), False),
        (Slot.WEEK, Form.SOCIAL, announcement(*TOGETHER), False),
        (Slot.VISIT, Form.LOUDSPEAKER, announcement(*TOGETHER), False),
        (Slot.WEEK, Form.SOCIAL, announcement(*TOGETHER, stop(NASIR)), True),
        (Slot.CANCELLED, Form.SOCIAL, cancellation(*TOGETHER), False),
        (Slot.CANCELLED, Form.SOCIAL, cancellation(TOGETHER[0], still_valid=TOGETHER[1:]), False),
        (Slot.POSTPONED, Form.LOUDSPEAKER, postponement(*TOGETHER), False),
        (Slot.MOVED, Form.SOCIAL, change(TOGETHER[0], *on(WEDNESDAY, TOGETHER[0])), True),
        (Slot.MOVED, Form.SOCIAL, change(TOGETHER[0], *on(WEDNESDAY, TOGETHER[0]), still_valid=TOGETHER[1:]), False),
    ],
)
def test_a_wording_applies_to_its_own_notices_alone(slot: Slot, form: Form, facts, expected: bool) -> None:  # type: ignore[no-untyped-def]
    assert applies(slot, form, facts) is expected


@given(body=st.text(alphabet="{}المكان_يوم .!r:[]0%\n", max_size=80))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_body_can_break_the_filling(body: str) -> None:
    write(body, Slot.VISIT, Form.SOCIAL, ONE)
    assert check_body(body, Slot.VISIT, Form.SOCIAL) != []


def test_the_unit_is_named_as_it_is() -> None:
    assert write("{الجهة}", Slot.VISIT, Form.SOCIAL, ONE) == UNIT.name

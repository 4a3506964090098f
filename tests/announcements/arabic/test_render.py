"""Whole notices: the approved texts, and what must be true of every text whatever the facts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata

import pytest

from announcements.arabic.checker import check_text
from announcements.arabic.errors import NothingToSay, TextTooLong
from announcements.arabic.facts import ChangeFacts, Form, NoticeFacts, NoticeKind, NoticeReference, Outcome, PlaceFacts
from announcements.arabic.render import notice_marker, notice_title, radio_script, render_notice
from announcements.arabic.sms import TWO_PARTS, length
from announcements.arabic.spoken import SECONDS_PER_VISIT, seconds
from tests.announcements.arabic.cases import (
    BAJA,
    DUST,
    FIRST,
    MONDAY,
    NOTICES,
    RAMADAN,
    RENTS,
    SUNDAY,
    THURSDAY,
    TOGETHER,
    UNIT,
    VISIT,
    WEDNESDAY,
    WEEK,
    WEST,
    announcement,
    bulletin,
    cancellation,
    change,
    changes_of,
    hours_notice,
    interrupted,
    postponement,
    resumption,
    stop,
)
from tests.announcements.arabic.tables import golden, rows

FORMS = [form.value for form in Form]
ONE_ITEM = [
    name
    for name, facts in NOTICES.items()
    if len({(s.place, s.starts_at) for s in facts.stops}) + len(facts.changes) == 1
]


def write(name: str, form: str) -> str:
    return render_notice(NOTICES[name], Form(form), with_still_valid=True)


# --- approved texts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTICES)
def test_notice_is_the_approved_text(name: str, form: str) -> None:
    assert write(name, form) == golden(f"{name}.{form}")


@pytest.mark.parametrize("row", rows("titles.tsv"), ids=lambda row: row["notice"])
def test_title_agrees_with_the_table(row: dict[str, str]) -> None:
    assert notice_title(NOTICES[row["notice"]]) == row["title"]


# --- true of every text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTICES)
def test_digits_are_never_mixed(name: str, form: str) -> None:
    text = render_notice(NOTICES[name], Form(form), digits="arabic", with_still_valid=True)

    assert re.findall(r"[0-9]", re.sub(r"https?://\S+", "", text)) == []
    assert re.findall(r"[٠-٩۰-۹]", write(name, form)) == []


@pytest.mark.parametrize("name", NOTICES)
def test_radio_has_nothing_an_announcer_cannot_read(name: str) -> None:
    script = radio_script(NOTICES[name])

    unreadable = {
        character
        for character in script
        if not (character in "،.:" or character.isspace() or "ARABIC" in unicodedata.name(character, ""))
        or character.isdigit()
    }
    assert unreadable == set()
    assert script.startswith("السادةَ المستمعين، ")


@pytest.mark.parametrize("name", NOTICES)
def test_radio_names_every_place_twice(name: str) -> None:
    facts = NOTICES[name]
    told = [*facts.stops, *(c.before for c in facts.changes), *(c.after for c in facts.changes)]

    script = radio_script(facts)

    assert {stop.place.name: script.count(stop.place.name) >= 2 for stop in told} == {
        stop.place.name: True for stop in told
    }


@pytest.mark.parametrize("name", ONE_ITEM)
def test_radio_of_one_visit_fits_its_time(name: str) -> None:
    assert seconds(radio_script(NOTICES[name])) <= SECONDS_PER_VISIT


@pytest.mark.parametrize("name", NOTICES)
def test_sms_fits_two_parts_without_invisible_marks(name: str) -> None:
    text = write(name, "sms")

    assert length(text) <= TWO_PARTS
    assert [character for character in text if unicodedata.category(character) in ("Cf", "Cc")] == []


@pytest.mark.parametrize("name", NOTICES)
def test_whatsapp_has_no_invisible_marks(name: str) -> None:
    assert [character for character in write(name, "whatsapp") if unicodedata.category(character) == "Cf"] == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTICES)
def test_stored_text_never_says_tomorrow_and_today_only_of_the_day_itself(name: str, form: str) -> None:
    """Edge 14: «اليوم» may be said in urgent news alone, and its date is written with it."""
    text = write(name, form).replace("في اليوم نفسه", "")

    assert "غدًا" not in text
    if NOTICES[name].kind not in (NoticeKind.URGENT, NoticeKind.RESUMPTION):
        assert "اليوم" not in text
    elif form == "sms":
        assert "اليوم الأحد 29/11" in text
    else:
        assert "اليوم الأحد الموافق" in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTICES)
def test_text_has_no_gaps_or_doubled_punctuation(name: str, form: str) -> None:
    assert re.findall(r"  |،،|\.\.|، ?\.| ،| \.|\n\n\n|None|\{|\}", write(name, form)) == []


@pytest.mark.parametrize("form", ["social", "whatsapp"])
@pytest.mark.parametrize("digits", ["western", "arabic"])
def test_marker_stands_in_its_own_notices_and_in_no_other(form: str, digits: str) -> None:
    numbers = (1, 5, 15, 51, 55)
    notices = [
        dataclasses.replace(
            facts,
            number=number,
            issuer=issuer,
            cites=tuple(NoticeReference(n, 2026, kind) for n in numbers for kind in NoticeKind),
        )
        for facts in (
            announcement(VISIT),
            bulletin(VISIT),
            change(VISIT, WEEK[3]),
            postponement(VISIT),
            cancellation(VISIT),
            interrupted(VISIT),
            resumption(VISIT),
            hours_notice(RAMADAN),
        )
        for number in numbers
        for issuer in (UNIT, WEST)
    ]
    texts = [render_notice(facts, Form(form), digits=digits, with_still_valid=True) for facts in notices]

    for facts in notices:
        marker = notice_marker(facts, digits=digits)
        found = [other for other, text in zip(notices, texts, strict=True) if marker in text]
        # The number is the unit's own whatever the kind, so two of one number are never of one unit.
        assert {(f.number, f.issuer.name) for f in found} == {(facts.number, facts.issuer.name)}
        assert facts in found


# --- what is left out, and what is said instead -----------------------------------------------------------------------


def test_unknown_facts_have_no_line() -> None:
    text = write("announcement_quarter_bare", "social")

    assert [word for word in ("الخدمات", "المستندات", "السداد", "للاستعلام", "يهيب", "صفحة") if word in text] == []


@pytest.mark.parametrize("form", FORMS)
def test_cancellation_promises_no_new_date(form: str) -> None:
    assert re.findall("لاحق|بديل|الجديد|موعد آخر", write("cancellation", form)) == []


def test_days_with_different_hours_are_never_joined() -> None:
    facts = announcement(stop(), stop(date=MONDAY, hours=("09:00", "13:00"), last_intake="12:30"))

    script = radio_script(facts)

    assert "يومي" not in render_notice(facts, Form.SOCIAL)
    assert "يومي" not in script
    assert [line.split(":")[0] for line in script.splitlines() if "ونكرر" in line] == ["أولًا", "ثانيًا"]


@pytest.mark.parametrize("form", FORMS)
def test_vehicles_that_stand_together_are_told_once(form: str) -> None:
    text = write("two_vehicles", form)

    # A script names every place twice.
    assert text.count("بلصفورة") == (2 if form in ("radio", "loudspeaker") else 1)
    assert re.findall(r"سيارت\w+", text)[0] == ("سيارتان" if form == "sms" else "سيارتين")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["cancellation_of_one_of_two", "postponement_of_one_of_three", "change_of_one_of_two"])
def test_news_of_one_of_several_vehicles_says_that_it_is_of_one(name: str, form: str) -> None:
    text = write(name, form)

    assert re.search("إحدى (?:ال)?سيار", text)
    if form != "sms":
        assert re.search("السيار(?:ة الأخرى متواجدة|تان الأخريان متواجدت)", text)


def test_services_of_two_vehicles_become_what_both_of_them_give() -> None:
    received = dataclasses.replace(RENTS, outcome=Outcome.RECEIVED)
    told = [
        ChangeFacts(dataclasses.replace(one, services=(received,)), dataclasses.replace(one, services=(RENTS,)))
        for one in TOGETHER
    ]

    assert "سداد الإيجارات والأقساط، وكان يُستلم طلبه فقط، وأصبح يُنجز في السيارتين." in radio_script(changes_of(*told))


def test_vehicles_at_one_place_at_other_hours_are_two_visits() -> None:
    facts = announcement(FIRST, stop(hours=("10:00", "14:00"), vehicle="S2"))

    assert "وذلك في موعدين" in render_notice(facts, Form.SOCIAL)
    assert radio_script(facts).count("قرية بلصفورة، التابعة") == 2


@pytest.mark.parametrize(
    ("after", "unchanged"),
    [
        (stop(date=WEDNESDAY), "ولا تغيير في مكان التواجد ولا في الخدمات المقدمة."),
        (stop(landmark="بجوار المسجد"), "ولا تغيير في موعد التواجد ولا في الخدمات المقدمة."),
        (stop(services=WEEK[0].services[:2]), "ولا تغيير في موعد التواجد ولا في مكانه."),
        (stop(date=WEDNESDAY, landmark="بجوار المسجد"), "ولا تغيير في الخدمات المقدمة."),
        (stop(payments=("نقدًا",)), "ولا تغيير في موعد التواجد ولا في مكانه ولا في الخدمات المقدمة."),
        (stop(date=WEDNESDAY, landmark="بجوار المسجد", services=()), None),
    ],
)
def test_only_what_is_true_is_called_unchanged(after: object, unchanged: str | None) -> None:
    text = render_notice(change(VISIT, after), Form.SOCIAL)  # type: ignore[arg-type]

    assert next((line for line in text.splitlines() if line.startswith("ولا تغيير")), None) == unchanged


@pytest.mark.parametrize(
    ("after", "lines"),
    [
        (
            stop(last_intake="13:00"),
            ["⏳ آخر موعد لاستقبال الطلبات: الساعة 1:00 ظهرًا، بدلًا من الساعة 1:30 ظهرًا"],
        ),
        (stop(last_intake=""), ["⏳ آخر موعد لاستقبال الطلبات: لم يعد محددًا، بعد أن كان الساعة 1:30 ظهرًا"]),
        (
            stop(landmark=""),
            [
                "🕘 المكان السابق: قرية بلصفورة – مركز سوهاج، أمام مركز شباب القرية",
                "📍 المكان الجديد: قرية بلصفورة – مركز سوهاج",
            ],
        ),
        (
            stop(payments=("نقدًا",)),
            ["🕘 وسائل السداد السابقة: نقدًا، أو ببطاقة الدفع، أو عبر خدمة فوري", "💳 وسائل السداد الآن: نقدًا"],
        ),
        (
            stop(documents=("أصل بطاقة الرقم القومي",)),
            [
                "🕘 المستندات السابقة: أصل بطاقة الرقم القومي وصورة منها، والمستندات الخاصة بكل خدمة",
                "📄 المستندات المطلوبة الآن: أصل بطاقة الرقم القومي",
            ],
        ),
    ],
)
def test_change_says_what_was_and_what_is(after: object, lines: list[str]) -> None:
    text = render_notice(change(VISIT, after), Form.SOCIAL)  # type: ignore[arg-type]

    assert [line for line in text.splitlines() if line in lines] == lines


def test_still_valid_dates_are_told_only_when_asked_for() -> None:
    facts = NOTICES["change_date"]
    added = set(render_notice(facts, Form.SOCIAL, with_still_valid=True).splitlines()) - set(
        render_notice(facts, Form.SOCIAL).splitlines()
    )

    assert len(added) == 1 + len(facts.still_valid)
    assert {stop.place.name for stop in facts.still_valid if any(stop.place.name in line for line in added)} == {
        "الكوامل بحري",
        "جزيرة شندويل",
        "باجا",
    }


@pytest.mark.parametrize(
    ("count", "kind", "opening"),
    [
        (1, "announcement", "ويظل الموعد الآخر الوارد في الإعلان رقم 5/2026 قائمًا على النحو الآتي:"),
        (2, "announcement", "ويظل الموعدان الآخران الواردان في الإعلان رقم 5/2026 قائمين على النحو الآتي:"),
        (3, "announcement", "وتظل باقي المواعيد الواردة في الإعلان رقم 5/2026 قائمة على النحو الآتي:"),
        (1, "change", "ويظل الموعد الآخر المعلن من قبل قائمًا على النحو الآتي:"),
        (2, "change", "ويظل الموعدان الآخران المعلنان من قبل قائمين على النحو الآتي:"),
        (3, "change", "وتظل باقي المواعيد المعلنة من قبل قائمة على النحو الآتي:"),
    ],
)
def test_still_valid_dates_agree_in_number_and_name_only_the_notice_they_came_from(
    count: int, kind: str, opening: str
) -> None:
    cites = (NoticeReference(5, 2026, NoticeKind(kind)),)
    facts = dataclasses.replace(NOTICES["cancellation"], still_valid=WEEK[2 : 2 + count], cites=cites)

    assert opening in render_notice(facts, Form.SOCIAL, with_still_valid=True).splitlines()


@pytest.mark.parametrize(
    ("count", "opening"),
    [
        (1, "وقد سبق إلغاء الموعد الآتي:"),
        (2, "وقد سبق إلغاء الموعدين الآتيين:"),
        (3, "وقد سبق إلغاء المواعيد الآتية:"),
    ],
)
def test_earlier_cancellations_stay_in_the_edited_post(count: int, opening: str) -> None:
    facts = dataclasses.replace(NOTICES["change_date"], also_cancelled=WEEK[1 : 1 + count], still_valid=())

    lines = render_notice(facts, Form.SOCIAL, with_still_valid=True).splitlines()

    start = lines.index(opening) + 1
    assert sum(line.startswith("• يوم") for line in lines[start:]) == count


def test_edited_post_of_a_cancellation_still_tells_the_services_of_the_dates_that_stand() -> None:
    text = write("cancellation", "social")

    assert text.index("ويظل الموعدان الآخران") < text.index("🗂 الخدمات:")


@pytest.mark.parametrize(
    ("count", "phrase"),
    [
        (2, "إلغاء موعدين لتواجد المركز التكنولوجي المتنقل، والموعدان الملغيان هما:"),
        (3, "إلغاء 3 مواعيد لتواجد المركز التكنولوجي المتنقل، والمواعيد الملغاة هي:"),
        (11, "إلغاء 11 موعدًا لتواجد المركز التكنولوجي المتنقل، والمواعيد الملغاة هي:"),
    ],
)
def test_cancelled_dates_are_counted_from_the_list(count: int, phrase: str) -> None:
    places = [dataclasses.replace(BAJA, code=str(index), name=f"باجا {chr(0x628 + index)}") for index in range(count)]
    facts = cancellation(*(stop(place, uid=place.code) for place in places))

    text = render_notice(facts, Form.SOCIAL)

    assert phrase in text
    assert sum(line.startswith("• ") for line in text.splitlines()) == count


def test_bulletin_count_equals_its_list() -> None:
    text = write("bulletin", "social")

    assert "وذلك في 5 مواعيد" in text
    assert sum(line.startswith("• ") for line in text.splitlines()) == 5


def test_bulletin_of_one_day_names_the_day_once_in_its_opening() -> None:
    facts = announcement(WEEK[3], stop(BAJA, "بجوار الجامع الكبير", WEDNESDAY))

    assert "وذلك في موعدين يوم الأربعاء الموافق 2 ديسمبر 2026، على النحو الآتي:" in render_notice(facts, Form.SOCIAL)


def test_pasted_landmark_reaches_no_text_uncleaned() -> None:
    facts = announcement(stop(landmark="\u200fأمام\u00a0مدرسة ٦ أكتوبر (القديمة)."))

    assert "📍 المكان: أمام مدرسة 6 أكتوبر (القديمة)\n" in render_notice(facts, Form.SOCIAL)
    assert "أمام مدرسة السادس من أكتوبر القديمة، وذلك يوم" in radio_script(facts)


# --- SMS -------------------------------------------------------------------------------------------------------------


def test_sms_that_cannot_hold_a_landmark_says_where_it_is_told() -> None:
    facts = announcement(stop(landmark="أمام " + "مبنى الجمعية التعاونية الزراعية " * 3), page_url="")

    assert render_notice(facts, Form.SMS) == (
        "السيارة المتنقلة – قرية بلصفورة – مركز سوهاج: الأحد 29/11، من 9 ص حتى 2 م. إعلان 5/2026 – "
        "مركز ومدينة سوهاج. للاستعلام: 0932310000"
    )


def test_sms_never_marks_noon_with_a_letter() -> None:
    facts = announcement(
        *(stop(date=day, landmark="أمام محطة القطار", hours=("09:00", "12:00")) for day in (SUNDAY, MONDAY))
    )

    assert "من 9:00 ص حتى 12:00 ظهرًا، أمام محطة القطار." in render_notice(facts, Form.SMS)


def test_sms_without_page_or_phone_points_to_the_unit() -> None:
    facts = announcement(*WEEK, issuer=WEST, number=1, page_url="")

    assert render_notice(facts, Form.SMS) == (
        "أماكن تواجد المركز التكنولوجي المتنقل من الأحد 29/11 حتى الخميس 3/12: 5 مواعيد. "
        "إعلان 1/2026 – حي غرب بمدينة سوهاج. التفاصيل لدى الحي"
    )


def test_sms_that_cannot_fit_is_refused_and_not_cut() -> None:
    facts = announcement(*WEEK, issuer=dataclasses.replace(WEST, short_name="الحي " * 40), page_url="")

    with pytest.raises(TextTooLong) as raised:
        render_notice(facts, Form.SMS)

    assert raised.value.limit == TWO_PARTS
    assert raised.value.length > TWO_PARTS


def test_sms_tells_all_that_fits() -> None:
    place = PlaceFacts("x", "نجع", "تمام", "حي", "غرب")
    facts = announcement(stop(place, "", THURSDAY), issuer=WEST, number=1)

    assert render_notice(facts, Form.SMS) == (
        "السيارة المتنقلة – نجع تمام – حي غرب: الخميس 3/12، من 9 ص حتى 2 م، "
        "آخر استقبال للطلبات 1:30 م. إعلان 1/2026 – حي غرب بمدينة سوهاج"
    )


@pytest.mark.parametrize("name", NOTICES)
def test_sms_names_its_unit_so_that_two_units_never_say_the_same(name: str) -> None:
    facts = NOTICES[name]
    other = dataclasses.replace(UNIT, name="الوحدة المحلية لمركز ومدينة المراغة", phone=facts.issuer.phone)

    text = render_notice(facts, Form.SMS)

    assert re.search("محافظة سوهاج|حي غرب|مركز (?:ومدينة )?سوهاج", text)
    assert render_notice(dataclasses.replace(facts, issuer=other), Form.SMS) != text


@pytest.mark.parametrize(
    ("landmark", "begins"),
    [
        ("", "سيارة المركز التكنولوجي – قرية بلصفورة – مركز سوهاج: الأحد 29/11/2026، من 9:00 صباحًا"),
        ("أمام الوحدة الصحية", "سيارة المركز التكنولوجي – قرية بلصفورة – مركز سوهاج: الأحد 29/11، من 9 ص"),
        ("أمام مركز شباب القرية", "السيارة المتنقلة – قرية بلصفورة – مركز سوهاج: الأحد 29/11، من 9 ص"),
        (
            "أمام مقر الجمعية الزراعية بالقرية",
            "إعلان 5/2026 – مركز سوهاج: السيارة المتنقلة – قرية بلصفورة: الأحد 29/11",
        ),
    ],
)
def test_sms_gives_way_in_a_fixed_order(landmark: str, begins: str) -> None:
    """Hours first, then the unit's name, then the vehicle's, then the markaz that the unit's name tells."""
    assert render_notice(announcement(stop(landmark=landmark, last_intake="")), Form.SMS).startswith(begins)


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        announcement(),
        cancellation(),
        changes_of(),
        change(VISIT, dataclasses.replace(VISIT, uid="other", vehicle="S2")),
        changes_of(ChangeFacts(VISIT, stop(date=WEDNESDAY)), ChangeFacts(VISIT, VISIT)),
    ],
    ids=["no stops", "none cancelled", "no changes", "another vehicle", "one of two unchanged"],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_notice_without_news_is_refused(facts: NoticeFacts, form: str) -> None:
    with pytest.raises(NothingToSay):
        render_notice(facts, Form(form))


def test_unknown_digits_are_refused() -> None:
    with pytest.raises(ValueError, match="roman"):
        render_notice(announcement(VISIT), Form.SOCIAL, digits="roman")


def test_cause_follows_because_as_it_stands() -> None:
    facts = cancellation(VISIT, cause="العطل المفاجئ بالسيارة")

    assert "، وذلك بسبب العطل المفاجئ بالسيارة." in render_notice(facts, Form.SOCIAL)
    assert "أنه، بسبب العطل المفاجئ بالسيارة، أُلغي تواجد" in radio_script(facts)
    assert "بسبب" not in render_notice(cancellation(VISIT), Form.SOCIAL)


def test_noon_and_midnight_are_not_swapped() -> None:
    facts = announcement(dataclasses.replace(VISIT, ends_at=dt.time(12), last_intake=None), cause=DUST)

    assert "حتى الساعة 12:00 ظهرًا" in render_notice(facts, Form.SOCIAL)
    assert "وحتى الساعة الثانية عشرة ظهرًا" in radio_script(facts)


@pytest.mark.parametrize("hour", range(9, 14))
def test_news_of_a_stop_at_a_full_hour_passes_the_checker(hour: int) -> None:
    urgent = NOTICES["urgent_resumes"]
    assert urgent.interruption is not None
    told = dataclasses.replace(urgent.interruption, stopped_at=dt.time(hour), resumes_at=dt.time(hour + 1))
    facts = dataclasses.replace(urgent, interruption=told)
    for form in Form:
        assert check_text(render_notice(facts, form), form=form, facts=facts) == [], form

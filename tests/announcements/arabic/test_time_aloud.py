"""Every visit in its time: 45 seconds on the radio, half a minute on a loudspeaker, whatever the facts; and what gives way."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings

from announcements.arabic.broadcast import long_items
from announcements.arabic.changes import differences
from announcements.arabic.checker import check_text, has_errors
from announcements.arabic.facts import Form, NoticeFacts, NoticeKind
from announcements.arabic.render import render_notice
from announcements.arabic.spoken import SECONDS_ON_LOUDSPEAKER, SECONDS_PER_VISIT, seconds
from tests.announcements.arabic.cases import BAJA, MONDAY, NOTICES, SERVICES, VISIT, change, stop
from tests.announcements.arabic.strategies import LONG_LANDMARK, lengthened, notices

# `test_checker.py` asks the same of many more: a text in time has no findings.
QUICKLY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
ON_AIR, ALOUD = Form.RADIO, Form.LOUDSPEAKER


def long_visits(text: str, form: Form) -> list[str]:
    if form is Form.RADIO:
        return long_items(text, longest=SECONDS_PER_VISIT)
    return [visit for visit in text.split("\n\n") if seconds(visit) > SECONDS_ON_LOUDSPEAKER]


@given(facts=notices())
@QUICKLY
def test_every_visit_of_every_notice_fits_its_time(facts: NoticeFacts) -> None:
    assert {form: long_visits(render_notice(facts, form), form) for form in (ON_AIR, ALOUD)} == {ON_AIR: [], ALOUD: []}


@pytest.mark.parametrize("form", [ON_AIR, ALOUD])
@given(facts=notices().map(lengthened).filter(lambda facts: all(differences(one).any for one in facts.changes)))
@QUICKLY
def test_what_cannot_fit_loses_no_fact_and_is_called_long(form: Form, facts: NoticeFacts) -> None:
    text = render_notice(facts, form)
    findings = check_text(text, form=form, facts=facts)

    assert [one for one in findings if has_errors([one])] == []
    assert {one.excerpt for one in findings if one.code == "spoken_long"} == {
        visit.splitlines()[0] for visit in long_visits(text, form)
    }
    # What is taken back needs no landmark, so it always fits.
    if facts.kind in (NoticeKind.CANCELLATION, NoticeKind.POSTPONEMENT) and form is ALOUD:
        assert findings == []


def test_a_breakdown_with_everything_is_told_in_two_texts() -> None:
    facts = NOTICES["urgent_continued_elsewhere"]
    assert facts.interruption
    resumed = dataclasses.replace(
        facts, interruption=dataclasses.replace(facts.interruption, resumes_at=dt.time(12, 45))
    )

    here, there = render_notice(resumed, ALOUD).split("\n\n")

    assert "ومن المتوقع أن يُستأنف العمل الساعة الواحدة إلا الربع ظهرًا." in here
    assert here.splitlines()[-1].endswith("، ويُستكمل تقديم الخدمة بقرية باجا، يوم الأربعاء.")
    assert "يوم الأربعاء الموافق الثاني من ديسمبر، من الساعة التاسعة صباحًا وحتى الساعة الثانية ظهرًا." in there
    assert there.splitlines()[-1] == "نكرر: قرية باجا، يوم الأربعاء."


def test_lists_of_a_move_give_way_before_its_day_and_place() -> None:
    after = stop(BAJA, "بجوار الجامع الكبير", MONDAY, ("10:00", "15:00"), "", services=SERVICES[2:], payments=("نقدًا",))
    facts = change(dataclasses.replace(VISIT, services=SERVICES[:2]), after)

    assert render_notice(facts, ON_AIR).splitlines()[1:] == [
        (
            "كان الموعد يوم الأحد الموافق التاسع والعشرين من نوفمبر، من الساعة التاسعة صباحًا وحتى الساعة الثانية ظهرًا، "
            "وأصبح يوم الاثنين الموافق الثلاثين من نوفمبر، من الساعة العاشرة صباحًا وحتى الساعة الثالثة عصرًا."
        ),
        "وأصبح مكان التواجد بجوار الجامع الكبير.",
        "ولم يعد آخر موعد لاستقبال الطلبات محددًا.",
        "ولا تتوفر في هذا الموعد بعض الخدمات.",
        "وتغيّرت كذلك وسائل السداد.",
        "ونكرر: قرية باجا، يوم الاثنين.",
        "وقد صدر بذلك التنويه رقم ستة لسنة ألفين وست وعشرين.",
    ]


def test_services_that_are_the_news_are_told_on_in_a_second_text() -> None:
    before = dataclasses.replace(VISIT, services=SERVICES)
    facts = change(before, dataclasses.replace(before, services=(), payments=()))

    texts = render_notice(facts, ALOUD).split("\n\n")

    assert all(text.startswith("السادةَ المواطنين، ") and "نكرر: قرية بلصفورة، يوم الأحد." in text for text in texts)
    assert all(service.name in "".join(texts) for service in SERVICES)


def test_pace_is_the_readers_own() -> None:
    text = render_notice(NOTICES["announcement_village"], ALOUD)

    slowly = check_text(text, form=ALOUD, words_per_minute=60)

    assert [one.code for one in slowly] == ["spoken_long"]
    assert slowly[0].excerpt == text.splitlines()[0]


def test_landmark_that_is_the_news_is_never_left_out() -> None:
    facts = change(VISIT, dataclasses.replace(VISIT, landmark=LONG_LANDMARK))

    assert LONG_LANDMARK in render_notice(facts, ALOUD)

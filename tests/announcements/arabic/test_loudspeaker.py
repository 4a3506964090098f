"""The loudspeaker's text and the plain post: what is true of them whatever the facts."""

from __future__ import annotations

import dataclasses
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings

from announcements.arabic import loudspeaker
from announcements.arabic.checker import check_text, has_errors
from announcements.arabic.facts import Form, NoticeKind
from announcements.arabic.phrases import place_name
from announcements.arabic.render import notice_marker, render_notice
from announcements.arabic.spoken import seconds
from tests.announcements.arabic.cases import NASIR, NOTICES, VISIT, WEEK, announcement, cancellation, stop
from tests.announcements.arabic.strategies import notices

QUICKLY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def aloud(name: str) -> list[str]:
    """The visits of a notice, a text each."""
    return render_notice(NOTICES[name], Form.LOUDSPEAKER).split("\n\n")


@pytest.mark.parametrize("name", NOTICES)
def test_every_visit_is_complete_in_half_a_minute(name: str) -> None:
    for visit in aloud(name):
        assert seconds(visit) <= loudspeaker.SECONDS_PER_VISIT
        assert visit.startswith("السادةَ المواطنين، ")
        assert visit.splitlines()[-1].startswith("نكرر: ")


@pytest.mark.parametrize("name", NOTICES)
def test_it_is_words_only_and_leads_nowhere(name: str) -> None:
    text = "\n".join(aloud(name))

    unreadable = {sign for sign in text if not (sign in "،.:" or sign.isspace() or "ARABIC" in unicodedata.name(sign))}
    assert unreadable == set()
    assert not re.search(r"http|رقم|المستمعين", text)


@pytest.mark.parametrize("name", NOTICES)
def test_the_place_is_said_twice(name: str) -> None:
    facts = NOTICES[name]
    places = {one.place.name for one in (*facts.stops, *(change.after for change in facts.changes))}
    text = "\n".join(aloud(name))

    assert {place: text.count(place) >= 2 for place in places} == dict.fromkeys(places, True)


def test_each_village_has_its_own_text() -> None:
    visits = render_notice(announcement(*WEEK), Form.LOUDSPEAKER).split("\n\n")

    assert [[place_name(one.place) in visit for one in WEEK[1:]] for visit in visits] == [
        [True, False, False, False],
        [False, True, False, False],
        [False, False, True, False],
        [False, False, False, True],
    ]


def test_days_that_differ_in_services_alone_are_one_visit() -> None:
    text = render_notice(announcement(VISIT, WEEK[1]), Form.LOUDSPEAKER)
    other = dataclasses.replace(WEEK[1], services=(), payments=("نقدًا",))

    assert render_notice(announcement(VISIT, other), Form.LOUDSPEAKER) == text


def test_a_bulletin_of_the_governorate_tells_of_a_visit_as_an_announcement() -> None:
    facts = announcement(*WEEK)
    bulletin = dataclasses.replace(facts, kind=NoticeKind.BULLETIN, week=(WEEK[0].date, WEEK[-1].date))

    assert render_notice(bulletin, Form.LOUDSPEAKER) == render_notice(facts, Form.LOUDSPEAKER)


def test_a_long_change_tells_what_is_now() -> None:
    (text,) = aloud("change_hours")

    assert "كان" not in text
    assert "وأصبح الموعد يوم الأحد الموافق التاسع والعشرين من نوفمبر، من الساعة العاشرة صباحًا" in text


def test_a_cancellation_repeats_that_it_is_cancelled() -> None:
    text = render_notice(cancellation(stop(NASIR, "")), Form.LOUDSPEAKER)

    assert text.splitlines()[-1] == "نكرر: أُلغي تواجد السيارة بمنطقة ناصر، يوم الأحد."


@given(facts=notices())
@QUICKLY
def test_every_new_form_passes_the_checker(facts) -> None:  # type: ignore[no-untyped-def]
    for form in (Form.PLAIN, Form.LOUDSPEAKER):
        findings = check_text(render_notice(facts, form, with_still_valid=True), form=form, facts=facts)
        assert [one for one in findings if has_errors([one])] == []


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ("الساعة 9:00 صباحًا", "radio_digits"),
        ("أمام المسجد (الكبير)", "radio_symbol"),
        ("موقع www.sohag.gov.eg", "radio_latin"),
    ],
)
def test_the_checker_reads_a_loudspeaker_text_as_one_for_the_ear(spoilt: str, code: str) -> None:
    text = f"{aloud('announcement_village')[0]}\n{spoilt}"

    assert code in {one.code for one in check_text(text, form=Form.LOUDSPEAKER)}


# --- the plain post ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOTICES)
def test_the_plain_post_is_the_social_one_without_its_signs(name: str) -> None:
    social = render_notice(NOTICES[name], Form.SOCIAL, with_still_valid=True)
    plain = render_notice(NOTICES[name], Form.PLAIN, with_still_valid=True)

    signs = {sign for sign in social if unicodedata.category(sign) == "So"}
    assert {sign for sign in plain if unicodedata.category(sign) == "So"} == set()
    assert plain == re.sub(f"({'|'.join(signs) or '-'}) ", "", social)
    assert notice_marker(NOTICES[name]) in plain


def test_an_asterisk_shows_in_the_plain_post() -> None:
    findings = check_text("*إعلان رقم 5/2026*", form=Form.PLAIN)

    assert [one.code for one in findings] == ["asterisks_shown"]

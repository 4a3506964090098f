"""Every error that real notices were found to have (their sources stand beside them), and what the checker calls it."""

from __future__ import annotations

import pytest

from announcements.arabic.checker import check_text
from announcements.arabic.facts import Form, NoticeFacts
from announcements.arabic.render import render_notice
from tests.announcements.arabic.cases import NOTICES
from tests.announcements.arabic.places import geography

ANNOUNCEMENT = NOTICES["announcement_village"]

# code, the words that are wrong, what is suggested in their place, the text, the facts (None: the text alone is enough).
REAL_ERRORS: dict[str, tuple[str, str, str, str, NoticeFacts | None]] = {
    "alamalmal.net/68920: minutes in the masculine": (
        "counted_gender",
        "وخمسة وأربعين دقيقة",
        "وخمس وأربعين دقيقة",
        "وذلك في تمام الساعة الحادية عشرة وخمسة وأربعين دقيقة مساءً",
        None,
    ),
    "alamalmal.net/68920: from 23:45 to 04:00 called four hours": (
        "duration",
        "4 ساعات",
        "أربع ساعات وخمس عشرة دقيقة",
        "من الساعة 11:45 مساءً وحتى الساعة 4 صباحًا، وذلك لمدة 4 ساعات",
        None,
    ),
    "elnabaa.net/994395: from 23:45 to 06:00 called six hours": (
        "duration",
        "6 ساعات",
        "ست ساعات وخمس عشرة دقيقة",
        "من الساعة 11:45 مساءً وحتى الساعة 6 صباح الأربعاء، لمدة 6 ساعات",
        None,
    ),
    "elnabaa.net/994395: the northern end called the south of the governorate": (
        "place_side",
        "جنوب",
        "شمال",
        "قطع المياه عن قريتي السكساكا وقاو غرب بمركز طما جنوب المحافظة",
        None,
    ),
    "masrawy.com 2889427: fifteen centres, and fourteen names": (
        "list_count",
        "15 مركزًا",
        "14 مركزًا",
        (
            "على 15 مركزًا تكنولوجيًا، شملت: (الديوان العام – سوهاج – حي غرب سوهاج – حي شرق سوهاج – المنشأة – دار السلام – "
            "الفردوس – أخميم – طهطا – طما – المراغة – ساقلته – جهينة – جرجا)"
        ),
        None,
    ),
    "the brief: the citizen as a homeland": (
        "spelling",
        "الموطن",
        "المواطن",
        "وتقديم أفضل مستوى من الخدمة، ورفع العبء عن كاهل الموطن",
        None,
    ),
    "the brief: a headline launches vehicles that work already": (
        "fact_act",
        "إطلاق",
        "",
        f"إطلاق 5 سيارات للمراكز التكنولوجية المتنقلة\n\n{render_notice(ANNOUNCEMENT, Form.SOCIAL)}",
        ANNOUNCEMENT,
    ),
}


@pytest.mark.parametrize("name", REAL_ERRORS)
def test_error_of_a_real_notice_is_caught_and_nothing_else_is_said(name: str) -> None:
    code, wrong, suggestion, text, facts = REAL_ERRORS[name]

    findings = check_text(text, facts=facts, geography=geography)

    assert [(one.code, one.excerpt, one.suggestion) for one in findings] == [(code, wrong, suggestion)]

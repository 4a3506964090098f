"""Digits, phone numbers, places, citations and lists: the blocks that every notice shares."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from announcements.arabic import digits, phrases, spoken
from announcements.arabic.facts import Gender, NoticeKind, NoticeReference, Outcome, PlaceFacts, ServiceFacts
from announcements.arabic.phrases import Verb
from tests.announcements.arabic.cases import BAJA, BALASFURA, HAMLET, NASIR, SERVICES, STATION, UNIT, WEEK, WEST
from tests.announcements.arabic.tables import golden, rows

REFERENCES = {number: NoticeReference(number, 2026) for number in (4, 5, 6)}
CHANGED = NoticeReference(7, 2026, NoticeKind.CHANGE)
OLD = NoticeReference(98, 2025)


@pytest.mark.parametrize("row", rows("digits.tsv"), ids=lambda row: row["typed"])
def test_digits_agree_with_the_table(row: dict[str, str]) -> None:
    assert digits.convert(row["typed"]) == row["western"]
    assert digits.convert(row["typed"], "arabic") == row["arabic"]


def test_unknown_digits_are_refused() -> None:
    with pytest.raises(ValueError, match="roman"):
        digits.convert("5", "roman")


@pytest.mark.parametrize(
    ("typed", "marks", "text"),
    [
        ("093-2310000", True, "\u2066093-2310000\u2069"),
        ("093-2310000", False, "0932310000"),
        ("093 231 0000", False, "0932310000"),
        ("+20 93 2310000", False, "0020932310000"),
        ("15340", False, "15340"),
    ],
)
def test_phone_number_keeps_its_order(typed: str, marks: bool, text: str) -> None:
    assert digits.phone_number(typed, marks=marks) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("أمام\u00a0مركز شباب القرية.", "أمام مركز شباب القرية"),
        ("\u200fأمام مركز\u200e شباب القرية ", "أمام مركز شباب القرية"),
        ("أمام مركز\n شباب\t القرية،", "أمام مركز شباب القرية"),
        ("أمام\x00 المسجد", "أمام المسجد"),
        ("أمام المسجد", "أمام المسجد"),
    ],
)
def test_pasted_text_is_cleaned(typed: str, text: str) -> None:
    assert digits.clean(typed) == text


@pytest.mark.parametrize("row", rows("speakable.tsv"), ids=lambda row: row["typed"])
def test_free_text_is_made_speakable(row: dict[str, str]) -> None:
    assert spoken.speakable(row["typed"]) == row["spoken"]


@pytest.mark.parametrize(("words", "seconds"), [(0, 0), (65, 30), (66, 31), (97, 45), (98, 46)])
def test_seconds_follow_the_pace_of_the_announcer(words: int, seconds: int) -> None:
    assert spoken.seconds(" ".join(["كلمة"] * words) + " – ") == seconds


@pytest.mark.parametrize("row", rows("places.tsv"), ids=lambda row: row["label"])
def test_place_agrees_with_the_table(row: dict[str, str]) -> None:
    place = PlaceFacts("x", row["class_noun"], row["name"], row["parent_noun"], row["parent_name"])

    assert phrases.place_label(place) == row["label"]
    assert phrases.place_in_words(place) == row["words"]


@pytest.mark.parametrize("row", rows("attached.tsv"), ids=lambda row: row["text"])
def test_particle_agrees_with_the_table(row: dict[str, str]) -> None:
    assert phrases.attach(row["particle"], row["phrase"]) == row["text"]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (BALASFURA, BAJA, "من قرية بلصفورة إلى قرية باجا، التابعتين لمركز سوهاج"),
        (BALASFURA, HAMLET, "من قرية بلصفورة إلى نجع أبو شجرة، التابعين لمركز سوهاج"),
        (BALASFURA, NASIR, "من قرية بلصفورة، التابعة لمركز سوهاج، إلى منطقة ناصر، التابعة لحي غرب"),
        (NASIR, STATION, "من منطقة ناصر، التابعة لحي غرب، إلى مجمع المواقف، بنطاق حي غرب"),
    ],
)
def test_move_in_words_names_a_shared_parent_once(old: PlaceFacts, new: PlaceFacts, text: str) -> None:
    assert "من {} إلى {}".format(*phrases.move_in_words(old, new)) == text


@pytest.mark.parametrize(
    ("verb", "feminine", "masculine"),
    [(Verb.ANNOUNCE, "تعلن", "يعلن"), (Verb.URGE, "تهيب", "يهيب"), (Verb.NOTE, "تنوه", "ينوه")],
)
def test_verb_follows_the_gender_of_the_issuer(verb: Verb, feminine: str, masculine: str) -> None:
    assert phrases.conjugate(verb, UNIT) == feminine
    assert phrases.conjugate(verb, WEST) == masculine


@pytest.mark.parametrize(
    ("gender", "text"),
    [
        (Gender.FEMININE, "وتهيب الوحدة المحلية بالسادة المواطنين"),
        (Gender.MASCULINE, "ويهيب الوحدة المحلية بالسادة المواطنين"),
    ],
)
def test_urge_uses_the_issuers_own_gender_and_not_the_words(gender: Gender, text: str) -> None:
    assert phrases.urge(dataclasses.replace(UNIT, gender=gender)) == text


@pytest.mark.parametrize(
    ("references", "written", "spoken_text"),
    [
        ([REFERENCES[5]], "الإعلان رقم 5/2026", "الإعلان رقم خمسة للسنة نفسها"),
        ([CHANGED], "التنويه رقم 7/2026", "التنويه رقم سبعة للسنة نفسها"),
        ([OLD], "الإعلان رقم 98/2025", "الإعلان رقم ثمانية وتسعين لسنة ألفين وخمس وعشرين"),
        (
            [REFERENCES[5], REFERENCES[6]],
            "الإعلانين رقمي 5/2026 و6/2026",
            "الإعلانين رقمي خمسة وستة للسنة نفسها",
        ),
        (
            list(REFERENCES.values()),
            "الإعلانات أرقام 4/2026 و5/2026 و6/2026",
            "الإعلانات أرقام أربعة وخمسة وستة للسنة نفسها",
        ),
        (
            [REFERENCES[5], CHANGED],
            "الإعلان رقم 5/2026 والتنويه رقم 7/2026",
            "الإعلان رقم خمسة للسنة نفسها والتنويه رقم سبعة للسنة نفسها",
        ),
        (
            [OLD, REFERENCES[5]],
            "الإعلانين رقمي 98/2025 و5/2026",
            "الإعلانين رقمي ثمانية وتسعين لسنة ألفين وخمس وعشرين وخمسة للسنة نفسها",
        ),
    ],
)
def test_citation_agrees_in_number(references: list[NoticeReference], written: str, spoken_text: str) -> None:
    assert phrases.cited(references) == written
    assert phrases.cited_in_words(references, year=2026) == spoken_text


@pytest.mark.parametrize(
    ("items", "conjunction", "text"),
    [
        ([], "و", ""),
        (["نقدًا"], "أو", "نقدًا"),
        (["نقدًا", "ببطاقة الدفع"], "أو", "نقدًا، أو ببطاقة الدفع"),
        (
            ["سداد الإيجارات والأقساط", "تجديد التراخيص", "الشكاوى"],
            "و",
            "سداد الإيجارات والأقساط، وتجديد التراخيص، والشكاوى",
        ),
    ],
)
def test_phrases_are_joined(items: list[str], conjunction: str, text: str) -> None:
    assert phrases.join_phrases(items, conjunction) == text


def test_services_are_told_apart_by_outcome() -> None:
    assert phrases.services_by_outcome(reversed(SERVICES)) == [
        (Outcome.FINISHED, ["تجديد تراخيص إشغال الطريق", "سداد الإيجارات والأقساط"]),
        (Outcome.RECEIVED, ["تراخيص المحال العامة"]),
        (Outcome.INFORMATION, ["نماذج التصالح"]),
    ]


@pytest.mark.parametrize(
    ("codes", "figures", "words"),
    [
        (["", "S1"], ("المركز التكنولوجي المتنقل", "ه"), ("المركز التكنولوجي المتنقل", "ه")),
        (["S1", "S1"], ("سيارة المركز التكنولوجي المتنقل", "ها"), ("سيارة المركز التكنولوجي المتنقل", "ها")),
        (
            ["S1", "S2"],
            ("سيارتين للمراكز التكنولوجية المتنقلة", "هما"),
            ("سيارتين للمراكز التكنولوجية المتنقلة", "هما"),
        ),
        (
            ["S1", "S2", "S3"],
            ("3 سيارات للمراكز التكنولوجية المتنقلة", "ها"),
            ("ثلاث سيارات للمراكز التكنولوجية المتنقلة", "ها"),
        ),
    ],
)
def test_vehicles_are_counted_only_when_all_are_known(
    codes: list[str], figures: tuple[str, str], words: tuple[str, str]
) -> None:
    stops = [dataclasses.replace(WEEK[index], vehicle=code) for index, code in enumerate(codes)]

    assert phrases.vehicles_of(stops, in_words=False) == figures
    assert phrases.vehicles_of(stops, in_words=True) == words


# --- the catalogue that is loaded, under its labels ------------------------------------------------------------------


def _said(services: list[ServiceFacts]) -> str:
    groups = phrases.services_by_outcome(services)
    return "\n".join(f"{phrases.OUTCOME_LABELS[outcome]}: {phrases.join_phrases(names)}." for outcome, names in groups)


def test_loaded_services_read_well_under_their_labels() -> None:
    path = Path(__file__).parents[3] / "services" / "reference" / "services.json"
    records = json.loads(path.read_text(encoding="utf-8"))["records"]

    text = _said([ServiceFacts(record["announce_ar"], Outcome(record["outcome"])) for record in records])

    assert text == golden("catalogue")


def test_a_service_that_is_finished_there_is_not_said_to_be_received() -> None:
    assert _said([ServiceFacts("استلام طلبات كشوف الحساب", Outcome.FINISHED)]) == "يُنجز في السيارة: كشوف الحساب."

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schedules.actions_places import index_landmark, index_places
from schedules.models import Place
from schedules.queries_places import search_places
from schedules.search import build_search_text, fold, is_one_slip_apart, strip_prefixes
from tests.factories.schedules import PlaceFactory
from tests.factories.vehicles import DistrictFactory


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أدفا", "ادفا"),
        ("إدفا", "ادفا"),
        ("آدفا", "ادفا"),
        ("ٱدفا", "ادفا"),
        ("العرابة الشرقية", "العرابه الشرقيه"),
        ("الخولى", "الخولي"),
        ("مسئول", "مسيول"),
        ("مؤمن", "مومن"),
        ("العلماء", "العلما"),
        ("بَلَصْفُورَةُ", "بلصفوره"),
        ("هٰذا", "هذا"),
        ("بلصـــفورة", "بلصفوره"),
        ("أولاد\u00a0نصير", "اولاد نصير"),
        ("ونينة\u200f\u200e\u2066 الغربية\u2069", "ونينه الغربيه"),
        ("سعد\u200cالله", "سعدالله"),
        ("  أولاد \t\n  نصير ", "اولاد نصير"),
        ("شارع ١٥", "شارع 15"),
        ("شارع ۱۵", "شارع 15"),
        ("As Sal`a", "as sala"),
        ("Naj’ al-Bikhāyitah", "naj al bikhayitah"),
        ("BALASFURAH", "balasfurah"),
        ("قرية بلصفورة – مركز سوهاج،", "قريه بلصفوره مركز سوهاج"),
        ("ﻻ", "لا"),
        ("کوامل", "كوامل"),
        ("a\x00b", "a b"),
        ("«…»", ""),
        ("", ""),
    ],
)
def test_fold_removes_the_differences_people_do_not_see(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_fold_twice_changes_nothing() -> None:
    once = fold("قَرية الكُوامل بحرى – مركز سوهاج ١٢ As Sal`a")

    assert fold(once) == once


@pytest.mark.parametrize(
    ("folded", "bare"),
    [
        ("قريه الكوامل بحري", "كوامل بحري"),
        ("نجع تمام", "تمام"),
        ("القريه الكوامل", "كوامل"),
        ("كفر الشيخ", "شيخ"),
        ("نجع", "نجع"),
        ("الى", "الى"),  # too short for an article
        ("naj al bikhayitah", "bikhayitah"),
        ("", ""),
    ],
)
def test_strip_prefixes_leaves_the_distinctive_words(folded: str, bare: str) -> None:
    assert strip_prefixes(folded) == bare


def test_build_search_text_holds_every_form_of_every_name_once() -> None:
    text = build_search_text("العرابة الشرقية", "Al `Arabah", "العرابه الشرقيه، العرابا")

    assert text.split("\n") == [
        "العرابه الشرقيه",
        "عرابه شرقيه",
        "عرابهشرقيه",
        "العرابا",
        "عرابا",
        "al arabah",
        "arabah",
    ]


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("بلصفوره", "بلصفور", True),  # left out
        ("بلصفوره", "بلصصفوره", True),  # added
        ("بلصفوره", "بلسفوره", True),  # replaced
        ("بلصفوره", "بلفصوره", True),  # swapped
        ("بلصفوره", "بلصفوره", False),
        ("بلصفوره", "بلسفور", False),
        ("تونس", "تنوس", True),
        ("ابجد", "دجبا", False),
        ("ا", "", True),
    ],
)
def test_is_one_slip_apart(first: str, second: str, apart: bool) -> None:
    assert is_one_slip_apart(first, second) is apart
    assert is_one_slip_apart(second, first) is apart


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "جزيرة شندويل",
        "جزيره شندويل",
        "جَزِيرَةُ شَنْدَوِيل",
        "قرية جزيرة شندويل",
        "شندويل",
        "الشندويل",
        "جزيرةشندويل",
        "قرية جزيرة شندويل – مركز سوهاج",
        "شندويل سوهاج",
        "jazirat shandawil",
        "SHANDAWIL",
        "p-77",
        "شندوبل",  # one slip
        "جزيره شنديول",  # two letters swapped
    ],
)
def test_search_finds_a_place_however_it_is_written(query: str) -> None:
    district = DistrictFactory(name_ar="سوهاج")
    place = PlaceFactory(district=district, name_ar="جزيرة شندويل", name_en="Jazirat Shandawil", code="P-77")
    PlaceFactory(district=district, name_ar="تونس", name_en="Tunis")

    assert search_places(query) == [place]


@pytest.mark.django_db
def test_search_finds_the_other_spelling() -> None:
    place = PlaceFactory(name_ar="جهينة", spellings="جهينه الغربيه, عنيبس")
    PlaceFactory(name_ar="تونس")

    assert search_places("عنيبس") == [place]


@pytest.mark.django_db
def test_search_returns_both_twins_and_the_unit_tells_them_apart() -> None:
    north = PlaceFactory(name_ar="الكوامل بحري", name_en="", district=DistrictFactory(name_ar="سوهاج"))
    south = PlaceFactory(name_ar="الكوامل قبلي", name_en="", district=DistrictFactory(name_ar="المنشأة"))

    assert search_places("الكوامل") == [north, south]
    assert search_places("كوامل المنشاة") == [south]
    assert [place.label_ar for place in search_places("كوامل")] == [
        "قرية الكوامل بحري – مركز سوهاج",
        "قرية الكوامل قبلي – مركز المنشأة",
    ]


@pytest.mark.django_db
def test_search_puts_the_whole_name_before_beginnings_words_and_parts() -> None:
    district = DistrictFactory(name_ar="نقادة")
    part = PlaceFactory(name_ar="أبوتونسي", name_en="", district=district)
    word = PlaceFactory(name_ar="عرب تونس", name_en="", district=district)
    beginning = PlaceFactory(name_ar="تونس الجبل", name_en="", district=district)
    whole = PlaceFactory(name_ar="تونس", name_en="", district=district)

    assert search_places("تونس") == [whole, beginning, word, part]
    assert search_places("تونس", limit=2) == [whole, beginning]


@pytest.mark.django_db
def test_search_forgives_a_slip_only_when_nothing_else_matches() -> None:
    exact = PlaceFactory(name_ar="صالح", name_en="")
    PlaceFactory(name_ar="صالع", name_en="")

    assert search_places("صالح") == [exact]


@pytest.mark.django_db
def test_search_does_not_forgive_a_slip_in_a_short_word() -> None:
    PlaceFactory(name_ar="باج", name_en="")

    assert search_places("باح") == []


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "   ", "؟؟؟", "\x00", "\u200f", "%", "_", "زقزقزق", "\ud800"])
def test_search_of_nothing_finds_nothing(query: str) -> None:
    PlaceFactory(name_ar="تونس", name_en="Tunis")

    assert search_places(query) == []


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["ا " * 5000, "ﷺ" * 10_000, "تونس" * 2500, "\x00" * 10_000])
def test_search_of_a_very_long_text_is_harmless(query: str) -> None:
    PlaceFactory.create_batch(20)
    begin = time.perf_counter()

    assert search_places(query) == []
    assert time.perf_counter() - begin < 1


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_search_asks_the_database_as_often_however_much_it_finds(count: int) -> None:
    for number in range(count):
        PlaceFactory(name_ar=f"تونس {number}")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        places = search_places("تونس")
        labels = [place.label_ar for place in places]

    assert len(labels) == count
    assert len(queries) == 2


@pytest.mark.django_db
def test_search_takes_as_long_among_many_places_as_among_few() -> None:
    """A scan of the table would cost fifty times as much; the index of terms costs about the same."""
    district = DistrictFactory(name_ar="سوهاج")
    searched = ("جزيرة شندويل", "شندوبل", "Shandaweel", "كوامل سوهاج", "زقزقزق")
    target = PlaceFactory(district=district, name_ar="جزيرة شندويل", name_en="Jazirat Shandawil")

    def fastest() -> float:
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            for query in searched:
                search_places(query)
            times.append(time.perf_counter() - begin)
        return min(times)

    few = fastest()
    letters = "بتثجحدرسشصطعفقكلمنهي"
    new = [
        PlaceFactory.build(
            district=district, code=f"M{n}", name_ar="".join(letters[n // 20**k % 20] for k in range(5)), name_en=""
        )
        for n in range(0, 3_200_000, 640)
    ]
    index_places(Place.objects.bulk_create(new))

    assert search_places("شندوبل") == [target]
    assert fastest() < 5 * few


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["Shandaweel", "shandawyl", "gazirat shandaweel", "Jazeerat Shandawil", "shandawel"])
def test_search_finds_a_latin_name_by_its_sound(query: str) -> None:
    place = PlaceFactory(name_ar="جزيرة شندويل", name_en="Jazirat Shandawil")
    PlaceFactory(name_ar="بلصفورة", name_en="Balasfurah")

    assert search_places(query) == [place]


@pytest.mark.django_db
def test_search_finds_the_place_of_a_landmark_that_the_public_was_told_of() -> None:
    place = PlaceFactory(name_ar="أدفا", name_en="")
    PlaceFactory(name_ar="تونس", name_en="")
    assert search_places("مركز شباب الزهور") == []

    index_landmark(place, "أمام مركز شباب الزهور")

    assert search_places("شباب الزهور") == [place]
    assert search_places("الزهور شباب") == [place]
    assert search_places("شباب تونس") == []


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["EG260301", "eg260301", "EG٢٦٠٣٠١", " eg260301 "])
def test_search_finds_a_place_by_its_official_code(query: str) -> None:
    place = PlaceFactory(name_ar="أدفا", name_en="", code="EG260301")
    PlaceFactory(name_ar="تونس", name_en="", code="EG260302")

    assert search_places(query) == [place]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["أولاد نصير", "نصير اولاد", "نصي أول", "اولاد نصير سوهاج"])
def test_search_of_two_words_that_many_names_have_finds_the_one_that_has_both(query: str) -> None:
    district = DistrictFactory(name_ar="سوهاج")
    other = DistrictFactory(name_ar="نقادة")
    place = PlaceFactory(name_ar="أولاد نصير", name_en="", district=district)
    for name in ("أولاد عزاز", "أولاد شلول", "عرب نصير", "نصير"):
        PlaceFactory(name_ar=name, name_en="", district=district)
    PlaceFactory(name_ar="أولاد سوهاج", name_en="", district=other)

    assert search_places(query) == [place]


@pytest.mark.django_db
def test_search_of_a_name_and_its_unit_leaves_out_the_twin_of_another_unit() -> None:
    names = ("الكوامل", "الكوامل بحري")
    here = [PlaceFactory(name_ar=name, name_en="", district=DistrictFactory(name_ar="سوهاج")) for name in names]
    PlaceFactory(name_ar="الكوامل", name_en="", district=DistrictFactory(name_ar="المنشأة"))

    assert search_places("كوامل سوهاج") == here

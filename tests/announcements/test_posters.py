"""Posters and cards: what is on the paper, how large, whether it runs over the edge, and that the code leads where it should."""

import dataclasses
import datetime as dt
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from PIL import Image
from pypdf import PdfReader

from announcements import posters
from announcements.arabic.errors import NothingToSay
from announcements.arabic.facts import NoticeFacts, NoticeKind, Outcome, PlaceFacts, ServiceFacts, StopFacts
from announcements.arabic.render import as_told
from announcements.facts import as_json
from announcements.poster_content import bulletin_content, card_content, poster_content, printed_line
from announcements.posters import (
    SQUARE,
    WIDE,
    PosterUnavailable,
    bulletin_pdf,
    open_fonts,
    poster_pdf,
    poster_pngs,
    social_card_png,
)
from tests.announcements.arabic.cases import (
    BAJA,
    BALASFURA,
    DUST,
    KAWAMIL,
    MONDAY,
    NOTICES,
    SHANDAWIL,
    STILL_VALID,
    SUNDAY,
    UNIT,
    URL,
    VISIT,
    WEEK,
    WEST,
    announcement,
    cancellation,
    change,
    correction,
    stop,
)
from tests.factories.announcements import NoticeFactory

# What is drawn from the same facts is the same on every database.
pytestmark = pytest.mark.once
SMALLEST = 24.0
PRINTED = dt.date(2026, 11, 22)
LONG_NAME = PlaceFacts("L", "قرية", "أولاد نصير والنجوع البحرية التابعة لها", "مركز", "جرجا والعسيرات البحرية")
LONG_LANDMARK = "أمام مقر الوحدة المحلية للقرية، بجوار مدرسة الشهيد أحمد عبد الرحيم الإعدادية المشتركة"
HOSTILE = '#let x = 1 *bold* _a_ $x$ `raw` <lab> @ref \\ "q" //c [y] {z} #panic("no")'
TWELVE = tuple(
    ServiceFacts(name, list(Outcome)[index % 3])
    for index, name in enumerate(
        (
            "سداد الإيجارات والأقساط",
            "تجديد تراخيص إشغال الطريق",
            "استلام طلبات تراخيص المحال العامة",
            "الاستعلام عن نماذج التصالح",
            "استلام طلبات تراخيص البناء",
            "شهادات صلاحية الموقع للبناء",
            "استلام طلبات تقنين أوضاع اليد",
            "سداد مقابل الانتفاع بأملاك الدولة",
            "استلام طلبات توصيل المرافق للمباني المخالفة",
            "بيان صلاحية من الناحية التخطيطية",
            "الاستعلام عن موقف طلبات التصالح في مخالفات البناء",
            "شكاوى المواطنين ومقترحاتهم",
        )
    )
)
MANY = TWELVE + tuple(ServiceFacts(f"{TWELVE[index].name} بالقرى والنجوع", TWELVE[index].outcome) for index in range(6))
LONG_STOP = stop(LONG_NAME, LONG_LANDMARK, date=MONDAY, services=MANY)
BARE = StopFacts("bare", BALASFURA, "", SUNDAY, dt.time(9, 0), dt.time(12, 0))
BULLETIN = tuple(
    stop(
        (BALASFURA, KAWAMIL, SHANDAWIL, BAJA, LONG_NAME)[index % 5],
        date=SUNDAY + dt.timedelta(index // 2),
        hours=("09:00", "12:00") if index % 2 else ("12:30", "15:00"),
    )
    for index in range(12)
)

# They differ from others in sentences that no drawing has.
SAID_ALONE = {
    "bulletin_of_one_place",
    "bulletin_of_two_places",
    "correction_several",
    "dated_anew_after_weather",
    "dated_anew_at_another_landmark",
    "dated_anew_elsewhere_after_weather",
    "urgent_of_unknown_time",
}
POSTERS: dict[str, NoticeFacts] = {
    # Hours for a period tell of no stop: there is no door to hang them on.
    **{name: facts for name, facts in NOTICES.items() if facts.kind is not NoticeKind.HOURS and name not in SAID_ALONE},
    "one_service": announcement(stop(services=TWELVE[:1], last_intake="")),
    "twelve_services": announcement(stop(services=TWELVE)),
    "bare": announcement(BARE, issuer=WEST),
    "twelve_services_and_long_names": announcement(stop(LONG_NAME, LONG_LANDMARK, services=TWELVE)),
    "long": announcement(LONG_STOP),
    "hostile": announcement(stop(landmark=HOSTILE)),
    "one_long_word": announcement(stop(landmark="ب" * 200)),
    "cancelled": cancellation(VISIT, cause=DUST),
}


def pages(pdf: bytes) -> list[str]:
    """The text of each page. Arabic words come out whole but neither in order nor always parted, so tests look for words."""
    return [page.extract_text().replace("\u00a0", " ") for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


def missing(words: str, text: str) -> list[str]:
    """Which of the words are not in the text."""
    return [word for word in words.split() if word not in text]


def sizes(pdf: bytes) -> dict[float, str]:
    """Every size of type in points, with the text set in it."""
    found: dict[float, str] = {}

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            points = round(abs(size * tm[3] * cm[3]), 1)
            found[points] = found.get(points, "") + text

    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(visitor_text=visit)
    return found


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def darkest(image: Image.Image, box: tuple[int, int, int, int]) -> int:
    low, _ = image.crop(box).getextrema()
    assert isinstance(low, int)
    return low


# --- the poster -------------------------------------------------------------------------------------------------------


def test_poster_tells_place_day_and_hours() -> None:
    told = text(poster_pdf(announcement(VISIT), printed_on=PRINTED))

    assert missing("الموعد قرية بلصفورة مركز سوهاج الأحد 29 نوفمبر 2026 9:00 2:00 1:30 شباب 5/2026", told) == []


@pytest.mark.parametrize("name", POSTERS)
@pytest.mark.parametrize("draw", [poster_pdf, bulletin_pdf])
def test_nothing_but_the_day_of_printing_is_under_24_points(draw: Callable[..., bytes], name: str) -> None:
    found = sizes(draw(POSTERS[name], printed_on=PRINTED))

    small = {size: text for size, text in found.items() if size < SMALLEST}
    assert len(found) > len(small)
    # The office's line: when it was printed, and on which page.
    assert set(small) == {11.0}
    assert "22" in small[11.0]
    assert "رقم" not in small[11.0]


@pytest.mark.parametrize("name", POSTERS)
def test_nothing_runs_over_the_edge(name: str) -> None:
    for png in poster_pngs(POSTERS[name], printed_on=PRINTED):
        image = picture(png)
        width, height = image.size
        edge = round(width * 8 / 210)
        # A cancelled sheet is framed: look between the frame and the text.
        if POSTERS[name].kind is NoticeKind.CANCELLATION:
            inner = round(width * 7 / 210)
            strips = [(inner, inner, edge, height - inner), (width - edge, inner, width - inner, height - inner)]
        else:
            strips = [(0, 0, edge, height), (width - edge, 0, width, height), (0, 0, width, edge)]
            strips.append((0, height - round(height * 4 / 297), width, height))
        assert [darkest(image, strip) for strip in strips] == [255] * len(strips)


@pytest.mark.parametrize("name", [name for name in POSTERS if name not in ("long", "dated_anew_elsewhere")])
def test_every_stop_has_its_page(name: str) -> None:
    facts = POSTERS[name]

    visits = as_told(facts)  # vehicles that stand together share a page
    assert len(pages(poster_pdf(facts))) == len(visits.stops) + len(visits.changes)


def test_services_that_do_not_fit_go_on_overleaf() -> None:
    first, second = pages(poster_pdf(POSTERS["long"]))

    assert "التالية" in first
    assert "التخطيطية" not in first
    assert missing("تابع نصير التخطيطية ومقترحاتهم المستندات", second) == []


def test_pages_of_a_long_poster_are_counted_each_stop_for_itself() -> None:
    texts = pages(poster_pdf(announcement(VISIT, LONG_STOP)))

    assert ["صفحة" in text for text in texts] == [False, True, True]


def test_text_that_reads_like_a_command_is_printed() -> None:
    assert missing("let *bold* _a_ $x$ `raw` @ref //c panic", text(poster_pdf(POSTERS["hostile"]))) == []


@pytest.mark.parametrize("character", ["\x00", "\ud800", "\U0001f4cd", "\u202e", "\ufe0f", "\ue000"])
def test_character_that_no_font_has_is_left_out(character: str) -> None:
    facts = announcement(stop(landmark=f"أمام{character} المدرسة"))

    assert poster_pdf(facts) == poster_pdf(announcement(stop(landmark="أمام المدرسة")))


def test_facts_that_are_not_known_have_no_line() -> None:
    told, unknown = text(poster_pdf(POSTERS["bare"])), "المكان المستندات السداد للاستعلام الطلبات"

    assert missing(unknown, told) == unknown.split()


def test_change_tells_both_the_new_and_the_old() -> None:
    moved = change(VISIT, stop(BAJA, date=MONDAY), cause=DUST)

    page = poster_content(moved, digits="western", addresses=lambda _: "", printed="")["pages"][0]
    assert (page["place"]["now"], page["place"]["was"]) == ("قرية باجا – مركز سوهاج", "قرية بلصفورة – مركز سوهاج")
    assert page["date"]["now"].split() == ["الاثنين", "30", "نوفمبر", "2026"]
    assert page["date"]["was"].split() == ["الأحد", "29", "نوفمبر", "2026"]
    assert page["hours"]["was"] == ""
    assert missing("تعديل باجا بلصفورة 29 30", text(poster_pdf(moved))) == []


def test_change_says_which_services_are_no_longer_given() -> None:
    page = poster_content(
        change(stop(services=TWELVE[:2]), stop(services=TWELVE[:1])),
        digits="western",
        addresses=lambda _: "",
        printed="",
    )["pages"][0]

    assert ("لن يُقدَّم في هذا الموعد", "", TWELVE[1].name) in [
        (fact["label"], fact["now"], fact["was"]) for fact in page["facts"]
    ]


def test_fact_that_is_known_no_longer_says_so() -> None:
    page = poster_content(
        change(VISIT, stop(last_intake="", payments=())), digits="western", addresses=lambda _: "", printed=""
    )["pages"][0]

    gone = [(fact["now"], fact["was"]) for fact in (*page["facts"], *page["details"]) if fact["was"]]
    assert gone == [
        ("لم يعد محددًا", "الساعة 1:30 ظهرًا"),
        ("لم تعد محددة", "نقدًا، أو ببطاقة الدفع، أو عبر خدمة فوري"),
    ]


def test_fallback_is_told_only_of_the_stop_that_is_put_off() -> None:
    found = poster_content(NOTICES["change_several"], digits="western", addresses=lambda _: "", printed="")["pages"]

    assert [(page["date"]["was"] != "", page["fallback"] != "") for page in found] == [(False, False), (True, True)]


def test_cancelled_poster_is_framed_and_tells_nobody_what_to_bring() -> None:
    told, obsolete = text(poster_pdf(POSTERS["cancelled"])), "المستندات السداد السيارة"

    assert missing("إلغاء الموعد بسبب 29 نوفمبر", told) == []
    assert missing(obsolete, told) == obsolete.split()
    image = picture(poster_pngs(POSTERS["cancelled"])[0])
    assert darkest(image, (0, 0, round(image.width * 8 / 210), image.height)) < 100


def test_arabic_digits_leave_no_western_ones() -> None:
    facts = announcement(stop(services=TWELVE), issuer=dataclasses.replace(UNIT, phone="+20 93 231-0000"))

    told = text(poster_pdf(facts, digits="arabic", printed_on=PRINTED))
    assert not set(told) & set("0123456789")
    assert set("٠١٢٣٥٦٩") <= set(told)


def test_phone_number_is_set_in_pieces_from_left_to_right() -> None:
    facts = announcement(VISIT, issuer=dataclasses.replace(UNIT, phone=" +20  93 231-0000 "))

    content = poster_content(facts, digits="arabic", addresses=lambda _: "", printed="")
    assert content["phone"] == ["+", "٢٠", " ", "٩٣", " ", "٢٣١", "-", "٠٠٠٠"]


# --- the code ---------------------------------------------------------------------------------------------------------


def codes(facts: NoticeFacts, **options: object) -> list[list[str]]:
    """What a telephone reads on each page."""
    drawn = poster_pngs(facts, **options)  # type: ignore[arg-type]
    return [[code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))] for png in drawn]


@pytest.mark.parametrize("name", ["bare", "twelve_services", "cancelled", "change_services"])
def test_code_leads_to_the_page_of_the_notice(name: str) -> None:
    assert codes(POSTERS[name]) == [[POSTERS[name].page_url]]


def test_code_leads_to_each_place_when_given() -> None:
    week = announcement(WEEK[0], WEEK[2])
    place = "https://example.org/places/EG260308/"

    assert codes(week, place_url={KAWAMIL.code: place}) == [[URL.format(5)], [place]]
    assert codes(week, place_url=place) == [[place], [place]]


def test_without_an_address_there_is_no_code() -> None:
    facts = dataclasses.replace(announcement(VISIT), page_url="")

    assert codes(facts) == [[]]
    assert "الرمز" not in text(poster_pdf(facts))


# --- the bulletin -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (5, 2), (10, 3), (12, 3)])
def test_bulletin_names_every_stop_on_a_known_number_of_pages(count: int, expected: int) -> None:
    texts = pages(bulletin_pdf(announcement(*BULLETIN[:count])))

    assert len(texts) == expected
    assert sum(text.count("حتى") for text in texts) == count


def test_no_stop_of_a_bulletin_is_broken_and_its_day_stands_above_it() -> None:
    days = {day.date for day in BULLETIN}
    for text in pages(bulletin_pdf(announcement(*BULLETIN))):
        assert text.count("حتى") == text.count("شباب")
        if "حتى" in text:
            # The first words of a page are a day, or the headline with a day under it.
            assert sum(f"{day.day} " in text for day in days) > 0


def test_bulletin_tells_what_all_stops_share_once() -> None:
    content = bulletin_content(announcement(*BULLETIN), digits="western", printed="")

    assert [row["services"] for row in content["rows"]] == [[]] * 12
    assert content["everywhere"]["services"]
    assert content["everywhere"]["details"][0]["label"] == "آخر موعد لاستقبال الطلبات"


def test_bulletin_tells_what_differs_at_each_stop() -> None:
    content = bulletin_content(NOTICES["bulletin_mixed_services"], digits="western", printed="")

    assert content["everywhere"]["services"] == []
    assert any(row["services"] for row in content["rows"])


def test_bulletin_of_a_correction_tells_the_rest_as_it_stands() -> None:
    corrected = dataclasses.replace(
        NOTICES["change_date"], still_valid=STILL_VALID, also_cancelled=(stop(BAJA, date=MONDAY),)
    )

    rows = bulletin_content(corrected, digits="western", printed="")["rows"]
    assert sorted(row["state"] for row in rows) == ["announcement"] * 3 + ["cancellation", "change"]


def test_what_was_put_off_or_stopped_before_is_told_in_the_bulletin_of_a_correction() -> None:
    corrected = dataclasses.replace(
        NOTICES["change_date"],
        still_valid=(),
        also_postponed=(stop(BAJA, date=MONDAY),),
        also_stopped=(stop(SHANDAWIL, date=SUNDAY),),
    )
    rows = bulletin_content(corrected, digits="western", printed="")["rows"]
    assert sorted((row["state"], row["word"]) for row in rows) == [
        ("change", ""),
        ("postponement", "تأجيل"),
        ("urgent", "توقف"),
    ]


@pytest.mark.parametrize(
    ("name", "banner", "has_services"),
    [
        ("postponement", "أُجِّل هذا الموعد، ويُعلن الموعد الجديد لاحقًا", False),
        ("urgent_continued", "توقفت السيارة عن العمل الساعة\u00a011:30\u00a0صباحًا", False),
        ("resumption", "استأنفت السيارة العمل الساعة\u00a012:45\u00a0ظهرًا", True),
    ],
)
def test_posters_say_what_became_of_the_visit(name: str, banner: str, has_services: bool) -> None:
    (page,) = poster_content(NOTICES[name], digits="western", addresses=lambda _: "", printed="")["pages"]
    assert page["banner"] == banner
    assert bool(page["services"]) is has_services
    assert (page["date"]["now"] == "") is (name == "postponement")


def test_the_visit_that_completes_another_has_a_poster_like_any_other() -> None:
    urgent = NOTICES["urgent_continued"]
    assert urgent.interruption is not None
    assert urgent.interruption.continuation is not None
    later = dataclasses.replace(urgent, stops=(urgent.interruption.continuation,))
    content = poster_content(later, digits="western", addresses=lambda _: "", printed="")
    assert (content["kind"], content["number"], content["cause"]) == ("announcement", "تنويه عاجل رقم 8/2026", "")
    assert [(page["banner"], bool(page["services"])) for page in content["pages"]] == [("", True)]


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("dated_anew_after_weather", "بعد تأجيله بسبب سوء الأحوال الجوية"),
        ("dated_anew_several", "بعد تأجيلهما بسبب سوء الأحوال الجوية"),
        ("change_date", "بسبب سوء الأحوال الجوية"),
    ],
)
def test_the_weather_put_a_visit_off_and_did_not_set_its_date(name: str, cause: str) -> None:
    poster = poster_content(NOTICES[name], digits="western", addresses=lambda _: "", printed="")

    assert poster["cause"] == bulletin_content(NOTICES[name], digits="western", printed="")["cause"] == cause


def test_mended_mistake_is_called_one_on_every_drawing() -> None:
    corrected = dataclasses.replace(correction(VISIT, stop(date=MONDAY)), still_valid=STILL_VALID)
    changed = dataclasses.replace(corrected, is_correction=False)

    for facts, word, other in ((corrected, "تصويب", "تعديل"), (changed, "تعديل", "تصويب")):
        bulletin = bulletin_content(facts, digits="western", printed="")
        poster = poster_content(facts, digits="western", addresses=lambda stop: "", printed="")
        contents = (bulletin, poster, card_content(facts, digits="western"))
        assert [content["word"] for content in contents] == [word] * 3
        assert [content["said"]["changed_word"] for content in contents] == [word] * 3
        assert other not in str(contents)


# --- the card ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, SQUARE])
@pytest.mark.parametrize("name", POSTERS)
def test_card_has_its_size_and_keeps_clear_of_its_sides(name: str, size: tuple[int, int]) -> None:
    image = picture(social_card_png(POSTERS[name], size=size))

    assert image.size == size
    head = 260 if size == SQUARE else 176
    foot = 90
    body = (0, head, 40, size[1] - foot)
    assert darkest(image, body) == 255
    assert darkest(image, (size[0] - 40, *body[1:2], size[0], body[3])) == 255
    assert darkest(image, (40, head, size[0] - 40, size[1] - foot)) < 100
    # Between the facts and the bottom strip nothing is cut off.
    assert darkest(image, (0, size[1] - foot, size[0], size[1] - foot + 3)) == 255


def test_states_differ_without_colours() -> None:
    pictures = [
        picture(social_card_png(facts)).crop((WIDE[0] - 160, 0, WIDE[0], 168)).tobytes()
        for facts in (announcement(VISIT), change(VISIT, stop(date=MONDAY)), cancellation(VISIT))
    ]

    signs = {bytes(255 if pixel > 200 else 0 for pixel in one) for one in pictures}
    assert len(signs) == 3


def test_card_of_two_days_tells_both() -> None:
    visit = card_content(announcement(WEEK[0], stop(date=MONDAY)), digits="western")["visit"]

    assert visit["date"]["now"] == "يومي الأحد والاثنين الموافقين 29 و30 نوفمبر 2026"


def test_card_of_many_stops_says_how_many_it_does_not_show() -> None:
    content = card_content(announcement(*BULLETIN), digits="arabic")

    assert len(content["rows"]) == 12
    assert content["more"][3] == "وفي صفحة الإعلان أيضًا: ٩ مواعيد"


def test_card_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="card size"):
        social_card_png(announcement(VISIT), size=(100, 100))


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [poster_pdf, bulletin_pdf, social_card_png])
def test_same_facts_give_the_same_file(draw: Callable[..., bytes]) -> None:
    assert draw(announcement(*WEEK)) == draw(announcement(*WEEK))


def test_day_of_printing_is_told_when_given() -> None:
    assert printed_line(PRINTED) == "طُبع في 22 نوفمبر 2026"
    assert poster_pdf(announcement(VISIT)) != poster_pdf(announcement(VISIT), printed_on=PRINTED)


@pytest.mark.parametrize("draw", [poster_pdf, bulletin_pdf, social_card_png])
def test_nothing_to_say_is_refused(draw: Callable[..., bytes]) -> None:
    with pytest.raises(NothingToSay):
        draw(announcement())
    with pytest.raises(NothingToSay):
        draw(change(VISIT, VISIT))


@pytest.mark.parametrize("draw", [poster_pdf, bulletin_pdf, social_card_png])
def test_unknown_digits_are_refused(draw: Callable[..., bytes]) -> None:
    with pytest.raises(ValueError, match="digit"):
        draw(announcement(VISIT), digits="roman")


@pytest.mark.usefixtures("in_english")
def test_missing_font_is_told_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(PosterUnavailable, match="make assets") as caught:
        open_fonts(str(tmp_path))

    assert caught.value.code == "poster_unavailable"


def test_machine_for_which_the_drawing_program_is_not_built_says_so(tmp_path: Path) -> None:
    """In a program of its own, before whose eyes a package stands that cannot be imported."""
    (tmp_path / "typst.py").write_text("raise ImportError")
    asked = """
from django.conf import settings
settings.configure(USE_I18N=False, POSTER_FONTS_DIR="")
from announcements import posters
print(posters.can_draw())
try:
    posters.require_drawing()
except posters.PosterUnavailable as refusal:
    print(refusal.message)
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(posters.TEMPLATES.parent.parent)])}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "False",
        "Posters cannot be drawn: the package “typst” is not installed on this server.",
    ]


def test_a_poster_takes_a_moment() -> None:
    """Printed for whoever watches; the limits are wide, since a test machine may be busy."""
    poster_pdf(announcement(VISIT))
    started = time.perf_counter()
    for day in range(10):
        poster_pdf(announcement(stop(date=SUNDAY + dt.timedelta(day), services=TWELVE)))
    took = (time.perf_counter() - started) / 10
    print(f"a poster takes {took * 1000:.0f} ms")  # noqa: T201  # reason: the measure is the point
    assert took < 5


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_command_writes_every_file_of_a_notice(tmp_path: Path) -> None:
    notice = NoticeFactory(facts=as_json(announcement(*WEEK)))
    address = f"{notice.district.slug}/{notice.year}/{notice.number}"

    call_command("print_posters", notice=address, out=tmp_path / "new", stdout=io.StringIO())

    name = address.replace("/", "-")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        f"{name}-bulletin.pdf",
        f"{name}-card-1080x1080.png",
        f"{name}-card-1200x630.png",
        f"{name}-poster.pdf",
    ]
    assert len(pages((tmp_path / "new" / f"{name}-poster.pdf").read_bytes())) == len(WEEK)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "message"),
    [("nowhere/2026/5", "no notice"), ("5", "Name the notice"), ("a/b/c", "Name the notice"), ("a/2026/٥x", "Name")],
)
def test_command_refuses_a_notice_that_is_not_there(tmp_path: Path, address: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("print_posters", notice=address, out=tmp_path)


@pytest.mark.django_db
def test_command_refuses_a_notice_without_facts(tmp_path: Path) -> None:
    notice = NoticeFactory(facts={})

    with pytest.raises(CommandError, match="keeps no facts"):
        call_command("print_posters", notice=f"{notice.district.slug}/{notice.year}/{notice.number}", out=tmp_path)

"""Posters and pictures in the admin: what may hang, what must come down, and everything in one file."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from PIL import Image

from announcements.models import Notice
from schedules.models import Stop
from tests.factories.announcements import NoticeFactory
from tests.factories.schedules import STOP_DATE, PlaceFactory, StopFactory
from tests.factories.users import UserFactory, make_editor, make_head
from tests.factories.vehicles import DistrictFactory
from tests.support.notices import announce, cancel, change
from tests.support.papers import count_pages, size_of, title_of
from tests.support.staff import NOW
from vehicles.models import District

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WEEK = "/admin/announcements/notice/week/"
LATER = NOW + dt.timedelta(hours=3)
NAMES = ("بلصفورة", "أدفا", "باجا", "ونينة", "القرامطة", "الصلعا", "بناويط")
FILES = {
    "poster.pdf": "application/pdf",
    "bulletin.pdf": "application/pdf",
    "card-1200x630.png": "image/png",
    "card-1080x1080.png": "image/png",
    "preview.png": "image/png",
    "everything.zip": "application/zip",
}


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def district() -> District:
    district: District = DistrictFactory(slug="naqada", name_ar="نقادة")
    return district


@pytest.fixture
def head(client: Client, district: District) -> User:
    user = make_head(district)
    client.force_login(user)
    return user


@pytest.fixture
def without_the_font(settings: Any, tmp_path: Path) -> None:
    """A machine on which the font of the posters was never installed."""
    settings.POSTER_FONTS_DIR = str(tmp_path)


def drafts(district: District, count: int) -> list[Stop]:
    """Stops on days that follow each other, each at a place of its own."""
    return [
        StopFactory(
            place=PlaceFactory(district=district, name_ar=NAMES[number], code=f"V{number}"),
            date=STOP_DATE + dt.timedelta(days=number),
        )
        for number in range(count)
    ]


def page_url(notice: Notice) -> str:
    return reverse("admin:announcements_notice_change", args=[notice.pk])


def file_url(notice: Notice, name: str) -> str:
    return reverse("admin:announcements_notice_file", args=[notice.pk, name])


def offered(client: Client, notice: Notice) -> list[str]:
    return [paper.url.rpartition("/")[2] for paper in client.get(page_url(notice)).context["posters"].papers]


# -- files ------------------------------------------------------------------------------------------------------------


def test_panel_offers_every_file_and_each_comes_with_its_name(client: Client, head: User, district: District) -> None:
    notice = announce(*drafts(district, 2))

    page = client.get(page_url(notice)).content.decode()

    assert offered(client, notice) == [name for name in FILES if name != "preview.png"]
    for name, content_type in FILES.items():
        assert file_url(notice, name) in page
        response = client.get(file_url(notice, name))
        saved = "notice-naqada-2026-1.zip" if name == "everything.zip" else f"notice-naqada-2026-1-{name}"
        assert (response.status_code, response["Content-Type"]) == (200, content_type)
        assert response["Content-Disposition"] == f'attachment; filename="{saved}"'
        assert "no-store" in response["Cache-Control"]


def test_files_are_what_they_say(client: Client, head: User, district: District) -> None:
    notice = announce(*drafts(district, 2))
    content = {name: client.get(file_url(notice, name)).content for name in FILES}

    assert (count_pages(content["poster.pdf"]), count_pages(content["bulletin.pdf"])) == (2, 1)
    assert (size_of(content["card-1200x630.png"]), size_of(content["card-1080x1080.png"])) == (
        (1200, 630),
        (1080, 1080),
    )
    width, height = size_of(content["preview.png"])
    assert height / width == pytest.approx(297 / 210, rel=0.01)


def test_notice_of_one_stop_has_no_bulletin(client: Client, head: User, district: District) -> None:
    notice = announce(*drafts(district, 1))

    assert "bulletin.pdf" not in offered(client, notice)
    assert client.get(file_url(notice, "bulletin.pdf")).status_code == 404


def test_zip_holds_texts_posters_and_cards(client: Client, head: User, district: District) -> None:
    notice = announce(*drafts(district, 2))

    with zipfile.ZipFile(io.BytesIO(client.get(file_url(notice, "everything.zip")).content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        text = archive.read("notice-naqada-2026-1-social.txt").decode("utf-8-sig").strip()

    stem = "notice-naqada-2026-1"
    assert sorted(names) == sorted(
        [f"{stem}-{form}.txt" for form in ("social", "plain", "whatsapp", "sms", "radio", "loudspeaker")]
        + [f"{stem}-{form}.docx" for form in ("social", "plain", "whatsapp", "radio", "loudspeaker")]
        + [f"{stem}-poster.pdf", f"{stem}-bulletin.pdf", f"{stem}-card-1200x630.png", f"{stem}-card-1080x1080.png"]
    )
    assert text.splitlines() == notice.texts.get(form="social").body.strip().splitlines()


@pytest.mark.parametrize("name", ["poster.exe", "card-1x1.png", "..", "poster.pdf%0A", "everything.zip.txt"])
def test_files_that_do_not_exist_are_not_found(client: Client, head: User, district: District, name: str) -> None:
    notice = announce(*drafts(district, 1))

    assert client.get(f"{page_url(notice).removesuffix('change/')}files/{name}").status_code in (404, 302)
    assert client.get(f"/admin/announcements/notice/999999/files/{name}").status_code in (404, 302)


@pytest.mark.parametrize("name", FILES)
def test_files_are_for_the_own_unit_alone(client: Client, district: District, name: str) -> None:
    notice = announce(*drafts(district, 2))
    statuses = {}
    for who, user in {
        "editor": make_editor(district),
        "other head": make_head(DistrictFactory()),
        "no member": UserFactory(),
    }.items():
        client.force_login(user)
        statuses[who] = client.get(file_url(notice, name)).status_code
    client.logout()
    statuses["nobody"] = client.get(file_url(notice, name)).status_code
    client.force_login(make_head(district))

    assert statuses == {"editor": 200, "other head": 404, "no member": 403, "nobody": 302}
    assert client.post(file_url(notice, name)).status_code == 405


# -- what no longer holds ---------------------------------------------------------------------------------------------


def test_poster_of_a_notice_wholly_replaced_is_not_offered(client: Client, head: User, district: District) -> None:
    (stop,) = drafts(district, 1)
    old = announce(stop)
    new = change(stop, starts_at=dt.time(10))

    panel = client.get(page_url(old)).context["posters"]
    page = client.get(page_url(old)).content.decode()

    assert (panel.is_wholly_replaced, panel.papers, panel.preview_url) == (True, (), "")
    assert "هذا الملصق قديم: حل محله" in page
    assert f'href="{page_url(new)}"' in page
    assert {client.get(file_url(old, name)).status_code for name in FILES} == {404}


def test_only_pages_of_stops_in_force_are_offered(client: Client, head: User, district: District) -> None:
    stops = drafts(district, 3)
    old = announce(*stops)
    new = cancel(stops[1])

    page = client.get(page_url(old)).content.decode()

    assert "ملصق قرية أدفا – مركز نقادة، الاثنين 30 نوفمبر قديم: حل محله" in " ".join(page.split())
    assert f'href="{page_url(new)}"' in page
    assert count_pages(client.get(file_url(old, "poster.pdf")).content) == 2
    assert count_pages(client.get(file_url(new, "poster.pdf")).content) == 1
    assert title_of(client.get(file_url(new, "poster.pdf")).content)[:16] == "تنويه رقم 2/2026"


def test_bulletin_of_a_change_leaves_out_what_changed_after_it(client: Client, head: User, district: District) -> None:
    first, second, _third = stops = drafts(district, 3)
    announce(*stops)
    earlier = change(first, starts_at=dt.time(10))
    cancel(second, now=NOW + dt.timedelta(hours=2))

    bulletin = client.get(file_url(earlier, "bulletin.pdf"))

    assert bulletin.status_code == 200
    facts = client.get(page_url(earlier)).context["posters"]
    assert [paper.kind for paper in facts.papers][:2] == ["PDF", "PDF"]
    change(_third, now=NOW + dt.timedelta(hours=2, minutes=30), starts_at=dt.time(11))
    assert client.get(file_url(earlier, "bulletin.pdf")).status_code == 404


def test_panel_lists_the_posters_to_take_down_where_they_hang(client: Client, head: User, district: District) -> None:
    (stop,) = drafts(district, 1)
    first = announce(stop)
    second = change(stop, place_id=PlaceFactory(district=district, name_ar="أخرى").pk)
    third = change(stop, now=NOW + dt.timedelta(hours=2), starts_at=dt.time(10))

    page = " ".join(client.get(page_url(third)).content.decode().split())
    panel = client.get(page_url(third)).context["posters"]

    assert [(link.notice, link.stops) for link in panel.take_down] == [
        (first, ("قرية بلصفورة – مركز نقادة، الأحد 29 نوفمبر",)),
        (second, ("قرية أخرى – مركز نقادة، الأحد 29 نوفمبر",)),
    ]
    assert f'أزيلوا ملصقات</b> <a href="{page_url(first)}">الإعلان رقم <bdi>1/2026</bdi>' in page
    assert client.get(page_url(first)).context["posters"].take_down == ()


def test_notice_of_another_unit_is_linked_on_its_public_page(client: Client, head: User, district: District) -> None:
    (stop,) = drafts(district, 1)
    old = announce(stop)
    neighbour = DistrictFactory(slug="qus", name_ar="قوص")
    Stop.objects.filter(pk=stop.pk).update(district=neighbour)
    stop.vehicle.assignments.update(district=neighbour)
    change(stop, place_id=PlaceFactory(district=neighbour).pk)

    (link,) = client.get(page_url(old)).context["posters"].replaced_by

    assert (link.url, link.unit) == ("/notices/qus/2026/1/", "مركز قوص")


def test_nothing_is_left_to_hang_when_the_visits_are_over(client: Client, head: User, district: District) -> None:
    notice = announce(*drafts(district, 1))
    with time_machine.travel(NOW + dt.timedelta(days=30), tick=False):
        client.force_login(head)
        page = client.get(page_url(notice)).content.decode()
        files = offered(client, notice)
        status = client.get(file_url(notice, "poster.pdf")).status_code
        with zipfile.ZipFile(io.BytesIO(client.get(file_url(notice, "everything.zip")).content)) as archive:
            names = archive.namelist()

    assert "انتهت الزيارات كلها، فلا ملصق يُعلَّق." in page
    assert (files, status) == (["everything.zip"], 404)
    assert {name.rpartition(".")[2] for name in names} == {"txt", "docx"}


# -- what cannot be drawn ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("without_the_font")
def test_machine_that_cannot_draw_says_why(client: Client, head: User, district: District) -> None:
    notice = announce(*drafts(district, 2))

    page = client.get(page_url(notice)).content.decode()
    direct = client.get(file_url(notice, "poster.pdf"), follow=True)
    week = client.get(f"{WEEK}files/posters.pdf?district={district.pk}&week=2026-W49", follow=True)

    sentence = "خطها غير مثبت على هذا الخادم"
    assert sentence in page
    assert (offered(client, notice), "<img src" in page) == (["everything.zip"], False)
    for answer in (direct, week):
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert client.get(file_url(notice, "everything.zip")).status_code == 200


def test_notice_without_facts_says_so(client: Client, head: User, district: District) -> None:
    notice = NoticeFactory(district=district)

    assert "ليست مع هذا الإعلان بيانات يُرسم منها ملصق." in client.get(page_url(notice)).content.decode()
    assert offered(client, notice) == ["everything.zip"]
    assert client.get(file_url(notice, "poster.pdf")).status_code == 404


# -- the week ---------------------------------------------------------------------------------------------------------


def week_file(client: Client, district: District, name: str, week: str = "2026-W49") -> Any:
    return client.get(f"{WEEK}files/{name}?district={district.pk}&week={week}")


def test_posters_of_the_week_are_one_file_of_what_holds(client: Client, head: User, district: District) -> None:
    first, second, *_rest = stops = drafts(district, 3)
    announce(*stops)
    late = StopFactory(place=PlaceFactory(district=district), date=STOP_DATE + dt.timedelta(days=14))
    announce(late)
    cancel(second)
    announce(StopFactory(place=first.place, date=STOP_DATE + dt.timedelta(days=4)))

    response = week_file(client, district, "posters.pdf")
    page = client.get(f"{WEEK}?district={district.pk}&week=2026-W49")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="week-naqada-2026-W49-posters.pdf"'
    assert count_pages(response.content) == 4  # two of the first notice, the cancellation, the stop announced last
    assert "/files/posters.pdf?" in page.content.decode()
    assert [link.stops for link in page.context["take_down"]] == [("قرية أدفا – مركز نقادة، الاثنين 30 نوفمبر",)]


def test_zip_of_the_week_has_a_folder_for_each_notice(client: Client, head: User, district: District) -> None:
    announce(*drafts(district, 2))

    response = week_file(client, district, "everything.zip")

    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        names = archive.namelist()
        joined = archive.read("week-naqada-2026-W49-posters.pdf")
    assert response["Content-Disposition"] == 'attachment; filename="week-naqada-2026-W49.zip"'
    assert {name for name in names if "/" not in name} == {
        *(
            f"week-naqada-2026-W49-{form}.{kind}"
            for form in ("social", "plain", "whatsapp", "radio", "loudspeaker")
            for kind in ("txt", "docx")
        ),
        "week-naqada-2026-W49-posters.pdf",
    }
    assert "notice-naqada-2026-1/notice-naqada-2026-1-poster.pdf" in names
    assert all(name.isascii() for name in names)
    assert count_pages(joined) == 2


def test_week_of_another_unit_and_empty_weeks_have_no_files(client: Client, head: User, district: District) -> None:
    announce(*drafts(district, 1))
    other = DistrictFactory()
    announce(*[StopFactory(place=PlaceFactory(district=other))])

    assert week_file(client, district, "posters.pdf").status_code == 200
    for name in ("posters.pdf", "everything.zip"):
        assert week_file(client, other, name).status_code == 404
        assert week_file(client, district, name, week="2026-W50").status_code == 404
        assert week_file(client, district, name, week="x").status_code == 404
    assert week_file(client, district, "other.pdf").status_code == 404


@pytest.mark.parametrize("stops", [1, 3])
def test_panel_costs_the_same_queries_with_1_and_3_stops(
    client: Client, head: User, district: District, django_assert_num_queries: Any, stops: int
) -> None:
    notice = announce(*drafts(district, stops))
    client.get(page_url(notice))  # some things are asked once per process

    with django_assert_num_queries(21):
        client.get(page_url(notice))


def test_preview_is_a_picture_of_the_first_page(client: Client, head: User, district: District) -> None:
    notice = announce(*drafts(district, 1))

    picture = Image.open(io.BytesIO(client.get(file_url(notice, "preview.png")).content)).convert("L")

    assert picture.getextrema()[0] < 60  # ink

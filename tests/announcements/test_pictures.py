"""Pictures that go out with a text, and texts that do without one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import itertools
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from PIL import Image

from announcements import outbox, posters
from announcements.arabic.facts import NoticeReference
from announcements.arabic.pictures import with_old_picture
from announcements.channels.limits import fits_under_photo
from announcements.enums import ChannelKind, DeliveryStatus, TextForm
from announcements.models import Channel, Delivery, Notice
from announcements.standin.server import StandIn
from announcements.standin.state import Post
from schedules.actions import draft_stop, edit_stop, publish_stops
from schedules.enums import Cause
from schedules.models import Stop
from schedules.validators import StopData
from tests.announcements.arabic.cases import VISIT
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import CAIRO, STOP_DATE, PlaceFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_head
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import District

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=CAIRO)
OLD_PICTURE = "الصورة المرفقة صدرت مع الإعلان رقم 1/2026 قبل هذا التنويه"


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def district() -> District:
    return DistrictFactory()


@pytest.fixture
def head(district: District) -> User:
    return make_head(district)


def make_channel(kind: str, **values: Any) -> Channel:
    return ChannelFactory(kind=kind, **{"with_picture": kind != ChannelKind.INSTAGRAM, **values})


def stop_data(district: District) -> StopData:
    vehicle = VehicleFactory(assigned_to=district)
    return StopData(
        vehicle=vehicle,
        place=PlaceFactory(district=district),
        date=STOP_DATE,
        starts_at=dt.time(9),
        ends_at=dt.time(14),
        last_intake=None,
        landmark_ar="أمام مركز شباب القرية",
        services=(OfferFactory(vehicle=vehicle).service,),
    )


def publish(district: District, head: User) -> tuple[Stop, StopData, Notice]:
    data = stop_data(district)
    stop = draft_stop(data, by=head, now=NOW)
    (notice,) = publish_stops([stop], by=head, now=NOW)
    return stop, data, notice


def correct(stop: Stop, data: StopData, head: User) -> Notice:
    stop.refresh_from_db()
    edit_stop(stop, dataclasses.replace(data, starts_at=dt.time(10)), by=head, now=timezone.now())
    stop.refresh_from_db()
    (notice,) = publish_stops([stop], by=head, now=timezone.now(), cause=Cause.WEATHER)
    return notice


def run() -> list[DeliveryStatus | None]:
    return [outbox.deliver(pk, now=timezone.now()) for pk in outbox.list_due_deliveries(now=timezone.now())]


def live(standin: StandIn) -> list[Post]:
    return [post for post in standin.state.posts if not post.is_deleted]


def size_of(content: bytes) -> tuple[str | None, tuple[int, int]]:
    with Image.open(io.BytesIO(content)) as image:
        return image.format, image.size


@pytest.mark.parametrize("kind", [ChannelKind.FACEBOOK, ChannelKind.TELEGRAM])
def test_card_goes_with_the_text(standin: StandIn, district: District, head: User, kind: ChannelKind) -> None:
    make_channel(kind)
    publish(district, head)

    assert run() == [DeliveryStatus.SENT]

    delivery = Delivery.objects.get()
    (post,) = live(standin)
    assert post.text == delivery.text
    assert size_of(post.photo) == ("PNG", posters.SQUARE)
    assert delivery.with_picture


@pytest.mark.parametrize("kind", [ChannelKind.FACEBOOK, ChannelKind.TELEGRAM])
def test_channel_without_the_switch_gets_text_alone(
    standin: StandIn, district: District, head: User, kind: ChannelKind
) -> None:
    make_channel(kind, with_picture=False)
    publish(district, head)

    assert run() == [DeliveryStatus.SENT]

    assert [post.photo for post in live(standin)] == [b""]
    assert not Delivery.objects.get().with_picture


def test_long_text_on_telegram_goes_whole_and_without_a_picture(
    standin: StandIn, district: District, head: User
) -> None:
    make_channel(ChannelKind.TELEGRAM)
    publish(district, head)
    long = "نص " * 400
    Delivery.objects.update(text=long)

    assert run() == [DeliveryStatus.SENT]

    (post,) = live(standin)
    assert (post.text, post.photo) == (long, b"")
    assert not Delivery.objects.get().with_picture


@pytest.mark.parametrize(
    ("kind", "length", "expected"),
    [
        ("telegram", 1024, True),
        ("telegram", 1025, False),
        ("facebook", 63_206, True),
        ("instagram", 2201, False),
        ("x", 9, False),
    ],
)
def test_length_that_fits_under_a_picture(kind: str, length: int, expected: bool) -> None:
    assert fits_under_photo(kind, "ن" * length) is expected


@pytest.mark.parametrize("kind", [ChannelKind.FACEBOOK, ChannelKind.TELEGRAM])
@pytest.mark.parametrize("trouble", ["no_font", "no_facts"])
def test_picture_that_cannot_be_drawn_does_not_hold_the_text(
    standin: StandIn,
    district: District,
    head: User,
    settings: Any,
    tmp_path: Path,
    kind: ChannelKind,
    trouble: str,
) -> None:
    make_channel(kind)
    publish(district, head)
    if trouble == "no_facts":
        Notice.objects.update(facts={})
    else:
        settings.POSTER_FONTS_DIR = str(tmp_path)

    assert run() == [DeliveryStatus.SENT]

    (post,) = live(standin)
    assert (post.text, post.photo) == (Delivery.objects.get().text, b"")


@pytest.mark.parametrize("service", ["facebook", "telegram"])
def test_picture_that_the_platform_refuses_does_not_hold_the_text(
    standin: StandIn, district: District, head: User, service: str
) -> None:
    make_channel(service)
    publish(district, head)
    standin.fail(service, "bad_photo", times=1)

    assert run() == [DeliveryStatus.SENT]

    assert [post.photo for post in live(standin)] == [b""]
    assert not Delivery.objects.get().with_picture


# -- corrections ----------------------------------------------------------------------------------------------------------


def test_correction_on_telegram_replaces_text_and_picture(standin: StandIn, district: District, head: User) -> None:
    make_channel(ChannelKind.TELEGRAM)
    stop, data, _notice = publish(district, head)
    run()
    (post,) = live(standin)
    before = post.photo
    correct(stop, data, head)

    assert run() == [DeliveryStatus.SENT]

    (after,) = live(standin)
    assert after.id == post.id
    assert after.text == Delivery.objects.latest("pk").edit_text
    assert after.photo != before
    assert (after.photos, OLD_PICTURE in after.text) == (2, False)


def test_correction_on_facebook_says_that_the_picture_is_the_old_one(
    standin: StandIn, district: District, head: User
) -> None:
    make_channel(ChannelKind.FACEBOOK)
    stop, data, _notice = publish(district, head)
    run()
    correct(stop, data, head)

    assert run() == [DeliveryStatus.SENT]

    (post,) = live(standin)
    assert post.text.startswith(Delivery.objects.latest("pk").edit_text[:20])
    assert post.text.split("\n\n")[1].startswith(OLD_PICTURE)
    assert post.photos == 1


@pytest.mark.parametrize("with_picture", [True, False])
def test_correction_speaks_of_the_picture_that_was_sent_and_not_of_the_switch(
    standin: StandIn, district: District, head: User, with_picture: bool
) -> None:
    channel = make_channel(ChannelKind.FACEBOOK, with_picture=with_picture)
    stop, data, _notice = publish(district, head)
    run()
    Channel.objects.filter(pk=channel.pk).update(with_picture=not with_picture)

    correct(stop, data, head)

    delivery = Delivery.objects.latest("pk")
    assert (OLD_PICTURE in delivery.edit_text) is with_picture
    assert OLD_PICTURE not in delivery.text


def test_correction_without_a_new_picture_still_corrects_the_text(
    standin: StandIn, district: District, head: User, settings: Any, tmp_path: Path
) -> None:
    make_channel(ChannelKind.TELEGRAM)
    stop, data, _notice = publish(district, head)
    run()
    correct(stop, data, head)
    settings.POSTER_FONTS_DIR = str(tmp_path)

    assert run() == [DeliveryStatus.SENT]

    (post,) = live(standin)
    assert (post.text, post.photos) == (Delivery.objects.latest("pk").edit_text, 1)


def test_note_of_the_old_picture_names_what_it_came_with_in_the_chosen_digits() -> None:
    text = with_old_picture("تنويه\n\nنص", (NoticeReference(5, 2026),), digits="arabic")

    assert text == (
        "تنويه\n\nالصورة المرفقة صدرت مع الإعلان رقم ٥/٢٠٢٦ قبل هذا التنويه، والمعمول به هو ما ورد في هذا النص.\n\nنص"
    )


# -- Instagram ------------------------------------------------------------------------------------------------------------


def test_instagram_fetches_the_card_from_the_public_calendar(
    standin: StandIn, client: Client, district: District, head: User, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "https://calendar.example"
    make_channel(ChannelKind.INSTAGRAM)
    _stop, _data, notice = publish(district, head)

    assert run() == [DeliveryStatus.SENT]

    (post,) = live(standin)
    path = f"/notices/{district.slug}/{notice.year}/{notice.number}/card.jpg"
    assert post.photo_url == f"https://calendar.example{path}"
    answer = client.get(path)
    assert answer["Content-Type"] == "image/jpeg"
    assert size_of(answer.content) == ("JPEG", posters.SQUARE)
    assert answer["Cache-Control"].startswith("public")


def test_instagram_without_a_picture_fails_for_a_named_reason(
    standin: StandIn, district: District, head: User, settings: Any, tmp_path: Path
) -> None:
    settings.PUBLIC_BASE_URL = "https://calendar.example"
    make_channel(ChannelKind.INSTAGRAM)
    publish(district, head)
    settings.POSTER_FONTS_DIR = str(tmp_path)

    assert run() == [DeliveryStatus.FAILED]

    assert Delivery.objects.get().error_code == "photo_missing"
    assert not live(standin)


@pytest.mark.parametrize(
    ("mode", "ends", "code", "posts"),
    [("refused_yet_live", DeliveryStatus.SENT, "", 1), ("duplicate", DeliveryStatus.FAILED, "blocked", 0)],
)
def test_instagram_is_asked_whether_what_it_called_restricted_is_live(
    standin: StandIn, district: District, head: User, settings: Any, mode: str, ends: str, code: str, posts: int
) -> None:
    settings.PUBLIC_BASE_URL, settings.DELIVERY_SETTLING_SECONDS = "https://calendar.example", 0
    make_channel(ChannelKind.INSTAGRAM)
    publish(district, head)
    # Container, two looks at its state, publication.
    standin.fail("instagram", mode, times=1, skip=3)

    assert run() == [DeliveryStatus.SENDING]
    Delivery.objects.update(next_attempt_at=timezone.now())
    assert run() == [ends]

    assert Delivery.objects.get().error_code == code
    assert len(live(standin)) == posts


def test_instagram_gets_the_short_message_where_no_longer_text_fits(
    standin: StandIn, district: District, head: User, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "https://calendar.example"
    make_channel(ChannelKind.INSTAGRAM)
    data = stop_data(district)
    landmarks = itertools.product(
        ("مدرسة", "مسجد", "مكتب بريد", "مستشفى"), ("النصر", "الهدى", "السلام", "الفتح", "الرحمة")
    )
    visits = [
        dataclasses.replace(data, date=data.date + dt.timedelta(days=7 * week), landmark_ar=f"أمام {kind} {name}")
        for week, (kind, name) in enumerate(landmarks)
    ]
    stops = [draft_stop(visit, by=head, now=NOW) for visit in visits]
    (notice,) = publish_stops(stops, by=head, now=NOW)

    assert run() == [DeliveryStatus.SENT]

    assert Delivery.objects.get().text == notice.texts.get(form=TextForm.SMS).body
    assert [post.text for post in live(standin)] == [Delivery.objects.get().text]


@pytest.mark.parametrize(
    ("base", "standin_allowed", "accepted"),
    [
        ("https://calendar.example", False, True),
        ("http://calendar.example", False, False),
        ("", False, False),
        ("http://127.0.0.1:8000", True, True),
    ],
)
def test_instagram_is_offered_where_it_can_fetch(
    settings: Any, base: str, standin_allowed: bool, accepted: bool
) -> None:
    settings.PUBLIC_BASE_URL, settings.ALLOW_STANDIN = base, standin_allowed
    channel = ChannelFactory.build(kind=ChannelKind.INSTAGRAM)

    if accepted:
        channel.full_clean()
    else:
        with pytest.raises(ValidationError) as caught:
            channel.full_clean()
        assert list(caught.value.message_dict) == ["kind"]


@pytest.mark.parametrize("kind", [ChannelKind.X, ChannelKind.MAIL, ChannelKind.RADIO_FOLDER, ChannelKind.WEBHOOK])
def test_picture_is_refused_where_none_is_shown(kind: ChannelKind) -> None:
    with pytest.raises(ValidationError) as caught:
        ChannelFactory.build(kind=kind, with_picture=True).full_clean()

    assert list(caught.value.message_dict) == ["with_picture"]


def test_card_as_jpeg_is_gone_when_the_visit_is_over(client: Client, district: District, head: User) -> None:
    _stop, _data, notice = publish(district, head)
    path = f"/notices/{district.slug}/{notice.year}/{notice.number}/card.jpg"
    assert client.get(path).status_code == 200

    with time_machine.travel(NOW + dt.timedelta(days=60)):
        assert client.get(path).status_code == 404


def test_card_as_jpeg_is_the_same_for_the_same_facts() -> None:
    from tests.announcements.arabic.cases import announcement

    first, second = (posters.social_card_jpeg(announcement(VISIT)) for _ in range(2))

    assert first == second
    assert len(first) < 1_000_000

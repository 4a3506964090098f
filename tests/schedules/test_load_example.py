from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from announcements.enums import ChannelKind, DeliveryStatus, NoticeKind
from announcements.models import Acknowledgement, Channel, Delivery, Notice
from schedules.enums import StopStatus
from schedules.models import Stop, StopRevision
from schedules.models.stops import local_zone
from services.models import PaymentMeans
from vehicles.models import Membership
from vehicles.queries import find_assignment

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)  # a Sunday


def load(today: dt.date = TODAY) -> str:
    out = io.StringIO()
    call_command("load_reference", stdout=io.StringIO())
    call_command("load_example", today=today, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _demonstration(settings: Any) -> None:
    settings.ALLOW_STANDIN = True


@pytest.fixture(scope="module")
def example(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The example of TODAY, made once for the tests that only look at it; gives what the command printed."""
    with django_db_blocker.unblock(), override_settings(ALLOW_STANDIN=True), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


def test_load_example_fills_four_weeks_around_today(example: str) -> None:
    assert example == "100 stops, 10 of them drafts; 14 notices.\n"

    stops = list(Stop.objects.with_details().order_by("date"))
    assert stops[0].date == dt.date(2026, 11, 8)
    assert stops[-1].date == dt.date(2026, 12, 3)
    # Sunday to Thursday
    assert {stop.date.isoweekday() for stop in stops} == {7, 1, 2, 3, 4}
    for stop in stops:
        assignment = find_assignment(stop.vehicle, on=stop.date)
        assert assignment is not None
        assert stop.place.district == assignment.district == stop.district
        assert stop.services.count() >= 4
        assert stop.payment_means.count() >= 2
        stop.full_clean()
    assert len({stop.place_id for stop in stops}) > 25
    assert len({stop.landmark_ar for stop in stops}) >= 6
    quarters = [stop for stop in stops if stop.place.kind == "quarter"]
    assert not [stop.landmark_ar for stop in quarters if "القرية" in stop.landmark_ar]
    fawry = PaymentMeans.objects.get(code="fawry")
    assert Stop.objects.filter(payment_means=fawry).exists()
    assert Stop.objects.exclude(payment_means=fawry).exists()


@pytest.mark.usefixtures("example")
def test_load_example_has_one_changed_and_one_cancelled_stop_soon() -> None:
    (change,) = Notice.objects.filter(kind=NoticeKind.CHANGE)
    (cancellation,) = Notice.objects.filter(kind=NoticeKind.CANCELLATION)
    changed = change.items.get().revision
    cancelled = cancellation.items.get().revision
    assert (changed.number, changed.date, changed.stop.status) == (1, dt.date(2026, 11, 23), StopStatus.PUBLISHED)
    assert (cancelled.number, cancelled.date, cancelled.is_cancelled) == (1, dt.date(2026, 11, 23), True)
    assert changed.vehicle != cancelled.vehicle
    assert Stop.objects.filter(status=StopStatus.CANCELLED).count() == 1
    assert not Stop.objects.filter(has_unpublished_changes=True).exists()


@pytest.mark.usefixtures("example")
def test_load_example_leaves_part_of_next_week_as_drafts() -> None:
    drafts = Stop.objects.drafts()
    assert {draft.district.slug for draft in drafts} == {"sohag-markaz"}
    assert {draft.vehicle.code for draft in drafts} == {"SOH-2", "SOH-3"}
    assert min(draft.date for draft in drafts) == dt.date(2026, 11, 29)
    public = StopRevision.objects.public().filter(date__range=(dt.date(2026, 11, 29), dt.date(2026, 12, 3)))
    assert {revision.vehicle.code for revision in public} == {"SOH-1", "SOH-4", "SOH-5"}


@pytest.mark.usefixtures("example")
def test_load_example_publishes_the_past_in_the_past() -> None:
    zone = local_zone()
    now = dt.datetime.combine(TODAY, dt.time(9), tzinfo=zone)
    notices = list(Notice.objects.order_by("issued_at"))
    assert notices[0].issued_at == dt.datetime(2026, 11, 5, 11, 0, tzinfo=zone)
    assert notices[-1].issued_at == now
    for revision in StopRevision.objects.all():
        assert revision.published_at < revision.starts
    assert Acknowledgement.objects.count() == 9


@pytest.mark.usefixtures("example")
def test_load_example_puts_only_the_last_publications_into_the_outbox() -> None:
    assert {channel.kind: channel.address for channel in Channel.objects.all()} == {
        ChannelKind.FACEBOOK: "100000000000001",
        ChannelKind.TELEGRAM: "@sohag_mobile_demo",
        ChannelKind.RADIO_MAIL: "newsroom@radio.invalid",
        ChannelKind.RADIO_FOLDER: "south-upper-egypt",
    }
    assert Delivery.objects.count() == 8
    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.PENDING}
    assert Delivery.objects.values("notice").distinct().count() == 2


@pytest.mark.usefixtures("example")
def test_load_example_gives_its_staff_no_password() -> None:
    members = Membership.objects.select_related("user")
    assert {member.user.username for member in members} == {
        f"{role}-{unit}" for role in ("editor", "head") for unit in ("sohag-markaz", "gharb", "sharq")
    }
    assert not any(member.user.has_usable_password() for member in members)


@pytest.mark.usefixtures("example")
def test_load_example_does_nothing_when_a_stop_exists() -> None:
    before = list(Stop.objects.order_by("pk").values())

    assert load(dt.date(2027, 1, 10)) == "There are stops already: nothing was made.\n"
    assert list(Stop.objects.order_by("pk").values()) == before

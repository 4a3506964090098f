"""What machines ask, and who may ask it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from sohag_mobile import health
from tests.factories import announcements as make

pytestmark = pytest.mark.django_db


def test_process_is_alive(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_when_nothing_waits(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": "ok", "broker": "ok", "outbox": "ok"},
        "outbox_age_seconds": 0,
    }


def test_not_ready_when_a_delivery_waits_too_long(client: Client, settings: Settings) -> None:
    settings.OUTBOX_MAX_AGE_SECONDS = 60
    make.DeliveryFactory(next_attempt_at=timezone.now() - dt.timedelta(seconds=90))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["outbox"].startswith("a delivery has been due for 9")


def test_not_ready_when_the_broker_is_away(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["broker"]) == (503, "does not answer")


def test_outbox_age_does_not_count_what_is_not_due_yet() -> None:
    now = timezone.now()
    make.DeliveryFactory(next_attempt_at=now + dt.timedelta(minutes=5))

    assert health.outbox_age(now=now) == 0


def test_metrics_count_deliveries_by_state(client: Client) -> None:
    make.DeliveryFactory()

    text = client.get("/metrics").content.decode()

    assert 'sohag_mobile_deliveries{status="pending"} 1.0\n' in text
    assert 'sohag_mobile_deliveries{status="sent"} 0.0\n' in text


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "10.1.2.3", 404),
        ("", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ("secret-token", {}, "127.0.0.1", 404),
        ("secret-token", {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        ("secret-token", {"Authorization": "Bearer secret-token"}, "10.1.2.3", 200),
    ],
)
def test_metrics_are_not_public(
    client: Client, settings: Settings, token: str, headers: dict[str, str], address: str, status: int
) -> None:
    settings.METRICS_TOKEN = token

    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status

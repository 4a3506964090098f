"""What machines ask: is the process alive, can it do its work, and how is the outbox."""

import datetime as dt
import os
import secrets

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from announcements.enums import DeliveryStatus
from announcements.models import Delivery

LOOPBACK = {"127.0.0.1", "::1"}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at, so a slow database restarts no web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and outbox: 200 when all are well, else 503 saying which is not."""
    checks: dict[str, str] = {"database": database_problem(), "broker": broker_problem()}
    age = 0
    if not checks["database"]:
        age = outbox_age(now=timezone.now())
        late = age > settings.OUTBOX_MAX_AGE_SECONDS
        checks["outbox"] = f"a delivery has been due for {age} seconds: is the worker running?" if late else ""
    ready = not any(checks.values())
    body = {
        "status": "ready" if ready else "not ready",
        "checks": {name: problem or "ok" for name, problem in checks.items()},
        "outbox_age_seconds": age,
    }
    return JsonResponse(body, status=200 if ready else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for this machine alone or for whoever presents METRICS_TOKEN; to others the page is not there."""
    if not may_read_metrics(request):
        raise Http404
    registry = CollectorRegistry()
    now = timezone.now()
    counts = dict(Delivery.objects.order_by().values_list("status").annotate(Count("pk")))
    deliveries = Gauge("deliveries", "Deliveries by state", ["status"], namespace="sohag_mobile", registry=registry)
    for status in DeliveryStatus.values:
        deliveries.labels(status).set(counts.get(status, 0))
    held = Gauge("deliveries_held", "Deliveries held back", namespace="sohag_mobile", registry=registry)
    held.set(Delivery.objects.held().count())
    age = Gauge(
        "outbox_age_seconds", "How long the oldest due delivery has waited", namespace="sohag_mobile", registry=registry
    )
    age.set(outbox_age(now=now))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def database_problem() -> str:
    """Return what is wrong with the database, or nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return ""


def broker_problem() -> str:
    """Return what is wrong with the broker, or nothing."""
    if not settings.REDIS_URL:
        folder = settings.BROKER_DIR / "messages"
        return "" if os.access(folder, os.W_OK) else "its folder cannot be written"
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        return "does not answer"
    finally:
        client.close()
    return ""


def outbox_age(*, now: dt.datetime) -> int:
    """Return for how many seconds the oldest due delivery has been waiting; 0 when nothing is (held back is not due)."""
    oldest = Delivery.objects.due(now=now).aggregate(oldest=Min("next_attempt_at"))["oldest"]
    return max(0, int((now - oldest).total_seconds())) if oldest else 0


def may_read_metrics(request: HttpRequest) -> bool:
    """Tell whether the asker holds the token or sits at this very machine (and not behind a proxy on it)."""
    if settings.METRICS_TOKEN:
        return secrets.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {settings.METRICS_TOKEN}".encode()
        )
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers

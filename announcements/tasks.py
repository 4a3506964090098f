"""What the worker runs. Ids in, one action called, safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from announcements import outbox


@shared_task(ignore_result=True)
def deliver(delivery_id: int) -> None:
    """Make one attempt at one delivery."""
    outbox.deliver(delivery_id, now=timezone.now())


@shared_task(ignore_result=True)
def sweep_deliveries() -> None:
    """Hand every due delivery to a worker. Runs every two seconds: this, not the wake-up, is the guarantee."""
    for delivery_id in outbox.list_due_deliveries(now=timezone.now()):
        # An unclaimed message is worthless once the next sweeps have sent their own.
        deliver.apply_async((delivery_id,), expires=10)

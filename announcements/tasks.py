"""What the worker runs. Ids in, one action called, safe to run twice."""

from __future__ import annotations

import math

from celery import shared_task
from django.utils import timezone

from announcements import outbox, summary
from announcements.actions_credentials import look_after_tokens as look_after
from announcements.token_warnings import warn_about_tokens as warn

# A sweep hands out at most this many messages; more deliveries than that travel several to a message, because a message costs
# the worker a connection to the database.
MESSAGES_PER_SWEEP = 16


@shared_task(ignore_result=True)
def deliver(delivery_ids: list[int]) -> None:
    """Make one attempt at each of a few deliveries."""
    outbox.deliver_batch(delivery_ids)


@shared_task(ignore_result=True)
def send_summaries() -> None:
    """Send the daily summary to whoever has not got it yet."""
    summary.send_summaries(now=timezone.now())


@shared_task(ignore_result=True)
def sweep_deliveries() -> None:
    """Hand every due delivery to a worker. Runs every two seconds: this, not the wake-up, is the guarantee."""
    due = outbox.list_due_deliveries(now=timezone.now())
    size = max(1, math.ceil(len(due) / MESSAGES_PER_SWEEP))
    for start in range(0, len(due), size):
        # An unclaimed message is worthless once the next sweeps have sent their own.
        deliver.apply_async((due[start : start + size],), expires=10)


@shared_task(ignore_result=True)
def look_after_tokens() -> None:
    """Ask every platform when its token ends, then warn. Runs daily."""
    look_after(now=timezone.now())
    warn(now=timezone.now())


@shared_task(ignore_result=True)
def warn_about_tokens() -> None:
    """Tell the supervisors of tokens that end, if they have not been told. Runs hourly, and when a platform refuses one."""
    warn(now=timezone.now())

"""Asking the worker for something at once that its timer would find a little later."""

from __future__ import annotations

import logging

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError

logger = logging.getLogger(__name__)


def ask_worker(task: str, *, expires: int) -> None:
    """Put the task of this name before the worker, to be dropped after `expires` seconds.

    A broker that is away costs the wait for the timer, nothing else.
    """
    try:
        current_app.send_task(task, expires=expires, ignore_result=True)
    except (BrokerError, OSError) as error:
        logger.warning("could not wake the worker for %s (%s); its timer will", task, type(error).__name__)


def wake_for_files() -> None:
    """Have the files rewritten that a publish has changed; nothing where the public site is not kept as files."""
    if settings.EXPORT_DIR:
        ask_worker("schedules.tasks.keep_files_current", expires=10)

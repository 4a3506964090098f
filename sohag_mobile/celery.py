"""The Celery application. Timers are in `settings.CELERY_BEAT_SCHEDULE`; tasks in each app's `tasks.py`."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from sohag_mobile import file_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sohag_mobile.settings.dev")

file_broker.install()
app = Celery("sohag_mobile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_our_logging(**_: Any) -> None:
    """Keep Celery from replacing our handlers: theirs would print tokens that ours leave out."""
    logging.config.dictConfig(settings.LOGGING)

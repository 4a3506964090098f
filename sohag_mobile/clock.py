"""The one place that asks what time it is. Everything below the edges takes `now` as an argument."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()

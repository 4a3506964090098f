"""How long vehicles really worked: the hours announced, less those in which they stood still (domain.md (d) 1)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schedules.models import Stop, StopRevision

if TYPE_CHECKING:
    from django.db.models import QuerySet


def hours_held(stop: Stop) -> dt.timedelta:
    """How long the vehicle worked at `stop`, by its public facts: nothing where it did not come. One query."""
    return hours_of(list_told(Stop.objects.filter(pk=stop.pk))[stop.pk])


def list_told(stops: QuerySet[Any]) -> defaultdict[int, list[StopRevision]]:
    """Everything the public was ever told of each of `stops` (or of their keys), oldest first, by the stop's key. One query."""
    told: defaultdict[int, list[StopRevision]] = defaultdict(list)
    for revision in StopRevision.objects.filter(stop__in=stops).order_by("number"):
        told[revision.stop_id].append(revision)
    return told


def hours_of(told: Sequence[StopRevision]) -> dt.timedelta:
    """How long the vehicle worked at a visit of which the public was `told` this, oldest first.

    A visit that stopped counts until it stopped, and again from when somebody said that it works again.
    """
    fact = next((revision for revision in told if revision.is_current), None)
    if fact is None or fact.is_cancelled or fact.is_postponed:
        return dt.timedelta()
    still = dt.timedelta()
    stopped: dt.datetime | None = None
    for revision in told:
        if revision.date != fact.date:
            continue
        if revision.is_stopped and revision.stopped_at is not None:
            stopped = _on(fact, revision.stopped_at)
        elif stopped is not None and revision.resumes_at is not None:
            still += _on(fact, revision.resumes_at) - stopped
            stopped = None
    if stopped is not None:
        still += fact.ends - stopped
    return fact.ends - fact.starts - still


def _on(fact: StopRevision, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(fact.date, time, tzinfo=fact.starts.tzinfo)

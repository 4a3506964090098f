"""How long vehicles really worked: the hours announced, less those in which they stood still (domain.md (d) 1)."""

from __future__ import annotations

import datetime as dt

from schedules.models import Stop, StopRevision


def hours_held(stop: Stop) -> dt.timedelta:
    """How long the vehicle worked at `stop`, by its public facts: nothing where it did not come.

    A visit that stopped counts until it stopped, and again from when somebody said that it works again. One query.
    """
    told = list(StopRevision.objects.filter(stop=stop).order_by("number"))
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

"""What the clock makes of a public fact: whether the vehicle is coming, standing there, or gone. Pure functions of `now`."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable

from schedules.models import StopRevision
from schedules.models.stops import local_zone


class Phase(enum.StrEnum):
    """Where a stop stands at a moment."""

    UPCOMING = "upcoming"
    OPEN = "open"
    INTAKE_OVER = "intake_over"  # the vehicle is still there, but takes no more requests
    STOPPED = "stopped"  # it stopped working while it stood there, and nobody has said that it works again
    OVER = "over"
    POSTPONED = "postponed"  # before and after its day, until its new date is told
    CANCELLED = "cancelled"


STANDING = frozenset({Phase.OPEN, Phase.INTAKE_OVER})
OFF = frozenset({Phase.CANCELLED, Phase.POSTPONED})


def phase_of(revision: StopRevision, *, now: dt.datetime) -> Phase:
    """The phase of a public fact at `now` (aware). Half-open: it is open from its first moment, over from its last."""
    if revision.is_cancelled:
        return Phase.CANCELLED
    if revision.is_postponed:
        return Phase.POSTPONED
    if now >= revision.ends:
        return Phase.OVER
    if revision.is_stopped:
        return Phase.STOPPED
    if now < revision.starts:
        return Phase.UPCOMING
    return Phase.INTAKE_OVER if now >= revision.last_intake_moment else Phase.OPEN


def is_over(revision: StopRevision, *, now: dt.datetime) -> bool:
    """Whether the announced end has passed at `now`; a cancelled or postponed stop is over then, too."""
    return now >= revision.ends


def next_midnight(*, now: dt.datetime) -> dt.datetime:
    """The first instant (UTC) of the next local day: until then «today» means the same day."""
    tomorrow = local_date(now) + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=local_zone()).astimezone(dt.UTC)


def next_change(revisions: Iterable[StopRevision], *, now: dt.datetime) -> dt.datetime:
    """The next instant (UTC) at which a page about these facts reads differently: a phase begins, or the day turns."""
    moments = [
        moment.astimezone(dt.UTC)
        for revision in revisions
        for moment in (revision.starts, revision.last_intake_moment, revision.ends)
    ]
    return min([moment for moment in moments if moment > now] + [next_midnight(now=now)])


def local_date(now: dt.datetime) -> dt.date:
    """The local day in which the instant `now` (aware) falls."""
    return now.astimezone(local_zone()).date()

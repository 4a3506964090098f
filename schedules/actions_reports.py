"""Recording what happened at a visit, and correcting what was recorded."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from schedules.actions_steps import lock_stop
from schedules.models import Stop, StopRevision, VisitReport
from schedules.models.reports import FIGURES
from schedules.validators import find_announced
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from vehicles.enums import Right
from vehicles.queries import may

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """What staff write down of a visit. None was not counted; zero was counted, and was nobody. `receipts` in whole pounds."""

    citizens_served: int | None = None
    requests_received: int | None = None
    transactions_finished: int | None = None
    receipts: int | None = None
    note: str = ""

    @classmethod
    def of(cls, report: VisitReport) -> Recorded:
        return cls(**{field.name: getattr(report, field.name) for field in dataclasses.fields(cls)})


class StaleReport(DomainError):
    """Somebody else has recorded this visit since the form was opened."""

    code = "stale_report"


def record_report(
    stop: Stop, recorded: Recorded, *, by: User, now: dt.datetime, seen: int | None = None
) -> VisitReport:
    """Write down what happened at an announced visit that has begun at `now` (aware); again, to correct it.

    A correction is a new version, and the former one is kept with its author and hour. What says nothing new changes nothing.
    `seen` is the number of the version that the person had before them, None when there was none. Raises NotAllowed,
    StaleReport, RuleBroken, or DomainError when the visit was not announced, has not begun, or was called off.
    """
    with transaction.atomic():
        locked = lock_stop(stop)
        _refuse_unless_held(find_announced(locked), by=by, now=now)
        _refuse_what_cannot_be(recorded)
        current = VisitReport.objects.current().select_related("recorded_by").filter(stop=locked).first()
        if seen != (current.number if current else None):
            raise _stale(current)
        if current is not None:
            if Recorded.of(current) == recorded:
                return current
            VisitReport.objects.filter(pk=current.pk).update(is_current=False)
        return VisitReport.objects.create(
            stop=locked,
            number=current.number + 1 if current else 0,
            recorded_by=by,
            recorded_at=now,
            **dataclasses.asdict(recorded),
        )


def _refuse_unless_held(announced: StopRevision | None, *, by: User, now: dt.datetime) -> None:
    if announced is None:
        raise DomainError(_("Only a visit that was announced is reported on."), code="not_published")
    if not may(by, Right.REPORT, announced.district):
        raise NotAllowed(_("You do not plan for %(unit)s.") % {"unit": announced.district.label})
    if announced.is_cancelled or announced.is_postponed:
        raise DomainError(_("This visit was called off: there is nothing to count."), code="called_off")
    if announced.starts > now:
        raise DomainError(_("This visit has not begun yet."), code="not_begun")


def _refuse_what_cannot_be(recorded: Recorded) -> None:
    figures = {figure: getattr(recorded, figure) for figure in FIGURES}
    problems = [
        DomainError(_("A count cannot be negative."), field=figure, code="negative_count")
        for figure, value in figures.items()
        if value is not None and value < 0
    ]
    if not recorded.note and all(value is None for value in figures.values()):
        problems.append(
            DomainError(
                _("Write at least one figure, or a note that says why there is none."),
                field=FIGURES[0],
                code="nothing_recorded",
            )
        )
    if problems:
        raise RuleBroken(problems)


def _stale(current: VisitReport | None) -> StaleReport:
    if current is None:  # a form that claims to have seen what never was
        return StaleReport(_("The report of this visit has changed. Look at it, and save again."))
    who = current.recorded_by.get_full_name() or current.recorded_by.get_username()
    return StaleReport(
        _("%(who)s has recorded this visit meanwhile. Compare with what stands above, and save again.") % {"who": who}
    )

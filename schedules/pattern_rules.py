"""What staff enter for a recurring visit, why it would be refused, and the visit it means on one day."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.arabic.digits import convert
from announcements.arabic.recurrence import by_months, by_weeks, with_period
from schedules.clock import local_date
from schedules.models import Place, StopPattern
from schedules.recurrence import Frequency, Recurrence
from schedules.validators import StopData, check_visit
from services.models import PaymentMeans, Service
from sohag_mobile.errors import DomainError
from vehicles.models import Vehicle
from vehicles.queries import find_assignment, may_edit

if TYPE_CHECKING:
    from vehicles.queries import Person

# A rule that begins later than this is a slip of the pen.
FARTHEST_START = dt.timedelta(days=731)


@dataclasses.dataclass(frozen=True, slots=True)
class PatternData:
    """A recurring visit as entered; field names are those of the form. `starts_on` need not be a day of the rule."""

    vehicle: Vehicle
    place: Place
    landmark_ar: str
    landmark_en: str
    starts_at: dt.time
    ends_at: dt.time
    last_intake: dt.time | None
    services: tuple[Service, ...]
    payment_means: tuple[PaymentMeans, ...]
    recurrence: Recurrence
    starts_on: dt.date
    ends_on: dt.date | None = None
    is_active: bool = True

    def visit_on(self, day: dt.date) -> StopData:
        """The visit on the local day `day`, before the calendar is asked."""
        return StopData(
            vehicle=self.vehicle,
            place=self.place,
            date=day,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            last_intake=self.last_intake,
            landmark_ar=self.landmark_ar,
            landmark_en=self.landmark_en,
            services=self.services,
            payment_means=self.payment_means,
        )

    @classmethod
    def of(cls, pattern: StopPattern) -> PatternData:
        """The data of an existing pattern (load it `with_details`)."""
        return cls(
            vehicle=pattern.vehicle,
            place=pattern.place,
            landmark_ar=pattern.landmark_ar,
            landmark_en=pattern.landmark_en,
            starts_at=pattern.starts_at,
            ends_at=pattern.ends_at,
            last_intake=pattern.last_intake,
            services=tuple(pattern.services.all()),
            payment_means=tuple(pattern.payment_means.all()),
            recurrence=pattern.recurrence,
            starts_on=pattern.starts_on,
            ends_on=pattern.ends_on,
            is_active=pattern.is_active,
        )


def tell_recurrence(recurrence: Recurrence) -> str:
    """How often, as an Arabic phrase: «يومي الاثنين الأول والثالث من كل شهر»."""
    if recurrence.frequency is Frequency.MONTHLY:
        return by_months(recurrence.weekdays, recurrence.positions, recurrence.interval)
    return by_weeks(recurrence.weekdays, recurrence.interval)


def tell_pattern(pattern: StopPattern, *, today: dt.date) -> str:
    """The whole rule in Arabic, with the days from `today` on that are left out of it or added to it."""
    told = with_period(
        tell_recurrence(pattern.recurrence),
        starts_on=pattern.starts_on,
        ends_on=pattern.ends_on,
        left_out=[day for day in pattern.left_out if day >= today],
        added=[day for day in pattern.added if day >= today],
    )
    return convert(told, settings.ARABIC_DIGITS)


def first_day_of(data: PatternData, *, pattern: StopPattern | None = None, since: dt.date | None = None) -> dt.date:
    """The day from which the rule of `data` counts; from `since` on, where only what follows of `pattern` is changed.

    A rule that stays as it is keeps its step: every second Sunday goes on with the next of its own Sundays.
    """
    if since is None:
        return data.recurrence.first_day(since=data.starts_on)
    if pattern is not None and pattern.recurrence == data.recurrence:
        year = since + dt.timedelta(days=800)
        going_on = data.recurrence.days(since=pattern.starts_on, first=since, last=year)
        if going_on:
            return going_on[0]
    return data.recurrence.first_day(since=since)


def check_pattern(
    data: PatternData,
    *,
    by: Person,
    now: dt.datetime,
    pattern: StopPattern | None = None,
    since: dt.date | None = None,
) -> list[DomainError]:
    """Every rule that refuses `data`, each beside the field it is about; empty when the pattern may be saved.

    `pattern` is the one being changed, if any, and `since` the day from which on it is changed.
    """
    today = local_date(now)
    problems = _check_since(pattern, since, today=today) if since is not None else []
    kept = pattern is not None and data.starts_on == pattern.starts_on
    if since is None and data.starts_on < today and not kept:
        problems.append(
            DomainError(
                _("%(day)s is already past. Choose a coming day.") % {"day": _day(data.starts_on)},
                field="starts_on",
                code="date_in_the_past",
            )
        )
    if data.starts_on > today + FARTHEST_START:
        problems.append(
            DomainError(_("This day lies more than two years ahead."), field="starts_on", code="too_far_ahead")
        )
    if problems:
        return problems
    first = first_day_of(data, pattern=pattern, since=since)
    if data.ends_on is not None and data.ends_on < first:
        problems.append(
            DomainError(
                _("The first day of this rule is %(day)s. Let it end on that day or later.") % {"day": _day(first)},
                field="ends_on",
                code="ends_before_its_first_day",
            )
        )
    if not data.is_active and pattern is not None and may_edit(by, pattern.district):
        return problems  # what makes no drafts needs no vehicle
    return problems + check_visit(data.visit_on(max(first, today)), by=by)


def _check_since(pattern: StopPattern | None, since: dt.date, *, today: dt.date) -> list[DomainError]:
    if since < today:
        message, code = _("%(day)s is already past. Choose a coming day."), "date_in_the_past"
    elif pattern is not None and since <= pattern.starts_on:
        message, code = (
            _("The pattern begins on %(start)s. Leave this empty to change all of it, or choose a later day."),
            "changes_all_of_it",
        )
    elif pattern is not None and pattern.ends_on is not None and since > pattern.ends_on:
        message, code = _("The pattern ends on %(end)s. Choose an earlier day."), "after_its_end"
    else:
        return []
    days = {
        "day": _day(since),
        "start": _day(pattern.starts_on) if pattern else "",
        "end": _day(pattern.ends_on) if pattern and pattern.ends_on else "",
    }
    return [DomainError(message % days, field="change_from", code=code)]


def unit_on_first_day(data: PatternData, first: dt.date) -> int | None:
    """The primary key of the unit for which the vehicle works on the day `first`."""
    assignment = find_assignment(data.vehicle, on=first)
    return assignment.district_id if assignment else None


def _day(value: dt.date) -> str:
    return date_format(value, "l j F Y")

"""Days on which a visit needs more thought: official holidays, weekly days off, the Friday prayer, the day of the market.

domain.md (d) 6. `StopData` arrives from `validators`, which asks here, so it is named for annotations alone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from schedules.models import Holiday, Place
from sohag_mobile.errors import DomainError
from vehicles.models import Assignment, Governorate

if TYPE_CHECKING:
    from schedules.validators import StopData

_FRIDAY = 5  # as ISO counts


def check_working_day(data: StopData, *, assignment: Assignment | None) -> list[DomainError]:
    """A holiday and a weekly day off need a reason (`off_day_reason`)."""
    if data.off_day_reason.strip():
        return []
    return judge_working_day(data, assignment=assignment, holiday=Holiday.objects.filter(date=data.date).first())


def judge_working_day(data: StopData, *, assignment: Assignment | None, holiday: Holiday | None) -> list[DomainError]:
    """The rule of `check_working_day`, where the holiday of that day, if any, is known."""
    if data.off_day_reason.strip():
        return []
    if holiday:
        return [
            DomainError(
                _("%(day)s is an official holiday (%(holiday)s). Write the reason for working, or choose another day.")
                % {"day": _day(data.date), "holiday": holiday.name},
                field="off_day_reason",
                code="holiday_without_reason",
            )
        ]
    if assignment and assignment.district.governorate.is_weekend(data.date):
        return [
            DomainError(
                _("%(day)s is a weekly day off. Write the reason for working, or choose another day.")
                % {"day": _day(data.date)},
                field="off_day_reason",
                code="weekend_without_reason",
            )
        ]
    return []


def check_landmark_confirmed(data: StopData, *, assignment: Assignment | None) -> list[DomainError]:
    """On a weekly day off and on a market day the square may be full or closed, so somebody has to have asked."""
    if assignment is None or data.landmark_confirmed_for == data.date:
        return []
    if not needs_confirmed_landmark(data.place, assignment.district.governorate, data.date):
        return []
    if data.place.has_market_on(data.date):
        message = _(
            "%(day)s is the day of the weekly market at %(place)s, which may fill the landmark. Confirm that the vehicle can"
            " stand there that day."
        )
    else:
        message = _(
            "%(day)s is a weekly day off: the place may be closed, or its square taken. Confirm that the vehicle can stand at"
            " the landmark that day."
        )
    return [
        DomainError(
            message % {"day": _day(data.date), "place": data.place.label},
            field="landmark_confirmed",
            code="landmark_not_confirmed",
        )
    ]


def needs_confirmed_landmark(place: Place, governorate: Governorate, day: dt.date) -> bool:
    """Whether a visit to `place` on the local day `day` needs its landmark confirmed."""
    return place.has_market_on(day) or governorate.is_weekend(day)


def check_friday_prayer(data: StopData, *, assignment: Assignment | None) -> list[DomainError]:
    """A visit on a Friday leaves the governorate's hours of the prayer free, where they are set: two stops, not one over it."""
    if assignment is None or data.date.isoweekday() != _FRIDAY or data.starts_at >= data.ends_at:
        return []
    governorate = assignment.district.governorate
    starts, ends = governorate.friday_prayer_starts_at, governorate.friday_prayer_ends_at
    if starts is None or ends is None or data.ends_at <= starts or data.starts_at >= ends:
        return []
    before, after = data.starts_at < starts, ends < data.ends_at
    if before and after:
        proposal = _(
            "From %(starts)s to %(ends)s is the Friday prayer. "
            "Make two stops of it: from %(first)s to %(starts)s, and from %(ends)s to %(last)s."
        )
    elif before:
        proposal = _(
            "From %(starts)s to %(ends)s is the Friday prayer. "
            "Let it end at %(starts)s, and make a second stop from %(ends)s if need be."
        )
    elif after:
        proposal = _(
            "From %(starts)s to %(ends)s is the Friday prayer. "
            "Let it begin at %(ends)s, and make another stop that ends at %(starts)s if need be."
        )
    else:
        proposal = _(
            "From %(starts)s to %(ends)s is the Friday prayer. Let it end before %(starts)s, or begin from %(ends)s."
        )
    times = {
        "starts": _time(starts),
        "ends": _time(ends),
        "first": _time(data.starts_at),
        "last": _time(data.ends_at),
    }
    return [
        DomainError(
            proposal % times,
            field="starts_at" if not before else "ends_at",
            code="over_the_friday_prayer",
        )
    ]


def _day(value: dt.date) -> str:
    return date_format(value, "l j F Y")


def _time(value: dt.time) -> str:
    return time_format(value, "g:i A")

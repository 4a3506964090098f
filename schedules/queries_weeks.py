"""A unit's weeks as they stand on paper."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from schedules.models import StopRevision
from sohag_mobile.weeks import Week
from vehicles.models import District


def list_week_of(unit: District, week: Week) -> QuerySet[StopRevision]:
    """The public facts of a unit's week with all that is announced of them, those included that are off."""
    revisions = StopRevision.objects.public().filter(district=unit, date__gte=week.first, date__lte=week.last)
    return revisions.with_details().order_by("date", "starts_at", "vehicle__code")


def list_unit_weeks(*, now: dt.datetime) -> set[tuple[str, Week]]:
    """The address words of units with the weeks in which a visit of theirs is still to come or stands at `now`. One query."""
    rows = StopRevision.objects.public().scheduled().not_over(now=now)
    return {(slug, Week.of(date)) for slug, date in rows.values_list("district__slug", "date").distinct()}

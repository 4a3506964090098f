"""What follows from the calendar: telling the hours of a period, and a week in the governorate's own name."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.actions import issue_bulletin, issue_hours
from announcements.actions_review import pass_review
from announcements.models import Notice
from announcements.reviews import UNREAD, PreviewedNotice, Review, describe
from schedules.actions import edit_stop, publish_stops
from schedules.enums import Cause
from schedules.models import HoursAnnouncement, HoursPeriod, Stop
from schedules.models.stops import local_zone
from schedules.queries import mentions_of_facts
from schedules.queries_calendar import (
    find_told_hours,
    hours_cause,
    hours_facts,
    is_told,
    list_bulletin_revisions,
    list_off_hours,
)
from schedules.validators import StopData, find_period
from sohag_mobile import mentions
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from sohag_mobile.models import bump_content_version
from sohag_mobile.weeks import Week
from vehicles.actions import keep_governorate_issuer
from vehicles.models import District
from vehicles.queries import get_governorate, is_supervisor, may_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def announce_hours(
    period: HoursPeriod, district: District, *, by: User, now: dt.datetime, review: Review = UNREAD
) -> list[Notice]:
    """Tell the hours of `period` in the name of `district`, and bring every announced visit that has not begun into line.

    First the notice of the hours, unless they were told as they are now; it takes the place of the one that told them otherwise.
    Then one change for each notice that told of a visit at other hours, so every earlier text is corrected where it stands.
    Visits with a reason for other hours stay. All or nothing; `review` is what a person did with the texts. Raises NotAllowed,
    TextsChanged, TextsRefused, DomainError.
    """
    with transaction.atomic():
        # One at a time: two people announcing the same hours would tell them twice.
        period = HoursPeriod.objects.select_for_update().get(pk=period.pk)
        if not may_publish(by, district):
            raise NotAllowed(
                _("Only the head of %(unit)s or the general supervisor announces its hours.") % {"unit": district.label}
            )
        ends = dt.datetime.combine(period.ends_on, period.ends_at, tzinfo=local_zone())
        if ends <= now:
            raise DomainError(_("This period is over."), code="already_over")
        notices = []
        told = find_told_hours(period, district)
        if not is_told(period, told):
            notice = issue_hours(district, hours_facts(period), replaces=told, expires_at=ends, by=by, now=now)
            HoursAnnouncement.objects.create(period=period, district=district, notice=notice)
            notices.append(notice)
            bump_content_version(_mentions_of_hours([notice, *([told] if told else [])]))
        visits = _bring_into_line(period, district, by=by, now=now)
        if not notices and not visits:
            raise DomainError(
                _("These hours have been announced, and every announced visit keeps to them."),
                code="nothing_to_announce",
            )
        if visits:
            # Their texts are reviewed below, together with the notice of the hours.
            later = UNREAD.as_preview()
            cause_ar = hours_cause(period)
            notices += publish_stops(visits, by=by, now=now, cause=Cause.OTHER, cause_ar=cause_ar, review=later)
        pass_review(notices, review=review, by=by, now=now)
        return notices


def _mentions_of_hours(notices: Iterable[Notice]) -> set[str]:
    """The unit's own pages and feeds, the archive, and the pages of the notice and of the one whose place it takes."""
    return {mentions.NOTICES} | {
        name
        for notice in notices
        for name in (
            mentions.unit(notice.district.slug),
            mentions.notice(notice.district.slug, notice.year, notice.number),
        )
    }


def preview_hours(
    period: HoursPeriod, district: District, *, by: User, now: dt.datetime, review: Review = UNREAD
) -> list[PreviewedNotice]:
    """What `announce_hours` would say: it is done for real and rolled back."""
    with transaction.atomic():
        previewed = describe(announce_hours(period, district, by=by, now=now, review=review.as_preview()))
        transaction.set_rollback(True)
    return previewed


def fit_into(period: HoursPeriod, data: StopData) -> StopData:
    """`data` at the hours of `period`: what lies outside them is cut off; a visit wholly outside gets the period's hours."""
    starts_at, ends_at = max(data.starts_at, period.starts_at), min(data.ends_at, period.ends_at)
    if ends_at <= starts_at:
        starts_at, ends_at = period.starts_at, period.ends_at
    intakes = [time for time in (data.last_intake, period.last_intake) if time and starts_at < time <= ends_at]
    return dataclasses.replace(
        data, starts_at=starts_at, ends_at=ends_at, last_intake=min(intakes) if intakes else None
    )


def _bring_into_line(period: HoursPeriod, district: District, *, by: User, now: dt.datetime) -> list[Stop]:
    """Move the hours of the announced visits of the unit in the period; the working copies are left to be published."""
    # Of two periods on one day the confirmed one holds, and this may be the other.
    wrong = [
        each.stop
        for each in list_off_hours([district], [period], now=now)
        if each.is_public and find_period(each.stop.date) == period
    ]
    changed = [stop for stop in wrong if stop.has_unpublished_changes]
    if changed:
        raise DomainError(
            _("These stops have changes that were not published. Publish or undo them first: %(stops)s")
            % {"stops": "؛ ".join(_label(stop) for stop in changed)},
            code="unpublished_changes",
        )
    moved = []
    for stop in wrong:
        try:
            moved.append(edit_stop(stop, fit_into(period, StopData.of(stop)), by=by, now=now))
        except RuleBroken as refusal:
            raise DomainError(
                "\n".join(f"{_label(stop)}: {problem.message}" for problem in refusal.problems), code=refusal.code
            ) from refusal
        except DomainError as refusal:
            raise DomainError(f"{_label(stop)}: {refusal.message}", code=refusal.code) from refusal
    return moved


def _label(stop: Stop) -> str:
    return f"{stop.place.label}، {date_format(stop.date, 'l j F')}"


def issue_week_bulletin(week: Week, *, by: User, now: dt.datetime, review: Review = UNREAD) -> Notice:
    """Tell a week of every unit in the governorate's own name: each public visit that is not over and that it has not told yet.

    From then on a change of one of these visits makes two notices, the unit's and the governorate's. `review` as in
    `announce_hours`. Raises NotAllowed, TextsChanged, TextsRefused, DomainError.
    """
    with transaction.atomic():
        if not is_supervisor(by):
            raise NotAllowed(_("Only the general supervisor issues the bulletin of the governorate."))
        governorate = get_governorate()
        if governorate is None:
            raise DomainError(_("There is no governorate yet. Load the reference data first."), code="no_governorate")
        issuer = keep_governorate_issuer(governorate)
        found = list_bulletin_revisions(week, issuer=issuer, now=now)
        # Held while the bulletin is written, so that no change passes between reading a visit and telling of it.
        stops = [
            stop.pk
            for stop in Stop.objects.select_for_update(of=("self",)).filter(
                pk__in=list(found.values_list("stop", flat=True))
            )
        ]
        revisions = list(
            list_bulletin_revisions(week, issuer=issuer, now=now).with_details().filter(stop__in=stops)  # type: ignore[attr-defined]
        )
        if not revisions:
            raise DomainError(
                _(
                    "There is nothing to tell: no unit has a public visit in this week that is not in a bulletin already."
                ),
                code="nothing_to_tell",
            )
        notice = issue_bulletin(issuer, revisions, week=(week.first, week.last), by=by, now=now)
        bump_content_version(mentions_of_facts(revisions))
        pass_review([notice], review=review, by=by, now=now)
        return notice


def preview_bulletin(week: Week, *, by: User, now: dt.datetime, review: Review = UNREAD) -> list[PreviewedNotice]:
    """What `issue_week_bulletin` would say, without issuing it."""
    with transaction.atomic():
        previewed = describe([issue_week_bulletin(week, by=by, now=now, review=review.as_preview())])
        transaction.set_rollback(True)
    return previewed

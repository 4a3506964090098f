"""Recurring visits: saving the rule, and making its drafts up to a horizon without ever touching what a person has edited.

A draft is the pattern's own as long as nobody has saved it since the pattern wrote it (`StopQuerySet.untouched`). Such drafts
follow the rule; all others are left, and hold their day so that it is not made again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.arabic.digits import clean
from schedules.actions import draft_stop, edit_stop
from schedules.actions_calendar import fit_into
from schedules.actions_undo import as_snapshot, begin_act, note_changed, note_discarded, note_made
from schedules.clock import local_date
from schedules.enums import PatternDateKind, PlanActKind
from schedules.models import PatternDate, PatternSkip, PlanAct, Stop, StopPattern
from schedules.models.stops import local_zone
from schedules.pattern_rules import PatternData, check_pattern, first_day_of, unit_on_first_day
from schedules.validators import StopData, find_period
from sohag_mobile.errors import DomainError, NotAllowed, RuleBroken
from sohag_mobile.weeks import Week
from vehicles.queries import may_edit

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclasses.dataclass(slots=True)
class PatternRun:
    """What making the drafts of one pattern has done.

    `left` are coming stops of the pattern that a person has changed, laid before the head, published or called off. `act` takes
    back what a person's act has done; None for the nightly run, and where nothing was done.
    """

    pattern: StopPattern
    made: list[Stop] = dataclasses.field(default_factory=list)
    changed: list[tuple[Stop, StopData]] = dataclasses.field(default_factory=list)
    withdrawn: list[StopData] = dataclasses.field(default_factory=list)
    skipped: list[PatternSkip] = dataclasses.field(default_factory=list)
    left: list[Stop] = dataclasses.field(default_factory=list)
    act: PlanAct | None = None


def horizon_of(now: dt.datetime) -> dt.date:
    """The last local day for which drafts are made at `now`: the Friday of the week PATTERN_HORIZON_WEEKS after this one."""
    return Week.of(local_date(now)).plus(settings.PATTERN_HORIZON_WEEKS).last


# -- what a person does -----------------------------------------------------------------------------------------------------


def add_pattern(data: PatternData, *, by: User, now: dt.datetime, horizon: dt.date) -> PatternRun:
    """Keep a new recurring visit and make its drafts up to the local day `horizon`. Raises RuleBroken with every refusal."""
    with transaction.atomic():
        _refuse(check_pattern(data, by=by, now=now))
        pattern = StopPattern(created_by=by)
        _write(pattern, data, first=first_day_of(data), by=by)
        return _journal(_make_drafts(pattern, now=now, horizon=horizon), by=by, now=now)


def change_pattern(
    pattern: StopPattern,
    data: PatternData,
    *,
    since: dt.date | None = None,
    by: User,
    now: dt.datetime,
    horizon: dt.date,
    seen: dt.datetime | None = None,
) -> PatternRun:
    """Change a recurring visit, all of it or only what comes from the local day `since` on; its untouched drafts follow.

    With `since` the pattern ends on the day before, and a new one takes its place together with its coming stops and the days
    that were left out or added. `seen` is the `updated_at` that the person had before them. Raises NotAllowed, DomainError
    (`stale`), or RuleBroken.
    """
    with transaction.atomic():
        locked = _lock(pattern, by=by)
        if seen is not None and seen != locked.updated_at:
            raise DomainError(
                _(
                    "%(person)s has saved this recurring visit since you opened it. Nothing of yours was saved or lost: look at"
                    " what is stored, and save again."
                )
                % {"person": locked.updated_by.get_full_name() or locked.updated_by.get_username()},
                code="stale",
            )
        _refuse(check_pattern(data, by=by, now=now, pattern=locked, since=since))
        first = first_day_of(data, pattern=locked, since=since)
        changed = locked if since is None else _split(locked, since=since, by=by)
        _write(changed, data, first=first, by=by)
        if since is not None:
            _hand_over(locked, changed, since=since)
        return _journal(_make_drafts(changed, now=now, horizon=horizon), by=by, now=now)


def preview_pattern(
    data: PatternData,
    *,
    pattern: StopPattern | None = None,
    since: dt.date | None = None,
    by: User,
    now: dt.datetime,
    horizon: dt.date,
) -> PatternRun:
    """What saving would make and leave: it is done for real and rolled back."""
    with transaction.atomic():
        if pattern is None:
            run = add_pattern(data, by=by, now=now, horizon=horizon)
        else:
            run = change_pattern(pattern, data, since=since, by=by, now=now, horizon=horizon)
        transaction.set_rollback(True)
    return run


def set_pattern_day(
    pattern: StopPattern,
    day: dt.date,
    kind: PatternDateKind,
    *,
    reason: str = "",
    by: User,
    now: dt.datetime,
    horizon: dt.date,
) -> PatternRun:
    """Leave one day out of a recurring visit, or add one to it. Raises NotAllowed, or DomainError beside its field."""
    with transaction.atomic():
        locked = _lock(pattern, by=by)
        falls_on_it = day in locked.recurrence.days(since=locked.starts_on, first=day, last=day) and (
            locked.ends_on is None or day <= locked.ends_on
        )
        if day < local_date(now):
            message, code = _("%(day)s is already past. Choose a coming day."), "date_in_the_past"
        elif kind == PatternDateKind.LEFT_OUT and not falls_on_it and day not in locked.added:
            message, code = (
                _("The visit does not fall on %(day)s, so there is nothing to leave out."),
                "not_in_the_rule",
            )
        elif kind == PatternDateKind.ADDED and falls_on_it and day not in locked.left_out:
            message, code = _("The visit falls on %(day)s already."), "in_the_rule"
        elif locked.ends_on is not None and day > locked.ends_on:
            message, code = _("The recurring visit is over by %(day)s: let it end later first."), "after_its_end"
        else:
            message, code = "", ""
        if message:
            raise DomainError(message % {"day": date_format(day, "l j F Y")}, field="date", code=code)
        if falls_on_it == (kind == PatternDateKind.ADDED):
            # Taking back what was said of the day: the rule itself decides again.
            PatternDate.objects.filter(pattern=locked, date=day).delete()
        else:
            PatternDate.objects.update_or_create(
                pattern=locked, date=day, defaults={"kind": kind, "reason": clean(reason), "made_by": by}
            )
        _answer_for(locked, by=by)
        return _journal(_make_drafts(locked, now=now, horizon=horizon), by=by, now=now)


# -- what the worker does every night ---------------------------------------------------------------------------------------


def make_pattern_drafts(*, now: dt.datetime, horizon: dt.date) -> list[PatternRun]:
    """Make the drafts that are missing up to the local day `horizon`, for every pattern in force. Twice makes nothing twice.

    Each pattern in a transaction of its own with its row locked, so two workers at once, or one that is stopped, do no harm.
    """
    runs = []
    for pk in StopPattern.objects.in_force(today=local_date(now)).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            pattern = StopPattern.objects.select_for_update(of=("self",)).with_details().get(pk=pk)
            runs.append(_make_drafts(pattern, now=now, horizon=horizon))
    return runs


def _make_drafts(pattern: StopPattern, *, now: dt.datetime, horizon: dt.date) -> PatternRun:
    """Bring the coming drafts of `pattern`, whose row is locked or new, into line with it; its last editor answers for them."""
    pattern = StopPattern.objects.with_details().get(pk=pattern.pk)
    owner, today, run = pattern.updated_by, local_date(now), PatternRun(pattern)
    stops = {stop.pattern_date: stop for stop in pattern.stops.filter(pattern_date__gte=today).with_details()}
    untouched = set(pattern.stops.untouched().filter(pattern_date__gte=today).values_list("pk", flat=True))
    run.left = sorted(
        (stop for stop in stops.values() if stop.pk not in untouched), key=lambda stop: (stop.date, stop.starts_at)
    )
    farthest = max([horizon, *(day for day in stops if day is not None)])
    days = pattern.days(first=today, last=farthest) if pattern.is_active else []
    for day, stop in stops.items():
        if stop.pk in untouched and day not in days:
            _withdraw(stop, run)
    refusal = _owner_refusal(pattern, owner)
    plan = PatternData.of(pattern)
    for day in days:
        stop_there = stops.get(day)
        if (stop_there is None and day > horizon) or (stop_there is not None and stop_there.pk not in untouched):
            continue
        data = _at_the_hours_of_the_day(plan.visit_on(day))
        if stop_there is not None and _says_the_same(stop_there, data):
            continue
        if dt.datetime.combine(day, data.ends_at, tzinfo=local_zone()) <= now:
            continue
        problems = refusal or _make_one(pattern, day, stop_there, data, run, owner=owner, now=now)
        if problems:
            run.skipped.append(_skip(pattern, day, problems, now=now))
            if stop_there is not None and not refusal:
                _withdraw(stop_there, run)
    _store_skips(pattern, run.skipped)
    return run


def _make_one(
    pattern: StopPattern,
    day: dt.date,
    stop: Stop | None,
    data: StopData,
    run: PatternRun,
    *,
    owner: User,
    now: dt.datetime,
) -> list[DomainError]:
    """Draft the visit of `day`, or bring its untouched draft into line. Returns what refuses it."""
    try:
        # A refusal of the database itself must not take the other days along.
        with transaction.atomic():
            if stop is None:
                written = draft_stop(data, by=owner, now=now)
            else:
                before = StopData.of(stop)
                written = edit_stop(stop, data, by=owner, now=now)
            Stop.objects.filter(pk=written.pk).update(
                pattern=pattern, pattern_date=day, pattern_left_at=F("updated_at")
            )
    except RuleBroken as refused:
        return refused.problems
    except DomainError as refused:
        return [refused]
    if stop is None:
        run.made.append(written)
    else:
        run.changed.append((written, before))
    return []


def _withdraw(stop: Stop, run: PatternRun) -> None:
    """Delete a draft that is still the pattern's own; its day is not left out of the rule, the rule itself has moved on."""
    before = StopData.of(stop)
    deleted, _by_model = Stop.objects.untouched().filter(pk=stop.pk).delete()
    if deleted:
        run.withdrawn.append(before)


def _at_the_hours_of_the_day(data: StopData) -> StopData:
    period = find_period(data.date)
    if period is None or data.ends_at <= data.starts_at or period.holds(data.starts_at, data.ends_at):
        return data
    return fit_into(period, data)


def _says_the_same(stop: Stop, data: StopData) -> bool:
    """Whether the working copy says what `data` would write."""

    def facts(of: StopData) -> dict[str, Any]:
        snapshot = as_snapshot(of)
        return snapshot | {name: sorted(snapshot[name]) for name in ("services", "payment_means")}

    return facts(StopData.of(stop)) == facts(data)


def _owner_refusal(pattern: StopPattern, owner: User) -> list[DomainError]:
    if may_edit(owner, pattern.district):
        return []
    names = {"person": owner.get_full_name() or owner.get_username(), "unit": pattern.district.label}
    return [
        DomainError(
            _(
                "%(person)s, who saved this recurring visit last, does not plan for %(unit)s any more. Save it to answer for it"
                " yourself."
            )
            % names,
            code="owner_without_right",
        )
    ]


def _skip(pattern: StopPattern, day: dt.date, problems: Sequence[DomainError], *, now: dt.datetime) -> PatternSkip:
    reason = "\n".join(dict.fromkeys(str(problem.message) for problem in problems))
    return PatternSkip(pattern=pattern, date=day, code=problems[0].code, reason=reason, found_at=now)


def _store_skips(pattern: StopPattern, skips: Sequence[PatternSkip]) -> None:
    """Keep what is the matter now and nothing else; what was the matter before keeps the moment it was found."""
    stored = {(row.date, row.code, row.reason): row for row in pattern.skips.all()}
    keys = {(skip.date, skip.code, skip.reason) for skip in skips}
    PatternSkip.objects.filter(pk__in=[row.pk for key, row in stored.items() if key not in keys]).delete()
    PatternSkip.objects.bulk_create(skip for skip in skips if (skip.date, skip.code, skip.reason) not in stored)


# -- writing the rule -------------------------------------------------------------------------------------------------------


def _refuse(problems: list[DomainError]) -> None:
    if problems:
        raise RuleBroken(problems)


def _lock(pattern: StopPattern, *, by: User) -> StopPattern:
    locked = StopPattern.objects.select_for_update(of=("self",)).with_details().get(pk=pattern.pk)
    if not may_edit(by, locked.district):
        raise NotAllowed(_("You do not plan for %(unit)s.") % {"unit": locked.district.label})
    return locked


def _write(pattern: StopPattern, data: PatternData, *, first: dt.date, by: User) -> None:
    pattern.vehicle = data.vehicle
    pattern.place = data.place
    pattern.district_id = unit_on_first_day(data, first) or pattern.district_id
    pattern.landmark_ar = clean(data.landmark_ar)
    pattern.landmark_en = clean(data.landmark_en)
    pattern.starts_at, pattern.ends_at, pattern.last_intake = data.starts_at, data.ends_at, data.last_intake
    pattern.rrule = str(data.recurrence)
    pattern.starts_on, pattern.ends_on = first, data.ends_on
    pattern.is_active = data.is_active
    pattern.updated_by = by
    pattern.save()
    pattern.services.set(data.services)
    pattern.payment_means.set(data.payment_means)


def _answer_for(pattern: StopPattern, *, by: User) -> None:
    pattern.updated_by = by
    pattern.save(update_fields=["updated_by", "updated_at"])


def _split(pattern: StopPattern, *, since: dt.date, by: User) -> StopPattern:
    """End `pattern` on the day before `since`; returns the one that takes its place, not stored yet."""
    pattern.ends_on = since - dt.timedelta(days=1)
    _answer_for(pattern, by=by)
    pattern.save(update_fields=["ends_on"])
    return StopPattern(created_by=by, follows=pattern, district=pattern.district)


def _hand_over(former: StopPattern, pattern: StopPattern, *, since: dt.date) -> None:
    """Give the coming stops of `former`, and what was said of coming days, to the pattern that takes its place.

    So what a person has edited still holds its day, and is not made a second time.
    """
    former.stops.filter(pattern_date__gte=since).update(pattern=pattern)
    former.dates.filter(date__gte=since).update(pattern=pattern)
    former.skips.filter(date__gte=since).delete()


def _journal(run: PatternRun, *, by: User, now: dt.datetime) -> PatternRun:
    """Note what a person's act has done to drafts, so that it can be taken back."""
    if not (run.made or run.changed or run.withdrawn):
        return run
    act = begin_act(PlanActKind.PATTERN, by=by, now=now)
    for before in run.withdrawn:
        note_discarded(act, before=before)
    for stop, before in run.changed:
        note_changed(act, stop, before=before)
    for stop in run.made:
        note_made(act, stop)
    run.act = act
    return run

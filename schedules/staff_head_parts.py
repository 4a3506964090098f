"""The further parts of the head's page: what was announced and done by hand, what failed, the coming weeks."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest

from announcements.arabic.facts import NoticeFacts
from announcements.enums import AcknowledgementKind, DeliveryStatus, NoticeKind, TextForm
from announcements.forms import AcknowledgementForm
from announcements.models import Acknowledgement, Delivery, Notice
from announcements.reasons import explain_delivery
from announcements.staff_files import Paper, list_papers
from announcements.staff_texts import NOTICE_LOOKS
from announcements.staff_week import list_week_notices, week_context
from schedules.clock import local_date
from schedules.queries_units import list_coming, list_owed_notices, list_troubles
from schedules.staff_pages import StopLine, line_of
from sohag_mobile.sharing import whatsapp_link
from sohag_mobile.weeks import Week
from vehicles.forms import label_week
from vehicles.models import District

WEEKS_AHEAD: Final = 4
# What the page names; the ledger has all of them.
_MOST_TROUBLES: Final = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """A tick that was refused: of which notice, and the form with its sentences."""

    notice: int
    form: AcknowledgementForm


@dataclasses.dataclass(frozen=True, slots=True)
class Tick:
    """What can be ticked of a notice: that it was posted, or aired. `is_owed` when what it corrects was."""

    kind: AcknowledgementKind
    form: AcknowledgementForm
    is_owed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as the head takes it along and ticks it off."""

    notice: Notice
    look: str
    share_url: str
    papers: tuple[Paper, ...]
    done: Sequence[Acknowledgement]
    ticks: tuple[Tick, ...]

    @property
    def is_owed(self) -> bool:
        return any(tick.is_owed for tick in self.ticks)


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery about which a person has to decide; what failed can be sent again at once, what is in doubt not."""

    delivery: Delivery
    look: str
    reason: str
    may_be_sent_again: bool


@dataclasses.dataclass(frozen=True, slots=True)
class ComingWeek:
    """A week of the unit with its stops, in the order in which they come."""

    week: Week
    label: str
    lines: list[StopLine]


def announced_context(
    request: HttpRequest, unit: District, week: Week, *, now: dt.datetime, refused: Refused | None = None
) -> dict[str, Any]:
    """The announcements of the week to take along; and, whatever their week, the corrections still to be posted or aired."""
    notices = list_week_notices(unit, week)
    context = week_context(request, unit, week, notices)
    owed = {
        notice.pk: notice
        for notice in list_owed_notices(not_before=local_date(now)).filter(district=unit).prefetch_related("texts")
    }
    others = [notice for pk, notice in owed.items() if pk not in {one.pk for one in notices}]
    every = [*others, *notices]
    done: dict[int, list[Acknowledgement]] = {notice.pk: [] for notice in every}
    for one in (
        Acknowledgement.objects.filter(notice__in=every).select_related("recorded_by").order_by("happened_at", "pk")
    ):
        done[one.notice_id].append(one)
    hanging: Mapping[int, NoticeFacts] = context.get("hanging", {})
    rows = [
        _row(notice, hanging.get(notice.pk), done[notice.pk], owed.get(notice.pk), now=now, refused=refused)
        for notice in every
    ]
    # The page has other notices: those that would be issued.
    return context | {"told_notices": context.pop("notices"), "rows": rows, "owed_count": len(owed)}


def _row(
    notice: Notice,
    facts: NoticeFacts | None,
    done: Sequence[Acknowledgement],
    owed: Any,
    *,
    now: dt.datetime,
    refused: Refused | None,
) -> NoticeRow:
    texts = {text.form: text.body for text in notice.texts.all()}
    ticked = {one.kind for one in done}
    owes = {
        AcknowledgementKind.POSTED: bool(owed and owed.owes_posting),
        AcknowledgementKind.AIRED: bool(owed and owed.owes_airing),
    }
    return NoticeRow(
        notice=notice,
        look=NOTICE_LOOKS[NoticeKind(notice.kind)],
        share_url=whatsapp_link(texts[TextForm.WHATSAPP]) if TextForm.WHATSAPP in texts else "",
        papers=list_papers(notice, facts),
        done=done,
        ticks=tuple(
            Tick(kind, _tick_form(notice, kind, now=now, refused=refused), is_owed=owes[kind])
            for kind in AcknowledgementKind
            if kind not in ticked
        ),
    )


def _tick_form(
    notice: Notice, kind: AcknowledgementKind, *, now: dt.datetime, refused: Refused | None
) -> AcknowledgementForm:
    if refused and refused.notice == notice.pk and refused.form.data.get("kind") == kind:
        return refused.form
    return AcknowledgementForm(initial={"kind": kind, "happened_at": now}, auto_id=f"{kind}-{notice.pk}-%s")


def troubles_context(unit: District) -> dict[str, Any]:
    """What failed or is in doubt, each with its reason as a sentence."""
    found = list_troubles([unit.pk])
    count = found.count()
    return {
        "troubles": [
            Trouble(
                delivery=delivery,
                look="cancelled" if delivery.status == DeliveryStatus.FAILED else "changed",
                reason=explain_delivery(delivery),
                may_be_sent_again=delivery.status == DeliveryStatus.FAILED,
            )
            for delivery in found[:_MOST_TROUBLES]
        ],
        "trouble_count": count,
        "more_troubles": max(0, count - _MOST_TROUBLES),
    }


def list_coming_weeks(unit: District, *, now: dt.datetime) -> list[ComingWeek]:
    """This week from today on, and the three after it, those without a stop included. One query."""
    today = local_date(now)
    weeks = [Week.of(today).plus(number) for number in range(WEEKS_AHEAD)]
    lines: dict[Week, list[StopLine]] = {week: [] for week in weeks}
    for stop in list_coming([unit.pk], first=today, last=weeks[-1].last):
        lines[Week.of(stop.date)].append(line_of(stop, now=now))
    return [ComingWeek(week, label_week(week, today=today), lines[week]) for week in weeks]

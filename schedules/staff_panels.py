"""What the staff pages say about a stop: its state in a word, and the public facts beside the working copy."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from schedules.enums import RevisionState, StopStatus
from schedules.models import Stop, StopRevision
from schedules.validators import StopData

if TYPE_CHECKING:
    from schedules.models.stops import StopTimes


@dataclasses.dataclass(frozen=True, slots=True)
class Sign:
    """A state as a word and the name of its shape and colour in the style sheet."""

    look: str
    word: str


def sign_stop(stop: Stop, *, now: dt.datetime) -> Sign:
    """The state of a working copy at the aware instant `now`; that it stopped half-way only where it is `with_told_state`."""
    if stop.status == StopStatus.CANCELLED:
        return Sign("cancelled", _("Cancelled"))
    is_draft = stop.status == StopStatus.DRAFT
    if stop.submitted_at is not None:
        return Sign("awaiting", _("Awaiting approval") if is_draft else _("Change awaiting approval"))
    if stop.returned_at is not None:
        return Sign("returned", _("Sent back to be mended") if is_draft else _("Change sent back to be mended"))
    if is_draft:
        return Sign("draft", _("Draft"))
    if stop.has_unpublished_changes:
        return Sign("changed", _("Changed, not yet announced"))
    if stop.status == StopStatus.POSTPONED:
        return Sign("postponed", _("Postponed, no date yet"))
    if getattr(stop, "told_state", None) == RevisionState.STOPPED:
        return Sign("done", _("Partly held")) if stop.ends <= now else Sign("stopped", _("Stopped working"))
    if stop.ends <= now:
        return Sign("done", _("Over"))
    return Sign("open", _("Published"))


def format_day(day: dt.date) -> str:
    """«الأحد 29 نوفمبر 2026»."""
    return date_format(day, "l j F Y")


def format_hours(times: StopTimes | StopData) -> str:
    """«من 09:00 حتى 14:00»."""
    return _("from %(start)s to %(end)s") % {
        "start": time_format(times.starts_at, "H:i"),
        "end": time_format(times.ends_at, "H:i"),
    }


@dataclasses.dataclass(frozen=True, slots=True)
class ComparedFact:
    """One fact as the public reads it and as the working copy has it."""

    label: str
    public: str
    working: str

    @property
    def differs(self) -> bool:
        return self.public != self.working


def compare_with_public(stop: Stop, public: StopRevision) -> list[ComparedFact]:
    """Every fact of a stop, the public one beside the one that would be published next."""
    return [
        ComparedFact(_("Vehicle"), str(public.vehicle), str(stop.vehicle)),
        ComparedFact(_("Place"), public.place.label, stop.place.label),
        ComparedFact(_("Issuing unit"), public.district.label, stop.district.label),
        ComparedFact(_("Landmark"), public.landmark_ar, stop.landmark_ar),
        ComparedFact(_("Landmark in English"), public.landmark_en, stop.landmark_en),
        ComparedFact(_("Day"), format_day(public.date), format_day(stop.date)),
        ComparedFact(_("Hours"), format_hours(public), format_hours(stop)),
        ComparedFact(_("Last intake"), _intake(public), _intake(stop)),
        ComparedFact(
            _("Services"),
            _listed([row.service.name for row in public.offered.all()]),
            _listed([service.name for service in stop.services.all()]),
        ),
        ComparedFact(
            _("Payment means"),
            _listed([means.name for means in public.payment_means.all()]),
            _listed([] if stop.intake_only else [means.name for means in stop.payment_means.all()]),
        ),
        ComparedFact(_("Only takes requests"), _yes_or_no(public.intake_only), _yes_or_no(stop.intake_only)),
    ]


def compare_with_typed(stop: Stop, typed: StopData | None) -> list[ComparedFact]:
    """What another person has stored (`public`) beside what was typed (`working`), which is empty when it could not be read."""
    stored = _facts_of(StopData.of(stop))
    entered = _facts_of(typed) if typed else dict.fromkeys(stored, "")
    return [ComparedFact(label, value, entered[label]) for label, value in stored.items()]


def compare_data(before: StopData, after: StopData) -> list[ComparedFact]:
    """The facts that an act changes: as they are (`public`) and as they would be (`working`)."""
    was, will_be = _facts_of(before), _facts_of(after)
    facts = [ComparedFact(label, was[label], will_be[label]) for label in was]
    return [fact for fact in facts if fact.differs]


def _facts_of(data: StopData) -> dict[str, str]:
    return {
        _("Vehicle"): str(data.vehicle),
        _("Place"): data.place.label,
        _("Landmark"): data.landmark_ar,
        _("Landmark in English"): data.landmark_en,
        _("Day"): format_day(data.date),
        _("Hours"): format_hours(data),
        _("Last intake"): _intake(data),
        _("Services"): _listed([service.name for service in data.services]),
        _("Payment means"): _listed([means.name for means in data.payment_means]),
        _("Only takes requests"): _yes_or_no(data.intake_only),
        _("Reason for working on a day off"): data.off_day_reason,
        _("Reason for other hours than the period's"): data.other_hours_reason,
        _("Landmark confirmed for that day"): _yes_or_no(data.landmark_confirmed_for == data.date),
        _("Second vehicle with the same services accepted"): _yes_or_no(data.accept_duplicate),
        _("Little time for the way accepted"): _yes_or_no(data.accept_short_travel),
    }


def _intake(times: StopTimes | StopData) -> str:
    return time_format(times.last_intake, "H:i") if times.last_intake else "—"


def _yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")


def _listed(names: list[str]) -> str:
    return "، ".join(sorted(names)) or "—"

"""What the page of the week board and its JSON share: its address, a stop as a card, a column's heading, refusals in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from schedules.actions_board import Slot
from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.models import Stop
from schedules.models.stops import local_zone
from schedules.queries_board import MOST_WEEKS, BoardCell, BoardDay, BoardRow, BoardWindow
from schedules.staff_panels import Sign, format_day, format_hours, sign_stop
from sohag_mobile.admin import scope_of
from sohag_mobile.errors import DomainError
from sohag_mobile.templatetags.display import digits
from sohag_mobile.weeks import Week

VIEWS = ("board", "table")
_NAME = re.compile(r"(?P<week>\d{4}-W\d{2})\.(?P<weeks>[1-4])\.(?P<unit>\d{1,18})\.(?P<view>board|table|)\Z", re.ASCII)
# A card of these can no longer be moved: it is a record of what was.
_RECORDS = frozenset({"cancelled", "done", "stopped"})


@dataclasses.dataclass(frozen=True, slots=True)
class BoardAddress:
    """Which part of the plan a board shows, and how; `unit` 0 are all units of the person, `view` "" is left to the browser."""

    week: Week
    weeks: int = 1
    unit: int = 0
    view: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any], *, today: dt.date) -> BoardAddress:
        """The address in a query; what is missing or makes no sense is the present week, one week, all units."""
        try:
            week = Week.parse(str(data.get("week", "")))
        except ValueError:
            week = Week.of(today)
        weeks, unit, view = (str(data.get(name, "")) for name in ("weeks", "unit", "view"))
        return cls(
            # A whole board later there still has to be a calendar.
            week=week if dt.date(2000, 1, 1) < week.first < dt.date(2200, 1, 1) else Week.of(today),
            weeks=int(weeks) if weeks in {str(n) for n in range(1, MOST_WEEKS + 1)} else 1,
            unit=int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 19 else 0,
            view=view if view in VIEWS else "",
        )

    @classmethod
    def parse(cls, name: str) -> BoardAddress | None:
        """The address that `name` was made of, or None."""
        match = _NAME.match(name)
        if match is None:
            return None
        return cls.read(match.groupdict(), today=dt.date(2000, 1, 1))

    @property
    def name(self) -> str:
        """In one word, as other pages carry it along to come back: `2026-W48.1.0.table`."""
        return f"{self.week.name}.{self.weeks}.{self.unit}.{self.view}"

    @property
    def window(self) -> BoardWindow:
        return BoardWindow(self.week, self.weeks)

    @property
    def query(self) -> str:
        parts: dict[str, str | int] = {"week": self.week.name, "weeks": self.weeks}
        if self.unit:
            parts["unit"] = self.unit
        if self.view:
            parts["view"] = self.view
        return urlencode(parts)

    @property
    def url(self) -> str:
        return f"{reverse('admin:schedules_stop_board')}?{self.query}"

    def to_week(self, weeks: int) -> BoardAddress:
        """So many weeks later."""
        return dataclasses.replace(self, week=self.week.plus(weeks))

    def holding(self, day: dt.date) -> BoardAddress:
        """The same, with the local day `day` in view."""
        window = self.window
        return self if window.starts_on <= day <= window.ends_on else dataclasses.replace(self, week=Week.of(day))


def read_back(request: HttpRequest) -> BoardAddress | None:
    """The board from which a person came to another page, if they came from one."""
    return BoardAddress.parse(request.GET.get("board", ""))


def units_of_board(request: HttpRequest, address: BoardAddress) -> frozenset[int]:
    """The units (primary keys) that the board shows this person; of others it shows nothing."""
    plans = scope_of(request).plans
    return plans & {address.unit} if address.unit else plans


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """A stop on the board. `told` is what the head of the unit asked to be mended."""

    stop: Stop
    key: str
    sign: Sign
    is_draft: bool
    told: str
    hours: str
    place: str
    edits: bool
    moves: bool
    discards: bool

    @property
    def changed(self) -> str:
        """Who saved it last, and when."""
        return digits(last_change(self.stop))


def card_of(stop: Stop, *, edits: Collection[int], now: dt.datetime) -> Card:
    """`stop` as it stands at `now` (aware), for a person who edits the units `edits`."""
    sign = sign_stop(stop, now=now)
    may_edit = stop.district_id in edits
    return Card(
        stop=stop,
        key=str(stop.pk),
        sign=sign,
        is_draft=stop.status == StopStatus.DRAFT,
        told=stop.return_comment,
        hours=digits(format_hours(stop)),
        place=digits(stop.place.label),
        edits=may_edit,
        moves=may_edit and sign.look not in _RECORDS,
        discards=may_edit and (stop.status == StopStatus.DRAFT or stop.has_unpublished_changes),
    )


def last_change(stop: Stop) -> str:
    """Who saved the working copy last, and when."""
    moment = stop.updated_at.astimezone(local_zone())
    return _("Last change: %(person)s, %(day)s at %(time)s") % {
        "person": stop.updated_by.get_full_name() or stop.updated_by.get_username(),
        "day": date_format(moment, "j F"),
        "time": f"{moment:%H:%M}",
    }


def event_of(card: Card, *, person: int) -> dict[str, Any]:
    """A card as JSON; `person` is the primary key of who reads it."""
    stop = card.stop
    return {
        "id": stop.pk,
        "vehicle": stop.vehicle_id,
        "day": stop.date.isoformat(),
        "from": f"{stop.starts_at:%H:%M}",
        "to": f"{stop.ends_at:%H:%M}",
        "place": card.place,
        "hours": card.hours,
        "look": card.sign.look,
        "word": card.sign.word,
        "draft": card.is_draft,
        "told": card.told,
        "seen": stop.updated_at.isoformat(),
        "by": stop.updated_by.get_full_name() or stop.updated_by.get_username(),
        "mine": stop.updated_by_id == person,
        "edits": card.edits,
        "moves": card.moves,
        "discards": card.discards,
    }


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: `marks` are what a planner has to know of the day, each with its look."""

    day: BoardDay
    weekday: str
    date: str
    full: str
    short: str
    iso: str
    key: str
    is_today: bool
    marks: tuple[Sign, ...]


def heading_of(day: BoardDay, *, now: dt.datetime) -> Heading:
    """The heading of a column, at `now` (aware)."""
    marks = []
    if day.holiday:
        marks.append(Sign("holiday", digits(day.holiday.name)))
    if day.is_off:
        marks.append(Sign("off", _("Weekly day off")))
    if day.period:
        hours = {
            "period": day.period.name,
            "start": time_format(day.period.starts_at, "H:i"),
            "end": time_format(day.period.ends_at, "H:i"),
        }
        marks.append(Sign("period", digits(_("%(period)s: %(start)s–%(end)s") % hours)))
    weekday, date = date_format(day.date, "l"), digits(date_format(day.date, "j F"))
    return Heading(
        day=day,
        weekday=weekday,
        date=date,
        full=digits(format_day(day.date)),
        short=f"{weekday} {date}",
        iso=day.date.isoformat(),
        key=f"d{day.date:%m%d}",
        is_today=day.date == local_date(now),
        marks=tuple(marks),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class CardCell:
    """A cell of the table. `drafts` says whether a stop may be drafted here, `lent` that the vehicle works elsewhere."""

    cell: BoardCell
    heading: Heading
    cards: tuple[Card, ...]
    drafts: bool
    lent: bool


@dataclasses.dataclass(frozen=True, slots=True)
class CardRow:
    row: BoardRow
    key: str
    units: str
    cells: tuple[CardCell, ...]


def lay_out(
    rows: Collection[BoardRow], headings: Collection[Heading], *, edits: Collection[int], now: dt.datetime
) -> list[CardRow]:
    """The table of the board for a person who edits the units `edits`, at `now` (aware)."""
    today = local_date(now)
    return [
        CardRow(
            row=row,
            key=str(row.vehicle.pk),
            units=digits("، ".join(district.label for district in row.districts)),
            cells=tuple(
                CardCell(
                    cell=cell,
                    heading=heading,
                    cards=tuple(card_of(stop, edits=edits, now=now) for stop in cell.stops),
                    drafts=cell.district is not None and cell.district.pk in edits and cell.day.date >= today,
                    lent=cell.district is None,
                )
                for cell, heading in zip(row.cells, headings, strict=True)
            ),
        )
        for row in rows
    ]


def sentences_of(refusal: DomainError) -> dict[str, list[str]]:
    """Every sentence of a refusal by its field; "" are those of the whole."""
    found: dict[str, list[str]] = {}
    for problem in getattr(refusal, "problems", [refusal]):
        found.setdefault(problem.field, []).append(digits(problem.message))
    return found


def form_url(stop: Stop, slot: Slot, address: BoardAddress | None, *, copies: bool = False) -> str:
    """The whole form of a stop (of a copy of it) with `slot` typed in, which leads back to the board at `address`."""
    parts = {
        **({"copy": stop.pk} if copies else {}),
        "vehicle": slot.vehicle.pk,
        "date": slot.date.isoformat(),
        "starts_at": f"{slot.starts_at:%H:%M}",
        "ends_at": f"{slot.ends_at:%H:%M}",
        **({"board": address.name} if address else {}),
    }
    page = reverse("admin:schedules_stop_add") if copies else reverse("admin:schedules_stop_change", args=[stop.pk])
    return f"{page}?{urlencode(parts)}"


def tell_place(stop: Stop) -> dict[str, str]:
    """Where a stop lies, for a sentence."""
    return {
        "place": stop.place.label,
        "day": format_day(stop.date),
        "hours": format_hours(stop),
        "vehicle": str(stop.vehicle),
    }


def tell_moved(stop: Stop) -> str:
    """What a move has done, in a sentence."""
    told = _("%(place)s: %(day)s, %(hours)s, %(vehicle)s.") % tell_place(stop)
    if stop.has_unpublished_changes:
        told = f"{told} {_('Citizens still read the old facts, until the changes are published.')}"
    return digits(told)


def tell_copied(stop: Stop) -> str:
    """What copying has done, in a sentence."""
    return digits(_("Copied as a draft: %(place)s, %(day)s, %(hours)s, %(vehicle)s.") % tell_place(stop))


def tell_discarded(left: Stop | None, label: str) -> str:
    """What discarding has done, in a sentence; `label` is what the stop was."""
    if left is not None:
        return _("The change was discarded: the stop is as the public was told.")
    return digits(_("The draft “%(stop)s” was discarded.") % {"stop": label})

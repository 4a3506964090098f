"""The week board of the staff: a table of vehicles and days that needs no script, and a board over it where there is one.

Everything that can be done by dragging can be done on the pages here as well, with the same answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schedules.actions_board import Slot, copy_on_board, discard_on_board, move_on_board, place_in_slot
from schedules.actions_undo import undo_act
from schedules.clock import local_date
from schedules.enums import StopStatus
from schedules.forms import vehicles_to_plan
from schedules.forms_board import SlotForm
from schedules.models import PlanAct, Stop
from schedules.queries_acts import acts_of
from schedules.queries_board import MOST_WEEKS, build_board
from schedules.staff_board_json import copy_view, data_view, discard_view, move_view, take_back_view, version_of
from schedules.staff_board_parts import (
    BoardAddress,
    card_of,
    event_of,
    form_url,
    heading_of,
    lay_out,
    read_back,
    sentences_of,
    tell_copied,
    tell_discarded,
    tell_moved,
    units_of_board,
)
from schedules.staff_board_words import words_of_board
from schedules.staff_conflicts import conflicts_url, list_later
from schedules.staff_pages import find_stop_of_staff, render_staff_page
from schedules.staff_panels import compare_with_typed
from schedules.validators import StaleEdit, StopData
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from sohag_mobile.templatetags.display import digits
from vehicles.enums import Right
from vehicles.forms import label_week, list_weeks
from vehicles.models import District, Vehicle
from vehicles.queries import get_governorate, list_districts_of

# How long after it an act is offered to be taken back; it is refused anyway once somebody has gone on from it.
_UNDO_OFFERED = dt.timedelta(hours=12)
_LIBRARY = "vendor/event-calendar/event-calendar.min.js"

_TITLES = {
    "move": gettext_lazy("Move or lengthen a stop"),
    "copy": gettext_lazy("Copy a stop"),
}


class BoardForm(forms.Form):
    """Which part of the plan to show."""

    week = forms.ChoiceField(label=gettext_lazy("week"))
    weeks = forms.ChoiceField(label=pgettext_lazy("of the board", "weeks shown"))
    unit = forms.ChoiceField(label=gettext_lazy("unit"))

    def __init__(self, *args: Any, address: BoardAddress, units: list[District], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = list_weeks(today=today, back=4, ahead=12)
        if address.week.name not in dict(weeks):
            weeks.append((address.week.name, label_week(address.week, today=today)))
        self._offer("week", sorted(weeks))
        self._offer(
            "weeks",
            [
                (str(number), ngettext("%(number)d week", "%(number)d weeks", number) % {"number": number})
                for number in range(1, MOST_WEEKS + 1)
            ],
        )
        self._offer("unit", [("0", _("All my units")), *((str(unit.pk), unit.label) for unit in units)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
        field.choices = [(value, digits(label)) for value, label in choices]


@require_GET
def board_view(request: HttpRequest) -> HttpResponse:
    """The plan of one to four weeks: vehicles are the rows, days the columns."""
    now = clock.now()
    today = local_date(now)
    address = BoardAddress.read(request.GET, today=today)
    scope, person = scope_of(request), staff_of(request)
    units = list(list_districts_of(person, Right.SEE_PLANS))
    if not {address.unit} <= {0, *(unit.pk for unit in units)}:
        address = BoardAddress(address.week, address.weeks, view=address.view)
    # Before the plan is read: what is saved in between is fetched again, and not missed.
    version = version_of(request, address, now=now)
    board = build_board(address.window, units_of_board(request, address), governorate=get_governorate())
    headings = [heading_of(day, now=now) for day in board.days]
    rows = lay_out(board.rows, headings, edits=scope.edits, now=now)
    chosen = {"week": address.week.name, "weeks": address.weeks, "unit": address.unit}
    return render_staff_page(
        request,
        "board",
        _("The week board"),
        form=BoardForm(initial=chosen, address=address, units=units, today=today),
        address=address,
        week_label=_label(address, today=today),
        first_week_label=digits(label_week(address.week, today=today)),
        before=address.to_week(-1).url,
        after=address.to_week(1).url,
        switch={view: BoardAddress(address.week, address.weeks, address.unit, view).url for view in ("board", "table")},
        conflicts_url=conflicts_url(address.week, address.unit),
        **list_later(week=address.week, unit=address.unit),
        headings=headings,
        rows=rows,
        may_edit=bool(scope.edits),
        last_act=_find_last_act(request, now=now),
        has_library=finders.find(_LIBRARY) is not None,
        words=words_of_board(),
        said=_said_in_every_cell(),
        board_name=address.name,
        data={
            "version": version,
            "board": address.name,
            "view": address.view,
            "may_edit": bool(scope.edits),
            "days": [
                {
                    "date": heading.day.date.isoformat(),
                    "weekday": heading.weekday,
                    "label": heading.date,
                    "full": heading.full,
                    "today": heading.is_today,
                    "quiet": heading.day.is_off or heading.day.holiday is not None,
                    "marks": [{"look": mark.look, "word": mark.word} for mark in heading.marks],
                }
                for heading in headings
            ],
            "vehicles": [
                {
                    "id": row.row.vehicle.pk,
                    "code": row.row.vehicle.code,
                    "name": digits(row.row.vehicle.name),
                    "units": row.units,
                    # One letter a day: (d)raft here, (a)way for another unit, or neither.
                    "days": "".join("d" if cell.drafts else "a" if cell.lent else "-" for cell in row.cells),
                }
                for row in rows
            ],
            "events": [event_of(card, person=person.pk) for row in rows for cell in row.cells for card in cell.cards],
        },
    )


def _said_in_every_cell() -> dict[str, str]:
    """Looked up once: a thousand cards ask for them."""
    return {
        "acts": _("Acts"),
        "move": _("Move or lengthen…"),
        "copy": _("Copy…"),
        "discard_draft": _("Discard this draft…"),
        "discard_change": _("Discard the change…"),
        "away": _("Works elsewhere"),
    }


def _label(address: BoardAddress, *, today: dt.date) -> str:
    if address.weeks == 1:
        return digits(label_week(address.week, today=today))
    last = address.week.plus(address.weeks - 1)
    return digits(
        _("%(first)s, until %(last)s")
        % {"first": label_week(address.week, today=today), "last": label_week(last, today=today)}
    )


def _find_last_act(request: HttpRequest, *, now: dt.datetime) -> PlanAct | None:
    """What the person did last to the plan, if it was not long ago and has not been taken back."""
    acts = acts_of(staff_of(request), units=scope_of(request).plans)
    return acts.filter(made_at__gte=now - _UNDO_OFFERED, undone_at__isnull=True).first()


@require_http_methods(["GET", "POST"])
def slot_view(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Move (or lengthen) or copy a stop by a form, or discard it; then back to the board."""
    now = clock.now()
    stop = find_stop_of_staff(request, pk)
    card = card_of(stop, edits=scope_of(request).edits, now=now)
    may = {"move": card.moves, "copy": bool(scope_of(request).edits), "discard": card.discards}[act]
    back = read_back(request) or BoardAddress.read({}, today=local_date(now)).holding(stop.date)
    if not may:
        if act == "copy" or not card.edits:
            raise PermissionDenied
        messages.error(request, _("This cannot be done with this stop as it stands now."))
        return HttpResponseRedirect(back.url)
    if act == "discard":
        return _discard(request, stop, back, now=now)
    vehicles = Vehicle.objects.filter(pk=stop.vehicle_id) | vehicles_to_plan(
        scope_of(request).edits, today=local_date(now)
    )
    form = SlotForm(
        request.POST if request.method == "POST" else None, stop=stop, vehicles=vehicles.distinct().order_by("code")
    )
    refused: DomainError | None = None
    slot: Slot | None = None
    if form.is_bound and form.is_valid():
        slot = form.slot()
        try:
            if act == "copy":
                left, done = copy_on_board(stop, slot, by=staff_of(request), now=now)
                return _go_back(request, back.holding(left.date), tell_copied(left), done)
            moved, made = move_on_board(stop, slot, seen=form.cleaned_data["seen"], by=staff_of(request), now=now)
            return _go_back(request, back.holding(moved.date), tell_moved(moved), made)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            refused = refusal
            _put_beside_fields(form, refusal)
    return _render_slot(request, stop, form, act=act, back=back, refused=refused, slot=slot)


def _put_beside_fields(form: SlotForm, refusal: DomainError) -> None:
    for field, sentences in sentences_of(refusal).items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, ValidationError(sentence, code=refusal.code))


def _render_slot(
    request: HttpRequest,
    stop: Stop,
    form: SlotForm,
    *,
    act: str,
    back: BoardAddress,
    refused: DomainError | None,
    slot: Slot | None,
) -> HttpResponse:
    """The form, with what refuses `slot`; after a stale save with both versions side by side."""
    compared = []
    whole_form = ""
    if refused is not None and slot is not None:
        whole_form = form_url(stop, slot, back, copies=act == "copy")
        if isinstance(refused, StaleEdit):
            stop = find_stop_of_staff(request, stop.pk)
            compared = compare_with_typed(stop, place_in_slot(StopData.of(stop), slot))
            form.carry_on_from(stop)
    return render_staff_page(
        request,
        "board_slot",
        str(_TITLES[act]),
        card=card_of(stop, edits=scope_of(request).edits, now=clock.now()),
        form=form,
        act=act,
        back=back,
        compared=[fact for fact in compared if fact.differs],
        is_stale=isinstance(refused, StaleEdit),
        whole_form=whole_form,
    )


def _discard(request: HttpRequest, stop: Stop, back: BoardAddress, *, now: dt.datetime) -> HttpResponse:
    """Discard with one press: it can be taken back. A stale press is asked again, with the stop as it is."""
    if request.method == "POST":
        label = str(stop)
        form = SlotForm(request.POST, stop=stop, vehicles=Vehicle.objects.none())
        form.is_valid()
        seen = form.cleaned_data.get("seen")
        try:
            left, act = discard_on_board(stop, seen=seen or stop.created_at, by=staff_of(request), now=now)
            return _go_back(request, back, tell_discarded(left, label), act)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except DomainError as refusal:
            messages.error(request, digits(refusal.message))
            return HttpResponseRedirect(request.get_full_path())
    return render_staff_page(
        request,
        "board_slot",
        _("Discard a draft") if stop.status == StopStatus.DRAFT else _("Discard a change"),
        card=card_of(stop, edits=scope_of(request).edits, now=now),
        act="discard",
        back=back,
    )


@require_POST
def undo_view(request: HttpRequest) -> HttpResponse:
    """Take back an act of the person: `act` names it."""
    back = read_back(request) or BoardAddress.read({}, today=local_date(clock.now()))
    key = request.POST.get("act", "")
    act = None
    if key.isascii() and key.isdecimal() and len(key) < 19:
        act = acts_of(staff_of(request), units=scope_of(request).plans).filter(pk=int(key)).first()
    if act is None:
        messages.error(request, _("There is no such act of yours."))
        return HttpResponseRedirect(back.url)
    try:
        undo_act(act, by=staff_of(request), now=clock.now())
    except DomainError as refusal:
        for sentences in sentences_of(refusal).values():
            for sentence in sentences:
                messages.error(request, sentence)
    else:
        messages.success(request, _("Taken back."))
    return HttpResponseRedirect(back.url)


def _go_back(request: HttpRequest, back: BoardAddress, told: str, act: PlanAct | None) -> HttpResponse:
    """To the board, which offers to take the act back."""
    if act is None:
        messages.info(request, _("Nothing was changed: the stop lies there already."))
    else:
        messages.success(request, told)
    return HttpResponseRedirect(back.url)


def pages(page: Callable[[Any], Any]) -> list[URLPattern]:
    """The addresses of the board in the section of stops; `page` wraps a view for those who see plans."""
    return [
        path("board/", page(board_view), name="schedules_stop_board"),
        path("board/undo/", page(undo_view), name="schedules_stop_board_undo"),
        path("board/data/", page(data_view), name="schedules_stop_board_data"),
        path("board/data/move/", page(move_view), name="schedules_stop_board_move"),
        path("board/data/copy/", page(copy_view), name="schedules_stop_board_copy"),
        path("board/data/discard/", page(discard_view), name="schedules_stop_board_discard"),
        path("board/data/undo/", page(take_back_view), name="schedules_stop_board_take_back"),
        re_path(
            r"^(?P<pk>[0-9]{1,18})/board/(?P<act>move|copy|discard)/$",
            page(slot_view),
            name="schedules_stop_board_slot",
        ),
    ]

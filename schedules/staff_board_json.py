"""The week board for programs: what it shows, and the acts on it. JSON in and out; refusals are {code, message, fields}.

A program that has seen a version sends it along (`If-None-Match`) and is told in two queries that nothing has changed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from schedules.actions_board import Slot, copy_on_board, discard_on_board, move_on_board, place_in_slot
from schedules.actions_undo import undo_act
from schedules.clock import local_date
from schedules.models import PlanAct, Stop
from schedules.queries_acts import acts_of
from schedules.queries_board import find_board_version, stops_of_board, with_card_details
from schedules.staff_board_parts import (
    BoardAddress,
    card_of,
    event_of,
    form_url,
    sentences_of,
    tell_copied,
    tell_discarded,
    tell_moved,
    units_of_board,
)
from schedules.staff_pages import find_stop_of_staff, stops_of_staff
from schedules.staff_panels import compare_with_typed
from schedules.validators import StaleEdit, StopData, VehicleAlreadyBooked
from sohag_mobile import clock
from sohag_mobile.admin import scope_of, staff_of
from sohag_mobile.errors import DomainError, NotAllowed
from vehicles.models import Vehicle

# Somebody else was faster: the same act may pass once the present state has been seen.
_CONFLICTS = frozenset({StaleEdit.code, VehicleAlreadyBooked.code, "stop_gone", "already_undone"})
Body = dict[str, Any]


class _BadBody(DomainError):
    """What was sent is not what this address takes."""

    code = "invalid"


@require_GET
def data_view(request: HttpRequest) -> HttpResponse:
    """The stops on the board, or 304 when the person has seen them as they are. Query: as of the page."""
    now = clock.now()
    address = BoardAddress.read(request.GET, today=local_date(now))
    units = units_of_board(request, address)
    etag = version_of(request, address, now=now)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        edits, person = scope_of(request).edits, staff_of(request).pk
        stops = with_card_details(stops_of_board(address.window, units)).order_by("date", "starts_at", "pk")
        events = [event_of(card_of(stop, edits=edits, now=now), person=person) for stop in stops]
        answer = JsonResponse({"version": etag, "events": events}, json_dumps_params={"ensure_ascii": False})
        answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def version_of(request: HttpRequest, address: BoardAddress, *, now: dt.datetime) -> str:
    """The entity tag of the board as this person sees it: it knows what they may do, and their language."""
    version = find_board_version(address.window, units_of_board(request, address), now=now)
    edits = "-".join(str(pk) for pk in sorted(scope_of(request).edits))
    return f'"{version}.{staff_of(request).pk}.{edits}.{get_language()}"'


def _answering(act: Callable[[HttpRequest, Body], JsonResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A view that reads JSON, acts, and says a refusal in the one shape."""

    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        try:
            return act(request, _read_body(request))
        except _BadBody as refusal:
            return _refuse(refusal, status=415 if refusal.code == "not_json" else 400)
        except Http404 as missing:
            return _refuse(DomainError(str(missing), code="not_found"), status=404)
        except (NotAllowed, PermissionDenied) as refusal:
            told = refusal if isinstance(refusal, NotAllowed) else NotAllowed(_("You may not do this."))
            return _refuse(told, status=403)
        except DomainError as refusal:
            return _refuse(refusal, status=409 if refusal.code in _CONFLICTS else 422)

    return view


def _act_move(request: HttpRequest, body: Body) -> JsonResponse:
    """Move or stretch: {stop, seen, vehicle, date, starts_at, ends_at, board}."""
    fields = _Fields(body, {"stop", "seen", "vehicle", "date", "starts_at", "ends_at", "board"})
    pk, seen, slot, address = fields.key("stop"), fields.moment("seen"), fields.slot(), fields.address()
    fields.done()
    stop = find_stop_of_staff(request, pk)
    try:
        moved, act = move_on_board(stop, slot, seen=seen, by=staff_of(request), now=clock.now())
    except StaleEdit as refusal:
        return _refuse(refusal, status=409, **_both_versions(request, stop, slot, address))
    except NotAllowed:
        raise
    except DomainError as refusal:
        status = 409 if refusal.code in _CONFLICTS else 422
        return _refuse(refusal, status=status, form_url=form_url(stop, slot, address))
    return _done(request, tell_moved(moved), act=act, left=[moved])


def _act_copy(request: HttpRequest, body: Body) -> JsonResponse:
    """Copy as a draft: {stop, vehicle, date, starts_at, ends_at, board}."""
    fields = _Fields(body, {"stop", "vehicle", "date", "starts_at", "ends_at", "board"})
    pk, slot, address = fields.key("stop"), fields.slot(), fields.address()
    fields.done()
    stop = find_stop_of_staff(request, pk)
    if not scope_of(request).edits:
        raise PermissionDenied
    try:
        made, act = copy_on_board(stop, slot, by=staff_of(request), now=clock.now())
    except NotAllowed:
        raise
    except DomainError as refusal:
        status = 409 if refusal.code in _CONFLICTS else 422
        return _refuse(refusal, status=status, form_url=form_url(stop, slot, address, copies=True))
    return _done(request, tell_copied(made), act=act, left=[made])


def _act_discard(request: HttpRequest, body: Body) -> JsonResponse:
    """Discard a draft or an unannounced change: {stop, seen}."""
    fields = _Fields(body, {"stop", "seen"})
    pk, seen = fields.key("stop"), fields.moment("seen")
    fields.done()
    stop = find_stop_of_staff(request, pk)
    label = str(stop)
    left, act = discard_on_board(stop, seen=seen, by=staff_of(request), now=clock.now())
    removed = [] if left is not None else [pk]
    return _done(
        request, tell_discarded(left, label), act=act, left=[left] if left is not None else [], removed=removed
    )


def _act_take_back(request: HttpRequest, body: Body) -> JsonResponse:
    """Take an act back: {act}."""
    fields = _Fields(body, {"act"})
    pk = fields.key("act")
    fields.done()
    act = acts_of(staff_of(request), units=scope_of(request).plans).filter(pk=pk).first()
    if act is None:
        raise Http404(_("There is no such act of yours."))
    touched = list(act.stops.filter(stop__isnull=False).values_list("stop", flat=True))
    remaining = undo_act(act, by=staff_of(request), now=clock.now())
    kept = {stop.pk for stop in remaining}
    return _done(request, _("Taken back."), act=None, left=remaining, removed=[pk for pk in touched if pk not in kept])


move_view, copy_view = _answering(_act_move), _answering(_act_copy)
discard_view, take_back_view = _answering(_act_discard), _answering(_act_take_back)


def _done(
    request: HttpRequest, message: str, *, act: PlanAct | None, left: list[Stop], removed: list[int] | None = None
) -> JsonResponse:
    keys = [stop.pk for stop in left]
    return JsonResponse(
        {
            "message": message,
            "act": act.pk if act else None,
            "events": [_event(request, stop) for stop in stops_of_staff(request).filter(pk__in=keys)],
            "removed": removed or [],
        }
    )


def _event(request: HttpRequest, stop: Stop) -> dict[str, Any]:
    return event_of(card_of(stop, edits=scope_of(request).edits, now=clock.now()), person=staff_of(request).pk)


def _both_versions(request: HttpRequest, stop: Stop, slot: Slot, address: BoardAddress | None) -> dict[str, Any]:
    """What is stored now beside what the person wanted; the stop as it is, so that they can go on from there."""
    stored = find_stop_of_staff(request, stop.pk)
    facts = compare_with_typed(stored, place_in_slot(StopData.of(stored), slot))
    return {
        "compare": [
            {"label": fact.label, "theirs": fact.public, "yours": fact.working} for fact in facts if fact.differs
        ],
        "event": _event(request, stored),
        "form_url": form_url(stored, slot, address),
    }


def _refuse(refusal: DomainError, *, status: int, **more: Any) -> JsonResponse:
    fields = sentences_of(refusal)
    message = " ".join(sentence for sentences in fields.values() for sentence in sentences)
    return JsonResponse({"code": refusal.code, "message": message, "fields": fields} | more, status=status)


# -- reading ------------------------------------------------------------------------------------------------------------------


def _read_body(request: HttpRequest) -> Body:
    """The object in the body. Raises _BadBody."""
    if request.content_type != "application/json":
        raise _BadBody(_("Send JSON (application/json)."), code="not_json")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise _BadBody(_("This is no JSON that can be read.")) from error
    if not isinstance(body, dict):
        raise _BadBody(_("Send one object."))
    return body


class _Fields:
    """The fields of a body, read one by one; what is wrong with them is said together by `done`."""

    def __init__(self, body: Body, known: set[str]) -> None:
        self.body = body
        self.problems = [
            DomainError(_("This field is not known here."), field=name[:60])
            for name in sorted(body.keys() - known)[:20]
        ]

    def _take(self, name: str, read: Callable[[str], Any], sentence: str) -> Any:
        value = self.body.get(name)
        try:
            return read(value if isinstance(value, str) else "")
        except ValueError:
            self.problems.append(DomainError(sentence, field=name))
            return None

    def key(self, name: str) -> int:
        value = self.body.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
            return value
        self.problems.append(DomainError(_("Send a positive whole number."), field=name))
        return 0

    def moment(self, name: str) -> dt.datetime:
        found: dt.datetime = self._take(name, _read_moment, str(_("Send a moment as 2026-11-29T09:00:00+02:00.")))
        return found

    def slot(self) -> Slot:
        """The vehicle, day and hours; only usable once `done` has let the fields pass."""
        key = self.key("vehicle")
        vehicle = Vehicle.objects.filter(pk=key).first()
        if vehicle is None and key:
            self.problems.append(DomainError(_("There is no such vehicle."), field="vehicle"))
        date = self._take("date", _read_day, str(_("Send a day as 2026-11-29.")))
        hours = [self._take(name, _read_time, str(_("Send a time as 09:00."))) for name in ("starts_at", "ends_at")]
        return Slot(vehicle, date, *hours)  # type: ignore[arg-type]

    def address(self) -> BoardAddress | None:
        value = self.body.get("board", "")
        return BoardAddress.parse(value) if isinstance(value, str) else None

    def done(self) -> None:
        """Raise _BadBody with every problem."""
        if self.problems:
            raise _BadFields(self.problems)


class _BadFields(_BadBody):
    """Fields that are missing, of the wrong kind, or too many."""

    def __init__(self, problems: list[DomainError]) -> None:
        super().__init__(problems[0].message, field=problems[0].field)
        self.problems = problems


def _read_moment(text: str) -> dt.datetime:
    moment = parse_datetime(text)
    if moment is None or timezone.is_naive(moment):
        raise ValueError(text)
    return moment


def _read_day(text: str) -> dt.date:
    if len(text) != 10:
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def _read_time(text: str) -> dt.time:
    if len(text) not in (5, 8):
        raise ValueError(text)
    time = dt.time.fromisoformat(text)
    if time.tzinfo is not None:
        raise ValueError(text)
    return time

"""The staff of a chaos run: several units that announce, change and cancel through the product's own actions."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from announcements.enums import ChannelKind
from announcements.models import Delivery, Notice
from schedules.actions import cancel_stop, draft_stop, edit_stop, publish_stops
from schedules.enums import Cause, StopStatus
from schedules.models import Place, Stop
from schedules.validators import StopData
from services.models import Service
from tests.factories.announcements import ChannelFactory
from tests.factories.schedules import PlaceFactory
from tests.factories.services import OfferFactory
from tests.factories.users import make_head
from tests.factories.vehicles import DistrictFactory, VehicleFactory
from vehicles.models import District, Vehicle

CHANNELS = tuple(ChannelKind(kind) for kind in ("facebook", "telegram", "radio_mail", "radio_folder"))
# Few enough notices a page that a look-up can read them all, as on a real one.
NOTICES_PER_UNIT = 50
VEHICLES_PER_UNIT = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    """A unit with its head, its vehicles, a place, and free days for each vehicle."""

    district: District
    head: User
    place: Place
    slots: Iterator[tuple[Vehicle, Service, dt.date]]


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """One thing a head of unit does. `is_done` tells whether an earlier try, whose answer got lost, was carried out."""

    do: Callable[[], object]
    is_done: Callable[[], bool]


class Office(threading.Thread):
    """Publishes until about `deliveries` rows are in the outbox, through restarts of the database and of the broker.

    A third of the announcements are changed, cancelled, or both, at once or some notices later.
    """

    def __init__(self, *, deliveries: int, seed: int, pause: float) -> None:
        """`pause`: seconds between two acts, so that publishing goes on while things break."""
        super().__init__(daemon=True)
        self.wanted = max(1, deliveries // len(CHANNELS))
        self.random = random.Random(seed)
        self.pause = pause
        self.error: BaseException | None = None
        self.is_wanted = True
        self.retried = 0
        self._keys = itertools.count(1)
        self._later: list[tuple[int, int, Act]] = []  # when (in acts), a number that breaks ties, what
        self.units = [self._open_unit() for _ in range(-(-self.wanted // NOTICES_PER_UNIT))]

    def run(self) -> None:
        """Act until enough is published or something unforeseen happens, which is kept in `error`."""
        try:
            acts = published = 0
            while self.is_wanted and published < self.wanted:
                self._carry_out(self._next_act(acts))
                acts += 1
                with contextlib.suppress(OperationalError, InterfaceError):
                    published = Notice.objects.count()
                time.sleep(self.pause)
        except BaseException as error:  # noqa: BLE001  # reason: the main thread raises it
            self.error = error
        finally:
            connection.close()

    def _next_act(self, acts: int) -> Act:
        due = min(self._later, default=None, key=lambda entry: entry[:2])
        if due is not None and due[0] <= acts:
            self._later.remove(due)
            return due[2]
        return self._announcement(acts)

    def _carry_out(self, act: Act) -> None:
        while True:
            try:
                if not act.is_done():
                    with transaction.atomic():
                        act.do()
                return
            except (OperationalError, InterfaceError):
                # What a clerk does when the page says that something went wrong: look, and try again.
                self.retried += 1
                connection.close()
                time.sleep(0.2)

    def _announcement(self, acts: int) -> Act:
        unit = self.random.choice(self.units)
        key = next(self._keys)
        slots = [next(unit.slots) for _ in range(self.random.choice((1, 1, 1, 1, 2, 3)))]

        def publish() -> None:
            stops = [draft_stop(self._data(unit, slot, key), by=unit.head, now=timezone.now()) for slot in slots]
            publish_stops(stops, by=unit.head, now=timezone.now())

        self._plan_corrections(unit, key, acts)
        return Act(publish, lambda: Stop.objects.filter(landmark_en=f"announcement {key}").exists())

    def _plan_corrections(self, unit: Unit, key: int, acts: int) -> None:
        chosen = self.random.random()
        kinds = ["change"] * (chosen < 2 / 9) + ["cancel"] * (1 / 9 < chosen < 1 / 3)
        when = acts
        for kind in kinds:
            when += self.random.choice((1, 1, 1, 2, 5, 15))
            act = (self._change if kind == "change" else self._cancellation)(unit, key)
            self._later.append((when, len(self._later) + acts, act))

    def _change(self, unit: Unit, key: int) -> Act:
        def change() -> None:
            stop = self._first_stop(key)
            data = dataclasses.replace(StopData.of(stop), starts_at=dt.time(10, 30))
            edited = edit_stop(stop, data, by=unit.head, now=timezone.now())
            publish_stops([edited], by=unit.head, now=timezone.now(), cause=Cause.NETWORK)

        return Act(change, lambda: self._first_stop(key).revisions.count() > 1)

    def _cancellation(self, unit: Unit, key: int) -> Act:
        def cancel() -> None:
            cancel_stop(self._first_stop(key), cause=Cause.WEATHER, by=unit.head, now=timezone.now())

        return Act(cancel, lambda: self._first_stop(key).status == StopStatus.CANCELLED)

    @staticmethod
    def _first_stop(key: int) -> Stop:
        return Stop.objects.filter(landmark_en=f"announcement {key}").earliest("pk")

    @staticmethod
    def _data(unit: Unit, slot: tuple[Vehicle, Service, dt.date], key: int) -> StopData:
        vehicle, service, date = slot
        return StopData(
            vehicle=vehicle,
            place=unit.place,
            date=date,
            starts_at=dt.time(9),
            ends_at=dt.time(14),
            last_intake=None,
            landmark_ar="أمام مركز شباب القرية",
            landmark_en=f"announcement {key}",
            services=(service,),
        )

    @staticmethod
    def _open_unit() -> Unit:
        district = DistrictFactory()
        for kind in CHANNELS:
            ChannelFactory(kind=kind, district=district)
        offers = [OfferFactory(vehicle=VehicleFactory(assigned_to=district)) for _ in range(VEHICLES_PER_UNIT)]
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        days = (tomorrow + dt.timedelta(days=number) for number in itertools.count())
        working_days = (day for day in days if not district.governorate.is_weekend(day))
        slots = ((offer.vehicle, offer.service, day) for day in working_days for offer in offers)
        return Unit(district, make_head(district), PlaceFactory(district=district), slots)


def count_by_state() -> dict[str, int]:
    """How many deliveries are in each state."""
    counts: dict[str, int] = {}
    for status in Delivery.objects.values_list("status", flat=True):
        counts[status] = counts.get(status, 0) + 1
    return counts

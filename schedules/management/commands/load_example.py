"""An invented but believable schedule around today, made through the same actions that staff use."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from announcements.actions import acknowledge_notice
from announcements.enums import AcknowledgementKind, ChannelKind
from announcements.models import Channel, Notice
from schedules.actions import cancel_stop, draft_stop, edit_stop, publish_stops
from schedules.actions_calendar import fit_into
from schedules.enums import Cause, PlaceKind, StopStatus
from schedules.models import Holiday, Place, Stop
from schedules.validators import StopData, find_period
from services.models import Offer, PaymentMeans, Service
from vehicles.enums import Role
from vehicles.models import Assignment, District, Membership, Vehicle
from vehicles.queries import find_assignment

PAST_WEEKS = 2

HOURS = (
    (dt.time(9, 0), dt.time(14, 0), dt.time(13, 30)),
    (dt.time(9, 0), dt.time(14, 0), dt.time(13, 30)),
    (dt.time(9, 30), dt.time(14, 30), dt.time(14, 0)),
    (dt.time(9, 0), dt.time(13, 0), dt.time(12, 30)),
    (dt.time(10, 0), dt.time(14, 0), None),
)
VILLAGE_LANDMARKS = (
    ("أمام مقر الوحدة المحلية للقرية", "In front of the village local unit"),
    ("أمام مركز شباب القرية", "In front of the village youth centre"),
    ("بجوار الوحدة الصحية", "Beside the health unit"),
    ("أمام مكتب البريد", "In front of the post office"),
    ("بجوار الجمعية الزراعية", "Beside the agricultural cooperative"),
    ("أمام دار مناسبات القرية", "In front of the village hall"),
)
QUARTER_LANDMARKS = (
    ("أمام مكتب البريد", "In front of the post office"),
    ("بجوار المدرسة الابتدائية", "Beside the primary school"),
    ("أمام مركز الشباب", "In front of the youth centre"),
    ("بجوار الوحدة الصحية", "Beside the health unit"),
)
# By the address word of the service; a vehicle leaves out what it does not offer.
SERVICE_SETS = (
    ("shop-licence", "road-occupancy-renewal", "advertising-renewal", "rent-payment", "instalment-payment"),
    ("building-permit", "site-suitability", "data-certificate", "debt-payment", "request-enquiry"),
    ("reconciliation-request", "reconciliation-file", "shop-licence-renewal", "rent-payment", "complaint"),
    ("road-occupancy-licence", "road-occupancy-renewal", "shop-licence", "debt-payment", "complaint"),
    ("water-connection", "electricity-connection", "reconciliation-file", "instalment-payment", "request-follow-up"),
)
CHANNELS = (
    (ChannelKind.FACEBOOK, "صفحة المحافظة على فيسبوك (للتجربة)", "100000000000001", "facebook"),
    (ChannelKind.TELEGRAM, "قناة المحافظة على تليجرام (للتجربة)", "@sohag_mobile_demo", "telegram"),
    (ChannelKind.RADIO_MAIL, "بريد الإذاعة (للتجربة)", "newsroom@radio.invalid", ""),
    (ChannelKind.RADIO_FOLDER, "مجلد الإذاعة (للتجربة)", "south-upper-egypt", ""),
)


class Command(BaseCommand):
    help = "Make an invented schedule of four weeks around today, and demonstration channels. Does nothing if a stop exists."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=dt.date.fromisoformat, help="YYYY-MM-DD; otherwise the local day")

    def handle(self, *args: Any, today: dt.date | None, **options: Any) -> None:
        if not (settings.DEBUG or settings.ALLOW_STANDIN):
            raise CommandError("Invented stops are for demonstration only: citizens would travel to them.")
        now = timezone.now()
        if today is not None:
            now = dt.datetime.combine(today, dt.time(9, 0), tzinfo=timezone.get_default_timezone())
        with transaction.atomic():
            if Stop.objects.exists():
                self._say("There are stops already: nothing was made.", **options)
                return
            _Example(now).make()
        stops = Stop.objects.count()
        drafts = Stop.objects.drafts().count()
        self._say(f"{stops} stops, {drafts} of them drafts; {Notice.objects.count()} notices.", **options)

    def _say(self, sentence: str, *, verbosity: int, **options: Any) -> None:
        if verbosity:
            self.stdout.write(sentence)


@dataclasses.dataclass(frozen=True, slots=True)
class _Crew:
    """A vehicle, its unit, and the places it goes to in turn."""

    vehicle: Vehicle
    assignment: Assignment
    places: list[Place]
    services: tuple[Service, ...]
    payment_means: tuple[PaymentMeans, ...]

    @property
    def district(self) -> District:
        return self.assignment.district

    def works_on(self, day: dt.date) -> bool:
        """Whether the vehicle works for the unit on the local day, weekends aside."""
        since, until = self.assignment.starts_on, self.assignment.ends_on
        return since <= day and (until is None or day <= until) and not self.district.governorate.is_weekend(day)


class _Example:
    """Writes the schedule as of the aware instant `now`."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.today = timezone.localdate(now)
        self.sunday = self.today - dt.timedelta(days=self.today.isoweekday() % 7)
        self.holidays = set(Holiday.objects.values_list("date", flat=True))
        self.crews = self._list_crews()
        self.editors = self._make_staff(Role.EDITOR)
        self.heads = self._make_staff(Role.HEAD)

    def make(self) -> None:
        for weeks in range(-PAST_WEEKS, 1):
            self._make_past_publication(weeks)
        next_week = self._draft_week(1, now=self.now - dt.timedelta(hours=3))
        # Some of next week is public already; the rest waits for the heads of the units.
        units = list(dict.fromkeys(crew.district for crew in self.crews))
        early = [crew for crew in self.crews if crew.district == units[0]][:1]
        early += [crew for crew in self.crews if crew.district in units[2:]]
        for crew in early:
            self._publish(next_week[crew.vehicle], now=self.now - dt.timedelta(hours=2))
        changed = self._change_one()
        self._make_channels()
        for crew in self.crews:
            if crew.district in units[1:2]:
                self._publish(next_week[crew.vehicle], now=self.now)
        self._cancel_one(changed)

    # -- who and where ------------------------------------------------------------------------------------------------------

    def _list_crews(self) -> list[_Crew]:
        assigned: dict[District, list[Assignment]] = {}
        for vehicle in Vehicle.objects.active():
            assignment = find_assignment(vehicle, on=self.today)
            if assignment:
                assigned.setdefault(assignment.district, []).append(assignment)
        crews: list[_Crew] = []
        for district, assignments in assigned.items():
            places = list(district.places.order_by("code"))
            for position, assignment in enumerate(assignments):
                own_places = places[position :: len(assignments)]
                services = self._choose_services(assignment.vehicle, len(crews))
                means = tuple(PaymentMeans.objects.all()[: 2 + len(crews) % 2])
                if own_places and services:
                    crews.append(_Crew(assignment.vehicle, assignment, own_places, services, means))
        if not crews:
            raise CommandError("No vehicle has a unit, places and services. Load the reference data first.")
        return crews

    def _choose_services(self, vehicle: Vehicle, number: int) -> tuple[Service, ...]:
        offers = Offer.objects.valid_on(self.today).filter(vehicle=vehicle).select_related("service")
        offered = {offer.service.slug: offer.service for offer in offers}
        chosen = [offered[slug] for slug in SERVICE_SETS[number % len(SERVICE_SETS)] if slug in offered]
        return tuple(chosen or list(offered.values())[:5])

    def _make_staff(self, role: Role) -> dict[District, User]:
        """One member of staff in each unit. Without a password: `load_demo_accounts` gives them one."""
        staff = {}
        for crew in self.crews:
            name = f"{role.value}-{crew.district.slug}"
            user, _created = User.objects.get_or_create(username=name, defaults={"is_staff": True})
            if not user.password:
                user.set_unusable_password()
                user.save(update_fields=["password"])
            Membership.objects.get_or_create(user=user, district=crew.district, role=role)
            staff[crew.district] = user
        return staff

    def _make_channels(self) -> None:
        """After the history, so that the outbox is not flooded with old news."""
        if not Channel.objects.exists():
            for kind, name, address, token_name in CHANNELS:
                Channel.objects.create(kind=kind, name=name, address=address, token_name=token_name)

    # -- what and when ------------------------------------------------------------------------------------------------------

    def _make_past_publication(self, weeks: int) -> None:
        """A week drafted on the Wednesday before it and published by each unit in one act on the Thursday."""
        wednesday = self.sunday + dt.timedelta(weeks=weeks, days=-4)
        drafted = dt.datetime.combine(wednesday, dt.time(12, 0), tzinfo=timezone.get_default_timezone())
        stops = self._draft_week(weeks, now=drafted)
        issued = drafted + dt.timedelta(hours=23)
        for district in dict.fromkeys(crew.district for crew in self.crews):
            own = [stop for crew in self.crews if crew.district == district for stop in stops[crew.vehicle]]
            for notice in self._publish(own, now=issued):
                acknowledge_notice(
                    notice,
                    kind=AcknowledgementKind.POSTED,
                    happened_at=issued + dt.timedelta(minutes=40),
                    by=self.heads[district],
                    now=issued + dt.timedelta(minutes=45),
                )

    def _draft_week(self, weeks: int, *, now: dt.datetime) -> dict[Vehicle, list[Stop]]:
        sunday = self.sunday + dt.timedelta(weeks=weeks)
        stops: dict[Vehicle, list[Stop]] = {crew.vehicle: [] for crew in self.crews}
        for crew in self.crews:
            days = [sunday + dt.timedelta(days=number) for number in range(7)]
            for number, day in enumerate(days):
                if day in self.holidays or not crew.works_on(day):
                    continue
                data = self._describe(crew, day, turn=(weeks + PAST_WEEKS) * 5 + number)
                stops[crew.vehicle].append(draft_stop(data, by=self.editors[crew.district], now=now))
        return stops

    def _describe(self, crew: _Crew, day: dt.date, *, turn: int) -> StopData:
        place = crew.places[turn % len(crew.places)]
        landmarks = QUARTER_LANDMARKS if place.kind == PlaceKind.QUARTER else VILLAGE_LANDMARKS
        landmark_ar, landmark_en = landmarks[place.pk % len(landmarks)]
        starts_at, ends_at, last_intake = HOURS[(turn + crew.vehicle.pk) % len(HOURS)]
        data = StopData(
            vehicle=crew.vehicle,
            place=place,
            date=day,
            starts_at=starts_at,
            ends_at=ends_at,
            last_intake=last_intake,
            landmark_ar=landmark_ar,
            landmark_en=landmark_en,
            services=crew.services,
            payment_means=crew.payment_means,
        )
        return _at_hours_of_the_day(data)

    def _publish(self, stops: list[Stop], *, now: dt.datetime) -> list[Notice]:
        return publish_stops(stops, by=self.heads[stops[0].district], now=now) if stops else []

    def _list_coming(self) -> list[Stop]:
        coming = Stop.objects.with_details().filter(status=StopStatus.PUBLISHED, date__gt=self.today)
        return list(coming.order_by("date", "vehicle__code"))

    def _change_one(self) -> Stop | None:
        """The next public stop begins and ends an hour later."""
        for stop in self._list_coming()[:1]:
            data = dataclasses.replace(
                StopData.of(stop),
                starts_at=_an_hour_later(stop.starts_at),
                ends_at=_an_hour_later(stop.ends_at),
                last_intake=_an_hour_later(stop.last_intake) if stop.last_intake else None,
            )
            moment = self.now - dt.timedelta(hours=1)
            edited = edit_stop(stop, _at_hours_of_the_day(data), by=self.editors[stop.district], now=moment)
            publish_stops([edited], by=self.heads[stop.district], now=moment, cause=Cause.ORGANISATION)
            return stop
        return None

    def _cancel_one(self, changed: Stop | None) -> None:
        """The next public stop of another vehicle does not take place."""
        others = [stop for stop in self._list_coming() if changed is None or stop.vehicle_id != changed.vehicle_id]
        for stop in others[:1]:
            cancel_stop(stop, cause=Cause.VEHICLE_FAULT, by=self.heads[stop.district], now=self.now)


def _at_hours_of_the_day(data: StopData) -> StopData:
    """In Ramadan at the hours of Ramadan."""
    period = find_period(data.date)
    return fit_into(period, data) if period else data


def _an_hour_later(time: dt.time) -> dt.time:
    return time.replace(hour=time.hour + 1)

"""Stops as a table. An import makes drafts and changes working copies; it never publishes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.widgets import Widget

from exchange.enums import Kind
from exchange.lookups import Lookup
from exchange.models import Problem
from exchange.resources import Column, Planned, TableResource
from exchange.widgets import DateWidget, RowsWidget, RowWidget, TextWidget, TimeWidget, YesNoWidget
from schedules.actions import draft_stop, edit_stop
from schedules.enums import StopStatus
from schedules.models import HoursPeriod, Place, Stop
from schedules.search import fold
from schedules.validators import StopData
from services.models import Offer, PaymentMeans, Service
from sohag_mobile.errors import DomainError
from vehicles.enums import Right
from vehicles.models import Vehicle
from vehicles.queries import list_districts_of

_MOST = 200  # characters of a landmark or a reason
_ALL = frozenset({"الكل", "كل الخدمات", "جميع الخدمات", "all"})
ALL_SERVICES = "الكل"
# Changed, they ask anew for what was accepted of the stop as it stood (as the form of a stop does).
_CHANGES_WHAT_WAS_ACCEPTED = ("vehicle", "place", "landmark_ar", "date", "starts_at", "ends_at", "services")
_ACCEPTED = ("landmark_confirmed", "accept_outside_district", "accept_duplicate", "accept_short_travel")
_OF_STOP_DATA = (
    *("vehicle", "place", "date", "starts_at", "ends_at", "last_intake", "landmark_ar", "landmark_en", "services"),
    *("payment_means", "off_day_reason", "other_hours_reason", "intake_only"),
    *("accept_outside_district", "accept_duplicate", "accept_short_travel"),
)


class _UidWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> uuid.UUID | None:
        text = str(value).strip()
        try:
            return uuid.UUID(text) if text else None
        except ValueError:
            raise ValueError(
                _(
                    "“%(value)s” is no identifier of a stop. Leave the cell as the export wrote it, or empty for a new stop."
                )
                % {"value": text[:60]}
            ) from None


class _ServicesWidget(RowsWidget):
    """«الكل» stands for every service that the vehicle offers on that day; None until that is known."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return None if fold(str(value)) in {fold(word) for word in _ALL} else super().clean(value, row, **kwargs)


class _ServicesColumn(Column):
    def clean(self, row: Mapping[str, str], **kwargs: Any) -> Any:
        value = self.widget.clean(row[self.name])
        if value == ():
            raise ValueError(_("This cell is empty and must be filled in."))
        return value


class StopResource(TableResource):
    """Stops of the person's units: by identifier where it is given, else by vehicle, day and beginning."""

    kind = Kind.STOPS
    columns_of_fields = {"landmark_confirmed_for": "landmark_confirmed"}

    def build_columns(self) -> list[Column]:
        vehicles = Lookup(
            Vehicle.objects.all(),
            codes=lambda vehicle: (vehicle.code,),
            names=lambda vehicle: (vehicle.name_ar, vehicle.name_en, str(vehicle)),
            unknown=_("There is no vehicle “%(value)s”. Write its code as in the list of vehicles."),
        )
        places = Lookup(
            Place.objects.select_related("district"),
            codes=lambda place: (place.code,),
            names=lambda place: (place.label_ar, place.name_ar, f"{place.noun_ar} {place.name_ar}"),
            unknown=_(
                "There is no place “%(value)s”. Write it as in the list of places, for example «قرية بلصفورة – مركز سوهاج»."
            ),
            label=lambda place: place.label_ar,
        )
        services = Lookup(
            Service.objects.all(),
            codes=lambda service: (service.slug,),
            names=lambda service: (service.name_ar, service.name_en),
            unknown=_("There is no service “%(value)s”. Write its name as in the catalogue, or «الكل»."),
        )
        means = Lookup(
            PaymentMeans.objects.all(),
            codes=lambda one: (one.code,),
            names=lambda one: (one.name_ar, one.name_en),
            unknown=_("There is no payment means “%(value)s”."),
        )
        line = TextWidget(longest=_MOST, cleaned=True)
        return [
            Column(
                "uid",
                gettext_lazy("Identifier"),
                _UidWidget(),
                aliases=("المعرف", "uid"),
                meaning=gettext_lazy(
                    "As an export wrote it: the row then changes that stop, also its day and vehicle. Empty: the stop of"
                    " that vehicle, day and hour is changed, or a new draft is made."
                ),
            ),
            Column(
                "vehicle",
                gettext_lazy("Vehicle"),
                RowWidget(vehicles.find, lambda vehicle: vehicle.code),
                required=True,
                aliases=("كود السيارة", "المركبة"),
                choices="vehicles",
                meaning=gettext_lazy("The code of the vehicle."),
            ),
            Column(
                "date",
                gettext_lazy("Day"),
                DateWidget(),
                required=True,
                aliases=("اليوم", "التاريخ"),
                meaning=gettext_lazy("29/11/2026 or 2026-11-29."),
            ),
            Column(
                "starts_at",
                gettext_lazy("From"),
                TimeWidget(),
                aliases=("من الساعة", "من"),
                meaning=gettext_lazy("14:30 or 9:00 ص. Empty only in a period with hours of its own, such as Ramadan."),
            ),
            Column("ends_at", gettext_lazy("Until"), TimeWidget(), aliases=("إلى", "حتى الساعة", "إلى الساعة")),
            Column(
                "last_intake",
                gettext_lazy("Last intake"),
                TimeWidget(),
                aliases=("آخر موعد لتقديم الطلبات",),
                meaning=gettext_lazy("After this hour no request is taken; empty: until the end."),
            ),
            Column(
                "place",
                gettext_lazy("Place"),
                RowWidget(places.find, lambda place: place.label_ar),
                required=True,
                aliases=("القرية", "الموقع"),
                choices="places",
                meaning=gettext_lazy("The place with its unit, or its official code."),
            ),
            Column(
                "landmark_ar",
                gettext_lazy("Landmark"),
                line,
                required=True,
                aliases=("علامة مميزة",),
                meaning=gettext_lazy("With its preposition, as it will be read out: «أمام مركز شباب القرية»."),
            ),
            Column("landmark_en", gettext_lazy("Landmark in English"), line),
            _ServicesColumn(
                "services",
                gettext_lazy("Services"),
                _ServicesWidget(services.find, lambda service: service.name_ar),
                required=True,
                choices="services",
                meaning=gettext_lazy(
                    "«الكل» for all that the vehicle offers that day, or their names with «؛» between."
                ),
            ),
            Column(
                "payment_means",
                gettext_lazy("Payment means"),
                RowsWidget(means.find, lambda one: one.name_ar),
                aliases=("طرق الدفع",),
                meaning=gettext_lazy("With «؛» between."),
            ),
            Column("intake_only", gettext_lazy("Only takes requests"), YesNoWidget(), choices="yes_no"),
            Column(
                "off_day_reason",
                gettext_lazy("Reason for a day off"),
                line,
                meaning=gettext_lazy("Needed on a weekend or an official holiday. Not shown to the public."),
            ),
            Column(
                "other_hours_reason",
                gettext_lazy("Reason for other hours"),
                line,
                meaning=gettext_lazy("Needed outside the hours of a period such as Ramadan. Not shown to the public."),
            ),
            Column(
                "landmark_confirmed",
                gettext_lazy("Landmark is confirmed"),
                YesNoWidget(),
                choices="yes_no",
                meaning=gettext_lazy("Needed on a weekly day off and on the day of the weekly market."),
            ),
            Column(
                "accept_outside_district",
                gettext_lazy("Place outside the unit accepted"),
                YesNoWidget(),
                choices="yes_no",
                meaning=gettext_lazy("Counts only when a general supervisor imports."),
            ),
            Column("accept_duplicate", gettext_lazy("Second vehicle accepted"), YesNoWidget(), choices="yes_no"),
            Column(
                "accept_short_travel", gettext_lazy("Little time for the way accepted"), YesNoWidget(), choices="yes_no"
            ),
            Column("unit", gettext_lazy("Unit"), Widget(), told_only=True),
            Column("state", gettext_lazy("State"), Widget(), told_only=True),
        ]

    # -- what stands there -------------------------------------------------------------------------------------------

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """The stops that these rows may be about, of the units whose plans the person sees, and the periods of the calendar."""
        uids: set[uuid.UUID] = set()
        days: set[dt.date] = set()
        vehicles: set[int] = set()
        for row in rows:
            for name, found in (("uid", uids), ("date", days), ("vehicle", vehicles)):
                try:
                    value = self.fields[name].widget.clean(row.get(name, ""))
                except ValueError:
                    continue  # said by `plan`
                if value is not None:
                    found.add(value.pk if name == "vehicle" else value)
        of_units = Stop.objects.of_districts(list_districts_of(self.by, Right.SEE_PLANS))
        wanted = Q(uid__in=uids) | Q(date__in=days, vehicle__in=vehicles)
        stops = list(self.rows_to_tell(of_units.filter(wanted)))
        self._by_uid: dict[uuid.UUID, Stop] = {stop.uid: stop for stop in stops}
        self._by_facts: dict[tuple[int, dt.date, dt.time], Stop] = {}
        # What does not take place is found by its identifier alone, unless nothing else stands there.
        for stop in sorted(stops, key=lambda stop: stop.status != StopStatus.POSTPONED):
            if stop.status != StopStatus.CANCELLED:
                self._by_facts[(stop.vehicle_id, stop.date, stop.starts_at)] = stop
        self._periods = list(HoursPeriod.objects.order_by("status", "starts_on", "pk"))

    def find_target(self, draft: SimpleNamespace) -> models.Model | None:
        if uid := getattr(draft, "uid", None):
            if uid not in self._by_uid:
                raise DomainError(
                    _("There is no stop with this identifier in your units. Leave the cell empty for a new one."),
                    field="uid",
                )
            return self._by_uid[uid]
        vehicle, day, hour = (getattr(draft, name, None) for name in ("vehicle", "date", "starts_at"))
        if vehicle is None or day is None:
            return None
        if hour is None and (period := self._period_of(day)):
            hour = period.starts_at
        return self._by_facts.get((vehicle.pk, day, hour)) if hour else None

    def _period_of(self, day: dt.date) -> HoursPeriod | None:
        """As `schedules.validators.find_period`, of what was loaded: the confirmed one before a provisional one."""
        return next((each for each in self._periods if each.starts_on <= day <= each.ends_on), None)

    def draft_of(self, target: Any) -> SimpleNamespace:
        data = StopData.of(target)
        draft = SimpleNamespace(**{name: getattr(data, name) for name in _OF_STOP_DATA})
        draft.uid = target.uid
        draft.landmark_confirmed = data.landmark_confirmed_for == data.date
        draft.unit = target.district.label_ar
        draft.state = target.get_status_display()
        return draft

    def blank(self) -> SimpleNamespace:
        empty: dict[str, Any] = dict.fromkeys(self.fields)
        empty |= dict.fromkeys(("landmark_ar", "landmark_en", "off_day_reason", "other_hours_reason"), "")
        empty |= dict.fromkeys(("intake_only", *_ACCEPTED), False)
        return SimpleNamespace(**empty | {"services": (), "payment_means": ()})

    def key_of(self, draft: SimpleNamespace, target: Any) -> str:
        if target is not None:
            return str(target.uid)
        return f"{draft.vehicle.pk} {draft.date} {draft.starts_at}" if draft.vehicle else ""

    def label_of(self, draft: SimpleNamespace) -> str:
        parts = (
            draft.place and draft.place.label_ar,
            draft.date and draft.date.isoformat(),
            draft.vehicle and draft.vehicle.code,
        )
        return " · ".join(part for part in parts if part)[:300]

    def group_of(self, draft: SimpleNamespace) -> str:
        """Stops of one day stand in each other's way."""
        return str(draft.date.isoformat())

    # -- what it becomes ---------------------------------------------------------------------------------------------

    def complete(self, draft: SimpleNamespace, target: Any, *, given: frozenset[str]) -> list[Problem]:
        """Hours of a period, «الكل», and what was accepted of a stop that has changed since."""
        if target is not None and "uid" in given:
            draft.uid = target.uid  # a row without the identifier is about the same stop
        problems = self._complete_hours(draft)
        if draft.services is None:
            offers = Offer.objects.valid_on(draft.date).filter(vehicle=draft.vehicle).select_related("service")
            draft.services = tuple(sorted((offer.service for offer in offers), key=lambda service: service.pk))
            if not draft.services:
                problems.append(
                    Problem(
                        "services",
                        _("Vehicle %(vehicle)s offers no service on %(day)s, so «الكل» means none.")
                        % {"vehicle": draft.vehicle.code, "day": draft.date.isoformat()},
                    )
                )
        if target is not None:
            stored = self.draft_of(target)
            names = _CHANGES_WHAT_WAS_ACCEPTED
            if self.tell(draft, names) != self.tell(stored, names):
                for name in set(_ACCEPTED) - given:
                    setattr(draft, name, False)
        return problems

    def _complete_hours(self, draft: SimpleNamespace) -> list[Problem]:
        missing = [name for name in ("starts_at", "ends_at") if getattr(draft, name) is None]
        period = self._period_of(draft.date) if missing else None
        if missing and period is None:
            return [Problem(name, _("This cell is empty and must be filled in.")) for name in missing]
        if period is not None:
            for name in missing:
                setattr(draft, name, getattr(period, name))
            if len(missing) == 2 and draft.last_intake is None:
                draft.last_intake = period.last_intake
        return []

    def write(self, planned: Planned) -> None:
        draft = planned.draft
        data = StopData(
            **{name: getattr(draft, name) for name in _OF_STOP_DATA},
            landmark_confirmed_for=draft.date if draft.landmark_confirmed else None,
        )
        if isinstance(planned.target, Stop):
            edit_stop(planned.target, data, by=self.by, now=self.now, seen=planned.target.updated_at)
        else:
            draft_stop(data, by=self.by, now=self.now)

    def rows_to_tell(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.select_related("vehicle", "place__district", "district").prefetch_related(
            "services", "payment_means"
        )

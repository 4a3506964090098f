"""What staff fill in about stops. The rules themselves are in `validators`; here each refusal finds its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from schedules.enums import Cause
from schedules.models import Stop
from schedules.models.stops import local_zone
from schedules.validators import StopData, check_stop, find_period, read_cause, stale_edit
from services.models import Offer, PaymentMeans, Service
from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.forms import LineField, LocalDateField, LocalTimeField, RowsField
from sohag_mobile.weeks import Week
from vehicles.models import Assignment, Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


class _ByCategory(ModelChoiceIterator):
    """The services under the headings of their categories."""

    def __iter__(self) -> Iterator[Any]:
        services = self.queryset.select_related("category").order_by("category__position", "category__pk", "name_ar")
        for category, group in groupby(services, key=lambda service: service.category):
            yield category.name, [self.choice(service) for service in group]


class ServicesField(RowsField):
    """Services as check boxes, grouped."""

    iterator = _ByCategory
    widget = forms.CheckboxSelectMultiple


# The fields on which a tick depends: changed, they ask for it anew.
_CHANGES_WHAT_WAS_ACCEPTED = frozenset(
    {"vehicle", "place", "landmark_ar", "date", "starts_at", "ends_at", "services", "all_services"}
)


def time_widget(example: str) -> forms.TimeInput:
    """A field for an hour, with an example."""
    return forms.TimeInput(format="%H:%M", attrs={"class": "clock", "placeholder": example, "size": 8})


def landmark_confirmed_field() -> forms.BooleanField:
    """The tick that somebody has asked whether the vehicle can stand there on a day off or market day."""
    return forms.BooleanField(
        label=_("The landmark is confirmed for that day"),
        required=False,
        help_text=_(
            "Needed on a weekly day off and on the day of the weekly market: somebody there has said that the vehicle can stand"
            " at the landmark."
        ),
    )


def accept_duplicate_field() -> forms.BooleanField:
    """The tick that accepts a second vehicle with the same services."""
    return forms.BooleanField(
        label=_("Accept a second vehicle with the same services"),
        required=False,
        help_text=_(
            "Needed where another vehicle stands at the same landmark in the same hours with the same services."
        ),
    )


def accept_short_travel_field() -> forms.BooleanField:
    """The tick that accepts little time for the way."""
    return forms.BooleanField(
        label=_("Accept little time for the way"),
        required=False,
        help_text=_(
            "Needed where the vehicle stands elsewhere that day and the way takes longer than the time between."
        ),
    )


class StopForm(forms.ModelForm):
    """The working copy of a stop. `by`, `now` and `refusal` are set by the page for each request."""

    by: ClassVar[User]
    now: ClassVar[dt.datetime]
    supervises: ClassVar[bool] = False
    refusal: ClassVar[DomainError | None] = None  # what the action answered to a form that had passed: a lost race
    proposed: ClassVar[dict[str, Any]] = {}  # typed in for the person when the form is opened

    # The moment of the last save that the person had before them; see `edit_stop`.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    date = LocalDateField(
        label=_("date"),
        widget=AdminDateWidget,
        help_text=_("As 2026-11-29 or 29/11/2026. The public reads the weekday too; it is computed, never typed."),
    )
    starts_at = LocalTimeField(
        label=_("from"),
        widget=time_widget("09:00"),
        required=False,
        help_text=_(
            "From this hour citizens find the vehicle there. Hours may stay empty in a period with hours of its own, such as"
            " Ramadan: they are taken from it."
        ),
    )
    ends_at = LocalTimeField(
        label=_("until"),
        widget=time_widget("14:00"),
        required=False,
        help_text=_("The public page says “over” from this hour on."),
    )
    last_intake = LocalTimeField(
        label=_("last intake"),
        widget=time_widget("13:30"),
        required=False,
        help_text=_("The public is asked to come before this hour. Empty: requests are taken until the end."),
    )
    all_services = forms.BooleanField(
        label=_("All services that the vehicle offers on that day"), required=False, help_text=_("Or tick them below.")
    )
    services = ServicesField(
        label=_("services"),
        queryset=Service.objects.none(),
        required=False,
        help_text=_("Only these services are announced, each with what the citizen leaves with."),
    )
    payment_means = RowsField(
        label=_("payment means"),
        queryset=PaymentMeans.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Shown to the public as ways to pay at this stop."),
    )
    accept_outside_district = forms.BooleanField(
        label=_("Accept a place outside the unit"),
        required=False,
        help_text=_(
            "Only a general supervisor sees this. The announcement is issued by the unit the vehicle works for."
        ),
    )

    landmark_confirmed = landmark_confirmed_field()
    accept_duplicate = accept_duplicate_field()
    accept_short_travel = accept_short_travel_field()

    class Meta:
        model = Stop
        fields = [
            "vehicle",
            "place",
            "landmark_ar",
            "landmark_en",
            "date",
            "starts_at",
            "ends_at",
            "last_intake",
            "services",
            "payment_means",
            "intake_only",
            "off_day_reason",
            "other_hours_reason",
        ]
        widgets = {
            "landmark_ar": forms.TextInput(attrs={"class": "vTextField", "placeholder": "أمام مركز شباب القرية"}),
            "landmark_en": forms.TextInput(attrs={"class": "vTextField", "dir": "ltr"}),
            "off_day_reason": forms.TextInput(attrs={"class": "vTextField"}),
            "other_hours_reason": forms.TextInput(attrs={"class": "vTextField"}),
        }
        help_texts = {
            "vehicle": _("The unit it works for on that day issues the announcement."),
            "place": _(
                "Type a part of the name, however it is spelt. The public reads it with its markaz or district."
            ),
            "landmark_ar": _("Read out as it stands, so with its preposition: «أمام مركز شباب القرية»."),
            "landmark_en": _("For the English pages; empty: the Arabic one is shown."),
        }

    stop_data: StopData | None = None
    is_stale = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_at = self.instance.updated_at if self.instance.pk else None
        if self.stored_at:
            self.initial["seen"] = self.stored_at.isoformat()
        self.initial = {**self.initial, **self.proposed}
        if "services" in self.fields:
            chosen = self.instance.services.all() if self.instance.pk else Service.objects.none()
            offered = Offer.objects.filter(
                Q(valid_to__isnull=True) | Q(valid_to__gte=self.now.astimezone(local_zone()).date())
            )
            self._choices_of("services").queryset = Service.objects.filter(
                Q(pk__in=offered.values("service")) | Q(pk__in=chosen.values("pk"))
            )
        if "accept_outside_district" in self.fields:
            if self.supervises:
                self.initial["accept_outside_district"] = self.instance.outside_district_accepted_by_id is not None
            else:
                del self.fields["accept_outside_district"]

    def _choices_of(self, name: str) -> forms.ModelChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
        return field

    def clean(self) -> None:
        """Ask the rules, unless another person's work would be lost.

        The database's own constraints are left to the action, or everything would be said twice.
        """
        self._refuse_if_stale()
        self._take_hours_from_period()
        if self.errors:
            if self.is_stale and not self.errors.keys() - {NON_FIELD_ERRORS}:
                self.stop_data = self._read_data()
            return  # a rule cannot be asked about an hour that could not be read
        self.stop_data = self._read_data()
        problems = check_stop(
            self.stop_data, by=self.by, now=self.now, stop=self.instance if self.instance.pk else None
        )
        if not problems and self.refusal is not None:
            problems = self.refusal.problems if isinstance(self.refusal, RuleBroken) else [self.refusal]
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, ValidationError(str(problem.message), code=problem.code))

    def _take_hours_from_period(self) -> None:
        """Hours left empty are those of the period that the day lies in; on any other day they are asked for."""
        missing = [
            name for name in ("starts_at", "ends_at") if name not in self.errors and self.cleaned_data.get(name) is None
        ]
        day = self.cleaned_data.get("date")
        if not missing or day is None:
            return
        period = find_period(day)
        for name in missing:
            if period is None:
                self.add_error(name, ValidationError(self.fields[name].error_messages["required"], code="required"))
            else:
                self.cleaned_data[name] = getattr(period, name)
        if period and len(missing) == 2 and not self["last_intake"].data:
            self.cleaned_data["last_intake"] = period.last_intake

    def _refuse_if_stale(self) -> None:
        """The next save is made in knowledge of the stored facts, so it carries their moment."""
        seen = self.cleaned_data.get("seen")
        if self.stored_at is None or not seen or seen == self.stored_at.isoformat():
            return
        self.is_stale = True
        refusal = stale_edit(self.instance)
        self.add_error(None, ValidationError(str(refusal.message), code=refusal.code))
        data = QueryDict(mutable=True)
        for name, values in cast("QueryDict", self.data).lists():
            data.setlist(name, values)
        data[self.add_prefix("seen")] = self.stored_at.isoformat()
        self.data = data

    def _read_data(self) -> StopData:
        data = self.cleaned_data
        services = {service.pk: service for service in data["services"]}
        if data["all_services"]:
            offers = Offer.objects.valid_on(data["date"]).filter(vehicle=data["vehicle"]).select_related("service")
            services |= {offer.service_id: offer.service for offer in offers}
        accepted = data.get("accept_outside_district")
        if accepted is None:
            accepted = self.instance.outside_district_accepted_by_id is not None
        # What was accepted of the stop as it stands need not be ticked again until it stands otherwise.
        kept = self.instance if self.instance.pk and not _CHANGES_WHAT_WAS_ACCEPTED & set(self.changed_data) else None
        return StopData(
            vehicle=data["vehicle"],
            place=data["place"],
            date=data["date"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            last_intake=data["last_intake"],
            landmark_ar=data["landmark_ar"],
            landmark_en=data["landmark_en"],
            services=tuple(services.values()),
            payment_means=tuple(data["payment_means"]),
            off_day_reason=data["off_day_reason"],
            accept_outside_district=accepted,
            other_hours_reason=data["other_hours_reason"],
            intake_only=data["intake_only"],
            landmark_confirmed_for=(
                data["date"] if data.get("landmark_confirmed") else kept.landmark_confirmed_for if kept else None
            ),
            accept_duplicate=bool(
                data.get("accept_duplicate") or (kept is not None and kept.duplicate_accepted_by_id is not None)
            ),
            accept_short_travel=bool(
                data.get("accept_short_travel") or (kept is not None and kept.short_travel_accepted_by_id is not None)
            ),
        )


class CauseForm(forms.Form):
    """Why the public is told something else than before."""

    cause = forms.ChoiceField(
        label=_("cause"),
        choices=[("", "—"), *Cause.choices],
        help_text=_("The public reads it after «بسبب»."),
    )
    cause_ar = LineField(
        label=_("the cause in words"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Only for “other”: as it follows «بسبب», for example «أعمال رصف الطريق»."),
    )

    def clean(self) -> None:
        if self.cleaned_data.get("cause") == Cause.OTHER and "cause_ar" not in self.errors:
            try:
                self.cleaned_data["cause_ar"] = read_cause(self.cleaned_data.get("cause_ar", ""))
            except DomainError as error:
                self.add_error("cause_ar", str(error))


class WeekForm(forms.Form):
    """One of the coming weeks."""

    week = forms.CharField(label=_("week"), widget=forms.Select)

    def __init__(self, *args: Any, weeks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["week"].widget
        assert isinstance(widget, forms.Select)  # noqa: S101  # reason: tells the type checker what is declared above
        widget.choices = weeks

    def clean_week(self) -> Week:
        try:
            return Week.parse(self.cleaned_data["week"])
        except ValueError:
            raise ValidationError(_("Write the week as 2026-W48."), code="invalid_week") from None


def vehicles_to_plan(districts: frozenset[int], *, today: dt.date) -> QuerySet[Vehicle]:
    """Vehicles in use that work for one of the units (primary keys) today or later."""
    assignments = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), district__in=districts)
    return Vehicle.objects.active().filter(pk__in=assignments.values("vehicle"))


# What an address may propose, each with the most characters of it that are read.
_PROPOSABLE = {
    "vehicle": 18,
    "place": 18,
    "date": 10,
    "starts_at": 5,
    "ends_at": 5,
    "last_intake": 5,
    "landmark_ar": 200,
    "all_services": 2,
}


def read_proposed(query: QueryDict) -> dict[str, str]:
    """What an address proposes (a slot of the board, a place that waits), as values to open the form with; the form itself
    says what is wrong with them.
    """
    return {name: str(query[name])[:length] for name, length in _PROPOSABLE.items() if query.get(name)}


def initial_of_copy(stop: Stop) -> dict[str, Any]:
    """The values to open the form of a new stop with, so that it does what `stop` does."""
    data = StopData.of(stop)
    return {
        "vehicle": data.vehicle.pk,
        "place": data.place.pk,
        "landmark_ar": data.landmark_ar,
        "landmark_en": data.landmark_en,
        "date": data.date,
        "starts_at": data.starts_at,
        "ends_at": data.ends_at,
        "last_intake": data.last_intake,
        "services": [service.pk for service in data.services],
        "payment_means": [means.pk for means in data.payment_means],
        "intake_only": data.intake_only,
    }

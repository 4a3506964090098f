"""What staff fill in to change many stops together; the rules are in `actions_bulk`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from schedules.actions_bulk import AtHours, BulkChange, ByDays, ToVehicle
from schedules.enums import Cause
from schedules.forms import CauseForm, time_widget
from sohag_mobile.forms import LineField, LocalDateField, LocalTimeField, western_digits
from vehicles.models import District, Vehicle

if TYPE_CHECKING:
    from django.db.models import QuerySet

# What changes is shown stop by stop, with every text: of more stops than this nobody reads it in one piece.
MOST_STOPS = 100
_FARTHEST = 180


class ChooseForm(forms.Form):
    """Which stops are to be chosen from: a span of days, and whose they are, or where."""

    first = LocalDateField(label=_("from"), widget=AdminDateWidget)
    last = LocalDateField(label=_("until"), widget=AdminDateWidget)
    unit = forms.ModelChoiceField(
        label=_("unit"), queryset=District.objects.none(), required=False, empty_label=_("All units")
    )
    vehicle = forms.ModelChoiceField(
        label=_("vehicle"), queryset=Vehicle.objects.all(), required=False, empty_label=_("All vehicles")
    )
    place = LineField(
        label=_("place"), required=False, max_length=100, help_text=_("A part of its name. Empty: everywhere.")
    )

    def __init__(self, *args: Any, units: QuerySet[District], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
        field.queryset = units

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", ValidationError(_("The last day must not come before the first."), code="order"))


class IdsForm(forms.Form):
    """The stops that were chosen, as the page before has sent them on."""

    ids = forms.CharField(widget=forms.HiddenInput)


class CallOffForm(IdsForm, CauseForm):
    """Why the chosen visits are called off."""

    def call_off(self) -> dict[str, str]:
        """What the acts take, once the form is valid."""
        return {"cause": self.cleaned_data["cause"], "cause_ar": self.cleaned_data["cause_ar"]}


class ChangeForm(IdsForm, CauseForm):
    """What becomes of the chosen stops; with a cause, what was announced of them is told anew at once.

    `announces`: some of the stops were announced, and the person publishes for them.
    """

    def __init__(self, *args: Any, announces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not announces:
            del self.fields["cause"], self.fields["cause_ar"]
            return
        self.fields["cause"].required = False
        self.fields["cause"].help_text = _(
            "With a cause you see every text, and can tell the public at once. Empty: only the plan is changed."
        )

    def why(self) -> dict[str, str]:
        """The cause as the acts take it, once the form is valid; empty when none was chosen."""
        return {name: self.cleaned_data.get(name, "") for name in ("cause", "cause_ar")}

    def change(self) -> BulkChange:
        """What the act takes, once the form is valid."""
        raise NotImplementedError


class DaysField(forms.IntegerField):
    """A number of days in either digit set."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "clock", "size": 4})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(western_digits(value))


class DaysForm(ChangeForm):
    """By how many days the stops are moved."""

    field_order = ["ids", "days", "cause", "cause_ar"]

    days = DaysField(
        label=_("days later"),
        initial=7,
        min_value=-_FARTHEST,
        max_value=_FARTHEST,
        help_text=_("7 is a week later; with a minus sign, so many days earlier. Hours and places stay."),
    )

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        if days == 0:
            raise ValidationError(_("Write by how many days."), code="no_days")
        return days

    def change(self) -> ByDays:
        return ByDays(self.cleaned_data["days"])


class HoursForm(ChangeForm):
    """The hours that the stops are given."""

    field_order = ["ids", "starts_at", "ends_at", "last_intake", "reason", "cause", "cause_ar"]

    starts_at = LocalTimeField(label=_("from"), widget=time_widget("09:00"))
    ends_at = LocalTimeField(label=_("until"), widget=time_widget("14:00"))
    last_intake = LocalTimeField(
        label=_("last intake"),
        required=False,
        widget=time_widget("13:30"),
        help_text=_("The public is asked to come before this hour. Empty: requests are taken until the end."),
    )
    reason = LineField(
        label=_("reason for other hours than the period's"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Needed outside the hours of a period such as Ramadan. Not shown to the public."),
    )

    def clean(self) -> None:
        super().clean()
        starts_at, ends_at = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", ValidationError(_("The end must come after the beginning."), code="order"))

    def change(self) -> AtHours:
        data: dict[str, Any] = self.cleaned_data
        intake: dt.time | None = data["last_intake"]
        return AtHours(data["starts_at"], data["ends_at"], intake, data["reason"])


class VehicleForm(ChangeForm):
    """The vehicle that the stops are given to."""

    field_order = ["ids", "vehicle", "only_offered", "accept_outside_district", "cause", "cause_ar"]

    vehicle = forms.ModelChoiceField(label=_("the other vehicle"), queryset=Vehicle.objects.none(), empty_label="—")
    only_offered = forms.BooleanField(
        label=_("Leave out services that it does not offer"),
        required=False,
        help_text=_("Otherwise a stop with such a service is refused."),
    )
    accept_outside_district = forms.BooleanField(
        label=_("Accept places outside the unit"),
        required=False,
        help_text=_("For a vehicle that is lent: the unit it works for on that day issues the announcement."),
    )

    def __init__(self, *args: Any, vehicles: QuerySet[Vehicle], supervises: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["vehicle"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
        field.queryset = vehicles
        if not supervises:
            del self.fields["accept_outside_district"]
        elif "cause" in self.fields:
            self.initial.setdefault("cause", Cause.VEHICLE_FAULT)

    def change(self) -> ToVehicle:
        data = self.cleaned_data
        return ToVehicle(data["vehicle"], data["only_offered"], data.get("accept_outside_district", False))

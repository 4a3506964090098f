"""What staff fill in when an announced visit is put off, breaks down or works again; the rules are in `actions_incidents`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.utils.translation import gettext_lazy as _

from schedules.actions_incidents import Continuation
from schedules.enums import Cause
from schedules.forms import (
    CauseForm,
    accept_duplicate_field,
    accept_short_travel_field,
    landmark_confirmed_field,
    time_widget,
)
from sohag_mobile.forms import LineField, LocalDateField, LocalTimeField
from vehicles.models import District

if TYPE_CHECKING:
    from django.db.models import QuerySet


class BreakdownForm(CauseForm):
    """When the vehicle stopped and why, and how citizens are served instead: all that is known, and no more."""

    field_order = ["stopped_at", "cause", "cause_ar", "resumes_at"]

    stopped_at = LocalTimeField(label=_("It stopped working at"), widget=time_widget("11:30"))
    resumes_at = LocalTimeField(
        label=_("Expected to work again today at"),
        required=False,
        widget=time_widget("12:30"),
        help_text=_("Only if it is known. Empty: nothing is promised."),
    )
    continuation_date = LocalDateField(
        label=_("The visit is completed on"),
        required=False,
        widget=AdminDateWidget,
        help_text=_(
            "Same place, vehicle and services. It is announced in this notice. Empty: no other day is promised."
        ),
    )
    continuation_starts_at = LocalTimeField(label=_("from"), required=False, widget=time_widget("09:00"))
    continuation_ends_at = LocalTimeField(label=_("until"), required=False, widget=time_widget("14:00"))
    continuation_last_intake = LocalTimeField(label=_("last intake"), required=False, widget=time_widget("13:30"))
    continuation_off_day_reason = LineField(
        label=_("reason for working on a day off"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Needed on a weekend or an official holiday. Not shown to the public."),
    )
    continuation_landmark_confirmed = landmark_confirmed_field()
    continuation_accept_duplicate = accept_duplicate_field()
    continuation_accept_short_travel = accept_short_travel_field()
    requests_stay_valid = forms.BooleanField(
        label=_("Requests taken today stay valid"),
        required=False,
        help_text=_("Tick it only when the officer of the vehicle has confirmed it: the public is told so."),
    )

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        needed = ("continuation_starts_at", "continuation_ends_at")
        if data.get("continuation_date"):
            for field in needed:
                if field not in self.errors and not data.get(field):
                    self.add_error(field, _("Write the hours of the visit that completes this one."))
        elif any(data.get(field) for field in needed) and "continuation_date" not in self.errors:
            self.add_error("continuation_date", _("Write the day of the visit that completes this one."))

    def arguments(self) -> dict[str, Any]:
        """What `report_breakdown` takes, once the form is valid."""
        data = self.cleaned_data
        continuation = None
        if data["continuation_date"]:
            continuation = Continuation(
                date=data["continuation_date"],
                starts_at=data["continuation_starts_at"],
                ends_at=data["continuation_ends_at"],
                last_intake=data["continuation_last_intake"],
                off_day_reason=data["continuation_off_day_reason"],
                landmark_confirmed=data["continuation_landmark_confirmed"],
                accept_duplicate=data["continuation_accept_duplicate"],
                accept_short_travel=data["continuation_accept_short_travel"],
            )
        return {
            "stopped_at": data["stopped_at"],
            "resumes_at": data["resumes_at"],
            "continuation": continuation,
            "requests_stay_valid": data["requests_stay_valid"],
            "cause": data["cause"],
            "cause_ar": data["cause_ar"],
        }


class ResumptionForm(forms.Form):
    """Since when the vehicle works again."""

    resumed_at = LocalTimeField(label=_("It works again since"), widget=time_widget("12:30"))


class DayForm(CauseForm):
    """One day and the units whose visits of that day are put off or cancelled together."""

    POSTPONE, CANCEL = "postpone", "cancel"

    field_order = ["date", "units", "act", "cause", "cause_ar"]

    date = LocalDateField(label=_("day"), widget=AdminDateWidget)
    units = forms.ModelMultipleChoiceField(
        label=_("units"),
        queryset=District.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each unit issues its own numbered notice."),
    )
    act = forms.ChoiceField(
        label=_("What happens to the visits"),
        choices=[
            (POSTPONE, _("Postponed: the new dates will be announced")),
            (CANCEL, _("They are cancelled")),
        ],
        widget=forms.RadioSelect,
        initial=POSTPONE,
    )

    def __init__(self, *args: Any, units: QuerySet[District], day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
        field.queryset = units
        self.initial.setdefault("date", day)
        self.initial.setdefault("cause", Cause.WEATHER)  # what calls off whole days
        self.initial.setdefault("units", list(units))

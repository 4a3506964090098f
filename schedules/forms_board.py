"""The slot of a stop on the week board, as it is typed where nothing is dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from schedules.actions_board import Slot
from schedules.forms import time_widget
from sohag_mobile.forms import LocalDateField, LocalTimeField
from vehicles.models import Vehicle

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from schedules.models import Stop


class SlotForm(forms.Form):
    """A vehicle, a day and hours; `seen` is the moment of the last save that the person had before them."""

    seen = forms.DateTimeField(widget=forms.HiddenInput)
    vehicle = forms.ModelChoiceField(label=_("vehicle"), queryset=Vehicle.objects.none(), empty_label=None)
    date = LocalDateField(label=_("date"), widget=AdminDateWidget, help_text=_("As 2026-11-29 or 29/11/2026."))
    starts_at = LocalTimeField(label=_("from"), widget=time_widget("09:00"))
    ends_at = LocalTimeField(label=_("until"), widget=time_widget("14:00"))

    def __init__(self, *args: Any, stop: Stop, vehicles: QuerySet[Vehicle], **kwargs: Any) -> None:
        kwargs["initial"] = {
            "seen": stop.updated_at.isoformat(),
            "vehicle": stop.vehicle_id,
            "date": stop.date,
            "starts_at": stop.starts_at,
            "ends_at": stop.ends_at,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        field = self.fields["vehicle"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
        field.queryset = vehicles

    def slot(self) -> Slot:
        """What was typed; call when the form is valid."""
        data = self.cleaned_data
        return Slot(data["vehicle"], data["date"], data["starts_at"], data["ends_at"])

    def carry_on_from(self, stop: Stop) -> None:
        """The next try is made in knowledge of `stop` as it is stored now, so it carries its moment."""
        data = QueryDict(mutable=True)
        for name, values in cast("QueryDict", self.data).lists():
            data.setlist(name, values)
        data[self.add_prefix("seen")] = stop.updated_at.isoformat()
        self.data = data

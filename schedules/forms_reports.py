"""What staff fill in about a visit that has begun, and the choice of a period to report on; rules are in `actions_reports`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from schedules.actions_reports import Recorded
from schedules.models import VisitReport
from schedules.models.reports import FIGURE_LABELS, FIGURES
from sohag_mobile.forms import CountField, LineField, LocalDateField, is_row_key
from vehicles.models import District, Vehicle

if TYPE_CHECKING:
    from django.db.models import QuerySet

# More is a slip of the finger, and not a crowd.
MOST_COUNTED, MOST_RECEIPTS = 9_999, 99_999_999
# A year and a day: what a page and a file of it can hold.
LONGEST_PERIOD = dt.timedelta(days=366)


def _day_widget() -> forms.DateInput:
    """The calendar of the telephone or browser itself."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReportForm(forms.Form):
    """The figures of one visit. An empty field was not recorded, which is not zero."""

    prefix = "report"  # it stands beside the form of the stop on one page

    citizens_served = CountField(max_value=MOST_COUNTED)
    requests_received = CountField(max_value=MOST_COUNTED)
    transactions_finished = CountField(
        max_value=MOST_COUNTED, help_text=_("Also those whose request came in at an earlier visit.")
    )
    receipts = CountField(
        max_value=MOST_RECEIPTS, help_text=_("A figure for follow-up. The accounts are kept elsewhere.")
    )
    note = LineField(
        label=_("note"), required=False, max_length=300, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, report: VisitReport | None) -> None:
        initial = {name: getattr(report, name) for name in (*FIGURES, "note")} if report else {}
        super().__init__(data, initial=initial | {"seen": report.number if report else None})
        for name, label in FIGURE_LABELS.items():
            self.fields[name].label = label

    @property
    def seen_number(self) -> int | None:
        """The version that the person had before them, None for none; a false one is a version that never was."""
        seen = self.cleaned_data["seen"]
        return None if not seen else int(seen) if is_row_key(seen) else -1

    def after_seeing(self, report: VisitReport | None) -> ReportForm:
        """The form as it was typed, as if it had been opened with `report` before one's eyes."""
        data = {self.add_prefix(name): self[name].value() for name in (*FIGURES, "note")}
        form = ReportForm(data=data | {self.add_prefix("seen"): "" if report is None else report.number}, report=report)
        form.is_valid()
        return form

    def recorded(self) -> Recorded:
        """What `record_report` takes, once the form is valid."""
        return Recorded(**{name: self.cleaned_data[name] for name in (*FIGURES, "note")})


class PeriodForm(forms.Form):
    """Local days from `first` to `last`, both included, and whose visits; no unit or vehicle means all of them."""

    first = LocalDateField(label=_("from the day"), widget=_day_widget())
    last = LocalDateField(label=_("to the day"), widget=_day_widget())
    unit = forms.ModelChoiceField(
        label=_("unit"), queryset=District.objects.none(), required=False, empty_label=_("All units")
    )
    vehicle = forms.ModelChoiceField(
        label=_("vehicle"), queryset=Vehicle.objects.none(), required=False, empty_label=_("All vehicles")
    )

    def __init__(self, *args: Any, units: QuerySet[District], vehicles: QuerySet[Vehicle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("unit", units), ("vehicle", vehicles)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
            field.queryset = rows

    def clean_last(self) -> dt.date:
        first: dt.date | None = self.cleaned_data.get("first")
        last: dt.date = self.cleaned_data["last"]
        if first is not None and last < first:
            raise ValidationError(_("The period ends before it begins."), code="ends_before_it_begins")
        if first is not None and last - first >= LONGEST_PERIOD:
            raise ValidationError(_("Choose a year at most."), code="too_long")
        return last

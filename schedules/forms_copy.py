"""The choice of what is copied: one week, into others, for the person's units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sohag_mobile.weeks import Week
from vehicles.forms import list_weeks
from vehicles.models import District

_WEEKS_BACK = 8
WEEKS_AHEAD = 8


def _read_week(name: str) -> Week:
    try:
        return Week.parse(name)
    except ValueError:
        raise ValidationError(_("Write the week as 2026-W48."), code="invalid_week") from None


class CopyForm(forms.Form):
    """Which week, into which, of which units; `districts` are those for which the person plans."""

    source = forms.ChoiceField(label=_("week to copy"))
    targets = forms.MultipleChoiceField(
        label=_("into these weeks"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one week.")},
    )
    districts = forms.MultipleChoiceField(label=_("units"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, districts: Iterable[District], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._districts = {str(district.pk): district for district in districts}
        cast("forms.ChoiceField", self.fields["source"]).choices = list_weeks(
            today=today, back=_WEEKS_BACK, ahead=WEEKS_AHEAD
        )
        cast("forms.MultipleChoiceField", self.fields["targets"]).choices = list_weeks(
            today=today, back=0, ahead=WEEKS_AHEAD
        )
        cast("forms.MultipleChoiceField", self.fields["districts"]).choices = [
            (key, district.label) for key, district in self._districts.items()
        ]
        if len(self._districts) == 1:
            # Nothing to choose: the form carries the one unit along.
            self.fields["districts"].widget = forms.MultipleHiddenInput()

    def clean_source(self) -> Week:
        return _read_week(self.cleaned_data["source"])

    def clean_targets(self) -> list[Week]:
        return [_read_week(name) for name in self.cleaned_data["targets"]]

    def clean_districts(self) -> list[District]:
        return [self._districts[key] for key in self.cleaned_data["districts"]]

    def clean(self) -> None:
        targets = self.cleaned_data.get("targets")
        if targets and targets == [self.cleaned_data.get("source")]:
            self.add_error(
                "targets", ValidationError(_("Choose a week other than the one that is copied."), code="no_target")
            )

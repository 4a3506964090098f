"""Checks across the lines of a master-data page, and the choice of a unit's week."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from sohag_mobile.weeks import Week
from vehicles.models import District

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _kept(formset: BaseInlineFormSet) -> list[forms.ModelForm]:
    """The lines that will be there after saving."""
    return [
        form
        for form in formset.forms
        if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE", False)
    ]


class AssignmentFormSet(BaseInlineFormSet):
    """The assignments of one vehicle: it works for one unit at a time."""

    def clean(self) -> None:
        super().clean()
        spans = sorted(
            (form.cleaned_data["starts_on"], form.cleaned_data.get("ends_on") or dt.date.max) for form in _kept(self)
        )
        for (_start, end), (next_start, _next_end) in pairwise(spans):
            if next_start <= end:
                raise ValidationError(
                    _("This vehicle is already assigned to a unit during these days."), code="overlap"
                )


class MembershipFormSet(BaseInlineFormSet):
    """The roles of one person: each once."""

    def clean(self) -> None:
        super().clean()
        seen: set[tuple[Any, str]] = set()
        for form in _kept(self):
            key = (form.cleaned_data.get("district"), form.cleaned_data["role"])
            if key in seen:
                raise ValidationError(_("This person has this role already."), code="duplicate")
            seen.add(key)


class UnitWeekForm(forms.Form):
    """A unit and one of its weeks."""

    district = forms.ModelChoiceField(label=_("unit"), queryset=District.objects.none(), empty_label=None)
    week = forms.CharField(label=_("week"), widget=forms.Select)

    def __init__(self, *args: Any, districts: QuerySet[District], weeks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # reason: tells the type checker what is declared above
        field.queryset = districts
        widget = self.fields["week"].widget
        assert isinstance(widget, forms.Select)  # noqa: S101  # reason: as above
        widget.choices = weeks

    def clean_week(self) -> Week:
        try:
            return Week.parse(self.cleaned_data["week"])
        except ValueError:
            raise ValidationError(_("Write the week as 2026-W48."), code="invalid_week") from None


def label_week(week: Week, *, today: dt.date) -> str:
    """«28 نوفمبر – 4 ديسمبر (الأسبوع المقبل)»."""
    days = f"{date_format(week.first, 'j F')} – {date_format(week.last, 'j F Y')}"
    distance = (week.first - Week.of(today).first).days // 7
    names = {-1: _("last week"), 0: _("this week"), 1: _("next week")}
    return f"{days} ({names[distance]})" if distance in names else days


def list_weeks(*, today: dt.date, back: int = 1, ahead: int = 6) -> list[tuple[str, str]]:
    """The weeks around the local day `today` to choose from."""
    this_week = Week.of(today)
    return [(week.name, label_week(week, today=today)) for week in (this_week.plus(n) for n in range(-back, ahead + 1))]

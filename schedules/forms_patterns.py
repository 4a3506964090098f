"""What staff fill in about recurring visits: the rule in words, from which RFC 5545's is built, and single days of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schedules.enums import PatternDateKind, Weekday
from schedules.forms import ServicesField, time_widget, vehicles_to_plan
from schedules.models import Place, StopPattern
from schedules.pattern_rules import PatternData, check_pattern
from schedules.recurrence import LAST, Frequency, Recurrence
from services.models import Offer, PaymentMeans, Service
from sohag_mobile.errors import DomainError
from sohag_mobile.forms import LineField, LocalDateField, LocalTimeField, RowSelect, RowsField
from vehicles.models import Vehicle

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import QueryDict

# The value is the frequency and the interval of the rule.
HOW_OFTEN = [
    (
        _("By weeks"),
        [
            ("WEEKLY-1", _("Every week")),
            ("WEEKLY-2", _("Every second week")),
            ("WEEKLY-3", _("Every third week")),
            ("WEEKLY-4", _("Every fourth week")),
        ],
    ),
    (
        _("By months"),
        [
            ("MONTHLY-1", _("Every month")),
            ("MONTHLY-2", _("Every second month")),
            ("MONTHLY-3", _("Every third month")),
        ],
    ),
]
POSITIONS = [
    (1, _("The first")),
    (2, _("The second")),
    (3, _("The third")),
    (4, _("The fourth")),
    (LAST, _("The last")),
]
# In the order in which they are filled in, under their headings.
GROUPS = [
    (_("Where"), ["vehicle", "place", "landmark_ar", "landmark_en"]),
    (
        _("How often"),
        ["how_often", "weekdays", "positions", "starts_on", "ends_on", "starts_at", "ends_at", "last_intake"],
    ),
    (_("What citizens can do there"), ["services", "payment_means"]),
    (_("This recurring visit"), ["is_active", "change_from", "seen"]),
]


@dataclasses.dataclass(frozen=True, slots=True)
class FieldGroup:
    """Some fields of a form under one heading, with the names by which a template asks a form for them."""

    heading: Any
    visible_fields: list[forms.BoundField]
    hidden_fields: list[forms.BoundField]


def _wide() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "vTextField"})


class PatternForm(forms.Form):
    """A recurring visit. `pattern` is the one being changed; `edits` are the units (primary keys) for which the person plans."""

    vehicle = forms.ModelChoiceField(label=_("vehicle"), queryset=Vehicle.objects.none())
    place = forms.ModelChoiceField(
        label=_("place"),
        queryset=Place.objects.select_related("district"),
        help_text=_("Type a part of the name, however it is spelt."),
    )
    landmark_ar = LineField(
        label=_("landmark"),
        max_length=200,
        widget=_wide(),
        help_text=_("Read out as it stands, so with its preposition: «أمام مركز شباب القرية»."),
    )
    landmark_en = LineField(label=_("landmark in English"), max_length=200, required=False, widget=_wide())
    how_often = forms.ChoiceField(label=_("how often"), choices=HOW_OFTEN)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("on these weekdays"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one weekday.")},
    )
    positions = forms.TypedMultipleChoiceField(
        label=_("which of them in the month"),
        choices=POSITIONS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only by months: “the first” and “the third” of Monday are its first and third Monday."),
    )
    starts_on = LocalDateField(
        label=_("from"), widget=AdminDateWidget, help_text=_("The first visit is the next of its days from here on.")
    )
    ends_on = LocalDateField(
        label=_("until"), widget=AdminDateWidget, required=False, help_text=_("Included. Empty: until further notice.")
    )
    starts_at = LocalTimeField(label=_("from the hour"), widget=time_widget("09:00"))
    ends_at = LocalTimeField(
        label=_("until the hour"),
        widget=time_widget("14:00"),
        help_text=_("In a period with hours of its own, such as Ramadan, the drafts keep to its hours."),
    )
    last_intake = LocalTimeField(label=_("last intake"), widget=time_widget("13:30"), required=False)
    services = ServicesField(
        label=_("services"),
        queryset=Service.objects.none(),
        error_messages={"required": _("Choose at least one service.")},
    )
    payment_means = RowsField(
        label=_("payment means"),
        queryset=PaymentMeans.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(
        label=_("makes drafts"),
        required=False,
        initial=True,
        help_text=_("Switched off, it makes no more, and its coming drafts that nobody has edited are discarded."),
    )
    change_from = LocalDateField(
        label=_("the change holds from"),
        widget=AdminDateWidget,
        required=False,
        help_text=_("Empty: all coming visits are changed. A day: the visits before it stay as they are."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    pattern_data: PatternData | None = None

    def __init__(
        self,
        data: Any = None,
        *,
        by: User,
        now: dt.datetime,
        today: dt.date,
        edits: frozenset[int],
        pattern: StopPattern | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(pattern) if pattern else {"how_often": "WEEKLY-1"})
        self.by, self.now, self.pattern = by, now, pattern
        planned = Q(pk__in=vehicles_to_plan(edits, today=today).values("pk"))
        chosen = pattern.services.all() if pattern else Service.objects.none()
        offered = Offer.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        cast("forms.ModelChoiceField", self.fields["vehicle"]).queryset = Vehicle.objects.filter(
            planned | Q(pk=pattern.vehicle_id if pattern else None)
        )
        cast("forms.ModelChoiceField", self.fields["services"]).queryset = Service.objects.filter(
            Q(pk__in=offered.values("service")) | Q(pk__in=chosen.values("pk"))
        )
        self.fields["place"].widget = RowSelect(StopPattern._meta.get_field("place"), admin.site)
        cast("forms.ModelChoiceField", self.fields["place"]).widget.choices = self.fields["place"].choices  # type: ignore[attr-defined]
        if pattern is None:
            del self.fields["is_active"], self.fields["change_from"], self.fields["seen"]

    def grouped(self) -> list[FieldGroup]:
        """The fields under their headings."""
        groups = [(title, [self[name] for name in names if name in self.fields]) for title, names in GROUPS]
        return [
            FieldGroup(
                title,
                [field for field in fields if not field.is_hidden],
                [field for field in fields if field.is_hidden],
            )
            for title, fields in groups
            if fields
        ]

    @property
    def since(self) -> dt.date | None:
        """The day from which on the pattern is changed; None: all of it."""
        return cast("dt.date | None", self.cleaned_data.get("change_from"))

    @property
    def seen_at(self) -> dt.datetime | None:
        """The moment of the last save that the person had before them; one that nobody can read is older than any."""
        text = self.cleaned_data.get("seen")
        if not text:
            return None
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return dt.datetime.min.replace(tzinfo=dt.UTC)

    def take_up_what_is_stored(self) -> None:
        """After a refusal of a stale form: the next save is made in knowledge of what is stored now."""
        if self.pattern is not None:
            data = cast("QueryDict", self.data).copy()
            data["seen"] = self.pattern.updated_at.isoformat()
            self.data = data

    def clean(self) -> None:
        """Build the rule, and ask the rules about it once every field could be read."""
        recurrence = self._read_recurrence()
        if self.errors or recurrence is None:
            return
        read = self.cleaned_data
        self.pattern_data = PatternData(
            vehicle=read["vehicle"],
            place=read["place"],
            landmark_ar=read["landmark_ar"],
            landmark_en=read["landmark_en"],
            starts_at=read["starts_at"],
            ends_at=read["ends_at"],
            last_intake=read["last_intake"],
            services=tuple(read["services"]),
            payment_means=tuple(read["payment_means"]),
            recurrence=recurrence,
            starts_on=read["starts_on"],
            ends_on=read["ends_on"],
            is_active=read.get("is_active", True),
        )
        for problem in check_pattern(
            self.pattern_data, by=self.by, now=self.now, pattern=self.pattern, since=self.since
        ):
            self.refuse(problem)

    def refuse(self, problem: DomainError) -> None:
        """Say the sentence of `problem` beside its field."""
        field = problem.field if problem.field in self.fields else None
        self.add_error(field, ValidationError(str(problem.message), code=problem.code))

    def _read_recurrence(self) -> Recurrence | None:
        frequency, _dash, interval = self.cleaned_data.get("how_often", "").partition("-")
        weekdays, positions = self.cleaned_data.get("weekdays"), self.cleaned_data.get("positions")
        if not frequency or not weekdays or positions is None:
            return None
        if frequency == Frequency.WEEKLY:
            return Recurrence(Frequency.WEEKLY, tuple(weekdays), int(interval))
        if not positions:
            self.add_error(
                "positions", ValidationError(_("Choose which of them: the first, the last, …"), code="required")
            )
            return None
        return Recurrence(Frequency.MONTHLY, tuple(weekdays), int(interval), tuple(positions))


def _initial(pattern: StopPattern) -> dict[str, Any]:
    rule = pattern.recurrence
    return {
        "vehicle": pattern.vehicle_id,
        "place": pattern.place_id,
        "how_often": f"{rule.frequency.value}-{rule.interval}",
        "weekdays": rule.weekdays,
        "positions": rule.positions,
        "services": [service.pk for service in pattern.services.all()],
        "payment_means": [means.pk for means in pattern.payment_means.all()],
        "seen": pattern.updated_at.isoformat(),
        **{
            name: getattr(pattern, name)
            for name in (
                *("landmark_ar", "landmark_en", "starts_on", "ends_on"),
                *("starts_at", "ends_at", "last_intake", "is_active"),
            )
        },
    }


class PatternDayForm(forms.Form):
    """One day that is left out of a recurring visit or added to it."""

    kind = forms.ChoiceField(label=_("what"), choices=PatternDateKind.choices)
    date = LocalDateField(label=_("day"), widget=AdminDateWidget(attrs={"id": "id_day"}))
    reason = LineField(label=_("reason"), max_length=200, required=False, widget=_wide())

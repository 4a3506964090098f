"""What staff fill in about notices and deliveries."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from announcements.enums import AcknowledgementKind
from sohag_mobile.forms import LocalDateTimeField

_LOCAL_MOMENT = "%Y-%m-%dT%H:%M"


class AcknowledgementForm(forms.Form):
    """A text was posted, or read on air, by hand."""

    kind = forms.ChoiceField(label=_("what was done"), choices=AcknowledgementKind.choices, widget=forms.RadioSelect)
    happened_at = LocalDateTimeField(
        label=_("when"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL_MOMENT),
        input_formats=[_LOCAL_MOMENT, "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
    )
    note = forms.CharField(
        label=_("note"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("For example the page, the programme, or who read it."),
    )


class SettleForm(forms.Form):
    """What a person decided about a delivery that failed or is unconfirmed."""

    note = forms.CharField(
        label=_("note"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("What you saw, or why. Kept with your name."),
        error_messages={"required": _("Write what you saw or why.")},
    )
    url = forms.URLField(
        label=_("address of the post"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField", "dir": "ltr"}),
        help_text=_("Only if it did go out and you can see it. By it a later correction finds the post."),
    )

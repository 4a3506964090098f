"""What people fill in to import a table."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.enums import Choice


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the reader says it in words of its own
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        help_text=_("CSV or XLSX, with the headings of the template in the first line, in any order."),
    )


class ChoiceForm(forms.Form):
    """What happens to the good rows."""

    choice = forms.ChoiceField(label=_("What is applied"), choices=Choice.choices, widget=forms.RadioSelect)

"""What heads of units fill in when they do not approve."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from schedules.actions_approval import LONGEST_COMMENT


class ReturnForm(forms.Form):
    """What is to be mended in what is sent back."""

    comment = forms.CharField(
        label=_("what is to be mended"),
        max_length=LONGEST_COMMENT,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "rtl"}),
        help_text=_("Whoever submitted it reads this on its page and in an e-mail."),
        error_messages={"required": _("Write what is to be mended.")},
    )

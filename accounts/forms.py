"""What people type at the door and about their accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.actions_invitations import Offer, check_offer
from accounts.models import Invitation
from sohag_mobile import clock
from sohag_mobile.forms import LineField, western_digits

_CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}


class CodeForm(forms.Form):
    """The code that the telephone shows now."""

    code = forms.CharField(
        label=_("Code from the telephone"),
        max_length=40,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric", "autofocus": True}),
        help_text=_("Six digits, from the application on your telephone. They change every half minute."),
    )


class RecoveryCodeForm(forms.Form):
    """One of the codes that were written down for the day the telephone is away."""

    code = forms.CharField(
        label=_("Recovery code"),
        max_length=40,
        widget=forms.TextInput(attrs={**_CODE, "autofocus": True}),
        help_text=_("One of the ten codes that you kept, such as abcde-fghjk. Each works once."),
    )


class ProofForm(forms.Form):
    """Before the second factor is changed: the password and a code, so that a desk left open is not enough."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label=_("Code from the telephone, or a recovery code"), max_length=40, widget=forms.TextInput(attrs=_CODE)
    )


class ResetRequestForm(PasswordResetForm):
    """The mailbox of somebody who has forgotten the password; what is done with it is the view's."""

    def clean_email(self) -> str:
        return str(western_digits(self.cleaned_data["email"])).strip()


class ReasonForm(forms.Form):
    """Why an act about another person's account is done."""

    reason = LineField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Also how you made sure who is asking. It is kept with your name."),
    )


class InvitationForm(forms.ModelForm):
    """Who is invited, and to what."""

    name = LineField(label=_("name of the person"), max_length=150)
    # Set by the page: who invites.
    by: User

    class Meta:
        model = Invitation
        fields = ["name", "email", "role", "district", "starts_on", "ends_on"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in check_offer(self.offer(), by=self.by, now=clock.now()):
                self.add_error(problem.field or None, ValidationError(str(problem.message), code=problem.code))
        return data

    def offer(self) -> Offer:
        """What was typed; only for a form without errors."""
        data = self.cleaned_data
        return Offer(
            name=data["name"],
            email=data["email"],
            role=data["role"],
            district=data.get("district"),
            starts_on=data.get("starts_on"),
            ends_on=data.get("ends_on"),
        )

"""The roles of one person, as they are given on the account's page."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.queries import may_give_role
from sohag_mobile import clock
from vehicles.forms import MembershipFormSet


class GivenMembershipFormSet(MembershipFormSet):
    """Also asks whether the one who gives a role, or takes it away, may do so."""

    # Set by the page: who gives.
    by: User

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """The table names its columns by headings alone, which a screen reader does not say of a field."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)

    def clean(self) -> None:
        super().clean()
        today = localdate(clock.now())
        for form in self.forms:
            if not form.has_changed():
                continue
            roles = {form.cleaned_data.get("role"), form.initial.get("role")} - {None, ""}
            if not all(may_give_role(self.by, role, on=today) for role in roles):
                raise ValidationError(
                    _("The role of administrator is given and taken by an administrator alone."), code="not_allowed"
                )

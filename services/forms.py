"""Checks across the lines of a service's page."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from sohag_mobile.admin_history import reason_in


class FeeFormSet(BaseInlineFormSet):
    """The fees of a service: one that was told is not changed or taken away without saying why."""

    def clean(self) -> None:
        super().clean()
        if any(form.has_changed() for form in self.initial_forms) and not reason_in(self.data):
            raise ValidationError(
                _("Write below, under “Why”, the reason for changing a fee, for example the decree."), code="reason"
            )

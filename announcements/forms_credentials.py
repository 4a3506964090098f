"""The page of a channel with the fields that are written and never shown."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from announcements.credentials import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, TOKEN, find_credential
from announcements.enums import WITHOUT_TOKEN, ChannelKind
from announcements.models import Channel
from announcements.sealing import check_keys
from sohag_mobile.admin_history import ReasonForm
from sohag_mobile.forms import LocalDateField

_LONGEST: Final = 1000
_SECRETS: Final = (TOKEN, REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET)


def _secret(label: Any, help_text: Any = "") -> forms.CharField:
    """A field that never shows what is kept, nor what was typed when the page comes back with a refusal."""
    widget = forms.PasswordInput(
        render_value=False,
        attrs={"autocomplete": "new-password", "dir": "ltr", "class": "vTextField", "spellcheck": "false"},
    )
    return forms.CharField(label=label, required=False, max_length=_LONGEST, widget=widget, help_text=help_text)


class ChannelForm(ReasonForm):
    """A channel, and the token to be kept for it. An empty field keeps what is there."""

    token = _secret(
        _("new token"),
        _(
            "Kept encrypted and never shown again. Leave it empty to keep the present one. For Apprise: the service's address."
        ),
    )
    token_expires_on = LocalDateField(
        label=_("the token ends on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only if the platform does not tell it itself; seven days before, the supervisors are warned."),
    )
    refresh_token = _secret(_("refresh token"))
    client_id = _secret(_("client id"))
    client_secret = _secret(_("client secret"))

    class Meta:
        model = Channel
        fields = ["kind"]  # the admin names the others

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        credential = find_credential(self.instance) if self.instance.pk else None
        if credential is not None and credential.expires_at is not None and credential.expiry_is_typed:
            self.initial["token_expires_on"] = timezone.localdate(credential.expires_at)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in _SECRETS:
            value = cleaned.get(name) or ""
            if not all("!" <= character <= "~" for character in value):
                self.add_error(name, ValidationError(_("It holds spaces or letters that no token has. Copy it anew.")))
        if any(cleaned.get(name) for name in _SECRETS) and not check_keys(settings.CREDENTIALS_KEYS):
            no_key = _("Tokens cannot be kept: CREDENTIALS_KEYS of this server holds no usable key.")
            self.add_error(TOKEN, ValidationError(no_key))
        given = [name for name in (*_SECRETS, "token_expires_on") if cleaned.get(name)]
        if given and cleaned.get("kind") in WITHOUT_TOKEN:
            self.add_error(given[0], ValidationError(_("Channels of this kind need no token.")))
        renewal = [name for name in (REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET) if cleaned.get(name)]
        if renewal and cleaned.get("kind") != ChannelKind.X:
            self.add_error(renewal[0], ValidationError(_("Only tokens of X are renewed in this way.")))
        elif cleaned.get(REFRESH_TOKEN) and not cleaned.get(CLIENT_ID):
            self.add_error(CLIENT_ID, ValidationError(_("A refresh token works together with the client id alone.")))
        elif renewal and not cleaned.get(REFRESH_TOKEN):
            self.add_error(
                REFRESH_TOKEN, ValidationError(_("The client id is of use together with a refresh token alone."))
            )
        return cleaned

    def typed_values(self) -> dict[str, str]:
        """What was typed into the secret fields; {} when nothing was."""
        return {name: self.cleaned_data[name] for name in _SECRETS if self.cleaned_data.get(name)}

    def typed_expiry(self) -> dt.datetime | None:
        """The beginning of the local day that was typed: who is warned a day too early loses nothing."""
        day: dt.date | None = self.cleaned_data.get("token_expires_on")
        return timezone.make_aware(dt.datetime.combine(day, dt.time())) if day else None

"""Reads about tokens: which ones somebody has to look after, and who."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.credential_models import Credential
from announcements.enums import ExpiryStage
from announcements.models import Channel
from vehicles.enums import Right
from vehicles.queries import list_holders


@dataclasses.dataclass(frozen=True, slots=True)
class TokenWarning:
    """A channel whose token ends soon or does not work any more, and the sentence that says so."""

    channel: Channel
    credential: Credential
    stage: ExpiryStage
    sentence: str


def list_token_warnings(*, now: dt.datetime) -> list[TokenWarning]:
    """Of the channels in use, the most urgent first. One query."""
    rows = Credential.objects.filter(channel__is_active=True).select_related("channel__district")
    rows = rows.filter(Q(expires_at__isnull=False) | Q(refused_at__isnull=False))
    found = [(credential, credential.stage(now)) for credential in rows]
    order = list(ExpiryStage)[::-1]
    warnings = [
        TokenWarning(credential.channel, credential, stage, describe_stage(credential, stage))
        for credential, stage in found
        if stage is not None
    ]
    return sorted(warnings, key=lambda one: (order.index(one.stage), one.channel.name))


def describe_stage(credential: Credential, stage: ExpiryStage) -> str:
    """What there is to say of a token at `stage`, as a sentence with its date."""
    moment = credential.refused_at or credential.expires_at
    day = date_format(timezone.localtime(moment), "l j F Y") if moment else ""
    if credential.refused_at is not None:
        return _("The platform has refused its token since %(day)s; nothing goes out.") % {"day": day}
    if stage == ExpiryStage.EXPIRED:
        return _("Its token ended on %(day)s; nothing goes out.") % {"day": day}
    return _("Its token ends on %(day)s; enter a new one before then.") % {"day": day}


def list_keeper_addresses() -> list[str]:
    """The e-mail addresses of whoever keeps the channels, each once."""
    return sorted(set(list_holders(Right.KEEP_CHANNELS).exclude(email="").values_list("email", flat=True)))

"""Telling the supervisors by e-mail that a token ends: once seven days ahead, once a day ahead, once when it has ended.

A warning is claimed by a lease in the row and noted as sent afterwards, so a worker that dies in between sends it again: under
the same Message-ID, which a mail program shows once.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from announcements.channels.base import ChannelError, Message, TemporaryChannelError
from announcements.channels.base import Target as Mailbox
from announcements.channels.registry import get_adapter
from announcements.credential_models import Credential
from announcements.enums import ChannelKind, ExpiryStage
from announcements.queries_credentials import TokenWarning, list_keeper_addresses, list_token_warnings

logger = logging.getLogger(__name__)

_LEASE: Final = dt.timedelta(minutes=10)
_NAMESPACE: Final = uuid.UUID("6f1c1d0c-9a57-4d2e-8a30-1a7d5f0c2b11")
_RANKS: Final = {"": 0, ExpiryStage.WEEK: 1, ExpiryStage.DAY: 2, ExpiryStage.EXPIRED: 3}


def warn_about_tokens(*, now: dt.datetime) -> int:
    """Send what has not been sent yet; the number of warnings sent. Safe to run twice, and in two processes."""
    with translation.override("ar"):
        due = [one for one in list_token_warnings(now=now) if _RANKS[one.stage] > _RANKS[one.credential.warned_stage]]
        if not due:
            return 0
        addresses = list_keeper_addresses()
        if not addresses:
            logger.warning("no supervisor has an e-mail address: nobody can be told that tokens end")
            return 0
        return sum(_warn(one, addresses, now=now) for one in due)


def _warn(warning: TokenWarning, addresses: list[str], *, now: dt.datetime) -> bool:
    """Send one warning to everybody. Returns whether it was sent; one that could not be is tried again by the next run."""
    credential = warning.credential
    mine = Credential.objects.filter(
        Q(warning_until__isnull=True) | Q(warning_until__lte=now),
        pk=credential.pk,
        generation=credential.generation,
        warned_stage=credential.warned_stage,
    )
    if not mine.update(warning_until=now + _LEASE):
        return False
    reached, again = False, False
    for address in addresses:
        try:
            get_adapter(ChannelKind.MAIL).post(Mailbox(address), _message(warning, address))
            reached = True
        except TemporaryChannelError as error:
            again = True
            logger.warning("channel %s: a warning could not be sent yet (%s)", warning.channel.pk, error.code)
        except ChannelError as error:
            logger.warning("channel %s: a warning was not taken (%s)", warning.channel.pk, error.code)
    ours = Credential.objects.filter(pk=credential.pk, generation=credential.generation)
    if again or not reached:
        ours.update(warning_until=None)
        return False
    ours.update(warning_until=None, warned_stage=warning.stage)
    return True


def _message(warning: TokenWarning, address: str) -> Message:
    channel, credential = warning.channel, warning.credential
    # The moment belongs in: a token that works again and is refused a second time is another piece of news.
    news = f"{credential.pk} {credential.generation} {warning.stage} {credential.refused_at or credential.expires_at} {address}"
    page = f"{settings.PUBLIC_BASE_URL}{reverse('admin:announcements_channel_change', args=[channel.pk])}"
    if warning.stage == ExpiryStage.EXPIRED:
        subject = _("The token of the channel “%(channel)s” does not work any more") % {"channel": channel.name}
    else:
        subject = _("The token of the channel “%(channel)s” ends soon") % {"channel": channel.name}
    lines = [
        _("Channel: %(channel)s (%(kind)s)") % {"channel": channel.name, "kind": channel.get_kind_display()},
        warning.sentence,
        _("Until a new token is entered, notices for this channel fail and have to be sent again by hand.")
        if warning.stage == ExpiryStage.EXPIRED
        else _("Notices go out as usual until then."),
        _("Where the new token is entered: %(url)s") % {"url": page},
    ]
    return Message(uid=str(uuid.uuid5(_NAMESPACE, news)), subject=subject, text="\n\n".join(lines), marker="")

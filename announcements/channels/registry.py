"""Which adapter speaks to which kind of channel."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from . import apprise, facebook, instagram, mailing, radio_folder, telegram, webhook, x
from .base import Adapter, PermanentChannelError
from .http import longest_attempt_seconds

ADAPTERS: Final[Mapping[str, Adapter]] = MappingProxyType(
    {
        "facebook": facebook.ADAPTER,
        "telegram": telegram.ADAPTER,
        "x": x.ADAPTER,
        "instagram": instagram.ADAPTER,
        "webhook": webhook.ADAPTER,
        "mail": mailing.ADAPTER,
        "radio_mail": mailing.ADAPTER,
        "radio_folder": radio_folder.ADAPTER,
        "apprise": apprise.ADAPTER,
    }
)


def get_adapter(kind: str) -> Adapter:
    """The adapter for `kind`. Raises PermanentChannelError for a kind that this version does not know."""
    adapter = ADAPTERS.get(kind)
    if adapter is None:
        raise PermanentChannelError("unknown_kind", f"There is no adapter for channels of the kind «{kind}».")
    return adapter


__all__ = ["ADAPTERS", "get_adapter", "longest_attempt_seconds"]

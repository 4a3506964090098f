"""Names that come from a delivery's own identifier: the same on every attempt, and harmless wherever they are written."""

from __future__ import annotations

import re
from typing import Final

from .base import PermanentChannelError

_UID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


def safe_uid(uid: str) -> str:
    """Return `uid`; raises PermanentChannelError when it could not stand in a file name and a Message-ID as it is."""
    if not _UID.fullmatch(uid):
        raise PermanentChannelError("bad_uid", "The message's identifier is not letters, digits and hyphens.")
    return uid

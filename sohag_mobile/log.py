"""Logging that cannot give away a secret, wherever it appears: in a message, an address or a traceback."""

import collections
import logging
import re
import threading
from typing import Final

from django.conf import settings

# Shorter ones are no secrets, and would blot out half of every line.
SHORTEST_SECRET: Final = 6
MOST_SECRETS: Final = 500

_seen: collections.OrderedDict[str, None] = collections.OrderedDict()
_lock = threading.Lock()


def keep_out_of_logs(*secrets: str) -> None:
    """Blot these out of everything this process logs from now on; they were read from where settings do not hold them."""
    with _lock:
        for secret in secrets:
            _seen[secret] = None
            _seen.move_to_end(secret)
        while len(_seen) > MOST_SECRETS:
            _seen.popitem(last=False)


def without_secrets(text: str) -> str:
    """`text` with every secret that this process knows of blotted out."""
    with _lock:
        seen = tuple(_seen)
    known = (*settings.CHANNEL_TOKENS.values(), settings.EMAIL_HOST_PASSWORD, settings.METRICS_TOKEN, *seen)
    # The longest first: a token may be a part of another.
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


# Where somebody is, in the address of a page of `schedules.near_views`.
_POINT = re.compile(r"(/near/)-?[0-9][^\s/\"'?]*")
# What opens an account, in the address of a link that was sent by mail.
_LINK = re.compile(r"(/admin/(?:invitation|password-reset)/)(?!sent/|done/)[^\s\"'?]+")


class RedactingFormatter(logging.Formatter):
    """Formats like its parent, then blots out access tokens, the mail password, links sent by mail, and where a reader is."""

    def format(self, record: logging.LogRecord) -> str:
        return _LINK.sub(r"\1***", _POINT.sub(r"\1***", without_secrets(super().format(record))))

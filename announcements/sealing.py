"""Secrets as they stand in the database: encrypted, so that a copy of it opens no page of the governorate.

Fernet (AES-128-CBC and HMAC-SHA256) of the package «cryptography». The first key of `CREDENTIALS_KEYS` encrypts, every one
decrypts: a new key is put in front, everything is encrypted anew, then the old one is taken away.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sohag_mobile.errors import DomainError
from sohag_mobile.log import keep_out_of_logs


class SealBroken(DomainError):
    """What was sealed cannot be read with the keys of this installation, or there are none."""

    code = "token_unreadable"


def seal(values: Mapping[str, str]) -> str:
    """`values` encrypted with the first key. Raises SealBroken when there is none."""
    return _keys().encrypt(json.dumps(dict(values)).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """What was sealed. From then on this process logs none of it. Raises SealBroken."""
    try:
        values = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken:
        values = None
    if values is None:
        raise SealBroken(_("The keys of this server do not open what is stored. Enter the token anew."))
    for value in values.values():
        # Of X's «key:secret:token:secret» the parts travel by themselves.
        parts = value.split(":")
        keep_out_of_logs(value, *(parts if len(parts) == 4 and "//" not in value else ()))
    return {str(name): str(value) for name, value in values.items()}


def reseal(sealed: str) -> str:
    """The same values, encrypted with the first key. Raises SealBroken."""
    return seal(unseal(sealed))


def check_keys(keys: Sequence[str]) -> bool:
    """Whether there is a key, and every one is one."""
    try:
        return bool([Fernet(key) for key in keys])
    except ValueError:
        return False


def _keys() -> MultiFernet:
    if not check_keys(settings.CREDENTIALS_KEYS):
        raise SealBroken(_("Tokens cannot be kept: CREDENTIALS_KEYS of this server holds no usable key."))
    return _opened(tuple(settings.CREDENTIALS_KEYS))


@functools.lru_cache(maxsize=4)
def _opened(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])

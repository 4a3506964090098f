"""What an address looks like in each kind of channel: checked when staff write it, and again before anything is sent to it."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_PAGE: Final = re.compile(r"[A-Za-z0-9.-]{1,100}")
_CHAT: Final = re.compile(r"@[A-Za-z]\w{3,63}|-?\d{1,20}", re.ASCII)
_HANDLE: Final = re.compile(r"@\w{1,15}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,30}")
# One folder name: letters of any script, digits, blank, dot, underscore, hyphen; it neither begins nor ends with a dot or blank.
_FOLDER: Final = re.compile(r"\w(?:[\w .-]{0,62}[\w-])?")
_LABEL: Final = re.compile(r"[\w-]{1,60}")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def is_web_address(address: str) -> bool:
    """Whether announcements may be sent to this web address: https, or http on this very machine; no login in it."""
    if not re.fullmatch(r"[!-~]{1,200}", address):
        return False
    try:
        parts = urllib.parse.urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        return False
    # urlsplit gives an IPv6 address without its brackets.
    if not _HOST.fullmatch(host) and not _is_ip_address(host):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def is_email(address: str) -> bool:
    """Whether this is one e-mail address and nothing else."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_ip_address(host) and ipaddress.ip_address(host).is_loopback)


def _fits(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda address: pattern.fullmatch(address) is not None


_CHECKS: Final[Mapping[str, tuple[Callable[[str], bool], str | Promise]]] = MappingProxyType(
    {
        "facebook": (_fits(_PAGE), _("The number of the Facebook page, as in its page settings.")),
        "telegram": (_fits(_CHAT), _("The name of the Telegram channel with @ before it, or its number.")),
        "x": (_fits(_HANDLE), _("The name of the X account with @ before it.")),
        "instagram": (_fits(_NUMBER), _("The number of the Instagram professional account.")),
        "webhook": (is_web_address, _("A web address that begins with https://, without a password in it.")),
        "mail": (is_email, _("One e-mail address.")),
        "radio_mail": (is_email, _("One e-mail address.")),
        "radio_folder": (_fits(_FOLDER), _("The name of one folder: letters, digits, spaces, hyphens.")),
        "apprise": (
            _fits(_LABEL),
            _("A short name for the service: letters, digits, hyphens. Its address is a secret."),
        ),
    }
)


def is_address(kind: str, address: str) -> bool:
    """Whether `address` can be one of a channel of this kind; no address is one of an unknown kind."""
    check = _CHECKS.get(kind)
    return check is not None and check[0](address)


def check_address(kind: str, address: str) -> str | None:
    """What is wrong with the address of a channel, in the reader's language; None when it can be one."""
    if is_address(kind, address):
        return None
    check = _CHECKS.get(kind)
    return str(check[1]) if check else str(_("This version knows no channels of this kind."))

"""Every other messenger and gateway, through the Apprise library («apprise» on PyPI; its wiki lists the addresses).

Apprise sends and says whether the service took it, nothing else: no identifier, no way to edit or look up, and one word for
«refused», «unreachable» and «no answer». So whatever is not a success is in doubt, and a person is asked.
"""

from __future__ import annotations

import datetime as dt
import email.charset
import logging
from typing import TYPE_CHECKING, Final

from . import http
from .addresses import is_address
from .base import Adapter, Irrevocable, Message, PermanentChannelError, PostGone, Receipt, Target, UncertainOutcome
from .naming import safe_uid

if TYPE_CHECKING:
    from apprise import NotifyBase


class AppriseAdapter(Irrevocable):
    """Sends through one Apprise service. `Target.address` is a name for people; `Target.token` is the Apprise URL.

    The URL is the token because it holds the service's keys: in the address they could be read in the admin.
    """

    can_edit = False
    can_find = False
    is_repeatable = False

    def post(self, target: Target, message: Message) -> Receipt:
        """Send a message. Raises PermanentChannelError when nothing was tried, UncertainOutcome for any other failure."""
        uid = safe_uid(message.uid)
        if not is_address("apprise", target.address):
            raise PermanentChannelError("bad_address", "Apprise: the name is not letters, digits and hyphens.")
        if not message.text.strip():
            raise PermanentChannelError("empty", "Apprise: there is no text.")
        service = _service(http.usable_token(target.token))
        # Services without titles put one above the text, where it would stand twice.
        title = "" if message.text.startswith(message.subject) else message.subject
        if not _is_taken(service, title, message.text):
            raise UncertainOutcome("no_confirmation", "Apprise: the service did not confirm the message.")
        return Receipt(external_id=uid)

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Not possible here. Raises PostGone: the correction is a message of its own."""
        raise PostGone("cannot_edit", "Apprise: a message cannot be edited.")

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Not possible here. Raises PermanentChannelError."""
        raise PermanentChannelError("cannot_find", "Apprise: messages cannot be looked up.")


def service_name(target: Target) -> str:
    """The name of the service that the token's URL names; nothing is sent. Raises PermanentChannelError."""
    return str(_service(http.usable_token(target.token)).service_name)


def _service(url: str) -> NotifyBase:
    """The service that the URL names, set to try once and within our time limits."""
    try:
        # reason: a second and a hundred plug-ins, for a kind of channel that most installations do not have
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415
    except ImportError as error:
        raise PermanentChannelError("not_installed", "Apprise: the library is not installed.") from error
    _hide_addresses()
    limits = http.timeouts()
    asset = AppriseAsset(async_mode=False, http_redirects=False, service_timeout=limits.attempt)
    # Loading its plug-ins changes how Python's own e-mail package writes headers, ours included; that is put back.
    kept = dict(email.charset.CHARSETS)
    service = Apprise.instantiate(url, asset=asset)
    email.charset.CHARSETS.update(kept)
    if service is None:
        raise PermanentChannelError("bad_token", "Apprise: the service's URL is not one that Apprise knows.")
    # Even where the URL asks for it: trying again is for the outbox, which knows when it would be twice.
    service.retry = 0
    service.socket_connect_timeout, service.socket_read_timeout = limits.connect, limits.read
    return service


def _is_taken(service: NotifyBase, title: str, text: str) -> bool:
    """Send. Whatever a plug-in raises means no more than that: it was not confirmed."""
    from apprise import Apprise, NotifyFormat  # noqa: PLC0415  # reason: as above

    sender = Apprise()
    sender.add(service)
    return bool(sender.notify(body=text, title=title, body_format=NotifyFormat.TEXT))


def _hide_addresses() -> None:
    """Keep the services' addresses, in which keys stand, out of the log of this process."""
    logging.getLogger("apprise").disabled = True
    http.hide_all_addresses()


ADAPTER: Final[Adapter] = AppriseAdapter()

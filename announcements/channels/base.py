"""What every channel adapter promises, and the four ways an attempt can end."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final, Protocol


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: `address` is a page id, a chat id, an e-mail address or a folder; `token` opens it."""

    address: str
    token: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a message."""

    filename: str
    content: bytes
    mime_type: str


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """One frozen text on its way out.

    `uid` is the delivery's own identifier, the same on every attempt: the Message-ID of an e-mail and the name of a file come
    from it, which is what makes repeating those harmless. `marker` is a short text that occurs in `text` and in no other
    message of this issuer («إعلان رقم 5/2026»): look-ups recognise a post by it. `replies_to` is the uid of the message being
    corrected.

    `photo` is a picture for platforms that show one with the text; `photo_url` is the public address of the same picture, for
    platforms that fetch it themselves. `url` is the page of the notice and `issued_at` (aware) its time of issue, for receivers
    that keep a notice as data.
    """

    uid: str
    subject: str
    text: str
    marker: str
    attachments: tuple[Attachment, ...] = ()
    replies_to: str = ""
    photo: Attachment | None = None
    photo_url: str = ""
    url: str = ""
    issued_at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a message is out: the platform's own identifier and, where there is one, the public address."""

    external_id: str
    url: str = ""


class ChannelError(Exception):
    """An attempt that did not end in a receipt. `code` names the reason in a word; the text is for staff and holds no secret."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail or code


class TemporaryChannelError(ChannelError):
    """Nothing went out and a later attempt may succeed; `retry_after` is the wait the platform asked for, in seconds."""

    def __init__(self, code: str, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(code, detail)
        self.retry_after = retry_after


class PermanentChannelError(ChannelError):
    """Nothing went out and nothing will until a person acts (expired token, text refused, page gone)."""


class PostGone(PermanentChannelError):
    """The post to be edited no longer exists, or can no longer be edited: the correction must be posted instead."""


class UncertainOutcome(ChannelError):
    """The request may have been carried out although no answer came. Never repeat blindly."""


# Refusals that come as UncertainOutcome because the post has been seen live all the same; where it is not, nothing is repeated.
REFUSED_IN_DOUBT: Final = frozenset({"blocked"})


class Adapter(Protocol):
    """One kind of channel."""

    can_edit: bool  # a live post can be corrected in place
    can_delete: (
        bool  # a live post can be taken down; where it cannot be edited, this follows the posting of its correction
    )
    can_find: bool  # recent posts can be looked up, so an uncertain outcome can be settled without a person
    is_repeatable: bool  # sending the same message twice leaves one message (file by uid; e-mail by Message-ID)

    def post(self, target: Target, message: Message) -> Receipt:
        """Send a new message. Raises a ChannelError."""
        ...

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Replace the text of a live post. Raises a ChannelError; PostGone where posting anew is the answer."""
        ...

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """The live post that carries `message.marker`, made after `since` (aware), or None. Raises a ChannelError."""
        ...

    def delete(self, target: Target, external_id: str) -> None:
        """Take a live post down; one that is gone already is a success. Harmless to repeat.

        Raises a ChannelError; PermanentChannelError «cannot_delete» where `can_delete` is False.
        """
        ...


class Irrevocable:
    """For adapters whose messages stay out for ever once sent."""

    can_delete = False

    def delete(self, target: Target, external_id: str) -> None:
        """Not possible here. Raises PermanentChannelError."""
        raise PermanentChannelError("cannot_delete", "What was sent to this channel cannot be taken back.")

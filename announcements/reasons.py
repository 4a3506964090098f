"""What a code of an attempt means to staff, in a sentence: what happened, and what to do about it.

The codes are the adapters' own words (`channels/`); the answer of the platform stands beside them for whoever mends the channel.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from announcements.enums import OPEN, DeliveryStatus
from announcements.models import Delivery

_TOKEN_REFUSED: Final = _(
    "The platform no longer accepts the token. Enter a new one on the channel's page, then send again."
)
_BAD_PHOTO: Final = _("The picture was not accepted. Look at the notice's card; the text itself can be posted by hand.")
_TOO_LONG: Final = _("The text is longer than this platform takes. Post it by hand, shortened, or leave it out here.")
_BUSY: Final = _("The platform is busy or has a fault of its own.")
_UNREACHABLE: Final = _("The platform could not be reached; nothing was sent.")
_WRONG_ADDRESS: Final = _("The address of the channel is not right. Mend it on the channel's page, then send again.")
_NO_RIGHT: Final = _("The account may not post there. Give it the right on the platform, then send again.")
_MAIL_SERVER: Final = _("The mail server refused. Whoever looks after the server has to mend its settings.")
_TRIED_AGAIN: Final = _("It is tried again by itself.")
_TRIED_IN_VAIN: Final = _("It was tried several times in vain: send it again when the cause is gone.")
_PROGRAM: Final = _("A fault of this program: tell whoever looks after it.")

SENTENCES: Final[dict[str, str | Promise]] = {
    # tokens
    "token_expired": _TOKEN_REFUSED,
    "token_invalid": _TOKEN_REFUSED,
    "bad_token": _TOKEN_REFUSED,
    "token_kind": _(
        "This is not the token of a page. Enter a page access token on the channel's page, then send again."
    ),
    "token_missing": _("The channel has no token. Enter one on the channel's page, then send again."),
    "token_unreadable": _(
        "The stored token cannot be decrypted: the key of the server changed. Enter the token again."
    ),
    "token_renewal": _("The token is being renewed."),
    "payment": _("The account has used up what it paid for. Pay on the platform, then send again."),
    # too much, too often, too busy
    "rate_limited": _("Too many requests: the platform asks to wait."),
    "platform_busy": _BUSY,
    "server_error": _BUSY,
    "not_ready": _("The picture was not ready in time."),
    "unreachable": _UNREACHABLE,
    "no_tls": _("No secure connection came about; nothing was sent."),
    "too_slow": _UNREACHABLE,
    "held_up": _("The worker was held up."),
    "database_away": _("The database was away for a moment."),
    # in doubt
    "no_answer": _("No answer came. Where the post may be out, look at the page before anything is sent again."),
    "no_confirmation": _(
        "The service did not confirm the message. Look whether it arrived before anything is sent again."
    ),
    "malformed": _("The answer could not be read. Look at the page before anything is sent again."),
    "interrupted": _("The worker was interrupted in the middle. Look at the page before anything is sent again."),
    "similar_post": _("A post bears this notice's number with another text. Look at it and decide."),
    "too_many_posts": _("There are more new posts than a look-up reads."),
    "cannot_find": _("This platform cannot be asked what it has published. Look at the page."),
    # refused
    "duplicate": _(
        "The platform says that it has this text already. Look at the page: if it is there, say that it did go out."
    ),
    "blocked": _(
        "The platform has restricted the account. Sign in there and settle it; sending again now makes it longer."
    ),
    "permission": _NO_RIGHT,
    "kicked": _("The bot was removed from the channel. Make it an administrator again, then send again."),
    "refused": _("The platform refused the text without a reason that is known. Its answer stands beside this."),
    "too_long": _TOO_LONG,
    "caption_too_long": _TOO_LONG,
    "empty": _PROGRAM,
    "photo_missing": _(
        "There is no picture, and this platform shows nothing without one. Fonts may be missing on the server."
    ),
    "photo_unreachable": _("The platform could not fetch the picture from our public address."),
    "bad_photo": _BAD_PHOTO,
    "post_gone": _("The post is gone from the page."),
    "cannot_edit": _("Posts of this platform cannot be changed."),
    "cannot_delete": _("The post cannot be taken down from here. Take it down by hand if it misleads."),
    "page_gone": _("The page does not exist or cannot be seen by the account. Look at the channel's address."),
    "chat_not_found": _WRONG_ADDRESS,
    "chat_moved": _(
        "The group has become a larger one and has another number. Mend the channel's address, then send again."
    ),
    "bad_address": _WRONG_ADDRESS,
    "redirected": _("The configured address leads elsewhere. Whoever looks after the server has to mend it."),
    "receiver_gone": _(
        "The site no longer takes notices at this address. Mend the channel's address, then send again."
    ),
    "signature_refused": _("The site does not accept our signature. Enter the secret that both sides share again."),
    # e-mail, folder, and what is at home
    "recipient_refused": _(
        "The mail server does not know this recipient. Mend the channel's address, then send again."
    ),
    "sender_refused": _MAIL_SERVER,
    "message_refused": _MAIL_SERVER,
    "smtp_login": _("The mail server refused our sign-in. Whoever looks after the server has to mend its settings."),
    "smtp_greeting": _UNREACHABLE,
    "smtp_error": _MAIL_SERVER,
    "smtp_setup": _MAIL_SERVER,
    "folder_unavailable": _("The outbox folder cannot be written."),
    "not_installed": _("The library for this kind of channel is not installed on the server."),
    "unknown_kind": _PROGRAM,
    "bad_uid": _PROGRAM,
    "bad_attachment": _PROGRAM,
    # decided here
    "partly_overtaken": _(
        "A part of this text was overtaken by newer news: it did not leave. Read the station the week's current texts."
    ),
    "given_up": _("A person decided that it shall not go out."),
}


# After these nothing is out and the next attempt may succeed.
TEMPORARY: Final = frozenset(
    {"token_renewal", "rate_limited", "platform_busy", "server_error", "not_ready", "unreachable", "no_tls", "too_slow"}
    | {"held_up", "database_away", "too_many_posts", "photo_unreachable", "smtp_greeting", "folder_unavailable"}
)


def explain_delivery(delivery: Delivery) -> str:
    """Why `delivery` is where it is, and what happens next; "" where there is nothing to explain."""
    sentence = explain(delivery.error_code)
    if delivery.error_code not in TEMPORARY:
        return sentence
    if delivery.status in OPEN:
        return f"{sentence} {_TRIED_AGAIN}"
    if delivery.status == DeliveryStatus.FAILED:
        return f"{sentence} {_TRIED_IN_VAIN}"
    return sentence


def explain(code: str) -> str:
    """The sentence for a code, in the language that is active; the code itself where nothing better is known; "" for none."""
    return str(SENTENCES.get(code, code))

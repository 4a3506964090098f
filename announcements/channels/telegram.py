"""A Telegram channel through the Bot API.

Follows the sections «Making requests», «ResponseParameters», «sendMessage», «editMessageText» and «LinkPreviewOptions» of the
Bot API page (core.telegram.org/bots/api). Error sentences are not listed there; those told apart below are the ones the open
Bot API server (tdlib/telegram-bot-api) sends. The address is `TELEGRAM_API_URL`.
"""

from __future__ import annotations

import datetime as dt
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from . import http
from .base import Adapter, Irrevocable, Message, PermanentChannelError, PostGone, Receipt, Target, TemporaryChannelError

# «1-4096 characters after entities parsing»; the server counts UTF-16 units, so an emoji counts as two.
MAX_UNITS: Final = 4096

_CHAT: Final = re.compile(r"@[A-Za-z]\w{3,63}|-?\d{1,20}", re.ASCII)
_NOT_MODIFIED: Final = "message is not modified"

# A part of the 400 sentence, lower case -> our word. The first that fits counts.
_GONE_SENTENCES: Final = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    ("chat not found", "chat_not_found"),
    ("upgraded to a supergroup", "chat_moved"),
    ("message is too long", "too_long"),
    ("text is empty", "empty"),
    ("not enough rights", "permission"),
    ("need administrator rights", "permission"),
    ("have no rights", "permission"),
    ("chat_write_forbidden", "permission"),
)
_STATUSES: Final[dict[int, str]] = {401: "token_invalid", 404: "token_invalid", 403: "kicked"}


class TelegramAdapter(Irrevocable):
    """Sends to and edits in a channel. `Target.address` is «@name» or the numeric chat id, `Target.token` the bot's token.

    A bot cannot read a channel's history, so nothing can be looked up.
    """

    can_edit = True
    can_find = False
    is_repeatable = False

    def post(self, target: Target, message: Message) -> Receipt:
        """Send a message as plain text, without a link preview. Raises a ChannelError."""
        call = _call(target, "sendMessage", {"chat_id": _chat(target), **_content(message)}, creates=True)
        answer = http.perform(call)
        _raise_for(answer, call)
        return _receipt(answer.body.get("result"), target, call)

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Replace the text of a message; the same text again is a success. Raises PostGone or another ChannelError."""
        chat, _, number = external_id.rpartition(":")
        if not _CHAT.fullmatch(chat) or not re.fullmatch(r"\d{1,18}", number, re.ASCII):
            raise PostGone("post_gone", "Telegram: edit: this is not the id of a message.")
        call = _call(target, "editMessageText", {"chat_id": chat, "message_id": int(number), **_content(message)})
        answer = http.perform(call)
        if not answer.is_success and _NOT_MODIFIED in _sentence(answer):
            return Receipt(external_id=external_id, url=_public_url(target.address, number))
        _raise_for(answer, call)
        return _receipt(answer.body.get("result"), target, call)

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Not possible here. Raises PermanentChannelError."""
        raise PermanentChannelError("cannot_find", "Telegram: a bot cannot read what a channel has published.")


def _call(target: Target, method: str, body: Mapping[str, Any], *, creates: bool = False) -> http.Call:
    """A request to one method; the token is part of its address («Making requests»)."""
    token = urllib.parse.quote(http.usable_token(target.token), safe=":")
    base: str = settings.TELEGRAM_API_URL
    return http.Call(
        "POST", f"{base.rstrip('/')}/bot{token}/{method}", f"Telegram: {method}", creates=creates, json=body
    )


def _content(message: Message) -> dict[str, Any]:
    """The text and how to show it; raises PermanentChannelError when the platform could not take it."""
    if not message.text.strip():
        raise PermanentChannelError("empty", "Telegram: there is no text.")
    units = len(message.text.encode("utf-16-le")) // 2
    if units > MAX_UNITS:
        raise PermanentChannelError("too_long", f"Telegram: {units} characters; {MAX_UNITS} are the most.")
    return {"text": message.text, "link_preview_options": {"is_disabled": True}}


def _raise_for(answer: http.Answer, call: http.Call) -> None:
    """Raise what an error answer means; return when the answer is a success."""
    if answer.is_success and answer.body.get("ok") is True:
        return
    if answer.is_success and "ok" not in answer.body:
        raise http.malformed(call)
    stated = answer.body.get("error_code")
    status = stated if isinstance(stated, int) else answer.status
    sentence = _sentence(answer)
    detail = f"{call.shown}: {status} {sentence[:200]}".strip()
    if status == 429:
        raise TemporaryChannelError("rate_limited", detail, retry_after=_wait(answer))
    if status == 400 and any(part in sentence for part in _GONE_SENTENCES):
        raise PostGone("post_gone", detail)
    if status == 400:
        raise PermanentChannelError(next((code for part, code in _SENTENCES if part in sentence), "refused"), detail)
    raise PermanentChannelError(_STATUSES.get(status, "refused"), detail)


def _wait(answer: http.Answer) -> float | None:
    """The wait in seconds: `parameters.retry_after` («ResponseParameters»), else the header."""
    parameters = answer.body.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) else http.retry_after(answer)


def _sentence(answer: http.Answer) -> str:
    """The vendor's description in lower case; it never holds the token, but is redacted all the same."""
    return http.redact(str(answer.body.get("description", ""))).casefold()


def _receipt(result: object, target: Target, call: http.Call) -> Receipt:
    """The receipt for a Message object; raises when it is not one."""
    fields = result if isinstance(result, dict) else {}
    chat = fields.get("chat")
    number = fields.get("message_id")
    if not isinstance(chat, dict) or not isinstance(number, int) or not isinstance(chat.get("id"), int):
        raise http.malformed(call)
    username = chat.get("username")
    name = f"@{username}" if isinstance(username, str) else target.address
    # The numeric chat id stays right when the channel changes its public name.
    return Receipt(external_id=f"{chat['id']}:{number}", url=_public_url(name, str(number)))


def _chat(target: Target) -> str:
    """The chat as the API takes it; raises PermanentChannelError when it could not be one."""
    if not _CHAT.fullmatch(target.address):
        raise PermanentChannelError("bad_address", "Telegram: the chat is neither «@name» nor a number.")
    return target.address


def _public_url(name: str, number: str) -> str:
    """Where people see the message, for channels with a public name. `TELEGRAM_PUBLIC_URL` points it at the stand-in."""
    if not name.startswith("@"):
        return ""
    base: str = getattr(settings, "TELEGRAM_PUBLIC_URL", "") or "https://t.me"
    return f"{base.rstrip('/')}/{name.removeprefix('@')}/{number}"


ADAPTER: Final[Adapter] = TelegramAdapter()

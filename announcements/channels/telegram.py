"""A Telegram channel through the Bot API.

Follows the sections «Making requests», «ResponseParameters», «getMe», «sendMessage», «sendPhoto», «editMessageText»,
«editMessageCaption», «editMessageMedia», «InputMediaPhoto», «deleteMessage» and «LinkPreviewOptions» of the Bot API page
(core.telegram.org/bots/api). Error sentences are not listed there; those told apart below are the ones the open Bot API server
(tdlib/telegram-bot-api) sends. The address is `TELEGRAM_API_URL`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings

from . import http
from .addresses import is_address
from .base import Adapter, Attachment, Message, PermanentChannelError, PostGone, Receipt, Target, TemporaryChannelError

# «1-4096 characters after entities parsing»; the server counts UTF-16 units, so an emoji counts as two.
MAX_UNITS: Final = 4096
# «0-1024 characters after entities parsing».
MAX_CAPTION_UNITS: Final = 1024
# «The photo must be at most 10 MB in size».
MAX_PHOTO_BYTES: Final = 10 * 1024 * 1024

_NOT_MODIFIED: Final = "message is not modified"
_IS_PHOTO: Final = "there is no text in the message to edit"
_DELETED: Final = "message to delete not found"

# A part of the 400 sentence, lower case -> our word. The first that fits counts.
_GONE_SENTENCES: Final = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    ("chat not found", "chat_not_found"),
    ("upgraded to a supergroup", "chat_moved"),
    ("message is too long", "too_long"),
    ("caption is too long", "too_long"),
    ("message can't be deleted", "cannot_delete"),
    ("image_process_failed", "bad_photo"),
    ("photo_invalid_dimensions", "bad_photo"),
    ("text is empty", "empty"),
    ("not enough rights", "permission"),
    ("need administrator rights", "permission"),
    ("have no rights", "permission"),
    ("chat_write_forbidden", "permission"),
)
_STATUSES: Final[dict[int, str]] = {401: "token_invalid", 404: "token_invalid", 403: "kicked"}


class TelegramAdapter:
    """Sends to and edits in a channel. `Target.address` is «@name» or the numeric chat id, `Target.token` the bot's token.

    A bot cannot read a channel's history, so nothing can be looked up.
    """

    can_edit = True
    can_delete = True
    can_find = False
    is_repeatable = False

    def post(self, target: Target, message: Message) -> Receipt:
        """Send a message as plain text, without a link preview; with its photo if the text fits under one.

        A longer text goes out alone: what people are told is never cut for a picture's sake. Raises a ChannelError.
        """
        chat, content = _chat(target), _content(message)
        if message.photo is not None and units(message.text) <= MAX_CAPTION_UNITS:
            photo = _checked_photo(message.photo)
            form = {"chat_id": chat, "caption": message.text}
            call = dataclasses.replace(
                _call(target, "sendPhoto", None, creates=True), form=form, files={"photo": photo}
            )
        else:
            call = _call(target, "sendMessage", {"chat_id": chat, **content}, creates=True)
        answer = http.perform(call)
        _raise_for(answer, call)
        return _receipt(answer.body.get("result"), target, call)

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Replace the text of a message, or photo and caption; the same again is a success.

        Raises PostGone also when the new text is too long to stand under the photo, else another ChannelError.
        """
        found = _message_of(external_id)
        if found is None:
            raise PostGone("post_gone", "Telegram: edit: this is not the id of a message.")
        chat, number = found
        which, budget = {"chat_id": chat, "message_id": int(number)}, http.Budget()
        call = _call(target, "editMessageText", {**which, **_content(message)})
        answer = http.perform(call, budget)
        if not answer.is_success and _IS_PHOTO in _sentence(answer):
            if units(message.text) > MAX_CAPTION_UNITS:
                raise PostGone("caption_too_long", "Telegram: edit: the text is too long to stand under the photo.")
            answer, call = self._edit_photo(target, which, message, budget)
        if not answer.is_success and _NOT_MODIFIED in _sentence(answer):
            return Receipt(external_id=external_id, url=_public_url(target.address, number))
        _raise_for(answer, call)
        return _receipt(answer.body.get("result"), target, call)

    def _edit_photo(
        self, target: Target, which: Mapping[str, Any], message: Message, budget: http.Budget
    ) -> tuple[http.Answer, http.Call]:
        """Replace photo and caption in one act («editMessageMedia»); without a photo, or with one that Telegram does not take,
        the caption alone: what is written is what counts."""
        caption = _call(target, "editMessageCaption", {**which, "caption": message.text})
        if message.photo is not None:
            media = {"type": "photo", "media": "attach://photo", "caption": message.text}
            form = {name: str(value) for name, value in which.items()} | {"media": json.dumps(media)}
            files = {"photo": _checked_photo(message.photo)}
            call = dataclasses.replace(_call(target, "editMessageMedia", None), form=form, files=files)
            answer = http.perform(call, budget)
            refused = answer.status == 400 and _code(_sentence(answer)) == "bad_photo"
            if not refused:
                return answer, call
        return http.perform(caption, budget), caption

    def delete(self, target: Target, external_id: str) -> None:
        """Delete a message; one that is gone already is a success. Raises TemporaryChannelError or PermanentChannelError."""
        found = _message_of(external_id)
        if found is None:
            raise PermanentChannelError("post_gone", "Telegram: delete: this is not the id of a message.")
        call = _call(target, "deleteMessage", {"chat_id": found[0], "message_id": int(found[1])})
        answer = http.perform(call)
        if not answer.is_success and _DELETED in _sentence(answer):
            return
        _raise_for(answer, call)

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Not possible here. Raises PermanentChannelError."""
        raise PermanentChannelError("cannot_find", "Telegram: a bot cannot read what a channel has published.")


def get_bot(target: Target) -> str:
    """The user name of the bot whose token this is («getMe»). Raises a ChannelError."""
    call = _call(target, "getMe", {})
    answer = http.perform(call)
    _raise_for(answer, call)
    result = answer.body.get("result")
    name = result.get("username") if isinstance(result, dict) else None
    if not isinstance(name, str) or not name:
        raise http.malformed(call)
    return name


def _message_of(external_id: str) -> tuple[str, str] | None:
    """The chat and the number of a message, from the id that its receipt told; None when it is no such id."""
    chat, _, number = external_id.rpartition(":")
    is_one = is_address("telegram", chat) and re.fullmatch(r"\d{1,18}", number, re.ASCII)
    return (chat, number) if is_one else None


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def _checked_photo(photo: Attachment) -> Attachment:
    """Return `photo`; raises PermanentChannelError when the platform could not take it."""
    if photo.mime_type not in ("image/jpeg", "image/png") or not 0 < len(photo.content) <= MAX_PHOTO_BYTES:
        raise PermanentChannelError("bad_photo", "Telegram: the photo is no JPEG or PNG of at most 10 MB.")
    return photo


def _call(target: Target, method: str, body: Mapping[str, Any] | None, *, creates: bool = False) -> http.Call:
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
    length = units(message.text)
    if length > MAX_UNITS:
        raise PermanentChannelError("too_long", f"Telegram: {length} characters; {MAX_UNITS} are the most.")
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
        raise PermanentChannelError(_code(sentence), detail)
    raise PermanentChannelError(_STATUSES.get(status, "refused"), detail)


def _code(sentence: str) -> str:
    """Our word for the sentence of a 400 answer."""
    return next((code for part, code in _SENTENCES if part in sentence), "refused")


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
    if not is_address("telegram", target.address):
        raise PermanentChannelError("bad_address", "Telegram: the chat is neither «@name» nor a number.")
    return target.address


def _public_url(name: str, number: str) -> str:
    """Where people see the message, for channels with a public name. `TELEGRAM_PUBLIC_URL` points it at the stand-in."""
    if not name.startswith("@"):
        return ""
    base: str = getattr(settings, "TELEGRAM_PUBLIC_URL", "") or "https://t.me"
    return f"{base.rstrip('/')}/{name.removeprefix('@')}/{number}"


ADAPTER: Final[Adapter] = TelegramAdapter()

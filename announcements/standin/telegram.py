"""The part of the Bot API that a channel's announcements use: getMe, sendMessage, sendPhoto, their edits, deleteMessage.

Page followed: core.telegram.org/bots/api; error sentences as the open Bot API server sends them (see docs/standin.md).
"""

from __future__ import annotations

import json
import re
import zlib
from typing import Any

from .answers import Reply, Request, whole_number
from .state import Fault, Mode, Post, State

SERVICE = "telegram"

_PATH = re.compile(r"/bot(?P<token>[^/]*)/(?P<method>[A-Za-z]+)/?")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_LONGEST = 4096
_LONGEST_CAPTION = 1024
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def match_path(path: str) -> re.Match[str] | None:
    """The parts of a path of the Bot API; None for any other path."""
    return _PATH.fullmatch(path)


def answer(state: State, match: re.Match[str], request: Request, public_url: str) -> Reply:
    """Carry out a call whose path is `match`; method names are case-insensitive, GET and POST are alike («Making requests»)."""
    if not _TOKEN.fullmatch(match["token"]):
        return _error(404, "Not Found")
    bot = int(match["token"].partition(":")[0][:15])
    match match["method"].lower():
        case "getme":
            return _ok({"id": bot, "is_bot": True, "first_name": "Stand-in", "username": "standin_bot"})
        case "sendmessage":
            return _send(state, request)
        case "sendphoto":
            return _send_photo(state, request)
        case "editmessagetext":
            return _edit(state, request, is_caption=False)
        case "editmessagecaption":
            return _edit(state, request, is_caption=True)
        case "editmessagemedia":
            return _edit_media(state, request)
        case "deletemessage":
            post = _find(state, request)
            if post is None:
                return _error(400, "Bad Request: message to delete not found")
            state.delete_post(post)
            return _ok(True)
    return _error(404, "Not Found: method not found")


def failure(fault: Fault) -> Reply:
    """The answer of a service that has been told to fail."""
    if fault.mode is Mode.RATE_LIMIT:
        seconds = fault.retry_after
        return _error(429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds})
    if fault.mode is Mode.EXPIRED_TOKEN:
        return _error(401, "Unauthorized")
    if fault.mode is Mode.REFUSE:
        return _error(403, "Forbidden: bot was kicked from the channel chat")
    if fault.mode is Mode.DUPLICATE:
        # Telegram takes the same text as often as it is sent; this stands for any other refusal of a text.
        return _error(400, "Bad Request: can't parse entities")
    if fault.mode is Mode.BAD_PHOTO:
        return _error(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    if fault.mode is Mode.TOO_LONG:
        return _error(400, "Bad Request: message is too long")
    return _error(502, "Bad Gateway")


def _send(state: State, request: Request) -> Reply:
    chat = str(request.fields.get("chat_id", ""))
    text = str(request.fields.get("text", ""))
    if not chat:
        return _error(400, "Bad Request: chat_id is empty")
    problem = _problem(text)
    if problem:
        return problem
    return _ok(_shown(state.add_post(SERVICE, _place(chat), text, str)))


def _send_photo(state: State, request: Request) -> Reply:
    chat, photo = str(request.fields.get("chat_id", "")), request.files.get("photo")
    caption = str(request.fields.get("caption", ""))
    if not chat:
        return _error(400, "Bad Request: chat_id is empty")
    if photo is None:
        return _error(400, "Bad Request: there is no photo in the request")
    if not photo.content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return _error(400, "Bad Request: IMAGE_PROCESS_FAILED")
    problem = _caption_problem(caption)
    if problem:
        return problem
    return _ok(_shown(state.add_post(SERVICE, _place(chat), caption, str, photo=photo)))


def _edit(state: State, request: Request, *, is_caption: bool) -> Reply:
    text = str(request.fields.get("caption" if is_caption else "text", ""))
    problem = _caption_problem(text) if is_caption else _problem(text)
    if problem:
        return problem
    with state.lock:
        post = _find(state, request)
        if post is None:
            return _error(400, "Bad Request: message to edit not found")
        if bool(post.photo) is not is_caption:
            return _error(400, f"Bad Request: there is no {'caption' if is_caption else 'text'} in the message to edit")
        if post.text == text:
            return _error(400, _NOT_MODIFIED)
        state.change_post(post, text)
    return _ok(_shown(post))


def _edit_media(state: State, request: Request) -> Reply:
    """Another picture with its caption, as an InputMediaPhoto whose file came along («attach://…»)."""
    try:
        media = json.loads(str(request.fields.get("media", "")))
    except ValueError:
        media = None
    if not isinstance(media, dict) or media.get("type") != "photo":
        return _error(400, "Bad Request: can't parse InputMedia")
    photo = request.files.get(str(media.get("media", "")).removeprefix("attach://"))
    if photo is None:
        return _error(400, "Bad Request: there is no photo in the request")
    if not photo.content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return _error(400, "Bad Request: IMAGE_PROCESS_FAILED")
    caption = str(media.get("caption", ""))
    problem = _caption_problem(caption)
    if problem:
        return problem
    with state.lock:
        post = _find(state, request)
        if post is None:
            return _error(400, "Bad Request: message to edit not found")
        if (post.photo, post.text) == (photo.content, caption):
            return _error(400, _NOT_MODIFIED)
        state.change_photo(post, photo)
        state.change_post(post, caption)
    return _ok(_shown(post))


def _problem(text: str) -> Reply | None:
    if not text.strip():
        return _error(400, "Bad Request: message text is empty")
    if _units(text) > _LONGEST:
        return _error(400, "Bad Request: message is too long")
    return None


def _caption_problem(text: str) -> Reply | None:
    return _error(400, "Bad Request: message caption is too long") if _units(text) > _LONGEST_CAPTION else None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _find(state: State, request: Request) -> Post | None:
    number = whole_number(request.fields.get("message_id"))
    chat = str(request.fields.get("chat_id", ""))
    with state.lock:
        places = {one.place for one in state.posts if one.service == SERVICE}
        place = next((one for one in places if chat in (one, str(_chat_id(one)))), None)
        return None if place is None else state.find_post(SERVICE, str(number), place)


def _place(chat: str) -> str:
    """A chat under one name, whether written in capitals or not."""
    return chat.lower() if chat.startswith("@") else chat


def _chat_id(place: str) -> int:
    """The number of a chat: its own, or for «@name» one that is always the same."""
    number = whole_number(place)
    return number if number is not None else -1_000_000_000_000 - zlib.crc32(place.encode())


def _shown(post: Post) -> dict[str, Any]:
    """A Message object."""
    chat: dict[str, Any] = {"id": _chat_id(post.place), "type": "channel", "title": post.place}
    if post.place.startswith("@"):
        chat["username"] = post.place.removeprefix("@")
    message: dict[str, Any] = {
        "message_id": int(post.id),
        "sender_chat": chat,
        "chat": chat,
        "date": int(post.made_at.timestamp()),
        "caption" if post.photo else "text": post.text,
    }
    if post.photo:
        message["photo"] = [{"file_id": post.id, "file_unique_id": post.id, "width": 1200, "height": 630}]
    if len(post.versions) > 1:
        message["edit_date"] = int(post.versions[-1].at.timestamp())
    return message


def _ok(result: Any) -> Reply:
    return Reply(200, {"ok": True, "result": result})


def _error(status: int, description: str, *, parameters: dict[str, Any] | None = None) -> Reply:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Reply(status, body | ({"parameters": parameters} if parameters else {}))

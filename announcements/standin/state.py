"""What the stand-in remembers: posts with their edits, e-mails, and how it has been told to fail."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import enum
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from .answers import File

SERVICES: Final = ("facebook", "telegram", "x", "instagram", "webhook", "apprise", "smtp")

P = ParamSpec("P")
R = TypeVar("R")


class Mode(enum.StrEnum):
    """How a service behaves."""

    OK = "ok"
    TIMEOUT = "timeout"  # nothing is done and no answer comes
    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105  # reason: a word for a failure
    ACCEPTED_NO_ANSWER = "accepted_no_answer"  # it is done, then the line breaks
    REFUSE = "refuse"  # the vendor refuses for good: blocked, thrown out of the channel, mailbox unknown
    GARBLED = "garbled"  # it is done, but the answer cannot be read
    DUPLICATE = "duplicate"  # the vendor says that it has this text already, although it has not
    TOO_LONG = "too_long"  # the vendor finds the text too long
    # It is done, and called refused all the same, as Instagram has been seen to do; asked for on purpose, never one of `mixed`.
    REFUSED_YET_LIVE = "refused_yet_live"
    BAD_PHOTO = "bad_photo"  # the vendor cannot use the picture; asked for on purpose as well
    MIXED = "mixed"  # one of the failures above, another each time


FAILURES: Final = tuple(
    mode for mode in Mode if mode not in (Mode.OK, Mode.MIXED, Mode.REFUSED_YET_LIVE, Mode.BAD_PHOTO)
)


@dataclasses.dataclass(slots=True)
class Fault:
    """A failure that was asked for; `times` counts failed requests down, None is «until told otherwise».

    The first `skip` requests pass. `share` is the part of the others that fails, picked at random; None is every one.
    """

    mode: Mode
    times: int | None = None
    retry_after: int = 1
    share: float | None = None
    skip: int = 0


@dataclasses.dataclass(slots=True)
class Version:
    """One text of a post and when it became the text."""

    text: str
    at: dt.datetime


@dataclasses.dataclass(slots=True)
class Post:
    """A post of a page or a message of a chat; `versions` is never empty, the last one is live."""

    service: str
    place: str  # page id or chat as it was addressed
    id: str
    versions: list[Version]
    is_deleted: bool = False
    photo: bytes = b""
    photo_type: str = ""
    photos: int = 0  # how many pictures it has had
    photo_url: str = ""  # where the platform fetched the picture, when it did so itself

    @property
    def text(self) -> str:
        return self.versions[-1].text

    @property
    def made_at(self) -> dt.datetime:
        return self.versions[0].at


@dataclasses.dataclass(slots=True)
class Container:
    """A picture with its caption that Instagram is preparing; `polls` counts how often its state was asked."""

    place: str
    caption: str
    image_url: str
    polls: int = 0


@dataclasses.dataclass(slots=True)
class Mail:
    """An e-mail as it came over the line; `copies` counts how often the same Message-ID arrived."""

    number: int
    sender: str
    recipients: list[str]
    message_id: str
    raw: bytes
    at: dt.datetime
    copies: int = 1


def _locked(
    function: Callable[Concatenate[State, P], R],
) -> Callable[Concatenate[State, P], R]:
    """Let one thread at a time into a method."""

    def inner(self: State, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return function(self, *args, **kwargs)

    return inner


class State:
    """Everything, behind one lock; kept in a JSON file when one is named, so that a restart keeps the posts.

    Without that, a correction made after a restart would find its post gone.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.path = path
        self.posts: list[Post] = []
        self.mails: list[Mail] = []
        self.handled: dict[str, dict[str, str]] = {}  # what a receiver answered to each uid
        self.containers: dict[str, Container] = {}
        self.faults: dict[str, Fault] = {}
        self.requests: Counter[str] = Counter()
        self.refuse_duplicates = True
        self.polls_until_ready = 2  # how often Instagram is asked for the state of a picture before it is ready
        self.token_expires_in: int | None = None  # seconds, as the vendors that tell would say; None is never
        # Of X's OAuth 2.0: until when (seconds since 1970) an access token opens, and which refresh tokens have been used.
        self.access_tokens: dict[str, float] = {}
        self.used_refresh_tokens: set[str] = set()
        self.access_token_seconds = 7200
        self.random = random.Random()
        self._last_number = 0
        self._is_changed = False
        if path is not None and path.exists():
            self._load(path)

    @_locked
    def add_post(
        self,
        service: str,
        place: str,
        text: str,
        make_id: Callable[[int], str],
        *,
        photo: File | None = None,
        photo_url: str = "",
    ) -> Post:
        """Make a post; `make_id` turns its running number into the vendor's form of an id."""
        post = Post(service, place, make_id(self.next_number()), [Version(text, _now())], photo_url=photo_url)
        if photo is not None:
            post.photo, post.photo_type, post.photos = photo.content, photo.mime_type, 1
        self.posts.append(post)
        self._is_changed = True
        return post

    @_locked
    def change_post(self, post: Post, text: str) -> None:
        """Give a post another text; the same text again changes nothing."""
        if post.text != text:
            post.versions.append(Version(text, _now()))
            self._is_changed = True

    @_locked
    def change_photo(self, post: Post, photo: File) -> None:
        """Give a post another picture."""
        if post.photo != photo.content:
            post.photo, post.photo_type = photo.content, photo.mime_type
            post.photos += 1
            self._is_changed = True

    @_locked
    def delete_post(self, post: Post) -> None:
        """Take a post away; its texts stay in the record."""
        post.is_deleted = True
        self._is_changed = True

    @_locked
    def find_post(self, service: str, post_id: str, place: str | None = None) -> Post | None:
        """The live post with this id."""
        fitting = (one for one in self.posts if one.service == service and one.id == post_id and not one.is_deleted)
        return next((one for one in fitting if place is None or one.place == place), None)

    @_locked
    def live_posts(self, service: str, place: str) -> list[Post]:
        """The posts of a place, newest first."""
        fitting = [one for one in self.posts if one.service == service and one.place == place and not one.is_deleted]
        return fitting[::-1]

    @_locked
    def add_mail(self, sender: str, recipients: list[str], message_id: str, raw: bytes) -> Mail:
        """Keep an e-mail; one that has been here before only counts, as a mail program shows it once."""
        known = next((one for one in self.mails if message_id and one.message_id == message_id), None)
        if known is not None:
            known.copies += 1
            mail = known
        else:
            mail = Mail(self.next_number(), sender, recipients, message_id, raw, _now())
            self.mails.append(mail)
        self._is_changed = True
        return mail

    @_locked
    def count(self, service: str, what: str) -> None:
        """Count a request."""
        self.requests[f"{service} {what}"] += 1

    @_locked
    def set_fault(self, services: tuple[str, ...], fault: Fault) -> None:
        """Make services fail from now on, or work again."""
        for service in services:
            if fault.mode is Mode.OK:
                self.faults.pop(service, None)
            else:
                self.faults[service] = dataclasses.replace(fault)

    @_locked
    def take_fault(self, service: str) -> Fault:
        """The behaviour for the next request; a counted failure is used up by it."""
        fault = self.faults.get(service)
        if fault is not None and fault.skip > 0:
            fault.skip -= 1
            return Fault(Mode.OK)
        if fault is None or (fault.share is not None and self.random.random() >= fault.share):
            return Fault(Mode.OK)
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self.faults[service]
        mode = self.random.choice(FAILURES) if fault.mode is Mode.MIXED else fault.mode
        return dataclasses.replace(fault, mode=mode)

    @_locked
    def reset(self) -> None:
        """Forget everything but the running number, so that no id is ever used twice."""
        self.posts, self.mails, self.faults, self.handled = [], [], {}, {}
        self.requests.clear()
        self.containers.clear()
        self.refuse_duplicates, self.token_expires_in, self.polls_until_ready = True, None, 2
        self.access_token_seconds = 7200
        self.access_tokens.clear()
        self.used_refresh_tokens.clear()
        self._is_changed = True

    @_locked
    def as_json(self) -> dict[str, Any]:
        """The state for tests and scripts."""
        return {
            "posts": [
                {
                    "service": one.service,
                    "place": one.place,
                    "id": one.id,
                    "text": one.text,
                    "made_at": one.made_at.isoformat(),
                    "edits": len(one.versions) - 1,
                    "versions": [{"text": version.text, "at": version.at.isoformat()} for version in one.versions],
                    "is_deleted": one.is_deleted,
                    "photo_type": one.photo_type,
                    "photos": one.photos,
                    "photo_url": one.photo_url,
                }
                for one in self.posts
            ],
            "mails": [
                {
                    "number": one.number,
                    "sender": one.sender,
                    "recipients": one.recipients,
                    "message_id": one.message_id,
                    "at": one.at.isoformat(),
                    "copies": one.copies,
                }
                for one in self.mails
            ],
            "faults": {service: dataclasses.asdict(fault) for service, fault in self.faults.items()},
            "requests": dict(self.requests),
            "handled": self.handled,
            "refuse_duplicates": self.refuse_duplicates,
            "token_expires_in": self.token_expires_in,
        }

    def next_number(self) -> int:
        """A number that no post, mail or container has had before; call it with the lock held."""
        self._last_number += 1
        return self._last_number

    @_locked
    def save(self) -> None:
        """Write the file, if there is one and something is new."""
        if self.path is None or not self._is_changed:
            return
        self._is_changed = False
        raws = {str(one.number): base64.b64encode(one.raw).decode() for one in self.mails}
        photos = [base64.b64encode(one.photo).decode() for one in self.posts]
        draft = self.path.with_suffix(".part")
        draft.write_text(
            json.dumps(
                self.as_json() | {"raws": raws, "photos": photos, "last_number": self._last_number}, ensure_ascii=False
            ),
            encoding="utf-8",
        )
        draft.replace(self.path)

    def _load(self, path: Path) -> None:
        """Read a saved state. One that cannot be read is left aside: it is only a development aid."""
        try:
            saved = json.loads(path.read_text(encoding="utf-8"))
            self.posts = [
                Post(
                    one["service"],
                    one["place"],
                    one["id"],
                    [Version(version["text"], dt.datetime.fromisoformat(version["at"])) for version in one["versions"]],
                    one["is_deleted"],
                    base64.b64decode(photo),
                    one["photo_type"],
                    one["photos"],
                    one["photo_url"],
                )
                for one, photo in zip(saved["posts"], saved["photos"], strict=True)
            ]
            self.mails = [
                Mail(
                    one["number"],
                    one["sender"],
                    one["recipients"],
                    one["message_id"],
                    base64.b64decode(saved["raws"][str(one["number"])]),
                    dt.datetime.fromisoformat(one["at"]),
                    one["copies"],
                )
                for one in saved["mails"]
            ]
            self.handled = dict(saved["handled"])
            self._last_number = int(saved["last_number"])
        except (ValueError, KeyError, TypeError):
            self.posts, self.mails, self.handled = [], [], {}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

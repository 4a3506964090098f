"""What must be true after a chaos run, told from the rows of the outbox, the stand-in's record, the files and the logs.

Nothing here looks at a database or a network, so the judge itself can be tested.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from announcements.channels.base import Message
from announcements.channels.matching import Likeness, likeness
from announcements.channels.matching import normalised as _normalised
from announcements.enums import OPEN, DeliveryStatus
from announcements.exports import text_txt
from announcements.on_air import text_for_air

SOCIAL = ("facebook", "telegram")
normalised = functools.cache(_normalised)
# A request that left and was not answered with a receipt; anything else is no reason for doubt.
DOUBTFUL_ENDS = frozenset({"no_answer", "server_error", "malformed"})
# What a look-up that did not settle the question says.
LOOKED_UP_IN_VAIN = re.compile(r"Facebook: look-up")


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One delivery as the outbox holds it."""

    pk: int
    uid: str
    kind: str
    address: str
    status: str
    marker: str
    text: str
    edit_text: str
    root: int  # the first delivery of its thread: itself for an announcement
    attempt: int
    edited_in_place: bool
    external_id: str
    error_code: str
    error_detail: str

    @property
    def out_text(self) -> str:
        """The text that a sent delivery has put before its readers."""
        return self.edit_text or self.text

    def carries(self, text: str) -> bool:
        """Whether `text` is this delivery's, anew or in place of the post that it corrects."""
        return _carries(self.text, self.edit_text, self.marker, text)


@functools.cache
def _carries(own: str, own_edit: str, marker: str, text: str) -> bool:
    if normalised(text) in {normalised(one) for one in (own, own_edit) if one}:
        return True
    return likeness(text, Message("", "", own, marker)) is not Likeness.OTHER


@dataclasses.dataclass(frozen=True, slots=True)
class Post:
    """One post of a page or chat, with every text it ever had."""

    service: str
    place: str
    id: str
    versions: tuple[tuple[str, dt.datetime], ...]

    def is_at(self, row: Row) -> bool:
        """Whether the post stands on the page or in the chat that the row goes to."""
        return self.service == row.kind and self.place == (
            row.address.lower() if row.kind == "telegram" else row.address
        )

    def first_carried(self, row: Row) -> dt.datetime | None:
        """When the post first carried the row's text."""
        return next((at for text, at in self.versions if row.carries(text)), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise and the delivery (None: what arrived belongs to no delivery) that shows it."""

    promise: str
    pk: int | None
    detail: str

    def __str__(self) -> str:
        return f"{self.promise}: delivery {self.pk}: {self.detail}"


@dataclasses.dataclass(frozen=True, slots=True)
class Outside:
    """What the public and the station have got."""

    posts: tuple[Post, ...]
    mails: Mapping[str, Mapping[str, Any]]  # by Message-ID
    folder: Path

    @classmethod
    def of(cls, state: Mapping[str, Any], folder: Path) -> Outside:
        """From the stand-in's `/_state`."""
        posts = (
            Post(
                one["service"],
                one["place"],
                one["id"],
                tuple((version["text"], dt.datetime.fromisoformat(version["at"])) for version in one["versions"]),
            )
            for one in state["posts"]
        )
        return cls(tuple(posts), {one["message_id"]: one for one in state["mails"]}, folder)

    def posts_carrying(self, row: Row) -> list[Post]:
        """The posts of the row's page that have ever carried it."""
        return [post for post in self.posts if post.is_at(row) and post.first_carried(row)]


def find_violations(
    rows: Sequence[Row], outside: Outside, *, sender: str, logs: Mapping[str, str], gone: Iterable[str]
) -> list[Violation]:
    """Every broken promise. `logs` holds each worker's log by its name; `gone` names those that died."""
    found: list[Violation] = []
    arrived: dict[int, tuple[dt.datetime, dt.datetime]] = {}
    carriers = {row.pk: outside.posts_carrying(row) for row in rows if row.kind in SOCIAL}
    for row in rows:
        if row.status in OPEN:
            found.append(Violation("every delivery ends", row.pk, f"is still {row.status} ({row.error_code})"))
        if row.status in (DeliveryStatus.FAILED, DeliveryStatus.UNCONFIRMED) and not row.error_code:
            found.append(Violation("a failure has a name", row.pk, f"is {row.status} for no reason"))
        moment: tuple[dt.datetime, dt.datetime] | None
        if row.kind in SOCIAL:
            found += _check_posts(row, carriers[row.pk])
            times = [at for post in carriers[row.pk] if (at := post.first_carried(row))]
            moment = (min(times), max(times)) if times else None
        elif row.kind == "radio_mail":
            moment = _arrival_of_mail(row, outside, sender)
        else:
            moment = _arrival_of_file(row, outside)
        if moment is not None:
            arrived[row.pk] = moment
        elif row.status == DeliveryStatus.SENT and row.kind not in SOCIAL:
            found.append(Violation("nothing is lost", row.pk, f"is sent, but {row.external_id} is not there"))
    found += _check_order(rows, arrived)
    found += _check_last_words(rows, outside)
    found += _check_strangers(rows, outside, carriers, sender)
    gone = frozenset(gone)
    claims, claiming = _claims(logs), _were_claiming(logs, gone)
    found += [
        violation
        for row in rows
        if row.status == DeliveryStatus.UNCONFIRMED
        for violation in _check_doubt(row, claims, claiming, gone)
    ]
    return found


def count_understated(rows: Iterable[Row], outside: Outside, *, sender: str) -> int:
    """Deliveries that are failed, superseded or expired although a repeatable step (a mail, an edit) had got through.

    No promise is broken: nobody knew, and whoever tries again doubles nothing.
    """
    ended = {DeliveryStatus.FAILED, DeliveryStatus.SUPERSEDED, DeliveryStatus.EXPIRED}
    return sum(
        bool(outside.posts_carrying(row)) if row.kind in SOCIAL else _arrival_of_mail(row, outside, sender) is not None
        for row in rows
        if row.status in ended and row.kind != "radio_folder"
    )


def _check_posts(row: Row, carriers: Sequence[Post]) -> Iterator[Violation]:
    if len(carriers) > 1:
        yield Violation("nothing is posted twice", row.pk, " and ".join(f"{one.place} {one.id}" for one in carriers))
    if row.status == DeliveryStatus.SENT:
        number = row.external_id.rpartition(":")[2]
        own = [one for one in carriers if one.id == number]
        if not any(normalised(text) == normalised(row.out_text) for one in own for text, _at in one.versions):
            yield Violation("nothing is lost", row.pk, f"is sent, but {row.external_id} never carried its text")
    elif row.status != DeliveryStatus.UNCONFIRMED and row.status not in OPEN:
        # An edit that was given up may have got through all the same (`count_understated`); a new post may not.
        for post in carriers:
            if row.carries(post.versions[0][0]):
                yield Violation("what failed is not out", row.pk, f"is {row.status}, but post {post.id} is live")


def _arrival_of_mail(row: Row, outside: Outside, sender: str) -> tuple[dt.datetime, dt.datetime] | None:
    mail = outside.mails.get(f"<{row.uid}@{parseaddr(sender)[1].rpartition('@')[2]}>")
    if mail is None or mail["recipients"] != [row.address]:
        return None
    at = dt.datetime.fromisoformat(mail["at"])
    return at, at


def _arrival_of_file(row: Row, outside: Outside) -> tuple[dt.datetime, dt.datetime] | None:
    text, document = (outside.folder / row.address / f"{row.uid}{ending}" for ending in (".txt", ".docx"))
    if not text.is_file() or not document.is_file() or text.read_bytes() != text_txt(text_for_air(row.out_text)):
        return None
    at = dt.datetime.fromtimestamp(text.stat().st_mtime, dt.UTC)
    return at, at


def _check_order(rows: Sequence[Row], arrived: Mapping[int, tuple[dt.datetime, dt.datetime]]) -> Iterator[Violation]:
    threads: dict[int, list[Row]] = {}
    for row in sorted(rows, key=lambda one: one.pk):
        threads.setdefault(row.root, []).append(row)
    for thread in threads.values():
        seen = [row for row in thread if row.pk in arrived]
        for number, later in enumerate(seen):
            for earlier in seen[:number]:
                if arrived[later.pk][0] < arrived[earlier.pk][1]:
                    yield Violation(
                        "no correction before its announcement", later.pk, f"arrived before delivery {earlier.pk}"
                    )


def _check_last_words(rows: Sequence[Row], outside: Outside) -> Iterator[Violation]:
    """What stands on a post is the newest text that was sent into it, or a newer one whose edit was given up in doubt."""
    for post in outside.posts:
        here = [row for row in rows if post.is_at(row)]
        sent = [row for row in here if row.status == DeliveryStatus.SENT]
        newest = max((row.pk for row in sent if row.external_id.rpartition(":")[2] == post.id), default=0)
        shown = [row.pk for row in here if row.carries(post.versions[-1][0])]
        if newest and max(shown, default=0) < newest:
            yield Violation("the newest text stands", newest, f"post {post.id} of {post.place} shows an older one")


def _check_strangers(
    rows: Sequence[Row], outside: Outside, carriers: Mapping[int, Sequence[Post]], sender: str
) -> Iterator[Violation]:
    """Posts, e-mails and files that belong to no delivery."""
    known = {(post.service, post.id) for posts in carriers.values() for post in posts}
    for post in outside.posts:
        if (post.service, post.id) not in known:
            yield Violation("nothing comes from nowhere", None, f"post {post.id} of {post.place}")
    ids = {f"<{row.uid}@{parseaddr(sender)[1].rpartition('@')[2]}>" for row in rows if row.kind == "radio_mail"}
    for message_id in outside.mails.keys() - ids:
        yield Violation("nothing comes from nowhere", None, f"mail {message_id}")
    uids = {row.uid for row in rows if row.kind == "radio_folder"}
    for path in outside.folder.glob("*/[!.]*"):
        if path.stem not in uids:
            yield Violation("nothing comes from nowhere", None, f"file {path}")


_CLAIMED = re.compile(r"delivery (\d+): attempt (\d+) begins$", re.MULTILINE)


def _claims(logs: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Which worker made which attempt at which delivery, as far as it is not known to have ended."""
    claims = {}
    for name, log in logs.items():
        for match in _CLAIMED.finditer(log):
            pk, attempt = int(match[1]), int(match[2])
            ended = re.compile(rf"delivery {pk} is |delivery {pk}: attempt {attempt} ended").search(log, match.end())
            claims[pk, attempt] = "" if ended else name
    return claims


def _were_claiming(logs: Mapping[str, str], gone: Iterable[str]) -> frozenset[int]:
    """What the dead were about to claim, or had claimed, when they died."""
    last: dict[tuple[str, int], str] = {}
    for name in gone:
        for match in re.finditer(r"delivery (\d+)(.*)$", logs.get(name, ""), re.MULTILINE):
            last[name, int(match[1])] = match[2]
    return frozenset(pk for (_name, pk), said in last.items() if said == ": claiming")


def _check_doubt(
    row: Row, claims: Mapping[tuple[int, int], str], claiming: frozenset[int], gone: frozenset[str]
) -> Iterator[Violation]:
    """An unconfirmed delivery must really be in doubt: its request left unanswered, or whoever sent it was killed."""
    if row.kind == "facebook":
        if row.error_code != "similar_post" and not LOOKED_UP_IN_VAIN.match(row.error_detail):
            yield Violation("Facebook is looked up before a person is asked", row.pk, row.error_detail)
    elif row.error_code == "interrupted":
        worker = claims.get((row.pk, row.attempt - 1))
        if worker not in gone and not (worker is None and row.pk in claiming):
            said = {None: "nobody began", "": "a worker ended"}.get(worker, f"{worker}, alive to the end, began")
            yield Violation("who is asked has reason", row.pk, f"{said} attempt {row.attempt - 1}")
    elif row.error_code not in DOUBTFUL_ENDS:
        yield Violation("who is asked has reason", row.pk, f"{row.error_code}: {row.error_detail}")

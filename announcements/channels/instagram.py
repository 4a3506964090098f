"""An Instagram professional account through the Graph API.

Follows Meta's pages «Instagram Platform: Content Publishing», «IG User Media», «IG Container», «IG User Media Publish» and
«Instagram Platform: Error Codes», beside those that `graph` names. The address (with its version) is `INSTAGRAM_GRAPH_URL`.

A post is made in two steps. The first, the container, is seen by nobody, expires by itself and may be repeated; only the second
publishes. A caption cannot be edited: a correction is a post of its own.
"""

from __future__ import annotations

import datetime as dt
import time
from types import MappingProxyType
from typing import Final

from django.conf import settings

from . import graph, http
from .addresses import is_address, is_web_address
from .base import (
    Adapter,
    ChannelError,
    Irrevocable,
    Message,
    PermanentChannelError,
    PostGone,
    Receipt,
    Target,
    TemporaryChannelError,
    UncertainOutcome,
)
from .graph import BLOCKED, BUSY, LIMIT, VERDICTS, Verdict
from .matching import Likeness, likeness

MAX_CHARACTERS: Final = 2200
# Pictures are ready within a second or two; a container that is not is made anew by the next attempt.
FIRST_POLL_SECONDS: Final = 0.1
LONGEST_POLL_SECONDS: Final = 0.8
RETRY_WHEN_NOT_READY: Final = 30.0

_BAD_PHOTO: Final = Verdict(PermanentChannelError, "bad_photo")
# «Error Codes»: what Instagram adds to the Graph API's own.
_VERDICTS: Final = MappingProxyType(
    VERDICTS
    | {
        (-2, None): BUSY,  # the picture took too long to download, or the container has expired
        (-1, None): BUSY,  # server error; the container could not be made
        (4, 2207051): BLOCKED,  # taken for spam
        (9, 2207042): LIMIT,  # the day's number of posts is used up
        (24, None): BUSY,  # the container is gone or cannot be published just now: a new one is made
        (25, 2207050): BLOCKED,  # the account is inactive, checkpointed or restricted
        (9004, None): Verdict(TemporaryChannelError, "photo_unreachable"),  # could not be fetched from its address
        (9007, None): BUSY,  # not ready for publishing
        (36000, None): _BAD_PHOTO,  # more than 8 MB
        (36001, None): _BAD_PHOTO,  # not a JPEG
        (36003, None): _BAD_PHOTO,  # too narrow or too wide
        (36004, None): Verdict(PermanentChannelError, "too_long"),
    }
)
# Posts that were said to be restricted while they were published have been found live: only a look-up can tell.
_PUBLISH_VERDICTS: Final = MappingProxyType(_VERDICTS | {(4, 2207051): Verdict(UncertainOutcome, "blocked")})


class InstagramAdapter(Irrevocable):
    """Publishes pictures with captions. `Target.address` is the account's number, `Target.token` a token that may publish.

    Posts are not taken down: that needs a permission of its own, which an account that only publishes should not have.
    """

    can_edit = False
    can_find = True
    is_repeatable = False

    def post(self, target: Target, message: Message) -> Receipt:
        """Publish the picture at `message.photo_url` with the text as its caption.

        Raises PermanentChannelError «photo_missing» when there is none: Instagram knows no posts of text alone.
        """
        form = {"image_url": _checked_photo_url(message), "caption": _checked(message.text)}
        budget = http.Budget()
        container = self._make_container(target, form, budget)
        self._wait_until_ready(target, container, budget)
        call = http.Call(
            "POST",
            f"{_account(target)}/media_publish",
            "Instagram: publish",
            creates=True,
            form={"creation_id": container, "access_token": http.usable_token(target.token)},
        )
        answer = http.perform(call, budget)
        graph.raise_for(answer, call, verdicts=_PUBLISH_VERDICTS)
        media_id = answer.body.get("id")
        if not isinstance(media_id, str) or not graph.OBJECT_ID.fullmatch(media_id):
            raise http.malformed(call)
        return Receipt(external_id=media_id, url=_permalink(target, media_id, budget))

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Not possible here. Raises PostGone: the correction is a post of its own."""
        raise PostGone("cannot_edit", "Instagram: a caption cannot be edited.")

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Look the message up among the account's posts made after `since` (aware).

        None means that the whole stretch was read and the message is not there. Raises UncertainOutcome when a post carries
        the marker but not the text: only a person can tell.
        """
        call = http.Call(
            "GET",
            f"{_account(target)}/media",
            "Instagram: look-up",
            params={"fields": "id,caption,timestamp,permalink"},
            bearer=http.usable_token(target.token),
        )
        similar = False
        for post in graph.list_items(call, http.Budget(), since=since, time_field="timestamp"):
            match likeness(str(post.get("caption", "")), message):
                case Likeness.SAME:
                    return Receipt(external_id=str(post["id"]), url=graph.web_address(post.get("permalink")))
                case Likeness.SIMILAR:
                    similar = True
        if similar:
            raise UncertainOutcome("similar_post", "Instagram: look-up: a post carries this number with another text.")
        return None

    def _make_container(self, target: Target, form: dict[str, str], budget: http.Budget) -> str:
        """Have Instagram fetch the picture; returns the container's id."""
        call = http.Call(
            "POST",
            f"{_account(target)}/media",
            "Instagram: prepare",
            form=form | {"access_token": http.usable_token(target.token)},
        )
        answer = http.perform(call, budget)
        graph.raise_for(answer, call, verdicts=_VERDICTS)
        container = answer.body.get("id")
        if not isinstance(container, str) or not graph.OBJECT_ID.fullmatch(container):
            raise http.malformed(call)
        return container

    def _wait_until_ready(self, target: Target, container: str, budget: http.Budget) -> None:
        """Return once the container can be published. Raises TemporaryChannelError when that takes too long."""
        call = http.Call(
            "GET",
            f"{_base()}/{container}",
            "Instagram: state of the picture",
            params={"fields": "status_code"},
            bearer=http.usable_token(target.token),
        )
        pause = FIRST_POLL_SECONDS
        while not budget.is_spent:
            answer = http.perform(call, budget)
            graph.raise_for(answer, call, verdicts=_VERDICTS)
            match answer.body.get("status_code"):
                case "FINISHED":
                    return
                case "ERROR":
                    raise PermanentChannelError("bad_photo", "Instagram: the picture could not be used.")
                case "IN_PROGRESS":
                    time.sleep(pause)
                    pause = min(2 * pause, LONGEST_POLL_SECONDS)
                case _:
                    raise http.malformed(call)
        raise TemporaryChannelError(
            "not_ready", "Instagram: the picture was not ready in time.", retry_after=RETRY_WHEN_NOT_READY
        )


def _permalink(target: Target, media_id: str, budget: http.Budget) -> str:
    """Where people see the post. It is out: nothing that goes wrong here may put that in question."""
    call = http.Call(
        "GET",
        f"{_base()}/{media_id}",
        "Instagram: address of the post",
        params={"fields": "permalink"},
        bearer=http.usable_token(target.token),
    )
    try:
        answer = http.perform(call, budget)
    except ChannelError:
        return ""
    return graph.web_address(answer.body.get("permalink"))


def _checked(text: str) -> str:
    """Return `text`; raises PermanentChannelError when the platform could not take it."""
    if not text.strip():
        raise PermanentChannelError("empty", "Instagram: there is no text.")
    if len(text) > MAX_CHARACTERS:
        raise PermanentChannelError("too_long", f"Instagram: {len(text)} characters; {MAX_CHARACTERS} are the most.")
    return text


def _checked_photo_url(message: Message) -> str:
    """The picture's public address; raises PermanentChannelError when there is none."""
    if not message.photo_url:
        raise PermanentChannelError("photo_missing", "Instagram: there is no picture with a public address.")
    if not is_web_address(message.photo_url):
        raise PermanentChannelError("bad_photo", "Instagram: the picture's address is not an https:// one.")
    return message.photo_url


def _account(target: Target) -> str:
    """The account's own address in the API; raises PermanentChannelError when it could not be one."""
    if not is_address("instagram", target.address):
        raise PermanentChannelError("bad_address", "Instagram: the account is not a number.")
    return f"{_base()}/{target.address}"


def _base() -> str:
    base: str = settings.INSTAGRAM_GRAPH_URL
    return base.rstrip("/")


ADAPTER: Final[Adapter] = InstagramAdapter()

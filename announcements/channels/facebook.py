"""A Facebook page through the Graph API.

Follows Meta's pages «Pages API: Posts» (publish, update, delete), «Page Photos» (publish with a picture) and «Page Feed»
(look-up), beside those that `graph` names. The address (with its version) is `FACEBOOK_GRAPH_URL`.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.utils import timezone

from . import graph, http
from .addresses import is_address
from .base import Adapter, Attachment, Message, PermanentChannelError, PostGone, Receipt, Target, UncertainOutcome
from .matching import Likeness, likeness

# The longest text of a post that the platform takes, in characters.
MAX_CHARACTERS: Final = 63_206
# «Page Photos» allows more kinds; these two are what we make.
PHOTO_TYPES: Final = ("image/jpeg", "image/png")
MAX_PHOTO_BYTES: Final = 4 * 1024 * 1024
# How far back the twin of a text that was refused as a duplicate is looked for.
DUPLICATE_LOOK_BACK: Final = dt.timedelta(days=7)


class FacebookAdapter:
    """Posts to, edits on and looks up a page's own feed. `Target.address` is the page id, `Target.token` a page token."""

    can_edit = True
    can_delete = True
    can_find = True
    is_repeatable = False

    def post(self, target: Target, message: Message) -> Receipt:
        """Publish a post, with the photo if there is one. A text refused as a duplicate is looked up: its twin is this
        message, sent by an earlier attempt.

        Raises TemporaryChannelError, PermanentChannelError or UncertainOutcome.
        """
        budget = http.Budget()
        text, token = _checked(message.text), http.usable_token(target.token)
        url = f"{_base()}/{_page(target)}"
        if message.photo is None:
            form = {"message": text, "access_token": token}
            call = http.Call("POST", f"{url}/feed", "Facebook: publish", creates=True, form=form)
        else:
            form, files = {"caption": text, "access_token": token}, {"source": _checked_photo(message.photo)}
            call = http.Call("POST", f"{url}/photos", "Facebook: publish photo", creates=True, form=form, files=files)
        answer = http.perform(call, budget)
        try:
            graph.raise_for(answer, call)
        except PermanentChannelError as error:
            if error.code != graph.DUPLICATE.code:
                raise
            twin = self._find(target, message, since=timezone.now() - DUPLICATE_LOOK_BACK, budget=budget)
            if twin is None:
                raise
            return twin
        # A photo has an id of its own; the post that shows it is what can be edited, deleted and looked up.
        post_id = answer.body.get("post_id", answer.body.get("id"))
        if not isinstance(post_id, str) or not graph.OBJECT_ID.fullmatch(post_id):
            raise http.malformed(call)
        return Receipt(external_id=post_id, url=_public_url(post_id))

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Replace the text of a post. Harmless to repeat.

        Raises PostGone when the post no longer exists, else TemporaryChannelError or PermanentChannelError.
        """
        if not graph.OBJECT_ID.fullmatch(external_id):
            raise PostGone("post_gone", "Facebook: edit: this is not the id of a post.")
        call = http.Call(
            "POST",
            f"{_base()}/{external_id}",
            "Facebook: edit",
            form={"message": _checked(message.text), "access_token": http.usable_token(target.token)},
        )
        answer = http.perform(call)
        graph.raise_for(answer, call, about_post=True)
        if answer.body.get("success") is not True and answer.body.get("id") is None:
            raise http.malformed(call)
        return Receipt(external_id=external_id, url=_public_url(external_id))

    def delete(self, target: Target, external_id: str) -> None:
        """Delete a post; one that is gone already is a success. Raises TemporaryChannelError or PermanentChannelError."""
        if not graph.OBJECT_ID.fullmatch(external_id):
            raise PermanentChannelError("post_gone", "Facebook: delete: this is not the id of a post.")
        call = http.Call(
            "DELETE", f"{_base()}/{external_id}", "Facebook: delete", bearer=http.usable_token(target.token)
        )
        answer = http.perform(call)
        try:
            graph.raise_for(answer, call, about_post=True)
        except PostGone:
            return
        if answer.body.get("success") is not True:
            raise http.malformed(call)

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Look the message up among the page's posts made after `since` (aware).

        None means that the whole stretch was read and the message is not there. Raises UncertainOutcome when a post carries
        the marker but not the text (somebody has edited it, or two issuers share the page): only a person can tell.
        """
        return self._find(target, message, since=since, budget=http.Budget())

    def _find(self, target: Target, message: Message, *, since: dt.datetime, budget: http.Budget) -> Receipt | None:
        similar = False
        call = http.Call(
            "GET",
            f"{_base()}/{_page(target)}/feed",
            "Facebook: look-up",
            params={"fields": "id,message,created_time,permalink_url", "since": str(int(since.timestamp()))},
            bearer=http.usable_token(target.token),
        )
        for post in graph.list_items(call, budget, since=since, time_field="created_time"):
            match likeness(str(post.get("message", "")), message):
                case Likeness.SAME:
                    post_id = str(post["id"])
                    return Receipt(
                        external_id=post_id, url=graph.web_address(post.get("permalink_url")) or _public_url(post_id)
                    )
                case Likeness.SIMILAR:
                    similar = True
        if similar:
            raise UncertainOutcome("similar_post", "Facebook: look-up: a post carries this number with another text.")
        return None


def _checked(text: str) -> str:
    """Return `text`; raises PermanentChannelError when the platform could not take it."""
    if not text.strip():
        raise PermanentChannelError("empty", "Facebook: there is no text.")
    if len(text) > MAX_CHARACTERS:
        raise PermanentChannelError("too_long", f"Facebook: {len(text)} characters; {MAX_CHARACTERS} are the most.")
    return text


def _checked_photo(photo: Attachment) -> Attachment:
    """Return `photo`; raises PermanentChannelError when the platform could not take it."""
    if photo.mime_type not in PHOTO_TYPES or not 0 < len(photo.content) <= MAX_PHOTO_BYTES:
        raise PermanentChannelError("bad_photo", "Facebook: the photo is no JPEG or PNG of at most 4 MB.")
    return photo


def _base() -> str:
    base: str = settings.FACEBOOK_GRAPH_URL
    return base.rstrip("/")


def _page(target: Target) -> str:
    """The page's id; raises PermanentChannelError when it could not be one."""
    if not is_address("facebook", target.address):
        raise PermanentChannelError("bad_address", "Facebook: the page id is not one.")
    return target.address


def _public_url(post_id: str) -> str:
    """Where people see the post. `FACEBOOK_PUBLIC_URL` points it at the stand-in in development."""
    base: str = getattr(settings, "FACEBOOK_PUBLIC_URL", "") or "https://www.facebook.com"
    return f"{base.rstrip('/')}/{post_id}"


ADAPTER: Final[Adapter] = FacebookAdapter()

"""The social card that goes out with a text: drawn when it leaves, from what holds then."""

from __future__ import annotations

import dataclasses
import logging
from typing import Final

from django.utils import timezone

from announcements.arabic.errors import ArabicTextError
from announcements.arabic.facts import NoticeFacts
from announcements.channels.base import Attachment, Message
from announcements.channels.limits import fits_under_photo
from announcements.enums import WITH_PICTURE, ChannelKind, DeliveryStatus
from announcements.facts import notice_url
from announcements.models import Channel, Delivery
from announcements.notice_files import draw_card, file_stem
from announcements.posters import PNG_MIME_TYPE, SQUARE, PosterUnavailable, require_drawing
from announcements.queries_posters import list_standings

logger = logging.getLogger(__name__)

# A mistake in a template or in old facts must not hold what people have to be told. What typst finds wrong is a RuntimeError.
_NOT_DRAWN: Final = (PosterUnavailable, ArabicTextError, RuntimeError, LookupError, ValueError, TypeError)


def with_picture(delivery: Delivery, message: Message, *, is_edit: bool = False) -> Message:
    """`message` with its picture, if the channel shows one; as it is when there is none, or none can be drawn.

    On Instagram the picture is an address from which the platform fetches it, elsewhere a file. One query.
    """
    kind = ChannelKind(delivery.channel.kind)
    if kind not in WITH_PICTURE or not fits_under_photo(kind, message.text):
        return message
    # Of a live post Telegram alone takes another picture.
    if is_edit and kind != ChannelKind.TELEGRAM:
        return message
    if kind != ChannelKind.INSTAGRAM and not delivery.channel.with_picture:
        return message
    try:
        require_drawing()
        facts = _facts(delivery)
        if facts is None:
            return message
        if kind == ChannelKind.INSTAGRAM:
            notice = delivery.notice
            page = notice_url(notice.district, notice.year, notice.number)
            return dataclasses.replace(message, photo_url=f"{page}card.jpg")
        photo = Attachment(f"{file_stem(delivery.notice)}.png", draw_card(facts, size=SQUARE), PNG_MIME_TYPE)
    except _NOT_DRAWN as error:
        logger.warning("delivery %s: no picture could be drawn (%s)", delivery.pk, type(error).__name__)
        return message
    return dataclasses.replace(message, photo=photo)


def shows_picture(thread: Delivery, channel: Channel) -> bool:
    """Whether the post that began a thread shows a picture, or will once it has left."""
    return thread.with_picture if thread.status == DeliveryStatus.SENT else channel.with_picture


def _facts(delivery: Delivery) -> NoticeFacts | None:
    """What the card tells: of the notice what still holds, as its public card does."""
    standing = list_standings([delivery.notice]).get(delivery.notice.pk)
    return standing.hanging(now=timezone.now()) if standing else None

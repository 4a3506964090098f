"""Posters and cards for everybody: drawn when they are asked for, then answered from the page store like any other page.

Drawing takes a processor for some fifty milliseconds and a thread of the web server for as long as others are drawing. So that
no burst of requests for posters can keep people from reading when the vehicle comes, only few threads of a process draw at a
time; who asks meanwhile is told to ask again in a moment.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

from announcements.arabic.errors import ArabicTextError
from announcements.posters import PosterUnavailable
from sohag_mobile.pages import Page, PublicNotFound, PublicUnavailable

# Of the four threads that a web process has, two are always left for the timetable.
DRAWN_AT_ONCE: Final = 2
_SECONDS_UNTIL_A_TURN: Final = 2
_SECONDS_UNTIL_REPAIRED: Final = 600

_turns = threading.BoundedSemaphore(DRAWN_AT_ONCE)


@contextmanager
def drawing_turn() -> Iterator[None]:
    """Leave to draw. Raises PublicUnavailable at once when as many as may are drawing."""
    if not _turns.acquire(blocking=False):
        raise PublicUnavailable(retry_after=_SECONDS_UNTIL_A_TURN)
    try:
        yield
    finally:
        _turns.release()


def drawn_page(
    draw: Callable[[], bytes],
    *,
    content_type: str,
    valid_until: dt.datetime | None,
    name: str,
    readable_name: str = "",
    mentions: Iterable[str],
) -> Page:
    """What `draw` makes as a page to be stored.

    `name` is the ASCII name of the file; browsers that can, save it as `readable_name`. Raises PublicUnavailable when it cannot
    be drawn now, PublicNotFound when there is nothing to be said.
    """
    try:
        with drawing_turn():
            body = draw()
    except PosterUnavailable as error:
        raise PublicUnavailable(retry_after=_SECONDS_UNTIL_REPAIRED) from error
    except ArabicTextError as error:
        raise PublicNotFound from error
    disposition = f'inline; filename="{name}"'
    if readable_name:
        disposition += f"; filename*=UTF-8''{quote(readable_name, safe='')}"
    return Page(
        body,
        content_type=content_type,
        valid_until=valid_until,
        headers={"Content-Disposition": disposition},
        mentions=frozenset(mentions),
    )

"""Reads of the notice feeds and of the notices in the API."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q

from announcements.models import Notice, NoticeItem, NoticeText
from announcements.queries_notices import choose_holder

if TYPE_CHECKING:
    from django.db.models import QuerySet

FEED_LENGTH = 50


@dataclasses.dataclass(frozen=True, slots=True)
class FeedNotice:
    """A notice and what overtook it: `replaced_by` holds the newest notices about its stops, oldest first.

    `is_wholly_replaced` says that nothing of it stands any more.
    """

    notice: Notice
    replaced_by: tuple[Notice, ...]
    is_wholly_replaced: bool


def notices_with_items() -> QuerySet[Notice]:
    """Every notice, newest first, with its texts, stops and direct predecessors and successors."""
    return Notice.objects.select_related("district__governorate", "replaced_by__district").prefetch_related(
        Prefetch("texts", NoticeText.objects.order_by("pk")),
        Prefetch(
            "items",
            NoticeItem.objects.select_related(
                "revision__stop", "replaces__notice__district", "replaced_by__notice__district"
            ).order_by("pk"),
        ),
    )


def of_district(slug: str) -> Q:
    """Notices the unit issued, and those of others about a stop that the unit had announced before (a vehicle lent)."""
    return Q(district__slug=slug) | Q(items__replaces__notice__district__slug=slug)


def of_vehicle(code: str) -> Q:
    """Notices about stops of the vehicle, including those that took a stop away from it."""
    return Q(items__revision__vehicle__code=code) | Q(items__replaces__revision__vehicle__code=code)


def of_place(code: str) -> Q:
    """Notices about stops at the place, including those that moved a stop from it: its people must hear that as well."""
    return Q(items__revision__place__code=code) | Q(items__replaces__revision__place__code=code)


def list_feed_notices(condition: Q | None = None) -> list[FeedNotice]:
    """The newest FEED_LENGTH notices (under `condition`), newest first, each with the news that overtook it."""
    notices = notices_with_items()
    if condition is not None:
        notices = notices.filter(pk__in=Notice.objects.filter(condition).values("pk"))
    newest = list(notices.order_by("-issued_at", "-pk")[:FEED_LENGTH])
    latest = _latest_notices_by_stop(newest)
    return [_judge(notice, latest) for notice in newest]


def _latest_notices_by_stop(notices: Sequence[Notice]) -> dict[int, list[Notice]]:
    """The notices that told of the current fact of each stop: readers are sent there at once, not along a chain."""
    stops = {item.revision.stop_id for notice in notices for item in notice.items.all()}
    items = (
        NoticeItem.objects.filter(revision__stop__in=stops, revision__is_current=True)
        .select_related("notice__district", "revision")
        .order_by("pk")
    )
    latest: dict[int, list[Notice]] = {}
    for item in items:
        latest.setdefault(item.revision.stop_id, []).append(item.notice)
    return latest


def _judge(notice: Notice, latest: dict[int, list[Notice]]) -> FeedNotice:
    items = list(notice.items.all())
    overtaken = [item for item in items if not item.revision.is_current]
    holders = [
        choose_holder(latest[item.revision.stop_id], reader=notice)
        for item in overtaken
        if item.revision.stop_id in latest
    ]
    # The successor of a notice about no single stop: of the others there is none.
    successor: Notice | None = getattr(notice, "replaced_by", None)
    newer = {holder.pk: holder for holder in (*holders, successor) if holder is not None}
    return FeedNotice(
        notice=notice,
        replaced_by=tuple(sorted(newer.values(), key=lambda each: (each.issued_at, each.pk))),
        is_wholly_replaced=successor is not None or (bool(items) and len(overtaken) == len(items)),
    )

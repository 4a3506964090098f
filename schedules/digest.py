"""The daily e-mail to those who act for a unit: to heads what awaits them, failed, is owed and comes; to editors what came back.

One row for each day and person makes it idempotent (`mails.StaffMail`): the timer may tick as often as it likes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from announcements.enums import AcknowledgementKind
from announcements.models import Delivery, Notice
from announcements.reasons import explain_delivery
from schedules.mails import Written, staff_url, write_text
from schedules.models import StaffMail, Stop
from schedules.models.stops import local_zone
from schedules.queries_units import list_awaiting, list_coming, list_owed_notices, list_returned, list_troubles
from schedules.staff_panels import format_day, format_hours, sign_stop
from sohag_mobile.weeks import Week
from vehicles.enums import Right
from vehicles.models import District
from vehicles.queries import list_unit_members

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The mail names these many of each kind; the pages it leads to have all of them.
LISTED: Final = 20


@dataclasses.dataclass(frozen=True, slots=True)
class UnitNews:
    """What there is to say of one unit; of an editor's unit only `returned`."""

    unit: District
    awaiting: Sequence[Stop] = ()
    troubles: Sequence[Delivery] = ()
    owed: Sequence[Notice] = ()
    coming: Sequence[Stop] = ()
    returned: Sequence[Stop] = ()
    is_of_head: bool = True

    @property
    def is_empty(self) -> bool:
        return not (self.asks or self.coming)

    @property
    def asks(self) -> bool:
        """Whether somebody has to act."""
        return bool(self.awaiting or self.troubles or self.owed or self.returned)


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of the mail, with what is added below it and where it leads."""

    text: str
    note: str = ""
    url: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """The lines under one heading; `more` is how many there are besides."""

    heading: str
    lines: Sequence[Line]
    more: int


def gather_news(heads: Collection[int], editors: Collection[int], *, now: dt.datetime) -> dict[int, UnitNews]:
    """What is new, by unit: everything for the units `heads` (primary keys), what was sent back for `editors`. Five queries."""
    today = now.astimezone(local_zone()).date()
    units = {unit.pk: unit for unit in District.objects.filter(pk__in={*heads, *editors})}
    awaiting = _by_unit(list_awaiting(heads))
    troubles: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in list_troubles(heads):
        troubles[delivery.notice.district_id].append(delivery)
    owed = _by_unit(list_owed_notices(not_before=today).filter(district__in=heads))
    coming = _by_unit(list_coming(heads, first=today, last=Week.of(today).last))
    returned = _by_unit(list_returned(editors))
    return {
        pk: UnitNews(
            unit=unit,
            awaiting=awaiting[pk],
            troubles=troubles[pk],
            owed=owed[pk],
            coming=coming[pk],
            returned=returned[pk],
        )
        for pk, unit in units.items()
    }


def _by_unit(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.district_id].append(row)
    return found


def write_digest(day: dt.date, news: Sequence[UnitNews], *, now: dt.datetime) -> Written:
    """The mail of `day` (local) about these units as they stand at `now`, in Arabic."""
    with translation.override("ar"):
        subject = (
            _("For you to act on: %(day)s") if any(each.asks for each in news) else _("This week's visits: %(day)s")
        )
        units = [
            (
                each.unit.label,
                f"{staff_url('schedules_stop_head')}?district={each.unit.pk}" if each.is_of_head else "",
                _sections(each, now=now),
            )
            for each in news
        ]
        return write_text("digest", subject % {"day": date_format(day, "l j F Y")}, units=units)


def _sections(news: UnitNews, *, now: dt.datetime) -> list[Section]:
    sections = [
        _section(_("Awaiting your approval"), news.awaiting, lambda stop: Line(_describe(stop))),
        _section(_("Not delivered, or perhaps not"), news.troubles, _trouble),
        _section(_("Corrections to be posted or aired"), news.owed, _debt),
        _section(_("Sent back to be mended"), news.returned, _returned),
        _section(
            _("Visits in the rest of this week"),
            news.coming,
            lambda stop: Line(f"{_describe(stop)} – {sign_stop(stop, now=now).word}"),
        ),
    ]
    return [section for section in sections if section.lines]


def _section(heading: str, rows: Sequence[Any], line: Callable[[Any], Line]) -> Section:
    return Section(heading, [line(row) for row in rows[:LISTED]], more=max(0, len(rows) - LISTED))


def _describe(stop: Stop) -> str:
    """«الأحد 29 نوفمبر 2026، من 09:00 حتى 14:00: قرية بلصفورة – السيارة 1»."""
    return f"{format_day(stop.date)}، {format_hours(stop)}: {stop.place.label} – {stop.vehicle.name}"


def _trouble(delivery: Delivery) -> Line:
    reason = explain_delivery(delivery) or delivery.get_status_display()
    url = staff_url("announcements_delivery_change", delivery.pk)
    return Line(f"{delivery.notice.title_ar} – {delivery.channel.name}", note=reason, url=url)


def _debt(notice: Any) -> Line:
    kinds = (
        AcknowledgementKind.POSTED if notice.owes_posting else None,
        AcknowledgementKind.AIRED if notice.owes_airing else None,
    )
    words = {AcknowledgementKind.POSTED: _("to be posted on the page"), AcknowledgementKind.AIRED: _("to be aired")}
    return Line(notice.title_ar, note="، ".join(words[kind] for kind in kinds if kind))


def _returned(stop: Stop) -> Line:
    head = stop.returned_by
    name = (head.get_full_name() or head.get_username()) if head else ""
    return Line(
        _describe(stop), note=f"«{stop.return_comment}» – {name}", url=staff_url("schedules_stop_change", stop.pk)
    )


def write_digests(*, now: dt.datetime) -> int:
    """Write the digest of the local day of `now` (aware) to whoever has none yet, once DIGEST_HOUR has come.

    Returns how many have something to say. Where there is nothing, that is kept too, so that the day has been dealt with.
    """
    local = now.astimezone(local_zone())
    if local.hour < settings.DIGEST_HOUR:
        return 0
    day = local.date()
    heads_of = list_unit_members(Right.PUBLISH, on=day)
    editors_of = list_unit_members(Right.EDIT, on=day)  # heads among them
    names = {user: f"digest-{day.isoformat()}-{user.pk}" for user in editors_of if user.email}
    written = set(StaffMail.objects.filter(name__in=names.values()).values_list("name", flat=True))
    due = [user for user, name in names.items() if name not in written]
    if not due:
        return 0
    led = {unit for user in due for unit in heads_of.get(user, ())}
    edited = {unit for user in due for unit in editors_of[user] - heads_of.get(user, set())}
    news = gather_news(led, edited, now=now)
    mails = [
        _mail(
            names[user], user, _news_for(news, led=heads_of.get(user, set()), edited=editors_of[user]), day=day, now=now
        )
        for user in due
    ]
    StaffMail.objects.bulk_create(mails, ignore_conflicts=True)
    return sum(mail.next_attempt_at is not None for mail in mails)


def _news_for(news: Mapping[int, UnitNews], *, led: Set[int], edited: Set[int]) -> list[UnitNews]:
    """What one person is told, in the order of the units' names. What a head has sent back is no news to them."""
    mine = [
        dataclasses.replace(each, returned=())
        if pk in led
        else UnitNews(unit=each.unit, returned=each.returned, is_of_head=False)
        for pk, each in news.items()
        if pk in led or pk in edited
    ]
    return sorted((each for each in mine if not each.is_empty), key=lambda each: (each.unit.name_ar, each.unit.pk))


def _mail(name: str, user: User, news: Sequence[UnitNews], *, day: dt.date, now: dt.datetime) -> StaffMail:
    if not news:
        return StaffMail(name=name, recipient=user, created_at=now)
    written = write_digest(day, news, now=now)
    return StaffMail(name=name, recipient=user, created_at=now, next_attempt_at=now, **dataclasses.asdict(written))

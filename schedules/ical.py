"""Calendar feeds: the public facts of stops as iCalendar text (RFC 5545, RFC 7986). Knows nothing of HTTP.

What is written depends on the revisions alone, never on the moment of writing, so the same facts are the same bytes and
an `ETag` over them means something.

There is no METHOD: with METHOD:PUBLISH every event would need an ORGANIZER with an address (RFC 5546 §3.2.1), which a
public schedule does not have, and calendar programs that subscribe to an address do not ask for it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from icalendar import Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration, vText

from schedules.enums import Cause
from schedules.models import Place, RevisionService, StopRevision
from schedules.models.stops import local_zone
from schedules.queries_feeds import MovedAway
from services.enums import Outcome
from sohag_mobile.templatetags.display import plain_clock

PRODUCT_ID = "-//sohag-mobile//Stops of mobile technology centres//AR"
# What follows the @ of every UID. It names the kind of thing and not the host, because the host may change (another
# domain, a copy behind a CDN) and a calendar program would then show every stop twice. The UUID is unique by itself.
UID_DOMAIN = "stops.mobile-technology-centres"
# How often a calendar program should ask again. Many ask once a day whatever is said here, hence the feed's description.
REFRESH_EVERY = dt.timedelta(hours=1)

# RFC 5545 text holds no control characters but the line break, which the library escapes.
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclasses.dataclass(frozen=True, slots=True)
class CalendarHead:
    """What a feed says of itself; `source_url` is its own address, `page_url` the page for people (both absolute)."""

    name: str
    source_url: str
    page_url: str


def stop_uid(uid: object) -> str:
    """The UID of a stop's event: the same for ever, whatever is changed and wherever the product is served from."""
    return f"{uid}@{UID_DOMAIN}"


def build_calendar(
    revisions: Iterable[StopRevision],
    moved_away: Iterable[MovedAway] = (),
    *,
    head: CalendarHead,
    first_day: dt.date,
    place_url: Callable[[Place], str],
) -> bytes:
    """Write the feed of `revisions` (current ones, with details) and of stops that `moved_away`, in the active language.

    `first_day` is the first local day the feed covers; together with the last event it decides which changes of the
    clock the VTIMEZONE states. `place_url` gives the absolute address of the page that tells more.
    """
    facts, moved = list(revisions), list(moved_away)
    zone = local_zone()
    last_day = max([first_day, *(fact.date for fact in facts), *(each.told.date for each in moved)])
    calendar = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    notice = _("Calendars are refreshed late, some only once a day. Urgent changes are on the page and on the radio.")
    for name, text in (("name", head.name), ("description", notice)):
        calendar.add(name, _text(text))
    # Most calendar programs still read only the older names of the two.
    for name, text in (("x-wr-calname", head.name), ("x-wr-caldesc", notice), ("x-wr-timezone", zone.key)):
        calendar.add(name, _text(text))
    calendar.add("refresh-interval", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_EVERY))
    calendar.add("source", head.source_url, parameters={"VALUE": "URI"})
    calendar.add("url", head.page_url)
    calendar.add_component(build_timezone(zone, first_day=first_day, last_day=last_day))
    for fact in facts:
        calendar.add_component(build_event(fact, url=place_url(fact.place)))
    for each in moved:
        calendar.add_component(build_moved_event(each, url=place_url(each.current.place)))
    content: bytes = calendar.to_ical()
    return content


def build_event(revision: StopRevision, *, url: str) -> Event:
    """One current revision as a VEVENT.

    A stop that is off stays, as STATUS:CANCELLED with a higher SEQUENCE; its title says so as well, because Google
    Calendar ignores the status of a subscribed event. iCalendar has no word for «postponed», and TENTATIVE would leave
    people an appointment on the old day: the new date revives the same event. One that stopped half-way was held, so it
    stays confirmed and ends when it stopped, unless it is expected to go on.
    """
    is_off = revision.is_cancelled or revision.is_postponed
    event = _start_event(revision, told_by=revision, title=_state_title(revision, revision), is_off=is_off, url=url)
    event.add("description", _text("\n".join(_describe(revision, url=url))))
    categories = dict.fromkeys(_clean(offered.service.category.name) for offered in revision.offered.all())
    if categories:
        event.add("categories", list(categories))
    return event


def build_moved_event(moved: MovedAway, *, url: str) -> Event:
    """A stop that readers of this feed were promised and that is now elsewhere, as a VEVENT that is off.

    Same UID, the SEQUENCE of the news: the appointment they have is struck out and says where the vehicle goes instead.
    """
    current = moved.current
    title = _state_title(moved.told, current)
    if current.is_cancelled:
        text = _cancellation(current)
    elif current.is_postponed:
        text = _postponement(current)
    else:
        title = _("Moved: %(title)s") % {"title": _title(moved.told)}
        text = _("The vehicle now comes to %(place)s on %(date)s, from %(start)s to %(end)s.") % {
            "place": current.place.label,
            "date": f"{current.date:%Y-%m-%d}",
            "start": f"{current.starts_at:%H:%M}",
            "end": f"{current.ends_at:%H:%M}",
        }
    event = _start_event(moved.told, told_by=current, title=title, is_off=True, url=url)
    event.add("description", _text(f"{text}\n{url}"))
    return event


def _start_event(facts: StopRevision, *, told_by: StopRevision, title: str, is_off: bool, url: str) -> Event:
    """What every event has: the time and place of `facts`, and the number and moment of the news that `told_by` is."""
    event = Event()
    event.add("uid", stop_uid(facts.stop.uid))
    event.add("sequence", told_by.number)
    published_at = told_by.published_at.astimezone(dt.UTC)
    # The moment of publication, not of writing: the same facts must be the same bytes.
    event.add("dtstamp", published_at)
    event.add("last-modified", published_at)
    event.add("dtstart", facts.starts)
    event.add("dtend", facts.worked_until)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    # It is somebody else's appointment: it must not make the citizen look busy.
    event.add("transp", "TRANSPARENT")
    event.add("summary", _text(title))
    event.add("location", _text(_listed([facts.landmark, facts.place.label])))
    event.add("url", url)
    if facts.place.latitude is not None and facts.place.longitude is not None:
        event.add("geo", (facts.place.latitude, facts.place.longitude))
    return event


def _title(revision: StopRevision) -> str:
    return _("Technology-centre vehicle: %(place)s") % {"place": revision.place.label}


def _state_title(facts: StopRevision, now_told: StopRevision) -> str:
    """The title of an event, with the state that `now_told` gives it in front."""
    title = {"title": _title(facts)}
    if now_told.is_cancelled:
        return _("Cancelled: %(title)s") % title
    if now_told.is_postponed:
        return _("Postponed, new date to be announced: %(title)s") % title
    if now_told.is_stopped:
        return _("Stopped working: %(title)s") % title
    return title["title"]


def _cause(revision: StopRevision) -> str:
    is_english = (get_language() or "").startswith("en")
    # The Arabic phrase is what the public was told; for the causes of the list there is an English name as well.
    return revision.get_cause_display() if is_english and revision.cause != Cause.OTHER else revision.cause_ar


def _cancellation(revision: StopRevision) -> str:
    if not revision.cause_ar:
        return _("This visit is cancelled.")
    return _("This visit is cancelled because of: %(cause)s.") % {"cause": _cause(revision)}


def _postponement(revision: StopRevision) -> str:
    return _("This visit is postponed because of: %(cause)s. Its new date will be announced.") % {
        "cause": _cause(revision)
    }


def _describe_interruption(revision: StopRevision) -> Iterator[str]:
    if revision.stopped_at is None:
        return
    stopped_at, cause = plain_clock(revision.stopped_at), _cause(revision)
    if revision.is_stopped:
        yield _("The vehicle stopped working at %(time)s because of: %(cause)s.") % {"time": stopped_at, "cause": cause}
    if revision.resumes_at is not None:
        resumes_at = plain_clock(revision.resumes_at)
        if revision.is_stopped:
            yield _("It is expected to work again from %(time)s.") % {"time": resumes_at}
        else:
            yield _("It stood still from %(start)s to %(end)s and works again.") % {
                "start": stopped_at,
                "end": resumes_at,
            }
    if revision.requests_stay_valid:
        yield _("Requests taken that day stay valid and need not be made again.")


def _describe(revision: StopRevision, *, url: str) -> Iterator[str]:
    """The lines of the description: what is off first, then what a citizen needs to know before setting out."""
    if revision.is_cancelled:
        yield _cancellation(revision)
    elif revision.is_postponed:
        yield _postponement(revision)
    else:
        yield from _describe_interruption(revision)
        if revision.intake_only:
            yield _("Requests are only taken that day: nothing is finished on the vehicle, and nothing can be paid.")
        intake = revision.last_intake or revision.ends_at
        yield _("Last intake of requests: %(time)s") % {"time": plain_clock(intake)}
        general = revision.district.governorate.general_documents
        if general:
            yield _("Bring for every service: %(papers)s") % {"papers": general}
        offers = list(revision.offered.all())
        if offers:
            yield _("Services and the papers to bring:")
            for offered in offers:
                yield from _describe_service(offered)
        means = [each.name for each in revision.payment_means.all()]
        if means:
            either = pgettext("means of payment", "or")
            yield _("Payment: %(means)s") % {"means": f" {either} ".join(means)}
    if revision.district.contact_phone:
        yield _("Enquiries: %(phone)s") % {"phone": revision.district.contact_phone}
    yield url


def _describe_service(offered: RevisionService) -> Iterator[str]:
    yield f"• {offered.service.name} ({Outcome(offered.outcome).label})"
    papers = [paper.text for paper in offered.service.documents.all()]
    if papers:
        yield "  " + _listed(papers)


def _listed(parts: Iterable[str]) -> str:
    separator = ", " if (get_language() or "").startswith("en") else "، "
    return separator.join(part for part in parts if part)


def _clean(text: str) -> str:
    return _CONTROLS.sub(" ", text.replace("\r\n", "\n"))


def _text(text: str) -> vText:
    # Named type: the library does not escape the value of a property that it does not know (X-WR-…).
    return vText(_clean(text))


# --- The time zone --------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)
def _observances(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[Observance, ...]:
    """Every change of the clock from `first_year` to `last_year` (both included), oldest first."""
    found = []
    moment = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC)
    day = dt.timedelta(days=1)
    while moment < end:
        if _offset(zone, moment) != _offset(zone, moment + day):
            found.append(Observance.starting(zone, _bisect(zone, moment, moment + day)))
        moment += day
    return tuple(found)


@dataclasses.dataclass(frozen=True, slots=True)
class Observance:
    """The clock is set: `onset` is what it showed just then, before it was touched (RFC 5545 §3.6.5)."""

    onset: dt.datetime
    offset_from: dt.timedelta
    offset_to: dt.timedelta
    name: str
    is_summer: bool

    @classmethod
    def starting(cls, zone: ZoneInfo, moment: dt.datetime) -> Observance:
        """The observance that begins at `moment` (UTC)."""
        before = _offset(zone, moment - dt.timedelta(seconds=1))
        local = moment.astimezone(zone)
        return cls(
            onset=(moment + before).replace(tzinfo=None),
            offset_from=before,
            offset_to=_offset(zone, moment),
            name=local.tzname() or zone.key,
            is_summer=bool(local.dst()),
        )

    def to_component(self) -> Component:
        part: Component = TimezoneDaylight() if self.is_summer else TimezoneStandard()
        part.add("dtstart", self.onset)
        part.add("tzoffsetfrom", self.offset_from)
        part.add("tzoffsetto", self.offset_to)
        part.add("tzname", self.name)
        return part


def build_timezone(zone: ZoneInfo, *, first_day: dt.date, last_day: dt.date) -> Timezone:
    """The VTIMEZONE of `zone`, with each real change of the clock that matters from `first_day` to `last_day`.

    Real changes from the time zone database instead of a yearly rule: Egypt's summer time was abolished and brought
    back by decree, and a rule would state changes that never took place. The library's own generator writes the onset
    in the new offset instead of the old one, an hour late in spring.
    """
    component = Timezone()
    component.add("tzid", zone.key)
    observances = _observances(zone, first_day.year - 1, last_day.year)
    if not observances or observances[0].onset.date() > first_day:
        # No change before the first day (a year without summer time): say which offset held from the start.
        opening = dt.datetime(first_day.year - 1, 1, 1, tzinfo=dt.UTC) - _offset(
            zone, dt.datetime(first_day.year - 1, 1, 1, tzinfo=dt.UTC)
        )
        observances = (Observance.starting(zone, opening), *observances)
    for observance in observances:
        component.add_component(observance.to_component())
    return component


def _offset(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


def _bisect(zone: ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    """The first second after `low`, up to `high`, at which the offset of `low` no longer holds."""
    before = _offset(zone, low)
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=int((high - low).total_seconds()) // 2)
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high

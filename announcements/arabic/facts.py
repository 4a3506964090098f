"""The plain facts a notice is written from.

Everything here is frozen data: dates are local dates, times are wall-clock times in the governorate's own time zone, and
names are as registered (never inflected). `announcements.queries` builds these from the database; `render.py` reads nothing
else, so a text can be written again, years later, from the facts stored with its notice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import Final


class Gender(enum.StrEnum):
    """Grammatical gender of a noun."""

    FEMININE = "f"
    MASCULINE = "m"


class Form(enum.StrEnum):
    """The shapes one notice is written in."""

    SOCIAL = "social"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    RADIO = "radio"
    PLAIN = "plain"  # the social post without emoji
    LOUDSPEAKER = "loudspeaker"  # a mosque, a local unit, a moving car


# Read aloud: words only.
SPOKEN_FORMS: Final = frozenset({Form.RADIO, Form.LOUDSPEAKER})


class NoticeKind(enum.StrEnum):
    """What a notice does to what the public was told before."""

    ANNOUNCEMENT = "announcement"
    BULLETIN = "bulletin"  # a week of every unit, in the name of the governorate
    CHANGE = "change"
    POSTPONEMENT = "postponement"  # to a date that is not known yet; with a new date it is a CHANGE
    CANCELLATION = "cancellation"
    URGENT = "urgent"  # the vehicle stopped working while it stood there
    RESUMPTION = "resumption"  # it works again, the same day
    HOURS = "hours"  # hours for a period, such as Ramadan


class Outcome(enum.StrEnum):
    """What the citizen leaves the vehicle with (domain.md §4): done, received, or only told."""

    FINISHED = "finished"
    RECEIVED = "received"
    INFORMATION = "information"


@dataclasses.dataclass(frozen=True, slots=True)
class IssuerFacts:
    """The institution that announces: «الوحدة المحلية لمركز ومدينة سوهاج» (f), «حي غرب بمدينة سوهاج» (m)."""

    name: str
    short_name: str  # for the second mention: «الوحدة المحلية», «الحي»
    gender: Gender
    phone: str = ""  # as dialled; empty when not published
    fixed_centre: str = ""  # «المركز التكنولوجي لخدمة المواطنين بمدينة سوهاج»


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place under its class noun and its parent: «قرية» «بلصفورة», «مركز» «سوهاج» / «منطقة» «ناصر», «حي» «غرب»."""

    code: str
    class_noun: str  # قرية (f) | منطقة (f) | نجع (m) | مكان (m)
    name: str
    parent_noun: str  # مركز | حي
    parent_name: str


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A service as a citizen would be told of it; `name` is the announcing form, a definite or construct noun phrase."""

    name: str
    outcome: Outcome
    in_some: bool = False  # of vehicles that stand together, not at every one


@dataclasses.dataclass(frozen=True, slots=True)
class StopFacts:
    """One stop of one vehicle on one day; for the texts, of all vehicles that stand together (`together.gathered`)."""

    uid: str
    place: PlaceFacts
    landmark: str  # «أمام مركز شباب القرية»; begins with its own preposition, as typed by staff
    date: dt.date
    starts_at: dt.time
    ends_at: dt.time
    last_intake: dt.time | None = None
    services: tuple[ServiceFacts, ...] = ()
    documents: tuple[str, ...] = ()  # what every visitor brings, whatever the service
    payments: tuple[str, ...] = ()  # «نقدًا», «ببطاقة الدفع», «عبر خدمة فوري»
    vehicle: str = ""  # its code, only to count vehicles: a bulletin says how many when every stop names its own
    others: tuple[str, ...] = ()  # the codes of those that stand together with it
    beside: int = 0  # of news: how many more vehicles stay at the place that day, which the news is not about
    apart: int = 0  # of a change: how many more stood there, of which the same notice tells something else

    @property
    def vehicles(self) -> int:
        """How many vehicles the stop is of."""
        return 1 + len(self.others)


@dataclasses.dataclass(frozen=True, slots=True)
class ChangeFacts:
    """One stop as it was last told to the public, beside what is true now; and the names of the units that told and tell.

    `before_is_postponed` says that the public was last told that `before` is put off to a date not known yet: then the day
    and hours of `after` are news, even when they are those of old.
    """

    before: StopFacts
    after: StopFacts
    issuer_before: str = ""
    issuer_after: str = ""
    before_is_postponed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeReference:
    """«الإعلان رقم 5/2026», or «التنويه رقم 6/2026» when `kind` is a change or cancellation: a number of one unit and year.

    `issuer` names that unit when it is another than the one that cites: two units have a notice 5/2026 each.
    """

    number: int
    year: int
    kind: NoticeKind = NoticeKind.ANNOUNCEMENT
    issuer: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class InterruptionFacts:
    """When a vehicle stopped working during its visit, and how citizens are served after that (domain.md T4).

    `resumes_at` is expected for an URGENT notice and the fact for a RESUMPTION. `continuation` is the visit of another day that
    completes this one. `requests_stay_valid` only when the vehicle's officer has confirmed it.
    """

    stopped_at: dt.time
    resumes_at: dt.time | None = None
    continuation: StopFacts | None = None
    requests_stay_valid: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class HoursFacts:
    """The hours of every visit of a unit during a period (domain.md T5), both days included.

    `name` follows «خلال» («شهر رمضان المبارك»). While `is_provisional`, the first day waits for the moon to be seen and is
    named as «أول أيام …» without a date. `greeting` closes the text («وكل عام وأنتم بخير»), or is empty. `vehicles` is how many
    the unit has: «سيارة المركز …» or «سيارات المراكز …». A period named as a month («شهر …») says by itself when it ends; of any
    other one the last day is told too.
    """

    name: str
    starts_on: dt.date
    ends_on: dt.date
    starts_at: dt.time
    ends_at: dt.time
    last_intake: dt.time | None = None
    is_provisional: bool = False
    greeting: str = ""
    vehicles: int = 1


@dataclasses.dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Everything one notice says.

    `stops` are the stops announced (ANNOUNCEMENT, BULLETIN), cancelled (CANCELLATION), postponed (POSTPONEMENT), or the one that
    stopped or works again (URGENT, RESUMPTION, with `interruption`); `changes` are those of a CHANGE; an HOURS notice has
    `hours` and no stops. `week` is the first and last day of a BULLETIN. `cites` are
    the notices that told the public before, oldest first. `cause` is a phrase that can follow «بسبب» as it stands
    («سوء الأحوال الجوية»). `still_valid` lists the other stops of the cited notice as they stand now: they follow the
    correction when a live post is edited in place, so that the edited post loses nothing; `also_cancelled`, `also_postponed` and
    `also_stopped` list those of them that an earlier notice cancelled, put off without a date, or told to have stopped work,
    for the same reason. `is_correction` says that a CHANGE mends a mistake in what was told
    («تصويب»), so nothing has been rearranged and there is no cause to give. `page_url` is the notice's own page.
    `issued_at` is the minute, by the governorate's clock and without a zone, at which news of the very day was issued; None of
    all other notices, and of those issued before it was kept.
    """

    kind: NoticeKind
    number: int
    year: int
    issuer: IssuerFacts
    stops: tuple[StopFacts, ...] = ()
    changes: tuple[ChangeFacts, ...] = ()
    cites: tuple[NoticeReference, ...] = ()
    cause: str = ""
    still_valid: tuple[StopFacts, ...] = ()
    also_cancelled: tuple[StopFacts, ...] = ()
    is_correction: bool = False
    page_url: str = ""
    interruption: InterruptionFacts | None = None
    hours: HoursFacts | None = None
    week: tuple[dt.date, ...] = ()
    also_postponed: tuple[StopFacts, ...] = ()
    also_stopped: tuple[StopFacts, ...] = ()
    issued_at: dt.datetime | None = None

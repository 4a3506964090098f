"""What differs between a stop as it was told and as it is now, and how the correction is named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Final

from announcements.arabic.digits import clean
from announcements.arabic.facts import ChangeFacts, Outcome, ServiceFacts
from announcements.arabic.phrases import VEHICLE, because_of

CORRECT = "تصويب"
CHANGE = "تعديل"
SET = "تحديد"


@dataclasses.dataclass(frozen=True, slots=True)
class Differences:
    """Every difference the public can see. The vehicle itself is none: citizens are told of a place and an hour."""

    date: bool
    is_later: bool  # the day has moved forward
    hours: bool
    last_intake: bool
    place: bool
    landmark: bool
    documents: bool
    payments: bool
    added: tuple[ServiceFacts, ...]
    removed: tuple[ServiceFacts, ...]
    altered: tuple[tuple[ServiceFacts, ServiceFacts], ...]  # the same service, with another outcome
    issuer: bool  # another unit answers for the stop, and its pages are where news of it will be read
    was_postponed: bool  # to a date not known yet, which is known now
    no_services: bool  # none is left
    no_payment: bool  # could be made before, and cannot now

    @property
    def when(self) -> bool:
        return self.date or self.hours or self.was_postponed

    @property
    def is_new_time(self) -> bool:
        """Whether the day or the hours are others than before: what was put off may be held when it was first planned."""
        return self.date or self.hours

    @property
    def where(self) -> bool:
        return self.place or self.landmark

    @property
    def services(self) -> bool:
        return bool(self.added or self.removed or self.altered)

    @property
    def limited(self) -> tuple[tuple[ServiceFacts, ServiceFacts], ...]:
        """Services of which the citizen now gets less: what was finished is only received, or only explained."""
        ranks = list(Outcome)
        return tuple(pair for pair in self.altered if ranks.index(pair[1].outcome) > ranks.index(pair[0].outcome))

    @property
    def is_less(self) -> bool:
        """Whether the services and payments only shrink, as on a day without network."""
        grows = self.added or len(self.limited) < len(self.altered) or (self.payments and not self.no_payment)
        return bool(self.removed or self.limited or self.no_payment) and not grows

    @property
    def any(self) -> bool:
        return any((self.when, self.where, self.last_intake, self.services, self.documents, self.payments, self.issuer))


def differences(change: ChangeFacts) -> Differences:
    """Compare what was told with what is true now, as both read: an invisible mark or a closing full stop is no news."""
    before, after = change.before, change.after
    old = {clean(service.name): service for service in before.services}
    new = {clean(service.name): service for service in after.services}
    return Differences(
        date=before.date != after.date,
        is_later=after.date > before.date,
        hours=(before.starts_at, before.ends_at) != (after.starts_at, after.ends_at),
        last_intake=before.last_intake != after.last_intake,
        place=before.place.code != after.place.code,
        landmark=clean(before.landmark) != clean(after.landmark),
        documents=_read(before.documents) != _read(after.documents),
        payments=_read(before.payments) != _read(after.payments),
        added=tuple(service for name, service in new.items() if name not in old),
        removed=tuple(service for name, service in old.items() if name not in new),
        altered=tuple((old[name], new[name]) for name in old if name in new and old[name].outcome != new[name].outcome),
        issuer=clean(change.issuer_before) != clean(change.issuer_after),
        was_postponed=change.before_is_postponed,
        no_services=bool(before.services) and not after.services,
        no_payment=bool(before.payments) and not after.payments,
    )


def _read(texts: Iterable[str]) -> set[str]:
    return {clean(text) for text in texts}


def verb(found: Differences, *, is_correction: bool) -> str:
    """«تأجيل» when only the time moves to a later day, «تقديم» to an earlier one, «تصويب» of a mistake, else «تعديل».

    «تحديد» sets the time of what was put off.
    """
    if is_correction:
        return CORRECT
    if found.was_postponed:
        return SET
    if found.date and not found.landmark:
        return "تأجيل" if found.is_later else "تقديم"
    return CHANGE


def subject(
    found: Differences, *, old_place: str, new_place: str, is_correction: bool = False, vehicles: str = VEHICLE
) -> str:
    """What is changed, after «تعلن … عن»: «تأجيل موعد تواجد سيارة … بقرية بلصفورة», «نقل تواجد سيارة … من … إلى …».

    The places come as they are to be read in this form, without a particle; `vehicles` is whose presence it is, in the genitive.
    """
    act = verb(found, is_correction=is_correction)
    if found.place:
        if is_correction:
            time = " وموعده" if found.when else ""
            return f"{act} مكان تواجد {vehicles}{time} من {old_place} إلى {new_place}"
        moved = f"نقل تواجد {vehicles} من {old_place} إلى {new_place}"
        if found.was_postponed:
            return f"{moved}، و{SET} {'موعد جديد له' if found.is_new_time else 'موعده'}"
        return f"{moved}، و{CHANGE} موعده" if found.when else moved
    presence = f"تواجد {vehicles} ب{new_place}"
    if act == SET and found.is_new_time:
        # Before the village: after its markaz, «مكانه» would be that of the markaz.
        place = f"و{CHANGE} مكانه " if found.landmark else ""
        return f"{act} موعد جديد لتواجد {vehicles} {place}ب{new_place}"
    if found.when and found.landmark:
        # Before the village: after its markaz, «ومكانه» would be that of the markaz.
        return f"{act} موعد تواجد {vehicles} ومكانه ب{new_place}"
    if found.when:
        return f"{act} موعد {presence}"
    if found.landmark:
        return f"{act} مكان {presence}"
    if found.is_less and not (is_correction or found.last_intake or found.documents):
        return f"{_what_is_less(found)} خلال {presence}"
    if found.services:
        return f"{act} الخدمات المقدمة خلال {presence}"
    if found.last_intake:
        return f"{act} آخر موعد لاستقبال الطلبات خلال {presence}"
    if found.documents:
        return f"{act} المستندات المطلوبة خلال {presence}"
    if found.payments:
        return f"{act} وسائل السداد المتاحة خلال {presence}"
    return f"{act} الجهة المسئولة عن {presence}"


def cause_of_change(found: Differences, cause: str) -> str:
    """«، وذلك بسبب أعمال رصف الطريق», or nothing; of what was put off, «، بعد تأجيله بسبب سوء الأحوال الجوية».

    The weather put a visit off, and did not set its new date.
    """
    if not (cause and found.was_postponed):
        return because_of(cause)
    return f"، بعد تأجيله بسبب {cause}"


def _what_is_less(found: Differences) -> str:
    """What a visit with fewer services is called: «عدم توفر بعض الخدمات», «اقتصار … على استلام الطلبات», «عدم إتاحة السداد»."""
    if found.removed:
        if found.no_services:
            return "عدم توفر الخدمات"
        return f"عدم توفر {'إحدى' if len(found.removed) == 1 and not found.limited else 'بعض'} الخدمات"
    if not found.limited:
        return "عدم إتاحة السداد"
    outcomes = {new.outcome for _, new in found.limited}
    if len(outcomes) == 1:
        return f"اقتصار {'إحدى' if len(found.limited) == 1 else 'بعض'} الخدمات على {ONLY[outcomes.pop()]}"
    return f"{CHANGE} الخدمات المقدمة"


# What is left of a service that is not finished on the vehicle, after «تقتصر … على».
ONLY: Final[dict[Outcome, str]] = {
    Outcome.RECEIVED: "استلام الطلبات",
    Outcome.INFORMATION: "الاستعلام والإرشاد",
}


def by_limit(found: Differences) -> list[tuple[str, list[ServiceFacts]]]:
    """The services that give less now, under what is left of them («استلام الطلبات», «الاستعلام والإرشاد»)."""
    groups = [(only, [new for _, new in found.limited if new.outcome is outcome]) for outcome, only in ONLY.items()]
    return [(only, group) for only, group in groups if group]


def altered_otherwise(found: Differences) -> list[tuple[ServiceFacts, ServiceFacts]]:
    """The services that give more now."""
    return [pair for pair in found.altered if pair not in found.limited]


def unchanged(change: ChangeFacts, found: Differences, *, with_time: bool = True) -> str:
    """«ولا تغيير في مكان التواجد ولا في الخدمات المقدمة.», naming only what is true; empty when nothing is.

    Without `with_time` the hour is passed over, as it has just been told to be the same.
    """
    kept = []
    if with_time and not found.when:
        kept.append("موعد التواجد")
    if not found.where:
        kept.append("مكانه" if kept else "مكان التواجد")
    if change.after.services and not found.services:
        kept.append("الخدمات المقدمة")
    return f"ولا تغيير {' ولا '.join(f'في {name}' for name in kept)}." if kept else ""

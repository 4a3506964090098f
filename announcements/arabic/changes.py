"""What differs between a stop as it was told and as it is now, and how the correction is named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from announcements.arabic.digits import clean
from announcements.arabic.facts import ChangeFacts, ServiceFacts
from announcements.arabic.phrases import VEHICLE

CORRECT = "تصويب"
CHANGE = "تعديل"


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

    @property
    def when(self) -> bool:
        return self.date or self.hours

    @property
    def where(self) -> bool:
        return self.place or self.landmark

    @property
    def services(self) -> bool:
        return bool(self.added or self.removed or self.altered)

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
    )


def _read(texts: Iterable[str]) -> set[str]:
    return {clean(text) for text in texts}


def verb(found: Differences, *, is_correction: bool) -> str:
    """«تأجيل» when only the time moves to a later day, «تقديم» to an earlier one, «تصويب» of a mistake, else «تعديل»."""
    if is_correction:
        return CORRECT
    if found.date and not found.landmark:
        return "تأجيل" if found.is_later else "تقديم"
    return CHANGE


def subject(found: Differences, *, old_place: str, new_place: str, is_correction: bool = False) -> str:
    """What is changed, after «تعلن … عن»: «تأجيل موعد تواجد سيارة … بقرية بلصفورة», «نقل تواجد سيارة … من … إلى …».

    The places come as they are to be read in this form, without a particle.
    """
    act = verb(found, is_correction=is_correction)
    if found.place:
        if is_correction:
            time = " وموعده" if found.when else ""
            return f"{act} مكان تواجد {VEHICLE}{time} من {old_place} إلى {new_place}"
        moved = f"نقل تواجد {VEHICLE} من {old_place} إلى {new_place}"
        return f"{moved}، وتعديل موعده" if found.when else moved
    presence = f"تواجد {VEHICLE} ب{new_place}"
    if found.when and found.landmark:
        return f"{act} موعد {presence} ومكانه"
    if found.when:
        return f"{act} موعد {presence}"
    if found.landmark:
        return f"{act} مكان {presence}"
    if found.services:
        return f"{act} الخدمات المقدمة خلال {presence}"
    if found.last_intake:
        return f"{act} آخر موعد لاستقبال الطلبات خلال {presence}"
    if found.documents:
        return f"{act} المستندات المطلوبة خلال {presence}"
    if found.payments:
        return f"{act} وسائل السداد المتاحة خلال {presence}"
    return f"{act} الجهة المسؤولة عن {presence}"


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

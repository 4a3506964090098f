"""What differs between a stop as it was told and as it is now, and how the correction is named."""

from __future__ import annotations

import dataclasses

from announcements.arabic.facts import ChangeFacts, ServiceFacts
from announcements.arabic.phrases import VEHICLE


@dataclasses.dataclass(frozen=True, slots=True)
class Differences:
    """Every difference the public can see. The vehicle itself is none: citizens are told of a place and an hour."""

    date: bool
    hours: bool
    last_intake: bool
    place: bool
    landmark: bool
    documents: bool
    payments: bool
    added: tuple[ServiceFacts, ...]
    removed: tuple[ServiceFacts, ...]
    altered: tuple[tuple[ServiceFacts, ServiceFacts], ...]  # the same service, with another outcome

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
        return any((self.when, self.where, self.last_intake, self.services, self.documents, self.payments))


def differences(change: ChangeFacts) -> Differences:
    """Compare what was told with what is true now."""
    before, after = change.before, change.after
    old = {service.name: service for service in before.services}
    new = {service.name: service for service in after.services}
    return Differences(
        date=before.date != after.date,
        hours=(before.starts_at, before.ends_at) != (after.starts_at, after.ends_at),
        last_intake=before.last_intake != after.last_intake,
        place=before.place.code != after.place.code,
        landmark=before.landmark != after.landmark,
        documents=set(before.documents) != set(after.documents),
        payments=set(before.payments) != set(after.payments),
        added=tuple(service for name, service in new.items() if name not in old),
        removed=tuple(service for name, service in old.items() if name not in new),
        altered=tuple((old[name], new[name]) for name in old if name in new and old[name].outcome != new[name].outcome),
    )


def subject(found: Differences, *, old_place: str, new_place: str) -> str:
    """What is changed, after «تعلن … عن»: «تعديل موعد تواجد سيارة … بقرية بلصفورة», «نقل تواجد سيارة … من … إلى …».

    The places come as they are to be read in this form, without a particle. What the phrase has no room for is
    «وبيانات أخرى», and is told after it.
    """
    presence = f"تواجد {VEHICLE} ب{new_place}"
    others = [found.services, found.documents, found.payments]
    if found.place:
        moved = f"نقل تواجد {VEHICLE} من {old_place} إلى {new_place}"
        phrase = f"{moved}، وتعديل موعده" if found.when else moved
    elif found.when:
        phrase = f"تعديل موعد {presence} ومكانه" if found.landmark else f"تعديل موعد {presence}"
    elif found.landmark:
        phrase = f"تعديل مكان {presence}"
        others.append(found.last_intake)
    elif found.services:
        phrase = f"تعديل الخدمات المقدمة خلال {presence}"
        others = [found.last_intake, found.documents, found.payments]
    elif found.last_intake:
        phrase = f"تعديل آخر موعد لاستقبال الطلبات خلال {presence}"
    elif found.documents:
        phrase = f"تعديل المستندات المطلوبة خلال {presence}"
        others = [found.payments]
    else:
        phrase = f"تعديل وسائل السداد المتاحة خلال {presence}"
        others = []
    return f"{phrase}، وبيانات أخرى" if any(others) else phrase


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

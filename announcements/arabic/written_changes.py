"""The body of a written change notice: what was, what is now, what did not change, and the stop as it now stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from typing import Final

from announcements.arabic.changes import (
    CHANGE,
    CORRECT,
    SET,
    Differences,
    altered_otherwise,
    by_limit,
    cause_of_change,
    differences,
    subject,
    unchanged,
)
from announcements.arabic.counting import counted
from announcements.arabic.dates import days_in_figures
from announcements.arabic.facts import ChangeFacts, NoticeFacts, StopFacts
from announcements.arabic.layout import DETAILS, Style, common, detail_lines, for_all, shared_details, where_text
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    CENTRE,
    Verb,
    because_of,
    conjugate,
    item_opening,
    join_phrases,
    place_label,
    services_following,
    sets_what_was_put_off,
    without_receiving,
)
from announcements.arabic.times import hours_in_figures, time_in_figures
from announcements.arabic.together import outcome_at, still_there, the_vehicles, vehicles_at, whose_visit


@dataclasses.dataclass(frozen=True, slots=True)
class BeforeAndAfter:
    """How the old fact and the new one are told apart, after a masculine noun: «الموعد السابق», «الموعد الجديد»."""

    before: str
    after: str


MOVE = BeforeAndAfter("السابق", "الجديد")
MISTAKE = BeforeAndAfter("كما أُعلن", "الصحيح")
PUT_OFF = BeforeAndAfter("المؤجل", "الجديد")


def change_paragraphs(facts: NoticeFacts, style: Style) -> list[str]:
    issuer, changes = facts.issuer, facts.changes
    announces = f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} عن"
    words = MISTAKE if facts.is_correction else MOVE
    if len(changes) == 1:
        change = changes[0]
        found = differences(change)
        what = subject(
            found,
            old_place=place_label(change.before.place),
            new_place=place_label(change.after.place),
            is_correction=facts.is_correction,
            vehicles=vehicles_at(change.before),
        )
        cause = cause_of_change(found, facts.cause)
        opening = f"{announces} {what}{_planned(change, found)}{cause}، على النحو الآتي:"
        corrected = _corrected(change, style, told_later={"last_intake"}, words=words)
        return [opening, *corrected, still_there(change.before)]
    number_of = counted(len(changes), "موعد", Case.OBLIQUE)
    if sets_what_was_put_off(facts):
        put_off = "سبق تأجيلهما" if len(changes) == 2 else "سبق تأجيلها"
        cause = f" بسبب {facts.cause}" if facts.cause else ""
        opening = f"{announces} {SET} {number_of} لتواجد {CENTRE} {put_off}{cause}، على النحو الآتي:"
    else:
        # «تعديل موعدين» would be untrue of a stop that keeps its time.
        facts_of = "" if all(differences(change).when for change in changes) else "بيانات "
        act = CORRECT if facts.is_correction else CHANGE
        cause = because_of(facts.cause)
        opening = f"{announces} {act} {facts_of}{number_of} لتواجد {CENTRE}{cause}، على النحو الآتي:"
    paragraphs = [opening]
    afters = [change.after for change in changes]
    told_later = _told_once(changes)
    ordered = sorted(
        changes, key=lambda change: (change.before.date, change.before.starts_at, change.before.place.name)
    )
    for number, change in enumerate(ordered, start=1):
        vehicles = whose_visit(change.before)
        where = f"{place_label(change.before.place)}{f'، {vehicles}' if vehicles else ''}"
        title = f"{item_opening(number)}: {where}{_planned(change, differences(change))}"
        paragraphs.extend([style.heading(title), *_corrected(change, style, told_later=told_later, words=words)])
    return [*paragraphs, "\n".join(detail_lines(for_all(afters), told_later, style))]


def _told_once(changes: Sequence[ChangeFacts]) -> frozenset[str]:
    """What is the same for every stop of a notice and was not changed for any: it is told at the end."""
    found = [differences(change) for change in changes]
    afters = [change.after for change in changes]
    names = {name for name in shared_details(afters) if not any(getattr(difference, name) for difference in found)}
    return frozenset(names | ({"last_intake"} if common(stop.last_intake for stop in afters) else set()))


def _planned(change: ChangeFacts, found: Differences) -> str:
    """Which visit is meant, where its time is not what changed (else the old time follows on its own line)."""
    if found.when:
        return ""
    stop = change.before
    return f"، المقرر {days_in_figures([stop.date])}، {hours_in_figures(stop.starts_at, stop.ends_at)}"


def _corrected(change: ChangeFacts, style: Style, *, told_later: Collection[str], words: BeforeAndAfter) -> list[str]:
    """What was and what is now; what did not change; then the whole of the stop, for a live post edited in place."""
    before, after = change.before, change.after
    found = differences(change)
    lines: list[str] = []
    is_mistake = words is MISTAKE
    if found.was_postponed:
        words = PUT_OFF
    if found.was_postponed and not (found.date or found.hours):
        lines.append(style.label("✅", "الموعد", f"{_when(after)}، كما أُعلن قبل التأجيل"))
    elif found.when:
        lines.append(style.label("🕘", f"الموعد {words.before}", _when(before)))
        lines.append(style.label("✅", f"الموعد {words.after}", _when(after)))
        words = MOVE if found.was_postponed else words
    if found.where:
        full = found.place or not (before.landmark and after.landmark)
        lines.append(style.label("🕘", f"المكان {words.before}", where_text(before) if full else before.landmark))
        lines.append(style.label("📍", f"المكان {words.after}", where_text(after) if full else after.landmark))
    if found.last_intake:
        lines.append(_new_last_intake(change, style))
    if found.added:
        lines.append(style.label("➕", "أُضيف إلى الخدمات", join_phrases([service.name for service in found.added])))
    if found.removed:
        gone = f"لا تتوفر في هذا الموعد {services_following(len(found.removed))}"
        lines.append(style.label("➖", gone, join_phrases([service.name for service in found.removed])))
    for only, group in by_limit(found):
        limited = f"تقتصر {services_following(len(group))} على {only}"
        lines.append(style.label("🔁", limited, join_phrases([without_receiving(service.name) for service in group])))
    if altered_otherwise(found):
        title, was, now = _ALTERED_BY_MISTAKE if is_mistake else _ALTERED
        altered = [
            f"{new.name} ({was}: {outcome_at(before, old)}، {now}: {outcome_at(after, new)})"
            for old, new in altered_otherwise(found)
        ]
        lines.append(style.label("🔁", title, join_phrases(altered)))
    if found.documents:
        if before.documents:
            was = f"المستندات {'كما أُعلنت' if is_mistake else 'السابقة'}"
            lines.append(style.label("🕘", was, join_phrases(before.documents)))
        now = f"المستندات {'الصحيحة' if is_mistake else 'المطلوبة الآن'}"
        lines.append(style.label("📄", now, join_phrases(after.documents) or "لم تعد محددة"))
    if found.payments:
        if before.payments:
            was = f"وسائل السداد {'كما أُعلنت' if is_mistake else 'السابقة'}"
            lines.append(style.label("🕘", was, join_phrases(before.payments, "أو")))
        lines.append(_payments_now(after, style, is_mistake=is_mistake))
    if found.issuer:
        lines.append(
            style.label(
                "🏛",
                f"الجهة المسئولة عن {the_vehicles(after)}",
                f"{change.issuer_after}، بدلًا من {change.issuer_before}",
            )
        )
    return [
        "\n".join(lines),
        unchanged(change, found),
        "\n".join(_as_it_stands(after, found, style, told_later=told_later, is_mistake=is_mistake)),
    ]


# The label of services that give more now, and how what was and what is are told of each.
_ALTERED: Final = ("تغيّر أسلوب تقديم", "كان", "وأصبح")
_ALTERED_BY_MISTAKE: Final = ("تصويب أسلوب تقديم", "المعلن", "والصحيح")


def _as_it_stands(
    stop: StopFacts, found: Differences, style: Style, *, told_later: Collection[str], is_mistake: bool
) -> list[str]:
    lines = [style.label("📍", "المكان", stop.landmark)] if stop.landmark and not found.where else []
    if stop.last_intake and not found.last_intake and "last_intake" not in told_later:
        lines.append(style.label("⏳", "آخر موعد لاستقبال الطلبات", f"الساعة {time_in_figures(stop.last_intake)}"))
    told = {name for name in ("documents", "payments") if getattr(found, name)}
    title = "الخدمات"
    if found.services:
        title = (
            "الخدمات المتاحة في هذا الموعد" if found.is_less else f"الخدمات بعد ال{CORRECT if is_mistake else CHANGE}"
        )
    return [*lines, *detail_lines(stop, set(DETAILS) - told - set(told_later), style, title)]


def _when(stop: StopFacts) -> str:
    return f"{days_in_figures([stop.date])}، {hours_in_figures(stop.starts_at, stop.ends_at)}"


def _payments_now(stop: StopFacts, style: Style, *, is_mistake: bool) -> str:
    if stop.payments:
        return style.label(
            "💳", f"وسائل السداد {'الصحيحة' if is_mistake else 'الآن'}", join_phrases(stop.payments, "أو")
        )
    return style.label("💳", "السداد", "لا يتاح في هذا الموعد")


def _new_last_intake(change: ChangeFacts, style: Style) -> str:
    before, after = change.before.last_intake, change.after.last_intake
    name = "آخر موعد لاستقبال الطلبات"
    if after is None:
        return style.label("⏳", name, f"لم يعد محددًا، بعد أن كان الساعة {time_in_figures(before)}" if before else "")
    now = f"الساعة {time_in_figures(after)}"
    return style.label("⏳", name, f"{now}، بدلًا من الساعة {time_in_figures(before)}" if before else now)

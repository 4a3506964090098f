"""What the written and spoken notices lay out alike: order, grouping, and the labelled lines of one stop."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Iterable, Sequence
from typing import Final, TypeVar

from announcements.arabic.changes import differences
from announcements.arabic.dates import days_in_figures
from announcements.arabic.facts import NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.phrases import join_phrases, parent_name, place_label
from announcements.arabic.times import hours_in_figures, time_in_figures
from announcements.arabic.together import services_given, standing_together, taken_back

Value = TypeVar("Value")

DETAILS: Final = ("services", "documents", "payments")


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """How one form dresses the same lines: emoji or bold labels, and whether invisible bidi marks may be used."""

    icons: bool
    bold: bool
    marks: bool

    def heading(self, text: str) -> str:
        return f"*{text}*" if self.bold else text

    def label(self, icon: str, name: str, text: str = "") -> str:
        start = f"{icon} {name}:" if self.icons else f"{self.heading(f'{name}:')}"
        return f"{start} {text}" if text else start


SOCIAL: Final = Style(icons=True, bold=False, marks=True)
WHATSAPP: Final = Style(icons=False, bold=True, marks=False)
PLAIN: Final = Style(icons=False, bold=False, marks=True)


def is_one_visit(stops: Sequence[StopFacts]) -> bool:
    """Whether the stops are one visit of one or more days: everything equal but the date, so that one sentence is true."""
    days = {stop.date for stop in stops}
    first = stops[0]
    return len(days) == len(stops) and all(
        dataclasses.replace(stop, uid=first.uid, date=first.date) == first for stop in stops
    )


def in_order(stops: Iterable[StopFacts], *, by_unit: bool = False) -> list[StopFacts]:
    """By day, then (`by_unit`) by markaz or hayy, then by hour, then by place."""

    def key(stop: StopFacts) -> tuple[object, ...]:
        unit = (parent_name(stop.place),) if by_unit else ()
        return (stop.date, *unit, stop.starts_at, stop.place.name, stop.uid)

    return sorted(stops, key=key)


def common(values: Iterable[Value]) -> Value | None:
    """The one value all of `values` share, or None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def where_text(stop: StopFacts) -> str:
    return f"{place_label(stop.place)}، {stop.landmark}" if stop.landmark else place_label(stop.place)


def stop_line(stop: StopFacts, *, with_intake: bool = False, is_off: bool = False) -> str:
    """Where and when, and whose visit it is where that is not one vehicle alone; `is_off` of what does not take place."""
    vehicles = taken_back(stop) if is_off else standing_together(stop)
    parts = [where_text(stop), *([vehicles] if vehicles else []), hours_in_figures(stop.starts_at, stop.ends_at)]
    if with_intake and stop.last_intake:
        parts.append(f"وآخر موعد لاستقبال الطلبات الساعة {time_in_figures(stop.last_intake)}")
    return f"{'، '.join(parts)}."


def shared_details(stops: Sequence[StopFacts]) -> frozenset[str]:
    """Which of the details are the same for all of `stops`, and so are told once."""
    names = {name for name in DETAILS if len({getattr(stop, name) for stop in stops}) == 1}
    if any(service.in_some for service in stops[0].services) and common(stop.vehicles for stop in stops) is None:
        names.discard("services")  # «في إحدى السيارتين» is not true of three
    return frozenset(names)


def for_all(stops: Sequence[StopFacts]) -> StopFacts:
    """The stop whose shared details are told for all of `stops`: «في السيارتين» only where each is of two."""
    return stops[0] if common(stop.vehicles for stop in stops) else dataclasses.replace(stops[0], others=())


def stop_details(stop: StopFacts) -> tuple[object, ...]:
    """The details of a stop as one value, to compare."""
    return tuple(getattr(stop, name) for name in DETAILS)


def detail_lines(stop: StopFacts, names: Collection[str], style: Style, services_title: str = "الخدمات") -> list[str]:
    """The named details of one stop, a label each; what is not known has no line."""
    lines: list[str] = []
    if "services" in names and stop.services:
        lines.append(style.label("🗂", services_title))
        lines.extend(f"– {heading}: {join_phrases(group)}." for heading, group in services_given(stop))
    if "documents" in names and stop.documents:
        lines.append(style.label("📄", "المستندات", join_phrases(stop.documents)))
    if "payments" in names and stop.payments:
        lines.append(style.label("💳", "وسائل السداد", join_phrases(stop.payments, "أو")))
    return lines


def by_day(
    stops: Iterable[StopFacts],
    style: Style,
    *,
    with_intake: bool = False,
    details: Collection[str] = (),
    by_unit: bool = False,
    is_off: bool = False,
) -> list[str]:
    """One paragraph a day, one bullet a stop, with its last intake and the named `details` when asked for.

    `is_off` of stops that do not take place.
    """
    paragraphs = []
    for date, of_day in itertools.groupby(in_order(stops, by_unit=by_unit), key=lambda stop: stop.date):
        lines = [f"🗓 {days_in_figures([date])}:" if style.icons else style.heading(f"{days_in_figures([date])}:")]
        for stop in of_day:
            lines.append(f"• {stop_line(stop, with_intake=with_intake, is_off=is_off)}")
            lines.extend(detail_lines(stop, details, style))
        paragraphs.append("\n".join(lines))
    return paragraphs


def fallback_sentence(facts: NoticeFacts) -> str:
    """Where the citizen can go instead, when a visit is off, put off, broken off or gives less, and a fixed centre is known."""
    if not facts.issuer.fixed_centre:
        return ""
    found = [(change, differences(change)) for change in facts.changes]
    put_off = any(change.after.date > change.before.date for change, _ in found)
    fewer = any(difference.removed or difference.limited for _, difference in found)
    if facts.kind is NoticeKind.URGENT:
        return f"ويمكن للسادة المواطنين التوجه إلى {facts.issuer.fixed_centre}."
    if facts.kind is NoticeKind.CANCELLATION:
        what = "الخدمة"
    elif put_off or facts.kind is NoticeKind.POSTPONEMENT:
        what = "الخدمة خلال هذه الفترة"
    elif fewer:
        what = "سائر الخدمات"
    else:
        return ""
    return f"ويمكن للسادة المواطنين الحصول على {what} من {facts.issuer.fixed_centre}."

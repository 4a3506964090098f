"""The bodies of written notices of what happens to visits: put off without a date, broken off, resumed, hours of a period."""

from __future__ import annotations

from announcements.arabic.counting import counted
from announcements.arabic.dates import days_in_figures, period_in_figures
from announcements.arabic.facts import HoursFacts, InterruptionFacts, NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.layout import DETAILS, Style, by_day, detail_lines, is_one_visit
from announcements.arabic.news import (
    first_day_unknown,
    has_own_end,
    interruption_of,
    is_same_place,
    period_of,
    requests_stand,
    unchanged_by_postponement,
    vehicles_of_unit,
    works_until,
)
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    CENTRE,
    Verb,
    because_of,
    conjugate,
    place_label,
    to_be_announced,
)
from announcements.arabic.times import hours_in_figures, time_in_figures
from announcements.arabic.together import standing_today, still_there, vehicles_at


def postponement(facts: NoticeFacts, style: Style) -> list[str]:
    """T3 without a new date: what was planned, that its date will be announced, why, and what stays as it is."""
    stops, issuer = facts.stops, facts.issuer
    announces = f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} عن تأجيل"
    cause, later = because_of(facts.cause), to_be_announced(1 if is_one_visit(stops) else len(stops))
    first = stops[0]
    if is_one_visit(stops):
        days = days_in_figures(stop.date for stop in stops)
        planned = f"الذي كان مقررًا {days}، {hours_in_figures(first.starts_at, first.ends_at)}"
        opening = f"{announces} تواجد {vehicles_at(first)} ب{place_label(first.place)}، {planned}، {later}{cause}."
        place = style.label("📍", "المكان", first.landmark) if first.landmark else ""
        return [opening, still_there(first), unchanged_by_postponement(stops), place]
    those = "والموعدان المؤجلان هما" if len(stops) == 2 else "والمواعيد المؤجلة هي"
    number = counted(len(stops), "موعد", Case.OBLIQUE)
    opening = f"{announces} {number} لتواجد {CENTRE} {later}{cause}، {those}:"
    return [opening, *by_day(stops, style, is_off=True), unchanged_by_postponement(stops)]


# --- the same day (T4) -------------------------------------------------------------------------------------------------


def urgent(facts: NoticeFacts, style: Style) -> list[str]:
    """T4: the vehicle stopped working; when it goes on, or on which day it comes again, and what holds until then."""
    stop, interruption = facts.stops[0], interruption_of(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""
    opening = (
        f"{_announces_that(facts)} {_vehicle_there(stop)} قد توقفت عن العمل{cause}، "
        f"اعتبارًا من الساعة {time_in_figures(interruption.stopped_at)}."
    )
    sentences = [opening]
    if interruption.resumes_at:
        sentences.append(f"ومن المتوقع أن يُستأنف العمل الساعة {time_in_figures(interruption.resumes_at)}.")
    if interruption.continuation:
        sentences.append(_continuation(stop, interruption.continuation))
    place = style.label("📍", "المكان", stop.landmark) if stop.landmark and _goes_on_there(stop, interruption) else ""
    return [" ".join(sentences), still_there(stop), place, requests_stand(facts)]


def resumption(facts: NoticeFacts, style: Style) -> list[str]:
    """The vehicle works again on the day it stopped, until the end of its visit."""
    stop, interruption = facts.stops[0], interruption_of(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""
    resumed = time_in_figures(interruption.resumes_at) if interruption.resumes_at else ""
    opening = (
        f"{_announces_that(facts)} {_vehicle_there(stop)} قد استأنفت العمل اعتبارًا من الساعة {resumed}، "
        f"بعد توقفها الساعة {time_in_figures(interruption.stopped_at)}{cause}."
    )
    until = works_until(facts)
    if until:
        opening = f"{opening} ويستمر العمل حتى الساعة {time_in_figures(until)}."
    place = style.label("📍", "المكان", stop.landmark) if stop.landmark else ""
    return [opening, place, requests_stand(facts)]


def told_again(facts: NoticeFacts, style: Style) -> str:
    """The services of a visit that goes on, for a live post that urgent news replaces."""
    return "\n".join(line for stop in going_on(facts) for line in detail_lines(stop, DETAILS, style))


def going_on(facts: NoticeFacts) -> list[StopFacts]:
    """The visit at which citizens are served after an interruption, if there is one."""
    if facts.interruption is None:
        return []
    if facts.kind is NoticeKind.URGENT and facts.interruption.continuation:
        return [facts.interruption.continuation]
    return [facts.stops[0]] if facts.interruption.resumes_at else []


def _announces_that(facts: NoticeFacts) -> str:
    return f"{conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name} أن"


def _vehicle_there(stop: StopFacts) -> str:
    """«سيارة … المتواجدة اليوم الأحد الموافق 29 نوفمبر 2026 بقرية بلصفورة – مركز سوهاج»: today, with its date."""
    today = days_in_figures([stop.date]).removeprefix("يوم ")
    return f"{vehicles_at(stop)} {standing_today(stop)} اليوم {today} ب{place_label(stop.place)}"


def _goes_on_there(stop: StopFacts, interruption: InterruptionFacts) -> bool:
    if interruption.continuation:
        return is_same_place(stop, interruption.continuation)
    return interruption.resumes_at is not None


def _continuation(stop: StopFacts, later: StopFacts) -> str:
    """«ويُستكمل تقديم الخدمة يوم … في المكان نفسه، من الساعة … حتى الساعة ….»"""
    days, hours = days_in_figures([later.date]), hours_in_figures(later.starts_at, later.ends_at)
    if is_same_place(stop, later):
        where = "في المكان نفسه"
    else:
        where = f"ب{place_label(later.place)}{f'، {later.landmark}' if later.landmark else ''}"
    sentence = f"ويُستكمل تقديم الخدمة {days} {where}، {hours}"
    if later.last_intake:
        # «في ذلك اليوم»: the last intake of today has nothing to do with it.
        sentence = f"{sentence}، وآخر موعد لاستقبال الطلبات في ذلك اليوم الساعة {time_in_figures(later.last_intake)}"
    return f"{sentence}."


# --- hours of a period (T5) --------------------------------------------------------------------------------------------


def hours(facts: NoticeFacts, style: Style) -> list[str]:
    """T5: the hours of a period, from when, and that the places stay as announced."""
    issuer, period = facts.issuer, period_of(facts)
    opening = (
        f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} أن مواعيد عمل {vehicles_of_unit(period)} خلال {period.name} "
        f"ستكون {hours_in_figures(period.starts_at, period.ends_at)}، {_from_when(period)}، "
        f"مع استمرار أماكن التواجد المعلنة دون تغيير."
    )
    if period.last_intake:
        opening = f"{opening} وآخر موعد لاستقبال الطلبات الساعة {time_in_figures(period.last_intake)}."
    return [f"{opening} {period.greeting}." if period.greeting else opening]


def _from_when(period: HoursFacts) -> str:
    if period.is_provisional:
        return first_day_unknown(period)
    if has_own_end(period):
        return f"اعتبارًا من {days_in_figures([period.starts_on])}"
    if period.starts_on == period.ends_on:
        return f"وذلك {days_in_figures([period.starts_on])}"
    return f"وذلك {period_in_figures(period.starts_on, period.ends_on)}"

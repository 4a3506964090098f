"""Notices for the eye: the post of a social page and the WhatsApp message. The same facts in the same order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from announcements.arabic.counting import counted
from announcements.arabic.dates import days_in_figures, period_in_figures
from announcements.arabic.digits import WESTERN, phone_number
from announcements.arabic.facts import NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.issue_time import issue_time
from announcements.arabic.layout import (
    DETAILS,
    Style,
    by_day,
    common,
    detail_lines,
    fallback_sentence,
    for_all,
    in_order,
    is_one_visit,
    shared_details,
    stop_details,
    stop_line,
)
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    CENTRE,
    Verb,
    because_of,
    bulletin_period,
    cited,
    citing,
    conjugate,
    notice_name,
    notice_number,
    place_label,
    to_be_announced,
    urge,
    vehicles_of,
    was_put_off,
)
from announcements.arabic.times import hours_in_figures, time_in_figures
from announcements.arabic.together import still_there, vehicles_at
from announcements.arabic.written_changes import change_paragraphs
from announcements.arabic.written_news import going_on, hours, postponement, resumption, told_again, urgent


def write(facts: NoticeFacts, style: Style, *, digits: str = WESTERN, with_still_valid: bool = False) -> str:
    """The whole text, in Western digits. Paragraphs are parted by an empty line.

    `digits` is what the text will be converted to afterwards: a phone number with separators can only be isolated safely
    when its digits stay Western.
    """
    writers: dict[NoticeKind, Callable[[NoticeFacts, Style], list[str]]] = {
        NoticeKind.ANNOUNCEMENT: _announcement,
        NoticeKind.BULLETIN: _bulletin,
        NoticeKind.CHANGE: change_paragraphs,
        NoticeKind.POSTPONEMENT: postponement,
        NoticeKind.CANCELLATION: _cancellation,
        NoticeKind.URGENT: urgent,
        NoticeKind.RESUMPTION: resumption,
        NoticeKind.HOURS: hours,
    }
    paragraphs = [_head(facts, style), *writers[facts.kind](facts, style)]
    paragraphs.extend(_closing(facts, style, digits))
    if with_still_valid:
        # After the last intake, which belongs to the correction alone.
        paragraphs.extend([told_again(facts, style), *_already_off(facts), _still_valid(facts, style)])
    if facts.page_url:
        # On a line of its own: there the address is a left-to-right paragraph, and nothing sticks to its end.
        paragraphs.append(f"{style.label('🔗', f'صفحة ال{notice_name(facts.kind)}')}\n{facts.page_url}")
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def head_line(facts: NoticeFacts) -> str:
    """«إعلان رقم 5/2026 – الوحدة المحلية لمركز ومدينة سوهاج»: a citation is never followed by a dash and the issuer."""
    return f"{notice_number(facts)} – {facts.issuer.name}"


def _head(facts: NoticeFacts, style: Style) -> str:
    lines = [style.heading(f"{head_line(facts)}{issue_time(facts)}")]
    if facts.cites:
        lines.append(style.heading(citing(facts)))
    return "\n".join(lines)


# --- announcements ---------------------------------------------------------------------------------------------------


def _announcement(facts: NoticeFacts, style: Style) -> list[str]:
    stops, issuer = facts.stops, facts.issuer
    announces = f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} عن"
    first = stops[0]
    if is_one_visit(stops):
        days = days_in_figures(stop.date for stop in stops)
        opening = (
            f"{announces} تواجد {vehicles_at(first)} ب{place_label(first.place)}، وذلك {days}، "
            f"{hours_in_figures(first.starts_at, first.ends_at)}."
        )
        place = [style.label("📍", "المكان", first.landmark)] if first.landmark else []
        return [opening, "\n".join([*place, *detail_lines(first, DETAILS, style)])]
    vehicles, possessive = vehicles_of(stops, in_words=False)
    opening = (
        f"{announces} أماكن تواجد {vehicles} ومواعيد عمل{possessive}، وذلك في "
        f"{counted(len(stops), 'موعد', Case.OBLIQUE)}{_span(stops)}، على النحو الآتي:"
    )
    shared = shared_details(stops)
    own_intake = common(stop.last_intake for stop in stops) is None
    told = by_day(stops, style, with_intake=own_intake, details=set(DETAILS) - shared)
    return [opening, *told, "\n".join(detail_lines(for_all(stops), shared, style))]


def _span(stops: Sequence[StopFacts]) -> str:
    first, last = min(stop.date for stop in stops), max(stop.date for stop in stops)
    return f" {days_in_figures([first])}" if first == last else f"، خلال الفترة {period_in_figures(first, last)}"


def _bulletin(facts: NoticeFacts, style: Style) -> list[str]:
    """A week of every unit: a day a paragraph, the stops of a unit together; services are told when they are the same for all."""
    stops, issuer = facts.stops, facts.issuer
    vehicles, possessive = vehicles_of(stops, in_words=False)
    opening = (
        f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} عن أماكن تواجد {vehicles} ومواعيد عمل{possessive}، "
        f"{_during(facts)}، وذلك في {counted(len(stops), 'موعد', Case.OBLIQUE)}، على النحو الآتي:"
    )
    days = by_day(stops, style, with_intake=common(stop.last_intake for stop in stops) is None, by_unit=True)
    shared = shared_details(stops)
    rest = "" if "services" in shared or not facts.page_url else "وتجدون في صفحة النشرة الخدمات المتاحة في كل موعد."
    return [opening, *days, "\n".join(detail_lines(for_all(stops), shared, style)), rest]


def _during(facts: NoticeFacts) -> str:
    """«خلال الأسبوع من يوم … حتى يوم …», of the bulletin's week or, when none is given, of the days of its stops."""
    dates = facts.week or tuple(stop.date for stop in facts.stops)
    first, last = min(dates), max(dates)
    if first == last:
        return days_in_figures([first])
    return f"خلال {bulletin_period(facts)} {period_in_figures(first, last)}"


# --- cancellations ---------------------------------------------------------------------------------------------------


def _cancellation(facts: NoticeFacts, style: Style) -> list[str]:
    stops, issuer = facts.stops, facts.issuer
    announces = f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} عن إلغاء"
    cause = because_of(facts.cause)
    first = stops[0]
    if is_one_visit(stops):
        days = days_in_figures(stop.date for stop in stops)
        hours = hours_in_figures(first.starts_at, first.ends_at)
        where = f"{vehicles_at(first)} ب{place_label(first.place)}"
        landmark = style.label("📍", "المكان الذي كان معلنًا", first.landmark) if first.landmark else ""
        planned = "مقررًا، قبل تأجيله،" if was_put_off(facts) else "مقررًا"
        return [f"{announces} تواجد {where}، الذي كان {planned} {days}، {hours}{cause}.", still_there(first), landmark]
    # By name: after the cause, «وهي» might be the weather.
    those = "والموعدان الملغيان هما" if len(stops) == 2 else "والمواعيد الملغاة هي"
    opening = f"{announces} {counted(len(stops), 'موعد', Case.OBLIQUE)} لتواجد {CENTRE}{cause}، {those}:"
    return [opening, *by_day(stops, style, is_off=True)]


# --- what every notice ends with -------------------------------------------------------------------------------------


def _already_off(facts: NoticeFacts) -> list[str]:
    """«وقد سبق إلغاء الموعد الآتي: …»: what earlier notices cancelled, put off or told to have stopped, for the edited post."""
    return [
        _already(facts.also_cancelled, "إلغاء"),
        _already(facts.also_postponed, "تأجيل", to_be_announced(len(facts.also_postponed))),
        _already(facts.also_stopped, "الإعلان عن توقف العمل في"),
    ]


def _already(stops: Sequence[StopFacts], act: str, until: str = "") -> str:
    if not stops:
        return ""
    what = "الموعد الآتي" if len(stops) == 1 else "الموعدين الآتيين" if len(stops) == 2 else "المواعيد الآتية"
    opening = f"وقد سبق {act} {what} {until}".rstrip()
    return "\n".join([f"{opening}:", *(_dated_line(stop, is_off=True) for stop in in_order(stops))])


def _still_valid(facts: NoticeFacts, style: Style) -> str:
    """«وتظل باقي المواعيد الواردة في الإعلان رقم 5/2026 قائمة على النحو الآتي: …».

    The dates are told as they stand now, which may be by another notice, so they are not called unchanged; and the notice
    they came from is named only when it is the one that is cited, which a correction of a correction does not cite.
    """
    count = len(facts.still_valid)
    if count == 0:
        return ""
    from_announcements = facts.cites and all(cite.kind in _THAT_ANNOUNCE for cite in facts.cites)
    source = f"في {cited(facts.cites)}" if from_announcements else "من قبل"
    singular, dual, plural = (
        ("الوارد", "الواردان", "الواردة") if from_announcements else ("المعلن", "المعلنان", "المعلنة")
    )
    if count == 1:
        opening = f"ويظل الموعد الآخر {singular} {source} قائمًا على النحو الآتي:"
    elif count == 2:
        opening = f"ويظل الموعدان الآخران {dual} {source} قائمين على النحو الآتي:"
    else:
        opening = f"وتظل باقي المواعيد {plural} {source} قائمة على النحو الآتي:"
    lines = []
    # An edited post replaces the one that told the services of these stops, so it must tell them again.
    told = {stop_details(stop) for stop in (*(change.after for change in facts.changes), *going_on(facts))}
    shared = shared_details(facts.still_valid)
    for stop in in_order(facts.still_valid):
        lines.append(_dated_line(stop, with_intake=True))
        lines.extend(detail_lines(stop, set(DETAILS) - shared, style))
    first = facts.still_valid[0]
    if told != {stop_details(first)}:
        lines.extend(detail_lines(for_all(facts.still_valid), shared, style))
    return "\n".join([opening, *lines])


# What tells of visits for the first time, so that others of its visits may be said to stand in it.
_THAT_ANNOUNCE: Final = frozenset({NoticeKind.ANNOUNCEMENT, NoticeKind.BULLETIN})


def _dated_line(stop: StopFacts, *, with_intake: bool = False, is_off: bool = False) -> str:
    return f"• {days_in_figures([stop.date])}: {stop_line(stop, with_intake=with_intake, is_off=is_off)}"


def _closing(facts: NoticeFacts, style: Style, digits: str) -> list[str]:
    issuer = facts.issuer
    paragraphs = []
    fallback = fallback_sentence(facts)
    if fallback:
        paragraphs.append(fallback)
    if issuer.phone:
        number = phone_number(issuer.phone, marks=style.marks and digits == WESTERN)
        paragraphs.append(style.label("☎", "للاستعلام", number))
    last_intake = _last_intake(facts)
    if last_intake:
        paragraphs.append(
            f"{urge(issuer)} الحضور قبل الساعة {time_in_figures(last_intake)}، وهو آخر موعد لاستقبال الطلبات."
        )
    return paragraphs


def _last_intake(facts: NoticeFacts) -> dt.time | None:
    """The last intake that all visits still to be held share; none once the vehicle is back after it."""
    if facts.kind in _NOT_HELD:
        return None
    intake = common(stop.last_intake for stop in (*facts.stops, *(change.after for change in facts.changes)))
    back = facts.interruption.resumes_at if facts.interruption else None
    return None if intake and back and intake <= back else intake


# An HOURS notice tells the last intake of its period itself.
_NOT_HELD: Final = frozenset({NoticeKind.CANCELLATION, NoticeKind.POSTPONEMENT, NoticeKind.URGENT, NoticeKind.HOURS})

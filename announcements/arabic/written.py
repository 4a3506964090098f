"""Notices for the eye: the post of a social page and the WhatsApp message. The same facts in the same order."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from announcements.arabic.counting import counted
from announcements.arabic.dates import days_in_figures, period_in_figures
from announcements.arabic.digits import WESTERN, phone_number
from announcements.arabic.facts import NoticeFacts, NoticeKind, StopFacts
from announcements.arabic.layout import (
    DETAILS,
    Style,
    common,
    detail_lines,
    fallback_sentence,
    in_order,
    is_one_visit,
    shared_details,
    stop_details,
    stop_line,
)
from announcements.arabic.numbers import Case
from announcements.arabic.phrases import (
    CENTRE,
    VEHICLE,
    Verb,
    because_of,
    cited,
    conjugate,
    notice_name,
    notice_number,
    place_label,
    urge,
    vehicles_of,
)
from announcements.arabic.times import hours_in_figures, time_in_figures
from announcements.arabic.written_changes import change_paragraphs


def write(facts: NoticeFacts, style: Style, *, digits: str = WESTERN, with_still_valid: bool = False) -> str:
    """The whole text, in Western digits. Paragraphs are parted by an empty line.

    `digits` is what the text will be converted to afterwards: a phone number with separators can only be isolated safely
    when its digits stay Western.
    """
    writers: dict[NoticeKind, Callable[[NoticeFacts, Style], list[str]]] = {
        NoticeKind.ANNOUNCEMENT: _announcement,
        NoticeKind.CHANGE: change_paragraphs,
        NoticeKind.CANCELLATION: _cancellation,
    }
    paragraphs = [_head(facts, style), *writers[facts.kind](facts, style)]
    paragraphs.extend(_closing(facts, style, digits))
    if with_still_valid:
        # After the last intake, which belongs to the correction alone.
        paragraphs.extend([_already_cancelled(facts), _still_valid(facts, style)])
    if facts.page_url:
        # On a line of its own: there the address is a left-to-right paragraph, and nothing sticks to its end.
        paragraphs.append(f"{style.label('🔗', f'صفحة ال{notice_name(facts.kind)}')}\n{facts.page_url}")
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def head_line(facts: NoticeFacts) -> str:
    """«إعلان رقم 5/2026 – الوحدة المحلية لمركز ومدينة سوهاج»: a citation is never followed by a dash and the issuer."""
    return f"{notice_number(facts)} – {facts.issuer.name}"


def _head(facts: NoticeFacts, style: Style) -> str:
    lines = [style.heading(head_line(facts))]
    if facts.cites:
        lines.append(style.heading(f"بشأن {cited(facts.cites)}"))
    return "\n".join(lines)


# --- announcements ---------------------------------------------------------------------------------------------------


def _announcement(facts: NoticeFacts, style: Style) -> list[str]:
    stops, issuer = facts.stops, facts.issuer
    announces = f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} عن"
    first = stops[0]
    if is_one_visit(stops):
        days = days_in_figures(stop.date for stop in stops)
        opening = (
            f"{announces} تواجد {VEHICLE} ب{place_label(first.place)}، وذلك {days}، "
            f"{hours_in_figures(first.starts_at, first.ends_at)}."
        )
        place = [style.label("📍", "المكان", first.landmark)] if first.landmark else []
        return [opening, "\n".join([*place, *detail_lines(first, DETAILS, style)])]
    vehicles, possessive = vehicles_of(stops, in_words=False)
    opening = (
        f"{announces} أماكن تواجد {vehicles} ومواعيد عمل{possessive}، وذلك في "
        f"{counted(len(stops), 'موعد', Case.OBLIQUE)}{_span(stops)}، على النحو الآتي:"
    )
    return [opening, *_by_day(stops, style), "\n".join(detail_lines(first, shared_details(stops), style))]


def _span(stops: Sequence[StopFacts]) -> str:
    first, last = min(stop.date for stop in stops), max(stop.date for stop in stops)
    return f" {days_in_figures([first])}" if first == last else f"، خلال الفترة {period_in_figures(first, last)}"


def _by_day(stops: Iterable[StopFacts], style: Style, *, with_details: bool = True) -> list[str]:
    """One paragraph a day, one bullet a stop, with whatever is not common to all of them."""
    ordered = in_order(stops)
    own_intake = with_details and common(stop.last_intake for stop in ordered) is None
    own_details = set(DETAILS) - shared_details(ordered) if with_details else set()
    paragraphs = []
    for date, of_day in itertools.groupby(ordered, key=lambda stop: stop.date):
        lines = [f"🗓 {days_in_figures([date])}:" if style.icons else style.heading(f"{days_in_figures([date])}:")]
        for stop in of_day:
            lines.append(f"• {stop_line(stop, with_intake=own_intake)}")
            lines.extend(detail_lines(stop, own_details, style))
        paragraphs.append("\n".join(lines))
    return paragraphs


# --- cancellations ---------------------------------------------------------------------------------------------------


def _cancellation(facts: NoticeFacts, style: Style) -> list[str]:
    stops, issuer = facts.stops, facts.issuer
    announces = f"{conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} عن إلغاء"
    cause = because_of(facts.cause)
    first = stops[0]
    if is_one_visit(stops):
        days = days_in_figures(stop.date for stop in stops)
        hours = hours_in_figures(first.starts_at, first.ends_at)
        where = f"{VEHICLE} ب{place_label(first.place)}"
        landmark = style.label("📍", "المكان الذي كان معلنًا", first.landmark) if first.landmark else ""
        return [f"{announces} تواجد {where}، الذي كان مقررًا {days}، {hours}{cause}.", landmark]
    pronoun = "وهما" if len(stops) == 2 else "وهي"
    opening = f"{announces} {counted(len(stops), 'موعد', Case.OBLIQUE)} لتواجد {CENTRE}{cause}، {pronoun}:"
    return [opening, *_by_day(stops, style, with_details=False)]


# --- what every notice ends with -------------------------------------------------------------------------------------


def _already_cancelled(facts: NoticeFacts) -> str:
    """«وقد سبق إلغاء الموعد الآتي: …»: what an earlier notice cancelled, for the edited post in which it was told."""
    count = len(facts.also_cancelled)
    if count == 0:
        return ""
    what = "الموعد الآتي" if count == 1 else "الموعدين الآتيين" if count == 2 else "المواعيد الآتية"
    return "\n".join([f"وقد سبق إلغاء {what}:", *(_dated_line(stop) for stop in in_order(facts.also_cancelled))])


def _still_valid(facts: NoticeFacts, style: Style) -> str:
    """«وتظل باقي المواعيد الواردة في الإعلان رقم 5/2026 قائمة على النحو الآتي: …».

    The dates are told as they stand now, which may be by another notice, so they are not called unchanged; and the notice
    they came from is named only when it is the one that is cited, which a correction of a correction does not cite.
    """
    count = len(facts.still_valid)
    if count == 0:
        return ""
    from_announcements = facts.cites and all(cite.kind is NoticeKind.ANNOUNCEMENT for cite in facts.cites)
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
    told = {stop_details(change.after) for change in facts.changes}
    shared = shared_details(facts.still_valid)
    for stop in in_order(facts.still_valid):
        lines.append(_dated_line(stop, with_intake=True))
        lines.extend(detail_lines(stop, set(DETAILS) - shared, style))
    first = facts.still_valid[0]
    if told != {stop_details(first)}:
        lines.extend(detail_lines(first, shared, style))
    return "\n".join([opening, *lines])


def _dated_line(stop: StopFacts, *, with_intake: bool = False) -> str:
    return f"• {days_in_figures([stop.date])}: {stop_line(stop, with_intake=with_intake)}"


def _closing(facts: NoticeFacts, style: Style, digits: str) -> list[str]:
    issuer = facts.issuer
    paragraphs = []
    fallback = fallback_sentence(facts)
    if fallback:
        paragraphs.append(fallback)
    if issuer.phone:
        number = phone_number(issuer.phone, marks=style.marks and digits == WESTERN)
        paragraphs.append(style.label("☎", "للاستعلام", number))
    now = [*facts.stops, *(change.after for change in facts.changes)]
    last_intake = common(stop.last_intake for stop in now)
    if facts.kind is not NoticeKind.CANCELLATION and last_intake:
        paragraphs.append(
            f"{urge(issuer)} الحضور قبل الساعة {time_in_figures(last_intake)}، وهو آخر موعد لاستقبال الطلبات."
        )
    return paragraphs

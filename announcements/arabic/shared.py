"""The few lines about a place or a list that readers send on to each other: in figures, with the date, and never with «اليوم».

What is sent on is read at another time, so nothing in it depends on the moment. No dash stands between figures and every
figure is followed by an Arabic word, so that no messenger turns anything round. Facts must have been cleaned (`render.cleaned`).
"""

from __future__ import annotations

from collections.abc import Sequence

from announcements.arabic.answers import PlaceAnswer, Standing, VisitFacts
from announcements.arabic.dates import days_in_figures
from announcements.arabic.digits import WESTERN, convert
from announcements.arabic.facts import StopFacts
from announcements.arabic.phrases import VEHICLE, because_of, place_label, to_be_announced
from announcements.arabic.times import hours_in_figures, time_in_figures
from announcements.arabic.together import vehicles_at


def write_place(facts: PlaceAnswer, *, digits: str = WESTERN) -> str:
    """What was taken back, and the visit that counts now, a line each."""
    lines = [_visit(visit) for visit in (*facts.taken_back, *([facts.answer] if facts.answer else []))]
    return convert("\n".join(lines) or f"لم يُعلن موعد قادم لتواجد {VEHICLE} ب{place_label(facts.place)}.", digits)


def write_list(title: str, stops: Sequence[StopFacts], *, is_whole: bool = True, digits: str = WESTERN) -> str:
    """`title` («مواعيد تواجد …: مركز نقادة») and under it a visit a line; `is_whole` says whether the page has no more of them.

    Landmarks are left to the pages: a link that opens a messenger holds the whole text, and has to stay short.
    """
    lines = [title, *(f"{place_label(stop.place)}، {_when(stop)}." for stop in stops)]
    return convert("\n".join(lines if is_whole else [*lines, "وبقية المواعيد في الصفحة."]), digits)


def _visit(visit: VisitFacts) -> str:
    stop, later, vehicles = visit.stop, visit.later, vehicles_at(visit.stop)
    because = f"، بسبب {visit.cause}" if visit.cause else ""
    match visit.standing:
        case Standing.CANCELLED:
            return f"أُلغي تواجد {vehicles} ب{place_label(stop.place)}، {_when(stop)}{because}."
        case Standing.POSTPONED:
            return f"تأجل تواجد {vehicles} ب{place_label(stop.place)}، {_when(stop)}، {to_be_announced()}{because}."
        case Standing.MOVED:
            new = f" وأصبح التواجد ب{_where(later)}، {_when(later)}." if later else ""
            return f"لن تتواجد {vehicles} ب{place_label(stop.place)}، {days_in_figures([stop.date])}{because}.{new}"
        case Standing.STOPPED:
            since = f"، اعتبارًا من الساعة {time_in_figures(visit.stopped_at)}" if visit.stopped_at else ""
            day = days_in_figures([stop.date])
            news = f"توقفت {vehicles} عن العمل ب{place_label(stop.place)}، {day}{since}{because}."
            return f"{news} ويُستكمل تقديم الخدمة ب{_where(later)}، {_when(later)}." if later else news
        case Standing.COMING | Standing.OPEN | Standing.INTAKE_OVER:
            intake = (
                f" وآخر موعد لاستقبال الطلبات الساعة {time_in_figures(stop.last_intake)}." if stop.last_intake else ""
            )
            return f"تتواجد {VEHICLE} ب{_where(stop)}، {_when(stop)}.{_change(visit)}{intake}"


def _change(visit: VisitFacts) -> str:
    """What was told otherwise before; of a visit that keeps its day the hours alone."""
    stop, before = visit.stop, visit.before
    if before is None:
        return ""
    told = ""
    if (before.date, before.starts_at, before.ends_at) != (stop.date, stop.starts_at, stop.ends_at):
        when = hours_in_figures(before.starts_at, before.ends_at) if before.date == stop.date else _when(before)
        told = f" وقد تغيّر الموعد{because_of(visit.cause)}، وكان مقررًا {when}."
    if before.place != stop.place:
        return f"{told} وكان المكان المعلن {place_label(before.place)}."
    if before.landmark != stop.landmark and before.landmark:
        return f"{told} وقد تغيّر مكان التواجد، وكان {before.landmark}."
    return told


def _where(stop: StopFacts) -> str:
    return f"{place_label(stop.place)}، {stop.landmark}" if stop.landmark else place_label(stop.place)


def _when(stop: StopFacts) -> str:
    return f"{days_in_figures([stop.date])}، {hours_in_figures(stop.starts_at, stop.ends_at)}"

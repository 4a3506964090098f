"""What a public page answers, as text: read aloud by the reader's own device, or sent on to others. In the page's language."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from announcements.arabic import answers as arabic
from announcements.arabic import shared
from announcements.arabic.answers import DayFacts, Ending, PlaceAnswer, Standing, VisitFacts
from announcements.arabic.facts import StopFacts
from announcements.arabic.render import cleaned, made_speakable
from announcements.arabic.spoken import speakable
from announcements.facts import issuer_facts, place_facts
from schedules import answers_english as english
from schedules.filters import StopFilter
from schedules.models import Place, StopRevision
from schedules.queries import Day, PlaceTimetable, PublicStop
from sohag_mobile.sharing import Shared, Spoken, share_page
from sohag_mobile.templatetags.display import digits, plain_day
from sohag_mobile.weeks import Week

# A message of more lines is folded by messengers, and not read.
MOST_SENT = 5
_STANDINGS = {
    "soon": Standing.COMING,
    "open": Standing.OPEN,
    "late": Standing.INTAKE_OVER,
    "stopped": Standing.STOPPED,
    "moved": Standing.MOVED,
    "postponed": Standing.POSTPONED,
    "cancelled": Standing.CANCELLED,
}


def speak_place(place: Place, timetable: PlaceTimetable, *, today: dt.date) -> Spoken:
    """The answer of a place's page on the local day `today`. `place` has its unit and governorate at hand."""
    governorate = place.district.governorate
    if _is_english():
        return Spoken(english.tell_place(place, timetable, today=today, papers=governorate.general_documents), "en")
    facts = _place_answer(place, timetable, papers=governorate.general_documents_ar)
    return Spoken(arabic.tell_place(made_speakable(facts), today=today), "ar")


def speak_days(
    days: Sequence[Day],
    *,
    today: dt.date,
    period: tuple[dt.date, dt.date] | None = None,
    about: Sequence[str] = (),
) -> Spoken | None:
    """The answer of a page about several days, from `today` on; None when all of them are past.

    `about` names, in the page's language, what the list is narrowed down to: a day on which that does not come is not empty.
    """
    coming = _first_of([day for day in days if day.date >= today])
    if not coming:
        return None
    if _is_english():
        return Spoken(english.tell_days(coming, today=today, period=period, about=about), "en")
    facts = tuple(
        DayFacts(
            date=day.date,
            visits=tuple(_visit_facts(stop) for stop in day.ahead),
            holiday=day.holiday.name_ar if day.holiday else "",
            is_day_off=day.is_off,
            ending=Ending(day.ending) if day.ending else None,
        )
        for day in coming
    )
    told = [made_speakable(day) for day in facts]
    named = [speakable(label) for label in about]
    return Spoken(arabic.tell_days(told, today=today, period=period, about=named), "ar")


def _first_of(days: Sequence[Day]) -> list[Day]:
    """The days as far as they can be told, and one visit more, so that a list of hundreds costs no more than one of thirty."""
    found, left = [], arabic.MOST_ITEMS + 1
    for day in days:
        ahead = day.ahead[: max(0, left)]
        found.append(dataclasses.replace(day, stops=(*day.past, *ahead)))
        left -= len(ahead)
    return found


def share_place(place: Place, timetable: PlaceTimetable, *, path: str) -> Shared:
    """The answer of a place's page as readers send it on; `path` is the page's."""
    if _is_english():
        text = english.tell_place(place, timetable, today=None)
    else:
        text = shared.write_place(cleaned(_place_answer(place, timetable)), digits=settings.ARABIC_DIGITS)
    return share_page(text, path=path)


def share_days(title: str, days: Sequence[Day], *, path: str) -> Shared:
    """A page about several days as readers send it on: what it is, in the page's language, and the next of its visits."""
    firm = [stop.revision for day in days for stop in day.ahead if stop.is_firm]
    told, is_whole = firm[:MOST_SENT], len(firm) <= MOST_SENT
    if _is_english():
        text = english.write_list(title, told, is_whole=is_whole)
    else:
        facts = [cleaned(_stop_facts(fact)) for fact in told]
        text = shared.write_list(title, facts, is_whole=is_whole, digits=settings.ARABIC_DIGITS)
    return share_page(text, path=path)


def share_week(week: Week, days: Sequence[Day], chosen: StopFilter) -> Shared:
    """A week as readers send it on: under its own address, and named by what it is narrowed down to, if it is."""
    dates = {"first": plain_day(week.first), "last": plain_day(week.last)}
    parts = [_("Visits of the mobile technology centres from %(first)s to %(last)s") % dates]
    if chosen.choices:
        parts.append(_(", ").join(digits(choice.label) for choice in chosen.choices))
    return share_days(_(": ").join(parts), days, path=f"{reverse('week', args=[week.name])}{chosen.query}")


def _place_answer(place: Place, timetable: PlaceTimetable, *, papers: str = "") -> PlaceAnswer:
    following = next((stop.revision for stop in timetable.following if _comes_later(stop, timetable.answer)), None)
    return PlaceAnswer(
        place=place_facts(place),
        issuer=issuer_facts(place.district),
        answer=_visit_facts(timetable.answer, papers=papers) if timetable.answer else None,
        taken_back=tuple(_visit_facts(stop) for stop in (*timetable.owed, *timetable.withdrawn)),
        following=_stop_facts(following) if following else None,
    )


def _comes_later(stop: PublicStop, answer: PublicStop | None) -> bool:
    """Whether a firm visit is another one to whoever comes: not that of a vehicle which stands there at the same hour."""
    if not stop.is_firm:
        return False
    return answer is None or (stop.revision.date, stop.revision.starts_at) != (
        answer.revision.date,
        answer.revision.starts_at,
    )


def _visit_facts(stop: PublicStop, *, papers: str = "") -> VisitFacts:
    fact = stop.revision
    later = stop.moved_to or stop.continuation or stop.instead
    return VisitFacts(
        stop=dataclasses.replace(_stop_facts(fact, papers=papers), beside=len(stop.beside)),
        standing=_STANDINGS[stop.look],
        cause=(stop.moved_to or fact).cause_ar,
        before=_stop_facts(stop.before) if stop.changed and stop.before else None,
        later=_stop_facts(later) if later else None,
        stopped_at=fact.stopped_at,
        resumes_at=fact.resumes_at,
        requests_stay_valid=fact.requests_stay_valid,
        intake_only=fact.intake_only,
    )


def _stop_facts(fact: StopRevision, *, papers: str = "") -> StopFacts:
    """Where and when, without what is offered: no relation is read but the place and its unit."""
    return StopFacts(
        uid="",
        place=place_facts(fact.place),
        landmark=fact.landmark_ar,
        date=fact.date,
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        last_intake=fact.last_intake,
        documents=(papers,) if papers else (),
    )


def _is_english() -> bool:
    return (get_language() or settings.LANGUAGE_CODE).startswith("en")

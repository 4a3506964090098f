"""Scripts of what happens to visits: put off without a date, broken off, resumed; and of the hours of a period."""

from __future__ import annotations

from announcements.arabic.dates import days_in_words, period_in_words, weekdays
from announcements.arabic.facts import HoursFacts, NoticeFacts, StopFacts
from announcements.arabic.layout import fallback_sentence, is_one_visit
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
from announcements.arabic.phrases import (
    CENTRE,
    Verb,
    conjugate,
    item_opening,
    place_in_words,
    place_name,
    to_be_announced,
)
from announcements.arabic.radio_parts import (
    GREETING,
    enquiries,
    first_in_time,
    issued,
    visits,
    where_and_whose,
    where_in_words,
)
from announcements.arabic.times import hours_in_words, time_in_words
from announcements.arabic.together import standing_today, still_there, the_vehicles, vehicles_at


def postponement(facts: NoticeFacts) -> list[str]:
    """Put off to a date that will be announced; the place twice."""
    stops = facts.stops
    cause = f"، بسبب {facts.cause}،" if facts.cause else ""
    opening = f"{GREETING} {conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name} أنه{cause} تقرر تأجيل"
    same, fallback = unchanged_by_postponement(stops), fallback_sentence(facts)
    if is_one_visit(stops):
        stop, later = stops[0], to_be_announced()
        days = [one.date for one in stops]
        news = [
            f"{opening} تواجد {vehicles_at(stop, in_words=True)} ب{where_in_words(stop)}، {later}.",
            f"وكان التواجد مقررًا {days_in_words(days)}، {hours_in_words(stop.starts_at, stop.ends_at)}.",
            still_there(stop),
        ]
        again = f"ونكرر: تأجل تواجد {the_vehicles(stop)} ب{place_name(stop.place)}، {weekdays(days)}، {later}."
        return first_in_time(
            facts,
            [*news, same, again, fallback, enquiries(facts), issued(facts)],
            [*news, again, fallback, enquiries(facts), issued(facts)],
            [*news, again, fallback, issued(facts)],
            [*news, again, issued(facts)],
            [*_without_old_landmark(news, stop), again, issued(facts)],
        )
    those = "الموعدين الآتيين" if len(stops) == 2 else "المواعيد الآتية"
    lines = [f"{opening} {those} لتواجد {CENTRE}، {to_be_announced(len(stops))}."]
    for number, visit in enumerate(visits(stops), start=1):
        stop, days = visit[0], [one.date for one in visit]
        hours_told = hours_in_words(stop.starts_at, stop.ends_at)
        item = f"{item_opening(number)}: {where_and_whose(stop, is_off=True)}، {days_in_words(days)}، {hours_told}."
        again = f"ونكرر: تأجل تواجد {the_vehicles(stop)} ب{place_name(stop.place)}، {weekdays(days)}."
        lines.append(f"{item} {again}")
    return [*lines, same, fallback, enquiries(facts), issued(facts)]


def _without_old_landmark(lines: list[str], stop: StopFacts) -> list[str]:
    """Where in its village the vehicle will not stand."""
    return [line.replace(f"، {stop.landmark}،", "،", 1) if stop.landmark else line for line in lines]


# --- the same day (T4) -------------------------------------------------------------------------------------------------


def urgent(facts: NoticeFacts) -> list[str]:
    """T4 for the ear: today, with its date, and the place twice."""
    stop, interruption = facts.stops[0], interruption_of(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""
    stopped = time_in_words(interruption.stopped_at)
    start = f"{_announces_that(facts)} {_vehicle_there(stop)}، قد توقفت عن العمل"
    news = [f"{start}{cause}، اعتبارًا من الساعة {stopped}."]
    if interruption.resumes_at:
        news.append(f"ومن المتوقع أن يُستأنف العمل الساعة {time_in_words(interruption.resumes_at)}.")
    again = briefly = plainly = f"ونكرر: توقفت {the_vehicles(stop)} عن العمل ب{place_name(stop.place)}"
    continuation = interruption.continuation
    intake = ""
    if continuation:
        is_same = is_same_place(stop, continuation)
        news.append(_continuation(continuation, is_same=is_same))
        where = "" if is_same else f" ب{place_name(continuation.place)}"
        briefly = f"{again}، ويُستكمل تقديم الخدمة{where}" if where else again
        again = f"{again}، ويُستكمل تقديم الخدمة{where}{'،' if where else ''} {weekdays([continuation.date])}"
        if continuation.last_intake:
            intake = f"وآخر موعد لاستقبال الطلبات في ذلك اليوم الساعة {time_in_words(continuation.last_intake)}."
    news.append(still_there(stop))
    again, briefly, plainly = f"{again}.", f"{briefly}.", f"{plainly}."
    stand, fallback = requests_stand(facts), fallback_sentence(facts)
    return first_in_time(
        facts,
        [*news, intake, stand, fallback, again, enquiries(facts), issued(facts)],
        [*news, intake, stand, fallback, again, issued(facts)],
        [*news, intake, stand, again, issued(facts)],
        [*news, stand, briefly, issued(facts)],
        [*news, briefly, issued(facts)],
        [f"{start} منذ الساعة {stopped}.", *news[1:], briefly, issued(facts)],
        [f"{start} منذ الساعة {stopped}.", *_without_landmark(news[1:], continuation), plainly, issued(facts)],
    )


def _without_landmark(lines: list[str], later: StopFacts | None) -> list[str]:
    """Without where in its village the visit stands that completes this one: it is announced by itself."""
    return [line.replace(f"، {later.landmark}،", "،", 1) if later and later.landmark else line for line in lines]


def resumption(facts: NoticeFacts) -> list[str]:
    """The vehicle works again, until when; the place twice."""
    stop, interruption = facts.stops[0], interruption_of(facts)
    cause = f" بسبب {facts.cause}" if facts.cause else ""
    resumed = time_in_words(interruption.resumes_at) if interruption.resumes_at else ""
    back = (
        f"{_announces_that(facts)} {_vehicle_there(stop)}، قد استأنفت العمل اعتبارًا من الساعة {resumed}، "
        f"بعد توقفها الساعة {time_in_words(interruption.stopped_at)}{cause}."
    )
    until = works_until(facts)
    news = [back, f"ويستمر العمل حتى الساعة {time_in_words(until)}." if until else ""]
    intake = ""
    if stop.last_intake and interruption.resumes_at and stop.last_intake > interruption.resumes_at:
        intake = f"وآخر موعد لاستقبال الطلبات الساعة {time_in_words(stop.last_intake)}."
    again = f"ونكرر: استأنفت {the_vehicles(stop)} العمل اليوم ب{place_name(stop.place)}."
    stand = requests_stand(facts)
    return first_in_time(
        facts,
        [*news, intake, stand, again, enquiries(facts), issued(facts)],
        [*news, intake, stand, again, issued(facts)],
        [*news, intake, again, issued(facts)],
        [*news, again, issued(facts)],
    )


def _announces_that(facts: NoticeFacts) -> str:
    return f"{GREETING} تنويه عاجل: {conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name} أن"


def _vehicle_there(stop: StopFacts) -> str:
    today = days_in_words([stop.date]).removeprefix("يوم ")
    return f"{vehicles_at(stop, in_words=True)} {standing_today(stop)} ب{place_in_words(stop.place)}، اليوم {today}"


def _continuation(later: StopFacts, *, is_same: bool) -> str:
    where = "في المكان نفسه" if is_same else f"ب{where_in_words(later)}"
    hours_told = hours_in_words(later.starts_at, later.ends_at)
    return f"ويُستكمل تقديم الخدمة {where}، {days_in_words([later.date])}، {hours_told}."


# --- hours of a period (T5) --------------------------------------------------------------------------------------------


def hours(facts: NoticeFacts) -> list[str]:
    """T5 for the ear: the hours twice."""
    issuer, period = facts.issuer, period_of(facts)
    hours_told = hours_in_words(period.starts_at, period.ends_at)
    intake = f"وآخر موعد لاستقبال الطلبات الساعة {time_in_words(period.last_intake)}." if period.last_intake else ""
    opening = (
        f"{GREETING} {conjugate(Verb.ANNOUNCE, issuer)} {issuer.name} أن مواعيد عمل {vehicles_of_unit(period)} "
        f"خلال {period.name} ستكون {hours_told}، {_from_when(period)}."
    )
    same, again = "ولا تغيير في أماكن التواجد المعلنة.", f"ونكرر: خلال {period.name}، {hours_told}."
    greeting = f"{period.greeting}." if period.greeting else ""
    return first_in_time(
        facts,
        [opening, same, intake, again, enquiries(facts), issued(facts), greeting],
        [opening, same, intake, again, issued(facts), greeting],
        [opening, same, intake, f"ونكرر: {hours_told}.", issued(facts), greeting],
        [opening, intake, f"ونكرر: {hours_told}.", issued(facts), greeting],
    )


def _from_when(period: HoursFacts) -> str:
    if period.is_provisional:
        return first_day_unknown(period)
    if has_own_end(period):
        return f"اعتبارًا من {days_in_words([period.starts_on])}"
    if period.starts_on == period.ends_on:
        return f"وذلك {days_in_words([period.starts_on])}"
    return f"وذلك {period_in_words(period.starts_on, period.ends_on)}"

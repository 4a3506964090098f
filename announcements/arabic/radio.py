"""Notices for the ear: no digits, brackets, abbreviations or Latin letters; the place before the time and named twice.

One item per visit, opened by «أولًا», «ثانيًا»; days are joined in one item only when place and hours are the same. A
cancellation says «أُلغي», a change says what was and what is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from announcements.arabic.changes import (
    CHANGE,
    CORRECT,
    Differences,
    altered_otherwise,
    by_limit,
    cause_of_change,
    differences,
    subject,
    unchanged,
)
from announcements.arabic.dates import days_in_words, period_in_words, weekdays
from announcements.arabic.facts import ChangeFacts, NoticeFacts, NoticeKind, Outcome, ServiceFacts, StopFacts
from announcements.arabic.giving_way import details_of, fitted, in_one_sentence, instead, without
from announcements.arabic.layout import common, fallback_sentence, is_one_visit
from announcements.arabic.phrases import (
    CENTRE,
    Verb,
    because_of,
    bulletin_period,
    conjugate,
    item_opening,
    join_phrases,
    move_in_words,
    place_in_words,
    place_name,
    services_following,
    sets_what_was_put_off,
    vehicles_of,
    was_put_off,
    without_receiving,
)
from announcements.arabic.radio_news import hours, postponement, resumption, urgent
from announcements.arabic.radio_parts import (
    GREETING,
    documents_to_bring,
    enquiries,
    first_in_time,
    issued,
    visits,
    where_and_whose,
    where_in_words,
)
from announcements.arabic.spoken import SECONDS_PER_VISIT
from announcements.arabic.times import hours_in_words, time_in_words
from announcements.arabic.together import (
    outcome_at,
    services_given,
    still_there,
    the_vehicles,
    vehicles_at,
    whose_visit,
)

_OUTCOME_VERBS = {
    Outcome.RECEIVED: "يُستلم طلبه فقط",
    Outcome.INFORMATION: "يقتصر على الاستعلام والإرشاد",
}


# When the details of a change have given way: what is said a second time, and several bare facts as one.
_LAST_STEPS: Final = (
    instead("^(ونكرر: .+?)، من الساعة .+[.]$", r"\1."),
    in_one_sentence,
    instead("^(ونكرر: .+?، يوم \\w+) الموافق .+[.]$", r"\1."),
    instead("^ونكرر: نُقل التواجد من .+? إلى (.+)$", r"ونكرر: \1"),
    instead("^ونكرر: التواجد ب(.+?)، وليس ب.+?(، يوم .+)$", r"ونكرر: \1\2"),
    without(("وأصبح آخر موعد ", "والصحيح أن آخر موعد ")),
)


def write(facts: NoticeFacts) -> str:
    """The script, a sentence or an item a line. `facts` must have been made speakable (`spoken.speakable`)."""
    return "\n".join(line for line in _WRITERS[facts.kind](facts) if line)


# --- announcements ---------------------------------------------------------------------------------------------------


def _announcement(facts: NoticeFacts) -> list[str]:
    if is_one_visit(facts.stops):
        return _one_visit(facts)
    return _bulletin(facts)


def _bulletin(facts: NoticeFacts) -> list[str]:
    """Several visits, an item each (T2): of one unit, or of every unit in the name of the governorate."""
    stops = facts.stops
    vehicles, possessive = vehicles_of(stops, in_words=True)
    dates = facts.week or tuple(stop.date for stop in stops)
    first, last = min(dates), max(dates)
    span = days_in_words([first]) if first == last else f"خلال {bulletin_period(facts)} {period_in_words(first, last)}"
    intake = common(stop.last_intake for stop in stops)
    announces = f"{conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name}"
    lines = [f"{GREETING} {announces} عن أماكن تواجد {vehicles} ومواعيد عمل{possessive}، {span}."]
    for number, visit in enumerate(visits(stops), start=1):
        stop = visit[0]
        days = [one.date for one in visit]
        hours_told = hours_in_words(stop.starts_at, stop.ends_at)
        item = f"{item_opening(number)}: {where_and_whose(stop)}، {days_in_words(days)}، {hours_told}."
        if intake is None:
            item = f"{item} {_last_intake(stop)}".rstrip()
        lines.append(f"{item} ونكرر: {place_name(stop.place)}، {weekdays(days)}.")
    if intake:
        lines.append(f"وآخر موعد لاستقبال الطلبات {_everywhere(stops)} الساعة {time_in_words(intake)}.")
    documents = common(stop.documents for stop in stops)
    return [*lines, documents_to_bring(documents or ()), enquiries(facts), issued(facts)]


def _everywhere(stops: Sequence[StopFacts]) -> str:
    """Of what the last intake is one: «في جميع الأماكن», «في المكانين»; of one place, «في الموعدين», «في جميع المواعيد»."""
    places, items = len({(stop.place, stop.landmark) for stop in stops}), len(visits(stops))
    if places > 2:
        return "في جميع الأماكن"
    if places == 2:
        return "في المكانين"
    return "في الموعدين" if items == 2 else "في جميع المواعيد"


def _one_visit(facts: NoticeFacts) -> list[str]:
    """One visit: the services give way first, whole, before the place, the hours and the documents do.

    Their number alone would tell a listener nothing.
    """
    stop = facts.stops[0]
    days = [one.date for one in facts.stops]
    hours = hours_in_words(stop.starts_at, stop.ends_at)
    announces = f"{conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name}"
    presence = f"تواجد {vehicles_at(stop, in_words=True)} ب{where_in_words(stop)}"
    opening = f"{GREETING} {announces} عن {presence}، وذلك {days_in_words(days)}، {hours}."
    again = f"ونكرر: {place_name(stop.place)}، {weekdays(days)}"
    services = _services(stop)
    documents, payments, asking = documents_to_bring(stop.documents), _payments(stop), enquiries(facts)
    intake, issue = _last_intake(stop), issued(facts)
    return first_in_time(
        facts,
        [opening, f"{again}، {hours}.", intake, *services, documents, payments, asking, issue],
        [opening, f"{again}.", intake, *services, documents, asking, issue],
        [opening, f"{again}.", intake, documents, asking, issue],
        [opening, f"{again}.", intake, documents, issue],
    )


def _last_intake(stop: StopFacts) -> str:
    return f"وآخر موعد لاستقبال الطلبات الساعة {time_in_words(stop.last_intake)}." if stop.last_intake else ""


def _services(stop: StopFacts) -> list[str]:
    return [f"{heading}: {join_phrases(names)}." for heading, names in services_given(stop, spoken=True)]


def _payments(stop: StopFacts) -> str:
    return f"ويمكن السداد {join_phrases(stop.payments, 'أو')}." if stop.payments else ""


# --- changes ---------------------------------------------------------------------------------------------------------


def _change(facts: NoticeFacts) -> list[str]:
    announces = f"{GREETING} {conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name} عن"
    fallback, intake = fallback_sentence(facts), _intake_of_all(facts)
    asking, issue = enquiries(facts), issued(facts)
    if len(facts.changes) == 1:
        change = facts.changes[0]
        found = differences(change)
        old_place, new_place = "", place_in_words(change.after.place)
        if found.place:
            old_place, new_place = move_in_words(change.before.place, change.after.place)
        what = subject(
            found,
            old_place=old_place,
            new_place=new_place,
            is_correction=facts.is_correction,
            vehicles=vehicles_at(change.before, in_words=True),
        )
        corrected = _corrected(change, found, facts.is_correction)
        same = unchanged(change, found, with_time=False)
        others = still_there(change.before)
        shortest = [f"{announces} {what}{cause_of_change(found, facts.cause)}.", *corrected, others]
        news = [*shortest, same]
        again, briefly = (_again(change, found, facts.is_correction, briefly=brief) for brief in (False, True))
        return first_in_time(
            facts,
            [*news, again, fallback, intake, asking, issue],
            [*news, briefly, fallback, intake, asking, issue],
            [*news, briefly, fallback, intake, issue],
            [*news, briefly, intake, issue],
            [*news, briefly, issue],
            [*shortest, briefly, issue],
            *_shorter([f"{announces} {what}.", *corrected, others, briefly, issue], found),
        )
    if sets_what_was_put_off(facts):
        new, old = "مواعيد جديدة", "مواعيد سبق تأجيلها"
        if len(facts.changes) == 2:
            new, old = "موعدين جديدين", "موعدين سبق تأجيلهما"
        cause = f" بسبب {facts.cause}" if facts.cause else ""
        lines = [f"{announces} تحديد {new} لتواجد {CENTRE}، بدلًا من {old}{cause}، على النحو الآتي."]
    else:
        act = CORRECT if facts.is_correction else CHANGE
        lines = [f"{announces} {act} مواعيد معلنة لتواجد {CENTRE}{because_of(facts.cause)}، على النحو الآتي."]
    ordered = sorted(
        facts.changes, key=lambda change: (change.before.date, change.before.starts_at, change.before.place.name)
    )
    for number, change in enumerate(ordered, start=1):
        found = differences(change)
        whose = whose_visit(change.before, in_words=True)
        where = f"{place_in_words(change.before.place)}{f'، {whose}' if whose else ''}"
        title = f"{item_opening(number)}: {where}."
        moved = _moved(change, facts.is_correction) if found.place else ""
        same = unchanged(change, found, with_time=False)
        again = _again(change, found, facts.is_correction, briefly=True)
        item = [title, moved, *_corrected(change, found, facts.is_correction), same, again]
        steps = [without("ولا تغيير "), *details_of(found), *_LAST_STEPS]
        lines.append(" ".join(filter(None, fitted(item, steps, SECONDS_PER_VISIT))))
    return [*lines, fallback, intake, asking, issue]


def _shorter(script: list[str], found: Differences) -> Iterator[list[str]]:
    """The script of one change, then without one detail more each time."""
    yield script
    for step in (*details_of(found), *_LAST_STEPS):
        script = step(script)
        yield script


def _corrected(change: ChangeFacts, found: Differences, is_mistake: bool) -> list[str]:
    """A sentence for everything that changed, with what was and what is; of a mistake, what was told and what is right.

    What was told by mistake never was, so nothing has become otherwise: «والصحيح أن …» stands where «وأصبح …» does.
    """
    before, after = change.before, change.after
    lines = []
    if found.was_postponed and not (found.date or found.hours):
        lines.append(f"والموعد هو المعلن قبل التأجيل، {_when(after)}.")
    elif found.was_postponed:
        # The hours it had then are of no use to a listener, and take their time.
        lines.append(
            f"كان الموعد، قبل تأجيله، {days_in_words([before.date])}، وأصبح {_new_when(change, found, told=False)}."
        )
    elif found.when:
        was, now = ("الموعد المعلن", "والصحيح") if is_mistake else ("الموعد", "وأصبح")
        lines.append(f"كان {was} {_when(before)}، {now} {_new_when(change, found)}.")
    else:
        lines.append(f"والموعد كما هو، {_when(before)}.")
    if found.place:
        now = "والمكان الصحيح" if is_mistake else "وأصبح مكان التواجد"
        lines.append(f"{now} {after.landmark}." if after.landmark else "")
    elif found.landmark:
        lines.append(_new_landmark(before.landmark, after.landmark, is_mistake))
    if found.last_intake:
        lines.append(_new_last_intake(change, is_mistake, with_old=not found.hours))
    if found.added:
        lines.append(f"وأُضيف إلى الخدمات ما يلي: {join_phrases([service.name for service in found.added])}.")
    if found.removed:
        gone = join_phrases([service.name for service in found.removed])
        lines.append(f"ولا تتوفر في هذا الموعد {services_following(len(found.removed))}: {gone}.")
    for only, group in by_limit(found):
        limited = join_phrases([without_receiving(service.name) for service in group])
        lines.append(f"وتقتصر {services_following(len(group))} على {only}: {limited}.")
    if altered_otherwise(found):
        lines.append(_altered(change, altered_otherwise(found), is_mistake))
    if found.documents:
        documents = "والصحيح أن المستندات المطلوبة هي" if is_mistake else "وأصبحت المستندات المطلوبة"
        needed = f"{documents}: {join_phrases(after.documents)}."
        lines.append(needed if after.documents else "ولم تعد المستندات المطلوبة محددة.")
    if found.payments:
        payments = f"{'والصحيح أن السداد يكون' if is_mistake else 'وأصبح السداد'} {join_phrases(after.payments, 'أو')}."
        lines.append(payments if after.payments else "ولا يتاح السداد في هذا الموعد.")
    if found.issuer:
        unit, old = f"الجهة المسئولة عن {the_vehicles(after)}", change.issuer_before
        now = f"والصحيح أن {unit} هي" if is_mistake else f"وأصبحت {unit}"
        lines.append(f"{now} {change.issuer_after}، {'وليست' if is_mistake else 'بدلًا من'} {old}.")
    return lines


def _altered(change: ChangeFacts, services: Sequence[tuple[ServiceFacts, ServiceFacts]], is_mistake: bool) -> str:
    """How the services that give more now are given."""
    was, now = ("والمعلن أنه", "والصحيح أنه") if is_mistake else ("وكان", "وأصبح")
    altered = [
        f"{new.name}، {was} {_outcome(change.before, old)}، {now} {_outcome(change.after, new)}"
        for old, new in services
    ]
    return f"{'ويُصوَّب' if is_mistake else 'وتغيّر'} أسلوب تقديم ما يلي: {join_phrases(altered)}."


def _outcome(stop: StopFacts, service: ServiceFacts) -> str:
    """«يُستلم طلبه فقط», «يُنجز في السيارتين»; of a service that not every vehicle gives, where it is given so."""
    if service.in_some or service.outcome not in _OUTCOME_VERBS:
        return outcome_at(stop, service)
    return _OUTCOME_VERBS[service.outcome]


def _moved(change: ChangeFacts, is_mistake: bool) -> str:
    """Where the vehicle stands now, or those that stand together, in an item that is headed by the village of old."""
    if is_mistake:
        return f"والصحيح أن تواجد {the_vehicles(change.before)} ب{place_in_words(change.after.place)}."
    return f"نُقل تواجد {the_vehicles(change.before)} إلى {place_in_words(change.after.place)}."


def _when(stop: StopFacts) -> str:
    return f"{days_in_words([stop.date])}، {hours_in_words(stop.starts_at, stop.ends_at)}"


def _new_when(change: ChangeFacts, found: Differences, *, told: bool = True) -> str:
    """What is now; «في المواعيد نفسها» only where the hours of old have just been `told`."""
    if not found.date:
        return f"في اليوم نفسه، {hours_in_words(change.after.starts_at, change.after.ends_at)}"
    if told and not found.hours:
        return f"{days_in_words([change.after.date])}، في المواعيد نفسها"
    return _when(change.after)


def _new_landmark(before: str, after: str, is_mistake: bool) -> str:
    if not before:
        return f"ومكان التواجد {after}."
    if after and is_mistake:
        return f"كان المكان المعلن {before}، والصحيح {after}."
    return f"كان مكان التواجد {before}، وأصبح {after}." if after else f"ولم يعد مكان التواجد {before}."


def _new_last_intake(change: ChangeFacts, is_mistake: bool, *, with_old: bool) -> str:
    before, after = change.before.last_intake, change.after.last_intake
    if after is None:
        return "ولم يعد آخر موعد لاستقبال الطلبات محددًا."
    told = time_in_words(before) if before and with_old else ""
    if is_mistake:
        was = f"، لا الساعة {told}" if told else ""
        return f"والصحيح أن آخر موعد لاستقبال الطلبات الساعة {time_in_words(after)}{was}."
    was = f"، بعد أن كان الساعة {told}" if told else ""
    return f"وأصبح آخر موعد لاستقبال الطلبات الساعة {time_in_words(after)}{was}."


def _again(change: ChangeFacts, found: Differences, is_mistake: bool, *, briefly: bool) -> str:
    """«ونكرر»: the village again, with what is now true; `briefly`, without the hours when they are not news."""
    after = change.after
    place = place_name(after.place)
    if found.place and is_mistake:
        place = f"التواجد ب{place}، وليس ب{place_name(change.before.place)}"
    elif found.place:
        # «من … إلى …» alone would sound like the vehicle's route.
        place = f"نُقل التواجد من {place_name(change.before.place)} إلى {place}"
    elif found.landmark and after.landmark:
        place = f"{place}، {after.landmark}"
    if not found.when:
        return f"ونكرر: {place}، {weekdays([after.date])}."
    day = days_in_words([after.date]) if found.date else weekdays([after.date])
    if briefly and (found.was_postponed or not found.hours):
        return f"ونكرر: {place}، {day}."
    return f"ونكرر: {place}، {day}، {hours_in_words(after.starts_at, after.ends_at)}."


def _intake_of_all(facts: NoticeFacts) -> str:
    """The last intake as it stands, unless a sentence of the change has just told it."""
    if any(differences(change).last_intake for change in facts.changes):
        return ""
    intake = common(change.after.last_intake for change in facts.changes)
    return f"وآخر موعد لاستقبال الطلبات الساعة {time_in_words(intake)}." if intake else ""


# --- cancellations ---------------------------------------------------------------------------------------------------


def _cancellation(facts: NoticeFacts) -> list[str]:
    cause = f"، بسبب {facts.cause}،" if facts.cause else ""
    opening = f"{GREETING} {conjugate(Verb.ANNOUNCE, facts.issuer)} {facts.issuer.name} أنه{cause} أُلغي تواجد"
    fallback, issue = fallback_sentence(facts), issued(facts)
    if is_one_visit(facts.stops):
        stop = facts.stops[0]
        days = [one.date for one in facts.stops]
        hours = hours_in_words(stop.starts_at, stop.ends_at)
        # Two sentences: to the ear, «الذي كان مقررًا» after the village's markaz would belong to the markaz.
        put_off = "، قبل تأجيله،" if was_put_off(facts) else ""
        news = [
            f"{opening} {vehicles_at(stop, in_words=True)} ب{where_in_words(stop)}.",
            f"وكان التواجد مقررًا{put_off} {days_in_words(days)}، {hours}.",
            still_there(stop),
            _cancelled_again(stop, weekdays(days)),
        ]
        return first_in_time(
            facts,
            [*news, fallback, enquiries(facts), issue],
            [*news, fallback, issue],
            [*news, issue],
        )
    lines = [f"{opening} {CENTRE} في المواعيد الآتية."]
    for number, visit in enumerate(visits(facts.stops), start=1):
        stop = visit[0]
        days = [one.date for one in visit]
        hours = hours_in_words(stop.starts_at, stop.ends_at)
        item = f"{item_opening(number)}: {where_and_whose(stop, is_off=True)}، {days_in_words(days)}، {hours}."
        lines.append(f"{item} {_cancelled_again(stop, weekdays(days))}")
    return [*lines, fallback, enquiries(facts), issue]


def _cancelled_again(stop: StopFacts, days: str) -> str:
    return f"ونكرر: أُلغي تواجد {the_vehicles(stop)} ب{place_name(stop.place)}، {days}."


_WRITERS: Final[dict[NoticeKind, Callable[[NoticeFacts], list[str]]]] = {
    NoticeKind.ANNOUNCEMENT: _announcement,
    NoticeKind.BULLETIN: _bulletin,
    NoticeKind.CHANGE: _change,
    NoticeKind.POSTPONEMENT: postponement,
    NoticeKind.CANCELLATION: _cancellation,
    NoticeKind.URGENT: urgent,
    NoticeKind.RESUMPTION: resumption,
    NoticeKind.HOURS: hours,
}

"""From facts to text: the one door to the engine for everyone else.

`render_notice` writes a notice in one form; `notice_title` names it; `notice_marker` is how its post is recognised on a page.
Every text is composed from cleaned facts in Western digits and converted at the end.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from typing import Any, Final, TypeVar

from announcements.arabic import loudspeaker, radio, sms, written
from announcements.arabic.changes import CHANGE, CORRECT, SET, differences, subject
from announcements.arabic.dates import date_in_figures, days_in_figures
from announcements.arabic.digits import WESTERN, clean, convert
from announcements.arabic.errors import NothingToSay
from announcements.arabic.facts import Form, NoticeFacts, NoticeKind
from announcements.arabic.layout import PLAIN, SOCIAL, WHATSAPP, common, is_one_visit
from announcements.arabic.news import interruption_of, period_of, vehicles_of_unit
from announcements.arabic.phrases import (
    CENTRE,
    VEHICLE,
    citing,
    notice_number,
    place_label,
    sets_what_was_put_off,
    to_be_announced,
)
from announcements.arabic.spoken import speakable
from announcements.arabic.together import gathered, vehicles_at

# Codes and addresses are not language: they are never cleaned or spelt out.
_CODES: Final = frozenset({"uid", "code", "vehicle", "others", "page_url", "phone"})

Facts = TypeVar("Facts")


def render_notice(facts: NoticeFacts, form: Form, *, digits: str = WESTERN, with_still_valid: bool = False) -> str:
    """`facts` as one finished text.

    `digits` is "western" or "arabic"; a spoken form has none. `with_still_valid` adds to a SOCIAL or PLAIN text the
    paragraph that the other dates of the cited notice stand (other forms ignore it). Raises NothingToSay, TextTooLong (SMS
    only), and ValueError for an unknown digit set.
    """
    _require_news(facts)
    return _WRITERS[form](as_told(facts), digits, with_still_valid)


# --- a writer a form: cleaned facts, the digit set, and whether what stands is told too --------------------------------


def _social(facts: NoticeFacts, digits: str, with_still_valid: bool) -> str:
    return convert(written.write(facts, SOCIAL, digits=digits, with_still_valid=with_still_valid), digits)


def _plain(facts: NoticeFacts, digits: str, with_still_valid: bool) -> str:
    return convert(written.write(facts, PLAIN, digits=digits, with_still_valid=with_still_valid), digits)


def _whatsapp(facts: NoticeFacts, digits: str, _with_still_valid: bool) -> str:
    return convert(written.write(facts, WHATSAPP, digits=digits), digits)


def _sms(facts: NoticeFacts, digits: str, _with_still_valid: bool) -> str:
    return convert(sms.write(facts), digits)


def _radio(facts: NoticeFacts, _digits: str, _with_still_valid: bool) -> str:
    return radio.write(_each_text(facts, speakable))


def _loudspeaker(facts: NoticeFacts, _digits: str, _with_still_valid: bool) -> str:
    return loudspeaker.write(_each_text(facts, speakable))


_WRITERS: Final[dict[Form, Callable[[NoticeFacts, str, bool], str]]] = {
    Form.SOCIAL: _social,
    Form.WHATSAPP: _whatsapp,
    Form.SMS: _sms,
    Form.RADIO: _radio,
    Form.PLAIN: _plain,
    Form.LOUDSPEAKER: _loudspeaker,
}


def as_told(facts: NoticeFacts) -> NoticeFacts:
    """`facts` as every text is written from them, for whoever lays them out otherwise: `cleaned`, and `gathered`."""
    return gathered(cleaned(facts))


def cleaned(facts: Facts) -> Facts:
    """A copy of `facts` whose texts hold nothing invisible and no closing full stop."""
    return _each_text(facts, clean)


def made_speakable(facts: Facts) -> Facts:
    """`cleaned`, with every text in words that an announcer can read."""
    return _each_text(cleaned(facts), speakable)


def radio_script(facts: NoticeFacts) -> str:
    """The RADIO form: words only, for an announcer."""
    return render_notice(facts, Form.RADIO)


def notice_marker(facts: NoticeFacts, *, digits: str = WESTERN) -> str:
    """The head line of the SOCIAL and WHATSAPP texts, which no other notice's text contains.

    «إعلان رقم 5/2026 – الوحدة المحلية لمركز ومدينة سوهاج»: the word «رقم» guards it against 15/2026; the dash and the issuer
    guard it against a citation («بشأن الإعلان رقم 5/2026» is never followed by them) and against another unit's 5/2026.
    """
    return convert(written.head_line(_each_text(facts, clean)), digits)


def notice_title(facts: NoticeFacts, *, digits: str = WESTERN) -> str:
    """The notice in one line, for the subject of an e-mail or a feed: its number, what it does, where or when."""
    _require_news(facts)
    tidy = as_told(facts)
    about = f"، {citing(tidy)}" if tidy.cites else ""
    return convert(f"{notice_number(tidy)} – {_what(tidy)}{about}", digits)


# What a notice takes back, and what it tells of the day itself.
_TAKEN_BACK: Final = {NoticeKind.CANCELLATION: "إلغاء", NoticeKind.POSTPONEMENT: "تأجيل"}
_ON_THE_DAY: Final = {NoticeKind.URGENT: "توقف عمل", NoticeKind.RESUMPTION: "استئناف عمل"}


def _what(facts: NoticeFacts) -> str:
    if facts.kind is NoticeKind.CHANGE:
        if len(facts.changes) > 1:
            act = SET if sets_what_was_put_off(facts) else CORRECT if facts.is_correction else CHANGE
            return f"{act} مواعيد تواجد {CENTRE}"
        change = facts.changes[0]
        return subject(
            differences(change),
            old_place=place_label(change.before.place),
            new_place=place_label(change.after.place),
            is_correction=facts.is_correction,
            vehicles=vehicles_at(change.before),
        )
    if facts.kind is NoticeKind.HOURS:
        period = period_of(facts)
        return f"مواعيد عمل {vehicles_of_unit(period)} خلال {period.name}"
    if facts.kind in _ON_THE_DAY:
        stop = facts.stops[0]
        return (
            f"{_ON_THE_DAY[facts.kind]} {vehicles_at(stop)} ب{place_label(stop.place)}، {days_in_figures([stop.date])}"
        )
    taken_back = _TAKEN_BACK.get(facts.kind, "")
    places = {stop.place for stop in facts.stops}
    if len(places) == 1 and facts.kind is not NoticeKind.BULLETIN:
        vehicles = common(vehicles_at(stop) for stop in facts.stops) or VEHICLE
        where = f"{vehicles} ب{place_label(places.pop())}"
        if taken_back:
            count = 1 if is_one_visit(facts.stops) else len(facts.stops)
            until = f" {to_be_announced(count)}" if facts.kind is NoticeKind.POSTPONEMENT else ""
            return f"{taken_back} تواجد {where}{until}"
        return f"{'موعد' if len(facts.stops) == 1 else 'مواعيد'} تواجد {where}"
    if taken_back:
        return f"{taken_back} مواعيد لتواجد {CENTRE}"
    dates = facts.week or tuple(stop.date for stop in facts.stops)
    first, last = min(dates), max(dates)
    span = (
        f"يوم {date_in_figures(first)}" if first == last else f"من {date_in_figures(first)} حتى {date_in_figures(last)}"
    )
    return f"أماكن تواجد {CENTRE} ومواعيد عمله {span}"


def _require_news(facts: NoticeFacts) -> None:
    """Raise NothingToSay unless there is a stop to tell of, and every change is one that the public can see."""
    if facts.kind is NoticeKind.CHANGE:
        if not facts.changes:
            raise NothingToSay("a change notice needs changes")
        if not all(differences(change).any for change in facts.changes):
            raise NothingToSay("nothing the public was told has changed")
    elif facts.kind is NoticeKind.HOURS:
        period_of(facts)
    elif not facts.stops:
        raise NothingToSay("a notice needs stops")
    elif facts.kind in _ON_THE_DAY:
        interruption_of(facts)


def _each_text(facts: Facts, treat: Callable[[str], str]) -> Facts:
    """A copy of a dataclass of facts with `treat` applied to every text in it, codes and addresses apart."""
    return dataclasses.replace(
        facts,  # type: ignore[type-var]  # any dataclass instance
        **{
            field.name: _treated(getattr(facts, field.name), treat)
            for field in dataclasses.fields(facts)  # type: ignore[arg-type]  # as above
            if field.name not in _CODES
        },
    )


def _treated(value: Any, treat: Callable[[str], str]) -> Any:
    if isinstance(value, enum.Enum):
        return value
    if isinstance(value, str):
        return treat(value)
    if isinstance(value, tuple):
        return tuple(_treated(item, treat) for item in value)
    return _each_text(value, treat) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value

"""How times, dates, amounts and signs are written on public pages, in the reader's language and digits.

Numbers stand in <bdi>, so that no punctuation beside them is turned round in Arabic text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from announcements.arabic import digits as arabic_digits
from announcements.arabic.dates import month as arabic_month
from announcements.arabic.dates import weekday as arabic_weekday
from announcements.arabic.rhythm import every_weeks
from announcements.arabic.times import period

register = template.Library()

# From the first Arabic letter to the last before a Latin one.
_ARABIC = re.compile("[\u0600-\u06ff](?:[^A-Za-z]*[\u0600-\u06ff])?")
_WORD = re.compile(r"\S+")
_IN_ARABIC = '<span lang="ar" dir="rtl">{}</span>'
_LATIN_LETTER = re.compile("[A-Za-z]")
# From a Latin letter as far as no Arabic stands: an address with what belongs to it, «masrawy.com 2026-01-20 (2928592)».
_ADDRESS = re.compile(r"[A-Za-z](?:[^\u0600-\u06ff()]|\([^\u0600-\u06ff()]*\))*(?<![\s;,.])")
_IN_LATIN = '<bdi lang="en" dir="ltr">{}</bdi>'


def _in_arabic() -> bool:
    return (get_language() or settings.LANGUAGE_CODE).startswith("ar")


@register.filter
def digits(value: object) -> str:
    """`value` with its digits in the set the installation has chosen (Arabic pages only)."""
    text = str(value)
    return arabic_digits.convert(text, settings.ARABIC_DIGITS) if _in_arabic() else text


@register.filter
def text(value: object) -> SafeString:
    """A name or a text out of the data, as it stands on a page.

    On an Arabic page its digits are those of the installation, but for words with Latin letters: of an address they are a part.
    On an English page what there is in Arabic alone is marked as such, for screen readers and for the order of its signs.
    """
    if not _in_arabic():
        parts, end = [], 0
        for found in _ARABIC.finditer(str(value)):
            parts += [escape(str(value)[end : found.start()]), format_html(_IN_ARABIC, found.group())]
            end = found.end()
        return mark_safe("".join([*parts, escape(str(value)[end:])]))  # noqa: S308  # reason: every part is escaped
    return escape(_WORD.sub(lambda word: _unless_latin(word.group()), str(value)))


def _unless_latin(word: str) -> str:
    return word if _LATIN_LETTER.search(word) else digits(word)


@register.filter
def source(value: object) -> SafeString:
    """Where a detail is from: `text`, but an address on an Arabic page stays in one piece, its digits as they are typed."""
    if not _in_arabic():
        return text(value)
    parts, end = [], 0
    for found in _ADDRESS.finditer(str(value)):
        parts += [text(str(value)[end : found.start()]), format_html(_IN_LATIN, found.group())]
        end = found.end()
    return mark_safe("".join([*parts, text(str(value)[end:])]))  # noqa: S308  # reason: every part is escaped


@register.filter
def lang_of(value: object) -> SafeString:
    """The attributes that mark a text in Arabic alone on an English page, where no element may stand around it."""
    is_foreign = not _in_arabic() and _ARABIC.search(str(value)) is not None
    return SafeString(' lang="ar" dir="rtl"' if is_foreign else "")


@register.filter
def number(value: object) -> SafeString:
    """A number, code or telephone number that keeps its own order inside Arabic text."""
    return format_html("<bdi>{}</bdi>", digits(value))


@register.filter
def plain(value: object) -> str:
    """A date or another value of these tags for a title or an attribute, where no markup can stand."""
    return strip_tags(str(value))


@register.simple_tag
def titled(*parts: object) -> str:
    """The title of a page: its name, and what it is narrowed down to, as far as that is given."""
    return digits(" – ".join(str(part) for part in parts if part))


@register.simple_tag
def clock(time: dt.time) -> SafeString:
    """«9:00 صباحًا», “9:00 am”; a line never ends between the two."""
    figures = f"{time.hour % 12 or 12}:{time.minute:02d}"
    part = period(time) if _in_arabic() else "am" if time.hour < 12 else "pm"
    return format_html("<bdi>{}</bdi>\N{NO-BREAK SPACE}{}", digits(figures), part)


def plain_clock(time: dt.time) -> str:
    """The same for plain text: «9:00 صباحًا», “9:00 am”."""
    return plain(clock(time)).replace("\N{NO-BREAK SPACE}", " ")


@register.simple_tag
def hours(stop: object) -> SafeString:
    """«من 9:00 صباحًا حتى 2:00 ظهرًا» of anything that has `starts_at` and `ends_at`."""
    start, end = clock(stop.starts_at), clock(stop.ends_at)  # type: ignore[attr-defined]
    return mark_safe(_("from %(start)s to %(end)s") % {"start": start, "end": end})  # noqa: S308  # reason: both are escaped


@register.simple_tag
def day(date: dt.date, today: dt.date | None = None) -> SafeString:
    """«الأحد 29 نوفمبر», “Sunday 29 November”; with the year when it is not that of `today`."""
    year = f" {date.year}" if today is None or date.year != today.year else ""
    if _in_arabic():
        return format_html(
            "{} <bdi>{}</bdi> {}{}", arabic_weekday(date), digits(date.day), arabic_month(date), digits(year)
        )
    return format_html("{}{}", date_format(date, "l j F"), year)


@register.simple_tag
def rhythm(found: object) -> str:
    """«يوم الأحد من كل أسبوع», “every Sunday”, “every 2 weeks on Sunday and Monday” of a `schedules.rhythm.Rhythm`."""
    days, every = found.days, found.every  # type: ignore[attr-defined]
    if _in_arabic():
        return every_weeks(days, every)
    names = [date_format(each, "l") for each in days]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"every {listed}" if every == 1 else f"every {every} weeks on {listed}"


@register.simple_tag
def short_day(date: dt.date, today: dt.date | None = None) -> SafeString:
    """«29 نوفمبر»: without the weekday; with the year when it is not that of `today`."""
    year = f" {date.year}" if today is None or date.year != today.year else ""
    month = arabic_month(date) if _in_arabic() else date_format(date, "F")
    return format_html("<bdi>{}</bdi> {}{}", digits(date.day), month, digits(year))


def plain_day(date: dt.date) -> str:
    """«29 نوفمبر 2026», “29 November 2026” where no markup can stand."""
    if _in_arabic():
        return digits(f"{date.day} {arabic_month(date)} {date.year}")
    return date_format(date, "j F Y")


@register.simple_tag
def month_name(date: dt.date) -> SafeString:
    """«نوفمبر 2026»."""
    month = arabic_month(date) if _in_arabic() else date_format(date, "F")
    return format_html("{} {}", month, digits(date.year))


@register.simple_tag
def moment(instant: dt.datetime, today: dt.date | None = None) -> SafeString:
    """A local date and time: «الأحد 22 نوفمبر، 10:42 صباحًا»."""
    local = timezone.localtime(instant)
    parts = {"day": day(local.date(), today), "time": clock(local.time())}
    return mark_safe(_("%(day)s, %(time)s") % parts)  # noqa: S308  # reason: both are escaped


@register.filter
def column(date: dt.date) -> int:
    """The column of a day in a grid of weeks that begin on Saturday (`sohag_mobile.weeks`): 1 to 7."""
    return (date.isoweekday() + 1) % 7 + 1


@register.filter
def days_after(date: dt.date, today: dt.date) -> int:
    """How many days `date` is after `today`."""
    return (date - today).days


@register.filter
def money(amount: Decimal | None) -> SafeString:
    """An amount in pounds without useless decimals: «1,000», «12.50»; "" for one that is not known."""
    if amount is None:
        return SafeString("")
    whole = amount == amount.to_integral_value()
    return number(f"{amount:,.0f}" if whole else f"{amount:,.2f}")


@register.filter
def beyond(papers: Iterable[Any], general: Iterable[str]) -> list[Any]:
    """The papers of a service without those that every service asks for, which are named once."""
    named = set(general or ())
    return [paper for paper in papers if paper.text not in named]


@register.filter
def plural_number(amount: Decimal | None) -> int:
    """The whole number whose plural form the noun after `amount` takes; a fraction is followed by the plain noun, as 100 is."""
    if amount is None:
        return 0
    return int(amount) if amount == amount.to_integral_value() else 100


@register.simple_tag
def sign(name: str) -> SafeString:
    """A drawn sign from `components/signs.html`; the words beside it say the same."""
    return format_html('<svg aria-hidden="true"><use href="#{}"/></svg>', conditional_escape(name))


@register.simple_tag
def times(stop: object) -> str:
    """When a stop reads differently, in seconds since 1970: opening, last intake, end. For the worker on devices."""
    moments = (stop.starts, stop.last_intake_moment, stop.ends)  # type: ignore[attr-defined]
    return " ".join(str(int(moment.timestamp())) for moment in moments)


@register.filter
def reason(revision: object) -> str:
    """Why a fact was changed or withdrawn, as it follows «بسبب»; "" when nothing was said."""
    phrase: str = revision.cause_ar  # type: ignore[attr-defined]
    if _in_arabic() or not revision.cause:  # type: ignore[attr-defined]
        return phrase
    return str(revision.get_cause_display())  # type: ignore[attr-defined]

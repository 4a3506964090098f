"""One text, read once for all rules."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator
from typing import Final

from announcements.arabic.digits import ARABIC, WESTERN, convert
from announcements.arabic.facts import Form, NoticeFacts, StopFacts
from announcements.arabic.findings import Finding, finding
from announcements.arabic.geography import NOWHERE, Geography
from announcements.arabic.phrases import OF_THE_DAY
from announcements.arabic.reading.dates import DateReading, DayPhrase, read_day_phrases, read_lone_dates
from announcements.arabic.reading.times import TimeReading, read_times
from announcements.arabic.reading.tokens import Kind, Token, tokenise
from announcements.arabic.spoken import WORDS_PER_MINUTE

_EASTERN_DIGIT: Final = re.compile(r"[٠-٩۰-۹]")
_WESTERN_DIGIT: Final = re.compile(r"[0-9]")
_NUMBERED: Final = re.compile(r"^[0-9]+/([0-9]{4})$")


class ParsedText:
    """A text with its tokens, hours and dates, and what is known about it. `form`, `facts` and `geography` may be None."""

    def __init__(
        self,
        text: str,
        form: Form | None = None,
        facts: NoticeFacts | None = None,
        geography: Callable[[], Geography] | None = None,
        words_per_minute: int = WORDS_PER_MINUTE,
    ) -> None:
        self.text = text
        self.form = form
        self.facts = facts
        self.words_per_minute = words_per_minute
        self._look_up_geography = geography
        self.tokens: list[Token] = tokenise(text)
        self.keys: list[str] = [token.key for token in self.tokens]
        self.digits = ARABIC if _EASTERN_DIGIT.search(text) and not _WESTERN_DIGIT.search(text) else WESTERN

    @functools.cached_property
    def geography(self) -> Geography:
        """Where the governorate's places lie; looked up when a text speaks of it, which hardly any does."""
        return self._look_up_geography() if self._look_up_geography else NOWHERE

    @functools.cached_property
    def times(self) -> list[TimeReading]:
        return read_times(self.tokens)

    @functools.cached_property
    def phrases(self) -> list[DayPhrase]:
        return read_day_phrases(self.tokens)

    @functools.cached_property
    def lone_dates(self) -> list[DateReading]:
        return read_lone_dates(self.tokens, self.phrases)

    @functools.cached_property
    def stops(self) -> list[StopFacts]:
        """Every stop the facts speak of, whatever they say of it."""
        if self.facts is None:
            return []
        facts = self.facts
        told = [stop for change in facts.changes for stop in (change.before, change.after)]
        later = facts.interruption.continuation if facts.interruption else None
        others = [*facts.still_valid, *facts.also_cancelled, *facts.also_postponed, *facts.also_stopped]
        return [*facts.stops, *told, *([later] if later else []), *others]

    @functools.cached_property
    def dates(self) -> frozenset[dt.date]:
        """Every date the facts speak of. A first day that is not known yet is none."""
        if self.facts is None:
            return frozenset()
        days = {stop.date for stop in self.stops} | set(self.facts.week)
        if self.facts.hours and not self.facts.hours.is_provisional:
            days |= {self.facts.hours.starts_on, self.facts.hours.ends_on}
        if self.facts.issued_at:
            days.add(self.facts.issued_at.date())
        return frozenset(days)

    @functools.cached_property
    def years(self) -> frozenset[int]:
        """The years a date without its year may be of: those of the facts, else of other dates, else of notices' numbers."""
        if self.facts is not None:
            return frozenset({self.facts.year, *(day.year for day in self.dates)})
        dates = [date for phrase in self.phrases for reading in phrase.readings for date in reading]
        return frozenset(date.year for date in [*dates, *self.lone_dates] if date.year is not None)

    @functools.cached_property
    def notice_years(self) -> frozenset[int]:
        """The years in notices' numbers («إعلان رقم 5/2026»)."""
        found = (_NUMBERED.match(token.key) for token in self.tokens if token.kind is Kind.NUMBER)
        return frozenset(int(match[1]) for match in found if match)

    def years_for(self, date: DateReading) -> frozenset[int]:
        """The years `date` may be of, when it names none; empty when nothing tells. A January may be of the next year."""
        if self.facts is not None:
            exact = {day.year for day in self.dates if (day.day, day.month) == (date.day, date.month)}
            return frozenset(exact) or self.years
        if self.years:
            return self.years
        following = {year + 1 for year in self.notice_years} if date.month <= 3 else set()
        return self.notice_years | following

    @functools.cached_property
    def is_urgent(self) -> bool:
        """Whether this is news of a breakdown during the day, or of its end: the texts that may say «اليوم»."""
        if self.facts is not None:
            return self.facts.kind in OF_THE_DAY
        return any(self.keys[i : i + 2] == ["تنويه", "عاجل"] for i in range(len(self.keys) - 1))

    @functools.cached_property
    def sentences(self) -> dict[int, list[int]]:
        """The tokens of each sentence, by its number."""
        tokens: dict[int, list[int]] = {}
        for position, token in enumerate(self.tokens):
            tokens.setdefault(token.sentence, []).append(position)
        return tokens

    def key(self, position: int) -> str:
        """The key at `position`, or "" outside the text."""
        return self.keys[position] if 0 <= position < len(self.keys) else ""

    def raw(self, first: int, last: int | None = None) -> str:
        """The text of tokens `first` to `last` (inclusive), as written."""
        return self.text[self.tokens[first].start : self.tokens[first if last is None else last].end]

    def report(self, code: str, first: int, last: int | None = None, suggestion: str = "", **values: object) -> Finding:
        """The finding `code` at tokens `first` to `last` (inclusive), in the digits of the text."""
        start, end = self.tokens[first].start, self.tokens[first if last is None else last].end
        told = {name: convert(str(value), self.digits) for name, value in values.items()}
        return finding(self.text, code, start, end, convert(suggestion, self.digits), **told)


Findings = Iterator[Finding]

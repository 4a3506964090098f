"""How a cell reads: text into a value, and a value into the text that an export shows. What goes out comes back the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from announcements.arabic.digits import clean
from schedules.search import fold
from sohag_mobile.forms import CountField, LocalDateField, LocalTimeField, tidy_line, western_digits

SEPARATOR = "؛"
_LISTED = re.compile(r"[؛;|\n]+")
_YES = frozenset({"نعم", "yes", "y", "1", "true", "صح", "صحيح", "x", "✓", "√"})
_NO = frozenset({"لا", "no", "n", "0", "false", "خطا", ""})
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00)?\Z")
_BEGINNING_OF_EXCEL = re.compile(r"\A(?:1899-12-3[01]|1900-01-0[01])[ T]")
_WITH_SECONDS = re.compile(r"\A(\d{1,2}:\d{2}):00(?:\.0+)?(?=\D*\Z)")
_VOWELS = re.compile("[\u064b-\u0652\u0640]")
_NUMBER = re.compile(r"\A\d+(?:\.\d+)?\Z")
# Numbers that a spreadsheet shows as days: from 1954 to 2119.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_DAY_ZERO = dt.date(1899, 12, 30)
_WORD_BEFORE_HALF = re.compile(r"\A(?:الساعة|الساعه)\s+")


def refusal(error: ValidationError) -> ValueError:
    """A sentence of a form field, as the machinery of rows wants it."""
    return ValueError(" ".join(error.messages))


class TextWidget(Widget):
    """One line of text; what cannot be seen is left out."""

    def __init__(self, *, longest: int = 300, cleaned: bool = False) -> None:
        super().__init__()
        self.longest = longest
        self.cleaned = cleaned

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = clean(str(value)) if self.cleaned else tidy_line(str(value))
        if len(text) > self.longest:
            raise ValueError(
                _("The text has %(length)d characters; at most %(longest)d fit.")
                % {"length": len(text), "longest": self.longest}
            )
        return text


class LinesWidget(Widget):
    """Text of several lines."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return "\n".join(tidy_line(line) for line in str(value).strip().splitlines())


class DateWidget(Widget):
    """A day: ISO, day before month, in either digit set, or the number by which a spreadsheet keeps it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        text = _MIDNIGHT.sub("", western_digits(str(value)))
        if _NUMBER.match(text) and _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
            return _DAY_ZERO + dt.timedelta(days=int(float(text)))
        try:
            day: dt.date | None = LocalDateField(required=False).clean(text)
        except ValidationError:
            raise ValueError(
                _("“%(value)s” is not a date. Write the day, the month and the year: 29/11/2026 or 2026-11-29.")
                % {"value": text}
            ) from None
        return day

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class TimeWidget(Widget):
    """An hour of the day: «9:00 ص», 14:30, in either digit set, or the part of a day by which a spreadsheet keeps it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.time | None:
        text = _VOWELS.sub("", _BEGINNING_OF_EXCEL.sub("", western_digits(str(value))))
        text = _WITH_SECONDS.sub(r"\1", _WORD_BEFORE_HALF.sub("", text))
        if text.startswith("0.") and _NUMBER.match(text) and len(text) > 4:
            minutes = round(float(text) * 24 * 60)
            return dt.time(minutes // 60 % 24, minutes % 60)
        try:
            hour: dt.time | None = LocalTimeField(required=False).clean(text)
        except ValidationError as error:
            if any(each.code == "ambiguous" for each in error.error_list):
                raise refusal(error) from None
            raise ValueError(_("“%(value)s” is not an hour. Write it as 14:30 or 9:00 ص.") % {"value": text}) from None
        return hour

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat("minutes") if value else ""


class CoordinateWidget(Widget):
    """Degrees with five decimals, in either digit set and with either decimal point."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        text = western_digits(str(value)).replace("٫", ".").replace("−", "-").removesuffix("°").strip()
        if text.count(",") == 1 and "." not in text:
            text = text.replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(_("“%(value)s” is not a number.") % {"value": text}) from None
        if not number.is_finite() or abs(number) > self.limit:
            raise ValueError(
                _("“%(value)s” does not lie between -%(limit)d and %(limit)d.") % {"value": text, "limit": self.limit}
            )
        return number.quantize(Decimal("0.00001"))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{Decimal(value):.5f}"


class CountWidget(Widget):
    """A whole number, in either digit set, with or without separators of thousands."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = western_digits(str(value))
        try:
            number: int | None = CountField().clean(text)
        except ValidationError:
            raise ValueError(_("“%(value)s” is not a number.") % {"value": text}) from None
        return number


class YesNoWidget(Widget):
    """«نعم» or «لا»; empty means no."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        word = western_digits(str(value)).casefold()
        if word in _YES or fold(word) in _YES:
            return True
        if word in _NO or fold(word) in _NO:
            return False
        raise ValueError(
            _("“%(value)s” is neither yes nor no. Write «نعم» or «لا».") % {"value": tidy_line(str(value))}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "نعم" if value else "لا"


def in_every_language(text: str | Promise) -> tuple[str, ...]:
    """How `text` reads in each language of the product."""
    words = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words.append(str(text))
    return tuple(words)


class ChoiceWidget(Widget):
    """One of a closed list, by its word in either language or by its technical value."""

    def __init__(self, choices: Mapping[Any, str | Promise], others: Mapping[str, Any] | None = None) -> None:
        """`others` are further words that people write for a choice."""
        super().__init__()
        self.choices = choices
        self._keys = {fold(word): key for word, key in (others or {}).items()}
        self._keys |= {
            fold(word): key for key, label in choices.items() for word in (str(key), *in_every_language(label))
        }

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        wanted = fold(str(value))
        if not wanted:
            return None
        if wanted not in self._keys:
            raise ValueError(
                _("“%(value)s” is not known here. Write one of: %(known)s.")
                % {"value": tidy_line(str(value)), "known": "، ".join(str(label) for label in self.choices.values())}
            )
        return self._keys[wanted]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value in (None, "") else str(self.choices.get(value, value))


class RowWidget(Widget):
    """Another row of the database, found by `find`, which raises ValueError with the sentence that refuses; shown by `show`."""

    def __init__(self, find: Callable[[str], Any], show: Callable[[Any], str]) -> None:
        super().__init__()
        self.find = find
        self.show = show

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = tidy_line(str(value))
        return self.find(text) if text else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.show(value)


class RowsWidget(RowWidget):
    """Several of them, with «؛» between; a tuple in the order of their keys."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> tuple[Any, ...]:
        parts = (tidy_line(part) for part in _LISTED.split(str(value)))
        found = {each.pk: each for part in parts if part for each in self._many(self.find(part))}
        return tuple(found[key] for key in sorted(found))

    def _many(self, found: Any) -> tuple[Any, ...]:
        return found if isinstance(found, tuple) else (found,)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{SEPARATOR} ".join(self.show(each) for each in sorted(value or (), key=lambda each: each.pk))


class TextListWidget(Widget):
    """Several lines of text in one cell, with «؛» between."""

    def __init__(self, *, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> tuple[str, ...]:
        one = TextWidget(longest=self.longest)
        return tuple(filter(None, (one.clean(part) for part in _LISTED.split(str(value)))))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        # What has the separator in itself comes back as two, so it is written with the Arabic comma.
        return f"{SEPARATOR} ".join(tidy_line(_LISTED.sub("، ", text)) for text in value or ())

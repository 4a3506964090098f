"""Form fields that understand what clerks type: either digit set, hours with or without minutes, «ص» and «م»."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_WESTERN = {ord(digit): str(index % 10) for index, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
# Marks that come along with text copied from Word or Facebook and that no parser expects.
_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\ufeff"))
_JOINERS = "\u200c\u200d\x00"
# An hour with a single figure after the point: half past nine, or five past?
_HALF_AN_HOUR = re.compile(r"^\d{1,2}[.,٫]\d(?!\d)")
_TWELVE_IN_THE_MORNING = re.compile(r"^12(?:[:.]\d{1,2})?$")
_IN_THOUSANDS = re.compile(r"\d{1,3}(?:[,٬\s]\d{3})+\Z")
_HALF_OF_DAY = re.compile(
    r"^(?P<clock>[\d:.]+)\s*(?P<half>ص|صباحا|صباحًا|م|مساء|مساءً|ظهرا|ظهرًا|عصرا|عصرًا|am|pm)\.?$", re.I
)
_BEFORE_NOON = ("ص", "صباحا", "صباحًا", "am")

TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M", "%H", "%I:%M %p", "%I %p"]
DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]


def western_digits(value: Any) -> Any:
    """`value`, if it is text, with Western digits and without invisible marks."""
    return value.translate(_WESTERN | _INVISIBLE).strip() if isinstance(value, str) else value


def tidy_line(text: str) -> str:
    """`text` on one line without what nobody sees: controls, marks of direction, characters that are none.

    The joiners stay, which some names need, and NUL, which a field refuses by itself.
    """
    return " ".join(
        "".join(
            " " if character.isspace() else character
            for character in text
            if character.isspace()
            or character in _JOINERS
            or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        ).split()
    )


class LineField(forms.CharField):
    """One line of text that may reach the public: what cannot be seen is left out of it."""

    def to_python(self, value: Any) -> str:
        return tidy_line(super().to_python(value) or "")


class LocalDateField(forms.DateField):
    """A date as `2026-11-29` or `29/11/2026`, in either digit set."""

    def __init__(self, *, input_formats: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(input_formats=input_formats or DATE_FORMATS, **kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        return super().to_python(western_digits(value))


class LocalTimeField(forms.TimeField):
    """A wall-clock time as `14:30`, `14.30`, `9`, «2:30 م», in either digit set."""

    def __init__(self, *, input_formats: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(input_formats=input_formats or TIME_FORMATS, **kwargs)

    def to_python(self, value: Any) -> dt.time | None:
        value = western_digits(value)
        if isinstance(value, str) and _HALF_AN_HOUR.match(value):
            raise ValidationError(
                _("“%(time)s” can be read in two ways. Write hours and minutes, such as 9:30 or 9:05."),
                code="ambiguous",
                params={"time": value},
            )
        if isinstance(value, str) and (match := _HALF_OF_DAY.match(value)):
            if match["half"].lower() in _BEFORE_NOON and _TWELVE_IN_THE_MORNING.match(match["clock"]):
                raise ValidationError(
                    _("“%(time)s” can be read as midnight or as noon. Write 00:00 or 12:00."),
                    code="ambiguous",
                    params={"time": value},
                )
            half = "AM" if match["half"].lower() in _BEFORE_NOON else "PM"
            value = f"{match['clock'].replace('.', ':')} {half}"
        return super().to_python(value)


class LocalDateTimeField(forms.DateTimeField):
    """A moment on the wall clock of the current time zone, in either digit set."""

    def to_python(self, value: Any) -> dt.datetime | None:
        return super().to_python(western_digits(value))


class CountField(forms.IntegerField):
    """A whole number that is not negative, in either digit set, with or without separators of thousands. May stay empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "count"})
        )
        super().__init__(required=False, min_value=0, **kwargs)

    def to_python(self, value: Any) -> int | None:
        value = western_digits(value)
        if isinstance(value, str) and _IN_THOUSANDS.match(value):
            value = "".join(character for character in value if character.isdecimal())
        return super().to_python(value)


class RowSelect(AutocompleteSelect):
    """The admin's search-as-you-type choice, which survives an address or a form that names no row at all, and has a name."""

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "js/choice.js"])  # in this order

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [key for key in value if is_row_key(key)], attrs)


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows of a table, of which a forged key is no row and no error of ours."""

    def _check_values(self, value: Any) -> Any:
        for key in value:
            if not is_row_key(key):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": key}
                )
        return super()._check_values(value)  # type: ignore[misc]


def is_row_key(value: Any) -> bool:
    """Whether `value` can be the primary key of a row."""
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) < 2**63

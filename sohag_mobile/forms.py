"""Form fields that understand what clerks type: either digit set, hours with or without minutes, «ص» and «م»."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms

_WESTERN = {ord(digit): str(index % 10) for index, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
# Marks that come along with text copied from Word or Facebook and that no parser expects.
_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\ufeff"))
_HALF_OF_DAY = re.compile(
    r"^(?P<clock>[\d:.]+)\s*(?P<half>ص|صباحا|صباحًا|م|مساء|مساءً|ظهرا|ظهرًا|عصرا|عصرًا|am|pm)\.?$", re.I
)
_BEFORE_NOON = ("ص", "صباحا", "صباحًا", "am")

TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M", "%H", "%I:%M %p", "%I %p"]
DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]


def western_digits(value: Any) -> Any:
    """`value`, if it is text, with Western digits and without invisible marks."""
    return value.translate(_WESTERN | _INVISIBLE).strip() if isinstance(value, str) else value


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
        if isinstance(value, str) and (match := _HALF_OF_DAY.match(value)):
            half = "AM" if match["half"].lower() in _BEFORE_NOON else "PM"
            value = f"{match['clock'].replace('.', ':')} {half}"
        return super().to_python(value)


class LocalDateTimeField(forms.DateTimeField):
    """A moment on the wall clock of the current time zone, in either digit set."""

    def to_python(self, value: Any) -> dt.datetime | None:
        return super().to_python(western_digits(value))

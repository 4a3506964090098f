"""Finding units, places, vehicles and services by what people write for them: a code, a label, or a name that only one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

from schedules.search import fold

Row = TypeVar("Row")
_SHOWN_AT_MOST = 4


class Lookup(Generic[Row]):
    """Rows by their codes first, then by their names in any spelling."""

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        codes: Callable[[Row], Iterable[str]],
        names: Callable[[Row], Iterable[str]],
        unknown: str,
        label: Callable[[Row], Any] = str,
    ) -> None:
        """`unknown` is the sentence for what is not found, with %(value)s."""
        self._codes: dict[str, Row] = {}
        self._names: dict[str, list[Row]] = {}
        self._unknown = unknown
        self._label = label
        for row in rows:
            for code in filter(None, codes(row)):
                self._codes[code.casefold()] = row
            for name in {fold(name) for name in names(row)} - {""}:
                self._names.setdefault(name, []).append(row)

    def find(self, text: str) -> Row:
        """The one row that `text` names. Raises ValueError with a sentence when there is none, or more than one."""
        if (row := self._codes.get(text.casefold())) is not None:
            return row
        found = self._names.get(fold(text), [])
        if not found:
            raise ValueError(self._unknown % {"value": text})
        if len(found) > 1:
            shown = "، ".join(str(self._label(row)) for row in found[:_SHOWN_AT_MOST])
            raise ValueError(
                _("“%(value)s” may be any of these: %(found)s. Write the whole name, or the code.")
                % {"value": text, "found": shown}
            )
        return found[0]

"""What a table is: its columns, how a row finds what it is about, what it would change, and how it is written.

Columns are fields of django-import-export, each with a widget; a resource reads a row with `import_instance` and tells of one
with `export_resource`. What becomes of a row is decided here and written by our own actions, so that every rule holds
(docs/decisions/0046).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from exchange.enums import Kind, RowState
from exchange.files import FileRefused, RawTable, name_cell
from exchange.models import Problem
from exchange.widgets import in_every_language
from schedules.search import fold
from sohag_mobile.errors import DomainError, RuleBroken

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# The column that marks a row as an example, and the word in it.
EXAMPLE = "example"
EXAMPLE_HEADING = gettext_lazy("Example row")
EXAMPLE_WORD = "مثال"
IGNORED = "reason"
REASON_HEADING = gettext_lazy("Reason for refusal")
_EXAMPLE_WORDS = frozenset({fold(EXAMPLE_WORD), "example"})


class Column(Field):
    """A column: `name` is its technical name and the attribute it fills. `told_only` columns are exported and never read."""

    def __init__(
        self,
        name: str,
        heading: str | Promise,
        widget: Widget,
        *,
        required: bool = False,
        told_only: bool = False,
        meaning: str | Promise = "",
        aliases: Sequence[str] = (),
        choices: Sequence[str] | str = (),
    ) -> None:
        super().__init__(attribute=name, column_name=name, widget=widget, readonly=told_only)
        self.name = name
        self.heading = heading
        self.required = required
        self.told_only = told_only
        self.meaning = meaning
        self.aliases = aliases
        # What the template offers to choose from: words, or the name of one of its lists.
        self.choices = choices

    def clean(self, row: Mapping[str, str], **kwargs: Any) -> Any:
        value = super().clean(row, **kwargs)
        if self.required and value in (None, "", ()):
            raise ValueError(_("This cell is empty and must be filled in."))
        return value

    @property
    def names(self) -> set[str]:
        """Every heading under which the column is recognised, folded."""
        return {fold(each) for each in (self.name, *in_every_language(self.heading), *self.aliases)}


@dataclasses.dataclass(slots=True)
class Planned:
    """What one row would do. `before` and `after` are told by technical column name; `target` is None for something new."""

    state: RowState
    key: str
    group: str
    label: str
    before: dict[str, str]
    after: dict[str, str]
    problems: list[Problem]
    draft: SimpleNamespace
    target: models.Model | None


class TableResource(Resource):
    """The base of the four tables. `by` is who imports or exports, `now` an aware instant."""

    kind: ClassVar[Kind]
    # Refusals name fields of forms and models; what stands under another name here.
    columns_of_fields: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *, by: User, now: dt.datetime) -> None:
        super().__init__()
        self.by = by
        self.now = now
        self.fields = {column.name: column for column in self.build_columns()}

    # -- what a table defines ----------------------------------------------------------------------------------------

    def build_columns(self) -> list[Column]:
        raise NotImplementedError

    def prepare(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Load what these rows are about, in a fixed number of queries."""
        raise NotImplementedError

    def find_target(self, draft: SimpleNamespace) -> models.Model | None:
        """What the row is about, of what was prepared; None for something new. Raises DomainError."""
        raise NotImplementedError

    def draft_of(self, target: Any) -> SimpleNamespace:
        """The values of an existing row by column name."""
        raise NotImplementedError

    def blank(self) -> SimpleNamespace:
        """The values of something new."""
        raise NotImplementedError

    def key_of(self, draft: SimpleNamespace, target: Any) -> str:
        """By what two rows of a file are the same; "" when it is not known."""
        raise NotImplementedError

    def label_of(self, draft: SimpleNamespace) -> str:
        raise NotImplementedError

    def group_of(self, draft: SimpleNamespace) -> str:
        """Rows of one group are applied together; "" where it does not matter."""
        return ""

    def complete(self, draft: SimpleNamespace, target: Any, *, given: frozenset[str]) -> list[Problem]:
        """Fill in what follows from several columns; what is wrong with the row as a whole."""
        return []

    def write(self, planned: Planned) -> None:
        """Write a row that is new or changed, by our actions. Raises DomainError, ValidationError."""
        raise NotImplementedError

    def close_group(self) -> None:
        """What is done once after several rows were written, in their transaction."""

    def rows_to_tell(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """`rows` with all that an export tells of them, in a fixed number of queries."""
        raise NotImplementedError

    # -- what all share ----------------------------------------------------------------------------------------------

    @property
    def columns(self) -> list[Column]:
        return list(self.fields.values())

    def match(self, table: RawTable) -> list[str]:
        """The technical name of each column of a file. Raises FileRefused, naming what is unknown, missing or there twice."""
        known = {name: column.name for column in self.columns for name in column.names}
        # What we write beside refused rows comes back with the mended file, and is not read.
        known |= {fold(each): IGNORED for each in in_every_language(REASON_HEADING)}
        known |= {fold(each): EXAMPLE for each in (EXAMPLE, *in_every_language(EXAMPLE_HEADING))}
        found: list[str] = []
        unknown: list[str] = []
        for position, heading in enumerate(table.headings):
            name = known.get(fold(heading), "")
            if not heading.strip():
                self._refuse_without_heading(table, position)
            elif not name:
                unknown.append(heading.strip())
            elif name in found:
                raise FileRefused(
                    _("The column “%(column)s” is there twice.") % {"column": heading.strip()}, code="column_twice"
                )
            found.append(name)
        missing = [str(column.heading) for column in self.columns if column.required and column.name not in found]
        sentences = []
        if missing:
            sentences.append(_("Missing columns: %(columns)s.") % {"columns": "، ".join(missing)})
        if unknown:
            sentences.append(_("Unknown columns: %(columns)s.") % {"columns": "، ".join(unknown[:10])})
        if sentences:
            sentences.append(_("The first line must name the columns as the template does."))
            raise FileRefused(" ".join(sentences), code="columns")
        return found

    def _refuse_without_heading(self, table: RawTable, position: int) -> None:
        for row in table.rows:
            if position < len(row.cells) and row.cells[position].strip():
                raise FileRefused(
                    _("Cell %(cell)s holds something, but its column has no heading.")
                    % {"cell": name_cell(position + 1, row.line)},
                    code="no_heading",
                )

    def plan(self, cells: Mapping[str, str]) -> Planned:
        """What a row would do, from its cells by technical column name; `prepare` has been called with it."""
        given = frozenset(column.name for column in self.columns if not column.told_only and column.name in cells)
        typed = SimpleNamespace()
        problems = self._read(typed, cells)
        wrong = {problem.column for problem in problems}
        target: models.Model | None = None
        try:
            target = self.find_target(typed)
        except DomainError as error:
            problems.append(Problem(self._column_of(error.field), str(error.message)))
        draft = self.draft_of(target) if target else self.blank()
        before = self.tell(draft, given) if target else {}
        for name in given - wrong:
            setattr(draft, name, getattr(typed, name))
        if not problems:
            problems += self.complete(draft, target, given=given)
        after = self.tell(draft, given - wrong)
        if problems:
            state = RowState.REFUSED
        elif target is None:
            state = RowState.NEW
        else:
            state = RowState.UNCHANGED if after == before else RowState.CHANGED
        key = "" if wrong else self.key_of(draft, target)
        group = "" if problems else self.group_of(draft)
        return Planned(state, key, group, self.label_of(draft), before, after, problems, draft, target)

    def _read(self, typed: SimpleNamespace, cells: Mapping[str, str]) -> list[Problem]:
        try:
            self.import_instance(typed, dict(cells))
        except ValidationError as error:
            return self.problems_of(error)
        return []

    def tell(self, draft: Any, names: Iterable[str]) -> dict[str, str]:
        """What an export would show of `draft` in these columns."""
        wanted = set(names)
        return {column.name: column.export(draft) for column in self.columns if column.name in wanted}

    def problems_of(self, error: DomainError | ValidationError) -> list[Problem]:
        """The sentences of a refusal, each beside its column."""
        if isinstance(error, RuleBroken):
            return [problem for each in error.problems for problem in self.problems_of(each)]
        if isinstance(error, DomainError):
            return [Problem(self._column_of(error.field), str(error.message))]
        if hasattr(error, "error_dict"):
            return [
                Problem(self._column_of("" if field == NON_FIELD_ERRORS else field), message)
                for field, messages in error.message_dict.items()
                for message in messages
            ]
        return [Problem("", message) for message in error.messages]

    def _column_of(self, field: str) -> str:
        name = self.columns_of_fields.get(field, field)
        return name if name in self.fields else ""


def is_example(cells: Mapping[str, str]) -> bool:
    """Whether a row of a file is marked as an example."""
    return fold(cells.get(EXAMPLE, "")) in _EXAMPLE_WORDS

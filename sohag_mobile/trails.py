"""The history of a row to read: who changed what, when and why, in words; and giving a row back a state it had."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sohag_mobile.errors import DomainError, RuleBroken
from sohag_mobile.history import FIRST_STATE, LONGEST_REASON, history_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

MADE, CHANGED, REMOVED = "+", "~", "-"
_OWN = frozenset({"history_id", "history_date", "history_change_reason", "history_type", "history_user", "acted_by"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a version: `old` is empty where the row was made then."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Version:
    """A state of a row. `subject` names the line of the page it is about, "" for the row of the page itself.

    `is_first` marks a state that was there when keeping began: nobody knows who made it. `is_present`: the row is as it says.
    """

    history_id: int
    model_name: str
    moment: dt.datetime
    kind: str
    who: str
    why: str
    subject: str
    changes: tuple[FieldChange, ...]
    is_first: bool
    is_present: bool


def list_versions(row: models.Model, lines: Sequence[tuple[type[models.Model], str]] = ()) -> list[Version]:
    """Every kept state of `row` and of its `lines` (model, name of the field that leads to `row`), newest first.

    A query for each table of history, and one for each kind of row that a changed field names.
    """
    leading: dict[type[models.Model], str] = {type(row): "", **dict(lines)}
    steps: list[tuple[type[models.Model], Any, Any]] = []
    present: set[Any] = set()
    for model, field in leading.items():
        states = history_of(model).filter(**{field or _pk(model): row.pk}).select_related("history_user")
        of_table = list(_steps(model, states))
        superseded = {id(before) for _model, before, _after in of_table}
        present |= {after for _model, _before, after in of_table if id(after) not in superseded}
        steps += of_table
    names = _Names(steps)
    versions = [
        _version(model, before, after, names, leading=leading[model], is_present=after in present)
        for model, before, after in steps
    ]
    # Saving a page saves its row as well, whether anything of it has changed or not.
    versions = [version for version in versions if version.changes or version.kind != CHANGED]
    return sorted(versions, key=lambda version: (version.moment, version.history_id), reverse=True)


def compare_with_version(current: models.Model | None, state: Any) -> tuple[FieldChange, ...]:
    """What giving a row back `state` would change; `current` is None of a row that is gone."""
    model = state.instance_type
    names = _Names([(model, current, state)])
    return tuple(_changes(model, current, state, names))


def restore_version(state: Any, *, by: User, reason: str, store: Callable[[models.Model], object]) -> models.Model:
    """Give a row back the state it had, through `store`, which saves it as its page does.

    What the history does not hold stays as it is. Raises RuleBroken with a sentence for every rule in the way (a name that is
    taken by now, a row it belongs to that is gone), DomainError when there is nothing to change.
    """
    model = state.instance_type
    with transaction.atomic():
        current = model._base_manager.select_for_update().filter(pk=getattr(state, _pk(model))).first()
        if current is not None and not compare_with_version(current, state):
            raise DomainError(_("Nothing differs from this state."), code="nothing_to_restore")
        row: models.Model = current or model(pk=getattr(state, _pk(model)))
        for field in state.tracked_fields:
            if not field.primary_key:
                setattr(row, field.attname, getattr(state, field.attname))
        kept: Any = row
        kept._history_user, kept._change_reason = by, reason[:LONGEST_REASON]
        try:
            row.full_clean()
            with transaction.atomic():
                store(row)
        except ValidationError as refusal:
            raise RuleBroken(_refusals(model, refusal)) from refusal
        except IntegrityError as refusal:
            raise DomainError(
                _("This state no longer fits what is there now: something it needs is gone or taken."),
                code="does_not_fit",
            ) from refusal
    return row


def _refusals(model: type[models.Model], refusal: ValidationError) -> list[DomainError]:
    problems = []
    for name, sentences in refusal.message_dict.items():
        field: Any = None if name == "__all__" else model._meta.get_field(name)
        label = f"{capfirst(str(field.verbose_name))}: " if field else ""
        problems += [DomainError(f"{label}{sentence}", code="invalid") for sentence in sentences]
    return problems


# -- in words ---------------------------------------------------------------------------------------------------------------


def _pk(model: type[models.Model]) -> str:
    return str(model._meta.pk.attname)


def _steps(model: type[models.Model], states: Iterable[Any]) -> Iterator[tuple[type[models.Model], Any, Any]]:
    """Each state with the one before it of the same row."""
    of_row: dict[Any, list[Any]] = defaultdict(list)
    for state in states:
        of_row[getattr(state, _pk(model))].append(state)
    for newest_first in of_row.values():
        for position, state in enumerate(newest_first):
            yield model, (newest_first[position + 1] if position + 1 < len(newest_first) else None), state


def _fields(model: type[models.Model], state: Any) -> list[Any]:
    """The fields that are told: those of the row, and the words kept beside them."""
    told = [field for field in state.tracked_fields if not field.primary_key]
    names = {field.name for field in told} | _OWN
    return told + [
        field
        for field in type(state)._meta.get_fields()
        if field.concrete and field.name not in names and field.name != model._meta.pk.name
    ]


class _Names:
    """What the rows are called that fields lead to, asked for together."""

    def __init__(self, steps: Iterable[tuple[type[models.Model], Any, Any]]) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for model, before, after in steps:
            for field in _fields(model, after):
                if field.is_relation:
                    for state in (before, after):
                        value = getattr(state, field.attname, None)
                        if value is not None:
                            wanted[field.related_model].add(value)
        self._found = {
            model: {row.pk: str(row) for row in model._base_manager.select_related().filter(pk__in=keys)}
            for model, keys in wanted.items()
        }

    def tell(self, field: Any, value: Any) -> str:
        """A value as the forms show it; "" of none."""
        if value is None or value == "":
            return ""
        if field.is_relation:
            return self._found[field.related_model].get(value) or _("(gone)")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, dt.datetime):
            return date_format(timezone.localtime(value), "j F Y، H:i")
        if isinstance(value, dt.date):
            return date_format(value, "l j F Y")
        if isinstance(value, dt.time):
            return f"{value:%H:%M}"
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return str(value)


def _changes(model: type[models.Model], before: Any, after: Any, names: _Names) -> Iterator[FieldChange]:
    for field in _fields(model, after):
        new = names.tell(field, getattr(after, field.attname))
        old = names.tell(field, getattr(before, field.attname, None)) if before is not None else ""
        if not hasattr(before, field.attname) and before is not None:
            continue  # words that only the history has
        if old != new and not (_is_first(before) and field.name in ("offered", "paid_with")):
            yield FieldChange(capfirst(str(field.verbose_name)), old, new)


def _is_first(state: Any) -> bool:
    """Whether the state was there when keeping began."""
    return getattr(state, "acted_by", "") == FIRST_STATE


def _name_line(model: type[models.Model], state: Any, names: _Names, leading: str) -> str:
    """«الرسم: رسم المعاينة»: what a line is, and the first thing that it says besides whose it is."""
    if not leading:
        return ""
    said = (
        names.tell(field, getattr(state, field.attname))
        for field in _fields(model, state)
        if field.attname != leading and not isinstance(field, models.BooleanField)
    )
    name = next(filter(None, said), "")
    return f"{capfirst(str(model._meta.verbose_name))}: {name}" if name else capfirst(str(model._meta.verbose_name))


def _version(
    model: type[models.Model], before: Any, after: Any, names: _Names, *, leading: str, is_present: bool
) -> Version:
    user = after.history_user
    who = (user.get_full_name() or user.get_username()) if user else after.acted_by
    kind = after.history_type
    return Version(
        history_id=after.history_id,
        model_name=str(model._meta.model_name),
        moment=after.history_date,
        kind=kind,
        who=who or _("the system"),
        why=after.history_change_reason or "",
        subject=_name_line(model, after, names, leading),
        changes=tuple(_changes(model, None if kind == REMOVED else before, after, names)),
        is_first=_is_first(after),
        is_present=is_present and kind != REMOVED,
    )

"""A database constraint Django lacks on SQLite: two rows of one owner never overlap in time.

On PostgreSQL it is an exclusion constraint; on SQLite a pair of triggers that abort the statement. Both raise `IntegrityError`
naming the constraint, so the rule holds whichever code writes, in either database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Model, Q

Condition = tuple[str, str, Any]  # (field, "=" or "<>", value)

_TRIGGER = (
    "CREATE TRIGGER %(trigger)s BEFORE %(event)s ON %(table)s FOR EACH ROW WHEN (%(new_applies)s) BEGIN "
    "SELECT RAISE(ABORT, 'constraint failed: %(name)s') WHERE EXISTS (SELECT 1 FROM %(table)s AS other "
    "WHERE other.%(pk)s IS NOT NEW.%(pk)s AND other.%(owner)s = NEW.%(owner)s AND %(overlap)s AND (%(other_applies)s)); END"
)


class NoOverlap(BaseConstraint):
    """Rows with the same `owner` do not overlap.

    `span` is either `(date, starts_at, ends_at)`, times of one day, half-open so that one stop may begin when another ends; or
    `(starts_on, ends_on)`, whole days, both included, a null end meaning open. `where` limits the rows the rule is about.
    """

    def __init__(
        self,
        *,
        name: str,
        owner: str,
        span: Sequence[str],
        where: Sequence[Condition] = (),
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        if len(span) not in (2, 3):
            raise ValueError("span is (starts_on, ends_on) or (date, starts_at, ends_at)")
        self.owner = owner
        self.span = tuple(span)
        self.where = tuple(tuple(condition) for condition in where)
        super().__init__(
            name=name, violation_error_code=violation_error_code, violation_error_message=violation_error_message
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _args, kwargs = super().deconstruct()  # everything is passed by name
        kwargs |= {"owner": self.owner, "span": self.span}
        if self.where:
            kwargs["where"] = self.where
        return path, (), kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__

    # -- schema ---------------------------------------------------------------------------------------------------------

    def constraint_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str | None:  # type: ignore[override]
        if schema_editor.connection.vendor == "postgresql":
            return f"CONSTRAINT {schema_editor.quote_name(self.name)} {self._exclude_sql(model, schema_editor)}"
        # SQLite makes a new table for most changes and copies the rows; deferred statements follow the table's new name.
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return None  # SQLite adds constraints by remaking the table: see constraint_sql
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s %(body)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
            body=self._exclude_sql(model, schema_editor),
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return None
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def _column(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor, field: str) -> str:
        column: Any = model._meta.get_field(field)
        return schema_editor.quote_name(column.column)

    def _applies(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor, row: str) -> str:
        return (
            " AND ".join(
                f"{row}{self._column(model, schema_editor, field)} {operator} {schema_editor.quote_value(value)}"
                for field, operator, value in self.where
            )
            or "1 = 1"
        )

    def _exclude_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        columns = [self._column(model, schema_editor, field) for field in self.span]
        if len(columns) == 3:
            day, starts, ends = columns
            span = f"tsrange({day} + {starts}, {day} + {ends})"
        else:
            span = f"daterange({columns[0]}, {columns[1]}, '[]')"
        owner = self._column(model, schema_editor, self.owner)
        return f"EXCLUDE USING gist ({owner} WITH =, {span} WITH &&) WHERE ({self._applies(model, schema_editor, '')})"

    def _triggers(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        columns = [self._column(model, schema_editor, field) for field in self.span]
        if len(columns) == 3:
            day, starts, ends = columns
            overlap = f"other.{day} = NEW.{day} AND other.{starts} < NEW.{ends} AND NEW.{starts} < other.{ends}"
        else:
            starts, ends = columns
            overlap = (
                f"(NEW.{ends} IS NULL OR other.{starts} <= NEW.{ends})"
                f" AND (other.{ends} IS NULL OR NEW.{starts} <= other.{ends})"
            )
        return [
            Statement(
                _TRIGGER,
                trigger=schema_editor.quote_name(f"{self.name}_{event.lower()}"),
                event=event,
                table=Table(model._meta.db_table, schema_editor.quote_name),
                name=self.name,
                pk=schema_editor.quote_name(model._meta.pk.column),
                owner=self._column(model, schema_editor, self.owner),
                overlap=overlap,
                new_applies=self._applies(model, schema_editor, "NEW."),
                other_applies=self._applies(model, schema_editor, "other."),
            )
            for event in ("INSERT", "UPDATE")
        ]

    # -- friendly check -------------------------------------------------------------------------------------------------

    def overlapping(self, instance: Model, *, using: str | None = None) -> Any:
        """The rows that `instance` would overlap, as a queryset; empty when the rule is not about `instance`."""
        manager = type(instance)._base_manager.using(using)
        values = [getattr(instance, field) for field in self.span]
        owner = getattr(instance, type(instance)._meta.get_field(self.owner).attname)  # type: ignore[union-attr]
        if owner is None or values[0] is None or (len(values) == 3 and None in values):
            return manager.none()
        condition = Q()
        for field, operator, value in self.where:
            if (getattr(instance, field) == value) != (operator == "="):
                return manager.none()
            condition &= Q(**{field: value}) if operator == "=" else ~Q(**{field: value})
        if len(values) == 3:
            (day, starts, ends), (v_day, v_starts, v_ends) = self.span, values
            condition &= Q(**{day: v_day, f"{starts}__lt": v_ends, f"{ends}__gt": v_starts})
        else:
            (starts, ends), (v_starts, v_ends) = self.span, values
            condition &= Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": v_starts})
            if v_ends is not None:
                condition &= Q(**{f"{starts}__lte": v_ends})
        rows = manager.filter(condition, **{self.owner: owner})
        return rows.exclude(pk=instance.pk) if instance.pk is not None else rows

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str | None = None) -> None:
        if exclude and ({self.owner, *self.span} & set(exclude)):
            return
        if self.overlapping(instance, using=using).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

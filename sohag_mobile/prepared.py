"""Statements that PostgreSQL plans once per connection instead of every time."""

from __future__ import annotations

import itertools
import re
import weakref
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper


class Prepared:
    """A statement that runs for every one of many rows and takes longer to plan than to carry out.

    A connection to PostgreSQL is told it once and keeps its plan. Any other database gets it as it is, and so does a connection
    through a pool that hands every transaction to another one: Django's setting for those is DISABLE_SERVER_SIDE_CURSORS.
    """

    def __init__(self, name: str, sql: str) -> None:
        """`name` is its own among all of them; `sql` has a `%s` for every value, and no other per cent sign."""
        numbers = itertools.count(1)
        self._sql = sql
        self._prepare = f"PREPARE {name} AS {re.sub('%s', lambda _: f'${next(numbers)}', sql)}"
        self._execute = f"EXECUTE {name} ({', '.join(['%s'] * sql.count('%s'))})"
        self._connections: weakref.WeakSet[Any] = weakref.WeakSet()

    def execute(self, cursor: CursorWrapper, values: Sequence[Any]) -> None:
        """Carry it out with `values` through `cursor`, one of the default connection."""
        if connection.vendor != "postgresql" or connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            cursor.execute(self._sql, values)
            return
        # Lost together with the connection; not with a transaction that is rolled back.
        if connection.connection not in self._connections:
            cursor.execute(self._prepare)
            self._connections.add(connection.connection)
        cursor.execute(self._execute, values)

"""Statements that a connection plans once."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django.fixtures import DjangoAssertNumQueries

from sohag_mobile.prepared import Prepared

pytestmark = pytest.mark.django_db


def _sum(statement: Prepared, *values: int) -> int:
    with connection.cursor() as cursor:
        statement.execute(cursor, values)
        return int(cursor.fetchone()[0])


def _kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return [name for (name,) in cursor.fetchall()]


def test_values_take_their_places() -> None:
    difference = Prepared("take_away", "SELECT CAST(%s AS integer) - CAST(%s AS integer)")

    assert [_sum(difference, 7, 2), _sum(difference, 2, 7)] == [5, -5]


@pytest.mark.postgres
def test_connection_is_told_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    double = Prepared("double_it", "SELECT 2 * CAST(%s AS integer)")
    _sum(double, 1)

    with django_assert_num_queries(1):
        assert _sum(double, 4) == 8
    assert _kept().count("double_it") == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_new_connection_is_told_anew() -> None:
    double = Prepared("double_again", "SELECT 2 * CAST(%s AS integer)")
    _sum(double, 1)
    connection.close()

    assert _sum(double, 4) == 8
    assert "double_again" in _kept()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_connection_out_of_a_pool_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    assert _sum(Prepared("double_pooled", "SELECT 2 * CAST(%s AS integer)"), 4) == 8
    assert "double_pooled" not in _kept()

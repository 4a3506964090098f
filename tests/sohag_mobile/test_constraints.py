"""NoOverlap as the database sees it."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from schedules.models import Stop
from sohag_mobile.constraints import NoOverlap
from tests.factories.schedules import StopFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="only SQLite rebuilds tables, and only there the rule is a trigger"
)
def test_the_triggers_survive_a_rebuilt_table():
    stop = StopFactory()
    with connection.schema_editor() as editor:
        editor._remake_table(Stop)
    with pytest.raises(IntegrityError, match="a_vehicle_is_in_one_place_at_a_time"), transaction.atomic():
        StopFactory(vehicle=stop.vehicle, place=stop.place)
    other = StopFactory(
        vehicle=stop.vehicle, place=stop.place, starts_at=dt.time(15), ends_at=dt.time(17), last_intake=None
    )
    with pytest.raises(IntegrityError, match="a_vehicle_is_in_one_place_at_a_time"), transaction.atomic():
        Stop.objects.filter(pk=other.pk).update(starts_at=dt.time(13, 59))


@pytest.mark.django_db(transaction=True)
def test_the_constraint_can_be_taken_away_and_given_back():
    rule = next(rule for rule in Stop._meta.constraints if rule.name == "a_vehicle_is_in_one_place_at_a_time")
    stop = StopFactory()
    if connection.vendor == "postgresql":
        with connection.schema_editor() as editor:
            editor.remove_constraint(Stop, rule)
        with connection.schema_editor() as editor:
            editor.add_constraint(Stop, rule)
    with pytest.raises(IntegrityError, match=rule.name), transaction.atomic():
        StopFactory(vehicle=stop.vehicle, place=stop.place)


def test_a_constraint_is_written_into_migrations_as_it_was_declared():
    rule = NoOverlap(name="rule", owner="vehicle", span=("date", "starts_at", "ends_at"), where=[("status", "<>", "x")])
    path, args, kwargs = rule.deconstruct()
    assert path == "sohag_mobile.constraints.NoOverlap"
    assert NoOverlap(*args, **kwargs) == rule
    assert NoOverlap(**(kwargs | {"owner": "place"})) != rule


def test_a_span_has_two_or_three_fields():
    with pytest.raises(ValueError, match="span"):
        NoOverlap(name="rule", owner="vehicle", span=("date",))

"""What a page costs to make as the data grows: a thousand past stops and a million, weeks of five vehicles and of five hundred.

Pages are made anew each time, as after a publish: nothing is taken from the store. Rows are written by the database itself.
What is compared is measured in turn, in two databases of the same server.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent.parent
FEW, MANY = 1_000, int(os.environ.get("BENCH_PAST_STOPS", "1000000"))
FLEETS = (5, 50, 500)
# Of a calendar page that is not narrowed down.
UNFILTERED = {"district": "", "vehicle": "", "service": ""}
# So that the last sixty days, which a place page reads, are the same with few and with many.
STOPS_A_DAY = 16
DAYS_OF_A_WEEK = 5
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
WANTED_GROWTH = 1.5
# A page of five hundred vehicles may cost a quarter more per line than one of fifty, which is what timing leaves uncertain.
WANTED_PER_ROW = 1.25


def measure_growth(environment: dict[str, str]) -> dict[str, Any]:
    """Measure in the filled database that `environment` names; it is full of invented rows afterwards."""
    output = subprocess.run(
        [sys.executable, "-m", "tests.bench.growth"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def show_growth(result: dict[str, Any]) -> None:
    """Print the tables."""
    print(f"\n{'':<20}{FEW:>10,} past{result['past_stops']:>13,} past{'ratio':>9}")
    for name, (few, many) in result["milliseconds"].items():
        print(f"{name:<20}{few:>12.2f} ms{many:>15.2f} ms{many / few:>9.2f}")
    worst = max(many / few for few, many in result["milliseconds"].values())
    print(f"{'At or below' if worst <= WANTED_GROWTH else 'ABOVE'} the wanted {WANTED_GROWTH}.")
    print(f"\n{'week page of':<20}{'lines':>8}{'ms':>10}{'ms / line':>12}")
    for fleet in result["weeks"]:
        print(
            f"{fleet['vehicles']:>8} vehicles   {fleet['lines']:>8}{fleet['milliseconds']:>10.1f}"
            f"{fleet['milliseconds'] / fleet['lines']:>12.3f}"
        )
    verdict = "flat" if result["per_line_growth"] <= WANTED_PER_ROW else "NOT FLAT"
    print(f"Cost per line from {FLEETS[1]} to {FLEETS[2]} vehicles × {result['per_line_growth']:.2f}: {verdict}.")


def _milliseconds(make: Callable[[], Any]) -> float:
    """How long one call takes, with nothing left to tidy up from what went before."""
    gc.collect()
    began = time.perf_counter()
    make()
    return (time.perf_counter() - began) * 1000


def _fastest(makers: dict[str, Callable[[], Any]], *, rounds: int) -> dict[str, float]:
    """The fastest of a few calls of each, made in turn: whatever else the machine does can only make them slower, and falls
    on all of them alike.
    """
    for make in makers.values():
        make()
    times: dict[str, list[float]] = {name: [] for name in makers}
    for _ in range(rounds):
        for name, make in makers.items():
            times[name].append(_milliseconds(make))
    return {name: min(found) for name, found in times.items()}


def _use_database(name: str) -> None:
    """Go on in another database of the same server."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _copy_database(name: str, copy: str) -> None:
    """A second database with all that the first one holds; nobody may be connected to that one meanwhile."""
    from django.db import connection

    # Any other one will do to give the order from.
    _use_database("template1")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    _use_database(name)


def _copy(model: type[Model], pattern: int, numbers: str, changed: dict[str, str]) -> None:
    """Write copies of the row `pattern`, one for each `i` of `numbers`, with the `changed` columns (SQL in `i`)."""
    from django.db import connection

    columns = [field.column for field in model._meta.local_concrete_fields]
    values = [changed.get(column, f'pattern."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values)} "
            f"FROM {model._meta.db_table} pattern CROSS JOIN {numbers} AS i WHERE pattern.id = {pattern}"
        )


def _add_stops(first: int, last: int, *, place: str, vehicle: str, date: str) -> None:
    """Write the published stops with the numbers `first` to `last`, each with its public fact."""
    from schedules.models import RevisionService, Stop, StopRevision

    base = 10_000_000
    pattern = StopRevision.objects.filter(is_current=True, pk__lt=base).order_by("pk")[0]
    numbers = f"generate_series({first}, {last})"
    where = {"place_id": place, "vehicle_id": vehicle, "date": date}
    _copy(Stop, pattern.stop_id, numbers, where | {"id": f"{base} + i", "uid": "gen_random_uuid()"})
    _copy(StopRevision, pattern.pk, numbers, where | {"id": f"{base} + i", "stop_id": f"{base} + i"})
    # One service each, or the page of a service would have no past.
    offered = pattern.offered.order_by("pk")[0]
    _copy(RevisionService, offered.pk, numbers, {"id": f"{base} + i", "revision_id": f"{base} + i"})


def main() -> None:
    """Fill and measure; prints the result as JSON."""
    import django

    django.setup()
    from django.db import connection
    from django.test import RequestFactory

    from schedules import feeds, views
    from schedules.models import Place, RevisionService, Stop, StopRevision
    from sohag_mobile import clock
    from sohag_mobile.weeks import Week
    from vehicles.models import Vehicle

    def prepare() -> None:
        with connection.cursor() as cursor:
            # What is measured is reading; checking a million rows against each other on writing would take minutes.
            cursor.execute("SET session_replication_role = replica")
            for model in (Stop, StopRevision, RevisionService):
                # Nor may the database tidy up by itself while a page is timed: that is done in between.
                cursor.execute(f"ALTER TABLE {model._meta.db_table} SET (autovacuum_enabled = false)")
                for constraint in model._meta.constraints:
                    if "one_place_at_a_time" in constraint.name:
                        cursor.execute(
                            f'ALTER TABLE {model._meta.db_table} DROP CONSTRAINT IF EXISTS "{constraint.name}"'
                        )

    def tidy() -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE schedules_stop, schedules_stoprevision, schedules_revisionservice")
            cursor.execute("CHECKPOINT")

    now = clock.now()
    today = now.date()
    request = RequestFactory().get("/")
    places = list(Place.objects.order_by("pk").values_list("pk", flat=True))
    vehicles = list(Vehicle.objects.order_by("pk").values_list("pk", flat=True))
    busiest = StopRevision.objects.filter(is_current=True, date__gt=today + dt.timedelta(days=1)).earliest("date").place

    prepare()

    service = StopRevision.objects.filter(is_current=True).order_by("pk")[0].offered.order_by("pk")[0].service

    def pick(rows: list[int]) -> str:
        return f"(ARRAY{rows})[1 + i % {len(rows)}]"

    def add_past(first: int, last: int) -> None:
        day = f"DATE '{today}' - 1 - i / {STOPS_A_DAY}"
        _add_stops(first, last, place=pick(places), vehicle=pick(vehicles), date=day)
        tidy()

    pages: dict[str, Callable[[], Any]] = {
        "place page": lambda: views.place.__wrapped__(request, now=now, code=busiest.code),  # type: ignore[attr-defined]
        "first page": lambda: views.home.__wrapped__(request, now=now, q=""),  # type: ignore[attr-defined]
        "week page": lambda: views.calendar.__wrapped__(request, now=now, **UNFILTERED),  # type: ignore[attr-defined]
        "service page": lambda: views.service.__wrapped__(request, now=now, slug=service.slug),  # type: ignore[attr-defined]
        "place's calendar": lambda: feeds.place_calendar.__wrapped__(request, now=now, code=busiest.code),  # type: ignore[attr-defined]
        "unit's page": lambda: views.district.__wrapped__(request, now=now, slug=busiest.district.slug),  # type: ignore[attr-defined]
    }
    add_past(0, FEW - 1)
    # Both are kept, so that they can be measured in turn.
    large = str(connection.settings_dict["NAME"])
    small = f"{large}_small"
    _copy_database(large, small)
    prepare()
    add_past(FEW, MANY - 1)
    found: dict[str, list[dict[str, float]]] = {small: [], large: []}
    for _ in range(ROUNDS):
        for database, times in found.items():
            _use_database(database)
            times.append(_fastest(pages, rounds=3))
    few, many = ({name: min(times[name] for times in found[database]) for name in pages} for database in (small, large))

    shown = Week.of(today).plus(40)
    pattern = vehicles[0]
    _copy(Vehicle, pattern, f"generate_series(1, {FLEETS[-1]})", {"id": "1000000 + i", "code": "'BENCH-' || i"})
    week_pages: dict[str, Callable[[], Any]] = {}
    for number, fleet in enumerate(FLEETS):
        # Each fleet has a week of its own: Sunday to Thursday, one stop a day for each vehicle.
        first = shown.plus(3 * number)
        begin = 2_000_000 + number * 10_000
        _add_stops(
            begin,
            begin + fleet * DAYS_OF_A_WEEK - 1,
            place=pick(places),
            vehicle=f"1000001 + (i - {begin}) / {DAYS_OF_A_WEEK}",
            date=f"DATE '{first.first}' + 1 + i % {DAYS_OF_A_WEEK}",
        )
        week_pages[str(fleet)] = lambda name=first.name: views.week.__wrapped__(
            request, now=now, name=name, **UNFILTERED
        )  # type: ignore[attr-defined,misc]
    tidy()
    costs = _fastest(week_pages, rounds=ROUNDS)
    weeks = [
        {"vehicles": fleet, "lines": fleet * DAYS_OF_A_WEEK, "milliseconds": round(costs[str(fleet)], 2)}
        for fleet in FLEETS
    ]
    per_line = [float(week["milliseconds"]) / int(week["lines"]) for week in weeks]
    result = {
        "past_stops": MANY,
        "milliseconds": {name: [round(few[name], 2), round(many[name], 2)] for name in pages},
        "weeks": weeks,
        "per_line_growth": round(per_line[2] / per_line[1], 3),
        "wanted": {"growth": WANTED_GROWTH, "per_line_growth": WANTED_PER_ROW},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

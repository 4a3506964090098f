"""How long the search box takes among 50,000 places, as a ratio to one indexed lookup in the same database.

Lookups and queries take turns, and the fastest of each counts: whatever else the machine does only ever adds.

`python -m tests.support.services -- python -m tests.bench.search`, or without the services on SQLite. Everything is rolled
back.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable

import django

PLACES = int(os.environ.get("BENCH_PLACES", "50000"))
WANTED = 20
LETTERS = "بتثجحدرسشصطعفقكلمنهي"
ROUNDS = 30
QUERIES = (
    "جزيرة شندويل",
    "شندوبل",
    "Shandaweel",
    "ahmad shand",
    "B100",
    "الكوامل",
    "كوامل سوهاج",
    "مركز شباب",
    "ا",
    "بت",
    "زقزقزق",
    # Two words of which one, or each, is in thousands of names.
    "بتثجح بين",
    "بين تثج",
    "سوهاج بت",
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sohag_mobile.settings.test")
    django.setup()
    from django.db import connection  # reason: Django has to be set up first

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        return _measure()
    finally:
        connection.close()


def _measure() -> int:
    from django.db import connection  # reason: Django has to be set up first
    from django.utils import timezone

    from schedules.actions_places import index_places
    from schedules.models import Place
    from schedules.queries_places import search_places
    from schedules.queries_search import search
    from schedules.search import build_search_text
    from tests.factories.vehicles import DistrictFactory

    district = DistrictFactory(name_ar="سوهاج")
    names = [("جزيرة شندويل", "Jazirat Shandawil"), ("الكوامل بحري", ""), ("الكوامل قبلي", "")]
    names += [
        ("".join(LETTERS[number * 63 // 20**power % 20] for power in range(5)) + f" {LETTERS[number % 20]}ين", "")
        for number in range(PLACES - len(names))
    ]
    begin = time.perf_counter()
    for start in range(0, len(names), 5000):
        index_places(
            Place.objects.bulk_create(
                Place(
                    code=f"B{start + offset}",
                    kind="village",
                    name_ar=name,
                    name_en=latin,
                    search_text=build_search_text(name, latin),
                    district=district,
                )
                for offset, (name, latin) in enumerate(names[start : start + 5000])
            )
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does after a large import
    print(f"{PLACES} places indexed in {time.perf_counter() - begin:.0f} s")
    taken = _take_turns(
        {"lookup": lambda: Place.objects.get(code="B100")}
        | {query: functools.partial(search_places, query, limit=20) for query in QUERIES}
        | {f"whole answer: {query}": functools.partial(search, query, now=timezone.now()) for query in QUERIES}
    )
    lookup = taken.pop("lookup")
    print(f"one indexed lookup  {lookup * 1000:6.2f} ms")
    for name, seconds in taken.items():
        print(f"{seconds * 1000:6.2f} ms  {seconds / lookup:5.1f} ×  {name}")
    worst = max(taken.values()) / lookup
    print(f"slowest {worst:.1f} × the lookup (wanted: at most {WANTED})")
    return 0 if worst <= WANTED else 1


def _take_turns(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The fewest seconds that each took, in rounds in which every one is done once."""
    taken = dict.fromkeys(acts, float("inf"))
    for _ in range(ROUNDS):
        for name, act in acts.items():
            begin = time.perf_counter()
            act()
            taken[name] = min(taken[name], time.perf_counter() - begin)
    return taken


if __name__ == "__main__":
    sys.exit(main())

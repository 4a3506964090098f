"""The geography of the shipped reference data, as plain data, for tests that need no database."""

from __future__ import annotations

import json
import pathlib
from functools import cache
from typing import Any

from announcements.arabic.geography import Geography, Markaz, Point, Settlement

ROOT = pathlib.Path(__file__).parents[3]


def _records(app: str, name: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((ROOT / app / "reference" / f"{name}.json").read_text("utf-8"))[
        "records"
    ]
    return records


@cache
def geography() -> Geography:
    """Every shipped markaz, and the villages with a known point."""
    return Geography(
        governorate="سوهاج",
        marakez=tuple(
            Markaz(
                tuple(filter(None, (row["name_ar"], row["spellings"]))),
                Point(float(row["latitude"]), float(row["longitude"])),
            )
            for row in _records("vehicles", "marakez")
        ),
        settlements=tuple(
            Settlement("قرية", row["name_ar"], "سوهاج", Point(float(row["latitude"]), float(row["longitude"])))
            for row in _records("schedules", "places")
            if row["latitude"] and row["kind"] == "village"
        ),
    )

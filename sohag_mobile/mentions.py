"""Names for what a public page tells of, so that a publish says which pages it changes. Plain text, no database."""

from __future__ import annotations

import datetime as dt
import uuid

# Told of by every publish: pages about all stops, or about all notices.
SCHEDULE = "schedule"
NOTICES = "notices"


def place(code: str) -> str:
    return f"place:{code}"


def unit(slug: str) -> str:
    return f"unit:{slug}"


def vehicle(code: str) -> str:
    return f"vehicle:{code}"


def service(slug: str) -> str:
    return f"service:{slug}"


def day(date: dt.date) -> str:
    return f"day:{date}"


def notice(slug: str, year: int, number: int) -> str:
    """A notice that is about no single stop; any other is named by the stops it tells of."""
    return f"notice:{slug}/{year}/{number}"


def stop(uid: uuid.UUID | str) -> str:
    return f"stop:{uid}"

"""What a running import tells, and is told, while its transaction is open: how far it is, and whether to stop.

It stands in the cache `shared` and not in the database: rows of an open transaction are seen by nobody, and SQLite would let
nobody write a wish to stop. When the cache is away, the page shows no number and nothing can be stopped half-way.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import caches
from redis import RedisError

logger = logging.getLogger(__name__)

# A worker that says nothing for that long is taken for lost.
SILENCE_SECONDS = 60
_KEPT_SECONDS = 24 * 60 * 60
_AWAY = (RedisError, OSError)


def tell(job: int, run: int, done: int, total: int) -> None:
    """Say that run number `run` of the import lives and has done so many rows."""
    _set(f"import:{job}:alive", run, SILENCE_SECONDS)
    _set(f"import:{job}:done", (done, total), _KEPT_SECONDS)


def rest(job: int) -> None:
    """Say that nobody works on the import any more."""
    try:
        caches["shared"].delete(f"import:{job}:alive")
    except _AWAY as error:
        _warn(error)


def is_alive(job: int) -> bool:
    """Whether a worker has lately said that it works on the import."""
    return _get(f"import:{job}:alive") is not None


def read(job: int) -> tuple[int, int] | None:
    """How many rows are done, and of how many; None when it is not known."""
    found: tuple[int, int] | None = _get(f"import:{job}:done")
    return found


def ask_to_stop(job: int) -> None:
    _set(f"import:{job}:stop", True, _KEPT_SECONDS)


def is_asked_to_stop(job: int) -> bool:
    return _get(f"import:{job}:stop") is not None


def _set(key: str, value: Any, seconds: int) -> None:
    try:
        caches["shared"].set(key, value, seconds)
    except _AWAY as error:
        _warn(error)


def _get(key: str) -> Any:
    try:
        return caches["shared"].get(key)
    except _AWAY as error:
        _warn(error)
        return None


def _warn(error: Exception) -> None:
    logger.warning("The progress of an import cannot be shared: %s", error)

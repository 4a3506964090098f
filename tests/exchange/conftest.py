"""What imports tell each other outlives a test, while their numbers begin anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _fresh_progress() -> Iterator[None]:
    caches["shared"].clear()
    yield
    caches["shared"].clear()

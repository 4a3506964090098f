"""What is drawn behind the stops on the map: a file of outlines, each with where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders


def list_sources() -> list[str]:
    """«Natural Earth (public domain)»: the sources and licences of the backdrop, which the page has to name."""
    path = finders.find(settings.MAP_BACKDROP) if settings.MAP_BACKDROP else None
    if path is None:
        return []
    features = json.loads(Path(path).read_text(encoding="utf-8"))["features"]
    named = [(feature["properties"]["source"], feature["properties"]["licence"]) for feature in features]
    return list(dict.fromkeys(f"{source} ({licence})" for source, licence in named))

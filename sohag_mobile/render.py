"""HTML of the public site: one base context, no request-bound state, so a page can be rendered for a reader or for a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi

from vehicles.models import Governorate
from vehicles.queries import get_governorate

ENGLISH_PREFIX = "/en"

_BETWEEN_LINES = re.compile(r"\s*\n\s*")


def render_html(path: str, template: str, context: Mapping[str, Any], *, governorate: Governorate | None = None) -> str:
    """The text of a public page at `path`. `governorate` saves its query where the caller has it already."""
    language = get_language() or settings.LANGUAGE_CODE
    base = {
        "governorate": governorate or get_governorate(),
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "path": path,
        # The known parameters in their one spelling, of a page that has any: part of its address in both languages.
        "query": "",
        "other_language_path": other_language_path(path),
        "public_base_url": settings.PUBLIC_BASE_URL,
        "keeps_pages": bool(settings.OFFLINE_PAGES),
        "public_host": settings.PUBLIC_BASE_URL.partition("://")[2],
    }
    # Indentation is for those who write templates; it would be a tenth of what citizens download.
    return _BETWEEN_LINES.sub("\n", render_to_string(template, {**base, **context}))


def other_language_path(path: str) -> str:
    """The same page in the other language: Arabic at the root, English under /en/."""
    if path == ENGLISH_PREFIX or path.startswith(f"{ENGLISH_PREFIX}/"):
        return path.removeprefix(ENGLISH_PREFIX) or "/"
    return f"{ENGLISH_PREFIX}{path}"

"""The living page of components, for whoever works on them: every component in every state, as the real templates draw it.

Only where the setting STYLEGUIDE is on, which is in development. Arabic at /styleguide/, left to right at /en/styleguide/;
the reader's scheme decides between light and dark.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from schedules import styleguide_examples as examples
from sohag_mobile.render import render_html
from sohag_mobile.sharing import Spoken, share_page

_TOKEN = re.compile(r"(--[a-z0-9-]+): ([^;]+);")
_COLOUR = re.compile(r"#[0-9a-f]{3,6}\Z")


def styleguide(request: HttpRequest) -> HttpResponse:
    """The page of all components. 404 where it is switched off."""
    if not settings.STYLEGUIDE:
        raise Http404
    stops = examples.list_stops_by_state()
    context: dict[str, Any] = {
        "today": examples.TODAY,
        "colours": [name for name, value in _tokens().items() if _COLOUR.match(value)],
        "measures": {name: value for name, value in _tokens().items() if not _COLOUR.match(value)},
        "stops": stops,
        "answers": {name: stop for name, stop in stops.items() if stop.is_firm},
        "withdrawn": {name: stop for name, stop in stops.items() if not stop.is_firm and not stop.is_past},
        "days": examples.list_days(),
        "services": examples.list_services(),
        "outcomes": examples.list_outcomes(),
        "notices": examples.list_notices(),
        "signs": _signs(),
        "notice_rows": examples.list_notice_rows(),
        "filter": examples.make_filter(),
        "example_governorate": examples.make_governorate(),
        "empty_places": examples.list_places_without_a_visit(),
        "spoken": Spoken("تصل السيارة غدًا.", "ar"),
        "share": share_page("الواحة", path=request.path),
    }
    return HttpResponse(render_html(request.path, "schedules/styleguide.html", context))


def _tokens() -> dict[str, str]:
    """The tokens of the light scheme, by name, as they are written in the style sheet."""
    written = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")
    return dict(_TOKEN.findall(written.split("@media")[0]))


def _signs() -> list[str]:
    """The names of the drawn signs."""
    drawn = Path(settings.BASE_DIR / "templates/components/signs.html").read_text(encoding="utf-8")
    return re.findall(r'<symbol id="([a-z-]+)"', drawn)

"""The site on a reader's device: how it is installed, and what of it can be read without a connection.

The worker (`templates/offline/worker.js`) keeps the pages of places and weeks that were looked at last. It asks the network
first, every time, and what it shows from the device says of when it is. `OFFLINE_PAGES = 0` makes it take itself away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from announcements.arabic.times import periods_in_use
from sohag_mobile.pages import Page, public_page, render_page

MANIFEST_TYPE = "application/manifest+json; charset=utf-8"
SCRIPT_TYPE = "text/javascript; charset=utf-8"
# The head of every page, and the ground under it (`--head`, `--sand` in static/css/site.css).
THEME_COLOUR, BACKGROUND_COLOUR = "#0a5468", "#f7f3ea"
ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
)

PREFIX = "timetable-"
# Raised when what is kept gets another form: copies of an older one are thrown away.
FORMAT = 1
# For how long the network is waited for while there is a copy.
LIMIT_MILLISECONDS = 3000
MOST_ASSETS = 24
KEPT_PAGES = r"^(/en)?/(places/[A-Za-z0-9-]{1,20}/|calendar/([0-9]{4}-W[0-9]{2}/)?)$"
KEPT_ASSETS = r"(css/site|js/(site|find)|img/icon|vendor/fonts/)[^/]*"


@public_page()
def manifest(request: HttpRequest, *, now: dt.datetime) -> Page:
    """What a browser needs to put the site among the programs of a device, in the language of the address."""
    root = reverse("home")
    content = {
        "id": root,
        "name": _("Mobile technology centres"),
        "short_name": _("Technology centres"),
        "description": _("Where the mobile technology centres stand, when, and what to bring."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": root,
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": THEME_COLOUR,
        "background_color": BACKGROUND_COLOUR,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in ICONS
        ],
    }
    return Page(json.dumps(content, ensure_ascii=False), content_type=MANIFEST_TYPE, mentions=frozenset())


@public_page()
def worker(request: HttpRequest, *, now: dt.datetime) -> Page:
    """The service worker; where copies on devices are turned off, one that removes them and itself."""
    if not settings.OFFLINE_PAGES:
        script = render_to_string("offline/farewell.js", {"prefix": json.dumps(PREFIX)})
    else:
        script = render_to_string("offline/worker.js", {"config": _as_script(_config())})
    return Page(script, content_type=SCRIPT_TYPE, mentions=frozenset())


@public_page()
def offline(request: HttpRequest, *, now: dt.datetime) -> Page:
    """What is shown without a connection in the place of a page that is not on the device."""
    return render_page(request, "offline/offline.html", {}, valid_until=None, mentions=())


def _config() -> dict[str, Any]:
    assets = [static(path) for path in ("css/site.css", "js/site.js")]
    return {
        # Another release has another worker, which fetches the page for those without a connection anew.
        "release": hashlib.sha256("\n".join(assets).encode()).hexdigest()[:12],
        "prefix": PREFIX,
        "format": FORMAT,
        "most": settings.OFFLINE_PAGES,
        "mostAssets": MOST_ASSETS,
        "limit": LIMIT_MILLISECONDS,
        "pages": KEPT_PAGES,
        "assets": f"^{settings.STATIC_URL}{KEPT_ASSETS}$",
        "zone": settings.TIME_ZONE,
        "words": {language: _words(language) for language, _name in settings.LANGUAGES},
    }


def _words(language: str) -> dict[str, Any]:
    """What the worker says on the pages of a language; it writes this into HTML."""
    digits = "arab" if settings.ARABIC_DIGITS == "arabic" else "latn"
    with translation.override(language):
        return {
            "locale": f"ar-EG-u-nu-{digits}" if language == "ar" else "en-GB",
            "name": dict(settings.LANGUAGES)[language],
            "offline": reverse("offline"),
            # The worker puts the day and the time in the place of the name.
            "kept": escape(
                _(
                    "The connection is broken or very slow. This is a copy on your device, as of %(when)s: "
                    "what was changed since is missing from it."
                )
            ),
            # The names are those of `Intl.DateTimeFormat.formatToParts`; `periods` are the parts of the day from when on.
            "when": escape(_("%(weekday)s %(day)s %(month)s at %(hour)s:%(minute)s %(period)s")),
            "periods": _periods(language),
            "stale": escape(_("“Today”, “tomorrow” and “now” in it mean the day it is of.")),
            "over": escape(_("The visit is over")),
            "again": escape(_("Try again")),
        }


def _periods(language: str) -> list[tuple[str, str]]:
    if language != "ar":
        return [("00:00", "am"), ("12:00", "pm")]
    return [(f"{start:%H:%M}", name) for start, name in periods_in_use()]


def _as_script(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

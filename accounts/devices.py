"""A browser in words, from what it says of itself: «كروم على أندرويد»."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The first that is found names it: most browsers also claim to be those below them.
_BROWSERS = (
    (("Edg/", "EdgA/", "EdgiOS/"), gettext_noop("Edge")),
    (("OPR/", "Opera Mini/", "Opera/", "OPT/"), gettext_noop("Opera")),
    (("SamsungBrowser/",), gettext_noop("Samsung Internet")),
    (("UCBrowser/",), gettext_noop("UC Browser")),
    (("Firefox/", "FxiOS/"), gettext_noop("Firefox")),
    (("Chrome/", "CriOS/", "Chromium/"), gettext_noop("Chrome")),
    (("Safari/",), gettext_noop("Safari")),
)
_SYSTEMS = (
    (("iPhone",), gettext_noop("iPhone")),
    (("iPad",), gettext_noop("iPad")),
    (("Android",), gettext_noop("Android")),
    (("Windows",), gettext_noop("Windows")),
    (("CrOS",), gettext_noop("ChromeOS")),
    (("Macintosh", "Mac OS X"), gettext_noop("Mac")),
    (("Linux", "X11"), gettext_noop("Linux")),
)


def describe_device(user_agent: str) -> str:
    """Browser and system of a User-Agent header, as far as they are known."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": _(browser), "system": _(system)}
    if browser or system:
        return _(browser or system)
    return _("Unknown device")


def _first(table: tuple[tuple[tuple[str, ...], str], ...], user_agent: str) -> str:
    return next((name for marks, name in table if any(mark in user_agent for mark in marks)), "")

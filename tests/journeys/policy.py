"""A browser that notes what the policies of the pages (Content-Security-Policy) have refused."""

from __future__ import annotations

from typing import Any

from tests.journeys.people import Browser

_MARK = "refused by policy: "
# What a page tells where a script runs. What axe-core does to a page while it looks is not the page's own.
_WATCH = f"""addEventListener('securitypolicyviolation', (event) => window.isLookedAt || console.error(
    '{_MARK}' + event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sourceFile + ':' + event.lineNumber));"""
# What Chromium writes into its console: all there is where no script runs.
_OF_CHROMIUM = "Content Security Policy"


class WatchedBrowser:
    """A browser whose every window is watched; everything else is as the browser has it."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._refused: list[str] = []

    def new_context(self, **options: Any) -> Any:
        """A window of one's own, as Playwright opens it."""
        context = self._browser.new_context(**options)
        has_script = options.get("java_script_enabled", True)
        if has_script:
            context.add_init_script(_WATCH)
        sign = _MARK if has_script else _OF_CHROMIUM

        def note(message: Any) -> None:
            if sign in message.text:
                where = message.page.url if message.page else ""
                self._refused.append(f"{where} {message.text}")

        context.on("console", note)
        return context

    def take_refused(self) -> list[str]:
        """What was refused since this was asked last, each with the address of its page."""
        refused, self._refused = self._refused, []
        return refused

    def __getattr__(self, name: str) -> Any:
        return getattr(self._browser, name)

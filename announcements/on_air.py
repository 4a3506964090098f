"""Radio scripts as they go to a station and to its announcer: at the announcer's pace, long bulletins in parts.

The pace is the setting `RADIO_WORDS_PER_MINUTE`; cutting is `arabic.broadcast`. What is frozen with a notice stays whole.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from announcements.arabic import broadcast, spoken
from announcements.enums import TextForm

# Between two parts, or two notices, in one text: a line that every program shows as it is.
BREAK: Final = "\n\n———\n\n"


def run_time(script: str) -> int:
    """Whole seconds on air, rounded up."""
    return spoken.seconds(script, settings.RADIO_WORDS_PER_MINUTE)


def split_for_air(script: str) -> list[str]:
    """The script whole, or as parts that fit a slot of sixty seconds each."""
    return broadcast.split_script(script, words_per_minute=settings.RADIO_WORDS_PER_MINUTE)


def text_for_air(script: str) -> str:
    """The same as one text, a line between the parts."""
    return BREAK.join(split_for_air(script))


def long_items(script: str) -> list[str]:
    """The items of a radio script that run longer than a visit may."""
    return broadcast.long_items(
        script, longest=spoken.SECONDS_PER_VISIT, words_per_minute=settings.RADIO_WORDS_PER_MINUTE
    )


def pages_to_read(form: str, body: str, *, item_a_page: bool) -> list[str]:
    """What stands on a page of its own when a spoken text is printed: an item (`item_a_page`), else a part."""
    if form == TextForm.LOUDSPEAKER:
        return body.split("\n\n") if item_a_page else [body]
    return broadcast.pages_of(body) if item_a_page else split_for_air(body)

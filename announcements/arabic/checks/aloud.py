"""How long a text takes to be read aloud: 45 seconds for a visit on the radio, half a minute on a loudspeaker.

A warning: the engine lets give way what it may, and what is left are facts that the public needs. A bulletin as a whole may be
longer; the station gets it in parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from announcements.arabic.broadcast import long_items
from announcements.arabic.checks.parsed import Findings, ParsedText
from announcements.arabic.digits import convert
from announcements.arabic.facts import Form
from announcements.arabic.findings import finding
from announcements.arabic.spoken import SECONDS_ON_LOUDSPEAKER, SECONDS_PER_VISIT, seconds

_PARAGRAPHS: Final = re.compile(r"\n\s*\n")


def check_aloud(parsed: ParsedText) -> Findings:
    """«spoken_long»."""
    limit = SECONDS_ON_LOUDSPEAKER if parsed.form is Form.LOUDSPEAKER else SECONDS_PER_VISIT
    for visit in _long_visits(parsed, limit):
        # Its first line stands for all of it, which may run over blank lines.
        line = visit.splitlines()[0]
        start = parsed.text.find(line)
        told = {"length": str(seconds(visit, parsed.words_per_minute)), "limit": str(limit)}
        values = {name: convert(value, parsed.digits) for name, value in told.items()}
        yield finding(parsed.text, "spoken_long", start, start + len(line), **values)


def _long_visits(parsed: ParsedText, limit: int) -> Iterator[str]:
    if parsed.form is Form.RADIO:
        yield from long_items(parsed.text, longest=limit, words_per_minute=parsed.words_per_minute)
    elif parsed.form is Form.LOUDSPEAKER:
        for visit in _PARAGRAPHS.split(parsed.text.strip()):
            if seconds(visit, parsed.words_per_minute) > limit:
                yield visit

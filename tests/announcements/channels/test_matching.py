"""Which live posts count as our message."""

import pytest

from announcements.channels.base import Message
from announcements.channels.matching import Likeness, likeness


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ("إعلان رقم 5/2026\nنص", Likeness.SAME),
        (" إعلان  رقم 5/2026 \r\n\r\nنص\u200f", Likeness.SAME),
        ("\u2066إعلان رقم 5/2026\u2069 نص", Likeness.SAME),
        ("إعلان رقم 5/2026\nنصٌّ آخر", Likeness.SIMILAR),
        ("إعلان رقم 15/2026\nنص", Likeness.OTHER),
        ("إعلان رقم 5/20261\nنص", Likeness.OTHER),
        ("تنويه بشأن الإعلان رقم 5/2026", Likeness.OTHER),
        ("", Likeness.OTHER),
    ],
)
def test_likeness_of_a_live_post(live: str, expected: Likeness) -> None:
    message = Message(uid="1", subject="", text="إعلان رقم 5/2026\nنص", marker="إعلان رقم 5/2026")

    assert likeness(live, message) is expected


def test_message_without_a_marker_is_recognised_by_its_text_alone() -> None:
    message = Message(uid="1", subject="", text="نص", marker="")

    assert likeness("نص", message) is Likeness.SAME
    assert likeness("نص آخر", message) is Likeness.OTHER

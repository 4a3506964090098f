"""The stand-in for every test of a channel, and one message to send."""

import pytest

from announcements.channels.base import Attachment, Message
from tests.support.standin import running_standin, standin

__all__ = ["running_standin", "standin"]


@pytest.fixture
def message() -> Message:
    """An announcement as the outbox hands it over."""
    return Message(
        uid="0b7f7a3e-8d0c-4a53-9c0e-2f3d7f8f1c11",
        subject="إعلان رقم 5/2026",
        text="إعلان رقم 5/2026\nتعلن الوحدة المحلية لمركز ومدينة سوهاج عن تواجد السيارة بقرية بلصفورة – مركز سوهاج.",
        marker="إعلان رقم 5/2026",
    )


@pytest.fixture
def photo() -> Attachment:
    """The smallest PNG there is, with line ends inside that a careless parser would change."""
    content = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\xda"
        b"c`\x00\x00\x00\x02\x00\x01\xe5'\xde\xfc\x00\x00\x00\x00IEND\xaeB`\x82"
    )
    return Attachment("card.png", content, "image/png")

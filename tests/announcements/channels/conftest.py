"""The stand-in for every test of a channel, and one message to send."""

import pytest

from announcements.channels.base import Message
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

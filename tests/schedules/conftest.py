"""The stand-in, for tests that let something leave."""

from tests.support.standin import running_standin, standin

__all__ = ["running_standin", "standin"]

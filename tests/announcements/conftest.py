"""The stand-in, for every test that lets a delivery leave."""

from tests.support.standin import running_standin, standin

__all__ = ["running_standin", "standin"]

"""The embedded broker: kombu's messages-as-files, with each message put in place whole.

kombu writes a message into the file under its final name, so a worker that looks at the wrong moment takes an empty file, finds
no JSON in it, and dies. Here the file gets its name only when all of it is there.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A channel whose messages appear at once or not at all."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # reason: kombu has a twin of it
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        # A name that no reader takes for a message of any queue.
        draft = folder / f".{name}.part"
        try:
            draft.write_text(dumps(payload), encoding="utf-8")
            draft.rename(folder / name)
        except OSError as error:
            raise ChannelError(f"Cannot put a message into {folder}") from error


class Transport(filesystem.Transport):
    """kombu's transport over such channels."""

    Channel = Channel


def install() -> None:
    """Make `filesystem://` mean this transport, in this process."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"

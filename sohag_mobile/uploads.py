"""Files that are sent to us: one that is too large is let go before it is read, whatever it says of itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

# Room for the other fields of a form and the lines between.
_AROUND = 64 * 1024


class LimitedUpload(FileUploadHandler):
    """Stops an upload beyond IMPORT_MAX_BYTES, in front of the handlers that keep it. The view asks `is_too_large`."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if _said_length(self.request) > settings.IMPORT_MAX_BYTES + _AROUND:
            self._stop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.IMPORT_MAX_BYTES:
            self._stop()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _stop(self) -> None:
        self.request.upload_is_too_large = True  # type: ignore[union-attr]
        # The rest is neither read nor kept.
        raise StopUpload(connection_reset=True)


def is_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was let go; its form then has the fields that came before the file."""
    request.FILES  # noqa: B018  # reason: reads the form, if that has not been done
    return bool(getattr(request, "upload_is_too_large", False))


def _said_length(request: HttpRequest | None) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) if request else 0
    except ValueError:
        return 0

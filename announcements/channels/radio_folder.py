"""The radio outbox folder: the script as a text file and its attachments, for a station that collects files.

Files are named by the delivery's uid and appear whole or not at all (written under another name, flushed to the disk, then
renamed), so writing twice leaves one file and a reader never meets half a script.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from django.conf import settings

from announcements.exports import text_txt

from .base import Adapter, Irrevocable, Message, PermanentChannelError, PostGone, Receipt, Target, TemporaryChannelError
from .naming import safe_uid

# One folder name: letters of any script, digits, blank, dot, underscore, hyphen; it neither begins nor ends with a dot or blank.
_FOLDER: Final = re.compile(r"\w(?:[\w .-]{0,62}[\w-])?")
_EXTENSION: Final = re.compile(r"\.[A-Za-z0-9]{1,8}")


class RadioFolderAdapter(Irrevocable):
    """Writes into `RADIO_OUTBOX_DIR/<Target.address>/`; `Target.token` is not used."""

    can_edit = False
    can_find = False
    is_repeatable = True

    def post(self, target: Target, message: Message) -> Receipt:
        """Write `<uid>.<extension>` for every attachment and `<uid>.txt` last, so that the text means «complete».

        Raises PermanentChannelError for a folder or file that may not be, TemporaryChannelError when the disk refuses.
        """
        uid = safe_uid(message.uid)
        folder = _folder(target.address)
        files = {f"{uid}{_extension(one.filename)}": one.content for one in message.attachments}
        files[f"{uid}.txt"] = text_txt(message.text)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                _write_whole(folder / name, content)
            _flush_folder(folder)
        except OSError as error:
            raise TemporaryChannelError("folder_unavailable", f"Outbox folder: {error.strerror or 'error'}.") from error
        return Receipt(external_id=f"{target.address}/{uid}.txt")

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """A script may already have been collected. Raises PostGone: the correction is a file of its own."""
        raise PostGone("cannot_edit", "A script in the outbox folder may already have been collected.")

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Not needed: writing again is harmless. Raises PermanentChannelError."""
        raise PermanentChannelError("cannot_find", "The outbox folder is written, not read.")


def _folder(address: str) -> Path:
    """The channel's folder; raises PermanentChannelError for a name that could lead anywhere else."""
    base = Path(settings.RADIO_OUTBOX_DIR).resolve()
    if not _FOLDER.fullmatch(address):
        raise PermanentChannelError("bad_address", "Outbox folder: the name is not that of one folder.")
    folder = (base / address).resolve()
    # A link inside the outbox that leads out of it would pass the pattern.
    if folder.parent != base:
        raise PermanentChannelError("bad_address", "Outbox folder: the name leads out of the outbox.")
    return folder


def _extension(filename: str) -> str:
    """The extension of an attachment's name, lower case; raises PermanentChannelError when it is no plain one."""
    extension = Path(filename).suffix.lower()
    if not _EXTENSION.fullmatch(extension) or extension == ".txt":
        raise PermanentChannelError("bad_attachment", "Outbox folder: the attachment's name has no usable ending.")
    return extension


def _write_whole(path: Path, content: bytes) -> None:
    """Write under a temporary name, flush to the disk, rename."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp's files are for their owner alone; the station's account must be able to read these.
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make the renames survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


ADAPTER: Final[Adapter] = RadioFolderAdapter()

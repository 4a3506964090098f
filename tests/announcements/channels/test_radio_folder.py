"""The outbox folder: whole files, named by uid, never anywhere else."""

import dataclasses
from pathlib import Path

import pytest

from announcements.channels.base import (
    Attachment,
    Message,
    PermanentChannelError,
    PostGone,
    Target,
    TemporaryChannelError,
)
from announcements.channels.radio_folder import RadioFolderAdapter
from announcements.exports import DOCX_MIME_TYPE

TARGET = Target("south-upper-egypt")

adapter = RadioFolderAdapter()


@pytest.fixture
def outbox(tmp_path: Path, settings) -> Path:
    settings.RADIO_OUTBOX_DIR = tmp_path / "radio"
    return tmp_path / "radio"


def listed(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_post_writes_text_and_attachment_by_uid(outbox: Path, message: Message) -> None:
    message = dataclasses.replace(message, attachments=(Attachment("notice.docx", b"docx", DOCX_MIME_TYPE),))

    receipt = adapter.post(TARGET, message)

    name = f"south-upper-egypt/{message.uid}"
    text = b"\xef\xbb\xbf" + message.text.replace("\n", "\r\n").encode() + b"\r\n"
    assert listed(outbox) == {f"{name}.docx": b"docx", f"{name}.txt": text}
    assert receipt.external_id == f"{name}.txt"
    assert (outbox / receipt.external_id).stat().st_mode & 0o777 == 0o644


def test_post_twice_leaves_one_file(outbox: Path, message: Message) -> None:
    first = adapter.post(TARGET, message)
    before = listed(outbox)

    assert adapter.post(TARGET, message) == first
    assert listed(outbox) == before
    assert len(before) == 1


def test_folder_may_have_an_arabic_name(outbox: Path, message: Message) -> None:
    receipt = adapter.post(Target("إذاعة جنوب الصعيد"), message)

    assert (outbox / "إذاعة جنوب الصعيد" / f"{message.uid}.txt").exists()
    assert receipt.external_id.startswith("إذاعة جنوب الصعيد/")


@pytest.mark.parametrize(
    "address", ["", ".", "..", "../elsewhere", "a/../../b", "/etc", "a/b", "a\\b", ".hidden", "a\x00b", "a\n", "x" * 65]
)
def test_address_that_leaves_the_outbox_is_refused(outbox: Path, message: Message, address: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(Target(address), message)

    assert caught.value.code == "bad_address"
    assert list(outbox.parent.rglob("*")) == []


def test_link_that_leaves_the_outbox_is_refused(outbox: Path, tmp_path: Path, message: Message) -> None:
    (tmp_path / "elsewhere").mkdir()
    outbox.mkdir()
    (outbox / "station").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PermanentChannelError):
        adapter.post(Target("station"), message)

    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("uid", ["", "../x", "a/b", ".x", "a.b"])
def test_uid_that_is_no_plain_name_is_refused(outbox: Path, message: Message, uid: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, dataclasses.replace(message, uid=uid))

    assert caught.value.code == "bad_uid"


@pytest.mark.parametrize("filename", ["notice", "notice.txt", "notice.", "notice.d/x"])
def test_attachment_without_a_usable_ending_is_refused(outbox: Path, message: Message, filename: str) -> None:
    message = dataclasses.replace(message, attachments=(Attachment(filename, b"", "text/plain"),))

    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.code == "bad_attachment"


def test_disk_that_refuses_is_temporary_and_leaves_nothing(outbox: Path, message: Message) -> None:
    outbox.mkdir()
    # A file where the folder should be fails alike for every account, root included.
    (outbox / TARGET.address).write_bytes(b"")

    with pytest.raises(TemporaryChannelError) as caught:
        adapter.post(TARGET, message)

    assert caught.value.code == "folder_unavailable"
    assert listed(outbox) == {TARGET.address: b""}


def test_half_written_file_is_never_seen(outbox: Path, message: Message) -> None:
    # A folder that bears the file's name lets the writing succeed and the renaming fail.
    (outbox / TARGET.address / f"{message.uid}.txt").mkdir(parents=True)

    with pytest.raises(TemporaryChannelError):
        adapter.post(TARGET, message)

    assert listed(outbox) == {}


def test_a_script_is_not_edited(message: Message) -> None:
    with pytest.raises(PostGone):
        adapter.edit(TARGET, "x", message)

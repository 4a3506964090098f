"""Messages as files, written by one and read by another at the same moment."""

import threading
from pathlib import Path

from kombu import Connection

from sohag_mobile import file_broker

MESSAGES = 200
PAYLOAD = "م" * 200_000  # large, so that a reader has time to look while it is being written


def open_broker(folder: Path) -> Connection:
    file_broker.install()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    return Connection("filesystem://", transport_options=options)


def test_a_reader_never_sees_half_a_message(tmp_path: Path) -> None:
    (tmp_path / "control").mkdir()

    def write() -> None:
        with open_broker(tmp_path) as broker, broker.SimpleQueue("work") as queue:
            for number in range(MESSAGES):
                queue.put({"number": number, "text": PAYLOAD})

    writer = threading.Thread(target=write)
    with open_broker(tmp_path) as broker, broker.SimpleQueue("work") as queue:
        writer.start()
        seen = []
        while len(seen) < MESSAGES:
            message = queue.get(timeout=30)
            seen.append(message.payload["number"])
            message.ack()
    writer.join()
    assert sorted(seen) == list(range(MESSAGES))

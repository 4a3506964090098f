"""Whatever the product starts, ends with it."""

import signal
import socket
import subprocess
import sys
import time

import pytest

from sohag_mobile.processes import answers, die_with_parent, end_process_groups, free_port, port_is_taken

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"


def test_group_ends_with_its_grandchildren() -> None:
    code = "import subprocess, sys, time; c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    child = subprocess.Popen(
        [sys.executable, "-c", code + "print(c.pid, flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
        process_group=0,
    )
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())

    end_process_groups([child])
    child.stdout.close()

    assert child.returncode == -signal.SIGTERM
    assert not runs(grandchild)


def test_group_that_does_not_listen_is_killed() -> None:
    child = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, process_group=0)
    assert child.stdout is not None
    child.stdout.readline()

    end_process_groups([child], patience=0.3)
    child.stdout.close()

    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell a child of its parent's death")
def test_child_dies_when_its_parent_is_killed() -> None:
    code = (
        "import subprocess, sys, time; from sohag_mobile.processes import die_with_parent; "
        f"c = subprocess.Popen({SLEEP!r}, preexec_fn=die_with_parent()); print(c.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    grandchild = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 5
    while runs(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(grandchild)


def test_child_started_with_die_with_parent_lives_while_its_parent_does() -> None:
    child = subprocess.Popen(SLEEP, preexec_fn=die_with_parent(), process_group=0)
    time.sleep(0.2)

    assert child.poll() is None
    end_process_groups([child])


def test_port_is_taken_only_while_somebody_listens() -> None:
    port = free_port()
    assert (port_is_taken(port), answers(port)) == (False, False)

    with socket.create_server(("127.0.0.1", port)):
        assert (port_is_taken(port), answers(port)) == (True, True)


def runs(pid: int) -> bool:
    """Tell whether a process runs; one that is only waiting to be reaped does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

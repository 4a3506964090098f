"""Small tools for code that starts other programs: nothing it started may outlive it."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int = signal.SIGTERM) -> Callable[[], None]:
    """Return a `preexec_fn` after which the kernel signals the child when its parent dies, even by SIGKILL.

    Linux alone knows how; elsewhere the function does nothing. It also clears the signal mask and the handlers that
    the child would inherit.
    """
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    parent = os.getpid()

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
            if os.getppid() != parent:  # the parent died before the call above
                os._exit(1)

    return prepare


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_taken(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could not listen on this port."""
    with socket.socket() as probe:
        # Servers set this too: a port whose last connections are still closing is not taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether something accepts connections on this port."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def end_process_groups(children: Iterable[subprocess.Popen[bytes]], *, patience: float = 8.0) -> None:
    """Ask the group of every child to stop (SIGTERM), then end what is left after `patience` seconds (SIGKILL).

    Each child must lead its own process group (`process_group=0`). Returns when no member of the groups is left.
    """
    children = list(children)
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and any(_group_lives(child) for child in children):
        time.sleep(0.05)
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _group_lives(child: subprocess.Popen[bytes]) -> bool:
    child.poll()  # a finished leader must be reaped, or its group would seem alive
    try:
        os.killpg(child.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

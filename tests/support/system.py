"""The whole product, running: web server, worker with beat, and the stand-in, as `make run` starts them.

With DATABASE_URL and REDIS_URL (the second run of the suite) it runs on PostgreSQL and a Redis-protocol server, in a database
of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
CLOCK = Path(__file__).parent / "clock"
PASSWORD = "journeys-only-password"
READY_SECONDS = 120
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class System:
    """A running product. Addresses have no slash at their end."""

    url: str
    standin_url: str
    var: Path
    environment: dict[str, str]
    serve: subprocess.Popen[bytes]

    def standin_state(self) -> dict[str, Any]:
        """What the social pages and the station have received."""
        with urllib.request.urlopen(f"{self.standin_url}/_state", timeout=10) as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    def make_standin_fail(self, **fault: object) -> None:
        """Tell the stand-in how to behave, as its documentation says."""
        request = urllib.request.Request(
            f"{self.standin_url}/_control",
            data=json.dumps(fault).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        urllib.request.urlopen(request, timeout=10).close()

    def get(self, path: str) -> str:
        """The body of a public address."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
            body: bytes = answer.read()
        return body.decode()

    def worker_pids(self) -> list[int]:
        """The worker's processes, found as children of ours."""
        found = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.serve.pid)], capture_output=True, text=True
        )
        return [int(line.split()[0]) for line in found.stdout.splitlines() if " worker " in line]


def wait_until(question: Callable[[], T], *, seconds: float = 10, what: str = "it") -> T:
    """Ask until the answer is true; the answer. Raises AssertionError when the time is up."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} s; last answer: {answer!r}")
        time.sleep(0.1)


def free_ports(number: int) -> list[int]:
    """Ports nobody listens on just now."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@contextlib.contextmanager
def running_system(var: Path, *, ahead: dt.timedelta = dt.timedelta()) -> Iterator[System]:
    """Start the product in the folder `var` on free ports, filled with reference data and the example schedule.

    The clocks of all its processes run `ahead` of the machine's.
    """
    port, standin, smtp = free_ports(3)
    with _own_database() as database:
        environment = {
            key: value
            for key, value in os.environ.items()
            if key not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        } | database
        environment |= {
            "DJANGO_SETTINGS_MODULE": "sohag_mobile.settings.dev",
            "VAR_DIR": str(var),
            "PORT": str(port),
            "STANDIN_PORT": str(standin),
            "STANDIN_SMTP_PORT": str(smtp),
            "DEMO_PASSWORD": PASSWORD,
            "CHANNEL_TIMEOUT": "3",
            "DELIVERY_LEASE_SECONDS": "5",
        }
        if ahead:
            environment |= {"PYTHONPATH": str(CLOCK), "CLOCK_AHEAD_SECONDS": str(ahead.total_seconds())}
        log = (var / "serve.log").open("wb")
        serve = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        system = System(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{standin}", var, environment, serve)
        try:
            wait_until(lambda: _answers(system), seconds=READY_SECONDS, what=f"the start ({log.name})")
            yield system
        finally:
            serve.send_signal(signal.SIGTERM)
            serve.wait(30)
            log.close()


def _answers(system: System) -> bool:
    if system.serve.poll() is not None:
        raise AssertionError((system.var / "serve.log").read_text(errors="replace")[-4000:])
    try:
        system.get("/healthz")
        system.standin_state()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _own_database() -> Iterator[dict[str, str]]:
    """The variables of a fresh PostgreSQL database and an unused Redis database; none of them for SQLite."""
    base, redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not base or not redis:
        yield {}
        return
    name = f"journey_{uuid.uuid4().hex[:12]}"
    _administer(base, f'CREATE DATABASE "{name}"')
    try:
        parts = urllib.parse.urlsplit(base)
        number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 10
        yield {
            "DATABASE_URL": urllib.parse.urlunsplit(parts._replace(path=f"/{name}")),
            "REDIS_URL": urllib.parse.urlunsplit(urllib.parse.urlsplit(redis)._replace(path=f"/{number}")),
        }
    finally:
        _administer(base, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True  # databases are made outside transactions
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()

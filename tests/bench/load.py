"""A small load generator: a few keep-alive connections, each asking again as soon as it has its answer.

`wrk` does the same with less work of its own, and is used where it is installed. Both are bounded in time and ask
nobody but loopback.
"""

import re
import selectors
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field

CONNECTIONS = 8


@dataclass(frozen=True)
class Target:
    """One thing to ask for, on this machine."""

    name: str
    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    expect: int = 200

    def request(self) -> bytes:
        """The request as bytes."""
        lines = [f"GET {self.path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in self.headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def requests_per_second(target: Target, *, seconds: float) -> float:
    """Ask for `seconds` and return answers per second. Raises RuntimeError when an answer is not the expected one."""
    wrk = shutil.which("wrk")
    return with_wrk(wrk, target, seconds) if wrk else with_sockets(target, seconds)


def with_wrk(wrk: str, target: Target, seconds: float) -> float:
    """Measure with wrk; it tells apart only answers outside 2xx and 3xx, so the caller looks at one answer before."""
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{target.port}{target.path}")
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None or "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{target.name}: {output}")
    return float(found[1])


def with_sockets(target: Target, seconds: float) -> float:
    """Measure with our own sockets, in one thread."""
    request, expected = target.request(), f"HTTP/1.1 {target.expect} ".encode()
    answered = 0
    with selectors.DefaultSelector() as selector:
        connections = [socket.create_connection(("127.0.0.1", target.port), timeout=10) for _ in range(CONNECTIONS)]
        try:
            waiting = dict.fromkeys(connections, b"")
            for connection in connections:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(connection, selectors.EVENT_READ)
                connection.sendall(request)
            started = time.perf_counter()
            deadline = started + seconds
            while time.perf_counter() < deadline:
                for key, _ in selector.select(timeout=10):
                    connection = key.fileobj
                    assert isinstance(connection, socket.socket)
                    received = connection.recv(262144)
                    if not received:
                        raise RuntimeError(f"{target.name}: the server closed a connection")
                    whole = waiting[connection] + received
                    if not is_complete(whole):
                        waiting[connection] = whole
                        continue
                    if not whole.startswith(expected):
                        raise RuntimeError(f"{target.name}: {whole[:200]!r}")
                    answered += 1
                    waiting[connection] = b""
                    connection.sendall(request)
            return answered / (time.perf_counter() - started)
        finally:
            for connection in connections:
                connection.close()


def is_complete(answer: bytes) -> bool:
    """Tell whether a whole answer has arrived: its head, and as many bytes as the head promises."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return head.startswith(b"HTTP/1.1 304") or (length is not None and len(body) >= int(length[1]))


def ask(target: Target) -> tuple[int, dict[str, str], int]:
    """Ask once; returns status, headers by lower-case name and the size of the body."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=30) as connection:
        connection.sendall(target.request())
        answer = b""
        while not is_complete(answer):
            received = connection.recv(262144)
            if not received:
                break
            answer += received
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(status.split()[1]), headers, len(body)

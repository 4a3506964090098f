"""The wire between a browser and a server, weighed: also what no page hears of, such as the requests of a worker."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator

_REQUEST = re.compile(rb"[A-Z]+ (\S+) HTTP/1\.1\r\n")


class Wire:
    """What went over it: how often each address was asked for, and the bytes that came back, headers included."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: Counter[str] = Counter()
        self.weights: Counter[str] = Counter()


@contextlib.contextmanager
def weighed(port: int) -> Iterator[Wire]:
    """A wire to the HTTP server on `port` of this machine, without encryption and HTTP/2."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = [""]
            with socket.create_connection(("127.0.0.1", port)) as server:
                back = threading.Thread(target=self.bring, args=(server, asked), daemon=True)
                back.start()
                with contextlib.suppress(OSError):
                    while part := self.request.recv(65536):
                        if found := _REQUEST.match(part):
                            asked[0] = found[1].decode()
                            wire.requests[asked[0]] += 1
                        server.sendall(part)
                    server.shutdown(socket.SHUT_WR)
                back.join()

        def bring(self, server: socket.socket, asked: list[str]) -> None:
            # Browsers wait for an answer before they ask again on a connection.
            with contextlib.suppress(OSError):
                while part := server.recv(65536):
                    wire.weights[asked[0]] += len(part)
                    self.request.sendall(part)
                self.request.shutdown(socket.SHUT_WR)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection) as proxy:
        proxy.daemon_threads = True
        wire = Wire(f"http://127.0.0.1:{proxy.server_address[1]}")
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield wire
        proxy.shutdown()

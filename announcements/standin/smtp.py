"""A mail server that keeps what it is given: enough of RFC 5321 for a real client, plus AUTH PLAIN (RFC 4616)."""

from __future__ import annotations

import email.parser
import email.policy
import re
import socketserver
import threading
from collections.abc import Callable
from typing import Final

from .state import Fault, Mode, State

SERVICE = "smtp"

MAX_LINE: Final = 64 * 1024
MAX_MESSAGE: Final = 25 * 1024 * 1024

_ADDRESS = re.compile(r"<([^<>\s]*)>")


class Server(socketserver.ThreadingTCPServer):
    """The listening socket; one thread a connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], state: State, stopping: threading.Event, hold: float) -> None:
        self.state, self.stopping, self.hold = state, stopping, hold
        super().__init__(address, Session)


class Session(socketserver.StreamRequestHandler):
    """One connection. A failure that was asked for applies to one message, from its MAIL command on."""

    server: Server
    timeout = 60

    def setup(self) -> None:
        super().setup()
        self.sender = ""
        self.recipients: list[str] = []
        self.fault = Fault(Mode.OK)
        self.is_over = False

    def handle(self) -> None:
        """Answer commands until QUIT or the line ends."""
        commands: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "HELO": lambda _: self._say("250 stand-in"),
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": lambda _: self._say("250 2.0.0 Ok"),
            "QUIT": self._quit,
        }
        try:
            self._say("220 stand-in ESMTP")
            while not self.is_over:
                line = self.rfile.readline(MAX_LINE)
                if not line.endswith(b"\n"):
                    return
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                command = commands.get(verb.upper())
                if command is None:
                    self._say("500 5.5.2 Command not recognized")
                else:
                    command(rest)
        except OSError:
            return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _ehlo(self, rest: str) -> None:
        self._say(
            f"250-stand-in\r\n250-SIZE {MAX_MESSAGE}\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN"
        )

    def _auth(self, rest: str) -> None:
        """Any login will do; what was sent is not kept."""
        if rest.upper() == "PLAIN":
            self._say("334 ")
            self.rfile.readline(MAX_LINE)
        self._say("235 2.7.0 Authentication successful")

    def _mail(self, rest: str) -> None:
        self._forget()
        self.server.state.count(SERVICE, "MAIL")
        self.fault = self.server.state.take_fault(SERVICE)
        if self.fault.mode is Mode.RATE_LIMIT:
            self._say(f"450 4.7.1 Too much mail, try again in {self.fault.retry_after} seconds")
        elif self.fault.mode is Mode.EXPIRED_TOKEN:
            self._say("530 5.7.0 Authentication required")
        else:
            match = _ADDRESS.search(rest)
            self.sender = match[1] if match else ""
            self._say("250 2.1.0 Ok")

    def _rcpt(self, rest: str) -> None:
        match = _ADDRESS.search(rest)
        if self.fault.mode in (Mode.REFUSE, Mode.DUPLICATE) or match is None:
            self._say("550 5.1.1 No such mailbox")
            return
        self.recipients.append(match[1])
        self._say("250 2.1.5 Ok")

    def _data(self, rest: str) -> None:
        if not self.recipients:
            self._say("503 5.5.1 No recipients")
            return
        self._say("354 End data with <CR><LF>.<CR><LF>")
        raw = self._read_message()
        if raw is None or self.fault.mode is Mode.TOO_LONG:
            self._say("552 5.3.4 Message too big")
        elif self.fault.mode is Mode.TIMEOUT:
            self.server.stopping.wait(self.server.hold)
            self.is_over = True
        elif self.fault.mode is Mode.SERVER_ERROR:
            self._say("451 4.3.0 Local error in processing")
        else:
            self._keep(raw)
            if self.fault.mode is Mode.ACCEPTED_NO_ANSWER:
                self.is_over = True
            else:
                self._say("!! ??" if self.fault.mode is Mode.GARBLED else "250 2.0.0 Ok: queued")
        self._forget()

    def _read_message(self) -> bytes | None:
        """The message up to the lone dot, its dots unstuffed (RFC 5321, section 4.5.2); None when it is too long."""
        lines: list[bytes] = []
        size = 0
        while True:
            line = self.rfile.readline(MAX_LINE)
            if not line:
                raise ConnectionResetError
            if line in (b".\r\n", b".\n"):
                return b"".join(lines) if size <= MAX_MESSAGE else None
            size += len(line)
            if size <= MAX_MESSAGE:
                lines.append(line[1:] if line.startswith(b".") else line)

    def _keep(self, raw: bytes) -> None:
        headers = email.parser.BytesHeaderParser(policy=email.policy.default).parsebytes(raw)
        message_id = str(headers.get("Message-ID", "")).strip()
        self.server.state.add_mail(self.sender, self.recipients, message_id, raw)

    def _rset(self, rest: str) -> None:
        self._forget()
        self._say("250 2.0.0 Ok")

    def _forget(self) -> None:
        self.sender, self.recipients, self.fault = "", [], Fault(Mode.OK)

    def _quit(self, rest: str) -> None:
        self._say("221 2.0.0 Bye")
        self.is_over = True

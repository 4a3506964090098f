"""The stand-in as a running thing: one HTTP port for the platforms, the page and the controls; one SMTP port."""

from __future__ import annotations

import http.server
import ipaddress
import json
import socket
import struct
import threading
import urllib.parse
import zoneinfo
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from . import apprise, facebook, instagram, pages, smtp, telegram, webhook, x
from .answers import File, Reply, Request, read_multipart, whole_number
from .state import SERVICES, Fault, Mode, State

MAX_BODY: Final = 10 * 1024 * 1024
# How long a service that «does not answer» holds a connection open.
HOLD_SECONDS: Final = 120.0
# Whose path it is, decides who answers; the Graph API's pattern is the widest and comes last.
PLATFORMS: Final = (telegram, x, instagram, webhook, apprise, facebook)
# Nothing from elsewhere, no scripts: the page shows what it was sent.
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class StandIn:
    """Both servers in threads of this process. Binds to the loopback interface and to nothing else."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        smtp_port: int = 0,
        *,
        state_file: Path | None = None,
        timezone: str = "UTC",
    ) -> None:
        """Port 0 takes a free one. Raises ValueError for a host that is not loopback, OSError for a port that is taken."""
        if not is_loopback(host):
            raise ValueError("The stand-in may only listen on the loopback interface.")
        self.state = State(state_file)
        self.timezone = zoneinfo.ZoneInfo(timezone)
        self._stopping = threading.Event()
        self._http = _HttpServer((host, port), self)
        try:
            self._smtp = smtp.Server((host, smtp_port), self.state, self._stopping, HOLD_SECONDS)
        except OSError:
            self._http.server_close()
            raise
        self.host = host
        self.port = int(self._http.server_address[1])
        self.smtp_port = int(self._smtp.server_address[1])
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        """The address of the page, of the Graph API and of the Bot API."""
        return f"http://{self.host}:{self.port}"

    @property
    def stopping(self) -> threading.Event:
        """Set when held connections must be let go."""
        return self._stopping

    def start(self) -> Self:
        """Begin to serve; returns at once."""
        for server in (self._http, self._smtp):
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            self._threads.append(thread)
        saver = threading.Thread(target=self._save_now_and_then, daemon=True)
        saver.start()
        self._threads.append(saver)
        return self

    def stop(self) -> None:
        """End both servers and let go of every held connection."""
        self._stopping.set()
        for server in (self._http, self._smtp):
            if self._threads:
                server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join(timeout=5)
        self._threads = []
        self.state.save()

    def _save_now_and_then(self) -> None:
        """Save once a second, not with every post: a test may make thousands."""
        while not self._stopping.wait(1):
            self.state.save()

    def fail(
        self,
        service: str,
        mode: str,
        *,
        times: int | None = None,
        retry_after: int = 1,
        share: float | None = None,
        skip: int = 0,
        seed: int | None = None,
    ) -> None:
        """Make a service ("*" for all) fail from now on; the same as POST /_control. Raises ValueError for unknown words.

        With `seed` the same requests in the same order meet the same chance again.
        """
        services = SERVICES if service == "*" else (service,)
        if any(one not in SERVICES for one in services):
            raise ValueError(f"unknown service: {service}")
        self.state.set_fault(services, Fault(Mode(mode), times, retry_after, share, skip))
        if seed is not None:
            self.state.random.seed(seed)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


class _HttpServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], stand_in: StandIn) -> None:
        self.stand_in = stand_in
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what the time-outs are for; it is no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _HttpServer
    protocol_version = "HTTP/1.1"
    server_version = "StandIn"
    sys_version = ""
    timeout = 60
    # One packet an answer: headers and body written apart would wait for each other's acknowledgement.
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the line would hold a token."""

    def _serve(self) -> None:
        address = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(address.path)
        body = self._read_body()
        if body is None:
            self.close_connection = True
            self._send(Reply(413, {"error": "too large"}))
        elif path in ("/_control", "/_state", "/_reset"):
            self._send(self._control(path, body))
        elif self.command == "GET" and (path == "/" or path.startswith(("/live/", "/mail/", "/photo/"))):
            self._show(path)
        else:
            fields, files = self._fields_and_files(body)
            query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
            bearer = self.headers.get("Authorization", "").partition(" ")[2].strip()
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._platform(Request(self.command, path, query | fields, bearer, headers, body, files))

    def _platform(self, request: Request) -> None:
        """Answer as the platform whose path this is, or fail as it has been told to."""
        found = next(((one, match) for one in PLATFORMS if (match := one.match_path(request.path))), None)
        if found is None:
            self._send(
                Reply(404, {"error": {"message": "Unknown path components", "type": "OAuthException", "code": 2500}})
            )
            return
        platform, match = found
        stand_in = self.server.stand_in
        stand_in.state.count(platform.SERVICE, request.method)
        fault = stand_in.state.take_fault(platform.SERVICE)
        if fault.mode is Mode.TIMEOUT:
            stand_in.stopping.wait(HOLD_SECONDS)
            self._hang_up()
            return
        is_carried_out = fault.mode in (Mode.OK, Mode.ACCEPTED_NO_ANSWER, Mode.GARBLED, Mode.REFUSED_YET_LIVE)
        reply = (
            platform.answer(stand_in.state, match, request, f"{stand_in.url}/live")
            if is_carried_out
            else platform.failure(fault)
        )
        if fault.mode is Mode.ACCEPTED_NO_ANSWER:
            self._hang_up()
        elif fault.mode is Mode.GARBLED:
            self._send_bytes(200, b"<html>proxy</html>", "text/html; charset=utf-8")
        elif fault.mode is Mode.REFUSED_YET_LIVE:
            self._send(platform.failure(fault))
        else:
            self._send(reply)

    def _control(self, path: str, body: bytes) -> Reply:
        """The controls. Loopback alone can reach them; a page in a browser here cannot, for want of the JSON content type."""
        stand_in = self.server.stand_in
        if path == "/_state":
            return Reply(200, stand_in.state.as_json())
        if self.command != "POST":
            return Reply(405, {"error": "POST only"})
        if self.headers.get_content_type() != "application/json":
            return Reply(415, {"error": "Content-Type: application/json"})
        if path == "/_reset":
            stand_in.state.reset()
            return Reply(200, {"ok": True})
        return self._set_fault(self._fields(body))

    def _set_fault(self, fields: dict[str, Any]) -> Reply:
        stand_in = self.server.stand_in
        if isinstance(fields.get("refuse_duplicates"), bool):
            stand_in.state.refuse_duplicates = fields["refuse_duplicates"]
        if "token_expires_in" in fields:
            stand_in.state.token_expires_in = whole_number(fields["token_expires_in"])
        if "polls_until_ready" in fields:
            stand_in.state.polls_until_ready = whole_number(fields["polls_until_ready"]) or 0
        if "access_token_seconds" in fields:
            stand_in.state.access_token_seconds = whole_number(fields["access_token_seconds"]) or 0
        if "mode" in fields or "service" in fields:
            times, wait = fields.get("times"), whole_number(fields.get("retry_after", 1))
            share, seed, skip = fields.get("share"), fields.get("seed"), whole_number(fields.get("skip", 0))
            if (times is not None and (not isinstance(times, int) or times < 1)) or wait is None or wait < 0:
                return Reply(400, {"error": "times: a whole number from 1, or null; retry_after: seconds"})
            if skip is None or skip < 0:
                return Reply(400, {"error": "skip: a whole number from 0"})
            if (share is not None and not _is_share(share)) or (seed is not None and not isinstance(seed, int)):
                return Reply(400, {"error": "share: from 0 to 1, or null; seed: a whole number, or null"})
            service, mode = str(fields.get("service", "*")), str(fields.get("mode"))
            try:
                stand_in.fail(service, mode, times=times, retry_after=wait, share=share, skip=skip, seed=seed)
            except ValueError:
                words = {"services": [*SERVICES, "*"], "modes": [mode.value for mode in Mode]}
                return Reply(400, {"error": "unknown service or mode", **words})
        return Reply(200, {"ok": True})

    def _show(self, path: str) -> None:
        """The pages for people."""
        stand_in = self.server.stand_in
        state, parts = stand_in.state, path.strip("/").split("/")
        if path == "/":
            self._send_page(200, pages.wall(state, stand_in.timezone))
            return
        if parts[0] == "mail" and len(parts) in (2, 3):
            number, index = whole_number(parts[1]), whole_number(parts[2]) if len(parts) == 3 else None
            mail = next((one for one in state.mails if one.number == number), None)
            if mail is not None and len(parts) == 2:
                self._send_bytes(200, mail.raw, "message/rfc822", PAGE_HEADERS)
                return
            files = pages.attachments(mail) if mail is not None else []
            if index is not None and 0 <= index < len(files):
                content = files[index].get_payload(decode=True)
                name = urllib.parse.quote(pages.filename(files[index], index))
                disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
                data = content if isinstance(content, bytes) else b""
                self._send_bytes(200, data, "application/octet-stream", PAGE_HEADERS | disposition)
                return
        post = pages.find_post(state, path)
        if post is not None and parts[0] == "photo":
            self._send_bytes(200, post.photo, post.photo_type, PAGE_HEADERS)
        elif post is None:
            self._send_page(404, pages.not_found())
        else:
            self._send_page(200, pages.single(post, stand_in.timezone))

    def _read_body(self) -> bytes | None:
        """The request's body; None when it is too long."""
        length = whole_number(self.headers.get("Content-Length", "0")) or 0
        return self.rfile.read(length) if 0 <= length <= MAX_BODY else None

    def _fields_and_files(self, body: bytes) -> tuple[dict[str, Any], dict[str, File]]:
        """The fields of any body, and the files of a multipart one."""
        if self.headers.get_content_type() != "multipart/form-data":
            return self._fields(body), {}
        fields, files = read_multipart(body, str(self.headers.get_boundary("")))
        return dict(fields), files

    def _fields(self, body: bytes) -> dict[str, Any]:
        """The fields of a JSON or form body."""
        text = body.decode("utf-8", "replace")
        if self.headers.get_content_type() == "application/json":
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                return {}
            return value if isinstance(value, dict) else {}
        return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))

    def _send(self, reply: Reply) -> None:
        body = json.dumps(reply.body, ensure_ascii=False).encode()
        self._send_bytes(reply.status, body, "application/json; charset=utf-8", dict(reply.headers))

    def _send_page(self, status: int, page: str) -> None:
        self._send_bytes(status, page.encode(), "text/html; charset=utf-8", PAGE_HEADERS)

    def _send_bytes(self, status: int, body: bytes, content_type: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        """Cut the line without a word, as a crashed server or a lost connection does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

"""What the shared client makes of answers that no platform documents."""

import datetime as dt
import http.server
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from announcements.channels import http as client
from announcements.channels.base import ChannelError, PermanentChannelError, TemporaryChannelError, UncertainOutcome

# path -> status, headers, body
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/ok": (200, {}, b' {"id": 1}'),
    "/moved": (302, {"Location": "/ok"}, b""),
    "/list": (200, {}, b"[1]"),
    "/empty": (200, {}, b""),
    "/huge": (200, {}, b'{"a": "' + b"x" * client.MAX_ANSWER_BYTES + b'"}'),
    "/bomb": (200, {}, b"[" * 100_000),
    "/busy": (503, {}, b"<html>"),
    "/wait": (429, {"Retry-After": "12"}, b"slow down"),
    "/mine": (400, {}, b'{"error": {"code": 7}}'),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def platform() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def call(url: str, *, creates: bool = True) -> client.Call:
    return client.Call("POST", url, "test", creates=creates, form={"a": "b"})


def test_success_is_the_json_object(platform: str) -> None:
    answer = client.perform(call(f"{platform}/ok"))

    assert (answer.status, answer.body) == (200, {"id": 1})


def test_refusal_is_left_to_the_adapter(platform: str) -> None:
    answer = client.perform(call(f"{platform}/mine"))

    assert (answer.status, answer.is_success, answer.body) == (400, False, {"error": {"code": 7}})


@pytest.mark.parametrize(
    ("path", "error", "code"),
    [
        ("/moved", PermanentChannelError, "redirected"),
        ("/list", UncertainOutcome, "malformed"),
        ("/empty", UncertainOutcome, "malformed"),
        ("/huge", UncertainOutcome, "malformed"),
        ("/bomb", UncertainOutcome, "malformed"),
        ("/busy", UncertainOutcome, "server_error"),
        ("/wait", TemporaryChannelError, "rate_limited"),
    ],
)
def test_odd_answer_to_a_creating_call(platform: str, path: str, error: type[ChannelError], code: str) -> None:
    with pytest.raises(ChannelError) as caught:
        client.perform(call(f"{platform}{path}"))

    assert type(caught.value) is error
    assert caught.value.code == code


@pytest.mark.parametrize("path", ["/list", "/empty", "/huge", "/bomb", "/busy", "/wait"])
def test_odd_answer_to_a_repeatable_call_is_temporary(platform: str, path: str) -> None:
    with pytest.raises(TemporaryChannelError):
        client.perform(call(f"{platform}{path}", creates=False))


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "http://[::1/x", "http://127.0.0.1:99999/", "ftp://127.0.0.1/"]
)
def test_address_that_is_none_is_permanent(url: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        client.perform(call(url))

    assert caught.value.code == "bad_address"


def test_unknown_name_means_that_nothing_was_sent() -> None:
    with pytest.raises(TemporaryChannelError) as caught:
        client.perform(call("http://no-such-host.invalid/"))

    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("creates", [True, False])
def test_handshake_that_never_ends_means_that_nothing_was_sent(settings, creates: bool) -> None:
    settings.CHANNEL_TIMEOUT = (0.2, 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TemporaryChannelError) as caught:
        client.perform(call(f"https://127.0.0.1:{silent.getsockname()[1]}/", creates=creates))

    assert caught.value.code == "no_tls"


def test_platform_without_tls_means_that_nothing_was_sent(platform: str) -> None:
    with pytest.raises(TemporaryChannelError) as caught:
        client.perform(call(f"{platform}/ok".replace("http:", "https:")))

    assert caught.value.code == "no_tls"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
def test_line_that_breaks_after_a_tls_request_is_uncertain(tmp_path: Path, settings: Any) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    settings.CHANNEL_CA_BUNDLE = str(certificate)

    def read_and_hang_up(server: socket.socket) -> None:
        connection, _ = server.accept()
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=read_and_hang_up, args=[server])
        thread.start()
        # In a thread of its own, which opens lines of its own: those of this one trust what they were opened with.
        with ThreadPoolExecutor(1) as pool, pytest.raises(UncertainOutcome) as caught:
            pool.submit(client.perform, call(f"https://127.0.0.1:{server.getsockname()[1]}/")).result()
        thread.join()

    assert caught.value.code == "no_answer"


def test_spent_budget_begins_no_further_call(platform: str, settings) -> None:
    settings.CHANNEL_TIMEOUT = (0, 0)

    with pytest.raises(TemporaryChannelError) as caught:
        client.perform(call(f"{platform}/ok"), client.Budget())

    assert caught.value.code == "too_slow"


@pytest.mark.parametrize(
    ("value", "seconds"), [("12", 12.0), ("0", 0.0), ("", None), ("soon", None), ("-3", None), ("1e9", None)]
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    assert client.retry_after(client.Answer(429, {"retry-after": value}, {})) == seconds


def test_retry_after_as_a_date() -> None:
    moment = timezone.now() + dt.timedelta(seconds=90)
    header = format_datetime(moment.astimezone(dt.UTC), usegmt=True)

    wait = client.retry_after(client.Answer(429, {"retry-after": header}, {}))

    assert wait is not None
    assert 80 < wait <= 90


def test_longest_attempt_grows_with_the_time_out(settings) -> None:
    settings.CHANNEL_TIMEOUT = 10

    assert client.longest_attempt_seconds() == 51


def test_redact_hides_tokens_in_addresses() -> None:
    text = "GET /bot12:AAx/getMe and https://g/v1/p?access_token=EAA&x=1"

    assert client.redact(text) == "GET /bot***/getMe and https://g/v1/p?access_token=***&x=1"

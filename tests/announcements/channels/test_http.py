"""What the shared client makes of answers that no platform documents."""

import base64
import datetime as dt
import gzip
import http.server
import ipaddress
import json
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from announcements.channels import http as client
from announcements.channels.base import (
    Attachment,
    ChannelError,
    PermanentChannelError,
    TemporaryChannelError,
    UncertainOutcome,
)

# path -> status, headers, body
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/ok": (200, {}, b' {"id": 1}'),
    "/moved": (302, {"Location": "/ok"}, b""),
    "/list": (200, {}, b"[1]"),
    "/empty": (200, {}, b""),
    "/packed": (200, {"Content-Encoding": "gzip"}, gzip.compress(b'{"id": 1}')),
    "/huge": (200, {}, b'{"a": "' + b"x" * client.MAX_ANSWER_BYTES + b'"}'),
    "/bomb": (200, {}, b"[" * 100_000),
    "/busy": (503, {}, b"<html>"),
    "/wait": (429, {"Retry-After": "12"}, b"slow down"),
    "/mine": (400, {}, b'{"error": {"code": 7}}'),
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        # A proxy is asked for a whole address.
        if "/echo" in self.path:
            heard = {
                "path": self.path,
                "body": sent,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "port": self.client_address[1],
            }
            status, headers, body = 200, {}, json.dumps(heard).encode()
        else:
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


def heard(call: client.Call) -> dict[str, Any]:
    return dict(client.perform(call).body)


def test_packed_answer_is_unpacked(platform: str) -> None:
    assert client.perform(call(f"{platform}/packed")).body == {"id": 1}


def test_form_is_written_as_a_form(platform: str) -> None:
    got = heard(client.Call("POST", f"{platform}/echo", "test", form={"text": "إعلان & 1", "b": "c"}))

    assert dict(urllib.parse.parse_qsl(got["body"])) == {"text": "إعلان & 1", "b": "c"}
    assert got["headers"]["content-type"] == "application/x-www-form-urlencoded"


def test_parameters_join_those_of_the_address(platform: str) -> None:
    got = heard(client.Call("POST", f"{platform}/echo?a=1", "test", params={"b": "x y", "c": "ع"}))

    query = urllib.parse.urlsplit(got["path"]).query
    assert dict(urllib.parse.parse_qsl(query)) == {"a": "1", "b": "x y", "c": "ع"}


def test_files_travel_with_their_form(platform: str) -> None:
    file = Attachment("a.txt", b"inside", "text/plain")
    got = heard(client.Call("POST", f"{platform}/echo", "test", form={"caption": "نص"}, files={"photo": file}))

    assert got["headers"]["content-type"].startswith("multipart/form-data; boundary=")
    assert 'name="caption"\r\n\r\nنص\r\n' in got["body"]
    assert 'name="photo"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ninside' in got["body"]


def test_signed_bytes_are_sent_as_they_are(platform: str) -> None:
    headers = {"content-type": "application/json", "x-signature": "s"}
    got = heard(client.Call("POST", f"{platform}/echo", "test", body=b'{"b":1, "a":2}', headers=headers))

    assert got["body"] == '{"b":1, "a":2}'
    assert {name: got["headers"].get(name) for name in headers} == headers


def test_token_is_in_the_header(platform: str) -> None:
    got = heard(client.Call("POST", f"{platform}/echo", "test", json={}, bearer="EAAx"))

    assert (got["headers"]["authorization"], got["body"]) == ("Bearer EAAx", "{}")


def test_nothing_is_read_from_the_environment(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert "authorization" not in heard(client.Call("POST", f"{platform}/echo", "test", json={}))["headers"]


@pytest.mark.parametrize("between", ["/mine", "/empty", "/echo"])
def test_line_is_kept_within_a_burst(platform: str, between: str) -> None:
    first = client.Call("POST", f"{platform}/echo", "test", json={})
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(heard, first).result()["port"]
        other = pool.submit(client.perform, call(f"{platform}{between}"))
        after = pool.submit(heard, first).result()["port"]

    # After an answer that cannot be understood, a new one.
    assert (before == after) is (other.exception() is None)


def test_proxy_is_asked_by_name_and_password(platform: str, settings: Any) -> None:
    settings.CHANNEL_PROXY = platform.replace("//", "//office:p%40ss@")
    with ThreadPoolExecutor(1) as pool:
        got = pool.submit(heard, client.Call("POST", "http://no-such-host.invalid/echo", "test", json={})).result()

    assert got["path"] == "http://no-such-host.invalid/echo"
    assert got["headers"]["proxy-authorization"] == "Basic " + base64.b64encode(b"office:p@ss").decode()


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


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS, and the certificate that it shows and nobody else has signed."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.write_bytes(private.private_bytes(pem, form, secret))
    certificate.write_bytes(signed.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def test_certificate_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    context, _ = certified(tmp_path)
    met: list[Exception] = []

    def shake_hands(server: socket.socket) -> None:
        connection, _ = server.accept()
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError as error:
            met.append(error)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=shake_hands, args=[server])
        thread.start()
        with pytest.raises(TemporaryChannelError) as caught:
            client.perform(call(f"https://127.0.0.1:{server.getsockname()[1]}/"))
        thread.join()

    assert caught.value.code == "no_tls"
    assert len(met) == 1


def test_line_that_breaks_after_a_tls_request_is_uncertain(tmp_path: Path, settings: Any) -> None:
    context, certificate = certified(tmp_path)
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

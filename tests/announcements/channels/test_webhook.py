"""The webhook against the stand-in's receiver, and the receiver that its documentation shows."""

import dataclasses
import datetime as dt
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import requests
from django.utils import timezone

from announcements.channels.base import (
    ChannelError,
    Message,
    PermanentChannelError,
    PostGone,
    Receipt,
    Target,
    TemporaryChannelError,
)
from announcements.channels.webhook import WebhookAdapter, signature
from announcements.standin.server import StandIn
from announcements.standin.webhook import SECRET

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "webhook.md"

adapter = WebhookAdapter()


@pytest.fixture
def target(standin: StandIn) -> Target:
    return Target(f"{standin.url}/webhook/governorate", SECRET)


def texts(standin: StandIn) -> list[str]:
    return [post.text for post in standin.state.posts if not post.is_deleted]


def test_post_is_kept_under_its_uid_and_its_page_told(standin: StandIn, target: Target, message: Message) -> None:
    receipt = adapter.post(target, message)

    assert texts(standin) == [message.text]
    assert receipt.external_id == message.uid
    assert requests.get(receipt.url, timeout=5).status_code == 200


def test_repeated_post_is_one_post(standin: StandIn, target: Target, message: Message) -> None:
    standin.fail("webhook", "accepted_no_answer", times=1)
    with pytest.raises(TemporaryChannelError):
        adapter.post(target, message)

    receipt = adapter.post(target, message)

    assert receipt.external_id == message.uid
    assert texts(standin) == [message.text]


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("rate_limit", TemporaryChannelError, "rate_limited"),
        ("timeout", TemporaryChannelError, "no_answer"),
        ("server_error", TemporaryChannelError, "server_error"),
        ("garbled", TemporaryChannelError, "malformed"),
        ("accepted_no_answer", TemporaryChannelError, "no_answer"),
        ("expired_token", PermanentChannelError, "signature_refused"),
        ("refuse", PermanentChannelError, "permission"),
        ("duplicate", PermanentChannelError, "duplicate"),
        ("too_long", PermanentChannelError, "too_long"),
    ],
)
def test_post_names_how_it_failed(
    standin: StandIn, target: Target, message: Message, mode: str, error: type[ChannelError], code: str
) -> None:
    standin.fail("webhook", mode, times=1, retry_after=21)

    with pytest.raises(ChannelError) as caught:
        adapter.post(target, message)

    assert type(caught.value) is error
    assert caught.value.code == code
    if mode in ("rate_limit", "server_error"):
        assert isinstance(caught.value, TemporaryChannelError)
        assert caught.value.retry_after == 21


def test_edit_changes_the_first_post_however_often_it_comes(standin: StandIn, target: Target, message: Message) -> None:
    receipt = adapter.post(target, message)
    changed = dataclasses.replace(message, uid="edit-1", text="إعلان رقم 6/2026\nتنويه")

    first = adapter.edit(target, receipt.external_id, changed)
    adapter.edit(target, receipt.external_id, changed)

    assert first == receipt
    assert [version.text for version in standin.state.posts[0].versions] == [message.text, changed.text]


def test_edit_of_what_the_receiver_lost_is_post_gone(standin: StandIn, target: Target, message: Message) -> None:
    with pytest.raises(PostGone):
        adapter.edit(target, "nowhere-1", message)


def test_delete_takes_the_post_down_and_may_be_repeated(standin: StandIn, target: Target, message: Message) -> None:
    receipt = adapter.post(target, message)

    adapter.delete(target, receipt.external_id)
    adapter.delete(target, receipt.external_id)
    adapter.delete(target, "never-there")

    assert texts(standin) == []


def test_wrong_secret_is_refused_and_nothing_kept(standin: StandIn, target: Target, message: Message) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(Target(target.address, "another-secret"), message)

    assert caught.value.code == "signature_refused"
    assert texts(standin) == []


@pytest.mark.parametrize(("age", "status"), [(0, 200), (299, 200), (600, 401), (-600, 401)])
def test_stand_in_refuses_an_old_request_sent_again(target: Target, age: int, status: int) -> None:
    body = b'{"uid":"a-1","kind":"post","text":"x"}'
    timestamp = str(int(timezone.now().timestamp()) - age)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": "a-1",
        "X-Timestamp": timestamp,
        "X-Signature-256": signature(SECRET, timestamp, body),
    }

    assert requests.post(target.address, data=body, headers=headers, timeout=5).status_code == status
    # A new time on an old signature does not help.
    forged = headers | {"X-Timestamp": str(int(timestamp) + 1)}
    assert requests.post(target.address, data=body, headers=forged, timeout=5).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "",
        "site.example/in",
        "http://site.example/in",
        "ftp://site.example/in",
        "https://user:password@site.example/in",
        "https://site.example/in#x",
        "https://site.example:0/in",
        "https:///in",
        "https://site.example/in out",
    ],
)
def test_address_that_is_not_one_is_permanent(standin: StandIn, message: Message, address: str) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(Target(address, SECRET), message)

    assert caught.value.code == "bad_address"


def test_missing_secret_and_text_are_permanent(target: Target, message: Message) -> None:
    with pytest.raises(PermanentChannelError, match="No access token"):
        adapter.post(Target(target.address), message)
    with pytest.raises(PermanentChannelError, match="no text"):
        adapter.post(target, dataclasses.replace(message, text=" "))
    with pytest.raises(PermanentChannelError):
        adapter.find(target, message, since=timezone.now())


class Site(http.server.BaseHTTPRequestHandler):
    """A site built from the documentation's example."""

    receiver: ClassVar[dict] = {}
    seen: ClassVar[dict] = {}
    carried_out: ClassVar[list] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = self.receiver["receive"](self.headers, body, self.seen, self.carry_out)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def carry_out(self, fields: dict) -> str:
        self.carried_out.append(fields)
        return "https://site.example/5"

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    example = re.search(r"```python\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    Site.receiver, Site.seen, Site.carried_out = {}, {}, []
    exec(example[1], Site.receiver)
    Site.receiver["SECRET"] = SECRET.encode()
    with http.server.HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/in"
        server.shutdown()
        thread.join()


def test_documented_receiver_takes_what_is_sent_once(site: str, message: Message) -> None:
    issued = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
    told = dataclasses.replace(message, url="https://calendar.example/n/5/", issued_at=issued)

    receipts = [adapter.post(Target(site, SECRET), told) for _ in range(2)]

    assert receipts == [Receipt(message.uid, "https://site.example/5")] * 2
    assert Site.carried_out == [
        {
            "uid": message.uid,
            "kind": "post",
            "notice": message.marker,
            "subject": message.subject,
            "text": message.text,
            "url": "https://calendar.example/n/5/",
            "issued": "2026-11-22T09:30:00+00:00",
        }
    ]


def test_documented_receiver_refuses_strangers_and_the_past(site: str, message: Message) -> None:
    with pytest.raises(PermanentChannelError) as caught:
        adapter.post(Target(site, "another-secret"), message)
    old = str(int(timezone.now().timestamp()) - 400)
    headers = {"X-Timestamp": old, "X-Signature-256": signature(SECRET, old, b"{}")}

    assert caught.value.code == "signature_refused"
    assert requests.post(site, data=b"{}", headers=headers, timeout=5).status_code == 401
    assert Site.carried_out == []

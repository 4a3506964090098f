"""One small HTTP client for every platform: what can go wrong with a request, sorted by what it means for the outbox.

The only question the outbox asks after a failure is «may it have gone out?». So every failure is sorted by *when* it happened:

| what happened                                   | a request that creates | a request that may be repeated |
|-------------------------------------------------|------------------------|--------------------------------|
| no name, no route, refused, no TLS agreement    | TemporaryChannelError  | TemporaryChannelError          |
| time-out or broken line after the request left  | UncertainOutcome       | TemporaryChannelError          |
| 5xx answer (a proxy may answer for a live post) | UncertainOutcome       | TemporaryChannelError          |
| 2xx answer that cannot be read                  | UncertainOutcome       | TemporaryChannelError          |
| 429 answer                                      | TemporaryChannelError with the wait that was asked for  |

Answers of 4xx go back to the adapter, which knows its vendor's error codes. Nothing is retried and no redirect is followed.

It is `urllib3` itself, without the sessions, cookies and hooks of `requests` around it: those take as long again for every
message.

Secrets: tokens live in fields that have no `repr`, errors are raised after the library's own exception has been left behind
(its text holds the full address), and the library's debug lines are filtered, because Telegram's addresses hold the token.
"""

from __future__ import annotations

import dataclasses
import email.utils
import json
import logging
import os
import re
import threading
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any, Final

import certifi
import urllib3
from django.conf import settings
from django.utils import timezone
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
    URLSchemeUnknown,
)

from .base import Attachment, ChannelError, PermanentChannelError, TemporaryChannelError, UncertainOutcome

MAX_ANSWER_BYTES: Final = 1024 * 1024
# A connection that has been idle for longer may already be closed at the other end; a post sent into it would end as
# «uncertain» for no reason. Within a burst the connection is kept.
IDLE_SECONDS: Final = 4.0

_HEADERS: Final = {"User-Agent": "mobile-centres/1", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
_SECRET_IN_ADDRESS: Final = re.compile(r"(/bot)[^/\s'\"]+|((?:access|input)_token=)[^&\s'\"]+")
_USABLE_TOKEN: Final = re.compile(r"[!-~]{1,1000}")


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request. `creates` says that repeating it could make a second post; `shown` is what logs may say of it."""

    method: str
    url: str = dataclasses.field(repr=False)
    shown: str
    creates: bool = False
    params: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    form: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = dataclasses.field(default=None, repr=False)
    body: bytes = dataclasses.field(default=b"", repr=False)  # exactly these bytes: what was signed is what is sent
    files: Mapping[str, Attachment] = dataclasses.field(default_factory=dict, repr=False)  # with `form`, as multipart
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    bearer: str = dataclasses.field(default="", repr=False)
    oauth1: tuple[str, str, str, str] | None = dataclasses.field(default=None, repr=False)  # key, secret; token, secret


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers (ask in lower case), and the JSON object ({} when it was not one)."""

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        """Whether the platform said that the request was carried out."""
        return 200 <= self.status < 300


@dataclasses.dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, to the first byte of the answer, and for a whole attempt of several calls."""

    connect: float
    read: float
    attempt: float


class Budget:
    """The time one attempt may take, however many calls it makes."""

    def __init__(self) -> None:
        self._ends_at = time.monotonic() + timeouts().attempt

    @property
    def is_spent(self) -> bool:
        """Whether no further call may be begun."""
        return time.monotonic() >= self._ends_at


class _HideSecrets(logging.Filter):
    """Takes tokens out of a library's log records."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_LIBRARY_LOGGERS: Final = tuple(logging.getLogger(name) for name in ("urllib3.connectionpool", "urllib3.util.retry"))
for _logger in _LIBRARY_LOGGERS:
    _logger.addFilter(_HideSecrets())


def hide_all_addresses() -> None:
    """Let the library log nothing more in this process: from now on there are addresses whose keys we cannot recognise."""
    for library in _LIBRARY_LOGGERS:
        library.disabled = True


class _Line(threading.local):
    """The open connections of one thread of one process."""

    pools: urllib3.PoolManager | None = None
    used_at: float = 0.0
    pid: int = 0
    may_have_sent: bool = True


_line = _Line()


class _Connection(HTTPSConnection):
    """Tells when the request itself begins to leave. The library reports a stalled TLS handshake, in which nothing was sent
    yet, as the same time-out as an answer that never came; over a weak line that is the more frequent of the two."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        _line.may_have_sent = True
        super().request(*args, **kwargs)


class _ConnectionPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Connection


def redact(text: str) -> str:
    """Return `text` with every token that stands in an address hidden."""
    return _SECRET_IN_ADDRESS.sub(lambda match: f"{match[1] or match[2]}***", text)


def timeouts() -> Timeouts:
    """The time limits that follow from `settings.CHANNEL_TIMEOUT`: seconds, or a pair (connect, read)."""
    value: Any = settings.CHANNEL_TIMEOUT
    connect, read = value if isinstance(value, tuple | list) else (value / 2, value)
    return Timeouts(connect=float(connect), read=float(read), attempt=2 * float(read))


def longest_attempt_seconds() -> float:
    """An upper bound of the time one attempt takes; a claim on a delivery must last longer.

    Two reads' worth of calls, then one last call begun at the last moment: two addresses tried, the wait for the first byte,
    and the body.
    """
    limits = timeouts()
    return limits.attempt + 2 * limits.connect + 2 * limits.read + 1


def usable_token(token: str) -> str:
    """Return `token`; raises PermanentChannelError when it is missing or could not be sent as it stands."""
    if not token:
        raise PermanentChannelError("token_missing", "No access token is configured for this channel.")
    if not _USABLE_TOKEN.fullmatch(token):
        raise PermanentChannelError("token_invalid", "The access token holds characters that no token has.")
    return token


def perform(call: Call, budget: Budget | None = None) -> Answer:
    """Make one request and return the answer, 4xx included. Raises a ChannelError by the table above."""
    if budget is not None and budget.is_spent:
        raise TemporaryChannelError("too_slow", f"{call.shown}: the time for this attempt is over.")
    # The failure is raised outside `_exchange`'s except clauses: there the library's exception would travel along as context.
    outcome = _exchange(call)
    if isinstance(outcome, ChannelError):
        _close_line()
        raise outcome
    return outcome


def retry_after(answer: Answer) -> float | None:
    """The wait in seconds from a `Retry-After` header (seconds or an HTTP date; RFC 9110, section 10.2.3), if there is one."""
    value = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - timezone.now()).total_seconds())


def malformed(call: Call) -> ChannelError:
    """The error for a success answer that lacks what the vendor promises in it."""
    detail = f"{call.shown}: the answer could not be understood."
    return UncertainOutcome("malformed", detail) if call.creates else TemporaryChannelError("malformed", detail)


def _exchange(call: Call) -> Answer | ChannelError:
    """Make the request; a failure is returned, not raised, so that nothing of the library's exception clings to it."""
    limits = timeouts()
    # Plain HTTP connects while sending; there the exceptions tell the two apart.
    _line.may_have_sent = not call.url.startswith("https://")
    try:
        method, url, body, headers = _written(call)
        with _pools().urlopen(
            method,
            url,
            body=body,
            headers=headers,
            timeout=urllib3.Timeout(connect=limits.connect, read=limits.read),
            retries=False,
            redirect=False,
            preload_content=False,
        ) as response:
            content = b"".join(_limited(response, seconds=limits.read))
            response.release_conn()
    # A ValueError: an address or a header that the library refuses to write.
    except (HTTPError, ValueError) as error:
        return _failure(call, error)
    except _AnswerTooLong:
        return malformed(call)
    finally:
        _line.used_at = time.monotonic()
    return _judge(call, Answer(response.status, response.headers, _json_object(content)))


def _written(call: Call) -> tuple[str, str, bytes | None, dict[str, str]]:
    """The request as it leaves: method, address, body, headers. Raises ValueError for an address that is none."""
    if not call.url.lower().startswith(("https://", "http://")):
        raise URLSchemeUnknown(call.url.partition(":")[0])
    url = call.url
    if call.params:
        url += ("&" if "?" in url else "?") + urllib.parse.urlencode(call.params)
    headers = {**_HEADERS, **call.headers}
    body: bytes | None = call.body or None
    if call.files:
        files = {name: (file.filename, file.content, file.mime_type) for name, file in call.files.items()}
        body, headers["Content-Type"] = urllib3.encode_multipart_formdata({**call.form, **files})
    elif call.form:
        body, headers["Content-Type"] = urllib.parse.urlencode(call.form).encode(), "application/x-www-form-urlencoded"
    elif call.json is not None:
        body, headers["Content-Type"] = json.dumps(call.json).encode(), "application/json"
    if call.bearer:
        headers["Authorization"] = f"Bearer {call.bearer}"
    if call.oauth1 is not None:
        headers["Authorization"] = _signature(call.method, url, *call.oauth1)
    return call.method, url, body, headers


def _signature(method: str, url: str, key: str, secret: str, token: str, token_secret: str) -> str:
    """The Authorization of OAuth 1.0a; of bodies, only a form would be signed with it (RFC 5849, section 3.4.1.3.1)."""
    # reason: of all platforms one signs this way, and of its accounts only those whose tokens never end
    from oauthlib.oauth1 import Client  # noqa: PLC0415

    signer = Client(key, client_secret=secret, resource_owner_key=token, resource_owner_secret=token_secret)
    _, headers, _ = signer.sign(url, method)
    return str(headers["Authorization"])


def _judge(call: Call, answer: Answer) -> Answer | ChannelError:
    """Sort an answer by its status alone; what needs the vendor's own codes is returned as it is."""
    if answer.status >= 500:
        detail = f"{call.shown}: the platform answered {answer.status}."
        if call.creates:
            return UncertainOutcome("server_error", detail)
        return TemporaryChannelError("server_error", detail, retry_after=retry_after(answer))
    if 300 <= answer.status < 400:
        return PermanentChannelError("redirected", f"{call.shown}: the configured address is not the platform's.")
    if answer.is_success and not answer.body:
        return malformed(call)
    if answer.status in (408, 425, 429) and not answer.body:
        return TemporaryChannelError("rate_limited", f"{call.shown}: asked to wait.", retry_after=retry_after(answer))
    return answer


def _failure(call: Call, error: HTTPError | ValueError) -> ChannelError:
    """Sort a failure of the line by whether the request had left."""
    if isinstance(error, LocationValueError) or not isinstance(error, HTTPError):
        return PermanentChannelError("bad_address", f"{call.shown}: the configured address cannot be used.")
    if isinstance(error, NewConnectionError | ProxyError):
        return TemporaryChannelError("unreachable", f"{call.shown}: no connection; nothing was sent.")
    if isinstance(error, ConnectTimeoutError):
        return TemporaryChannelError("unreachable", f"{call.shown}: no connection in time; nothing was sent.")
    if not _line.may_have_sent:
        return TemporaryChannelError("no_tls", f"{call.shown}: no secure connection came about; nothing was sent.")
    if call.creates:
        return UncertainOutcome("no_answer", f"{call.shown}: sent, but no answer came.")
    return TemporaryChannelError("no_answer", f"{call.shown}: no answer came.")


class _AnswerTooLong(Exception):
    """The answer is larger, or trickles longer, than any honest one."""


def _limited(response: urllib3.BaseHTTPResponse, *, seconds: float) -> Iterator[bytes]:
    """Yield the body, giving up beyond MAX_ANSWER_BYTES or `seconds`."""
    size, until = 0, time.monotonic() + seconds
    for chunk in response.stream(64 * 1024):
        size += len(chunk)
        if size > MAX_ANSWER_BYTES or time.monotonic() > until:
            raise _AnswerTooLong
        yield chunk


def _json_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object in `body`, or an empty one."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _pools() -> urllib3.PoolManager:
    """This thread's connections; new ones after a fork or an idle while."""
    is_stale = time.monotonic() - _line.used_at > IDLE_SECONDS or _line.pid != os.getpid()
    if _line.pools is not None and is_stale:
        _close_line()
    if _line.pools is None:
        # By path, where an office has its own authority; else those that browsers trust.
        trusted: dict[str, Any] = {
            "cert_reqs": "CERT_REQUIRED",
            "ca_certs": settings.CHANNEL_CA_BUNDLE or certifi.where(),
        }
        pools = urllib3.PoolManager(**trusted)
        # Nothing is read from the environment: no proxy that would see the tokens. A proxy is a setting.
        if proxy := getattr(settings, "CHANNEL_PROXY", ""):
            login = urllib.parse.unquote(urllib3.util.parse_url(proxy).auth or "")
            pools = urllib3.ProxyManager(
                proxy, proxy_headers=urllib3.make_headers(proxy_basic_auth=login or None), **trusted
            )
        pools.pool_classes_by_scheme = {"http": urllib3.HTTPConnectionPool, "https": _ConnectionPool}
        _line.pools, _line.pid = pools, os.getpid()
    return _line.pools


def _close_line() -> None:
    """Close this thread's connections."""
    if _line.pools is not None:
        _line.pools.clear()
        _line.pools = None

"""A receiver of the governorate's own, such as its web site: signed JSON over HTTPS.

The contract is ours; `docs/webhook.md` tells it to whoever writes a receiver. The receiver keeps one thing for one `uid`, so
repeating is harmless and a doubtful end is a reason to repeat. Every success names the `uid` it is about: an answer of 200 from
a proxy or a parked domain is no receipt.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Any, Final

from django.utils import timezone

from . import http
from .addresses import is_address
from .base import Adapter, Message, PermanentChannelError, PostGone, Receipt, Target, TemporaryChannelError
from .naming import safe_uid

SIGNATURE_HEADER: Final = "X-Signature-256"
TIMESTAMP_HEADER: Final = "X-Timestamp"

_WAIT: Final = (408, 425, 429)
# Status -> our word. Any other 4xx is «refused».
_STATUSES: Final[dict[int, str]] = {
    401: "signature_refused",
    403: "permission",
    404: "receiver_gone",
    409: "duplicate",
    410: "receiver_gone",
    413: "too_long",
}


class WebhookAdapter:
    """Tells a receiver of new, changed and withdrawn notices. `Target.address` is its URL, `Target.token` the shared secret."""

    can_edit = True
    can_delete = True
    can_find = False
    is_repeatable = True

    def post(self, target: Target, message: Message) -> Receipt:
        """Hand over a new notice. Raises TemporaryChannelError or PermanentChannelError; never UncertainOutcome."""
        uid = safe_uid(message.uid)
        answer = self._send(target, {"uid": uid, "kind": "post", **_content(message)})
        return Receipt(external_id=uid, url=_url(answer))

    def edit(self, target: Target, external_id: str, message: Message) -> Receipt:
        """Replace the text of a notice. Raises PostGone when the receiver no longer has it, else as `post`."""
        body = {"uid": safe_uid(message.uid), "kind": "edit", "post": safe_uid(external_id), **_content(message)}
        answer = self._send(target, body, about_post=True)
        return Receipt(external_id=external_id, url=_url(answer))

    def delete(self, target: Target, external_id: str) -> None:
        """Withdraw a notice; one that the receiver no longer has is a success. Raises as `post`."""
        body = {"uid": f"delete-{safe_uid(external_id)}", "kind": "delete", "post": external_id}
        try:
            self._send(target, body, about_post=True)
        except PostGone:
            return

    def find(self, target: Target, message: Message, *, since: dt.datetime) -> Receipt | None:
        """Not needed: sending again is harmless. Raises PermanentChannelError."""
        raise PermanentChannelError("cannot_find", "A webhook is told, not asked.")

    def _send(self, target: Target, fields: dict[str, Any], *, about_post: bool = False) -> http.Answer:
        if not is_address("webhook", target.address):
            raise PermanentChannelError("bad_address", "Webhook: the address is not an https:// one.")
        secret = http.usable_token(target.token)
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = str(int(timezone.now().timestamp()))
        call = http.Call(
            "POST",
            target.address,
            f"Webhook: {fields['kind']}",
            body=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": fields["uid"],
                TIMESTAMP_HEADER: timestamp,
                SIGNATURE_HEADER: signature(secret, timestamp, body),
            },
        )
        answer = http.perform(call)
        _raise_for(answer, call, about_post=about_post)
        if answer.body.get("uid") != fields["uid"]:
            raise http.malformed(call)
        return answer


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the signature header: HMAC-SHA-256 over the timestamp, a dot and the body.

    The timestamp is signed too; outside the signature, whoever recorded a request could send it again with a new one.
    """
    signed = timestamp.encode() + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def _content(message: Message) -> dict[str, Any]:
    """What the receiver learns of a notice. Raises PermanentChannelError when there is nothing to tell."""
    if not message.text.strip():
        raise PermanentChannelError("empty", "Webhook: there is no text.")
    return {
        "notice": message.marker,
        "subject": message.subject,
        "text": message.text,
        "url": message.url or None,
        "issued": message.issued_at.isoformat() if message.issued_at else None,
    }


def _raise_for(answer: http.Answer, call: http.Call, *, about_post: bool) -> None:
    """Raise what an error answer means; return when it is a success."""
    if answer.is_success:
        return
    detail = f"{call.shown}: HTTP {answer.status}"
    if answer.status in _WAIT:
        raise TemporaryChannelError("rate_limited", detail, retry_after=http.retry_after(answer))
    if about_post and answer.status in (404, 410):
        raise PostGone("post_gone", detail)
    raise PermanentChannelError(_STATUSES.get(answer.status, "refused"), detail)


def _url(answer: http.Answer) -> str:
    """Where people see the notice, if the receiver tells."""
    url = answer.body.get("url")
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""


ADAPTER: Final[Adapter] = WebhookAdapter()

"""What a page hands to its reader beside its text: words for the reader's own device to speak, and lines to send on."""

from __future__ import annotations

import dataclasses
from urllib.parse import quote, urlencode

from django.conf import settings


@dataclasses.dataclass(frozen=True, slots=True)
class Spoken:
    """A text to be read aloud, a sentence or two a line, and the language of the voice it needs."""

    text: str
    language: str


@dataclasses.dataclass(frozen=True, slots=True)
class Shared:
    """What a reader sends on: a short text and the address (absolute) of the page it is about."""

    text: str
    url: str

    @property
    def whatsapp(self) -> str:
        """An address that opens WhatsApp with the text and the page's address; nothing is sent until the reader does it."""
        return whatsapp_link(f"{self.text}\n{self.url}")

    @property
    def telegram(self) -> str:
        """The same for Telegram."""
        return "https://t.me/share/url?" + urlencode({"url": self.url, "text": self.text}, quote_via=quote)


def share_page(text: str, *, path: str) -> Shared:
    """The page at `path`, by a text that says what it is."""
    return Shared(text=text, url=f"{settings.PUBLIC_BASE_URL}{path}")


def whatsapp_link(text: str) -> str:
    """The address that opens WhatsApp with `text` written («click to chat» without a number); nothing is sent by us."""
    return "https://wa.me/?" + urlencode({"text": text}, quote_via=quote)
